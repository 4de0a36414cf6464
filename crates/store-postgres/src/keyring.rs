//! Wrapped keys in a database of their own, so that its backups can live shorter than all others.

use std::future::Future;

use async_trait::async_trait;
use declic_store::crash::{self, Point};
use declic_vault::keyring::{Error, KekId, KeyId, Keyring, Part, WrappedKey};
use tokio::time::timeout;
use uuid::Uuid;

use crate::error::engine;
use crate::open::{self, Kind, OpenError};
use crate::pool::{Lent, Pool};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/keyring");

const KIND: Kind = Kind {
    name: "keyring",
    mark: "wrapped_keys",
    migrator: &MIGRATIONS,
};

/// Files that the keys are spread over, as in the migrations.
const BUCKETS: u8 = 64;

/// The keyring: few, short accesses.
pub struct PgKeyring {
    pool: Pool,
}

impl PgKeyring {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// As [`crate::PgStore::open`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let address = open::open(url, &KIND).await?;
        let pool = Pool::new(open::limited(&address), 2);
        Ok(Self { pool })
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn lend(&self) -> Result<Lent, Error> {
        self.pool.lend().await.map_err(unavailable)
    }
}

#[async_trait]
impl Keyring for PgKeyring {
    async fn store(&self, keys: &[WrappedKey]) -> Result<(), Error> {
        let buckets: Vec<i16> = keys.iter().map(|key| bucket(key.key_id)).collect();
        let ids: Vec<Uuid> = keys.iter().map(|key| Uuid::from_bytes(key.key_id.0)).collect();
        let parts: Vec<i16> = keys.iter().map(|key| i16::from(key.part as u8)).collect();
        let keks: Vec<&str> = keys.iter().map(|key| key.kek_id.as_str()).collect();
        let bytes: Vec<&[u8]> = keys.iter().map(|key| key.bytes.as_slice()).collect();
        let stored = sqlx::query_file!(
            "queries/key/insert.sql",
            &buckets,
            &ids,
            &parts,
            keks as _,
            bytes as _
        );
        answered(async {
            let Err(error) = stored.execute(&mut *self.lend().await?).await else {
                crash::at(Point::KeysWritten);
                return Ok(());
            };
            let exists = error
                .as_database_error()
                .is_some_and(|error| error.is_unique_violation());
            Err(if exists { Error::Exists } else { unavailable(error) })
        })
        .await
    }

    async fn load(&self, key_id: KeyId) -> Result<Vec<WrappedKey>, Error> {
        let id = Uuid::from_bytes(key_id.0);
        let rows = answered(async {
            sqlx::query_file!("queries/key/list.sql", bucket(key_id), id)
                .fetch_all(&mut *self.lend().await?)
                .await
                .map_err(unavailable)
        });
        let keys = rows.await?.into_iter().map(|row| {
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

    /// The row goes, and the file it was in is written anew without it. Copies in the server's write-ahead log live until
    /// it is recycled, those in backups until these are: the key-encryption key of the month finishes them off.
    async fn shred(&self, key_id: KeyId, part: Part) -> Result<bool, Error> {
        let (bucket, id) = (bucket(key_id), Uuid::from_bytes(key_id.0));
        answered(async {
            let shredded = sqlx::query_file!("queries/key/delete.sql", bucket, id, i16::from(part as u8))
                .fetch_one(&mut *self.lend().await?)
                .await
                .map_err(unavailable)?;
            Ok(shredded.shredded)
        })
        .await
    }

    async fn count(&self) -> Result<u64, Error> {
        answered(async {
            let counted = sqlx::query_file!("queries/key/count.sql")
                .fetch_one(&mut *self.lend().await?)
                .await
                .map_err(unavailable)?;
            Ok(counted.count.unsigned_abs())
        })
        .await
    }

    async fn is_empty(&self) -> Result<bool, Error> {
        answered(async {
            let found = sqlx::query_file!("queries/key/is_empty.sql")
                .fetch_one(&mut *self.lend().await?)
                .await
                .map_err(unavailable)?;
            Ok(found.is_empty)
        })
        .await
    }
}

/// Ids are random, so that buckets fill alike.
fn bucket(key_id: KeyId) -> i16 {
    i16::from(key_id.0[0] % BUCKETS)
}

/// What the keyring says, or that its server does not answer.
async fn answered<T>(access: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(open::SILENCE, access)
        .await
        .unwrap_or_else(|elapsed| Err(Error::Unavailable(elapsed.into())))
}

fn unavailable(error: sqlx::Error) -> Error {
    match engine(error) {
        declic_store::Error::DiskFull(cause) => Error::DiskFull(cause),
        other => Error::Unavailable(other.into()),
    }
}
