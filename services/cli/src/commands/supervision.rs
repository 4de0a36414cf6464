//! `declic supervision board`: how long people wait, and why.

use declic_proto::v1;
use declic_words::{Arg, Family, figures};

use crate::args::{AskBoard, SupervisionCommand};
use crate::failure::Failure;
use crate::names;
use crate::screen::{Manner, Screen};
use crate::settings::Settings;
use crate::table::Table;
use crate::view::{self, bare};
use declic_words::when;

mod export;

/// Runs it.
pub async fn run(
    command: SupervisionCommand,
    settings: &Settings,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let SupervisionCommand::Board(asked) = command;
    let lang = screen.manner.lang;
    let request = request(&asked);
    let board = settings.client(lang)?.summarize_figures(request.clone()).await;
    let board = board.map_err(|error| Failure::of_call(lang, &error))?;
    if screen.manner.json {
        return screen.show_json(&export::as_json(&request, &board));
    }
    let page = match asked.csv {
        true => export::as_csv(&request, &board),
        false => page(&screen.manner, &request, &board),
    };
    screen.show(&page)
}

fn request(asked: &AskBoard) -> v1::SummarizeFiguresRequest {
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |day| day.to_string());
    v1::SummarizeFiguresRequest {
        departement: asked.territory.clone(),
        agency: names::agency(&asked.agency),
        benefit: asked.benefit.clone(),
        blockage: asked.blockage.clone(),
        since: day(asked.since),
        until: day(asked.until),
    }
}

fn page(
    manner: &Manner,
    asked: &v1::SummarizeFiguresRequest,
    board: &v1::SummarizeFiguresResponse,
) -> String {
    let mut page = head(manner, asked, board);
    if board.tickets == 0 {
        return page + "\n" + &line(manner, "cli-board-too-few", &[]);
    }
    page.push_str(&durations(manner, &board.durations));
    if let Some(backlog) = &board.backlog {
        page.push_str(&self::backlog(manner, backlog));
    }
    if let Some(spent) = &board.time_spent {
        page.push_str(&time_spent(manner, spent));
    }
    if let Some(redirects) = &board.redirects {
        page.push_str(&self::redirects(manner, redirects));
    }
    page.push_str(&exchanges(manner, board));
    if let Some(causes) = &board.causes {
        page.push_str(&self::causes(manner, causes));
    }
    if let Some(rises) = &board.rises {
        page.push_str(&self::rises(manner, rises));
    }
    if let Some(effects) = &board.effects {
        let rows = effects.effects.iter().map(|one| {
            let code = bare(one.effect().as_str_name(), "EFFECT_");
            (manner.label(Family::Effect, code), one.tickets)
        });
        page.push_str(&counts(manner, &effects.definition, "effect", rows));
        if let Some(per_1000) = effects.unconfirmed_per_1000 {
            let rate = figures::share(manner.lang, per_1000);
            page.push_str(&line(
                manner,
                "cli-board-unconfirmed",
                &[("rate", Arg::Text(&rate))],
            ));
        }
    }
    page.push('\n');
    page + &line(manner, "cli-board-small", &[])
}

fn head(
    manner: &Manner,
    asked: &v1::SummarizeFiguresRequest,
    board: &v1::SummarizeFiguresResponse,
) -> String {
    let (since, until) = (when::day(manner, &board.since), when::day(manner, &board.until));
    let period = [("since", Arg::Text(&since)), ("until", Arg::Text(&until))];
    let mut page = manner.heading(&manner.text("cli-board-period", &period)) + "\n";
    for (key, value) in [
        ("cli-board-departement", asked.departement.as_str()),
        ("cli-board-agency", view::slug(&asked.agency)),
        ("cli-board-benefit", &asked.benefit),
        ("cli-board-blockage", &asked.blockage),
    ] {
        if !value.is_empty() {
            page.push_str(&line(manner, key, &[("value", Arg::Text(value))]));
        }
    }
    if let Some(moment) = view::time(board.as_of) {
        let moment = when::moment(manner, moment);
        let args = [
            ("count", Arg::Number(board.tickets)),
            ("moment", Arg::Text(&moment)),
        ];
        let key = match board.tickets {
            0 => "cli-board-as-of",
            _ => "cli-board-tickets",
        };
        page.push_str(&line(manner, key, &args));
    }
    page
}

