//! Pages that say the same to everybody.

use super::site::{Fixed, Reader, Site};
use crate::http::{auth::MaybeLoggedIn, failure::Answer};

/// What the keyboard does.
pub async fn keys(site: Site, MaybeLoggedIn(viewer): MaybeLoggedIn) -> Answer {
    let user = viewer.map(|viewer| viewer.user);
    site.page("keys.html", user.as_ref(), &Fixed {})
}

/// What a browser keeps for when the server cannot be reached, whoever is logged in then.
pub async fn offline(site: Site) -> Answer {
    site.page("offline.html", Reader::Unknown, &Fixed {})
}
