//! Reaching an agency by its usual channel, from a triage desk: what is recorded of it.

use declic_calendar::Calendar;
use jiff::civil::Date;

use crate::case::CaseFile;
use crate::decide::{Given, wrong};
use crate::directory::is_triage;
use crate::event::Kind;
use crate::name::AgencyId;
use crate::refusal::Refusal;
use crate::text::{Personal, Step, Text};
use crate::ticket::Ticket;

/// Days ahead for which something may be expected of an agency.
pub const LONGEST_EXPECTED_DAYS: i32 = 366;

/// How an agency is reached outside of Déclic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactChannel {
    /// The line kept for partners, or the public one.
    Telephone,
    /// An address kept for partners, or secure mail.
    Email,
    /// The agency's online space for partners.
    Portal,
    /// A letter.
    Mail,
    /// Its reception, or an appointment there.
    Counter,
    /// A meeting with partners.
    Meeting,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactResult {
    /// The agency answered.
    Answered,
    /// The agency was reached, and its answer is awaited.
    AnswerAwaited,
    /// Nobody was reached.
    NotReached,
}

/// What was done to reach an agency, without words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The agency.
    pub agency: AgencyId,
    /// How.
    pub channel: ContactChannel,
    /// The day it was done.
    pub contacted_on: Date,
    /// What came of it.
    pub result: ContactResult,
    /// Day by which what comes next is expected.
    pub expected_on: Option<Date>,
}

/// What the one who reached an agency says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The agency; when absent, the one that would have received the ticket.
    pub agency: Option<AgencyId>,
    /// How.
    pub channel: ContactChannel,
    /// The day it was done; today when absent.
    pub contacted_on: Option<Date>,
    /// What came of it.
    pub result: ContactResult,
    /// What was said.
    pub message: String,
    /// What comes next.
    pub next_step: Option<Step>,
}

/// The event and its words. The state of the ticket stays as it is: it is treated at the triage desk until it is routed
/// or resolved.
pub(crate) fn record(
    file: &CaseFile,
    ticket: &Ticket,
    report: Report,
    given: &Given<'_>,
) -> Result<(Kind, Text), Refusal> {
    if !is_triage(ticket.agency()) {
        return Err(Refusal::NotAtTriage);
    }
    let agency = reached(ticket, report.agency, given)?;
    let calendar = Calendar::for_departement(&file.case.departement);
    let today = calendar.date_of(given.now);
    let contacted_on = report.contacted_on.unwrap_or(today);
    if contacted_on > today {
        return Err(wrong(
            "contacted_on",
            "is in the future: give the day it was done",
        ));
    }
    if contacted_on < calendar.date_of(file.case.opened_at) {
        return Err(wrong(
            "contacted_on",
            "is before the case was opened: give the day it was done",
        ));
    }
    let (next_step, expected_on) = report
        .next_step
        .map_or_else(|| (String::new(), None), |step| (step.label, step.due_on));
    if let Some(day) = expected_on {
        let ahead = today.until(day).map_or(i32::MAX, |span| span.get_days());
        if !(0..=LONGEST_EXPECTED_DAYS).contains(&ahead) {
            return Err(wrong(
                "next_step.due_on",
                "give a day from today to a year from now",
            ));
        }
    }
    let contact = Contact {
        agency,
        channel: report.channel,
        contacted_on,
        result: report.result,
        expected_on,
    };
    let words = Personal::Contact {
        message: report.message,
        next_step,
    };
    Ok((Kind::ContactRecorded(contact), Text::Personal(words)))
}

/// The agency that was reached: one of the tables, whether it is enrolled or not, and no triage desk.
fn reached(ticket: &Ticket, named: Option<AgencyId>, given: &Given<'_>) -> Result<AgencyId, Refusal> {
    let agency = named
        .or_else(|| ticket.orientation.intended.clone())
        .ok_or_else(|| wrong("agency", "is required: the rules named no agency for this ticket"))?;
    let is_known =
        given.territory.agency(agency.as_str()).is_some() || given.directory.agencies.contains_key(&agency);
    if is_known && !is_triage(&agency) {
        return Ok(agency);
    }
    Err(wrong(
        "agency",
        "no agency has this id: look it up with SearchCommunes and PreviewRouting",
    ))
}
