//! An agency's software, which reads and writes files only, treats a ticket through the connector.

use std::path::{Path, PathBuf};
use std::time::Duration;

use declic_client::{Item, Watch};
use declic_connector::{Config, Running};
use declic_runtime::Shutdown;
use declic_tests::TestHub;
use declic_tests::people::{self, standard_case};
use serde_json::{Value, json};

use crate::commands;

/// The agency's side: the connector and the two folders it shares with the agency's software.
struct Agency {
    config: Config,
    outbox: PathBuf,
    inbox: PathBuf,
    schema: jsonschema::Validator,
    answers: jsonschema::Validator,
    written: u32,
}

impl Agency {
    fn new(hub: &TestHub) -> Self {
        let (outbox, inbox) = (hub.path("agency/outbox"), hub.path("agency/inbox"));
        let subject = "connector.caf-56";
        let key = people::key_file(hub.folder(), subject);
        let mut config = Config::directory(
            hub.endpoint(),
            subject,
            key,
            hub.path("agency/state"),
            &outbox,
            &inbox,
        );
        config.handover.poll_interval = Duration::from_millis(20);
        let schema = schema("handover.schema.json");
        Self {
            config,
            outbox,
            inbox,
            schema,
            answers: schema_of_answers(),
            written: 0,
        }
    }

    async fn start(&self) -> Running {
        let shutdown = Shutdown::new(Duration::from_secs(5));
        declic_connector::start(self.config.clone(), shutdown)
            .await
            .expect("a connector that starts")
    }

    /// What the agency's software finds: one file, which holds to its schema.
    fn handed_over(&self) -> Value {
        let files: Vec<PathBuf> = std::fs::read_dir(&self.outbox)
            .expect("the outbox")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        let [file] = files.as_slice() else {
            panic!("one ticket, one file: {files:?}")
        };
        let document: Value = serde_json::from_slice(&std::fs::read(file).expect("a file")).expect("JSON");
        let problems: Vec<String> = self
            .schema
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(problems, Vec::<String>::new(), "{document:#}");
        document
    }

    /// What the agency's software answers: written elsewhere, then moved in.
    fn answer(&mut self, mut answer: Value) {
        let document = self.handed_over();
        answer["schema"] = "declic/answer/v1".into();
        answer["ticket"] = document["ticket"].clone();
        answer["epoch"] = document["epoch"].clone();
        let problems: Vec<String> = self
            .answers
            .iter_errors(&answer)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(problems, Vec::<String>::new(), "{answer:#}");
        self.written += 1;
        let name = format!("{:04}", self.written);
        let draft = self.inbox.join(format!("{name}.draft"));
        std::fs::write(&draft, answer.to_string()).expect("a file");
        std::fs::rename(draft, self.inbox.join(format!("{name}.json"))).expect("a file moved");
    }
}

fn schema(name: &str) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../services/connector/schemas")
        .join(name);
    let schema: Value = serde_json::from_slice(&std::fs::read(path).expect("a schema")).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

fn schema_of_answers() -> jsonschema::Validator {
    schema("answer.schema.json")
}

/// Waits until the agency's mailbox tells of this.
pub async fn told(watch: &mut Watch, kind: &str) {
    loop {
        match watch.next().await.expect("the stream is open") {
            Item::Notice { notice, .. } if notice.r#type == kind => return,
            Item::Notice { .. } => {}
            Item::Heartbeat { .. } => panic!("{kind} was awaited, nothing happened"),
        }
    }
}

