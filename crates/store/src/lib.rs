//! The store's contract: one write door, scoped reads, one journal in commit order.
//!
//! Every promise is a sentence with MUST beside its method, and a function of the conformance suite with the same
//! words; each engine runs the whole suite.
//!
//! - [`commit`], [`read`], [`page`], [`error`]: what goes in, what comes out, how far, and how it fails.
//! - [`figures`]: sums of the figures, kept ready. [`sign_in`]: by what a sign-in is found.
//! - [`record`]: the one encoding of events and states. [`reach`]: the one translation of scopes. [`summary`]: what a list
//!   shows of a ticket. [`timer`]: when the clock looks at it. [`turn`]: where it stands in lists by what is due.
//! - [`queue`]: calls that wait for a task of an engine. [`answers`]: earlier answers, asked for together.
//! - [`crash`]: where a process dies when a test says so; nothing in a release build.
//! - [`observed`]: a store that is measured. `conformance` (a feature for the engines' own tests): the promises.
//!
//! Invariant: no SQL, no engine's name, no rule about cases. What a commit holds was decided by `domain`, sealed with
//! `vault` and laid out with `ledger` before it comes here.

pub mod answers;
pub mod commit;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod crash;
pub mod error;
pub mod figures;
pub mod observed;
pub mod page;
pub mod queue;
pub mod reach;
pub mod read;
pub mod record;
pub mod sign_in;
pub mod summary;
pub mod timer;
pub mod turn;

use std::time::Duration;

use async_trait::async_trait;
use declic_domain::directory::{self, Item};
use declic_domain::figures::{Counted, Group, Selection, Sums};
use declic_domain::name::{CaseId, EventId, Reference, TicketName};
use declic_domain::policy::Scope;
use declic_domain::rulebook::Change;
use declic_domain::sign_in::SignIn;
use declic_routing::Digest;
use jiff::Timestamp;
use tokio::sync::watch;

pub use commit::{
    Audience, BlindTag, CaseRow, CaseWrite, Commit, CommitError, DirectoryWrite, Entry, EntryTicket, Epoch,
    Expected, Holder, RequestKey, RuleWrite, RulesWrite, Sealed, StoredAnswer, TicketRow,
};
pub use error::Error;
pub use figures::{CountedCase, FigureRead, FigureState, GroupRow, MonthsOf, RollUp};
pub use observed::Observed;
pub use page::{CaseFilter, CasePosition, DuePosition, Limit, TicketFilter, TicketPosition};
pub use read::{
    DueTicket, JournalItem, LogState, MailboxItem, PublishedCheckpoint, StoredCase, StoredEntry, UnsealedLeaf,
};
pub use sign_in::SignInDigest;
pub use summary::TicketSummary;
pub use turn::{TurnFilter, TurnPosition};

/// No lease is given for longer. One that ends later than this from now was given before the engine's clock was set back:
/// it counts as lapsed.
pub const LONGEST_LEASE: Duration = Duration::from_secs(60);

