//! The communes of France, the bodies of each département, and the directory of agencies, as embedded data.
//!
//! Sources and licence: `data/NOTICE.md`.

mod directory;
mod search;
mod table;

use std::fmt;
use std::sync::LazyLock;

use thiserror::Error;

pub use directory::{Agency, AgencyKind, AgencySlug};
pub use search::{CommuneHit, Found};

use crate::ruleset::BodyOf;

use search::Index;
use table::{cells, number};

/// A commune of today's official code list (COG 2026).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commune {
    /// INSEE code, five characters ("56260", "2A004").
    pub code: &'static str,
    /// Official name.
    pub name: &'static str,
    /// Code of the département or overseas collectivity ("56", "2A", "971", "987").
    pub departement: &'static str,
    /// Inhabitants; 0 where the source gives none.
    pub population: u32,
    /// The grouping of communes on which a competence depends, if any.
    pub grouping: Option<Grouping>,
    postal_codes: &'static str,
}

/// Groupings of communes that move a competence from one body to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Has the competences of a département (CGCT L3611-1).
    MetropoleLyon,
    /// Took over the housing fund (FSL) from the Nord.
    MetropoleEuropeenneLille,
    /// A métropole that may have taken over social funds by convention (CGCT L5217-2 IV); its name.
    Metropole(&'static str),
    /// The eight communes of the Landes attached to the Caf of the Pyrénées-Atlantiques.
    Seignanx,
}

/// The competent bodies of a département or overseas collectivity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departement {
    /// Code ("56", "2A", "971").
    pub code: &'static str,
    /// Name, without article.
    pub name: &'static str,
    /// Body with the social powers of a département; in 69, the one outside the Métropole de Lyon.
    pub social_authority: AgencySlug,
    /// Body that pays the family benefits of the general regime.
    pub family: AgencySlug,
    /// Retirement body of the general regime.
    pub retirement: AgencySlug,
    /// Social service of the health insurance.
    pub social_service: AgencySlug,
    /// Agricultural body, where there is one.
    pub msa: Option<AgencySlug>,
    /// House of disabled people.
    pub mdph: AgencySlug,
    /// Health insurer of the general regime, where one single body serves the whole département.
    pub health: Option<AgencySlug>,
    /// Prefecture.
    pub prefecture: AgencySlug,
    /// Direction of public finances, where the tables name one.
    pub public_finances: Option<AgencySlug>,
    /// Council for access to law, where the tables name one.
    pub access_to_law: Option<AgencySlug>,
    /// Triage desk of the territory.
    pub triage: AgencySlug,
}

/// A commune with the way its code led there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// The commune of today.
    pub commune: &'static Commune,
    /// The code as given, normalised.
    pub given: &'static str,
    /// What the given code was.
    pub how: How,
}

