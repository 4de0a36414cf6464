//! The store: what a hub holds.

use std::future::Future;
use std::sync::atomic::AtomicI32;
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
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use uuid::Uuid;

use crate::answers::Reader;
use crate::committer::{Committer, Queue, alone};
use crate::error::engine;
use crate::open::{self, Kind, OpenError, answered};
use crate::pool::Pool;
use crate::{directory, figures, journal, ledger, read, rules, sign_in, timer, turn, wake};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/store");

const KIND: Kind = Kind {
    name: "store",
    mark: "journal_head",
    migrator: &MIGRATIONS,
};

/// Connections that write what no batch does: references and the ledger.
const WRITERS: u32 = 2;

/// Where the store is, and how many may read at once.
#[derive(Clone)]
pub struct Options {
    /// `postgres://user@host:port/database`, with the parameters that libpq knows (`sslmode`, `sslrootcert`, ...). The
    /// password, when there is one, is best kept in a file that `PGPASSFILE` names.
    pub url: String,
    /// Connections that read, 1 to 64.
    pub readers: u32,
}

impl Options {
    /// A database with eight readers.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            readers: 8,
        }
    }
}

/// A hub's part of the store that several hubs share.
pub struct PgStore {
    readers: Pool,
    writers: Pool,
    commits: Arc<watch::Sender<u64>>,
    /// The committer holds the other end.
    writing: watch::Receiver<()>,
    /// Taken when the store closes.
    tasks: Mutex<Option<Tasks>>,
}

struct Tasks {
    queue: Queue,
    committer: JoinHandle<()>,
    answers: Answers,
    answering: JoinHandle<()>,
    wakers: [JoinHandle<()>; 2],
}

impl PgStore {
    /// Whether a database holds nothing yet: no store was ever opened on it. Changes nothing.
    ///
    /// # Errors
    /// As [`PgStore::open`].
    pub async fn is_new(url: &str) -> Result<bool, OpenError> {
        open::is_new(url, &KIND).await
    }

    /// Opens the database, brings its schema up to date, and starts committing. Needs a Tokio runtime.
    ///
    /// # Errors
    /// A server that is too old or does not answer, a database that is not ours or newer than this program.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let address = open::open(&options.url, &KIND).await?;
        let readers = Pool::new(open::reading(&address), options.readers.clamp(1, 64));
        let writers = Pool::new(open::limited(&address), WRITERS);
        let commits = Arc::new(watch::Sender::new(0));
        let session = Arc::new(AtomicI32::new(0));
        let (committer, queue) = Committer::new(
            open::committing(&address),
            Arc::clone(&commits),
            Arc::clone(&session),
        );
        let (answers, answering) = Answers::new(Reader::new(open::reading(&address)));
        let wakers = [
            tokio::spawn(wake::listen(address, Arc::clone(&commits), session)),
            tokio::spawn(wake::look(readers.clone(), Arc::clone(&commits))),
        ];
        let (writes, writing) = watch::channel(());
        let committer = async move {
            let _writes = writes;
            committer.run().await;
        };
        let tasks = Tasks {
            queue,
            committer: alone(committer),
            answers,
            answering: tokio::spawn(answering),
            wakers,
        };
        Ok(Self {
            readers,
            writers,
            commits,
            writing,
            tasks: Mutex::new(Some(tasks)),
        })
    }
}

