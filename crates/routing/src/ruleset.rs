//! The catalogue of benefits and blockages, and the versioned rules that say which body is asked for each.
//!
//! The rules are the three tables `data/rules.tsv`, `data/blockages.tsv` and `data/rsa_for_state.tsv`.

use std::sync::LazyLock;

use jiff::civil::Date;
use thiserror::Error;

use crate::decide::Confidence;
use crate::territory::Territory;

/// A benefit or procedure of the catalogue (`data/benefits.tsv`).
#[derive(Debug, PartialEq, Eq)]
pub struct Benefit {
    /// Code ("RSA").
    pub code: &'static str,
    /// French name.
    pub name_fr: &'static str,
    /// Family: "famille", "logement", "solidarité", "retraite" and others.
    pub domain: &'static str,
    /// Delay of a decision, in prose; a hint to check, never a rule.
    pub decision_delay: &'static str,
    /// What silence means, in prose; a hint to check, never a rule.
    pub silence_effect: &'static str,
    /// Ways of appeal, in prose.
    pub appeal_path: &'static str,
    /// Number of the public fiche, or empty.
    pub fiche: &'static str,
    /// Texts of law.
    pub law: &'static str,
    position: usize,
}

/// What blocks a case (`data/blocking_reasons.tsv`).
#[derive(Debug, PartialEq, Eq)]
pub struct Blockage {
    /// Code ("NO_REPLY").
    pub code: &'static str,
    /// French label.
    pub label_fr: &'static str,
    /// French definition.
    pub definition_fr: &'static str,
    /// Whether it is a blocked file: "yes", "partly" or "no".
    pub is_blocked_file: &'static str,
    position: usize,
}

/// The rules of one version.
#[derive(Debug)]
pub struct Ruleset {
    version: String,
    territory: &'static Territory,
    /// By place of the benefit in the catalogue.
    benefits: Vec<Option<BenefitRule>>,
    /// By place of the blockage in the catalogue.
    blockages: Vec<Option<BlockageRule>>,
    rsa_for_state: Vec<RsaForState>,
}

/// Why a ruleset cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{table}, line {line}: {problem}")]
pub struct RulesetError {
    /// Name of the table.
    pub table: &'static str,
    /// Line in it, from 1, header included.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// Which bodies decide and pay a benefit, and by which domicile.
#[derive(Debug)]
pub(crate) struct BenefitRule {
    pub domicile: Domicile,
    pub decides: Power,
    pub pays: Power,
    pub law: String,
    pub confidence: Confidence,
    pub note: String,
    pub would_change: String,
}

/// Who is asked when the stage is not given.
#[derive(Debug)]
pub(crate) struct BlockageRule {
    pub leads_to: Lead,
    pub reason: String,
}

/// A département where the RSA is decided for the State by the body that pays it.
#[derive(Debug)]
pub(crate) struct RsaForState {
    pub departement: String,
    pub from: Date,
    pub until: Option<Date>,
    pub law: String,
    pub warning: String,
}

/// The domicile by which the competent body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domicile {
    Residence,
    Relief,
}

/// What a blockage asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    Decider,
    Payer,
    /// The blockage does not say: decision or payment.
    Either,
    Seized,
    Forwarded,
    Transferred,
    Identity,
    Upstream,
    Waiver,
    ResidencePermit,
    Residence,
    Advice,
}

/// A power over a benefit; which body holds it depends on the place and the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    Family,
    Social,
    RsaDecision,
    RsoDecision,
    RsoPayment,
    Mdph,
    CardMaker,
    HomeSupport,
    RetirementClaim,
    Retirement,
    RetirementPayment,
    Survivor,
    Aspa,
    InvaliditySupplement,
    Invalidity,
    Health,
    MedicalAid,
    DeathGrant,
    HealthSocialService,
    WorkAccident,
    Prefecture,
    ResidencePermit,
    HousingFund,
    YouthFund,
    Anah,
    Asp,
    TownHelp,
    Domiciliation,
    FranceTravail,
    MissionLocale,
    BanqueDeFrance,
    PublicFinances,
    LegalAdvice,
    Overpaid,
    YearEndGrant,
    Transfer,
    Nobody,
}

const VERSION: &str = "2026.11.1";

static EMBEDDED: LazyLock<Ruleset> = LazyLock::new(|| {
    Ruleset::parse(
        VERSION,
        include_str!("../data/rules.tsv"),
        include_str!("../data/blockages.tsv"),
        include_str!("../data/rsa_for_state.tsv"),
    )
    .unwrap_or_else(|error| panic!("the embedded ruleset is checked by tests: {error}"))
});

