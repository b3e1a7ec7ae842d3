//! The API's own description, made from the code.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, Components,
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
    },
};

use super::{accounts, follows, input, instance, markers, refusals, search, statuses, timelines};
use crate::{
    error::Error,
    http::{auth, failure::Answer},
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "twitclone",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        description = "The REST API, in the shape of Mastodon's client API: a tweet is a status here. Ids are \
                       strings. Listings give the address of their next page in the header `Link`.",
    ),
    paths(
        document,
        instance::v1,
        instance::v2,
        accounts::verify_credentials,
        accounts::update_credentials,
        accounts::lookup,
        accounts::search,
        search::search,
        accounts::account,
        follows::relationships,
        follows::followers,
        follows::following,
        follows::follow,
        follows::unfollow,
        statuses::post,
        statuses::status,
        statuses::delete,
        statuses::context,
        statuses::delivery,
        timelines::account_statuses,
        timelines::home,
        markers::get,
        markers::set,
    ),
    tags(
        (name = "instance", description = "The server"),
        (name = "accounts", description = "People"),
        (name = "statuses", description = "Single tweets"),
        (name = "timelines", description = "Tweets by the page"),
    ),
    // Named here, since neither responses that are types of their own nor parameters name their schemas.
    components(schemas(refusals::Error, refusals::ErrorDetail, input::IdText)),
    modifiers(&Sessions, &OptionalBodies),
)]
struct Api;

/// The two ways to say who one is.
struct Sessions;

impl Modify for Sessions {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Components::new);
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".to_owned());
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        components.add_security_scheme(
            "cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(auth::COOKIES[0]))),
        );
    }
}

/// A body that changes nothing may be left out.
struct OptionalBodies;

impl Modify for OptionalBodies {
    fn modify(&self, document: &mut openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let body = item
                .patch
                .as_mut()
                .and_then(|patch| patch.request_body.as_mut());
            if let Some(openapi::RefOr::T(body)) = body {
                body.required = Some(openapi::Required::False);
            }
        }
    }
}

static DOCUMENT: LazyLock<Result<String, serde_json::Error>> =
    LazyLock::new(|| Api::openapi().to_json());

/// This document
#[utoipa::path(get, path = "/api/openapi.json", operation_id = "get_openapi", tag = "instance",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json"), refusals::Always))]
pub async fn document() -> Answer {
    match DOCUMENT.as_ref() {
        Ok(document) => Ok(HttpResponse::Ok()
            .content_type("application/json")
            .body(document.as_str())),
        Err(error) => Err(Error::internal(error.to_string()).into()),
    }
}
