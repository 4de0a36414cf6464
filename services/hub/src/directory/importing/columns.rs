//! What the columns of a file are called, and what a file with these columns holds.

use std::collections::BTreeMap;
use std::fmt;

use declic_vault::blind::NormalisedName;

use crate::directory::nearest::nearest;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A member a line.
    Members,
    /// A desk a line.
    Desks,
    /// An organisation a line.
    Organisations,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The id of a member, or its mail address.
    Member,
    /// The name that people see; of a member the family name where given names stand apart.
    Name,
    /// The given names of a member.
    GivenNames,
    /// What a member may do.
    Role,
    /// An organisation, by its id or name.
    Organisation,
    /// An agency, by its id or name.
    Agency,
    /// Desks, by their ids or names.
    Desks,
    /// Codes of départements.
    Departements,
    /// A member's public key.
    Key,
    /// Codes of benefits.
    Benefits,
}

use Column as C;

const ALL: [Column; 10] = [
    C::Member,
    C::Name,
    C::GivenNames,
    C::Role,
    C::Organisation,
    C::Agency,
    C::Desks,
    C::Departements,
    C::Key,
    C::Benefits,
];

/// Why the columns are not those of a file that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No column has this name; the nearest one that goes with the file.
    Unknown(String, Option<&'static str>),
    /// Two columns say the same.
    Twice(String, String),
    /// A column that does not go with what the file holds.
    Stray(String),
    /// None says whom or what a line is about.
    NothingNamed,
}

impl Kind {
    fn takes(self) -> &'static [Column] {
        match self {
            Self::Members => &[
                C::Member,
                C::Name,
                C::GivenNames,
                C::Role,
                C::Organisation,
                C::Agency,
                C::Desks,
                C::Departements,
                C::Key,
            ],
            Self::Desks => &[C::Agency, C::Desks, C::Name, C::Benefits],
            Self::Organisations => &[C::Organisation, C::Name, C::Departements],
        }
    }
}

/// Letters without accents and case, words with one space between them.
pub fn folded(text: &str) -> String {
    NormalisedName::new(text).as_str().to_owned()
}

/// What a file with these headings holds, and where each of its columns stands.
///
/// # Errors
/// Every [`Fault`].
pub fn columns(headings: &[String]) -> Result<(Kind, BTreeMap<Column, usize>), Vec<Fault>> {
    let (mut found, mut unknown, mut faults) = (BTreeMap::new(), Vec::new(), Vec::new());
    for (place, heading) in headings.iter().enumerate() {
        match column(heading) {
            // A spreadsheet leaves columns behind in which nothing is written.
            None if heading.is_empty() => {}
            None => unknown.push(heading),
            Some(column) => {
                if let Some(before) = found.insert(column, place) {
                    faults.push(Fault::Twice(headings[before].clone(), heading.clone()));
                }
            }
        }
    }
    let kind = kind(&found);
    let is_free = |column: &Column| !found.contains_key(column);
    for heading in unknown {
        let takes = kind.map_or(&ALL[..], Kind::takes).iter().copied();
        let hint = meant(heading, takes.filter(is_free));
        faults.push(Fault::Unknown(heading.clone(), hint));
    }
    match kind {
        None => faults.push(Fault::NothingNamed),
        Some(kind) => {
            let strange = found.iter().filter(|(column, _)| !kind.takes().contains(column));
            faults.extend(strange.map(|(_, place)| Fault::Stray(headings[*place].clone())));
        }
    }
    match kind {
        Some(kind) if faults.is_empty() => Ok((kind, found)),
        _ => Err(faults),
    }
}

/// The column that is written so.
fn column(heading: &str) -> Option<Column> {
    let heading = folded(heading);
    ALL.into_iter()
        .find(|column| column.spellings().contains(&heading))
}

/// What the columns tell apart.
fn kind(found: &BTreeMap<Column, usize>) -> Option<Kind> {
    let has = |column| found.contains_key(&column);
    if has(C::Member) {
        Some(Kind::Members)
    } else if has(C::Agency) && has(C::Desks) {
        Some(Kind::Desks)
    } else {
        has(C::Organisation).then_some(Kind::Organisations)
    }
}

