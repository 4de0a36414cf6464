//! Promises about `commit`, `replay` and `take_references`.

use std::collections::BTreeSet;
use std::sync::Arc;

use declic_domain::directory::{Agency, Desk, Enrolment, Item, Organisation, Role};
use declic_domain::event::Party;
use declic_domain::policy::{self, Scope};

use super::Factory;
use super::sample::{self, Draw, agency, desk, organisation, person, start};
use crate::commit::{Audience, Commit, CommitError, Expected};
use crate::page::{CaseFilter, Limit};
use crate::read::StoredCase;
use crate::{Error, Store, StoredAnswer};

/// A commit MUST be all or nothing, durable before it returns: states, answer, entries and mailboxes are there.
pub async fn a_commit_is_all_or_nothing(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(1);
    let case = sample::case(&mut draw, &start(), 1);
    let commit = sample::opening(&mut draw, &case);
    store
        .commit(commit.clone())
        .await
        .expect("a first commit is done");

    assert_eq!(stored(&store, &case).await.as_ref(), Some(&case));
    let by_reference = store
        .case_by_reference(&opener(), case.row.case.reference)
        .await
        .expect("a read");
    assert_eq!(by_reference.as_ref(), Some(&case));
    let (key, answer) = commit.request.as_ref().expect("an opening answers a request");
    let expected = StoredAnswer {
        content: key.content,
        answer: answer.clone(),
    };
    assert_eq!(store.replay(key).await.expect("a read"), Some(expected));
    assert_eq!(journal_len(&store).await, commit.entries.len());

    let (second, after) = sample::change(&mut draw, &case, 0, |_, _| {});
    store.commit(second).await.expect("a second commit is done");
    assert_eq!(stored(&store, &case).await, Some(after));
}

/// A commit MUST be all or nothing: one that cannot be written to its end leaves nothing.
pub async fn a_commit_that_fails_leaves_nothing(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(2);
    let case = sample::case(&mut draw, &start(), 1);
    let first = sample::opening(&mut draw, &case);
    store.commit(first.clone()).await.expect("a first commit is done");
    let (mut second, _) = sample::change(&mut draw, &case, 0, |case, _| case.shared_with_team = true);
    // The event of the last entry exists: everything before it is written when the engine finds out.
    let repeated = first.entries[0].event;
    let mut wrong = second.entries[0].clone();
    wrong.event = repeated;
    second.entries.push(wrong);
    let key = second
        .request
        .as_ref()
        .map(|(key, _)| key.clone())
        .expect("a change answers a request");
    let refused = store.commit(second).await.expect_err("an event is written once");
    assert!(
        matches!(refused, CommitError::Engine(_)),
        "nothing was sent to be committed: {refused:?}"
    );

    assert_eq!(stored(&store, &case).await.as_ref(), Some(&case));
    assert_eq!(store.replay(&key).await.expect("a read"), None);
    assert_eq!(journal_len(&store).await, first.entries.len());
    let mailbox = Audience::of(&Party::Agency(agency("caf-56"))).expect("an agency has a mailbox");
    assert_eq!(store.mailbox_end(&mailbox).await.expect("a read"), 1);
    let (third, after) = sample::change(&mut draw, &case, 0, |_, _| {});
    store.commit(third).await.expect("the store goes on");
    assert_eq!(stored(&store, &case).await, Some(after));
}

/// The same key with the same content gives `Replayed` with the stored answer, and writes nothing.
pub async fn the_same_request_gets_its_stored_answer_and_writes_nothing(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(3);
    let case = sample::case(&mut draw, &start(), 1);
    let commit = sample::opening(&mut draw, &case);
    store
        .commit(commit.clone())
        .await
        .expect("a first commit is done");
    let other = sample::case(&mut draw, &start(), 2);
    let mut again = sample::opening(&mut draw, &other);
    let (key, answer) = commit.request.clone().expect("an opening answers a request");
    again.request = Some((key.clone(), b"another rendering".to_vec()));
    let Err(CommitError::Replayed(replayed)) = store.commit(again).await else {
        panic!("the same request is replayed");
    };
    assert_eq!(
        replayed,
        StoredAnswer {
            content: key.content,
            answer
        }
    );
    assert_eq!(stored(&store, &other).await, None);
    assert_eq!(journal_len(&store).await, commit.entries.len());
}