fn durations(manner: &Manner, durations: &[v1::DurationFigure]) -> String {
    let headings = [
        "measure",
        "half",
        "nine-in-ten",
        "within-target",
        "done",
        "observed",
    ];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    for figure in durations {
        table.row([
            manner.text(&format!("cli-figure-{}", figure_of(&figure.definition)), &[]),
            quantile(manner, &figure.definition, figure.median.as_ref()),
            quantile(manner, &figure.definition, figure.nine_in_ten.as_ref()),
            figure
                .within_target_per_1000
                .map_or_else(String::new, |per_1000| figures::share(manner.lang, per_1000)),
            count(figure.done),
            count(figure.observed),
        ]);
    }
    if durations.is_empty() {
        return String::new();
    }
    section(manner, "cli-board-durations", &[]) + &table.to_text(manner)
}

fn backlog(manner: &Manner, backlog: &v1::BacklogFigure) -> String {
    let mut page = match backlog.open {
        Some(open) => section(manner, "cli-board-open", &[("count", Arg::Number(open))]),
        None => section(manner, "cli-board-open-too-few", &[]),
    };
    for (heading, list) in [
        ("lateness", &backlog.lateness),
        ("holder", &backlog.holders),
        ("reception", &backlog.receptions),
        ("age", &backlog.ages),
    ] {
        let rows = list.iter().map(|one| {
            (
                manner.text(&format!("cli-{heading}-{}", one.kind), &[]),
                one.tickets,
            )
        });
        if !list.is_empty() {
            page.push_str(&table(manner, heading, rows));
        }
    }
    if let Some(late) = &backlog.late_by {
        let half = quantile(manner, &late.definition, late.median.as_ref());
        page.push_str(&line(manner, "cli-board-late-by", &[("half", Arg::Text(&half))]));
    }
    page
}

fn time_spent(manner: &Manner, spent: &v1::TimeSpentFigure) -> String {
    let seconds = |part: &v1::TimePart| part.time.map_or(0, |time| time.seconds);
    let whole: i64 = spent.parts.iter().map(seconds).sum();
    if whole == 0 {
        return String::new();
    }
    let headings = ["part", "share-of-shown", "days"];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    for part in &spent.parts {
        let per_1000 = i32::try_from(seconds(part).saturating_mul(1_000) / whole).unwrap_or(1_000);
        table.row([
            manner.text(&format!("clock-part-{}", part.part), &[]),
            figures::share(manner.lang, per_1000),
            figures::days(manner.lang, seconds(part)),
        ]);
    }
    section(manner, "cli-figure-time-spent", &[]) + &table.to_text(manner)
}

fn redirects(manner: &Manner, redirects: &v1::RedirectFigure) -> String {
    let Some(per_1000) = redirects.redirected_per_1000 else {
        return String::new();
    };
    let rate = figures::share(manner.lang, per_1000);
    let rows = redirects.first_reasons.iter().map(|one| {
        let code = bare(one.reason().as_str_name(), "REDIRECT_REASON_");
        (manner.label(Family::RedirectReason, code), one.redirects)
    });
    let mut page = section(manner, "cli-board-redirected", &[("rate", Arg::Text(&rate))]);
    if !redirects.first_reasons.is_empty() {
        page.push_str(&table(manner, "first-reason", rows));
    }
    page
}

/// What agencies asked for, and what came back to them.
fn exchanges(manner: &Manner, board: &v1::SummarizeFiguresResponse) -> String {
    let mut lines = String::new();
    if let Some(figure) = &board.information_requests
        && let (Some(requests), Some(asked)) = (figure.requests_per_1000, figure.asked_per_1000)
    {
        let (requests, asked) = (
            figures::tenths(manner.lang, requests),
            figures::share(manner.lang, asked),
        );
        let args = [("requests", Arg::Text(&requests)), ("asked", Arg::Text(&asked))];
        lines.push_str(&line(manner, "cli-board-requests", &args));
    }
    if let Some(reopened) = board.reopenings.as_ref().and_then(|one| one.reopened_per_1000) {
        let rate = figures::share(manner.lang, reopened);
        lines.push_str(&line(manner, "cli-board-reopened", &[("rate", Arg::Text(&rate))]));
    }
    match lines.is_empty() {
        true => lines,
        false => section(manner, "cli-board-exchanges", &[]) + &lines,
    }
}

