//! Where a situation goes, and why: asked by itself to try the rules, and beside the form of a new case. Both ask the hub the
//! same question, which is that of the opening.

use askama::Template;
use axum::response::Response;
use declic_proto::v1;
use http::StatusCode;

use crate::failure::{Failure, render};
use crate::form::{Fields, Form};
use crate::options::{self, Choice, Group};
use crate::page::Page;
use crate::people;
use crate::visit::Visit;

/// Where a situation goes, as a panel shows it.
#[derive(Debug, Default)]
pub struct Destination {
    /// Whether enough is known to ask.
    pub is_asked: bool,
    /// Names of the agencies it goes to.
    pub agencies: Vec<String>,
    /// The facts that told.
    pub reasons: Vec<String>,
    /// What would change it.
    pub would_change: Vec<String>,
    /// What is to be answered to settle it; empty when nothing.
    pub question: String,
    /// The fact that the question asks for.
    pub question_fact: String,
    /// The answers, with where each leads.
    pub answers: Vec<Choice>,
    /// Version of the rules.
    pub ruleset: String,
}

/// A commune as it was typed, once looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// Nothing was typed.
    Nothing,
    /// This one.
    Found(v1::Commune),
    /// One of these.
    Several(Vec<v1::Commune>),
    /// None.
    Unknown,
}

#[derive(Template)]
#[template(path = "orientation.html")]
struct Orientation<'a> {
    p: &'a Page,
    form: &'a Form,
    d: &'a Destination,
    benefits: Vec<Group>,
    blockages: Vec<Group>,
    communes: Vec<Choice>,
}

/// Most communes to choose from.
const COMMUNES: i32 = 8;

/// Where a situation would go.
pub async fn ask(visit: Visit) -> Response {
    let mut form = Form::of(visit.query.clone());
    let (d, communes) = match beside(&visit, &mut form).await {
        Ok(known) => known,
        Err(failure) => return failure.into_page(visit.page),
    };
    let status = if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let shown = Orientation {
        p: &visit.page,
        form: &form,
        d: &d,
        benefits: options::benefits(),
        blockages: options::blockages(&visit.page),
        communes,
    };
    render(status, &shown)
}

/// Where the facts of a form lead, and the communes to choose from; what the hub refuses of them is told beside its field.
///
/// # Errors
/// The hub does not answer.
pub async fn beside(visit: &Visit, form: &mut Form) -> Result<(Destination, Vec<Choice>), Failure> {
    let (facts, communes) = resolved(visit, form).await?;
    match destination(visit, &facts).await {
        Ok(d) => Ok((d, communes)),
        Err(Failure::Refused(error)) if !error.violations.is_empty() => {
            form.refused(visit.page.lang, &error.violations, super::new::NAMES);
            Ok((Destination::default(), communes))
        }
        Err(failure) => Err(failure),
    }
}

/// The facts that were typed, with the commune looked for, and the communes to choose from when it may be several.
///
/// # Errors
/// The hub does not answer.
pub async fn resolved(visit: &Visit, form: &mut Form) -> Result<(v1::Facts, Vec<Choice>), Failure> {
    let mut facts = facts(form.fields());
    let mut communes = Vec::new();
    match commune(visit, form.fields()).await? {
        Sought::Nothing => {}
        Sought::Found(found) => {
            facts.commune.clone_from(&found.code);
            form.know("commune_code", &found.code);
        }
        Sought::Several(several) => {
            let count = several.len();
            communes = several
                .iter()
                .map(|found| Choice::new(&found.code, with_postal_code(found)))
                .collect();
            form.wrong("commune_code", visit.page.n("console-commune-which", count));
        }
        Sought::Unknown => form.wrong("commune", visit.page.t("console-commune-unknown")),
    }
    Ok((facts, communes))
}

/// Asks the hub where these facts lead; nothing is asked before the benefit and the commune are known.
///
/// # Errors
/// The hub does not answer, or refuses a fact.
pub async fn destination(visit: &Visit, facts: &v1::Facts) -> Result<Destination, Failure> {
    if facts.benefit.is_empty() || facts.commune.is_empty() {
        return Ok(Destination::default());
    }
    let request = v1::PreviewRoutingRequest {
        facts: Some(facts.clone()),
    };
    let answer = visit.client.preview_routing(request).await.map_err(Failure::of)?;
    Ok(Destination::of(&answer.decision.unwrap_or_default()))
}

/// Communes that begin with what was typed, for a list that suggests.
///
/// # Errors
/// The hub does not answer.
pub async fn suggestions(visit: &Visit, typed: &str) -> Result<Vec<String>, Failure> {
    let found = search(visit, typed).await?;
    Ok(found.iter().map(with_postal_code).collect())
}

impl Destination {
    /// As the hub decided.
    pub fn of(decision: &v1::RoutingDecision) -> Self {
        let answers = decision
            .answers
            .iter()
            .map(|answer| Choice::new(&answer.value, &answer.label));
        Self {
            is_asked: true,
            agencies: decision
                .agencies
                .iter()
                .map(|agency| people::agency(agency).to_owned())
                .collect(),
            reasons: decision.reasons.clone(),
            would_change: decision.would_change.clone(),
            question: decision.question.clone(),
            question_fact: decision.question_fact.clone(),
            answers: answers.collect(),
            ruleset: decision.ruleset.clone(),
        }
    }
}

