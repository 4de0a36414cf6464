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

/// The agencies of a département, then those of the whole country, to choose from.
pub fn agencies(page: &Page, departement: &str) -> Vec<Group> {
    let choices = |fits: &dyn Fn(&declic_routing::Agency) -> bool| -> Vec<Choice> {
        let fitting = Territory::embedded()
            .agencies()
            .iter()
            .filter(|agency| fits(agency));
        fitting
            .map(|agency| Choice::new(format!("agencies/{}", agency.slug.as_str()), agency.name_fr))
            .collect()
    };
    let here = choices(&|agency| agency.departements.contains(&departement));
    let country = choices(&|agency| agency.departements.is_empty());
    vec![
        Group {
            label: page.t("console-agencies-here"),
            choices: here,
        },
        Group {
            label: page.t("console-agencies-country"),
            choices: country,
        },
    ]
}

/// "Morbihan (56)"; the code when it is none.
pub fn departement(code: &str) -> String {
    let known = Territory::embedded().departement(code);
    known.map_or_else(|| code.to_owned(), |known| format!("{} ({code})", known.name))
}
