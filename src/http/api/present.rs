//! From rows to entities.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use chrono::{DateTime, SecondsFormat, Utc};

use super::{
    content::{html, profile_address, tag_address},
    entities::{
        Account, Approval, CredentialAccount, Delivery, Mention, Relationship, Role, Source,
        Status, Tag,
    },
};
use crate::{
    app::App,
    error::Result,
    fanout::delivery::{self, Stage},
    http::assets,
    id::{TweetId, UserId},
    store::{Connection, Tweet, User, tweets},
    tweet::{
        self,
        entities::{Names, Piece, mentioned, pieces},
    },
};

static AVATAR: LazyLock<String> = LazyLock::new(|| assets::address("avatar.svg"));
static HEADER: LazyLock<String> = LazyLock::new(|| assets::address("header.svg"));

/// What entities need besides their own rows, asked for once for a whole page.
#[derive(Debug, Default)]
pub struct Around {
    names: Names,
    newest: HashMap<UserId, TweetId>,
}

impl Around {
    /// For somebody's newest tweet, which needs the database only where people are named.
    ///
    /// # Errors
    /// [`crate::error::Error::Unavailable`] when the database is needed and away.
    pub async fn newest(app: &App, author: &User, tweet: &Tweet) -> Result<Self> {
        let texts = [author.bio.as_str(), tweet.text.as_str()];
        let names = if mentioned(texts).is_empty() {
            Names::new()
        } else {
            tweet::names(&mut *app.db.get().await?, texts).await?
        };
        let newest = HashMap::from([(author.id, tweet.id)]);
        Ok(Self { names, newest })
    }

    /// For these people and tweets.
    ///
    /// # Errors
    /// [`crate::error::Error::Unavailable`] when the database is away.
    pub async fn of<'r>(
        connection: &mut Connection,
        people: impl IntoIterator<Item = &'r User>,
        tweets: impl IntoIterator<Item = &'r Tweet>,
    ) -> Result<Self> {
        let mut ids = HashSet::new();
        let mut texts: Vec<&str> = Vec::new();
        for user in people {
            if ids.insert(user.id) {
                texts.push(&user.bio);
            }
        }
        texts.extend(tweets.into_iter().map(|tweet| tweet.text.as_str()));
        let ids: Vec<UserId> = ids.into_iter().collect();
        let newest = if ids.is_empty() {
            HashMap::new()
        } else {
            tweets::newest_of(connection, &ids).await?
        };
        let names = tweet::names(connection, texts).await?;
        Ok(Self { names, newest })
    }
}

/// Makes entities.
pub struct Presenter<'a> {
    /// The public address without a slash at its end.
    base: &'a str,
    around: &'a Around,
    has_viewer: bool,
}

impl<'a> Presenter<'a> {
    pub fn new(app: &'a App, around: &'a Around) -> Self {
        Self {
            base: app.settings.public_url(),
            around,
            has_viewer: false,
        }
    }

    /// Statuses then say what the viewer did with them, if somebody is logged in.
    pub fn for_viewer(self, is_logged_in: bool) -> Self {
        Self {
            has_viewer: is_logged_in,
            ..self
        }
    }

    pub fn account(&self, user: &User) -> Account {
        let address = profile_address(self.base, &user.username);
        let avatar = format!("{}{}", self.base, *AVATAR);
        let header = format!("{}{}", self.base, *HEADER);
        let newest = self.around.newest.get(&user.id);
        Account {
            id: user.id.to_string(),
            username: user.username.clone(),
            acct: user.username.clone(),
            url: address.clone(),
            uri: address,
            display_name: user.display_name.clone(),
            note: html(&user.bio, &self.around.names, self.base),
            avatar_static: avatar.clone(),
            avatar,
            avatar_description: String::new(),
            header_static: header.clone(),
            header,
            header_description: String::new(),
            locked: false,
            fields: Vec::new(),
            emojis: Vec::new(),
            bot: false,
            group: false,
            discoverable: Some(true),
            indexable: false,
            noindex: false,
            created_at: time(user.created_at),
            last_status_at: newest.map(|id| id.made_at().format("%Y-%m-%d").to_string()),
            statuses_count: user.tweet_count,
            followers_count: user.follower_count,
            following_count: user.following_count,
            hide_collections: Some(false),
            show_media: false,
            show_media_replies: false,
            show_featured: false,
            roles: Vec::new(),
            feature_approval: nobody(),
        }
    }

