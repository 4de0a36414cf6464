//! Bringing the write-ahead log back into the file, by a task and a connection of their own: no command waits for it.
//!
//! It copies in small steps while commands go on. A log that is written to all the time never empties that way: past a
//! size, it takes the writer's turn for the little that is left, and the next command begins the log again.

use std::sync::Arc;
use std::time::Duration;

use sqlx::SqliteConnection;
use tokio::sync::{Mutex, watch};

use crate::open::{self, Place};

/// Held by the writer during a transaction, and by the checkpointer while it ends the log. Waiting is in turn.
pub(crate) type Turn = Arc<Mutex<()>>;

/// How long the writer may be kept waiting for readers of the log: they read a page and go.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// Bytes of a frame of the log: a page and its header.
const FRAME: u64 = 4_096 + 24;

/// Past which sizes of the log something is done about it, in frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marks {
    /// So many frames are not in the file yet: they are copied.
    pub copy: u64,
    /// So many frames are in the log: it is ended.
    pub end: u64,
}

impl Marks {
    /// 4 MiB, and 16 MiB.
    pub(crate) const USUAL: Self = Self {
        copy: 1_000,
        end: 4_000,
    };

    /// Bytes the log's file keeps when it begins again.
    pub(crate) const fn kept_bytes(self) -> u64 {
        self.end * FRAME
    }
}

/// The task.
pub(crate) struct Checkpointer {
    place: Place,
    /// None after a failure, until the next step opens another.
    connection: Option<SqliteConnection>,
    turn: Turn,
    marks: Marks,
    /// The marks, moved on by what could not be done.
    next: Marks,
}

/// What SQLite says of the log.
#[derive(Debug, Clone, Copy)]
struct Log {
    is_busy: bool,
    /// Frames in it.
    frames: u64,
    /// Frames of it that are in the file too.
    copied: u64,
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Nothing,
    Copied,
    /// The next command begins the log again.
    Ended,
    /// A reader holds an old state of the file: the log grows until it goes.
    Held,
}

impl Checkpointer {
    pub(crate) fn new(place: Place, turn: Turn, marks: Marks) -> Self {
        Self {
            place,
            connection: None,
            turn,
            marks,
            next: marks,
        }
    }

    /// Follows the commits until the writer is gone; returns itself, to be closed when the readers are.
    pub(crate) async fn run(mut self, mut commits: watch::Receiver<u64>) -> Self {
        while commits.changed().await.is_ok() {
            if let Err(error) = self.step().await {
                self.connection = None;
                tracing::warn!(%error, "the write-ahead log was not brought into the file: it grows until it is");
            }
        }
        self
    }

    /// Empties the log and closes the file.
    pub(crate) async fn close(mut self) {
        match self.ask("PRAGMA wal_checkpoint(TRUNCATE)").await {
            Ok(log) if log.is_busy => tracing::warn!(
                log_bytes = log.frames * FRAME,
                "another program reads the file: its write-ahead log stays beside it"
            ),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the write-ahead log was not emptied: the next start reads it");
            }
        }
        if let Some(connection) = self.connection.take() {
            open::close(connection).await;
        }
    }

    /// Looks at the log, and does what its size asks for.
    pub(crate) async fn step(&mut self) -> Result<Step, sqlx::Error> {
        let mut log = self.ask("PRAGMA wal_checkpoint(NOOP)").await?;
        if log.frames < self.marks.copy {
            self.next = self.marks;
            return Ok(Step::Nothing);
        }
        let mut step = Step::Nothing;
        if log.uncopied() >= self.next.copy {
            // A copy that fails is not tried again for every commit, but when the log has to end.
            self.next.copy = u64::MAX;
            log = self.ask("PRAGMA wal_checkpoint(PASSIVE)").await?;
            // What a reader keeps from being copied is tried again when as much has come after it.
            self.next.copy = log.uncopied() + self.marks.copy;
            step = Step::Copied;
        }
        if log.frames >= self.next.end {
            self.next.end = log.frames + self.marks.end;
            step = self.end().await?;
        }
        Ok(step)
    }

    async fn end(&mut self) -> Result<Step, sqlx::Error> {
        let turn = Arc::clone(&self.turn);
        let _turn = turn.lock().await;
        let log = self.ask("PRAGMA wal_checkpoint(RESTART)").await?;
        if log.is_busy {
            tracing::warn!(
                log_bytes = log.frames * FRAME,
                uncopied_bytes = log.uncopied() * FRAME,
                "the write-ahead log grows: something has been reading the file for long, a copy or another program"
            );
            return Ok(Step::Held);
        }
        Ok(Step::Ended)
    }

    async fn ask(&mut self, pragma: &'static str) -> Result<Log, sqlx::Error> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => open::connect_checkpointer(&self.place).await?,
        };
        let connection = self.connection.insert(connection);
        let (busy, frames, copied): (i64, i64, i64) = sqlx::query_as(pragma).fetch_one(connection).await?;
        // SQLite says -1 when there is no log yet.
        let count = |frames: i64| u64::try_from(frames).unwrap_or(0);
        Ok(Log {
            is_busy: busy != 0,
            frames: count(frames),
            copied: count(copied),
        })
    }
}

