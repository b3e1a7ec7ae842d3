//! Signing up.

use super::{
    deletion,
    device::Device,
    email, guessing, limits,
    name::{Email, Username},
    password::Password,
    session::{self, Begun},
};
use crate::{
    app::App,
    error::{Error, Invalid, Result},
    language::message,
    store::{User, users},
};

/// What someone typed to sign up.
#[derive(Clone, Debug)]
pub struct SignUp {
    pub username: String,
    pub email: String,
    pub password: String,
}

/// Makes an account and begins its first session; the user and what the browser gets. As
/// [`super::log_in`], it runs its own operations on the main runtime.
///
/// # Errors
/// [`Error::Invalid`] with every field that must change, a taken name among them; [`Error::TooMany`] when many signed up from
/// there today.
pub async fn sign_up(app: &App, form: &SignUp, device: &Device) -> Result<(User, Begun)> {
    let mut invalid = Invalid::default();
    let username = invalid.check("username", Username::parse(&form.username));
    let email = invalid.check("email", Email::parse(&form.email));
    let name = username.as_ref().map_or("", Username::as_str).to_owned();
    let address = email.as_ref().map_or("", Email::as_str).to_owned();
    // Asked before the costly hash, so that the form comes back at once and with everything there is to
    // say. The unique index decides.
    let (password, is_taken) = {
        let (name, address, typed) = (name.clone(), address.clone(), form.password.clone());
        app.run(|app| async move {
            let password = Password::choose(&typed, &[&name, &address]);
            let is_taken = deletion::is_name_taken(&app, &name).await?;
            Ok((password, is_taken))
        })
        .await?
    };
    let password = invalid.check("password", password);
    if is_taken {
        invalid.add("username", message("username-taken"));
    }
    let Some(password) = password.filter(|_| invalid.is_empty()) else {
        return Err(Error::Invalid(invalid));
    };
    let place = app.hasher.place()?;
    let counted = device.clone();
    app.run(|app| async move { limits::sign_up(&app, &counted).await })
        .await?;
    let hash = place.hash(&password).await?;
    let device = device.clone();
    app.run(|app| async move {
        let user = users::insert(&mut *app.db.get().await?, &name, &address, &hash).await?;
        let taken = || Error::invalid("username", message("username-taken"));
        let user = user.ok_or_else(taken)?;
        // Whether somebody else has the address is found out when the mail is made, and told there alone.
        email::ask_to_confirm(&app, user.id, &address, &device).await?;
        let token = session::begin(&app, user.id, &device).await?;
        let secret = guessing::know(&app, &mut *app.db.get().await?, user.id, None).await?;
        Ok((user, Begun { token, secret }))
    })
    .await
}
