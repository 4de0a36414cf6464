use std::time::Duration;

use declic_auth::{SigningKey, TokenSigner};
use declic_ledger::checkpoint::parse_and_verify;
use declic_ledger::{Digest, Leaf, proof};
use declic_proto::v1;
use declic_proto::v1::case_service_client::CaseServiceClient;
use declic_proto::v1::ledger_service_client::LedgerServiceClient;
use declic_proto::v1::ticket_service_client::TicketServiceClient;
use declic_runtime::config::NoEnv;
use declic_store::{Commit, Sealed};
use declic_store_sqlite::{Options, SqliteStore};
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus as HealthStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_types::StatusExt as _;

use super::*;
use crate::secrets;

mod refused;

/// A folder with a configuration and a directory, for as many starts as a test needs.
struct House {
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = r#"
            [server]
            listen = "127.0.0.1:0"
            [store]
            path = "data/hub.sqlite"
            [keyring]
            path = "data/keyring.sqlite"
            kek_dir = "secrets"
            [ledger]
            origin = "declic.example/hub"
            key_file = "secrets/ledger.key"
            [directory]
            file = "directory.toml"
        "#;
        let directory = format!(
            r#"
            [[agency]]
            id = "triage-national"
            enrolment = "CONSOLE"
            [[agency.desk]]
            id = "orientation"
            name = "Orientation nationale"
            [[member]]
            id = "aicha.diallo"
            name = "Aïcha Diallo"
            role = "TRIAGE_AGENT"
            agency = "triage-national"
            desks = ["orientation"]
            keys = ["{}"]
            "#,
            key().public_base64()
        );
        std::fs::write(folder.path().join("hub.toml"), config).expect("a file");
        std::fs::write(folder.path().join("directory.toml"), directory).expect("a file");
        Self { folder }
    }

    fn enrol_a_social_worker(&self) {
        let file = self.folder.path().join("directory.toml");
        let directory = std::fs::read_to_string(&file).expect("the directory");
        let more = format!(
            r#"
            [[organisation]]
            id = "ccas-pontivy"
            name = "CCAS de Pontivy"
            departement = "56"
            [[member]]
            id = "camille.martin"
            name = "Camille Martin"
            role = "SOCIAL_WORKER"
            organisation = "ccas-pontivy"
            keys = ["{}"]
            "#,
            worker_key().public_base64()
        );
        std::fs::write(&file, directory + &more).expect("a file");
    }

    fn config(&self) -> Config {
        Config::load(&self.folder.path().join("hub.toml"), NoEnv).expect("a configuration")
    }

    async fn start(&self) -> Running {
        let shutdown = Shutdown::new(Duration::from_secs(10));
        start(self.config(), shutdown)
            .await
            .unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// The second start of a hub: what the first one wrote is published.
    async fn started_before(&self) -> Running {
        self.start().await.stop().await.expect("a clean end");
        self.start().await
    }

    /// Why it does not start.
    async fn refusal(&self, config: Config) -> String {
        let refused = start(config, Shutdown::new(Duration::ZERO)).await;
        format!("{:#}", refused.err().expect("it does not start"))
    }
}

fn key() -> SigningKey {
    SigningKey::generate([4; 32])
}

async fn channel(running: &Running) -> Channel {
    let endpoint = Channel::from_shared(format!("http://{}", running.address)).expect("an address");
    endpoint.connect().await.expect("the hub listens")
}

fn signed<T>(message: T) -> Request<T> {
    signed_as("aicha.diallo", &key(), message)
}

fn signed_as<T>(member: &str, key: &SigningKey, message: T) -> Request<T> {
    let signer = TokenSigner::new(key, member, "declic-hub").expect("a key signs");
    let token = signer.token(SystemClock.now().as_second(), SystemIds.random());
    let mut request = Request::new(message);
    let bearer = format!("Bearer {token}").parse().expect("visible ASCII");
    request.metadata_mut().insert("authorization", bearer);
    request
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().expect("an ErrorInfo").reason
}

