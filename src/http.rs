//! The web: pages for people, the REST API for programs, health and metrics.
//!
//! Handlers extract, run one operation on the main runtime ([`crate::app::App::run`]) and render. Nothing
//! else happens on a web worker.

pub mod api;
pub mod assets;
pub mod auth;
pub mod body;
pub mod boundary;
mod client;
pub mod failure;
pub mod frames;
pub mod health;
pub mod opening;
pub mod pages;
mod present;
mod robots;
pub mod templates;

use std::{io, net::TcpListener};

use actix_web::{
    App as Router, HttpServer,
    dev::Server,
    middleware::{Compress, from_fn},
    web::{self, Data},
};
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    config,
    error::{Error, Result},
};
use templates::Templates;

/// Requests under way when the process is told to stop get this long.
const DRAIN_SECONDS: u64 = 5;

/// Serves everything on a socket until told to stop. To be awaited on the main runtime; the workers are
/// threads of their own.
///
/// # Errors
/// When a template is broken or the socket cannot be used.
pub fn serve(app: &App, listener: TcpListener, stop: CancellationToken) -> Result<Server> {
    let state = Data::new(app.clone());
    let templates = Data::new(Templates::load(app)?);
    let figures = Data::new(api::Figures::default());
    run(listener, stop, &app.settings.server, move |config| {
        config
            .app_data(state.clone())
            .app_data(templates.clone())
            .app_data(figures.clone())
            .configure(routes);
    })
}

/// Serves health and metrics alone, for a process without pages.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve_health(app: &App, listener: TcpListener, stop: CancellationToken) -> Result<Server> {
    let state = Data::new(app.clone());
    let templates = Data::new(Templates::load(app)?);
    let settings = config::Server {
        workers: 1,
        ..app.settings.server.clone()
    };
    run(listener, stop, &settings, move |config| {
        config
            .app_data(state.clone())
            .app_data(templates.clone())
            .configure(health::routes);
    })
}

fn run(
    listener: TcpListener,
    stop: CancellationToken,
    settings: &config::Server,
    configure: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> Result<Server> {
    let unusable = |error: io::Error| Error::internal(error);
    let server = HttpServer::new(move || {
        Router::new()
            .configure(configure.clone())
            .default_service(web::to(failure::unknown_path))
            .wrap(from_fn(boundary::boundary))
            .wrap(Compress::default())
    })
    .workers(settings.workers)
    .client_request_timeout(settings.request_time())
    .shutdown_timeout(DRAIN_SECONDS)
    .shutdown_signal(stop.cancelled_owned())
    .listen(listener)
    .map_err(unusable)?
    .run();
    Ok(server)
}

/// Every route. A first path segment that stands here is a reserved username.
fn routes(config: &mut web::ServiceConfig) {
    config
        .configure(health::routes)
        .configure(assets::routes)
        .configure(robots::routes)
        .configure(api::routes)
        // Last: `/@{username}` and `/{username}/followers` match much.
        .configure(pages::routes);
}
