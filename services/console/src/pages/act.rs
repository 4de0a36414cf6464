//! What may be done to a case and its tickets: one form for each command that the hub offers, and their sending. What is
//! refused comes back with what was typed and the case as it stands.

mod agency;
mod asked;
mod check;
mod deed;
mod lists;
mod opener;
mod taken;
mod triage;
mod whole;
mod words;

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_client::{Error, ErrorReason};
use declic_proto::v1::{self, InformationKind};

use check::check;

pub use asked::Asked;
pub use deed::Deed;
pub use lists::Lists;
pub use taken::{line_of, taken};

use super::case;
use super::new;
use crate::days;
use crate::failure::{Failure, Held, held};
use crate::form::{Fields, Form, REQUEST};
use crate::options::Choice;
use crate::page::Page;
use crate::people;
use crate::visit::{Posted, Visit};

/// One form of a ticket, or of the whole case.
pub struct DeedForm {
    /// What it does.
    pub deed: Deed,
    /// Its words.
    pub label: String,
    /// Where it is sent.
    pub action: String,
    /// What the identifiers of its fields begin with.
    pub at: String,
    /// The identifier of what is asked with it.
    pub request: String,
    /// What was typed before.
    pub form: Form,
    /// Whether it is unfolded.
    pub is_open: bool,
    /// The state of the ticket, or of the case, that its writer has seen.
    pub etag: String,
    /// The epoch of the ticket that its writer has seen.
    pub epoch: String,
    /// Items that wait for an answer, by their number.
    pub items: Vec<Item>,
    /// Agencies that read the ticket.
    pub readers: Vec<v1::TicketReader>,
    /// Communes to choose from, when what was typed may be several.
    pub communes: Vec<Choice>,
}

/// Something that an agency asked for.
pub struct Item {
    /// Name of the field of its answer.
    pub field: String,
    /// What it is.
    pub label: String,
    /// What it is for.
    pub why: String,
    /// Whether the answer is a day.
    pub is_day: bool,
}

/// A form that was not taken, with what was typed.
pub struct Returned {
    /// Number of its ticket; empty for what is asked of the whole case.
    pub number: String,
    /// What it asked for.
    pub deed: Deed,
    /// What was typed, and what is wrong with it.
    pub form: Form,
    /// Communes to choose from.
    pub communes: Vec<Choice>,
}

/// Fields of the contract and those of the forms they come from.
const NAMES: &[(&str, &str)] = &[
    ("message", "message"),
    ("text", "message"),
    ("reason", "message"),
    ("answers", "message"),
    ("outcome", "outcome"),
    ("link", "link"),
    ("effect", "effect"),
    ("agency", "agency"),
    ("agent", "agent"),
    ("commune", "commune"),
    ("regime", "regime"),
    ("due_on", "due_on"),
    ("items", "label"),
    ("next_steps[0].label", "step"),
    ("next_steps[0].due_on", "step_on"),
    ("next_step.label", "step"),
    ("next_step.due_on", "step_on"),
    ("contacted_on", "contacted_on"),
    ("channel", "channel"),
    ("result", "result"),
    ("facts.regime", "regime"),
    ("mandate.expires_on", "given_on"),
    ("opener", "opener"),
];

impl DeedForm {
    /// A form that is folded, in the next place of the page.
    fn of(page: &Page, deed: Deed, form: Form, place: &mut usize) -> Self {
        *place += 1;
        // The same intention keeps its identifier: sent again, it counts once.
        let request = match form.value(REQUEST) {
            "" => page.request(place).to_owned(),
            same => same.to_owned(),
        };
        Self {
            deed,
            label: String::new(),
            action: String::new(),
            at: String::new(),
            request,
            form,
            is_open: false,
            etag: String::new(),
            epoch: String::new(),
            items: Vec::new(),
            readers: Vec::new(),
            communes: Vec::new(),
        }
    }

    /// The same, which came back with what its writer had seen then, or else sees what there is now.
    fn seeing(self, etag: &str, epoch: u32) -> Self {
        let seen = |name: &str, now: String| match self.form.value(name) {
            "" => now,
            then => then.to_owned(),
        };
        Self {
            etag: seen("etag", etag.to_owned()),
            epoch: seen("epoch", epoch.to_string()),
            ..self
        }
    }

    /// Whether more than one thing was asked for.
    pub fn asks_more(&self) -> bool {
        agency::places(&self.form).any(|place| !place.is_empty())
    }
}

