//! Tickets and what happens on them, as they go out.

use declic_domain::case::{Case, CaseFile};
use declic_domain::contact::Contact;
use declic_domain::correction;
use declic_domain::directory::{Directory, Member};
use declic_domain::event::{Event, Kind, Party};
use declic_domain::handover::RULE;
use declic_domain::holder::{Holder, holder};
use declic_domain::name::{AgencyId, DeskName, MemberId, TicketName};
use declic_domain::person::{Nir, Person};
use declic_domain::rulebook::InForce;
use declic_domain::text::{ItemText, Personal, Step, Text};
use declic_domain::ticket::{Information, State, Ticket};
use declic_proto::v1;
use declic_routing::Territory;
use declic_store::TicketSummary;
use declic_words::Lang;
use jiff::civil::Date;

use super::{enums, explanation, facts};

/// Names that are looked up to show a ticket.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Members, organisations, desks and enrolled agencies.
    pub directory: &'a Directory,
    /// Every agency of France.
    pub territory: &'static Territory,
}

/// The words of a ticket that its state points to.
#[derive(Default)]
pub struct Words {
    /// Items of the information request that is open.
    pub items: Vec<ItemText>,
    /// Steps of the outcome.
    pub steps: Vec<Step>,
}

impl Names<'_> {
    /// Name of an agency, in French; its id when unknown.
    pub fn agency(&self, agency: &AgencyId) -> String {
        if let Some(enrolled) = self.directory.agencies.get(agency) {
            return enrolled.name.clone();
        }
        let known = self.territory.agency(agency.as_str());
        known.map_or_else(|| agency.to_string(), |known| known.name_fr.to_owned())
    }

    /// Name of a member, or of the rule that hands tickets over; its id when unknown.
    pub fn member(&self, member: &MemberId) -> String {
        match self.directory.members.get(member) {
            Some(found) => found.name.clone(),
            None if member.as_str() == RULE => declic_words::text(Lang::Fr, "hub-rule", &[]),
            None => member.to_string(),
        }
    }

    /// Name of an organisation or agency.
    pub fn party(&self, party: &Party) -> String {
        match party {
            Party::Agency(agency) => self.agency(agency),
            Party::Organisation(id) => self
                .directory
                .organisations
                .get(id)
                .map_or_else(|| id.to_string(), |found| found.name.clone()),
            Party::Supervision | Party::Clock => String::new(),
        }
    }

    /// Resource name of a holder, and its name to show.
    pub fn holder(&self, holder: &Holder) -> (String, String) {
        match holder {
            Holder::Desk(desk) => {
                let agency = self.agency(&desk.agency);
                let name = match self.directory.desk(desk) {
                    Some(found) if found.display_name != agency => {
                        format!("{agency}, {}", found.display_name)
                    }
                    _ => agency,
                };
                (desk.resource(), name)
            }
            Holder::Supervision => {
                let name = declic_words::text(Lang::Fr, "hub-held-by-supervision", &[]);
                ("supervision".to_owned(), name)
            }
            Holder::Organisation(organisation) => {
                let party = Party::Organisation(organisation.clone());
                (organisation.resource(), self.party(&party))
            }
            Holder::Agent(member) | Holder::Opener(member) => {
                let found = self.directory.members.get(member);
                let party = found.map(declic_domain::policy::party);
                let party = party.map_or_else(String::new, |party| self.party(&party));
                let name = self.member(member);
                (
                    member.resource(),
                    if party.is_empty() {
                        name
                    } else {
                        format!("{name}, {party}")
                    },
                )
            }
        }
    }
}

/// A ticket as its parties see it; these rules explain its decision if they made it, and say where corrected facts lead
/// this day.
pub fn render(
    names: Names<'_>,
    case: &Case,
    ticket: &Ticket,
    words: Words,
    (rules, today): (&InForce, Date),
) -> v1::Ticket {
    let steps = words.steps.into_iter().map(|step| v1::NextStep {
        label: step.label,
        due_on: step.due_on.map_or_else(String::new, |day| day.to_string()),
    });
    let information = ticket.information.as_ref();
    v1::Ticket {
        information_request: information_request(information, words.items),
        next_steps: steps.collect(),
        remind_time: ticket.reminded_at.map(super::timestamp),
        shared_with: ticket
            .shared_with
            .iter()
            .map(|desk| reader(names, desk))
            .collect(),
        escalation_level: ticket.alerts.level.into(),
        former_agencies: ticket.former_agencies.iter().map(AgencyId::resource).collect(),
        decision: Some(explanation::kept(&ticket.orientation, &ticket.facts, rules)),
        proposal: correction::proposal(ticket, rules, names.territory, today)
            .map(|proposal| facts::decision(&proposal)),
        ..summary(names, TicketSummary::of(case, ticket))
    }
}

