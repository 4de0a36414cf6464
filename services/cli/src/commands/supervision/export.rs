//! The board for other programs.

use declic_proto::v1;
use serde_json::{Value, json};

use crate::view::{self, bare};

/// As one object. What is not told is `null`, or not in its list.
pub fn as_json(asked: &v1::SummarizeFiguresRequest, board: &v1::SummarizeFiguresResponse) -> Value {
    let moment = |time| view::time(time).map(|time| time.to_string());
    let backlog = board.backlog.clone().unwrap_or_default();
    let spent = board.time_spent.clone().unwrap_or_default();
    let redirects = board.redirects.clone().unwrap_or_default();
    let causes = board.causes.clone().unwrap_or_default();
    let effects = board.effects.clone().unwrap_or_default();
    let requests = board.information_requests.clone().unwrap_or_default();
    let reopenings = board.reopenings.clone().unwrap_or_default();
    json!({
        "departement": asked.departement,
        "agency": asked.agency,
        "benefit": asked.benefit,
        "blockage": asked.blockage,
        "since": board.since,
        "until": board.until,
        "as_of": moment(board.as_of),
        "tickets": board.tickets,
        "durations": board.durations.iter().map(duration).collect::<Vec<_>>(),
        "backlog": {
            "definition": backlog.definition,
            "open": backlog.open,
            "ages": kinds(&backlog.ages),
            "holders": kinds(&backlog.holders),
            "reception_definition": backlog.reception_definition,
            "receptions": kinds(&backlog.receptions),
            "lateness_definition": backlog.lateness_definition,
            "lateness": kinds(&backlog.lateness),
            "late_by": backlog.late_by.as_ref().map(duration),
        },
        "time_spent": {
            "definition": spent.definition,
            "parts": spent.parts.iter().map(|part| json!({
                "part": part.part,
                "seconds": part.time.map(|time| time.seconds),
            })).collect::<Vec<_>>(),
        },
        "redirects": {
            "definition": redirects.definition,
            "redirected_per_1000": redirects.redirected_per_1000,
            "first_reasons": redirects.first_reasons.iter().map(|one| json!({
                "reason": bare(one.reason().as_str_name(), "REDIRECT_REASON_"),
                "redirects": one.redirects,
            })).collect::<Vec<_>>(),
        },
        "causes": {
            "definition": causes.definition,
            "causes": causes.causes.iter().map(|one| json!({
                "blockage": one.blockage,
                "benefit": one.benefit,
                "agency": one.agency,
                "tickets": one.tickets,
                "cumulated_per_1000": one.cumulated_per_1000,
            })).collect::<Vec<_>>(),
            "others": causes.others,
        },
        "effects": {
            "definition": effects.definition,
            "effects": effects.effects.iter().map(|one| json!({
                "effect": bare(one.effect().as_str_name(), "EFFECT_"),
                "tickets": one.tickets,
            })).collect::<Vec<_>>(),
            "unconfirmed_definition": effects.unconfirmed_definition,
            "unconfirmed_per_1000": effects.unconfirmed_per_1000,
        },
        "information_requests": {
            "definition": requests.definition,
            "requests_per_1000": requests.requests_per_1000,
            "asked_per_1000": requests.asked_per_1000,
        },
        "reopenings": {
            "definition": reopenings.definition,
            "reopened_per_1000": reopenings.reopened_per_1000,
        },
        "rises": board.rises.as_ref().map(rises),
    })
}

fn rises(figure: &v1::RiseFigure) -> Value {
    json!({
        "definition": figure.definition,
        "since": figure.since,
        "until": figure.until,
        "rises": figure.rises.iter().map(|one| json!({
            "agency": one.agency,
            "blockage": one.blockage,
            "tickets": one.tickets,
            "tickets_before": one.tickets_before,
        })).collect::<Vec<_>>(),
    })
}

fn duration(figure: &v1::DurationFigure) -> Value {
    let (median, nine_in_ten) = (
        figure.median.unwrap_or_default(),
        figure.nine_in_ten.unwrap_or_default(),
    );
    json!({
        "definition": figure.definition,
        "observed": figure.observed,
        "done": figure.done,
        "median_s": median.time.map(|time| time.seconds),
        "median_not_reached": median.not_reached,
        "nine_in_ten_s": nine_in_ten.time.map(|time| time.seconds),
        "nine_in_ten_not_reached": nine_in_ten.not_reached,
        "within_target_per_1000": figure.within_target_per_1000,
    })
}

fn kinds(counts: &[v1::TicketCount]) -> Vec<Value> {
    let counts = counts
        .iter()
        .map(|one| json!({ "kind": one.kind, "tickets": one.tickets }));
    counts.collect()
}

