//! What a row of a file asks of the directory. A cell that is empty leaves what is there as it is.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use declic_domain::directory::authority::Ask;
use declic_domain::directory::{Agency, Desk, Directory, Member, Organisation, Role};
use declic_domain::name::{AgencyId, DeskName, OrganisationId};
use declic_words::{Family, Lang, label};

use super::columns::{Column, Kind, folded};
use super::sheet::Row;
use crate::directory::forms::{DeskRow, OrganisationRow, ROLES, Reading, What};
use crate::directory::nearest::nearest;
use crate::wire::enums;

/// What parts the things of one cell.
const BETWEEN: [char; 6] = [',', ';', '|', '+', '/', '\n'];

/// A row that was read.
pub struct Asked {
    /// Resource name of what it is about; empty when the row does not say that.
    pub item: String,
    /// What it asks, or all that is wrong and where.
    pub ask: Result<Ask, Vec<(Option<Column>, String)>>,
}

/// Reads rows of one file.
pub struct Rows<'a> {
    /// What a row adds to, or changes.
    pub directory: &'a Directory,
    /// Who brings the file.
    pub actor: &'a Member,
    /// What the file holds.
    pub kind: Kind,
    /// Where its columns stand.
    pub places: &'a BTreeMap<Column, usize>,
    /// What agencies and organisations are called.
    pub names: &'a Names,
}

/// Lookups of names, and hints, are made for a file at once: it has thousands of lines, and the directory of names.
pub struct Names {
    organisations: Called,
    agencies: Called,
    /// Hints that are still looked for: a column of wrong words is told once it is seen.
    hints: Cell<u32>,
}

/// Ids by what they are called, folded; none for what several are called.
type Called = BTreeMap<String, Option<String>>;

/// Most hints of one file.
const MOST_HINTS: u32 = 50;

impl Names {
    /// Those of a directory.
    pub fn of(directory: &Directory) -> Self {
        let organisations = directory.organisations.values();
        let agencies = directory.agencies.values();
        Self {
            organisations: called(organisations.map(|one| (one.id.as_str(), one.name.as_str()))),
            agencies: called(agencies.map(|one| (one.id.as_str(), one.name.as_str()))),
            hints: Cell::new(MOST_HINTS),
        }
    }
}

fn called<'n>(names: impl Iterator<Item = (&'n str, &'n str)>) -> Called {
    let mut called = Called::new();
    for (id, name) in names {
        let only = called.entry(folded(name));
        only.and_modify(|other| *other = None)
            .or_insert(Some(id.to_owned()));
    }
    called
}

/// The row being read.
struct Cells<'a> {
    of: &'a Rows<'a>,
    row: &'a Row,
    item: String,
    problems: Vec<(Option<Column>, String)>,
}

impl Rows<'_> {
    /// Reads a row.
    pub fn read(&self, row: &Row) -> Asked {
        let mut cells = Cells {
            of: self,
            row,
            item: String::new(),
            problems: Vec::new(),
        };
        cells.check_form();
        let ask = match self.kind {
            Kind::Members => cells.member().map(Ask::PutMember),
            Kind::Desks => cells.desk().map(Ask::PutDesk),
            Kind::Organisations => cells.organisation().map(Ask::PutOrganisation),
        };
        Asked {
            item: cells.item,
            ask: match ask {
                Some(ask) if cells.problems.is_empty() => Ok(ask),
                _ => Err(cells.problems),
            },
        }
    }
}

impl<'a> Cells<'a> {
    /// What a separator or a quote too many makes of a row.
    fn check_form(&mut self) {
        let named = self.of.places.values().max().map_or(0, |last| last + 1);
        let beyond = self.row.cells.iter().skip(named);
        if beyond.into_iter().any(|cell| !cell.is_empty()) {
            self.wrong(
                None,
                "more cells than columns: put between quotes what holds the separator".to_owned(),
            );
        }
        if self.row.cells.iter().any(|cell| cell.contains('\n')) {
            self.wrong(
                None,
                "a cell goes on over several lines: a quote is not closed, or too many".to_owned(),
            );
        }
    }

