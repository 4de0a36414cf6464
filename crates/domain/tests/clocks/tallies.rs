//! Sums of records: parts make the whole, and what is taken out leaves what the rest sums to.

use std::collections::BTreeMap;

use declic_domain::clock::timeline::Part;
use declic_domain::disclosure::shown;
use declic_domain::event::{Effect, RedirectReason};
use declic_domain::figures::{
    Age, Asking, Board, Counted, Ending, Group, HolderKind, Lateness, Measure, Period, Quantile, Reception,
    Record, Selection, SentOn, Spread, Standing, Tally, Weeks, exchange, sums,
};
use declic_domain::name::AgencyId;
use declic_domain::policy::SMALLEST_GROUP;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use proptest::prelude::*;

fn measure() -> impl Strategy<Value = Measure> {
    (0_u32..60, any::<bool>(), prop::option::of(any::<bool>())).prop_map(|(minutes, done, kept)| Measure {
        minutes,
        ending: if done { Ending::Done } else { Ending::Censored },
        kept,
    })
}

fn parts() -> impl Strategy<Value = BTreeMap<Part, SignedDuration>> {
    let part = prop::sample::select(vec![
        Part::BeforeAcknowledgement,
        Part::AtAgency,
        Part::AwaitingReply,
        Part::WrongAgency,
    ]);
    let time = (1_i64..1_000_000).prop_map(SignedDuration::from_micros);
    prop::collection::btree_map(part, time, 0..4)
}

fn standing() -> impl Strategy<Value = Option<Standing>> {
    let holder = prop::sample::select(vec![HolderKind::Desk, HolderKind::Agent, HolderKind::Opener]);
    let age = prop::sample::select(vec![Age::Week, Age::Month, Age::Older]);
    let lateness = prop::sample::select(vec![Lateness::Late, Lateness::Soon, Lateness::InTime]);
    let reception = prop::sample::select(vec![Reception::Undelivered, Reception::Unread, Reception::Read]);
    let standing = (holder, age, reception, lateness, 0_u32..900).prop_map(
        |(holder, age, reception, lateness, minutes)| Standing {
            holder,
            age,
            reception,
            lateness,
            late_minutes: if lateness == Lateness::Late { minutes } else { 0 },
        },
    );
    prop::option::of(standing)
}

