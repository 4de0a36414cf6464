//! The embedded data hold what the official lists say, and people find their commune in them.

use std::collections::HashSet;

use declic_routing::{AgencyKind, Grouping, How, Territory};

fn territory() -> &'static Territory {
    Territory::embedded()
}

fn of_grouping(wanted: Grouping) -> usize {
    let communes = territory().communes().iter();
    communes
        .filter(|commune| commune.grouping == Some(wanted))
        .count()
}

#[test]
fn the_communes_are_those_of_the_code_of_2026() {
    assert_eq!(territory().communes().len(), 34_969);
    assert_eq!(territory().old_codes_len(), 4_240 + 19);
    assert_eq!(of_grouping(Grouping::MetropoleLyon), 58);
    assert_eq!(of_grouping(Grouping::Seignanx), 8);
    assert_eq!(of_grouping(Grouping::MetropoleEuropeenneLille), 95);
    let rhone = territory()
        .communes()
        .iter()
        .filter(|commune| commune.departement == "69" && commune.grouping != Some(Grouping::MetropoleLyon));
    assert_eq!(rhone.count(), 208);
}

#[test]
fn no_msa_overseas_but_where_the_law_names_one() {
    for departement in territory().departements() {
        let none = ["971", "972", "973", "974", "975", "978"].contains(&departement.code);
        assert_eq!(departement.msa.is_none(), none, "{}", departement.code);
    }
    assert_eq!(territory().departements().len(), 104);
    let msa = territory()
        .agencies()
        .iter()
        .filter(|agency| agency.kind == AgencyKind::Msa);
    assert_eq!(msa.count(), 35);
}

#[test]
fn every_old_code_and_arrondissement_leads_to_a_commune_of_today() {
    let mut count = 0;
    for code in territory().other_codes() {
        let resolved = territory().commune(code).expect("a code of the list resolves");
        assert_ne!(resolved.how, How::Current, "{code}");
        assert!(territory().current(resolved.commune.code).is_some(), "{code}");
        count += 1;
    }
    assert_eq!(count, 4_240 + 19 + 45);
}

#[test]
fn demerged_communes_are_communes_of_today() {
    let demerged = [
        "12218", "14581", "15031", "15035", "15047", "15171", "49126", "60694", "69114", "85165", "85212",
    ];
    for code in demerged {
        let resolved = territory().commune(code).expect("a commune of today resolves");
        assert_eq!((resolved.how, resolved.commune.code), (How::Current, code));
    }
}

#[test]
fn every_departement_has_its_bodies_and_triage_desk_in_the_directory() {
    for departement in territory().departements() {
        let lower = departement.code.to_lowercase();
        for slug in [format!("triage-{lower}"), format!("prefecture-{lower}")] {
            assert!(territory().agency(&slug).is_some(), "{slug}");
        }
    }
    let slugs: HashSet<_> = territory().agencies().iter().map(|agency| agency.slug).collect();
    assert_eq!(
        slugs.len(),
        territory().agencies().len(),
        "a slug names one agency"
    );
    for agency in territory().agencies() {
        assert!(!agency.name_fr.is_empty(), "{}", agency.slug);
        for code in &agency.departements {
            assert!(
                territory().departement(code).is_some(),
                "{} of {}",
                code,
                agency.slug
            );
        }
    }
}

/// How each département follows the name of a body: Insee's type of name, and "de" where the institutions themselves
/// write no article.
#[test]
fn every_body_of_a_departement_is_named_with_its_article() {
    let links = [
        (
            "de la ",
            "16 17 19 21 23 24 26 2A 2B 31 33 42 43 44 48 50 51 52 53 55 57 58 70 72 73 74 76 80 85 86 87 93 971 972 973",
        ),
        (
            "du ",
            "14 15 18 25 29 30 32 39 45 46 56 59 62 63 67 68 69 81 83 90 94 95",
        ),
        ("de l'", "01 02 03 07 09 10 11 12 27 34 36 38 60 61 89 91"),
        ("des ", "04 05 06 08 13 22 40 64 65 66 78 79 88 92"),
        ("d'", "28 35 37"),
        ("de ", "41 47 49 54 71 75 77 82 84 974 975 976 977 978"),
    ];
    let link_of = |code: &str| {
        let found = links
            .iter()
            .find(|(_, codes)| codes.split(' ').any(|one| one == code));
        found
            .unwrap_or_else(|| panic!("the département {code} is not in this table"))
            .0
    };
    let mut told = 0;
    for departement in territory().departements() {
        let (code, name) = (departement.code, departement.name);
        let lower = code.to_lowercase();
        let of = format!("{}{name}", link_of(code));
        for (slug, body) in [
            ("triage", "Équipe d'orientation"),
            ("prefecture", "Préfecture"),
            ("cpam", "CPAM"),
            ("mdph", "MDPH"),
            ("dep", "Département"),
        ] {
            let Some(agency) = territory().agency(&format!("{slug}-{lower}")) else {
                continue;
            };
            // Three bodies have a name of their own.
            if !["mdph-69", "mdph-972", "dep-976"].contains(&agency.slug.as_str()) {
                assert_eq!(agency.name_fr, format!("{body} {of}"), "{}", agency.slug);
                told += 1;
            }
        }
    }
    assert_eq!(
        links
            .map(|(_, codes)| codes.split(' ').count())
            .iter()
            .sum::<usize>(),
        104
    );
    assert!(told > 450, "{told} names were read");
}

