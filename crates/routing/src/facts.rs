//! What is known of a case, as far as routing asks: parsed once, all problems told at once.

mod parser;
mod set;

use std::fmt;

use jiff::civil::Date;
use thiserror::Error;

use crate::catalogue::{Benefit, Blockage};
use crate::territory::{AgencySlug, Resolved, Territory, UnknownCommune};
use parser::{Parser, given};

pub(crate) use set::FactSet;

/// The facts as they come from outside, before parsing. Empty optional texts count as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawFacts {
    /// INSEE code of the commune of residence; an arrondissement or a former code is accepted.
    pub commune: String,
    /// "general", "agricultural", "other" or "unknown".
    pub regime: String,
    /// Code of the benefit ("RSA").
    pub benefit: String,
    /// Code of what blocks ("NO_REPLY").
    pub blockage: Option<String>,
    /// "DECISION" or "PAYMENT".
    pub stage: Option<String>,
    /// INSEE code of the domicile de secours.
    pub relief_domicile: Option<String>,
    /// INSEE code of the elected domicile of a person without a stable home.
    pub elected_domicile: Option<String>,
    /// Slug of the body that pays the person, or paid the deceased.
    pub paying_body: Option<String>,
    /// Slug of the body that already holds the claim.
    pub seized_body: Option<String>,
    /// "self_employed" or "employee".
    pub agricultural_status: Option<String>,
    /// Whether the person keeps the local health scheme of Alsace-Moselle.
    pub local_scheme: Option<bool>,
    /// Whether the person has a basic pension of any scheme.
    pub has_basic_pension: Option<bool>,
    /// Special scheme ("enim", "sre", "cnracl", "agirc-arrco"), "independent", or "none".
    pub special_scheme: Option<String>,
    /// What happened in the person's life; never changes the agency.
    pub life_event: Option<String>,
    /// Whether the case is urgent; never changes the agency.
    pub urgent: bool,
    /// Date on which the rules are read, "2026-11-22"; absent: the caller's today.
    pub on_date: Option<String>,
}

/// Parsed facts: every code in them exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Commune of residence.
    pub commune: Resolved,
    /// Social security regime.
    pub regime: Regime,
    /// Benefit or procedure.
    pub benefit: &'static Benefit,
    /// What blocks.
    pub blockage: Option<&'static Blockage>,
    /// What is blocked.
    pub stage: Option<Stage>,
    /// Domicile de secours.
    pub relief_domicile: Option<Resolved>,
    /// Elected domicile.
    pub elected_domicile: Option<Resolved>,
    /// Body that pays, or paid the deceased.
    pub paying_body: Option<AgencySlug>,
    /// Body already seized.
    pub seized_body: Option<AgencySlug>,
    /// Agricultural status.
    pub agricultural_status: Option<AgriculturalStatus>,
    /// Local health scheme of Alsace-Moselle.
    pub local_scheme: Option<bool>,
    /// Has a basic pension.
    pub has_basic_pension: Option<bool>,
    /// Special scheme, lower case, as given: one that no rule knows leads to triage.
    pub special_scheme: Option<String>,
    /// Life event.
    pub life_event: Option<String>,
    /// Urgency.
    pub urgent: bool,
    /// Date on which the rules are read.
    pub on_date: Date,
}

/// Social security regime of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Regime {
    /// Employees of the private sector.
    General,
    /// Farmers and agricultural employees.
    Agricultural,
    /// Independents, civil servants, special schemes.
    Other,
    /// Not known.
    Unknown,
}

/// What is blocked: the decision of a right or its payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The right itself.
    Decision,
    /// The money.
    Payment,
}

/// Agricultural status of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgriculturalStatus {
    /// Farmer, head of a holding.
    SelfEmployed,
    /// Agricultural employee.
    Employee,
}

/// Names of the facts, as in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactName {
    /// Commune of residence.
    Commune,
    /// Regime.
    Regime,
    /// Benefit.
    Benefit,
    /// Blockage.
    Blockage,
    /// Stage.
    Stage,
    /// Domicile de secours.
    ReliefDomicile,
    /// Elected domicile.
    ElectedDomicile,
    /// Paying body.
    PayingBody,
    /// Seized body.
    SeizedBody,
    /// Agricultural status.
    AgriculturalStatus,
    /// Local scheme.
    LocalScheme,
    /// Has a basic pension.
    HasBasicPension,
    /// Special scheme.
    SpecialScheme,
    /// Life event.
    LifeEvent,
    /// Urgency.
    Urgent,
    /// Date.
    OnDate,
}