#[async_trait]
impl Store for PgStore {
    async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        addressed(&commit)?;
        let queue = {
            let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.as_ref().map(|tasks| tasks.queue.clone())
        };
        match queue {
            Some(queue) => queue.write(commit).await,
            None => Err(CommitError::Engine(Error::Unavailable(
                "the store is closed".into(),
            ))),
        }
    }

    async fn replay(&self, key: &RequestKey) -> Result<Option<StoredAnswer>, Error> {
        let answers = {
            let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.as_ref().map(|tasks| tasks.answers.clone())
        };
        match answers {
            Some(answers) => answered(answers.get(key)).await,
            None => Err(Error::Unavailable("the store is closed".into())),
        }
    }

    async fn take_references(&self, year: u8, count: u32) -> Result<u32, Error> {
        let (year, count) = (i32::from(year), i64::from(count));
        let taken = async {
            let taken = sqlx::query_file!("queries/reference/take.sql", year, count);
            taken
                .fetch_all(&mut *self.writers.lend().await.map_err(engine)?)
                .await
                .map_err(engine)
        };
        let taken = answered(taken).await?;
        let first = taken
            .first()
            .and_then(|taken| u32::try_from(taken.last - count + 1).ok());
        first.ok_or_else(|| Error::Corrupt {
            table: "reference_counters",
            key: year.to_string(),
            problem: "its counter is beyond the last number".to_owned(),
        })
    }

    async fn case(&self, scope: &Scope, id: CaseId) -> Result<Option<StoredCase>, Error> {
        answered(read::case(&self.readers, scope, id)).await
    }

    async fn case_by_reference(
        &self,
        scope: &Scope,
        reference: Reference,
    ) -> Result<Option<StoredCase>, Error> {
        answered(read::case_by_reference(&self.readers, scope, reference)).await
    }

    async fn cases(
        &self,
        scope: &Scope,
        filter: &CaseFilter,
        after: Option<CasePosition>,
        limit: Limit,
    ) -> Result<Vec<StoredCase>, Error> {
        answered(read::cases(&self.readers, scope, filter, after, limit)).await
    }

    async fn tickets(
        &self,
        scope: &Scope,
        filter: &TicketFilter,
        after: Option<TicketPosition>,
        limit: Limit,
    ) -> Result<Vec<TicketSummary>, Error> {
        answered(read::tickets(&self.readers, scope, filter, after, limit)).await
    }

    async fn tickets_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        after: Option<TurnPosition>,
        limit: Limit,
    ) -> Result<Vec<(TurnPosition, TicketSummary)>, Error> {
        answered(turn::tickets(
            &self.readers,
            &Walk::of(scope, filter),
            after,
            limit,
        ))
        .await
    }

    async fn cases_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        after: Option<TurnPosition>,
        limit: Limit,
    ) -> Result<Vec<(TurnPosition, StoredCase)>, Error> {
        answered(turn::cases(&self.readers, &Walk::of(scope, filter), after, limit)).await
    }

    async fn count_tickets_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        most: Limit,
    ) -> Result<u32, Error> {
        answered(turn::count_tickets(&self.readers, &Walk::of(scope, filter), most)).await
    }

    async fn count_cases_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        most: Limit,
    ) -> Result<u32, Error> {
        answered(turn::count_cases(&self.readers, &Walk::of(scope, filter), most)).await
    }

    async fn count_cases(&self, scope: &Scope, open: Option<bool>, most: Limit) -> Result<u32, Error> {
        answered(turn::count_known(&self.readers, scope, open, most)).await
    }

    async fn entries(
        &self,
        scope: &Scope,
        viewed: TicketName,
        of: TicketName,
        after: u64,
        limit: Limit,
    ) -> Result<Vec<StoredEntry>, Error> {
        answered(read::entries(&self.readers, scope, viewed, of, after, limit)).await
    }

    async fn entry(&self, scope: &Scope, event: EventId) -> Result<Option<StoredEntry>, Error> {
        answered(read::entry(&self.readers, scope, event)).await
    }

    async fn directory(&self) -> Result<Vec<Item>, Error> {
        answered(directory::items(&self.readers)).await
    }

    async fn directory_changes(
        &self,
        before: Option<u64>,
        limit: Limit,
    ) -> Result<Vec<(u64, DirectoryChange)>, Error> {
        answered(directory::changes(&self.readers, before, limit)).await
    }

    async fn rule_changes(&self, after: u64, limit: Limit) -> Result<Vec<(u64, Change)>, Error> {
        answered(rules::changes(&self.readers, after, limit)).await
    }

    async fn rule_file(&self, digest: Digest) -> Result<Option<String>, Error> {
        answered(rules::file(&self.readers, digest)).await
    }

    async fn mailbox(
        &self,
        audience: &Audience,
        after: u64,
        limit: Limit,
    ) -> Result<Vec<MailboxItem>, Error> {
        answered(journal::mailbox(&self.readers, audience, after, limit)).await
    }

    async fn mailbox_end(&self, audience: &Audience) -> Result<u64, Error> {
        answered(journal::mailbox_end(&self.readers, audience)).await
    }

    async fn journal(&self, scope: &Scope, after: u64, limit: Limit) -> Result<Vec<JournalItem>, Error> {
        // The journal names cases of everybody: it is for the hub's own readers.
        match scope.reach() {
            Reach::Journal => answered(journal::list(&self.readers, after, limit)).await,
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
            Reach::Journal => answered(timer::due(&self.readers, now, after, limit)).await,
            _ => Ok(Vec::new()),
        }
    }

    fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    async fn ended(&self) {
        let mut writing = self.writing.clone();
        while writing.changed().await.is_ok() {}
    }

    async fn log_state(&self) -> Result<LogState, Error> {
        answered(ledger::log_state(&self.readers)).await
    }

    async fn unsealed(&self, after: u64, limit: Limit) -> Result<Vec<UnsealedLeaf>, Error> {
        answered(journal::unsealed(&self.readers, after, limit)).await
    }

    async fn lease(&self, holder: Holder, time: Duration) -> Result<Option<Epoch>, Error> {
        answered(ledger::lease(&self.writers, holder, time)).await
    }

    async fn release(&self, lease: Epoch) -> Result<(), Error> {
        answered(ledger::release(&self.writers, lease)).await
    }

    async fn seal(&self, lease: Epoch, sealed: Sealed) -> Result<(), CommitError> {
        written(ledger::seal(&self.writers, lease, &sealed)).await
    }

    async fn publish(&self, lease: Epoch, checkpoint: PublishedCheckpoint) -> Result<(), CommitError> {
        written(ledger::publish(&self.writers, lease, &checkpoint)).await
    }

    async fn checkpoint(&self, minimum: u64) -> Result<Option<PublishedCheckpoint>, Error> {
        answered(ledger::checkpoint(&self.readers, minimum)).await
    }

    async fn checkpoints(&self, after: u64, limit: Limit) -> Result<Vec<PublishedCheckpoint>, Error> {
        answered(ledger::checkpoints(&self.readers, after, limit)).await
    }

    async fn nodes(&self, ids: &[(u8, u64)]) -> Result<Vec<Option<[u8; 32]>>, Error> {
        answered(ledger::nodes(&self.readers, ids)).await
    }

    async fn leaf_index(&self, event: EventId) -> Result<Option<u64>, Error> {
        answered(ledger::leaf_index(&self.readers, event)).await
    }

    async fn leaves(&self, start: u64, limit: Limit) -> Result<Vec<Vec<u8>>, Error> {
        answered(ledger::leaves(&self.readers, start, limit)).await
    }

    async fn figure_state(&self) -> Result<FigureState, Error> {
        answered(figures::state(&self.readers)).await
    }

    async fn counted_cases(&self, cases: &[CaseId]) -> Result<Vec<CountedCase>, Error> {
        answered(figures::cases(&self.readers, cases)).await
    }

    async fn measured_before(&self, instant: Timestamp, limit: Limit) -> Result<Vec<CaseId>, Error> {
        answered(figures::measured_before(&self.readers, instant, limit)).await
    }

    async fn group_sums(&self, groups: &[Group]) -> Result<Sums, Error> {
        answered(figures::groups(&self.readers, groups)).await
    }

    async fn figures(
        &self,
        scope: &Scope,
        selection: &Selection,
        months: MonthsOf<'_>,
        each: &mut (dyn FnMut(Counted) + Send),
    ) -> Result<FigureRead, Error> {
        answered(figures::read(&self.readers, scope, selection, months, each)).await
    }

    async fn roll_up(&self, roll_up: RollUp) -> Result<(), CommitError> {
        written(figures::roll_up(&self.writers, &roll_up)).await
    }

    async fn clear_figures(&self, expected: u64) -> Result<(), CommitError> {
        written(figures::clear(&self.writers, expected)).await
    }

    async fn begin_sign_in(&self, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError> {
        written(sign_in::begin(&self.writers, digest, sign_in)).await
    }

    async fn sign_in(&self, digest: SignInDigest, now: Timestamp) -> Result<Option<SignIn>, Error> {
        answered(sign_in::get(&self.readers, digest, now)).await
    }

    async fn continue_sign_in(&self, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError> {
        written(sign_in::go_on(&self.writers, digest, sign_in)).await
    }

    async fn end_sign_in(&self, digest: SignInDigest) -> Result<(), CommitError> {
        written(sign_in::end(&self.writers, digest)).await
    }

    async fn ping(&self) -> Result<(), Error> {
        answered(ledger::log_state(&self.readers)).await.map(|_| ())
    }

    async fn close(&self) {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(tasks) = tasks {
            drop((tasks.queue, tasks.answers));
            if let Err(error) = tasks.committer.await {
                tracing::error!(%error, "the committer ended badly");
            }
            if let Err(error) = tasks.answering.await {
                tracing::error!(%error, "the task of earlier answers ended badly");
            }
            for waker in tasks.wakers {
                waker.abort();
                // Its connection goes back before the pools close.
                let _aborted = waker.await;
            }
        }
        self.writers.close().await;
        self.readers.close().await;
    }
}

/// How a write outside the batches ended, or that the server does not answer.
async fn written(write: impl Future<Output = Result<(), CommitError>>) -> Result<(), CommitError> {
    timeout(open::SILENCE, write)
        .await
        .unwrap_or_else(|elapsed| Err(CommitError::OutcomeUnknown(elapsed.into())))
}

/// What the schema cannot say: an entry that goes to a mailbox names its ticket.
fn addressed(commit: &Commit) -> Result<(), CommitError> {
    let lost = commit
        .entries
        .iter()
        .find(|entry| entry.ticket.is_none() && !entry.audiences.is_empty());
    match lost {
        None => Ok(()),
        Some(entry) => Err(CommitError::Engine(Error::Corrupt {
            table: "mailbox",
            key: Uuid::from_bytes(entry.event.0).to_string(),
            problem: "an entry with an audience names its ticket".to_owned(),
        })),
    }
}
