//! The file of rules as it is written, each value with its place.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use toml::Spanned;

/// A word or sentence, with its place.
pub(super) type Words = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub format: Spanned<i64>,
    pub version: Words,
    /// Values that several conditions name, as "list.NAME".
    #[serde(default)]
    pub list: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub power: BTreeMap<Words, Power>,
    #[serde(default)]
    pub benefit: BTreeMap<Words, Spanned<Benefit>>,
    #[serde(default)]
    pub blockage: BTreeMap<Words, Blockage>,
    #[serde(default)]
    pub rule: Vec<Spanned<Rule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Power {
    /// For whoever reads the file.
    #[serde(default, rename = "about")]
    pub _about: Option<String>,
    pub domicile: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Benefit {
    pub decides: Words,
    pub pays: Option<Words>,
    pub domicile: Option<Words>,
    pub law: String,
    pub confidence: Words,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub would_change: String,
    /// Whose opinion whoever decides waits for.
    pub upstream: Option<Words>,
    /// The stage that a blockage means here, "others" for those not named.
    #[serde(default)]
    pub stage: BTreeMap<Words, Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Blockage {
    pub leads_to: Words,
    pub first: Option<Words>,
    pub by_payer: Option<Words>,
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub name: Words,
    pub power: Spanned<List>,
    pub rank: Option<Spanned<i64>>,
    pub from: Option<Spanned<toml::value::Datetime>>,
    pub until: Option<Spanned<toml::value::Datetime>>,
    #[serde(default)]
    pub when: BTreeMap<Words, Spanned<List>>,
    pub body: Option<Spanned<List>>,
    pub ask: Option<Words>,
    pub triage: Option<Spanned<bool>>,
    #[serde(rename = "as")]
    pub same_as: Option<Words>,
    /// Body that joins those of `as`.
    pub and: Option<Words>,
    pub candidates: Option<Spanned<List>>,
    #[serde(default)]
    pub law: String,
    pub reason: Option<Words>,
    pub confidence: Option<Words>,
    pub would_change: Option<Spanned<List>>,
    /// Facts that counted without being asked for in `when`.
    pub uses: Option<Spanned<List>>,
}

/// One word, or several.
pub(super) struct List(pub Vec<String>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<List, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = List;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word in quotes, or several between [ and ]")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<List, E> {
                Ok(List(vec![word.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<List, A::Error> {
                let mut list = Vec::new();
                while let Some(word) = words.next_element()? {
                    list.push(word);
                }
                Ok(List(list))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}
