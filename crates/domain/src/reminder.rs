//! Reminding an agency that it holds a ticket: at most once a business day, so that a reminder keeps its weight.

use declic_calendar::Calendar;
use jiff::civil::Date;

use crate::case::CaseFile;
use crate::decide::Given;
use crate::event::Kind;
use crate::refusal::Refusal;
use crate::text::{Personal, Text};
use crate::ticket::Ticket;

/// The event and its words. The day is that of the département of the case: a reminder of a Friday or of the days off
/// after it leaves the next one to the next business day.
pub(crate) fn remind(
    file: &CaseFile,
    ticket: &Ticket,
    message: String,
    given: &Given<'_>,
) -> Result<(Kind, Text), Refusal> {
    let calendar = Calendar::for_departement(&file.case.departement);
    if let Some(last) = ticket.reminded_at {
        let next_on = next_business_day(&calendar, calendar.date_of(last));
        if calendar.date_of(given.now) < next_on {
            return Err(Refusal::ReminderTooSoon { next_on });
        }
    }
    let text = match message.is_empty() {
        true => Text::None,
        false => Text::Personal(Personal::Message(message)),
    };
    Ok((Kind::Reminded, text))
}

/// The first business day after this one.
fn next_business_day(calendar: &Calendar, day: Date) -> Date {
    let mut next = day;
    // A year has business days; the last day of all has no other.
    while let Ok(tomorrow) = next.tomorrow() {
        next = tomorrow;
        if calendar.is_business_day(next) {
            break;
        }
    }
    next
}
