//! What becomes of a file, with a hub that is away: the port is closed.

use declic_client::{Options, SigningKey};

use super::*;
use crate::handover::samples::TICKET;

struct Desk {
    _home: tempfile::TempDir,
    answers: Answers,
}

impl Desk {
    async fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let inbox = Folder::prepare(&home.path().join("inbox")).expect("a folder can be made");
        let records = Records::open(home.path()).await.expect("a new state");
        let answers = Answers::new(
            client_of_a_closed_port(),
            Arc::new(records),
            Folders::prepare(inbox).expect("folders can be made"),
            Duration::from_millis(20),
        );
        Self { _home: home, answers }
    }

    fn drop_file(&self, name: &str, content: &str) {
        let path = self.answers.folders.inbox.path().join(name);
        fs::write(path, content).expect("writable");
    }

    fn files(&self, folder: &Folder) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .expect("readable")
            .map(|entry| entry.expect("readable"))
            .filter(|entry| entry.file_type().expect("readable").is_file())
            .map(|entry| entry.file_name().into_string().expect("our names are text"))
            .collect();
        names.sort();
        names
    }
}

fn client_of_a_closed_port() -> Client {
    Client::connect_lazy(Options {
        endpoint: "http://127.0.0.1:1".to_owned(),
        audience: "declic-hub".to_owned(),
        subject: "connector.caf-56".to_owned(),
        key: SigningKey::generate([7; 32]),
        ca_file: None,
        deadline: Duration::from_secs(1),
        patience: Duration::ZERO,
        clock: Arc::new(|| 1_795_338_000),
        ids: Arc::new(Uuid::nil),
    })
    .expect("options that work")
}

fn note(text: &str) -> String {
    format!(r#"{{"schema":"{SCHEMA}","ticket":"{TICKET}","epoch":1,"action":"note","text":"{text}"}}"#)
}

#[tokio::test]
async fn an_answer_is_kept_with_its_request_id_while_the_hub_is_away() {
    let mut desk = Desk::new().await;
    desk.drop_file("1.json", &note("Vu."));
    let done = desk.answers.round().await.expect("folders work");
    assert!(!done, "the hub is away");
    let folders = desk.answers.folders.clone();
    assert_eq!(desk.files(&folders.sending), ["1.json"]);
    assert!(desk.files(&folders.inbox).is_empty());

    let digest = digest("1.json", note("Vu.").as_bytes());
    let known = desk.answers.records.claim_answer(&digest, "1.json", Uuid::max());
    let known = known.await.expect("readable");
    assert_eq!(
        known,
        Answered::Sending(request_id(&digest)),
        "the id of the first attempt"
    );
}

#[tokio::test]
async fn what_was_answered_before_a_crash_is_filed_without_being_sent_again() {
    let mut desk = Desk::new().await;
    let folders = desk.answers.folders.clone();
    for (name, answered) in [
        ("1.json", Answered::Done("{\"taken\":true}\n".to_owned())),
        ("2.json", Answered::Refused("{\"taken\":false}\n".to_owned())),
    ] {
        let digest = digest(name, note("Vu.").as_bytes());
        let records = &desk.answers.records;
        let claimed = records.claim_answer(&digest, name, request_id(&digest));
        claimed.await.expect("writable");
        records.settle_answer(&digest, &answered).await.expect("writable");
        desk.drop_file(name, &note("Vu."));
    }
    let done = desk.answers.round().await.expect("folders work");
    assert!(done, "nothing had to be sent");
    assert_eq!(desk.files(&folders.done), ["1.json", "1.result.json"]);
    assert_eq!(desk.files(&folders.refused), ["2.json", "2.result.json"]);
    let result = folders.done.read("1.result.json", 100).expect("readable");
    assert_eq!(result.as_deref(), Some(b"{\"taken\":true}\n".as_slice()));
}

#[tokio::test]
async fn a_wrong_file_is_rejected_with_every_problem_and_stops_nobody() {
    let mut desk = Desk::new().await;
    desk.drop_file("bad.json", &note("").replace("\"epoch\":1", "\"epoch\":0"));
    desk.drop_file("huge.json", &note(&"x".repeat(70_000)));
    desk.drop_file("good.json", &note("Vu."));
    desk.answers.round().await.expect("folders work");
    let folders = desk.answers.folders.clone();
    assert_eq!(
        desk.files(&folders.rejected),
        ["bad.error.txt", "bad.json", "huge.error.txt", "huge.json"]
    );
    assert_eq!(desk.files(&folders.sending), ["good.json"]);
    let told = folders.rejected.read("bad.error.txt", 10_000).expect("readable");
    let told = String::from_utf8(told.expect("it is there")).expect("it is text");
    assert!(
        told.contains("`epoch` is 0") && told.contains("`text` is empty"),
        "{told}"
    );
}

#[tokio::test]
async fn a_file_that_is_still_being_written_is_left_alone() {
    let mut desk = Desk::new().await;
    let whole = note("Vu.");
    desk.drop_file("1.json", &whole[..40]);
    desk.drop_file("2.part", &whole);
    desk.drop_file(".3.json", &whole);
    desk.answers.round().await.expect("folders work");
    let folders = desk.answers.folders.clone();
    assert_eq!(desk.files(&folders.inbox), [".3.json", "1.json", "2.part"]);

    desk.drop_file("1.json", &whole);
    desk.answers.round().await.expect("folders work");
    assert_eq!(desk.files(&folders.sending), ["1.json"]);
    assert!(desk.files(&folders.rejected).is_empty());
}

#[tokio::test]
async fn two_files_of_one_name_wait_for_each_other() {
    let mut desk = Desk::new().await;
    desk.drop_file("1.json", &note("Premier."));
    desk.answers.round().await.expect("folders work");
    desk.drop_file("1.json", &note("Second."));
    desk.answers.round().await.expect("folders work");
    let folders = desk.answers.folders.clone();
    let sending = folders.sending.read("1.json", 10_000).expect("readable");
    assert_eq!(sending, Some(note("Premier.").into_bytes()));
    assert_eq!(desk.files(&folders.inbox), ["1.json"]);
}

#[test]
fn a_request_id_is_of_the_name_and_the_content_and_a_uuid() {
    let id = |name: &str, content: &str| request_id(&digest(name, content.as_bytes()));
    let first = id("1.json", "{}");
    assert_eq!(first, id("1.json", "{}"));
    assert_ne!(first, id("2.json", "{}"));
    assert_ne!(first, id("1.json", "{ }"));
    assert_eq!(first.get_version_num(), 8);
}

#[test]
fn a_refusal_of_the_hub_is_final_and_its_absence_is_not() {
    let error = |reason| Error {
        reason,
        code: declic_client::Code::Unavailable,
        message: String::new(),
        violations: Vec::new(),
        metadata: std::collections::BTreeMap::new(),
        retry_after: None,
    };
    use ErrorReason as R;
    for reason in [
        R::EpochOutdated,
        R::EtagOutdated,
        R::NotFound,
        R::TransitionNotAllowed,
        R::FieldInvalid,
    ] {
        assert!(is_final(&error(Some(reason))), "{reason:?}");
    }
    for reason in [
        R::Overloaded,
        R::OutcomeUnknown,
        R::RateLimited,
        R::TokenInvalid,
        R::DiskFull,
        R::Internal,
    ] {
        assert!(!is_final(&error(Some(reason))), "{reason:?}");
    }
    assert!(!is_final(&error(None)));
}