/// What a given code was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The code of a commune of today.
    Current,
    /// A municipal arrondissement of Paris, Lyon or Marseille; its name.
    Arrondissement(&'static str),
    /// A code no longer of a commune; its former name where the source keeps it.
    OldCode(Option<&'static str>),
}

/// No commune, arrondissement or former commune has this code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown commune {given:?}: give the INSEE code (5 characters){}", hint(.suggestions))]
pub struct UnknownCommune {
    /// What was given.
    pub given: String,
    /// Communes that what was given may mean, when it is a postal code or a name.
    pub suggestions: Vec<&'static Commune>,
}

/// The embedded data, parsed once; lookups never allocate.
pub struct Territory {
    communes: Vec<Commune>,
    arrondissements: Vec<Other>,
    old_codes: Vec<Other>,
    departements: Vec<Departement>,
    agencies: Vec<Agency>,
    national_triage: AgencySlug,
    index: Index,
}

/// A code that is not of a commune but leads to one.
struct Other {
    code: &'static str,
    name: &'static str,
    postal_codes: &'static str,
    /// Place of the commune in the list.
    commune: usize,
}

static EMBEDDED: LazyLock<Territory> = LazyLock::new(Territory::parse);

impl Territory {
    /// The territory of this release, parsed at first use (some tens of milliseconds).
    #[must_use]
    pub fn embedded() -> &'static Territory {
        &EMBEDDED
    }

    /// The communes of today in the order of their codes.
    #[must_use]
    pub fn communes(&self) -> &[Commune] {
        &self.communes
    }

    /// Every code that is not of a commune of today but leads to one: arrondissements and former codes.
    pub fn other_codes(&self) -> impl Iterator<Item = &'static str> {
        self.arrondissements
            .iter()
            .chain(&self.old_codes)
            .map(|other| other.code)
    }

    /// The former codes, each with one commune of today.
    #[must_use]
    pub fn old_codes_len(&self) -> usize {
        self.old_codes.len()
    }

    /// Resolves an INSEE code: of today first, then an arrondissement, then a former code.
    ///
    /// # Errors
    /// [`UnknownCommune`] with suggestions when the text is a postal code or looks like a name.
    pub fn commune(&'static self, code: &str) -> Result<Resolved, UnknownCommune> {
        let wanted = code.trim().to_ascii_uppercase();
        if let Some(commune) = self.current(&wanted) {
            return Ok(Resolved {
                commune,
                given: commune.code,
                how: How::Current,
            });
        }
        if let Some(other) = find(&self.arrondissements, &wanted) {
            return Ok(self.leads(other, How::Arrondissement(other.name)));
        }
        if let Some(other) = find(&self.old_codes, &wanted) {
            let name = Some(other.name).filter(|name| !name.is_empty());
            return Ok(self.leads(other, How::OldCode(name)));
        }
        let mut suggestions: Vec<_> = self.search(code, 5).into_iter().map(|hit| hit.commune).collect();
        suggestions.dedup();
        Err(UnknownCommune {
            given: code.to_owned(),
            suggestions,
        })
    }

    /// The commune of today with this code.
    #[must_use]
    pub fn current(&'static self, code: &str) -> Option<&'static Commune> {
        let at = self.communes.binary_search_by(|commune| commune.code.cmp(code));
        at.ok().map(|at| &self.communes[at])
    }

    /// Communes found by name, postal code, INSEE code or former code, best first, at most `limit`.
    ///
    /// Accents, hyphens, apostrophes and case do not count; "st" and "ste" are read as "saint" and "sainte".
    #[must_use]
    pub fn search(&'static self, query: &str, limit: usize) -> Vec<CommuneHit> {
        self.index.search(self, query, limit)
    }

    /// The bodies of a département or collectivity; none for the Pacific and the southern lands.
    #[must_use]
    pub fn departement(&self, code: &str) -> Option<&Departement> {
        let at = self.departements.binary_search_by(|row| row.code.cmp(code));
        at.ok().map(|at| &self.departements[at])
    }

    /// Place of a département in [`Territory::departements`].
    pub(crate) fn departement_place(&self, code: &str) -> Option<usize> {
        self.departements.binary_search_by(|row| row.code.cmp(code)).ok()
    }

    /// Every département and collectivity with known bodies, in the order of codes.
    #[must_use]
    pub fn departements(&self) -> &[Departement] {
        &self.departements
    }

    /// The bodies of the département of a commune.
    #[must_use]
    pub fn departement_of(&self, commune: &Commune) -> Option<&Departement> {
        self.departement(commune.departement)
    }

    /// The triage desk of a commune's territory, `triage-national` where the territory has none.
    #[must_use]
    pub fn triage_desk(&self, commune: &Commune) -> AgencySlug {
        self.departement_of(commune)
            .map_or(self.national_triage, |row| row.triage)
    }

    /// The agency of this slug.
    #[must_use]
    pub fn agency(&self, slug: &str) -> Option<&Agency> {
        let at = self
            .agencies
            .binary_search_by(|agency| agency.slug.as_str().cmp(slug));
        at.ok().map(|at| &self.agencies[at])
    }

    /// The whole directory in the order of slugs, triage desks included.
    #[must_use]
    pub fn agencies(&self) -> &[Agency] {
        &self.agencies
    }

    /// The French name of an agency of the directory.
    #[must_use]
    pub fn name_of(&self, slug: AgencySlug) -> &'static str {
        self.agency(slug.as_str())
            .map_or(slug.as_str(), |agency| agency.name_fr)
    }

    fn leads(&'static self, other: &Other, how: How) -> Resolved {
        Resolved {
            commune: &self.communes[other.commune],
            given: other.code,
            how,
        }
    }

    fn parse() -> Territory {
        let mut communes: Vec<Commune> = cells(include_str!("../data/communes.tsv"))
            .map(|[code, name, departement, population, postal_codes]| Commune {
                code,
                name,
                departement,
                population: number(population),
                grouping: None,
                postal_codes,
            })
            .collect();
        communes.sort_unstable_by_key(|commune| commune.code);
        for [grouping, _, name, code] in cells(include_str!("../data/groupings.tsv")) {
            let at = place(&communes, code);
            communes[at].grouping = Some(match grouping {
                "metropole-lyon" => Grouping::MetropoleLyon,
                "metropole-europeenne-lille" => Grouping::MetropoleEuropeenneLille,
                "seignanx" => Grouping::Seignanx,
                _ => Grouping::Metropole(name),
            });
        }
        let arrondissements = cells(include_str!("../data/arrondissements.tsv"))
            .map(|[code, commune, name, postal_codes]| Other {
                code,
                name,
                postal_codes,
                commune: place(&communes, commune),
            })
            .collect::<Vec<_>>();
        let mut old_codes: Vec<Other> = cells(include_str!("../data/old_codes.tsv"))
            .map(|[code, commune, name]| Other {
                code,
                name,
                postal_codes: "",
                commune: place(&communes, commune),
            })
            .collect();
        old_codes.sort_unstable_by_key(|other| other.code);
        let agencies = directory::parse();
        let departements = directory::departements(&agencies);
        let index = Index::new(&communes, &arrondissements, &old_codes);
        Territory {
            national_triage: directory::slug(&agencies, "triage-national"),
            communes,
            arrondissements,
            old_codes,
            departements,
            agencies,
            index,
        }
    }
}

