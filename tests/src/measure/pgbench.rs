//! The floor of PostgreSQL: the rows of one case written again and again by `pgbench`, into copies of the tables with
//! their indexes and checks, without a hub. PostgreSQL's own tool, its own driver: nothing of ours slows it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use sqlx::{AssertSqlSafe, PgConnection};
use tempfile::TempDir;
use tokio::process::Command;

use super::engine::STORE;
use super::rows::{Other, Table};
use super::sample::{Latencies, Sample};
use crate::postgres::Cluster;

/// Cases of one round at most, for numbers that no two rounds share.
const OF_A_ROUND: u64 = 1_000_000_000;

/// How `pgbench` writes another case's values. Ids of cases grow, as those of the hub do; the others are scattered.
const OTHER: Other<'_> = Other {
    case: "lpad(to_hex(:id::BIGINT), 32, '0')::UUID",
    event: "md5(:id::BIGINT::TEXT)::UUID",
    request: "md5('request' || :id::BIGINT)::UUID",
    number: ":id::BIGINT",
};

/// How the rows of a case are put into statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// One transaction of one statement for each table; the two tables of reach share one, and journal and mailboxes: 8.
    EightStatements,
    /// One statement that is its own transaction.
    OneStatement,
}

impl Script {
    fn file(self) -> &'static str {
        match self {
            Self::EightStatements => "eight.sql",
            Self::OneStatement => "one.sql",
        }
    }
}

/// The copies of the tables, and the scripts that fill them.
pub struct Floor {
    folder: TempDir,
    rounds: u64,
}

impl Floor {
    /// Makes the copies, empty, in a schema `floor` beside the tables, and writes the scripts.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn prepare(connection: &mut PgConnection, tables: &[Table]) -> Self {
        execute(connection, "CREATE SCHEMA floor".to_owned()).await;
        for table in tables {
            let name = table.name;
            execute(
                connection,
                format!("CREATE TABLE floor.{name} (LIKE public.{name} INCLUDING ALL)"),
            )
            .await;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (script, text) in [
            (Script::EightStatements, eight_statements(tables)),
            (Script::OneStatement, one_statement(tables)),
        ] {
            let text = format!("\\set n :n + 1\n\\set id :base + :n * 1000 + :client_id\n{text}\n");
            std::fs::write(folder.path().join(script.file()), text).expect("a file");
        }
        Self { folder, rounds: 0 }
    }

    /// One round: so many connections for so long.
    ///
    /// # Panics
    /// When `pgbench` fails.
    pub async fn round(
        &mut self,
        cluster: &Cluster,
        script: Script,
        callers: usize,
        lasts: Duration,
    ) -> Sample {
        let seconds = lasts.as_secs().max(1).to_string();
        self.bench(cluster, script, callers, ["-T", &seconds]).await
    }

    /// So many cases, on one connection.
    ///
    /// # Panics
    /// When `pgbench` fails.
    pub async fn cases(&mut self, cluster: &Cluster, script: Script, cases: u64) -> Sample {
        self.bench(cluster, script, 1, ["-t", &cases.to_string()]).await
    }

    async fn bench(&mut self, cluster: &Cluster, script: Script, callers: usize, ends: [&str; 2]) -> Sample {
        self.rounds += 1;
        let base = format!("base={}", self.rounds * OF_A_ROUND);
        let script = self.folder.path().join(script.file());
        let [how, many] = ends;
        run(cluster, &script, callers, &["-D", "n=0", "-D", &base, how, many]).await
    }
}

/// Runs a script on the database of the store, with more arguments: when it ends, what its variables are.
///
/// # Panics
/// When `pgbench` fails.
pub async fn run(cluster: &Cluster, script: &Path, callers: usize, arguments: &[&str]) -> Sample {
    let logs = tempfile::tempdir().expect("a temporary folder");
    let ran = Command::from(cluster.client("pgbench"))
        .args(["-n", "-M", "prepared", "-f"])
        .arg(script)
        .args(["-c", &callers.to_string(), "-j", &callers.min(2).to_string()])
        .args(arguments)
        .arg("--log")
        .arg(format!("--log-prefix={}/log", logs.path().display()))
        .arg(STORE)
        .stdin(Stdio::null())
        .output()
        .await
        .expect("pgbench starts");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success(),
        "pgbench: {said}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let per_second = said
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split_ascii_whitespace().next())
        .and_then(|number| number.parse().ok())
        .expect("pgbench says how many transactions a second");
    let latencies = read(logs.path());
    Sample {
        per_second,
        ..latencies.over(lasts_at(latencies.count(), per_second))
    }
}

fn lasts_at(count: u64, per_second: f64) -> Duration {
    Duration::from_secs_f64((count as f64 / per_second).max(1e-6))
}

/// One line for each transaction; the third word is how long it took, in microseconds.
fn read(logs: &Path) -> Latencies {
    let mut latencies = Latencies::new();
    for entry in std::fs::read_dir(logs).expect("a folder") {
        let path = entry.expect("an entry of a folder").path();
        for line in std::fs::read_to_string(path).expect("a log").lines() {
            let took = line.split(' ').nth(2).and_then(|word| word.parse().ok());
            latencies.record(Duration::from_micros(took.expect("a number of microseconds")));
        }
    }
    latencies
}

fn eight_statements(tables: &[Table]) -> String {
    let shared = [("ticket_reach", "case_reach"), ("journal_order", "mailbox")];
    let insert = |name: &str| {
        let table = tables.iter().find(|table| table.name == name);
        table.expect("a table of a case").insert("floor.", OTHER)
    };
    let mut lines = vec!["BEGIN;".to_owned()];
    for table in tables {
        if shared.iter().any(|(first, _)| *first == table.name) {
            continue;
        }
        match shared.iter().find(|(_, last)| *last == table.name) {
            Some((first, last)) => {
                lines.push(format!("WITH first AS ({}) {};", insert(first), insert(last)));
            }
            None => lines.push(format!("{};", insert(table.name))),
        }
    }
    lines.push("COMMIT;".to_owned());
    lines.join("\n")
}

fn one_statement(tables: &[Table]) -> String {
    let inserts: Vec<String> = tables
        .iter()
        .map(|table| format!("wrote_{} AS ({})", table.name, table.insert("floor.", OTHER)))
        .collect();
    format!("WITH {} SELECT 1;", inserts.join(", "))
}

async fn execute(connection: &mut PgConnection, statement: String) {
    let done = sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await;
    done.expect("the server does it");
}
