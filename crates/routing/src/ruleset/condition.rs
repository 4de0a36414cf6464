//! When a rule speaks: a set of values for each fact that it asks for.

use jiff::civil::Date;

use crate::facts::{AgriculturalStatus, FactName, FactSet, Facts, Regime, Stage};
use crate::territory::{AgencyKind, AgencySlug, Commune, Grouping, Territory};

/// Values of a condition that hold whatever the fact: nothing is asked.
const ANY: u32 = u32::MAX;

/// What a rule asks of a case. A fact that it does not ask for may have any value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    /// One bit for each described département, in the order of their codes.
    pub departements: u128,
    pub groupings: u32,
    /// Codes in order; empty: any.
    pub communes: Vec<&'static str>,
    /// One bit for each benefit of the catalogue.
    pub benefits: u128,
    pub regime: u32,
    pub scheme: u32,
    pub agricultural_status: u32,
    pub local_scheme: u32,
    pub has_basic_pension: u32,
    pub stage: u32,
    pub paying_body: BodySet,
    pub seized_body: BodySet,
    pub former_body: BodySet,
    pub from: Option<Date>,
    pub until: Option<Date>,
}

/// Bodies given as a fact: by kind, or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BodySet {
    /// One bit for each kind of agency, and one for none given.
    pub kinds: u32,
    pub named: Vec<AgencySlug>,
}

/// A case as conditions look at it: one bit for each fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub departement: u128,
    pub grouping: u32,
    pub commune: &'static str,
    pub benefit: u128,
    pub regime: u32,
    pub scheme: u32,
    pub agricultural_status: u32,
    pub local_scheme: u32,
    pub has_basic_pension: u32,
    pub stage: u32,
    pub paying_body: SeenBody,
    pub seized_body: SeenBody,
    pub on_date: Date,
}

/// A body given as a fact, as conditions look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeenBody {
    pub kind: u32,
    pub slug: Option<AgencySlug>,
}

/// Bit of a body that is not given.
pub(crate) const NO_BODY: u32 = 1 << 31;

/// The words of `regime`.
pub(crate) const REGIMES: [&str; 4] = ["general", "agricultural", "other", "unknown"];
/// The words of `special_scheme`.
pub(crate) const SCHEMES: [&str; 8] = [
    "not_given",
    "none",
    "independent",
    "enim",
    "sre",
    "cnracl",
    "agirc-arrco",
    "undescribed",
];
/// The words of `agricultural_status`.
pub(crate) const STATUSES: [&str; 3] = ["not_given", "self_employed", "employee"];
/// The words of a fact that is yes or no.
pub(crate) const YES_OR_NO: [&str; 3] = ["not_given", "yes", "no"];
/// The words of `stage`.
pub(crate) const STAGES: [&str; 3] = ["not_given", "DECISION", "PAYMENT"];
/// The words of `grouping`.
pub(crate) const GROUPINGS: [&str; 5] = [
    "none",
    "metropole-lyon",
    "metropole-europeenne-lille",
    "metropole",
    "seignanx",
];

impl Condition {
    /// Nothing is asked.
    pub(crate) const NONE: Condition = Condition {
        departements: u128::MAX,
        groupings: ANY,
        communes: Vec::new(),
        benefits: u128::MAX,
        regime: ANY,
        scheme: ANY,
        agricultural_status: ANY,
        local_scheme: ANY,
        has_basic_pension: ANY,
        stage: ANY,
        paying_body: BodySet::ANY,
        seized_body: BodySet::ANY,
        former_body: BodySet::ANY,
        from: None,
        until: None,
    };

    /// Whether the rule speaks in a case.
    pub(crate) fn holds(&self, case: &Seen) -> bool {
        self.departements & case.departement != 0
            && self.regime & case.regime != 0
            && self.scheme & case.scheme != 0
            && self.groupings & case.grouping != 0
            && self.benefits & case.benefit != 0
            && self.agricultural_status & case.agricultural_status != 0
            && self.local_scheme & case.local_scheme != 0
            && self.has_basic_pension & case.has_basic_pension != 0
            && self.stage & case.stage != 0
            && self.paying_body.holds(case.paying_body)
            && self.seized_body.holds(case.seized_body)
            && self.former_body.holds(case.former_body())
            && (self.communes.is_empty() || self.communes.binary_search(&case.commune).is_ok())
            && self.from.is_none_or(|from| from <= case.on_date)
            && self.until.is_none_or(|until| case.on_date <= until)
    }

    /// Whether it asks for the body that held the file, whichever fact gives it.
    pub(crate) fn asks_former_body(&self) -> bool {
        self.former_body != BodySet::ANY
    }

