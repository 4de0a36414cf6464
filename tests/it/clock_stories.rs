//! The clocks of cases, told as stories: what happened on which day, and what `declic case clock` says of it afterwards.
//!
//! In a file of `tests/scenarios/clocks/`, a line that begins with `>` is a deed: the time in Paris, who, what, of which
//! ticket. Lines that begin with `#` are the story. What follows is what the program printed once the case had ended; the
//! reference and the time of reading have names. With `DECLIC_RECORD=1` in the environment the answers are written anew:
//! read the difference before you keep it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use declic_client::Client;
use declic_proto::v1;
use declic_tests::people::{self, fresh};
use declic_tests::{TestHub, processes};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use tokio::process::Command;

use crate::commands;

macro_rules! stories {
    ($($test:ident: $file:literal;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                plays_as_written($file).await;
            }
        )*

        #[test]
        fn every_story_is_told() {
            let entries = std::fs::read_dir(folder()).expect("the folder of stories");
            let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
            let mut found: Vec<String> = names.collect();
            found.sort();
            let mut told = vec![$($file.to_owned()),*];
            told.sort();
            assert_eq!(found, told, "add it to the list in it/clock_stories.rs");
        }
    };
}

stories! {
    a_ticket_treated_in_time: "in-time.txt";
    a_reply_that_is_awaited_stops_the_clock: "pause.txt";
    bank_holidays_count_nothing: "bank-holidays.txt";
    a_redirect_shows_where_time_was_lost: "redirect.txt";
    a_triage_desk_looks_for_the_agency: "triage.txt";
    a_reopening_starts_new_clocks: "reopening.txt";
    an_agency_is_late_and_asks_afterwards: "late.txt";
    an_urgent_case_on_a_friday_afternoon: "urgent.txt";
    two_agencies_side_by_side: "two-agencies.txt";
    a_night_on_which_the_hour_changes: "change-of-hour.txt";
    a_case_that_is_withdrawn: "withdrawn.txt";
    targets_and_hours_change_meanwhile: "change-of-policy.txt";
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/clocks")
}

async fn plays_as_written(file: &str) {
    let path = folder().join(file);
    let written = std::fs::read_to_string(&path).expect("a story");
    let mut story = Story::begin(&written).await;
    let mut played = String::new();
    for line in written.lines() {
        if let Some(deed) = line.strip_prefix("> ") {
            story.happens(deed).await;
            played.push_str(&format!("{line}\n"));
        } else if line.starts_with('#') {
            played.push_str(&format!("{line}\n"));
        }
    }
    played.push_str(&story.told().await);
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever writes a story asks for its answers by hand"
    )]
    let records = std::env::var_os("DECLIC_RECORD").is_some();
    if records {
        std::fs::write(&path, played).expect("the story is written");
    } else {
        assert_eq!(played, written, "{file} is told otherwise than it is written");
    }
}

/// A story while it happens.
struct Story {
    hub: TestHub,
    reference: String,
    case: String,
    /// Each deed is a second later in its minute than the one before: a clock that waits is never set going too early by
    /// what the hub took to answer.
    deeds: i64,
}

impl Story {
    /// A hub at the time of the first deed.
    async fn begin(written: &str) -> Self {
        let first = written.lines().find_map(|line| line.strip_prefix("> "));
        let (at, _) = timed(first.expect("a story has deeds"));
        // The hub is there some time before.
        let hub = TestHub::start_at(at - SignedDuration::from_mins(10)).await;
        Self {
            hub,
            reference: String::new(),
            case: String::new(),
            deeds: 0,
        }
    }

    async fn happens(&mut self, deed: &str) {
        let (at, words) = timed(deed);
        self.deeds += 1;
        let at = at + SignedDuration::from_secs(self.deeds);
        self.hub.pass(at.duration_since(self.hub.now()));
        let (who, what, ticket) = match words.as_slice() {
            [who, what] => (who, what, "1"),
            [who, what, ticket] => (who, what, *ticket),
            _ => panic!("who, what and which ticket: {deed}"),
        };
        let client = self.hub.speaks_as(who);
        let name = format!("{}/tickets/{ticket}", self.case);
        match *what {
            "opens" => self.open(&client, people::standard_case(), at).await,
            "opens-urgently" => {
                let case = v1::OpenCaseRequest {
                    urgent: true,
                    ..people::standard_case()
                };
                self.open(&client, case, at).await;
            }
            "opens-for-two" => self.open(&client, people::case_of_two_agencies(), at).await,
            "opens-for-triage" => {
                self.open(&client, people::case_of_an_agency_not_enrolled(), at)
                    .await;
            }
            "acknowledges" => commands::acknowledge(&client, &name).await,
            "asks" => commands::ask(&client, &name, &["L’attestation de loyer", "Depuis quand ?"]).await,
            "answers-one" => commands::reply(&client, &name, 1, "Jointe").await,
            "answers-the-other" => commands::reply(&client, &name, 2, "Depuis mars").await,
            "takes-back" => take_back(&client, &name).await,
            "redirects" => redirect(&client, &name).await,
            "routes" => route_by_hand(&client, &name).await,
            "resolves" => commands::resolve(&client, &name).await,
            "closes" => commands::close(&client, &name).await,
            "reopens" => {
                commands::reopen(&client, &name)
                    .await
                    .expect("closed not long ago");
            }
            "withdraws" => withdraw(&client, &name).await,
            "shortens-the-targets" => shorten(&client).await,
            "opens-mornings-only" => open_mornings_only(&client, ticket).await,
            other => panic!("nobody does this: {other}"),
        }
    }

