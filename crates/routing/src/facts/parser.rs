//! Reading each fact by its own table; what cannot be read is collected.

use jiff::civil::Date;

use super::{FactError, FactName, FactProblem, LONGEST_FACT};
use crate::catalogue::{Benefit, Blockage};
use crate::nearest::near;
use crate::territory::{Agency, AgencyKind, AgencySlug, Resolved, Territory};

pub(super) struct Parser {
    pub(super) territory: &'static Territory,
    pub(super) errors: Vec<FactError>,
}

impl Parser {
    pub(super) fn refuse(&mut self, field: FactName, problem: FactProblem) {
        self.errors.push(FactError { field, problem });
    }

    pub(super) fn commune(&mut self, field: FactName, text: Option<&str>) -> Option<Resolved> {
        match self.territory.commune(self.given(field, text)?) {
            Ok(resolved) => Some(resolved),
            Err(unknown) => {
                self.refuse(field, unknown.into());
                None
            }
        }
    }

    pub(super) fn word<T: Copy>(
        &mut self,
        field: FactName,
        text: &str,
        words: &[(T, &'static str)],
        known: &'static str,
    ) -> Option<T> {
        self.required(field, text)?;
        self.optional_word(field, Some(text), words, known)
    }

    pub(super) fn optional_word<T: Copy>(
        &mut self,
        field: FactName,
        text: Option<&str>,
        words: &[(T, &'static str)],
        known: &'static str,
    ) -> Option<T> {
        let text = self.given(field, text)?;
        let found = words.iter().find(|(_, word)| word.eq_ignore_ascii_case(text));
        if found.is_none() {
            self.unknown(field, text, words.iter().map(|(_, word)| *word), known);
        }
        found.map(|(value, _)| *value)
    }

    pub(super) fn benefit(&mut self, text: &str) -> Option<&'static Benefit> {
        let text = self.required(FactName::Benefit, text)?;
        let found = Benefit::find(text);
        if found.is_none() {
            let codes = Benefit::all().iter().map(|benefit| benefit.code);
            self.unknown(FactName::Benefit, text, codes, "the benefit catalogue");
        }
        found
    }

    pub(super) fn blockage(&mut self, text: Option<&str>) -> Option<&'static Blockage> {
        let text = self.given(FactName::Blockage, text)?;
        let found = Blockage::find(text);
        if found.is_none() {
            let codes = Blockage::all().iter().map(|blockage| blockage.code);
            self.unknown(FactName::Blockage, text, codes, "the list of blockages");
        }
        found
    }

    pub(super) fn agency(&mut self, field: FactName, text: Option<&str>) -> Option<AgencySlug> {
        let text = self.given(field, text)?;
        let found = self.territory.agency(&text.to_lowercase()).filter(is_a_body);
        if found.is_none() {
            let bodies = self.territory.agencies().iter().filter(is_a_body);
            let slugs = bodies.map(|agency| agency.slug.as_str());
            self.unknown(field, text, slugs, "the directory of agencies");
        }
        found.map(|agency| agency.slug)
    }

    pub(super) fn date(&mut self, text: Option<&str>, today: Date) -> Date {
        let Some(text) = self.given(FactName::OnDate, text) else {
            return today;
        };
        // A time of day, a zone or a note beside the day would be kept unread.
        let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
        day.unwrap_or_else(|| {
            let problem = FactProblem::ImpossibleDate {
                given: text.to_owned(),
            };
            self.refuse(FactName::OnDate, problem);
            today
        })
    }

    /// A text that must be there.
    fn required<'t>(&mut self, field: FactName, text: &'t str) -> Option<&'t str> {
        if text.trim().is_empty() {
            self.refuse(field, FactProblem::Missing);
        }
        self.given(field, Some(text))
    }

    /// A text without the blanks around it, when it is there and not too long to be looked up.
    fn given<'t>(&mut self, field: FactName, text: Option<&'t str>) -> Option<&'t str> {
        let whole = text?;
        if whole.chars().nth(LONGEST_FACT).is_some() {
            self.refuse(field, FactProblem::TooLong);
            return None;
        }
        given(Some(whole))
    }

    fn unknown(
        &mut self,
        field: FactName,
        text: &str,
        codes: impl Iterator<Item = &'static str>,
        known: &'static str,
    ) {
        let problem = FactProblem::Unknown {
            given: text.to_owned(),
            nearest: near(text, codes),
            known,
        };
        self.refuse(field, problem);
    }
}

/// A triage desk sends people to bodies; it pays nothing and decides no right.
fn is_a_body(agency: &&Agency) -> bool {
    agency.kind != AgencyKind::Triage
}

pub(super) fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
