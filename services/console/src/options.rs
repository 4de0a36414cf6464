//! Lists to choose from.

use std::collections::BTreeMap;

use declic_routing::{Benefit, Blockage};
use declic_words::{Family, blockage_group};

use crate::page::Page;

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// Choices under a heading; the heading is empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The heading.
    pub label: String,
    /// What is under it.
    pub choices: Vec<Choice>,
}

impl Choice {
    /// A value and its label.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// The labels of some values of the contract.
pub fn of_family(page: &Page, family: Family, codes: &[&str]) -> Vec<Choice> {
    codes
        .iter()
        .map(|code| Choice::new(*code, page.label(family, code)))
        .collect()
}

/// Choices without headings.
pub fn plain(choices: Vec<Choice>) -> Vec<Group> {
    vec![Group {
        label: String::new(),
        choices,
    }]
}

/// Every benefit, by family.
pub fn benefits() -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for benefit in Benefit::all() {
        let label = capitalised(benefit.domain);
        let choice = Choice::new(benefit.code, benefit.name_fr);
        match groups.iter_mut().find(|group| group.label == label) {
            Some(group) => group.choices.push(choice),
            None => groups.push(Group {
                label,
                choices: vec![choice],
            }),
        }
    }
    groups
}

/// Everything that may block, under the headings that people choose from.
pub fn blockages(page: &Page) -> Vec<Group> {
    let mut groups: BTreeMap<String, Vec<Choice>> = BTreeMap::new();
    for blockage in Blockage::all() {
        let Some(heading) = blockage_group(blockage.code) else {
            continue;
        };
        let label = page.label(Family::BlockageGroup, heading);
        groups
            .entry(label)
            .or_default()
            .push(Choice::new(blockage.code, page.blockage(blockage.code)));
    }
    groups
        .into_iter()
        .map(|(label, choices)| Group { label, choices })
        .collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}
