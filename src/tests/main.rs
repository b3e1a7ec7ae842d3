//! Integration tests, one binary. `scripts/test` starts the servers that they need.
#![recursion_limit = "256"] // futures of whole systems are deep types
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod database;
mod leftovers;
mod mailbox;
mod person;
mod process;
mod servers;
mod system;
mod test_app;

mod accounts;
mod api_cases;
mod api_content;
mod api_document;
mod api_entities;
mod api_errors;
mod api_paging;
mod audit;
mod backfill;
mod bad_input;
mod bench_small;
mod boundary;
mod browser;
mod command_line;
mod commits;
mod configuration;
mod emails;
mod event_log;
mod faults;
mod flat_reads;
mod graph;
mod home;
mod ids;
mod kept_rows;
mod lanes;
mod languages;
mod mail;
mod markers;
mod metrics;
mod outages;
mod overload;
mod ownership;
mod pages;
mod permissions;
mod posting;
mod processes;
mod pulled;
mod replicas;
mod requests;
mod search;
mod terminal;
mod text;
mod tidy;
mod timeline_cache;
