//! Sign-ins of people: a secret that only the browser keeps, and what a program may do with it.

use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use declic_client::Client;
use declic_proto::v1;
use declic_runtime::telemetry::{self, Providers};
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, standard_case};
use jiff::{SignedDuration, Timestamp};

use crate::commands;

const INVENTED: &[&str] = &["camille.martin", "claire.morel", "paul.durand", "ines.fabre"];

const ENDED: &str = "Unauthenticated SIGN_IN_ENDED";

async fn sign_in(anonymous: &Client, id: &str) -> String {
    let request = v1::SignInAsInventedRequest {
        member: format!("members/{id}"),
    };
    let opened = anonymous.sign_in_as_invented(request).await;
    opened.expect("one of the invented people").secret
}

async fn go_on(anonymous: &Client, secret: &str) -> Result<v1::ContinueSignInResponse, declic_client::Error> {
    let secret = secret.to_owned();
    anonymous
        .continue_sign_in(v1::ContinueSignInRequest { secret })
        .await
}

async fn end(anonymous: &Client, secret: &str) {
    let secret = secret.to_owned();
    let ended = anonymous.end_sign_in(v1::EndSignInRequest { secret }).await;
    ended.expect("whatever it was, it has ended");
}

/// A client that speaks as who signed in.
async fn speaking(anonymous: &Client, secret: &str) -> Client {
    let continued = go_on(anonymous, secret).await.expect("it goes on");
    anonymous.bearing(&continued.token).expect("a token")
}

fn instant(time: Option<prost_types::Timestamp>) -> Timestamp {
    let time = time.expect("a time");
    Timestamp::new(time.seconds, time.nanos).expect("a time")
}

#[tokio::test]
async fn an_invented_person_signs_in_and_may_do_what_this_person_may() {
    let hub = TestHub::start_with_invented(INVENTED).await;
    let anonymous = hub.anonymous();
    let methods = anonymous
        .get_sign_in_methods(v1::GetSignInMethodsRequest {})
        .await
        .expect("its methods");
    assert_eq!(methods.provider_display_name, "");
    let shown: Vec<_> = methods
        .invented_people
        .iter()
        .map(|person| (person.display_name.as_str(), person.party_display_name.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("Camille Martin", "CCAS de Pontivy"),
            ("Claire Morel", "Caf du Morbihan"),
            ("Paul Durand", ""),
            ("Inès Fabre", ""),
        ]
    );

    let camille = sign_in(&anonymous, "camille.martin").await;
    let continued = go_on(&anonymous, &camille).await.expect("it goes on");
    let who = continued.who.clone().expect("who it is");
    assert_eq!(who.member, "members/camille.martin");
    assert_eq!(who.role(), v1::Role::SocialWorker);
    assert_eq!(continued.party_display_name, "CCAS de Pontivy");
    let now = hub.now();
    let within = |time, least: i64, most: i64| {
        let left = instant(time).duration_since(now).as_secs();
        assert!((least..=most).contains(&left), "{left}");
    };
    within(continued.token_expire_time, 30, 300);
    within(continued.idle_end_time, 29 * 60, 30 * 60);
    within(continued.end_time, 8 * 3_600 - 60, 8 * 3_600);

    let as_camille = anonymous.bearing(&continued.token).expect("a token");
    let told = as_camille.whoami(v1::WhoamiRequest {}).await.expect("who she is");
    assert_eq!(Some(told), continued.who);
    let opened = people::open(&as_camille, standard_case()).await;
    let ticket = opened.tickets[0].ticket.clone();
    let note = v1::AddNoteRequest {
        request_id: fresh(),
        name: ticket.clone(),
        epoch: 1,
        text: "Une note.".to_owned(),
        ..v1::AddNoteRequest::default()
    };
    commands::refused(
        &as_camille.add_note(note.clone()).await,
        "PermissionDenied ROLE_FORBIDDEN",
    );
    let claire = sign_in(&anonymous, "claire.morel").await;
    let as_claire = speaking(&anonymous, &claire).await;
    as_claire
        .add_note(note)
        .await
        .expect("an agent of the desk notes");
    let ines = sign_in(&anonymous, "ines.fabre").await;
    let request = v1::GetTicketRequest { name: ticket };
    let read = speaking(&anonymous, &ines).await.get_ticket(request).await;
    commands::refused(&read, "PermissionDenied ROLE_FORBIDDEN");
    hub.stop().await;
}

