//! Tables for people: columns aligned on their widest cell, two spaces between them, nothing drawn. A column that says
//! nothing is left out, and a table too wide for the screen breaks its widest cells between words: nothing is cut.

use crate::screen::{Manner, WIDTH, plain, wrap};

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
        let says = |column: &usize| self.rows.iter().any(|row| !row[*column].is_empty());
        let columns: Vec<usize> = (0..self.headings.len()).filter(says).collect();
        let widths = self.widths(&columns);
        let lines = |cells: &[String]| {
            let cells: Vec<Vec<String>> = columns
                .iter()
                .zip(&widths)
                .map(|(column, width)| wrap(&cells[*column], *width))
                .collect();
            lines(&cells, &widths)
        };
        let headings = lines(&self.headings);
        let mut text: String = headings.iter().map(|line| manner.heading(line) + "\n").collect();
        for row in &self.rows {
            for line in lines(row) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        text
    }

    /// Of each of these columns, as wide as its widest cell; then the widest are narrowed, down to their longest word,
    /// until a line fits the screen.
    fn widths(&self, columns: &[usize]) -> Vec<usize> {
        let widest = |column: &usize, measure: fn(&str) -> usize| {
            let cells = self.rows.iter().map(|row| &row[*column]);
            let cells = cells.chain(std::iter::once(&self.headings[*column]));
            cells.map(|cell| measure(cell)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = columns.iter().map(|column| widest(column, width)).collect();
        let words: Vec<usize> = columns
            .iter()
            .map(|column| widest(column, longest_word))
            .collect();
        let gaps = 2 * columns.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > WIDTH {
            let narrowable = (0..widths.len()).filter(|place| widths[*place] > words[*place]);
            let Some(place) = narrowable.max_by_key(|place| widths[*place]) else {
                break;
            };
            widths[place] -= 1;
        }
        widths
    }
}

/// The lines of one row, whose cells have one or several each.
fn lines(cells: &[Vec<String>], widths: &[usize]) -> Vec<String> {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |place: usize| {
        let mut line = String::new();
        for (cell, width_of_column) in cells.iter().zip(widths) {
            let part = cell.get(place).map_or("", String::as_str);
            line.push_str(part);
            let gap = (width_of_column + 2).saturating_sub(width(part));
            line.extend(std::iter::repeat_n(' ', gap));
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

fn longest_word(cell: &str) -> usize {
    cell.split(' ').map(width).max().unwrap_or(0)
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::tests::manner;

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

    #[test]
    fn a_table_too_wide_breaks_its_cells_and_a_column_that_says_nothing_is_left_out() {
        let mut table = Table::new(["DEMANDE", "CE QUI BLOQUE", "URGENCE", "CHEZ QUI"].map(str::to_owned));
        table.row(
            [
                "26-04817-K/1",
                "Mauvais organisme saisi, renvoi de guichet en guichet depuis le mois de juin",
                "",
                "Équipe d'orientation du Morbihan, orientation",
            ]
            .map(str::to_owned),
        );
        table.row(["26-1-B/1", "Refus", "", ""].map(str::to_owned));
        let shown = table.to_text(&manner());
        assert!(shown.lines().all(|line| width(line) <= WIDTH), "{shown}");
        insta::assert_snapshot!(shown, @r"
        DEMANDE       CE QUI BLOQUE                             CHEZ QUI
        26-04817-K/1  Mauvais organisme saisi, renvoi de        Équipe d'orientation du Morbihan,
                      guichet en guichet depuis le mois de      orientation
                      juin
        26-1-B/1      Refus
        ");
    }
}