impl Log {
    fn uncopied(self) -> u64 {
        self.frames.saturating_sub(self.copied)
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Executor as _;

    use super::*;

    const MARKS: Marks = Marks { copy: 20, end: 60 };

    #[tokio::test]
    async fn a_log_that_nobody_reads_for_long_stays_small() {
        let mut file = File::new().await;
        let mut most = 0;
        for _ in 0..300 {
            file.write(3).await;
            let step = file.checkpointer.step().await.expect("a step");
            assert_ne!(step, Step::Held);
            most = most.max(file.frames().await);
        }
        assert!(most < 2 * MARKS.end, "{most} frames");
    }

    #[tokio::test]
    async fn a_reader_that_stays_is_told_of_now_and_then_and_holds_up_no_command() {
        let mut file = File::new().await;
        let mut reader = open::connect_checkpointer(&file.place).await.expect("a reader");
        file.write(1).await;
        reader
            .execute("BEGIN; SELECT count(*) FROM heap")
            .await
            .expect("a read begins");
        let mut held = 0;
        for _ in 0..60 {
            file.write(5).await;
            held += usize::from(file.checkpointer.step().await.expect("a step") == Step::Held);
        }
        let frames = file.frames().await;
        assert!(frames > 5 * MARKS.end, "the log had to grow: {frames} frames");
        assert!((3..=8).contains(&held), "told of {held} times");

        reader.execute("COMMIT").await.expect("the read ends");
        let mut steps = Vec::new();
        while steps.last() != Some(&Step::Ended) && steps.len() < 60 {
            file.write(5).await;
            steps.push(file.checkpointer.step().await.expect("a step"));
        }
        file.write(1).await;
        let frames = file.frames().await;
        assert!(
            frames < MARKS.copy,
            "the log begins again: {frames} frames after {steps:?}"
        );
        assert_eq!(file.checkpointer.step().await.expect("a step"), Step::Nothing);
    }

    #[tokio::test]
    async fn a_log_is_not_ended_in_the_middle_of_a_transaction() {
        let mut file = File::new().await;
        file.write(100).await;
        let turn = Arc::clone(&file.checkpointer.turn);
        let writing = turn.lock().await;
        let mut step = Box::pin(file.checkpointer.step());
        let early = tokio::time::timeout(Duration::from_millis(50), &mut step).await;
        assert!(early.is_err(), "the writer has its turn: {early:?}");
        drop(writing);
        assert_eq!(step.await.expect("a step"), Step::Ended);
    }

    struct File {
        _folder: tempfile::TempDir,
        place: Place,
        writer: SqliteConnection,
        checkpointer: Checkpointer,
    }

    impl File {
        async fn new() -> Self {
            let folder = tempfile::TempDir::new().expect("a temporary folder");
            let place = Place {
                path: folder.path().join("any.sqlite"),
                most_pages: None,
            };
            open::open(&place, &crate::store::KIND)
                .await
                .expect("a new store");
            let mut writer = open::connect_writer(&place).await.expect("a writer");
            writer
                .execute("CREATE TABLE heap (bytes BLOB)")
                .await
                .expect("a table");
            let checkpointer = Checkpointer::new(place.clone(), Turn::default(), MARKS);
            Self {
                _folder: folder,
                place,
                writer,
                checkpointer,
            }
        }

        /// Writes so many pages, and one or two more.
        async fn write(&mut self, pages: i64) {
            let done = sqlx::query("INSERT INTO heap VALUES (zeroblob(4096 * $1))")
                .bind(pages)
                .execute(&mut self.writer)
                .await;
            done.expect("a write");
        }

        async fn frames(&mut self) -> u64 {
            let log = self.checkpointer.ask("PRAGMA wal_checkpoint(NOOP)").await;
            log.expect("SQLite answers").frames
        }
    }
}
