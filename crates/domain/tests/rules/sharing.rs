//! Showing a ticket to the agency of another one of the case: who reads it then, until when, and who may not share.

use declic_domain::event::{Event, Kind};
use declic_domain::name::{AgencyId, TicketNumber};
use declic_domain::policy::{self, Action, Relation, may, reads_text, relation};
use declic_domain::ticket::State;
use declic_domain::{CaseCommand, CaseFile, Command, Decision, Refusal};
use declic_routing::RawFacts;

use crate::decisions::file;
use crate::world::{World, directory, member};

const READER: &str = "agent.dep-56";

#[test]
fn the_agency_of_another_ticket_reads_a_shared_one_and_does_nothing_with_it() {
    let (mut world, opened) = two_tickets();
    let reader = directory().members[&member(READER)].clone();
    let first = &opened.tickets[0];
    assert_eq!(relation(&reader, &opened.case, first), None);
    let decided = world
        .share(&opened, "dep-56")
        .expect("another agency of the case");
    let recipients = &decided.drafts[0].recipients;
    assert_eq!(recipients.len(), 3, "that agency is told too: {recipients:?}");
    let shared = file(Some(opened), &decided);
    let first = &shared.tickets[0];
    for who in [READER, "manager.dep-56", "connector.dep-56"] {
        let reader = directory().members[&member(who)].clone();
        assert_eq!(relation(&reader, &shared.case, first), Some(Relation::Reader));
        let allowed: Vec<&Action> = Action::ALL
            .iter()
            .filter(|action| may(&reader, **action, &shared.case, first))
            .collect();
        let reads = [
            Action::GetCase,
            Action::GetCaseClock,
            Action::GetTicket,
            Action::ListEvents,
            Action::ReplayRouting,
        ];
        assert_eq!(allowed, reads.iter().collect::<Vec<_>>(), "{who}");
    }
    let stranger = directory().members[&member("agent.caf-35")].clone();
    assert_eq!(relation(&stranger, &shared.case, first), None);
}

#[test]
fn a_reader_reads_what_is_told_to_all_parties_and_no_note() {
    let (mut world, opened) = two_tickets();
    let decided = world.share(&opened, "dep-56").expect("another agency");
    let shared = file(Some(opened), &decided);
    let reader = directory().members[&member(READER)].clone();
    let mut written = |command| {
        let decided = world.say("agent.caf-56", Some(1), &shared, TicketNumber::FIRST, command);
        decided.expect("the Caf treats it").drafts.remove(0)
    };
    let reads = |event: &Event| reads_text(&reader, &shared.case, &shared.tickets[0], event);
    let text = || "bonjour".to_owned();
    let message = written(Command::PostMessage { text: text() });
    let note = written(Command::AddNote { text: text() });
    assert!(reads(&message.event));
    assert!(!reads(&note.event));
    assert!(!policy::sees_event(
        &reader,
        &shared.case,
        &shared.tickets[0],
        &note.event
    ));
    let told = |draft: &declic_domain::decide::Draft| draft.recipients.len();
    assert_eq!(
        told(&message),
        2,
        "what happens on it is not sent to who reads it"
    );
}

#[test]
fn a_share_ends_with_the_ticket_with_the_agreement_and_by_the_social_worker() {
    type End = fn(&mut World, &CaseFile) -> Decision;
    let ends: [(&str, End); 3] = [
        ("the social worker says so", |world, file| {
            let unshare = Command::Unshare {
                agency: agency("dep-56"),
                reason: "à tort".to_owned(),
            };
            let said = world.say("camille", None, file, TicketNumber::FIRST, unshare);
            said.expect("it is shared")
        }),
        ("the ticket ends", |world, file| {
            let withdraw = Command::Withdraw {
                reason: "réglé".to_owned(),
            };
            let said = world.say("camille", None, file, TicketNumber::FIRST, withdraw);
            said.expect("it is open")
        }),
        ("the person takes the agreement back", |world, file| {
            let reason = "par téléphone".to_owned();
            let said = world.say_of_case("camille", None, file, CaseCommand::RevokeMandate { reason });
            said.expect("it holds")
        }),
    ];
    for (what, end) in ends {
        let (mut world, opened) = two_tickets();
        let decided = world.share(&opened, "dep-56").expect("another agency");
        let shared = file(Some(opened), &decided);
        assert_eq!(shared.tickets[0].shared_with.len(), 1);
        let decided = end(&mut world, &shared);
        let ended = file(Some(shared), &decided);
        assert!(ended.tickets[0].shared_with.is_empty(), "{what}");
        let reader = directory().members[&member(READER)].clone();
        assert_eq!(relation(&reader, &ended.case, &ended.tickets[0]), None, "{what}");
    }
}

