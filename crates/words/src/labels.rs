//! Looking a text up, by language and key.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use unic_langid::langid;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        customise: |bundle| {
            bundle.set_use_isolating(false);
            let is_french = bundle.locales.first() == Some(&FR);
            bundle.set_formatter(Some(if is_french { in_french } else { in_english }));
        },
    };
}

const FR: LanguageIdentifier = langid!("fr");
const EN: LanguageIdentifier = langid!("en");

/// Thousands are told apart by the narrow no-break space of French typography.
fn in_french<M>(value: &FluentValue<'_>, _memoizer: &M) -> Option<String> {
    grouped(value, '\u{202f}')
}

fn in_english<M>(value: &FluentValue<'_>, _memoizer: &M) -> Option<String> {
    grouped(value, ',')
}

/// A number in groups of three digits; none for what is no number, which is shown as it is.
fn grouped(value: &FluentValue<'_>, separator: char) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let plain = number.as_string();
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    let mut text = plain[..plain.len() - digits.len()].to_owned();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    Some(text)
}

/// A language people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// French: what people in the country's services read.
    #[default]
    Fr,
    /// English.
    En,
}

/// A language that has no texts here. Only `fr` and `en` have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLang;

/// A family of codes that have labels. The codes are the names of the contract `declic.v1` without their prefix
/// (`AWAITING_REPLY`), and for [`Family::Blockage`] and [`Family::TriageReason`] the codes of their catalogues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `CaseState`.
    CaseState,
    /// `TicketState`.
    TicketState,
    /// `Outcome`.
    Outcome,
    /// `Effect`.
    Effect,
    /// `Regime`.
    Regime,
    /// `Stage`.
    Stage,
    /// `AgriculturalStatus`.
    AgriculturalStatus,
    /// `InformationKind`.
    InformationKind,
    /// `RedirectReason`.
    RedirectReason,
    /// `RoutingOutcome`.
    RoutingOutcome,
    /// `Enrolment`.
    Enrolment,
    /// `ClosurePart`.
    ClosurePart,
    /// `OrganisationKind`.
    OrganisationKind,
    /// `ImportKind`.
    ImportKind,
    /// `ImportOutcome`.
    ImportOutcome,
    /// `RulesetChangeKind`.
    RulesetChangeKind,
    /// `ReplayOutcome`.
    ReplayOutcome,
    /// `FactOrigin`.
    FactOrigin,
    /// `RoutingConfidence`.
    RoutingConfidence,
    /// `Ticket.triage_reason`.
    TriageReason,
    /// `Role`.
    Role,
    /// `MandateChannel`.
    MandateChannel,
    /// `ContactChannel`.
    ContactChannel,
    /// `ContactResult`.
    ContactResult,
    /// `ErrorReason`: one sentence that says what to do.
    ErrorReason,
    /// Headings under which people choose what blocks: see [`blockage_group`].
    BlockageGroup,
    /// `ClockPart`.
    ClockPart,
    /// `ClockState`.
    ClockState,
    /// `SilenceEffect`.
    SilenceEffect,
    /// Codes of the catalogue of blockages.
    Blockage,
    /// `TicketEvent.type`.
    Event,
}

/// A value put into a text.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// A text, shown as it is.
    Text(&'a str),
    /// A whole number, which also chooses between singular and plural.
    Number(i64),
}

/// The label of a code. A code that has none (a newer hub may send one) is shown as it is.
pub fn label(lang: Lang, family: Family, code: &str) -> String {
    lookup(lang, &key_of(family.prefix(), code), &[]).unwrap_or_else(|| code.to_owned())
}

/// What comes next for a ticket in this state (`AWAITING_REPLY`); empty for an unknown state.
pub fn next_step(lang: Lang, state: &str) -> String {
    lookup(lang, &key_of("next", state), &[]).unwrap_or_default()
}

/// The text of a key with its arguments. A key that has no text is shown as it is: the tests of this crate and of
/// those that use it keep it from happening.
pub fn text(lang: Lang, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
    let found = lookup(lang, key, args);
    debug_assert!(found.is_some(), "{key} has no words, or they lack an argument");
    found.unwrap_or_else(|| key.to_owned())
}

