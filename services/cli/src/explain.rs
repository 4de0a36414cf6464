//! `routing explain`: facts in, one JSON object a line; decisions out, one a line, in the same order. Nothing is held
//! but the line being read.

use std::collections::BTreeSet;
use std::io::BufRead;

use declic_client::Client;
use declic_proto::v1;
use declic_routing::explanation::explain;
use declic_routing::{Explanation, FactErrors, FactProblem, LONGEST_FACT, RawFacts, Ruleset, route};
use declic_words::{Arg, Lang, text};
use jiff::civil::Date;
use serde::Serialize;

use crate::case_file::{AgriculturalStatus, Facts, Regime, Stage};
use crate::explain_line::{self, Id};
use crate::failure::{Exit, Failure};
use crate::strict_json::MAX_BYTES;
use crate::view::{self, Explained};

/// A line printed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub id: Option<Id>,
    pub outcome: String,
    pub agencies: Vec<String>,
    pub candidates: Vec<String>,
    pub question: Option<String>,
    pub ruleset: String,
    pub reasons: Vec<String>,
    pub would_change: Vec<String>,
    #[serde(flatten)]
    pub explained: Explained,
}

/// How a reading of lines ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// How many lines could not be read.
    pub unread: u64,
    /// Fields that no rule knows, on the lines that were answered without them.
    pub ignored: BTreeSet<String>,
}

/// Who answers.
pub enum Oracle<'r> {
    /// Rules that are here, read on this day unless the facts say another.
    Here { today: Date, rules: &'r Ruleset },
    /// The rules of a hub.
    Hub(Client),
}

impl Oracle<'_> {
    /// Where these facts lead. Facts that cannot be read are a failure with [`Exit::Usage`].
    pub async fn decide(&self, id: Option<Id>, facts: Facts, lang: Lang) -> Result<Answer, Failure> {
        match self {
            Self::Here { today, rules } => {
                let facts = declic_routing::Facts::parse(&raw(facts), *today)
                    .map_err(|errors| unreadable(&errors, lang))?;
                let decision = route(&facts, rules);
                let explanation = explain(&facts, rules, &decision);
                Ok(embedded(id, decision, explanation))
            }
            Self::Hub(client) => {
                let request = v1::PreviewRoutingRequest {
                    facts: Some(facts.into()),
                };
                let answer = client.preview_routing(request).await;
                let answer = answer.map_err(|error| Failure::of_call(lang, &error))?;
                Ok(of_hub(id, answer.decision.unwrap_or_default()))
            }
        }
    }
}

/// Reads lines and hands each answer on, or the failure of its line; stops at the first failure that is not the
/// line's own fault.
pub async fn each_line(
    mut input: impl BufRead,
    oracle: &Oracle<'_>,
    lang: Lang,
    mut tell: impl FnMut(Result<Answer, Failure>) -> Result<(), Failure>,
) -> Result<Reading, Failure> {
    let mut number = 0_u64;
    let mut reading = Reading::default();
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let over =
            read_line(&mut input, &mut bytes).map_err(|error| Failure::of_io(lang, "--input", &error))?;
        if bytes.is_empty() {
            return Ok(reading);
        }
        number += 1;
        if !over && bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answered = match read_facts(over, &bytes, lang, &mut reading.ignored) {
            Ok((id, facts)) => oracle.decide(Some(id), facts, lang).await,
            Err(failure) => Err(failure),
        };
        match answered {
            Err(failure) if failure.exit != Exit::Usage => return Err(failure),
            Err(failure) => {
                reading.unread += 1;
                tell(Err(at_line(number, failure, lang)))?;
            }
            answered => tell(answered)?,
        }
    }
}

/// Reads the facts of each line.
///
/// # Errors
/// The first line that cannot be read: what is rehearsed is all of a file.
pub fn each_facts(
    mut input: impl BufRead,
    today: Date,
    lang: Lang,
    mut each: impl FnMut(&declic_routing::Facts),
) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    let mut number = 0_u64;
    loop {
        bytes.clear();
        let over =
            read_line(&mut input, &mut bytes).map_err(|error| Failure::of_io(lang, "--input", &error))?;
        if bytes.is_empty() {
            return Ok(());
        }
        number += 1;
        if !over && bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let read = read_facts(over, &bytes, lang, &mut BTreeSet::new());
        let parsed = read.and_then(|(_, facts)| {
            declic_routing::Facts::parse(&raw(facts), today).map_err(|errors| unreadable(&errors, lang))
        });
        each(&parsed.map_err(|failure| at_line(number, failure, lang))?);
    }
}

