//! Who is away is passed over while others are there; an absence ends by the clock, and sends nothing to triage.

use std::collections::BTreeSet;

use declic_domain::directory::absences::AbsenceError;
use declic_domain::directory::{
    Absence, Absences, Agency, Desk, Directory, Enrolment, Item, Matter, Member, Role,
};
use declic_domain::handover::{self, Next, Post};
use declic_domain::name::{AgencyId, DeskName};
use declic_domain::ticket::State;
use jiff::Timestamp;

use crate::world::member;

fn at(time: &str) -> Timestamp {
    format!("2026-12-{time}:00Z").parse().expect("an instant")
}

fn desk(id: &str) -> DeskName {
    let caf = AgencyId::parse("caf-56").expect("an agency");
    DeskName::new(caf, id).expect("a desk")
}

/// Claire, Gaël and their manager Hugo are at the first desk, Lise at the second one.
fn directory() -> Directory {
    let mut directory = Directory::default();
    let named = |id: &str| Desk {
        name: desk(id),
        display_name: id.to_owned(),
        benefits: BTreeSet::new(),
    };
    directory.apply(Item::Agency(Agency {
        id: desk("accueil").agency,
        name: "Caf".to_owned(),
        enrolment: Enrolment::Console,
        nir_allowed: false,
        desks: vec![named("accueil"), named("renfort")],
    }));
    for (id, role, at) in [
        ("claire", Role::Agent, "accueil"),
        ("gael", Role::Agent, "accueil"),
        ("hugo", Role::DeskManager, "accueil"),
        ("lise", Role::Agent, "renfort"),
    ] {
        directory.apply(Item::Member(Member {
            id: member(id),
            name: id.to_owned(),
            role,
            organisation: None,
            agency: Some(desk(at).agency),
            desks: BTreeSet::from([desk(at)]),
            territory: BTreeSet::new(),
            active: true,
            keys: Vec::new(),
            identities: BTreeSet::new(),
        }));
    }
    directory
}

/// Away from the 1st to the 15th, both at 8.
fn leaves(directory: &mut Directory, who: &str, deputy: Option<&str>) {
    let absence = Absence {
        from: at("01T08:00"),
        until: at("15T08:00"),
        deputy: deputy.map(member),
    };
    let absences = Absences::new(member(who), vec![absence]).expect("an absence");
    directory.apply(Item::Absences(absences));
}

fn goes(directory: &Directory, agent: Option<&str>, time: &str) -> Next {
    let (own, agent) = (desk("accueil"), agent.map(member));
    let post = Post {
        state: State::Acknowledged,
        desk: &own,
        agent: agent.as_ref(),
        benefit: "RSA",
        blockage: None,
    };
    handover::next(directory, post, at(time))
}

#[test]
fn a_deputy_takes_over_while_the_absence_lasts_and_nobody_before_or_after() {
    let mut directory = directory();
    leaves(&mut directory, "claire", Some("gael"));
    let rows = [
        ("01T07:59", Next::Stays),
        ("01T08:00", Next::Deputy(member("gael"))),
        ("15T07:59", Next::Deputy(member("gael"))),
        ("15T08:00", Next::Stays),
    ];
    for (time, next) in rows {
        assert_eq!(goes(&directory, Some("claire"), time), next, "{time}");
    }
    assert_eq!(
        goes(&directory, None, "02T08:00"),
        Next::Stays,
        "the desk is there"
    );
}

#[test]
fn a_deputy_who_is_away_too_has_a_deputy_and_a_circle_ends_at_the_desk() {
    let mut directory = directory();
    leaves(&mut directory, "claire", Some("gael"));
    leaves(&mut directory, "gael", Some("hugo"));
    let next = |directory: &Directory| goes(directory, Some("claire"), "02T08:00");
    assert_eq!(next(&directory), Next::Deputy(member("hugo")));
    leaves(&mut directory, "hugo", Some("claire"));
    assert_eq!(next(&directory), Next::Desk(desk("renfort")), "Lise is there");
    leaves(&mut directory, "lise", None);
    assert_eq!(
        next(&directory),
        Next::Stays,
        "everyone is away: the agency still has it"
    );
    assert_eq!(goes(&directory, None, "02T08:00"), Next::Stays);
    let caf = desk("accueil").agency;
    let receives = directory.receiving_desk(&caf, Matter::of_benefit("RSA"), at("02T08:00"));
    assert_eq!(
        receives.map(|desk| desk.name.desk()),
        Some("accueil"),
        "nor is it sent to triage"
    );
}

#[test]
fn a_desk_where_everyone_is_away_passes_its_tickets_on_and_gets_no_new_ones() {
    let mut directory = directory();
    for who in ["claire", "gael", "hugo"] {
        leaves(&mut directory, who, None);
    }
    for agent in [None, Some("claire")] {
        assert_eq!(goes(&directory, agent, "02T08:00"), Next::Desk(desk("renfort")));
    }
    let caf = desk("accueil").agency;
    for (time, receiving) in [("02T08:00", "renfort"), ("16T08:00", "accueil")] {
        let found = directory.receiving_desk(&caf, Matter::of_benefit("RSA"), at(time));
        assert_eq!(found.map(|desk| desk.name.desk()), Some(receiving), "{time}");
    }
}

#[test]
fn a_deputy_who_is_not_of_the_desk_or_has_left_is_passed_over() {
    let mut directory = directory();
    for deputy in ["lise", "personne"] {
        leaves(&mut directory, "claire", Some(deputy));
        let next = goes(&directory, Some("claire"), "02T08:00");
        assert_eq!(next, Next::Desk(desk("accueil")), "{deputy}: Gaël is there");
    }
}

#[test]
fn absences_end_after_they_begin_and_lie_side_by_side() {
    let absence = |from: &str, until: &str, deputy: Option<&str>| Absence {
        from: at(from),
        until: at(until),
        deputy: deputy.map(member),
    };
    let of = |list: &[Absence]| Absences::new(member("claire"), list.to_vec());
    let (first, second) = (
        absence("01T08:00", "02T08:00", None),
        absence("02T08:00", "03T08:00", Some("gael")),
    );
    let both = of(&[second.clone(), first.clone()]).expect("one after the other");
    assert_eq!(both.list(), [first.clone(), second]);
    assert!(both.begin_between(at("01T07:59"), at("01T08:00")));
    assert!(!both.begin_between(at("01T08:00"), at("02T07:59")));
    let wrong = [
        (
            vec![absence("01T08:00", "01T08:00", None)],
            AbsenceError::Backwards,
        ),
        (
            vec![first.clone(), absence("01T20:00", "03T08:00", None)],
            AbsenceError::Overlap,
        ),
        (
            vec![absence("01T08:00", "02T08:00", Some("claire"))],
            AbsenceError::Oneself,
        ),
        (vec![first; 51], AbsenceError::TooMany),
    ];
    for (list, error) in wrong {
        assert_eq!(of(&list), Err(error));
    }
}
