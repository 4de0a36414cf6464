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

impl Text {
    /// Reads a sentence; a slot that `slot` does not know is returned by its name.
    pub(crate) fn parse(sentence: &str, mut slot: impl FnMut(&str) -> Option<Slot>) -> Result<Text, String> {
        let mut parts = Vec::new();
        let mut rest = sentence;
        while let Some((words, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err(after.to_owned());
            };
            if !words.is_empty() {
                parts.push(Part::Words(typeset(words)));
            }
            parts.push(Part::Slot(slot(name).ok_or_else(|| name.to_owned())?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Words(typeset(rest)));
        }
        Ok(Text(parts))
    }
}

/// French marks keep to the word before them: a space that does not break.
pub(crate) fn typeset(words: &str) -> String {
    let mut set = words.to_owned();
    for mark in [':', ';', '?', '!', '»'] {
        set = set.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"));
    }
    set.replace("« ", "«\u{a0}")
}