/// Same, and `None` when the key has no text: for texts that not everything has, such as the examples of a command.
pub fn find(lang: Lang, key: &str, args: &[(&'static str, Arg<'_>)]) -> Option<String> {
    lookup(lang, key, args)
}

/// The heading of a blockage among the six that people choose from, as a code of [`Family::BlockageGroup`].
pub fn blockage_group(blockage: &str) -> Option<&'static str> {
    Some(match blockage {
        "NO_REPLY" | "FILE_LOST" | "DIGITAL_ACCESS" => "NO_REPLY",
        "CONTROL_SUSPENSION" | "RENEWAL_GAP" | "PAYMENT_INCIDENT" => "SUSPENDED",
        "WRONG_BODY" | "REGIME_TRANSFER" | "UPSTREAM_DECISION" => "BETWEEN_BODIES",
        "MISSING_DOC" | "RESIDENCE_RIGHT" | "RESIDENCE" | "REPRESENTATION" => "DOCUMENT",
        "IDENTITY" | "DATA_MISMATCH" | "SITUATION_CHANGE" => "DATA",
        "OVERPAYMENT" | "CALC_DISPUTE" | "REFUSAL" => "AMOUNT",
        _ => return None,
    })
}

impl std::str::FromStr for Lang {
    type Err = UnknownLang;

    /// Reads `fr`, `en`, and the forms of the environment (`fr_FR.UTF-8`, `en-GB`).
    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        match text.split(['_', '-', '.']).next() {
            Some("fr") => Ok(Self::Fr),
            Some("en") => Ok(Self::En),
            _ => Err(UnknownLang),
        }
    }
}

impl std::fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("fr, en")
    }
}

impl std::error::Error for UnknownLang {}

impl Family {
    fn prefix(self) -> &'static str {
        match self {
            Self::CaseState => "case-state",
            Self::TicketState => "ticket-state",
            Self::Outcome => "outcome",
            Self::Effect => "effect",
            Self::Regime => "regime",
            Self::Stage => "stage",
            Self::AgriculturalStatus => "agricultural-status",
            Self::InformationKind => "information-kind",
            Self::RedirectReason => "redirect-reason",
            Self::RoutingOutcome => "routing-outcome",
            Self::Enrolment => "enrolment",
            Self::ClosurePart => "closure-part",
            Self::OrganisationKind => "organisation-kind",
            Self::ImportKind => "import-kind",
            Self::ImportOutcome => "import-outcome",
            Self::RulesetChangeKind => "ruleset-change-kind",
            Self::ReplayOutcome => "replay-outcome",
            Self::FactOrigin => "fact-origin",
            Self::RoutingConfidence => "routing-confidence",
            Self::TriageReason => "triage-reason",
            Self::Role => "role",
            Self::MandateChannel => "mandate-channel",
            Self::ContactChannel => "contact-channel",
            Self::ContactResult => "contact-result",
            Self::ErrorReason => "error-reason",
            Self::BlockageGroup => "blockage-group",
            Self::ClockPart => "clock-part",
            Self::ClockState => "clock-state",
            Self::SilenceEffect => "silence-effect",
            Self::Blockage => "blockage",
            Self::Event => "event",
        }
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

fn key_of(prefix: &str, code: &str) -> String {
    format!("{prefix}-{}", code.to_ascii_lowercase().replace('_', "-"))
}

fn lookup(lang: Lang, key: &str, args: &[(&'static str, Arg<'_>)]) -> Option<String> {
    let language = match lang {
        Lang::Fr => &FR,
        Lang::En => &EN,
    };
    let args: HashMap<Cow<'static, str>, FluentValue<'_>> = args
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Arg::Text(text) => FluentValue::from(*text),
                Arg::Number(number) => FluentValue::from(*number),
            };
            (Cow::Borrowed(*name), value)
        })
        .collect();
    LOCALES.try_lookup_with_args(language, key, &args)
}
