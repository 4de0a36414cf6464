//! What happened on a ticket, oldest first. After a redirect the thread goes on from one ticket to the next: each part says
//! which it is.

use declic_words::{Arg, Family, Lang};

use super::{LABELS, Page, agency_name, short};
use crate::names::number_of;
use crate::screen::{Manner, WIDTH, plain, wrap};
use crate::view::{Case, Contact, Event, NextStep, Ticket};
use declic_words::when;

/// Who opened the case, and for which organisation, by the names that the thread gives; else who follows it, as the
/// directory has it. Whoever opened it may follow it no longer.
pub(super) fn opener(case: &Case) -> (&str, &str) {
    let events = case
        .tickets
        .iter()
        .flat_map(|ticket| ticket.events.iter().flatten());
    let openings = events.filter(|event| event.kind == OPENED);
    let (mut by, mut organisation) = (follower(case), short(&case.organisation));
    if let Some(opening) = openings.min_by_key(|event| event.record_time) {
        for (name, given) in [
            (&mut by, &opening.actor_display_name),
            (&mut organisation, &opening.party_display_name),
        ] {
            if !given.is_empty() {
                *name = given;
            }
        }
    }
    (by, organisation)
}

/// Who follows the case now.
pub(super) fn follower(case: &Case) -> &str {
    match case.opener_display_name.as_str() {
        "" => short(&case.opener),
        name => name,
    }
}

const OPENED: &str = "OPENED";

impl Page<'_> {
    /// The thread of a ticket, without what stands in the thread of another ticket of this page.
    pub(super) fn thread(&mut self, ticket: &Ticket) {
        let events: Vec<&Event> = ticket.events.iter().flatten().collect();
        let shown: Vec<(&Event, Option<&str>)> = events
            .iter()
            .enumerate()
            .map(|(place, event)| (*event, follows(ticket, &events[..place], event)))
            .filter(|(event, _)| !self.is_told_elsewhere(ticket, event))
            .collect();
        let Some((first, _)) = shown.first() else { return };
        let several = shown.iter().any(|(event, _)| event.ticket != first.ticket);
        self.text
            .push_str(&format!("  {}\n", self.manner.text("page-thread", &[])));
        let mut part = None;
        for (event, follows) in shown {
            if several && part != Some(&event.ticket) {
                self.part(ticket, event);
                part = Some(&event.ticket);
            }
            self.event(ticket, event, follows);
        }
    }

    fn is_told_elsewhere(&self, ticket: &Ticket, event: &Event) -> bool {
        let Some(on) = event.ticket.as_ref().filter(|on| **on != ticket.name) else {
            return false;
        };
        let mut others = self.tickets.iter().filter(|other| other.name == *on);
        others.any(|other| other.events.as_ref().is_some_and(|events| !events.is_empty()))
    }

    /// The line above what happened on one ticket of several.
    fn part(&mut self, ticket: &Ticket, event: &Event) {
        let on = event.ticket.as_deref().unwrap_or(&ticket.name);
        let address = format!("{}/{}", ticket.reference, short(on));
        let words = self
            .manner
            .text("page-thread-of", &[("ticket", Arg::Text(&address))]);
        self.text.push_str(&format!("  {}\n", plain(&words)));
    }

    fn event(&mut self, ticket: &Ticket, event: &Event, follows: Option<&str>) {
        let manner = self.manner;
        let time = event
            .record_time
            .map(|time| when::margin(manner, time))
            .unwrap_or_default();
        let what = match follows {
            Some(before) => self.opened_after(ticket, event, before),
            None if is_beside(ticket, event) => manner.text("page-opened-beside", &[]),
            None => manner.label(Family::Event, &event.kind),
        };
        let who = match event.actor.is_empty() && event.actor_display_name.is_empty() {
            true => manner.text("page-by-the-clock", &[]),
            false => who(event),
        };
        self.entry(&time, &format!("{what}, {who}"));
        if let Some(contact) = &event.contact {
            self.entry("", &contact_line(manner, contact));
        }
        if event.erased {
            self.entry("", &manner.text("page-erased", &[]));
        } else if let Some(words) = &event.text {
            for line in wrap(&plain(words), WIDTH - LABELS - 6) {
                self.entry("", &format!("\u{2502}\u{a0}{line}"));
            }
        }
        let next = event
            .contact
            .as_ref()
            .and_then(|contact| contact.next_step.as_ref());
        if let Some(step) = next {
            self.entry("", &step_line(manner, step));
        }
    }

    /// "Demande ouverte auprès de la MSA Portes de Bretagne (suite de la demande 1)".
    fn opened_after(&self, ticket: &Ticket, event: &Event, before: &str) -> String {
        let on = event.ticket.as_deref().unwrap_or(&ticket.name);
        let own = std::iter::once(ticket).filter(|ticket| ticket.name == on);
        let mut known = own.chain(self.tickets.iter().filter(|ticket| ticket.name == on));
        let number = Arg::Number(number_of(before).unwrap_or_default().into());
        match known.next() {
            Some(opened) => {
                let agency = with_article(self.manner.lang, agency_name(opened));
                let args = [("agency", Arg::Text(&agency)), ("number", number)];
                self.manner.text("page-opened-after", &args)
            }
            None => self
                .manner
                .text("page-opened-after-unknown", &[("number", number)]),
        }
    }
}

