//! Every SQL query. Functions take a connection and give diesel's own error; [`Db`] hands connections out.

pub mod addresses;
pub mod ceremonies;
pub mod changes;
mod committed;
pub mod deletions;
pub mod delivery;
pub mod discovery;
mod error;
pub mod figures;
pub mod follows;
pub mod guesses;
pub mod mails;
pub mod markers;
pub mod migrations;
pub mod outbox;
pub mod pieces;
pub mod pool;
pub mod posting;
mod prepared;
pub mod progress;
pub mod pulled;
pub mod replicas;
pub mod schema;
pub mod second_factors;
pub mod sessions;
pub mod sign_ups;
pub mod timelines;
mod transaction;
pub mod tweets;
pub mod users;

pub use diesel_async::AsyncPgConnection as Connection;
pub use pool::{Db, PooledConnection};
pub use replicas::{OwnWrites, Replicas, RowVersion};
pub use transaction::Transaction;
pub use tweets::Tweet;
pub use users::User;
