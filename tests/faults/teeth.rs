//! The invariants themselves, held against runs in which something was lost, done twice or rewritten: each must fail.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use declic_domain::event::{Effect, Kind};
use declic_domain::name::EventId;
use declic_domain::ticket::State;
use declic_ledger::{Checkpoint, Digest, SignerKey};
use declic_tests::oracle::Findings;
use declic_tests::processes::Hub;
use futures::FutureExt as _;

use crate::history::{Call, History};
use crate::invariants;
use crate::load::Load;
use crate::seeds::Chance;
use crate::watching::Onlookers;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_invariants_fail_when_something_is_lost_done_twice_or_rewritten() {
    const CASES: usize = 8;
    let mut hub = Hub::prepare();
    hub.start().await;
    let onlookers = Onlookers::of(&[hub.address()]);
    let history = Arc::new(History::default());
    Load::whole(&[hub.address()], CASES)
        .run(&mut Chance::new(1), &history)
        .await;
    let hubs = std::slice::from_mut(&mut hub);
    let findings = invariants::check(hubs, &history, &onlookers, &[]).await;

    for (what, findings) in wrong_findings(&findings) {
        fails(what, async {
            invariants::check_answers(&findings, &history, &[])
        })
        .await;
    }
    for (what, history) in wrong_histories(&history.calls()) {
        fails(what, async {
            invariants::check_answers(&findings, &history, &[])
        })
        .await;
    }
    fails("an event of a stranger", async {
        invariants::check_answers(&findings, &history, &["yann.le-goff"])
    })
    .await;
    let skipped = closed_at_once(&findings);
    fails("a transition that is not legal", async {
        invariants::check_transitions(&skipped)
    })
    .await;
    fails("a name in a log", async {
        invariants::check_log("WARN the case of Jeanne Exemple is late")
    })
    .await;

    hub.start().await;
    let moved = mailbox_of_another(&findings);
    fails(
        "a mailbox of another",
        invariants::check_mailboxes(&moved, &onlookers),
    )
    .await;
    let other_answers = with_other_bytes(&history.calls());
    fails(
        "another answer",
        invariants::check_sent_again(&[hub.address()], &other_answers),
    )
    .await;
    let key = hub.ledger_key();
    let shown = [second_root(&hub, &findings)];
    fails(
        "two roots at one size",
        invariants::check_ledger(hub.address(), &key, &shown),
    )
    .await;
    fails("a lost checkpoint", async {
        invariants::check_checkpoints_kept(&findings, &shown, &key)
    })
    .await;
    hub.program().stop().await;
}

async fn fails(what: &str, check: impl Future<Output = ()>) {
    let passed = AssertUnwindSafe(check).catch_unwind().await.is_ok();
    assert!(!passed, "no invariant sees {what}");
}

fn wrong_findings(sound: &Findings) -> Vec<(&'static str, Findings)> {
    let (mut lost, mut twice, mut caseless) = (sound.clone(), sound.clone(), sound.clone());
    lost.events.pop();
    let (seq, mut again) = sound.events.last().expect("something happened").clone();
    again.id = EventId([7; 16]);
    // A case can be closed once only; a message can be posted again.
    again.kind = Kind::MessagePosted;
    again.version += 1;
    twice.events.push((seq + 1, again));
    caseless.cases.pop();
    vec![
        ("a lost event", lost),
        ("an event nobody was told of", twice),
        ("a lost case", caseless),
    ]
}

fn wrong_histories(calls: &[Call]) -> Vec<(&'static str, History)> {
    let last = calls.last().expect("something was asked");
    let mut other_state = calls.to_vec();
    for done in other_state.iter_mut().flat_map(|call| &mut call.answer.tickets) {
        done.state = 0;
    }
    vec![
        (
            "one event told to two calls",
            history(calls.iter().chain([last]).cloned()),
        ),
        ("a state that was not reached", history(other_state)),
    ]
}

fn with_other_bytes(calls: &[Call]) -> History {
    let mut call = calls.last().expect("something was asked").clone();
    call.answer.bytes.push(0);
    history([call])
}

/// A ticket whose opening is followed by its closing and by nothing else: each event says what the fold finds.
fn closed_at_once(sound: &Findings) -> Findings {
    let mut findings = sound.clone();
    let ticket = sound.events[0].1.ticket;
    findings
        .events
        .retain(|(_, event)| event.ticket == ticket && event.version <= 2);
    let (_, second) = &mut findings.events[1];
    second.kind = Kind::Closed { effect: Effect::Yes };
    second.state = State::Closed;
    findings
}

fn mailbox_of_another(sound: &Findings) -> Findings {
    let mut findings = sound.clone();
    let caf = findings.mailboxes["agencies/caf-56"].clone();
    findings.mailboxes = BTreeMap::from([("agencies/caf-35".to_owned(), caf.into_iter().take(1).collect())]);
    findings
}

/// A checkpoint that the hub's own key signed over another tree.
fn second_root(hub: &Hub, sound: &Findings) -> String {
    let text = std::fs::read_to_string(hub.folder().join("secrets/ledger.key")).expect("the ledger's key");
    let signer = SignerKey::parse(text.trim()).expect("a signing key");
    let last = sound.ledger.last().expect("a checkpoint").clone();
    let other = Checkpoint {
        root: Digest([1; 32]),
        ..last
    };
    other.sign(&signer).expect("a checkpoint of this log").to_text()
}

fn history(calls: impl IntoIterator<Item = Call>) -> History {
    let history = History::default();
    calls.into_iter().for_each(|call| history.record(call));
    history
}