/// One fact that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {problem}", .field.as_str())]
pub struct FactError {
    /// Which fact.
    pub field: FactName,
    /// What is wrong with it and what to give instead.
    pub problem: FactProblem,
}

/// Longest text of a fact that is read, in characters. Looking for the nearest known word takes time with each.
pub const LONGEST_FACT: usize = 100;

/// What is wrong with a fact.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FactProblem {
    /// Required and empty.
    #[error("is required")]
    Missing,
    /// No such commune.
    #[error(transparent)]
    UnknownCommune(#[from] UnknownCommune),
    /// Not a word or code of the list.
    #[error("unknown {given:?}{} Known: {known}", perhaps(.nearest))]
    Unknown {
        /// What was given.
        given: String,
        /// The known code that may have been meant; none when nothing known is near.
        nearest: Option<&'static str>,
        /// Where the known ones are listed, or the list itself.
        known: &'static str,
    },
    /// Longer than anything that is looked up here.
    #[error("is longer than {LONGEST_FACT} characters: give the code or the word alone")]
    TooLong,
    /// Not a date of the calendar, or one with more beside it.
    #[error("{given:?} is not a date: give a day that exists, as in 2026-11-22")]
    ImpossibleDate {
        /// What was given.
        given: String,
    },
}

/// Every fact that could not be read, in the order of the input; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", shown(.0))]
pub struct FactErrors(pub Vec<FactError>);

impl Facts {
    /// Reads the facts against the embedded territory and catalogue; `today` stands for an absent date.
    ///
    /// # Errors
    /// All the facts that cannot be read, each with its field and what to give instead.
    pub fn parse(raw: &RawFacts, today: Date) -> Result<Facts, FactErrors> {
        let mut parser = Parser {
            territory: Territory::embedded(),
            errors: Vec::new(),
        };
        let commune = parser.commune(FactName::Commune, Some(&raw.commune));
        if raw.commune.trim().is_empty() {
            parser.refuse(FactName::Commune, FactProblem::Missing);
        }
        let regime = parser.word(
            FactName::Regime,
            &raw.regime,
            &REGIMES,
            "general, agricultural, other, unknown",
        );
        let benefit = parser.benefit(&raw.benefit);
        let facts = (commune, regime, benefit);
        let blockage = parser.blockage(raw.blockage.as_deref());
        let stage = parser.optional_word(
            FactName::Stage,
            raw.stage.as_deref(),
            &STAGES,
            "DECISION, PAYMENT",
        );
        let relief_domicile = parser.commune(FactName::ReliefDomicile, raw.relief_domicile.as_deref());
        let elected_domicile = parser.commune(FactName::ElectedDomicile, raw.elected_domicile.as_deref());
        let paying_body = parser.agency(FactName::PayingBody, raw.paying_body.as_deref());
        let seized_body = parser.agency(FactName::SeizedBody, raw.seized_body.as_deref());
        let agricultural_status = parser.optional_word(
            FactName::AgriculturalStatus,
            raw.agricultural_status.as_deref(),
            &STATUSES,
            "self_employed, employee",
        );
        let on_date = parser.date(raw.on_date.as_deref(), today);
        match facts {
            (Some(commune), Some(regime), Some(benefit)) if parser.errors.is_empty() => Ok(Facts {
                commune,
                regime,
                benefit,
                blockage,
                stage,
                relief_domicile,
                elected_domicile,
                paying_body,
                seized_body,
                agricultural_status,
                local_scheme: raw.local_scheme,
                has_basic_pension: raw.has_basic_pension,
                special_scheme: given(raw.special_scheme.as_deref()).map(str::to_lowercase),
                life_event: given(raw.life_event.as_deref()).map(str::to_owned),
                urgent: raw.urgent,
                on_date,
            }),
            _ => Err(FactErrors(parser.errors)),
        }
    }