impl Item {
    fn of(number: usize, item: &v1::InformationItem) -> Self {
        let is_day = item.kind() == InformationKind::Date;
        Self {
            field: format!("{}_{number}", if is_day { "item_day" } else { "item" }),
            label: item.label.clone(),
            why: item.why.clone(),
            is_day,
        }
    }
}

/// The forms of a ticket, with what was typed into the one that was not taken.
pub fn forms(
    page: &Page,
    case: &v1::Case,
    ticket: &v1::Ticket,
    returned: Option<&Returned>,
    place: &mut usize,
) -> Vec<DeedForm> {
    let number = people::last(&ticket.name);
    let offered = Deed::ALL.iter().filter(|deed| case::offers(ticket, **deed));
    let items = ticket
        .information_request
        .iter()
        .flat_map(|request| request.items.iter().enumerate());
    let items: Vec<(usize, &v1::InformationItem)> = items.filter(|(_, item)| !item.answered).collect();
    let mut forms: Vec<DeedForm> = Vec::new();
    for deed in offered {
        let own = returned.filter(|returned| returned.deed == *deed);
        let form = own.map(|own| own.form.clone()).unwrap_or_default();
        let name = deed.name();
        let shown = DeedForm {
            label: page.t(&format!("console-do-{name}")),
            action: format!("/dossiers/{}/demandes/{number}/{name}", case.reference),
            at: format!("{name}-{number}"),
            is_open: own.is_some() || (returned.is_none() && forms.is_empty()),
            items: items
                .iter()
                .map(|(place, item)| Item::of(place + 1, item))
                .collect(),
            readers: ticket.shared_with.clone(),
            communes: own.map(|own| own.communes.clone()).unwrap_or_default(),
            ..DeedForm::of(page, *deed, form, place)
        };
        forms.push(shown.seeing(&ticket.etag, ticket.epoch));
    }
    forms
}

/// The forms of the whole case, with what is known of it already.
pub fn forms_of_case(
    page: &Page,
    case: &v1::Case,
    returned: Option<&Returned>,
    place: &mut usize,
) -> Vec<DeedForm> {
    let offered = Deed::ALL
        .iter()
        .filter(|deed| deed.is_of_case() && case.offered.iter().any(|offered| offered == deed.rpc()));
    let form = |deed: &Deed| {
        let own = returned.filter(|returned| returned.deed == *deed);
        let form = own.map_or_else(|| known(page, case, *deed), |own| own.form.clone());
        let name = deed.name();
        let ends = *deed == Deed::ChangeUrgency && case.urgent;
        let label = if ends {
            "console-do-urgence-fin".to_owned()
        } else {
            format!("console-do-{name}")
        };
        let shown = DeedForm {
            label: page.t(&label),
            action: format!("/dossiers/{}/actions/{name}", case.reference),
            at: name.to_owned(),
            is_open: own.is_some(),
            communes: own.map(|own| own.communes.clone()).unwrap_or_default(),
            ..DeedForm::of(page, *deed, form, place)
        };
        shown.seeing(&case.etag, 0)
    };
    offered.map(form).collect()
}

/// What a form begins with: what is corrected as it is known, and today for what is agreed today.
fn known(page: &Page, case: &v1::Case, deed: Deed) -> Form {
    let (person, facts) = (
        case.person.clone().unwrap_or_default(),
        case.facts.clone().unwrap_or_default(),
    );
    let birth_date = person
        .birth_date
        .parse()
        .map_or_else(|_| String::new(), days::french);
    let regime = facts
        .regime()
        .as_str_name()
        .trim_start_matches("REGIME_")
        .to_owned();
    let pairs: Vec<(&str, String)> = match deed {
        Deed::CorrectPerson => vec![
            ("given_name", person.given_name),
            ("family_name", person.family_name),
            ("birth_date", birth_date),
            ("agency_identifier", person.agency_identifier),
        ],
        Deed::CorrectFacts => vec![
            ("benefit", facts.benefit),
            ("blockage", facts.blockage),
            ("commune", people::commune(&facts.commune)),
            ("regime", regime),
        ],
        Deed::Renew => vec![("given_on", days::french(page.today()))],
        _ => Vec::new(),
    };
    let mut fields = Fields::default();
    for (name, value) in pairs {
        fields.set(name, value);
    }
    Form::of(fields)
}

/// Does what a form of a ticket asks.
pub async fn on_ticket(
    Path((reference, number, deed)): Path<(String, String, String)>,
    posted: Posted,
) -> Response {
    let deed = Deed::find(&deed).filter(|deed| !deed.is_of_case() && number.parse::<u32>().is_ok());
    match deed {
        Some(deed) => done(&reference, number, deed, posted).await,
        None => Failure::Absent.into_page(posted.visit.page),
    }
}

