//! Cases: what opens one, and how one is shown.

use declic_domain::case::Case;
use declic_domain::mandate::{LONGEST_YEARS, Mandate};
use declic_domain::name::{CaseId, Reference};
use declic_domain::person::{Nir, Person};
use declic_domain::policy::Action;
use declic_domain::text::{self, LONGEST_MESSAGE};
use declic_proto::v1;
use declic_routing::RawFacts;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Violations, enums, facts};
use crate::status::Error;

/// Longest name of a person, in characters.
const LONGEST_NAME: usize = 100;
/// Longest scope or evidence of a mandate, in characters.
const LONGEST_MANDATE: usize = 200;
/// Longest identifier at an agency, in characters.
const LONGEST_IDENTIFIER: usize = 30;

/// What a request to open a case says, parsed.
#[derive(Debug)]
pub struct Asked {
    /// The client's UUID.
    pub request: [u8; 16],
    /// Facts, for routing to parse.
    pub facts: RawFacts,
    /// The mandate.
    pub mandate: Mandate,
    /// Whether it is urgent.
    pub urgent: bool,
    /// Whether colleagues may read it.
    pub shared_with_team: bool,
    /// The words.
    pub words: text::Opening,
    /// Whether nothing is to be written.
    pub validate_only: bool,
}

/// How a request names a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By its resource name.
    Id(CaseId),
    /// By its reference.
    Reference(Reference),
}

/// Reads a case's name: `cases/{uuid}`, or a reference.
pub fn named(violations: &mut Violations, field: &str, text: &str) -> Option<Named> {
    if text.starts_with("cases/") {
        return violations
            .take(field, CaseId::parse_resource(text))
            .map(Named::Id);
    }
    violations
        .take(
            field,
            text.parse()
                .map_err(|problem: declic_domain::name::Malformed| problem),
        )
        .map(Named::Reference)
}

/// Reads a request to open a case; `today` bounds the days it gives.
pub fn opening(request: v1::OpenCaseRequest, today: Date) -> Result<Asked, Error> {
    let mut violations = Violations::default();
    let id = super::request_id(&mut violations, &request.request_id);
    let given = request.facts.unwrap_or_default();
    if given.blockage.is_empty() {
        violations.add("facts.blockage", "is required: say what blocks");
    }
    let facts = facts::raw(&mut violations, given, request.urgent);
    facts::check(&mut violations, &facts, today);
    let person = person(&mut violations, request.person, today);
    let mandate = mandate(&mut violations, request.mandate, today);
    let explanation = violations.text("explanation", request.explanation, LONGEST_MESSAGE);
    let asked = match (id, person, mandate) {
        (Some(request_id), Some(person), Some((mandate, scope, evidence))) => Some(Asked {
            request: request_id,
            facts,
            mandate,
            urgent: request.urgent,
            shared_with_team: request.shared_with_team,
            words: text::Opening {
                person,
                explanation,
                mandate_scope: scope,
                mandate_evidence: evidence,
            },
            validate_only: request.validate_only,
        }),
        _ => None,
    };
    violations.finish_with(asked)
}

/// Reads a person; `today` bounds the birth date.
pub fn person(violations: &mut Violations, person: Option<v1::Person>, today: Date) -> Option<Person> {
    let Some(person) = person else {
        violations.add("person", "is required: say whom the case is about");
        return None;
    };
    let given_name = violations.line("person.given_name", person.given_name, LONGEST_NAME);
    let family_name = violations.line("person.family_name", person.family_name, LONGEST_NAME);
    let birth_date = violations.date("person.birth_date", &person.birth_date);
    if birth_date.is_some_and(|day| day >= today || day.year() < 1880) {
        violations.add(
            "person.birth_date",
            "must be in the past, after 1880: check the year",
        );
    }
    let identifier = violations.optional_text(
        "person.agency_identifier",
        person.agency_identifier,
        LONGEST_IDENTIFIER,
    );
    if Nir::is_in(&identifier) {
        violations.add(
            "person.agency_identifier",
            "holds a social-security number, and every agency reads it: write that in person.nir",
        );
    }
    let nir = if person.nir.is_empty() {
        None
    } else {
        Some(Nir::parse(&person.nir))
    };
    if nir == Some(None) {
        violations.add(
            "person.nir",
            "is not a social-security number: 13 characters and a key of 2 digits",
        );
    }
    Some(Person {
        given_name: given_name.trim().to_owned(),
        family_name: family_name.trim().to_owned(),
        birth_date: birth_date?,
        agency_identifier: (!identifier.is_empty()).then_some(identifier),
        nir: nir.flatten(),
    })
}

