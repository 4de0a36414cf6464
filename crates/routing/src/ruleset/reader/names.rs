//! Names that a file gives to bodies and powers, alone and between the braces of a sentence.

use std::ops::Range;

use crate::ruleset::problem::Problem;
use crate::ruleset::source::Words;
use crate::ruleset::text::{Slot, Text, WrongBrace, next_brace};
use crate::ruleset::what::What;
use crate::ruleset::words::{BODIES, SLOTS, unknown, unknown_of, value};
use crate::ruleset::{Body, Candidate, PowerId};
use crate::territory::{Agency, AgencyKind, AgencySlug};

use super::Reader;

impl Reader<'_> {
    pub(super) fn word<T: Copy>(&mut self, what: What, word: &Words, known: &[(&str, T)]) -> Option<T> {
        self.known(word.span(), value(what, word.get_ref(), known))
    }

    pub(super) fn power(&mut self, word: &Words) -> Option<PowerId> {
        let found = self.power_named(word.get_ref());
        self.known(word.span(), found)
    }

    pub(super) fn power_named(&self, word: &str) -> Result<PowerId, Problem> {
        let found = self.powers.iter().position(|name| name == word).map(PowerId);
        found.ok_or_else(|| {
            let names = self.powers.iter().map(|name| (name.as_str(), ""));
            unknown_of(What::Power, word, names)
        })
    }

    /// A body that may receive cases: a triage desk is named by no rule.
    pub(super) fn agency(&self, word: &str) -> Option<AgencySlug> {
        let agency = self.territory.agency(word).filter(is_a_body);
        agency.map(|agency| agency.slug)
    }

    /// The agencies that may receive cases, each with its name.
    pub(super) fn agencies(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let agencies = self.territory.agencies().iter().filter(is_a_body);
        agencies.map(|agency| (agency.slug.as_str(), agency.name_fr))
    }

    pub(super) fn body(&self, word: &str) -> Result<Body, Problem> {
        if let Some((_, of)) = BODIES.iter().find(|(name, _)| *name == word) {
            return Ok(Body::Of(*of));
        }
        self.agency(word).map(Body::Agency).ok_or_else(|| {
            let words = BODIES.iter().map(|(name, _)| (*name, ""));
            unknown_of(What::Body, word, words.chain(self.agencies()))
        })
    }

    pub(super) fn candidate(&self, word: &str) -> Result<Candidate, Problem> {
        match word.strip_prefix("power.") {
            Some(power) => self.power_named(power).map(Candidate::Power),
            None => self.body(word).map(Candidate::Body),
        }
    }

    fn slot(&self, name: &str) -> Option<Slot> {
        if let Some((_, slot)) = SLOTS.iter().find(|(known, _)| *known == name) {
            return Some(*slot);
        }
        match name.strip_prefix("power.") {
            Some(power) => self.power_named(power).ok().map(Slot::Power),
            None => match self.body(name).ok()? {
                Body::Of(of) => Some(Slot::Named(of)),
                Body::Agency(slug) => Some(Slot::Agency(slug)),
            },
        }
    }

    /// A sentence with names between braces.
    pub(super) fn sentence(&mut self, words: &Words) -> Option<Text> {
        match Text::parse(words.get_ref(), |name| self.slot(name)) {
            Ok(text) => Some(text),
            Err(WrongBrace::Half(at)) => {
                self.fault(self.inside(words, at), Problem::HalfBrace);
                None
            }
            Err(WrongBrace::Unknown(at, name)) => {
                let known: Vec<&str> = SLOTS.iter().map(|(name, _)| *name).collect();
                let problem = match name.strip_prefix("power.") {
                    Some(power) => self.power_named(power).err(),
                    None => None,
                };
                let problem = problem.unwrap_or_else(|| unknown(What::Slot, &name, &known));
                self.fault(self.inside(words, at), problem);
                None
            }
        }
    }

    /// A text that is shown as it is: it has no braces.
    pub(super) fn plain(&mut self, words: Option<&Words>) {
        if let Some(words) = words
            && let Some(at) = next_brace(words.get_ref(), 0)
        {
            self.fault(self.inside(words, at), Problem::Brace);
        }
    }

    /// The place of an offset within a text; of the whole text, where it is not written as it is read.
    fn inside(&self, words: &Words, at: usize) -> Range<usize> {
        let span = words.span();
        let written = self.text.get(span.clone()).unwrap_or_default();
        let quotes = written.len().saturating_sub(words.get_ref().len()) / 2;
        let as_read = written
            .get(quotes..)
            .is_some_and(|rest| rest.starts_with(words.get_ref()));
        if as_read {
            span.start + quotes + at..span.end
        } else {
            span
        }
    }
}

pub(super) fn is_a_body(agency: &&Agency) -> bool {
    agency.kind != AgencyKind::Triage
}
