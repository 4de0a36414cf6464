//! Sentences of rules: French, with places for names and dates between braces.

use crate::ruleset::{BodyOf, PowerId};
use crate::territory::AgencySlug;

/// A sentence in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text(pub Vec<Part>);

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Words(String),
    Slot(Slot),
}

/// What stands between braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// Name of the leading body found.
    Body,
    /// Name of the commune that counts.
    Place,
    /// Name of its département.
    Departement,
    /// Name of its grouping.
    Grouping,
    /// The law of the rule.
    Law,
    /// The day on which the rules are read.
    Date,
    /// The last day of the rule.
    Until,
    /// The sentence of the rule that `as` led to.
    Reason,
    /// The special scheme as given.
    Scheme,
    /// Name of a body of the place, or given as a fact.
    Named(BodyOf),
    /// Name of an agency.
    Agency(AgencySlug),
    /// Name of the body that holds a power here.
    Power(PowerId),
}

/// A brace that a sentence cannot have, at its offset in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WrongBrace {
    /// Without its other half.
    Half(usize),
    /// Around a name that nothing stands for.
    Unknown(usize, String),
}

impl Text {
    /// Reads a sentence; `slot` says what a name between braces stands for.
    pub(crate) fn parse(
        sentence: &str,
        mut slot: impl FnMut(&str) -> Option<Slot>,
    ) -> Result<Text, WrongBrace> {
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(brace) = next_brace(sentence, at) {
            let inside = &sentence[brace + 1..];
            let end = inside
                .find(['{', '}'])
                .filter(|end| inside[*end..].starts_with('}'));
            let (true, Some(end)) = (sentence[brace..].starts_with('{'), end) else {
                return Err(WrongBrace::Half(brace));
            };
            if brace > at {
                parts.push(Part::Words(typeset(&sentence[at..brace])));
            }
            let name = &inside[..end];
            let known = slot(name).ok_or_else(|| WrongBrace::Unknown(brace, name.to_owned()))?;
            parts.push(Part::Slot(known));
            at = brace + 1 + end + 1;
        }
        if at < sentence.len() {
            parts.push(Part::Words(typeset(&sentence[at..])));
        }
        Ok(Text(parts))
    }
}

/// Offset of the first brace from a place.
pub(crate) fn next_brace(sentence: &str, from: usize) -> Option<usize> {
    sentence[from..].find(['{', '}']).map(|at| from + at)
}

/// French marks keep to the word before them: a space that does not break.
pub(crate) fn typeset(words: &str) -> String {
    let mut set = words.to_owned();
    for mark in [':', ';', '?', '!', '»'] {
        set = set.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"));
    }
    set.replace("« ", "«\u{a0}")
}