/// A failure of a line, with its number.
fn at_line(number: u64, mut failure: Failure, lang: Lang) -> Failure {
    let line = Arg::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let args = [("line", line), ("problem", Arg::Text(&failure.sentence))];
    failure.sentence = text(lang, "cli-explain-line", &args);
    failure
}

/// The facts of a line, with its id.
fn read_facts(
    over: bool,
    bytes: &[u8],
    lang: Lang,
    ignored: &mut BTreeSet<String>,
) -> Result<(Id, Facts), Failure> {
    if over {
        let args = [("place", Arg::Text("--input"))];
        return Err(Failure::usage(text(lang, "cli-too-large", &args)));
    }
    let line = explain_line::read(bytes, lang, ignored).map_err(|mistake| {
        let column = Arg::Number(i64::try_from(mistake.column).unwrap_or(i64::MAX));
        let mut place = text(lang, "cli-json-column", &[("column", column)]);
        if !mistake.path.is_empty() {
            place = format!("{place}, {}", mistake.path);
        }
        let args = [
            ("place", Arg::Text(&place)),
            ("problem", Arg::Text(&mistake.problem)),
        ];
        Failure::usage(text(lang, "cli-file", &args))
    })?;
    Ok(line.into_parts())
}

/// Reads to the end of the line, at most [`MAX_BYTES`]; says whether the line was longer, and then skips its rest.
fn read_line(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    use std::io::Read as _;
    input
        .by_ref()
        .take(MAX_BYTES as u64 + 1)
        .read_until(b'\n', bytes)?;
    let over = bytes.len() > MAX_BYTES && !bytes.ends_with(b"\n");
    if over {
        input.skip_until(b'\n')?;
    }
    Ok(over)
}

fn embedded(id: Option<Id>, decision: declic_routing::Decision, explanation: Explanation) -> Answer {
    let slugs = |agencies: &[declic_routing::AgencySlug]| {
        agencies.iter().map(|slug| slug.as_str().to_owned()).collect()
    };
    Answer {
        id,
        outcome: decision.outcome.as_str().to_owned(),
        agencies: slugs(&decision.agencies),
        candidates: slugs(&decision.candidates),
        explained: Explained::of(
            explanation,
            decision.confidence,
            decision.question.as_ref().map(|question| question.fact),
        ),
        question: decision.question.map(|question| question.text_fr),
        ruleset: decision.ruleset,
        reasons: decision.reasons,
        would_change: decision.would_change,
    }
}

fn of_hub(id: Option<Id>, decision: v1::RoutingDecision) -> Answer {
    let decision = view::Decision::from(decision);
    Answer {
        id,
        outcome: decision.outcome.to_owned(),
        agencies: decision.agencies,
        candidates: decision.candidates,
        question: decision.question,
        ruleset: decision.ruleset,
        reasons: decision.reasons,
        would_change: decision.would_change,
        explained: decision.explained,
    }
}

fn unreadable(errors: &FactErrors, lang: Lang) -> Failure {
    let problems: Vec<String> = errors
        .0
        .iter()
        .map(|error| {
            let field = Arg::Text(error.field.as_str());
            match &error.problem {
                FactProblem::Missing => text(lang, "cli-fact-missing", &[("field", field)]),
                FactProblem::UnknownCommune(unknown) => {
                    let suggestions: Vec<String> = unknown
                        .suggestions
                        .iter()
                        .map(|hit| format!("{} ({})", hit.name, hit.code))
                        .collect();
                    let (given, suggestions) = (Arg::Text(&unknown.given), suggestions.join(", "));
                    if suggestions.is_empty() {
                        text(
                            lang,
                            "cli-fact-unknown-commune",
                            &[("field", field), ("given", given)],
                        )
                    } else {
                        let args = [
                            ("field", field),
                            ("given", given),
                            ("suggestions", Arg::Text(&suggestions)),
                        ];
                        text(lang, "cli-fact-maybe-commune", &args)
                    }
                }
                FactProblem::Unknown { given, nearest, .. } => {
                    let given = ("given", Arg::Text(given));
                    match nearest {
                        Some(nearest) => {
                            let args = [("field", field), given, ("nearest", Arg::Text(nearest))];
                            text(lang, "cli-fact-unknown", &args)
                        }
                        None => text(lang, "cli-fact-not-known", &[("field", field), given]),
                    }
                }
                FactProblem::TooLong => text(
                    lang,
                    "cli-fact-too-long",
                    &[("field", field), ("most", Arg::Number(LONGEST_FACT as i64))],
                ),
                FactProblem::ImpossibleDate { given } => text(
                    lang,
                    "cli-fact-impossible-date",
                    &[("field", field), ("given", Arg::Text(given))],
                ),
            }
        })
        .collect();
    let mut problems = problems.into_iter();
    let first = Failure::usage(problems.next().unwrap_or_default());
    problems.fold(first, Failure::detail)
}

