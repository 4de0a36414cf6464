//! Figures: a data set against an independent computation, and a hub that tells them to whom they are for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use declic_calendar::Calendar;
use declic_client::Client;
use declic_domain::clock::timeline::Part;
use declic_domain::event::{Effect, RedirectReason};
use declic_domain::figures::{
    Age, Board, Ending, HolderKind, Lateness, Measure, Period, Reception, Record, SentOn, Spread, Standing,
    Tally, Weeks,
};
use declic_domain::name::AgencyId;
use declic_hub::readers::figures::Figures;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, standard_case, ticket};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::Value;
use tokio::process::Command;
use tonic::Code;

/// How far two computations of a survival may be apart.
const APART: f64 = 1e-6;

fn python(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(file)
}

/// The tickets of the data set.
fn tickets() -> Vec<Record> {
    let text = std::fs::read_to_string(python("tickets.csv")).expect("the data set is there");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a heading");
    lines
        .map(|cells| record(&head.iter().copied().zip(cells).collect()))
        .collect()
}

fn measure(row: &BTreeMap<&str, &str>, name: &str) -> Option<Measure> {
    let cell = |what: &str| row.get(format!("{name}_{what}").as_str()).copied();
    Some(Measure {
        minutes: cell("minutes")?.parse().ok()?,
        ending: match cell("done") {
            Some("yes") => Ending::Done,
            _ => Ending::Censored,
        },
        kept: match cell("kept") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        },
    })
}

fn standing(row: &BTreeMap<&str, &str>) -> Option<Standing> {
    Some(Standing {
        holder: match row["holder"] {
            "desk" => HolderKind::Desk,
            "agent" => HolderKind::Agent,
            _ => HolderKind::Opener,
        },
        age: match row["age"] {
            "week" => Age::Week,
            "month" => Age::Month,
            "quarter" => Age::Quarter,
            _ => Age::Older,
        },
        reception: match row["reception"] {
            "undelivered" => Reception::Undelivered,
            "unread" => Reception::Unread,
            _ => Reception::Read,
        },
        lateness: match row["lateness"] {
            "late" => Lateness::Late,
            "soon" => Lateness::Soon,
            "in-time" => Lateness::InTime,
            _ => return None,
        },
        late_minutes: row["late_minutes"].parse().expect("a number"),
    })
}

const PARTS: [(&str, Part); 5] = [
    ("before_acknowledgement", Part::BeforeAcknowledgement),
    ("at_agency", Part::AtAgency),
    ("awaiting_reply", Part::AwaitingReply),
    ("wrong_agency", Part::WrongAgency),
    ("to_be_confirmed", Part::ToBeConfirmed),
];

fn record(row: &BTreeMap<&str, &str>) -> Record {
    let seconds = |name: &str| row[format!("{name}_s").as_str()].parse().expect("a number");
    let parts = PARTS.map(|(name, part)| (part, SignedDuration::from_secs(seconds(name))));
    let reason = match row["sent_on"] {
        "OutsideTerritory" => Some(RedirectReason::OutsideTerritory),
        "WrongRegime" => Some(RedirectReason::WrongRegime),
        "OutsideCompetence" => Some(RedirectReason::OutsideCompetence),
        _ => None,
    };
    Record {
        departement: row["departement"].to_owned(),
        agency: AgencyId::parse(row["agency"]).expect("a slug"),
        benefit: row["benefit"].to_owned(),
        blockage: row["blockage"].to_owned(),
        case_opened_at: Timestamp::UNIX_EPOCH,
        acknowledge: measure(row, "acknowledge").into_iter().collect(),
        resolve: measure(row, "resolve").into_iter().collect(),
        wait: measure(row, "wait"),
        parts: parts.into_iter().filter(|(_, time)| time.is_positive()).collect(),
        at_triage: row["at_triage"] == "yes",
        sent_on: reason.map(|reason| SentOn {
            reason,
            first: row["first"] == "yes",
        }),
        effect: match row["effect"] {
            "Yes" => Some(Effect::Yes),
            "Partly" => Some(Effect::Partly),
            "No" => Some(Effect::No),
            "Unknown" => Some(Effect::Unknown),
            _ => None,
        },
        outcomes: row["outcomes"].parse().expect("a number"),
        reopened: row["reopened"].parse().expect("a number"),
        requests: row["requests"].parse().expect("a number"),
        unconfirmed: row["unconfirmed"] == "yes",
        arrived: row["arrived"].parse().expect("a day"),
        standing: standing(row),
    }
}

