//! The REST API, in the shape of Mastodon's client API.

use actix_web::web;

pub fn routes(_config: &mut web::ServiceConfig) {}
