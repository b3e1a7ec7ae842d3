//! A server, field by field as Mastodon's documentation lists them.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::api::entities::Account;

/// A server.
#[derive(Serialize, ToSchema)]
pub struct Instance {
    pub domain: String,
    pub title: String,
    /// The version of Mastodon whose API this resembles, and our own.
    pub version: &'static str,
    pub source_url: &'static str,
    pub description: String,
    #[schema(required)]
    pub wrapstodon: Option<String>,
    pub usage: Usage,
    pub thumbnail: Thumbnail,
    #[schema(value_type = Vec<Object>)]
    pub icon: Vec<Value>,
    pub languages: Vec<&'static str>,
    pub configuration: Configuration,
    pub registrations: Registrations,
    pub api_versions: Versions,
    pub contact: Contact,
    #[schema(value_type = Vec<Object>)]
    pub rules: Vec<Value>,
}

/// A server, in the older shape.
#[derive(Serialize, ToSchema)]
pub struct InstanceV1 {
    pub uri: String,
    pub title: String,
    pub short_description: String,
    pub description: String,
    pub email: String,
    /// The version of Mastodon whose API this resembles, and our own.
    pub version: &'static str,
    pub urls: UrlsV1,
    pub stats: Statistics,
    #[schema(required)]
    pub thumbnail: Option<String>,
    pub languages: Vec<&'static str>,
    pub registrations: bool,
    pub approval_required: bool,
    pub invites_enabled: bool,
    pub configuration: ConfigurationV1,
    #[schema(required)]
    pub contact_account: Option<Account>,
    #[schema(value_type = Vec<Object>)]
    pub rules: Vec<Value>,
}

#[derive(Serialize, ToSchema)]
pub struct Usage {
    pub users: UsersUsage,
}

#[derive(Serialize, ToSchema)]
pub struct UsersUsage {
    /// How many people were here in the last 30 days.
    pub active_month: i64,
}

#[derive(Serialize, ToSchema)]
pub struct Statistics {
    pub user_count: i64,
    pub status_count: i64,
    pub domain_count: i64,
}

#[derive(Serialize, ToSchema)]
pub struct Thumbnail {
    pub url: String,
    pub description: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct Configuration {
    pub urls: Urls,
    pub vapid: Vapid,
    pub accounts: AccountLimits,
    pub statuses: StatusLimits,
    pub media_attachments: MediaLimits,
    pub polls: PollLimits,
    pub translation: Translation,
    pub timelines_access: TimelinesAccess,
    pub limited_federation: bool,
}

#[derive(Serialize, ToSchema)]
pub struct ConfigurationV1 {
    pub accounts: AccountLimits,
    pub statuses: StatusLimits,
    pub media_attachments: MediaLimits,
    pub polls: PollLimits,
}

#[derive(Serialize, ToSchema)]
pub struct Urls {
    pub streaming: String,
    #[schema(required)]
    pub status: Option<String>,
    pub about: String,
    #[schema(required)]
    pub privacy_policy: Option<String>,
    #[schema(required)]
    pub terms_of_service: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct UrlsV1 {
    pub streaming_api: String,
}

#[derive(Serialize, ToSchema)]
pub struct Vapid {
    pub public_key: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct AccountLimits {
    pub max_display_name_length: usize,
    pub max_note_length: usize,
    pub max_avatar_description_length: usize,
    pub max_header_description_length: usize,
    pub max_featured_tags: usize,
    pub max_pinned_statuses: usize,
    pub max_profile_fields: usize,
    pub profile_field_name_limit: usize,
    pub profile_field_value_limit: usize,
}

#[derive(Serialize, ToSchema)]
pub struct StatusLimits {
    /// As people see them: extended grapheme clusters.
    pub max_characters: usize,
    pub max_media_attachments: usize,
    pub characters_reserved_per_url: i64,
}

#[derive(Default, Serialize, ToSchema)]
pub struct MediaLimits {
    pub supported_mime_types: Vec<String>,
    pub description_limit: i64,
    pub image_size_limit: i64,
    pub image_matrix_limit: i64,
    pub video_size_limit: i64,
    pub video_frame_rate_limit: i64,
    pub video_matrix_limit: i64,
}

#[derive(Default, Serialize, ToSchema)]
pub struct PollLimits {
    pub max_options: i64,
    pub max_characters_per_option: i64,
    pub min_expiration: i64,
    pub max_expiration: i64,
}

#[derive(Serialize, ToSchema)]
pub struct Translation {
    pub enabled: bool,
}

#[derive(Serialize, ToSchema)]
pub struct TimelinesAccess {
    pub live_feeds: Feed,
    pub hashtag_feeds: Feed,
    pub trending_link_feeds: Feed,
}

/// Who may read a public timeline: `public`, `authenticated` or `disabled`.
#[derive(Clone, Serialize, ToSchema)]
pub struct Feed {
    pub local: &'static str,
    pub remote: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct Registrations {
    pub enabled: bool,
    pub approval_required: bool,
    #[schema(required)]
    pub reason_required: Option<bool>,
    #[schema(required)]
    pub message: Option<String>,
    #[schema(required)]
    pub min_age: Option<i64>,
    #[schema(required)]
    pub url: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Versions {
    pub mastodon: i64,
}

#[derive(Serialize, ToSchema)]
pub struct Contact {
    /// May be empty.
    pub email: String,
    #[schema(required)]
    pub account: Option<Account>,
}