/// One figure a line: its definition, what of it, for which kind, the value, its unit. What is not told has no line.
pub fn as_csv(asked: &v1::SummarizeFiguresRequest, board: &v1::SummarizeFiguresResponse) -> String {
    let mut lines = Lines("definition,figure,kind,value,unit\n".to_owned());
    for (name, value) in [
        ("since", &board.since),
        ("until", &board.until),
        ("departement", &asked.departement),
        ("agency", &asked.agency),
        ("benefit", &asked.benefit),
        ("blockage", &asked.blockage),
    ] {
        lines.add(["", name, "", value, ""]);
    }
    let as_of = view::time(board.as_of).map(|time| time.to_string());
    lines.add(["", "as-of", "", &as_of.unwrap_or_default(), ""]);
    lines.count(
        "",
        "tickets",
        "",
        Some(board.tickets).filter(|tickets| *tickets > 0),
    );
    for figure in &board.durations {
        lines.duration(figure);
    }
    if let Some(backlog) = &board.backlog {
        lines.count(&backlog.definition, "open", "", backlog.open);
        for (name, list) in [("age", &backlog.ages), ("holder", &backlog.holders)] {
            for one in list {
                lines.count(&backlog.definition, name, &one.kind, Some(one.tickets));
            }
        }
        for one in &backlog.receptions {
            lines.count(
                &backlog.reception_definition,
                "reception",
                &one.kind,
                Some(one.tickets),
            );
        }
        for one in &backlog.lateness {
            lines.count(
                &backlog.lateness_definition,
                "lateness",
                &one.kind,
                Some(one.tickets),
            );
        }
        if let Some(late) = &backlog.late_by {
            lines.duration(late);
        }
    }
    for part in board.time_spent.iter().flat_map(|spent| &spent.parts) {
        let definition = board.time_spent.as_ref().map_or("", |spent| &spent.definition);
        let seconds = part.time.map_or(0, |time| time.seconds).to_string();
        lines.add([definition, "time", &part.part, &seconds, "s"]);
    }
    if let Some(redirects) = &board.redirects {
        let definition = &redirects.definition;
        lines.per_1000(definition, "redirected", redirects.redirected_per_1000);
        for one in &redirects.first_reasons {
            let reason = bare(one.reason().as_str_name(), "REDIRECT_REASON_");
            lines.count(definition, "first-reason", reason, Some(one.redirects));
        }
    }
    if let Some(causes) = &board.causes {
        for one in &causes.causes {
            let cause = [one.blockage.as_str(), &one.benefit, view::slug(&one.agency)].join("|");
            lines.count(&causes.definition, "cause", &cause, Some(one.tickets));
        }
        let others = Some(causes.others).filter(|others| *others > 0);
        lines.count(&causes.definition, "other-causes", "", others);
    }
    for one in board.effects.iter().flat_map(|effects| &effects.effects) {
        let definition = board.effects.as_ref().map_or("", |effects| &effects.definition);
        let effect = bare(one.effect().as_str_name(), "EFFECT_");
        lines.count(definition, "effect", effect, Some(one.tickets));
    }
    lines.exchanges(board);
    lines.0
}

/// Lines of a table. Codes and numbers only: none of them needs a quote.
struct Lines(String);

impl Lines {
    fn add(&mut self, cells: [&str; 5]) {
        if !cells[3].is_empty() {
            let cells = cells.map(|cell| cell.replace([',', '"', '\n', '\r'], " "));
            self.0.push_str(&cells.join(","));
            self.0.push('\n');
        }
    }

    fn count(&mut self, definition: &str, name: &str, kind: &str, count: Option<i64>) {
        let value = count.map_or_else(String::new, |count| count.to_string());
        self.add([definition, name, kind, &value, "tickets"]);
    }

    fn exchanges(&mut self, board: &v1::SummarizeFiguresResponse) {
        if let Some(effects) = &board.effects {
            let definition = &effects.unconfirmed_definition;
            self.per_1000(definition, "unconfirmed", effects.unconfirmed_per_1000);
        }
        if let Some(figure) = &board.information_requests {
            self.per_1000(&figure.definition, "requests", figure.requests_per_1000);
            self.per_1000(&figure.definition, "asked", figure.asked_per_1000);
        }
        if let Some(figure) = &board.reopenings {
            self.per_1000(&figure.definition, "reopened", figure.reopened_per_1000);
        }
        if let Some(figure) = &board.rises {
            self.add([&figure.definition, "rises-since", "", &figure.since, ""]);
            self.add([&figure.definition, "rises-until", "", &figure.until, ""]);
            for one in &figure.rises {
                let rise = [one.blockage.as_str(), view::slug(&one.agency)].join("|");
                self.count(&figure.definition, "rise", &rise, Some(one.tickets));
                self.count(&figure.definition, "rise-before", &rise, one.tickets_before);
            }
        }
    }

    fn per_1000(&mut self, definition: &str, name: &str, per_1000: Option<i32>) {
        let value = per_1000.map_or_else(String::new, |value| value.to_string());
        self.add([definition, name, "", &value, "per-1000"]);
    }

    fn duration(&mut self, figure: &v1::DurationFigure) {
        let definition = &figure.definition;
        self.count(definition, "observed", "", figure.observed);
        self.count(definition, "done", "", figure.done);
        for (name, quantile) in [("median", &figure.median), ("nine-in-ten", &figure.nine_in_ten)] {
            let Some(quantile) = quantile else { continue };
            let value = match &quantile.time {
                Some(time) => time.seconds.to_string(),
                None if quantile.not_reached => "not-reached".to_owned(),
                None => String::new(),
            };
            self.add([definition, name, "", &value, "s"]);
        }
        self.per_1000(definition, "within-target", figure.within_target_per_1000);
    }
}
