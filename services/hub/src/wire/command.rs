//! Commands on tickets: each request of the contract becomes one [`Asked`], with every violation told at once.

use std::collections::BTreeSet;

use declic_domain::Command;
use declic_domain::contact::Report;
use declic_domain::name::{AgencyId, DeskName, MemberId, TicketName};
use declic_domain::text::{ItemText, LONGEST_MESSAGE, LONGEST_REASON, Step};
use declic_proto::v1;

use super::{Violations, enums, facts};
use crate::status::Error;

/// Longest label of an item or a step, in characters.
const LONGEST_LABEL: usize = 200;
/// Longest part of a text that a refusal repeats, in characters.
const LONGEST_SHOWN: usize = 60;
/// Most items of a request, answers of a reply, steps of an outcome.
const MOST_ITEMS: usize = 10;

/// A command on a ticket, parsed.
#[derive(Debug)]
pub struct Asked {
    /// The client's UUID.
    pub request: [u8; 16],
    /// The ticket.
    pub ticket: TicketName,
    /// The version the client read.
    pub etag: Option<u64>,
    /// The epoch the client read.
    pub epoch: Option<u32>,
    /// What it asks.
    pub command: Command,
}

/// What every command request carries.
struct Head<'r> {
    request_id: &'r str,
    name: &'r str,
    etag: &'r str,
    epoch: Option<u32>,
}

/// The same, parsed.
struct ParsedHead {
    request: [u8; 16],
    ticket: TicketName,
    etag: Option<u64>,
    epoch: Option<u32>,
}

/// A request of the contract that is a command on a ticket.
pub trait Request: prost::Message + Sized {
    /// Its RPC's name.
    const RPC: &'static str;

    /// Parses it.
    fn parse(self) -> Result<Asked, Error>;
}

macro_rules! requests {
    ($($message:ident, $rpc:literal, $epoch:expr, $parse:expr;)+) => {$(
        impl Request for v1::$message {
            const RPC: &'static str = $rpc;

            fn parse(self) -> Result<Asked, Error> {
                let mut violations = Violations::default();
                let epoch: fn(&v1::$message) -> Option<u32> = $epoch;
                let parse: fn(v1::$message, &mut Violations) -> Option<Command> = $parse;
                let head = Head {
                    request_id: &self.request_id,
                    name: &self.name,
                    etag: &self.etag,
                    epoch: epoch(&self),
                };
                let head = head.parse(&mut violations);
                let command = parse(self, &mut violations);
                let asked = head.zip(command).map(|(known, command)| Asked {
                    request: known.request,
                    ticket: known.ticket,
                    etag: known.etag,
                    epoch: known.epoch,
                    command,
                });
                violations.finish_with(asked)
            }
        }
    )+};
}

