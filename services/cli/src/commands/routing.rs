//! `declic routing …`: where a case would go, and why. Needs no hub, but for what is counted there: the rules are in the
//! program.

use std::io::BufReader;

use declic_proto::v1;
use declic_routing::{Ruleset, Territory};
use declic_words::{Arg, Family};
use serde_json::{Value, json};

use super::{misroutes, rules, rulesets};
use crate::args::{Explain, RoutingCommand};
use crate::case_file::{AgriculturalStatus, Facts, Regime, Stage};
use crate::explain::{Answer, Oracle, each_line};
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::settings::Settings;
use crate::table::Table;
use crate::{case_page, view};

/// Runs it.
pub async fn run(command: RoutingCommand, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    match command {
        RoutingCommand::Explain(explain) => self::explain(*explain, settings, screen).await,
        RoutingCommand::Rules { command: None } => rules::print(screen),
        RoutingCommand::Rules {
            command: Some(command),
        } => rulesets::run(command, settings, screen).await,
        RoutingCommand::Replay { case } => rulesets::replay(&case, settings, screen).await,
        RoutingCommand::Check(options) => rules::check_rules(&options, screen),
        RoutingCommand::Rehearse(options) => rules::rehearse(&options, screen),
        RoutingCommand::Misroutes { since } => misroutes::run(since, settings, screen).await,
        RoutingCommand::Communes { query, limit } => communes(query, limit, settings, screen).await,
    }
}

async fn explain(explain: Explain, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let read;
    let oracle = match &explain.rules {
        None if settings.hub_asked => Oracle::Hub(settings.client(lang)?),
        None => Oracle::Here {
            today: rules::today(screen),
            rules: Ruleset::embedded(),
        },
        Some(path) => {
            read = rules::read(path, screen)?;
            Oracle::Here {
                today: rules::today(screen),
                rules: &read,
            }
        }
    };
    if let Some(path) = &explain.input {
        let place = path.display().to_string();
        let reading = if place == "-" {
            each_line(std::io::stdin().lock(), &oracle, lang, |answer| {
                tell(screen, answer)
            })
            .await?
        } else {
            let file = std::fs::File::open(path).map_err(|error| Failure::of_io(lang, &place, &error))?;
            each_line(BufReader::new(file), &oracle, lang, |answer| tell(screen, answer)).await?
        };
        if !reading.ignored.is_empty() {
            let fields = reading.ignored.into_iter().collect::<Vec<_>>().join(", ");
            let told = screen
                .manner
                .text("cli-explain-ignored", &[("fields", Arg::Text(&fields))]);
            screen.say(&told);
        }
        return if reading.unread == 0 {
            Ok(())
        } else {
            let count = Arg::Number(i64::try_from(reading.unread).unwrap_or(i64::MAX));
            Err(Failure::new(
                Exit::Usage,
                screen.manner.text("cli-explain-unread", &[("count", count)]),
            ))
        };
    }
    let answer = oracle.decide(None, facts(explain), lang).await?;
    if screen.manner.json {
        return screen.show_json(&answer);
    }
    let page = page(screen, answer);
    screen.show(&page)
}

/// One line of the answer: for people, id, outcome and where it goes.
fn tell(screen: &mut Screen, answer: Result<Answer, Failure>) -> Result<(), Failure> {
    match answer {
        Ok(answer) if screen.manner.json => screen.show_json(&answer),
        Ok(answer) => {
            let outcome = screen.manner.label(Family::RoutingOutcome, &answer.outcome);
            let id = answer
                .id
                .map(|id| json!(id))
                .map(|id| id.as_str().map_or(id.to_string(), str::to_owned));
            let bodies = if answer.agencies.is_empty() {
                answer.candidates
            } else {
                answer.agencies
            };
            let line = format!("{}\t{outcome}\t{}\n", id.unwrap_or_default(), bodies.join(" "));
            screen.show(&crate::screen::plain(&line.replace('\t', "  ")))
        }
        Err(failure) => {
            screen.complain(&failure);
            Ok(())
        }
    }
}

fn page(screen: &Screen, answer: Answer) -> String {
    let manner = &screen.manner;
    let territory = Territory::embedded();
    let mut page = manner.heading(&manner.label(Family::RoutingOutcome, &answer.outcome));
    page.push('\n');
    let bodies = answer.agencies.iter().chain(&answer.candidates);
    for slug in bodies {
        let name = territory
            .agency(slug)
            .map_or(slug.as_str(), |agency| agency.name_fr);
        page.push_str(&format!("  {name} ({slug})\n"));
    }
    let decision = view::Decision {
        outcome: "",
        agencies: Vec::new(),
        candidates: Vec::new(),
        question: answer.question,
        ruleset: answer.ruleset,
        rules: Vec::new(),
        reasons: answer.reasons,
        would_change: answer.would_change,
        explained: answer.explained,
    };
    page + &case_page::decision(manner, &decision) + "\n"
}

fn facts(explain: Explain) -> Facts {
    let regime = explain.regime.map(v1::Regime::from).and_then(Regime::of);
    Facts {
        commune: explain.commune.unwrap_or_default(),
        regime: regime.unwrap_or(Regime::Unknown),
        benefit: explain.benefit.unwrap_or_default(),
        blockage: explain.blockage,
        stage: explain.stage.map(v1::Stage::from).and_then(Stage::of),
        relief_domicile: explain.relief_domicile,
        elected_domicile: explain.elected_domicile,
        paying_body: explain.paying_body,
        seized_body: explain.seized_body,
        agricultural_status: explain
            .agricultural_status
            .map(v1::AgriculturalStatus::from)
            .and_then(AgriculturalStatus::of),
        local_scheme: explain.local_scheme,
        has_basic_pension: explain.has_basic_pension,
        special_scheme: explain.special_scheme,
        life_event: explain.life_event,
        on_date: explain.on_date,
    }
}

async fn communes(
    query: String,
    limit: u32,
    settings: &Settings,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let found = if settings.hub_asked {
        let client = settings.client(screen.manner.lang)?;
        let page_size = i32::try_from(limit).unwrap_or(i32::MAX);
        let answer = client
            .search_communes(v1::SearchCommunesRequest { query, page_size })
            .await;
        let answer = answer.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
        answer.communes
    } else {
        embedded_communes(&query, limit as usize)
    };
    if screen.manner.json {
        let communes: Vec<Value> = found
            .into_iter()
            .map(|commune| {
                json!({
                    "code": commune.code,
                    "display_name": commune.display_name,
                    "departement": commune.departement,
                    "postal_codes": commune.postal_codes,
                    "population": commune.population,
                })
            })
            .collect();
        return screen.show_json(&json!({ "communes": communes }));
    }
    let manner = &screen.manner;
    if found.is_empty() {
        return Err(Failure::new(Exit::NotFound, manner.text("cli-no-commune", &[])));
    }
    let headings = ["code", "commune", "departement", "postal-codes"];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    for commune in found {
        table.row([
            commune.code,
            commune.display_name,
            commune.departement,
            commune.postal_codes.join(" "),
        ]);
    }
    let page = table.to_text(manner);
    screen.show(&page)
}

fn embedded_communes(query: &str, limit: usize) -> Vec<v1::Commune> {
    let hits = Territory::embedded().search(query, limit);
    hits.into_iter()
        .map(|hit| v1::Commune {
            code: hit.commune.code.to_owned(),
            display_name: hit.commune.name.to_owned(),
            departement: hit.commune.departement.to_owned(),
            postal_codes: hit.commune.postal_codes().map(str::to_owned).collect(),
            population: i64::from(hit.commune.population),
        })
        .collect()
}
