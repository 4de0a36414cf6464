//! How a read can fail.

/// Why the engine did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached, is busy or is closing.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The disk is full: reads go on.
    #[error("the disk is full")]
    DiskFull(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row is not what this program writes.
    #[error("row {key} of {table} cannot be read: {problem}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: String,
        /// What is wrong, without the content.
        problem: String,
    },
    /// The database was written by a newer version of this program.
    #[error("the database has version {found}, this program knows up to {known}: install the newer version")]
    NewerSchema {
        /// Version of the database.
        found: i64,
        /// Last version known.
        known: i64,
    },
}
