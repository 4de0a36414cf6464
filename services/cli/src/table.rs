//! Tables for people: columns aligned on their widest cell, two spaces between them, nothing drawn.

use crate::screen::{Manner, plain};

/// A table with its headings.
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(headings: impl IntoIterator<Item = String>) -> Self {
        Self {
            headings: headings.into_iter().collect(),
            rows: Vec::new(),
        }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells = cells.into_iter().map(|cell| plain(&cell).replace('\n', " "));
        self.rows.push(cells.collect());
    }

    pub fn to_text(&self, manner: &Manner) -> String {
        let widths: Vec<usize> = (0..self.headings.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells
                    .chain(self.headings.get(column))
                    .map(|cell| width(cell))
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut text = manner.heading(&line(&self.headings, &widths));
        text.push('\n');
        for row in &self.rows {
            text.push_str(&line(row, &widths));
            text.push('\n');
        }
        text
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width_of_column) in cells.iter().zip(widths) {
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', width_of_column - width(cell) + 2));
    }
    line.trim_end().to_owned()
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::when::tests::manner;

    #[test]
    fn columns_are_aligned_whatever_the_accents() {
        let mut table = Table::new(["Dossier".to_owned(), "État".to_owned(), "Chez qui".to_owned()]);
        table.row([
            "26-04817-K/1".to_owned(),
            "Réorientée".to_owned(),
            "Équipe\nSolidarité".to_owned(),
        ]);
        table.row(["26-1-B/1".to_owned(), "Close".to_owned(), String::new()]);
        insta::assert_snapshot!(table.to_text(&manner()), @r"
        Dossier       État        Chez qui
        26-04817-K/1  Réorientée  Équipe Solidarité
        26-1-B/1      Close
        ");
    }
}
