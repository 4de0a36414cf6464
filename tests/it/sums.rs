//! Sums of the figures that follow the journal: whatever happens, they are those of a full recomputation.

use std::collections::BTreeSet;
use std::sync::Arc;

use declic_client::Client;
use declic_domain::figures::Sums;
use declic_domain::policy;
use declic_hub::Hub;
use declic_hub::readers::figures::{Figures, MEASURED_EVERY};
use declic_proto::v1;
use declic_tests::people::{self, standard_case};
use declic_tests::{TestHub, sums};
use declic_vault::keyring::Part;
use futures::future::{Either, select};
use jiff::SignedDuration;

use crate::laws;

/// Commands of one piece of a history.
const COMMANDS: usize = 50;

fn hub(hub: &TestHub) -> Arc<Hub> {
    Arc::clone(&hub.running().hub)
}

async fn count(hub: &Arc<Hub>) -> usize {
    let mut figures = Figures::new(Arc::clone(hub));
    figures.catch_up().await.expect("the hub counts")
}

/// Compares everything with a full recomputation, once all is counted; returns the cases.
async fn check(hub: &Hub) -> usize {
    let everything = policy::counting_scope(hub.territory);
    let events = sums::events(hub).await;
    let cases: BTreeSet<_> = events.iter().map(|(_, event)| event.ticket.case).collect();
    let shown = sums::check(hub.store.as_ref(), &everything, &events).await;
    assert_eq!(shown, cases.len(), "everything is counted");
    shown
}

async fn groups(hub: &Hub) -> Sums {
    let everything = policy::counting_scope(hub.territory);
    sums::groups(hub.store.as_ref(), &everything).await
}

