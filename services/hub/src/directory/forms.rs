//! Items of the directory as people write them, in whatever form they come: parsed here, once, with all that is wrong.

use std::collections::BTreeSet;
use std::fmt;

use declic_auth::KeySet;
use declic_domain::directory::{
    Agency, Desk, Enrolment, Identity, Member, Organisation, OrganisationKind, Role,
};
use declic_domain::handover::RULE;
use declic_domain::name::{AgencyId, DeskName, MemberId, OrganisationId};
use declic_routing::{Benefit, Territory};
use serde::Deserialize;

use super::nearest::nearest;

/// Longest name of anything, in characters.
pub const LONGEST_NAME: usize = 200;

/// An agency as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyRow {
    /// Its id.
    pub id: String,
    /// Its name; that of the tables without one.
    pub name: Option<String>,
    /// How it receives tickets.
    pub enrolment: String,
    /// Whether the law lets it process social-security numbers.
    #[serde(default)]
    pub nir_allowed: bool,
    /// Its desks.
    #[serde(default)]
    pub desk: Vec<DeskRow>,
}

/// A desk as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskRow {
    /// Its id within its agency.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Codes of the benefits it treats.
    #[serde(default)]
    pub benefits: Vec<String>,
}

/// An organisation as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Code of its département.
    pub departement: String,
    /// What it is.
    pub kind: Option<String>,
}

/// A member as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: String,
    /// Id of its organisation.
    pub organisation: Option<String>,
    /// Id of its agency.
    pub agency: Option<String>,
    /// Ids of its desks within its agency.
    #[serde(default)]
    pub desks: Vec<String>,
    /// Codes of its départements.
    #[serde(default)]
    pub territory: Vec<String>,
    /// Its public keys.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Under which names identity providers know it.
    #[serde(default)]
    pub identities: Vec<IdentityRow>,
    /// False once it has left.
    #[serde(default = "yes")]
    pub active: bool,
}

/// An identity as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityRow {
    /// The provider's issuer.
    pub issuer: String,
    /// What the provider calls the person.
    pub subject: String,
}

/// One thing that is wrong, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The id of the row.
    pub id: String,
    /// What is wrong.
    pub what: What,
}

/// What may be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// No agency of the tables has this id; the nearest one.
    NoSuchAgency(Option<String>),
    /// It is no way of receiving tickets.
    Enrolment(String),
    /// Two desks have the same id.
    SameDesks,
    /// It is no benefit; the desk, the code, the nearest one.
    Benefit(String, String, Option<String>),
    /// It is no code of a département.
    Departement(String),
    /// It is no kind of organisations.
    Kind(String),
    /// It is no role.
    Role(String),
    /// Desks, and no agency that they are of.
    DesksWithoutAgency,
    /// A name of so many characters.
    Name(usize),
    /// An id that does not have its form, a key that is none or another's: the sentence.
    Form(String),
}

/// What reads rows: remembers the keys that were read, and what was wrong.
#[derive(Debug, Default)]
pub struct Reading {
    /// What was wrong so far.
    pub faults: Vec<Fault>,
    keys: KeySet,
}

impl Reading {
    /// Reads an agency.
    pub fn agency(&mut self, row: &AgencyRow) -> Option<Agency> {
        let territory = Territory::embedded();
        let known = territory.agency(&row.id);
        if known.is_none() {
            let ids = territory.agencies().iter().map(|agency| agency.slug.as_str());
            self.wrong(
                &row.id,
                What::NoSuchAgency(nearest(&row.id, ids).map(str::to_owned)),
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
                self.wrong(&row.id, What::Enrolment(other.to_owned()));
                None
            }
        };
        let id = self.take(&row.id, AgencyId::parse(&row.id))?;
        let desks: Vec<Desk> = row.desk.iter().filter_map(|desk| self.desk(&id, desk)).collect();
        let names: BTreeSet<&DeskName> = desks.iter().map(|desk| &desk.name).collect();
        if names.len() < desks.len() {
            self.wrong(&row.id, What::SameDesks);
        }
        Some(Agency {
            id,
            name,
            enrolment: enrolment?,
            nir_allowed: row.nir_allowed,
            desks,
        })
    }