fn same_spread(ours: &Spread, theirs: &Value, name: &str) {
    assert_eq!(ours.observed(), theirs["observed"], "{name}");
    assert_eq!(ours.done(), theirs["done"], "{name}");
    let kept = (theirs["within"].as_u64(), theirs["late"].as_u64());
    assert_eq!((Some(ours.kept().0), Some(ours.kept().1)), kept, "{name}");
    for (of_100, quantile) in [(50, "median"), (90, "nine_in_ten")] {
        let known = theirs[quantile].as_u64();
        assert_eq!(ours.quantile(of_100).map(u64::from), known, "{name}: {quantile}");
    }
    let curve = theirs["survival"].as_array().expect("a curve");
    assert_eq!(ours.survival().len(), curve.len(), "{name}");
    for ((minutes, share), point) in ours.survival().into_iter().zip(curve) {
        assert_eq!(u64::from(minutes), point[0], "{name}");
        let expected = point[1].as_f64().expect("a share");
        assert!(
            (share - expected).abs() < APART,
            "{name}: {share} and {expected} at {minutes}"
        );
    }
}

fn sizes<T>(counts: &[(T, u64)]) -> Value {
    counts.iter().map(|(_, count)| *count).collect()
}

#[tokio::test]
async fn the_figures_of_a_data_set_are_those_of_an_independent_computation() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the verb `test` tells where it installed Python's packages"
    )]
    let program = std::env::var_os("DECLIC_PYTHON")
        .expect("DECLIC_PYTHON is not set: run `cargo xtask setup`, then `cargo xtask test`, which sets it");
    let mut computation = Command::new(program);
    computation.arg(python("figures.py")).arg(python("tickets.csv"));
    let output = computation.output().await.expect("DECLIC_PYTHON does not run");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let theirs: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");

    let ours = Tally::of(&tickets());
    assert_eq!(ours.tickets, theirs["tickets"]);
    same_spread(&ours.acknowledge, &theirs["acknowledge"], "acknowledge");
    same_spread(&ours.resolve, &theirs["resolve"], "resolve");
    same_spread(&ours.wait, &theirs["wait"], "wait");
    for (name, part) in PARTS {
        let sum = ours.parts[&part];
        assert_eq!(sum.tickets, theirs["parts"][name][0], "{name}");
        assert_eq!(sum.time.as_secs(), theirs["parts"][name][1], "{name}");
    }
    assert_eq!(ours.addressed, theirs["addressed"]);
    assert_eq!(ours.sent_on, theirs["sent_on"]);
    let last: Date = theirs["last_day"]
        .as_str()
        .and_then(|day| day.parse().ok())
        .expect("a day");
    // Nine weeks and a day at least, of which the last day is over.
    let day_after = last.tomorrow().expect("a day after it");
    let period = Period::new(Some(last - 70.days()), Some(day_after), day_after).expect("a period");
    let board = Board::of(&ours, Weeks::of(period, day_after)).expect("many tickets");
    assert_eq!(
        [
            ours.outcomes,
            ours.reopened,
            ours.asked,
            ours.requests,
            ours.unconfirmed
        ]
        .map(Value::from),
        ["outcomes", "reopened", "asked", "requests", "unconfirmed"].map(|name| theirs[name].clone())
    );
    let mut receptions = sizes(&board.receptions).as_array().cloned().expect("a list");
    receptions.sort_by_key(|count| std::cmp::Reverse(count.as_u64()));
    assert_eq!(Value::from(receptions), theirs["receptions"]);
    let rises = board.rises.expect("the period is long enough").into_iter();
    let mut rises: Vec<_> = rises
        .map(|rise| (rise.agency.as_str().to_owned(), rise.blockage, rise.tickets))
        .collect();
    rises.sort();
    assert!(!rises.is_empty(), "the data set has some");
    assert_eq!(serde_json::json!(rises), theirs["rises"]);
    assert_eq!(sizes(&board.first_reasons), theirs["first_reasons"]);
    let causes: Value = board.causes.iter().map(|one| one.tickets).collect();
    assert_eq!(causes, theirs["causes"]);
    assert_eq!(ours.backlog.open(), theirs["open"]);
    assert_eq!(sizes(&board.holders), theirs["holders"]);
    let mut ages: Vec<u64> = board.ages.iter().map(|(_, count)| *count).collect();
    ages.sort_unstable();
    assert_eq!(Value::from(ages), theirs["ages"]);
}

