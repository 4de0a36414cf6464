//! `declic case clock`: where the time of a case went, line by line, for somebody who has never seen it.

use declic_client::Client;
use declic_proto::v1;
use declic_words::when;
use declic_words::{Arg, Family};
use serde_json::{Value, json};

use crate::case_page;
use crate::failure::Failure;
use crate::names::TicketRef;
use crate::screen::{Manner, Screen, WIDTH, plain, wrap};
use crate::table::Table;
use crate::view::{self, bare};

/// Asks for the clocks of a case and shows them.
pub async fn run(client: &Client, typed: String, screen: &mut Screen) -> Result<(), Failure> {
    // Whoever names one of its tickets means the case.
    let name = TicketRef::parse(&typed).case().unwrap_or(typed);
    let answer = client.get_case_clock(v1::GetCaseClockRequest { name }).await;
    let answer = answer.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
    if screen.manner.json {
        return screen.show_json(&as_json(&answer));
    }
    let page = page(&screen.manner, &answer);
    screen.show(&page)
}

fn page(manner: &Manner, answer: &v1::GetCaseClockResponse) -> String {
    let moment = moment(manner, answer.read_time);
    let args = [
        ("reference", Arg::Text(answer.reference.as_str())),
        ("moment", Arg::Text(&moment)),
    ];
    let mut page = manner.heading(&plain(&manner.text("clock-title", &args))) + "\n";
    if let Some(person) = &answer.person {
        page.push_str(&format!("{}\n", of_person(manner, person)));
    }
    for chain in &answer.chains {
        for ticket in &chain.tickets {
            page.push('\n');
            of_ticket(manner, &answer.reference, ticket, &mut page);
        }
        shares(manner, chain, &mut page);
        if let Some(hint) = &chain.legal_hint {
            page.push_str(&format!("\n{}\n", legal(manner, hint)));
        }
    }
    page
}

fn of_person(manner: &Manner, person: &v1::PersonClock) -> String {
    let (from, lasting) = (
        moment(manner, person.start_time),
        when::lasting(manner, person.elapsed_seconds),
    );
    let until = person.end_time.map(|end| moment(manner, Some(end)));
    let mut args = vec![
        ("from", Arg::Text(from.as_str())),
        ("lasting", Arg::Text(&lasting)),
    ];
    match &until {
        None => manner.text("clock-person-waits", &args),
        Some(until) => {
            args.push(("until", Arg::Text(until)));
            manner.text("clock-person-waited", &args)
        }
    }
}

fn of_ticket(manner: &Manner, reference: &str, ticket: &v1::ClockTicket, page: &mut String) {
    let address = format!("{reference}/{}", case_page::short(&ticket.ticket));
    let args = [
        ("ticket", Arg::Text(address.as_str())),
        ("agency", Arg::Text(&ticket.agency_display_name)),
    ];
    let title = plain(&manner.text("page-ticket", &args));
    page.push_str(&format!("{}\n", manner.heading(&title)));
    for (index, epoch) in ticket.epochs.iter().enumerate() {
        if index > 0 {
            let args = [("count", Arg::Number(i64::try_from(index).unwrap_or(i64::MAX)))];
            page.push_str(&format!("  {}\n", manner.text("clock-reopened", &args)));
        }
        for (key, clock) in [
            ("clock-acknowledge", &epoch.acknowledge),
            ("clock-resolve", &epoch.resolve),
        ] {
            if let Some(clock) = clock {
                let label = manner.text(key, &[]);
                for line in indented(&format!("{label} {}", of_agency(manner, clock))) {
                    page.push_str(&line);
                }
            }
        }
    }
    if !ticket.policy.is_empty() {
        let args = [
            ("policy", Arg::Text(ticket.policy.as_str())),
            ("calendar", Arg::Text(&ticket.calendar)),
            ("zone", Arg::Text(&ticket.time_zone)),
        ];
        page.push_str(&format!("  {}\n", plain(&manner.text("clock-rules", &args))));
    }
    let headings = ["starts", "ends", "holder", "counted", "reason"];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    for span in &ticket.spans {
        table.row(row(manner, span));
    }
    page.push_str(&table.to_text(manner));
}

/// Two spaces before the first line, four before those it is folded into.
fn indented(words: &str) -> Vec<String> {
    let lines = wrap(&plain(words), WIDTH - 4).into_iter().enumerate();
    lines
        .map(|(index, line)| format!("{}{line}\n", if index == 0 { "  " } else { "    " }))
        .collect()
}

