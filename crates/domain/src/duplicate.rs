//! Open cases of the same person for the same benefit, told before another one is opened.
//!
//! They are looked for in the whole organisation of whoever opens, and nowhere else. A case that the member may read is
//! named. Of another it is told that a colleague has one, and nothing of it: neither whose it is nor what blocks.

use crate::case::CaseFile;
use crate::directory::Member;
use crate::policy;

/// What is already open.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Duplicates<'c> {
    /// The cases that the member may read, in the order given.
    pub readable: Vec<&'c CaseFile>,
    /// Whether colleagues have others.
    pub others: bool,
}

/// Of open cases of one person in the member's organisation, those for this benefit (its code).
pub fn among<'c>(member: &Member, benefit: &str, cases: &'c [CaseFile]) -> Duplicates<'c> {
    let mut found = Duplicates::default();
    for file in cases {
        if !file.is_open() || file.case.facts.benefit != benefit {
            continue;
        }
        if policy::reads_person(member, file) {
            found.readable.push(file);
        } else {
            found.others = true;
        }
    }
    found
}
