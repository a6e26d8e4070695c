//! The queue in a PostgreSQL server, shared by many processes on many machines.
//!
//! Every session has `synchronous_commit` on and timeouts; a URL that asks for anything else is refused. A lost connection fails the call that
//! used it; later calls connect again. An erased witness is gone for every query, but its bytes stay in the server's files
//! until PostgreSQL uses the place again: it is sealed there, and the server's disk must be trusted to forget.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};

use crate::QueueError;
use crate::sql::tx::Tx;
use crate::sql::{Database, SqlQueue, patiently, schema};

/// Of one process. Transactions are short; PostgreSQL allows 100 by default.
const CONNECTIONS: u32 = 8;

const CONNECT: Duration = Duration::from_secs(5);

/// Timeouts are the server's, in milliseconds: of a statement, of a wait for a lock, of a client that stopped within a
/// transaction.
const SESSION: [(&str, &str); 5] = [
    ("synchronous_commit", "on"),
    // Compiling a claim's statements takes a hundred times as long as running them.
    ("jit", "off"),
    ("statement_timeout", "10000"),
    ("lock_timeout", "5000"),
    ("idle_in_transaction_session_timeout", "10000"),
];

/// A queue in PostgreSQL.
pub type PostgresQueue = SqlQueue<PostgresServer>;

/// A PostgreSQL server with our connections to it.
pub struct PostgresServer {
    pool: PgPool,
}

/// Nothing of the options, which hold the password.
impl fmt::Debug for PostgresServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresServer").finish_non_exhaustive()
    }
}

impl PostgresQueue {
    /// Connects, and creates the tables if there are none.
    ///
    /// # Errors
    /// [`QueueError::Database`] if it cannot be reached or used, [`QueueError::Unreadable`] if another version's tables are
    /// there. No error contains the URL.
    pub async fn connect(url: &str) -> Result<Self, QueueError> {
        let malformed = || {
            QueueError::Database(
                "its URL is malformed: write postgres://user:password@host:port/database, with any of :/?#@% in the password as %xx, and only host, port, sslmode, sslrootcert, sslcert, sslkey as parameters"
                    .into(),
            )
        };
        // The parser's own error may quote the URL, and with it the password; so does its warning about a parameter that it
        // does not know, which a password with a question mark makes.
        if !known_parameters(url) {
            return Err(malformed());
        }
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| malformed())?
            .application_name("obolus-prover")
            .options(SESSION);
        // Not by the pool, which tries again until it may not and then cannot say why.
        let first = PgConnection::connect_with(&options);
        let mut first = tokio::time::timeout(CONNECT, first)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)??;
        let server = PostgresServer {
            pool: PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(CONNECT)
                .connect_lazy_with(options),
        };
        patiently(async {
            first.ping().await?;
            first.close().await?;
            let mut tx = server.write().await?;
            schema::prepare(&mut tx).await?;
            tx.commit().await
        })
        .await?;
        Ok(Self::new(server))
    }
}

fn known_parameters(url: &str) -> bool {
    const KNOWN: [&str; 6] = [
        "host",
        "port",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
    ];
    let (_, query) = url.split_once('?').unwrap_or_default();
    let mut names = query
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| parameter.split('=').next().unwrap_or_default());
    names.all(|name| KNOWN.contains(&name))
}

#[async_trait]
impl Database for PostgresServer {
    async fn write(&self) -> Result<Tx, QueueError> {
        Ok(Tx::Postgres(self.pool.begin().await?))
    }

    async fn read(&self) -> Result<Tx, QueueError> {
        self.write().await
    }

    async fn scrub(&self) -> Result<(), QueueError> {
        // Autovacuum does what can be done.
        Ok(())
    }
}
