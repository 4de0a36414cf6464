//! What one case is in tables: the rows a real `OpenCase` left, read back as literals, to be written again as another case
//! by whoever measures the engine alone.

use sqlx::{AssertSqlSafe, PgConnection, Row as _, SqliteConnection};

/// Tables that opening a case writes, and which rows of each are those of the request with id `$request`.
///
/// The heads of the journal and of the mailboxes are left out: numbering is a rule, and the floor has none.
const TABLES: [(&str, &str); 10] = [
    ("request_keys", "request_id = $request"),
    ("cases", "id = $case"),
    ("tickets", "case_id = $case"),
    ("ticket_reach", "case_id = $case"),
    ("case_reach", "case_id = $case"),
    ("blind_tags", "case_id = $case"),
    ("entries", "case_id = $case"),
    (
        "entry_objects",
        "event IN (SELECT event FROM entries WHERE case_id = $case)",
    ),
    (
        "journal_order",
        "event IN (SELECT event FROM entries WHERE case_id = $case)",
    ),
    (
        "mailbox",
        "seq IN (SELECT seq FROM journal_order WHERE event IN (SELECT event FROM entries WHERE case_id = $case))",
    ),
];

/// The rows of one table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// Values of each row, as literals of the engine.
    pub rows: Vec<Vec<String>>,
}

/// How another case's own values are written.
#[derive(Debug, Clone, Copy)]
pub struct Other<'t> {
    /// Its id.
    pub case: &'t str,
    /// The id of its event.
    pub event: &'t str,
    /// The id of the request that opens it.
    pub request: &'t str,
    /// A number that no other case has.
    pub number: &'t str,
}

impl Table {
    /// `schema.name (columns) VALUES ...`, with another case's own values in their places.
    pub fn insert(&self, schema: &str, other: Other<'_>) -> String {
        let rows: Vec<String> = self.rows.iter().map(|row| self.row(row, other)).collect();
        format!(
            "INSERT INTO {schema}{} ({}) VALUES {}",
            self.name,
            self.columns.join(", "),
            rows.join(", ")
        )
    }

    fn row(&self, row: &[String], other: Other<'_>) -> String {
        let values: Vec<&str> = self
            .columns
            .iter()
            .zip(row)
            .map(|(column, value)| match (self.name, column.as_str()) {
                ("cases", "id") | (_, "case_id") => other.case,
                (_, "event") => other.event,
                (_, "request_id") => other.request,
                ("cases", "reference_number") | (_, "seq") | ("mailbox", "no") => other.number,
                _ => value,
            })
            .collect();
        format!("({})", values.join(", "))
    }
}

/// The rows of the case that this request opened, from PostgreSQL.
///
/// # Panics
/// When a table is missing, or holds no row of it.
pub async fn of_postgres(connection: &mut PgConnection, case: &str, request: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    for (name, place) in TABLES {
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT attname::TEXT, format_type(atttypid, NULL) FROM pg_attribute \
             WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        )
        .bind(name)
        .fetch_all(&mut *connection)
        .await
        .expect("the server tells the columns of a table");
        let literals: Vec<String> = columns
            .iter()
            .map(|(column, kind)| format!("quote_nullable({column}::TEXT) || '::{kind}'"))
            .collect();
        let place = place
            .replace("$case", &format!("'{case}'"))
            .replace("$request", &format!("'{request}'"));
        let text = format!("SELECT {} FROM {name} WHERE {place}", literals.join(", "));
        let rows = sqlx::query(AssertSqlSafe(text)).fetch_all(&mut *connection).await;
        let rows = rows.expect("a table of the store");
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| (0..columns.len()).map(|index| row.get(index)).collect())
            .collect();
        tables.push(table(
            name,
            columns.into_iter().map(|(column, _)| column).collect(),
            rows,
        ));
    }
    tables
}

/// The same from SQLite.
///
/// # Panics
/// As [`of_postgres`].
pub async fn of_sqlite(connection: &mut SqliteConnection, case: &str, request: &str) -> Vec<Table> {
    let blob = |uuid: &str| format!("X'{}'", uuid.replace('-', ""));
    let mut tables = Vec::new();
    for (name, place) in TABLES {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1) ORDER BY cid")
            .bind(name)
            .fetch_all(&mut *connection)
            .await
            .expect("SQLite tells the columns of a table");
        let literals: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        let place = place
            .replace("$case", &blob(case))
            .replace("$request", &blob(request));
        let text = format!("SELECT {} FROM {name} WHERE {place}", literals.join(", "));
        let rows = sqlx::query(AssertSqlSafe(text)).fetch_all(&mut *connection).await;
        let rows = rows.expect("a table of the store");
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| (0..columns.len()).map(|index| row.get(index)).collect())
            .collect();
        tables.push(table(name, columns, rows));
    }
    tables
}

fn table(name: &'static str, columns: Vec<String>, rows: Vec<Vec<String>>) -> Table {
    assert!(!columns.is_empty(), "there is no table {name}");
    assert!(!rows.is_empty(), "opening a case writes nothing to {name}");
    Table { name, columns, rows }
}