requests! {
    ConfirmDeliveryRequest, "ConfirmDelivery", |r| Some(r.epoch), |_, _| Some(Command::ConfirmDelivery);
    AcknowledgeTicketRequest, "AcknowledgeTicket", |r| Some(r.epoch), |r, v| {
        let agent = v.optional_name("agent", &r.agent, MemberId::parse_resource);
        Some(Command::Acknowledge { agent })
    };
    AssignTicketRequest, "AssignTicket", |r| Some(r.epoch), |r, v| {
        let agent = v.optional_name("agent", &r.agent, MemberId::parse_resource);
        let desk = v.optional_name("desk", &r.desk, DeskName::parse_resource);
        let reason = v.text("reason", r.reason, LONGEST_REASON);
        Some(Command::Assign { agent, desk, reason })
    };
    RequestInformationRequest, "RequestInformation", |r| Some(r.epoch), request_information;
    ReplyTicketRequest, "ReplyTicket", |_| None, reply;
    TakeBackTicketRequest, "TakeBackTicket", |r| Some(r.epoch), |r, v| {
        Some(Command::TakeBack { message: v.optional_text("message", r.message, LONGEST_REASON) })
    };
    RedirectTicketRequest, "RedirectTicket", |r| Some(r.epoch), redirect;
    RouteTicketByHandRequest, "RouteTicketByHand", |r| Some(r.epoch), |r, v| {
        let agency = v.take("agency", AgencyId::parse_resource(&r.agency));
        let reason = v.text("reason", r.reason, LONGEST_REASON);
        Some(Command::RouteByHand { agency: agency?, reason })
    };
    ResolveTicketRequest, "ResolveTicket", |r| Some(r.epoch), resolve;
    CloseTicketRequest, "CloseTicket", |_| None, |r, v| {
        let effect = v.required("effect", enums::parse_effect(r.effect));
        let message = v.optional_text("message", r.message, LONGEST_MESSAGE);
        Some(Command::Close { effect: effect?, message })
    };
    ReopenTicketRequest, "ReopenTicket", |_| None, |r, v| {
        Some(Command::Reopen { reason: v.text("reason", r.reason, LONGEST_MESSAGE) })
    };
    WithdrawTicketRequest, "WithdrawTicket", |_| None, |r, v| {
        Some(Command::Withdraw { reason: v.text("reason", r.reason, LONGEST_REASON) })
    };
    PostMessageRequest, "PostMessage", |r| (r.epoch > 0).then_some(r.epoch), |r, v| {
        Some(Command::PostMessage { text: v.text("text", r.text, LONGEST_MESSAGE) })
    };
    AddNoteRequest, "AddNote", |r| Some(r.epoch), |r, v| {
        Some(Command::AddNote { text: v.text("text", r.text, LONGEST_MESSAGE) })
    };
    RemindTicketRequest, "RemindTicket", |_| None, |r, v| {
        Some(Command::Remind { message: v.optional_text("message", r.message, LONGEST_REASON) })
    };
    EscalateTicketRequest, "EscalateTicket", |_| None, |r, v| {
        Some(Command::Escalate { reason: v.text("reason", r.reason, LONGEST_REASON) })
    };
    ShareTicketRequest, "ShareTicket", |_| None, |r, v| {
        let agency = v.take("agency", AgencyId::parse_resource(&r.agency));
        let reason = v.text("reason", r.reason, LONGEST_REASON);
        Some(Command::Share { agency: agency?, reason })
    };
    UnshareTicketRequest, "UnshareTicket", |_| None, |r, v| {
        let agency = v.take("agency", AgencyId::parse_resource(&r.agency));
        let reason = v.text("reason", r.reason, LONGEST_REASON);
        Some(Command::Unshare { agency: agency?, reason })
    };
    RecordContactRequest, "RecordContact", |r| Some(r.epoch), record_contact;
}

/// Reads an etag: empty, or the version it was made from.
pub fn etag(violations: &mut Violations, text: &str) -> Option<Option<u64>> {
    if text.is_empty() {
        return Some(None);
    }
    let parsed = text
        .parse::<u64>()
        .ok()
        .filter(|version| version.to_string() == text);
    if parsed.is_none() {
        violations.add("etag", "is not an etag of this hub: read again what it is of");
    }
    parsed.map(Some)
}

impl Head<'_> {
    fn parse(&self, violations: &mut Violations) -> Option<ParsedHead> {
        let request = super::request_id(violations, self.request_id);
        let ticket = violations.take("name", TicketName::parse_resource(self.name));
        let etag = etag(violations, self.etag);
        if self.epoch == Some(0) {
            violations.add("epoch", "is required: send the epoch of the ticket you read");
        }
        Some(ParsedHead {
            request: request?,
            ticket: ticket?,
            etag: etag?,
            epoch: self.epoch,
        })
    }
}

