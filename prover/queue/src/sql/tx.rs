//! A transaction of either database, its values and its rows. Only statements that are constants can be run.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Decode, Encode, Postgres, Row as _, Sqlite, Transaction, Type};

use crate::QueueError;

/// A statement in both dialects; parameters are `$1`, `$2` … in both.
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Sql {
    /// The same text in both.
    pub(crate) const fn same(text: &'static str) -> Self {
        Self {
            sqlite: text,
            postgres: text,
        }
    }
}

/// A parameter.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Int(Option<i64>),
    Text(Option<&'a str>),
    Bytes(&'a [u8]),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(value))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

/// A row. Columns are counted from 0.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// A column's value.
    pub(crate) fn get<'r, T>(&'r self, column: usize) -> Result<T, QueueError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
        .map_err(|_| QueueError::Unreadable("a column of another type"))
    }
}

/// An open transaction: rolled back unless committed.
pub enum Tx {
    /// Of SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// Of PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Runs a statement and gives all of its rows.
    pub(crate) async fn rows(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, QueueError> {
        // Always all rows: SQLite ends a statement that returns rows when the last was taken.
        Ok(match self {
            Self::Sqlite(tx) => sqlx::query_with(sql.sqlite, arguments::<SqliteArguments>(values)?)
                .fetch_all(&mut **tx)
                .await?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
            Self::Postgres(tx) => sqlx::query_with(sql.postgres, arguments::<PgArguments>(values)?)
                .fetch_all(&mut **tx)
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
        })
    }

    /// Runs a statement and gives its first row.
    pub(crate) async fn row(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, QueueError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Runs a statement and counts the rows that it changed.
    pub(crate) async fn run(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<u64, QueueError> {
        Ok(match self {
            Self::Sqlite(tx) => sqlx::query_with(sql.sqlite, arguments::<SqliteArguments>(values)?)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            Self::Postgres(tx) => sqlx::query_with(sql.postgres, arguments::<PgArguments>(values)?)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        })
    }

    /// Runs many statements without parameters.
    pub(crate) async fn script(&mut self, sql: &Sql) -> Result<(), QueueError> {
        match self {
            Self::Sqlite(tx) => {
                sqlx::raw_sql(sql.sqlite).execute(&mut **tx).await?;
            }
            Self::Postgres(tx) => {
                sqlx::raw_sql(sql.postgres).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }

    /// Makes it durable.
    pub(crate) async fn commit(self) -> Result<(), QueueError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

fn arguments<A: Arguments>(values: &[Value<'_>]) -> Result<A, QueueError>
where
    for<'t> Option<i64>: Encode<'t, A::Database> + Type<A::Database>,
    for<'t> Option<&'t str>: Encode<'t, A::Database> + Type<A::Database>,
    for<'t> &'t [u8]: Encode<'t, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        match *value {
            Value::Int(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
        }
        .map_err(|error| QueueError::Database(error.to_string()))?;
    }
    Ok(arguments)
}

/// sqlx's texts name no parameter and no password; a malformed URL never gets here.
impl From<sqlx::Error> for QueueError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(match error {
            sqlx::Error::PoolTimedOut => {
                "no connection in time: see that it runs and is not overloaded".to_owned()
            }
            error => error.to_string(),
        })
    }
}