/// What a hub needs of an engine.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Writes a decision: request key, states, blind tags, directory items, changes of the rules and entries, in
    /// one transaction.
    ///
    /// - A commit MUST be all or nothing, durable before it returns.
    /// - The request key MUST be checked first: the same key with the same content gives `Replayed` with the stored
    ///   answer, with other content `KeyReused`; neither writes anything.
    /// - A commit whose expected version differs MUST give `Stale` and write nothing.
    /// - Its entries MUST take the next numbers of the journal, without gaps, in the order they are given; a reader
    ///   MUST never see a number before all smaller ones.
    /// - Changes of the rules MUST take the numbers after `expected`; a commit that expects another last number than there
    ///   is MUST give `Stale` and write nothing.
    /// - A change of the directory MUST take the number after `expected`; a commit that expects another last number than
    ///   there is MUST give `Stale` and write nothing.
    /// - Each audience of an entry MUST get the next number of its mailbox, without gaps.
    /// - Each ticket it names MUST get the turns of the states it writes ([`turn::of`]) in place of those it had.
    /// - Each ticket it names MUST get the timer of the states it writes ([`declic_domain::timer::next`]) in place of the
    ///   one it had.
    /// - An error once the commit was sent MUST be `OutcomeUnknown`, never a failure that means "not done".
    async fn commit(&self, commit: Commit) -> Result<(), CommitError>;

    /// The answer stored under this request key: `Replayed` content or `KeyReused` are told by comparing content.
    async fn replay(&self, key: &RequestKey) -> Result<Option<StoredAnswer>, Error>;

    /// Sets aside `count` consecutive references of a year and returns the first number, from 1.
    /// Two calls MUST never return overlapping numbers, also after a crash; numbers may be lost.
    async fn take_references(&self, year: u8, count: u32) -> Result<u32, Error>;

    /// A case with all its tickets, when one of its tickets at least is within the scope; else `None`.
    async fn case(&self, scope: &Scope, id: CaseId) -> Result<Option<StoredCase>, Error>;

    /// The case with this reference, under the same rule.
    async fn case_by_reference(
        &self,
        scope: &Scope,
        reference: Reference,
    ) -> Result<Option<StoredCase>, Error>;

    /// Cases within the scope, newest first, one page after `after`.
    /// Pages put together MUST equal the whole list; a row that does not change MUST not come twice.
    async fn cases(
        &self,
        scope: &Scope,
        filter: &CaseFilter,
        after: Option<CasePosition>,
        limit: Limit,
    ) -> Result<Vec<StoredCase>, Error>;

    /// Tickets within the scope, those held longest first, one page after `after`, as lists show them.
    /// The same rules as [`Store::cases`].
    async fn tickets(
        &self,
        scope: &Scope,
        filter: &TicketFilter,
        after: Option<TicketPosition>,
        limit: Limit,
    ) -> Result<Vec<TicketSummary>, Error>;

    /// Open tickets within the scope in order of their turns ([`turn`]), one page after `after`, each with its position.
    /// The same rules as [`Store::cases`]; a ticket MUST stand where the first of the reader's keys puts it.
    async fn tickets_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        after: Option<TurnPosition>,
        limit: Limit,
    ) -> Result<Vec<(TurnPosition, TicketSummary)>, Error>;

    /// Cases of which a ticket within the scope fits, in order of the first such ticket, one page after `after`. The same
    /// rules as [`Store::tickets_by_turn`]; a case MUST come once.
    async fn cases_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        after: Option<TurnPosition>,
        limit: Limit,
    ) -> Result<Vec<(TurnPosition, StoredCase)>, Error>;

    /// How many tickets [`Store::tickets_by_turn`] lists in all, counted up to the limit: MUST be exact below it.
    async fn count_tickets_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        most: Limit,
    ) -> Result<u32, Error>;

    /// How many cases [`Store::cases_by_turn`] lists in all, under the same rule.
    async fn count_cases_by_turn(
        &self,
        scope: &Scope,
        filter: &TurnFilter,
        most: Limit,
    ) -> Result<u32, Error>;

    /// How many cases within the scope are open, or have ended, under the same rule; both with `None`.
    async fn count_cases(&self, scope: &Scope, open: Option<bool>, most: Limit) -> Result<u32, Error>;

    /// Entries of one ticket with a version above `after`, oldest first, when the ticket is within the scope; entries of
    /// the tickets it follows are asked by their own names, under the scope of `viewed`.
    async fn entries(
        &self,
        scope: &Scope,
        viewed: TicketName,
        of: TicketName,
        after: u64,
        limit: Limit,
    ) -> Result<Vec<StoredEntry>, Error>;

    /// The entry of one event, when its ticket is within the scope.
    async fn entry(&self, scope: &Scope, event: EventId) -> Result<Option<StoredEntry>, Error>;

    /// Every item of the directory as it stands, in the order of its last commit: an item MUST replace the one of the
    /// same name.
    async fn directory(&self) -> Result<Vec<Item>, Error>;

    /// Changes of the directory with a number below `before`, newest first; `None` begins with the last. MUST have no gap,
    /// and read back as they were written.
    async fn directory_changes(
        &self,
        before: Option<u64>,
        limit: Limit,
    ) -> Result<Vec<(u64, directory::Change)>, Error>;

    /// Changes of the rules with a number above `after`, in order. MUST have no gap, and read back as they were written.
    async fn rule_changes(&self, after: u64, limit: Limit) -> Result<Vec<(u64, Change)>, Error>;

    /// The file of the ruleset with this digest, byte for byte as it was written.
    async fn rule_file(&self, digest: Digest) -> Result<Option<String>, Error>;

    /// Items of an audience's mailbox with a number above `after`, in order. MUST have no gap.
    async fn mailbox(&self, audience: &Audience, after: u64, limit: Limit)
    -> Result<Vec<MailboxItem>, Error>;

    /// The last number of an audience's mailbox, 0 when empty.
    async fn mailbox_end(&self, audience: &Audience) -> Result<u64, Error>;

    /// Items of the journal with a number above `after`, in order, for the hub's own readers. MUST have no gap. Any scope
    /// but the journal's own MUST read nothing.
    async fn journal(&self, scope: &Scope, after: u64, limit: Limit) -> Result<Vec<JournalItem>, Error>;

    /// Tickets whose timer is due by `now`, the one due longest first, one page after `after`, for the hub's clockwork. Any
    /// scope but the journal's own MUST read nothing.
    ///
    /// - One that is due later by `now` or by the engine's own clock MUST not be given: a hub whose clock jumps is early for
    ///   nobody.
    /// - Every other MUST be given, until a commit gives its ticket another timer: nothing is claimed, whoever asks is
    ///   given the same.
    async fn due(
        &self,
        scope: &Scope,
        now: Timestamp,
        after: Option<DuePosition>,
        limit: Limit,
    ) -> Result<Vec<DueTicket>, Error>;

    /// Changes whenever a commit was made: a hint, which may be late or merged, never the data.
    fn commits(&self) -> watch::Receiver<u64>;

    /// What the sealer finds: last sealed journal number, tree size and frontier.
    async fn log_state(&self) -> Result<LogState, Error>;

    /// Leaves of the journal not sealed yet, in order.
    async fn unsealed(&self, after: u64, limit: Limit) -> Result<Vec<UnsealedLeaf>, Error>;

    /// Takes the sealer's lease for `time`, at most [`LONGEST_LEASE`], or renews the caller's own; `None` while another
    /// holder has it. The engine's clock decides, and nothing is written for `None`.
    ///
    /// - Of several that ask, one MUST get it; the others MUST NOT before it lapses or is released.
    /// - A new holder MUST get a higher epoch than all before it, also after a restart; a renewed lease keeps its own.
    async fn lease(&self, holder: Holder, time: Duration) -> Result<Option<Epoch>, Error>;

    /// Gives a lease back. Nothing changes when it is another holder's by now.
    async fn release(&self, lease: Epoch) -> Result<(), Error>;

    /// Appends leaves and the nodes they complete to the ledger, in one transaction.
    /// MUST be refused as `Stale` unless the log still has the size and journal number the sealer started from, and once
    /// the lease was released or another holder has taken it.
    async fn seal(&self, lease: Epoch, sealed: Sealed) -> Result<(), CommitError>;

    /// Records a signed checkpoint. A second one of the same size MUST be refused as `Stale`; one beyond the tree's
    /// size too, and one under a lease that was released or that another holder has taken.
    async fn publish(&self, lease: Epoch, checkpoint: PublishedCheckpoint) -> Result<(), CommitError>;

    /// The latest checkpoint of at least this size, smallest first when `minimum` is not 0; 0 asks for the latest.
    async fn checkpoint(&self, minimum: u64) -> Result<Option<PublishedCheckpoint>, Error>;

    /// Every checkpoint with a size above `after`, in order.
    async fn checkpoints(&self, after: u64, limit: Limit) -> Result<Vec<PublishedCheckpoint>, Error>;

    /// Hashes of complete nodes, in the order asked; `None` for those not there.
    async fn nodes(&self, ids: &[(u8, u64)]) -> Result<Vec<Option<[u8; 32]>>, Error>;

    /// Index of the leaf of an event.
    async fn leaf_index(&self, event: EventId) -> Result<Option<u64>, Error>;

    /// Leaves from an index on, in order.
    async fn leaves(&self, start: u64, limit: Limit) -> Result<Vec<Vec<u8>>, Error>;

    /// How far the sums of the figures follow the journal.
    async fn figure_state(&self) -> Result<FigureState, Error>;

    /// What is kept of these cases in the sums; those that are not counted are left out.
    async fn counted_cases(&self, cases: &[CaseId]) -> Result<Vec<CountedCase>, Error>;

    /// Cases of which something is open that was measured before an instant, those measured longest ago first.
    async fn measured_before(&self, instant: Timestamp, limit: Limit) -> Result<Vec<CaseId>, Error>;

    /// The sums of these groups; those that are not kept are left out.
    async fn group_sums(&self, groups: &[Group]) -> Result<Sums, Error>;

    /// Counts the tickets of the scope's territory that are selected in each month, and gives `each` group of the months that
    /// `months` makes of these counts, in order, with the sums of those that are selected: one at a time, as a country has many.
    ///
    /// - All of it MUST be as it was at the one revision that is told, whatever is written meanwhile.
    /// - Any scope but that of a territory MUST read nothing.
    async fn figures(
        &self,
        scope: &Scope,
        selection: &Selection,
        months: MonthsOf<'_>,
        each: &mut (dyn FnMut(Counted) + Send),
    ) -> Result<FigureRead, Error>;

    /// Writes sums, with what cases are counted with, and how far they follow the journal, in one transaction.
    ///
    /// - A write that expects another revision than there is MUST give `Stale` and write nothing: of several hubs that
    ///   count the same entries, one does.
    /// - What is not named MUST stay as it is.
    async fn roll_up(&self, roll_up: RollUp) -> Result<(), CommitError>;

    /// Leaves out all sums, so that they are made again from the first entry of the journal on. Under the same rule: what
    /// expects another revision MUST give `Stale` and change nothing.
    async fn clear_figures(&self, expected: u64) -> Result<(), CommitError>;

    /// Records a sign-in that begins. It MUST be durable before it returns.
    ///
    /// - Of those that have ended when it begins, it MUST sweep at most [`sign_in::SWEPT_AT_ONCE`], and no other.
    /// - One whose digest is there already MUST give `Stale` and change nothing.
    async fn begin_sign_in(&self, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError>;

    /// The sign-in of this digest, unless it has ended by `now` ([`SignIn::has_ended`]): one that has MUST NOT be given.
    async fn sign_in(&self, digest: SignInDigest, now: Timestamp) -> Result<Option<SignIn>, Error>;

    /// Writes down when a sign-in was continued. One that is not there, has ended by then, or was continued later MUST stay
    /// as it is.
    async fn continue_sign_in(&self, digest: SignInDigest, sign_in: &SignIn) -> Result<(), CommitError>;

    /// Ends a sign-in: it MUST NOT be given again. Nothing changes when it is not there.
    async fn end_sign_in(&self, digest: SignInDigest) -> Result<(), CommitError>;

    /// Waits until nothing is written any more, whoever asks: the store was closed, or the task that writes ended by an
    /// error of this program. MUST NOT keep the store from closing.
    async fn ended(&self);

    /// Answers once the engine does: for health checks.
    async fn ping(&self) -> Result<(), Error>;

    /// Finishes what was accepted and closes. What comes after MUST be refused as [`Error::Unavailable`].
    async fn close(&self);
}
