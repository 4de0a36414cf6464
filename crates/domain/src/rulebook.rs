//! The rules of routing as they change: proposed, activated for the country or for some départements first, taken back.
//!
//! The rulebook is the fold of its [`Change`]s, in the order of their numbers. What is in force is a stack: activating
//! puts on it, rolling back takes off it, and below it all are the rules of the program itself, which stay.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use declic_routing::{Digest, Facts, Ruleset, Territory};
use jiff::Timestamp;

use crate::directory::Member;
use crate::name::{Malformed, MemberId};
use crate::opening::departement_of;
use crate::policy::{self, Action};
use crate::refusal::Refusal;

/// Longest file of rules, in bytes: with what goes with it, it fits the 256 KiB of a message.
pub const LONGEST_FILE: usize = 240 * 1024;

/// Resource name of a ruleset: `rulesets/{sha256}`.
pub fn ruleset_resource(digest: Digest) -> String {
    format!("rulesets/{digest}")
}

/// Takes the resource name of a ruleset, with its 64 hexadecimal digits.
///
/// # Errors
/// Any other text.
pub fn parse_ruleset(text: &str) -> Result<Digest, Malformed> {
    const FORM: Malformed =
        Malformed("a ruleset is written rulesets/{sha256}, with the 64 digits of its hash");
    let digits = text.strip_prefix("rulesets/").ok_or(FORM)?;
    let is_form = digits.len() == 64 && digits.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    if !is_form {
        return Err(FORM);
    }
    let mut digest = [0; 32];
    for (place, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).map_err(|_| FORM)?;
    }
    Ok(Digest(digest))
}

/// One change of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who made it.
    pub actor: MemberId,
    /// When the hub recorded it.
    pub recorded_at: Timestamp,
    /// Why.
    pub reason: String,
    /// What changed.
    pub kind: ChangeKind,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// A ruleset is there; nothing goes elsewhere for it.
    Proposed(Proposal),
    /// A ruleset decides from now on.
    Activated(Activation),
    /// What decided before decides again.
    RolledBack {
        /// What was in force.
        from: Places,
        /// What is in force now.
        to: Places,
    },
}

/// A ruleset that somebody brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// SHA-256 of its file.
    pub digest: Digest,
    /// The version that decisions carry ("2026.11.2+1c9f2a7b03de").
    pub version: String,
    /// Length of its file, in bytes.
    pub bytes: u32,
    /// What the check found on the day it came.
    pub findings: Vec<Finding>,
}

/// A ruleset put in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// The ruleset.
    pub digest: Digest,
    /// For which départements; empty for the whole country.
    pub departements: BTreeSet<String>,
    /// What was in force.
    pub from: Places,
    /// What is in force now.
    pub to: Places,
    /// What the check found on the day it was activated.
    pub findings: Vec<Finding>,
    /// Why it was activated although the check forbids it; empty when it does not.
    pub override_reason: String,
}

/// One thing the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line of its file, from 1; 0 when it is not about one.
    pub line: u32,
    /// Whether a ruleset with this may not be activated.
    pub forbids: bool,
    /// Its stable code; empty when it was found before there were codes.
    pub code: String,
    /// What it is about, each under its name, in the order in which it is told.
    pub about: Vec<(String, String)>,
    /// What it is, in an English sentence.
    pub what: String,
}

/// Which ruleset decides where; `None` stands for the rules of the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Where no département has its own.
    pub everywhere: Option<Digest>,
    /// By code of the département.
    pub departements: BTreeMap<String, Option<Digest>>,
}

/// A ruleset as the rulebook knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What was proposed.
    pub proposal: Proposal,
    /// By whom.
    pub actor: MemberId,
    /// When.
    pub recorded_at: Timestamp,
    /// Why.
    pub reason: String,
}

/// All rulesets, and what is in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rulebook {
    /// Number of the last change, 0 before the first.
    pub last: u64,
    /// Number of the last change of what is in force: the etag of activations.
    pub generation: u64,
    /// In the order in which they came, each once.
    pub known: Vec<Known>,
    stack: Vec<Places>,
}

