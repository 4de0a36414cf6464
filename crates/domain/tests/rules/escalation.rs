//! Who is told when a target comes near or has passed, and when: as a person reads it from a calendar on the wall.

use declic_domain::event::{Cause, Rung};
use declic_domain::name::TicketNumber;
use declic_domain::ticket::Alerts;
use declic_domain::timer::{self, Deed};
use declic_domain::{CaseCommand, Command};

use crate::timers::{Told, after, instant};

const FIRST: TicketNumber = TicketNumber::FIRST;

fn acknowledgement(to: Rung) -> Deed {
    Deed::Escalate(Cause::Acknowledgement, to)
}

fn resolution(to: Rung) -> Deed {
    Deed::Escalate(Cause::Resolution, to)
}

impl Told {
    /// Everything that the clock does at this time of the wall, until nothing more is due.
    fn all_at(&mut self, wall: &str) -> Vec<Deed> {
        self.world.set_time(&instant(wall).to_string());
        let mut deeds = Vec::new();
        while let Some((deed, decision)) = self.world.fire(&self.file, FIRST) {
            self.file = after(Some(&self.file), decision);
            deeds.push(deed);
        }
        deeds
    }

    fn alerts(&self) -> Alerts {
        self.file.ticket(FIRST).expect("the first ticket").alerts
    }
}

#[test]
fn nobody_who_acknowledges_is_told_first_then_the_desk_then_the_supervision() {
    // Routed on Friday 20 November at 10:30, to be acknowledged by Tuesday at 10:30.
    let mut told = Told::with_targets(false);
    assert_eq!(told.next(), "2026-11-23 14:30", "three quarters of 16 hours");
    assert_eq!(told.does_at("2026-11-23 14:30"), acknowledgement(Rung::Holder));
    assert_eq!(told.does_at("2026-11-24 10:30"), acknowledgement(Rung::Desk));
    assert_eq!(
        told.does_at("2026-11-26 10:30"),
        acknowledgement(Rung::Supervision)
    );
    assert_eq!(
        told.next(),
        "2026-12-01 14:30",
        "then its outcome: 60 of 80 hours"
    );
    assert_eq!(told.does_at("2026-12-01 14:30"), resolution(Rung::Holder));
    assert_eq!(told.does_at("2026-12-04 10:30"), resolution(Rung::Desk));
    assert_eq!(told.does_at("2026-12-08 10:30"), resolution(Rung::Supervision));
    assert_eq!(told.alerts().level, 6);
    assert_eq!(told.next(), "2027-06-08 09:00", "then it is only left alone");
}

#[test]
fn of_an_urgent_case_the_supervision_is_told_as_soon_as_the_desk() {
    // Four hours from Friday at 10:30.
    let mut told = Told::with_targets(true);
    assert_eq!(told.all_at("2026-11-20 13:30"), [acknowledgement(Rung::Holder)]);
    let passed = [acknowledgement(Rung::Desk), acknowledgement(Rung::Supervision)];
    assert_eq!(told.all_at("2026-11-20 14:30"), passed);
}

#[test]
fn who_acknowledges_in_time_is_told_of_the_outcome_alone() {
    let mut told = Told::with_targets(false);
    told.agency(Command::Acknowledge { agent: None });
    assert_eq!(told.next(), "2026-12-01 14:30");
    told.resolves();
    assert_eq!(told.next(), "2026-12-04 10:30", "now the opener has to confirm");
    assert_eq!(told.all_at("2026-12-04 10:30"), [Deed::CloseUnconfirmed]);
    assert_eq!(told.alerts(), Alerts::default());
}

#[test]
fn while_a_reply_is_awaited_the_agency_is_not_late_and_no_rung_is_told_again() {
    let mut told = Told::with_targets(false);
    told.agency(Command::Acknowledge { agent: None });
    assert_eq!(told.does_at("2026-12-01 14:30"), resolution(Rung::Holder));
    told.asks("2026-12-16");
    assert_eq!(told.all_at("2026-12-14 09:00"), [Deed::WarnOfReply]);
    assert_eq!(told.all_at("2026-12-17 09:00"), [Deed::TakeBack]);
    // What was left, 20 hours, is left.
    assert_eq!(told.does_at("2026-12-21 13:00"), resolution(Rung::Desk));
    assert_eq!(told.alerts().level, 2);
}

#[test]
fn a_case_that_becomes_urgent_is_escalated_by_its_shorter_targets_and_none_twice() {
    let mut told = Told::with_targets(false);
    assert_eq!(told.does_at("2026-11-23 14:30"), acknowledgement(Rung::Holder));
    told.becomes_urgent();
    // Four hours from Monday at 14:30 would be Tuesday at 10:30, as it was: a longer target gives nothing back.
    let passed = [acknowledgement(Rung::Desk), acknowledgement(Rung::Supervision)];
    assert_eq!(told.all_at("2026-11-24 10:30"), passed);
}

#[test]
fn who_was_off_for_days_tells_every_rung_once_in_their_order() {
    let mut told = Told::with_targets(false);
    let late = [
        acknowledgement(Rung::Holder),
        acknowledgement(Rung::Desk),
        acknowledgement(Rung::Supervision),
    ];
    assert_eq!(told.all_at("2026-11-27 10:00"), late);
    assert_eq!(told.all_at("2026-11-27 10:00"), []);
    assert_eq!(
        told.all_at("2026-11-26 10:00"),
        [],
        "nor when its clock was set back"
    );
}

#[test]
fn nobody_is_told_at_night_nor_on_a_day_off_what_was_missed_by_day() {
    let mut told = Told::with_targets(false);
    // A hub that starts on Saturday night: the rungs of Thursday wait for Monday's opening.
    assert_eq!(told.all_at("2026-11-28 23:00"), []);
    let ticket = told.file.ticket(FIRST).expect("the first ticket");
    let rests = timer::rests_until(&told.file.case, ticket, instant("2026-11-28 23:00"));
    assert_eq!(rests, Some(instant("2026-11-30 09:00")));
    assert_eq!(told.all_at("2026-11-30 09:00").len(), 3);
}

#[test]
fn a_reopened_ticket_climbs_its_ladder_anew() {
    let mut told = Told::with_targets(false);
    assert_eq!(told.all_at("2026-11-26 10:30").len(), 3);
    told.agency(Command::Acknowledge { agent: None });
    told.resolves();
    let reason = "Rien n’est arrivé.".to_owned();
    told.say("camille", None, Command::Reopen { reason });
    assert_eq!(told.alerts(), Alerts::default());
    assert_eq!(
        told.all_at("2026-11-30 10:30"),
        [acknowledgement(Rung::Holder), acknowledgement(Rung::Desk)]
    );
}

impl Told {
    fn becomes_urgent(&mut self) {
        let command = CaseCommand::ChangeUrgency {
            urgent: true,
            reason: "Plus de toit ce soir.".to_owned(),
        };
        let decision = self.world.say_of_case("camille", None, &self.file, command);
        self.file = after(Some(&self.file), decision.expect("she follows it"));
    }
}
