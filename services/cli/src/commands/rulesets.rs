//! `declic routing rules …` and `declic routing replay`: the rules that a hub keeps, and decisions made again by them.

use declic_client::Client;
use declic_proto::v1;
use declic_runtime::{Ids as _, SystemIds};
use declic_words::{Arg, Family};
use serde_json::{Value, json};

mod as_json;

use as_json::{change_json, finding_json, places_json, replay_json, ruleset_json, simulation_json};

use super::rules::remarks;
use super::{pages, tell_more, typed_text};
use crate::args::{ActivateRules, ProposeRules, RulesCommand, Sending};
use crate::failure::{Failure, same_intention};
use crate::names::{TicketRef, number_of};
use crate::screen::Screen;
use crate::settings::Settings;
use crate::table::Table;
use crate::view::{bare, time};
use declic_words::when;

/// The most rulesets that a name is looked for in.
const MOST: u32 = 10_000;
/// Digits of a hash that people are shown.
const SHOWN: usize = 12;

/// Runs it.
pub async fn run(command: RulesCommand, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let client = settings.client(screen.manner.lang)?;
    match command {
        RulesCommand::Propose(options) => propose(&client, options, screen).await,
        RulesCommand::List { changes: true, limit } => changes(&client, limit, screen).await,
        RulesCommand::List { limit, .. } => list(&client, limit, screen).await,
        RulesCommand::Show { ruleset, file } => show(&client, &ruleset, file, screen).await,
        RulesCommand::Simulate {
            ruleset,
            cases,
            on_date,
        } => simulate(&client, &ruleset, cases, on_date, screen).await,
        RulesCommand::Activate(options) => activate(&client, options, screen).await,
        RulesCommand::Rollback { reason, sending } => roll_back(&client, reason, sending, screen).await,
    }
}

async fn propose(client: &Client, options: ProposeRules, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let place = options.file.display().to_string();
    let text =
        std::fs::read_to_string(&options.file).map_err(|error| Failure::of_io(lang, &place, &error))?;
    let id = options.request_id.unwrap_or_else(|| SystemIds.random());
    let request = v1::ProposeRulesetRequest {
        request_id: id.to_string(),
        text,
        reason: typed_text(options.reason, screen)?,
        validate_only: options.dry_run,
    };
    let answer = client.propose_ruleset(request).await;
    let answer = answer.map_err(|error| Failure::of_command(lang, &error, &same_intention(id, None, "")))?;
    let ruleset = answer.ruleset.unwrap_or_default();
    if screen.manner.json {
        let mut told = ruleset_json(&ruleset);
        told["already_there"] = json!(answer.already_there);
        return screen.show_json(&told);
    }
    let key = match (options.dry_run, answer.already_there) {
        (true, _) => "cli-ruleset-checked",
        (false, true) => "cli-ruleset-known",
        (false, false) => "cli-ruleset-proposed",
    };
    let said = screen
        .manner
        .text(key, &[("version", Arg::Text(&ruleset.version))]);
    let (faults, others): (Vec<_>, Vec<_>) =
        ruleset.findings.into_iter().partition(|finding| finding.forbids);
    let mut page = format!("{said}\n{}", findings(&faults, screen));
    if !others.is_empty() {
        page.push_str(&screen.manner.text("cli-ruleset-remarks", &[]));
        page.push('\n');
    }
    screen.show(&page)
}

async fn list(client: &Client, limit: u32, screen: &mut Screen) -> Result<(), Failure> {
    let (rulesets, in_force, more) = read_list(client, limit, screen).await?;
    if screen.manner.json {
        let rulesets: Vec<Value> = rulesets.iter().map(ruleset_json).collect();
        return screen.show_json(&json!({ "rulesets": rulesets, "in_force": places_json(&in_force) }));
    }
    let headings = ["ruleset", "decides", "proposed-by", "since"];
    let mut table = Table::new(headings.map(|name| screen.manner.text(&format!("table-{name}"), &[])));
    for ruleset in &rulesets {
        let since = time(ruleset.propose_time).map(|time| when::moment(&screen.manner, time));
        let by = match ruleset.proposed_by.strip_prefix("members/") {
            Some(member) => member.to_owned(),
            None => screen.manner.text("cli-ruleset-of-the-program", &[]),
        };
        table.row([
            ruleset.version.clone(),
            where_it_decides(ruleset, &in_force, screen),
            by,
            since.unwrap_or_default(),
        ]);
    }
    let page = table.to_text(&screen.manner) + "\n" + &state(&in_force, screen);
    screen.show(&page)?;
    tell_more(screen, more, limit);
    Ok(())
}

