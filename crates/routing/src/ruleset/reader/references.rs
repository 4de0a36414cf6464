//! The powers that rules ask, each with its place in the file: never in a ring, never too many.

use std::ops::Range;

use crate::ruleset::problem::Problem;
use crate::ruleset::text::{Part, Slot, Text};
use crate::ruleset::{Candidate, PowerId, Rule, Ruleset, Then, source};

use super::Reader;
use super::bounds::MOST_ASKED;

/// A power that a rule asks.
pub(super) struct Reference {
    to: PowerId,
    /// How many times.
    times: u64,
    /// Offset of its name in the file.
    at: usize,
}

/// What a walk over the powers knows of one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walked {
    NotYet,
    /// It is on the way.
    Open,
    Done,
}

impl Reader<'_> {
    /// Keeps what a rule asks, in the order of the rules.
    pub(super) fn note_references(&mut self, written: &source::Rule, rule: &Rule) {
        let mut noted = Vec::new();
        match (&rule.then, &written.same_as) {
            (Then::As { power, .. }, Some(word)) => noted.push(Reference {
                to: *power,
                times: rule.reason.as_ref().map_or(1, |text| repeated(text).max(1)),
                at: word.span().start,
            }),
            (Then::Ask { candidates, .. } | Then::Triage(candidates), _) => {
                let asked = candidates.iter().filter_map(|candidate| match candidate {
                    Candidate::Power(power) => Some(*power),
                    Candidate::Body(_) => None,
                });
                let span = written.candidates.as_ref().map(toml::Spanned::span);
                self.note(asked, span, &mut noted);
            }
            _ => {}
        }
        let span = written.reason.as_ref().map(toml::Spanned::span);
        self.note(rule.reason.iter().flat_map(powers_in), span, &mut noted);
        let span = written.would_change.as_ref().map(toml::Spanned::span);
        self.note(rule.would_change.iter().flat_map(powers_in), span, &mut noted);
        self.references.push(noted);
    }

    /// Each power that a value of the file names, at its name.
    fn note(
        &self,
        powers: impl Iterator<Item = PowerId>,
        span: Option<Range<usize>>,
        noted: &mut Vec<Reference>,
    ) {
        let Some(span) = span else {
            return;
        };
        let mut from = span.start;
        for to in powers {
            let word = format!("power.{}", self.powers[to.0]);
            let rest = self.text.get(from..span.end).unwrap_or_default();
            // A name with escapes is not found as it is read: the value is its place.
            let found = rest.match_indices(&word).map(|(at, _)| from + at);
            let whole = |at: &usize| {
                let after = self.text[at + word.len()..].chars().next();
                after.is_some_and(|mark| matches!(mark, '"' | '\'' | '}'))
            };
            let at = found.into_iter().find(whole);
            from = at.map_or(from, |at| at + word.len());
            let at = at.unwrap_or(span.start);
            noted.push(Reference { to, times: 1, at });
        }
    }
}

/// Tells every way by which a power comes back to itself, and powers that ask too many others.
pub(super) fn check(ruleset: &Ruleset, reader: &mut Reader<'_>) {
    let references = std::mem::take(&mut reader.references);
    let asked = |power: usize| {
        let rules = ruleset.powers[power].rules.iter();
        rules.flat_map(|id| &references[id.0])
    };
    let edges: Vec<Vec<&Reference>> = (0..ruleset.powers.len())
        .map(|power| {
            let mut first: Vec<&Reference> = asked(power).collect();
            first.sort_by_key(|reference| (reference.to, reference.at));
            first.dedup_by_key(|reference| reference.to);
            first.sort_by_key(|reference| reference.at);
            first
        })
        .collect();
    let mut walked = vec![Walked::NotYet; edges.len()];
    // Those behind a power come before it.
    let mut done = Vec::with_capacity(edges.len());
    for start in 0..edges.len() {
        if walked[start] != Walked::NotYet {
            continue;
        }
        walked[start] = Walked::Open;
        // The way from the start, each power with how many of its references are behind.
        let mut way = vec![(start, 0)];
        while let Some((power, next)) = way.last_mut() {
            let Some(reference) = edges[*power].get(*next) else {
                walked[*power] = Walked::Done;
                done.push(*power);
                way.pop();
                continue;
            };
            *next += 1;
            let to = reference.to.0;
            match walked[to] {
                Walked::Done => {}
                Walked::NotYet => {
                    walked[to] = Walked::Open;
                    way.push((to, 0));
                }
                Walked::Open => {
                    let ring = way
                        .iter()
                        .map(|(power, _)| *power)
                        .skip_while(|power| *power != to);
                    let problem = comes_back(ruleset, &ring.collect::<Vec<_>>());
                    reader.fault(reference.at..reference.at, problem);
                    if reader.enough() {
                        return;
                    }
                }
            }
        }
    }
    too_many_asked(ruleset, &references, &done, reader);
}

/// Powers of which each asks the next, and the last the first.
fn comes_back(ruleset: &Ruleset, ring: &[usize]) -> Problem {
    let names: Vec<&str> = ring
        .iter()
        .map(|power| ruleset.powers[*power].name.as_str())
        .collect();
    match names[..] {
        [power] => Problem::AsksItself {
            power: power.to_owned(),
        },
        _ => Problem::Loop {
            chain: [names.as_slice(), &names[..1]].concat().join(" -> "),
        },
    }
}

/// Tells the first power that asks too many others, counted along every way; `order` has those behind a power before it.
fn too_many_asked(
    ruleset: &Ruleset,
    references: &[Vec<Reference>],
    order: &[usize],
    reader: &mut Reader<'_>,
) {
    let mut asked = vec![0_u64; ruleset.powers.len()];
    for power in order {
        for id in &ruleset.powers[*power].rules {
            let of_rule = &references[id.0];
            let behind = |reference: &Reference| {
                let each = asked[reference.to.0].saturating_add(1);
                each.saturating_mul(reference.times)
            };
            let count = of_rule.iter().map(behind).fold(0, u64::saturating_add);
            let most = of_rule.iter().max_by_key(|reference| behind(reference));
            asked[*power] = asked[*power].max(count);
            if let Some(most) = most
                && count > MOST_ASKED
            {
                let problem = Problem::TooManyAsked {
                    power: ruleset.powers[*power].name.clone(),
                    most: MOST_ASKED,
                };
                reader.fault(most.at..most.at, problem);
                return;
            }
        }
    }
}

/// How many times a sentence repeats that of the rule that `as` led to.
fn repeated(text: &Text) -> u64 {
    let parts = text.0.iter();
    parts
        .filter(|part| matches!(part, Part::Slot(Slot::Reason)))
        .count() as u64
}

fn powers_in(text: &Text) -> impl Iterator<Item = PowerId> {
    text.0.iter().filter_map(|part| match part {
        Part::Slot(Slot::Power(power)) => Some(*power),
        _ => None,
    })
}