/// The name of the column that somebody most likely meant.
fn meant(heading: &str, candidates: impl Iterator<Item = Column>) -> Option<&'static str> {
    let spellings: BTreeMap<String, &'static str> = candidates
        .flat_map(|column| {
            column
                .spellings()
                .into_iter()
                .map(move |spelling| (spelling, column.name()))
        })
        .collect();
    let found = nearest(&folded(heading), spellings.keys().map(String::as_str))?;
    spellings.get(found).copied()
}

impl Column {
    /// Its name, as the guide says it.
    pub fn name(self) -> &'static str {
        self.written().0
    }

    /// Every way it is written, folded.
    fn spellings(self) -> Vec<String> {
        let (name, others) = self.written();
        let others = others.iter().map(|other| (*other).to_owned());
        std::iter::once(folded(name)).chain(others).collect()
    }

    fn written(self) -> (&'static str, &'static [&'static str]) {
        match self {
            C::Member => (
                "identifiant",
                &[
                    "courriel",
                    "mail",
                    "email",
                    "adresse mail",
                    "adresse electronique",
                    "login",
                    "member",
                ],
            ),
            C::Name => ("nom", &["nom complet", "nom de famille", "libelle", "name"]),
            C::GivenNames => ("prénom", &["prenoms", "given names", "first name"]),
            C::Role => ("rôle", &["fonction", "profil"]),
            C::Organisation => ("structure", &["organisation"]),
            C::Agency => ("organisme", &["agency"]),
            C::Desks => ("équipe", &["equipes", "desk", "desks"]),
            C::Departements => ("département", &["departements", "territoire", "territory"]),
            C::Key => ("clé", &["cles", "cle publique", "key", "public key"]),
            C::Benefits => (
                "prestations",
                &["prestation", "demarche", "demarches", "benefits"],
            ),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(heading, Some(hint)) => {
                write!(f, "unknown column {heading:?}, did you mean {hint:?}?")
            }
            Self::Unknown(heading, None) => {
                write!(f, "unknown column {heading:?}: leave it out, or name it as the guide does")
            }
            Self::Twice(first, second) => {
                write!(f, "column {second:?} says the same as {first:?}: keep one")
            }
            Self::Stray(heading) => write!(
                f,
                "column {heading:?} does not go with the others: members, desks and organisations have a file each"
            ),
            Self::NothingNamed => f.write_str(
                "no column says what a line is about: \"identifiant\" for members, \"organisme\" and \"équipe\" for desks, \"structure\" for organisations",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headings: &[&str]) -> Result<Kind, Vec<String>> {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let found = columns(&headings).map(|(kind, _)| kind);
        found.map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_columns_say_what_a_file_holds() {
        for (headings, kind) in [
            (&["Courriel", "NOM", "Prénom"][..], Kind::Members),
            (
                &["identifiant", "rôle", "organisme", "équipes", ""],
                Kind::Members,
            ),
            (&["Organisme", "Équipe", "Prestations"], Kind::Desks),
            (&["structure", "nom", "département"], Kind::Organisations),
        ] {
            assert_eq!(read(headings), Ok(kind), "{headings:?}");
        }
    }

    #[test]
    fn a_column_that_is_not_known_is_told_with_the_one_that_was_meant() {
        for (headings, told) in [
            (
                &["identifant", "nom"][..],
                "unknown column \"identifant\", did you mean \"identifiant\"?",
            ),
            (
                &["identifiant", "equippe"],
                "unknown column \"equippe\", did you mean \"équipe\"?",
            ),
            (
                &["identifiant", "Téléphone"],
                "unknown column \"Téléphone\": leave it out",
            ),
            (
                &["identifiant", "courriel"],
                "column \"courriel\" says the same as \"identifiant\"",
            ),
            (
                &["identifiant", "prestations"],
                "column \"prestations\" does not go with the others",
            ),
            (&["nom"], "no column says what a line is about"),
            (
                &["claire.morel", "Claire Morel"],
                "unknown column \"claire.morel\": leave it out",
            ),
        ] {
            let faults = read(headings).expect_err("something is wrong");
            assert!(faults[0].starts_with(told), "{faults:?}");
        }
    }
}
