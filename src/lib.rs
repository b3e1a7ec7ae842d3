//! twitclone, the library behind the one binary.

pub mod account;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod cursor;
pub mod error;
pub mod event;
pub mod fanout;
pub mod graph;
pub mod http;
pub mod id;
pub mod metrics;
pub mod shutdown;
pub mod store;
pub mod text;
pub mod timeline;
pub mod tweet;
