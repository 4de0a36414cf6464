//! Facts that cannot be read are refused by name, all at once, with what to give instead.

use declic_routing::{FactName, FactProblem, Facts, RawFacts};
use jiff::civil::date;

fn good() -> RawFacts {
    RawFacts {
        commune: "56260".to_owned(),
        regime: "general".to_owned(),
        benefit: "RSA".to_owned(),
        ..RawFacts::default()
    }
}

/// The message of the only problem of these facts.
fn refusal(change: impl FnOnce(&mut RawFacts)) -> String {
    let mut raw = good();
    change(&mut raw);
    let errors = Facts::parse(&raw, date(2026, 11, 22)).expect_err("these facts cannot be read");
    assert_eq!(errors.0.len(), 1, "{errors}");
    errors.to_string()
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

#[test]
fn each_refusal_names_the_field_and_what_to_give() {
    let cases = [
        (
            refusal(|raw| raw.commune = "99999".into()),
            "commune: unknown commune \"99999\"",
        ),
        (
            refusal(|raw| raw.commune = "56000".into()),
            "did you mean 56260 Vannes",
        ),
        (refusal(|raw| raw.commune = " ".into()), "commune: is required"),
        (refusal(|raw| raw.regime = String::new()), "regime: is required"),
        (
            refusal(|raw| raw.regime = "agricole".into()),
            "Known: general, agricultural, other, unknown",
        ),
        (
            refusal(|raw| raw.benefit = "AHH".into()),
            "benefit: unknown \"AHH\"; did you mean \"AAH\"",
        ),
        (refusal(|raw| raw.benefit = String::new()), "benefit: is required"),
        (
            refusal(|raw| raw.blockage = text("NOREPLY")),
            "blockage: unknown \"NOREPLY\"; did you mean \"NO_REPLY\"",
        ),
        (refusal(|raw| raw.stage = text("PAID")), "stage: unknown \"PAID\""),
        (
            refusal(|raw| raw.relief_domicile = text("00000")),
            "relief_domicile: unknown commune",
        ),
        (
            refusal(|raw| raw.elected_domicile = text("x")),
            "elected_domicile: unknown commune",
        ),
        (
            refusal(|raw| raw.paying_body = text("caf-20")),
            "paying_body: unknown \"caf-20\"",
        ),
        (
            refusal(|raw| raw.paying_body = text("triage-56")),
            "paying_body: unknown \"triage-56\"",
        ),
        (
            refusal(|raw| raw.seized_body = text("cpam-59")),
            "seized_body: unknown \"cpam-59\"",
        ),
        (
            refusal(|raw| raw.agricultural_status = text("farmer")),
            "agricultural_status: unknown",
        ),
        (
            refusal(|raw| raw.on_date = text("2026-02-30")),
            "on_date: \"2026-02-30\" is not a date",
        ),
        (
            refusal(|raw| raw.on_date = text("hier")),
            "on_date: \"hier\" is not a date",
        ),
    ];
    for (found, wanted) in cases {
        assert!(found.contains(wanted), "wanted {wanted}\nfound  {found}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let raw = RawFacts {
        commune: "0".to_owned(),
        stage: text("?"),
        on_date: text("2026-13-01"),
        ..RawFacts::default()
    };
    let errors = Facts::parse(&raw, date(2026, 11, 22)).expect_err("nothing in it can be read");
    let fields: Vec<_> = errors.0.iter().map(|error| error.field).collect();
    let wanted = [
        FactName::Commune,
        FactName::Regime,
        FactName::Benefit,
        FactName::Stage,
        FactName::OnDate,
    ];
    assert_eq!(fields, wanted);
    assert_eq!(errors.0[1].problem, FactProblem::Missing);
}

#[test]
fn a_text_too_long_to_be_looked_up_is_refused_without_being_repeated() {
    let changes: [fn(&mut RawFacts, String); 11] = [
        |raw, text| raw.commune = text,
        |raw, text| raw.regime = text,
        |raw, text| raw.benefit = text,
        |raw, text| raw.blockage = Some(text),
        |raw, text| raw.stage = Some(text),
        |raw, text| raw.relief_domicile = Some(text),
        |raw, text| raw.elected_domicile = Some(text),
        |raw, text| raw.paying_body = Some(text),
        |raw, text| raw.seized_body = Some(text),
        |raw, text| raw.agricultural_status = Some(text),
        |raw, text| raw.on_date = Some(text),
    ];
    for change in changes {
        // Also where what is meant stands after so many blanks.
        for long in ["é".repeat(200_000), " ".repeat(200_000) + "56260"] {
            let told = refusal(|raw| change(raw, long));
            assert!(told.contains("is longer than 100 characters"), "{told:.200}");
            assert!(told.len() < 200, "{told:.200}");
        }
    }
}

#[test]
fn a_day_is_a_day_and_nothing_beside_it() {
    for given in [
        "2026-11-22[u-ca=Madame-Morvan]",
        "2026-11-22T10:00",
        "2026-11-22 10:00",
        "2026-11-22T10:00Z[Europe/Paris]",
        "20261122",
        "+002026-11-22",
        "2026-11-22Z",
    ] {
        let told = refusal(|raw| raw.on_date = text(given));
        assert!(told.contains("is not a date"), "{told}");
    }
    let raw = RawFacts {
        on_date: text(" 2026-11-22 "),
        ..good()
    };
    assert!(Facts::parse(&raw, date(2026, 1, 1)).is_ok());
}
