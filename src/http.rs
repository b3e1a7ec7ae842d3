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
mod connection;
pub mod failure;
pub mod frames;
pub mod health;
pub mod opening;
pub mod pages;
mod present;
mod robots;
pub mod templates;

use std::{io, net::TcpListener, time::Duration};

use actix_http::{HttpService, KeepAlive, Protocol};
use actix_service::{ServiceFactoryExt, map_config};
use actix_web::{
    App as Router,
    dev::{AppConfig, Server, fn_service},
    middleware::{Compress, from_fn},
    web::{self, Data},
};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    config,
    error::{Error, Result},
};
use connection::Connection;
use templates::Templates;

/// Requests under way when the process is told to stop get this long.
const DRAIN_SECONDS: u64 = 5;
/// What a connection gets to end by itself, once it is to end.
const LINGER: Duration = Duration::from_secs(1);
/// A connection without a request is kept for longer than proxies keep theirs (nginx 60 s, Traefik 90 s, Caddy 120 s).
/// Whoever sends on it must be the one to close it: else a request now and then meets a connection just closed.
const IDLE: Duration = Duration::from_secs(150);

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

/// Serves health and metrics alone, for a process without pages; what is wrong it says as text.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve_health(app: &App, listener: TcpListener, stop: CancellationToken) -> Result<Server> {
    let state = Data::new(app.clone());
    let settings = config::Server {
        workers: 1,
        ..app.settings.server.clone()
    };
    run(listener, stop, &settings, move |config| {
        config.app_data(state.clone()).configure(health::routes);
    })
}

fn run(
    listener: TcpListener,
    stop: CancellationToken,
    settings: &config::Server,
    configure: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> Result<Server> {
    let unusable = |error: io::Error| Error::internal(error);
    let limit = settings.request_time();
    let draining = stop.clone();
    // As the framework's own `HttpServer` does it, but with connections of ours.
    let server = Server::build()
        .workers(settings.workers)
        .shutdown_timeout(DRAIN_SECONDS)
        .shutdown_signal(stop.cancelled_owned())
        .listen("http", listener, move || {
            let draining = draining.clone();
            let router = Router::new()
                .configure(configure.clone())
                .default_service(web::to(failure::unknown_path))
                .wrap(from_fn(boundary::boundary))
                .wrap(Compress::default());
            let http = HttpService::build()
                .keep_alive(KeepAlive::Timeout(IDLE))
                .client_request_timeout(limit)
                .client_disconnect_timeout(LINGER)
                .graceful_shutdown_signal(move || draining.clone().cancelled_owned())
                .on_connect_ext(|connection: &Connection, data| {
                    data.insert(connection.turn());
                })
                .finish(map_config(router, |()| AppConfig::default()));
            fn_service(move |stream: TcpStream| async move {
                let from = stream.peer_addr().ok();
                Ok((Connection::new(stream, limit), Protocol::Http1, from))
            })
            .and_then(http)
        })
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
