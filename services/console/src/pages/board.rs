//! The board of a territory: each figure says its finding first, then shows its bars inside a table, with its definition, its
//! time, and the numbers as a file.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_proto::v1;
use declic_words::Family;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::cases::time;
use super::new::read_day;
use crate::failure::{Failure, render};
use crate::form::Form;
use crate::options::Choice;
use crate::page::Page;
use crate::people;
use crate::visit::Visit;

/// One line of a figure.
pub struct Row {
    /// What is measured.
    pub label: String,
    /// The value, as people read it.
    pub value: String,
    /// How long its bar is, in per cent; none without a bar.
    pub bar: Option<String>,
    /// Further values, under the further headings.
    pub more: Vec<String>,
}

/// One figure.
pub struct Figure {
    /// Its name.
    pub title: String,
    /// What it says, in one sentence; empty where too little is known.
    pub finding: String,
    /// Heading of its values.
    pub heading: String,
    /// Further headings.
    pub more: Vec<String>,
    /// Its lines.
    pub rows: Vec<Row>,
    /// The version of its definition.
    pub definition: String,
}

impl Figure {
    /// Whether its lines have bars.
    pub fn has_bars(&self) -> bool {
        self.rows.iter().any(|row| row.bar.is_some())
    }
}

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
    };
    render(StatusCode::OK, &shown)
}

/// The numbers of the board, for a spreadsheet: semicolons, a heading in French, a byte-order mark.
pub async fn csv(visit: Visit) -> Response {
    let answer = match ask(&visit).await {
        Ok((_, answer)) => answer,
        Err(refused) => return *refused,
    };
    let mut text = String::from("\u{feff}figure;ligne;valeur;version\r\n");
    for figure in figures(&visit.page, &answer) {
        for row in &figure.rows {
            let cells = [&figure.title, &row.label, &row.value, &figure.definition].map(|cell| cell_of(cell));
            text.push_str(&cells.join(";"));
            text.push_str("\r\n");
        }
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"tableau-de-bord.csv\"",
        ),
    ];
    (headers, text).into_response()
}

