//! The figures of a board as pages show them: the finding, the lines, what each is made of.

use declic_proto::v1;
use declic_words::figures::{days, share, tenths};
use declic_words::{Arg, Family};

use crate::page::Page;
use crate::people;

/// Causes shown.
const CAUSES: usize = 12;

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
    /// The version of its definition, where it is not that of the figure.
    pub definition: Option<String>,
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
    /// What it counts, in words.
    pub fn defined(&self, page: &Page) -> String {
        page.t(&format!("console-definition-{}", name_of(&self.definition)))
    }

    /// Whether its lines have bars.
    pub fn has_bars(&self) -> bool {
        self.rows.iter().any(|row| row.bar.is_some())
    }
}

impl Row {
    fn new(label: String, value: String) -> Self {
        Self {
            label,
            value,
            bar: None,
            more: Vec::new(),
            definition: None,
        }
    }

    /// Same, with a bar of so many of a thousand, from 0 to 1,000.
    fn bar(self, per_1000: i64) -> Self {
        let bar = Some(format!("{}.{}", per_1000 / 10, per_1000 % 10));
        Self { bar, ..self }
    }

    fn more(self, more: Vec<String>) -> Self {
        Self { more, ..self }
    }
}

/// The figures that come first.
pub fn tiles(page: &Page, board: &v1::SummarizeFiguresResponse) -> Vec<(String, String)> {
    let mut tiles = Vec::new();
    for duration in &board.durations {
        let name = page.t(&format!("cli-figure-{}", name_of(&duration.definition)));
        tiles.push((name, quantile(page, duration, duration.median.as_ref())));
    }
    if let Some(open) = board.backlog.as_ref().and_then(|backlog| backlog.open) {
        tiles.push((page.t("console-board-open"), open.to_string()));
    }
    let redirected = board.redirects.as_ref();
    if let Some(rate) = redirected.and_then(|redirects| redirects.redirected_per_1000) {
        tiles.push((page.t("console-board-redirected"), share(page.lang, rate)));
    }
    tiles
}

/// All that is known, in the order in which a supervisor asks: how long, what is late, where time goes, why.
pub fn figures(page: &Page, board: &v1::SummarizeFiguresResponse) -> Vec<Figure> {
    let mut figures = Vec::new();
    figures.extend(durations(page, board));
    if let Some(backlog) = &board.backlog {
        figures.extend(self::backlog(page, backlog));
    }
    figures.extend(
        board
            .time_spent
            .as_ref()
            .and_then(|spent| time_spent(page, spent)),
    );
    figures.extend(board.causes.as_ref().and_then(|found| causes(page, found)));
    figures.extend(board.rises.as_ref().map(|found| rises(page, found)));
    figures.extend(board.redirects.as_ref().and_then(|found| redirects(page, found)));
    figures.extend(exchanges(page, board));
    figures.extend(board.effects.as_ref().and_then(|found| effects(page, found)));
    figures
}

fn durations(page: &Page, board: &v1::SummarizeFiguresResponse) -> Option<Figure> {
    let first = board.durations.first()?;
    let row = |figure: &v1::DurationFigure| {
        let name = page.t(&format!("cli-figure-{}", name_of(&figure.definition)));
        let within = figure.within_target_per_1000;
        let row = Row::new(name, quantile(page, figure, figure.median.as_ref())).more(vec![
            quantile(page, figure, figure.nine_in_ten.as_ref()),
            within.map_or_else(String::new, |rate| share(page.lang, rate)),
            figure
                .observed
                .map_or_else(String::new, |count| count.to_string()),
        ]);
        let definition = Some(figure.definition.clone());
        Row { definition, ..row }
    };
    let mut known = board
        .durations
        .iter()
        .filter_map(|figure| Some((figure, figure.within_target_per_1000?)));
    let within = known.next();
    Some(Figure {
        title: page.t("cli-board-durations"),
        finding: within.map_or_else(String::new, |(figure, rate)| {
            let name = page.t(&format!("cli-figure-{}", name_of(&figure.definition)));
            page.t2(
                "console-board-within",
                "what",
                name,
                "rate",
                share(page.lang, rate),
            )
        }),
        heading: page.t("console-board-half"),
        more: ["nine-in-ten", "within-target", "counted"]
            .map(|name| page.t(&format!("console-board-{name}")))
            .into(),
        rows: board.durations.iter().map(row).collect(),
        definition: first.definition.clone(),
    })
}

