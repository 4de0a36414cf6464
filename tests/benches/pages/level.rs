//! A database of one size: how long each page takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use declic_console::Config as ConsoleConfig;
use declic_hub::Config;
use declic_runtime::config::NoEnv;
use declic_runtime::{Clock, Shutdown, SystemClock, SystemIds};
use declic_tests::measure::engine::Engine;
use jiff::{SignedDuration, Timestamp};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use serde::Serialize;

use crate::browser::Browser;
use crate::house::House;

/// What is asked, by whom. The last is the path of a case.
const PAGES: [(&str, &str, &str); 9] = [
    ("my cases, to do", "camille.martin", "/dossiers?vue=a-faire"),
    ("my cases, open", "camille.martin", "/dossiers?vue=ouverts"),
    ("my cases, late", "camille.martin", "/dossiers?vue=en-retard"),
    ("inbox of a desk", "claire.morel", "/organisme/dossiers"),
    (
        "inbox, taken by somebody",
        "claire.morel",
        "/organisme/dossiers?vue=miens",
    ),
    ("late list of a territory", "paul.durand", "/pilotage/retards"),
    ("second page of it", "paul.durand", ""),
    ("board", "paul.durand", "/pilotage"),
    ("case", "camille.martin", ""),
];

/// People who sign in as themselves.
const PEOPLE: [&str; 3] = ["camille.martin", "claire.morel", "paul.durand"];

/// Hubs live by this much later: what was written is late by then.
const LATER: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A process that uses less of a processor than this in such a time is at rest, but for a clockwork with a million tickets to
/// warn of, which goes on beside all that is measured.
const REST: (Duration, Duration) = (Duration::from_millis(150), Duration::from_secs(1));

/// For a hub to have read its ledger.
const AT_MOST: Duration = Duration::from_secs(600);

/// What was measured with so many tickets.
#[derive(Debug, Serialize)]
pub struct Level {
    pub engine: Engine,
    pub tickets: usize,
    pub pages: Vec<Measured>,
}

/// One page.
#[derive(Debug, Serialize)]
pub struct Measured {
    pub page: &'static str,
    pub bytes: usize,
    pub p50_ms: f64,
    pub p95_ms: f64,
}

/// The machine's clock, some weeks later.
struct Later;

impl Clock for Later {
    fn now(&self) -> Timestamp {
        SystemClock.now() + LATER
    }
}

/// Measures a database as it stands: hub and console are in this process, as in the demonstration.
pub async fn measure(house: &House, tickets: usize, times: u32) -> Level {
    let mut config = Config::load(&house.config(), NoEnv).expect("a configuration");
    config.invented_people = PEOPLE.map(str::to_owned).to_vec();
    let shutdown = || Shutdown::new(Duration::from_secs(60));
    let hub = declic_hub::start_with(config, shutdown(), Arc::new(Later), Arc::new(SystemIds))
        .await
        .expect("a hub that starts");
    let console = ConsoleConfig {
        hub: format!("http://{}", hub.address),
        ca_file: None,
        listen: "127.0.0.1:0".parse().expect("an address"),
        public_url: "http://127.0.0.1".to_owned(),
        telemetry: Default::default(),
    };
    let console = declic_console::start(console, shutdown()).await;
    let console = console.expect("a console that starts");
    let address = format!("http://{}", console.address);
    rest().await;
    let mut pages = Vec::new();
    for (page, member, path) in PAGES {
        let mut browser = Browser::signed_in(&address, member).await;
        let path = match (page, path) {
            ("case", _) => linked(&browser.open("/dossiers?vue=ouverts").await.text, "/dossiers/26-"),
            (_, "") => linked(
                &browser.open("/pilotage/retards").await.text,
                "/pilotage/retards?",
            ),
            (_, path) => path.to_owned(),
        };
        pages.push(time(page, &mut browser, &path, times).await);
    }
    console.stop().await.expect("a clean end");
    hub.stop().await.expect("a clean end");
    Level {
        engine: house.engine,
        tickets,
        pages,
    }
}

async fn time(page: &'static str, browser: &mut Browser, path: &str, times: u32) -> Measured {
    let mut took = Vec::new();
    let mut bytes = 0;
    // The first few warm what a hub in use has warm.
    for round in 0..times + times / 10 {
        let answer = browser.open(path).await;
        bytes = answer.text.len();
        if round >= times / 10 {
            took.push(answer.took.as_secs_f64() * 1e3);
        }
    }
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    Measured {
        page,
        bytes,
        p50_ms: at(0.5),
        p95_ms: at(0.95),
    }
}

/// The first address of a page that begins so.
fn linked(text: &str, begins: &str) -> String {
    let found = text
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let mut found = found.filter(|href| href.starts_with(begins));
    let href = found.next().unwrap_or_else(|| panic!("no {begins}: {text}"));
    href.replace("&amp;", "&").replace("&#38;", "&")
}

/// Waits until the hub has read its whole ledger, which it does at start beside its work.
async fn rest() {
    let (used, within) = REST;
    let begun = Instant::now();
    let mut before = processor_time();
    loop {
        tokio::time::sleep(within).await;
        let now = processor_time();
        if now.saturating_sub(before) <= used {
            return;
        }
        assert!(begun.elapsed() < AT_MOST, "the hub does not come to rest");
        before = now;
    }
}

fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("the system tells");
    let microseconds = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Duration::from_micros(microseconds.unsigned_abs())
}
