//! What this engine promises of its database: which ones it opens, what can never be changed in it, and that its lists
//! walk indexes.

use std::path::Path;

use declic_store::{Error, Store as _};
use declic_store_postgres::{OpenError, Options, PgKeyring, PgStore};
use declic_vault::keyring::{Keyring as _, Part};
use sqlx::migrate::Migrate as _;
use sqlx::{PgConnection, Row as _};

use crate::cluster::{self, connect, execute};
use crate::hubs::request;
use crate::keyring::key;

#[tokio::test]
async fn a_database_of_something_else_is_refused() {
    let url = cluster::database().await;
    let mut database = connect(&url).await;
    execute(&mut database, "CREATE TABLE recipes (name TEXT)")
        .await
        .expect("a table is created");
    let refused = PgStore::open(Options::new(&url)).await.err();
    assert!(matches!(refused, Some(OpenError::Foreign { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_keyring_is_not_a_store_nor_the_reverse() {
    let url = cluster::database().await;
    PgKeyring::open(&url)
        .await
        .expect("a keyring is created")
        .close()
        .await;
    let refused = PgStore::open(Options::new(&url)).await.err();
    assert!(matches!(refused, Some(OpenError::Foreign { .. })), "{refused:?}");
    let url = store().await;
    let refused = PgKeyring::open(&url).await.err();
    assert!(matches!(refused, Some(OpenError::Foreign { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_with_both_versions() {
    let url = store().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (1000, 'of tomorrow', true, '', 0)";
    execute(&mut connect(&url).await, newer)
        .await
        .expect("a row is written");
    let refused = PgStore::open(Options::new(&url))
        .await
        .err()
        .expect("version 1000 is newer");
    let migrations = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/store"))
        .expect("the migrations of this program")
        .count();
    let OpenError::NewerSchema { found, known, .. } = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!((*found, usize::try_from(*known)), (1000, Ok(migrations)));
    assert!(
        refused.to_string().contains("install the newer version"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_hub_that_is_stopped_while_it_migrates_keeps_nobody_from_starting() {
    let url = store().await;
    let mut stopped = connect(&url).await;
    stopped.lock().await.expect("nobody migrates");
    PgStore::open(Options::new(&url))
        .await
        .expect("nothing is to be migrated")
        .close()
        .await;
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_refused_without_showing_its_password() {
    let refused = PgStore::open(Options::new("mysql://declic:geheim@localhost")).await;
    let refused = refused.err().expect("the scheme is another engine's");
    assert!(matches!(refused, OpenError::Address(_)), "{refused:?}");
    let away = "postgres://declic:geheim@localhost/declic?host=/no/such/folder";
    let refused = PgStore::open(Options::new(away))
        .await
        .err()
        .expect("nobody listens there");
    assert!(matches!(refused, OpenError::Unavailable(_)), "{refused:?}");
    assert!(!format!("{refused:?}").contains("geheim"), "{refused:?}");
}

#[tokio::test]
async fn whatever_the_server_is_set_to_a_write_waits_for_the_disk_and_sees_what_was_committed_before() {
    for (set, expected) in [("off", "on"), ("remote_apply", "remote_apply")] {
        let (store, keyring) = (cluster::database().await, cluster::database().await);
        for url in [&store, &keyring] {
            let mut database = connect(url).await;
            let settings = format!(
                "DO $$ BEGIN \
                 EXECUTE format('ALTER DATABASE %I SET synchronous_commit = {set}', current_database()); \
                 EXECUTE format($s$ALTER DATABASE %I SET default_transaction_isolation TO 'repeatable read'$s$, \
                 current_database()); \
                 END $$"
            );
            execute(&mut database, &settings)
                .await
                .expect("the database is set");
        }
        let ring = PgKeyring::open(&keyring).await.expect("a keyring is created");
        let store_opened = PgStore::open(Options::new(&store))
            .await
            .expect("a store is created");
        for (url, table) in [
            (&store, "request_keys"),
            (&store, "reference_counters"),
            (&keyring, "wrapped_keys"),
        ] {
            let check = format!(
                "CREATE FUNCTION check_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 IF (current_setting('synchronous_commit'), current_setting('transaction_isolation')) \
                 <> ('{expected}', 'read committed') THEN \
                 RAISE EXCEPTION 'it is %', current_setting('synchronous_commit'); END IF; RETURN NULL; END $$; \
                 CREATE TRIGGER checked AFTER INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION check_{table}()"
            );
            execute(&mut connect(url).await, &check)
                .await
                .expect("a trigger is made");
        }
        store_opened
            .commit(request(1))
            .await
            .expect("a commit is as durable as it can be");
        store_opened
            .take_references(26, 1)
            .await
            .expect("so is a reference");
        ring.store(&[key(1, Part::Meta, 0xa1)]).await.expect("and a key");
    }
}

#[tokio::test]
async fn a_server_that_answers_is_not_said_to_be_silent() {
    let url = cluster::database().await;
    let store = PgStore::open(Options::new(&url))
        .await
        .expect("a store is created");
    for (change, told) in [
        (
            "ALTER TABLE log_state RENAME TO another",
            "the schema, or the rights",
        ),
        ("ALTER TABLE another RENAME TO log_state", ""),
    ] {
        execute(&mut connect(&url).await, change)
            .await
            .expect("a table is renamed");
        match store.ping().await {
            Ok(()) => assert_eq!(told, ""),
            Err(Error::Unavailable(why)) => assert!(why.to_string().contains(told), "{why}"),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_the_ledger_and_the_journal_hold_cannot_be_changed() {
    let mut database = connect(&store().await).await;
    let event = "'00010203-0405-0607-0809-0a0b0c0d0e0f'";
    let (leaf, hash) = (
        "decode(repeat('00', 242), 'hex')",
        "decode(repeat('00', 32), 'hex')",
    );
    for row in [
        format!(
            "INSERT INTO entries (event, kind, key_id, recorded_at_us, commitments, leaf, traceparent) \
             VALUES ({event}, 'OPENED', {event}, 0, '', {leaf}, '')"
        ),
        format!("INSERT INTO entry_objects (event, position, grp, no, bytes) VALUES ({event}, 0, 1, 1, '0')"),
        format!("INSERT INTO journal_order (seq, event) VALUES (1, {event})"),
        "INSERT INTO mailbox (audience, no, seq) VALUES ('agencies/caf-56', 1, 1)".to_owned(),
        format!("INSERT INTO leaves (idx, event, leaf) VALUES (0, {event}, {leaf})"),
        format!("INSERT INTO nodes (level, idx, hash) VALUES (0, 0, {hash})"),
        format!("INSERT INTO checkpoints (size, root, note) VALUES (1, {hash}, 'note')"),
    ] {
        execute(&mut database, &row).await.expect("a row is written once");
    }
    for (table, column) in [
        ("entries", "kind"),
        ("journal_order", "event"),
        ("mailbox", "seq"),
        ("leaves", "leaf"),
        ("nodes", "hash"),
        ("checkpoints", "note"),
    ] {
        for change in [
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
        ] {
            let refused = execute(&mut database, &change).await.expect_err(&change);
            assert!(refused.contains("never change"), "{change}: {refused}");
        }
    }
    let refused = execute(&mut database, "UPDATE entry_objects SET bytes = '1'")
        .await
        .expect_err("a section");
    assert!(refused.contains("never change"), "{refused}");
    // Erasure: sealed sections go, the entry with its commitments and leaf stays.
    execute(&mut database, "DELETE FROM entry_objects")
        .await
        .expect("sealed sections may be erased");
}

#[tokio::test]
async fn a_number_that_leaves_a_gap_is_refused_by_the_database_itself() {
    let mut database = connect(&store().await).await;
    for numbers in ["(0)", "(2)", "(1), (3)"] {
        let insert = format!(
            "INSERT INTO journal_order (seq, event) SELECT seq, gen_random_uuid() FROM (VALUES {numbers}) AS n (seq)"
        );
        let refused = execute(&mut database, &insert)
            .await
            .expect_err("the first number is 1");
        assert!(refused.contains("next number"), "{numbers}: {refused}");
        let insert = format!(
            "INSERT INTO mailbox (audience, no, seq) SELECT 'agencies/caf-56', no, 1 FROM (VALUES {numbers}) AS n (no)"
        );
        let refused = execute(&mut database, &insert)
            .await
            .expect_err("the first number is 1");
        assert!(refused.contains("next number"), "{numbers}: {refused}");
    }
}

#[tokio::test]
async fn a_number_is_checked_without_reading_the_numbers_before_it() {
    let mut database = connect(&store().await).await;
    for (table, rows) in [
        ("journal_order (seq, event)", "n, gen_random_uuid() FROM"),
        (
            "mailbox (audience, no, seq)",
            "'agencies/' || agency, n, n FROM generate_series(1, 20) AS agency,",
        ),
    ] {
        let insert = async |database: &mut PgConnection, first: u32, last: u32| {
            let numbers = format!("INSERT INTO {table} SELECT {rows} generate_series({first}, {last}) AS n");
            execute(database, &numbers)
                .await
                .expect("these are the next numbers");
        };
        insert(&mut database, 1, 2_000).await;
        execute(&mut database, "ANALYZE; BEGIN")
            .await
            .expect("PostgreSQL answers");
        insert(&mut database, 2_001, 2_010).await;
        let read: i64 = sqlx::query_scalar(
            "SELECT sum(seq_tup_read + idx_tup_fetch)::BIGINT FROM pg_stat_xact_user_tables WHERE relname = $1",
        )
        .bind(table.split(' ').next())
        .fetch_one(&mut database)
        .await
        .expect("PostgreSQL counts what a transaction reads");
        assert!(read <= 100, "{read} rows of {table} were read");
        execute(&mut database, "COMMIT").await.expect("it is committed");
    }
}

#[tokio::test]
async fn no_query_reads_a_whole_table_that_grows_with_the_cases() {
    let mut database = connect(&store().await).await;
    // Tables are empty here: without this a scan of nothing is the cheapest plan.
    execute(
        &mut database,
        "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan",
    )
    .await
    .expect("settings are taken");
    let mut faults = Vec::new();
    for query in QUERIES {
        let plan = plan(&mut database, query).await;
        let scans = TABLES.iter().filter(|table| {
            plan.lines()
                .any(|line| line.contains(&format!("Seq Scan on {table} ")))
        });
        faults.extend(scans.map(|table| format!("{query} reads all of {table}:\n{plan}\n")));
        // A page is walked by its index: nothing of these lists is sorted before the page is cut.
        let index = match query {
            "ticket/list" => "Index Only Scan using ticket_reach_inbox",
            "case/list" => "Index Only Scan using case_reach_list",
            "turn/tickets" | "turn/cases" | "turn/count_tickets" | "turn/count_cases" => {
                "using ticket_reach_turns on ticket_reach found"
            }
            "turn/count_known" => "using case_reach_list on case_reach found",
            _ => continue,
        };
        if !plan.contains(index) {
            faults.push(format!("{query} does not walk its index:\n{plan}\n"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Queries that run for every command, screen or stream.
const QUERIES: [&str; 27] = [
    "commit/batch",
    "commit/new",
    "request/get",
    "ticket/list",
    "ticket/states",
    "case/list",
    "case/list_by_tag",
    "turn/tickets",
    "turn/cases",
    "turn/count_tickets",
    "turn/count_cases",
    "turn/count_known",
    "case/get",
    "case/get_by_reference",
    "entry/list",
    "entry/get",
    "mailbox/list",
    "mailbox/end",
    "journal/list",
    "journal/unsealed",
    "node/list",
    "figures/list",
    "figures/months",
    "figures/groups",
    "figures/cases",
    "figures/measured_before",
    "figures/advance",
];

const TABLES: [&str; 13] = [
    "request_keys",
    "tickets",
    "cases",
    "ticket_reach",
    "case_reach",
    "blind_tags",
    "entries",
    "entry_objects",
    "journal_order",
    "mailbox",
    "nodes",
    "figure_groups",
    "figure_cases",
];

async fn plan(database: &mut PgConnection, query: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("queries/{query}.sql"));
    let sql = std::fs::read_to_string(path).expect("the query is there");
    execute(database, &format!("DEALLOCATE ALL; PREPARE asked AS {sql}"))
        .await
        .expect("the query is right");
    let count = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'asked'";
    let parameters: i32 = sqlx::raw_sql(count)
        .fetch_one(&mut *database)
        .await
        .expect("the query is prepared")
        .try_get_unchecked::<String, _>(0)
        .expect("a count")
        .parse()
        .expect("a number");
    let nulls = vec!["NULL"; parameters.unsigned_abs() as usize].join(", ");
    let explained = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("EXPLAIN EXECUTE asked ({nulls})")))
        .fetch_all(database)
        .await
        .expect("the plan is told");
    let lines = explained.into_iter().map(|row| row.get::<String, _>(0));
    lines.collect::<Vec<_>>().join("\n")
}

/// The address of a database that holds an empty store.
async fn store() -> String {
    let url = cluster::database().await;
    PgStore::open(Options::new(&url))
        .await
        .expect("a store is created")
        .close()
        .await;
    url
}