fn backlog(page: &Page, backlog: &v1::BacklogFigure) -> Vec<Figure> {
    let lists = [
        ("lateness", &backlog.lateness, &backlog.lateness_definition),
        ("holder", &backlog.holders, &backlog.definition),
        ("reception", &backlog.receptions, &backlog.reception_definition),
        ("age", &backlog.ages, &backlog.definition),
    ];
    let figure = |(name, list, definition): (&str, &Vec<v1::TicketCount>, &String)| {
        let kind = |one: &v1::TicketCount| (page.t(&format!("cli-{name}-{}", one.kind)), one.tickets);
        let rows: Vec<(String, i64)> = list.iter().map(kind).collect();
        counted(page, page.t(&format!("console-board-{name}")), &rows, definition)
    };
    lists.into_iter().filter_map(figure).collect()
}

fn time_spent(page: &Page, spent: &v1::TimeSpentFigure) -> Option<Figure> {
    let seconds = |part: &v1::TimePart| part.time.map_or(0, |time| time.seconds);
    let whole: i64 = spent.parts.iter().map(seconds).sum();
    let most = spent.parts.iter().max_by_key(|part| seconds(part));
    let most = most.filter(|_| whole > 0)?;
    let per_1000 =
        |part: &v1::TimePart| i32::try_from(seconds(part).saturating_mul(1_000) / whole).unwrap_or(1_000);
    let row = |part: &v1::TimePart| {
        let per_1000 = per_1000(part);
        Row::new(
            page.label(Family::ClockPart, &part.part),
            share(page.lang, per_1000),
        )
        .bar(per_1000.into())
        .more(vec![days(page.lang, seconds(part))])
    };
    Some(Figure {
        title: page.t("cli-figure-time-spent"),
        finding: page.t2(
            "console-board-most-time",
            "share",
            share(page.lang, per_1000(most)),
            "part",
            page.label(Family::ClockPart, &most.part),
        ),
        heading: page.t("console-board-share"),
        more: vec![page.t("console-board-days")],
        rows: spent.parts.iter().map(row).collect(),
        definition: spent.definition.clone(),
    })
}

fn causes(page: &Page, found: &v1::CauseFigure) -> Option<Figure> {
    let most = found.causes.iter().map(|cause| cause.tickets).max()?.max(1);
    let row = |cause: &v1::CauseCount| {
        let label = format!(
            "{}, {}, {}",
            blockage(page, &cause.blockage),
            page.benefit(&cause.benefit),
            people::agency(&cause.agency)
        );
        Row::new(label, cause.tickets.to_string())
            .bar(cause.tickets * 1_000 / most)
            .more(vec![share(page.lang, cause.cumulated_per_1000)])
    };
    let third = found.causes.get(2).or(found.causes.last())?;
    let count = i64::try_from(found.causes.len().min(3)).unwrap_or(3);
    let together = share(page.lang, third.cumulated_per_1000);
    let args = [("count", Arg::Number(count)), ("share", Arg::Text(&together))];
    Some(Figure {
        title: page.t("cli-figure-causes"),
        finding: declic_words::text(page.lang, "console-board-most-causes", &args),
        heading: page.t("console-board-tickets"),
        more: vec![page.t("console-board-cumulated")],
        rows: found.causes.iter().take(CAUSES).map(row).collect(),
        definition: found.definition.clone(),
    })
}

/// What came far oftener than it used to, in a week.
fn rises(page: &Page, found: &v1::RiseFigure) -> Figure {
    let row = |rise: &v1::Rise| {
        let usual = match rise.tickets_before {
            None => page.t("cli-board-few"),
            // Of 8 weeks.
            Some(before) => tenths(page.lang, i32::try_from(before * 10 / 8).unwrap_or(i32::MAX)),
        };
        let label = format!(
            "{}, {}",
            blockage(page, &rise.blockage),
            people::agency(&rise.agency)
        );
        Row::new(label, rise.tickets.to_string()).more(vec![usual])
    };
    let (since, until) = (page.day(&found.since), page.day(&found.until));
    Figure {
        title: page.t2("cli-board-rises", "since", since, "until", until),
        finding: match found.rises.is_empty() {
            true => page.t("cli-board-no-rises"),
            false => page.n("console-board-rising", found.rises.len()),
        },
        heading: page.t("console-board-tickets"),
        more: vec![page.t("console-board-usual")],
        rows: found.rises.iter().map(row).collect(),
        definition: found.definition.clone(),
    }
}

