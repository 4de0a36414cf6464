//! Wrapped keys in a database file of their own, so that their backups can live shorter than all others.

use std::path::Path;

use async_trait::async_trait;
use declic_store::crash::{self, Point};
use declic_vault::keyring::{Error, KekId, KeyId, Keyring, Part, WrappedKey};
use sqlx::SqliteConnection;
use tokio::sync::{Mutex, MutexGuard};

use crate::error::is_full;
use crate::open::{self, Kind, OpenError, Place};
use crate::rows::{Rows, Value};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/keyring");

const KIND: Kind = Kind {
    name: "keyring",
    application_id: 0x4463_6c4b,
    version: 1,
    migrator: &MIGRATIONS,
};

/// The keyring: few, short accesses over one connection.
pub struct SqliteKeyring {
    place: Place,
    /// None after a failure, until the next use opens another.
    connection: Mutex<Option<SqliteConnection>>,
}

impl SqliteKeyring {
    /// Opens the file, or creates it.
    ///
    /// # Errors
    /// As [`crate::SqliteStore::open`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_place(Place {
            path: path.as_ref().to_owned(),
            most_pages: None,
        })
        .await
    }

    /// Same, with at most so many pages of 4,096 bytes: beyond it writes are refused as on a full disk.
    ///
    /// # Errors
    /// As [`crate::SqliteStore::open`].
    pub async fn open_limited(path: impl AsRef<Path>, most_pages: u32) -> Result<Self, OpenError> {
        Self::open_place(Place {
            path: path.as_ref().to_owned(),
            most_pages: Some(most_pages),
        })
        .await
    }

    async fn open_place(place: Place) -> Result<Self, OpenError> {
        let connection = open::open(&place, &KIND).await?;
        Ok(Self {
            place,
            connection: Mutex::new(Some(connection)),
        })
    }

    /// Closes the file.
    pub async fn close(&self) {
        if let Some(connection) = self.connection.lock().await.take() {
            open::close(connection).await;
        }
    }

    async fn lend(&self) -> Result<Lent<'_>, Error> {
        let mut slot = self.connection.lock().await;
        let connection = match slot.take() {
            Some(connection) => connection,
            None => open::connect_writer(&self.place).await.map_err(failed)?,
        };
        Ok(Lent { slot, connection })
    }
}

/// The connection, out of its slot while it is used: a caller that goes away in the middle leaves none behind.
struct Lent<'k> {
    slot: MutexGuard<'k, Option<SqliteConnection>>,
    connection: SqliteConnection,
}

impl Lent<'_> {
    /// Puts the connection back, unless SQLite failed on it.
    fn give_back<T>(mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        if !matches!(outcome, Err(Error::Unavailable(_) | Error::DiskFull(_))) {
            *self.slot = Some(self.connection);
        }
        outcome
    }
}

#[async_trait]
impl Keyring for SqliteKeyring {
    async fn store(&self, keys: &[WrappedKey]) -> Result<(), Error> {
        let mut lent = self.lend().await?;
        let outcome = store(&mut lent.connection, keys).await;
        crash::at(Point::KeysWritten);
        lent.give_back(outcome)
    }

    async fn load(&self, key_id: KeyId) -> Result<Vec<WrappedKey>, Error> {
        let mut lent = self.lend().await?;
        let outcome = load(&mut lent.connection, key_id).await;
        lent.give_back(outcome)
    }

    async fn shred(&self, key_id: KeyId, part: Part) -> Result<bool, Error> {
        let mut lent = self.lend().await?;
        let outcome = shred(&mut lent.connection, key_id, part).await;
        lent.give_back(outcome)
    }

    async fn count(&self) -> Result<u64, Error> {
        let mut lent = self.lend().await?;
        let counted = sqlx::query_file!("queries/key/count.sql")
            .fetch_one(&mut lent.connection)
            .await;
        lent.give_back(counted.map(|row| row.count.unsigned_abs()).map_err(failed))
    }

    async fn is_empty(&self) -> Result<bool, Error> {
        let mut lent = self.lend().await?;
        let found = sqlx::query_file!("queries/key/is_empty.sql")
            .fetch_one(&mut lent.connection)
            .await;
        lent.give_back(found.map(|row| row.is_empty).map_err(failed))
    }
}

/// One statement, so one transaction.
async fn store(connection: &mut SqliteConnection, keys: &[WrappedKey]) -> Result<(), Error> {
    let mut rows = Rows::default();
    for key in keys {
        rows.push([
            Value::Bytes(&key.key_id.0),
            Value::Number(i64::from(key.part as u8)),
            Value::Text(key.kek_id.as_str()),
            Value::Bytes(&key.bytes),
        ]);
    }
    let (rows, bytes) = rows.arguments();
    let inserted = sqlx::query_file!("queries/key/insert.sql", rows, bytes)
        .execute(connection)
        .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error)
            if error
                .as_database_error()
                .is_some_and(|error| error.is_unique_violation()) =>
        {
            Err(Error::Exists)
        }
        Err(error) => Err(failed(error)),
    }
}

async fn load(connection: &mut SqliteConnection, key_id: KeyId) -> Result<Vec<WrappedKey>, Error> {
    let id = key_id.0.as_slice();
    let rows = sqlx::query_file!("queries/key/list.sql", id)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let keys = rows.into_iter().map(|row| {
        let part = u8::try_from(row.part).ok().and_then(Part::from_u8);
        let part =
            part.ok_or_else(|| Error::Corrupt(format!("key {key_id} has a part that is not known")))?;
        let kek_id = KekId::parse(&row.kek_id)
            .map_err(|_| Error::Corrupt(format!("key {key_id} is wrapped under what is not a month")))?;
        Ok(WrappedKey {
            key_id,
            part,
            kek_id,
            bytes: row.bytes,
        })
    });
    keys.collect()
}

/// The row goes, its bytes are overwritten (`secure_delete`), and no copy stays in the write-ahead log.
async fn shred(connection: &mut SqliteConnection, key_id: KeyId, part: Part) -> Result<bool, Error> {
    let (id, part) = (key_id.0.as_slice(), i64::from(part as u8));
    let deleted = sqlx::query_file!("queries/key/delete.sql", id, part)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(connection)
        .await
        .map_err(failed)?;
    if busy != 0 {
        return Err(Error::Unavailable(
            "the write-ahead log still holds the key: shred it again".into(),
        ));
    }
    Ok(deleted.rows_affected() > 0)
}

fn failed(error: sqlx::Error) -> Error {
    if is_full(&error) {
        Error::DiskFull(error.into())
    } else {
        Error::Unavailable(error.into())
    }
}
