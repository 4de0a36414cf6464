//! The board of a territory: each figure says its finding first, then shows its bars inside a table, with its definition, its
//! time, and the numbers as a file.

mod figures;

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_proto::v1;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use self::figures::{Figure, figures, tiles};
use super::cases::time;
use crate::days::read_day;
use crate::failure::{Failure, render};
use crate::form::Form;
use crate::options::{self, Choice, Group};
use crate::page::Page;
use crate::people;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "board.html")]
struct Board<'a> {
    p: &'a Page,
    form: &'a Form,
    lead: String,
    tiles: Vec<(String, String)>,
    figures: Vec<Figure>,
    territories: Vec<Choice>,
    csv: String,
    benefits: Vec<Group>,
    blockages: Vec<Group>,
}

/// The board.
pub async fn show(visit: Visit) -> Response {
    let (form, answer) = match ask(&visit).await {
        Ok(answered) => answered,
        Err(refused) => return *refused,
    };
    let page = &visit.page;
    let query: String = page
        .path
        .split_once('?')
        .map_or("", |(_, query)| query)
        .to_owned();
    let territories = visit
        .who()
        .territory
        .iter()
        .map(|code| Choice::new(code, people::departement(code)));
    let shown = Board {
        p: page,
        form: &form,
        lead: lead(page, &answer),
        tiles: tiles(page, &answer),
        figures: figures(page, &answer),
        territories: territories.collect(),
        csv: format!("/pilotage/donnees.csv?{query}"),
        benefits: options::benefits(),
        blockages: options::blockages(page),
    };
    let status = match form.is_wrong() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    render(status, &shown)
}

/// The numbers of the board, for a spreadsheet: semicolons, headings of the reader's language, a byte-order mark. A line for
/// each number, with the definition it follows.
pub async fn csv(visit: Visit) -> Response {
    let (form, answer) = match ask(&visit).await {
        Ok(answered) => answered,
        Err(refused) => return *refused,
    };
    if form.is_wrong() {
        let query = visit.page.path.split_once('?').map_or("", |(_, query)| query);
        return Redirect::to(&format!("/pilotage?{query}")).into_response();
    }
    match sheet(&visit.page, &answer) {
        Ok(text) => {
            let headers = [
                (CONTENT_TYPE, "text/csv; charset=utf-8"),
                (
                    CONTENT_DISPOSITION,
                    "attachment; filename=\"tableau-de-bord.csv\"",
                ),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, text).into_response()
        }
        Err(error) => Failure::broken(&error).into_page(visit.page),
    }
}

fn sheet(page: &Page, board: &v1::SummarizeFiguresResponse) -> Result<Vec<u8>, csv::Error> {
    let mut text = "\u{feff}".as_bytes().to_vec();
    let mut lines = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(&mut text);
    lines.write_record([cell_of(&lead(page, board))])?;
    lines.write_record(
        ["figure", "line", "measure", "value", "definition"]
            .map(|name| page.t(&format!("console-csv-{name}"))),
    )?;
    for figure in figures(page, board) {
        let headings: Vec<&String> = [&figure.heading].into_iter().chain(&figure.more).collect();
        for row in &figure.rows {
            let definition = row.definition.as_ref().unwrap_or(&figure.definition);
            for (heading, value) in headings.iter().zip([&row.value].into_iter().chain(&row.more)) {
                let cells = [&figure.title, &row.label, *heading, value, definition];
                lines.write_record(cells.map(|cell| cell_of(cell)))?;
            }
        }
    }
    lines.flush()?;
    drop(lines);
    Ok(text)
}

/// A cell that no spreadsheet takes for a formula.
fn cell_of(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

async fn ask(visit: &Visit) -> Result<(Form, v1::SummarizeFiguresResponse), Box<Response>> {
    if !visit.who().watches() {
        return Err(Box::new(Redirect::to(visit.who().home()).into_response()));
    }
    let mut form = Form::of(visit.query.clone());
    let day = |name: &str| read_day(form.value(name)).map_or_else(String::new, |day| day.to_string());
    let request = v1::SummarizeFiguresRequest {
        departement: form.value("territoire").to_owned(),
        agency: String::new(),
        benefit: form.value("benefit").to_owned(),
        blockage: form.value("blockage").to_owned(),
        since: day("depuis"),
        until: day("jusqu"),
    };
    for name in ["depuis", "jusqu"] {
        if !form.value(name).is_empty() && read_day(form.value(name)).is_none() {
            form.wrong(name, visit.page.t("console-wrong-day"));
        }
    }
    if form.is_wrong() {
        return Ok((form, v1::SummarizeFiguresResponse::default()));
    }
    match visit.client.summarize_figures(request).await {
        Ok(answer) => Ok((form, answer)),
        Err(error) if !error.violations.is_empty() => {
            form.refused(
                visit.page.lang,
                &error.violations,
                &[("since", "depuis"), ("until", "jusqu")],
            );
            Ok((form, v1::SummarizeFiguresResponse::default()))
        }
        Err(error) => Err(Box::new(Failure::of(error).into_page(visit.page.clone()))),
    }
}

fn lead(page: &Page, board: &v1::SummarizeFiguresResponse) -> String {
    if board.since.is_empty() {
        return String::new();
    }
    let period = page.t2(
        "cli-board-period",
        "since",
        page.day(&board.since),
        "until",
        page.day(&board.until),
    );
    let moment = board
        .as_of
        .and_then(time)
        .map(|time| page.moment(&time))
        .unwrap_or_default();
    format!("{period}. {}", page.t1("console-board-as-of", "moment", &moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell_of("=1+1"), "'=1+1");
        assert_eq!(cell_of("\t=1+1"), "'\t=1+1");
        assert_eq!(cell_of("12,5 %"), "12,5 %");
    }
}
