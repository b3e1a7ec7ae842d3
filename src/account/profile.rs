//! Editing one's own profile.

use super::{may_write, name};
use crate::{
    app::App,
    error::{Error, Invalid, Result},
    rows::{self, Change},
    store::{User, users},
};

/// What to change; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub display_name: Option<String>,
    pub bio: Option<String>,
}

/// Changes someone's own name and bio.
///
/// # Errors
/// [`Error::Invalid`] with every field that must change, [`Error::Forbidden`] as [`may_write`].
pub async fn update(app: &App, user: &User, changes: &Changes) -> Result<User> {
    may_write(app, user)?;
    let mut invalid = Invalid::default();
    let display_name = changes
        .display_name
        .as_deref()
        .map(name::display_name)
        .transpose();
    let display_name = invalid.check("display_name", display_name).flatten();
    let bio = changes.bio.as_deref().map(name::bio).transpose();
    let bio = invalid.check("bio", bio).flatten();
    if !invalid.is_empty() {
        return Err(Error::Invalid(invalid));
    }
    let mut connection = app.db.get().await?;
    let user = users::update_profile(
        &mut connection,
        user.id,
        display_name.as_deref(),
        bio.as_deref(),
    )
    .await?;
    drop(connection);
    rows::announce(app, &[Change::User(user.id)]).await;
    // What was taken back is not to be shown any more.
    app.replicas.settle().await;
    Ok(user)
}