fn asked(since: &str, until: &str) -> v1::SummarizeFiguresRequest {
    v1::SummarizeFiguresRequest {
        since: since.to_owned(),
        until: until.to_owned(),
        ..v1::SummarizeFiguresRequest::default()
    }
}

async fn told(client: &Client, request: v1::SummarizeFiguresRequest) -> v1::SummarizeFiguresResponse {
    client
        .summarize_figures(request)
        .await
        .expect("figures are for them")
}

/// What is told once everything is counted that happened before this call.
async fn counted(
    hub: &TestHub,
    client: &Client,
    request: v1::SummarizeFiguresRequest,
) -> v1::SummarizeFiguresResponse {
    let hub = Arc::clone(&hub.running().hub);
    Figures::new(hub).catch_up().await.expect("the hub counts");
    told(client, request).await
}

async fn refused(client: &Client, request: v1::SummarizeFiguresRequest) -> Code {
    let refused = client.summarize_figures(request).await;
    refused.expect_err("it is refused").code
}

#[tokio::test]
async fn who_watches_a_territory_sees_how_long_people_wait_there_and_nobody_of_whom_there_are_few() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let (paul, jean) = (hub.speaks_as("paul.durand"), hub.speaks_as("jean.rolland"));
    let mut names = Vec::new();
    for _ in 0..4 {
        let opened = people::open(&camille, standard_case()).await;
        names.push(opened.tickets[0].ticket.clone());
    }
    let few = counted(&hub, &paul, asked("", "")).await;
    assert_eq!(
        (few.tickets, few.durations.len()),
        (0, 0),
        "four could be somebody"
    );
    assert!(few.backlog.is_none() && few.causes.is_none());

    for _ in 0..2 {
        let opened = people::open(&camille, standard_case()).await;
        names.push(opened.tickets[0].ticket.clone());
    }
    for name in &names {
        let request = v1::AcknowledgeTicketRequest {
            request_id: fresh(),
            name: name.clone(),
            epoch: ticket(&claire, name).await.epoch,
            agent: "members/claire.morel".to_owned(),
            ..v1::AcknowledgeTicketRequest::default()
        };
        claire.acknowledge_ticket(request).await.expect("it is hers");
    }
    let six = counted(&hub, &paul, asked("", "")).await;
    assert_eq!(six.tickets, 5, "to the nearest five");
    let today = Calendar::for_departement("56").date_of(hub.now());
    assert_eq!(six.until, today.to_string());
    let [acknowledge, resolve, wait] = six.durations.as_slice() else {
        panic!("three durations, not {:?}", six.durations);
    };
    assert_eq!(acknowledge.definition, "time-to-acknowledge/2");
    assert_eq!((acknowledge.observed, acknowledge.done), (Some(5), Some(5)));
    assert_eq!(acknowledge.within_target_per_1000, Some(1_000));
    assert_eq!(resolve.done, Some(0));
    for open in [resolve, wait] {
        let median = open.median.as_ref().expect("what is known of it");
        assert!(median.time.is_none(), "nothing is made up for what is open");
    }
    let backlog = six.backlog.as_ref().expect("six are open");
    assert_eq!(backlog.open, Some(5));
    let holder = backlog
        .holders
        .first()
        .map(|one| (one.kind.as_str(), one.tickets));
    assert_eq!(holder, Some(("agent", 5)));
    let receptions: Vec<_> = backlog
        .receptions
        .iter()
        .map(|one| (one.kind.as_str(), one.tickets))
        .collect();
    assert_eq!(receptions, [("read", 5)], "Claire has taken them");
    let requests = six.information_requests.as_ref().expect("its definition");
    assert_eq!(requests.definition, "information-requests/1");
    assert_eq!(
        (requests.requests_per_1000, requests.asked_per_1000),
        (Some(0), Some(0))
    );
    let rises = six.rises.as_ref().expect("the usual period has nine weeks");
    assert!(rises.rises.is_empty(), "today is not over: {rises:?}");
    let causes = six.causes.as_ref().expect("one cause").causes.as_slice();
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert_eq!(
        (causes[0].agency.as_str(), causes[0].tickets),
        ("agencies/caf-56", 5)
    );

    // Of one agency, of another, of an unknown code, of the own territory, of another.
    let mut caf = asked("", "");
    caf.agency = "agencies/caf-56".to_owned();
    caf.departement = "56".to_owned();
    assert_eq!(told(&paul, caf).await.tickets, 5);
    let mut carsat = asked("", "");
    carsat.agency = "agencies/carsat-bretagne".to_owned();
    assert_eq!(told(&paul, carsat).await.tickets, 0);
    let mut unknown = asked("", "");
    unknown.benefit = "CHEQUE".to_owned();
    assert_eq!(refused(&paul, unknown).await, Code::InvalidArgument);
    let mut elsewhere = asked("", "");
    elsewhere.departement = "75".to_owned();
    let refusal = paul
        .summarize_figures(elsewhere)
        .await
        .expect_err("it is none of his");
    let problem = "is none of yours: give one of \"56\"".to_owned();
    assert_eq!(refusal.code, Code::InvalidArgument);
    assert_eq!(refusal.violations, [("departement".to_owned(), problem)]);
    let mut nowhere = asked("", "");
    nowhere.departement = "99".to_owned();
    assert_eq!(refused(&paul, nowhere).await, Code::InvalidArgument);

    // Who keeps the rules sees every territory; who watches another one, nothing of this one; who treats cases, no figures.
    assert_eq!(told(&jean, asked("", "")).await.tickets, 5);
    let denis = hub.speaks_as("denis.caron");
    assert_eq!(told(&denis, asked("", "")).await.tickets, 0);
    assert_eq!(refused(&claire, asked("", "")).await, Code::PermissionDenied);

    // Periods.
    let day = |days: i64| (today + days.days()).to_string();
    for (since, until) in [
        (day(2), String::new()),
        (String::new(), day(2)),
        (day(0), day(-1)),
        ("septembre".to_owned(), String::new()),
        ("2026-02-30".to_owned(), String::new()),
    ] {
        let code = refused(&paul, asked(&since, &until)).await;
        assert_eq!(code, Code::InvalidArgument, "{since} {until}");
    }
    let before = told(&paul, asked("2024-12-01", "2025-01-31")).await;
    assert_eq!(
        (before.since.as_str(), before.until.as_str()),
        ("2024-12-01", "2025-01-31")
    );
    assert_eq!(before.tickets, 0, "over a year's end, and nothing of it");
    hub.stop().await;
}
