//! Many cases, soon: decided, sealed and laid out by the hub's own code and written through its store, with neither gRPC
//! nor tokens in between. The ledger is sealed meanwhile, by the hub's own sealer.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use declic_domain::directory::Member;
use declic_domain::name::{CaseId, EventId, MemberId, Reference};
use declic_domain::opening::{self, Opening};
use declic_domain::{Command, Decision, Refusal, decide, decide::Given};
use declic_hub::seal::{self, Keys};
use declic_hub::{Config, Hub};
use declic_proto::v1;
use declic_runtime::config::NoEnv;
use declic_runtime::{Clock as _, Shutdown, SystemClock};
use declic_store::{RequestKey, StoredCase};
use declic_words::invented::{FAMILY_NAMES, GIVEN_NAMES};
use prost::Message as _;
use tokio::task::JoinSet;

use crate::people;

/// Cases that are written at once: as many as a batch holds.
const AT_ONCE: usize = 128;

/// One ticket in so many is acknowledged.
const ACKNOWLEDGED: usize = 8;

/// References set aside at once.
const REFERENCES: u32 = 1_000;

/// For the sealer to publish what was committed.
const GRACE: Duration = Duration::from_secs(600);

/// Who opens them, of two organisations, and who acknowledges their tickets.
const OPENERS: [&str; 3] = ["camille.martin", "yann.le-goff", "nora.haddad"];
const AGENTS: [(&str, &str); 4] = [
    ("caf-56", "hugo.petit"),
    ("caf-35", "anne.guerin"),
    ("msa-portes-de-bretagne", "marc.lefevre"),
    ("triage-56", "erwan.le-roux"),
];

/// Opens cases until there are so many tickets, over the configuration of a hub that does not run; returns names of some of
/// the cases.
///
/// # Panics
/// When the hub does not start, or a case is refused.
pub async fn tickets(config: &Path, tickets: usize) -> Vec<String> {
    let config = Config::load(config, NoEnv).expect("a configuration");
    let running = declic_hub::start(config, Shutdown::new(GRACE))
        .await
        .expect("a hub that starts");
    let written = Arc::new(AtomicUsize::new(0));
    let references = Arc::new(tokio::sync::Mutex::new(0..0));
    let mut writers = JoinSet::new();
    for writer in 0..AT_ONCE {
        let seed = Seed {
            hub: Arc::clone(&running.hub),
            references: Arc::clone(&references),
            written: Arc::clone(&written),
        };
        writers.spawn(seed.until(tickets, writer));
    }
    let mut some = Vec::new();
    while let Some(ended) = writers.join_next().await {
        some.extend(ended.expect("every case opens"));
    }
    running.stop().await.expect("a clean end");
    some
}

struct Seed {
    hub: Arc<Hub>,
    references: Arc<tokio::sync::Mutex<std::ops::Range<u32>>>,
    written: Arc<AtomicUsize>,
}

impl Seed {
    /// Every 128th case from the first on; the names of a few.
    async fn until(self, tickets: usize, first: usize) -> Vec<String> {
        let mut some = Vec::new();
        let mut number = first;
        while self.written.load(Ordering::Relaxed) < tickets {
            let case = self.open(number).await;
            self.written.fetch_add(case.tickets.len(), Ordering::Relaxed);
            if some.len() < 8 {
                some.push(case.row.case.id.resource());
            }
            if number.is_multiple_of(ACKNOWLEDGED) {
                self.acknowledge(case, number).await;
            }
            number += AT_ONCE;
        }
        some
    }

    async fn open(&self, number: usize) -> StoredCase {
        let hub = &*self.hub;
        let request = request(number);
        let asked =
            declic_hub::wire::case::opening(request, people::today()).expect("a case that can be opened");
        let opening = Opening {
            id: CaseId(hub.ids.next()),
            reference: self.reference().await,
            facts: asked.facts,
            mandate: asked.mandate,
            urgent: asked.urgent,
            shared_with_team: asked.shared_with_team,
            words: asked.words,
        };
        let words = opening.words.clone();
        let decision = self
            .decide(OPENERS[number % OPENERS.len()], None, |given| {
                opening::open(opening, given)
            })
            .expect("a case that is routed");
        let (id, keys) = hub.vault.take().await.expect("keys");
        let keys = Keys { id, keys };
        let new =
            seal::new_words(hub, &keys, &decision.case, &decision, &words).expect("words that are sealed");
        self.write(&keys, None, Some(new), &decision).await
    }

