//! The catalogue: the benefits and procedures that may be blocked, and what blocks them.

use std::sync::LazyLock;

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
    pub(crate) position: usize,
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
    pub(crate) position: usize,
}

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