fn record() -> impl Strategy<Value = Record> {
    let code = |codes: [&'static str; 3]| prop::sample::select(codes.to_vec()).prop_map(str::to_owned);
    let place = (
        code(["56", "35", "22"]),
        code(["caf-56", "caf-35", "dep-56"]),
        code(["RSA", "PPA", "AAH"]),
        code(["SUSPENSION", "DELAI", ""]),
    );
    let reason = prop::sample::select(vec![
        RedirectReason::OutsideTerritory,
        RedirectReason::WrongRegime,
    ]);
    let sent_on =
        prop::option::of((reason, any::<bool>()).prop_map(|(reason, first)| SentOn { reason, first }));
    let effect = prop::option::of(prop::sample::select(vec![Effect::Yes, Effect::No]));
    let measures = || prop::collection::vec(measure(), 0..3);
    (
        place,
        (measures(), measures(), prop::option::of(measure())),
        parts(),
        sent_on,
        effect,
        (0_u32..3, 0_u32..2, 0_u32..3, any::<bool>(), 0_i64..40),
        standing(),
    )
        .prop_map(
            |(place, measures, parts, sent_on, effect, counts, standing)| Record {
                departement: place.0,
                agency: AgencyId::parse(&place.1).expect("a slug"),
                benefit: place.2,
                blockage: place.3,
                case_opened_at: Timestamp::UNIX_EPOCH,
                acknowledge: measures.0,
                resolve: measures.1,
                wait: measures.2,
                parts,
                at_triage: false,
                sent_on,
                outcomes: counts.0,
                reopened: counts.1.min(counts.0),
                requests: counts.2,
                effect: effect.filter(|_| standing.is_none()),
                unconfirmed: counts.3 && effect.is_none() && standing.is_none(),
                arrived: date(2026, 11, 1).saturating_add(counts.4.days()),
                standing,
            },
        )
}

/// The board of a selection out of the groups of records, as they are kept.
fn board(selection: Selection, records: &[Record]) -> Option<Board> {
    let mut asking = Asking::new(selection, None);
    for (group, sums) in sums(records) {
        asking.add(counted(group, sums));
    }
    asking.board()
}

fn counted(group: Group, sums: Tally) -> Counted {
    Counted {
        group,
        tickets: sums.tickets,
        sums: Some(sums),
    }
}

/// Any of these values, or none.
fn asked() -> impl Strategy<Value = Selection> {
    let code = |codes: [&'static str; 2]| {
        prop::option::of(prop::sample::select(codes.to_vec()).prop_map(str::to_owned))
    };
    let codes = (
        code(["56", "35"]),
        code(["caf-56", "dep-56"]),
        code(["RSA", "PPA"]),
        code(["SUSPENSION", ""]),
    );
    codes.prop_map(|(departement, agency, benefit, blockage)| Selection {
        departement,
        agency: agency.map(|agency| AgencyId::parse(&agency).expect("a slug")),
        benefit,
        blockage,
    })
}

/// The weeks in which the records came.
fn weeks() -> Option<Weeks> {
    let today = date(2026, 12, 9);
    let period = Period::new(Some(date(2026, 9, 1)), None, today).expect("a period");
    Weeks::of(period, today)
}

/// Efron's way to the same estimate (1967): the mass of who is censored goes, in equal shares, to all that lasted longer.
fn redistributed(mut observed: Vec<(u32, bool)>) -> Vec<(u32, f64)> {
    // What ends at a duration comes before what is censored at it.
    observed.sort_by_key(|(minutes, done)| (*minutes, !done));
    let mut mass = vec![1.0 / observed.len() as f64; observed.len()];
    let (mut ended, mut curve) = (0.0, Vec::<(u32, f64)>::new());
    for place in 0..observed.len() {
        let (minutes, done) = observed[place];
        if !done {
            let after = observed.len() - place - 1;
            let each = mass[place] / after.max(1) as f64;
            mass[place + 1..].iter_mut().for_each(|mass| *mass += each);
            continue;
        }
        ended += mass[place];
        match curve.last_mut().filter(|(last, _)| *last == minutes) {
            Some((_, left)) => *left = 1.0 - ended,
            None => curve.push((minutes, 1.0 - ended)),
        }
    }
    curve
}

fn spread(observed: &[(u32, bool)]) -> Spread {
    let mut spread = Spread::default();
    for (minutes, done) in observed {
        spread.one(&Measure {
            minutes: *minutes,
            ending: if *done { Ending::Done } else { Ending::Censored },
            kept: None,
        });
    }
    spread
}

proptest! {
    #[test]
    fn sums_of_parts_are_the_sums_of_the_whole(
        records in prop::collection::vec((record(), 0_usize..4), 0..40),
    ) {
        let mut sum = Tally::default();
        for part in 0..4 {
            sum.add(&Tally::of(records.iter().filter(|(_, own)| *own == part).map(|(record, _)| record)));
        }
        prop_assert_eq!(sum, Tally::of(records.iter().map(|(record, _)| record)));
    }

    #[test]
    fn a_record_that_changes_leaves_the_sums_that_all_would_be_counted_to(
        mut records in prop::collection::vec(record(), 1..20),
        changes in prop::collection::vec((any::<prop::sample::Index>(), record()), 0..20),
    ) {
        let mut kept = Tally::of(&records);
        for (place, after) in changes {
            let place = place.index(records.len());
            let before = std::mem::replace(&mut records[place], after.clone());
            kept = kept.without(&Tally::of([&before])).expect("it was counted");
            kept.one(&after);
            prop_assert_eq!(&kept, &Tally::of(&records));
        }
        for record in &records {
            kept = kept.without(&Tally::of([record])).expect("it was counted");
        }
        prop_assert_eq!(&kept, &Tally::default());
        prop_assert!(kept.without(&Tally::of(&records[..1])).is_err(), "nothing is left to take out");
    }

    #[test]
    fn groups_of_cases_that_change_stay_the_sums_of_all_cases(
        mut cases in prop::collection::vec(prop::collection::vec(record(), 0..4), 1..12),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::collection::vec(record(), 0..4)),
            0..20,
        ),
    ) {
        let mut kept = sums(cases.iter().flatten());
        for (place, after) in changes {
            let place = place.index(cases.len());
            let before = std::mem::replace(&mut cases[place], after);
            exchange(&mut kept, &sums(&before), &sums(&cases[place])).expect("it was counted so");
            kept.retain(|_, tally| tally.tickets > 0);
            prop_assert_eq!(&kept, &sums(cases.iter().flatten()));
        }
        let mut whole = Tally::default();
        kept.values().for_each(|tally| whole.add(tally));
        prop_assert_eq!(whole, Tally::of(cases.iter().flatten()), "what is told is what all sum to");
        let other = sums(cases.iter().flatten().chain(cases.iter().flatten()));
        if !other.is_empty() {
            prop_assert!(exchange(&mut kept, &other, &sums(&[])).is_err(), "it was not counted so often");
        }
    }

    #[test]
    fn a_board_that_is_kept_while_cases_change_is_the_one_that_would_be_made_of_all_of_them(
        selection in asked(),
        mut cases in prop::collection::vec(prop::collection::vec(record(), 0..6), 1..12),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::collection::vec(record(), 0..6)),
            0..20,
        ),
    ) {
        let made = |cases: &[Vec<Record>]| {
            let mut asking = Asking::new(selection.clone(), weeks());
            for (group, sums) in sums(cases.iter().flatten()) {
                asking.add(counted(group, sums));
            }
            asking
        };
        let mut kept = made(&cases);
        for (place, after) in changes {
            let place = place.index(cases.len());
            let before = std::mem::replace(&mut cases[place], after);
            for (group, tally) in sums(&before) {
                kept.take_out(&group, tally).expect("it was put in");
            }
            for (group, tally) in sums(&cases[place]) {
                kept.add(counted(group, tally));
            }
            let anew = made(&cases);
            prop_assert_eq!(&kept, &anew);
            prop_assert_eq!(kept.board(), anew.board());
        }
        let mut other = sums(cases.iter().flatten()).into_iter().filter(|(group, _)| selection.takes(group));
        if let Some((group, tally)) = other.next() {
            kept.take_out(&group, tally.clone()).expect("it is in it");
            prop_assert!(kept.take_out(&group, tally).is_err(), "it was in it once");
        }
    }

    #[test]
    fn the_estimate_is_the_one_that_redistributes_what_is_censored(
        observed in prop::collection::vec((0_u32..30, any::<bool>()), 1..60),
    ) {
        let (curve, other) = (spread(&observed).survival(), redistributed(observed));
        prop_assert_eq!(curve.len(), other.len());
        for ((minutes, share), (at, expected)) in curve.into_iter().zip(other) {
            prop_assert_eq!(minutes, at);
            prop_assert!((share - expected).abs() < 1e-9, "{} and {} at {}", share, expected, at);
        }
    }

    #[test]
    fn where_all_have_ended_a_quantile_is_the_one_of_them_at_that_rank(
        mut minutes in prop::collection::vec(0_u32..1_000, 1..200),
        of_100 in 1_u8..=100,
    ) {
        let spread = spread(&minutes.iter().map(|minutes| (*minutes, true)).collect::<Vec<_>>());
        minutes.sort_unstable();
        let rank = (minutes.len() * usize::from(of_100)).div_ceil(100);
        prop_assert_eq!(spread.quantile(of_100), Some(minutes[rank - 1]));
    }

    #[test]
    fn nothing_of_a_board_is_smaller_than_the_smallest_group_nor_leaves_one_to_a_difference(
        records in prop::collection::vec(record(), 0..60),
    ) {
        let Some(board) = Board::of(&Tally::of(&records), None) else {
            prop_assert!((records.len() as u64) < SMALLEST_GROUP);
            return Ok(());
        };
        let lists: [Vec<u64>; 5] = [
            board.ages.iter().map(|(_, count)| *count).collect(),
            board.holders.iter().map(|(_, count)| *count).collect(),
            board.receptions.iter().map(|(_, count)| *count).collect(),
            board.lateness.iter().map(|(_, count)| *count).collect(),
            board.causes.iter().map(|one| one.tickets).collect(),
        ];
        let durations = [&board.acknowledge, &board.resolve, &board.wait, &board.late_by];
        let of_durations = durations.into_iter().flatten().flat_map(|times| [times.observed, times.done]);
        let shares = board.causes.iter().map(|one| one.cumulated);
        let shares = shares.chain([board.sent_on, board.asked, board.reopened, board.unconfirmed].into_iter().flatten());
        let shares = shares.flat_map(|share| [share.part, share.whole]);
        let told = lists.iter().flatten().copied().chain(of_durations.flatten()).chain(shares);
        for count in told.chain(board.open).chain([board.tickets, board.other_causes]) {
            prop_assert!(count % SMALLEST_GROUP == 0, "{count} of {board:?}");
        }
        for counts in lists {
            prop_assert!(counts.iter().all(|count| *count >= SMALLEST_GROUP), "{counts:?}");
        }
        let is_late = board.lateness.iter().any(|(lateness, _)| *lateness == Lateness::Late);
        prop_assert!(is_late || board.late_by.is_none(), "how late those are would tell that they are");
    }

    #[test]
    fn what_a_list_leaves_out_is_nobody_or_as_many_as_the_smallest_group(
        counts in prop::collection::vec(0_u64..12, 0..8),
        others in 0_u64..9,
    ) {
        let whole = counts.iter().sum::<u64>() + others;
        let told: u64 = shown(counts.into_iter().enumerate(), whole).iter().map(|(_, count)| count).sum();
        let rest = whole - told;
        prop_assert!(rest == 0 || rest >= SMALLEST_GROUP || told == 0, "{told} of {whole}");
    }

    #[test]
    fn groups_that_are_asked_for_one_by_one_leave_none_that_is_too_small(
        records in prop::collection::vec(record(), 5..60),
    ) {
        for place in 0..2 {
            let selection = |code: &str| match place {
                0 => Selection { agency: AgencyId::parse(code).ok(), ..Selection::default() },
                _ => Selection { benefit: Some(code.to_owned()), ..Selection::default() },
            };
            let is_told = |record: &&Record| {
                let code = [record.agency.as_str(), &record.benefit][place];
                board(selection(code), &records).is_some()
            };
            let told = records.iter().filter(is_told).count() as u64;
            let rest = records.len() as u64 - told;
            prop_assert!(rest == 0 || rest >= SMALLEST_GROUP, "{told} of {}", records.len());
        }
    }
}

