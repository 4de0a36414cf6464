//! The store: what a hub holds.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use declic_domain::directory::{Change as DirectoryChange, Item};
use declic_domain::figures::{Counted, Group, Selection, Sums};
use declic_domain::name::{CaseId, EventId, Reference, TicketName};
use declic_domain::policy::{Reach, Scope};
use declic_domain::rulebook::Change;
use declic_domain::sign_in::SignIn;
use declic_routing::Digest;
use declic_store::answers::Answers;
use declic_store::commit::{Audience, Commit, CommitError, Epoch, Holder, RequestKey, Sealed};
use declic_store::turn::Walk;
use declic_store::{
    CaseFilter, CasePosition, CountedCase, DuePosition, DueTicket, Error, FigureRead, FigureState,
    JournalItem, Limit, LogState, MailboxItem, MonthsOf, PublishedCheckpoint, RollUp, SignInDigest, Store,
    StoredAnswer, StoredCase, StoredEntry, TicketFilter, TicketPosition, TicketSummary, TurnFilter,
    TurnPosition, UnsealedLeaf,
};
use jiff::Timestamp;
use sqlx::SqlitePool;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::answers::Reader;
use crate::checkpoint::{Checkpointer, Marks, Turn};
use crate::open::{self, Kind, OpenError, Place};
use crate::queue::{Done, Outcome, Queue, Work};
use crate::writer::Writer;
use crate::{directory, figures, journal, ledger, read, rules, sign_in, timer, turn};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/store");

pub(crate) const KIND: Kind = Kind {
    name: "store",
    application_id: 0x4463_6c53,
    version: 9,
    migrator: &MIGRATIONS,
};

/// Where the store is, and how many may read at once.
#[derive(Debug, Clone)]
pub struct Options {
    /// The file; created when it does not exist. On a local disk: locks of network disks cannot be relied on.
    pub path: PathBuf,
    /// Connections that read, 1 to 64.
    pub readers: u32,
    /// How many pages of 4,096 bytes the file may have: beyond it writes are refused as on a full disk. None: as many as
    /// the disk takes.
    pub most_pages: Option<u32>,
}

impl Options {
    /// A file with four readers.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers: 4,
            most_pages: None,
        }
    }
}

/// The embedded store.
pub struct SqliteStore {
    readers: SqlitePool,
    commits: watch::Receiver<u64>,
    /// Taken when the store closes.
    tasks: Mutex<Option<Tasks>>,
}

/// What runs beside the readers.
struct Tasks {
    queue: Queue,
    writer: JoinHandle<()>,
    answers: Answers,
    answering: JoinHandle<()>,
    /// Ends when the writer has.
    checkpointer: JoinHandle<Checkpointer>,
}