async fn changes(client: &Client, limit: u32, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let read = async |page_size, page_token| {
        let request = v1::ListRulesetChangesRequest {
            page_size,
            page_token,
        };
        let answer = client.list_ruleset_changes(request).await;
        let answer = answer.map_err(|error| Failure::of_call(lang, &error))?;
        Ok((answer.changes, answer.next_page_token))
    };
    let (changes, more) = pages(limit, read).await?;
    if screen.manner.json {
        let changes: Vec<Value> = changes.iter().map(change_json).collect();
        return screen.show_json(&json!({ "changes": changes }));
    }
    let headings = [
        "number",
        "since",
        "done",
        "by",
        "ruleset",
        "departement",
        "reason",
    ];
    let mut table = Table::new(headings.map(|name| screen.manner.text(&format!("table-{name}"), &[])));
    for change in &changes {
        let kind = bare(change.kind().as_str_name(), "RULESET_CHANGE_KIND_");
        let since = time(change.time).map(|time| when::moment(&screen.manner, time));
        table.row([
            change.number.to_string(),
            since.unwrap_or_default(),
            screen.manner.label(Family::RulesetChangeKind, kind),
            change.actor.trim_start_matches("members/").to_owned(),
            short(&change.ruleset).to_owned(),
            change.departements.join(", "),
            change.reason.clone(),
        ]);
    }
    let page = table.to_text(&screen.manner);
    screen.show(&page)?;
    tell_more(screen, more, limit);
    Ok(())
}

async fn show(client: &Client, typed: &str, file: bool, screen: &mut Screen) -> Result<(), Failure> {
    let (name, in_force) = found(client, typed, screen).await?;
    let answer = client.get_ruleset(v1::GetRulesetRequest { name }).await;
    let answer = answer.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
    let ruleset = answer.ruleset.unwrap_or_default();
    if file {
        return screen.show(&answer.text);
    }
    if screen.manner.json {
        let mut told = ruleset_json(&ruleset);
        told["text"] = json!(answer.text);
        return screen.show_json(&told);
    }
    let decides = where_it_decides(&ruleset, &in_force, screen);
    let lines = [
        ruleset.version.clone(),
        ruleset.name.clone(),
        decides,
        ruleset.reason.clone(),
    ];
    let mut page = String::new();
    for line in lines.iter().filter(|line| !line.is_empty()) {
        page.push_str(line);
        page.push('\n');
    }
    page.push_str(&findings(&ruleset.findings, screen));
    screen.show(&page)
}

async fn simulate(
    client: &Client,
    typed: &str,
    most_cases: i32,
    on_date: Option<jiff::civil::Date>,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let (name, _) = found(client, typed, screen).await?;
    let request = v1::SimulateRulesetRequest {
        name,
        most_cases,
        on_date: on_date.map(|day| day.to_string()).unwrap_or_default(),
    };
    let answer = client.simulate_ruleset(request).await;
    let answer = answer.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
    if screen.manner.json {
        return screen.show_json(&simulation_json(&answer));
    }
    let args = [
        ("version", Arg::Text(answer.ruleset.as_str())),
        ("cases", Arg::Number(answer.cases)),
        ("moved", Arg::Number(answer.moved)),
        ("reworded", Arg::Number(answer.reworded)),
    ];
    let mut page = screen.manner.text("cli-simulation", &args);
    page.push('\n');
    if answer.others_move {
        page.push_str(&screen.manner.text("cli-simulation-others", &[]));
        page.push('\n');
    }
    let headings = ["departement", "benefit", "from", "to", "cases"];
    let mut table = Table::new(headings.map(|name| screen.manner.text(&format!("table-{name}"), &[])));
    for made in &answer.moves {
        let cells = [&made.departement, &made.benefit, &made.from, &made.to].map(Clone::clone);
        table.row(cells.into_iter().chain([made.cases.to_string()]));
    }
    if !answer.moves.is_empty() {
        page.push_str(&table.to_text(&screen.manner));
    }
    screen.show(&page)
}

