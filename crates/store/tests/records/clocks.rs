//! Terms and clocks to encode, invented, and arbitrary ones.

use std::sync::Arc;

use declic_calendar::{Calendar, Closure, Opening, OpeningHours, Part, Region};
use declic_domain::clock::{Clock, ClockPolicy, Clocks, Phase, Target, Targets, Terms};
use declic_domain::event::{Event, Kind};
use declic_domain::ticket::Ticket;
use declic_store::TicketSummary;
use declic_store::record::{meta, state, summary};
use jiff::civil::{Date, Time, Weekday, date, time};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::{Sample, sample, samples};

/// An opening on terms, the state of a ticket that runs by them, and how a list shows it.
pub fn all() -> Vec<Sample> {
    let context = samples::context();
    let event = opened();
    let bytes = meta::encode(&event, &context);
    let opening = sample(
        "meta_opened_on_terms",
        (event, context),
        bytes,
        meta::decode,
        |b| meta::decode(b).err(),
        |b| {
            meta::decode(b)
                .ok()
                .map(|(event, context)| meta::encode(&event, &context))
        },
    );
    let bytes = state::encode_ticket(&ticket());
    let state = sample(
        "ticket_with_clocks",
        ticket(),
        bytes,
        state::decode_ticket,
        |b| state::decode_ticket(b).err(),
        |b| {
            state::decode_ticket(b)
                .ok()
                .map(|ticket| state::encode_ticket(&ticket))
        },
    );
    let shown = TicketSummary {
        due_at: Some(instant(9)),
        ..samples::shown(&ticket())
    };
    let bytes = summary::encode(&shown);
    let summary = sample(
        "summary_with_due",
        shown,
        bytes,
        samples::read_summary,
        |b| samples::read_summary(b).err(),
        |b| {
            samples::read_summary(b)
                .ok()
                .map(|summary| summary::encode(&summary))
        },
    );
    vec![opening, state, summary]
}

fn opened() -> Event {
    let mut event = samples::events().remove(0);
    if let Kind::Opened(opened) = &mut event.kind {
        let hours = OpeningHours::DEFAULT;
        opened.terms = Some(Arc::new(Terms {
            calendar: Calendar::new(Region::Reunion)
                .with_hours(hours)
                .expect("ordinary hours"),
            ..terms()
        }));
    }
    event
}

pub fn ticket() -> Ticket {
    let clock = |phase| Clock {
        started_at: instant(1),
        warning: instant(2),
        due: instant(3),
        phase,
        paused: SignedDuration::from_micros(7_654_321),
        excused: SignedDuration::from_micros(1_234_567),
    };
    Ticket {
        clocks: Some(Clocks {
            terms: Arc::new(terms()),
            urgent: true,
            acknowledge: clock(Phase::Stopped(instant(4))),
            resolve: clock(Phase::Paused(instant(5))),
        }),
        ..samples::ticket()
    }
}

pub fn terms() -> Terms {
    let of = |text: &str| text.parse().expect("a target");
    let targets = |acknowledge, resolve| Targets {
        acknowledge: of(acknowledge),
        resolve: of(resolve),
    };
    let policy = ClockPolicy::new("caf-56/3", targets("2d", "10d"), targets("4h", "2d"));
    let morning = Opening::new(time(8, 30, 0, 0), time(12, 0, 0, 0)).expect("a morning");
    let hours = OpeningHours::of_week([(Weekday::Monday, morning), (Weekday::Friday, morning)]);
    let calendar = Calendar::new(Region::Metropole).with_hours(hours.expect("hours"));
    let half = Closure {
        day: date(2026, 12, 24),
        part: Part::Afternoon,
    };
    let closures = [half, date(2026, 12, 28).into()];
    Terms {
        policy: policy.expect("a policy"),
        calendar: calendar
            .and_then(|calendar| calendar.with_closures(closures))
            .expect("it opens again"),
        calendar_version: "2026.11.2".to_owned(),
    }
}

fn instant(step: i64) -> Timestamp {
    Timestamp::from_microsecond(1_795_000_000_000_000 + step).expect("a time of 2026")
}

/// Arbitrary terms.
pub fn any_terms() -> impl Strategy<Value = Arc<Terms>> {
    let target = prop_oneof![
        (1u16..=366).prop_map(Target::days),
        (1u16..=999).prop_map(Target::hours),
    ];
    let targets = (target.clone(), target).prop_map(|(acknowledge, resolve)| Targets {
        acknowledge: acknowledge.expect("within its range"),
        resolve: resolve.expect("within its range"),
    });
    let policy = ("[a-z0-9/]{1,40}", targets.clone(), targets).prop_map(|(version, ordinary, urgent)| {
        ClockPolicy::new(&version, ordinary, urgent).expect("within its range")
    });
    (policy, calendar(), "[0-9.]{0,12}").prop_map(|(policy, calendar, calendar_version)| {
        Arc::new(Terms {
            policy,
            calendar,
            calendar_version,
        })
    })
}

fn calendar() -> impl Strategy<Value = Calendar> {
    let part = select(vec![Part::Day, Part::Morning, Part::Afternoon]);
    let closure = (0i64..300, part).prop_map(|(days, part)| {
        let day = Date::constant(2026, 1, 1).saturating_add(SignedDuration::from_hours(24 * days));
        Closure { day, part }
    });
    let opening = (0i64..40_000, 1i64..40_000).prop_map(|(opens, lasts)| {
        let at = |seconds| Time::midnight().saturating_add(SignedDuration::from_secs(seconds));
        Opening::new(at(opens), at(opens + lasts)).expect("it closes after it opens")
    });
    let days = select(Weekday::Monday.cycle_forward().take(7).collect::<Vec<_>>());
    // One opening a day: two might lie over each other.
    let week = vec((days, opening), 1..8).prop_map(|mut week| {
        week.sort_by_key(|(day, _)| day.to_monday_zero_offset());
        week.dedup_by_key(|(day, _)| *day);
        OpeningHours::of_week(week).expect("one opening a day")
    });
    (select(Region::ALL.to_vec()), option::of(week), vec(closure, 0..4)).prop_map(
        |(region, week, closures)| {
            Calendar::new(region)
                .with_hours(week.unwrap_or_default())
                .and_then(|calendar| calendar.with_closures(closures))
                .expect("a few closures leave hours open")
        },
    )
}

/// Arbitrary clocks.
pub fn any_clocks() -> impl Strategy<Value = Clocks> {
    (any_terms(), any::<bool>(), clock(), clock()).prop_map(|(terms, urgent, acknowledge, resolve)| Clocks {
        terms,
        urgent,
        acknowledge,
        resolve,
    })
}

fn clock() -> impl Strategy<Value = Clock> {
    let any_instant =
        || (0i64..4_000_000_000_000_000).prop_map(|us| Timestamp::from_microsecond(us).expect("a time"));
    let phase = prop_oneof![
        Just(Phase::Running),
        any_instant().prop_map(Phase::Paused),
        any_instant().prop_map(Phase::Stopped),
    ];
    let time = || (0i64..1_000_000_000_000).prop_map(SignedDuration::from_micros);
    (any_instant(), any_instant(), any_instant(), phase, time(), time()).prop_map(
        |(started_at, warning, due, phase, paused, excused)| Clock {
            started_at,
            warning,
            due,
            phase,
            paused,
            excused,
        },
    )
}
