use super::*;
use crate::screen::tests::manner;

fn time(seconds: i64) -> Option<prost_types::Duration> {
    Some(prost_types::Duration { seconds, nanos: 0 })
}

fn duration(definition: &str, median: v1::Quantile, nine_in_ten: v1::Quantile) -> v1::DurationFigure {
    v1::DurationFigure {
        definition: definition.to_owned(),
        observed: Some(1_234),
        done: None,
        median: Some(median),
        nine_in_ten: Some(nine_in_ten),
        within_target_per_1000: Some(973),
    }
}

fn asked() -> v1::SummarizeFiguresRequest {
    v1::SummarizeFiguresRequest {
        departement: "56".to_owned(),
        ..v1::SummarizeFiguresRequest::default()
    }
}

fn kind(kind: &str, tickets: i64) -> v1::TicketCount {
    let kind = kind.to_owned();
    v1::TicketCount { kind, tickets }
}

fn board() -> v1::SummarizeFiguresResponse {
    let reached = |seconds| v1::Quantile {
        time: time(seconds),
        not_reached: false,
    };
    let open = v1::Quantile {
        time: None,
        not_reached: true,
    };
    let few = v1::Quantile::default();
    v1::SummarizeFiguresResponse {
        since: "2026-09-01".to_owned(),
        until: "2026-11-22".to_owned(),
        as_of: Some(prost_types::Timestamp {
            seconds: 1_795_345_200,
            nanos: 0,
        }),
        tickets: 1_234,
        durations: vec![
            duration("time-to-acknowledge/1", reached(12_000), reached(57_600)),
            duration("time-to-resolve/1", reached(250_020), open),
            duration("person-wait/1", reached(1_000_000), few),
        ],
        backlog: Some(v1::BacklogFigure {
            definition: "backlog/1".to_owned(),
            open: Some(131),
            ages: vec![kind("under-7-days", 80), kind("90-days-or-more", 51)],
            holders: vec![kind("desk", 90), kind("opener", 41)],
            lateness_definition: "lateness/1".to_owned(),
            lateness: vec![kind("late", 31), kind("soon", 12), kind("in-time", 88)],
            late_by: Some(duration("lateness/1", reached(7_500), open)),
            reception_definition: "reception/1".to_owned(),
            receptions: vec![kind("undelivered", 15), kind("unread", 20), kind("read", 95)],
        }),
        time_spent: Some(v1::TimeSpentFigure {
            definition: "time-spent/1".to_owned(),
            parts: vec![v1::TimePart {
                part: "wrong-agency".to_owned(),
                time: time(864_000),
            }],
        }),
        redirects: Some(v1::RedirectFigure {
            definition: "redirects/1".to_owned(),
            redirected_per_1000: Some(84),
            first_reasons: vec![v1::RedirectReasonCount {
                reason: v1::RedirectReason::WrongRegime.into(),
                redirects: 61,
            }],
        }),
        causes: Some(v1::CauseFigure {
            definition: "causes/1".to_owned(),
            causes: vec![v1::CauseCount {
                blockage: "REGIME_TRANSFER".to_owned(),
                benefit: "RSA".to_owned(),
                agency: "agencies/msa-portes-de-bretagne".to_owned(),
                tickets: 400,
                cumulated_per_1000: 324,
            }],
            others: 834,
        }),
        effects: Some(v1::EffectFigure {
            definition: "effects/1".to_owned(),
            effects: vec![v1::EffectCount {
                effect: v1::Effect::Yes.into(),
                tickets: 700,
            }],
            unconfirmed_definition: "unconfirmed-closures/1".to_owned(),
            unconfirmed_per_1000: Some(117),
        }),
        information_requests: Some(v1::InformationRequestFigure {
            definition: "information-requests/1".to_owned(),
            requests_per_1000: Some(425),
            asked_per_1000: Some(380),
        }),
        reopenings: Some(v1::ReopeningFigure {
            definition: "reopenings/1".to_owned(),
            reopened_per_1000: Some(31),
        }),
        rises: Some(v1::RiseFigure {
            definition: "rises/1".to_owned(),
            since: "2026-11-15".to_owned(),
            until: "2026-11-21".to_owned(),
            rises: vec![v1::Rise {
                agency: "agencies/cpam-du-morbihan".to_owned(),
                blockage: "RENEWAL_GAP".to_owned(),
                tickets: 35,
                tickets_before: Some(60),
            }],
        }),
    }
}