static BENEFITS: LazyLock<Vec<Benefit>> = LazyLock::new(|| {
    let lines = include_str!("../data/benefits.tsv").lines().skip(1);
    lines
        .enumerate()
        .map(|(position, line)| {
            let mut cells = line.split('\t');
            let mut cell = |skipped: usize| cells.nth(skipped).unwrap_or_default();
            Benefit {
                position,
                code: cell(0),
                name_fr: cell(0),
                domain: cell(1),
                decision_delay: cell(7),
                silence_effect: cell(0),
                appeal_path: cell(0),
                fiche: cell(2),
                law: cell(0),
            }
        })
        .collect()
});

static BLOCKAGES: LazyLock<Vec<Blockage>> = LazyLock::new(|| {
    let lines = include_str!("../data/blocking_reasons.tsv").lines().skip(1);
    lines
        .enumerate()
        .map(|(position, line)| {
            let mut cells = line.split('\t');
            let mut cell = |skipped: usize| cells.nth(skipped).unwrap_or_default();
            Blockage {
                position,
                code: cell(0),
                label_fr: cell(0),
                definition_fr: cell(1),
                is_blocked_file: cell(2),
            }
        })
        .collect()
});

impl Benefit {
    /// The whole catalogue.
    #[must_use]
    pub fn all() -> &'static [Benefit] {
        &BENEFITS
    }

    /// The benefit of this code, upper or lower case.
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Benefit> {
        Benefit::all()
            .iter()
            .find(|benefit| benefit.code.eq_ignore_ascii_case(code))
    }
}

impl Blockage {
    /// The whole list.
    #[must_use]
    pub fn all() -> &'static [Blockage] {
        &BLOCKAGES
    }

    /// The blockage of this code, upper or lower case.
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Blockage> {
        Blockage::all()
            .iter()
            .find(|blockage| blockage.code.eq_ignore_ascii_case(code))
    }
}

impl Ruleset {
    /// The ruleset of this release.
    #[must_use]
    pub fn embedded() -> &'static Ruleset {
        &EMBEDDED
    }

    /// Reads a ruleset: the tables of benefits, of blockages, and of the départements where the State decides
    /// the RSA, each tab-separated with a header, over the embedded territory.
    ///
    /// # Errors
    /// The first line that cannot be read. A benefit or blockage without a line is no error: it goes to triage.
    pub fn parse(
        version: &str,
        rules: &str,
        blockages: &str,
        rsa_for_state: &str,
    ) -> Result<Ruleset, RulesetError> {
        let mut ruleset = Ruleset {
            version: version.to_owned(),
            territory: Territory::embedded(),
            benefits: Benefit::all().iter().map(|_| None).collect(),
            blockages: Blockage::all().iter().map(|_| None).collect(),
            rsa_for_state: Vec::new(),
        };
        each_line(
            "rules",
            rules,
            |[code, domicile, decides, pays, law, confidence, note, change]| {
                let benefit = Benefit::find(code).ok_or_else(|| format!("unknown benefit {code:?}"))?;
                let rule = BenefitRule {
                    domicile: word("domicile", domicile, &DOMICILES)?,
                    decides: word("power", decides, &POWERS)?,
                    pays: word("power", pays, &POWERS)?,
                    law: law.to_owned(),
                    confidence: word("confidence", confidence, &CONFIDENCES)?,
                    note: note.to_owned(),
                    would_change: change.to_owned(),
                };
                match ruleset.benefits[benefit.position].replace(rule) {
                    Some(_) => Err(format!("a second line for {code}")),
                    None => Ok(()),
                }
            },
        )?;
        each_line("blockages", blockages, |[code, leads_to, reason]| {
            let blockage = Blockage::find(code).ok_or_else(|| format!("unknown blockage {code:?}"))?;
            let rule = BlockageRule {
                leads_to: word("lead", leads_to, &LEADS)?,
                reason: reason.to_owned(),
            };
            match ruleset.blockages[blockage.position].replace(rule) {
                Some(_) => Err(format!("a second line for {code}")),
                None => Ok(()),
            }
        })?;
        each_line(
            "rsa_for_state",
            rsa_for_state,
            |[departement, from, until, law, warning]| {
                let date = |text: &str| text.parse().map_err(|_| format!("not a date: {text:?}"));
                let until = if until == "-" { None } else { Some(date(until)?) };
                ruleset.rsa_for_state.push(RsaForState {
                    departement: departement.to_owned(),
                    from: date(from)?,
                    until,
                    law: law.to_owned(),
                    warning: warning.to_owned(),
                });
                Ok(())
            },
        )?;
        Ok(ruleset)
    }

    /// The version, as decisions carry it ("2026.11.1").
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The territory the rules speak of.
    #[must_use]
    pub fn territory(&self) -> &'static Territory {
        self.territory
    }

    pub(crate) fn benefit(&self, benefit: &Benefit) -> Option<&BenefitRule> {
        self.benefits.get(benefit.position).and_then(Option::as_ref)
    }

    pub(crate) fn blockage(&self, blockage: &Blockage) -> Option<&BlockageRule> {
        self.blockages.get(blockage.position).and_then(Option::as_ref)
    }

    pub(crate) fn rsa_for_state(&self, departement: &str) -> Option<&RsaForState> {
        self.rsa_for_state
            .iter()
            .find(|row| row.departement == departement)
    }
}

