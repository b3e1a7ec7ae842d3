//! `/settings`: one's own name and bio.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{
    form::{Draft, Problems},
    log_in, places,
    site::{Reader, Site},
};
use crate::{
    account::{
        name,
        profile::{self, Changes},
    },
    error::Error,
    http::{
        auth::LoggedIn,
        body::Body,
        failure::{Answer, Failure},
        present,
    },
    language::message,
    store::User,
};

const PLACE: &str = "/settings";

#[derive(Deserialize)]
pub struct ProfileForm {
    display_name: Option<String>,
    bio: Option<String>,
}

pub async fn form(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    site.page("settings.html", &viewer.user, &View::of(&viewer.user))
}

/// Changes what is given. Whatever happens, what was typed comes back.
pub async fn submit(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<ProfileForm>,
) -> Answer {
    let ProfileForm { display_name, bio } = form;
    let viewer = match viewer {
        Ok(LoggedIn(viewer)) => viewer,
        Err(Failure::Domain(Error::Unauthorized(_))) => {
            let draft = Draft {
                display_name,
                bio,
                ..Draft::default()
            };
            return log_in::first_with(&site, PLACE, draft);
        }
        Err(failure) => {
            let view = View {
                display_name: display_name.as_deref().unwrap_or_default(),
                bio: bio.as_deref().unwrap_or_default(),
                ..View::default()
            };
            return again(&site, Reader::Unknown, &failure, view);
        }
    };
    let user = &viewer.user;
    let changes = Changes {
        display_name: display_name.clone(),
        bio: bio.clone(),
    };
    let asking = user.clone();
    let changed = site
        .run(move |app| async move { profile::update(&app, &asking, &changes).await })
        .await;
    match changed {
        Ok(user) => Ok(places::see_other(&present::profile_path(&user.username))),
        Err(error) => {
            let view = View {
                display_name: display_name.as_deref().unwrap_or(&user.display_name),
                bio: bio.as_deref().unwrap_or(&user.bio),
                ..View::default()
            };
            again(&site, user.into(), &error.into(), view)
        }
    }
}

/// The form with what was typed before logging in, which is not saved yet.
///
/// # Errors
/// When the template is broken.
pub fn with_draft(site: &Site, user: &User, draft: &Draft) -> Answer {
    let view = View {
        display_name: draft.display_name.as_deref().unwrap_or(&user.display_name),
        bio: draft.bio.as_deref().unwrap_or(&user.bio),
        notice: Some(site.say(&message("logged-in-changes-wait"))),
        ..View::default()
    };
    site.form_again(StatusCode::OK, "settings.html", user, PLACE, &view)
}

fn again(site: &Site, reader: Reader, failure: &Failure, view: View) -> Answer {
    let view = View {
        problems: Some(Problems::of(site, failure)),
        ..view
    };
    let status = site.status_of(failure);
    site.form_again(status, "settings.html", reader, PLACE, &view)
}

#[derive(Serialize)]
struct View<'f> {
    display_name: &'f str,
    bio: &'f str,
    longest_display_name: usize,
    longest_bio: usize,
    notice: Option<String>,
    problems: Option<Problems>,
}

impl Default for View<'_> {
    fn default() -> Self {
        Self {
            display_name: "",
            bio: "",
            longest_display_name: name::LONGEST_DISPLAY_NAME,
            longest_bio: name::LONGEST_BIO,
            notice: None,
            problems: None,
        }
    }
}

impl<'f> View<'f> {
    fn of(user: &'f User) -> Self {
        Self {
            display_name: &user.display_name,
            bio: &user.bio,
            ..Self::default()
        }
    }
}
