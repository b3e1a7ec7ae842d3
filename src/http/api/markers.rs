//! Where the viewer stopped reading, kept for all their devices.

use actix_web::{HttpResponse, web::Data};
use chrono::SecondsFormat;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    entities::{Marker, Markers},
    input, refusals,
};
use crate::{
    app::App,
    error::Error,
    http::{auth::LoggedIn, body::Body, failure::Answer},
    id::TweetId,
    language::Message,
    store::{self, markers},
};

/// Where one stopped. Other timelines than home have no markers.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "markers with the field home")]
pub struct NewMarkers {
    #[schema(required, nullable = false)]
    home: Option<Place>,
    #[serde(rename = "home[last_read_id]")]
    #[schema(ignore)]
    home_last_read_id: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct Place {
    /// The newest tweet that was read.
    #[schema(pattern = r"^[ \t\n\f\r]*[0-9]{1,18}[ \t\n\f\r]*$")]
    last_read_id: String,
}

/// The same in a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says what NewMarkers reads of a form")]
pub struct NewMarkersInForm {
    /// The newest tweet of home that was read.
    #[schema(
        rename = "home[last_read_id]",
        pattern = r"^[ \t\n\f\r]*[0-9]{1,18}[ \t\n\f\r]*$"
    )]
    home_last_read_id: String,
}

/// Where one stopped reading
#[utoipa::path(get, path = "/api/v1/markers", operation_id = "get_markers", tag = "timelines",
    params(("timeline[]" = Option<Vec<String>>, Query, description = "`home`, which is the only one; it may be left out", explode)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "Empty for somebody who has read nothing yet", body = Markers),
        refusals::Unauthorized, refusals::Always))]
pub async fn get(app: Data<App>, LoggedIn(viewer): LoggedIn) -> Answer {
    let user = viewer.user.id;
    let marker = app
        .run(move |app| async move { Ok(markers::get(&mut *app.db.get().await?, user).await?) })
        .await?;
    Ok(HttpResponse::Ok().json(Markers {
        home: marker.map(shown),
    }))
}

/// Keep where one stopped reading
#[utoipa::path(post, path = "/api/v1/markers", operation_id = "set_markers", tag = "timelines",
    security(("bearer" = []), ("cookie" = [])),
    request_body(content((NewMarkers = "application/json"), (NewMarkersInForm = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "What is kept now", body = Markers),
        refusals::Unauthorized, refusals::Forbidden, refusals::Body, refusals::Always))]
pub async fn set(
    app: Data<App>,
    LoggedIn(viewer): LoggedIn,
    Body(asked): Body<NewMarkers>,
) -> Answer {
    let user = viewer.user.id;
    let text = asked.home.map(|place| place.last_read_id);
    let id = match text.or(asked.home_last_read_id) {
        Some(text) => input::id_in_body("home[last_read_id]", &text)?,
        None => None,
    };
    let Some(id) = id.map(TweetId::from) else {
        let said =
            "Say what was read last, as home[last_read_id] or {\"home\": {\"last_read_id\": …}}.";
        return Err(Error::invalid("home", Message::in_english(said)).into());
    };
    let marker = app
        .run(move |app| async move { Ok(markers::set(&mut *app.db.get().await?, user, id).await?) })
        .await?;
    Ok(HttpResponse::Ok().json(Markers {
        home: Some(shown(marker)),
    }))
}

fn shown(marker: store::markers::Marker) -> Marker {
    Marker {
        last_read_id: marker.last_read_id.to_string(),
        version: marker.version,
        updated_at: marker
            .updated_at
            .to_rfc3339_opts(SecondsFormat::Millis, true),
    }
}
