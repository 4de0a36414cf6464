//! Opening a case: a form beside which stands where it goes, a page to read it over, and the sending. What was typed travels
//! with the form from one to the next, so that nothing is kept anywhere before it is sent.

use askama::Template;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use declic_client::{Error, ErrorReason};
use declic_proto::v1;
use declic_words::Family;
use http::StatusCode;
use jiff::civil::Date;

use super::agreement;
use super::orientation::{self, Beside, Destination};
use crate::days::{self, french, read_day};
use crate::failure::{Failure, Held, held, render};
use crate::form::{Fields, Form, REQUEST, holds_nir};
use crate::options::{self, Choice, Group};
use crate::page::Page;
use crate::visit::{Posted, Visit};

/// Fields of the contract and those of the form they come from.
pub const NAMES: &[(&str, &str)] = &[
    ("person.given_name", "given_name"),
    ("person.family_name", "family_name"),
    ("person.birth_date", "birth_date"),
    ("person.agency_identifier", "agency_identifier"),
    ("person.nir", "nir"),
    ("facts.commune", "commune"),
    ("facts.benefit", "benefit"),
    ("facts.blockage", "blockage"),
    ("mandate.channel", "channel"),
    ("mandate.given_on", "given_on"),
    ("mandate.evidence", "evidence"),
    ("explanation", "explanation"),
];

/// The field of who enters one form after another, and that of the case that was sent before.
const SERIES: &str = "serie";
const BEFORE: &str = "precedent";

#[derive(Template)]
#[template(path = "new.html")]
struct New<'a> {
    p: &'a Page,
    form: &'a Form,
    d: &'a Destination,
    benefits: Vec<Group>,
    blockages: Vec<Group>,
    communes: Vec<Choice>,
    urgencies: Vec<Choice>,
    channels: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "check.html")]
struct Check<'a> {
    p: &'a Page,
    form: &'a Form,
    d: &'a Destination,
    request: &'a v1::OpenCaseRequest,
    duplicates: &'a [v1::DuplicateCase],
    colleague_has_one: bool,
    /// Texts that seem to hold a social-security number, by their labels.
    with_nir: Vec<String>,
    carried: Vec<&'a (String, String)>,
}

#[derive(Template)]
#[template(path = "destination.html")]
struct Panel<'a> {
    p: &'a Page,
    form: &'a Form,
    d: &'a Destination,
}

/// An empty form.
pub async fn blank(mut visit: Visit) -> Response {
    if !visit.who().opens() {
        return Failure::Absent.into_page(visit.page);
    }
    // A link may say what the case is about. It fills in nothing else, and never that a person agreed.
    let asked = std::mem::take(&mut visit.query);
    let mut fields = Fields::default();
    for name in ["benefit", "blockage", "commune"] {
        fields.set(name, asked.get(name));
    }
    if asked.has(SERIES, "oui") {
        // What is entered from paper was agreed to on the day that stands there.
        fields.set(SERIES, "oui");
    } else {
        fields.set("given_on", french(visit.page.today()));
    }
    if let Some(reference) = super::cases::reference_of(asked.get(BEFORE)) {
        fields.set(BEFORE, reference);
    }
    fields.set("urgent", "no");
    fields.set(REQUEST, visit.page.request(&0).to_owned());
    filled(&visit, Form::of(fields)).await
}

/// What the form says to do next: show where it goes, read it over, or send it.
pub async fn send(posted: Posted) -> Response {
    let Posted { visit, fields } = posted;
    let step = fields.get("etape").to_owned();
    let mut form = Form::of(fields);
    if !matches!(step.as_str(), "relire" | "envoyer") {
        return filled(&visit, form).await;
    }
    let beside = match orientation::beside(&visit, &mut form).await {
        Ok(beside) => beside,
        Err(failure) => return refused(visit.page, &form, failure),
    };
    let asked = request(&visit.page, &mut form, beside.facts.clone(), step == "relire");
    // A question that would settle where it goes is asked once; whoever does not know goes on without.
    if let Some(question) = beside.d.open_question() {
        form.wrong("question", &question.text);
    }
    if form.is_wrong() {
        return shown(&visit, &form, beside);
    }
    match (visit.client.open_case(asked.clone()).await, step.as_str()) {
        (Ok(answer), "envoyer") => Redirect::to(&afterwards(&form, &answer.reference)).into_response(),
        (Ok(answer), _) => read_over(&visit, &form, &asked, &answer),
        (Err(error), _) if error.is_transient() => held(visit.page, form.fields(), Held::of(&error)),
        (Err(error), _) => {
            tell(&visit, &mut form, &error);
            shown(&visit, &form, beside)
        }
    }
}

/// Where one goes once a case is sent: to the case; or to the next form, of those who enter what was written on paper.
fn afterwards(form: &Form, reference: &str) -> String {
    if !form.chosen(SERIES, "oui") {
        return format!("/dossiers/{reference}?fait=ouvert");
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(SERIES, "oui").append_pair(BEFORE, reference);
    // The forms of one round are mostly of one place.
    query.append_pair("commune", form.value("commune"));
    format!("/dossiers/nouveau?{}", query.finish())
}

/// The panel alone, for the script that keeps it up to date.
pub async fn destination(visit: Visit) -> Response {
    let mut form = Form::of(visit.query.clone());
    match orientation::beside(&visit, &mut form).await {
        Ok(Beside { d, .. }) => {
            let panel = Panel {
                p: &visit.page,
                form: &form,
                d: &d,
            };
            render(StatusCode::OK, &panel)
        }
        Err(failure) => failure.into_page(visit.page),
    }
}

#[derive(Template)]
#[template(
    source = "{% for name in names %}<option value=\"{{ name }}\"></option>{% endfor %}",
    ext = "html"
)]
struct Suggested {
    names: Vec<String>,
}

