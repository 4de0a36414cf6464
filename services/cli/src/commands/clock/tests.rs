use declic_proto::v1;

use super::*;
use crate::screen::tests::manner;

fn at(text: &str) -> Option<prost_types::Timestamp> {
    let time: jiff::Timestamp = text.parse().expect("a time");
    Some(prost_types::Timestamp {
        seconds: time.as_second(),
        nanos: 0,
    })
}

/// An invented case that is open: its first agency was not the right one, its second is late and waits for a reply.
fn sample() -> v1::GetCaseClockResponse {
    let second = v1::ClockTicket {
        ticket: "cases/0190f3a2-0000-7000-8000-000000000000/tickets/2".to_owned(),
        agency: "agencies/msa-portes-de-bretagne".to_owned(),
        agency_display_name: "MSA Portes de Bretagne".to_owned(),
        policy: "national-2026.11".to_owned(),
        calendar: "2026.11.2".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        epochs: vec![v1::ClockEpoch {
            epoch: 2,
            acknowledge: Some(v1::AgencyClock {
                target: "4h".to_owned(),
                due_time: at("2026-11-09T11:00:00Z"),
                state: v1::ClockState::Stopped.into(),
                state_time: at("2026-11-09T10:00:00Z"),
                remaining_seconds: 3_600,
                ..Default::default()
            }),
            resolve: Some(v1::AgencyClock {
                target: "2d".to_owned(),
                due_time: at("2026-11-12T08:00:00Z"),
                state: v1::ClockState::Paused.into(),
                state_time: at("2026-11-12T09:30:00Z"),
                late_seconds: 5_400,
                ..Default::default()
            }),
        }],
        spans: vec![
            span(
                "2026-11-09T08:00:00Z",
                "2026-11-09T10:00:00Z",
                v1::ClockPart::BeforeAcknowledgement,
                7_200,
            ),
            v1::ClockSpan {
                days_off: vec![
                    v1::DayOff {
                        day: "2026-11-10".to_owned(),
                        holiday: String::new(),
                    },
                    v1::DayOff {
                        day: "2026-11-11".to_owned(),
                        holiday: "Armistice de 1918".to_owned(),
                    },
                ],
                ..span(
                    "2026-11-09T10:00:00Z",
                    "2026-11-12T09:30:00Z",
                    v1::ClockPart::AtAgency,
                    27_000,
                )
            },
            v1::ClockSpan {
                counts: false,
                counted_seconds: 0,
                end_time: None,
                ..span(
                    "2026-11-12T09:30:00Z",
                    "2026-11-12T09:30:00Z",
                    v1::ClockPart::AwaitingReply,
                    0,
                )
            },
        ],
    };
    let first = v1::ClockTicket {
        ticket: "cases/0190f3a2-0000-7000-8000-000000000000/tickets/1".to_owned(),
        agency_display_name: "Caf du Morbihan".to_owned(),
        spans: vec![span(
            "2026-11-06T08:00:00Z",
            "2026-11-09T08:00:00Z",
            v1::ClockPart::WrongAgency,
            28_800,
        )],
        ..Default::default()
    };
    let share = |part: v1::ClockPart, seconds| v1::TimeShare {
        part: part.into(),
        seconds,
    };
    v1::GetCaseClockResponse {
        case: "cases/0190f3a2-0000-7000-8000-000000000000".to_owned(),
        reference: "26-04817-K".to_owned(),
        read_time: at("2026-11-16T09:30:00Z"),
        person: Some(v1::PersonClock {
            start_time: at("2026-11-06T08:00:00Z"),
            end_time: None,
            elapsed_seconds: 869_400,
        }),
        chains: vec![v1::ClockChain {
            tickets: vec![first, second],
            shares: vec![
                share(v1::ClockPart::BeforeAcknowledgement, 7_200),
                share(v1::ClockPart::AtAgency, 257_400),
                share(v1::ClockPart::AwaitingReply, 345_600),
                share(v1::ClockPart::WrongAgency, 259_200),
            ],
            whole_seconds: 869_400,
            partial: false,
            legal_hint: Some(v1::LegalHint {
                from_day: "2026-11-06".to_owned(),
                until_day: "2027-01-10".to_owned(),
                months: 2,
                suspended_days: 4,
                effect: v1::SilenceEffect::Rejection.into(),
                source: "CRPA L231-4 3°".to_owned(),
                version: "2026.11.1".to_owned(),
                ..Default::default()
            }),
        }],
    }
}

fn span(from: &str, to: &str, part: v1::ClockPart, counted_seconds: i64) -> v1::ClockSpan {
    v1::ClockSpan {
        start_time: at(from),
        end_time: at(to),
        epoch: 2,
        part: part.into(),
        holder: Some(v1::Holder {
            party: "members/marc.lefevre".to_owned(),
            display_name: "Marc Lefèvre, MSA Portes de Bretagne".to_owned(),
            since: None,
        }),
        counts: true,
        counted_seconds,
        ..Default::default()
    }
}

#[test]
fn a_case_says_line_by_line_who_had_it_what_counted_and_why() {
    insta::assert_snapshot!(page(&manner(), &sample()));
}

#[test]
fn its_clocks_are_the_same_json_for_every_program() {
    let shown = serde_json::to_string_pretty(&as_json(&sample())).expect("JSON");
    insta::assert_snapshot!(shown);
}
