//! Reading the territory tables: tab-separated, with a header.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The folder of tables: tab-separated, with a header.
pub struct Tables<'a> {
    pub folder: &'a Path,
}

impl Tables<'_> {
    pub fn text(&self, name: &str) -> Result<String> {
        let path = self.folder.join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    pub fn rows(&self, name: &str) -> Result<Vec<Row>> {
        let text = self.text(name)?;
        let mut lines = text.lines();
        let header: Vec<String> = lines
            .next()
            .with_context(|| format!("{name} is empty"))?
            .split('\t')
            .map(str::to_owned)
            .collect();
        lines
            .map(|line| {
                let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
                if cells.len() != header.len() {
                    bail!(
                        "{name}: {} cells instead of {} in {line:?}",
                        cells.len(),
                        header.len()
                    );
                }
                Ok(Row {
                    cells: header.iter().cloned().zip(cells).collect(),
                })
            })
            .collect()
    }
}

/// One line of a table, by column name.
pub struct Row {
    cells: BTreeMap<String, String>,
}

impl Row {
    pub fn get(&self, column: &str) -> Result<&str> {
        let cell = self
            .cells
            .get(column)
            .with_context(|| format!("no column {column}"))?;
        Ok(cell.trim())
    }
}