/// Communes that begin with what was typed, as the entries of a list.
pub async fn communes(visit: Visit) -> Response {
    match orientation::suggestions(&visit, visit.query.get("q")).await {
        Ok(names) => match (Suggested { names }).render() {
            Ok(html) => Html(html).into_response(),
            Err(error) => Failure::broken(&error).into_page(visit.page),
        },
        Err(failure) => failure.into_page(visit.page),
    }
}

/// The form with what was typed, beside where it goes.
async fn filled(visit: &Visit, mut form: Form) -> Response {
    match orientation::beside(visit, &mut form).await {
        Ok(beside) => shown(visit, &form, beside),
        Err(failure) => refused(visit.page.clone(), &form, failure),
    }
}

fn shown(visit: &Visit, form: &Form, beside: Beside) -> Response {
    let page = &visit.page;
    let Beside { d, communes, .. } = beside;
    let status = if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let shown = New {
        p: page,
        form,
        d: &d,
        benefits: options::benefits(),
        blockages: options::blockages(page),
        communes,
        urgencies: ["no", "yes"]
            .map(|value| Choice::new(value, page.t(&format!("console-urgent-{value}"))))
            .into(),
        channels: options::of_family(page, Family::MandateChannel, &["SIGNED", "ORAL", "SMS"]),
    };
    render(status, &shown)
}

/// A form of which nothing is known to be wrong keeps what was typed until the hub answers.
fn refused(page: Page, form: &Form, failure: Failure) -> Response {
    match failure {
        Failure::Away => held(page, form.fields(), Held::HubAway),
        Failure::ReadOnly => held(page, form.fields(), Held::ReadOnly),
        other => other.into_page(page),
    }
}

/// Texts that others read, and their labels.
const TEXTS: [(&str, &str); 5] = [
    ("given_name", "console-given-name"),
    ("family_name", "console-family-name"),
    ("agency_identifier", "console-identifier-short"),
    ("explanation", "console-explanation-short"),
    ("evidence", "console-evidence-short"),
];

fn read_over(
    visit: &Visit,
    form: &Form,
    asked: &v1::OpenCaseRequest,
    answer: &v1::OpenCaseResponse,
) -> Response {
    let d = Destination::of(&answer.decision.clone().unwrap_or_default());
    let shown = Check {
        p: &visit.page,
        form,
        d: &d,
        request: asked,
        duplicates: &answer.duplicates,
        colleague_has_one: answer.colleague_has_duplicate,
        with_nir: TEXTS
            .iter()
            .filter(|(name, _)| holds_nir(form.value(name)))
            .map(|(_, label)| visit.page.t(label))
            .collect(),
        carried: form
            .fields()
            .carried()
            .filter(|(name, _)| name != "etape")
            .collect(),
    };
    render(StatusCode::OK, &shown)
}

/// What the hub refused, beside the fields it is about.
fn tell(visit: &Visit, form: &mut Form, error: &Error) {
    if error.reason == Some(ErrorReason::RequestIdReused) {
        // Sent before, with other words: what stands here now is a case of its own, if it is sent.
        form.wrong("", visit.page.t("console-open-used"));
    }
    visit.tell(form, error, NAMES);
}

/// The request of a form, and what the form lacks.
fn request(page: &Page, form: &mut Form, facts: v1::Facts, validate_only: bool) -> v1::OpenCaseRequest {
    let required = [
        "given_name",
        "family_name",
        "birth_date",
        "commune",
        "benefit",
        "blockage",
        "explanation",
    ];
    for name in required {
        if form.value(name).is_empty() {
            form.wrong(name, page.t(&format!("console-lacks-{}", name.replace('_', "-"))));
        }
    }
    agreement::check(page, form);
    let birth_date = day_of(page, form, "birth_date");
    let value = |name: &str| form.value(name).to_owned();
    let person = v1::Person {
        given_name: value("given_name"),
        family_name: value("family_name"),
        birth_date: written(birth_date),
        agency_identifier: value("agency_identifier"),
        nir: value("nir"),
    };
    let scope = page.t1(
        "console-mandate-scope",
        "benefit",
        crate::people::benefit(form.value("benefit")),
    );
    v1::OpenCaseRequest {
        request_id: value(REQUEST),
        person: Some(person),
        facts: Some(facts),
        mandate: Some(agreement::mandate(form, scope)),
        explanation: value("explanation"),
        urgent: form.value("urgent") == "yes",
        shared_with_team: !form.value("shared").is_empty(),
        validate_only,
    }
}

fn written(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

fn day_of(page: &Page, form: &mut Form, name: &str) -> Option<Date> {
    let typed = form.value(name).to_owned();
    let day = read_day(&typed);
    if day.is_none() && !typed.is_empty() {
        form.wrong(name, days::wrong(page, &typed));
    }
    day
}
