//! Promises about the sums of the figures.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

use declic_domain::clock::timeline::Part;
use declic_domain::event::{Effect, RedirectReason};
use declic_domain::figures::{
    Age, Counted, Ending, Group, HolderKind, Lateness, Measure, Month, Reception, Record, Selection, SentOn,
    Standing, Sums, Tally, sums,
};
use declic_domain::name::CaseId;
use declic_domain::policy::{self, Scope};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use uuid::Uuid;

use super::Factory;
use super::sample::{self, Draw, agency, time};
use crate::figures::{CountedCase, FigureRead, FigureState, RollUp};
use crate::page::Limit;
use crate::{CommitError, Store};

const DEPARTEMENTS: [&str; 3] = ["2A", "56", "974"];

/// A century of months.
fn ever() -> RangeInclusive<Month> {
    let month = |number| Month::from_number(number).expect("a month");
    month(200_001)..=month(209_912)
}

/// What is written MUST read back, also after a restart: sums of groups, what cases are counted with, how far they follow
/// the journal. What is not named MUST stay as it is; what sums to nothing is kept no more.
pub async fn sums_read_back_as_they_were_written(factory: &impl Factory) {
    let store = factory.open().await;
    let empty = store.figure_state().await.expect("a read");
    assert_eq!(empty, FigureState::default());
    let mut draw = Draw::new(60);
    let (one, other) = (counted(&mut draw, 1), counted(&mut draw, 2));
    let mut groups = one.sums.clone();
    declic_domain::figures::exchange(&mut groups, &Sums::new(), &other.sums).expect("sums that grow");
    let first = RollUp {
        expected: 0,
        seq: 7,
        cases: vec![one.clone(), other.clone()],
        groups: groups.clone(),
    };
    store.roll_up(first).await.expect("the first sums");
    store.close().await;

    let store = factory.open().await;
    let state = store.figure_state().await.expect("a read");
    assert_eq!((state.revision, state.seq), (1, 7));
    let both = [one.case, other.case, CaseId(Uuid::nil())];
    let mut found = store.counted_cases(&both).await.expect("a read");
    found.sort_by_key(|counted| counted.case.0);
    assert_eq!(found, [one.clone(), other.clone()]);
    assert_eq!(kept(&store).await, groups);

    // The first case is counted no more: groups of which nothing is left go with it.
    let mut left = groups.clone();
    declic_domain::figures::exchange(&mut left, &one.sums, &Sums::new()).expect("it was counted so");
    let changed = |group: &&Group| one.sums.contains_key(*group);
    let named: Sums = left
        .keys()
        .filter(changed)
        .map(|group| (group.clone(), left[group].clone()))
        .collect();
    let second = RollUp {
        expected: 1,
        seq: 9,
        cases: vec![CountedCase {
            sums: Sums::new(),
            measured_at: None,
            ..one.clone()
        }],
        groups: named,
    };
    store.roll_up(second).await.expect("sums that change");
    left.retain(|_, tally| tally.tickets > 0);
    assert_eq!(kept(&store).await, left);
    assert_eq!(store.counted_cases(&both).await.expect("a read"), [other]);
    let state = store.figure_state().await.expect("a read");
    assert_eq!((state.revision, state.seq), (2, 9));

    store.clear_figures(2).await.expect("all is left out");
    assert_eq!(kept(&store).await, Sums::new());
    assert_eq!(store.counted_cases(&both).await.expect("a read"), []);
    let state = store.figure_state().await.expect("a read");
    assert_eq!((state.revision, state.seq, state.measured_at), (3, 0, None));
}