fn request_information(r: v1::RequestInformationRequest, v: &mut Violations) -> Option<Command> {
    if r.items.is_empty() || r.items.len() > MOST_ITEMS {
        v.add("items", "ask for 1 to 10 items");
    }
    let mut items = Vec::new();
    let mut named = BTreeSet::new();
    for (index, item) in r.items.into_iter().enumerate().take(MOST_ITEMS) {
        let field = |name| format!("items[{index}].{name}");
        let kind = v.required(&field("kind"), enums::parse_item_kind(item.kind));
        if named.contains(&item.label) {
            v.add(field("label"), "is asked twice: name each item once");
        }
        named.insert(item.label.clone());
        let label = v.line(&field("label"), item.label, LONGEST_LABEL);
        let why = v.text(&field("why"), item.why, LONGEST_REASON);
        items.extend(kind.map(|kind| (kind, ItemText { label, why })));
    }
    let due_on = v.optional_date("due_on", &r.due_on);
    let message = v.optional_text("message", r.message, LONGEST_MESSAGE);
    Some(Command::RequestInformation {
        items,
        due_on,
        message,
    })
}

fn reply(r: v1::ReplyTicketRequest, v: &mut Violations) -> Option<Command> {
    if r.answers.is_empty() || r.answers.len() > MOST_ITEMS {
        v.add(
            "answers",
            "answer 1 to 10 items; a text without an answer goes as a message",
        );
    }
    let mut answers = Vec::new();
    for (index, answer) in r.answers.into_iter().enumerate().take(MOST_ITEMS) {
        let number = u8::try_from(answer.item).ok().filter(|number| *number > 0);
        if number.is_none() {
            v.add(
                format!("answers[{index}].item"),
                "is the number of an item, from 1",
            );
        }
        let text = v.text(&format!("answers[{index}].text"), answer.text, LONGEST_MESSAGE);
        answers.extend(number.map(|number| (number, text)));
    }
    let message = v.optional_text("message", r.message, LONGEST_MESSAGE);
    Some(Command::Reply { answers, message })
}

fn redirect(r: v1::RedirectTicketRequest, v: &mut Violations) -> Option<Command> {
    let reason = v.required("reason", enums::parse_redirect_reason(r.reason));
    let message = v.text("message", r.message, LONGEST_MESSAGE);
    let agency = v.optional_name("agency", &r.agency, AgencyId::parse_resource);
    let regime = facts::regime_of(r.regime);
    let wire = v1::RedirectReason::try_from(r.reason).unwrap_or_default();
    let by_facts = matches!(
        wire,
        v1::RedirectReason::OutsideTerritory
            | v1::RedirectReason::WrongRegime
            | v1::RedirectReason::PayerNotDecider
    );
    if wire == v1::RedirectReason::OutsideTerritory && r.commune.is_empty() {
        v.add("commune", "is required: give the INSEE code of the right commune");
    }
    if wire != v1::RedirectReason::OutsideTerritory && !r.commune.is_empty() {
        v.add("commune", "goes with OUTSIDE_TERRITORY only");
    }
    if wire == v1::RedirectReason::WrongRegime && regime.is_none() {
        v.add("regime", "is required: give the right regime");
    }
    if wire != v1::RedirectReason::WrongRegime && r.regime != 0 {
        v.add("regime", "goes with WRONG_REGIME only");
    }
    if by_facts && !r.agency.is_empty() {
        v.add("agency", "is found by the rules with this reason: leave it empty");
    }
    let commune = (!r.commune.is_empty()).then_some(r.commune);
    Some(Command::Redirect {
        reason: reason?,
        message,
        commune,
        regime,
        agency,
    })
}

