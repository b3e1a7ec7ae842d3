//! Signing up.

use super::{
    device::Device,
    guessing,
    name::{Email, Username},
    password::Password,
    session::{self, Begun},
};
use crate::{
    app::App,
    error::{Error, Invalid, Result},
    language::message,
    store::{User, users, users::Taken},
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
/// [`Error::Invalid`] with every field that must change, a taken name or address among them.
pub async fn sign_up(app: &App, form: &SignUp, device: &Device) -> Result<(User, Begun)> {
    let mut invalid = Invalid::default();
    let username = invalid.check("username", Username::parse(&form.username));
    let email = invalid.check("email", Email::parse(&form.email));
    let name = username.as_ref().map_or("", Username::as_str).to_owned();
    let address = email.as_ref().map_or("", Email::as_str).to_owned();
    // Asked before the costly hash, so that the form comes back at once and with everything there is to
    // say. The unique indexes decide.
    let (password, taken) = {
        let (name, address, typed) = (name.clone(), address.clone(), form.password.clone());
        app.run(|app| async move {
            let password = Password::choose(&typed, &[&name, &address]);
            let taken = users::taken(&mut *app.db.get().await?, &name, &address).await?;
            Ok((password, taken))
        })
        .await?
    };
    let password = invalid.check("password", password);
    if taken.0 {
        invalid.add("username", message("username-taken"));
    }
    if taken.1 {
        invalid.add("email", message("email-taken"));
    }
    let Some(password) = password.filter(|_| invalid.is_empty()) else {
        return Err(Error::Invalid(invalid));
    };
    let hash = app.hasher.place()?.hash(&password).await?;
    let device = device.clone();
    app.run(|app| async move {
        let user = users::insert(&mut *app.db.get().await?, &name, &address, &hash)
            .await?
            .map_err(|taken| match taken {
                Taken::Username => Error::invalid("username", message("username-taken")),
                Taken::Email => Error::invalid("email", message("email-taken")),
            })?;
        let token = session::begin(&app, user.id, &device).await?;
        let secret = guessing::know(&app, &mut *app.db.get().await?, user.id, None).await?;
        Ok((user, Begun { token, secret }))
    })
    .await
}
