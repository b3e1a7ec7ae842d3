//! The REST API, in the shape of Mastodon's client API. Inside it is tweet, retweet and like; the words
//! status, reblog and favourite live here and in the rooms below alone.

mod accounts;
pub mod content;
pub mod entities;
mod follows;
mod input;
mod instance;
mod kept;
mod markers;
mod openapi;
mod paging;
mod present;
pub mod refusals;
mod search;
mod shapes;
mod statuses;
mod timelines;

use actix_web::{Resource, web};

pub use instance::{Figures, counts};
pub use paging::{Cursors, Listing};
pub use statuses::NewStatus;

use super::failure::unknown_path;

pub fn routes(config: &mut web::ServiceConfig) {
    let home = |path| web::resource(path).route(web::get().to(timelines::home));
    // A scope, so that an unknown path below it is never taken for somebody's page.
    config.service(
        web::scope("/api")
            // First, and each way alone: it is asked for most, and every pattern before the one that fits costs a regular
            // expression, as one of two ways does; all of them took 7% of the time of a home page.
            .service(home("/v1/timelines/home"))
            .service(home("/v1/timelines/home/"))
            .service(
                resource("/v1/markers")
                    .route(web::get().to(markers::get))
                    .route(web::post().to(markers::set)),
            )
            .service(resource("/openapi.json").route(web::get().to(openapi::document)))
            .service(resource("/v1/instance").route(web::get().to(instance::v1)))
            .service(resource("/v2/instance").route(web::get().to(instance::v2)))
            .service(resource("/v2/search").route(web::get().to(search::search)))
            .configure(accounts)
            .configure(statuses)
            .default_service(web::to(unknown_path)),
    );
}

fn accounts(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/v1/accounts/verify_credentials")
                .route(web::get().to(accounts::verify_credentials)),
        )
        .service(
            resource("/v1/accounts/update_credentials")
                .route(web::patch().to(accounts::update_credentials)),
        )
        .service(resource("/v1/accounts/lookup").route(web::get().to(accounts::lookup)))
        .service(resource("/v1/accounts/search").route(web::get().to(accounts::search)))
        .service(
            resource("/v1/accounts/relationships").route(web::get().to(follows::relationships)),
        )
        // Last: `{id}` matches the names above, too.
        .service(resource("/v1/accounts/{id}").route(web::get().to(accounts::account)))
        .service(
            resource("/v1/accounts/{id}/statuses")
                .route(web::get().to(timelines::account_statuses)),
        )
        .service(resource("/v1/accounts/{id}/followers").route(web::get().to(follows::followers)))
        .service(resource("/v1/accounts/{id}/following").route(web::get().to(follows::following)))
        .service(resource("/v1/accounts/{id}/follow").route(web::post().to(follows::follow)))
        .service(resource("/v1/accounts/{id}/unfollow").route(web::post().to(follows::unfollow)));
}

fn statuses(config: &mut web::ServiceConfig) {
    config
        .service(resource("/v1/statuses").route(web::post().to(statuses::post)))
        .service(
            resource("/v1/statuses/{id}")
                .route(web::get().to(statuses::status))
                .route(web::delete().to(statuses::delete)),
        )
        .service(resource("/v1/statuses/{id}/context").route(web::get().to(statuses::context)))
        .service(resource("/v1/statuses/{id}/delivery").route(web::get().to(statuses::delivery)));
}

/// With and without a slash at the end: some clients' libraries add one, since Mastodon takes both.
fn resource(path: &str) -> Resource {
    web::resource([path, &format!("{path}/")])
}
