//! `/login/forgotten`: getting back in by email. `/login/new-password`: where that mail leads.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{
    account::Secret,
    form::Problems,
    site::{Reader, Site},
};
use crate::{
    account::email,
    http::{
        body::{Body, Params},
        failure::{Answer, Failure},
    },
};

const FORGOTTEN: &str = "/login/forgotten";
const NEW_PASSWORD: &str = "/login/new-password";

#[derive(Deserialize)]
pub struct AddressForm {
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
pub struct NewPasswordForm {
    #[serde(default)]
    secret: String,
    #[serde(default)]
    new_password: String,
}

pub async fn form(site: Site) -> Answer {
    let view = Forgotten::default();
    site.page("forgotten.html", Reader::LoggedOut, &view)
}

/// Says the same whether or not anybody has the address.
pub async fn submit(site: Site, Body(form): Body<AddressForm>) -> Answer {
    let (asked, device) = (form.email.clone(), site.device());
    let sent = site
        .run(move |app| async move { email::ask_to_reset(&app, &asked, &device).await })
        .await;
    let (status, problems) = match sent {
        Ok(()) => (StatusCode::OK, None),
        Err(error) => {
            let failure = Failure::from(error);
            let problems = Problems::of(&site, &failure);
            (site.status_of(&failure), Some(problems))
        }
    };
    let view = Forgotten {
        email: form.email.trim(),
        is_sent: problems.is_none(),
        problems,
    };
    let reader = Reader::LoggedOut;
    site.form_again(status, "forgotten.html", reader, FORGOTTEN, &view)
}

/// Opening it uses nothing up: programs that look at mail follow links too.
pub async fn new_form(site: Site, Params(Secret { secret }): Params<Secret>) -> Answer {
    let asked = secret.clone();
    let user = site
        .run(move |app| async move { email::may_reset(&app, &asked).await })
        .await?;
    let view = NewPassword {
        secret: &secret,
        username: &user.username,
        ..NewPassword::default()
    };
    site.page("new_password.html", Reader::LoggedOut, &view)
}

pub async fn set(site: Site, Body(form): Body<NewPasswordForm>) -> Answer {
    let NewPasswordForm {
        secret,
        new_password,
    } = form;
    let device = site.device();
    let asked = secret.clone();
    let user = site
        .run(move |app| async move { email::may_reset(&app, &asked).await })
        .await?;
    let set = email::reset(site.app(), &secret, &new_password, &device).await;
    let (status, problems) = match set {
        Ok(known) => {
            site.know_device(known);
            site.take_token();
            (StatusCode::OK, None)
        }
        Err(error) => {
            let failure = Failure::from(error);
            let problems = Problems::of(&site, &failure);
            (site.status_of(&failure), Some(problems))
        }
    };
    let view = NewPassword {
        secret: &secret,
        username: &user.username,
        is_done: problems.is_none(),
        problems,
    };
    let reader = Reader::LoggedOut;
    site.form_again(status, "new_password.html", reader, NEW_PASSWORD, &view)
}

#[derive(Default, Serialize)]
struct Forgotten<'f> {
    email: &'f str,
    is_sent: bool,
    problems: Option<Problems>,
}

#[derive(Default, Serialize)]
struct NewPassword<'f> {
    secret: &'f str,
    username: &'f str,
    is_done: bool,
    problems: Option<Problems>,
}
