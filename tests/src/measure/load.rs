//! Callers who ask again as soon as they are answered.

use std::time::{Duration, Instant};

use declic_client::Client;
use tokio::task::JoinSet;

use super::sample::{Latencies, Sample};
use crate::processes::Address;

/// Connections that callers share: a hub's callers are programs, each with many people behind it.
pub const CONNECTIONS: usize = 8;

/// So many clients of one member, each with a connection of its own.
pub fn clients(hub: Address, member: &str, callers: usize) -> Vec<Client> {
    let connections = callers.min(CONNECTIONS);
    (0..connections).map(|_| hub.once(member)).collect()
}

/// Runs one task for each caller until the time is over or it has nothing left to ask: `ask(caller)` makes one call and
/// returns what was answered.
///
/// # Panics
/// When a call fails: a load that is refused measures something else.
pub async fn run<A, F, T>(callers: usize, lasts: Duration, ask: A) -> (Sample, Vec<T>)
where
    A: Fn(usize) -> F + Clone + Send + 'static,
    F: Future<Output = Option<T>> + Send,
    T: Send + 'static,
{
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let ask = ask.clone();
        tasks.spawn(async move {
            let (mut latencies, mut answers) = (Latencies::new(), Vec::new());
            while begun.elapsed() < lasts {
                let asked = Instant::now();
                let Some(answer) = ask(caller).await else { break };
                latencies.record(asked.elapsed());
                answers.push(answer);
            }
            (latencies, answers)
        });
    }
    let (mut latencies, mut answers) = (Latencies::new(), Vec::new());
    while let Some(ended) = tasks.join_next().await {
        let (of_one, answered) = ended.expect("every call is answered");
        latencies.add(&of_one);
        answers.extend(answered);
    }
    (latencies.over(begun.elapsed()), answers)
}
