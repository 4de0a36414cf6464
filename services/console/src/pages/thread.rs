//! What happened on a case, oldest first, over all of its tickets.

use declic_proto::v1;
use declic_words::Family;
use jiff::Timestamp;

use super::cases::time;
use crate::page::Page;
use crate::people;

/// One thing that happened.
pub struct Happened {
    /// When.
    pub time: Option<Timestamp>,
    /// What, in words.
    pub what: String,
    /// Who did it.
    pub who: String,
    /// What was written; empty when nothing was.
    pub text: String,
    /// Whether only the own agency reads it.
    pub is_internal: bool,
    /// Whether what was written was erased.
    pub is_erased: bool,
    /// The ticket it happened on, when there are several.
    pub on: String,
    /// "Relance par téléphone", where an agency was reached outside.
    pub contact: String,
}

/// What happened on every ticket of the case, oldest first.
pub fn thread(page: &Page, case: &v1::Case, events: &[v1::TicketEvent]) -> Vec<Happened> {
    let several = case.tickets.len() > 1;
    let mut events: Vec<&v1::TicketEvent> = events.iter().collect();
    events.sort_by_key(|event| {
        (
            event.record_time.map(|time| (time.seconds, time.nanos)),
            event.number,
        )
    });
    let happened = events.into_iter().map(|event| {
        let actor = event.actor_display_name.as_str();
        let party = event.party_display_name.as_str();
        let who = match (actor, party) {
            ("", _) => page.t("page-by-the-clock"),
            (actor, "") => actor.to_owned(),
            (actor, party) if actor.contains(party) => actor.to_owned(),
            (actor, party) => format!("{actor}, {party}"),
        };
        let on = case
            .tickets
            .iter()
            .find(|ticket| several && ticket.name == event.ticket);
        let contact = event.contact.as_ref().map(|contact| {
            let channel = contact
                .channel()
                .as_str_name()
                .trim_start_matches("CONTACT_CHANNEL_");
            let result = contact
                .result()
                .as_str_name()
                .trim_start_matches("CONTACT_RESULT_");
            format!(
                "{}, {}, {}",
                contact.agency_display_name,
                page.label(Family::ContactChannel, channel),
                page.label(Family::ContactResult, result)
            )
        });
        Happened {
            time: event.record_time.and_then(time),
            what: match event.r#type.as_str() {
                "OPENED" if follows(case, &event.ticket) => page.t("console-opened-after"),
                // The first ticket of a case opens with it.
                "OPENED" if people::last(&event.ticket) != "1" => page.t("page-opened-beside"),
                kind => page.label(Family::Event, kind),
            },
            who,
            text: event.text.clone(),
            is_internal: event.internal,
            is_erased: event.erased,
            on: on
                .map(|ticket| ticket.agency_display_name.clone())
                .unwrap_or_default(),
            contact: contact.unwrap_or_default(),
        }
    });
    happened.collect()
}

/// Whether a ticket follows another one of the case.
fn follows(case: &v1::Case, ticket: &str) -> bool {
    case.tickets
        .iter()
        .any(|known| known.name == ticket && !known.predecessor.is_empty())
}
