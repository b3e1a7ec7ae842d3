//! Opening home, for pages and the API alike: who asks, and what stands there, from one look into the cache.

use actix_web::HttpRequest;

use super::{auth, failure::Failure};
use crate::{
    account::{self, Viewer},
    cursor::Page,
    timeline::{self, Slice},
};

/// The viewer and a page of their home; `None` when nobody is logged in. Kept rows serve for the session too,
/// so the look into the cache, which says whether they are current, comes first.
///
/// # Errors
/// 401 for a bearer token that is over, 503 when the database is needed and away.
pub async fn home(request: &HttpRequest, page: Page) -> Result<Option<(Viewer, Slice)>, Failure> {
    auth::as_viewer(request, move |app, credential| async move {
        let token = account::read_token(&app, &credential.token, credential.carrier)?;
        let glance = timeline::glance(&app, token.user, &page).await;
        let viewer = account::identify(&app, &token, glance.is_current()).await?;
        let slice = timeline::home(&app, &viewer.user, glance).await?;
        Ok((viewer, slice))
    })
    .await
}
