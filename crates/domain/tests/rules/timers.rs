//! What the clock does, and when: each time as a person reads it from a calendar on the wall.

use std::sync::Arc;

use declic_calendar::OpeningHours;
use declic_domain::clock::Terms;
use declic_domain::event::{ItemKind, Kind, Outcome, Rung};
use declic_domain::name::TicketNumber;
use declic_domain::text::ItemText;
use declic_domain::timer::{self, Deed};
use declic_domain::{CaseCommand, CaseFile, Command, Decision, decide};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday, time};

use crate::world::{World, directory, member};

const FIRST: TicketNumber = TicketNumber::FIRST;

/// A case of Pontivy and its country. It is opened on Friday 20 November 2026 at 10:30 in Paris.
pub struct Told {
    pub world: World,
    pub file: CaseFile,
}

impl Told {
    /// Without targets, as tickets were opened before there were any.
    fn opened() -> Self {
        let mut told = Self::with_targets(false);
        told.file.tickets[0].clocks = None;
        told
    }

    /// Acknowledged in two business days, resolved in ten; when it is urgent in four hours and two days.
    pub fn with_targets(urgent: bool) -> Self {
        let mut world = World::of_rsa(urgent);
        let file = after(None, world.open());
        assert_eq!(file.case.urgent, urgent);
        Self { world, file }
    }

    fn acknowledged() -> Self {
        let mut told = Self::opened();
        told.agency(Command::Acknowledge { agent: None });
        told
    }

    pub fn agency(&mut self, command: Command) {
        self.say("agent.caf-56", Some(1), command);
    }

    pub fn say(&mut self, who: &str, epoch: Option<u32>, command: Command) {
        let actor = directory().members[&member(who)].clone();
        let decision = self.world.with_given(&actor, epoch, None, |given| {
            decide(&self.file, FIRST, command, given)
        });
        self.file = after(Some(&self.file), decision.expect("it may be said"));
    }

    pub fn asks(&mut self, due_on: &str) {
        let due_on: Date = due_on.parse().expect("a day");
        self.agency(Command::RequestInformation {
            items: vec![(
                ItemKind::Document,
                ItemText {
                    label: "Avis d’imposition".to_owned(),
                    why: "pièce absente".to_owned(),
                },
            )],
            due_on: Some(due_on),
            message: String::new(),
        });
    }

    pub fn resolves(&mut self) {
        self.agency(Command::Resolve {
            outcome: Outcome::RightRestored,
            message: "Droit rétabli.".to_owned(),
            steps: Vec::new(),
            link: String::new(),
        });
    }

    /// When the clock looks at the ticket next, on the wall of the town hall.
    pub fn next(&self) -> String {
        let ticket = self.file.ticket(FIRST).expect("the first ticket");
        timer::next(&self.file.case, ticket).map_or_else(|| "never".to_owned(), wall)
    }

    /// What the clock does at this time of the wall, and nothing a minute before.
    pub fn does_at(&mut self, wall: &str) -> Deed {
        let at = instant(wall);
        let before = at - jiff::SignedDuration::from_mins(1);
        self.world.set_time(&before.to_string());
        assert_eq!(self.world.fire(&self.file, FIRST), None, "not before {wall}");
        self.world.set_time(&at.to_string());
        let (deed, decision) = self.world.fire(&self.file, FIRST).expect("something is due");
        self.file = after(Some(&self.file), decision);
        deed
    }
}

#[test]
fn an_opener_is_warned_two_business_days_before_the_last_day_and_the_ticket_goes_on_after_it() {
    let mut told = Told::acknowledged();
    // Monday 7 December is the last day: a weekend lies between it and the warning.
    told.asks("2026-12-07");
    assert_eq!(told.next(), "2026-12-03 09:00");
    assert_eq!(told.does_at("2026-12-03 09:00"), Deed::WarnOfReply);
    assert_eq!(told.next(), "2026-12-08 09:00");
    assert_eq!(told.does_at("2026-12-08 09:00"), Deed::TakeBack);
    assert_eq!(told.next(), "2027-06-08 09:00", "then it is only left alone");
}