#[tokio::test]
async fn a_hub_restarts_with_its_ledger_and_proves_every_leaf_of_it() {
    let house = House::new();
    let first = house.start().await;
    let ledger_key = first.ledger_key.clone();
    first.stop().await.expect("a clean end");
    let running = house.start().await;
    assert_eq!(running.ledger_key, ledger_key);
    let mut ledger = LedgerServiceClient::new(channel(&running).await);
    let verifier = VerifierKey::parse(&ledger_key).expect("a key's text");

    let latest = ledger
        .get_checkpoint(signed(v1::GetCheckpointRequest { minimum_size: 0 }))
        .await;
    let latest = latest.expect("a published ledger").into_inner();
    let checkpoint = parse_and_verify(&latest.checkpoint, &verifier).expect("signed by its key");
    let listed = ledger
        .list_leaves(signed(v1::ListLeavesRequest { start: 0, limit: 0 }))
        .await;
    let listed = listed.expect("a published ledger").into_inner();
    assert_eq!(
        (listed.leaves.len(), listed.published_size, latest.size),
        (2, 2, 2)
    );
    for (index, leaf) in (0..).zip(listed.leaves) {
        let event_id = Leaf::parse(&leaf).expect("a leaf").event_id.to_vec();
        let shown = ledger
            .get_inclusion_proof(signed(v1::GetInclusionProofRequest { event_id, size: 0 }))
            .await;
        let shown = shown.expect("a published leaf").into_inner();
        let hashes: Vec<Digest> = shown
            .hashes
            .iter()
            .map(|hash| Digest::try_from(hash.as_slice()).expect("32 bytes"))
            .collect();
        let hash = declic_ledger::leaf::leaf_hash(&leaf);
        assert_eq!((shown.index, shown.leaf), (index, leaf));
        proof::verify_inclusion(&hash, index, checkpoint.size, &hashes, &checkpoint.root).expect("a proof");
    }
    running.stop().await.expect("a clean end");
}

#[tokio::test]
async fn what_is_not_published_is_not_proven() {
    let house = House::new();
    let running = house.started_before().await;
    let mut ledger = LedgerServiceClient::new(channel(&running).await);
    let beyond = [
        ledger
            .get_checkpoint(signed(v1::GetCheckpointRequest { minimum_size: 3 }))
            .await
            .err(),
        ledger
            .list_leaves(signed(v1::ListLeavesRequest { start: 2, limit: 1 }))
            .await
            .err(),
        ledger
            .get_consistency_proof(signed(v1::GetConsistencyProofRequest {
                from_size: 2,
                to_size: 9,
            }))
            .await
            .err(),
    ];
    for status in beyond {
        let status = status.expect("refused");
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::OutOfRange, "BEYOND_PUBLISHED")
        );
    }
    let unpublished = v1::GetConsistencyProofRequest {
        from_size: 1,
        to_size: 2,
    };
    let status = ledger
        .get_consistency_proof(signed(unpublished))
        .await
        .expect_err("size 1 was never signed");
    assert_eq!(reason(&status), "FIELD_INVALID");
    let unknown = v1::GetInclusionProofRequest {
        event_id: vec![0; 16],
        size: 0,
    };
    let status = ledger
        .get_inclusion_proof(signed(unknown))
        .await
        .expect_err("no such event");
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::NotFound, "NOT_FOUND")
    );
    let short = v1::GetInclusionProofRequest {
        event_id: vec![0; 15],
        size: 0,
    };
    let status = ledger
        .get_inclusion_proof(signed(short))
        .await
        .expect_err("15 bytes");
    assert_eq!(reason(&status), "FIELD_INVALID");
    running.stop().await.expect("a clean end");
}