#[test]
fn what_is_not_reached_is_said_so_and_a_growing_backlog_makes_nothing_look_faster() {
    let few_ended: Vec<(u32, bool)> = (0..10).map(|nth| (100 + nth, nth < 4)).collect();
    let (curve, median) = (spread(&few_ended).survival(), spread(&few_ended).quantile(50));
    assert_eq!(curve.last().map(|(minutes, _)| *minutes), Some(103));
    assert_eq!(
        median, None,
        "six in ten are still open: no median is made up for them"
    );

    let all_ended: Vec<(u32, bool)> = few_ended.iter().map(|(minutes, _)| (*minutes, true)).collect();
    assert_eq!(spread(&all_ended).quantile(50), Some(104));
    let mut open_too = all_ended.clone();
    open_too.extend([(500, false); 8]);
    assert_eq!(
        spread(&open_too).quantile(50),
        Some(108),
        "those that are open count"
    );

    let mut tally = Tally::default();
    for _ in 0..10 {
        tally.tickets += 1;
        tally.resolve.add(&spread(&few_ended[4..5]));
    }
    let board = Board::of(&tally, None).expect("ten tickets");
    assert_eq!(board.resolve.map(|times| times.median), Some(Quantile::TooFew));
}

/// Sums of tickets that are open, so many of each kind of lateness, late by as many quarters of an hour as they come.
fn open(late: u32, soon: u32, in_time: u32) -> Tally {
    let of = |lateness, count| (0..count).map(move |nth| (lateness, nth));
    let standings = of(Lateness::Late, late)
        .chain(of(Lateness::Soon, soon))
        .chain(of(Lateness::InTime, in_time));
    let records: Vec<Record> = standings
        .map(|(lateness, nth)| Record {
            departement: "56".to_owned(),
            agency: AgencyId::parse("caf-56").expect("a slug"),
            benefit: "RSA".to_owned(),
            blockage: String::new(),
            case_opened_at: Timestamp::UNIX_EPOCH,
            acknowledge: Vec::new(),
            resolve: Vec::new(),
            wait: None,
            parts: BTreeMap::new(),
            at_triage: false,
            sent_on: None,
            outcomes: 0,
            reopened: 0,
            requests: 0,
            effect: None,
            unconfirmed: false,
            arrived: date(2026, 11, 2),
            standing: Some(Standing {
                holder: HolderKind::Desk,
                age: Age::Week,
                reception: Reception::Unread,
                lateness,
                late_minutes: if lateness == Lateness::Late {
                    15 * (nth + 1)
                } else {
                    0
                },
            }),
        })
        .collect();
    Tally::of(&records)
}

