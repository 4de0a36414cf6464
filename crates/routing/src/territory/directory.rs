//! The directory of agencies and the bodies of each département.

use std::fmt;

use super::Departement;
use super::table::cells;

/// The stable id of an agency of the directory ("caf-56", "metropole-lyon"); opaque to users.
///
/// Only the directory makes one, so that a slug always names an agency that exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgencySlug(&'static str);

/// An agency that may receive a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Stable id.
    pub slug: AgencySlug,
    /// What it is.
    pub kind: AgencyKind,
    /// Name shown to people.
    pub name_fr: &'static str,
    /// Codes of the départements it serves; empty for a national body.
    pub departements: Vec<&'static str>,
}

/// Kinds of agencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgencyKind {
    /// Family benefits.
    Caf,
    /// Agricultural social security.
    Msa,
    /// Retirement and social service of the general regime.
    Carsat,
    /// Retirement in Île-de-France.
    Cnav,
    /// Social service and invalidity in Île-de-France.
    Cramif,
    /// General social security overseas.
    Cgss,
    /// Social security of Mayotte.
    Cssm,
    /// Social security of Saint-Pierre-et-Miquelon.
    Cps,
    /// Health insurance.
    Cpam,
    /// House of disabled people.
    Mdph,
    /// Prefecture.
    Prefecture,
    /// Taxes of a département.
    Ddfip,
    /// Access to law in a département.
    Cdad,
    /// Département or the body with its social powers.
    Departement,
    /// Métropole that took over a social fund.
    Metropole,
    /// Agricultural accidents in Alsace-Moselle.
    Caaa,
    /// National body.
    National,
    /// Triage desk of a territory.
    Triage,
}

impl AgencySlug {
    /// The id as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for AgencySlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for AgencySlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl AgencyKind {
    /// Every kind, in the order of their declaration.
    pub const ALL: [AgencyKind; 18] = [
        AgencyKind::Caf,
        AgencyKind::Msa,
        AgencyKind::Carsat,
        AgencyKind::Cnav,
        AgencyKind::Cramif,
        AgencyKind::Cgss,
        AgencyKind::Cssm,
        AgencyKind::Cps,
        AgencyKind::Cpam,
        AgencyKind::Mdph,
        AgencyKind::Prefecture,
        AgencyKind::Ddfip,
        AgencyKind::Cdad,
        AgencyKind::Departement,
        AgencyKind::Metropole,
        AgencyKind::Caaa,
        AgencyKind::National,
        AgencyKind::Triage,
    ];

    /// The word of the directory file ("CAF", "PREFECTURE").
    #[must_use]
    pub fn as_str(self) -> &'static str {
        KINDS
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("NATIONAL", |(_, word)| word)
    }

    /// The kind of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<AgencyKind> {
        KINDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(kind, _)| *kind)
    }

    /// Whether bodies of this kind pay basic pensions of the general or agricultural regime.
    #[must_use]
    pub fn pays_pensions(self) -> bool {
        matches!(
            self,
            AgencyKind::Carsat
                | AgencyKind::Cnav
                | AgencyKind::Cgss
                | AgencyKind::Cssm
                | AgencyKind::Cps
                | AgencyKind::Msa
        )
    }
}

const KINDS: [(AgencyKind, &str); 18] = [
    (AgencyKind::Caf, "CAF"),
    (AgencyKind::Msa, "MSA"),
    (AgencyKind::Carsat, "CARSAT"),
    (AgencyKind::Cnav, "CNAV"),
    (AgencyKind::Cramif, "CRAMIF"),
    (AgencyKind::Cgss, "CGSS"),
    (AgencyKind::Cssm, "CSSM"),
    (AgencyKind::Cps, "CPS"),
    (AgencyKind::Cpam, "CPAM"),
    (AgencyKind::Mdph, "MDPH"),
    (AgencyKind::Prefecture, "PREFECTURE"),
    (AgencyKind::Ddfip, "DDFIP"),
    (AgencyKind::Cdad, "CDAD"),
    (AgencyKind::Departement, "DEPARTEMENT"),
    (AgencyKind::Metropole, "METROPOLE"),
    (AgencyKind::Caaa, "CAAA"),
    (AgencyKind::National, "NATIONAL"),
    (AgencyKind::Triage, "TRIAGE"),
];

pub(super) fn parse() -> Vec<Agency> {
    let mut agencies: Vec<Agency> = cells(include_str!("../../data/agencies.tsv"))
        .map(|[slug, kind, name_fr, departements, _source]| Agency {
            slug: AgencySlug(slug),
            kind: AgencyKind::parse(kind)
                .unwrap_or_else(|| panic!("embedded directory: unknown kind of agency: {kind}")),
            name_fr,
            departements: departements.split(',').filter(|code| !code.is_empty()).collect(),
        })
        .collect();
    agencies.sort_unstable_by_key(|agency| agency.slug);
    agencies
}

pub(super) fn departements(agencies: &[Agency]) -> Vec<Departement> {
    let one = |text: &str| slug(agencies, text);
    let maybe = |text: &str| (text != "-").then(|| slug(agencies, text));
    let if_there = |text: &str| {
        let mut known = agencies.iter().map(|agency| agency.slug);
        known.find(|slug| slug.as_str() == text)
    };
    let mut rows: Vec<Departement> = cells(include_str!("../../data/departements.tsv"))
        .map(
            |[
                code,
                name,
                _zone,
                authority,
                caf,
                retirement,
                service,
                msa,
                mdph,
                cpam,
                _source,
                _confidence,
            ]| {
                let lower = code.to_lowercase();
                Departement {
                    code,
                    name,
                    social_authority: one(authority),
                    family: one(caf),
                    retirement: one(retirement),
                    social_service: one(service),
                    msa: maybe(msa),
                    mdph: one(mdph),
                    health: maybe(cpam),
                    prefecture: one(&format!("prefecture-{lower}")),
                    public_finances: if_there(&format!("ddfip-{lower}")),
                    access_to_law: if_there(&format!("cdad-{lower}")),
                    triage: one(&format!("triage-{lower}")),
                }
            },
        )
        .collect();
    rows.sort_unstable_by_key(|row| row.code);
    rows
}

/// The slug of an agency that the embedded tables promise.
pub(super) fn slug(agencies: &[Agency], text: &str) -> AgencySlug {
    agencies
        .binary_search_by(|agency| agency.slug.as_str().cmp(text))
        .map(|at| agencies[at].slug)
        .unwrap_or_else(|_| panic!("embedded tables name an agency that the directory does not hold: {text}"))
}
