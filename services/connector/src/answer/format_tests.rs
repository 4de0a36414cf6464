//! The parser and the published schema say the same of every file.

use serde_json::{Value, json};

use super::*;
use crate::handover::samples::TICKET;

fn answer(action: &str, members: Value) -> Value {
    let mut value = json!({"schema": SCHEMA, "ticket": TICKET, "epoch": 2, "action": action});
    let object = value.as_object_mut().expect("an object");
    for (name, member) in members.as_object().expect("an object") {
        object.insert(name.clone(), member.clone());
    }
    value
}

fn good() -> Vec<Value> {
    let item = json!({"kind": "DOCUMENT", "label": "Attestation de loyer", "why": "Elle manque."});
    let step = json!({"label": "Virement", "due_on": "2026-12-05"});
    vec![
        answer("acknowledge", json!({})),
        answer(
            "acknowledge",
            json!({"agent": "members/yann.le-goff", "etag": "W/7"}),
        ),
        answer("acknowledge", json!({"agent": null, "etag": null})),
        answer(
            "assign",
            json!({"agent": "members/yann.le-goff", "reason": "Absence"}),
        ),
        answer(
            "assign",
            json!({"desk": "agencies/caf-56/desks/aah", "agent": null, "reason": "AAH"}),
        ),
        answer(
            "ask",
            json!({"items": [item], "due_on": "2026-12-07", "message": "Merci"}),
        ),
        answer("take_back", json!({})),
        answer("take_back", json!({"message": "Pièce reçue par ailleurs"})),
        answer(
            "redirect",
            json!({"reason": "OUTSIDE_TERRITORY", "message": "Déménagement", "commune": "2A004"}),
        ),
        answer(
            "redirect",
            json!({"reason": "WRONG_REGIME", "message": "MSA", "regime": "AGRICULTURAL"}),
        ),
        answer(
            "redirect",
            json!({"reason": "OTHER", "message": "Voir le CD", "agency": "agencies/cd-56"}),
        ),
        answer(
            "resolve",
            json!({"outcome": "RIGHT_RESTORED", "message": "Droit rétabli.", "next_steps": [step]}),
        ),
        answer(
            "resolve",
            json!({"outcome": "DUPLICATE", "message": "Déjà vu.", "link": "https://caf.fr/x"}),
        ),
        answer("message", json!({"text": "é".repeat(2_000)})),
        answer("note", json!({"text": "Vu avec la comptabilité."})),
    ]
}

fn bad() -> Vec<Value> {
    let item = json!({"kind": "DOCUMENT", "label": "Attestation", "why": "Elle manque."});
    let items = |count: usize| Value::Array(vec![item.clone(); count]);
    vec![
        json!([]),
        json!({}),
        json!([SCHEMA, TICKET, 2, null, "acknowledge"]),
        answer("ask", json!({"items": [["DATE", "a", "b"]]})),
        answer("explode", json!({})),
        answer("acknowledge", json!({"schema": "declic/answer/v2"})),
        answer("acknowledge", json!({"ticket": "cases/../tickets/1"})),
        answer("acknowledge", json!({"epoch": 0})),
        answer("acknowledge", json!({"epoch": "2"})),
        answer("acknowledge", json!({"epoch": 2.5})),
        answer("acknowledge", json!({"surprise": true})),
        answer("acknowledge", json!({"agent": "yann.le-goff"})),
        answer("acknowledge", json!({"agent": "members/yann le goff"})),
        answer("assign", json!({"reason": "Absence"})),
        answer(
            "assign",
            json!({"agent": null, "desk": null, "reason": "Absence"}),
        ),
        answer("assign", json!({"agent": "members/a", "reason": "   "})),
        answer("assign", json!({"agent": "members/a", "reason": "x".repeat(501)})),
        answer("assign", json!({"desk": "caf-56/aah", "reason": "AAH"})),
        answer("ask", json!({"items": items(0)})),
        answer("ask", json!({"items": items(11)})),
        answer(
            "ask",
            json!({"items": [{"kind": "SONG", "label": "a", "why": "b"}]}),
        ),
        answer(
            "ask",
            json!({"items": [{"kind": "DATE", "label": "a", "why": "b", "answered": true}]}),
        ),
        answer("ask", json!({"items": items(1), "due_on": "demain"})),
        answer("ask", json!({"items": items(1), "due_on": "20261207"})),
        answer("take_back", json!({"message": "x".repeat(501)})),
        answer(
            "redirect",
            json!({"reason": "OUTSIDE_TERRITORY", "message": "Déménagement"}),
        ),
        answer(
            "redirect",
            json!({"reason": "OUTSIDE_TERRITORY", "message": "x", "commune": "Vannes"}),
        ),
        answer(
            "redirect",
            json!({"reason": "WRONG_REGIME", "message": "MSA", "regime": null}),
        ),
        answer("redirect", json!({"reason": "UNSPECIFIED", "message": "x"})),
        answer("resolve", json!({"outcome": "UNSPECIFIED", "message": "x"})),
        answer("resolve", json!({"outcome": "RIGHT_RESTORED", "message": ""})),
        answer(
            "resolve",
            json!({"outcome": "RIGHT_RESTORED", "message": "x".repeat(2_001)}),
        ),
        answer(
            "resolve",
            json!({"outcome": "DUPLICATE", "message": "x", "link": "x".repeat(501)}),
        ),
        answer("message", json!({"text": "é".repeat(2_001)})),
        answer("message", json!({})),
        answer("note", json!({"text": 3})),
    ]
}

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../schemas/answer.schema.json");
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one of draft 2020-12");
    jsonschema::validator_for(&schema).expect("the schema compiles")
}