#[test]
fn an_answer_on_the_last_evening_is_in_time() {
    let mut told = Told::acknowledged();
    told.asks("2026-12-07");
    told.world.set_time(&instant("2026-12-07 23:59").to_string());
    let answers = vec![(1, "joint".to_owned())];
    let message = String::new();
    told.say("camille", None, Command::Reply { answers, message });
    told.world.set_time(&instant("2026-12-08 09:00").to_string());
    assert_eq!(told.world.fire(&told.file, FIRST), None);
}

#[test]
fn who_has_a_day_to_answer_is_warned_on_that_day_and_who_has_no_business_day_is_not() {
    let mut told = Told::acknowledged();
    // Asked on Friday.
    told.asks("2026-11-23");
    assert_eq!(told.next(), "2026-11-23 09:00");
    let mut told = Told::acknowledged();
    told.asks("2026-11-22");
    assert_eq!(told.next(), "2026-11-23 09:00");
    assert_eq!(told.does_at("2026-11-23 09:00"), Deed::TakeBack);
}

#[test]
fn a_hub_that_was_off_for_days_takes_back_without_the_warning_it_missed() {
    let mut told = Told::acknowledged();
    told.asks("2026-12-07");
    told.world.set_time(&instant("2026-12-11 15:00").to_string());
    let (deed, _) = told.world.fire(&told.file, FIRST).expect("it is late");
    assert_eq!(deed, Deed::TakeBack);
}

#[test]
fn nothing_is_done_at_night_nor_on_a_day_off_that_was_missed_by_day() {
    let saturday_night = instant("2026-12-12 23:00");
    let mut told = Told::acknowledged();
    told.asks("2026-12-07");
    let mut resolved = Told::acknowledged();
    resolved.resolves();
    for (mut late, deed) in [(told, Deed::TakeBack), (resolved, Deed::CloseUnconfirmed)] {
        late.world.set_time(&saturday_night.to_string());
        assert_eq!(late.world.fire(&late.file, FIRST), None, "{deed:?}");
        let ticket = late.file.ticket(FIRST).expect("the first ticket");
        let rests = timer::rests_until(&late.file.case, ticket, saturday_night);
        assert_eq!(rests, Some(instant("2026-12-14 09:00")));
        assert_eq!(late.does_at("2026-12-14 09:00"), deed);
    }
    // Warned at six in the evening by nobody: the next morning, as long as there is time to answer.
    let mut told = Told::acknowledged();
    told.asks("2026-12-07");
    told.world.set_time(&instant("2026-12-03 18:00").to_string());
    assert_eq!(told.world.fire(&told.file, FIRST), None);
    assert_eq!(told.does_at("2026-12-04 09:00"), Deed::WarnOfReply);
}

#[test]
fn an_agency_is_told_in_its_own_hours_that_it_leaves_a_ticket_alone() {
    let mut told = Told::with_targets(false);
    let clocks = told.file.tickets[0].clocks.as_mut().expect("it has targets");
    let days = [Weekday::Wednesday, Weekday::Thursday];
    let afternoons = OpeningHours::new(time(14, 0, 0, 0), time(17, 0, 0, 0), &days).expect("hours");
    clocks.terms = Arc::new(Terms {
        calendar: clocks
            .terms
            .calendar
            .clone()
            .with_hours(afternoons)
            .expect("it opens"),
        ..Terms::clone(&clocks.terms)
    });
    // Every rung of its two targets is told already.
    let all_told = Some(Rung::Supervision);
    told.file.tickets[0].alerts.acknowledgement = all_told;
    told.file.tickets[0].alerts.resolution = all_told;
    assert_eq!(told.next(), "2027-05-20 14:00");
    assert_eq!(told.does_at("2027-05-20 14:00"), Deed::WarnUntouched);
}

#[test]
fn who_takes_a_case_over_is_warned_of_the_reply_that_is_awaited() {
    let mut told = Told::acknowledged();
    told.asks("2026-12-11");
    assert_eq!(told.does_at("2026-12-09 09:00"), Deed::WarnOfReply);
    told.world.set_time(&instant("2026-12-09 10:00").to_string());
    let to_yann = CaseCommand::Transfer {
        opener: member("yann"),
        reason: "congés".to_owned(),
    };
    let handed = told.world.say_of_case("camille", None, &told.file, to_yann);
    told.file = after(Some(&told.file), handed.expect("a colleague"));
    assert_eq!(told.does_at("2026-12-10 09:00"), Deed::WarnOfReply);
    assert_eq!(told.does_at("2026-12-14 09:00"), Deed::TakeBack);
}

