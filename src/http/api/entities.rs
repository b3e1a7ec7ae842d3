//! What the API gives, field by field as Mastodon's documentation lists them. Fields for what is not there
//! yet are null, empty, zero or "no".

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Account {
    /// A number; too large for JavaScript's.
    pub id: String,
    pub username: String,
    /// The same as `username`: everybody here is local.
    pub acct: String,
    pub url: String,
    pub uri: String,
    /// May be empty.
    pub display_name: String,
    /// The bio as HTML; may be empty.
    pub note: String,
    pub avatar: String,
    pub avatar_static: String,
    pub avatar_description: String,
    pub header: String,
    pub header_static: String,
    pub header_description: String,
    pub locked: bool,
    pub fields: Vec<Field>,
    #[schema(value_type = Vec<Object>)]
    pub emojis: Vec<Value>,
    pub bot: bool,
    pub group: bool,
    #[schema(required)]
    pub discoverable: Option<bool>,
    pub indexable: bool,
    pub noindex: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The day of the newest tweet; null without one.
    #[schema(required, format = Date)]
    pub last_status_at: Option<String>,
    pub statuses_count: i64,
    pub followers_count: i64,
    pub following_count: i64,
    #[schema(required)]
    pub hide_collections: Option<bool>,
    pub show_media: bool,
    pub show_media_replies: bool,
    pub show_featured: bool,
    #[schema(value_type = Vec<Object>)]
    pub roles: Vec<Value>,
    pub feature_approval: Approval,
}

/// Oneself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CredentialAccount {
    #[serde(flatten)]
    pub account: Account,
    pub source: Source,
    pub role: Role,
}

/// One's profile as it was typed, and what new tweets are by default.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Source {
    pub attribution_domains: Vec<String>,
    /// The bio as plain text.
    pub note: String,
    pub fields: Vec<Field>,
    pub privacy: &'static str,
    pub sensitive: bool,
    pub language: &'static str,
    pub follow_requests_count: i64,
    #[schema(required)]
    pub hide_collections: Option<bool>,
    #[schema(required)]
    pub discoverable: Option<bool>,
    pub indexable: bool,
    pub quote_policy: &'static str,
}

/// What somebody may do beyond what everybody may: nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Role {
    pub id: &'static str,
    pub name: &'static str,
    pub color: &'static str,
    pub permissions: &'static str,
    pub highlighted: bool,
    pub collection_limit: i64,
}

/// A line of a profile.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Field {
    pub name: String,
    /// HTML.
    pub value: String,
    #[schema(required, format = DateTime)]
    pub verified_at: Option<String>,
}

/// Who may quote or feature something.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Approval {
    pub automatic: Vec<String>,
    pub manual: Vec<String>,
    pub current_user: &'static str,
}

/// A tweet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Status {
    /// A number; too large for JavaScript's. A newer one has a larger id.
    pub id: String,
    pub uri: String,
    #[schema(required)]
    pub url: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(required, format = DateTime)]
    pub edited_at: Option<String>,
    pub account: Account,
    /// HTML.
    pub content: String,
    pub visibility: &'static str,
    pub sensitive: bool,
    pub spoiler_text: String,
    #[schema(value_type = Vec<Object>)]
    pub media_attachments: Vec<Value>,
    pub mentions: Vec<Mention>,
    pub tags: Vec<Tag>,
    #[schema(value_type = Vec<Object>)]
    pub emojis: Vec<Value>,
    #[schema(value_type = Vec<Object>)]
    pub tagged_collections: Vec<Value>,
    pub reblogs_count: i64,
    pub favourites_count: i64,
    pub quotes_count: i64,
    pub replies_count: i64,
    #[schema(required)]
    pub in_reply_to_id: Option<String>,
    #[schema(required)]
    pub in_reply_to_account_id: Option<String>,
    #[schema(required, value_type = Option<Object>)]
    pub reblog: Option<Value>,
    #[schema(required, value_type = Option<Object>)]
    pub poll: Option<Value>,
    #[schema(required, value_type = Option<Object>)]
    pub card: Option<Value>,
    #[schema(required, value_type = Option<Object>)]
    pub quote: Option<Value>,
    pub quote_approval: Approval,
    #[schema(required)]
    pub language: Option<String>,
    /// The text as it was typed, when the tweet has just been deleted; otherwise null.
    #[schema(required)]
    pub text: Option<String>,
    /// Absent when nobody is logged in, like the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub favourited: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reblogged: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub muted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub bookmarked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Object>, required = false)]
    pub filtered: Option<Vec<Value>>,
}

/// Somebody whom a tweet names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Mention {
    pub id: String,
    pub username: String,
    pub url: String,
    pub acct: String,
}

/// A tag of a tweet, in lower case and without its `#`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Tag {
    pub name: String,
    pub url: String,
}

/// What comes before and after a tweet in its conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Context {
    pub ancestors: Vec<Status>,
    pub descendants: Vec<Status>,
}

/// How far the delivery of an own tweet is. Mastodon has nothing like it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// The tweet's.
    pub id: String,
    /// `waiting`, `delivering`, `retrying` after a failure, `set_aside` after too many, `merged` when the tweet is
    /// looked up by each follower who reads instead, or `delivered`.
    #[schema(example = "delivered")]
    pub state: &'static str,
    /// How many follow its author now.
    pub followers: i64,
    /// How many of those have been seen to. Followers who have not been here for long count, too: their home is made
    /// when they come.
    pub followers_done: i64,
    /// A sentence that says why it takes longer; otherwise null.
    #[schema(required)]
    pub cause: Option<&'static str>,
}

/// How the viewer and somebody stand to each other.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Relationship {
    pub id: String,
    pub following: bool,
    pub showing_reblogs: bool,
    pub notifying: bool,
    #[schema(required)]
    pub languages: Option<Vec<String>>,
    pub followed_by: bool,
    pub blocking: bool,
    pub blocked_by: bool,
    pub muting: bool,
    pub muting_notifications: bool,
    #[schema(required, format = DateTime)]
    pub muting_expires_at: Option<String>,
    pub requested: bool,
    pub requested_by: bool,
    pub domain_blocking: bool,
    pub endorsed: bool,
    pub note: String,
}

/// Where one stopped reading which timeline.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Markers {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<Marker>,
}

/// Where one stopped reading a timeline.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Marker {
    /// The newest tweet that was read.
    pub last_read_id: String,
    /// Grows with every change.
    pub version: i64,
    #[schema(format = DateTime)]
    pub updated_at: String,
}