#[tokio::test]
async fn a_ledger_that_does_not_add_up_leaves_reads_open_and_commands_closed() {
    let house = House::new();
    house.start().await.stop().await.expect("a clean end");
    let store = SqliteStore::open(Options::new(house.config().store.path))
        .await
        .expect("the database");
    let entry = crate::readers::sealer::tests::entry(1);
    let leaves = vec![(entry.event, entry.leaf)];
    store
        .commit(Commit {
            entries: vec![entry],
            ..Commit::default()
        })
        .await
        .expect("a commit");
    let state = store.log_state().await.expect("a store that answers");
    let frontier = [state.frontier, vec![[9; 32]]].concat();
    let nodes = vec![(0, 2, [9; 32])];
    let forged = Sealed {
        from_size: 2,
        from_seq: 2,
        to_seq: 3,
        leaves,
        nodes,
        root: [9; 32],
        frontier,
    };
    let lease = crate::readers::sealer::tests::lease(&store).await;
    store
        .seal(lease, forged)
        .await
        .expect("the store does not verify");
    store.close().await;

    let running = house.start().await;
    let channel = channel(&running).await;
    let probe = HealthClient::new(channel.clone())
        .check(HealthCheckRequest::default())
        .await;
    assert_eq!(
        probe.expect("probes need no token").into_inner().status(),
        HealthStatus::NotServing
    );
    let mut ledger = LedgerServiceClient::new(channel.clone());
    let read = ledger
        .get_checkpoint(signed(v1::GetCheckpointRequest::default()))
        .await;
    assert_eq!(read.expect("reads go on").into_inner().size, 2);
    let mut tickets = TicketServiceClient::new(channel);
    let write = tickets.add_note(signed(v1::AddNoteRequest::default())).await;
    let status = write.expect_err("commands are refused");
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Unavailable, "LEDGER_CLOSED")
    );
    assert!(
        status.get_details_retry_info().is_none(),
        "no delay mends a ledger"
    );
    running.stop().await.expect("a clean end");
}

#[tokio::test]
async fn a_hub_that_can_write_nothing_any_more_ends_with_a_sentence() {
    let house = House::new();
    let running = house.start().await;
    // As when the task that writes has panicked.
    running.hub.store.close().await;
    let ended = tokio::time::timeout(Duration::from_secs(10), running.ended()).await;
    let why = ended.expect("it ends by itself").expect_err("that is an error");
    assert!(why.to_string().contains("start the hub again"), "{why:#}");
}

#[tokio::test]
async fn the_contract_is_shown_to_enrolled_callers_when_asked_for_and_else_to_nobody() {
    let house = House::new();
    let ask = || {
        let list = MessageRequest::ListServices(String::new());
        tokio_stream::once(ServerReflectionRequest {
            host: String::new(),
            message_request: Some(list),
        })
    };
    for enabled in [false, true] {
        let mut config = house.config();
        config.server.reflection = enabled;
        let running = start(config, Shutdown::new(Duration::from_secs(10)))
            .await
            .expect("a hub");
        let mut reflection = ServerReflectionClient::new(channel(&running).await);
        let stranger = reflection
            .server_reflection_info(ask())
            .await
            .expect_err("no token");
        assert_eq!(stranger.code(), Code::Unauthenticated);
        let enrolled = reflection.server_reflection_info(signed(ask())).await;
        assert_eq!(
            enrolled.as_ref().err().map(Status::code),
            (!enabled).then_some(Code::Unimplemented)
        );
        drop(enrolled);
        drop(reflection);
        running.stop().await.expect("a clean end");
    }
}

fn worker_key() -> SigningKey {
    SigningKey::generate([5; 32])
}

fn opening() -> v1::OpenCaseRequest {
    // From the day before to the day after: whatever day it is at the commune, the agreement holds.
    let now = SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC);
    let day = |day: Result<jiff::Zoned, jiff::Error>| day.expect("a day of this century").date().to_string();
    v1::OpenCaseRequest {
        request_id: SystemIds.random().to_string(),
        person: Some(v1::Person {
            given_name: "Anne".to_owned(),
            family_name: "Morvan".to_owned(),
            birth_date: "1980-01-31".to_owned(),
            ..v1::Person::default()
        }),
        facts: Some(v1::Facts {
            commune: "56178".to_owned(),
            regime: v1::Regime::General.into(),
            benefit: "RSA".to_owned(),
            blockage: "NO_REPLY".to_owned(),
            ..v1::Facts::default()
        }),
        mandate: Some(v1::Mandate {
            channel: v1::MandateChannel::Signed.into(),
            scope: "RSA".to_owned(),
            given_on: day(now.yesterday()),
            expires_on: day(now.tomorrow()),
            ..v1::Mandate::default()
        }),
        explanation: "Sans réponse.".to_owned(),
        ..v1::OpenCaseRequest::default()
    }
}
