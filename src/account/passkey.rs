//! Passkeys (Web Authentication): a device logs its owner in, who shows the device that they are there. That is two factors at
//! once, so nothing else is asked for.

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use webauthn_rs::prelude::{
    CreationChallengeResponse, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, RequestChallengeResponse, Url, Webauthn, WebauthnBuilder,
};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::{
    ceremony,
    device::{self, Device},
    second_factor,
    secret::hash_of,
    session::{self, Viewer},
};
use crate::{
    app::App,
    config::Settings,
    error::{Error, Result},
    id::UserId,
    language::message,
    store::{Connection, Transaction, addresses, ceremonies, second_factors},
};

const REGISTER: &str = "register";
const AUTHENTICATE: &str = "authenticate";
const MOST: usize = 20;

/// What a browser is asked to do with a device, and what it brings along with the answer.
#[derive(Serialize)]
pub struct Asked<T> {
    ticket: String,
    #[serde(flatten)]
    challenge: T,
}

/// What passkeys here belong to: none where people come by an address of numbers, which browsers do not take.
pub fn relying_party(settings: &Settings) -> Option<Webauthn> {
    let origin = Url::parse(settings.public_url()).ok()?;
    let builder = WebauthnBuilder::new(origin.domain()?, &origin).ok()?;
    builder.rp_name(&settings.instance.title).build().ok()
}

/// Begins to add one. As [`super::log_in()`], it runs its own operations on the main runtime.
///
/// # Errors
/// As [`session::prove`]; [`Error::BadRequest`] where there can be none, or no more.
pub async fn begin(
    app: &App,
    viewer: &Viewer,
    device: &Device,
    password: &str,
) -> Result<Asked<CreationChallengeResponse>> {
    session::prove(app, viewer, device, password).await?;
    let user = viewer.user.clone();
    app.run(move |app| async move {
        let mut connection = app.db.get().await?;
        let have = second_factors::passkeys(&mut connection, user.id).await?;
        if have.len() >= MOST {
            return Err(Error::BadRequest(message("passkeys-too-many")));
        }
        let have: Result<Vec<Passkey>> = have.iter().map(|key| read(&key.credential)).collect();
        let ids = have?.iter().map(|key| key.cred_id().clone()).collect();
        let (mut challenge, state) = party(&app)?
            .start_passkey_registration(handle_of(user.id), &user.username, user.name(), Some(ids))
            .map_err(Error::internal)?;
        // So that it says by itself whose it is, and nobody has to type a name.
        if let Some(wanted) = &mut challenge.public_key.authenticator_selection {
            wanted.resident_key = Some(ResidentKeyRequirement::Required);
            wanted.require_resident_key = true;
        }
        let ticket =
            ceremony::begin(&app, &mut connection, REGISTER, Some(user.id), &state).await?;
        Ok(Asked { ticket, challenge })
    })
    .await
}

/// Adds one; recovery codes, where there were none.
///
/// # Errors
/// [`Error::BadRequest`] when it took too long or the answer is not one to what was asked.
pub async fn add(
    app: &App,
    viewer: &Viewer,
    device: &Device,
    ticket: &str,
    answer: &str,
) -> Result<Option<Vec<String>>> {
    let user = viewer.user.id;
    let mut all = Transaction::begin(&app.db).await?;
    let state = take(app, all.connection(), REGISTER, ticket, Some(user)).await?;
    let added = register(app, all.connection(), user, device, &state, answer).await;
    // The ticket is used up in any case.
    all.commit().await?;
    app.mailbox.ring();
    added
}

async fn register(
    app: &App,
    connection: &mut Connection,
    user: UserId,
    device: &Device,
    state: &PasskeyRegistration,
    answer: &str,
) -> Result<Option<Vec<String>>> {
    let answer: RegisterPublicKeyCredential = understood(answer)?;
    let key = party(app)?
        .finish_passkey_registration(&answer, state)
        .map_err(refused)?;
    let name = device::named(device.user_agent()).say(device.language());
    let credential = serde_json::to_string(&key).map_err(Error::internal)?;
    let is_new =
        second_factors::add_passkey(connection, user, key.cred_id(), &name, &credential).await?;
    if !is_new {
        return Err(Error::BadRequest(message("passkey-refused")));
    }
    second_factor::added(app, connection, user, device).await
}

