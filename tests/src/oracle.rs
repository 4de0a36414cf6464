//! What must be true of a hub's files or databases once it has stopped, whatever happened before. They are read as they
//! are, through the store's own contract, and believed in nothing: the ledger is verified from its bytes, states are
//! folded again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use declic_domain::case::Case;
use declic_domain::directory::{Member, Role};
use declic_domain::event::{Event, Kind};
use declic_domain::name::{CaseId, EventId, MemberId, TicketName};
use declic_domain::policy::{self, Scope};
use declic_domain::ticket::Ticket;
use declic_hub::Config;
use declic_ledger::leaf::leaf_hash;
use declic_ledger::verify::{Report, verify_log};
use declic_ledger::{Leaf, VerifierKey, section};
use declic_routing::Territory;
use declic_runtime::{Clock as _, SystemClock};
use declic_store::record::meta::{self, Context};
use declic_store::{Audience, CaseFilter, CasePosition, Limit, Store, StoredCase, StoredEntry, timer};
use declic_store_postgres::{PgKeyring, PgStore};
use declic_store_sqlite::{SqliteKeyring, SqliteStore};
use declic_vault::{CaseKeys, Group, KekSet, Keyring, Os, Place, Vault, seal};
use jiff::Timestamp;

use crate::sums;

const MOST: u32 = 1_000;

/// What was found, when nothing is wrong.
#[derive(Debug, Clone)]
pub struct Findings {
    /// Every case.
    pub cases: Vec<StoredCase>,
    /// Every event of a case, in the order of the journal, with its number there.
    pub events: Vec<(u64, Event)>,
    /// The ledger, verified.
    pub ledger: Report,
    /// Its leaves.
    pub leaves: Vec<Vec<u8>>,
    /// Numbers of the journal each mailbox holds, in order.
    pub mailboxes: BTreeMap<String, Vec<u64>>,
}

/// Opens the files or databases of hubs that have stopped and checks them:
///
/// - the journal is gap-free, and its entries and the ledger's leaves are one to one, in order;
/// - every leaf is covered by a checkpoint whose signature and root hold, and no two checkpoints disagree;
/// - every section opens its commitment, and every event names the one before it;
/// - the versions of every ticket are contiguous, and its row and its case's row are the fold of its events;
/// - the sums of the figures are those of the events that are counted;
/// - every mailbox holds exactly what is addressed to it, in order, without a gap: nothing stays undelivered;
/// - what is due is what the states say is due, at the time that they say.
///
/// # Panics
/// When one of these is not true.
pub async fn check(config: &Config, key: &VerifierKey, now: Timestamp) -> Findings {
    let secrets = declic_hub::secrets::open(config, now, &mut Os).expect("the hub's secrets");
    let files = Files::open(config, secrets.keks).await;
    let journal = files.journal().await;
    let leaves = files.leaves().await;
    let in_journal: Vec<&[u8]> = journal.iter().map(|(_, leaf)| leaf.as_slice()).collect();
    assert!(
        in_journal == leaves,
        "entries and leaves are one to one, in order"
    );
    let ledger = files.verified(key, &leaves).await;

    let seqs: HashMap<EventId, u64> = (1..)
        .zip(&journal)
        .map(|(seq, (event, _))| (*event, seq))
        .collect();
    let cases = files.cases().await;
    let mut history = Vec::new();
    for case in &cases {
        history.extend(files.history(case, &config.ledger.origin).await);
    }
    let mut events: Vec<(u64, Event, Context)> = history
        .into_iter()
        .map(|(event, context)| {
            (
                *seqs.get(&event.id).expect("every event is in the journal"),
                event,
                context,
            )
        })
        .collect();
    events.sort_by_key(|(seq, ..)| *seq);
    fold_cases(&cases, events.iter().map(|(_, event, _)| event));
    assert!(
        events.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "an event stands once in the journal"
    );
    let mailboxes = files.mailboxes(&events, &journal).await;
    let events: Vec<_> = events.into_iter().map(|(seq, event, _)| (seq, event)).collect();
    sums::check(files.store.as_ref(), &files.everything, &events).await;
    files.timers(&cases).await;
    files.close().await;
    Findings {
        cases,
        events,
        ledger,
        leaves,
        mailboxes,
    }
}

struct Files {
    store: Box<dyn Store>,
    keyring: Ring,
    vault: Vault,
    everything: Scope,
}

enum Ring {
    Sqlite(Arc<SqliteKeyring>),
    Postgres(Arc<PgKeyring>),
}