fn redirects(page: &Page, found: &v1::RedirectFigure) -> Option<Figure> {
    let reason = |one: &v1::RedirectReasonCount| {
        let code = one.reason().as_str_name().trim_start_matches("REDIRECT_REASON_");
        (page.label(Family::RedirectReason, code), one.redirects)
    };
    let rows: Vec<(String, i64)> = found.first_reasons.iter().map(reason).collect();
    counted(
        page,
        page.t("console-board-first-reasons"),
        &rows,
        &found.definition,
    )
}

/// What agencies asked for, what came back to them, and what nobody confirmed.
fn exchanges(page: &Page, board: &v1::SummarizeFiguresResponse) -> Option<Figure> {
    let requests = board.information_requests.as_ref();
    let reopened = board.reopenings.as_ref().and_then(|one| one.reopened_per_1000);
    let unconfirmed = board.effects.as_ref().and_then(|one| one.unconfirmed_per_1000);
    let rate = |name: &str, rate: Option<i32>| {
        let row = |rate: i32| {
            Row::new(page.t(&format!("console-board-{name}")), share(page.lang, rate)).bar(rate.into())
        };
        rate.map(row)
    };
    let asked = requests.and_then(|one| one.asked_per_1000);
    let rows = [
        rate("asked", asked),
        rate("reopened", reopened),
        rate("unconfirmed", unconfirmed),
    ];
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    if rows.is_empty() {
        return None;
    }
    let asked = requests.and_then(|one| one.requests_per_1000);
    Some(Figure {
        title: page.t("cli-board-exchanges"),
        finding: asked.map_or_else(String::new, |rate| {
            page.t1("console-board-requests", "requests", tenths(page.lang, rate))
        }),
        heading: page.t("console-board-share"),
        more: Vec::new(),
        rows,
        definition: requests.map_or_else(String::new, |one| one.definition.clone()),
    })
}

fn effects(page: &Page, found: &v1::EffectFigure) -> Option<Figure> {
    let effect = |one: &v1::EffectCount| {
        let code = one.effect().as_str_name().trim_start_matches("EFFECT_");
        (page.label(Family::Effect, code), one.tickets)
    };
    let rows: Vec<(String, i64)> = found.effects.iter().map(effect).collect();
    counted(page, page.t("console-board-effects"), &rows, &found.definition)
}

/// A figure of counts, whose finding is its largest line.
fn counted(page: &Page, title: String, rows: &[(String, i64)], definition: &str) -> Option<Figure> {
    let (label, most) = rows.iter().max_by_key(|(_, count)| *count)?;
    let whole: i64 = rows.iter().map(|(_, count)| count).sum();
    let row = |(label, count): &(String, i64)| {
        Row::new(label.clone(), count.to_string()).bar(count * 1_000 / (*most).max(1))
    };
    Some(Figure {
        title,
        finding: page.t2(
            "console-board-largest",
            "what",
            label,
            "count",
            format!("{most}/{whole}"),
        ),
        heading: page.t("console-board-tickets"),
        more: Vec::new(),
        rows: rows.iter().map(row).collect(),
        definition: definition.to_owned(),
    })
}

fn blockage(page: &Page, code: &str) -> String {
    match code {
        "" => page.t("cli-board-no-blockage"),
        code => page.blockage(code),
    }
}

/// "time-to-resolve" of "time-to-resolve/1".
fn name_of(definition: &str) -> &str {
    definition.split('/').next().unwrap_or(definition)
}

fn quantile(page: &Page, figure: &v1::DurationFigure, quantile: Option<&v1::Quantile>) -> String {
    let Some(quantile) = quantile else {
        return page.t("cli-board-few");
    };
    match &quantile.time {
        None if quantile.not_reached => page.t("cli-board-not-reached"),
        None => page.t("cli-board-few"),
        Some(time) if name_of(&figure.definition) == "person-wait" => days(page.lang, time.seconds),
        Some(time) => declic_words::when::hours(page, time.seconds),
    }
}
