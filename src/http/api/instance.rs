//! What this server is and what it takes, in the older and the newer shape.

mod entities;

use std::sync::{Mutex, PoisonError};

use actix_web::{HttpResponse, web::Data};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use entities::{
    AccountLimits, Configuration, ConfigurationV1, Contact, Feed, MediaLimits, PollLimits,
    Registrations, Statistics, StatusLimits, Thumbnail, TimelinesAccess, Translation, Urls, UrlsV1,
    Usage, UsersUsage, Vapid, Versions,
};
pub use entities::{Instance, InstanceV1};

use super::refusals;
use crate::{
    account::{
        name::{LONGEST_BIO, LONGEST_DISPLAY_NAME},
        sign_up,
    },
    app::App,
    config::{Settings, SignUpMode},
    error::Result,
    http::{assets, failure::Answer},
    language::Language,
    store::figures,
};

/// Clients read features out of a version of Mastodon's; this is the newest whose API is all ours to give
/// or visibly absent.
const VERSION: &str = concat!(
    "4.2.0 (compatible; twitclone ",
    env!("CARGO_PKG_VERSION"),
    ")"
);
/// Mastodon's number for the API of that version.
const API_VERSION: i64 = 1;
const SOURCE: &str = env!("CARGO_PKG_REPOSITORY");
/// Every link counts as this many characters in Mastodon's clients.
const CHARACTERS_A_LINK: i64 = 23;
/// Counting takes a few milliseconds, so it is not done for each request.
const FRESH: TimeDelta = TimeDelta::minutes(5);

/// How many people and tweets there are, as counted lately.
#[derive(Default)]
pub struct Figures(Mutex<Option<(DateTime<Utc>, figures::Figures)>>);

/// What this server is
#[utoipa::path(get, path = "/api/v2/instance", operation_id = "get_instance", tag = "instance",
    responses((status = 200, description = "The server", body = Instance), refusals::Always))]
pub async fn v2(app: Data<App>, figures: Data<Figures>) -> Answer {
    let counts = counts(&app, &figures).await?;
    let settings = &app.settings;
    let base = settings.public_url();
    Ok(HttpResponse::Ok().json(Instance {
        domain: settings.domain().to_owned(),
        title: settings.instance.title.clone(),
        version: VERSION,
        source_url: SOURCE,
        description: settings.instance.description.clone(),
        wrapstodon: None,
        usage: Usage {
            users: UsersUsage {
                active_month: counts.active,
            },
        },
        thumbnail: Thumbnail {
            url: thumbnail(base),
            description: "",
        },
        icon: Vec::new(),
        languages: Language::ALL.map(Language::tag).to_vec(),
        configuration: configuration(settings),
        registrations: Registrations {
            enabled: settings.sign_up.mode != SignUpMode::Closed,
            approval_required: settings.sign_up.mode == SignUpMode::Approval,
            reason_required: Some(settings.sign_up.mode == SignUpMode::Approval),
            message: None,
            min_age: None,
            url: Some(format!("{base}/signup")),
        },
        api_versions: Versions {
            mastodon: API_VERSION,
        },
        contact: Contact {
            email: settings.instance.contact_email.clone(),
            account: None,
        },
        rules: rules(settings),
    }))
}

/// What this server is, in the older shape
#[utoipa::path(get, path = "/api/v1/instance", operation_id = "get_instance_v1", tag = "instance",
    responses((status = 200, description = "The server", body = InstanceV1), refusals::Always))]
pub async fn v1(app: Data<App>, figures: Data<Figures>) -> Answer {
    let counts = counts(&app, &figures).await?;
    let settings = &app.settings;
    let base = settings.public_url();
    let configuration = configuration(settings);
    Ok(HttpResponse::Ok().json(InstanceV1 {
        uri: settings.domain().to_owned(),
        title: settings.instance.title.clone(),
        short_description: settings.instance.description.clone(),
        description: settings.instance.description.clone(),
        email: settings.instance.contact_email.clone(),
        version: VERSION,
        urls: UrlsV1 {
            streaming_api: streaming(base),
        },
        stats: Statistics {
            user_count: counts.users,
            status_count: counts.tweets,
            domain_count: 0,
        },
        thumbnail: Some(thumbnail(base)),
        languages: Language::ALL.map(Language::tag).to_vec(),
        registrations: settings.sign_up.mode != SignUpMode::Closed,
        approval_required: settings.sign_up.mode == SignUpMode::Approval,
        invites_enabled: sign_up::takes_invitations(&app),
        configuration: ConfigurationV1 {
            accounts: configuration.accounts,
            statuses: configuration.statuses,
            media_attachments: configuration.media_attachments,
            polls: configuration.polls,
        },
        contact_account: None,
        rules: rules(settings),
    }))
}

/// Zeros say what there is not.
fn configuration(settings: &Settings) -> Configuration {
    let base = settings.public_url();
    let closed = Feed {
        local: "disabled",
        remote: "disabled",
    };
    Configuration {
        urls: Urls {
            streaming: streaming(base),
            status: None,
            about: format!("{base}/"),
            privacy_policy: None,
            terms_of_service: None,
        },
        vapid: Vapid { public_key: "" },
        accounts: AccountLimits {
            max_display_name_length: LONGEST_DISPLAY_NAME,
            max_note_length: LONGEST_BIO,
            max_avatar_description_length: 0,
            max_header_description_length: 0,
            max_featured_tags: 0,
            max_pinned_statuses: 0,
            max_profile_fields: 0,
            profile_field_name_limit: 0,
            profile_field_value_limit: 0,
        },
        statuses: StatusLimits {
            max_characters: settings.tweets.max_chars,
            max_media_attachments: 0,
            characters_reserved_per_url: CHARACTERS_A_LINK,
        },
        media_attachments: MediaLimits::default(),
        polls: PollLimits::default(),
        translation: Translation { enabled: false },
        timelines_access: TimelinesAccess {
            live_feeds: closed.clone(),
            hashtag_feeds: closed.clone(),
            trending_link_feeds: closed,
        },
        limited_federation: true,
    }
}

/// Nothing answers there yet; clients then ask again from time to time. It has to be an address, since
/// some clients fail on anything else.
fn streaming(base: &str) -> String {
    base.replacen("http", "ws", 1)
}

fn thumbnail(base: &str) -> String {
    format!("{base}{}", assets::address("header.svg"))
}

fn rules(settings: &Settings) -> Vec<Value> {
    let rule =
        |(at, text): (usize, &str)| json!({ "id": (at + 1).to_string(), "text": text, "hint": "" });
    settings.instance.rules().enumerate().map(rule).collect()
}

/// How many people and tweets there are, as counted in the last five minutes.
///
/// # Errors
/// When they have to be counted and the database is away.
pub async fn counts(app: &App, kept: &Figures) -> Result<figures::Figures> {
    let now = app.clock.now();
    let known = *kept.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((counted_at, counts)) = known
        && now - counted_at < FRESH
    {
        return Ok(counts);
    }
    let month = now - TimeDelta::days(30);
    let counts = app
        .read(None, move |mut connection| async move {
            Ok(figures::figures(&mut connection, month).await?)
        })
        .await?;
    *kept.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, counts));
    Ok(counts)
}