fn tickets(sums: &Sums) -> u64 {
    sums.values().map(|tally| tally.tickets).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_are_those_of_a_full_recomputation_after_each_piece_of_a_random_history() {
    let test = TestHub::start().await;
    let (hub, channel) = (hub(&test), test.channel().await);
    let mut cases = 0;
    for seed in 0..6 {
        laws::history(&channel, 100 + seed, COMMANDS).await;
        count(&hub).await;
        let shown = check(&hub).await;
        assert!(shown > cases, "everything is counted, new cases too");
        cases = shown;
    }
    test.stop().await;
}

/// What is asked for, by whom: a territory, parts of it, the country.
fn questions(test: &TestHub) -> [(Client, v1::SummarizeFiguresRequest); 5] {
    let (paul, jean) = (test.supervisor(), test.administrator());
    let any = v1::SummarizeFiguresRequest::default();
    let agency = v1::SummarizeFiguresRequest {
        agency: "agencies/caf-56".to_owned(),
        ..any.clone()
    };
    let benefit = v1::SummarizeFiguresRequest {
        benefit: "RSA".to_owned(),
        departement: "56".to_owned(),
        ..any.clone()
    };
    [
        (paul.clone(), any.clone()),
        (paul.clone(), agency.clone()),
        (paul, benefit),
        (jean.clone(), any),
        (jean, agency),
    ]
}

/// What each of them tells, without until when it is made.
async fn told(test: &TestHub) -> Vec<v1::SummarizeFiguresResponse> {
    let mut all = Vec::new();
    for (client, request) in questions(test) {
        let told = client
            .summarize_figures(request)
            .await
            .expect("figures are for them");
        all.push(v1::SummarizeFiguresResponse { as_of: None, ..told });
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_that_are_told_again_while_cases_change_are_those_that_would_be_made_anew() {
    const LAST: u64 = 2;
    let mut test = TestHub::start().await;
    let mut before = told(&test).await;
    for seed in 0..=LAST {
        let channel = test.channel().await;
        for piece in 0..4 {
            laws::history(&channel, 400 + 10 * seed + piece, COMMANDS).await;
            count(&hub(&test)).await;
            // Kept from now on, and changed by what comes.
            let _told = told(&test).await;
        }
        if seed == LAST {
            // No history comes after it: its tokens are of the real time.
            test.pass(MEASURED_EVERY + SignedDuration::from_mins(1));
        }
        test.running().catch_up(None).await.expect("what is due is done");
        count(&hub(&test)).await;
        let kept = told(&test).await;
        // What is in memory is forgotten, and read from the sums.
        test = test.restart().await;
        assert_eq!(kept, told(&test).await, "seed {seed}");
        let (of_56, of_country) = (kept[0].tickets, kept[3].tickets);
        assert!(
            of_56 > 0 && of_country > of_56,
            "seed {seed}: {of_56} of {of_country}"
        );
        assert_ne!(kept, before, "seed {seed}: cases changed");
        before = kept;
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_is_measured_again_and_as_of_tells_since_when() {
    let test = TestHub::start().await;
    let (hub, camille) = (hub(&test), test.social_worker());
    for _ in 0..6 {
        people::open(&camille, standard_case()).await;
    }
    count(&hub).await;
    let before = groups(&hub).await;
    test.pass(MEASURED_EVERY + SignedDuration::from_mins(1));
    // The hub may have begun by itself; whoever does, nothing measured earlier is left.
    count(&hub).await;
    let state = hub.store.figure_state().await.expect("a state");
    let measured = state.measured_at.expect("six are open");
    assert!(hub.now().duration_since(measured) < MEASURED_EVERY, "{measured}");
    let after = groups(&hub).await;
    assert_eq!(tickets(&after), tickets(&before));
    assert_ne!(after, before, "an hour more that persons waited");
    check(&hub).await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_is_cut_anywhere_is_gone_on_from_and_several_at_once_count_once() {
    let test = TestHub::start().await;
    let (hub, channel) = (hub(&test), test.channel().await);
    for cut in 0..40 {
        if cut % 10 == 0 {
            laws::history(&channel, 200 + cut, COMMANDS).await;
        }
        // Everything is to be counted again, and the counting ends after so many turns.
        let state = hub.store.figure_state().await.expect("a state");
        let _begun = hub.store.clear_figures(state.revision).await;
        let mut figures = Figures::new(Arc::clone(&hub));
        let mut turns = 3 * cut;
        let cut = Box::pin(std::future::poll_fn(move |context| {
            turns = turns.saturating_sub(1);
            context.waker().wake_by_ref();
            if turns == 0 {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        }));
        let counting = Box::pin(figures.catch_up());
        if let Either::Left((_cut, counting)) = select(cut, counting).await {
            drop(counting);
        }
        let (one, other) = tokio::join!(count(&hub), count(&hub));
        let shown = check(&hub).await;
        assert!(shown > 0, "{one} and {other} counted");
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_whose_keys_are_destroyed_is_in_no_sum_once_it_is_looked_at_again() {
    let test = TestHub::start().await;
    let (hub, camille) = (hub(&test), test.social_worker());
    let mut cases = Vec::new();
    for _ in 0..6 {
        cases.push(people::open(&camille, standard_case()).await);
    }
    count(&hub).await;
    assert_eq!(tickets(&groups(&hub).await), 6);
    let everything = policy::counting_scope(hub.territory);
    let id = declic_domain::name::CaseId::parse_resource(&cases[2].case).expect("the name of a case");
    let stored = hub
        .store
        .case(&everything, id)
        .await
        .expect("a read")
        .expect("a case");
    for part in [Part::Personal, Part::Meta] {
        hub.vault
            .shred(stored.row.key_id, part)
            .await
            .expect("the keys go");
    }
    test.pass(MEASURED_EVERY + SignedDuration::from_mins(1));
    count(&hub).await;
    assert_eq!(tickets(&groups(&hub).await), 5);
    assert_eq!(
        hub.store.counted_cases(&[id]).await.expect("a read"),
        [],
        "nor is anything kept of it"
    );
    assert_eq!(check(&hub).await, 5, "the others are as they were");
    // Made again, it is counted no more than before.
    let mut again = Figures::new(Arc::clone(&hub));
    again.rebuild().await.expect("the figures are made again");
    assert_eq!(tickets(&groups(&hub).await), 5);
    // Its entries cannot be read any more, which is what the end of a test's hub would check.
    drop(test);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_that_makes_the_figures_again_gives_the_same() {
    let test = TestHub::start().await;
    let channel = test.channel().await;
    laws::history(&channel, 300, 200).await;
    let serving = hub(&test);
    count(&serving).await;
    let (before, cases) = (groups(&serving).await, check(&serving).await);
    let config = test.config();
    let (clock, ids) = (Arc::clone(&serving.clock), Arc::clone(&serving.ids));
    drop(serving);
    let test = test
        .restart_between(async |_| {
            let made = declic_hub::rebuild::figures(config, clock, ids).await;
            assert_eq!(made.expect("the figures are made again"), cases, "each case once");
        })
        .await;
    let hub = hub(&test);
    count(&hub).await;
    assert_eq!(check(&hub).await, cases);
    let after = groups(&hub).await;
    assert_eq!(Vec::from_iter(after.keys()), Vec::from_iter(before.keys()));
    let closed = |sums: &Sums| -> Sums {
        let closed = sums.iter().filter(|(_, tally)| tally.backlog.open() == 0);
        closed
            .map(|(group, tally)| (group.clone(), tally.clone()))
            .collect()
    };
    assert_eq!(
        closed(&after),
        closed(&before),
        "what has ended is the same to the byte"
    );
    test.stop().await;
}
