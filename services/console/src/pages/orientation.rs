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
    /// What had to be answered to know it, and what still has to be.
    pub questions: Vec<Question>,
    /// Version of the rules.
    pub ruleset: String,
}

/// A question on which the destination depends.
#[derive(Debug)]
pub struct Question {
    /// The fact that it asks for.
    pub fact: String,
    /// The question.
    pub text: String,
    /// The answers.
    pub answers: Vec<Choice>,
    /// Whether somebody answered, be it that nobody knows.
    pub is_answered: bool,
}

/// What the hub says of the facts of a form.
#[derive(Debug, Default)]
pub struct Beside {
    /// Where they lead.
    pub d: Destination,
    /// Communes to choose from, when several may be meant.
    pub communes: Vec<Choice>,
    /// The facts themselves: with the answers that were asked for, and no others.
    pub facts: v1::Facts,
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

/// Most communes looked at.
const COMMUNES: i32 = 50;

/// Most communes to choose from: of more, the postal code is asked for.
const CHOICES: usize = 12;

/// Most communes suggested while one types.
const SUGGESTIONS: usize = 8;

/// Most questions of one situation.
const QUESTIONS: usize = 6;

/// The field of the choice among communes, and that of the words it was made for: it ends with them.
const CODE: &str = "commune_code";
const FOR: &str = "commune_for";

/// Where a situation would go.
pub async fn ask(visit: Visit) -> Response {
    let mut form = Form::of(visit.query.clone());
    let Beside { d, communes, .. } = match beside(&visit, &mut form).await {
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
pub async fn beside(visit: &Visit, form: &mut Form) -> Result<Beside, Failure> {
    let (mut facts, communes) = resolved(visit, form).await?;
    match destination(visit, form.fields(), &mut facts).await {
        Ok(d) => Ok(Beside { d, communes, facts }),
        Err(Failure::Refused(error)) if !error.violations.is_empty() => {
            form.refused(visit.page.lang, &error.violations, super::new::NAMES);
            Ok(Beside {
                communes,
                facts,
                ..Beside::default()
            })
        }
        Err(failure) => Err(failure),
    }
}

/// The facts that every form has, with the commune looked for, and the communes to choose from when it may be several.
async fn resolved(visit: &Visit, form: &mut Form) -> Result<(v1::Facts, Vec<Choice>), Failure> {
    let given = |name: &str| form.value(name).to_owned();
    let mut facts = v1::Facts {
        benefit: given("benefit"),
        blockage: given("blockage"),
        // Who says nothing of the regime does not know it: the rules ask where it tells.
        regime: v1::Regime::Unknown.into(),
        ..Default::default()
    };
    let mut communes = Vec::new();
    let typed = given("commune");
    let sought = commune(visit, form.fields()).await?;
    if !matches!(sought, Sought::Nothing) {
        form.know(FOR, &typed);
    }
    match sought {
        Sought::Nothing => {}
        Sought::Found(found) => {
            facts.commune.clone_from(&found.code);
            form.know(CODE, &found.code);
        }
        Sought::Several(several) if several.len() > CHOICES => {
            form.know(CODE, "");
            form.wrong("commune", visit.page.n("console-commune-many", several.len()));
        }
        Sought::Several(several) => {
            let count = several.len();
            communes = several
                .iter()
                .map(|found| Choice::new(&found.code, with_postal_code(found)))
                .collect();
            form.know(CODE, "");
            form.wrong(CODE, visit.page.n("console-commune-which", count));
        }
        Sought::Unknown => form.wrong("commune", visit.page.t("console-commune-unknown")),
    }
    Ok((facts, communes))
}

/// Asks the hub where these facts lead, and takes the answers of the form to what it asks, one after the other: so an answer
/// counts only where its question is asked. Nothing is asked before the benefit and the commune are known.
async fn destination(visit: &Visit, fields: &Fields, facts: &mut v1::Facts) -> Result<Destination, Failure> {
    if facts.benefit.is_empty() || facts.commune.is_empty() {
        return Ok(Destination::default());
    }
    let mut questions: Vec<Question> = Vec::new();
    loop {
        let request = v1::PreviewRoutingRequest {
            facts: Some(facts.clone()),
        };
        let answer = visit.client.preview_routing(request).await.map_err(Failure::of)?;
        let decision = answer.decision.unwrap_or_default();
        let is_new = questions
            .iter()
            .all(|question| question.fact != decision.question_fact);
        if !decision.question.is_empty() && is_new && questions.len() < QUESTIONS {
            let question = Question::of(&decision, fields);
            let was_told = answered(facts, &question.fact, fields.get(&question.fact));
            questions.push(question);
            if was_told {
                continue;
            }
        }
        return Ok(Destination {
            questions,
            ..Destination::of(&decision)
        });
    }
}

/// Communes that begin with what was typed, for a list that suggests.
///
/// # Errors
/// The hub does not answer.
pub async fn suggestions(visit: &Visit, typed: &str) -> Result<Vec<String>, Failure> {
    let found = search(visit, typed).await?;
    Ok(found.iter().take(SUGGESTIONS).map(with_postal_code).collect())
}

impl Destination {
    /// As the hub decided.
    pub fn of(decision: &v1::RoutingDecision) -> Self {
        Self {
            is_asked: true,
            agencies: decision
                .agencies
                .iter()
                .map(|agency| people::agency(agency).to_owned())
                .collect(),
            reasons: decision.reasons.clone(),
            would_change: decision.would_change.clone(),
            questions: Vec::new(),
            ruleset: decision.ruleset.clone(),
        }
    }

    /// The question that nobody has answered yet, if any.
    pub fn open_question(&self) -> Option<&Question> {
        self.questions.iter().find(|question| !question.is_answered)
    }
}

impl Question {
    fn of(decision: &v1::RoutingDecision, fields: &Fields) -> Self {
        let answers = decision.answers.iter();
        Self {
            fact: decision.question_fact.clone(),
            text: decision.question.clone(),
            answers: answers
                .map(|answer| Choice::new(&answer.value, &answer.label))
                .collect(),
            is_answered: fields.came(&decision.question_fact),
        }
    }
}

/// Puts an answer into the facts. False when it says nothing: nobody knows, or it is none of the fact.
fn answered(facts: &mut v1::Facts, fact: &str, value: &str) -> bool {
    if value.is_empty() {
        return false;
    }
    let code = |prefix: &str| format!("{prefix}_{}", value.to_ascii_uppercase());
    let is_yes = matches!(value, "true" | "yes");
    match fact {
        "regime" => match v1::Regime::from_str_name(&code("REGIME")) {
            Some(regime) if regime != v1::Regime::Unspecified => facts.regime = regime.into(),
            _ => return false,
        },
        "stage" => match v1::Stage::from_str_name(&code("STAGE")) {
            Some(stage) => facts.stage = stage.into(),
            None => return false,
        },
        "agricultural_status" => match v1::AgriculturalStatus::from_str_name(&code("AGRICULTURAL_STATUS")) {
            Some(status) => facts.agricultural_status = status.into(),
            None => return false,
        },
        "relief_domicile" => value.clone_into(&mut facts.relief_domicile),
        "elected_domicile" => value.clone_into(&mut facts.elected_domicile),
        "paying_body" => value.clone_into(&mut facts.paying_body),
        "seized_body" => value.clone_into(&mut facts.seized_body),
        "special_scheme" => value.clone_into(&mut facts.special_scheme),
        "life_event" => value.clone_into(&mut facts.life_event),
        "local_scheme" => facts.local_scheme = Some(is_yes),
        "has_basic_pension" => facts.has_basic_pension = Some(is_yes),
        _ => return false,
    }
    true
}

/// The commune that was typed: the one that was chosen for these words, else the only one it can be.
async fn commune(visit: &Visit, fields: &Fields) -> Result<Sought, Failure> {
    let typed = fields.get("commune");
    let chosen = match fields.get(FOR) == typed {
        true => fields.get(CODE),
        false => "",
    };
    if typed.is_empty() {
        return Ok(Sought::Nothing);
    }
    match search(visit, typed).await {
        Ok(found) => Ok(only(typed, chosen, found)),
        // What cannot be the name of a commune.
        Err(Failure::Refused(error)) if !error.violations.is_empty() => Ok(Sought::Unknown),
        Err(failure) => Err(failure),
    }
}

fn only(typed: &str, chosen: &str, found: Vec<v1::Commune>) -> Sought {
    if let Some(chosen) = found.iter().find(|commune| commune.code == chosen) {
        return Sought::Found(chosen.clone());
    }
    let (name, code) = parts(typed);
    let exact: Vec<v1::Commune> = found
        .iter()
        .filter(|commune| commune.display_name.to_lowercase() == name.to_lowercase())
        .cloned()
        .collect();
    match (exact.as_slice(), found.as_slice()) {
        ([one], _) => Sought::Found(one.clone()),
        // The only commune of a postal code is not taken for another name without asking.
        ([], [one]) if !is_postal(&code) || bears(one, &name) => Sought::Found(one.clone()),
        ([], []) => Sought::Unknown,
        ([], _) => Sought::Several(found),
        _ => Sought::Several(exact),
    }
}

/// Communes of this name, and of this postal code or département when one was typed.
async fn search(visit: &Visit, typed: &str) -> Result<Vec<v1::Commune>, Failure> {
    let (name, code) = parts(typed);
    let is_postal = is_postal(&code);
    let request = v1::SearchCommunesRequest {
        query: if is_postal { code.clone() } else { name.clone() },
        page_size: COMMUNES,
    };
    let answer = visit.client.search_communes(request).await.map_err(Failure::of)?;
    let mut found = answer.communes;
    if is_postal {
        found.retain(|commune| commune.postal_codes.contains(&code));
        let named = found.iter().filter(|commune| bears(commune, &name));
        let by_name: Vec<v1::Commune> = named.cloned().collect();
        // A name with another spelling does not hide the communes of its code.
        if !by_name.is_empty() {
            found = by_name;
        }
    } else if !code.is_empty() {
        found.retain(|commune| commune.departement.eq_ignore_ascii_case(&code));
    }
    Ok(found)
}

/// Whether a name that was typed is in that of a commune.
fn bears(commune: &v1::Commune, name: &str) -> bool {
    commune.display_name.to_lowercase().contains(&name.to_lowercase())
}

fn is_postal(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name and the code of "Pontivy (56300)", "56300 Pontivy", "Pontivy", "56300" or "Sainte-Colombe (85)": a postal code
/// anywhere, a département between brackets.
fn parts(typed: &str) -> (String, String) {
    let words = || {
        typed
            .split(|letter: char| letter.is_whitespace() || "(),".contains(letter))
            .filter(|word| !word.is_empty())
    };
    if let Some(code) = words().find(|word| is_postal(word)) {
        let rest: Vec<&str> = words().filter(|word| !is_postal(word)).collect();
        return (rest.join(" "), code.to_owned());
    }
    match typed.split_once('(') {
        Some((name, rest)) => (
            name.trim().to_owned(),
            rest.trim_end_matches([')', ' ']).trim().to_owned(),
        ),
        None => (typed.trim().to_owned(), String::new()),
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
            only("Saint-Aubin", "22001", twins.clone()),
            Sought::Found(twins[0].clone())
        );
        assert_eq!(only("Nulle-Part", "22001", Vec::new()), Sought::Unknown);
    }

    #[test]
    fn a_code_is_read_wherever_it_stands() {
        for (typed, name, code) in [
            ("Pontivy (56300)", "Pontivy", "56300"),
            ("56300 Pontivy", "Pontivy", "56300"),
            ("56300", "", "56300"),
            ("La Chapelle 51300", "La Chapelle", "51300"),
            ("Sainte-Colombe (85)", "Sainte-Colombe", "85"),
            ("Le Tampon", "Le Tampon", ""),
            ("(", "", ""),
        ] {
            assert_eq!(parts(typed), (name.to_owned(), code.to_owned()), "{typed}");
        }
    }
}
