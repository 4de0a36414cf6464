//! A store that is measured: one span and one duration for each call, named after OpenTelemetry's conventions for
//! databases. Names of operations and outcomes only: no id, no text, nothing of a case.

use std::future::Future;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use declic_domain::directory::{self, Item};
use declic_domain::figures::{Counted, Group, Selection, Sums};
use declic_domain::name::{CaseId, EventId, Reference, TicketName};
use declic_domain::policy::Scope;
use declic_domain::rulebook::Change;
use declic_domain::sign_in::SignIn;
use declic_routing::Digest;
use jiff::Timestamp;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};
use tokio::sync::watch;
use tracing::Instrument as _;

use crate::commit::{Audience, Commit, CommitError, Epoch, Holder, RequestKey, Sealed, StoredAnswer};
use crate::figures::{CountedCase, FigureRead, FigureState, MonthsOf, RollUp};
use crate::page::{CaseFilter, CasePosition, DuePosition, Limit, TicketFilter, TicketPosition};
use crate::read::{
    DueTicket, JournalItem, LogState, MailboxItem, PublishedCheckpoint, StoredCase, StoredEntry, UnsealedLeaf,
};
use crate::sign_in::SignInDigest;
use crate::summary::TicketSummary;
use crate::turn::{TurnFilter, TurnPosition};
use crate::{Error, Store};

/// Bounds of the durations, in seconds, as the convention advises.
const BOUNDS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// A store that is measured.
pub struct Observed<S> {
    store: S,
    /// `db.system.name` of the engine, for example `sqlite`.
    system: &'static str,
    durations: Histogram<f64>,
}

impl<S: Store> Observed<S> {
    /// Measures a store of this system (`db.system.name`) with this meter.
    pub fn new(store: S, system: &'static str, meter: &Meter) -> Self {
        let durations = meter
            .f64_histogram("db.client.operation.duration")
            .with_description("Duration of calls to the store")
            .with_unit("s")
            .with_boundaries(BOUNDS.to_vec())
            .build();
        Self {
            store,
            system,
            durations,
        }
    }

    async fn measure<T, E: Outcome>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        let span = tracing::info_span!(
            "store",
            otel.name = operation,
            otel.kind = "client",
            db.system.name = self.system,
            db.operation.name = operation,
            error.r#type = tracing::field::Empty,
        );
        let start = Instant::now();
        let outcome = call.instrument(span.clone()).await;
        let mut attributes = vec![
            KeyValue::new("db.system.name", self.system),
            KeyValue::new("db.operation.name", operation),
        ];
        if let Err(error) = &outcome {
            let name = error.name();
            span.record("error.type", name);
            attributes.push(KeyValue::new("error.type", name));
        }
        self.durations.record(start.elapsed().as_secs_f64(), &attributes);
        outcome
    }
}

/// The name of an outcome other than done.
trait Outcome {
    fn name(&self) -> &'static str;
}

impl Outcome for Error {
    fn name(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::DiskFull(_) => "disk_full",
            Self::Corrupt { .. } => "corrupt",
            Self::NewerSchema { .. } => "newer_schema",
        }
    }
}

impl Outcome for CommitError {
    fn name(&self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Replayed(_) => "replayed",
            Self::KeyReused => "key_reused",
            Self::OutcomeUnknown(_) => "outcome_unknown",
            Self::Engine(error) => error.name(),
        }
    }
}