#[test]
fn nothing_is_shared_on_an_agreement_that_does_not_hold_and_the_refusal_says_so() {
    let (mut world, opened) = two_tickets();
    world.pass_hours(24 * 72);
    assert!(world.share(&opened, "dep-56").is_ok(), "the last day it holds");
    world.pass_hours(24);
    assert_eq!(world.share(&opened, "dep-56"), Err(Refusal::MandateInvalid));
    let (mut world, opened) = two_tickets();
    let reason = "par téléphone".to_owned();
    let revoked = world.say_of_case("camille", None, &opened, CaseCommand::RevokeMandate { reason });
    let revoked = file(Some(opened), &revoked.expect("it holds"));
    assert_eq!(world.share(&revoked, "dep-56"), Err(Refusal::MandateRevoked));
}

#[test]
fn a_share_goes_to_the_agency_of_another_open_ticket_once() {
    let (mut world, opened) = two_tickets();
    for wrong in ["caf-56", "caf-35", "triage-56"] {
        let refused = world.share(&opened, wrong);
        assert!(is_wrong_agency(&refused), "{wrong}: {refused:?}");
    }
    let unshare = || Command::Unshare {
        agency: agency("dep-56"),
        reason: "à tort".to_owned(),
    };
    let not_shared = world.say("camille", None, &opened, TicketNumber::FIRST, unshare());
    assert!(is_wrong_agency(&not_shared), "{not_shared:?}");
    let decided = world.share(&opened, "dep-56").expect("another agency");
    let shared = file(Some(opened.clone()), &decided);
    let again = world.share(&shared, "dep-56");
    assert!(is_wrong_agency(&again), "{again:?}");
    let second = TicketNumber::new(2).expect("a number");
    let withdraw = Command::Withdraw {
        reason: "réglé".to_owned(),
    };
    let decided = world.say("camille", None, &opened, second, withdraw);
    let ended = file(Some(opened), &decided.expect("it is open"));
    assert_eq!(ended.tickets[1].state, State::Withdrawn);
    let refused = world.share(&ended, "dep-56");
    assert!(is_wrong_agency(&refused), "its ticket has ended: {refused:?}");
}

#[test]
fn only_those_who_follow_the_case_share_and_only_what_is_open() {
    let (mut world, opened) = two_tickets();
    for who in [
        "agent.caf-56",
        READER,
        "connector.caf-56",
        "supervisor",
        "administrator",
    ] {
        let refused = world.say(who, Some(1), &opened, TicketNumber::FIRST, share("dep-56"));
        assert_eq!(refused, Err(Refusal::Role), "{who}");
    }
    let colleague = world.say("yann", None, &opened, TicketNumber::FIRST, share("dep-56"));
    assert_eq!(colleague, Err(Refusal::Unknown));
    let withdraw = Command::Withdraw {
        reason: "réglé".to_owned(),
    };
    let decided = world.say("camille", None, &opened, TicketNumber::FIRST, withdraw);
    let ended = file(Some(opened), &decided.expect("it is open"));
    let refused = world.share(&ended, "dep-56");
    assert!(matches!(refused, Err(Refusal::Transition { .. })), "{refused:?}");
}

/// A case whose ticket 1 the Caf treats, and ticket 2 the département.
pub fn two_tickets() -> (World, CaseFile) {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let add = CaseCommand::AddTicket {
        facts: RawFacts {
            commune: "56178".to_owned(),
            regime: "general".to_owned(),
            benefit: "RSA".to_owned(),
            blockage: Some("REFUSAL".to_owned()),
            stage: Some("DECISION".to_owned()),
            ..RawFacts::default()
        },
        explanation: "Refus du département.".to_owned(),
    };
    let decided = world
        .say_of_case("camille", None, &opened, add)
        .expect("another agency");
    let opened = file(Some(opened), &decided);
    let agencies: Vec<&str> = opened
        .tickets
        .iter()
        .map(|ticket| ticket.agency().as_str())
        .collect();
    assert_eq!(agencies, ["caf-56", "dep-56"]);
    (world, opened)
}

fn is_wrong_agency(answer: &Result<Decision, Refusal>) -> bool {
    matches!(answer, Err(Refusal::Field { field: "agency", .. }))
}

fn agency(id: &str) -> AgencyId {
    AgencyId::parse(id).expect("an agency")
}

fn share(with: &str) -> Command {
    Command::Share {
        agency: agency(with),
        reason: "même situation".to_owned(),
    }
}

impl World {
    /// The social worker shares ticket 1.
    pub fn share(&mut self, file: &CaseFile, with: &str) -> Result<Decision, Refusal> {
        let decided = self.say("camille", None, file, TicketNumber::FIRST, share(with))?;
        assert!(matches!(decided.drafts[0].event.kind, Kind::Shared { .. }));
        Ok(decided)
    }
}