#[tokio::test]
async fn a_command_of_who_signed_in_is_replayed_by_another_token_of_the_same_person_and_by_nobody_else() {
    let hub = TestHub::start_with_invented(INVENTED).await;
    let anonymous = hub.anonymous();
    let case = standard_case();
    let secret = sign_in(&anonymous, "camille.martin").await;
    let first = people::open(&speaking(&anonymous, &secret).await, case.clone()).await;
    hub.pass(SignedDuration::from_mins(3));
    let again = people::open(&speaking(&anonymous, &secret).await, case.clone()).await;
    assert_eq!(first, again, "one case");
    let other = sign_in(&anonymous, "camille.martin").await;
    let on_another_screen = people::open(&speaking(&anonymous, &other).await, case.clone()).await;
    assert_eq!(first, on_another_screen, "and one person");
    let with_her_key = people::open(&hub.social_worker(), case).await;
    assert_ne!(
        first.case, with_her_key.case,
        "who draws ids there draws other ones"
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_sign_in_ends_when_it_is_ended_and_no_other_with_it() {
    let hub = TestHub::start_with_invented(INVENTED).await;
    let anonymous = hub.anonymous();
    let (one, other) = (
        sign_in(&anonymous, "camille.martin").await,
        sign_in(&anonymous, "camille.martin").await,
    );
    assert_ne!(one, other);
    for _ in 0..2 {
        end(&anonymous, &one).await;
        commands::refused(&go_on(&anonymous, &one).await, ENDED);
    }
    let hub = hub.restart().await;
    let anonymous = hub.anonymous();
    commands::refused(&go_on(&anonymous, &one).await, ENDED);
    go_on(&anonymous, &other).await.expect("a restart ends none");
    hub.stop().await;
}

#[tokio::test]
async fn a_sign_in_that_nobody_continues_ends_and_so_does_one_that_is_always_continued() {
    let hub = TestHub::start_with_invented(INVENTED).await;
    let anonymous = hub.anonymous();
    let (idle, busy) = (
        sign_in(&anonymous, "camille.martin").await,
        sign_in(&anonymous, "claire.morel").await,
    );
    let told = go_on(&anonymous, &busy).await.expect("it goes on");
    for _ in 0..16 {
        hub.pass(SignedDuration::from_mins(29));
        let continued = go_on(&anonymous, &busy).await.expect("it goes on");
        assert!(instant(continued.idle_end_time) <= instant(continued.end_time));
        assert_eq!(continued.end_time, told.end_time, "that does not move");
    }
    commands::refused(&go_on(&anonymous, &idle).await, ENDED);
    let left = instant(told.end_time).duration_since(hub.now());
    hub.pass(left - SignedDuration::from_secs(30));
    let last = go_on(&anonymous, &busy).await.expect("its last seconds");
    hub.pass(SignedDuration::from_secs(31));
    commands::refused(&go_on(&anonymous, &busy).await, ENDED);
    hub.pass(SignedDuration::from_mins(2));
    let late = anonymous.bearing(&last.token).expect("a token");
    commands::refused(
        &late.whoami(v1::WhoamiRequest {}).await,
        "Unauthenticated TOKEN_INVALID",
    );
    hub.stop().await;
}

#[tokio::test]
async fn who_leaves_is_refused_from_the_next_call_on() {
    let hub = TestHub::start_with_invented(INVENTED).await;
    let anonymous = hub.anonymous();
    let secret = sign_in(&anonymous, "claire.morel").await;
    let as_claire = speaking(&anonymous, &secret).await;
    as_claire
        .whoami(v1::WhoamiRequest {})
        .await
        .expect("she works here");
    let departure = v1::EndMemberRequest {
        request_id: fresh(),
        name: "members/claire.morel".to_owned(),
        reason: "mutation".to_owned(),
        ..v1::EndMemberRequest::default()
    };
    let left = hub.administrator().end_member(departure).await;
    left.expect("an administrator records it");
    commands::refused(
        &as_claire.whoami(v1::WhoamiRequest {}).await,
        "Unauthenticated TOKEN_INVALID",
    );
    commands::refused(&go_on(&anonymous, &secret).await, ENDED);
    let request = v1::SignInAsInventedRequest {
        member: "members/claire.morel".to_owned(),
    };
    commands::refused(
        &anonymous.sign_in_as_invented(request).await,
        "NotFound NOT_FOUND",
    );
    let methods = anonymous
        .get_sign_in_methods(v1::GetSignInMethodsRequest {})
        .await;
    let people = methods.expect("its methods").invented_people;
    assert_eq!(people.len(), INVENTED.len() - 1, "she is not offered any more");
    hub.stop().await;
}

#[tokio::test]
async fn a_hub_that_is_no_demonstration_lets_nobody_choose_who_to_be() {
    let hub = TestHub::start().await;
    let anonymous = hub.anonymous();
    let methods = anonymous
        .get_sign_in_methods(v1::GetSignInMethodsRequest {})
        .await;
    assert_eq!(
        methods.expect("its methods"),
        v1::GetSignInMethodsResponse::default()
    );
    let unavailable = "FailedPrecondition SIGN_IN_UNAVAILABLE";
    let as_invented = v1::SignInAsInventedRequest {
        member: "members/camille.martin".to_owned(),
    };
    commands::refused(&anonymous.sign_in_as_invented(as_invented).await, unavailable);
    let start = v1::StartSignInRequest {
        redirect_uri: "https://declic.example/connexion/retour".to_owned(),
    };
    commands::refused(&anonymous.start_sign_in(start).await, unavailable);
    commands::refused(
        &anonymous.finish_sign_in(v1::FinishSignInRequest::default()).await,
        unavailable,
    );
    hub.stop().await;

    let demo = TestHub::start_with_invented(INVENTED).await;
    for member in [
        "",
        "camille.martin",
        "members/yann.le-goff",
        "members/connector.caf-56",
        "members/",
    ] {
        let request = v1::SignInAsInventedRequest {
            member: member.to_owned(),
        };
        let refused = demo.anonymous().sign_in_as_invented(request).await;
        commands::refused(&refused, "NotFound NOT_FOUND");
    }
    demo.stop().await;
}

#[tokio::test]
async fn what_is_no_secret_of_a_sign_in_opens_nothing() {
    let hub = TestHub::start_with_invented(INVENTED).await;
    let anonymous = hub.anonymous();
    let secret = sign_in(&anonymous, "camille.martin").await;
    assert_eq!(URL_SAFE_NO_PAD.decode(&secret).expect("base64url").len(), 32);
    let mut garbage: Vec<String> = [0, 1, 42, 43, 44, 64, 1_000, 200_000]
        .map(|length| "A".repeat(length))
        .to_vec();
    garbage.extend([format!("{secret}="), format!(" {secret}"), format!("{secret}\n")]);
    garbage.extend([secret.to_lowercase(), "é".repeat(43), "\0".repeat(43)]);
    for index in [0, 21, 41] {
        let mut wrong = secret.clone().into_bytes();
        wrong[index] = if wrong[index] == b'A' { b'B' } else { b'A' };
        garbage.push(String::from_utf8(wrong).expect("ASCII"));
    }
    for wrong in &garbage {
        commands::refused(&go_on(&anonymous, wrong).await, ENDED);
        end(&anonymous, wrong).await;
    }
    go_on(&anonymous, &secret).await.expect("nothing ended it");
    hub.stop().await;
}

/// Log lines, as they are written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut lines = self.0.lock().expect("no thread panicked with it");
        lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_secret_is_in_no_log_and_no_file() {
    let lines = Lines::default();
    let providers = Providers {
        traces: None,
        metrics: None,
        logs: None,
    };
    let config = telemetry::Config {
        log_filter: "trace".to_owned(),
        ..telemetry::Config::default()
    };
    let written = lines.clone();
    let running = telemetry::install(&config, providers, move || written.clone()).expect("set up once");
    let hub = TestHub::start_with_invented(INVENTED).await;
    let anonymous = hub.anonymous();
    let (kept, ended) = (
        sign_in(&anonymous, "camille.martin").await,
        sign_in(&anonymous, "paul.durand").await,
    );
    let mut tokens = Vec::new();
    for secret in [&kept, &ended] {
        hub.pass(SignedDuration::from_mins(2));
        let continued = go_on(&anonymous, secret).await.expect("it goes on");
        let client = anonymous.bearing(&continued.token).expect("a token");
        client.whoami(v1::WhoamiRequest {}).await.expect("who it is");
        tokens.push(continued.token);
    }
    end(&anonymous, &ended).await;
    commands::refused(&go_on(&anonymous, &ended).await, ENDED);
    let hub = hub
        .restart_between(async |folder| nowhere(folder, &[&kept, &ended]))
        .await;
    hub.stop().await;
    running.shutdown().await;
    let log = lines.0.lock().expect("no thread panicked with it").clone();
    assert!(contains(&log, b"ContinueSignIn"), "the calls are in the log");
    for secret in [kept, ended].iter().chain(&tokens) {
        assert!(!contains(&log, secret.as_bytes()), "a secret is in the log");
    }
}

/// Neither as text nor as bytes, in no file of the folder.
fn nowhere(folder: &Path, secrets: &[&String]) {
    let mut folders = vec![folder.to_owned()];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            read += bytes.len();
            for secret in secrets {
                let raw = URL_SAFE_NO_PAD.decode(secret).expect("base64url");
                let found = contains(&bytes, secret.as_bytes()) || contains(&bytes, &raw);
                assert!(!found, "{} holds a secret", path.display());
            }
        }
    }
    assert!(read > 100_000, "the database was read");
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