    /// The facts as they would be given again: parsing them yields the same facts.
    #[must_use]
    pub fn to_raw(&self) -> RawFacts {
        let code = |place: Resolved| place.given.to_owned();
        let slug = |agency: AgencySlug| agency.as_str().to_owned();
        RawFacts {
            commune: code(self.commune),
            regime: self.regime.as_str().to_owned(),
            benefit: self.benefit.code.to_owned(),
            blockage: self.blockage.map(|blockage| blockage.code.to_owned()),
            stage: self.stage.map(|stage| stage.as_str().to_owned()),
            relief_domicile: self.relief_domicile.map(code),
            elected_domicile: self.elected_domicile.map(code),
            paying_body: self.paying_body.map(slug),
            seized_body: self.seized_body.map(slug),
            agricultural_status: self.agricultural_status.map(|status| status.as_str().to_owned()),
            local_scheme: self.local_scheme,
            has_basic_pension: self.has_basic_pension,
            special_scheme: self.special_scheme.clone(),
            life_event: self.life_event.clone(),
            urgent: self.urgent,
            on_date: Some(self.on_date.to_string()),
        }
    }

    /// The names of the optional facts that were given, in the order of the input.
    pub fn given(&self) -> impl Iterator<Item = FactName> {
        [
            (FactName::Blockage, self.blockage.is_some()),
            (FactName::Stage, self.stage.is_some()),
            (FactName::ReliefDomicile, self.relief_domicile.is_some()),
            (FactName::ElectedDomicile, self.elected_domicile.is_some()),
            (FactName::PayingBody, self.paying_body.is_some()),
            (FactName::SeizedBody, self.seized_body.is_some()),
            (FactName::AgriculturalStatus, self.agricultural_status.is_some()),
            (FactName::LocalScheme, self.local_scheme.is_some()),
            (FactName::HasBasicPension, self.has_basic_pension.is_some()),
            (FactName::SpecialScheme, self.special_scheme.is_some()),
            (FactName::LifeEvent, self.life_event.is_some()),
            (FactName::Urgent, self.urgent),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
    }
}

impl Regime {
    /// The word of the input.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        word_of(&REGIMES, self)
    }
}

impl Stage {
    /// The word of the input.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        word_of(&STAGES, self)
    }
}

impl AgriculturalStatus {
    /// The word of the input.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        word_of(&STATUSES, self)
    }
}

impl FactName {
    /// Every fact, in the order of the input.
    pub const ALL: [FactName; 16] = [
        FactName::Commune,
        FactName::Regime,
        FactName::Benefit,
        FactName::Blockage,
        FactName::Stage,
        FactName::ReliefDomicile,
        FactName::ElectedDomicile,
        FactName::PayingBody,
        FactName::SeizedBody,
        FactName::AgriculturalStatus,
        FactName::LocalScheme,
        FactName::HasBasicPension,
        FactName::SpecialScheme,
        FactName::LifeEvent,
        FactName::Urgent,
        FactName::OnDate,
    ];

    /// The field of the input.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FactName::Commune => "commune",
            FactName::Regime => "regime",
            FactName::Benefit => "benefit",
            FactName::Blockage => "blockage",
            FactName::Stage => "stage",
            FactName::ReliefDomicile => "relief_domicile",
            FactName::ElectedDomicile => "elected_domicile",
            FactName::PayingBody => "paying_body",
            FactName::SeizedBody => "seized_body",
            FactName::AgriculturalStatus => "agricultural_status",
            FactName::LocalScheme => "local_scheme",
            FactName::HasBasicPension => "has_basic_pension",
            FactName::SpecialScheme => "special_scheme",
            FactName::LifeEvent => "life_event",
            FactName::Urgent => "urgent",
            FactName::OnDate => "on_date",
        }
    }
}

impl fmt::Display for FactName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const REGIMES: [(Regime, &str); 4] = [
    (Regime::General, "general"),
    (Regime::Agricultural, "agricultural"),
    (Regime::Other, "other"),
    (Regime::Unknown, "unknown"),
];
const STAGES: [(Stage, &str); 2] = [(Stage::Decision, "DECISION"), (Stage::Payment, "PAYMENT")];
const STATUSES: [(AgriculturalStatus, &str); 2] = [
    (AgriculturalStatus::SelfEmployed, "self_employed"),
    (AgriculturalStatus::Employee, "employee"),
];

fn word_of<T: PartialEq>(words: &[(T, &'static str)], value: T) -> &'static str {
    words
        .iter()
        .find(|(known, _)| *known == value)
        .map_or("unknown", |(_, word)| word)
}

fn perhaps(nearest: &Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("; did you mean {nearest:?}?"),
        None => ".".to_owned(),
    }
}

fn shown(errors: &[FactError]) -> String {
    let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
    lines.join("; ")
}