#[test]
fn a_board_is_read_in_french_within_the_width_of_a_screen() {
    let page = page(&manner(), &asked(), &board());
    for line in page.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    for told in [
        "dossiers ouverts du 1er septembre 2026 au 22 novembre 2026",
        "Département\u{a0}: 56",
        "3\u{a0}h\u{a0}20",
        "69\u{a0}h\u{a0}27",
        "11,5\u{a0}j",
        "97,3\u{202f}%",
        "pas encore atteint",
        "trop peu",
        "En cours\u{a0}: 131 demandes",
        "en retard",
        "Chez un organisme qui n’était pas le bon",
        "8,4\u{202f}% des demandes",
        "Autre régime",
        "msa-portes-de-bretagne",
        "32,4\u{202f}%",
        "remise non confirmée, personne n’a encore agi",
        "Demandes d’information\u{a0}: 42,5 pour 100 demandes",
        "Rouvertes après la réponse de l’organisme\u{a0}: 3,1\u{202f}% des réponses",
        "Closes sans confirmation, le délai passé\u{a0}: 11,7\u{202f}%",
        "En forte hausse du 15 novembre 2026 au 21 novembre 2026",
        "cpam-du-morbihan",
        "7,5",
        "PART DU TEMPS MONTRÉ",
    ] {
        assert!(page.contains(told), "{told} in\n{page}");
    }
    assert!(
        !page.contains("cli-") && !page.contains("table-") && !page.contains("clock-"),
        "{page}"
    );
}

#[test]
fn a_board_of_too_few_says_so_and_shows_nothing() {
    let few = v1::SummarizeFiguresResponse {
        since: "2026-09-01".to_owned(),
        until: "2026-11-22".to_owned(),
        ..v1::SummarizeFiguresResponse::default()
    };
    let page = page(&manner(), &asked(), &few);
    assert!(page.contains("Moins de 5 demandes"), "{page}");
    assert!(!page.contains('%'), "{page}");
}

#[test]
fn a_spreadsheet_gets_one_figure_a_line_and_none_that_is_not_told() {
    let text = export::as_csv(&asked(), &board());
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.iter().all(|line| line.matches(',').count() == 4), "{text}");
    for told in [
        "time-to-acknowledge/1,median,,12000,s",
        "time-to-resolve/1,nine-in-ten,,not-reached,s",
        "lateness/1,lateness,late,31,tickets",
        "causes/1,cause,REGIME_TRANSFER|RSA|msa-portes-de-bretagne,400,tickets",
        "redirects/1,redirected,,84,per-1000",
        "reception/1,reception,unread,20,tickets",
        "information-requests/1,requests,,425,per-1000",
        "reopenings/1,reopened,,31,per-1000",
        "unconfirmed-closures/1,unconfirmed,,117,per-1000",
        "rises/1,rise,RENEWAL_GAP|cpam-du-morbihan,35,tickets",
        "rises/1,rise-before,RENEWAL_GAP|cpam-du-morbihan,60,tickets",
    ] {
        assert!(lines.contains(&told), "{told} in\n{text}");
    }
    assert!(!text.contains(",done,"), "it is not told");
    let json = export::as_json(&asked(), &board());
    assert_eq!(json["durations"][1]["nine_in_ten_not_reached"], true);
    assert!(json["durations"][1]["done"].is_null());
}