    async fn open(&mut self, client: &Client, mut case: v1::OpenCaseRequest, at: Timestamp) {
        if let Some(mandate) = &mut case.mandate {
            let day = at.strftime("%Y-%m-%d").to_string();
            mandate.expires_on = format!("{}-12-31", &day[..4]);
            mandate.given_on = day;
        }
        let opened = people::open(client, case).await;
        self.case = opened.case;
        self.reference = opened.reference;
    }

    /// What the program prints now.
    async fn told(self) -> String {
        let now = declic_runtime::Clock::now(&declic_runtime::SystemClock);
        self.hub.pass(now.duration_since(self.hub.now()));
        let key = people::key_file(self.hub.folder(), "camille.martin");
        let mut process = Command::new(processes::built("declic"));
        process
            .args(["--as", "camille.martin", "case", "clock", &self.reference])
            .env_clear()
            .env("HOME", "/nonexistent")
            .env("DECLIC_HUB", self.hub.endpoint())
            .env("DECLIC_KEY", key)
            .env("DECLIC_TIME_ZONE", "Europe/Paris")
            .stdin(Stdio::null());
        let ended = process.output().await.expect("the program starts");
        let said = String::from_utf8([ended.stdout, ended.stderr].concat()).expect("text");
        self.hub.stop().await;
        let (title, rest) = said.split_once('\n').expect("a page has lines");
        let (before, _) = title
            .rsplit_once(", le ")
            .expect("a title with the time of reading");
        let page = format!("$ declic case clock <ref>\n{before}, le <day>\n{rest}");
        page.replace(&self.reference, "<ref>")
    }
}

/// The instant of a deed, and its words.
fn timed(deed: &str) -> (Timestamp, Vec<&str>) {
    let words: Vec<&str> = deed.split_whitespace().collect();
    let [day, hour, words @ ..] = words.as_slice() else {
        panic!("a day and an hour: {deed}")
    };
    let local: DateTime = format!("{day}T{hour}").parse().expect("a day and an hour");
    let at = local.in_tz("Europe/Paris").expect("a time zone");
    (at.timestamp(), words.to_vec())
}

async fn take_back(client: &Client, name: &str) {
    let request = v1::TakeBackTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: people::ticket(client, name).await.epoch,
        message: "Nous poursuivons sans attendre.".to_owned(),
        ..v1::TakeBackTicketRequest::default()
    };
    client.take_back_ticket(request).await.expect("an awaited reply");
}

/// To the agricultural regime.
async fn redirect(client: &Client, name: &str) {
    let request = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: people::ticket(client, name).await.epoch,
        reason: v1::RedirectReason::WrongRegime.into(),
        regime: v1::Regime::Agricultural.into(),
        message: "Régime agricole depuis mai.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    client.redirect_ticket(request).await.expect("another regime");
}

/// To the Caf.
async fn route_by_hand(client: &Client, name: &str) {
    let request = v1::RouteTicketByHandRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: people::ticket(client, name).await.epoch,
        agency: "agencies/caf-56".to_owned(),
        reason: "La Caf instruit avec le RSA.".to_owned(),
        ..v1::RouteTicketByHandRequest::default()
    };
    client
        .route_ticket_by_hand(request)
        .await
        .expect("a ticket at triage");
}

/// For the RSA, everywhere, from now on.
async fn shorten(client: &Client) {
    let targets = |acknowledge: &str, resolve: &str| v1::ClockTargets {
        acknowledge: acknowledge.to_owned(),
        resolve: resolve.to_owned(),
    };
    let request = v1::SetClockPolicyRequest {
        request_id: fresh(),
        policy: Some(v1::ClockPolicy {
            benefit: "RSA".to_owned(),
            version: "rsa-court".to_owned(),
            ordinary: Some(targets("1d", "5d")),
            urgent: Some(targets("2h", "1d")),
            ..v1::ClockPolicy::default()
        }),
        reason: "Engagement national.".to_owned(),
        ..v1::SetClockPolicyRequest::default()
    };
    client
        .set_clock_policy(request)
        .await
        .expect("for administrators");
}

async fn open_mornings_only(client: &Client, agency: &str) {
    let hours = (1..=5).map(|weekday| v1::OpeningTime {
        weekday,
        opens: "09:00".to_owned(),
        closes: "12:00".to_owned(),
    });
    let request = v1::SetAgencyCalendarRequest {
        request_id: fresh(),
        name: format!("agencies/{agency}"),
        calendar: Some(v1::AgencyCalendar {
            hours: hours.collect(),
            ..v1::AgencyCalendar::default()
        }),
        reason: "Travaux.".to_owned(),
    };
    client
        .set_agency_calendar(request)
        .await
        .expect("for administrators");
}

async fn withdraw(client: &Client, name: &str) {
    let request = v1::WithdrawTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        reason: "La personne a reçu son paiement.".to_owned(),
        ..v1::WithdrawTicketRequest::default()
    };
    client.withdraw_ticket(request).await.expect("an open ticket");
}