fn of_agency(manner: &Manner, clock: &v1::AgencyClock) -> String {
    let target = target(manner, &clock.target);
    let due = moment(manner, clock.due_time);
    let (late, left) = (
        when::hours(manner, clock.late_seconds),
        when::hours(manner, clock.remaining_seconds),
    );
    let since = moment(manner, clock.state_time);
    let standing = if clock.late_seconds > 0 { "late" } else { "time" };
    let state = bare(clock.state().as_str_name(), "CLOCK_STATE_").to_lowercase();
    let args = [
        ("late", Arg::Text(late.as_str())),
        ("left", Arg::Text(&left)),
        ("moment", Arg::Text(&since)),
    ];
    let status = manner.text(&format!("clock-{state}-{standing}"), &args);
    let args = [
        ("target", Arg::Text(target.as_str())),
        ("moment", Arg::Text(&due)),
        ("status", Arg::Text(&status)),
    ];
    manner.text("clock-due", &args)
}

/// "10d" and "4h" in words; what is neither is shown as it is.
pub(super) fn target(manner: &Manner, target: &str) -> String {
    let count = |unit: char| target.strip_suffix(unit).and_then(|count| count.parse().ok());
    match (count('d'), count('h')) {
        (Some(days), _) => manner.text("clock-target-days", &[("count", Arg::Number(days))]),
        (_, Some(hours)) => manner.text("clock-target-hours", &[("count", Arg::Number(hours))]),
        _ => plain(target),
    }
}

fn row(manner: &Manner, span: &v1::ClockSpan) -> [String; 5] {
    let stamp = |time| view::time(time).map_or_else(String::new, |time| when::stamp(manner, time));
    let until = match span.end_time {
        Some(_) => stamp(span.end_time),
        None => manner.text("clock-until-now", &[]),
    };
    let counted = match span.counts {
        true => when::hours(manner, span.counted_seconds),
        false => manner.text("clock-not-counted", &[]),
    };
    let holder = span.holder.as_ref();
    let holder = holder.map_or_else(String::new, |holder| holder.display_name.clone());
    let mut why = manner.text(&format!("clock-why-{}", part_key(span.part())), &[]);
    for off in &span.days_off {
        why.push_str(&manner.text("clock-why-join", &[]));
        why.push_str(&day_off(manner, off));
    }
    [stamp(span.start_time), until, holder, counted, why]
}

fn day_off(manner: &Manner, off: &v1::DayOff) -> String {
    let day = when::day(manner, &off.day);
    let args = [
        ("day", Arg::Text(day.as_str())),
        ("holiday", Arg::Text(&off.holiday)),
    ];
    match off.holiday.is_empty() {
        true => manner.text("clock-shut", &args[..1]),
        false => manner.text("clock-holiday", &args),
    }
}

fn shares(manner: &Manner, chain: &v1::ClockChain, page: &mut String) {
    if chain.shares.is_empty() {
        return;
    }
    let headings = ["time-part", "lasted", "share"];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    let row = |label: String, seconds: i64| {
        let minutes = |seconds: i64| (seconds + 30) / 60;
        let whole = minutes(chain.whole_seconds).max(1);
        let percent = (minutes(seconds) * 100 + whole / 2) / whole;
        let percent = manner.text("clock-percent", &[("percent", Arg::Number(percent))]);
        [label, when::lasting(manner, seconds), percent]
    };
    for share in &chain.shares {
        let code = bare(share.part().as_str_name(), "CLOCK_PART_");
        table.row(row(manner.label(Family::ClockPart, code), share.seconds));
    }
    let whole = if chain.partial {
        "clock-whole-partial"
    } else {
        "clock-whole"
    };
    table.row(row(manner.text(whole, &[]), chain.whole_seconds));
    page.push_str(&format!("\n{}", table.to_text(manner)));
}

