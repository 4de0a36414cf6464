//! Lists walk their index, however long the table: no query of a list reads a whole table.

use std::path::Path;

use declic_store::Store as _;
use declic_store_sqlite::{Options, SqliteStore};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _, SqliteConnection};
use tempfile::TempDir;

/// Each query that runs on every screen or stream, with the steps its plan must contain.
const PLANS: [(&str, &[&str]); 32] = [
    (
        "commit/judge",
        &[
            "request_keys USING INDEX sqlite_autoindex_request_keys_1 (issuer=? AND subject=? AND request_id=?)",
            "cases USING INDEX sqlite_autoindex_cases_1 (id=?)",
        ],
    ),
    (
        "request/get",
        &[
            "request_keys USING INDEX sqlite_autoindex_request_keys_1 (issuer=? AND subject=? AND request_id=?)",
        ],
    ),
    ("commit/open", &["SCAN given VIRTUAL TABLE"]),
    (
        "commit/change",
        &[
            "cases USING INDEX sqlite_autoindex_cases_1 (id=?)",
            "tickets USING INDEX sqlite_autoindex_tickets_1 (case_id=?)",
            "reach USING PRIMARY KEY (case_id=? AND number=?)",
            "ticket_reach USING PRIMARY KEY (case_id=? AND number=? AND key=?)",
            "case_reach USING PRIMARY KEY (case_id=?)",
        ],
    ),
    (
        "ticket/list",
        &[
            "ticket_reach USING COVERING INDEX ticket_reach_inbox (key=? AND state_code=? AND (held_since_us,case_id,number)>(?,?,?))",
            "USE TEMP B-TREE FOR ORDER BY",
        ],
    ),
    (
        "case/list",
        &[
            "case_reach USING COVERING INDEX case_reach_list (key=? AND open=? AND (opened_at_us,case_id)<(?,?))",
        ],
    ),
    (
        "case/list_by_tag",
        &["blind_tags USING PRIMARY KEY (audience=? AND tag=?)"],
    ),
    (
        "turn/tickets",
        &[
            "found USING COVERING INDEX ticket_reach_turns (key=? AND state_code=? AND urgent=? AND (turn_us,case_id,number)>(?,?,?) AND turn_us<?)",
            "placed USING PRIMARY KEY (case_id=? AND number=? AND key=?)",
        ],
    ),
    (
        "turn/cases",
        &[
            "found USING COVERING INDEX ticket_reach_turns (key=? AND state_code=? AND urgent=? AND (turn_us,case_id,number)>(?,?,?) AND turn_us<?)",
            "placed USING PRIMARY KEY (case_id=? AND number=? AND key=?)",
            "other USING PRIMARY KEY (case_id=?)",
        ],
    ),
    (
        "turn/count_tickets",
        &[
            "found USING COVERING INDEX ticket_reach_turns (key=? AND state_code=? AND urgent=? AND turn_us>? AND turn_us<?)",
        ],
    ),
    (
        "turn/count_cases",
        &[
            "found USING COVERING INDEX ticket_reach_turns (key=? AND state_code=? AND urgent=? AND turn_us>? AND turn_us<?)",
        ],
    ),
    (
        "turn/count_known",
        &["found USING COVERING INDEX case_reach_list (key=? AND open=?)"],
    ),
    (
        "case/get",
        &["case_reach EXISTS USING PRIMARY KEY (case_id=? AND key=?)"],
    ),
    ("case/get_by_reference", &["cases USING INDEX"]),
    (
        "entry/list",
        &["entries USING", "(case_id=? AND number=? AND version>?)"],
    ),
    (
        "entry/get",
        &["ticket_reach EXISTS USING PRIMARY KEY (case_id=? AND number=? AND key=?)"],
    ),
    (
        "mailbox/list",
        &["mailbox USING PRIMARY KEY (audience=? AND no>?)"],
    ),
    ("commit/record", &["mailbox USING PRIMARY KEY (audience=?)"]),
    (
        "journal/list",
        &["journal_order USING INTEGER PRIMARY KEY (rowid>?)"],
    ),
    (
        "journal/unsealed",
        &["journal_order USING INTEGER PRIMARY KEY (rowid>?)"],
    ),
    (
        "timer/due",
        &["tickets USING INDEX tickets_by_timer ((timer_at_us,case_id,number)>(?,?,?) AND timer_at_us<?)"],
    ),
    ("leaf/list", &["leaves USING INTEGER PRIMARY KEY (rowid>?)"]),
    (
        "figures/list",
        &["figure_groups USING PRIMARY KEY (departement=? AND month>? AND month<?)"],
    ),
    (
        "figures/months",
        &["figure_groups USING PRIMARY KEY (departement=?)"],
    ),
    (
        "figures/groups",
        &[
            "figure_groups USING PRIMARY KEY (departement=? AND month=? AND agency=? AND benefit=? AND blockage=?)",
        ],
    ),
    ("figures/cases", &["figure_cases USING PRIMARY KEY (case_id=?)"]),
    (
        "figures/measured_before",
        &["figure_cases USING COVERING INDEX figure_cases_measured"],
    ),
    ("node/list", &["nodes USING PRIMARY KEY (level=? AND idx=?)"]),
    ("sign_in/get", &["sign_ins USING PRIMARY KEY (digest=?)"]),
    ("sign_in/advance", &["sign_ins USING PRIMARY KEY (digest=?)"]),
    ("sign_in/delete", &["sign_ins USING PRIMARY KEY (digest=?)"]),
    (
        "sign_in/sweep",
        &[
            "sign_ins USING PRIMARY KEY (digest=?)",
            "sign_ins USING COVERING INDEX sign_ins_end (ends_at_us<?)",
        ],
    ),
];