/// The ticket that the one opened by this event follows, when it follows one.
fn follows<'a>(ticket: &'a Ticket, before: &[&'a Event], event: &Event) -> Option<&'a str> {
    if event.kind != OPENED {
        return None;
    }
    let on = event.ticket.as_deref()?;
    if on == ticket.name {
        return ticket.predecessor.as_deref();
    }
    let mut earlier = before
        .iter()
        .rev()
        .filter_map(|earlier| earlier.ticket.as_deref());
    earlier.find(|earlier| *earlier != on)
}

/// Whether this opened a ticket in a case that was open before.
fn is_beside(ticket: &Ticket, event: &Event) -> bool {
    let on = event.ticket.as_deref().unwrap_or(&ticket.name);
    event.kind == OPENED && number_of(on).is_some_and(|number| number > 1)
}

/// "CPAM du Morbihan, par téléphone, le 22 novembre 2026 : réponse attendue".
fn contact_line(manner: &Manner, contact: &Contact) -> String {
    let agency = plain(&contact.agency_display_name);
    let channel = manner.label(Family::ContactChannel, contact.channel);
    let day = when::day(manner, &contact.contacted_on);
    let result = manner.label(Family::ContactResult, contact.result);
    let args = [
        ("agency", Arg::Text(&agency)),
        ("channel", Arg::Text(&channel)),
        ("day", Arg::Text(&day)),
        ("result", Arg::Text(&result)),
    ];
    manner.text("page-contact", &args)
}

/// What comes next, its day, or both; who may not read the words is shown the day.
fn step_line(manner: &Manner, step: &NextStep) -> String {
    let label = plain(&step.label);
    let day = step.due_on.as_deref().map(|due_on| when::day(manner, due_on));
    let key = match (label.is_empty(), &day) {
        (false, Some(_)) => "page-contact-next-by",
        (false, None) => "page-contact-next",
        (true, _) => "page-contact-next-day",
    };
    let args = [
        ("label", Arg::Text(&label)),
        ("day", Arg::Text(day.as_deref().unwrap_or_default())),
    ];
    manner.text(key, &args)
}

/// "Claire Morel (Caf du Morbihan)"; a connector's name already says whose it is.
fn who(event: &Event) -> String {
    let actor = if event.actor_display_name.is_empty() {
        short(&event.actor)
    } else {
        &event.actor_display_name
    };
    if event.party_display_name.is_empty() || actor.contains(&event.party_display_name) {
        actor.to_owned()
    } else {
        format!("{actor} ({})", event.party_display_name)
    }
}

/// "de la Caf du Morbihan", "du Département de l'Ain", "de l’Équipe d'orientation nationale"; as it is in English.
fn with_article(lang: Lang, agency: &str) -> String {
    let first = agency.split(' ').next().unwrap_or_default();
    let masculine = [
        "Département",
        "Département-Région",
        "Service",
        "Tri",
        "Centre",
        "Conseil",
        "Pôle",
    ];
    match lang {
        Lang::En => agency.to_owned(),
        Lang::Fr if masculine.contains(&first) => format!("du {agency}"),
        // The only one that is a name without an article.
        Lang::Fr if first == "France" => format!("de {agency}"),
        Lang::Fr if agency.starts_with(['A', 'E', 'É', 'O']) => format!("de l’{agency}"),
        Lang::Fr => format!("de la {agency}"),
    }
}

#[cfg(test)]
mod tests {
    use declic_proto::v1;

    use super::super::ticket as page;
    use super::*;
    use crate::screen::tests::manner;

    #[test]
    fn a_thread_over_several_tickets_says_on_which_each_part_happened() {
        let followed = ticket(3, "agencies/dep-56", "Département du Morbihan", Some(2));
        insta::assert_snapshot!(page(&manner(), &followed), @r"
        Demande 26-04817-K/3 : Département du Morbihan
          État          Envoyée
          Suite         L’organisme doit accuser réception et prendre la demande en charge.
          Vient de      26-04817-K/2
          Fil
          Demande 26-04817-K/1
          18/11 12:06   Dossier ouvert, Camille Martin (CCAS de Pontivy)
          18/11 12:06   Demande réorientée, Claire Morel (Caf du Morbihan)
          Demande 26-04817-K/2
          18/11 12:06   Demande ouverte (suite de la demande 1), Claire Morel (Caf du Morbihan)
          18/11 12:06   Demande réorientée, Connecteur de la MSA Portes de Bretagne
          Demande 26-04817-K/3
          18/11 12:06   Demande ouverte auprès du Département du Morbihan (suite de la demande 2),
                        Connecteur de la MSA Portes de Bretagne
        ");
    }

    #[test]
    fn a_case_tells_each_event_once_on_its_own_ticket() {
        let first = ticket(1, "agencies/caf-56", "Caf du Morbihan", None);
        let second = ticket(
            2,
            "agencies/msa-portes-de-bretagne",
            "MSA Portes de Bretagne",
            Some(1),
        );
        let tickets = [first, second];
        let mut page = Page {
            manner: &manner(),
            tickets: &tickets,
            text: String::new(),
        };
        page.thread(&tickets[1]);
        insta::assert_snapshot!(page.text, @r"
        Fil
        18/11 12:06   Demande ouverte auprès de la MSA Portes de Bretagne (suite de la demande 1),
                      Claire Morel (Caf du Morbihan)
        18/11 12:06   Demande réorientée, Connecteur de la MSA Portes de Bretagne
        ");
    }

    #[test]
    fn every_agency_has_its_article() {
        let rows = [
            ("Caf du Morbihan", "de la Caf du Morbihan"),
            ("MSA Portes de Bretagne", "de la MSA Portes de Bretagne"),
            ("Département de l'Ain", "du Département de l'Ain"),
            (
                "Équipe d'orientation nationale",
                "de l’Équipe d'orientation nationale",
            ),
            ("Agirc-Arrco", "de l’Agirc-Arrco"),
            (
                "Service des retraites de l'État",
                "du Service des retraites de l'État",
            ),
            ("Métropole de Lyon", "de la Métropole de Lyon"),
        ];
        for (name, said) in rows {
            assert_eq!(with_article(Lang::Fr, name), said);
        }
        assert_eq!(with_article(Lang::En, "Caf du Morbihan"), "Caf du Morbihan");
    }

    /// A ticket of an invented case, with the thread of those before it.
    fn ticket(number: u32, agency: &str, name: &str, follows: Option<u32>) -> Ticket {
        let named = |number: u32| format!("cases/0190f3a2-0000-7000-8000-000000000000/tickets/{number}");
        let mut shown = Ticket::from(v1::Ticket {
            name: named(number),
            reference: "26-04817-K".to_owned(),
            state: v1::TicketState::Routed.into(),
            agency: agency.to_owned(),
            agency_display_name: name.to_owned(),
            predecessor: follows.map(named).unwrap_or_default(),
            ..Default::default()
        });
        let event = |on: u32, kind: &str, actor: &str, party: &str| {
            Event::from(v1::TicketEvent {
                ticket: named(on),
                r#type: kind.to_owned(),
                actor_display_name: actor.to_owned(),
                party_display_name: party.to_owned(),
                record_time: Some(prost_types::Timestamp {
                    seconds: 1_795_000_000,
                    nanos: 0,
                }),
                ..Default::default()
            })
        };
        let mut events = vec![
            event(1, "OPENED", "Camille Martin", "CCAS de Pontivy"),
            event(1, "REDIRECTED", "Claire Morel", "Caf du Morbihan"),
            event(2, "OPENED", "Claire Morel", "Caf du Morbihan"),
            event(
                2,
                "REDIRECTED",
                "Connecteur de la MSA Portes de Bretagne",
                "MSA Portes de Bretagne",
            ),
            event(
                3,
                "OPENED",
                "Connecteur de la MSA Portes de Bretagne",
                "MSA Portes de Bretagne",
            ),
        ];
        events.retain(|event| event.ticket.as_deref().and_then(number_of) <= Some(number));
        shown.events = Some(events);
        shown
    }
}