    /// The facts it asks for, but for the body that held the file.
    pub(crate) fn asks(&self) -> FactSet {
        let dated = self.from.is_some() || self.until.is_some();
        let asked = [
            (FactName::Regime, self.regime != ANY),
            (FactName::SpecialScheme, self.scheme != ANY),
            (FactName::AgriculturalStatus, self.agricultural_status != ANY),
            (FactName::LocalScheme, self.local_scheme != ANY),
            (FactName::HasBasicPension, self.has_basic_pension != ANY),
            (FactName::Stage, self.stage != ANY),
            (FactName::PayingBody, self.paying_body != BodySet::ANY),
            (FactName::SeizedBody, self.seized_body != BodySet::ANY),
            (FactName::OnDate, dated),
        ];
        let asked = asked.into_iter().filter(|(_, asked)| *asked);
        asked.fold(FactSet::EMPTY, |set, (fact, _)| set.and(FactSet::of(&[fact])))
    }
}

impl BodySet {
    pub(crate) const ANY: BodySet = BodySet {
        kinds: ANY,
        named: Vec::new(),
    };

    /// Whether it holds a body, by its name or its kind.
    pub(crate) fn has(&self, slug: AgencySlug) -> bool {
        self.holds(SeenBody::of(Some(slug)))
    }

    /// Whether it holds a body, or none.
    pub(crate) fn holds(&self, body: SeenBody) -> bool {
        self.kinds & body.kind != 0 || body.slug.is_some_and(|slug| self.named.contains(&slug))
    }
}

impl SeenBody {
    pub(crate) fn of(slug: Option<AgencySlug>) -> SeenBody {
        let kind = slug.and_then(|slug| Territory::embedded().agency(slug.as_str()));
        SeenBody {
            kind: kind.map_or(NO_BODY, |agency| kind_bit(agency.kind)),
            slug,
        }
    }
}

impl Seen {
    /// The fact that gives the body that held the file.
    pub(crate) fn former_fact(&self) -> FactName {
        if self.seized_body.slug.is_none() && self.paying_body.slug.is_some() {
            FactName::PayingBody
        } else {
            FactName::SeizedBody
        }
    }

    /// The body that held the file: the one already seized, else the one that pays.
    pub(crate) fn former_body(&self) -> SeenBody {
        if self.seized_body.slug.is_some() {
            self.seized_body
        } else {
            self.paying_body
        }
    }
}

/// Bit of a regime.
pub(crate) fn regime_bit(regime: Regime) -> u32 {
    match regime {
        Regime::General => 1,
        Regime::Agricultural => 1 << 1,
        Regime::Other => 1 << 2,
        Regime::Unknown => 1 << 3,
    }
}

/// Bit of the special scheme, and whether it is of those that have a body of their own or that no rule knows.
pub(crate) fn scheme_bit(facts: &Facts) -> u32 {
    let at = match facts.special_scheme.as_deref() {
        None => 0,
        Some("none" | "aucun") => 1,
        Some("independent" | "independants" | "indépendants" | "ssi") => 2,
        Some("enim") => 3,
        Some("sre") => 4,
        Some("cnracl") => 5,
        Some("agirc-arrco" | "agirc_arrco") => 6,
        Some(_) => 7,
    };
    1 << at
}

/// The regime that counts, by its bit: where none is known, the one that an agricultural status or a special scheme
/// implies.
pub(crate) fn implied_regime(regime: Regime, scheme: u32, status: u32) -> Regime {
    let word = SCHEMES[scheme.trailing_zeros() as usize];
    let special = matches!(word, "enim" | "sre" | "cnracl" | "undescribed");
    let status_given = status != status_bit(None);
    match regime {
        Regime::Unknown if status_given && !special => Regime::Agricultural,
        Regime::Unknown if !status_given && (special || word == "independent") => Regime::Other,
        other => other,
    }
}

/// Bit of an agricultural status.
pub(crate) fn status_bit(status: Option<AgriculturalStatus>) -> u32 {
    match status {
        None => 1,
        Some(AgriculturalStatus::SelfEmployed) => 1 << 1,
        Some(AgriculturalStatus::Employee) => 1 << 2,
    }
}

/// Bit of a fact that is yes or no.
pub(crate) fn yes_or_no_bit(fact: Option<bool>) -> u32 {
    match fact {
        None => 1,
        Some(true) => 1 << 1,
        Some(false) => 1 << 2,
    }
}

/// Bit of a stage.
pub(crate) fn stage_bit(stage: Option<Stage>) -> u32 {
    match stage {
        None => 1,
        Some(Stage::Decision) => 1 << 1,
        Some(Stage::Payment) => 1 << 2,
    }
}

/// Bit of the grouping of a commune.
pub(crate) fn grouping_bit(commune: &Commune) -> u32 {
    let at = match commune.grouping {
        None => 0,
        Some(Grouping::MetropoleLyon) => 1,
        Some(Grouping::MetropoleEuropeenneLille) => 2,
        Some(Grouping::Metropole(_)) => 3,
        Some(Grouping::Seignanx) => 4,
    };
    1 << at
}

/// Bit of a kind of agency.
pub(crate) fn kind_bit(kind: AgencyKind) -> u32 {
    1 << kind as u32
}