/// What an activation asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The ruleset.
    pub digest: Digest,
    /// For which départements; empty for the whole country.
    pub departements: BTreeSet<String>,
    /// The generation the client has read.
    pub etag: u64,
    /// Why.
    pub reason: String,
    /// Why in spite of what the check forbids; empty when nothing is to be passed over.
    pub override_reason: String,
}

impl Rulebook {
    /// What the changes with these numbers come to, in their order.
    pub fn of(changes: impl IntoIterator<Item = (u64, Change)>) -> Self {
        let mut book = Self::default();
        for (number, change) in changes {
            book.apply(number, change);
        }
        book
    }

    /// Adds the next change.
    pub fn apply(&mut self, number: u64, change: Change) {
        self.last = number;
        match change.kind {
            ChangeKind::Proposed(proposal) => {
                if self.find(proposal.digest).is_none() {
                    self.known.push(Known {
                        proposal,
                        actor: change.actor,
                        recorded_at: change.recorded_at,
                        reason: change.reason,
                    });
                }
            }
            ChangeKind::Activated(activation) => {
                self.stack.push(activation.to);
                self.generation = number;
            }
            ChangeKind::RolledBack { .. } => {
                self.stack.pop();
                self.generation = number;
            }
        }
    }

    /// What is in force.
    pub fn places(&self) -> Places {
        self.stack.last().cloned().unwrap_or_default()
    }

    /// What is in force, then what a rollback would lead to, and so on down to the rules of the program.
    pub fn and_before(&self) -> impl Iterator<Item = Places> {
        let stack = self.stack.iter().rev().cloned();
        stack.chain(std::iter::once(Places::default()))
    }

    /// The ruleset with this digest.
    pub fn find(&self, digest: Digest) -> Option<&Known> {
        self.known.iter().find(|known| known.proposal.digest == digest)
    }

    /// Proposes a ruleset that was read and checked; `None` when it is there already.
    ///
    /// # Errors
    /// The role of the actor.
    pub fn propose(
        &self,
        actor: &Member,
        proposal: Proposal,
        reason: String,
        now: Timestamp,
    ) -> Result<Option<Change>, Refusal> {
        permitted(actor, Action::ProposeRuleset)?;
        if self.find(proposal.digest).is_some() {
            return Ok(None);
        }
        Ok(Some(change(actor, now, reason, ChangeKind::Proposed(proposal))))
    }

    /// Puts a ruleset in force, in which the check found this today.
    ///
    /// # Errors
    /// The role, another generation than the one read, an unknown département, or what the check forbids.
    pub fn activate(
        &self,
        actor: &Member,
        ask: Ask,
        findings: Vec<Finding>,
        territory: &Territory,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        permitted(actor, Action::ActivateRuleset)?;
        self.is_current(ask.etag)?;
        if let Some(unknown) = unknown_departement(&ask.departements, territory) {
            return Err(Refusal::Field {
                field: "departements",
                problem: format!("no département has the code {unknown:?}: write them as 56, 2A, 974"),
            });
        }
        judge(&ask, &findings)?;
        let from = self.places();
        let to = from.with(Some(ask.digest), &ask.departements);
        if from == to {
            return Err(Refusal::RulesInForce);
        }
        let forbids = findings.iter().filter(|finding| finding.forbids).count();
        let mut codes = territory.departements().iter().map(|one| one.code);
        // One département after the other would be the country.
        if forbids > 0 && codes.all(|code| to.of(code) == Some(ask.digest)) {
            return Err(Refusal::RulesForbidden { count: forbids });
        }
        let activation = Activation {
            digest: ask.digest,
            departements: ask.departements,
            from,
            to,
            findings,
            override_reason: ask.override_reason,
        };
        Ok(change(actor, now, ask.reason, ChangeKind::Activated(activation)))
    }

    /// Puts in force again what was before the last activation that was not rolled back.
    ///
    /// # Errors
    /// The role, another generation than the one read, or nothing to roll back.
    pub fn roll_back(
        &self,
        actor: &Member,
        etag: u64,
        reason: String,
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        permitted(actor, Action::RollbackRuleset)?;
        self.is_current(etag)?;
        let mut places = self.and_before();
        let (Some(from), Some(to)) = (places.next(), places.next()) else {
            return Err(Refusal::NothingToRollBack);
        };
        Ok(change(actor, now, reason, ChangeKind::RolledBack { from, to }))
    }