fn legal(manner: &Manner, hint: &v1::LegalHint) -> String {
    let delay = match hint.months {
        0 => manner.text(
            "clock-clear-days",
            &[("count", Arg::Number(hint.clear_days.into()))],
        ),
        months => manner.text("clock-months", &[("count", Arg::Number(months.into()))]),
    };
    let effect = manner.label(
        Family::SilenceEffect,
        bare(hint.effect().as_str_name(), "SILENCE_EFFECT_"),
    );
    let (from, until) = (
        when::day(manner, &hint.from_day),
        when::day(manner, &hint.until_day),
    );
    let source = match hint.source.as_str() {
        "" => manner.text("clock-no-source", &[]),
        source => plain(source),
    };
    let args = [
        ("from", Arg::Text(from.as_str())),
        ("until", Arg::Text(&until)),
        ("delay", Arg::Text(&delay)),
        ("effect", Arg::Text(&effect)),
        ("source", Arg::Text(&source)),
        ("version", Arg::Text(&hint.version)),
        ("suspended", Arg::Number(hint.suspended_days.into())),
    ];
    let key = if hint.suspended_days > 0 {
        "clock-legal-suspended"
    } else {
        "clock-legal"
    };
    let args = if hint.suspended_days > 0 {
        &args[..]
    } else {
        &args[..6]
    };
    let words = manner.text(key, args);
    wrap(&plain(&words), WIDTH).join("\n")
}

fn part_key(part: v1::ClockPart) -> String {
    bare(part.as_str_name(), "CLOCK_PART_")
        .to_lowercase()
        .replace('_', "-")
}

fn moment(manner: &Manner, time: Option<prost_types::Timestamp>) -> String {
    view::time(time).map_or_else(String::new, |time| when::moment(manner, time))
}

fn as_json(answer: &v1::GetCaseClockResponse) -> Value {
    let person = answer.person.as_ref().map(|person| {
        json!({
            "start_time": instant(person.start_time),
            "end_time": instant(person.end_time),
            "elapsed_seconds": person.elapsed_seconds,
        })
    });
    json!({
        "case": answer.case,
        "reference": answer.reference,
        "read_time": instant(answer.read_time),
        "person": person,
        "chains": answer.chains.iter().map(chain_json).collect::<Vec<_>>(),
    })
}

fn chain_json(chain: &v1::ClockChain) -> Value {
    let shares = chain.shares.iter().map(
        |share| json!({ "part": bare(share.part().as_str_name(), "CLOCK_PART_"), "seconds": share.seconds }),
    );
    let hint = chain.legal_hint.as_ref().map(|hint| {
        json!({
            "from_day": hint.from_day,
            "until_day": hint.until_day,
            "months": hint.months,
            "clear_days": hint.clear_days,
            "suspended_days": hint.suspended_days,
            "effect": bare(hint.effect().as_str_name(), "SILENCE_EFFECT_"),
            "source": hint.source,
            "version": hint.version,
        })
    });
    json!({
        "tickets": chain.tickets.iter().map(ticket_json).collect::<Vec<_>>(),
        "shares": shares.collect::<Vec<_>>(),
        "whole_seconds": chain.whole_seconds,
        "partial": chain.partial,
        "legal_hint": hint,
    })
}

fn ticket_json(ticket: &v1::ClockTicket) -> Value {
    let epochs = ticket.epochs.iter().map(|epoch| {
        json!({
            "epoch": epoch.epoch,
            "acknowledge": epoch.acknowledge.as_ref().map(clock_json),
            "resolve": epoch.resolve.as_ref().map(clock_json),
        })
    });
    let spans = ticket.spans.iter().map(|span| {
        let off = span
            .days_off
            .iter()
            .map(|off| json!({ "day": off.day, "holiday": off.holiday }));
        json!({
            "start_time": instant(span.start_time),
            "end_time": instant(span.end_time),
            "epoch": span.epoch,
            "part": bare(span.part().as_str_name(), "CLOCK_PART_"),
            "holder": span.holder.as_ref().map(|holder| holder.party.clone()),
            "counts": span.counts,
            "counted_seconds": span.counted_seconds,
            "seconds": span.seconds,
            "days_off": off.collect::<Vec<_>>(),
        })
    });
    json!({
        "ticket": ticket.ticket,
        "agency": ticket.agency,
        "policy": ticket.policy,
        "calendar": ticket.calendar,
        "time_zone": ticket.time_zone,
        "epochs": epochs.collect::<Vec<_>>(),
        "spans": spans.collect::<Vec<_>>(),
    })
}

fn clock_json(clock: &v1::AgencyClock) -> Value {
    json!({
        "target": clock.target,
        "start_time": instant(clock.start_time),
        "warning_time": instant(clock.warning_time),
        "due_time": instant(clock.due_time),
        "state": bare(clock.state().as_str_name(), "CLOCK_STATE_"),
        "state_time": instant(clock.state_time),
        "remaining_seconds": clock.remaining_seconds,
        "late_seconds": clock.late_seconds,
    })
}

fn instant(time: Option<prost_types::Timestamp>) -> Option<String> {
    view::time(time).map(|time| time.to_string())
}

#[cfg(test)]
mod tests;