/// A ticket as lists show it: without texts and without why it was sent where it is.
pub fn summary(names: Names<'_>, ticket: TicketSummary) -> v1::Ticket {
    let sibling = |number| {
        TicketName {
            case: ticket.name.case,
            number,
        }
        .resource()
    };
    let outcome = ticket.outcome.map_or(v1::Outcome::Unspecified, enums::outcome);
    let effect = ticket.effect.map_or(v1::Effect::Unspecified, enums::effect);
    v1::Ticket {
        reference: ticket.reference.to_string(),
        etag: ticket.version.to_string(),
        epoch: ticket.epoch,
        desk: ticket.desk.resource(),
        agent: ticket.agent.as_ref().map_or_else(String::new, MemberId::resource),
        holder: holding(names, &ticket),
        open_time: Some(super::timestamp(ticket.opened_at)),
        update_time: Some(super::timestamp(ticket.updated_at)),
        acknowledge_time: ticket.acknowledged_at.map(super::timestamp),
        resolve_time: ticket.resolved_at.map(super::timestamp),
        due_time: ticket.due_at.map(super::timestamp),
        information_request: information_request(ticket.information.as_ref(), Vec::new()),
        outcome: outcome.into(),
        effect: effect.into(),
        triage_reason: ticket
            .triage
            .map_or_else(String::new, |reason| reason.name().to_owned()),
        intended_agency: ticket
            .intended
            .as_ref()
            .map_or_else(String::new, AgencyId::resource),
        predecessor: ticket.predecessor.map_or_else(String::new, sibling),
        successor: ticket.successor.map_or_else(String::new, sibling),
        urgent: ticket.urgent,
        benefit: ticket.benefit,
        blockage: ticket.blockage.unwrap_or_default(),
        ..reduced(names, ticket.name, ticket.state, &ticket.desk.agency)
    }
}

/// A ticket with what this member may ask of it.
pub fn offered(member: &Member, file: &CaseFile, of: &Ticket, ticket: v1::Ticket) -> v1::Ticket {
    let offered = declic_domain::decide::offered(member, file, of);
    v1::Ticket {
        offered: offered
            .into_iter()
            .map(|action| action.name().to_owned())
            .collect(),
        ..ticket
    }
}

/// A ticket that this member may read, marked when its agency does nothing else with it.
pub fn as_read(member: &Member, ticket: v1::Ticket) -> v1::Ticket {
    let agency = member.agency.as_ref();
    v1::Ticket {
        read_only: agency.is_some_and(|agency| agency.resource() != ticket.agency),
        ..ticket
    }
}

fn reader(names: Names<'_>, desk: &DeskName) -> v1::TicketReader {
    v1::TicketReader {
        agency: desk.agency.resource(),
        agency_display_name: names.agency(&desk.agency),
        desk: desk.resource(),
    }
}

/// Who holds a ticket, and since when.
fn holding(names: Names<'_>, ticket: &TicketSummary) -> Option<v1::Holder> {
    let holder = holder(names.directory, ticket.standing())?;
    let (party, display_name) = names.holder(&holder);
    Some(v1::Holder {
        party,
        display_name,
        since: Some(super::timestamp(ticket.held_since)),
    })
}

/// The information request that is open, with the words of its items as far as the caller reads them.
fn information_request(
    information: Option<&Information>,
    words: Vec<ItemText>,
) -> Option<v1::InformationRequest> {
    let information = information?;
    let mut texts = words.into_iter();
    let items = information.items.iter().map(|(kind, answered)| {
        let text = texts.next();
        let (label, why) = text.map_or_else(Default::default, |text| (text.label, text.why));
        v1::InformationItem {
            kind: enums::item_kind(*kind).into(),
            label,
            why,
            answered: *answered,
        }
    });
    Some(v1::InformationRequest {
        items: items.collect(),
        due_on: information.due_on.to_string(),
    })
}

/// What others of the same case may see of a ticket: that it exists, with whom, in what state.
pub fn outline(names: Names<'_>, ticket: &Ticket) -> v1::Ticket {
    reduced(names, ticket.name, ticket.state, ticket.agency())
}

fn reduced(names: Names<'_>, name: TicketName, state: State, agency: &AgencyId) -> v1::Ticket {
    v1::Ticket {
        name: name.resource(),
        state: enums::state(state).into(),
        agency: agency.resource(),
        agency_display_name: names.agency(agency),
        ..v1::Ticket::default()
    }
}

