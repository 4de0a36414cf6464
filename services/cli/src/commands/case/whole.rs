//! `declic case …`: what is said of a whole case, and told on each of its tickets.

use declic_client::Client;
use declic_proto::v1;
use declic_words::Arg;
use serde_json::json;

use crate::args::{
    AddTicket, ChangeUrgency, CorrectFacts, CorrectPerson, FactChanges, RenewMandate, Sending, TransferCase,
    YesNo,
};
use crate::case_page::{self, short};
use crate::commands::{Intention, typed_text};
use crate::failure::Failure;
use crate::names;
use crate::screen::Screen;
use crate::view::{self, Confirmation};
use declic_words::when;

/// Says that a case is urgent, or no more.
pub async fn urgency(client: &Client, change: ChangeUrgency, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(change.reason, screen)?;
    let urgent = change.urgent == YesNo::Yes;
    let sent = Intention::of_case(change.case, change.sending);
    let request = v1::ChangeUrgencyRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        urgent,
        reason,
    };
    let answer = client
        .change_urgency(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let key = if urgent {
        "cli-case-urgent"
    } else {
        "cli-case-no-longer-urgent"
    };
    let sentence = screen.manner.text(key, &[]);
    sent.done_on_case(screen, answer.tickets, Some(sentence))
}

/// Gives a case to a colleague.
pub async fn transfer(client: &Client, transfer: TransferCase, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(transfer.reason, screen)?;
    let opener = names::member(&transfer.to);
    let sent = Intention::of_case(transfer.case, transfer.sending);
    let request = v1::TransferCaseRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        opener: opener.clone(),
        reason,
    };
    let answer = client
        .transfer_case(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let args = [("member", Arg::Text(short(&opener)))];
    let sentence = screen.manner.text("cli-case-transferred", &args);
    sent.done_on_case(screen, answer.tickets, Some(sentence))
}

/// Records a new agreement of the person.
pub async fn renew_mandate(client: &Client, renew: RenewMandate, screen: &mut Screen) -> Result<(), Failure> {
    let until = when::day(&screen.manner, &renew.expires_on);
    let sent = Intention::of_case(renew.case, renew.sending);
    let request = v1::RenewMandateRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        mandate: Some(v1::Mandate {
            channel: v1::MandateChannel::from(renew.channel).into(),
            scope: renew.scope,
            given_on: renew.given_on,
            expires_on: renew.expires_on,
            evidence: renew.evidence,
            ..v1::Mandate::default()
        }),
    };
    let answer = client
        .renew_mandate(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let sentence = screen
        .manner
        .text("cli-mandate-renewed", &[("day", Arg::Text(&until))]);
    sent.done_on_case(screen, answer.tickets, Some(sentence))
}

/// Records that the person took the agreement back.
pub async fn revoke_mandate(
    client: &Client,
    case: String,
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let reason = typed_text(reason, screen)?;
    let sent = Intention::of_case(case, sending);
    let request = v1::RevokeMandateRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        reason,
    };
    let answer = client
        .revoke_mandate(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let sentence = screen.manner.text("cli-mandate-revoked", &[]);
    sent.done_on_case(screen, answer.tickets, Some(sentence))
}

/// Opens a ticket with another agency.
pub async fn add(client: &Client, add: AddTicket, screen: &mut Screen) -> Result<(), Failure> {
    let explanation = typed_text(add.explanation, screen)?;
    let facts = changed_facts(client, &add.case, add.facts, screen).await?;
    let sent = Intention::of_case(add.case, add.sending);
    let request = v1::AddTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        facts: Some(facts),
        explanation,
    };
    let answer = client
        .add_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let decision = answer.decision.map(view::Decision::from);
    if screen.manner.json {
        let tickets: Vec<Confirmation> = answer.tickets.into_iter().map(Confirmation::from).collect();
        let value = json!({ "request_id": sent.request_id, "tickets": tickets, "decision": decision });
        return screen.show_json(&value);
    }
    let lines = answer.tickets.into_iter().map(|ticket| {
        let opened = Confirmation::from(ticket);
        sent.done_line(screen, "cli-added", &opened)
    });
    let mut page: String = lines.collect();
    if let Some(decision) = &decision {
        page.push_str(&case_page::decision(&screen.manner, decision));
    }
    screen.show(&page)
}

