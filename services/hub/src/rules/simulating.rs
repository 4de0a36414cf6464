//! What a ruleset would move of the cases of a hub: the function that decides, twice for each, and counts only.

use declic_domain::policy::{self, Action, SMALLEST_GROUP};
use declic_domain::{Case, Refusal};
use declic_proto::v1;
use declic_routing::rehearsal::{Move, Moved, Place, Rehearsal};
use declic_routing::{Facts, Ruleset};
use declic_store::{CaseFilter, CasePosition, Limit};
use jiff::civil::Date;

use crate::caller::Caller;
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::{Violations, rules as wire};

/// Cases gone through at most, and when not said.
const MOST_CASES: i32 = 20_000;
const CASES: i32 = 5_000;
/// Fewest for who may not read the cases.
const LOT: i32 = 1_000;
/// Cases read at a time.
const PAGE: u32 = 500;
/// Moves told at most.
const MOST_MOVES: usize = 200;

/// Goes through the newest cases of the caller's territory.
///
/// # Errors
/// The request's, the store's; unknown, or a ruleset that this program cannot read.
pub async fn over_past_cases(
    hub: &Hub,
    caller: &Caller,
    request: v1::SimulateRulesetRequest,
) -> Result<v1::SimulateRulesetResponse, Error> {
    let mut violations = Violations::default();
    let day = violations.optional_date("on_date", &request.on_date);
    // Who sees the cases one by one may read examples of them. Others count in fixed numbers of cases: the difference of two
    // counts would be somebody.
    let is_theirs = policy::scope(&caller.member).is_some();
    if !is_theirs && ![0, LOT, CASES, MOST_CASES].contains(&request.most_cases) {
        violations.add(
            "most_cases",
            format!("is {LOT}, {CASES} or {MOST_CASES}; 0 means {CASES}"),
        );
    } else if !(0..=MOST_CASES).contains(&request.most_cases) {
        violations.add(
            "most_cases",
            format!("goes from 1 to {MOST_CASES}; 0 means {CASES}"),
        );
    }
    violations.finish()?;
    let rehearsed = ruleset(hub, &request.name).await?;
    let most = if request.most_cases == 0 {
        CASES
    } else {
        request.most_cases
    };
    let rehearsal = rehearse(hub, caller, &rehearsed, day, most.unsigned_abs()).await?;
    Ok(told(&rehearsal, &rehearsed, is_theirs))
}

async fn ruleset(hub: &Hub, name: &str) -> Result<Ruleset, Error> {
    let digest = wire::name(name)?;
    let file = match hub.store.rule_file(digest).await? {
        Some(file) => file,
        None if Ruleset::embedded().digest() == digest => Ruleset::embedded_file().to_owned(),
        None => return Err(Refusal::NoRuleset.into()),
    };
    let rules = super::read(digest, file).await;
    rules.ok_or_else(|| Refusal::RulesUnreadable.into())
}

async fn rehearse(
    hub: &Hub,
    caller: &Caller,
    rehearsed: &Ruleset,
    day: Option<Date>,
    most: u32,
) -> Result<Rehearsal, Error> {
    let scope =
        policy::figures_scope(&caller.member, Action::SimulateRuleset, hub.territory).ok_or(Error::Absent)?;
    let (in_force, today) = (
        hub.rules(),
        declic_calendar::Calendar::for_departement("").date_of(hub.now()),
    );
    let mut rehearsal = Rehearsal::default();
    let (mut left, mut after) = (most, None);
    while left > 0 {
        let size = left.min(PAGE);
        let page = hub
            .store
            .cases(&scope, &CaseFilter::default(), after, Limit::new(size))
            .await?;
        left -= size;
        for stored in &page {
            let mut raw = stored.row.case.facts.clone();
            if let Some(day) = day {
                raw.on_date = Some(day.to_string());
            }
            // A code that has gone from the tables: it cannot be decided again by any rules.
            if let Ok(facts) = Facts::parse(&raw, today) {
                rehearsal.add(&facts, in_force.of(&facts, hub.territory), rehearsed);
            }
        }
        after = page.last().map(|last| position(&last.row.case));
        if page.len() < size as usize {
            break;
        }
    }
    Ok(rehearsal)
}