fn resolve(r: v1::ResolveTicketRequest, v: &mut Violations) -> Option<Command> {
    let outcome = v.required("outcome", enums::parse_outcome(r.outcome));
    let message = v.text("message", r.message, LONGEST_MESSAGE);
    if let Some(bracket) = open_bracket(&message) {
        let shown: String = bracket.chars().take(LONGEST_SHOWN).collect();
        v.add(
            "message",
            format!("still holds {shown}: complete it before sending"),
        );
    }
    let link = v.optional_text("link", r.link, LONGEST_REASON);
    let wire = v1::Outcome::try_from(r.outcome).unwrap_or_default();
    let needs_link = matches!(
        wire,
        v1::Outcome::RefusalConfirmed | v1::Outcome::SentToStandardProcedure | v1::Outcome::Duplicate
    );
    if needs_link && link.trim().is_empty() {
        v.add(
            "link",
            "is required: the ways of appeal, the procedure or the duplicate",
        );
    }
    if r.next_steps.len() > MOST_ITEMS {
        v.add("next_steps", "give at most 10 steps");
    }
    let mut steps = Vec::new();
    for (index, step) in r.next_steps.into_iter().enumerate().take(MOST_ITEMS) {
        steps.push(step_of(step, &format!("next_steps[{index}]"), v));
    }
    Some(Command::Resolve {
        outcome: outcome?,
        message,
        steps,
        link,
    })
}

fn record_contact(r: v1::RecordContactRequest, v: &mut Violations) -> Option<Command> {
    let agency = v.optional_name("agency", &r.agency, AgencyId::parse_resource);
    let channel = v.required("channel", enums::parse_contact_channel(r.channel));
    let contacted_on = v.optional_date("contacted_on", &r.contacted_on);
    let result = v.required("result", enums::parse_contact_result(r.result));
    let message = v.text("message", r.message, LONGEST_MESSAGE);
    let next_step = r.next_step.map(|step| step_of(step, "next_step", v));
    Some(Command::RecordContact(Report {
        agency,
        channel: channel?,
        contacted_on,
        result: result?,
        message,
        next_step,
    }))
}

fn step_of(step: v1::NextStep, field: &str, v: &mut Violations) -> Step {
    let label = v.text(&format!("{field}.label"), step.label, LONGEST_LABEL);
    let due_on = v.optional_date(&format!("{field}.due_on"), &step.due_on);
    Step { label, due_on }
}

/// The first `[…]` of a canned reply that was not completed.
fn open_bracket(message: &str) -> Option<&str> {
    let start = message.find('[')?;
    let length = message[start..].find(']')?;
    Some(&message[start..=start + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(error: Error) -> Vec<String> {
        match error {
            Error::Invalid(_, violations) => violations.into_iter().map(|v| v.field).collect(),
            other => panic!("not a refusal of fields: {other}"),
        }
    }

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let request = v1::ResolveTicketRequest {
            request_id: "x".to_owned(),
            name: "tickets/1".to_owned(),
            etag: "007".to_owned(),
            epoch: 0,
            outcome: 0,
            message: "Votre droit est rétabli le [date].".to_owned(),
            next_steps: vec![v1::NextStep {
                label: String::new(),
                due_on: "2026-02-30".to_owned(),
            }],
            link: "\u{7}".to_owned(),
        };
        let expected = [
            "request_id",
            "name",
            "etag",
            "epoch",
            "outcome",
            "message",
            "link",
            "next_steps[0].label",
            "next_steps[0].due_on",
        ];
        assert_eq!(fields(request.parse().expect_err("wrong")), expected);
    }

    #[test]
    fn a_redirect_takes_only_the_facts_of_its_reason() {
        let request = v1::RedirectTicketRequest {
            request_id: "0190f3a2-0000-4000-8000-000000000001".to_owned(),
            name: "cases/0190f3a2-0000-7000-8000-000000000001/tickets/1".to_owned(),
            etag: String::new(),
            epoch: 1,
            reason: v1::RedirectReason::OutsideTerritory.into(),
            message: "La personne habite Rennes.".to_owned(),
            commune: String::new(),
            regime: v1::Regime::General.into(),
            agency: "agencies/caf-35".to_owned(),
        };
        assert_eq!(
            fields(request.parse().expect_err("wrong")),
            ["commune", "regime", "agency"]
        );
    }
}
