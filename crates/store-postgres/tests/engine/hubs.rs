//! Several hubs on one database: what one promises, all promise together, and none waits long for another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use declic_domain::directory::{Change as DirectoryChange, Item, Organisation};
use declic_domain::figures::{Counted, Group, Selection, Sums};
use declic_domain::name::{CaseId, EventId, OrganisationId, Reference, TicketName};
use declic_domain::policy::Scope;
use declic_domain::rulebook::Change;
use declic_domain::sign_in::SignIn;
use declic_routing::Digest;
use declic_store::commit::{Audience, Commit, CommitError, Epoch, Holder, RequestKey, Sealed};
use declic_store::conformance::{self, Factory};
use declic_store::{
    CaseFilter, CasePosition, CountedCase, DuePosition, DueTicket, Error, FigureRead, FigureState,
    JournalItem, Limit, LogState, MailboxItem, MonthsOf, PublishedCheckpoint, RollUp, SignInDigest, Store,
    StoredAnswer, StoredCase, StoredEntry, TicketFilter, TicketPosition, TicketSummary, TurnFilter,
    TurnPosition, UnsealedLeaf,
};
use declic_store_postgres::{Options, PgStore};
use jiff::Timestamp;
use tokio::sync::watch;

use crate::cluster::{self, connect, execute};

struct Database(String);

#[async_trait]
impl Factory for Database {
    type Store = Hubs;

    async fn open(&self) -> Hubs {
        Hubs::open(&self.0).await
    }
}

/// Two hubs that are asked by turns, as callers behind one address do.
struct Hubs {
    hubs: [PgStore; 2],
    turn: AtomicUsize,
}

impl Hubs {
    async fn open(url: &str) -> Self {
        let open = async || {
            PgStore::open(Options::new(url))
                .await
                .expect("the database opens")
        };
        let (one, two) = tokio::join!(open(), open());
        Self {
            hubs: [one, two],
            turn: AtomicUsize::new(0),
        }
    }

    fn next(&self) -> &PgStore {
        &self.hubs[self.turn.fetch_add(1, Ordering::Relaxed) % 2]
    }
}

/// Each call goes to the hub whose turn it is.
macro_rules! by_turns {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl Store for Hubs {
            $(async fn $name(&self, $($argument: $type),*) -> $answer {
                self.next().$name($($argument),*).await
            })+

            // One hub hears of the commits of both.
            fn commits(&self) -> watch::Receiver<u64> {
                self.hubs[1].commits()
            }

            async fn ended(&self) {
                tokio::join!(self.hubs[0].ended(), self.hubs[1].ended());
            }

            async fn close(&self) {
                tokio::join!(self.hubs[0].close(), self.hubs[1].close());
            }
        }
    };
}

