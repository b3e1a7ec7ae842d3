//! Signing up.

use super::{
    name::{Email, Username},
    password::Password,
};
use crate::{
    app::App,
    error::{Error, Invalid, Result},
    store::{User, users, users::Taken},
};

const USERNAME_TAKEN: &str = "This username is taken. Please choose another.";
const EMAIL_TAKEN: &str = "There is an account with this email address already. Log in instead?";

/// What someone typed to sign up.
#[derive(Clone, Debug)]
pub struct SignUp {
    pub username: String,
    pub email: String,
    pub password: String,
}

/// Makes an account.
///
/// # Errors
/// [`Error::Invalid`] with every field that must change, a taken name or address among them.
pub async fn sign_up(app: &App, form: &SignUp) -> Result<User> {
    let mut invalid = Invalid::default();
    let username = invalid.check("username", Username::parse(&form.username));
    let email = invalid.check("email", Email::parse(&form.email));
    let password = invalid.check("password", Password::parse(&form.password));
    // Asked before the costly hash, so that the form comes back at once and with everything there is to
    // say. The unique indexes decide.
    {
        let (username_taken, email_taken) = users::taken(
            &mut *app.db.get().await?,
            username.as_ref().map_or("", Username::as_str),
            email.as_ref().map_or("", Email::as_str),
        )
        .await?;
        if username_taken {
            invalid.add("username", USERNAME_TAKEN);
        }
        if email_taken {
            invalid.add("email", EMAIL_TAKEN);
        }
    }
    let (Some(username), Some(email), Some(password), true) =
        (username, email, password, invalid.is_empty())
    else {
        return Err(Error::Invalid(invalid));
    };
    let hash = app.hasher.hash(&password).await?;
    users::insert(
        &mut *app.db.get().await?,
        username.as_str(),
        email.as_str(),
        &hash,
    )
    .await?
    .map_err(|taken| match taken {
        Taken::Username => Error::invalid("username", USERNAME_TAKEN),
        Taken::Email => Error::invalid("email", EMAIL_TAKEN),
    })
}
