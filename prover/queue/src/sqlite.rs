//! The queue in a file, owned by one process.
//!
//! One connection writes, a few read. Erased witnesses are overwritten in the file (`secure_delete`) at once and leave the
//! log beside it with the next sweep. A second owner is refused: it would not be woken by the first one's changes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlitePool};

use crate::QueueError;
use crate::sql::tx::{Sql, Tx};
use crate::sql::{Database, SqlQueue, patiently, schema};

const READERS: u32 = 4;

/// How long one waits for the writing connection, or for a reader before the log can be emptied.
const WAIT: Duration = Duration::from_secs(20);
const BUSY: Duration = Duration::from_secs(5);

const ABANDON: Sql = Sql::same("UPDATE prover_jobs SET lease_until = 0 WHERE state = 'running'");

/// A queue in a SQLite file.
pub type SqliteQueue = SqlQueue<SqliteFile>;

/// A SQLite file with its connections.
#[derive(Debug)]
pub struct SqliteFile {
    writer: SqlitePool,
    readers: SqlitePool,
    _owner: Owner,
}

/// Holds the lock beside the database.
#[derive(Debug)]
struct Owner(File);

impl Drop for Owner {
    fn drop(&mut self) {
        // Closing is not enough while a child that was just forked has the file too. If this fails, that must do.
        let _ = self.0.unlock();
    }
}

impl SqliteQueue {
    /// Opens the file, readable by its owner only, or creates it. Beside it appear SQLite's own `-wal` and `-shm` and a
    /// `.lock`; the disk must be a local one.
    ///
    /// # Errors
    /// [`QueueError::Database`] if it cannot be used or another process has it open, [`QueueError::Unreadable`] if another
    /// version wrote it.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, QueueError> {
        let path = path.as_ref();
        let owner = own(path)?;
        // SQLite gives its other files the same mode.
        private(path).map_err(at(path))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY");
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(WAIT)
                .idle_timeout(None)
                .max_lifetime(None)
        };
        patiently(async {
            let writer = pool()
                .max_connections(1)
                // SQLite itself ends a transaction that meets a full disk. sqlx does not notice and cannot begin another one
                // on that connection, so it is not used again.
                .before_acquire(|connection, _| {
                    Box::pin(async move { Ok(!connection.is_in_transaction()) })
                })
                .connect_with(options.clone())
                .await?;
            let readers = pool()
                .max_connections(READERS)
                .connect_lazy_with(options.pragma("query_only", "ON"));
            let file = SqliteFile {
                writer,
                readers,
                _owner: owner,
            };
            let mut tx = file.write().await?;
            schema::prepare(&mut tx).await?;
            // Nobody else has the file: whoever held a job is gone, and its lease need not run out first.
            tx.run(&ABANDON, &[]).await?;
            tx.commit().await?;
            Ok(Self::new(file))
        })
        .await
    }
}

#[async_trait]
impl Database for SqliteFile {
    async fn write(&self) -> Result<Tx, QueueError> {
        Ok(Tx::Sqlite(self.writer.begin_with("BEGIN IMMEDIATE").await?))
    }

    async fn read(&self) -> Result<Tx, QueueError> {
        Ok(Tx::Sqlite(self.readers.begin().await?))
    }

    async fn scrub(&self) -> Result<(), QueueError> {
        // Waits for readers and then writes nothing if one is too slow: the next sweep will do it.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_all(&self.writer)
            .await?;
        Ok(())
    }
}

fn own(path: &Path) -> Result<Owner, QueueError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock = PathBuf::from(name);
    let file = private(&lock).map_err(at(&lock))?;
    match file.try_lock() {
        Ok(()) => Ok(Owner(file)),
        Err(TryLockError::WouldBlock) => Err(QueueError::Database(format!(
            "{} is in use by another process: stop that one, or use PostgreSQL for several",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(at(&lock)(error)),
    }
}

/// Opens a file, or creates it for its owner only.
fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

fn at(path: &Path) -> impl Fn(io::Error) -> QueueError + '_ {
    move |error| {
        QueueError::Database(format!(
            "{}: {error}; check its directory and permissions",
            path.display()
        ))
    }
}