/// The same key with other content gives `KeyReused`, and writes nothing.
pub async fn the_same_key_with_other_content_is_refused(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(4);
    let case = sample::case(&mut draw, &start(), 1);
    let commit = sample::opening(&mut draw, &case);
    store
        .commit(commit.clone())
        .await
        .expect("a first commit is done");
    let other = sample::case(&mut draw, &start(), 2);
    let mut again = sample::opening(&mut draw, &other);
    let (mut key, answer) = commit.request.clone().expect("an opening answers a request");
    key.content = draw.bytes();
    again.request = Some((key, answer));
    let refused = store.commit(again).await;
    assert!(matches!(refused, Err(CommitError::KeyReused)), "{refused:?}");
    assert_eq!(stored(&store, &other).await, None);
    assert_eq!(journal_len(&store).await, commit.entries.len());
}

/// The request key MUST be checked first: a retry whose version is outdated by its own first try is replayed.
pub async fn the_request_key_is_checked_first(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(5);
    let case = sample::case(&mut draw, &start(), 1);
    let commit = sample::opening(&mut draw, &case);
    store
        .commit(commit.clone())
        .await
        .expect("a first commit is done");
    let refused = store.commit(commit).await;
    assert!(matches!(refused, Err(CommitError::Replayed(_))), "{refused:?}");
}

/// A key is one of its issuer and subject: another caller may use the same id.
pub async fn a_request_key_belongs_to_its_caller(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(6);
    let case = sample::case(&mut draw, &start(), 1);
    let commit = sample::opening(&mut draw, &case);
    store
        .commit(commit.clone())
        .await
        .expect("a first commit is done");
    let (key, answer) = commit.request.expect("an opening answers a request");
    for (number, change) in [(2, "subject"), (3, "issuer")] {
        let mut key = key.clone();
        match change {
            "subject" => key.subject = "noor.haddad".to_owned(),
            _ => key.issuer = "https://other.example".to_owned(),
        }
        assert_eq!(store.replay(&key).await.expect("a read"), None, "{change}");
        let other = sample::case(&mut draw, &start(), number);
        let mut opening = sample::opening(&mut draw, &other);
        opening.request = Some((key, answer.clone()));
        store.commit(opening).await.expect("the key is another caller's");
    }
}

/// A commit whose expected version differs MUST give `Stale` and write nothing.
pub async fn a_stale_commit_writes_nothing(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(7);
    let case = sample::case(&mut draw, &start(), 1);
    store
        .commit(sample::opening(&mut draw, &case))
        .await
        .expect("a first commit is done");
    let unknown = sample::case(&mut draw, &start(), 2);
    let version = case.row.case.version;
    let attempts = [
        (&case, Expected::New),
        (&case, Expected::Version(version + 1)),
        (&case, Expected::Version(version - 1)),
        (&case, Expected::Version(u64::MAX)),
        (&unknown, Expected::Version(1)),
    ];
    for (of, expected) in attempts {
        let (mut commit, _) = sample::change(&mut draw, of, 0, |_, _| {});
        commit.case.as_mut().expect("a change writes a case").expected = expected;
        let key = commit
            .request
            .as_ref()
            .map(|(key, _)| key.clone())
            .expect("a change answers a request");
        let refused = store.commit(commit).await;
        assert!(
            matches!(refused, Err(CommitError::Stale)),
            "{expected:?}: {refused:?}"
        );
        assert_eq!(store.replay(&key).await.expect("a read"), None);
    }
    assert_eq!(stored(&store, &case).await.as_ref(), Some(&case));
    assert_eq!(stored(&store, &unknown).await, None);
    assert_eq!(journal_len(&store).await, 1);
}

/// A commit whose expected version differs MUST give `Stale`: also when both were decided on the same version at once.
pub async fn of_two_commits_on_one_version_one_is_stale(factory: &impl Factory) {
    let store = Arc::new(factory.open().await);
    let mut draw = Draw::new(8);
    let mut case = sample::case(&mut draw, &start(), 1);
    store
        .commit(sample::opening(&mut draw, &case))
        .await
        .expect("a first commit is done");
    for _ in 0..20 {
        let attempts: Vec<(Commit, StoredCase)> = (0..4)
            .map(|_| sample::change(&mut draw, &case, 0, |_, _| {}))
            .collect();
        let mut running = Vec::new();
        for (commit, after) in attempts {
            let store = Arc::clone(&store);
            running.push(tokio::spawn(async move { (store.commit(commit).await, after) }));
        }
        let mut done = Vec::new();
        for attempt in running {
            match attempt.await.expect("an attempt ends") {
                (Ok(()), after) => done.push(after),
                (Err(CommitError::Stale), _) => {}
                (Err(other), _) => panic!("{other:?}"),
            }
        }
        assert_eq!(done.len(), 1, "one of four is done");
        case = done.remove(0);
        assert_eq!(stored(&*store, &case).await.as_ref(), Some(&case));
    }
}

