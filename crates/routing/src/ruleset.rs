//! The versioned rules that say which body is asked for each benefit: data that people read, write and check.
//!
//! `data/rules.toml` is the ruleset of this release; `data/README.md` says how to read one.

mod asked;
pub(crate) mod condition;
mod problem;
mod reader;
pub(crate) mod situation;
mod source;
mod syntax;
pub(crate) mod text;
mod what;
mod words;

use std::fmt;
use std::sync::LazyLock;

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use crate::catalogue::{Benefit, Blockage};
use crate::decide::Confidence;
use crate::facts::{FactName, FactSet, Stage};
use crate::territory::{AgencySlug, Territory};

pub(crate) use asked::Reach;
pub use problem::{Fault, Form, Problem, RulesetError};
pub use situation::Example;
pub use syntax::Syntax;
pub use what::What;

use condition::Condition;
use text::Text;

/// What some editors begin a file of UTF-8 with.
const BOM: char = '\u{feff}';

/// The rules of one version.
#[derive(Debug)]
pub struct Ruleset {
    version: String,
    digest: Digest,
    territory: &'static Territory,
    /// By place of the benefit in the catalogue.
    benefits: Vec<Option<BenefitRule>>,
    /// By place of the blockage in the catalogue.
    blockages: Vec<Option<BlockageRule>>,
    powers: Vec<Power>,
    rules: Vec<Rule>,
}

/// What a ruleset is known by: SHA-256 of its file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// Which bodies decide and pay a benefit, and by which domicile.
#[derive(Debug)]
pub(crate) struct BenefitRule {
    pub domicile: Domicile,
    pub decides: PowerId,
    /// None: nothing is paid.
    pub pays: Option<PowerId>,
    pub law: String,
    pub confidence: Confidence,
    pub note: String,
    pub would_change: String,
    /// Whose opinion whoever decides waits for.
    pub upstream: Option<PowerId>,
    /// What each blockage stops, by place of the blockage in the catalogue, where that is not as usual.
    pub stages: Vec<Option<Stage>>,
    /// The same for those that are not named, and when none is given.
    pub other_stages: Option<Stage>,
}

/// Who is asked when the stage is not given.
#[derive(Debug)]
pub(crate) struct BlockageRule {
    pub leads_to: Lead,
    /// Power whose body comes before those of the benefit.
    pub first: Option<PowerId>,
    /// Power asked instead when the paying body is given.
    pub by_payer: Option<PowerId>,
    pub reason: String,
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
    Upstream,
    Advice,
}

/// A power over a benefit; rules say which body holds it, by place and person.
#[derive(Debug)]
pub(crate) struct Power {
    pub name: String,
    /// What it is, in French; its name when the file does not say.
    pub about: String,
    /// Whether the domicile de secours tells its place, for the benefits that say so.
    pub by_relief: bool,
    /// In the order in which they are asked.
    pub rules: Vec<RuleId>,
}

/// Place of a power in its ruleset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PowerId(pub usize);

/// Place of a rule in its ruleset, the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RuleId(pub usize);

/// One rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub name: String,
    pub line: usize,
    pub rank: u16,
    pub when: Condition,
    pub then: Then,
    pub law: String,
    /// None: the sentence of the rule that `as` led to.
    pub reason: Option<Text>,
    pub confidence: Confidence,
    pub would_change: Vec<Text>,
    /// Facts that counted.
    pub used: FactSet,
}

/// What a rule says.
#[derive(Debug)]
pub(crate) enum Then {
    Bodies(Vec<Body>),
    Ask {
        fact: FactName,
        candidates: Vec<Candidate>,
    },
    Triage(Vec<Candidate>),
    /// As another power, whose bodies this one joins.
    As {
        power: PowerId,
        and: Option<Body>,
    },
}

/// A body that a rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Of(BodyOf),
    Agency(AgencySlug),
}

/// A body of the place, or one given as a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyOf {
    SocialAuthority,
    Caf,
    Retirement,
    SocialService,
    Msa,
    Mdph,
    Cpam,
    Prefecture,
    PublicFinances,
    AccessToLaw,
    PayingBody,
    SeizedBody,
    FormerBody,
}

/// A body that may be competent, or whoever holds a power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Candidate {
    Body(Body),
    Power(PowerId),
}

static EMBEDDED: LazyLock<Ruleset> = LazyLock::new(|| {
    Ruleset::parse(include_str!("../data/rules.toml"))
        .unwrap_or_else(|error| panic!("the embedded ruleset is checked by tests:\n{error}"))
});

impl Ruleset {
    /// The ruleset of this release.
    #[must_use]
    pub fn embedded() -> &'static Ruleset {
        &EMBEDDED
    }

    /// Longest file that is read, in bytes.
    pub const MOST_BYTES: usize = reader::MOST_BYTES;

    /// The file of the ruleset of this release.
    #[must_use]
    pub fn embedded_file() -> &'static str {
        include_str!("../data/rules.toml")
    }

    /// Reads a ruleset over the embedded territory.
    ///
    /// A benefit or blockage that it does not name is no error: it goes to triage, and [`crate::check`] tells it.
    ///
    /// # Errors
    /// Every problem of the file, each with its line and column.
    pub fn parse(file: &str) -> Result<Ruleset, RulesetError> {
        reader::read(file, Territory::embedded())
    }

    /// The version that its file gives itself, with the first twelve digits of its digest ("2026.11.2+1c9f2a7b03de"):
    /// as decisions carry it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What its file is known by.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
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

    pub(crate) fn power(&self, id: PowerId) -> &Power {
        &self.powers[id.0]
    }

    pub(crate) fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0]
    }
}

impl Digest {
    /// Digest of a file; line ends count as one, however they are written, and a mark of UTF-8 at its beginning as none.
    #[must_use]
    pub fn of(file: &str) -> Digest {
        let file = file.strip_prefix(BOM).unwrap_or(file);
        Digest(Sha256::digest(file.replace("\r\n", "\n")).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl BenefitRule {
    /// What a blockage stops here, where that is not as usual.
    pub(crate) fn stage_of(&self, blockage: Option<&Blockage>) -> Option<Stage> {
        self.named_stage_of(blockage).or(self.other_stages)
    }

    /// What a blockage stops here, where the rules name it.
    pub(crate) fn named_stage_of(&self, blockage: Option<&Blockage>) -> Option<Stage> {
        blockage.and_then(|blockage| self.stages.get(blockage.position).copied().flatten())
    }
}

impl Rule {
    /// The last day on which it speaks.
    pub(crate) fn until(&self) -> Option<Date> {
        self.when.until
    }
}
