//! A year of cases on two hubs over one database: people open, answer, redirect and forget, agents come and leave, hubs end
//! in the middle of what they do, and the clock does what nobody did in time.
//!
//! Hubs live on one clock that is moved, each on threads of its own: to end one as a kill does, its threads are taken away
//! where they stand. In the end nobody's ticket is nobody's, each rung was told once and at its time, and where time went
//! sums to the time that passed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use declic_client::Client;
use declic_domain::Case;
use declic_domain::clock::timeline::timeline;
use declic_domain::directory::{Directory, Role};
use declic_domain::event::{Event, Party};
use declic_domain::handover::{self, Next, Post};
use declic_domain::holder::{self, Holder, Standing};
use declic_domain::name::{MemberId, TicketName};
use declic_domain::policy;
use declic_domain::ticket::Ticket;
use declic_domain::timer;
use declic_hub::Running;
use declic_runtime::{Clock as _, Shutdown, SystemIds};
use declic_store::Limit;
use declic_tests::cluster::Cluster;
use declic_tests::hub::{MovedClock, morning};
use declic_tests::measure::work;
use declic_tests::oracle::{self, Findings};
use declic_tests::people;
use declic_tests::processes::{Hub, LOOK};
use futures::StreamExt as _;
use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::clockwork::check_alerts;
use crate::invariants::{by_ticket, check_transitions};
use crate::people_of_a_year::{People, act, open, staff_changes};
use crate::run::{Form, Run};

/// Days ago that the year begins, and days from one look at the clock to the next.
const BEGINS: i64 = 400;
const STEP: i64 = 7;
const STEPS: usize = 52;

/// Calls at the same time.
const AT_ONCE: usize = 8;

/// A hub that was ended has its port again soon, and what is due is done soon.
const AT_MOST: Duration = Duration::from_secs(120);

/// From when to when the clock did all that was due.
type Look = (Timestamp, Timestamp);

/// A hub on threads of its own.
struct Own {
    hub: Hub,
    clock: MovedClock,
    alive: Option<(Runtime, Arc<Running>)>,
}

impl Own {
    async fn start(&mut self) {
        let begun = Instant::now();
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads");
        let running = loop {
            let (config, clock) = (self.hub.config(), Arc::new(self.clock.clone()));
            let shutdown = Shutdown::new(Duration::from_secs(10));
            let starts = declic_hub::start_with(config, shutdown, clock, Arc::new(SystemIds));
            match threads.spawn(starts).await.expect("it starts or says why not") {
                Ok(running) => break running,
                Err(error) => assert!(begun.elapsed() < AT_MOST, "{error:#}"),
            }
            tokio::time::sleep(LOOK).await;
        };
        self.alive = Some((threads, Arc::new(running)));
    }

    /// As a kill: whatever it does is not done further.
    fn end(&mut self) {
        let (threads, running) = self.alive.take().expect("it runs");
        threads.shutdown_background();
        drop(running);
    }

    async fn stop(&mut self) {
        let (threads, running) = self.alive.take().expect("it runs");
        let running = Arc::into_inner(running).expect("nothing uses it any more");
        threads
            .spawn(running.stop())
            .await
            .expect("it ends")
            .expect("a clean end");
        threads.shutdown_background();
    }

    fn running(&self) -> &Running {
        &self.alive.as_ref().expect("it runs").1
    }

    /// Does what is due until nothing is due any more, and hands over what an agent who left had; less when the hub ends
    /// meanwhile.
    fn works(&self) -> JoinHandle<anyhow::Result<()>> {
        let (threads, running) = self.alive.as_ref().expect("it runs");
        let running = Arc::clone(running);
        threads.spawn(async move {
            let (hub, scope) = (&running.hub, policy::reader_scope());
            loop {
                running.catch_up(Some("caf-56")).await?;
                if hub
                    .store
                    .due(&scope, hub.now(), None, Limit::new(1))
                    .await?
                    .is_empty()
                {
                    return Ok(());
                }
            }
        })
    }

