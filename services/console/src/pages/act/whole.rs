//! What who follows a case does with the whole of it.

use declic_client::Error;
use declic_proto::v1::{self, Regime};

use super::Asked;
use crate::page::Page;
use crate::pages::agreement;

/// Records that the person agreed anew, to what was agreed before.
pub async fn renew(asked: &Asked<'_>) -> Result<(), Error> {
    let case = read(asked).await?;
    let scope = case.mandate.unwrap_or_default().scope;
    let benefit = case.facts.unwrap_or_default().benefit;
    let scope = match scope.as_str() {
        "" => scope_of(&asked.visit.page, &benefit),
        _ => scope,
    };
    let request = v1::RenewMandateRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        mandate: Some(agreement::mandate(asked.form, scope)),
    };
    asked.visit.client.renew_mandate(request).await.map(drop)
}

fn scope_of(page: &Page, benefit: &str) -> String {
    page.t1("console-mandate-scope", "benefit", page.benefit(benefit))
}

/// Records that the person took the agreement back.
pub async fn revoke(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::RevokeMandateRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        reason: asked.text("message"),
    };
    asked.visit.client.revoke_mandate(request).await.map(drop)
}

/// Corrects who the person is. Without a social-security number, the one that is known stays.
pub async fn correct_person(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::CorrectPersonRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: asked.text("etag"),
        person: Some(v1::Person {
            given_name: asked.text("given_name"),
            family_name: asked.text("family_name"),
            birth_date: asked.day("birth_date"),
            agency_identifier: asked.text("agency_identifier"),
            nir: asked.text("nir"),
        }),
        reason: asked.text("message"),
    };
    asked.visit.client.correct_person(request).await.map(drop)
}

/// Corrects the facts that the page shows; the others stay as they are.
pub async fn correct_facts(asked: &Asked<'_>) -> Result<(), Error> {
    let known = read(asked).await?.facts.unwrap_or_default();
    let facts = v1::Facts {
        commune: asked.text("insee"),
        regime: asked.code("regime", "REGIME", Regime::from_str_name),
        ..about(asked, known)
    };
    let request = v1::CorrectFactsRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: asked.text("etag"),
        facts: Some(facts),
        reason: asked.text("message"),
    };
    asked.visit.client.correct_facts(request).await.map(drop)
}

/// Opens a ticket about another benefit, for the same person.
pub async fn add(asked: &Asked<'_>) -> Result<(), Error> {
    let known = read(asked).await?.facts.unwrap_or_default();
    let request = v1::AddTicketRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        facts: Some(about(asked, known)),
        explanation: asked.text("explanation"),
    };
    asked.visit.client.add_ticket(request).await.map(drop)
}

/// The facts of a case, with what the form says it is about. What was answered for another benefit does not follow.
fn about(asked: &Asked<'_>, known: v1::Facts) -> v1::Facts {
    let (benefit, blockage) = (asked.text("benefit"), asked.text("blockage"));
    match benefit == known.benefit {
        true => v1::Facts { blockage, ..known },
        false => v1::Facts {
            benefit,
            blockage,
            stage: v1::Stage::Unspecified.into(),
            paying_body: String::new(),
            seized_body: String::new(),
            life_event: String::new(),
            ..known
        },
    }
}

/// Says that it is urgent, or no more.
pub async fn change_urgency(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::ChangeUrgencyRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        urgent: asked.form.value("urgent") == "yes",
        reason: asked.text("message"),
    };
    asked.visit.client.change_urgency(request).await.map(drop)
}

/// Gives it to a colleague.
pub async fn transfer(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::TransferCaseRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        opener: asked.text("opener"),
        reason: asked.text("message"),
    };
    asked.visit.client.transfer_case(request).await.map(drop)
}

/// Withdraws every ticket that still waits.
pub async fn withdraw(asked: &Asked<'_>) -> Result<(), Error> {
    let request = v1::WithdrawCaseRequest {
        request_id: asked.id(),
        name: asked.name.clone(),
        etag: String::new(),
        reason: asked.text("message"),
    };
    asked.visit.client.withdraw_case(request).await.map(drop)
}

async fn read(asked: &Asked<'_>) -> Result<v1::Case, Error> {
    let request = v1::GetCaseRequest {
        name: asked.name.clone(),
    };
    let answer = asked.visit.client.get_case(request).await?;
    Ok(answer.case.unwrap_or_default())
}