/// What a command did to a ticket.
pub fn confirmation(ticket: &Ticket, event: &Event) -> v1::Confirmation {
    v1::Confirmation {
        ticket: ticket.name.resource(),
        state: enums::state(ticket.state).into(),
        etag: ticket.version.to_string(),
        epoch: ticket.epoch,
        agency: ticket.agency().resource(),
        event_id: event.id.0.to_vec(),
        record_time: Some(super::timestamp(event.recorded_at)),
    }
}

/// Something that happened, with its text when the caller reads it.
pub fn event(
    names: Names<'_>,
    event: &Event,
    number: u64,
    state: v1::TicketState,
    text: Option<&Text>,
    erased: bool,
) -> v1::TicketEvent {
    let internal = matches!(text, Some(Text::Note(_)));
    // The clock is nobody of the directory.
    let actor = Some(&event.actor).filter(|_| event.party != Party::Clock);
    v1::TicketEvent {
        event_id: event.id.0.to_vec(),
        ticket: event.ticket.resource(),
        number,
        r#type: event.kind.name().to_owned(),
        state: state.into(),
        actor: actor.map_or_else(String::new, MemberId::resource),
        actor_display_name: actor.map_or_else(String::new, |actor| names.member(actor)),
        party_display_name: names.party(&event.party),
        record_time: Some(super::timestamp(event.recorded_at)),
        text: text.map_or_else(String::new, plain),
        internal,
        erased,
        contact: match &event.kind {
            Kind::ContactRecorded(found) => Some(contact(names, found, text)),
            _ => None,
        },
    }
}

/// How an agency was reached; what comes next in words for those who read them.
fn contact(names: Names<'_>, contact: &Contact, text: Option<&Text>) -> v1::Contact {
    let label = match text {
        Some(Text::Personal(Personal::Contact { next_step, .. })) => next_step.clone(),
        _ => String::new(),
    };
    let due_on = contact
        .expected_on
        .map_or_else(String::new, |day| day.to_string());
    let is_said = !label.is_empty() || !due_on.is_empty();
    v1::Contact {
        agency: contact.agency.resource(),
        agency_display_name: names.agency(&contact.agency),
        channel: enums::contact_channel(contact.channel).into(),
        contacted_on: contact.contacted_on.to_string(),
        result: enums::contact_result(contact.result).into(),
        next_step: is_said.then_some(v1::NextStep { label, due_on }),
    }
}

/// A text as one string, its parts on lines of their own.
fn plain(text: &Text) -> String {
    let mut lines = Vec::new();
    match text {
        Text::None => {}
        Text::Note(note) => lines.push(note.clone()),
        Text::Personal(Personal::Message(message) | Personal::Contact { message, .. }) => {
            lines.push(message.clone());
        }
        Text::Personal(Personal::Opening(opening)) => lines.push(opening.explanation.clone()),
        Text::Personal(Personal::Request { items, message }) => {
            lines.push(message.clone());
            let numbered = items.iter().enumerate();
            lines.extend(
                numbered.map(|(index, item)| format!("{}. {} ({})", index + 1, item.label, item.why)),
            );
        }
        Text::Personal(Personal::Reply { answers, message }) => {
            lines.push(message.clone());
            lines.extend(
                answers
                    .iter()
                    .map(|(number, answer)| format!("{number}. {answer}")),
            );
        }
        Text::Personal(Personal::Resolution { message, steps, link }) => {
            lines.push(message.clone());
            for step in steps {
                let due = step.due_on.map_or_else(String::new, |day| format!(" ({day})"));
                lines.push(format!("- {}{due}", step.label));
            }
            lines.push(link.clone());
        }
        Text::Personal(Personal::Person(correction)) => {
            lines.push(correction.reason.clone());
            lines.push(format!(
                "{} → {}",
                one_line(&correction.before),
                one_line(&correction.after)
            ));
        }
        Text::Personal(Personal::Mandate { scope, evidence }) => {
            lines.push(scope.clone());
            lines.push(evidence.clone());
        }
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// A person on one line, as every party reads it: without the whole of a social-security number.
fn one_line(person: &Person) -> String {
    let name = format!("{} {}", person.given_name, person.family_name);
    let parts = [Some(name), Some(person.birth_date.to_string())].into_iter();
    let numbers = [
        person.agency_identifier.clone(),
        person.nir.as_ref().map(Nir::masked),
    ];
    let parts: Vec<String> = parts.chain(numbers).flatten().collect();
    parts.join(", ")
}