    fn speaks_as(&self, member: &str) -> Client {
        let mut options = self.clock.options(self.hub.address().endpoint(), member);
        options.patience = AT_MOST;
        Client::connect_lazy(options).expect("options that work")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_with_two_hubs_loses_no_ticket_and_tells_each_rung_once() {
    let cases = Form::asked().of(2_000, 20_000);
    let mut run = Run::new("a year of cases, two hubs on PostgreSQL", 365);
    let cluster = Cluster::start();
    let clock = MovedClock::at(morning(BEGINS));
    let one = Hub::prepare_on(&cluster);
    let other = one.beside();
    let mut hubs = [one, other].map(|hub| Own {
        hub,
        clock: clock.clone(),
        alive: None,
    });
    for hub in &mut hubs {
        hub.start().await;
    }
    let (mut people, mut looks, mut ends) = (People::default(), Vec::new(), 0);
    for step in 0..STEPS {
        clock.set(morning(BEGINS - STEP * i64::try_from(step).expect("a few")));
        if run.chance.one_in(3) {
            ends += 1;
            end_while_it_works(&mut hubs, &mut run).await;
        }
        looks.push(look(&hubs, &clock).await);
        if step % 4 == 0 {
            staff_changes(&hubs[0].speaks_as("jean.rolland"), &mut people, step).await;
        }
        let more = cases * (step + 1) / STEPS - cases * step / STEPS;
        a_week(&hubs, &mut people, &mut run, more).await;
    }
    clock.set(morning(BEGINS - STEP * i64::try_from(STEPS).expect("a few")));
    looks.push(look(&hubs, &clock).await);
    let directory = hubs[0].running().hub.directory();
    // One that ended may have had the right to seal.
    let camille = hubs[0].speaks_as("camille.martin");
    work::sealed_after(&camille, people::standard_case_on(hubs[0].running().hub.today())).await;
    let cases = cases + 1;
    for hub in &mut hubs {
        hub.stop().await;
    }
    let (config, key) = (hubs[0].hub.config(), hubs[0].hub.ledger_key());
    let findings = oracle::check(&config, &key, clock.now()).await;
    assert_eq!(findings.cases.len(), cases);
    for ticket in findings.cases.iter().flat_map(|case| &case.tickets) {
        let stays = handover::next(&directory, Post::of(&ticket.ticket), clock.now());
        assert_eq!(stays, Next::Stays, "nobody answers for {:?}", ticket.ticket.name);
    }
    let (open, orphans) = held_and_orphans(&findings, &directory);
    check_transitions(&findings);
    check_alerts(&findings);
    let kinds: HashSet<&str> = findings
        .events
        .iter()
        .map(|(_, event)| event.kind.name())
        .collect();
    for kind in [
        "ASSIGNED",
        "REDIRECTED",
        "REOPENED",
        "TAKEN_BACK",
        "CLOSED_UNCONFIRMED",
        "LAPSED",
    ] {
        assert!(kinds.contains(kind), "a year without {kind}");
    }
    let fired = check_nothing_is_late(&findings, &looks);
    let (chains, spans) = check_sums(&findings, clock.now());
    let seen = format!(
        "{ends} hubs ended while they worked; the clock did {fired} things, each once and in its time; \
         {open} tickets open, {orphans} orphans; {spans} spans sum to the time of {chains} chains"
    );
    run.tell(&seen, &findings);
    assert!(open > 0, "nobody would be left with anything");
    assert_eq!(orphans, 0, "open, and held by nobody who can act");
}

/// One of two hubs ends in the middle of what both do at once, and is started again.
async fn end_while_it_works(hubs: &mut [Own; 2], run: &mut Run) {
    let which = usize::from(run.chance.one_in(2));
    let working: Vec<_> = hubs.iter().map(Own::works).collect();
    tokio::time::sleep(Duration::from_millis(run.chance.below(120))).await;
    hubs[which].end();
    for (place, work) in working.into_iter().enumerate() {
        let done = work.await;
        if place != which {
            done.expect("the other one goes on").expect("it does what is due");
        }
    }
    hubs[which].start().await;
}

/// Both hubs do what is due, at once.
async fn look(hubs: &[Own; 2], clock: &MovedClock) -> Look {
    let begun = clock.now();
    for work in hubs.iter().map(Own::works).collect::<Vec<_>>() {
        let done = tokio::time::timeout(AT_MOST, work)
            .await
            .expect("nothing stays due");
        done.expect("it goes on").expect("it does what is due");
    }
    (begun, clock.now())
}

/// What people do in a week: so many cases are opened, and three times as many tickets looked at.
async fn a_week(hubs: &[Own; 2], people: &mut People, run: &mut Run, cases: usize) {
    let speaks_as = |member| [hubs[0].speaks_as(member), hubs[1].speaks_as(member)];
    let (camille, hugo) = (speaks_as("camille.martin"), speaks_as("hugo.petit"));
    let today = hubs[0].running().hub.today();
    let opening = (0..cases).map(|number| open(&camille[number % 2], today));
    let opened: Vec<String> = futures::stream::iter(opening)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    people.open.extend(opened);
    let agent = people.agent.clone();
    let looked_at: Vec<(String, u64)> = people.draw(cases * 3, &mut run.chance);
    let acting = looked_at.into_iter().enumerate().map(|(number, (name, dice))| {
        let (camille, hugo, agent) = (&camille[number % 2], &hugo[number % 2], agent.as_deref());
        async move {
            let goes_on = act(camille, hugo, &name, agent, dice).await;
            goes_on.then_some(name)
        }
    });
    let acted = futures::stream::iter(acting).buffer_unordered(AT_ONCE);
    let still_open: Vec<Option<String>> = acted.collect().await;
    people.open.extend(still_open.into_iter().flatten());
}

/// What came due by a look was done by the end of it, whatever the hubs went through: nothing is lost. Gives how many things the
/// clock did.
fn check_nothing_is_late(findings: &Findings, looks: &[Look]) -> usize {
    let mut fired = 0;
    let cases: HashMap<_, _> = findings
        .cases
        .iter()
        .map(|case| (case.row.case.id, &case.row.case))
        .collect();
    for (name, events) in by_ticket(findings) {
        let mut ticket: Option<Ticket> = None;
        for (place, event) in events.iter().enumerate() {
            fired += usize::from(event.party == Party::Clock);
            let after = match ticket {
                None => Ticket::opened(event),
                Some(ticket) => ticket.apply(event),
            };
            let after = after.expect("events follow each other");
            let next = events.get(place + 1).map(|event| event.recorded_at);
            check_next(name, cases[&name.case], &after, event, next, looks);
            ticket = Some(after);
        }
    }
    fired
}

fn check_next(
    name: TicketName,
    case: &Case,
    after: &Ticket,
    event: &Event,
    next: Option<Timestamp>,
    looks: &[Look],
) {
    let Some(due) = timer::next(case, after) else {
        return;
    };
    // A look at night, or on a day off of whoever is late, does nothing.
    let may_be_done = |begun: Timestamp| timer::due(case, after, begun).is_some();
    let mut looks = looks.iter().filter(|(begun, _)| *begun >= event.recorded_at);
    let Some((_, end)) = looks.find(|(begun, _)| may_be_done(*begun)) else {
        return;
    };
    assert!(
        next.is_some_and(|next| next <= *end),
        "{name:?} was due at {due} after {:?}, and was left alone until {next:?}",
        event.kind
    );
}

/// Open tickets, and orphans among them: those whose holder is not there to act.
fn held_and_orphans(findings: &Findings, directory: &Directory) -> (usize, usize) {
    let is_there = |id: &MemberId| directory.members.get(id).is_some_and(|member| member.active);
    let (mut open, mut orphans) = (0, 0);
    for stored in &findings.cases {
        let case = &stored.row.case;
        for ticket in &stored.tickets {
            let Some(holder) = holder::holder(directory, Standing::of(case, &ticket.ticket)) else {
                continue;
            };
            open += 1;
            let is_held = match &holder {
                Holder::Desk(desk) => directory.is_staffed(desk),
                Holder::Agent(agent) => is_there(agent) && directory.answers(&ticket.ticket.desk, agent),
                Holder::Opener(opener) => is_there(opener),
                Holder::Organisation(organisation) => {
                    let mut members = directory.members.keys();
                    members.any(|id| directory.colleague(organisation, id).is_some())
                }
                Holder::Supervision => directory.members.values().any(|member| {
                    let watches = member.territory.contains(&case.departement);
                    member.active && member.role == Role::Supervisor && watches
                }),
            };
            if !is_held {
                orphans += 1;
                println!("an orphan: {:?}, held by {holder:?}", ticket.ticket.name);
            }
        }
    }
    (open, orphans)
}

/// Where the time of each case went sums to the time that passed; how many chains and spans that was shown of.
fn check_sums(findings: &Findings, now: Timestamp) -> (usize, usize) {
    let mut by_case = HashMap::<_, Vec<Event>>::new();
    for (_, event) in &findings.events {
        by_case.entry(event.ticket.case).or_default().push(event.clone());
    }
    let (mut chains, mut summed) = (0, 0);
    for events in by_case.values() {
        let told = timeline(events, now).expect("all events are there");
        for chain in &told.chains {
            let spans: Vec<_> = chain.spans().collect();
            let (first, last) = (
                spans.first().expect("it was opened"),
                spans.last().expect("it was opened"),
            );
            let parts: jiff::SignedDuration = chain.parts().values().copied().sum();
            assert_eq!(parts, last.to.duration_since(first.from), "{:?}", first.ticket);
            chains += 1;
            summed += spans.len();
        }
    }
    (chains, summed)
}
