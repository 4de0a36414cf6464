//! What a triage desk records of reaching an agency by its usual channel.

use declic_domain::contact::{Contact, ContactChannel, ContactResult, Report};
use declic_domain::event::{Kind, TriageReason};
use declic_domain::holder::{Standing, holder};
use declic_domain::name::{AgencyId, TicketNumber};
use declic_domain::text::Step;
use declic_domain::ticket::Ticket;
use declic_domain::{CaseFile, Command, Decision, Refusal};
use jiff::civil::{Date, date};

use crate::decisions::file;
use crate::world::{World, directory};

const TODAY: Date = date(2026, 11, 20);
const TRIAGE: &str = "agent.triage-56";

#[test]
fn a_contact_is_an_event_that_leaves_the_ticket_where_it_stands() {
    let (mut world, before) = at_triage();
    let decided = world.record(TRIAGE, Some(1), &before, report());
    let decided = decided.expect("the desk may record it");
    let (old, new) = (&before.tickets[0], &decided.tickets[0]);
    assert_eq!(
        *new,
        Ticket {
            version: old.version + 1,
            updated_at: new.updated_at,
            ..old.clone()
        }
    );
    let held = |ticket: &Ticket| holder(&directory(), Standing::of(&before.case, ticket));
    assert_eq!(held(new), held(old));
    let [draft] = decided.drafts.as_slice() else {
        panic!("one event")
    };
    // The rules name the agency, and today is the day.
    let expected = Contact {
        agency: intended(&before).clone(),
        channel: ContactChannel::Telephone,
        contacted_on: TODAY,
        result: ContactResult::AnswerAwaited,
        expected_on: Some(date(2026, 12, 4)),
    };
    assert_eq!(draft.event.kind, Kind::ContactRecorded(expected));
}

#[test]
fn a_contact_that_cannot_have_been_is_refused_with_its_field() {
    let (mut world, file) = at_triage();
    let on = |day| Report {
        contacted_on: Some(day),
        ..report()
    };
    let with = |agency: &str| Report {
        agency: Some(AgencyId::parse(agency).expect("a slug")),
        ..report()
    };
    let until = |day| Report {
        next_step: Some(Step {
            label: "Réponse de la MDPH".to_owned(),
            due_on: Some(day),
        }),
        ..report()
    };
    let rows = [
        ("contacted_on", on(date(2026, 11, 21))),
        ("contacted_on", on(date(2026, 11, 19))),
        ("agency", with("mdph-99")),
        ("agency", with("triage-56")),
        ("next_step.due_on", until(date(2026, 11, 19))),
        ("next_step.due_on", until(date(2027, 11, 22))),
    ];
    for (expected, wrong) in rows {
        let refused = world.record(TRIAGE, Some(1), &file, wrong.clone());
        assert!(
            matches!(&refused, Err(Refusal::Field { field, .. }) if *field == expected),
            "{expected}: {wrong:?} gave {refused:?}"
        );
    }
    for right in [
        on(TODAY),
        with("caf-56"),
        with("mdph-35"),
        until(TODAY),
        until(date(2027, 11, 21)),
    ] {
        let done = world.record(TRIAGE, Some(1), &file, right.clone());
        assert!(done.is_ok(), "{right:?} gave {done:?}");
    }
}

#[test]
fn a_ticket_without_an_intended_agency_needs_one_named() {
    let (mut world, mut file) = at_triage();
    file.tickets[0].orientation.intended = None;
    let refused = world.record(TRIAGE, Some(1), &file, report());
    assert!(matches!(refused, Err(Refusal::Field { field: "agency", .. })));
}

#[test]
fn only_the_triage_desk_that_has_the_ticket_records_a_contact() {
    let (mut world, at_desk) = at_triage();
    let rows = [
        (TRIAGE, Some(2), Refusal::EpochOutdated),
        (TRIAGE, None, Refusal::EpochOutdated),
        ("agent.triage-national", Some(1), Refusal::Unknown),
        ("manager.caf-56", Some(1), Refusal::Unknown),
        ("agent.caf-56", Some(1), Refusal::Role),
        ("connector.caf-56", Some(1), Refusal::Role),
        ("supervisor", Some(1), Refusal::Role),
        ("camille", Some(1), Refusal::Role),
    ];
    for (who, epoch, expected) in rows {
        let refused = world.record(who, epoch, &at_desk, report());
        assert_eq!(refused, Err(expected), "{who} {epoch:?}");
    }
    let manager = world.record("manager.triage-56", Some(1), &at_desk, report());
    assert!(manager.is_ok(), "a manager stands in for the desk's agents");

    let mut world = World::of_rsa(false);
    let at_caf = file(None, &world.open());
    let refused = world.record("manager.caf-56", Some(1), &at_caf, report());
    assert_eq!(refused, Err(Refusal::NotAtTriage));
}

fn report() -> Report {
    Report {
        agency: None,
        channel: ContactChannel::Telephone,
        contacted_on: None,
        result: ContactResult::AnswerAwaited,
        message: "Dossier retrouvé, pièce manquante demandée.".to_owned(),
        next_step: Some(Step {
            label: "Réponse de la MDPH".to_owned(),
            due_on: Some(date(2026, 12, 4)),
        }),
    }
}

/// A case of the AAH at Pontivy: who decides is not enrolled, so its ticket stands at the triage desk of the Morbihan.
fn at_triage() -> (World, CaseFile) {
    let mut world = World::new(4 << 24);
    let opened = file(None, &world.open());
    let orientation = &opened.tickets[0].orientation;
    assert_eq!(orientation.triage, Some(TriageReason::AgencyNotEnrolled));
    assert_eq!(opened.tickets[0].agency().as_str(), "triage-56");
    (world, opened)
}

fn intended(file: &CaseFile) -> &AgencyId {
    let intended = file.tickets[0].orientation.intended.as_ref();
    intended.expect("the rules name who decides")
}

impl World {
    fn record(
        &mut self,
        who: &str,
        epoch: Option<u32>,
        file: &CaseFile,
        report: Report,
    ) -> Result<Decision, Refusal> {
        self.say(
            who,
            epoch,
            file,
            TicketNumber::FIRST,
            Command::RecordContact(report),
        )
    }
}
