//! Blind tags find the same person again, inside one audience, and say nothing more.

use declic_vault::BlindKey;
use declic_vault::blind::NormalisedName;
use proptest::prelude::*;

#[test]
fn names_are_folded_as_people_vary_them() {
    let folded = [
        ("Le Goff", "le goff"),
        ("LE-GOFF", "le goff"),
        ("  le   goff ", "le goff"),
        ("Éloïse", "eloise"),
        ("E\u{301}loi\u{308}se", "eloise"),
        ("Anne-Françoise", "anne francoise"),
        ("D’Artagnan", "d artagnan"),
        ("D'ARTAGNAN", "d artagnan"),
        ("Cœur", "coeur"),
        ("LÆTITIA", "laetitia"),
        ("Straße", "strasse"),
        ("Łukasz", "lukasz"),
        ("Jørgen", "jorgen"),
        ("İnci", "inci"),
        ("Nguyễn\u{a0}Văn", "nguyen van"),
        ("Ka‘aumoana", "ka aumoana"),
        ("Љубица", "љубица"),
        ("-'", ""),
        ("", ""),
    ];
    for (name, expected) in folded {
        assert_eq!(NormalisedName::new(name).as_str(), expected, "{name:?}");
    }
    assert!(NormalisedName::new(" - ").is_empty());
}

#[test]
fn the_same_person_written_otherwise_has_the_same_tag() {
    let key = key("organisations/ccas-vannes");
    assert_eq!(tag(&key, "LE GOFF", "Éloïse"), tag(&key, "Le Goff", "Eloise"));
}

#[test]
fn another_person_has_another_tag() {
    let key = key("organisations/ccas-vannes");
    let one = tag(&key, "Le Goff", "Anne Marie");
    assert_ne!(one, tag(&key, "Le Goff Anne", "Marie"));
    assert_ne!(one, tag(&key, "Anne Marie", "Le Goff"));
    let (family, given) = (NormalisedName::new("Le Goff"), NormalisedName::new("Anne Marie"));
    assert_ne!(one, key.person_tag(&family, &given, "1957-03-10"));
}

#[test]
fn two_audiences_and_two_masters_cannot_compare_their_tags() {
    let tags = [
        tag(&key("organisations/ccas-vannes"), "Le Goff", "Anne"),
        tag(&key("agencies/caf-56"), "Le Goff", "Anne"),
        tag(&key("national"), "Le Goff", "Anne"),
        tag(&BlindKey::derive(&[2; 32], "national"), "Le Goff", "Anne"),
    ];
    for (i, one) in tags.iter().enumerate() {
        assert!(tags[i + 1..].iter().all(|other| other != one));
    }
}

#[test]
fn references_are_compared_by_their_letters_and_digits() {
    let key = key("agencies/caf-56");
    assert_eq!(key.reference_tag("26-04817-K"), key.reference_tag(" 2604817k"));
    assert_ne!(key.reference_tag("26-04817-K"), key.reference_tag("26-04818-K"));
}

#[test]
fn a_reference_is_never_taken_for_a_person() {
    let key = key("agencies/caf-56");
    let empty = NormalisedName::new("");
    assert_ne!(key.reference_tag(""), key.person_tag(&empty, &empty, ""));
}

#[test]
fn the_key_is_not_printed() {
    assert_eq!(format!("{:?}", key("national")), "BlindKey(..)");
}

#[test]
fn folding_twice_changes_nothing_more_whatever_the_character() {
    for c in '\0'..=char::MAX {
        let once = NormalisedName::new(c.encode_utf8(&mut [0; 4]));
        assert_eq!(
            NormalisedName::new(once.as_str()).as_str(),
            once.as_str(),
            "{c:?}"
        );
    }
}

proptest! {
    #[test]
    fn case_does_not_matter_to_latin_names(name in "[A-Za-zÀ-ÖØ-öø-ÿŒœ' -]{0,30}") {
        let upper = NormalisedName::new(&name.to_uppercase());
        let lower = NormalisedName::new(&name.to_lowercase());
        prop_assert_eq!(upper.as_str(), lower.as_str());
    }
}

fn key(audience: &str) -> BlindKey {
    BlindKey::derive(&[1; 32], audience)
}

fn tag(key: &BlindKey, family: &str, given: &str) -> [u8; 16] {
    key.person_tag(
        &NormalisedName::new(family),
        &NormalisedName::new(given),
        "1957-03-09",
    )
}