impl Departement {
    /// Whether it is overseas, with bodies of its own.
    #[must_use]
    pub fn is_overseas(&self) -> bool {
        self.code.len() == 3
    }

    /// The body of the place in this part; none where there is none, or where facts give it.
    pub(crate) fn body(&self, of: BodyOf) -> Option<AgencySlug> {
        match of {
            BodyOf::SocialAuthority => Some(self.social_authority),
            BodyOf::Caf => Some(self.family),
            BodyOf::Retirement => Some(self.retirement),
            BodyOf::SocialService => Some(self.social_service),
            BodyOf::Msa => self.msa,
            BodyOf::Mdph => Some(self.mdph),
            BodyOf::Cpam => self.health,
            BodyOf::Prefecture => Some(self.prefecture),
            BodyOf::PublicFinances => self.public_finances,
            BodyOf::AccessToLaw => self.access_to_law,
            BodyOf::PayingBody | BodyOf::SeizedBody | BodyOf::FormerBody => None,
        }
    }
}

impl Resolved {
    /// The name that the given code had: of the arrondissement or the former commune, else of the commune of today.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.how {
            How::Arrondissement(name) | How::OldCode(Some(name)) => name,
            How::Current | How::OldCode(None) => self.commune.name,
        }
    }
}

impl Commune {
    /// The postal codes of the commune; none for the southern lands.
    pub fn postal_codes(&self) -> impl Iterator<Item = &'static str> {
        self.postal_codes.split_whitespace()
    }
}

impl fmt::Debug for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Territory({} communes, {} agencies)",
            self.communes.len(),
            self.agencies.len()
        )
    }
}

fn find<'a>(others: &'a [Other], code: &str) -> Option<&'a Other> {
    let at = others.binary_search_by(|other| other.code.cmp(code));
    at.ok().map(|at| &others[at])
}

fn place(communes: &[Commune], code: &str) -> usize {
    communes
        .binary_search_by(|commune| commune.code.cmp(code))
        .unwrap_or_else(|_| panic!("embedded data name a commune that does not exist: {code}"))
}

fn hint(suggestions: &[&Commune]) -> String {
    let names: Vec<_> = suggestions
        .iter()
        .map(|commune| format!("{} {}", commune.code, commune.name))
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}", names.join(", "))
    }
}