#[tokio::test]
async fn lists_walk_their_index_and_read_no_whole_table() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("store.sqlite");
    SqliteStore::open(Options::new(&path))
        .await
        .expect("a store is created")
        .close()
        .await;
    let mut file = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .expect("the file opens");
    let mut faults = Vec::new();
    for (query, steps) in PLANS {
        let plan = plan(&mut file, query).await;
        for step in steps.iter().filter(|step| !plan.contains(**step)) {
            faults.push(format!("{query} does not have `{step}`:\n{plan}\n"));
        }
        for line in plan.lines().filter(|line| line.ends_with("(key=?)")) {
            faults.push(format!(
                "{query} reads all that a reader sees, by `{line}`:\n{plan}\n"
            ));
        }
        for table in TABLES
            .iter()
            .filter(|table| plan.lines().any(|line| line == format!("SCAN {table}")))
            .filter(|table| (query, **table) != UNREACHED)
        {
            faults.push(format!("{query} reads all of {table}:\n{plan}\n"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Tables that grow with the cases.
const TABLES: [&str; 10] = [
    "tickets",
    "cases",
    "ticket_reach",
    "case_reach",
    "entries",
    "entry_objects",
    "mailbox",
    "nodes",
    "figure_groups",
    "figure_cases",
];

/// A mailbox refers to the journal: its plan holds a search for rows that a new number makes right, which runs only when
/// the same statement broke some before (`OP_FkIfZero`).
const UNREACHED: (&str, &str) = ("commit/record", "mailbox");

async fn plan(file: &mut SqliteConnection, query: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("queries/{query}.sql"));
    let sql = std::fs::read_to_string(path).expect("the query is there");
    // A script is explained statement by statement.
    let explained: Vec<String> = sql
        .split(";\n")
        .map(|statement| format!("EXPLAIN QUERY PLAN\n{statement}"))
        .collect();
    let explained = sqlx::query(AssertSqlSafe(explained.join(";\n")))
        .fetch_all(file)
        .await;
    let lines = explained
        .expect("the query is right")
        .into_iter()
        .map(|row| row.get::<String, _>("detail"));
    lines.collect::<Vec<_>>().join("\n")
}