by_turns! {
    commit(commit: Commit) -> Result<(), CommitError>;
    replay(key: &RequestKey) -> Result<Option<StoredAnswer>, Error>;
    take_references(year: u8, count: u32) -> Result<u32, Error>;
    case(scope: &Scope, id: CaseId) -> Result<Option<StoredCase>, Error>;
    case_by_reference(scope: &Scope, reference: Reference) -> Result<Option<StoredCase>, Error>;
    cases(scope: &Scope, filter: &CaseFilter, after: Option<CasePosition>, limit: Limit)
        -> Result<Vec<StoredCase>, Error>;
    tickets(scope: &Scope, filter: &TicketFilter, after: Option<TicketPosition>, limit: Limit)
        -> Result<Vec<TicketSummary>, Error>;
    tickets_by_turn(scope: &Scope, filter: &TurnFilter, after: Option<TurnPosition>, limit: Limit)
        -> Result<Vec<(TurnPosition, TicketSummary)>, Error>;
    cases_by_turn(scope: &Scope, filter: &TurnFilter, after: Option<TurnPosition>, limit: Limit)
        -> Result<Vec<(TurnPosition, StoredCase)>, Error>;
    count_tickets_by_turn(scope: &Scope, filter: &TurnFilter, most: Limit) -> Result<u32, Error>;
    count_cases_by_turn(scope: &Scope, filter: &TurnFilter, most: Limit) -> Result<u32, Error>;
    count_cases(scope: &Scope, open: Option<bool>, most: Limit) -> Result<u32, Error>;
    entries(scope: &Scope, viewed: TicketName, of: TicketName, after: u64, limit: Limit)
        -> Result<Vec<StoredEntry>, Error>;
    entry(scope: &Scope, event: EventId) -> Result<Option<StoredEntry>, Error>;
    directory() -> Result<Vec<Item>, Error>;
    directory_changes(before: Option<u64>, limit: Limit) -> Result<Vec<(u64, DirectoryChange)>, Error>;
    rule_changes(after: u64, limit: Limit) -> Result<Vec<(u64, Change)>, Error>;
    rule_file(digest: Digest) -> Result<Option<String>, Error>;
    mailbox(audience: &Audience, after: u64, limit: Limit) -> Result<Vec<MailboxItem>, Error>;
    mailbox_end(audience: &Audience) -> Result<u64, Error>;
    journal(scope: &Scope, after: u64, limit: Limit) -> Result<Vec<JournalItem>, Error>;
    due(scope: &Scope, now: Timestamp, after: Option<DuePosition>, limit: Limit) -> Result<Vec<DueTicket>, Error>;
    log_state() -> Result<LogState, Error>;
    unsealed(after: u64, limit: Limit) -> Result<Vec<UnsealedLeaf>, Error>;
    figure_state() -> Result<FigureState, Error>;
    counted_cases(cases: &[CaseId]) -> Result<Vec<CountedCase>, Error>;
    measured_before(instant: Timestamp, limit: Limit) -> Result<Vec<CaseId>, Error>;
    group_sums(groups: &[Group]) -> Result<Sums, Error>;
    figures(scope: &Scope, selection: &Selection, months: MonthsOf<'_>, each: &mut (dyn FnMut(Counted) + Send))
        -> Result<FigureRead, Error>;
    roll_up(roll_up: RollUp) -> Result<(), CommitError>;
    clear_figures(expected: u64) -> Result<(), CommitError>;
    lease(holder: Holder, time: Duration) -> Result<Option<Epoch>, Error>;
    release(lease: Epoch) -> Result<(), Error>;
    seal(lease: Epoch, sealed: Sealed) -> Result<(), CommitError>;
    publish(lease: Epoch, checkpoint: PublishedCheckpoint) -> Result<(), CommitError>;
    checkpoint(minimum: u64) -> Result<Option<PublishedCheckpoint>, Error>;
    checkpoints(after: u64, limit: Limit) -> Result<Vec<PublishedCheckpoint>, Error>;
    nodes(ids: &[(u8, u64)]) -> Result<Vec<Option<[u8; 32]>>, Error>;
    leaf_index(event: EventId) -> Result<Option<u64>, Error>;
    leaves(start: u64, limit: Limit) -> Result<Vec<Vec<u8>>, Error>;
    begin_sign_in(digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError>;
    sign_in(digest: SignInDigest, now: Timestamp) -> Result<Option<SignIn>, Error>;
    continue_sign_in(digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError>;
    end_sign_in(digest: SignInDigest) -> Result<(), CommitError>;
    ping() -> Result<(), Error>;
}

/// Promises of the contract that two hubs could break where one does not.
macro_rules! together {
    ($($module:ident :: $promise:ident)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            conformance::$module::$promise(&Database(cluster::database().await)).await;
        }
    )+};
}

together! {
    commit::the_request_key_is_checked_first
    commit::of_two_commits_on_one_version_one_is_stale
    commit::references_never_overlap
    commit::the_directory_comes_in_the_order_it_was_committed
    journal::a_watcher_misses_nothing_while_sixteen_write
    journal::a_mailbox_has_no_gap
    lease::of_many_who_ask_one_gets_the_lease
    lease::what_a_former_holder_writes_is_stale
    ledger::of_two_sealers_one_is_stale
    ledger::a_size_has_one_checkpoint
    rules::changes_of_the_rules_read_back_in_their_order
    rules::of_two_changes_of_the_rules_at_once_one_is_stale
    scope::a_scope_follows_the_case_when_it_changes_hands
    sign_ins::a_sign_in_is_continued_forward_only
    sign_ins::a_sign_in_that_somebody_ended_is_gone
    sign_ins::those_that_have_ended_are_swept_when_another_begins
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_request_sent_to_all_hubs_at_once_is_done_once_and_replayed_to_the_others() {
    let hubs = Arc::new(Hubs::open(&cluster::database().await).await);
    for round in 0..20 {
        let mut running = Vec::new();
        for _ in 0..6 {
            let hubs = Arc::clone(&hubs);
            running.push(tokio::spawn(async move { hubs.commit(request(round)).await }));
        }
        let mut done = 0;
        for attempt in running {
            match attempt.await.expect("an attempt ends") {
                Ok(()) => done += 1,
                Err(CommitError::Replayed(stored)) => assert_eq!(stored.answer, [round]),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(done, 1, "round {round}");
    }
    assert_eq!(hubs.directory().await.expect("a read").len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_of_one_hub_wakes_the_readers_of_the_other() {
    let hubs = Hubs::open(&cluster::database().await).await;
    let mut commits = hubs.hubs[1].commits();
    for round in 0..5 {
        commits.borrow_and_update();
        hubs.hubs[0]
            .commit(request(round))
            .await
            .expect("a commit is done");
        let woken = tokio::time::timeout(Duration::from_secs(30), commits.changed()).await;
        woken.expect("the other hub is woken").expect("it is open");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_holds_the_head_holds_nobody_up_for_long() {
    let url = cluster::database().await;
    let store = Arc::new(
        PgStore::open(Options::new(&url))
            .await
            .expect("the database opens"),
    );
    store.commit(request(1)).await.expect("a first commit is done");
    // As a hub that was stopped in the middle of a commit.
    let mut stopped = connect(&url).await;
    execute(&mut stopped, "BEGIN; SELECT one FROM journal_head FOR UPDATE")
        .await
        .expect("the head is free");
    let begun = Instant::now();
    let mut running = Vec::new();
    for number in 2..50 {
        let store = Arc::clone(&store);
        running.push(tokio::spawn(async move { store.commit(request(number)).await }));
    }
    for attempt in running {
        let refused = attempt.await.expect("an attempt ends");
        assert!(
            matches!(refused, Err(CommitError::Engine(Error::Unavailable(_)))),
            "{refused:?}"
        );
    }
    // The first alone, then all others together, 1 s each: whoever was refused is not asked to wait in turn.
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    assert_eq!(store.directory().await.expect("reads go on").len(), 1);
    execute(&mut stopped, "ROLLBACK")
        .await
        .expect("the head is given back");
    store.commit(request(2)).await.expect("it was not done before");
    assert_eq!(store.directory().await.expect("a read").len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_lost_in_a_commit_leaves_its_outcome_unknown_and_the_store_goes_on() {
    let url = cluster::database().await;
    let store = Arc::new(
        PgStore::open(Options::new(&url))
            .await
            .expect("the database opens"),
    );
    store.commit(request(1)).await.expect("a first commit is done");
    let mut other = connect(&url).await;
    execute(&mut other, "BEGIN; SELECT one FROM journal_head FOR UPDATE")
        .await
        .expect("the head is free");
    let committing = Arc::clone(&store);
    let committing = tokio::spawn(async move { committing.commit(request(2)).await });
    // Until the session that waits for the head was there and is ended.
    let waiting = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    // Within one transaction a session sees the others as they were when it first looked: this one has none.
    let mut looking = connect(&url).await;
    while execute(&mut looking, waiting).await.expect("PostgreSQL answers") == 0 {
        tokio::task::yield_now().await;
    }
    let unknown = committing.await.expect("the commit ends");
    assert!(
        matches!(unknown, Err(CommitError::OutcomeUnknown(_))),
        "{unknown:?}"
    );
    execute(&mut other, "ROLLBACK")
        .await
        .expect("the head is given back");
    // The same request again tells: here it was not done.
    store.commit(request(2)).await.expect("the store goes on");
    let replayed = store.commit(request(2)).await;
    assert!(matches!(replayed, Err(CommitError::Replayed(_))), "{replayed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_that_wait_together_are_refused_alone() {
    let store = Arc::new(
        PgStore::open(Options::new(cluster::database().await))
            .await
            .expect("the database opens"),
    );
    for round in 0..50 {
        store
            .commit(request(round))
            .await
            .expect("a first commit is done");
    }
    // A hundred that wait while one is committed: half of them answered before, half new.
    let mut running = Vec::new();
    for round in 0..100 {
        let store = Arc::clone(&store);
        running.push(tokio::spawn(async move {
            (round, store.commit(request(round)).await)
        }));
    }
    for attempt in running {
        match attempt.await.expect("an attempt ends") {
            (0..50, Err(CommitError::Replayed(_))) | (50.., Ok(())) => {}
            (round, other) => panic!("{round}: {other:?}"),
        }
    }
    let mut names = Vec::new();
    for item in store.directory().await.expect("a read") {
        let Item::Organisation(organisation) = item else {
            panic!("only organisations were committed");
        };
        names.push(organisation.id);
    }
    assert_eq!(names.len(), 100);
}

#[tokio::test]
async fn commands_that_wait_for_another_session_hold_up_none_of_those_beside_them() {
    let url = cluster::database().await;
    let store = open(&url).await;
    // As a hub that was stopped while it wrote the same requests.
    let mut stopped = connect(&url).await;
    let held = "BEGIN; INSERT INTO request_keys (issuer, subject, request_id, content, answer) \
                SELECT 'https://declic.example', 'camille.martin', repeat(n, 16)::UUID, decode(repeat(n, 32), 'hex'), '' \
                FROM unnest(ARRAY['02', '05', '08']) AS n";
    execute(&mut stopped, held).await.expect("the keys are free");
    for (number, attempt) in together(&store, 2..10).await {
        match (number, attempt) {
            (2 | 5 | 8, Err(CommitError::Engine(Error::Unavailable(_)))) | (3 | 4 | 6 | 7 | 9, Ok(())) => {}
            (number, other) => panic!("{number}: {other:?}"),
        }
    }
    assert_eq!(store.directory().await.expect("a read").len(), 5);
}

#[tokio::test]
async fn what_takes_too_long_together_is_done_in_smaller_batches_and_only_what_does_alone_is_refused() {
    let url = cluster::database().await;
    let store = open(&url).await;
    let slow = "CREATE FUNCTION is_slow() RETURNS trigger LANGUAGE plpgsql AS $body$ \
                BEGIN PERFORM pg_sleep(CASE NEW.name LIKE '%ccas-107' WHEN TRUE THEN 10 ELSE 0.03 END); RETURN NEW; END \
                $body$; \
                CREATE TRIGGER is_slow BEFORE INSERT ON directory_items FOR EACH ROW EXECUTE FUNCTION is_slow()";
    execute(&mut connect(&url).await, slow)
        .await
        .expect("a trigger is made");
    for (number, attempt) in together(&store, 1..121).await {
        match (number, attempt) {
            (107, Err(CommitError::Engine(Error::Unavailable(why)))) => {
                assert!(why.to_string().contains("too slow"), "{why}");
            }
            (107, other) => panic!("{other:?}"),
            (_, done) => done.expect("it is done with fewer beside it"),
        }
    }
    assert_eq!(store.directory().await.expect("a read").len(), 119);
}

#[tokio::test]
async fn requests_asked_for_together_each_get_their_own_answer_also_after_a_connection_is_lost() {
    let url = cluster::database().await;
    let store = open(&url).await;
    for number in [2, 4] {
        store.commit(request(number)).await.expect("a commit is done");
    }
    let mut other = connect(&url).await;
    for _ in 0..2 {
        let mut running = Vec::new();
        for number in 1..=5 {
            let store = Arc::clone(&store);
            let (key, _) = request(number).request.expect("it has a key");
            running.push((number, tokio::spawn(async move { store.replay(&key).await })));
        }
        for (number, asked) in running {
            let found = asked.await.expect("it is asked").expect("the database answers");
            let expected = [2, 4].contains(&number).then(|| vec![number]);
            assert_eq!(found.map(|stored| stored.answer), expected, "{number}");
        }
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        execute(&mut other, end).await.expect("sessions are ended");
    }
}

/// Commands that wait together, in the order of their numbers.
async fn together(store: &Arc<PgStore>, numbers: std::ops::Range<u8>) -> Vec<(u8, Result<(), CommitError>)> {
    let mut running = Vec::new();
    for number in numbers {
        let store = Arc::clone(store);
        running.push((
            number,
            tokio::spawn(async move { store.commit(request(number)).await }),
        ));
    }
    let mut ended = Vec::new();
    for (number, attempt) in running {
        ended.push((number, attempt.await.expect("an attempt ends")));
    }
    ended
}

async fn open(url: &str) -> Arc<PgStore> {
    let store = PgStore::open(Options::new(url)).await;
    Arc::new(store.expect("the database opens"))
}

/// The same request for the same number.
pub fn request(number: u8) -> Commit {
    let key = RequestKey {
        issuer: "https://declic.example".to_owned(),
        subject: "camille.martin".to_owned(),
        id: [number; 16],
        content: [number; 32],
    };
    let organisation = Organisation {
        id: OrganisationId::parse(&format!("ccas-{number}")).expect("the id of an organisation"),
        name: "CCAS de Pontivy".to_owned(),
        departement: "56".to_owned(),
        kind: None,
    };
    Commit {
        request: Some((key, vec![number])),
        directory: vec![Item::Organisation(organisation)],
        ..Commit::default()
    }
}