    async fn acknowledge(&self, case: StoredCase, number: usize) {
        let hub = &*self.hub;
        let file = case.file();
        let ticket = &file.tickets[0];
        let agent = AGENTS
            .iter()
            .find(|(agency, _)| *agency == ticket.agency().as_str());
        let (_, agent) = agent.unwrap_or_else(|| panic!("nobody treats case {number}"));
        let decision = self
            .decide(agent, Some(decide::chain_epoch(&file, ticket)), |given| {
                decide::decide(
                    &file,
                    ticket.name.number,
                    Command::Acknowledge { agent: None },
                    given,
                )
            })
            .expect("a ticket that is taken");
        let id = case.row.key_id;
        let keys = hub.vault.keys(id).await.expect("the keys of the case");
        self.write(&Keys { id, keys }, Some(&case), None, &decision).await;
    }

    fn decide(
        &self,
        actor: &str,
        epoch: Option<u32>,
        decide: impl FnOnce(&mut Given<'_>) -> Result<Decision, Refusal>,
    ) -> Result<Decision, Refusal> {
        let hub = &*self.hub;
        let (directory, rules) = (hub.directory(), hub.rules());
        let id = MemberId::parse(actor).expect("the id of a member");
        let actor: &Member = &directory.members[&id];
        decide(&mut Given {
            actor,
            directory: &directory,
            territory: hub.territory,
            rules: &rules,
            now: hub.now(),
            epoch,
            etag: None,
            event_id: &mut || EventId(hub.ids.random().into_bytes()),
        })
    }

    /// Seals and commits as a command does, with its answer.
    async fn write(
        &self,
        keys: &Keys,
        before: Option<&StoredCase>,
        new: Option<seal::NewWords>,
        decision: &Decision,
    ) -> StoredCase {
        let hub = &*self.hub;
        let key = RequestKey {
            issuer: people::AUDIENCE.to_owned(),
            subject: "seed".to_owned(),
            id: hub.ids.random().into_bytes(),
            content: hub.secrets.request_digest("OpenCase", &[]),
        };
        let mut commit = seal::commit(hub, keys, before, new, decision, &key).expect("a commit");
        commit.request = Some((key, answer(decision).encode_to_vec()));
        let case = commit.case.clone().expect("a case");
        hub.store.commit(commit).await.expect("a commit that is taken");
        StoredCase {
            row: case.case,
            tickets: case.tickets,
        }
    }

    async fn reference(&self) -> Reference {
        let year = SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).year() % 100;
        let year = u8::try_from(year).expect("two digits");
        let mut kept = self.references.lock().await;
        if kept.is_empty() {
            let first = self.hub.store.take_references(year, REFERENCES).await;
            let first = first.expect("references are left");
            *kept = first..first + REFERENCES;
        }
        let number = kept.next().expect("some were set aside");
        Reference::new(year, number).expect("a reference")
    }
}

/// The answer to whoever opens a case, without the reasons of its routing.
fn answer(decision: &Decision) -> v1::OpenCaseResponse {
    let confirmed = decision.drafts.iter().filter_map(|draft| {
        let ticket = decision
            .tickets
            .iter()
            .find(|ticket| ticket.name == draft.event.ticket)?;
        Some(declic_hub::wire::ticket::confirmation(ticket, &draft.event))
    });
    v1::OpenCaseResponse {
        case: decision.case.id.resource(),
        reference: decision.case.reference.to_string(),
        tickets: confirmed.collect(),
        decision: None,
        ..v1::OpenCaseResponse::default()
    }
}

/// One case in ten has two agencies, one in ten goes to triage; persons repeat every few thousand cases.
fn request(number: usize) -> v1::OpenCaseRequest {
    let mut case = match number % 10 {
        3 => people::case_of_two_agencies(),
        7 => people::case_of_an_agency_not_enrolled(),
        _ => people::standard_case(),
    };
    if let Some(person) = &mut case.person {
        GIVEN_NAMES[number % GIVEN_NAMES.len()].clone_into(&mut person.given_name);
        FAMILY_NAMES[number / GIVEN_NAMES.len() % FAMILY_NAMES.len()].clone_into(&mut person.family_name);
        person.birth_date = format!(
            "19{:02}-{:02}-{:02}",
            40 + number / 256 % 60,
            1 + number % 12,
            1 + number % 28
        );
    }
    case
}