/// Removes one of the viewer's.
///
/// # Errors
/// As [`session::prove`]; [`Error::NotFound`] when it is none of theirs, or removed already.
pub async fn remove(
    app: &App,
    viewer: &Viewer,
    device: &Device,
    password: &str,
    id: i64,
) -> Result<()> {
    session::prove(app, viewer, device, password).await?;
    let (viewer, device) = (viewer.clone(), device.clone());
    app.run(move |app| async move {
        let mut all = Transaction::begin(&app.db).await?;
        addresses::lock(all.connection(), viewer.user.id).await?;
        if !second_factors::remove_passkey(all.connection(), viewer.user.id, id).await? {
            all.roll_back().await;
            return Err(Error::NotFound(message("no-such-passkey")));
        }
        second_factor::removed(&app, all, &viewer, &device).await
    })
    .await
}

/// Asks for a passkey, whoever's it is.
///
/// # Errors
/// [`Error::BadRequest`] where there can be none.
pub async fn ask(app: &App) -> Result<Asked<RequestChallengeResponse>> {
    let (challenge, state) = party(app)?
        .start_discoverable_authentication()
        .map_err(Error::internal)?;
    let ticket =
        ceremony::begin(app, &mut *app.db.get().await?, AUTHENTICATE, None, &state).await?;
    Ok(Asked { ticket, challenge })
}

/// Returns the user whose passkey answered, and a transaction that holds the passkey. The session must begin in this
/// transaction. So a removal of the passkey, which ends sessions, waits for it or comes first.
///
/// # Errors
/// [`Error::Unauthorized`] when it is nobody's, or took too long.
pub async fn authenticate(app: &App, ticket: &str, answer: &str) -> Result<(Transaction, UserId)> {
    let mut connection = app.db.get().await?;
    let state = take(app, &mut connection, AUTHENTICATE, ticket, None).await?;
    let answer: PublicKeyCredential = understood(answer)?;
    let party = party(app)?;
    let (handle, credential_id) = party
        .identify_discoverable_authentication(&answer)
        .map_err(refused)?;
    let found = second_factors::passkey(&mut connection, credential_id).await?;
    let found = found
        .filter(|found| handle_of(found.user_id) == handle)
        .ok_or_else(unknown)?;
    let mut key: Passkey = read(&found.credential)?;
    let shown = party
        .finish_discoverable_authentication_v2(&answer, state, &key)
        .map_err(refused)?;
    key.update_credential(&shown);
    let (now, kept) = (
        app.clock.now(),
        serde_json::to_string(&key).map_err(Error::internal)?,
    );
    drop(connection);
    let mut all = Transaction::begin(&app.db).await?;
    if second_factors::touch_passkey(all.connection(), found.id, &kept, now).await? == 0 {
        all.roll_back().await;
        return Err(unknown());
    }
    Ok((all, found.user_id))
}

fn unknown() -> Error {
    Error::Unauthorized(message("passkey-unknown"))
}

/// What the first request left, if it is this person's.
async fn take<T: DeserializeOwned>(
    app: &App,
    connection: &mut Connection,
    purpose: &str,
    ticket: &str,
    user: Option<UserId>,
) -> Result<T> {
    let now = app.clock.now();
    let kept = ceremonies::end(connection, &hash_of(ticket), purpose, now).await?;
    let kept = kept.filter(|kept| kept.user() == user);
    let late = || Error::BadRequest(message("passkey-late"));
    serde_json::from_str(&kept.ok_or_else(late)?.state).map_err(Error::internal)
}

fn party(app: &App) -> Result<&Webauthn> {
    let none = || Error::BadRequest(message("passkeys-none"));
    app.passkeys.as_ref().ok_or_else(none)
}

/// Says nothing of who they are, and is not theirs elsewhere.
fn handle_of(user: UserId) -> Uuid {
    Uuid::from_u64_pair(0, user.get().unsigned_abs())
}

fn read(credential: &str) -> Result<Passkey> {
    serde_json::from_str(credential).map_err(Error::internal)
}

fn understood<T: DeserializeOwned>(answer: &str) -> Result<T> {
    serde_json::from_str(answer).map_err(|_| Error::BadRequest(message("passkey-refused")))
}

fn refused(error: impl std::fmt::Display) -> Error {
    tracing::debug!(%error, "a passkey is refused");
    Error::Unauthorized(message("passkey-refused"))
}