/// Each command MUST succeed or be refused alone, whatever is committed beside it.
pub async fn a_refused_command_leaves_its_neighbours_whole(factory: &impl Factory) {
    let store = Arc::new(factory.open().await);
    let mut draw = Draw::new(9);
    let mut asked = Vec::new();
    for number in 1..=12 {
        let case = sample::case(&mut draw, &start(), number);
        let commit = sample::opening(&mut draw, &case);
        store
            .commit(commit.clone())
            .await
            .expect("a first commit is done");
        asked.push(commit);
    }
    let mut running = Vec::new();
    for (earlier, number) in asked.iter().zip(100..) {
        for fault in Fault::ALL {
            let case = sample::case(&mut draw, &start(), number * 10 + fault as u32);
            let mut commit = sample::opening(&mut draw, &case);
            fault.bring(&mut commit, earlier);
            let store = Arc::clone(&store);
            running.push(tokio::spawn(
                async move { (fault, store.commit(commit).await, case) },
            ));
        }
    }
    let mut done = asked.len();
    for attempt in running {
        let (fault, outcome, case) = attempt.await.expect("an attempt ends");
        assert!(fault.explains(&outcome), "{fault:?}: {outcome:?}");
        let written = outcome.is_ok().then_some(&case);
        assert_eq!(stored(&*store, &case).await.as_ref(), written, "{fault:?}");
        done += usize::from(outcome.is_ok());
    }
    assert_eq!(journal_len(&*store).await, done);
    let mailbox = Audience::of(&Party::Agency(agency("caf-56"))).expect("an agency has a mailbox");
    assert_eq!(store.mailbox_end(&mailbox).await.expect("a read"), done as u64);
}

/// What is wrong with one of several commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Outdated,
    AskedBefore,
    KeyReused,
    /// Found out when everything before it is written.
    EventRepeated,
}

impl Fault {
    const ALL: [Self; 5] = [
        Self::None,
        Self::Outdated,
        Self::AskedBefore,
        Self::KeyReused,
        Self::EventRepeated,
    ];

    fn bring(self, commit: &mut Commit, earlier: &Commit) {
        let write = commit.case.as_mut().expect("an opening writes a case");
        let request = commit.request.as_mut().expect("an opening answers a request");
        let (asked, _) = earlier.request.clone().expect("an opening answers a request");
        match self {
            Self::None => {}
            Self::Outdated => write.expected = Expected::Version(7),
            Self::AskedBefore => request.0 = asked,
            Self::KeyReused => request.0.id = asked.id,
            Self::EventRepeated => {
                let mut entry = commit.entries[0].clone();
                entry.event = earlier.entries[0].event;
                commit.entries.push(entry);
            }
        }
    }

    fn explains(self, outcome: &Result<(), CommitError>) -> bool {
        match self {
            Self::None => outcome.is_ok(),
            Self::Outdated => matches!(outcome, Err(CommitError::Stale)),
            Self::AskedBefore => matches!(outcome, Err(CommitError::Replayed(_))),
            Self::KeyReused => matches!(outcome, Err(CommitError::KeyReused)),
            Self::EventRepeated => matches!(outcome, Err(CommitError::Engine(_))),
        }
    }
}

/// Two calls MUST never return overlapping numbers, also after a restart.
pub async fn references_never_overlap(factory: &impl Factory) {
    let mut taken = BTreeSet::new();
    for _ in 0..2 {
        let store = Arc::new(factory.open().await);
        let mut running = Vec::new();
        for caller in 0..16_u32 {
            let store = Arc::clone(&store);
            running.push(tokio::spawn(async move {
                let count = caller % 3 + 1;
                (store.take_references(26, count).await, count)
            }));
        }
        for call in running {
            let (first, count) = call.await.expect("a call ends");
            let first = first.expect("numbers are there");
            assert!(first >= 1, "numbers begin at 1");
            for number in first..first + count {
                assert!(taken.insert(number), "{number} was given twice");
            }
        }
        assert_eq!(
            store.take_references(27, 5).await.expect("numbers are there") % 5,
            1,
            "each year has its own"
        );
        store.close().await;
    }
}

