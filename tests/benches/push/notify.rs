//! The floor: from a commit with a NOTIFY to a listener, at the same rate.

use std::collections::HashMap;
use std::time::Instant;

use declic_tests::measure::engine::{House, STORE};
use declic_tests::measure::sample::{Latencies, Sample};
use declic_tests::postgres;
use sqlx::postgres::PgListener;
use tokio::time::{MissedTickBehavior, interval};

use crate::Arguments;

/// Writes a row and notifies of it, again and again; from before the statement to the listener.
pub async fn measure(house: &House, arguments: &Arguments) -> Sample {
    let mut connection = house.connect().await;
    let made = sqlx::raw_sql("CREATE TABLE noticed (number INTEGER NOT NULL PRIMARY KEY)")
        .execute(&mut connection)
        .await;
    made.expect("a table");
    let url = postgres::url(house.cluster().home(), STORE);
    let mut listener = PgListener::connect(&url).await.expect("a listener");
    listener.listen("noticed").await.expect("a channel");
    let count = arguments.count();
    let hears = tokio::spawn(async move {
        let mut heard = HashMap::new();
        for _ in 0..count {
            let notice = listener.recv().await.expect("a notice");
            let number: i32 = notice.payload().parse().expect("a number");
            heard.insert(number, Instant::now());
        }
        heard
    });
    let mut ticks = interval(arguments.between());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sent = HashMap::new();
    for number in 0..i32::try_from(count).expect("a small number") {
        ticks.tick().await;
        sent.insert(number, Instant::now());
        let statement = "WITH wrote AS (INSERT INTO noticed VALUES ($1) RETURNING number) \
                         SELECT pg_notify('noticed', number::TEXT) FROM wrote";
        let done = sqlx::query(statement).bind(number).execute(&mut connection).await;
        done.expect("the server does it");
    }
    let heard = hears.await.expect("every notice is heard");
    let mut latencies = Latencies::new();
    for (number, sent) in &sent {
        latencies.record(heard[number].duration_since(*sent));
    }
    latencies.over(arguments.between() * count)
}