    pub fn credential_account(&self, user: &User) -> CredentialAccount {
        CredentialAccount {
            account: self.account(user),
            source: Source {
                attribution_domains: Vec::new(),
                note: user.bio.clone(),
                fields: Vec::new(),
                privacy: "public",
                sensitive: false,
                language: "",
                follow_requests_count: 0,
                hide_collections: Some(false),
                discoverable: Some(true),
                indexable: false,
                quote_policy: "nobody",
            },
            role: Role {
                // Mastodon's id for the role of everybody.
                id: "-99",
                name: "",
                color: "",
                permissions: "0",
                highlighted: false,
                collection_limit: 0,
            },
        }
    }

    pub fn status(&self, tweet: &Tweet, author: &User) -> Status {
        let address = format!(
            "{}/{}",
            profile_address(self.base, &author.username),
            tweet.id
        );
        let (mentions, tags) = self.entities(&tweet.text);
        let untouched = self.has_viewer.then_some(false);
        Status {
            id: tweet.id.to_string(),
            uri: address.clone(),
            url: Some(address),
            created_at: time(tweet.created_at),
            edited_at: None,
            account: self.account(author),
            content: html(&tweet.text, &self.around.names, self.base),
            visibility: "public",
            sensitive: false,
            spoiler_text: String::new(),
            media_attachments: Vec::new(),
            mentions,
            tags,
            emojis: Vec::new(),
            tagged_collections: Vec::new(),
            reblogs_count: 0,
            favourites_count: 0,
            quotes_count: 0,
            replies_count: 0,
            in_reply_to_id: None,
            in_reply_to_account_id: None,
            reblog: None,
            poll: None,
            card: None,
            quote: None,
            quote_approval: nobody(),
            language: None,
            text: None,
            favourited: untouched,
            reblogged: untouched,
            muted: untouched,
            bookmarked: untouched,
            filtered: self.has_viewer.then(Vec::new),
        }
    }

    /// Whether everybody whom a text names is known. Who is not may sign up, and be a link then.
    pub fn knows_all_in(&self, text: &str) -> bool {
        pieces(text).iter().all(|piece| match piece {
            Piece::Mention { name, .. } => self.around.names.contains_key(&name.to_lowercase()),
            _ => true,
        })
    }

    /// Whom and what a text names, each once, in the order of the text.
    fn entities(&self, text: &str) -> (Vec<Mention>, Vec<Tag>) {
        let mut mentions: Vec<Mention> = Vec::new();
        let mut tags: Vec<Tag> = Vec::new();
        for piece in pieces(text) {
            match piece {
                Piece::Mention { name, .. } => {
                    let Some((id, username)) = self.around.names.get(&name.to_lowercase()) else {
                        continue;
                    };
                    if mentions.iter().all(|known| known.username != *username) {
                        mentions.push(Mention {
                            id: id.to_string(),
                            username: username.clone(),
                            url: profile_address(self.base, username),
                            acct: username.clone(),
                        });
                    }
                }
                Piece::Tag { tag, .. } if tags.iter().all(|known| known.name != tag) => {
                    tags.push(Tag {
                        url: tag_address(self.base, &tag),
                        name: tag,
                    });
                }
                _ => {}
            }
        }
        (mentions, tags)
    }
}

pub fn relationship(id: UserId, following: bool, followed_by: bool) -> Relationship {
    Relationship {
        id: id.to_string(),
        following,
        showing_reblogs: following,
        notifying: false,
        languages: None,
        followed_by,
        blocking: false,
        blocked_by: false,
        muting: false,
        muting_notifications: false,
        muting_expires_at: None,
        requested: false,
        requested_by: false,
        domain_blocking: false,
        endorsed: false,
        note: String::new(),
    }
}

/// What lies behind a failure is for the log; its author learns that there is one.
pub fn delivery(id: TweetId, found: &delivery::Delivery) -> Delivery {
    let (state, cause) = match found.stage {
        Stage::Waiting => ("waiting", None),
        Stage::Delivering => ("delivering", None),
        Stage::Retrying => (
            "retrying",
            Some("Delivering it failed on our side. It is tried again by itself."),
        ),
        Stage::SetAside => (
            "set_aside",
            Some(
                "Delivering it failed again and again on our side. Whoever runs this server can have it tried again.",
            ),
        ),
        Stage::Merged => ("merged", None),
        Stage::Delivered => ("delivered", None),
    };
    Delivery {
        id: id.to_string(),
        state,
        followers: found.followers,
        followers_done: found.done,
        cause,
    }
}

fn nobody() -> Approval {
    Approval {
        automatic: Vec::new(),
        manual: Vec::new(),
        current_user: "denied",
    }
}

/// As in `2019-11-26T22:37:36.000Z`.
fn time(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}