impl Files {
    async fn open(config: &Config, keks: KekSet) -> Self {
        let store: Box<dyn Store> = match &config.store.url {
            None => {
                let options = declic_store_sqlite::Options::new(&config.store.path);
                Box::new(SqliteStore::open(options).await.expect("the database"))
            }
            Some(url) => {
                let options = declic_store_postgres::Options::new(url);
                Box::new(PgStore::open(options).await.expect("the database"))
            }
        };
        let (keyring, ring): (Ring, Arc<dyn Keyring>) = match &config.keyring.url {
            None => {
                let opened = SqliteKeyring::open(&config.keyring.path).await;
                let opened = Arc::new(opened.expect("the keyring"));
                (Ring::Sqlite(Arc::clone(&opened)), opened)
            }
            Some(url) => {
                let opened = Arc::new(PgKeyring::open(url).await.expect("the keyring"));
                (Ring::Postgres(Arc::clone(&opened)), opened)
            }
        };
        Self {
            store,
            keyring,
            vault: Vault::new(keks, ring, Box::new(Os)),
            everything: everything(),
        }
    }

    /// Every entry's event and leaf.
    async fn journal(&self) -> Vec<(EventId, Vec<u8>)> {
        let mut journal = Vec::new();
        loop {
            let page = self
                .store
                .unsealed(journal.len() as u64, Limit::new(MOST))
                .await
                .expect("the journal");
            if page.is_empty() {
                return journal;
            }
            for item in page {
                assert_eq!(item.seq, journal.len() as u64 + 1, "the journal has no gap");
                let leaf = Leaf::parse(&item.leaf).expect("a leaf");
                assert_eq!(leaf.event_id, item.event.0, "an entry's leaf is its own");
                journal.push((item.event, item.leaf.to_vec()));
            }
        }
    }

    async fn leaves(&self) -> Vec<Vec<u8>> {
        let mut leaves = Vec::new();
        loop {
            let page = self
                .store
                .leaves(leaves.len() as u64, Limit::new(MOST))
                .await
                .expect("the ledger");
            if page.is_empty() {
                return leaves;
            }
            leaves.extend(page);
        }
    }

    async fn verified(&self, key: &VerifierKey, leaves: &[Vec<u8>]) -> Report {
        let mut notes = Vec::new();
        let mut last = 0;
        loop {
            let page = self
                .store
                .checkpoints(last, Limit::new(MOST))
                .await
                .expect("the checkpoints");
            let Some(newest) = page.last() else { break };
            last = newest.size;
            notes.extend(page.into_iter().map(|checkpoint| checkpoint.note));
        }
        let report = verify_log(key, notes.iter().map(String::as_str), leaves);
        assert!(report.is_sound(), "{:?}", report.findings);
        assert_eq!(
            report.unsigned, 0,
            "what was committed is published before the end"
        );
        report
    }

    async fn cases(&self) -> Vec<StoredCase> {
        let mut cases: Vec<StoredCase> = Vec::new();
        loop {
            let after = cases.last().map(|last| CasePosition {
                opened_at_us: last.row.case.opened_at.as_microsecond(),
                id: last.row.case.id,
            });
            let filter = CaseFilter::default();
            let page = self
                .store
                .cases(&self.everything, &filter, after, Limit::new(MOST))
                .await;
            let page = page.expect("the cases");
            if page.is_empty() {
                return cases;
            }
            cases.extend(page);
        }
    }

    /// The events of a case, once its rows were found to be their fold.
    async fn history(&self, stored: &StoredCase, origin: &str) -> Vec<(Event, Context)> {
        let keys = self.vault.keys(stored.row.key_id).await.expect("the case's keys");
        let mut history = Vec::new();
        for row in &stored.tickets {
            let entries = self.entries(&row.ticket).await;
            let mut folded: Option<Ticket> = None;
            let mut previous = [0; 32];
            for entry in &entries {
                let (event, context) = open(&keys, origin, entry);
                assert_eq!(context.previous, previous, "an event names the one before it");
                previous = *leaf_hash(&entry.entry.leaf).as_bytes();
                assert_eq!(
                    event.kind.name(),
                    entry.entry.kind,
                    "an entry is called after its event"
                );
                let next = match folded {
                    None => Ticket::opened(&event),
                    Some(ticket) => ticket.apply(&event),
                };
                folded = Some(next.expect("an event follows the ones before it"));
                history.push((event, context));
            }
            assert_eq!(
                folded.as_ref(),
                Some(&row.ticket),
                "a row is the fold of its events"
            );
            assert_eq!(previous, row.last_leaf, "a row names the leaf of its last event");
        }
        history
    }

    async fn entries(&self, ticket: &Ticket) -> Vec<StoredEntry> {
        let mut entries: Vec<StoredEntry> = Vec::new();
        loop {
            let (name, after) = (ticket.name, entries.len() as u64);
            let page = self
                .store
                .entries(&self.everything, name, name, after, Limit::new(MOST))
                .await;
            let page = page.expect("the entries");
            if page.is_empty() {
                return entries;
            }
            for entry in page {
                let version = entry.entry.ticket.expect("an entry of a ticket").version;
                assert_eq!(version, entries.len() as u64 + 1, "versions are contiguous");
                entries.push(entry);
            }
        }
    }