#[test]
fn what_the_schema_takes_is_read_and_what_it_refuses_is_refused() {
    let schema = schema();
    for value in good() {
        assert!(schema.is_valid(&value), "the schema refuses {value}");
        let refused = parse(value.to_string().as_bytes()).err();
        assert_eq!(refused, None, "{value}");
    }
    for value in bad() {
        assert!(!schema.is_valid(&value), "the schema takes {value}");
        let refused = parse(value.to_string().as_bytes()).err();
        assert!(
            matches!(refused, Some(Refused::Problems(_))),
            "{value}: {refused:?}"
        );
    }
}

#[test]
fn an_impossible_day_is_refused_although_it_looks_like_one() {
    for day in ["2026-02-30", "20261207[]", "20261207T1", "20261207 1"] {
        let value = answer(
            "ask",
            json!({"items": [{"kind": "DATE", "label": "a", "why": "b"}], "due_on": day}),
        );
        let refused = parse(value.to_string().as_bytes()).err();
        assert!(
            matches!(refused, Some(Refused::Problems(problems)) if problems.len() == 1),
            "{day}"
        );
    }
}

#[test]
fn every_problem_is_told_at_once_with_what_to_do() {
    let value = answer(
        "redirect",
        json!({"reason": "WRONG_REGIME", "message": "", "commune": "Vannes", "epoch": 0}),
    );
    let Some(Refused::Problems(problems)) = parse(value.to_string().as_bytes()).err() else {
        panic!("it is refused");
    };
    assert_eq!(problems.len(), 4, "{problems:?}");
    for problem in problems {
        assert!(problem.contains(": "), "{problem}");
    }
}

#[test]
fn a_member_that_comes_twice_is_refused() {
    let twice = format!(
        r#"{{"schema":"{SCHEMA}","ticket":"{TICKET}","epoch":2,"action":"note","text":"a","text":"b"}}"#
    );
    assert!(matches!(
        parse(twice.as_bytes()).err(),
        Some(Refused::Problems(_))
    ));
}

#[test]
fn a_file_that_stops_in_the_middle_is_unfinished_and_one_that_is_no_text_is_refused() {
    let whole = answer("note", json!({"text": "Vu."})).to_string();
    for end in 0..whole.len() {
        let cut = parse(&whole.as_bytes()[..end]).err();
        assert_eq!(cut, Some(Refused::Unfinished), "{}", &whole[..end]);
    }
    let more = [whole.as_bytes(), b"{}"].concat();
    for content in [more.as_slice(), b"\xff\xfe", b"\xef\xbb\xbf{}"] {
        assert!(matches!(parse(content).err(), Some(Refused::Problems(_))));
    }
}

#[test]
fn the_examples_of_the_guide_are_of_the_published_forms() {
    let guide = include_str!("../../../../docs/guides/connector.md");
    let handover = include_str!("../../schemas/handover.schema.json");
    let handover = serde_json::from_str(handover).expect("the schema is JSON");
    let handover = jsonschema::validator_for(&handover).expect("the schema compiles");
    let (mut tickets, mut answers) = (0, 0);
    for block in guide.split("```json\n").skip(1) {
        let text = block.split("```").next().expect("there is a first part");
        let value: Value = serde_json::from_str(text).expect("an example is JSON");
        if value["schema"] == SCHEMA {
            assert!(schema().is_valid(&value), "{text}");
            assert_eq!(parse(text.as_bytes()).err(), None, "{text}");
            answers += 1;
        } else {
            assert!(handover.is_valid(&value), "{text}");
            tickets += 1;
        }
    }
    assert_eq!((tickets, answers), (2, 8), "one example of each action");
}