/// A commit MUST be durable before it returns: it is there when the store is opened again.
pub async fn what_was_committed_is_there_after_a_restart(factory: &impl Factory) {
    let mut draw = Draw::new(9);
    let case = sample::case(&mut draw, &start(), 1);
    let commit = sample::opening(&mut draw, &case);
    let key = commit
        .request
        .as_ref()
        .map(|(key, _)| key.clone())
        .expect("an opening answers a request");
    let store = factory.open().await;
    store
        .commit(commit.clone())
        .await
        .expect("a first commit is done");
    store.close().await;
    drop(store);

    let store = factory.open().await;
    assert_eq!(stored(&store, &case).await.as_ref(), Some(&case));
    assert!(store.replay(&key).await.expect("a read").is_some());
    assert_eq!(journal_len(&store).await, commit.entries.len());
    let (second, after) = sample::change(&mut draw, &case, 0, |_, _| {});
    store.commit(second).await.expect("the store goes on");
    assert_eq!(stored(&store, &case).await, Some(after));
    let journal = store
        .journal(&policy::reader_scope(), 0, Limit::new(10))
        .await
        .expect("a read");
    let numbers: Vec<u64> = journal.iter().map(|item| item.seq).collect();
    assert_eq!(numbers, [1, 2]);
}

/// Every item of the directory, in the order it was committed; an item replaces the one of the same name.
pub async fn the_directory_comes_in_the_order_it_was_committed(factory: &impl Factory) {
    let store = factory.open().await;
    let caf = |name: &str| {
        Item::Agency(Agency {
            id: agency("caf-56"),
            name: name.to_owned(),
            enrolment: Enrolment::Connector,
            nir_allowed: true,
            desks: vec![Desk {
                name: desk("caf-56", "rsa"),
                display_name: "Solidarité".to_owned(),
                benefits: BTreeSet::from(["RSA".to_owned(), "PPA".to_owned()]),
            }],
        })
    };
    let ccas = Item::Organisation(Organisation {
        id: organisation("ccas-pontivy"),
        name: "CCAS de Pontivy".to_owned(),
        departement: "56".to_owned(),
        kind: None,
    });
    let camille = Item::Member(person("camille.martin", Role::SocialWorker));
    let of = |items: Vec<Item>| Commit {
        directory: items,
        ..Commit::default()
    };
    store
        .commit(of(vec![caf("CAF"), ccas.clone()]))
        .await
        .expect("a first commit is done");
    store
        .commit(of(vec![camille.clone()]))
        .await
        .expect("a second commit is done");
    assert_eq!(
        store.directory().await.expect("a read"),
        [caf("CAF"), ccas.clone(), camille.clone()]
    );
    store
        .commit(of(vec![caf("CAF du Morbihan")]))
        .await
        .expect("a third commit is done");
    assert_eq!(
        store.directory().await.expect("a read"),
        [ccas, camille, caf("CAF du Morbihan")]
    );
}

/// A store that is closed refuses what comes after, and says so.
pub async fn a_closed_store_refuses(factory: &impl Factory) {
    let store = factory.open().await;
    store.ping().await.expect("an open store answers");
    let mut draw = Draw::new(10);
    let case = sample::case(&mut draw, &start(), 1);
    store.close().await;
    let refused = store.commit(sample::opening(&mut draw, &case)).await;
    assert!(
        matches!(refused, Err(CommitError::Engine(Error::Unavailable(_)))),
        "{refused:?}"
    );
    assert!(store.ping().await.is_err());
}

fn opener() -> Scope {
    let mut member = person("camille.martin", Role::SocialWorker);
    member.organisation = Some(organisation("ccas-pontivy"));
    policy::scope(&member).expect("a social worker reads cases")
}

async fn stored(store: &impl Store, case: &StoredCase) -> Option<StoredCase> {
    let by_id = store.case(&opener(), case.row.case.id).await.expect("a read");
    let all = store
        .cases(&opener(), &CaseFilter::default(), None, Limit::new(1_000))
        .await
        .expect("a read");
    let listed = all
        .into_iter()
        .find(|listed| listed.row.case.id == case.row.case.id);
    assert_eq!(by_id, listed, "detail and list agree");
    by_id
}

async fn journal_len(store: &impl Store) -> usize {
    store
        .journal(&policy::reader_scope(), 0, Limit::new(1_000))
        .await
        .expect("a read")
        .len()
}
