//! Changes of the rules to encode, invented.

use std::collections::{BTreeMap, BTreeSet};

use declic_domain::name::MemberId;
use declic_domain::rulebook::{Activation, Change, ChangeKind, Finding, Places, Proposal};
use declic_routing::Digest;
use declic_store::record::rules;
use jiff::Timestamp;

use crate::{Sample, sample};

pub fn all() -> impl Iterator<Item = Sample> {
    let named = [
        ("rules_proposed", proposed()),
        ("rules_activated", activated()),
        ("rules_rolled_back", rolled_back()),
        ("rules_proposed_with_codes", coded()),
    ];
    named.into_iter().map(|(name, kind)| {
        let change = Change {
            actor: MemberId::parse("anne.roux").expect("a slug"),
            recorded_at: Timestamp::from_microsecond(1_795_000_000_123_456).expect("a time of 2026"),
            reason: "Décret n° 2026-1204 : l’expérimentation se prolonge.".to_owned(),
            kind,
        };
        let bytes = rules::encode(&change);
        sample(
            name,
            change,
            bytes,
            rules::decode,
            |b| rules::decode(b).err(),
            |b| rules::decode(b).ok().map(|change| rules::encode(&change)),
        )
    })
}

fn proposed() -> ChangeKind {
    ChangeKind::Proposed(Proposal {
        digest: Digest([7; 32]),
        version: "2026.12.1+070707070707".to_owned(),
        bytes: 62_296,
        findings: vec![Finding {
            line: 42,
            forbids: true,
            code: String::new(),
            about: Vec::new(),
            what: "rsa-experiment of RSA never speaks".to_owned(),
        }],
    })
}

fn coded() -> ChangeKind {
    let ChangeKind::Proposed(proposal) = proposed() else {
        unreachable!("it is one");
    };
    let findings = proposal.findings.into_iter();
    let findings = findings.map(|finding| Finding {
        code: "UNREACHABLE".to_owned(),
        about: vec![("rule".to_owned(), "rsa.never".to_owned())],
        ..finding
    });
    ChangeKind::Proposed(Proposal {
        findings: findings.collect(),
        ..proposal
    })
}

fn activated() -> ChangeKind {
    ChangeKind::Activated(Activation {
        digest: Digest([7; 32]),
        departements: BTreeSet::from(["2A".to_owned(), "56".to_owned()]),
        from: Places::default(),
        to: canary(),
        findings: Vec::new(),
        override_reason: "Le tribunal l’ordonne.".to_owned(),
    })
}

fn rolled_back() -> ChangeKind {
    ChangeKind::RolledBack {
        from: canary(),
        to: Places {
            everywhere: Some(Digest([3; 32])),
            departements: BTreeMap::new(),
        },
    }
}

fn canary() -> Places {
    let places = [("2A", None), ("56", Some(Digest([7; 32])))];
    Places {
        everywhere: None,
        departements: places.map(|(code, digest)| (code.to_owned(), digest)).into(),
    }
}
