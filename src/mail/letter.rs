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
    text::email::CanonicalEmail,
};

const CONFIRM_WITHIN: TimeDelta = TimeDelta::days(3);
const RESET_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Mail as it is sent.
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// What a mail says, and to whom.
struct Written {
    to: String,
    subject: &'static str,
    paragraphs: Vec<Message>,
}

/// The letters that a waiting mail becomes. Most become one letter; a password reset becomes one for each stored
/// address; a mail that has nothing to say any more becomes none.
///
/// # Errors
/// When the database is away.
pub async fn write(app: &App, waiting: &Waiting) -> Result<Vec<Letter>> {
    let mail: Mail = serde_json::from_str(&waiting.content).map_err(Error::internal)?;
    let language = Language::of(&waiting.language).unwrap_or_default();
    let mut connection = app.db.get().await?;
    let who = match waiting.user() {
        Some(id) => users::by_id(&mut connection, id).await?,
        None => None,
    };
    let name = who.as_ref().map(|user| user.username.clone());
    let written = match (&mail, &who) {
        (Mail::ConfirmAddress, Some(user)) => {
            let written = confirm(app, &mut connection, user.id, waiting).await?;
            written.into_iter().collect()
        }
        (Mail::ResetPassword, _) => reset(app, &mut connection, waiting, language).await?,
        (told, _) => {
            let told = notice(told, language).into_iter();
            told.map(|(subject, text)| Written {
                to: waiting.address.clone(),
                subject,
                paragraphs: vec![text],
            })
            .collect()
        }
    };
    let letter = |written| letter(app, name.as_deref(), written, language);
    Ok(written.into_iter().map(letter).collect())
}

fn letter(app: &App, name: Option<&str>, written: Written, language: Language) -> Letter {
    let site = app.settings.instance.title.as_str();
    let mut text = String::new();
    if let Some(name) = name {
        text.push_str(&message("mail-hello").with("name", name).say(language));
        text.push_str("\n\n");
    }
    for paragraph in written.paragraphs {
        text.push_str(&paragraph.say(language));
        text.push_str("\n\n");
    }
    text.push_str(&format!("-- \n{site}\n{}\n", app.settings.public_url()));
    Letter {
        to: written.to,
        subject: message(written.subject).with("site", site).say(language),
        text,
    }
}

/// Subject and text of a mail that only tells something; none for mail with a link.
fn notice(mail: &Mail, language: Language) -> Option<(&'static str, Message)> {
    Some(match mail {
        Mail::ConfirmAddress | Mail::ResetPassword => return None,
        Mail::AddressToChange { to } => (
            "mail-address-to-change",
            message("mail-address-to-change-text").with("to", to.as_str()),
        ),
        Mail::AddressChanged { to } => (
            "mail-address-changed",
            message("mail-address-changed-text").with("to", to.as_str()),
        ),
        Mail::LetIn { name } => (
            "mail-let-in",
            message("mail-let-in-text").with("name", name.as_str()),
        ),
        Mail::NotLetIn { name } => (
            "mail-not-let-in",
            message("mail-not-let-in-text").with("name", name.as_str()),
        ),
        Mail::AccountToDelete { at } => (
            "mail-account-to-delete",
            message("mail-account-to-delete-text").with("at", language.moment(*at)),
        ),
        Mail::AccountDeleted { name } => (
            "mail-account-deleted",
            message("mail-account-deleted-text").with("name", name.as_str()),
        ),
        Mail::SecondFactorAdded => ("mail-factor-added", message("mail-factor-added-text")),
        Mail::SecondFactorRemoved => ("mail-factor-removed", message("mail-factor-removed-text")),
        Mail::PasswordChanged => (
            "mail-password-changed",
            message("mail-password-changed-text"),
        ),
        Mail::NewDevice {
            user_agent,
            address,
            at,
        } => (
            "mail-new-device",
            message("mail-new-device-text")
                .with("device", device::named(user_agent).say(language))
                .with("address", address.as_str())
                .with("at", language.moment(*at)),
        ),
    })
}

/// Asks the account to confirm its address. When another account has confirmed the address, that account is told
/// instead. `None` when the mail was removed meanwhile.
async fn confirm(
    app: &App,
    connection: &mut Connection,
    user: UserId,
    waiting: &Waiting,
) -> Result<Option<Written>> {
    let address = CanonicalEmail::of(&waiting.address);
    let addressees = addresses::addressees(connection, &address).await?;
    let is_others = |of: &Addressee| of.confirmed_at.is_some() && of.user_id != user;
    if let Some(other) = addressees.into_iter().find(is_others) {
        let text = message("mail-address-taken-text").with("name", other.username);
        return Ok(Some(Written {
            to: other.email,
            subject: "mail-address-taken",
            paragraphs: vec![text],
        }));
    }
    let (mail, to) = (waiting.id, &waiting.address);
    let link = link(app, connection, mail, "confirm", user, to, CONFIRM_WITHIN).await?;
    let Some(link) = link else {
        return Ok(None);
    };
    let url = format!(
        "{}/settings/account/confirm?secret={link}",
        app.settings.public_url()
    );
    Ok(Some(Written {
        to: waiting.address.clone(),
        subject: "mail-confirm",
        paragraphs: vec![
            message("mail-confirm-text"),
            as_it_is(url),
            message("mail-confirm-not"),
        ],
    }))
}

/// A letter with a link for each account that has the typed address. It goes to the address that the account stores,
/// never to the typed one.
async fn reset(
    app: &App,
    connection: &mut Connection,
    waiting: &Waiting,
    language: Language,
) -> Result<Vec<Written>> {
    let typed = CanonicalEmail::of(&waiting.address);
    let mut addressees = addresses::addressees(connection, &typed).await?;
    // Who confirmed it has it alone.
    if addressees.iter().any(|of| of.confirmed_at.is_some()) {
        addressees.retain(|of| of.confirmed_at.is_some());
    }
    if addressees.is_empty() {
        tracing::debug!("nobody has the address that a password was to be set by");
    }
    let mut all: Vec<Written> = Vec::new();
    for Addressee {
        user_id,
        username,
        email,
        ..
    } in addressees
    {
        let mail = waiting.id;
        let link = link(
            app,
            connection,
            mail,
            "reset",
            user_id,
            &email,
            RESET_WITHIN,
        )
        .await?;
        let Some(link) = link else {
            return Ok(Vec::new());
        };
        let url = format!(
            "{}/login/new-password?secret={link}",
            app.settings.public_url()
        );
        let whose = message("mail-reset-whose")
            .with("name", username)
            .say(language);
        let paragraph = as_it_is(format!("{whose}\n{url}"));
        match all.iter_mut().find(|written| written.to == email) {
            Some(written) => written.paragraphs.push(paragraph),
            None => all.push(Written {
                to: email,
                subject: "mail-reset",
                paragraphs: vec![message("mail-reset-text"), paragraph],
            }),
        }
    }
    for written in &mut all {
        written.paragraphs.push(message("mail-reset-not"));
    }
    Ok(all)
}

/// The secret of a new link; none when its mail was removed meanwhile.
async fn link(
    app: &App,
    connection: &mut Connection,
    mail: i64,
    purpose: &str,
    user: UserId,
    address: &str,
    within: TimeDelta,
) -> Result<Option<String>> {
    let (made, until) = (secret::fresh(), app.clock.now() + within);
    let hash = secret::hash_of(&made);
    let is_made = mails::add_link(connection, mail, &hash, purpose, user, address, until).await?;
    Ok(is_made.then_some(made))
}

fn as_it_is(text: String) -> Message {
    Message::in_english(text)
}