fn told(rehearsal: &Rehearsal, rehearsed: &Ruleset, with_sample: bool) -> v1::SimulateRulesetResponse {
    let mut moves: Vec<_> = rehearsal
        .moves
        .iter()
        .filter(|(_, count)| **count >= SMALLEST_GROUP)
        .collect();
    moves.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    moves.truncate(MOST_MOVES);
    let moved: u64 = moves.iter().map(|(_, count)| **count).sum();
    let loads = loads(rehearsal, &moves);
    let is_shown = |moved: &&Moved| moves.iter().any(|(made, _)| is_of(moved, made));
    let sample = rehearsal.sample.iter().filter(|_| with_sample).filter(is_shown);
    v1::SimulateRulesetResponse {
        ruleset: rehearsed.version().to_owned(),
        cases: shown(rehearsal.cases),
        moved: number(moved),
        others_move: rehearsal.moved > moved,
        reworded: shown(rehearsal.reworded),
        loads,
        sample: sample
            .map(|moved| v1::SimulatedCase {
                benefit: moved.facts.benefit.code.to_owned(),
                from: word(&Place::of(&moved.before)),
                to: word(&Place::of(&moved.after)),
                reasons_before: moved.before.reasons.clone(),
                reasons_after: moved.after.reasons.clone(),
            })
            .collect(),
        moves: moves
            .into_iter()
            .map(|(made, count)| v1::SimulatedMove {
                departement: made.departement.to_owned(),
                benefit: made.benefit.to_owned(),
                from: word(&made.from),
                to: word(&made.to),
                cases: number(*count),
            })
            .collect(),
    }
}

/// The load of each place before, and what it would be after the moves that are told: with the others it would tell them.
fn loads(rehearsal: &Rehearsal, moves: &[(&Move, &u64)]) -> Vec<v1::SimulatedLoad> {
    let sum = |is_of: &dyn Fn(&Move) -> bool| -> u64 {
        let of_place = moves.iter().filter(|(made, _)| is_of(made));
        of_place.map(|(_, count)| **count).sum()
    };
    let mut told = Vec::new();
    for (place, load) in &rehearsal.loads {
        let (leave, come) = (sum(&|made| made.from == *place), sum(&|made| made.to == *place));
        let is_small = load.before > 0 && load.before < SMALLEST_GROUP;
        let after = (load.before + come).saturating_sub(leave);
        if (leave, come) != (0, 0) && !is_small && (after == 0 || after >= SMALLEST_GROUP) {
            told.push(v1::SimulatedLoad {
                place: word(place),
                before: number(load.before),
                after: number(after),
            });
        }
    }
    told
}

fn is_of(moved: &Moved, made: &Move) -> bool {
    let place = moved.facts.elected_domicile.unwrap_or(moved.facts.commune);
    made.departement == place.commune.departement
        && made.benefit == moved.facts.benefit.code
        && made.from == Place::of(&moved.before)
        && made.to == Place::of(&moved.after)
}

fn position(case: &Case) -> CasePosition {
    CasePosition {
        opened_at_us: case.opened_at.as_microsecond(),
        id: case.id,
    }
}

/// A place for programs, as `declic routing rehearse --json` writes it: agencies, "question:regime", "triage".
fn word(place: &Place) -> String {
    match place {
        Place::Agencies(agencies) => {
            let slugs: Vec<&str> = agencies.iter().map(|agency| agency.as_str()).collect();
            slugs.join(" ")
        }
        Place::Question(fact) => format!("question:{fact}"),
        Place::Triage => "triage".to_owned(),
    }
}

fn shown(count: u64) -> i64 {
    if count < SMALLEST_GROUP { 0 } else { number(count) }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