async fn activate(client: &Client, options: ActivateRules, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let reason = typed_text(options.reason, screen)?;
    let (name, in_force) = found(client, &options.ruleset, screen).await?;
    let id = options.sending.request_id.unwrap_or_else(|| SystemIds.random());
    let request = v1::ActivateRulesetRequest {
        request_id: id.to_string(),
        name,
        etag: as_read(options.sending.etag, &in_force, screen)?,
        reason,
        departements: options.departement,
        override_reason: options.override_reason.unwrap_or_default(),
    };
    let again = same_intention(id, None, &request.etag);
    let answer = client.activate_ruleset(request).await;
    let answer = answer.map_err(|error| Failure::of_command(lang, &error, &again))?;
    done(answer.in_force.unwrap_or_default(), &answer.findings, screen)
}

/// The state that its author has read: a change on another one could undo what a colleague has just done.
fn as_read(etag: Option<String>, in_force: &v1::RulesInForce, screen: &Screen) -> Result<String, Failure> {
    etag.ok_or_else(|| {
        let args = [("etag", Arg::Text(&in_force.etag))];
        Failure::usage(screen.manner.text("cli-rules-as-read", &args))
    })
}

async fn roll_back(
    client: &Client,
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let reason = typed_text(reason, screen)?;
    let (_, in_force, _) = read_list(client, 1, screen).await?;
    let etag = as_read(sending.etag, &in_force, screen)?;
    let id = sending.request_id.unwrap_or_else(|| SystemIds.random());
    let again = same_intention(id, None, &etag);
    let request = v1::RollbackRulesetRequest {
        request_id: id.to_string(),
        etag,
        reason,
    };
    let answer = client.rollback_ruleset(request).await;
    let answer = answer.map_err(|error| Failure::of_command(lang, &error, &again))?;
    done(answer.in_force.unwrap_or_default(), &[], screen)
}

/// Decides again on a case, or on one ticket of it.
pub async fn replay(typed: &str, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let (case, ticket) = match typed.rsplit_once('/') {
        Some((case, number)) if number.parse::<u32>().is_ok() => (
            case.trim_end_matches("/tickets").to_owned(),
            number_of(typed).or(number.parse().ok()),
        ),
        _ => (typed.to_owned(), None),
    };
    let case = TicketRef::parse(&case).case().unwrap_or(case);
    let request = v1::ReplayRoutingRequest {
        name: case,
        ticket: ticket
            .and_then(|number| i32::try_from(number).ok())
            .unwrap_or_default(),
    };
    let answer = settings.client(lang)?.replay_routing(request).await;
    let answer = answer.map_err(|error| Failure::of_call(lang, &error))?;
    if screen.manner.json {
        let decisions: Vec<Value> = answer.decisions.iter().map(replay_json).collect();
        return screen.show_json(&json!({ "decisions": decisions }));
    }
    let mut page = String::new();
    for decision in &answer.decisions {
        let outcome = bare(decision.outcome().as_str_name(), "REPLAY_OUTCOME_");
        let said = screen.manner.label(Family::ReplayOutcome, outcome);
        let number = number_of(&decision.ticket).unwrap_or_default();
        page.push_str(&format!("{number}  {}  {said}\n", decision.ruleset));
        for field in &decision.differences {
            page.push_str(&format!("   {field}\n"));
        }
    }
    screen.show(&page)
}