/// A write that expects another revision than there is MUST give `Stale` and write nothing: of many at once one is done.
pub async fn of_two_who_sum_up_one_is_stale(factory: &impl Factory) {
    let store = Arc::new(factory.open().await);
    let mut tasks = Vec::new();
    for hub in 1..=8 {
        let store = Arc::clone(&store);
        tasks.push(tokio::spawn(async move {
            let case = counted(&mut Draw::new(hub), hub);
            let write = RollUp {
                expected: 0,
                seq: hub,
                groups: case.sums.clone(),
                cases: vec![case],
            };
            (hub, store.roll_up(write).await)
        }));
    }
    let mut done = Vec::new();
    for task in tasks {
        match task.await.expect("a hub ends") {
            (hub, Ok(())) => done.push(hub),
            (_, Err(CommitError::Stale)) => {}
            (hub, Err(error)) => panic!("{hub} is neither done nor stale: {error:?}"),
        }
    }
    let [first] = done.as_slice() else {
        panic!("one of them is first, not {done:?}");
    };
    let state = store.figure_state().await.expect("a read");
    assert_eq!((state.revision, state.seq), (1, *first));
    let case = counted(&mut Draw::new(*first), *first);
    assert_eq!(
        kept(store.as_ref()).await,
        case.sums,
        "a stale write writes nothing"
    );
    let cleared = store.clear_figures(0).await;
    assert!(matches!(cleared, Err(CommitError::Stale)), "{cleared:?}");
    assert_eq!(kept(store.as_ref()).await, case.sums);
}

/// Cases of which something is open are found by when that was measured, those measured longest ago first.
pub async fn what_is_open_is_found_by_when_it_was_measured(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(61);
    let mut cases: Vec<CountedCase> = (1..=6).map(|number| counted(&mut draw, number)).collect();
    for (place, case) in cases.iter_mut().enumerate() {
        case.measured_at = (place != 2).then(|| time(100 - 10 * place));
    }
    let write = RollUp {
        cases: cases.clone(),
        ..RollUp::default()
    };
    store.roll_up(write).await.expect("cases are kept");
    let state = store.figure_state().await.expect("a read");
    assert_eq!(state.measured_at, Some(time(50)));
    let before = |instant, limit| store.measured_before(instant, Limit::new(limit));
    let all: Vec<CaseId> = [5, 4, 3, 1, 0].map(|place| cases[place].case).to_vec();
    assert_eq!(before(time(101), 10).await.expect("a read"), all);
    assert_eq!(before(time(101), 2).await.expect("a read"), all[..2]);
    assert_eq!(
        before(time(90), 10).await.expect("a read"),
        all[..3],
        "not at the instant itself"
    );
    assert_eq!(before(time(50), 10).await.expect("a read"), []);

    // Later, earlier than all (a clock that was set back), and after everything was left out.
    for (case, minute, earliest) in [(5, 200, 60), (4, 210, 70), (0, 10, 10), (0, 220, 70)] {
        measure(&store, &mut cases[case], Some(minute)).await;
        let state = store.figure_state().await.expect("a read");
        assert_eq!(state.measured_at, Some(time(earliest)), "case {case}");
        let found = before(time(earliest + 1), 10).await.expect("a read");
        let last = store.counted_cases(&found).await.expect("a read");
        let found: Vec<_> = last.iter().map(|case| case.measured_at).collect();
        assert_eq!(found, [Some(time(earliest))], "case {case}");
    }
    for case in &mut cases {
        measure(&store, case, None).await;
    }
    assert_eq!(store.figure_state().await.expect("a read").measured_at, None);
    assert_eq!(before(time(1_000), 10).await.expect("a read"), []);
    let revision = store.figure_state().await.expect("a read").revision;
    store.clear_figures(revision).await.expect("all is left out");
    for (case, minute, earliest) in [(1, 7, 7), (2, 5, 5), (1, 3, 3)] {
        measure(&store, &mut cases[case], Some(minute)).await;
        let state = store.figure_state().await.expect("a read");
        assert_eq!(state.measured_at, Some(time(earliest)), "case {case}");
    }
}

/// Writes that what is open of a case was measured then.
async fn measure(store: &impl Store, case: &mut CountedCase, minute: Option<usize>) {
    case.measured_at = minute.map(time);
    let state = store.figure_state().await.expect("a read");
    let write = RollUp {
        expected: state.revision,
        seq: state.seq,
        cases: vec![case.clone()],
        ..RollUp::default()
    };
    store.roll_up(write).await.expect("a case is kept");
}