#[async_trait]
impl<S: Store> Store for Observed<S> {
    async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.measure("commit", self.store.commit(commit)).await
    }

    async fn replay(&self, key: &RequestKey) -> Result<Option<StoredAnswer>, Error> {
        self.measure("replay", self.store.replay(key)).await
    }

    async fn take_references(&self, year: u8, count: u32) -> Result<u32, Error> {
        self.measure("take_references", self.store.take_references(year, count))
            .await
    }

    async fn case(&self, scope: &Scope, id: CaseId) -> Result<Option<StoredCase>, Error> {
        self.measure("case", self.store.case(scope, id)).await
    }

    async fn case_by_reference(
        &self,
        scope: &Scope,
        reference: Reference,
    ) -> Result<Option<StoredCase>, Error> {
        self.measure(
            "case_by_reference",
            self.store.case_by_reference(scope, reference),
        )
        .await
    }

    async fn cases(
        &self,
        scope: &Scope,
        filter: &CaseFilter,
        after: Option<CasePosition>,
        limit: Limit,
    ) -> Result<Vec<StoredCase>, Error> {
        self.measure("cases", self.store.cases(scope, filter, after, limit))
            .await
    }

    async fn tickets(
        &self,
        scope: &Scope,
        filter: &TicketFilter,
        after: Option<TicketPosition>,
        limit: Limit,
    ) -> Result<Vec<TicketSummary>, Error> {
        self.measure("tickets", self.store.tickets(scope, filter, after, limit))
            .await
    }

    async fn tickets_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        after: Option<TurnPosition>,
        limit: Limit,
    ) -> Result<Vec<(TurnPosition, TicketSummary)>, Error> {
        let call = self.store.tickets_by_turn(scope, filter, after, limit);
        self.measure("tickets_by_turn", call).await
    }

    async fn cases_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        after: Option<TurnPosition>,
        limit: Limit,
    ) -> Result<Vec<(TurnPosition, StoredCase)>, Error> {
        let call = self.store.cases_by_turn(scope, filter, after, limit);
        self.measure("cases_by_turn", call).await
    }

    async fn count_tickets_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        most: Limit,
    ) -> Result<u32, Error> {
        let call = self.store.count_tickets_by_turn(scope, filter, most);
        self.measure("count_tickets_by_turn", call).await
    }

    async fn count_cases_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        most: Limit,
    ) -> Result<u32, Error> {
        let call = self.store.count_cases_by_turn(scope, filter, most);
        self.measure("count_cases_by_turn", call).await
    }

    async fn count_cases(&self, scope: &Scope, open: Option<bool>, most: Limit) -> Result<u32, Error> {
        self.measure("count_cases", self.store.count_cases(scope, open, most))
            .await
    }

    async fn entries(
        &self,
        scope: &Scope,
        viewed: TicketName,
        of: TicketName,
        after: u64,
        limit: Limit,
    ) -> Result<Vec<StoredEntry>, Error> {
        self.measure("entries", self.store.entries(scope, viewed, of, after, limit))
            .await
    }

    async fn entry(&self, scope: &Scope, event: EventId) -> Result<Option<StoredEntry>, Error> {
        self.measure("entry", self.store.entry(scope, event)).await
    }

    async fn directory(&self) -> Result<Vec<Item>, Error> {
        self.measure("directory", self.store.directory()).await
    }

    async fn directory_changes(
        &self,
        before: Option<u64>,
        limit: Limit,
    ) -> Result<Vec<(u64, directory::Change)>, Error> {
        self.measure("directory_changes", self.store.directory_changes(before, limit))
            .await
    }

    async fn rule_changes(&self, after: u64, limit: Limit) -> Result<Vec<(u64, Change)>, Error> {
        self.measure("rule_changes", self.store.rule_changes(after, limit))
            .await
    }

    async fn rule_file(&self, digest: Digest) -> Result<Option<String>, Error> {
        self.measure("rule_file", self.store.rule_file(digest)).await
    }

    async fn mailbox(
        &self,
        audience: &Audience,
        after: u64,
        limit: Limit,
    ) -> Result<Vec<MailboxItem>, Error> {
        self.measure("mailbox", self.store.mailbox(audience, after, limit))
            .await
    }

    async fn mailbox_end(&self, audience: &Audience) -> Result<u64, Error> {
        self.measure("mailbox_end", self.store.mailbox_end(audience))
            .await
    }

    async fn journal(&self, scope: &Scope, after: u64, limit: Limit) -> Result<Vec<JournalItem>, Error> {
        self.measure("journal", self.store.journal(scope, after, limit))
            .await
    }

    async fn due(
        &self,
        scope: &Scope,
        now: Timestamp,
        after: Option<DuePosition>,
        limit: Limit,
    ) -> Result<Vec<DueTicket>, Error> {
        self.measure("due", self.store.due(scope, now, after, limit))
            .await
    }

    fn commits(&self) -> watch::Receiver<u64> {
        self.store.commits()
    }

    async fn ended(&self) {
        self.store.ended().await;
    }

    async fn log_state(&self) -> Result<LogState, Error> {
        self.measure("log_state", self.store.log_state()).await
    }

    async fn unsealed(&self, after: u64, limit: Limit) -> Result<Vec<UnsealedLeaf>, Error> {
        self.measure("unsealed", self.store.unsealed(after, limit)).await
    }

    async fn lease(&self, holder: Holder, time: Duration) -> Result<Option<Epoch>, Error> {
        self.measure("lease", self.store.lease(holder, time)).await
    }

    async fn release(&self, lease: Epoch) -> Result<(), Error> {
        self.measure("release", self.store.release(lease)).await
    }

    async fn seal(&self, lease: Epoch, sealed: Sealed) -> Result<(), CommitError> {
        self.measure("seal", self.store.seal(lease, sealed)).await
    }

    async fn publish(&self, lease: Epoch, checkpoint: PublishedCheckpoint) -> Result<(), CommitError> {
        self.measure("publish", self.store.publish(lease, checkpoint))
            .await
    }

    async fn checkpoint(&self, minimum: u64) -> Result<Option<PublishedCheckpoint>, Error> {
        self.measure("checkpoint", self.store.checkpoint(minimum)).await
    }

    async fn checkpoints(&self, after: u64, limit: Limit) -> Result<Vec<PublishedCheckpoint>, Error> {
        self.measure("checkpoints", self.store.checkpoints(after, limit))
            .await
    }

    async fn nodes(&self, ids: &[(u8, u64)]) -> Result<Vec<Option<[u8; 32]>>, Error> {
        self.measure("nodes", self.store.nodes(ids)).await
    }

    async fn leaf_index(&self, event: EventId) -> Result<Option<u64>, Error> {
        self.measure("leaf_index", self.store.leaf_index(event)).await
    }

    async fn leaves(&self, start: u64, limit: Limit) -> Result<Vec<Vec<u8>>, Error> {
        self.measure("leaves", self.store.leaves(start, limit)).await
    }

    async fn figure_state(&self) -> Result<FigureState, Error> {
        self.measure("figure_state", self.store.figure_state()).await
    }

    async fn counted_cases(&self, cases: &[CaseId]) -> Result<Vec<CountedCase>, Error> {
        self.measure("counted_cases", self.store.counted_cases(cases))
            .await
    }

    async fn measured_before(&self, instant: Timestamp, limit: Limit) -> Result<Vec<CaseId>, Error> {
        self.measure("measured_before", self.store.measured_before(instant, limit))
            .await
    }

    async fn group_sums(&self, groups: &[Group]) -> Result<Sums, Error> {
        self.measure("group_sums", self.store.group_sums(groups)).await
    }

    async fn figures(
        &self,
        scope: &Scope,
        selection: &Selection,
        months: MonthsOf<'_>,
        each: &mut (dyn FnMut(Counted) + Send),
    ) -> Result<FigureRead, Error> {
        self.measure("figures", self.store.figures(scope, selection, months, each))
            .await
    }

    async fn roll_up(&self, roll_up: RollUp) -> Result<(), CommitError> {
        self.measure("roll_up", self.store.roll_up(roll_up)).await
    }

    async fn clear_figures(&self, expected: u64) -> Result<(), CommitError> {
        self.measure("clear_figures", self.store.clear_figures(expected))
            .await
    }

    async fn begin_sign_in(&self, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError> {
        self.measure("begin_sign_in", self.store.begin_sign_in(digest, sign_in))
            .await
    }

    async fn sign_in(&self, digest: SignInDigest, now: Timestamp) -> Result<Option<SignIn>, Error> {
        self.measure("sign_in", self.store.sign_in(digest, now)).await
    }

    async fn continue_sign_in(&self, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError> {
        self.measure("continue_sign_in", self.store.continue_sign_in(digest, sign_in))
            .await
    }

    async fn end_sign_in(&self, digest: SignInDigest) -> Result<(), CommitError> {
        self.measure("end_sign_in", self.store.end_sign_in(digest)).await
    }

    async fn ping(&self) -> Result<(), Error> {
        self.measure("ping", self.store.ping()).await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}