    /// Reads a desk of an agency.
    pub fn desk(&mut self, agency: &AgencyId, row: &DeskRow) -> Option<Desk> {
        let display_name = self.name(agency.as_str(), &row.name);
        let mut benefits = BTreeSet::new();
        for code in &row.benefits {
            match Benefit::find(code) {
                Some(benefit) => {
                    benefits.insert(benefit.code.to_owned());
                }
                None => {
                    let codes = Benefit::all().iter().map(|benefit| benefit.code);
                    let hint = nearest(&code.to_uppercase(), codes).map(str::to_owned);
                    self.wrong(agency.as_str(), What::Benefit(row.id.clone(), code.clone(), hint));
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

    /// Reads an organisation.
    pub fn organisation(&mut self, row: &OrganisationRow) -> Option<Organisation> {
        let name = self.name(&row.id, &row.name);
        let departement = self.departement(&row.id, &row.departement);
        let kind = row.kind.as_deref().map(|kind| self.kind(&row.id, kind));
        let id = self.take(&row.id, OrganisationId::parse(&row.id))?;
        Some(Organisation {
            id,
            name,
            departement: departement?,
            kind: kind.flatten(),
        })
    }

    fn kind(&mut self, id: &str, text: &str) -> Option<OrganisationKind> {
        let found = KINDS.iter().find(|(name, _)| *name == text);
        if found.is_none() {
            self.wrong(id, What::Kind(text.to_owned()));
        }
        found.map(|(_, kind)| *kind)
    }

    /// Reads a member.
    pub fn member(&mut self, row: &MemberRow) -> Option<Member> {
        let name = self.name(&row.id, &row.name);
        let role = self.role(&row.id, &row.role);
        let parsed = row.organisation.as_deref().map(OrganisationId::parse);
        let organisation = parsed.map(|parsed| self.take(&row.id, parsed));
        let parsed = row.agency.as_deref().map(AgencyId::parse);
        let agency = parsed.map(|parsed| self.take(&row.id, parsed));
        let desks = self.desks(row, agency.as_ref().and_then(Option::as_ref));
        let codes = row.territory.iter();
        let territory = codes.filter_map(|code| self.departement(&row.id, code)).collect();
        let keys = row.keys.iter().filter_map(|key| self.key(&row.id, key)).collect();
        let written = row.identities.iter();
        let identities = written.map(|written| Identity::new(&written.issuer, &written.subject));
        let identities: Vec<_> = identities.collect();
        let identities = identities
            .into_iter()
            .filter_map(|identity| self.take(&row.id, identity))
            .collect();
        let id = self.member_id(&row.id)?;
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
            identities,
        })
    }

    /// Reads the id of a member.
    pub fn member_id(&mut self, text: &str) -> Option<MemberId> {
        let id = self.take(text, MemberId::parse(text))?;
        if OF_THE_HUB.contains(&id.as_str()) {
            self.wrong(
                text,
                What::Form("is a name under which the hub acts: choose another".to_owned()),
            );
        }
        Some(id)
    }

    /// Reads a role by its code.
    pub fn role(&mut self, id: &str, text: &str) -> Option<Role> {
        let found = ROLES
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, role)| *role);
        if found.is_none() {
            self.wrong(id, What::Role(text.to_owned()));
        }
        found
    }

    fn desks(&mut self, row: &MemberRow, agency: Option<&AgencyId>) -> BTreeSet<DeskName> {
        let Some(agency) = agency else {
            if !row.desks.is_empty() {
                self.wrong(&row.id, What::DesksWithoutAgency);
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

    /// Reads a public key.
    pub fn key(&mut self, id: &str, text: &str) -> Option<[u8; 32]> {
        let public = self.take(id, declic_auth::public_from_base64(text))?;
        // The set tells weak keys, and keys that come twice, whoever holds them.
        let inserted = self.keys.insert(id, public);
        self.take(id, inserted)?;
        Some(public)
    }

    /// Reads the code of a département.
    pub fn departement(&mut self, id: &str, code: &str) -> Option<String> {
        let known = Territory::embedded()
            .departement(code)
            .map(|departement| departement.code.to_owned());
        if known.is_none() {
            self.wrong(id, What::Departement(code.to_owned()));
        }
        known
    }

    /// Reads a name that people see.
    pub fn name(&mut self, id: &str, name: &str) -> String {
        let length = name.chars().count();
        if name.trim().is_empty() || length > LONGEST_NAME || name.chars().any(char::is_control) {
            self.wrong(id, What::Name(length));
        }
        name.to_owned()
    }

    fn take<T>(&mut self, id: &str, parsed: Result<T, impl fmt::Display>) -> Option<T> {
        let refused = |error: &dyn fmt::Display| What::Form(error.to_string());
        parsed.map_err(|error| self.wrong(id, refused(&error))).ok()
    }

    fn wrong(&mut self, id: &str, what: What) {
        self.faults.push(Fault {
            id: id.to_owned(),
            what,
        });
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let perhaps = |hint: &Option<String>, quote: &str| match hint {
            Some(hint) => format!(", did you mean {quote}{hint}{quote}?"),
            None => String::new(),
        };
        match self {
            Self::NoSuchAgency(hint) => write!(
                f,
                "is no agency of the tables{} (the list is in crates/routing/data)",
                perhaps(hint, "\"")
            ),
            Self::Enrolment(other) => {
                write!(f, "enrolment {other:?}: write CONNECTOR, CONSOLE or NONE")
            }
            Self::SameDesks => f.write_str("has two desks with the same id: give each its own"),
            Self::Benefit(desk, code, hint) => write!(
                f,
                "desk {desk}: {code:?} is no benefit of the catalogue{}",
                perhaps(hint, "")
            ),
            Self::Departement(code) => write!(
                f,
                "{code:?} is no département: write its code, as in \"56\", \"2A\" or \"971\""
            ),
            Self::Kind(kind) => {
                let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
                write!(f, "kind {kind:?}: write one of {}", names.join(", "))
            }
            Self::Role(role) => {
                let names: Vec<&str> = ROLES.iter().map(|(name, _)| *name).collect();
                write!(f, "role {role:?}: write one of {}", names.join(", "))
            }
            Self::DesksWithoutAgency => {
                f.write_str("has desks and no agency: say which agency they belong to")
            }
            Self::Name(length) => write!(
                f,
                "has a name of {length} characters: write 1 to {LONGEST_NAME}, on one line"
            ),
            Self::Form(sentence) => f.write_str(sentence),
        }
    }
}

/// Names under which the hub itself acts.
const OF_THE_HUB: [&str; 2] = ["clock", RULE];

const KINDS: [(&str, OrganisationKind); 6] = [
    ("CCAS", OrganisationKind::Ccas),
    ("FRANCE_SERVICES", OrganisationKind::FranceServices),
    ("DEPARTEMENT", OrganisationKind::Departement),
    ("ASSOCIATION", OrganisationKind::Association),
    ("HOSPITAL", OrganisationKind::Hospital),
    ("OTHER", OrganisationKind::Other),
];

/// Roles and their codes.
pub const ROLES: [(&str, Role); 9] = [
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

fn yes() -> bool {
    true
}