#[test]
fn what_nobody_confirms_is_closed_unconfirmed_after_ten_business_days() {
    let mut told = Told::acknowledged();
    told.resolves();
    // Friday 20 November at 10:30: the tenth business day is Friday 4 December.
    assert_eq!(told.does_at("2026-12-04 10:30"), Deed::CloseUnconfirmed);
    let ticket = told.file.ticket(FIRST).expect("the first ticket");
    assert_eq!(
        (ticket.effect, ticket.closed_at),
        (None, Some(instant("2026-12-04 10:30")))
    );
    assert_eq!(told.next(), "never");
}

#[test]
fn christmas_and_new_year_are_no_business_days() {
    let mut told = Told::opened();
    told.world.set_time(&instant("2026-12-18 10:00").to_string());
    told.agency(Command::Acknowledge { agent: None });
    told.resolves();
    // 25 December and 1 January are Fridays.
    assert_eq!(told.next(), "2027-01-05 10:00");
}

#[test]
fn what_nobody_touches_for_six_months_lapses_after_two_warnings() {
    let mut told = Told::opened();
    assert_eq!(told.does_at("2027-05-20 09:00"), Deed::WarnUntouched);
    assert_eq!(told.does_at("2027-06-03 09:00"), Deed::WarnUntouched);
    assert_eq!(told.does_at("2027-06-17 09:00"), Deed::Lapse);
    assert_eq!(told.next(), "never");
}

#[test]
fn who_touches_a_ticket_after_its_warnings_has_six_months_again() {
    let mut told = Told::opened();
    told.does_at("2027-05-20 09:00");
    told.does_at("2027-06-03 09:00");
    told.world.set_time(&instant("2027-06-16 18:00").to_string());
    let text = "Nous regardons.".to_owned();
    told.agency(Command::PostMessage { text });
    assert_eq!(told.next(), "2027-12-16 09:00");
}

#[test]
fn a_timer_of_an_older_state_does_nothing() {
    let mut told = Told::acknowledged();
    told.asks("2026-12-07");
    told.world.set_time(&instant("2026-12-04 10:00").to_string());
    let message = String::new();
    told.agency(Command::TakeBack { message });
    told.world.set_time(&instant("2026-12-08 09:00").to_string());
    assert_eq!(told.world.fire(&told.file, FIRST), None);
}

#[test]
fn the_clock_tells_the_agency_and_the_opener() {
    let mut told = Told::opened();
    told.world.set_time(&instant("2027-05-20 09:00").to_string());
    let (_, decision) = told.world.fire(&told.file, FIRST).expect("nobody touched it");
    let draft = &decision.drafts[0];
    assert_eq!(draft.recipients.len(), 2, "{:?}", draft.recipients);
    assert_eq!(draft.event.kind, Kind::UntouchedWarned);
}

#[test]
fn an_overseas_ticket_follows_its_own_sun() {
    let mut told = Told::acknowledged();
    told.file.case.departement = "974".to_owned();
    told.resolves();
    let ticket = told.file.ticket(FIRST).expect("the first ticket");
    // 10:30 in Paris is 13:30 at La Réunion, which has no bank holiday before 20 December.
    let at = timer::next(&told.file.case, ticket).expect("a timer");
    assert_eq!(at.to_string(), "2026-12-04T09:30:00Z");
}

pub fn after(before: Option<&CaseFile>, decision: Decision) -> CaseFile {
    let mut tickets = before.map_or_else(Vec::new, |file| file.tickets.clone());
    for after in decision.tickets {
        tickets.retain(|ticket| ticket.name != after.name);
        tickets.push(after);
    }
    tickets.sort_by_key(|ticket| ticket.name.number);
    CaseFile {
        case: decision.case,
        tickets,
    }
}

pub fn instant(wall: &str) -> Timestamp {
    let local: jiff::civil::DateTime = wall.replace(' ', "T").parse().expect("a time of the wall");
    local.in_tz("Europe/Paris").expect("a time in Paris").timestamp()
}

fn wall(at: Timestamp) -> String {
    let local = at.in_tz("Europe/Paris").expect("a time in Paris");
    local.strftime("%Y-%m-%d %H:%M").to_string()
}
