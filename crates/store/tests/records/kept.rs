//! What the directory keeps beside who exists: to encode, invented, and arbitrary.

use declic_calendar::{Closure, OpeningHours};
use declic_domain::directory::{
    Absence, Absences, AgencyCalendar, DeskRules, Identifier, Item, LevelPolicy, Organisation,
    OrganisationKind, RequiredIdentifiers,
};
use declic_domain::name::{AgencyId, DeskName, OrganisationId};
use jiff::Timestamp;
use proptest::option;
use proptest::prelude::*;

use crate::clocks::{any_terms, terms};
use crate::samples::{self, agency};

/// One item of each kind and layout.
pub fn items() -> Vec<(&'static str, Item)> {
    let terms = terms();
    let closures: Vec<Closure> = terms.calendar.closures().collect();
    let hours = terms.calendar.hours().clone();
    let calendar = AgencyCalendar::new(agency(), hours, &closures).expect("it opens again");
    let usual = AgencyCalendar::new(agency(), OpeningHours::DEFAULT, &[]).expect("it is open");
    let level = LevelPolicy {
        agency: Some(agency()),
        benefit: Some("RSA".to_owned()),
        policy: Some(terms.policy),
    };
    let withdrawn = LevelPolicy {
        agency: None,
        benefit: None,
        policy: None,
    };
    vec![
        ("directory_calendar", Item::Calendar(calendar)),
        ("directory_calendar_usual", Item::Calendar(usual)),
        ("directory_policy", Item::Policy(level)),
        ("directory_policy_withdrawn", Item::Policy(withdrawn)),
        (
            "directory_identifiers",
            Item::Identifiers(required(&[Identifier::Nir, Identifier::OfAgency])),
        ),
        ("directory_organisation_kind", Item::Organisation(organisation())),
        ("directory_desk_rules", Item::DeskRules(desk_rules())),
        (
            "directory_absences",
            Item::Absences(absences(&[(10, 20), (20, 30)])),
        ),
    ]
}

/// An arbitrary one.
pub fn any_item(agency: impl Strategy<Value = AgencyId> + Clone) -> impl Strategy<Value = Item> {
    let calendar = (agency.clone(), any_terms()).prop_map(|(agency, terms)| {
        let closures: Vec<Closure> = terms.calendar.closures().collect();
        let calendar = AgencyCalendar::new(agency, terms.calendar.hours().clone(), &closures);
        Item::Calendar(calendar.expect("a few closures leave hours open"))
    });
    let level = (
        option::of(agency),
        option::of("[A-Z]{3}"),
        option::of(any_terms()),
    );
    let level = level.prop_map(|(agency, benefit, terms)| {
        Item::Policy(LevelPolicy {
            agency,
            benefit,
            policy: terms.map(|terms| terms.policy.clone()),
        })
    });
    let absences = proptest::collection::vec((0i64..1_000, 1i64..1_000), 0..4).prop_map(|gaps| {
        let mut end = 0;
        let next = |(gap, lasts): (i64, i64)| {
            let from = end + gap;
            end = from + lasts;
            (from, end)
        };
        let spans: Vec<(i64, i64)> = gaps.into_iter().map(next).collect();
        Item::Absences(absences(&spans))
    });
    let flags = (any::<bool>(), proptest::collection::btree_set("[A-Z]{3}", 0..3));
    let rules = flags.prop_map(|(is_closed, not_benefits)| {
        Item::DeskRules(DeskRules {
            is_closed,
            not_benefits,
            ..desk_rules()
        })
    });
    prop_oneof![calendar, level, absences, rules]
}

fn organisation() -> Organisation {
    Organisation {
        id: OrganisationId::parse("ccas-pontivy").expect("an organisation"),
        name: "CCAS de Pontivy".to_owned(),
        departement: "56".to_owned(),
        kind: Some(OrganisationKind::Ccas),
    }
}

fn desk_rules() -> DeskRules {
    let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    DeskRules {
        desk: DeskName::new(agency(), "accueil").expect("a desk"),
        is_closed: true,
        not_benefits: codes(&["AAH", "RSA"]),
        blockages: codes(&["NO_REPLY"]),
        not_blockages: codes(&["OVERPAYMENT"]),
        kinds: [OrganisationKind::Association, OrganisationKind::Ccas].into(),
        organisations: [organisation().id].into(),
    }
}

fn required(identifiers: &[Identifier]) -> RequiredIdentifiers {
    RequiredIdentifiers {
        agency: agency(),
        identifiers: identifiers.iter().copied().collect(),
    }
}

/// Of these seconds; somebody stands in for every other one.
fn absences(spans: &[(i64, i64)]) -> Absences {
    let instant = |second| Timestamp::from_second(second).expect("an instant");
    let list = spans.iter().enumerate().map(|(place, (from, until))| Absence {
        from: instant(*from),
        until: instant(*until),
        deputy: (place % 2 == 1).then(|| samples::member("gael.tanguy")),
    });
    let absences = Absences::new(samples::member("paul.leroy"), list.collect());
    absences.expect("one after the other")
}