    fn is_current(&self, etag: u64) -> Result<(), Refusal> {
        if etag == self.generation {
            return Ok(());
        }
        Err(Refusal::EtagOutdated {
            current: self.generation,
        })
    }
}

impl Places {
    /// The same with this ruleset in some départements, or everywhere when none is named.
    pub fn with(&self, digest: Option<Digest>, departements: &BTreeSet<String>) -> Self {
        if departements.is_empty() {
            return Self {
                everywhere: digest,
                departements: BTreeMap::new(),
            };
        }
        let mut places = self.clone();
        for code in departements {
            if digest == places.everywhere {
                places.departements.remove(code);
            } else {
                places.departements.insert(code.clone(), digest);
            }
        }
        places
    }

    /// The ruleset that decides in a département.
    pub fn of(&self, departement: &str) -> Option<Digest> {
        self.departements
            .get(departement)
            .copied()
            .unwrap_or(self.everywhere)
    }

    /// Every stored ruleset that decides somewhere.
    pub fn digests(&self) -> BTreeSet<Digest> {
        let all = self
            .departements
            .values()
            .chain(std::iter::once(&self.everywhere));
        all.copied().flatten().collect()
    }
}

/// A ruleset that was read.
#[derive(Debug, Clone)]
pub enum Rules {
    /// The one of the program.
    Embedded,
    /// A stored one.
    Stored(Arc<Ruleset>),
}

impl Deref for Rules {
    type Target = Ruleset;

    fn deref(&self) -> &Ruleset {
        match self {
            Self::Embedded => Ruleset::embedded(),
            Self::Stored(rules) => rules,
        }
    }
}

/// What decides, read: the rules for the country, and those of départements that have their own.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The generation of the rulebook it was read from.
    pub generation: u64,
    everywhere: Rules,
    departements: BTreeMap<String, Rules>,
}

impl InForce {
    /// These rules everywhere but in the départements that have their own.
    pub fn new(generation: u64, everywhere: Rules, departements: BTreeMap<String, Rules>) -> Self {
        Self {
            generation,
            everywhere,
            departements,
        }
    }

    /// The rules of the program, everywhere.
    pub fn embedded() -> Self {
        Self::new(0, Rules::Embedded, BTreeMap::new())
    }

    /// The rules that decide on these facts: those of the département of the residence, or of the elected domicile where
    /// there is one.
    pub fn of(&self, facts: &Facts, territory: &Territory) -> &Ruleset {
        if self.departements.is_empty() {
            return &self.everywhere;
        }
        self.departements
            .get(&departement_of(facts, territory))
            .unwrap_or(&self.everywhere)
    }
}

fn permitted(actor: &Member, action: Action) -> Result<(), Refusal> {
    if actor.active && policy::permits(actor.role, action) {
        return Ok(());
    }
    Err(Refusal::Role)
}

fn change(actor: &Member, now: Timestamp, reason: String, kind: ChangeKind) -> Change {
    Change {
        actor: actor.id.clone(),
        recorded_at: now,
        reason,
        kind,
    }
}

fn unknown_departement<'d>(departements: &'d BTreeSet<String>, territory: &Territory) -> Option<&'d String> {
    let mut departements = departements.iter();
    departements.find(|code| territory.departement(code).is_none())
}

/// What the check forbids is passed over for named départements only, and with a reason of its own.
fn judge(ask: &Ask, findings: &[Finding]) -> Result<(), Refusal> {
    let count = findings.iter().filter(|finding| finding.forbids).count();
    if count == 0 {
        if ask.override_reason.is_empty() {
            return Ok(());
        }
        return Err(Refusal::Field {
            field: "override_reason",
            problem: "the check forbids nothing: leave it empty".to_owned(),
        });
    }
    if ask.override_reason.is_empty() || ask.departements.is_empty() {
        return Err(Refusal::RulesForbidden { count });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