/// What came far oftener than it used to, in a week.
fn rises(manner: &Manner, figure: &v1::RiseFigure) -> String {
    let (since, until) = (when::day(manner, &figure.since), when::day(manner, &figure.until));
    let days = [("since", Arg::Text(&since)), ("until", Arg::Text(&until))];
    let page = section(manner, "cli-board-rises", &days);
    if figure.rises.is_empty() {
        return page + &line(manner, "cli-board-no-rises", &[]);
    }
    let headings = ["blockage", "agency", "tickets", "usual"];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    for rise in &figure.rises {
        let usual = match rise.tickets_before {
            None => manner.text("cli-board-few", &[]),
            Some(before) => figures::tenths(manner.lang, i32::try_from(before * 10 / 8).unwrap_or(i32::MAX)),
        };
        table.row([
            blockage(manner, &rise.blockage),
            view::slug(&rise.agency).to_owned(),
            rise.tickets.to_string(),
            usual,
        ]);
    }
    page + &table.to_text(manner)
}

fn blockage(manner: &Manner, code: &str) -> String {
    match code {
        "" => manner.text("cli-board-no-blockage", &[]),
        code => manner.label(Family::Blockage, code),
    }
}

fn causes(manner: &Manner, causes: &v1::CauseFigure) -> String {
    let headings = ["blockage", "benefit", "agency", "tickets", "cumulated"];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    for cause in &causes.causes {
        table.row([
            blockage(manner, &cause.blockage),
            cause.benefit.clone(),
            view::slug(&cause.agency).to_owned(),
            cause.tickets.to_string(),
            figures::share(manner.lang, cause.cumulated_per_1000),
        ]);
    }
    let mut page = section(manner, "cli-figure-causes", &[]);
    if !causes.causes.is_empty() {
        page.push_str(&table.to_text(manner));
    }
    if causes.others > 0 {
        page.push_str(&line(
            manner,
            "cli-board-other-causes",
            &[("count", Arg::Number(causes.others))],
        ));
    }
    page
}

fn counts(
    manner: &Manner,
    definition: &str,
    heading: &str,
    rows: impl Iterator<Item = (String, i64)>,
) -> String {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return String::new();
    }
    section(manner, &format!("cli-figure-{}", figure_of(definition)), &[]) + &table(manner, heading, rows)
}

fn table(manner: &Manner, heading: &str, rows: impl Iterator<Item = (String, i64)>) -> String {
    let headings = [heading, "tickets"];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    for (what, tickets) in rows {
        table.row([what, tickets.to_string()]);
    }
    table.to_text(manner)
}

fn section(manner: &Manner, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
    format!("\n{}\n", manner.heading(&manner.text(key, args)))
}

fn line(manner: &Manner, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
    manner.text(key, args) + "\n"
}

/// "time-to-resolve" of "time-to-resolve/1".
fn figure_of(definition: &str) -> &str {
    definition.split('/').next().unwrap_or(definition)
}

/// Business time in hours, the person's own in days; what is not known is said, and what is too few left out.
fn quantile(manner: &Manner, definition: &str, quantile: Option<&v1::Quantile>) -> String {
    let Some(quantile) = quantile else {
        return String::new();
    };
    match &quantile.time {
        None if quantile.not_reached => manner.text("cli-board-not-reached", &[]),
        None => manner.text("cli-board-few", &[]),
        Some(time) if figure_of(definition) == "person-wait" => figures::days(manner.lang, time.seconds),
        Some(time) => {
            let (hours, minutes) = (time.seconds / 3_600, time.seconds / 60 % 60);
            let minutes = format!("{minutes:02}");
            let args = [("hours", Arg::Number(hours)), ("minutes", Arg::Text(&minutes))];
            manner.text("cli-board-hours", &args)
        }
    }
}

fn count(count: Option<i64>) -> String {
    count.map_or_else(String::new, |count| count.to_string())
}

#[cfg(test)]
mod tests;