/// A cell that no spreadsheet takes for a formula.
fn cell_of(text: &str) -> String {
    let safe = match text.starts_with(['=', '+', '-', '@']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match safe.contains([';', '"', '\n', '\r']) {
        true => format!("\"{}\"", safe.replace('"', "\"\"")),
        false => safe,
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

/// The figures that come first.
fn tiles(page: &Page, board: &v1::SummarizeFiguresResponse) -> Vec<(String, String)> {
    let mut tiles = Vec::new();
    for duration in &board.durations {
        let name = page.t(&format!("cli-figure-{}", figure_of(&duration.definition)));
        tiles.push((name, quantile(page, duration, duration.median.as_ref())));
    }
    if let Some(open) = board.backlog.as_ref().and_then(|backlog| backlog.open) {
        tiles.push((page.t("console-board-open"), open.to_string()));
    }
    if let Some(rate) = board
        .redirects
        .as_ref()
        .and_then(|redirects| redirects.redirected_per_1000)
    {
        tiles.push((page.t("console-board-redirected"), percent(page, rate)));
    }
    tiles
}

fn figures(page: &Page, board: &v1::SummarizeFiguresResponse) -> Vec<Figure> {
    let mut figures = Vec::new();
    figures.extend(durations(page, board));
    if let Some(backlog) = &board.backlog {
        for (name, list) in [
            ("lateness", &backlog.lateness),
            ("holder", &backlog.holders),
            ("age", &backlog.ages),
        ] {
            let rows: Vec<(String, i64)> = list
                .iter()
                .map(|one| (page.t(&format!("cli-{name}-{}", one.kind)), one.tickets))
                .collect();
            let title = page.t(&format!("console-board-{name}"));
            figures.extend(counted(page, title, &rows, &backlog.definition));
        }
    }
    if let Some(spent) = &board.time_spent {
        let seconds = |part: &v1::TimePart| part.time.map_or(0, |time| time.seconds);
        let whole: i64 = spent.parts.iter().map(seconds).sum();
        let most = spent
            .parts
            .iter()
            .max_by_key(|part| seconds(part))
            .filter(|_| whole > 0);
        let row = |part: &v1::TimePart| {
            let share = i32::try_from(seconds(part) * 1_000 / whole.max(1)).unwrap_or(1_000);
            Row {
                label: page.label(Family::ClockPart, &part.part),
                value: percent(page, share),
                bar: Some(tenths(share)),
                more: vec![days(page, seconds(part))],
            }
        };
        if let Some(most) = most {
            let share = i32::try_from(seconds(most) * 1_000 / whole).unwrap_or(1_000);
            figures.push(Figure {
                title: page.t("cli-figure-time-spent"),
                finding: page.t2(
                    "console-board-most-time",
                    "share",
                    percent(page, share),
                    "part",
                    page.label(Family::ClockPart, &most.part),
                ),
                heading: page.t("table-share"),
                more: vec![page.t("table-days")],
                rows: spent.parts.iter().map(row).collect(),
                definition: spent.definition.clone(),
            });
        }
    }
    figures.extend(causes(page, board));
    if let Some(redirects) = &board.redirects {
        let rows: Vec<(String, i64)> = redirects
            .first_reasons
            .iter()
            .map(|one| {
                let code = one.reason().as_str_name().trim_start_matches("REDIRECT_REASON_");
                (page.label(Family::RedirectReason, code), one.redirects)
            })
            .collect();
        figures.extend(counted(
            page,
            page.t("console-board-first-reasons"),
            &rows,
            &redirects.definition,
        ));
    }
    if let Some(effects) = &board.effects {
        let rows: Vec<(String, i64)> = effects
            .effects
            .iter()
            .map(|one| {
                let code = one.effect().as_str_name().trim_start_matches("EFFECT_");
                (page.label(Family::Effect, code), one.tickets)
            })
            .collect();
        figures.extend(counted(
            page,
            page.t("console-board-effects"),
            &rows,
            &effects.definition,
        ));
    }
    figures
}

fn durations(page: &Page, board: &v1::SummarizeFiguresResponse) -> Option<Figure> {
    let first = board.durations.first()?;
    let row = |figure: &v1::DurationFigure| Row {
        label: page.t(&format!("cli-figure-{}", figure_of(&figure.definition))),
        value: quantile(page, figure, figure.median.as_ref()),
        bar: None,
        more: vec![
            quantile(page, figure, figure.nine_in_ten.as_ref()),
            figure
                .within_target_per_1000
                .map_or_else(String::new, |rate| percent(page, rate)),
            figure
                .observed
                .map_or_else(String::new, |count| count.to_string()),
        ],
    };
    let within = board
        .durations
        .iter()
        .find_map(|figure| figure.within_target_per_1000);
    Some(Figure {
        title: page.t("cli-board-durations"),
        finding: within.map_or_else(String::new, |rate| {
            page.t1("console-board-within", "rate", percent(page, rate))
        }),
        heading: page.t("table-half"),
        more: ["nine-in-ten", "within-target", "observed"]
            .map(|name| page.t(&format!("table-{name}")))
            .into(),
        rows: board.durations.iter().map(row).collect(),
        definition: first.definition.clone(),
    })
}

fn causes(page: &Page, board: &v1::SummarizeFiguresResponse) -> Option<Figure> {
    let causes = board.causes.as_ref().filter(|causes| !causes.causes.is_empty())?;
    let most = causes
        .causes
        .iter()
        .map(|cause| cause.tickets)
        .max()
        .unwrap_or(1)
        .max(1);
    let row = |cause: &v1::CauseCount| {
        let blockage = match cause.blockage.as_str() {
            "" => page.t("cli-board-no-blockage"),
            code => page.blockage(code),
        };
        Row {
            label: format!(
                "{blockage}, {}, {}",
                page.benefit(&cause.benefit),
                people::agency(&cause.agency)
            ),
            value: cause.tickets.to_string(),
            bar: Some(tenths(
                i32::try_from(cause.tickets * 1_000 / most).unwrap_or(1_000),
            )),
            more: vec![percent(page, cause.cumulated_per_1000)],
        }
    };
    let third = causes.causes.get(2).or(causes.causes.last())?;
    let count = causes.causes.len().min(3);
    Some(Figure {
        title: page.t("cli-figure-causes"),
        finding: declic_words::text(
            page.lang,
            "console-board-most-causes",
            &[
                (
                    "count",
                    declic_words::Arg::Number(i64::try_from(count).unwrap_or(3)),
                ),
                (
                    "share",
                    declic_words::Arg::Text(&percent(page, third.cumulated_per_1000)),
                ),
            ],
        ),
        heading: page.t("table-tickets"),
        more: vec![page.t("table-cumulated")],
        rows: causes.causes.iter().take(12).map(row).collect(),
        definition: causes.definition.clone(),
    })
}

/// A figure of counts, whose finding is its largest line.
fn counted(page: &Page, title: String, rows: &[(String, i64)], definition: &str) -> Option<Figure> {
    let (label, most) = rows.iter().max_by_key(|(_, count)| *count)?;
    let whole: i64 = rows.iter().map(|(_, count)| count).sum();
    let row = |(label, count): &(String, i64)| Row {
        label: label.clone(),
        value: count.to_string(),
        bar: Some(tenths(
            i32::try_from(count * 1_000 / (*most).max(1)).unwrap_or(1_000),
        )),
        more: Vec::new(),
    };
    let finding = page.t2(
        "console-board-largest",
        "what",
        label,
        "count",
        format!("{most}/{whole}"),
    );
    Some(Figure {
        title,
        finding,
        heading: page.t("table-tickets"),
        more: Vec::new(),
        rows: rows.iter().map(row).collect(),
        definition: definition.to_owned(),
    })
}

/// "time-to-resolve" of "time-to-resolve/1".
fn figure_of(definition: &str) -> &str {
    definition.split('/').next().unwrap_or(definition)
}

fn quantile(page: &Page, figure: &v1::DurationFigure, quantile: Option<&v1::Quantile>) -> String {
    let Some(quantile) = quantile else {
        return page.t("cli-board-few");
    };
    match &quantile.time {
        None if quantile.not_reached => page.t("cli-board-not-reached"),
        None => page.t("cli-board-few"),
        Some(time) if figure_of(&figure.definition) == "person-wait" => days(page, time.seconds),
        Some(time) => declic_words::when::hours(page, time.seconds),
    }
}

fn days(page: &Page, seconds: i64) -> String {
    let tenths = seconds / 8_640;
    let args = [
        ("days", declic_words::Arg::Number(tenths / 10)),
        ("tenth", declic_words::Arg::Text(&(tenths % 10).to_string())),
    ];
    declic_words::text(page.lang, "cli-board-days", &args)
}

fn percent(page: &Page, per_1000: i32) -> String {
    let tenth = (per_1000 % 10).to_string();
    let args = [
        ("whole", declic_words::Arg::Number(i64::from(per_1000 / 10))),
        ("tenth", declic_words::Arg::Text(&tenth)),
    ];
    declic_words::text(page.lang, "cli-board-percent", &args)
}

/// "23.4" of 234 of a thousand: how long a bar is, in per cent.
fn tenths(per_1000: i32) -> String {
    format!("{}.{}", per_1000 / 10, per_1000 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_its_line() {
        assert_eq!(cell_of("=1+1"), "'=1+1");
        assert_eq!(cell_of("a;b \"c\""), "\"a;b \"\"c\"\"\"");
        assert_eq!(cell_of("12,5 %"), "12,5 %");
    }
}
