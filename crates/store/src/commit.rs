//! What a write holds.

use declic_domain::case::Case;
use declic_domain::directory::{self, Item};
use declic_domain::event::Party;
use declic_domain::name::{EventId, TicketName};
use declic_domain::rulebook::{Change, ChangeKind};
use declic_domain::ticket::Ticket;
use declic_ledger::leaf::LEN;
use declic_routing::Digest;
use declic_vault::blind::Tag;
use declic_vault::keyring::KeyId;
use declic_vault::seal::SealedObject;

use crate::error::Error;
use crate::read::StoredAnswerBytes;

/// One decision to write, all or nothing.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// Whose request it answers, and with what; none for the hub's own commits.
    pub request: Option<(RequestKey, Vec<u8>)>,
    /// States of a case and its tickets.
    pub case: Option<CaseWrite>,
    /// Items of the directory, added or replaced.
    pub directory: Vec<Item>,
    /// The change that these items are; without one they replace whatever is there.
    pub directory_change: Option<DirectoryWrite>,
    /// Changes of the rules of routing.
    pub rules: Option<RulesWrite>,
    /// What happened, in order; one per event.
    pub entries: Vec<Entry>,
}

/// A change of the directory after a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryWrite {
    /// Number of the last change that the decision knew, 0 when there was none.
    pub expected: u64,
    /// The change that follows it.
    pub change: directory::Change,
}

/// Changes of the rules after a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesWrite {
    /// Number of the last change that the decision knew, 0 when there was none.
    pub expected: u64,
    /// The changes that follow it, in order; at least one.
    pub changes: Vec<RuleWrite>,
}

/// One change of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleWrite {
    /// The change.
    pub change: Change,
    /// The file of the ruleset, for a proposal.
    pub file: Option<String>,
}

impl RuleWrite {
    /// The digest of the ruleset whose file it brings.
    pub fn digest(&self) -> Option<Digest> {
        match &self.change.kind {
            ChangeKind::Proposed(proposal) => Some(proposal.digest),
            ChangeKind::Activated(_) | ChangeKind::RolledBack { .. } => None,
        }
    }
}

/// Who asked, under which id, and a keyed digest of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The issuer of the caller's token.
    pub issuer: String,
    /// The caller.
    pub subject: String,
    /// The client's UUID.
    pub id: [u8; 16],
    /// HMAC-SHA-256 of RPC name and request, under a key of the hub: never a bare hash.
    pub content: [u8; 32],
}

/// The answer stored under a request key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The content it answered.
    pub content: [u8; 32],
    /// The answer, byte for byte.
    pub answer: StoredAnswerBytes,
}

/// States of a case and its tickets after a decision.
#[derive(Debug, Clone)]
pub struct CaseWrite {
    /// What must still be true.
    pub expected: Expected,
    /// The case after it.
    pub case: CaseRow,
    /// The tickets that changed or opened, after it; all of them when lists show another thing of the case after it, see
    /// [`TicketSummary::shows_alike`](crate::TicketSummary::shows_alike).
    pub tickets: Vec<TicketRow>,
    /// Blind tags of the audiences that the decision brings; those already there stay.
    pub blind: Vec<BlindTag>,
    /// Blind tags by which the case is found no more.
    pub gone: Vec<BlindTag>,
}

/// What a decision relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The case does not exist.
    New,
    /// The case has this version.
    Version(u64),
}

/// A case's row: its state, and what only the store knows.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    /// The state.
    pub case: Case,
    /// The keys that seal it.
    pub key_id: KeyId,
    /// The opening's words (person, explanation, mandate), sealed under the case's personal key.
    pub sealed_words: Vec<u8>,
}

/// A ticket's row.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketRow {
    /// The state.
    pub ticket: Ticket,
    /// Leaf hash of its last event: the next event's META names it.
    pub last_leaf: [u8; 32],
}

/// A keyed digest by which one organisation or agency finds a case by exact name and birth date.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlindTag {
    /// Who may find it.
    pub audience: Audience,
    /// The digest.
    pub tag: Tag,
}

/// A mailbox: an agency or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Audience(String);

impl Audience {
    /// The mailbox of a party; supervision and the clock have none.
    pub fn of(party: &Party) -> Option<Self> {
        match party {
            Party::Agency(agency) => Some(Self(agency.resource())),
            Party::Organisation(organisation) => Some(Self(organisation.resource())),
            Party::Supervision | Party::Clock => None,
        }
    }

    /// A mailbox by the resource name of its owner, as [`Audience::as_str`] gave it.
    pub fn from_resource(resource: &str) -> Self {
        Self(resource.to_owned())
    }

    /// Resource name of its owner.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One entry of the journal: an event's sealed sections, their commitments, and the leaf built from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The event.
    pub event: EventId,
    /// The ticket and its version after the event; none for the directory.
    pub ticket: Option<EntryTicket>,
    /// What happened, as clients read it ("ACKNOWLEDGED"): clear, so that notices need no key.
    pub kind: &'static str,
    /// The keys that seal it.
    pub key_id: KeyId,
    /// When the hub recorded it, microseconds since 1970 UTC.
    pub recorded_at_us: i64,
    /// Sealed sections, in the order of their numbers.
    pub objects: Vec<SealedObject>,
    /// Their commitments, in the same order.
    pub commitments: Vec<[u8; 32]>,
    /// The leaf.
    pub leaf: [u8; LEN],
    /// Whose mailboxes it goes to.
    pub audiences: Vec<Audience>,
    /// W3C trace context of the command; empty without one.
    pub traceparent: String,
}

/// Where an entry stands on its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryTicket {
    /// The ticket.
    pub name: TicketName,
    /// Its version after the event, from 1.
    pub version: u64,
}

/// Who may seal: a random name, drawn anew for each run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder(pub [u8; 16]);

/// The lease that a write of the ledger is made under. Whoever holds it next has a higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u64);

/// What the sealer appends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Size of the tree it started from.
    pub from_size: u64,
    /// Last sealed journal number it started from.
    pub from_seq: u64,
    /// Last journal number it seals.
    pub to_seq: u64,
    /// Leaves with their events, in order from index `from_size`.
    pub leaves: Vec<(EventId, [u8; LEN])>,
    /// Nodes they complete: level, index, hash.
    pub nodes: Vec<(u8, u64, [u8; 32])>,
    /// Root of the tree after them.
    pub root: [u8; 32],
    /// Frontier after them, largest subtree first.
    pub frontier: Vec<[u8; 32]>,
}

/// How a write can end otherwise than done.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Something it relied on has changed: load again and decide again.
    #[error("what the decision relied on has changed")]
    Stale,
    /// The same request was answered before, with this.
    #[error("the request was answered before")]
    Replayed(StoredAnswer),
    /// The request id was used with other content.
    #[error("the request id was used with other content")]
    KeyReused,
    /// It may or may not be done: ask again with the same request id.
    #[error("the outcome of the commit is not known")]
    OutcomeUnknown(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It is not done, and the reason is the engine's.
    #[error(transparent)]
    Engine(#[from] Error),
}
