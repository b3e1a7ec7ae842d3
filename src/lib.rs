#![recursion_limit = "256"] // the futures of workers are deep types
#![doc = include_str!("ARCHITECTURE.md")]

pub mod account;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod cursor;
pub mod doorbell;
pub mod error;
pub mod event;
pub mod fanout;
pub mod graph;
pub mod http;
pub mod id;
pub mod language;
pub mod mail;
pub mod metrics;
pub mod rows;
pub mod shutdown;
pub mod store;
pub mod text;
pub mod timeline;
pub mod tweet;
