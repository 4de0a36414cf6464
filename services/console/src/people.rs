//! Names of persons, benefits, communes and agencies, as pages show them.

use declic_proto::v1;
use declic_routing::{Benefit, Territory};

use crate::options::{Choice, Group};
use crate::page::Page;

/// Name of a benefit, in French as in the catalogue; its code when it has none.
pub fn benefit(code: &str) -> &str {
    Benefit::find(code).map_or(code, |benefit| benefit.name_fr)
}

/// "Pontivy (56)"; the code when it is none.
pub fn commune(code: &str) -> String {
    match Territory::embedded().commune(code) {
        Ok(resolved) => format!("{} ({})", resolved.commune.name, resolved.commune.departement),
        Err(_) => code.to_owned(),
    }
}

/// Name of an agency of the tables, from its resource name or slug; the slug when it is in none.
pub fn agency(name: &str) -> &str {
    let slug = last(name);
    let known = Territory::embedded().agency(slug);
    known.map_or(slug, |agency| agency.name_fr)
}

/// What a name ends with: `1` for `cases/x/tickets/1`.
pub fn last(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, last)| last)
}

/// First name and initial, for lists: "Inès L."; empty without a person.
pub fn short(person: Option<&v1::Person>) -> String {
    let Some(person) = person else {
        return String::new();
    };
    match person.family_name.chars().next() {
        Some(initial) => format!("{} {initial}.", person.given_name),
        None => person.given_name.clone(),
    }
}

/// Whether this is somebody one may ask or hand something to, and not a program.
pub fn is_person(member: &v1::Member) -> bool {
    member.role() != v1::Role::Connector
}

/// Whether this role opens and follows cases.
pub fn opens(role: v1::Role) -> bool {
    matches!(role, v1::Role::SocialWorker | v1::Role::OrganisationManager)
}

/// The agencies that the rules name, those of the département of a commune, then those of the whole country, to choose from.
pub fn agencies(page: &Page, commune: &str, named: &[&str]) -> Vec<Group> {
    let territory = Territory::embedded();
    let departement = territory
        .commune(commune)
        .map_or("", |resolved| resolved.commune.departement);
    let choices = |fits: &dyn Fn(&declic_routing::Agency) -> bool| -> Vec<Choice> {
        let fitting = territory.agencies().iter().filter(|agency| fits(agency));
        fitting
            .map(|agency| Choice::new(format!("agencies/{}", agency.slug.as_str()), agency.name_fr))
            .collect()
    };
    let is_named =
        |agency: &declic_routing::Agency| named.iter().any(|name| last(name) == agency.slug.as_str());
    let is_here = |agency: &declic_routing::Agency| agency.departements.contains(&departement);
    let groups = [
        ("console-agencies-named", choices(&is_named)),
        (
            "console-agencies-here",
            choices(&|agency| is_here(agency) && !is_named(agency)),
        ),
        (
            "console-agencies-country",
            choices(&|agency| agency.departements.is_empty() && !is_named(agency)),
        ),
    ];
    groups
        .into_iter()
        .filter(|(_, choices)| !choices.is_empty())
        .map(|(key, choices)| Group {
            label: page.t(key),
            choices,
        })
        .collect()
}

/// "Morbihan (56)"; the code when it is none.
pub fn departement(code: &str) -> String {
    let known = Territory::embedded().departement(code);
    known.map_or_else(|| code.to_owned(), |known| format!("{} ({code})", known.name))
}
