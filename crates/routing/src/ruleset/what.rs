//! What the words of a file of rules stand for.

use std::fmt;

/// What a word of a file of rules stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The word before an equals sign, or of a table.
    Key,
    /// A power.
    Power,
    /// A body, by its word or an agency's.
    Body,
    /// A benefit.
    Benefit,
    /// What blocks.
    Blockage,
    /// A list.
    List,
    /// Whom a blockage leads to.
    Lead,
    /// A domicile.
    Domicile,
    /// How sure a rule is.
    Confidence,
    /// What is blocked.
    Stage,
    /// A fact that may be asked for.
    Fact,
    /// A condition.
    Condition,
    /// A zone.
    Zone,
    /// A body that a place may lack.
    BodyOfPlace,
    /// A département.
    Departement,
    /// A commune.
    Commune,
    /// A grouping of communes.
    Grouping,
    /// A regime.
    Regime,
    /// A special scheme.
    SpecialScheme,
    /// An agricultural status.
    AgriculturalStatus,
    /// Yes or no.
    YesOrNo,
    /// A name between braces.
    Slot,
}

impl What {
    /// All of them.
    pub const ALL: [What; 22] = [
        What::Key,
        What::Power,
        What::Body,
        What::Benefit,
        What::Blockage,
        What::List,
        What::Lead,
        What::Domicile,
        What::Confidence,
        What::Stage,
        What::Fact,
        What::Condition,
        What::Zone,
        What::BodyOfPlace,
        What::Departement,
        What::Commune,
        What::Grouping,
        What::Regime,
        What::SpecialScheme,
        What::AgriculturalStatus,
        What::YesOrNo,
        What::Slot,
    ];

    /// Stable code, for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            What::Key => "key",
            What::Power => "power",
            What::Body => "body",
            What::Benefit => "benefit",
            What::Blockage => "blockage",
            What::List => "list",
            What::Lead => "lead",
            What::Domicile => "domicile",
            What::Confidence => "confidence",
            What::Stage => "stage",
            What::Fact => "fact",
            What::Condition => "condition",
            What::Zone => "zone",
            What::BodyOfPlace => "body-of-place",
            What::Departement => "departement",
            What::Commune => "commune",
            What::Grouping => "grouping",
            What::Regime => "regime",
            What::SpecialScheme => "special-scheme",
            What::AgriculturalStatus => "agricultural-status",
            What::YesOrNo => "yes-or-no",
            What::Slot => "slot",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