    fn member(&mut self) -> Option<Member> {
        let typed = self.required(Column::Member, "say who it is")?;
        // Of a mail address what stands before the sign: the rest is the same for all of an organisation.
        let id = typed
            .split_once('@')
            .map_or(typed, |(before, _)| before)
            .to_lowercase();
        let id = self.read(Column::Member, |reading| reading.member_id(&id))?;
        self.item = id.resource();
        let standing = self.of.directory.members.get(&id);
        let name = self.name_of(standing);
        let role = self.role(standing);
        let of_the_actor = || match self.of.actor.role {
            Role::OrganisationManager if standing.is_none() => self.of.actor.organisation.clone(),
            _ => standing.and_then(|member| member.organisation.clone()),
        };
        let organisation = match self.cell(Column::Organisation) {
            None => of_the_actor(),
            Some(typed) => self.known_organisation(typed),
        };
        let agency = match self.cell(Column::Agency) {
            None => standing.and_then(|member| member.agency.clone()),
            Some(typed) => self.known_agency(typed).map(|agency| agency.id.clone()),
        };
        let desks = self.desks(agency.as_ref(), standing);
        let territory = self.list(
            Column::Departements,
            standing.map(|member| &member.territory),
            |reading, code| reading.departement("", &code.to_uppercase()),
        );
        let keys = standing.map(|member| member.keys.iter().copied().collect());
        let keys: BTreeSet<[u8; 32]> =
            self.list(Column::Key, keys.as_ref(), |reading, key| reading.key("", key));
        Some(Member {
            id,
            name: name?,
            role: role?,
            organisation,
            agency,
            desks,
            territory,
            active: true,
            keys: keys.into_iter().collect(),
            // No column of a file says who somebody is for a provider.
            identities: standing
                .map(|member| member.identities.clone())
                .unwrap_or_default(),
        })
    }

    fn name_of(&mut self, standing: Option<&Member>) -> Option<String> {
        let given = self.cell(Column::GivenNames);
        let name = match (given, self.cell(Column::Name), standing) {
            (None, Some(name), _) => name.to_owned(),
            (Some(given), Some(name), _) => format!("{given} {name}"),
            (_, None, Some(standing)) => standing.name.clone(),
            (_, None, None) => {
                self.required(Column::Name, "the name that others see")?;
                return None;
            }
        };
        self.read(Column::Name, |reading| Some(reading.name("", &name)))
    }

    fn role(&mut self, standing: Option<&Member>) -> Option<Role> {
        let Some(typed) = self.cell(Column::Role) else {
            let role = match self.of.actor.role {
                Role::OrganisationManager => Some(Role::SocialWorker),
                _ => None,
            };
            let role = standing.map(|member| member.role).or(role);
            if role.is_none() {
                self.required(Column::Role, "say what the person does");
            }
            return role;
        };
        let names = ROLES.iter().flat_map(|(code, role)| {
            let labels = [Lang::Fr, Lang::En].map(|lang| label(lang, Family::Role, code));
            let spellings = labels.into_iter().chain([(*code).to_owned()]);
            spellings.map(|spelling| (folded(&spelling), *role))
        });
        let mut names: BTreeMap<String, Role> = names.collect();
        names.insert("travailleur social".to_owned(), Role::SocialWorker);
        names.insert("travailleuse sociale".to_owned(), Role::SocialWorker);
        let found = names.get(&folded(typed)).copied();
        if found.is_none() {
            let meant = nearest(&folded(typed), names.keys().map(String::as_str));
            let hint = meant.map_or_else(
                || ": write it as declic shows it".to_owned(),
                |meant| format!(", did you mean {meant:?}?"),
            );
            self.wrong(Some(Column::Role), format!("unknown role {typed:?}{hint}"));
        }
        found
    }