fn raw(facts: Facts) -> RawFacts {
    let regime = match facts.regime {
        Regime::General => "general",
        Regime::Agricultural => "agricultural",
        Regime::Other => "other",
        Regime::Unknown => "unknown",
    };
    let stage = facts.stage.map(|stage| match stage {
        Stage::Decision => "DECISION".to_owned(),
        Stage::Payment => "PAYMENT".to_owned(),
    });
    let agricultural_status = facts.agricultural_status.map(|status| match status {
        AgriculturalStatus::SelfEmployed => "self_employed".to_owned(),
        AgriculturalStatus::Employee => "employee".to_owned(),
    });
    RawFacts {
        commune: facts.commune,
        regime: regime.to_owned(),
        benefit: facts.benefit,
        blockage: facts.blockage,
        stage,
        relief_domicile: facts.relief_domicile,
        elected_domicile: facts.elected_domicile,
        paying_body: facts.paying_body,
        seized_body: facts.seized_body,
        agricultural_status,
        local_scheme: facts.local_scheme,
        has_basic_pension: facts.has_basic_pension,
        special_scheme: facts.special_scheme,
        life_event: facts.life_event,
        urgent: false,
        on_date: facts.on_date,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[tokio::test]
    async fn each_line_is_answered_in_order_under_its_id() {
        let (answers, unread) = explained(concat!(
            r#"{"id":"b","commune":"56178","regime":"general","benefit":"AF"}"#,
            "\n\n",
            r#"{"id":7,"commune":"56178","regime":"agricultural","benefit":"AF","stage":null}"#,
        ))
        .await;
        assert_eq!(unread, 0);
        let shown: Vec<_> = answers
            .iter()
            .flatten()
            .map(|answer| (&answer.id, &answer.agencies))
            .collect();
        let (caf, msa) = (
            vec!["caf-56".to_owned()],
            vec!["msa-portes-de-bretagne".to_owned()],
        );
        assert_eq!(
            shown,
            [
                (&Some(Id::Text("b".to_owned())), &caf),
                (&Some(Id::Number(7)), &msa)
            ]
        );
    }

    #[tokio::test]
    async fn a_line_that_cannot_be_read_is_told_with_its_number_and_the_others_are_answered() {
        let (answers, unread) = explained(concat!(
            r#"{"id":1,"commune":"99999","regime":"general","benefit":"RSA"}"#,
            "\n",
            r#"{"id":2,"commune":"56178","regime":"general","benefit":"RSA","stages":"DECISION"}"#,
            "\n",
            r#"{"id":3,"commune":"56178","regime":"general","benefit":"RSA","on_date":"2026-02-30"}"#,
            "\n",
            r#"{"id":4,"commune":"56178","regime":"general","benefit":"RSA"}"#,
            "\n",
        ))
        .await;
        assert_eq!((answers.len(), unread), (4, 3));
        let told: Vec<String> = answers
            .iter()
            .filter_map(|answer| answer.as_ref().err())
            .map(|f| f.sentence.clone())
            .collect();
        let said = ["commune", "stages", "2026-02-30"];
        for ((sentence, said), number) in told.iter().zip(said).zip(1..) {
            assert!(sentence.starts_with(&format!("ligne {number}")), "{sentence}");
            assert!(sentence.contains(said), "{sentence}");
        }
        assert!(answers[3].is_ok());
    }

    #[tokio::test]
    async fn what_stands_beside_the_facts_is_ignored_and_told() {
        let oracle = Oracle::Here {
            rules: Ruleset::embedded(),
            today: jiff::civil::date(2026, 11, 22),
        };
        let line =
            r#"{"id":1,"commune":"56178","regime":"general","benefit":"AF","expected":"caf-56","law":["x"]}"#;
        let mut answered = Vec::new();
        let reading = each_line(line.as_bytes(), &oracle, Lang::Fr, |answer| {
            answered.push(answer?.agencies);
            Ok(())
        });
        let reading = reading.await.expect("the line is read");
        assert_eq!(answered, [["caf-56"]]);
        assert_eq!(
            (reading.unread, reading.ignored.into_iter().collect::<Vec<_>>()),
            (0, vec!["expected".to_owned(), "law".to_owned()])
        );
    }

    #[tokio::test]
    async fn values_without_their_names_are_refused() {
        let (answers, unread) = explained(r#"["a","56178","general","AF"]"#).await;
        assert_eq!((answers.len(), unread), (1, 1));
        let told = answers[0].as_ref().expect_err("an array is no object");
        assert!(told.sentence.contains("objet"), "{}", told.sentence);
    }

    #[tokio::test]
    async fn a_whole_number_comes_back_as_it_was() {
        for id in ["0", "-9223372036854775808", "18446744073709551615"] {
            let line = format!(r#"{{"id":{id},"commune":"56178","regime":"general","benefit":"AF"}}"#);
            let (answers, _) = explained(&line).await;
            let answer = answers[0].as_ref().expect("the line is read");
            assert_eq!(json!(answer)["id"].to_string(), id);
        }
    }

    #[tokio::test]
    async fn a_line_over_its_limit_is_skipped_whole() {
        let long = format!("{{\"id\":\"{}\"}}\n", "x".repeat(2 * MAX_BYTES));
        let good = r#"{"id":"after","commune":"56178","regime":"general","benefit":"RSA"}"#;
        let (answers, unread) = explained(&(long + good)).await;
        assert_eq!((answers.len(), unread), (2, 1));
        let last = answers[1].as_ref().expect("the line after is read");
        assert_eq!(last.id, Some(Id::Text("after".to_owned())));
    }

    #[tokio::test]
    async fn lines_read_and_printed_are_what_their_schemas_say() {
        let schema = |source| {
            jsonschema::validator_for(&serde_json::from_str(source).expect("JSON")).expect("a schema")
        };
        let line = schema(include_str!("../schemas/explain-line.schema.json"));
        let answer = schema(include_str!("../schemas/explain-answer.schema.json"));
        let rows = [
            json!({"id": "1", "commune": "56178", "regime": "general", "benefit": "RSA"}),
            json!({"id": 2, "commune": "57463", "regime": "unknown", "benefit": "RETRAITE", "stage": "PAYMENT",
                   "paying_body": "carsat-alsace-moselle", "local_scheme": true, "on_date": "2026-11-22"}),
            json!({"id": "3", "commune": "22278", "regime": "unknown", "benefit": "RSA"}),
        ];
        for row in rows {
            assert!(line.is_valid(&row), "{row}");
            let (answers, _) = explained(&row.to_string()).await;
            let shown = answers.into_iter().flatten().map(|answer| json!(answer));
            for shown in shown.collect::<Vec<Value>>() {
                let wrong: Vec<String> = answer
                    .iter_errors(&shown)
                    .map(|error| error.to_string())
                    .collect();
                assert!(wrong.is_empty(), "{wrong:?}");
            }
        }
        assert!(!line.is_valid(&json!({"commune": "56178", "regime": "general", "benefit": "RSA"})));
    }

    async fn explained(lines: &str) -> (Vec<Result<Answer, Failure>>, u64) {
        let oracle = Oracle::Here {
            rules: Ruleset::embedded(),
            today: jiff::civil::date(2026, 11, 22),
        };
        let mut answers = Vec::new();
        let reading = each_line(lines.as_bytes(), &oracle, Lang::Fr, |answer| {
            answers.push(answer);
            Ok(())
        })
        .await
        .expect("no line stops the others");
        (answers, reading.unread)
    }
}
