//! Promises about the rules of routing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use declic_domain::policy;
use declic_domain::rulebook::{Activation, Change, ChangeKind, Finding, Places, Proposal};
use declic_routing::Digest;

use super::Factory;
use super::sample::{self, Draw, member};
use crate::commit::{Commit, RuleWrite, RulesWrite};
use crate::page::Limit;
use crate::{CommitError, Store};

const FILE: &str = "version = \"2026.12.1\"\n# « une règle »\r\n";

/// Changes MUST take the next numbers, without gaps, and read back in their order as they were written; the file of a
/// ruleset byte for byte, also after a restart.
pub async fn changes_of_the_rules_read_back_in_their_order(factory: &impl Factory) {
    let store = factory.open().await;
    assert_eq!(store.rule_changes(0, Limit::new(10)).await.expect("a read"), []);
    let (first, second) = (Digest([1; 32]), Digest([2; 32]));
    let both = RulesWrite {
        expected: 0,
        changes: vec![proposed(first, FILE), activated(first)],
    };
    store.commit(of(1, both)).await.expect("two changes at once");
    let third = RulesWrite {
        expected: 2,
        changes: vec![proposed(second, "x")],
    };
    store.commit(of(2, third)).await.expect("a third");
    store.close().await;
    let store = factory.open().await;
    let written = [proposed(first, FILE), activated(first), proposed(second, "x")];
    let expected: Vec<(u64, Change)> = (1..).zip(written.map(|write| write.change)).collect();
    let limit = Limit::new(10);
    assert_eq!(store.rule_changes(0, limit).await.expect("a read"), expected);
    assert_eq!(store.rule_changes(1, limit).await.expect("a read"), expected[1..]);
    let page = store.rule_changes(1, Limit::new(1)).await.expect("a read");
    assert_eq!(page, expected[1..2]);
    let file = |digest| store.rule_file(digest);
    assert_eq!(file(first).await.expect("a read").as_deref(), Some(FILE));
    assert_eq!(file(second).await.expect("a read").as_deref(), Some("x"));
    assert_eq!(file(Digest([3; 32])).await.expect("a read"), None);
}

/// A commit that expects another last change than there is MUST give `Stale` and write nothing: of many at once one is
/// done.
pub async fn of_two_changes_of_the_rules_at_once_one_is_stale(factory: &impl Factory) {
    const WRITERS: u8 = 8;
    let store = Arc::new(factory.open().await);
    let mut tasks = Vec::new();
    for writer in 1..=WRITERS {
        let store = Arc::clone(&store);
        tasks.push(tokio::spawn(async move {
            let write = RulesWrite {
                expected: 0,
                changes: vec![proposed(Digest([writer; 32]), "x")],
            };
            store.commit(of(u64::from(writer), write)).await
        }));
    }
    let mut done = 0;
    for task in tasks {
        match task.await.expect("a writer ends") {
            Ok(()) => done += 1,
            Err(CommitError::Stale) => {}
            Err(error) => panic!("neither done nor stale: {error:?}"),
        }
    }
    assert_eq!(done, 1, "one of them is first");
    let limit = Limit::new(100);
    let changes = store.rule_changes(0, limit).await.expect("a read");
    assert_eq!(changes.len(), 1, "a stale change writes nothing");
    let journal = store.journal(&policy::reader_scope(), 0, limit).await;
    assert_eq!(journal.expect("a read").len(), 1, "nor does its entry");
    let ahead = RulesWrite {
        expected: 7,
        changes: vec![proposed(Digest([99; 32]), "x")],
    };
    let refused = store.commit(of(99, ahead)).await;
    assert!(matches!(refused, Err(CommitError::Stale)), "{refused:?}");
}

fn of(seed: u64, rules: RulesWrite) -> Commit {
    let mut draw = Draw::new(seed);
    let entries = rules.changes.iter();
    Commit {
        entries: entries
            .map(|_| sample::entry_of_no_ticket(&mut draw, "RULES_CHANGED"))
            .collect(),
        request: Some((sample::key(&mut draw), draw.bytes::<30>().to_vec())),
        rules: Some(rules),
        ..Commit::default()
    }
}

fn proposed(digest: Digest, file: &str) -> RuleWrite {
    let proposal = Proposal {
        digest,
        version: "2026.12.1+0123456789ab".to_owned(),
        bytes: u32::try_from(file.len()).expect("a short file"),
        findings: vec![Finding {
            line: 3,
            forbids: true,
            code: String::new(),
            about: Vec::new(),
            what: "never speaks".to_owned(),
        }],
    };
    RuleWrite {
        change: change(ChangeKind::Proposed(proposal)),
        file: Some(file.to_owned()),
    }
}

fn activated(digest: Digest) -> RuleWrite {
    let activation = Activation {
        digest,
        departements: BTreeSet::from(["2A".to_owned(), "56".to_owned()]),
        from: Places::default(),
        to: Places {
            everywhere: None,
            departements: BTreeMap::from([("2A".to_owned(), Some(digest)), ("56".to_owned(), Some(digest))]),
        },
        findings: Vec::new(),
        override_reason: String::new(),
    };
    RuleWrite {
        change: change(ChangeKind::Activated(activation)),
        file: None,
    }
}

fn change(kind: ChangeKind) -> Change {
    Change {
        actor: member("anne.roux"),
        recorded_at: sample::time(0),
        reason: "décret du 1er décembre".to_owned(),
        kind,
    }
}
