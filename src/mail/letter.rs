//! What mail says, made when it is sent: links get their secrets then.

use chrono::TimeDelta;

use super::Mail;
use crate::{
    account::{device, secret},
    app::App,
    error::{Error, Result},
    id::UserId,
    language::{Language, Message, message},
    store::{
        Connection,
        addresses::{self, Addressee},
        mails::{self, Waiting},
        users,
    },
};

const CONFIRM_WITHIN: TimeDelta = TimeDelta::days(3);
const RESET_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Mail as it is sent.
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// # Errors
/// When the database is away. Nothing to send is none.
pub async fn write(app: &App, waiting: &Waiting) -> Result<Option<Letter>> {
    let mail: Mail = serde_json::from_str(&waiting.content).map_err(Error::internal)?;
    let language = Language::of(&waiting.language).unwrap_or_default();
    let mut connection = app.db.get().await?;
    let who = match waiting.user() {
        Some(id) => users::by_id(&mut connection, id).await?,
        None => None,
    };
    let name = who.as_ref().map(|user| user.username.clone());
    let address = &waiting.address;
    let written = match &mail {
        Mail::ConfirmAddress => match &who {
            Some(user) => Some(confirm(app, &mut connection, user.id, address).await?),
            None => None,
        },
        Mail::ResetPassword => reset(app, &mut connection, address, language).await?,
        Mail::AddressToChange { to } => Some((
            "mail-address-to-change",
            vec![message("mail-address-to-change-text").with("to", to.as_str())],
        )),
        Mail::AddressChanged { to } => Some((
            "mail-address-changed",
            vec![message("mail-address-changed-text").with("to", to.as_str())],
        )),
        Mail::LetIn { name } => {
            let text = message("mail-let-in-text").with("name", name.as_str());
            Some(("mail-let-in", vec![text]))
        }
        Mail::NotLetIn { name } => {
            let text = message("mail-not-let-in-text").with("name", name.as_str());
            Some(("mail-not-let-in", vec![text]))
        }
        Mail::AccountToDelete { at } => {
            let text = message("mail-account-to-delete-text").with("at", language.moment(*at));
            Some(("mail-account-to-delete", vec![text]))
        }
        Mail::AccountDeleted { name } => {
            let text = message("mail-account-deleted-text").with("name", name.as_str());
            Some(("mail-account-deleted", vec![text]))
        }
        Mail::SecondFactorAdded => {
            Some(("mail-factor-added", vec![message("mail-factor-added-text")]))
        }
        Mail::SecondFactorRemoved => Some((
            "mail-factor-removed",
            vec![message("mail-factor-removed-text")],
        )),
        Mail::PasswordChanged => Some((
            "mail-password-changed",
            vec![message("mail-password-changed-text")],
        )),
        Mail::NewDevice {
            user_agent,
            address,
            at,
        } => {
            let text = message("mail-new-device-text")
                .with("device", device::named(user_agent).say(language))
                .with("address", address.as_str())
                .with("at", language.moment(*at));
            Some(("mail-new-device", vec![text]))
        }
    };
    let Some((subject, paragraphs)) = written else {
        return Ok(None);
    };
    let site = app.settings.instance.title.as_str();
    let mut text = String::new();
    if let Some(name) = name {
        text.push_str(&message("mail-hello").with("name", name).say(language));
        text.push_str("\n\n");
    }
    for paragraph in paragraphs {
        text.push_str(&paragraph.say(language));
        text.push_str("\n\n");
    }
    text.push_str(&format!("-- \n{site}\n{}\n", app.settings.public_url()));
    Ok(Some(Letter {
        to: address.clone(),
        subject: message(subject).with("site", site).say(language),
        text,
    }))
}

type Written = (&'static str, Vec<Message>);

/// To show that somebody reads what is sent there. If somebody else has shown that before, they are told instead.
async fn confirm(
    app: &App,
    connection: &mut Connection,
    user: UserId,
    address: &str,
) -> Result<Written> {
    let addressees = addresses::addressees(connection, address).await?;
    let is_others = |of: &&Addressee| of.confirmed_at.is_some() && of.user_id != user;
    if let Some(other) = addressees.iter().find(is_others) {
        let text = message("mail-address-taken-text").with("name", other.username.as_str());
        return Ok(("mail-address-taken", vec![text]));
    }
    let link = link(app, connection, "confirm", user, address, CONFIRM_WITHIN).await?;
    let url = format!(
        "{}/settings/account/confirm?secret={link}",
        app.settings.public_url()
    );
    Ok((
        "mail-confirm",
        vec![
            message("mail-confirm-text"),
            as_it_is(url),
            message("mail-confirm-not"),
        ],
    ))
}

async fn reset(
    app: &App,
    connection: &mut Connection,
    address: &str,
    language: Language,
) -> Result<Option<Written>> {
    let mut addressees = addresses::addressees(connection, address).await?;
    // Who confirmed it has it alone.
    if addressees.iter().any(|of| of.confirmed_at.is_some()) {
        addressees.retain(|of| of.confirmed_at.is_some());
    }
    if addressees.is_empty() {
        tracing::debug!("nobody has the address that a password was to be set by");
        return Ok(None);
    }
    let mut paragraphs = vec![message("mail-reset-text")];
    for Addressee {
        user_id, username, ..
    } in addressees
    {
        let link = link(app, connection, "reset", user_id, address, RESET_WITHIN).await?;
        let url = format!(
            "{}/login/new-password?secret={link}",
            app.settings.public_url()
        );
        let whose = message("mail-reset-whose")
            .with("name", username)
            .say(language);
        paragraphs.push(as_it_is(format!("{whose}\n{url}")));
    }
    paragraphs.push(message("mail-reset-not"));
    Ok(Some(("mail-reset", paragraphs)))
}

async fn link(
    app: &App,
    connection: &mut Connection,
    purpose: &str,
    user: UserId,
    address: &str,
    within: TimeDelta,
) -> Result<String> {
    let (made, until) = (secret::fresh(), app.clock.now() + within);
    let hash = secret::hash_of(&made);
    mails::add_link(connection, &hash, purpose, user, address, until).await?;
    Ok(made)
}

fn as_it_is(text: String) -> Message {
    Message::in_english(text)
}
