//! The form of the directory file: see `deploy/directory.example.toml`, which explains every key.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use declic_auth::KeySet;
use declic_domain::directory::{Agency, Desk, Enrolment, Item, Member, Organisation, Role};
use declic_domain::name::{AgencyId, DeskName, MemberId, OrganisationId};
use declic_routing::{Benefit, Territory};
use serde::Deserialize;
use toml::Spanned;

use super::nearest::nearest;

/// Longest name of anything, in characters.
const LONGEST_NAME: usize = 200;

/// Everything that is wrong with a directory file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The file.
    pub file: PathBuf,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line of the table it is in, from 1; 0 when it is about the whole file.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

/// Reads a directory file.
///
/// # Errors
/// [`Invalid`], with every problem found.
pub fn read(path: &Path) -> Result<Vec<Item>, Invalid> {
    let whole_file = |what: String| Invalid {
        file: path.to_owned(),
        problems: vec![Problem { line: 0, what }],
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| whole_file(format!("cannot be read ({error}): check [directory] file")))?;
    parse(&text).map_err(|problems| Invalid {
        file: path.to_owned(),
        problems,
    })
}

/// Reads the text of a directory file: agencies, then organisations, then members, each in the order of the file.
///
/// # Errors
/// Every problem found; a text that is not TOML of this form has one.
pub fn parse(text: &str) -> Result<Vec<Item>, Vec<Problem>> {
    let form: Form = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        vec![Problem {
            line,
            what: error.message().to_owned(),
        }]
    })?;
    let mut reading = Reading {
        text,
        line: 0,
        keys: KeySet::new(),
        problems: Vec::new(),
    };
    let mut items = Vec::new();
    items.extend(
        reading
            .all(&form.agency, |row| &row.id, Reading::agency)
            .into_iter()
            .map(Item::Agency),
    );
    let organisations = reading.all(&form.organisation, |row| &row.id, Reading::organisation);
    items.extend(organisations.into_iter().map(Item::Organisation));
    items.extend(
        reading
            .all(&form.member, |row| &row.id, Reading::member)
            .into_iter()
            .map(Item::Member),
    );
    if reading.problems.is_empty() {
        return Ok(items);
    }
    reading.problems.sort();
    Err(reading.problems)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    agency: Vec<Spanned<AgencyRow>>,
    #[serde(default)]
    organisation: Vec<Spanned<OrganisationRow>>,
    #[serde(default)]
    member: Vec<Spanned<MemberRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgencyRow {
    id: String,
    name: Option<String>,
    enrolment: String,
    #[serde(default)]
    nir_allowed: bool,
    #[serde(default)]
    desk: Vec<DeskRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeskRow {
    id: String,
    name: String,
    #[serde(default)]
    benefits: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationRow {
    id: String,
    name: String,
    departement: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberRow {
    id: String,
    name: String,
    role: String,
    organisation: Option<String>,
    agency: Option<String>,
    #[serde(default)]
    desks: Vec<String>,
    #[serde(default)]
    territory: Vec<String>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default = "yes")]
    active: bool,
}

/// The file being read: where, and what was wrong so far.
struct Reading<'a> {
    text: &'a str,
    line: usize,
    keys: KeySet,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    /// Reads every row of one kind; the same id twice is a problem.
    fn all<R, T>(
        &mut self,
        rows: &[Spanned<R>],
        id: impl Fn(&R) -> &String,
        read: impl Fn(&mut Self, &R) -> Option<T>,
    ) -> Vec<T> {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            self.line = line_of(self.text, row.span().start);
            let id = id(row.get_ref());
            let before = *first.entry(id).or_insert(self.line);
            if before != self.line {
                self.wrong(id, format!("is also at line {before}: keep one"));
            }
            items.extend(read(self, row.get_ref()));
        }
        items
    }

    fn agency(&mut self, row: &AgencyRow) -> Option<Agency> {
        let territory = Territory::embedded();
        let known = territory.agency(&row.id);
        if known.is_none() {
            let ids = territory.agencies().iter().map(|agency| agency.slug.as_str());
            let hint = nearest(&row.id, ids).map_or_else(String::new, |id| format!(", did you mean {id:?}?"));
            self.wrong(
                &row.id,
                format!("is no agency of the tables{hint} (the list is in crates/routing/data)"),
            );
        }
        let name = match (row.name.as_deref(), known) {
            (Some(name), _) => self.name(&row.id, name),
            (None, known) => known.map(|agency| agency.name_fr.to_owned()).unwrap_or_default(),
        };
        let enrolment = match row.enrolment.as_str() {
            "CONNECTOR" => Some(Enrolment::Connector),
            "CONSOLE" => Some(Enrolment::Console),
            "NONE" => Some(Enrolment::None),
            other => {
                self.wrong(
                    &row.id,
                    format!("enrolment {other:?}: write CONNECTOR, CONSOLE or NONE"),
                );
                None
            }
        };
        let id = self.take(&row.id, AgencyId::parse(&row.id))?;
        let desks: Vec<Desk> = row.desk.iter().filter_map(|desk| self.desk(&id, desk)).collect();
        let names: BTreeSet<&DeskName> = desks.iter().map(|desk| &desk.name).collect();
        if names.len() < desks.len() {
            self.wrong(&row.id, "has two desks with the same id: give each its own");
        }
        Some(Agency {
            id,
            name,
            enrolment: enrolment?,
            nir_allowed: row.nir_allowed,
            desks,
        })
    }

    fn desk(&mut self, agency: &AgencyId, row: &DeskRow) -> Option<Desk> {
        let display_name = self.name(agency.as_str(), &row.name);
        let mut benefits = BTreeSet::new();
        for code in &row.benefits {
            match Benefit::find(code) {
                Some(benefit) => {
                    benefits.insert(benefit.code.to_owned());
                }
                None => {
                    let codes = Benefit::all().iter().map(|benefit| benefit.code);
                    let upper = code.to_uppercase();
                    let hint = nearest(&upper, codes)
                        .map_or_else(String::new, |code| format!(", did you mean {code}?"));
                    let desk = &row.id;
                    self.wrong(
                        agency.as_str(),
                        format!("desk {desk}: {code:?} is no benefit of the catalogue{hint}"),
                    );
                }
            }
        }
        let name = self.take(agency.as_str(), DeskName::new(agency.clone(), &row.id))?;
        Some(Desk {
            name,
            display_name,
            benefits,
        })
    }

    fn organisation(&mut self, row: &OrganisationRow) -> Option<Organisation> {
        let name = self.name(&row.id, &row.name);
        let departement = self.departement(&row.id, &row.departement);
        let id = self.take(&row.id, OrganisationId::parse(&row.id))?;
        Some(Organisation {
            id,
            name,
            departement: departement?,
        })
    }

    fn member(&mut self, row: &MemberRow) -> Option<Member> {
        let name = self.name(&row.id, &row.name);
        let role = self.role(&row.id, &row.role);
        let organisation = row
            .organisation
            .as_deref()
            .map(|id| self.take(&row.id, OrganisationId::parse(id)));
        let agency = row
            .agency
            .as_deref()
            .map(|id| self.take(&row.id, AgencyId::parse(id)));
        let desks = self.desks(row, agency.as_ref().and_then(Option::as_ref));
        let territory = row
            .territory
            .iter()
            .filter_map(|code| self.departement(&row.id, code))
            .collect();
        let keys = row.keys.iter().filter_map(|key| self.key(&row.id, key)).collect();
        let id = self.take(&row.id, MemberId::parse(&row.id))?;
        Some(Member {
            id,
            name,
            role: role?,
            organisation: organisation.flatten(),
            agency: agency.flatten(),
            desks,
            territory,
            active: row.active,
            keys,
        })
    }

    fn role(&mut self, id: &str, text: &str) -> Option<Role> {
        let found = ROLES
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, role)| *role);
        if found.is_none() {
            let names: Vec<&str> = ROLES.iter().map(|(name, _)| *name).collect();
            self.wrong(id, format!("role {text:?}: write one of {}", names.join(", ")));
        }
        found
    }

    fn desks(&mut self, row: &MemberRow, agency: Option<&AgencyId>) -> BTreeSet<DeskName> {
        let Some(agency) = agency else {
            if !row.desks.is_empty() {
                self.wrong(
                    &row.id,
                    "has desks and no agency: say which agency they belong to",
                );
            }
            return BTreeSet::new();
        };
        let names = row.desks.iter().map(|desk| DeskName::new(agency.clone(), desk));
        let names: Vec<_> = names.collect();
        names
            .into_iter()
            .filter_map(|name| self.take(&row.id, name))
            .collect()
    }

    fn key(&mut self, id: &str, text: &str) -> Option<[u8; 32]> {
        let public = self.take(id, declic_auth::public_from_base64(text))?;
        // The set tells weak keys, and keys that come twice, whoever holds them.
        let inserted = self.keys.insert(id, public);
        self.take(id, inserted)?;
        Some(public)
    }

    fn departement(&mut self, id: &str, code: &str) -> Option<String> {
        let known = Territory::embedded()
            .departement(code)
            .map(|departement| departement.code.to_owned());
        if known.is_none() {
            self.wrong(
                id,
                format!("{code:?} is no département: write its code, as in \"56\", \"2A\" or \"971\""),
            );
        }
        known
    }

    fn name(&mut self, id: &str, name: &str) -> String {
        let length = name.chars().count();
        if name.trim().is_empty() || length > LONGEST_NAME || name.chars().any(char::is_control) {
            self.wrong(
                id,
                format!("has a name of {length} characters: write 1 to {LONGEST_NAME}, on one line"),
            );
        }
        name.to_owned()
    }

    fn take<T>(&mut self, id: &str, parsed: Result<T, impl fmt::Display>) -> Option<T> {
        parsed.map_err(|error| self.wrong(id, error.to_string())).ok()
    }

    fn wrong(&mut self, id: &str, what: impl fmt::Display) {
        self.problems.push(Problem {
            line: self.line,
            what: format!("{id}: {what}"),
        });
    }
}

const ROLES: [(&str, Role); 9] = [
    ("SOCIAL_WORKER", Role::SocialWorker),
    ("ORGANISATION_MANAGER", Role::OrganisationManager),
    ("AGENT", Role::Agent),
    ("DESK_MANAGER", Role::DeskManager),
    ("TRIAGE_AGENT", Role::TriageAgent),
    ("SUPERVISOR", Role::Supervisor),
    ("AUDITOR", Role::Auditor),
    ("ADMINISTRATOR", Role::Administrator),
    ("CONNECTOR", Role::Connector),
];

impl std::error::Error for Invalid {}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        for (number, Problem { line, what }) in self.problems.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            match line {
                0 => write!(f, "{separator}{file}: {what}")?,
                line => write!(f, "{separator}{file}:{line}: {what}")?,
            }
        }
        Ok(())
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

fn yes() -> bool {
    true
}