/// The facts of a form: those every form has, and answers to questions, which come under the name of their fact.
fn facts(fields: &Fields) -> v1::Facts {
    let given = |name: &str| fields.get(name).to_owned();
    let code = |name: &str, prefix: &str| format!("{prefix}_{}", fields.get(name).to_ascii_uppercase());
    let yes = |name: &str| match fields.get(name) {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    };
    v1::Facts {
        benefit: given("benefit"),
        blockage: given("blockage"),
        // Who says nothing of the regime does not know it: the rules ask where it tells.
        regime: v1::Regime::from_str_name(&code("regime", "REGIME"))
            .filter(|regime| *regime != v1::Regime::Unspecified)
            .unwrap_or(v1::Regime::Unknown)
            .into(),
        stage: v1::Stage::from_str_name(&code("stage", "STAGE"))
            .unwrap_or_default()
            .into(),
        agricultural_status: v1::AgriculturalStatus::from_str_name(&code(
            "agricultural_status",
            "AGRICULTURAL_STATUS",
        ))
        .unwrap_or_default()
        .into(),
        relief_domicile: given("relief_domicile"),
        elected_domicile: given("elected_domicile"),
        paying_body: given("paying_body"),
        seized_body: given("seized_body"),
        special_scheme: given("special_scheme"),
        life_event: given("life_event"),
        local_scheme: yes("local_scheme"),
        has_basic_pension: yes("has_basic_pension"),
        ..Default::default()
    }
}

/// The commune that was typed: the one that was chosen among several, else the only one it can be.
async fn commune(visit: &Visit, fields: &Fields) -> Result<Sought, Failure> {
    let typed = fields.get("commune");
    let chosen = fields.get("commune_code");
    if typed.is_empty() {
        return Ok(Sought::Nothing);
    }
    let found = search(visit, typed).await?;
    Ok(only(typed, chosen, found))
}

fn only(typed: &str, chosen: &str, found: Vec<v1::Commune>) -> Sought {
    if let Some(chosen) = found.iter().find(|commune| commune.code == chosen) {
        return Sought::Found(chosen.clone());
    }
    let (name, postal) = parts(typed);
    let fits = |commune: &&v1::Commune| {
        let by_code = postal.is_empty()
            || commune.postal_codes.iter().any(|code| code == postal)
            || commune.departement == postal;
        by_code && commune.display_name.to_lowercase() == name.to_lowercase()
    };
    let exact: Vec<v1::Commune> = found.iter().filter(fits).cloned().collect();
    match (exact.as_slice(), found.as_slice()) {
        ([one], _) | ([], [one]) => Sought::Found(one.clone()),
        ([], []) => Sought::Unknown,
        ([], _) => Sought::Several(found),
        _ => Sought::Several(exact),
    }
}

async fn search(visit: &Visit, typed: &str) -> Result<Vec<v1::Commune>, Failure> {
    let (name, postal) = parts(typed);
    let query = if name.is_empty() { postal } else { name };
    let request = v1::SearchCommunesRequest {
        query: query.to_owned(),
        page_size: COMMUNES,
    };
    let answer = visit.client.search_communes(request).await.map_err(Failure::of)?;
    Ok(answer.communes)
}

/// "Pontivy (56300)" is a name and a code.
fn parts(typed: &str) -> (&str, &str) {
    match typed.split_once('(') {
        Some((name, rest)) => (name.trim(), rest.trim_end_matches(')').trim()),
        None => (typed.trim(), ""),
    }
}

fn with_postal_code(commune: &v1::Commune) -> String {
    let code = commune.postal_codes.first().unwrap_or(&commune.departement);
    format!("{} ({code})", commune.display_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commune(code: &str, name: &str, postal: &str) -> v1::Commune {
        v1::Commune {
            code: code.to_owned(),
            display_name: name.to_owned(),
            departement: code[..2].to_owned(),
            postal_codes: vec![postal.to_owned()],
            population: 1,
        }
    }

    #[test]
    fn a_commune_is_the_one_that_was_typed_or_one_to_choose() {
        let pontivy = commune("56178", "Pontivy", "56300");
        let twins = vec![
            commune("22001", "Saint-Aubin", "22100"),
            commune("59001", "Saint-Aubin", "59440"),
        ];
        assert_eq!(
            only("pontivy", "", vec![pontivy.clone()]),
            Sought::Found(pontivy.clone())
        );
        assert_eq!(
            only("Pontivy (56300)", "", vec![pontivy.clone()]),
            Sought::Found(pontivy)
        );
        assert_eq!(
            only("Saint-Aubin", "", twins.clone()),
            Sought::Several(twins.clone())
        );
        assert_eq!(
            only("Saint-Aubin (59)", "", twins.clone()),
            Sought::Found(twins[1].clone())
        );
        assert_eq!(
            only("Saint-Aubin", "22001", twins.clone()),
            Sought::Found(twins[0].clone())
        );
        assert_eq!(only("Nulle-Part", "22001", Vec::new()), Sought::Unknown);
    }
}
