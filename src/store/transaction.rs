//! A transaction that its owner ends.

use diesel_async::{AnsiTransactionManager, TransactionManager};

use super::{Connection, Db, PooledConnection};
use crate::error::Result;

type Manager = AnsiTransactionManager;

/// Dropped without an end, its connection is not used again, which ends it too.
pub struct Transaction {
    connection: PooledConnection,
}

impl Transaction {
    /// # Errors
    /// [`crate::error::Error::Unavailable`] when the database is away.
    pub async fn begin(db: &Db) -> Result<Self> {
        let mut connection = db.get().await?;
        Manager::begin_transaction(&mut *connection).await?;
        Ok(Self { connection })
    }

    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// # Errors
    /// [`crate::error::Error::Unavailable`] when the database is away; whether it was carried out is then not known.
    pub async fn commit(mut self) -> Result<()> {
        Manager::commit_transaction(&mut *self.connection).await?;
        Ok(())
    }

    pub async fn roll_back(mut self) {
        // The pool drops a connection whose transaction is still open.
        if let Err(error) = Manager::rollback_transaction(&mut *self.connection).await {
            tracing::debug!(%error, "roll back");
        }
    }
}