/// Corrects the facts of a case.
pub async fn correct(client: &Client, correct: CorrectFacts, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(correct.reason, screen)?;
    let facts = changed_facts(client, &correct.case, correct.facts, screen).await?;
    let sent = Intention::of_case(correct.case, correct.sending);
    let request = v1::CorrectFactsRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        facts: Some(facts),
        reason,
    };
    let answer = client
        .correct_facts(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    if screen.manner.json {
        let tickets: Vec<Confirmation> = answer.tickets.into_iter().map(Confirmation::from).collect();
        let proposals = answer.proposals.into_iter().map(|proposal| {
            let decision = proposal.decision.map(view::Decision::from);
            json!({ "ticket": proposal.ticket, "decision": decision })
        });
        let proposals: Vec<_> = proposals.collect();
        let value = json!({ "request_id": sent.request_id, "tickets": tickets, "proposals": proposals });
        return screen.show_json(&value);
    }
    let mut lines = vec![screen.manner.text("cli-facts-corrected", &[])];
    for proposal in answer.proposals {
        let decision = proposal.decision.map(view::Decision::from);
        let Some(decision) = decision else { continue };
        let place = case_page::destination(&screen.manner, &decision);
        let ticket = sent.address(&proposal.ticket);
        let args = [("ticket", Arg::Text(&ticket)), ("where", Arg::Text(&place))];
        lines.push(screen.manner.text("cli-proposal", &args));
    }
    sent.done_on_case(screen, answer.tickets, Some(lines.join("\n")))
}

/// Corrects who the person is.
pub async fn person(client: &Client, correct: CorrectPerson, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(correct.reason, screen)?;
    let name = correct.case.clone();
    let answer = client.get_case(v1::GetCaseRequest { name }).await;
    let answer = answer.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
    let mut person = answer.case.and_then(|case| case.person).unwrap_or_default();
    // What is shown of a number that is known is not the number: sent empty, it stays.
    person.nir = match correct.nir {
        Some(nir) => typed_text(nir, screen)?,
        None => String::new(),
    };
    let texts = [
        (&mut person.given_name, correct.given_name),
        (&mut person.family_name, correct.family_name),
        (&mut person.birth_date, correct.birth_date),
        (&mut person.agency_identifier, correct.agency_identifier),
    ];
    for (known, change) in texts {
        if let Some(change) = change {
            *known = change;
        }
    }
    let sent = Intention::of_case(correct.case, correct.sending);
    let request = v1::CorrectPersonRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        person: Some(person),
        reason,
    };
    let answer = client
        .correct_person(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    let sentence = screen.manner.text("cli-person-corrected", &[]);
    sent.done_on_case(screen, answer.tickets, Some(sentence))
}

/// The facts of a case, with those given in the place of its own.
async fn changed_facts(
    client: &Client,
    case: &str,
    changes: FactChanges,
    screen: &Screen,
) -> Result<v1::Facts, Failure> {
    let name = case.to_owned();
    let answer = client.get_case(v1::GetCaseRequest { name }).await;
    let answer = answer.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
    let mut facts = answer.case.and_then(|case| case.facts).unwrap_or_default();
    let texts = [
        (&mut facts.benefit, changes.benefit),
        (&mut facts.blockage, changes.blockage),
        (&mut facts.commune, changes.commune),
    ];
    for (fact, change) in texts {
        if let Some(change) = change {
            *fact = change;
        }
    }
    if let Some(stage) = changes.stage {
        facts.stage = v1::Stage::from(stage).into();
    }
    if let Some(regime) = changes.regime {
        facts.regime = v1::Regime::from(regime).into();
    }
    Ok(facts)
}