/// Does what a form of the whole case asks.
pub async fn on_case(Path((reference, deed)): Path<(String, String)>, posted: Posted) -> Response {
    match Deed::find(&deed).filter(|deed| deed.is_of_case()) {
        Some(deed) => done(&reference, String::new(), deed, posted).await,
        None => Failure::Absent.into_page(posted.visit.page),
    }
}

async fn done(reference: &str, number: String, deed: Deed, posted: Posted) -> Response {
    let Posted { visit, fields } = posted;
    let next = fields.get("suite").to_owned();
    let mut returned = Returned {
        number,
        deed,
        form: Form::of(fields),
        communes: Vec::new(),
    };
    if let Err(failure) = check(&visit, &mut returned).await {
        return match failure {
            Failure::Away => held(visit.page, returned.form.fields(), Held::HubAway),
            other => other.into_page(visit.page),
        };
    }
    if returned.form.is_wrong() {
        return case::again(visit, reference, returned, String::new()).await;
    }
    let name = match name_of(&visit, reference, &returned.number).await {
        Ok(name) => name,
        Err(error) if error.is_transient() => {
            return held(visit.page, returned.form.fields(), Held::HubAway);
        }
        Err(error) => {
            let warning = refused(&visit, &mut returned, &error);
            return case::again(visit, reference, returned, warning).await;
        }
    };
    let Some(name) = name else {
        return Failure::Absent.into_page(visit.page);
    };
    let asked = Asked {
        visit: &visit,
        form: &returned.form,
        name,
    };
    match asked.send(deed).await {
        Ok(()) if deed == Deed::Transfer => case::given_away(visit, reference).await,
        Ok(()) if next.is_empty() => Redirect::to(&told_at(reference, &returned)).into_response(),
        Ok(()) => Redirect::to(&taken::told_in(&next, reference, &returned)).into_response(),
        Err(error) if error.is_transient() => held(visit.page, returned.form.fields(), Held::of(&error)),
        Err(error) => {
            let warning = refused(&visit, &mut returned, &error);
            case::again(visit, reference, returned, warning).await
        }
    }
}

/// What the address names, as the hub names it: a ticket of the case, or the case; `None` where the case has no such ticket.
async fn name_of(visit: &Visit, reference: &str, number: &str) -> Result<Option<String>, Error> {
    if number.is_empty() {
        return Ok(Some(reference.to_owned()));
    }
    let name = reference.to_owned();
    let case = visit.client.get_case(v1::GetCaseRequest { name }).await?.case;
    let tickets = case.unwrap_or_default().tickets;
    let named = tickets
        .into_iter()
        .find(|ticket| people::last(&ticket.name) == number);
    Ok(named.map(|ticket| ticket.name))
}

/// Where it is said that a deed is done: at its ticket.
fn told_at(reference: &str, returned: &Returned) -> String {
    let at = match returned.number.as_str() {
        "" => String::new(),
        number => format!("#demande-{number}"),
    };
    format!("/dossiers/{reference}?fait={}{at}", returned.deed.name())
}

/// What the hub refused, beside the fields of the form; the sentence that says it.
fn refused(visit: &Visit, returned: &mut Returned, error: &Error) -> String {
    let form = &mut returned.form;
    if matches!(
        error.reason,
        Some(ErrorReason::EtagOutdated | ErrorReason::EpochOutdated)
    ) {
        // The page that comes back warns, and shows what its writer had not seen.
        form.know_once_shown("etag", "");
        form.know_once_shown("epoch", "");
    }
    let mut names: Vec<(String, String)> = Vec::new();
    for (at, place) in agency::places(form).enumerate() {
        names.extend(
            ["label", "why", "kind"].map(|part| (format!("items[{at}].{part}"), format!("{part}{place}"))),
        );
    }
    for (at, (_, field, _)) in opener::answers(form).enumerate() {
        names.extend(["item", "text"].map(|part| (format!("answers[{at}].{part}"), field.clone())));
    }
    if returned.deed == Deed::Redirect {
        names.push(("reason".to_owned(), "why".to_owned()));
    }
    let own = names
        .iter()
        .map(|(theirs, ours)| (theirs.as_str(), ours.as_str()));
    let all: Vec<(&str, &str)> = NAMES.iter().chain(new::NAMES).copied().chain(own).collect();
    visit.refused(form, error, &all)
}