impl SqliteStore {
    /// Opens the file, or creates it, and starts its writer. Needs a Tokio runtime.
    ///
    /// # Errors
    /// A SQLite that is too old, a file that is not ours, is newer than this program, or cannot be opened.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let Options {
            path,
            readers,
            most_pages,
        } = options;
        let place = Place { path, most_pages };
        let mut connection = open::open(&place, &KIND).await?;
        let unavailable = |source| OpenError::Unavailable {
            path: place.path.clone(),
            source: Box::new(source),
        };
        open::leave_checkpoints(&mut connection)
            .await
            .map_err(unavailable)?;
        let readers = open::connect_readers(&place.path, readers.clamp(1, 64))
            .await
            .map_err(unavailable)?;
        let reader = Reader::open(place.clone()).await.map_err(unavailable)?;
        let (answers, answering) = Answers::new(reader);
        let ((sender, commits), turn) = (watch::channel(0), Turn::default());
        let checkpointer = Checkpointer::new(place.clone(), Arc::clone(&turn), Marks::USUAL);
        let (writer, queue) = Writer::new(place, connection, sender, turn);
        let tasks = Tasks {
            queue,
            writer: tokio::spawn(writer.run()),
            answers,
            answering: tokio::spawn(answering),
            checkpointer: tokio::spawn(checkpointer.run(commits.clone())),
        };
        Ok(Self {
            readers,
            commits,
            tasks: Mutex::new(Some(tasks)),
        })
    }

    async fn write(&self, work: Work) -> Outcome {
        let queue = {
            let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.as_ref().map(|tasks| tasks.queue.clone())
        };
        match queue {
            Some(queue) => queue.write(work).await,
            None => Err(CommitError::Engine(Error::Unavailable(
                "the store is closed".into(),
            ))),
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.write(Work::Commit(Box::new(commit))).await.map(|_| ())
    }

    async fn replay(&self, key: &RequestKey) -> Result<Option<StoredAnswer>, Error> {
        let answers = {
            let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.as_ref().map(|tasks| tasks.answers.clone())
        };
        match answers {
            Some(answers) => answers.get(key).await,
            None => Err(Error::Unavailable("the store is closed".into())),
        }
    }

    async fn take_references(&self, year: u8, count: u32) -> Result<u32, Error> {
        match self.write(Work::References { year, count }).await {
            Ok(Done::First(first)) => Ok(first),
            Ok(_) => Err(Error::Unavailable("the writer gave no number".into())),
            Err(CommitError::Engine(error)) => Err(error),
            // Numbers may be lost: the caller takes others.
            Err(other) => Err(Error::Unavailable(other.into())),
        }
    }

    async fn case(&self, scope: &Scope, id: CaseId) -> Result<Option<StoredCase>, Error> {
        read::case(&self.readers, scope, id).await
    }

    async fn case_by_reference(
        &self,
        scope: &Scope,
        reference: Reference,
    ) -> Result<Option<StoredCase>, Error> {
        read::case_by_reference(&self.readers, scope, reference).await
    }

    async fn cases(
        &self,
        scope: &Scope,
        filter: &CaseFilter,
        after: Option<CasePosition>,
        limit: Limit,
    ) -> Result<Vec<StoredCase>, Error> {
        read::cases(&self.readers, scope, filter, after, limit).await
    }

    async fn tickets(
        &self,
        scope: &Scope,
        filter: &TicketFilter,
        after: Option<TicketPosition>,
        limit: Limit,
    ) -> Result<Vec<TicketSummary>, Error> {
        read::tickets(&self.readers, scope, filter, after, limit).await
    }

    async fn tickets_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        after: Option<TurnPosition>,
        limit: Limit,
    ) -> Result<Vec<(TurnPosition, TicketSummary)>, Error> {
        turn::tickets(&self.readers, &Walk::of(scope, filter), after, limit).await
    }

    async fn cases_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        after: Option<TurnPosition>,
        limit: Limit,
    ) -> Result<Vec<(TurnPosition, StoredCase)>, Error> {
        turn::cases(&self.readers, &Walk::of(scope, filter), after, limit).await
    }

    async fn count_tickets_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        most: Limit,
    ) -> Result<u32, Error> {
        turn::count_tickets(&self.readers, &Walk::of(scope, filter), most).await
    }

    async fn count_cases_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        most: Limit,
    ) -> Result<u32, Error> {
        turn::count_cases(&self.readers, &Walk::of(scope, filter), most).await
    }

    async fn count_cases(&self, scope: &Scope, open: Option<bool>, most: Limit) -> Result<u32, Error> {
        turn::count_known(&self.readers, scope, open, most).await
    }

    async fn entries(
        &self,
        scope: &Scope,
        viewed: TicketName,
        of: TicketName,
        after: u64,
        limit: Limit,
    ) -> Result<Vec<StoredEntry>, Error> {
        read::entries(&self.readers, scope, viewed, of, after, limit).await
    }

    async fn entry(&self, scope: &Scope, event: EventId) -> Result<Option<StoredEntry>, Error> {
        read::entry(&self.readers, scope, event).await
    }

    async fn directory(&self) -> Result<Vec<Item>, Error> {
        directory::items(&self.readers).await
    }

    async fn directory_changes(
        &self,
        before: Option<u64>,
        limit: Limit,
    ) -> Result<Vec<(u64, DirectoryChange)>, Error> {
        directory::changes(&self.readers, before, limit).await
    }

    async fn rule_changes(&self, after: u64, limit: Limit) -> Result<Vec<(u64, Change)>, Error> {
        rules::changes(&self.readers, after, limit).await
    }

    async fn rule_file(&self, digest: Digest) -> Result<Option<String>, Error> {
        rules::file(&self.readers, digest).await
    }

    async fn mailbox(
        &self,
        audience: &Audience,
        after: u64,
        limit: Limit,
    ) -> Result<Vec<MailboxItem>, Error> {
        journal::mailbox(&self.readers, audience, after, limit).await
    }

    async fn mailbox_end(&self, audience: &Audience) -> Result<u64, Error> {
        journal::mailbox_end(&self.readers, audience).await
    }

    async fn journal(&self, scope: &Scope, after: u64, limit: Limit) -> Result<Vec<JournalItem>, Error> {
        // The journal names cases of everybody: it is for the hub's own readers.
        match scope.reach() {
            Reach::Journal => journal::list(&self.readers, after, limit).await,
            _ => Ok(Vec::new()),
        }
    }

    async fn due(
        &self,
        scope: &Scope,
        now: Timestamp,
        after: Option<DuePosition>,
        limit: Limit,
    ) -> Result<Vec<DueTicket>, Error> {
        match scope.reach() {
            Reach::Journal => timer::due(&self.readers, now, after, limit).await,
            _ => Ok(Vec::new()),
        }
    }

    fn commits(&self) -> watch::Receiver<u64> {
        self.commits.clone()
    }

    async fn ended(&self) {
        // The writer holds the other end.
        let mut commits = self.commits.clone();
        while commits.changed().await.is_ok() {}
    }

    async fn log_state(&self) -> Result<LogState, Error> {
        ledger::log_state(&self.readers).await
    }

    async fn unsealed(&self, after: u64, limit: Limit) -> Result<Vec<UnsealedLeaf>, Error> {
        journal::unsealed(&self.readers, after, limit).await
    }

    async fn lease(&self, holder: Holder, time: Duration) -> Result<Option<Epoch>, Error> {
        match self.write(Work::Lease { holder, time }).await {
            Ok(Done::Leased(lease)) => Ok(lease),
            Ok(_) => Err(Error::Unavailable("the writer gave no lease".into())),
            Err(CommitError::Engine(error)) => Err(error),
            // Whoever asks again gets the same one.
            Err(other) => Err(Error::Unavailable(other.into())),
        }
    }

    async fn release(&self, lease: Epoch) -> Result<(), Error> {
        match self.write(Work::Release(lease)).await {
            Ok(_) => Ok(()),
            Err(CommitError::Engine(error)) => Err(error),
            Err(other) => Err(Error::Unavailable(other.into())),
        }
    }

    async fn seal(&self, lease: Epoch, sealed: Sealed) -> Result<(), CommitError> {
        let sealed = Box::new(sealed);
        self.write(Work::Seal { lease, sealed }).await.map(|_| ())
    }

    async fn publish(&self, lease: Epoch, checkpoint: PublishedCheckpoint) -> Result<(), CommitError> {
        self.write(Work::Publish { lease, checkpoint }).await.map(|_| ())
    }

    async fn checkpoint(&self, minimum: u64) -> Result<Option<PublishedCheckpoint>, Error> {
        ledger::checkpoint(&self.readers, minimum).await
    }

    async fn checkpoints(&self, after: u64, limit: Limit) -> Result<Vec<PublishedCheckpoint>, Error> {
        ledger::checkpoints(&self.readers, after, limit).await
    }

    async fn nodes(&self, ids: &[(u8, u64)]) -> Result<Vec<Option<[u8; 32]>>, Error> {
        ledger::nodes(&self.readers, ids).await
    }

    async fn leaf_index(&self, event: EventId) -> Result<Option<u64>, Error> {
        ledger::leaf_index(&self.readers, event).await
    }

    async fn leaves(&self, start: u64, limit: Limit) -> Result<Vec<Vec<u8>>, Error> {
        ledger::leaves(&self.readers, start, limit).await
    }

    async fn figure_state(&self) -> Result<FigureState, Error> {
        figures::state(&self.readers).await
    }

    async fn counted_cases(&self, cases: &[CaseId]) -> Result<Vec<CountedCase>, Error> {
        figures::cases(&self.readers, cases).await
    }

    async fn measured_before(&self, instant: Timestamp, limit: Limit) -> Result<Vec<CaseId>, Error> {
        figures::measured_before(&self.readers, instant, limit).await
    }

    async fn group_sums(&self, groups: &[Group]) -> Result<Sums, Error> {
        figures::groups(&self.readers, groups).await
    }

    async fn figures(
        &self,
        scope: &Scope,
        selection: &Selection,
        months: MonthsOf<'_>,
        each: &mut (dyn FnMut(Counted) + Send),
    ) -> Result<FigureRead, Error> {
        figures::read(&self.readers, scope, selection, months, each).await
    }

    async fn roll_up(&self, roll_up: RollUp) -> Result<(), CommitError> {
        self.write(Work::RollUp(Box::new(roll_up))).await.map(|_| ())
    }

    async fn clear_figures(&self, expected: u64) -> Result<(), CommitError> {
        self.write(Work::ClearFigures { expected }).await.map(|_| ())
    }

    async fn begin_sign_in(&self, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError> {
        let work = Work::BeginSignIn(digest, sign_in.clone());
        self.write(work).await.map(|_| ())
    }

    async fn sign_in(&self, digest: SignInDigest, now: Timestamp) -> Result<Option<SignIn>, Error> {
        sign_in::get(&self.readers, digest, now).await
    }

    async fn continue_sign_in(&self, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError> {
        let work = Work::ContinueSignIn(digest, sign_in.clone());
        self.write(work).await.map(|_| ())
    }

    async fn end_sign_in(&self, digest: SignInDigest) -> Result<(), CommitError> {
        self.write(Work::EndSignIn(digest)).await.map(|_| ())
    }

    async fn ping(&self) -> Result<(), Error> {
        ledger::log_state(&self.readers).await.map(|_| ())
    }

    async fn close(&self) {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(tasks) = tasks else {
            return self.readers.close().await;
        };
        drop(tasks.queue);
        if let Err(error) = tasks.writer.await {
            tracing::error!(%error, "the writer ended badly");
        }
        drop(tasks.answers);
        if let Err(error) = tasks.answering.await {
            tracing::error!(%error, "the task of earlier answers ended badly");
        }
        // The log can be emptied when nobody reads it any more.
        self.readers.close().await;
        match tasks.checkpointer.await {
            Ok(checkpointer) => checkpointer.close().await,
            Err(error) => tracing::error!(%error, "the checkpointer ended badly"),
        }
    }
}