/// A reader sees the groups of its territory, with how many tickets each has and the sums of those it asks for; any other
/// scope MUST read nothing.
pub async fn sums_are_read_in_the_territory_of_the_reader_alone(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(62);
    let cases: Vec<CountedCase> = (1..=40).map(|number| counted(&mut draw, number)).collect();
    let mut groups = Sums::new();
    for case in &cases {
        declic_domain::figures::exchange(&mut groups, &Sums::new(), &case.sums).expect("sums that grow");
    }
    let write = RollUp {
        groups: groups.clone(),
        cases,
        ..RollUp::default()
    };
    store.roll_up(write).await.expect("sums are kept");
    let state = store.figure_state().await.expect("a read");
    assert_eq!(state.revision, 1);
    let months =
        [Month::from_number(202_611), Month::from_number(202_702)].map(|month| month.expect("a month"));
    let selection = |departement: Option<&str>, code: Option<&str>| Selection {
        departement: departement.map(str::to_owned),
        agency: code.map(|_| agency("caf-56")),
        benefit: code.map(str::to_owned),
        blockage: code.map(|_| String::new()),
    };
    for territory in [vec!["56"], vec!["2A", "974"], vec!["75"], vec![]] {
        let scope = policy::scope(&sample::supervisor(&territory)).expect("a supervisor reads");
        for asked in [
            months[0]..=months[0],
            months[0]..=months[1],
            months[1]..=months[1],
        ] {
            for selection in [
                Selection::default(),
                selection(Some("56"), None),
                selection(None, Some("RSA")),
                selection(Some("974"), Some("RSA")),
            ] {
                let (read, found) = read(&store, &scope, &selection, asked.clone()).await;
                let wanted = wanted(&groups, &territory, &selection, &asked);
                assert_eq!(found, wanted, "{territory:?} {selection:?} {asked:?}");
                let months = by_month(&groups, &territory, &selection);
                assert_eq!(read, FigureRead { state, months });
            }
        }
    }
    let agent = policy::rule_scope(&agency("caf-56"));
    for scope in [agent, policy::reader_scope()] {
        let asked = months[0]..=months[1];
        let (read, found) = read(&store, &scope, &Selection::default(), asked).await;
        assert_eq!((read.months, found), (BTreeMap::new(), Vec::new()));
    }
}

/// What is read MUST be as it was at the revision that is told, while others write: the counts by month, and every group.
pub async fn sums_are_read_as_they_were_at_one_revision(factory: &impl Factory) {
    let store = Arc::new(factory.open().await);
    // After the first revision each group has one ticket, after the second two.
    let mut draw = Draw::new(63);
    let groups: BTreeSet<Group> = (1..=40)
        .flat_map(|number| counted(&mut draw, number).sums.into_keys())
        .collect();
    let tally = |tickets| Tally {
        tickets,
        ..Tally::default()
    };
    const REVISIONS: u64 = 60;
    let writing = {
        let (store, groups) = (Arc::clone(&store), groups.clone());
        tokio::spawn(async move {
            for expected in 0..REVISIONS {
                let sums = groups.iter().map(|group| (group.clone(), tally(expected + 1)));
                let write = RollUp {
                    expected,
                    groups: sums.collect(),
                    ..RollUp::default()
                };
                store.roll_up(write).await.expect("nobody else writes");
            }
        })
    };
    let scope = policy::scope(&sample::supervisor(&DEPARTEMENTS)).expect("a supervisor reads");
    loop {
        let (read, found) = read(store.as_ref(), &scope, &Selection::default(), ever()).await;
        let tickets: u64 = read.months.values().sum();
        assert_eq!(tickets, read.state.revision * groups.len() as u64, "{read:?}");
        let all: Vec<u64> = found.iter().map(|counted| counted.tickets).collect();
        let wanted = if read.state.revision == 0 { 0 } else { groups.len() };
        assert_eq!(all, vec![read.state.revision; wanted]);
        if read.state.revision == REVISIONS {
            break;
        }
    }
    writing.await.expect("it wrote all");
}

fn by_month(groups: &Sums, territory: &[&str], selection: &Selection) -> BTreeMap<Month, u64> {
    let mut months = BTreeMap::new();
    for (group, sums) in groups {
        if territory.contains(&group.departement.as_str()) && selection.takes(group) {
            *months.entry(group.month).or_default() += sums.tickets;
        }
    }
    months
}

fn wanted(
    groups: &Sums,
    territory: &[&str],
    selection: &Selection,
    months: &RangeInclusive<Month>,
) -> Vec<Counted> {
    let within = groups.iter().filter(|(group, _)| {
        territory.contains(&group.departement.as_str()) && months.contains(&group.month)
    });
    let wanted = within.map(|(group, sums)| Counted {
        group: group.clone(),
        tickets: sums.tickets,
        sums: selection.takes(group).then(|| sums.clone()),
    });
    wanted.collect()
}