#[test]
fn how_late_those_are_that_are_late_tells_neither_how_many_there_are_nor_one_of_them() {
    let kept_back = Board::of(&open(6, 2, 30), None).expect("38 tickets");
    assert_eq!(
        kept_back.lateness,
        [(Lateness::InTime, 30)],
        "the six would tell the two"
    );
    assert_eq!(kept_back.late_by, None, "and so would how late they are");

    let six = Board::of(&open(6, 0, 30), None).expect("36 tickets");
    assert_eq!(six.lateness, [(Lateness::Late, 5), (Lateness::InTime, 30)]);
    let late_by = six.late_by.expect("six are late");
    assert_eq!((late_by.observed, late_by.done), (Some(5), Some(5)));
    assert_eq!(late_by.median, Quantile::TooFew, "it is how late the third is");

    let fifty = Board::of(&open(50, 0, 0), None).expect("50 tickets");
    let late_by = fifty.late_by.expect("fifty are late");
    assert_eq!(
        (late_by.median, late_by.nine_in_ten),
        (Quantile::Minutes(25 * 15), Quantile::Minutes(45 * 15)),
        "five are later still"
    );
}

#[test]
fn a_ticket_more_changes_a_board_no_oftener_than_one_in_five() {
    let told: Vec<u64> = (5..=15)
        .map(|late| Board::of(&open(late, 0, 0), None).expect("five at least").tickets)
        .collect();
    assert_eq!(told, [5, 5, 5, 10, 10, 10, 10, 10, 15, 15, 15]);
}