    fn desks(&mut self, agency: Option<&AgencyId>, standing: Option<&Member>) -> BTreeSet<DeskName> {
        let before = standing.map(|member| member.desks.clone()).unwrap_or_default();
        let Some(typed) = self.cell(Column::Desks) else {
            return before;
        };
        let Some(agency) = agency.and_then(|id| self.of.directory.agencies.get(id)) else {
            self.wrong(Some(Column::Desks), What::DesksWithoutAgency.to_string());
            return before;
        };
        let mut desks = BTreeSet::new();
        for typed in parts(typed) {
            match known_desk(agency, typed) {
                Some(desk) => {
                    desks.insert(desk.name.clone());
                }
                None => {
                    let names = agency.desks.iter().map(|desk| desk.name.desk());
                    self.unknown(Column::Desks, "the agency has no desk", typed, names);
                }
            }
        }
        desks
    }

    fn desk(&mut self) -> Option<Desk> {
        let agency = self.required(Column::Agency, "say whose desk it is")?;
        let agency = self.known_agency(agency)?;
        let typed = self.required(Column::Desks, "say which desk it is")?;
        let standing = known_desk(agency, typed);
        let id = standing.map_or_else(|| slug(typed), |desk| desk.name.desk().to_owned());
        let name = standing.map_or(typed, |desk| desk.display_name.as_str());
        let name = self.cell(Column::Name).unwrap_or(name).to_owned();
        let benefits: Vec<String> = match self.cell(Column::Benefits) {
            None => standing.map_or_else(Vec::new, |desk| desk.benefits.iter().cloned().collect()),
            Some(typed) if folded(typed) == "toutes" => Vec::new(),
            Some(typed) => codes(typed).map(str::to_uppercase).collect(),
        };
        let row = DeskRow { id, name, benefits };
        let mut reading = Reading::default();
        let desk = reading.desk(&agency.id, &row);
        for fault in reading.faults {
            let column = match fault.what {
                What::Benefit(..) => Column::Benefits,
                What::Name(_) => Column::Name,
                _ => Column::Desks,
            };
            self.wrong(Some(column), fault.what.to_string());
        }
        let desk = desk?;
        self.item = desk.name.resource();
        Some(desk)
    }

    fn organisation(&mut self) -> Option<Organisation> {
        let typed = self.required(Column::Organisation, "say which organisation it is")?;
        let organisations = &self.of.directory.organisations;
        let id = self.organisation_id(typed);
        let id = id.map_or_else(|| slug(typed), |id| id.as_str().to_owned());
        let standing = OrganisationId::parse(&id)
            .ok()
            .and_then(|id| organisations.get(&id));
        let name = standing.map_or(typed, |one| one.name.as_str());
        let departement = match (self.cell(Column::Departements), standing) {
            (Some(code), _) => code.to_uppercase(),
            (None, Some(standing)) => standing.departement.clone(),
            (None, None) => {
                self.required(Column::Departements, "the code of its département")?;
                return None;
            }
        };
        let row = OrganisationRow {
            id,
            name: self.cell(Column::Name).unwrap_or(name).to_owned(),
            departement,
            kind: standing
                .and_then(|one| one.kind)
                .map(|kind| enums::organisation_kind(kind).as_str_name())
                .map(|kind| kind.trim_start_matches("ORGANISATION_KIND_").to_owned()),
        };
        let mut reading = Reading::default();
        let organisation = reading.organisation(&row);
        for fault in reading.faults {
            let column = match fault.what {
                What::Departement(_) => Column::Departements,
                What::Name(_) => Column::Name,
                _ => Column::Organisation,
            };
            self.wrong(Some(column), fault.what.to_string());
        }
        let organisation = organisation?;
        self.item = organisation.id.resource();
        Some(organisation)
    }

    fn known_organisation(&mut self, typed: &str) -> Option<OrganisationId> {
        let found = self.organisation_id(typed);
        if found.is_none() {
            let known = self.of.directory.organisations.values();
            let candidates = known.flat_map(|one| [one.id.as_str(), one.name.as_str()]);
            self.unknown(
                Column::Organisation,
                "the directory has no organisation",
                typed,
                candidates,
            );
        }
        found
    }

    fn organisation_id(&self, typed: &str) -> Option<OrganisationId> {
        let known = &self.of.directory.organisations;
        let by_id = OrganisationId::parse(typed)
            .ok()
            .filter(|id| known.contains_key(id));
        let by_name = || self.of.names.organisations.get(&folded(typed))?.clone();
        by_id.or_else(|| OrganisationId::parse(&by_name()?).ok())
    }