    async fn mailboxes(
        &self,
        events: &[(u64, Event, Context)],
        journal: &[(EventId, Vec<u8>)],
    ) -> BTreeMap<String, Vec<u64>> {
        let mut expected: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for (seq, _, context) in events {
            for audience in context.recipients.iter().filter_map(Audience::of) {
                expected
                    .entry(audience.as_str().to_owned())
                    .or_default()
                    .push(*seq);
            }
        }
        for (owner, addressed) in &expected {
            let audience = Audience::from_resource(owner);
            let mut held = Vec::new();
            loop {
                let page = self
                    .store
                    .mailbox(&audience, held.len() as u64, Limit::new(MOST))
                    .await;
                let page = page.expect("the mailbox");
                if page.is_empty() {
                    break;
                }
                for item in page {
                    assert_eq!(
                        item.number,
                        held.len() as u64 + 1,
                        "the mailbox of {owner} has no gap"
                    );
                    held.push(item.event);
                }
            }
            let addressed: Vec<EventId> = addressed.iter().map(|seq| event_at(journal, *seq)).collect();
            assert_eq!(
                held, addressed,
                "the mailbox of {owner} holds what is addressed to it, in order"
            );
        }
        expected
    }

    /// The timer that a row says is the one of its states. Only what the engine's clock has come to is told.
    async fn timers(&self, cases: &[StoredCase]) {
        let now = SystemClock.now();
        let mut due: BTreeMap<TicketName, i64> = BTreeMap::new();
        let mut after = None;
        loop {
            let scope = policy::reader_scope();
            let page = self
                .store
                .due(&scope, Timestamp::MAX, after, Limit::new(MOST))
                .await;
            let page = page.expect("what is due");
            let Some(last) = page.last() else { break };
            after = Some(last.position());
            due.extend(page.iter().map(|one| (one.name, one.due_at_us)));
        }
        for case in cases {
            for row in &case.tickets {
                let says = timer::of(&case.row.case, &row.ticket);
                let told = due.remove(&row.ticket.name);
                let is_due = says.filter(|at| told.is_some() || *at <= now.as_microsecond());
                assert_eq!(told, is_due, "the timer of {}", row.ticket.name.resource());
            }
        }
        assert!(due.is_empty(), "timers without a ticket: {due:?}");
    }

    async fn close(self) {
        self.store.close().await;
        match self.keyring {
            Ring::Sqlite(ring) => ring.close().await,
            Ring::Postgres(ring) => ring.close().await,
        }
    }
}

/// The row of each case is the fold of what happened on its tickets, in the order of the journal.
fn fold_cases<'e>(cases: &[StoredCase], events: impl Iterator<Item = &'e Event>) {
    let mut folded: HashMap<CaseId, Case> = HashMap::new();
    for event in events {
        let case = folded
            .entry(event.ticket.case)
            .or_insert_with(|| match &event.kind {
                Kind::Opened(opened) => Case::opened(event.ticket.case, &opened.case),
                other => panic!("a case begins by opening, not by {}", other.name()),
            });
        if let Kind::Opened(opened) = &event.kind {
            let mut common = Case::opened(case.id, &opened.case);
            common.version = case.version;
            assert_eq!(common, *case, "a ticket opens with the case as it is then");
        }
        case.apply(event);
    }
    for stored in cases {
        let case = &stored.row.case;
        assert_eq!(
            folded.get(&case.id),
            Some(case),
            "a case is the fold of its events"
        );
    }
}

fn open(keys: &CaseKeys, origin: &str, stored: &StoredEntry) -> (Event, Context) {
    let entry = &stored.entry;
    let place = Place {
        origin,
        event_id: &entry.event.0,
    };
    let mut found = None;
    for (object, commitment) in entry.objects.iter().zip(&entry.commitments) {
        let commitment = declic_ledger::Digest(*commitment);
        let check = |salt: &[u8; 32], bytes: &[u8]| section::opens(&commitment, object.no, salt, bytes);
        let opened = seal::open(keys, place, object, check).expect("a section opens its commitment");
        if object.group == Group::Meta {
            found = Some(meta::decode(&opened.bytes).expect("a META section"));
        }
    }
    found.expect("every entry has a META section")
}

fn event_at(journal: &[(EventId, Vec<u8>)], seq: u64) -> EventId {
    let index = usize::try_from(seq).expect("a small journal") - 1;
    journal[index].0
}

/// What a supervisor of every département reads: every case.
fn everything() -> Scope {
    let supervisor = Member {
        id: MemberId::parse("the.oracle").expect("a member's id"),
        name: String::new(),
        role: Role::Supervisor,
        organisation: None,
        agency: None,
        desks: Default::default(),
        territory: Territory::embedded()
            .departements()
            .iter()
            .map(|one| one.code.to_owned())
            .collect(),
        active: true,
        keys: Vec::new(),
        identities: Default::default(),
    };
    policy::scope(&supervisor).expect("supervisors read cases")
}