/// Waits until the file handed over says this state, and tells the event that brought it there.
async fn state(agency: &Agency, expected: &str) -> Value {
    let until = tokio::time::Instant::now() + Duration::from_secs(10);
    let mut looks = tokio::time::interval(Duration::from_millis(10));
    loop {
        looks.tick().await;
        let document = agency.handed_over();
        let last = document["events"].as_array().and_then(|events| events.last());
        if document["state"] == expected && last.is_some_and(|event| event["state"] == expected) {
            return document;
        }
        assert!(
            tokio::time::Instant::now() < until,
            "{expected} was awaited: {document:#}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_treats_a_ticket_with_files_and_a_restart_brings_nothing_twice() {
    let hub = TestHub::start().await;
    let mut watch = hub.speaks_as("hugo.petit").watch("");
    let mut agency = Agency::new(&hub);
    let camille = hub.social_worker();
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();

    let connector = agency.start().await;
    told(&mut watch, "DELIVERY_CONFIRMED").await;
    let document = agency.handed_over();
    assert_eq!(document["ticket"], name);
    assert_eq!(document["person"]["nir"], people::NIR, "a Caf is entitled to it");
    assert_eq!(
        document["explanation"],
        "RSA non versé depuis le 5 octobre, sans courrier."
    );

    agency.answer(json!({"action": "acknowledge", "agent": "members/claire.morel"}));
    told(&mut watch, "ACKNOWLEDGED").await;
    let item =
        json!({"kind": "DOCUMENT", "label": "L’attestation de loyer", "why": "Pour rétablir le droit"});
    agency.answer(json!({"action": "ask", "items": [item], "message": "Il nous manque une pièce."}));
    told(&mut watch, "INFORMATION_REQUESTED").await;
    state(&agency, "AWAITING_REPLY").await;

    // The connector is away while the social worker answers, and comes back.
    connector.stop().await.expect("a clean end");
    commands::reply(&camille, name, 1, "Jointe au dossier 12").await;
    let connector = agency.start().await;
    told(&mut watch, "REPLIED").await;
    let document = state(&agency, "ACKNOWLEDGED").await;
    let thread = document["events"].to_string();
    assert!(thread.contains("Jointe au dossier 12"), "{thread}");

    agency.answer(json!({"action": "note", "text": "Vu avec le contrôle."}));
    told(&mut watch, "NOTE_ADDED").await;
    agency.answer(
        json!({"action": "resolve", "outcome": "RIGHT_RESTORED", "message": "Le droit est rétabli."}),
    );
    told(&mut watch, "RESOLVED").await;
    state(&agency, "RESOLVED").await;
    connector.stop().await.expect("a clean end");
    let connector = agency.start().await;
    commands::close(&camille, name).await;
    let document = state(&agency, "CLOSED").await;
    connector.stop().await.expect("a clean end");

    for number in 1..=agency.written {
        let result = agency.inbox.join(format!("done/{number:04}.result.json"));
        assert!(
            result.exists(),
            "the software is told what became of each answer: {}",
            result.display()
        );
    }
    let told: Vec<&str> = document["events"]
        .as_array()
        .expect("a thread")
        .iter()
        .filter_map(|e| e["type"].as_str())
        .collect();
    let expected = [
        "OPENED",
        "DELIVERY_CONFIRMED",
        "ACKNOWLEDGED",
        "INFORMATION_REQUESTED",
        "REPLIED",
        "NOTE_ADDED",
        "RESOLVED",
        "CLOSED",
    ];
    assert_eq!(told, expected);
    assert_eq!(
        hub.stop().await.events.len(),
        expected.len(),
        "nothing was done twice"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_refused_comes_back_with_its_reason() {
    let hub = TestHub::start().await;
    let mut watch = hub.speaks_as("hugo.petit").watch("");
    let mut agency = Agency::new(&hub);
    people::open(&hub.social_worker(), standard_case()).await;
    let connector = agency.start().await;
    told(&mut watch, "DELIVERY_CONFIRMED").await;
    // Nobody took it yet: resolving is too early.
    agency.answer(
        json!({"action": "resolve", "outcome": "RIGHT_RESTORED", "message": "Le droit est rétabli."}),
    );
    agency.answer(json!({"action": "acknowledge"}));
    told(&mut watch, "ACKNOWLEDGED").await;
    connector.stop().await.expect("a clean end");
    let refused = agency.inbox.join("refused/0001.result.json");
    let result = std::fs::read_to_string(&refused).expect("a result beside the refused answer");
    assert!(result.contains("TRANSITION_NOT_ALLOWED"), "{result}");
    hub.stop().await;
}

/// Cases that wait while the connector is away, so that it takes them together.
const WAITING: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_cannot_be_written_holds_up_those_after_it_alone_and_nothing_is_delivered_twice() {
    let hub = TestHub::start().await;
    let mut watch = hub.speaks_as("hugo.petit").watch("");
    let agency = Agency::new(&hub);
    let (camille, hugo) = (hub.social_worker(), hub.speaks_as("hugo.petit"));
    let mut cases = Vec::new();
    for _ in 0..WAITING {
        cases.push(people::open(&camille, standard_case()).await);
    }
    let file = |place: usize| agency.outbox.join(format!("{}.1.json", cases[place].reference));
    // Where the ninth file belongs stands a folder.
    declic_connector::check(&agency.config).expect("it makes its folders");
    std::fs::create_dir(file(8)).expect("a folder");

    let connector = agency.start().await;
    for _ in 0..8 {
        told(&mut watch, "DELIVERY_CONFIRMED").await;
    }
    assert!((0..8).all(|place| file(place).is_file()));
    for later in &cases[8..] {
        let events = people::events(&hugo, &later.tickets[0].ticket).await;
        assert_eq!(
            events.len(),
            1,
            "what is not written is not confirmed: {events:?}"
        );
    }
    std::fs::remove_dir(file(8)).expect("a folder");
    for _ in 8..WAITING {
        told(&mut watch, "DELIVERY_CONFIRMED").await;
    }
    assert!((0..WAITING).all(|place| file(place).is_file()));
    connector.stop().await.expect("a clean end");
    agency.start().await.stop().await.expect("a clean end");
    assert_eq!(
        hub.stop().await.events.len(),
        2 * WAITING,
        "each was opened and delivered once"
    );
}
