//! Hubs on a PostgreSQL that they share: the same program, another `[store]`.

use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use declic_auth::{SigningKey, TokenSigner};
use declic_hub::{Config, Running, start};
use declic_ledger::SignerKey;
use declic_proto::v1;
use declic_proto::v1::identity_service_client::IdentityServiceClient;
use declic_proto::v1::ledger_service_client::LedgerServiceClient;
use declic_proto::v1::ticket_service_client::TicketServiceClient;
use declic_runtime::config::NoEnv;
use declic_runtime::{Clock as _, Ids as _, Shutdown, SystemClock, SystemIds};
use tonic::Request;
use tonic::transport::Channel;

#[path = "../../../crates/xtask/src/postgres.rs"]
#[expect(dead_code, reason = "`cargo xtask` uses what tests do not")]
mod postgres;

/// A cluster with a database and a keyring, and the files that the hubs on them share.
struct House {
    folder: tempfile::TempDir,
    cluster: postgres::Cluster,
}

impl House {
    fn new() -> Self {
        let cluster = postgres::Cluster::start().unwrap_or_else(|why| panic!("{why}"));
        let house = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            cluster,
        };
        for database in ["declic", "keys", "other_keys"] {
            house.create(database);
        }
        house.write_directory(&["aicha.diallo"]);
        house
    }

    fn create(&self, database: &str) {
        let create = format!("CREATE DATABASE {database}");
        let done = self.cluster.psql("postgres").args(["-c", &create]).status();
        assert!(done.is_ok_and(|done| done.success()), "{create}");
    }

    fn write_directory(&self, members: &[&str]) {
        let active: Vec<_> = members
            .iter()
            .map(|member| (*member, "TRIAGE_AGENT", true))
            .collect();
        self.write_members(&active);
    }

    /// Members, their roles, and whether they are active.
    fn write_members(&self, members: &[(&str, &str, bool)]) {
        let mut text = r#"
            [[agency]]
            id = "triage-national"
            enrolment = "CONSOLE"
            [[agency.desk]]
            id = "orientation"
            name = "Orientation nationale"
        "#
        .to_owned();
        for ((member, role, active), number) in members.iter().zip(4..) {
            text += &format!(
                r#"
                [[member]]
                id = "{member}"
                name = "{member}"
                role = "{role}"
                agency = "triage-national"
                desks = ["orientation"]
                keys = ["{}"]
                active = {active}
                "#,
                key(number).public_base64()
            );
        }
        std::fs::write(self.path("directory.toml"), text).expect("a file");
    }

    fn config(&self, keyring: &str) -> Config {
        self.config_on("declic", keyring, "secrets")
    }

    fn config_on(&self, database: &str, keyring: &str, secrets: &str) -> Config {
        let home = self.cluster.home();
        let text = format!(
            r#"
            [server]
            listen = "127.0.0.1:0"
            [store]
            url = "{}"
            [keyring]
            url = "{}"
            kek_dir = "{secrets}"
            [ledger]
            origin = "declic.example/hub"
            key_file = "{secrets}/ledger.key"
            [directory]
            file = "directory.toml"
            "#,
            postgres::url(home, database),
            postgres::url(home, keyring),
        );
        std::fs::write(self.path("hub.toml"), text).expect("a file");
        Config::load(&self.path("hub.toml"), NoEnv).expect("a configuration")
    }

    /// Starts one at which anybody may sign in as Aïcha Diallo.
    async fn start_demo(&self) -> Running {
        let mut config = self.config("keys");
        config.invented_people = vec!["aicha.diallo".to_owned()];
        start(config, Shutdown::new(Duration::from_secs(10)))
            .await
            .unwrap_or_else(|error| panic!("{error:#}"))
    }

    async fn start(&self) -> Running {
        start(self.config("keys"), Shutdown::new(Duration::from_secs(10)))
            .await
            .unwrap_or_else(|error| panic!("{error:#}"))
    }

    fn path(&self, file: &str) -> std::path::PathBuf {
        self.folder.path().join(Path::new(file))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signed_in_at_one_hub_is_known_to_the_others_and_signed_out_at_all_of_them() {
    let house = House::new();
    let (first, second) = (house.start_demo().await, house.start_demo().await);
    let channels = [channel(&first).await, channel(&second).await];
    let [mut one, mut other] = channels.map(IdentityServiceClient::new);
    let member = "members/aicha.diallo".to_owned();
    let opened = one
        .sign_in_as_invented(v1::SignInAsInventedRequest { member })
        .await;
    let secret = opened.expect("she is one of them").into_inner().secret;
    let go_on = v1::ContinueSignInRequest {
        secret: secret.clone(),
    };
    let continued = other.continue_sign_in(go_on.clone()).await;
    let token = continued.expect("it is hers there too").into_inner().token;
    for hub in [&mut one, &mut other] {
        let mut asked = Request::new(v1::WhoamiRequest {});
        let bearer = format!("Bearer {token}").parse().expect("a header");
        asked.metadata_mut().insert("authorization", bearer);
        let who = hub.whoami(asked).await.expect("one key of all hubs").into_inner();
        assert_eq!(who.member, "members/aicha.diallo");
    }
    let end = other.end_sign_in(v1::EndSignInRequest { secret }).await;
    end.expect("she signs out there");
    let refused = one.continue_sign_in(go_on).await.expect_err("it has ended");
    assert_eq!(refused.code(), tonic::Code::Unauthenticated);
    second.stop().await.expect("a clean end");
    first.stop().await.expect("a clean end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hubs_on_one_database_publish_one_ledger() {
    let house = House::new();
    let first = house.start().await;
    // The second one brings another member: one more entry, which both sealers see.
    house.write_directory(&["aicha.diallo", "bruno.le-goff"]);
    let second = house.start().await;
    assert_eq!(first.ledger_key, second.ledger_key);
    let before = published(&first, 3).await;
    assert_eq!(published(&second, 3).await, before, "one chain of checkpoints");
    // What both go on to seal is still one chain.
    second.stop().await.expect("a clean end");
    house.write_directory(&["aicha.diallo", "bruno.le-goff", "chloe.morvan"]);
    let third = house.start().await;
    let after = published(&third, 4).await;
    assert_eq!(published(&first, 4).await, after, "one chain of checkpoints");
    first.stop().await.expect("a clean end");
    third.stop().await.expect("a clean end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_through_one_hub_has_left_every_hub() {
    let house = House::new();
    let aicha = ("aicha.diallo", "TRIAGE_AGENT", true);
    house.write_members(&[aicha, ("bruno.le-goff", "DESK_MANAGER", true)]);
    let first = house.start().await;
    let mut tickets = TicketServiceClient::new(channel(&first).await);
    let watch = || signed("bruno.le-goff", 5, v1::WatchTicketsRequest::default());
    let mut open = tickets
        .watch_tickets(watch())
        .await
        .expect("an active member")
        .into_inner();
    house.write_members(&[aicha, ("bruno.le-goff", "DESK_MANAGER", false)]);
    let second = house.start().await;
    let ending = async {
        while open.message().await?.is_some() {}
        Ok::<(), tonic::Status>(())
    };
    let ended = tokio::time::timeout(Duration::from_secs(60), ending).await;
    let ended = ended
        .expect("the stream ends")
        .expect_err("it ends with a reason");
    assert_eq!(ended.code(), tonic::Code::Unauthenticated, "{ended:?}");
    let refused = tickets.watch_tickets(watch()).await.expect_err("he has left");
    assert_eq!(refused.code(), tonic::Code::Unauthenticated, "{refused:?}");
    first.stop().await.expect("a clean end");
    second.stop().await.expect("a clean end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hubs_started_at_once_on_a_changed_file_one_commits_it() {
    let house = House::new();
    house.start().await.stop().await.expect("a clean end");
    let all = [
        "aicha.diallo",
        "bruno.le-goff",
        "chloe.morvan",
        "denis.le-bihan",
        "elise.kervella",
    ];
    for members in 2..=all.len() {
        house.write_directory(&all[..members]);
        let config = house.config("keys");
        let start = || tokio::spawn(start(config.clone(), Shutdown::new(Duration::from_secs(10))));
        let (one, other) = (start(), start());
        for started in [one.await.expect("no panic"), other.await.expect("no panic")] {
            let running = started.unwrap_or_else(|error| panic!("{error:#}"));
            running.stop().await.expect("a clean end");
        }
    }
    let last = house.start().await;
    let checkpoint = published(&last, 0).await;
    // The agency and each member, once.
    let expected = 1 + all.len();
    assert_eq!(
        checkpoint.lines().nth(1),
        Some(expected.to_string().as_str()),
        "{checkpoint}"
    );
    last.stop().await.expect("a clean end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyring_or_a_secret_that_is_not_that_of_the_database_is_refused() {
    let house = House::new();
    house.start().await.stop().await.expect("a clean end");
    let refused = start(house.config("other_keys"), Shutdown::new(Duration::ZERO)).await;
    let refused = format!("{:#}", refused.err().expect("the keyring is empty"));
    assert!(
        refused.contains("[keyring] url") && refused.contains("restore"),
        "{refused}"
    );
    std::fs::remove_file(house.path("secrets/hub.secret")).expect("the secret is there");
    let refused = start(house.config("keys"), Shutdown::new(Duration::ZERO)).await;
    let refused = format!("{:#}", refused.err().expect("the secret is gone"));
    assert!(
        refused.contains("hub.secret") && refused.contains("restore it from its backup"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hubs_at_a_first_start_with_secrets_of_their_own_one_runs_and_one_is_refused() {
    let house = House::new();
    for round in 0..4 {
        let (database, keyring) = (format!("first_{round}"), format!("first_{round}_keys"));
        house.create(&database);
        house.create(&keyring);
        let start = |hub: &str| {
            let config = house.config_on(&database, &keyring, &format!("{hub}_{round}"));
            tokio::spawn(start(config, Shutdown::new(Duration::from_secs(10))))
        };
        let (one, other) = (start("one"), start("other"));
        let started = [one.await.expect("no panic"), other.await.expect("no panic")];
        let refused: Vec<String> = started
            .iter()
            .filter_map(|started| started.as_ref().err().map(|error| format!("{error:#}")))
            .collect();
        assert!(
            matches!(&refused[..], [why] if why.contains("is not the secret") || why.contains("is missing")),
            "{refused:?}"
        );
        for running in started.into_iter().flatten() {
            published(&running, 2).await;
            running.stop().await.expect("a clean end");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hubs_of_one_folder_of_secrets_may_both_make_the_first_start() {
    let house = House::new();
    for round in 0..4 {
        let (database, keyring) = (format!("first_{round}"), format!("first_{round}_keys"));
        house.create(&database);
        house.create(&keyring);
        let start = || {
            let config = house.config_on(&database, &keyring, &format!("shared_{round}"));
            tokio::spawn(start(config, Shutdown::new(Duration::from_secs(10))))
        };
        let (one, other) = (start(), start());
        let mut notes = Vec::new();
        for started in [one.await.expect("no panic"), other.await.expect("no panic")] {
            let running = started.unwrap_or_else(|error| panic!("{error:#}"));
            notes.push((published(&running, 2).await, running.ledger_key.clone()));
            running.stop().await.expect("a clean end");
        }
        assert_eq!(notes[0].1, notes[1].1, "one key of one ledger");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_with_secrets_of_another_database_is_refused_before_any_case_is_there() {
    let house = House::new();
    house.start().await.stop().await.expect("a clean end");
    let signer = SignerKey::from_seed("declic.example/hub", &[9; 32]).expect("a key of this log");
    for (file, stranger, words) in [
        ("hub.secret", STANDARD.encode([9; 32]), "is not the secret"),
        (
            "ledger.key",
            signer.to_secret_text().to_string(),
            "is not the key",
        ),
    ] {
        let path = house.path("secrets").join(file);
        let own = std::fs::read(&path).expect("the first start made it");
        std::fs::write(&path, stranger).expect("a file");
        let refused = start(house.config("keys"), Shutdown::new(Duration::ZERO)).await;
        let refused = format!("{:#}", refused.err().expect("it is not that of the database"));
        assert!(refused.contains(words) && refused.contains(file), "{refused}");
        std::fs::write(&path, own).expect("a file");
    }
    house.start().await.stop().await.expect("a clean end");
}

/// The note of the first checkpoint of at least this size, as soon as it is published.
async fn published(running: &Running, minimum_size: u64) -> String {
    let mut ledger = LedgerServiceClient::new(channel(running).await);
    loop {
        let request = signed("aicha.diallo", 4, v1::GetCheckpointRequest { minimum_size });
        match ledger.get_checkpoint(request).await {
            Ok(found) => return found.into_inner().checkpoint,
            Err(status) if status.code() == tonic::Code::OutOfRange => tokio::task::yield_now().await,
            Err(status) => panic!("{status:?}"),
        }
    }
}

async fn channel(running: &Running) -> Channel {
    let endpoint = Channel::from_shared(format!("http://{}", running.address)).expect("an address");
    endpoint.connect().await.expect("the hub listens")
}

/// A request of a member, with a token by the key of this number.
fn signed<T>(member: &str, number: u8, message: T) -> Request<T> {
    let signer = TokenSigner::new(&key(number), member, "declic-hub").expect("a key signs");
    let token = signer.token(SystemClock.now().as_second(), SystemIds.random());
    let mut request = Request::new(message);
    let bearer = format!("Bearer {token}").parse().expect("visible ASCII");
    request.metadata_mut().insert("authorization", bearer);
    request
}

fn key(number: u8) -> SigningKey {
    SigningKey::generate([number; 32])
}