#[test]
fn a_territory_without_known_bodies_goes_to_the_national_desk() {
    let papeete = territory()
        .current("98735")
        .expect("Papeete is a commune of today");
    assert_eq!(territory().triage_desk(papeete).as_str(), "triage-national");
    let vannes = territory()
        .current("56260")
        .expect("Vannes is a commune of today");
    assert_eq!(territory().triage_desk(vannes).as_str(), "triage-56");
}

#[test]
fn a_postal_code_or_a_name_is_no_commune_but_is_understood() {
    for (given, wanted) in [
        ("56000", "56260"),
        ("Vannes", "56260"),
        ("1001", ""),
        ("99999", ""),
    ] {
        let unknown = territory()
            .commune(given)
            .expect_err("this is no code of a commune");
        let codes: Vec<_> = unknown.suggestions.iter().map(|commune| commune.code).collect();
        let expected: Vec<_> = [wanted].into_iter().filter(|code| !code.is_empty()).collect();
        assert!(codes.starts_with(&expected), "{given}: {codes:?}");
    }
}

/// The codes of the first communes found.
fn found(query: &str) -> Vec<&'static str> {
    let hits = territory().search(query, 3);
    hits.iter().map(|hit| hit.commune.code).collect()
}

#[test]
fn people_find_their_commune_as_they_write_it() {
    let cases = [
        ("vannes", "56260"),
        ("VANNES", "56260"),
        ("saint étienne", "42218"),
        ("st etienne", "42218"),
        ("ste-geneviève-des-bois", "91549"),
        ("L'Haÿ les Roses", "94038"),
        ("hay les roses", "94038"),
        ("oeuf en ternois", "62633"),
        ("Marseille", "13055"),
        ("marseille 3e", "13055"),
        ("13003", "13055"),
        ("56260", "56260"),
        ("2a004", "2A004"),
        ("75116", "75056"),
        ("tourlaville", "50129"),
        ("50602", "50129"),
        ("saint barthelemy", "97701"),
        ("cherbourg", "50129"),
    ];
    for (query, wanted) in cases {
        assert!(found(query).contains(&wanted), "{query}: {:?}", found(query));
    }
    assert_eq!(
        found("lyon").first(),
        Some(&"69123"),
        "an exact name comes before longer ones"
    );
    assert_eq!(
        found("saint denis").first(),
        Some(&"97411"),
        "of equal names the more peopled first"
    );
}

#[test]
fn a_search_without_letters_or_room_finds_nothing() {
    for query in ["", "  ", "'-", "\u{301}", "7"] {
        assert!(found(query).is_empty(), "{query:?}");
    }
    assert!(territory().search("saint", 0).is_empty());
    assert_eq!(territory().search("saint", 20).len(), 20);
}

#[test]
fn every_commune_is_found_by_its_own_code_and_name() {
    for commune in territory().communes().iter().step_by(97) {
        // Another commune may have these five digits as its postal code.
        let by_code = territory().search(commune.code, 50);
        let hit = by_code.iter().any(|hit| hit.commune.code == commune.code);
        assert!(hit, "{}", commune.code);
        let by_name = territory().search(commune.name, 300);
        let hit = by_name.iter().any(|hit| hit.commune.code == commune.code);
        assert!(hit, "{} {}", commune.code, commune.name);
    }
}
