//! Commands on a whole case: each request of the contract becomes one [`Asked`], with every violation told at once.

use declic_domain::CaseCommand;
use declic_domain::name::MemberId;
use declic_domain::text::{LONGEST_MESSAGE, LONGEST_REASON};
use declic_proto::v1;
use declic_routing::RawFacts;
use jiff::civil::Date;

use super::case::{Named, mandate, named, person};
use super::command::etag;
use super::{Violations, facts};
use crate::status::Error;

/// Facts as an opening takes them; whether they are urgent is the case's to say.
fn whole_facts(violations: &mut Violations, given: Option<v1::Facts>, today: Date) -> RawFacts {
    let given = given.unwrap_or_default();
    if given.blockage.is_empty() {
        violations.add("facts.blockage", "is required: say what blocks");
    }
    let facts = facts::raw(violations, given, false);
    facts::check(violations, &facts, today);
    facts
}

/// A command on a whole case, parsed.
#[derive(Debug)]
pub struct Asked {
    /// The client's UUID.
    pub request: [u8; 16],
    /// The case.
    pub case: Named,
    /// The version of the case the client read.
    pub etag: Option<u64>,
    /// What it asks.
    pub command: CaseCommand,
}

/// A request of the contract that is a command on a whole case.
pub trait Request: prost::Message + Sized {
    /// Its RPC's name.
    const RPC: &'static str;

    /// Parses it; `today` bounds the days it gives.
    fn parse(self, today: Date) -> Result<Asked, Error>;
}

macro_rules! requests {
    ($($message:ident, $rpc:literal, $parse:expr;)+) => {$(
        impl Request for v1::$message {
            const RPC: &'static str = $rpc;

            fn parse(self, today: Date) -> Result<Asked, Error> {
                let mut violations = Violations::default();
                let request = super::request_id(&mut violations, &self.request_id);
                let case = named(&mut violations, "name", &self.name);
                let etag = etag(&mut violations, &self.etag);
                let parse: fn(v1::$message, &mut Violations, Date) -> Option<CaseCommand> = $parse;
                let command = parse(self, &mut violations, today);
                let asked = request.zip(case).zip(etag).zip(command);
                violations.finish_with(asked.map(|(((request, case), etag), command)| Asked {
                    request,
                    case,
                    etag,
                    command,
                }))
            }
        }
    )+};
}

requests! {
    WithdrawCaseRequest, "WithdrawCase", |r, v, _| {
        Some(CaseCommand::Withdraw { reason: v.text("reason", r.reason, LONGEST_REASON) })
    };
    ChangeUrgencyRequest, "ChangeUrgency", |r, v, _| {
        let reason = v.text("reason", r.reason, LONGEST_REASON);
        Some(CaseCommand::ChangeUrgency { urgent: r.urgent, reason })
    };
    TransferCaseRequest, "TransferCase", |r, v, _| {
        let opener = v.take("opener", MemberId::parse_resource(&r.opener));
        let reason = v.text("reason", r.reason, LONGEST_REASON);
        Some(CaseCommand::Transfer { opener: opener?, reason })
    };
    RenewMandateRequest, "RenewMandate", |r, v, today| {
        let (mandate, scope, evidence) = mandate(v, r.mandate, today)?;
        Some(CaseCommand::RenewMandate { mandate, scope, evidence })
    };
    AddTicketRequest, "AddTicket", |r, v, today| {
        let facts = whole_facts(v, r.facts, today);
        let explanation = v.text("explanation", r.explanation, LONGEST_MESSAGE);
        Some(CaseCommand::AddTicket { facts, explanation })
    };
    CorrectFactsRequest, "CorrectFacts", |r, v, today| {
        let facts = whole_facts(v, r.facts, today);
        let reason = v.text("reason", r.reason, LONGEST_REASON);
        Some(CaseCommand::CorrectFacts { facts, reason })
    };
    CorrectPersonRequest, "CorrectPerson", |r, v, today| {
        let person = person(v, r.person, today);
        let reason = v.text("reason", r.reason, LONGEST_REASON);
        Some(CaseCommand::CorrectPerson { person: person?, reason })
    };
    RevokeMandateRequest, "RevokeMandate", |r, v, _| {
        Some(CaseCommand::RevokeMandate { reason: v.text("reason", r.reason, LONGEST_REASON) })
    };
}