/// What is given of these months, one group at a time, and what is told beside.
async fn read(
    store: &impl Store,
    scope: &Scope,
    selection: &Selection,
    months: RangeInclusive<Month>,
) -> (FigureRead, Vec<Counted>) {
    let (mut found, asked) = (Vec::new(), Mutex::new(None));
    let of = |counts: &BTreeMap<Month, u64>| {
        *asked.lock().expect("nobody panics") = Some(counts.clone());
        months.clone()
    };
    let read = store
        .figures(scope, selection, &of, &mut |counted| found.push(counted))
        .await
        .expect("a read");
    let asked = asked.into_inner().expect("nobody panics");
    assert_eq!(
        asked.as_ref(),
        Some(&read.months),
        "months are chosen by these counts"
    );
    (read, found)
}

/// Everything that is kept of groups.
async fn kept(store: &impl Store) -> Sums {
    let scope: Scope = policy::scope(&sample::supervisor(&DEPARTEMENTS)).expect("a supervisor reads");
    let (_, found) = read(store, &scope, &Selection::default(), ever()).await;
    let found: Sums = found
        .into_iter()
        .map(|counted| (counted.group, counted.sums.expect("all are asked for")))
        .collect();
    let groups: Vec<Group> = found.keys().cloned().collect();
    let again = store.group_sums(&groups).await.expect("a read");
    assert_eq!(again, found, "by their names as by their territory");
    found
}

/// A case of two tickets, with what each may have.
fn counted(draw: &mut Draw, number: u64) -> CountedCase {
    let departement = draw.pick(&DEPARTEMENTS);
    let opened = [time(0), time(100 * 24 * 60)][draw.below(2)];
    let records = [
        record(draw, departement, opened),
        record(draw, departement, opened),
    ];
    CountedCase {
        case: CaseId(Uuid::from_u128(number.into())),
        sums: sums(&records),
        measured_at: Some(time(draw.below(1_000))),
    }
}

fn record(draw: &mut Draw, departement: &str, case_opened_at: Timestamp) -> Record {
    let mut measure = || Measure {
        minutes: u32::try_from(draw.below(100_000)).expect("a few minutes"),
        ending: draw.pick(&[Ending::Done, Ending::Censored]),
        kept: draw.pick(&[None, Some(false), Some(true)]),
    };
    let measures = [measure(), measure(), measure(), measure()];
    Record {
        departement: departement.to_owned(),
        agency: agency(draw.pick(&["caf-56", "msa-portes-de-bretagne"])),
        benefit: draw.pick(&["RSA", "PPA"]).to_owned(),
        blockage: draw.pick(&["", "SUSPENSION"]).to_owned(),
        case_opened_at,
        acknowledge: measures[..1].to_vec(),
        resolve: measures[1..3].to_vec(),
        wait: Some(measures[3]),
        parts: BTreeMap::from([
            (
                Part::AtAgency,
                SignedDuration::from_micros(1 + draw.below(1 << 40) as i64),
            ),
            (Part::WrongAgency, SignedDuration::from_micros(1)),
        ]),
        at_triage: draw.below(2) == 1,
        sent_on: Some(SentOn {
            reason: draw.pick(&[RedirectReason::WrongRegime, RedirectReason::Other]),
            first: true,
        }),
        outcomes: u32::from(draw.below(2) == 1),
        reopened: u32::from(draw.below(2) == 1),
        requests: u32::try_from(draw.below(3)).expect("a few"),
        effect: Some(draw.pick(&[Effect::Yes, Effect::Unknown])),
        unconfirmed: draw.below(2) == 1,
        arrived: date(2026, 11, 1).saturating_add(i64::try_from(draw.below(100)).expect("a few").days()),
        standing: Some(Standing {
            holder: draw.pick(&[HolderKind::Desk, HolderKind::Organisation]),
            age: draw.pick(&[Age::Week, Age::Older]),
            reception: draw.pick(&[Reception::Undelivered, Reception::Unread, Reception::Read]),
            lateness: draw.pick(&[Lateness::Late, Lateness::InTime]),
            late_minutes: 3,
        }),
    }
}