    fn known_agency(&mut self, typed: &str) -> Option<&'a Agency> {
        let known = &self.of.directory.agencies;
        let by_id = AgencyId::parse(typed).ok().and_then(|id| known.get(&id));
        let by_name = || self.of.names.agencies.get(&folded(typed))?.clone();
        let found = by_id.or_else(|| known.get(&AgencyId::parse(&by_name()?).ok()?));
        if found.is_none() {
            let candidates = known.values();
            let candidates = candidates.flat_map(|one| [one.id.as_str(), one.name.as_str()]);
            self.unknown(Column::Agency, "the directory has no agency", typed, candidates);
        }
        found
    }

    /// A cell that holds something.
    fn cell(&self, column: Column) -> Option<&'a str> {
        let place = self.of.places.get(&column)?;
        let cell = self.row.cells.get(*place)?;
        (!cell.is_empty()).then_some(cell.as_str())
    }

    fn required(&mut self, column: Column, what: &str) -> Option<&'a str> {
        let cell = self.cell(column);
        if cell.is_none() {
            self.wrong(Some(column), format!("is required: {what}"));
        }
        cell
    }

    /// The things of a cell; those that were there before when it is empty.
    fn list<T: Ord + Clone>(
        &mut self,
        column: Column,
        before: Option<&BTreeSet<T>>,
        read: impl Fn(&mut Reading, &str) -> Option<T>,
    ) -> BTreeSet<T> {
        let Some(typed) = self.cell(column) else {
            return before.cloned().unwrap_or_default();
        };
        let mut reading = Reading::default();
        let read = codes(typed).filter_map(|code| read(&mut reading, code)).collect();
        self.faults(column, reading);
        read
    }

    fn read<T>(&mut self, column: Column, read: impl FnOnce(&mut Reading) -> Option<T>) -> Option<T> {
        let mut reading = Reading::default();
        let value = read(&mut reading);
        self.faults(column, reading);
        value
    }

    fn faults(&mut self, column: Column, reading: Reading) {
        for fault in reading.faults {
            self.wrong(Some(column), fault.what.to_string());
        }
    }

    fn unknown<'n>(
        &mut self,
        column: Column,
        what: &str,
        typed: &str,
        candidates: impl Iterator<Item = &'n str>,
    ) {
        let left = self.of.names.hints.get();
        self.of.names.hints.set(left.saturating_sub(1));
        let meant = (left > 0).then(|| nearest(typed, candidates)).flatten();
        let hint = match meant {
            Some(meant) => format!(", did you mean {meant:?}?"),
            None => ": add it first, or write it as the directory does".to_owned(),
        };
        self.wrong(Some(column), format!("{what} {typed:?}{hint}"));
    }

    fn wrong(&mut self, column: Option<Column>, problem: String) {
        self.problems.push((column, problem));
    }
}

/// The id of what is typed: its id, or its name if nothing else has that.
fn named<'n>(typed: &str, names: impl Iterator<Item = (&'n str, &'n str)>) -> Option<&'n str> {
    let wanted = folded(typed);
    let mut by_name = Vec::new();
    for (id, name) in names {
        if id == typed {
            return Some(id);
        }
        if folded(name) == wanted {
            by_name.push(id);
        }
    }
    match by_name[..] {
        [only] => Some(only),
        _ => None,
    }
}

fn known_desk<'n>(agency: &'n Agency, typed: &str) -> Option<&'n Desk> {
    let mut desks = agency.desks.iter();
    let names = desks
        .clone()
        .map(|desk| (desk.name.desk(), desk.display_name.as_str()));
    let id = named(typed, names)?;
    desks.find(|desk| desk.name.desk() == id)
}

/// An id made of a name: "Accueil social" gives accueil-social.
fn slug(name: &str) -> String {
    folded(name).replace(' ', "-")
}

fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(BETWEEN).map(str::trim).filter(|part| !part.is_empty())
}

/// Codes have no spaces, so that a space parts them too.
fn codes(cell: &str) -> impl Iterator<Item = &str> {
    parts(cell).flat_map(str::split_whitespace)
}
