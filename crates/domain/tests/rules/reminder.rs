//! Reminders: at most one a business day, of the département of the case.

use declic_domain::name::TicketNumber;
use declic_domain::ticket::Ticket;
use declic_domain::{CaseFile, Command, Decision, Refusal};
use jiff::civil::{Date, date};

use crate::decisions::file;
use crate::world::World;

#[test]
fn a_reminder_changes_nothing_but_when_the_agency_was_reminded() {
    let (mut world, opened) = opened();
    let decided = world.remind(&opened).expect("the Caf holds it");
    let (before, after) = (&opened.tickets[0], &decided.tickets[0]);
    let expected = Ticket {
        version: 2,
        updated_at: after.updated_at,
        reminded_at: Some(after.updated_at),
        ..before.clone()
    };
    assert_eq!(*after, expected);
    assert_eq!(decided.drafts[0].recipients.len(), 2, "the agency is told");
}

#[test]
fn the_next_reminder_is_possible_on_the_next_business_day() {
    // The world begins on Friday 20 November 2026 at half past ten in Paris.
    let rows: [(&str, i64, Date, i64); 6] = [
        // A Friday: refused until Sunday night, taken on Monday from midnight on.
        ("56", 0, date(2026, 11, 23), 62),
        // A Monday: the day after.
        ("56", 72, date(2026, 11, 24), 14),
        // A Saturday, as nobody forbids: Monday.
        ("56", 24, date(2026, 11, 23), 38),
        // Christmas Eve, a Thursday; Friday is a holiday.
        ("56", 34 * 24, date(2026, 12, 28), 86),
        // Maundy Thursday of 2027: Good Friday is a holiday in Alsace only.
        ("56", 125 * 24, date(2027, 3, 26), 14),
        ("67", 125 * 24, date(2027, 3, 30), 109),
    ];
    for (departement, begins, next_on, hours) in rows {
        let (mut world, mut opened) = opened();
        opened.case.departement = departement.to_owned();
        opened.case.mandate.expires_on = date(2027, 12, 31);
        world.pass_hours(begins);
        let first = world.remind(&opened).expect("the first");
        let reminded = file(Some(opened), &first);
        for wait in [0, hours - 1] {
            world.pass_hours(wait);
            let refused = world.remind(&reminded);
            assert_eq!(
                refused,
                Err(Refusal::ReminderTooSoon { next_on }),
                "{departement} {begins} {wait}"
            );
        }
        world.pass_hours(1);
        assert!(world.remind(&reminded).is_ok(), "{departement} {begins}");
    }
}

#[test]
fn only_the_social_worker_reminds_and_only_an_agency_that_holds_the_ticket() {
    let (mut world, opened) = opened();
    for who in ["agent.caf-56", "connector.caf-56", "supervisor", "administrator"] {
        let refused = world.say(who, Some(1), &opened, TicketNumber::FIRST, reminder());
        assert_eq!(refused, Err(Refusal::Role), "{who}");
    }
    let shared_with_nobody = world.say("yann", None, &opened, TicketNumber::FIRST, reminder());
    assert_eq!(shared_with_nobody, Err(Refusal::Unknown));
    let redirected = world.redirect_to_msa(&opened);
    let redirected = file(Some(opened), &redirected);
    let ended = world.remind(&redirected);
    assert!(matches!(ended, Err(Refusal::Transition { .. })), "{ended:?}");
    let second = TicketNumber::new(2).expect("a number");
    let at_msa = world.say("camille", None, &redirected, second, reminder());
    assert!(at_msa.is_ok(), "the Msa holds it, and was never reminded");
}

fn opened() -> (World, CaseFile) {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    (world, opened)
}

fn reminder() -> Command {
    Command::Remind {
        message: "toujours rien".to_owned(),
    }
}

impl World {
    fn remind(&mut self, file: &CaseFile) -> Result<Decision, Refusal> {
        self.say("camille", None, file, TicketNumber::FIRST, reminder())
    }
}
