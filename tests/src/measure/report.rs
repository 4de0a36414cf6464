//! Tables for people, JSON for programs.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A table in Markdown, its columns as wide as what they hold.
#[derive(Debug, Clone)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With this head.
    pub fn new(head: &[&str]) -> Self {
        Self {
            rows: vec![head.iter().map(|name| (*name).to_owned()).collect()],
        }
    }

    /// One row more.
    pub fn push(&mut self, row: Vec<String>) {
        assert_eq!(row.len(), self.rows[0].len(), "a value for each column: {row:?}");
        self.rows.push(row);
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = |column: usize| {
            let widths = self.rows.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.rows[0].len()).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            for (value, width) in row.iter().zip(&widths) {
                write!(f, "| {value:width$} ")?;
            }
            writeln!(f, "|")?;
            if number == 0 {
                for width in &widths {
                    write!(f, "|-{}-", "-".repeat(*width))?;
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

/// A ratio or a quantity against what is asked of it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Target {
    /// What, as PERFORMANCE says it.
    pub what: String,
    /// What was measured.
    pub measured: f64,
    /// What it must reach.
    pub must: f64,
    /// What it should reach.
    pub aim: f64,
    /// Whether less is better.
    pub is_limit: bool,
}

impl Target {
    /// At least `must`, better `aim`.
    pub fn at_least(what: impl Into<String>, measured: f64, must: f64, aim: f64) -> Self {
        Self {
            what: what.into(),
            measured,
            must,
            aim,
            is_limit: false,
        }
    }

    /// At most `must`, better `aim`.
    pub fn at_most(what: impl Into<String>, measured: f64, must: f64, aim: f64) -> Self {
        Self {
            is_limit: true,
            ..Self::at_least(what, measured, must, aim)
        }
    }

    /// How far it got.
    pub fn reached(&self) -> &'static str {
        let reaches = |asked: f64| {
            if self.is_limit {
                self.measured <= asked
            } else {
                self.measured >= asked
            }
        };
        match (reaches(self.must), reaches(self.aim)) {
            (_, true) => "aim",
            (true, false) => "must",
            (false, false) => "NOT REACHED",
        }
    }
}

/// The targets as a table.
pub fn targets(targets: &[Target]) -> Table {
    let mut table = Table::new(&["quantity", "measured", "must", "aim", "reached"]);
    for target in targets {
        let asked = |value: f64| {
            let sign = if target.is_limit { "≤" } else { "≥" };
            format!("{sign} {value}")
        };
        table.push(vec![
            target.what.clone(),
            figure(target.measured),
            asked(target.must),
            asked(target.aim),
            target.reached().to_owned(),
        ]);
    }
    table
}

/// Three digits, as far as a measurement carries.
pub fn figure(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Writes `bench/NAME.json` into the target folder; returns where.
///
/// # Panics
/// When it cannot be written.
pub fn write_json(name: &str, value: &Value) -> PathBuf {
    let bench = std::env::current_exe().expect("a bench is a program");
    // Benches stand in `release/deps` of the target folder.
    let target = bench
        .ancestors()
        .nth(3)
        .map(Path::to_owned)
        .expect("a folder of cargo");
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{name}.json"));
    let text = serde_json::to_string_pretty(value).expect("figures are JSON");
    std::fs::write(&path, text + "\n").expect("a file");
    path
}