/// Reads a mandate, with its scope and where its evidence is kept; `today` bounds its days.
pub fn mandate(
    violations: &mut Violations,
    mandate: Option<v1::Mandate>,
    today: Date,
) -> Option<(Mandate, String, String)> {
    let Some(mandate) = mandate else {
        violations.add(
            "mandate",
            "is required: record what the person agreed to, how, and when",
        );
        return None;
    };
    let channel = violations.required("mandate.channel", enums::parse_channel(mandate.channel));
    let scope = violations.text("mandate.scope", mandate.scope, LONGEST_MANDATE);
    let evidence = violations.optional_text("mandate.evidence", mandate.evidence, LONGEST_MANDATE);
    if !mandate.revoked_on.is_empty() {
        violations.add("mandate.revoked_on", "is told by the hub only: leave it empty");
    }
    let given_on = violations.date("mandate.given_on", &mandate.given_on);
    let expires_on = violations.date("mandate.expires_on", &mandate.expires_on);
    if given_on.is_some_and(|day| day > today) {
        violations.add(
            "mandate.given_on",
            "is in the future: give the day the person agreed",
        );
    }
    if let (Some(given), Some(expires)) = (given_on, expires_on) {
        let latest = given.saturating_add(LONGEST_YEARS.years());
        if expires < given || expires > latest {
            violations.add(
                "mandate.expires_on",
                "must follow given_on by three years at most",
            );
        }
    }
    let mandate = Mandate {
        channel: channel?,
        given_on: given_on?,
        expires_on: expires_on?,
        revoked_on: None,
    };
    Some((mandate, scope, evidence))
}

/// What a reader may see of a case besides its state.
pub struct Shown {
    /// Person, explanation and the mandate's words; nothing for those who may not.
    pub words: Option<text::Opening>,
    /// Whether the social-security number is shown in full.
    pub nir: bool,
    /// Whether the explanation is shown: not in lists.
    pub texts: bool,
    /// Name of who follows the case.
    pub opener: String,
    /// What the reader may do to it; nothing in lists.
    pub offered: Vec<Action>,
}

/// A case on the wire, its tickets already rendered.
pub fn render(case: &Case, open: bool, tickets: Vec<v1::Ticket>, shown: Shown) -> v1::Case {
    let state = if open {
        v1::CaseState::Open
    } else {
        v1::CaseState::Ended
    };
    let Shown {
        words,
        nir,
        texts,
        opener,
        offered,
    } = shown;
    let mut mandate = v1::Mandate {
        channel: enums::channel(case.mandate.channel).into(),
        scope: String::new(),
        given_on: case.mandate.given_on.to_string(),
        expires_on: case.mandate.expires_on.to_string(),
        evidence: String::new(),
        revoked_on: case
            .mandate
            .revoked_on
            .map_or_else(String::new, |day| day.to_string()),
    };
    let mut explanation = String::new();
    let person = words.map(|words| {
        if texts {
            explanation = words.explanation;
            mandate.scope = words.mandate_scope;
            mandate.evidence = words.mandate_evidence;
        }
        render_person(words.person, nir)
    });
    v1::Case {
        name: case.id.resource(),
        reference: case.reference.to_string(),
        etag: case.version.to_string(),
        state: state.into(),
        open_time: Some(super::timestamp(case.opened_at)),
        organisation: case.organisation.resource(),
        opener: case.opener.resource(),
        opener_display_name: opener,
        shared_with_team: case.shared_with_team,
        urgent: case.urgent,
        facts: Some(facts::render(&case.facts)),
        person,
        explanation,
        mandate: Some(mandate),
        tickets,
        offered: offered
            .into_iter()
            .map(|action| action.name().to_owned())
            .collect(),
    }
}

fn render_person(person: Person, nir: bool) -> v1::Person {
    let shown = person.nir.map(|number| {
        if nir {
            number.as_str().to_owned()
        } else {
            number.masked()
        }
    });
    v1::Person {
        given_name: person.given_name,
        family_name: person.family_name,
        birth_date: person.birth_date.to_string(),
        agency_identifier: person.agency_identifier.unwrap_or_default(),
        nir: shown.unwrap_or_default(),
    }
}