/// The known word nearest to a text: fewest letters to change, the first of equals; empty when none is known.
pub(crate) fn nearest(text: &str, known: impl Iterator<Item = &'static str>) -> &'static str {
    let text = text.to_lowercase();
    known
        .min_by_key(|word| distance(&text, &word.to_lowercase()))
        .unwrap_or_default()
}

/// Levenshtein distance over letters.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, wanted) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *wanted);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

fn each_line<const N: usize>(
    table: &'static str,
    text: &str,
    mut read: impl FnMut([&str; N]) -> Result<(), String>,
) -> Result<(), RulesetError> {
    for (at, line) in text.lines().enumerate().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let found = cells.len();
        let outcome = match <[&str; N]>::try_from(cells) {
            Ok(cells) => read(cells),
            Err(_) => Err(format!("{found} cells instead of {N}")),
        };
        outcome.map_err(|problem| RulesetError {
            table,
            line: at + 1,
            problem,
        })?;
    }
    Ok(())
}

fn word<T: Copy>(what: &str, text: &str, words: &[(&str, T)]) -> Result<T, String> {
    words
        .iter()
        .find(|(known, _)| *known == text)
        .map(|(_, value)| *value)
        .ok_or_else(|| format!("unknown {what} {text:?}"))
}

const DOMICILES: [(&str, Domicile); 2] = [("residence", Domicile::Residence), ("relief", Domicile::Relief)];

const CONFIDENCES: [(&str, Confidence); 3] = [
    ("high", Confidence::High),
    ("medium", Confidence::Medium),
    ("low", Confidence::Low),
];

const LEADS: [(&str, Lead); 12] = [
    ("decider", Lead::Decider),
    ("payer", Lead::Payer),
    ("either", Lead::Either),
    ("seized", Lead::Seized),
    ("forwarded", Lead::Forwarded),
    ("transferred", Lead::Transferred),
    ("identity", Lead::Identity),
    ("upstream", Lead::Upstream),
    ("waiver", Lead::Waiver),
    ("residence_permit", Lead::ResidencePermit),
    ("residence", Lead::Residence),
    ("advice", Lead::Advice),
];

const POWERS: [(&str, Power); 37] = [
    ("family", Power::Family),
    ("social", Power::Social),
    ("rsa_decision", Power::RsaDecision),
    ("rso_decision", Power::RsoDecision),
    ("rso_payment", Power::RsoPayment),
    ("mdph", Power::Mdph),
    ("card_maker", Power::CardMaker),
    ("home_support", Power::HomeSupport),
    ("retirement_claim", Power::RetirementClaim),
    ("retirement", Power::Retirement),
    ("retirement_payment", Power::RetirementPayment),
    ("survivor", Power::Survivor),
    ("aspa", Power::Aspa),
    ("invalidity_supplement", Power::InvaliditySupplement),
    ("invalidity", Power::Invalidity),
    ("health", Power::Health),
    ("medical_aid", Power::MedicalAid),
    ("death_grant", Power::DeathGrant),
    ("health_social_service", Power::HealthSocialService),
    ("work_accident", Power::WorkAccident),
    ("prefecture", Power::Prefecture),
    ("residence_permit", Power::ResidencePermit),
    ("housing_fund", Power::HousingFund),
    ("youth_fund", Power::YouthFund),
    ("anah", Power::Anah),
    ("asp", Power::Asp),
    ("town_help", Power::TownHelp),
    ("domiciliation", Power::Domiciliation),
    ("france_travail", Power::FranceTravail),
    ("mission_locale", Power::MissionLocale),
    ("banque_de_france", Power::BanqueDeFrance),
    ("public_finances", Power::PublicFinances),
    ("legal_advice", Power::LegalAdvice),
    ("overpaid", Power::Overpaid),
    ("year_end_grant", Power::YearEndGrant),
    ("transfer", Power::Transfer),
    ("nobody", Power::Nobody),
];