/// The name of the ruleset that people type by its version or the beginning of its hash, and what is in force.
async fn found(client: &Client, typed: &str, screen: &Screen) -> Result<(String, v1::RulesInForce), Failure> {
    let (rulesets, in_force, _) = read_list(client, MOST, screen).await?;
    let digits = typed.strip_prefix("rulesets/").unwrap_or(typed);
    let named = |ruleset: &&v1::Ruleset| {
        let (version, hash) = (&ruleset.version, ruleset.name.trim_start_matches("rulesets/"));
        let without_hash = version.split_once('+').is_some_and(|(before, _)| before == typed);
        version == typed || without_hash || (digits.len() >= 6 && hash.starts_with(digits))
    };
    let mut named = rulesets.iter().filter(named);
    let args = [("given", Arg::Text(typed))];
    match (named.next(), named.next()) {
        (Some(one), None) => Ok((one.name.clone(), in_force)),
        (Some(_), Some(_)) => Err(Failure::usage(screen.manner.text("cli-ruleset-several", &args))),
        (None, _) => Err(Failure::usage(screen.manner.text("cli-ruleset-none", &args))),
    }
}

async fn read_list(
    client: &Client,
    limit: u32,
    screen: &Screen,
) -> Result<(Vec<v1::Ruleset>, v1::RulesInForce, bool), Failure> {
    let lang = screen.manner.lang;
    let mut in_force = v1::RulesInForce::default();
    let read = async |page_size, page_token| {
        let answer = client
            .list_rulesets(v1::ListRulesetsRequest {
                page_size,
                page_token,
            })
            .await;
        let answer = answer.map_err(|error| Failure::of_call(lang, &error))?;
        in_force = answer.in_force.unwrap_or_default();
        Ok((answer.rulesets, answer.next_page_token))
    };
    let (rulesets, more) = pages(limit, read).await?;
    Ok((rulesets, in_force, more))
}

fn done(
    in_force: v1::RulesInForce,
    findings: &[v1::RulesetFinding],
    screen: &mut Screen,
) -> Result<(), Failure> {
    if screen.manner.json {
        let findings: Vec<Value> = findings.iter().map(finding_json).collect();
        return screen.show_json(&json!({ "in_force": places_json(&in_force), "findings": findings }));
    }
    let everywhere = if in_force.everywhere.is_empty() {
        screen.manner.text("cli-ruleset-of-the-program", &[])
    } else {
        short(&in_force.everywhere).to_owned()
    };
    let mut page = screen
        .manner
        .text("cli-rules-in-force", &[("ruleset", Arg::Text(&everywhere))]);
    page.push('\n');
    for own in &in_force.departements {
        page.push_str(&format!("  {}  {}\n", own.departement, short(&own.ruleset)));
    }
    page.push_str(&state(&in_force, screen));
    screen.show(&page)
}

/// What a later change has to name.
fn state(in_force: &v1::RulesInForce, screen: &Screen) -> String {
    let args = [("etag", Arg::Text(&in_force.etag))];
    screen.manner.text("cli-rules-state", &args) + "\n"
}

fn where_it_decides(ruleset: &v1::Ruleset, in_force: &v1::RulesInForce, screen: &Screen) -> String {
    let is_this = |name: &str| name == ruleset.name || (name.is_empty() && ruleset.embedded);
    let mut places = Vec::new();
    if ruleset.unreadable {
        places.push(screen.manner.text("cli-ruleset-unreadable", &[]));
    }
    if is_this(&in_force.everywhere) {
        places.push(screen.manner.text("cli-rules-everywhere", &[]));
    }
    let own = in_force.departements.iter().filter(|own| is_this(&own.ruleset));
    places.extend(own.map(|own| own.departement.clone()));
    places.join(", ")
}

fn findings(findings: &[v1::RulesetFinding], screen: &Screen) -> String {
    let mut page = String::new();
    for finding in findings {
        let mark = if finding.forbids { "✗" } else { "·" };
        let line = match finding.line {
            0 => String::new(),
            line => {
                let args = [("line", Arg::Number(line.into()))];
                format!("{} ", screen.manner.text("cli-rules-line", &args))
            }
        };
        let about: Vec<_> = finding
            .about
            .iter()
            .map(|part| (part.name.clone(), part.value.clone()))
            .collect();
        let told = remarks::sentence(&screen.manner, &finding.code, &about);
        let told = told.unwrap_or_else(|| finding.what.clone());
        page.push_str(&format!("{mark} {line}{told}\n"));
    }
    page
}

/// The first digits of a name, as decisions carry them.
fn short(name: &str) -> &str {
    let digits = name.trim_start_matches("rulesets/");
    digits.get(..SHOWN).unwrap_or(digits)
}
