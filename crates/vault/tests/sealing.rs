//! What was sealed opens under its own keys, in its own place, as it was committed, and in no other way.

mod support;

use declic_vault::seal::{Error, Section, open, open_field, seal, seal_field};
use declic_vault::{CaseKeys, Group, Place, SealedObject};
use proptest::prelude::*;
use support::{Counter, Dry};

const ORIGIN: &str = "grand-livre.declic.example";
const EVENT: [u8; 16] = [7; 16];
const SALT: [u8; 32] = [9; 32];
const TEXT: &[u8] = "Son dossier est bloqué depuis mars.".as_bytes();

#[test]
fn a_section_of_each_group_opens_as_it_was_sealed() {
    for group in [Group::Meta, Group::Personal, Group::Note] {
        let object = sealed(group, 3);
        assert_eq!((object.group, object.no), (group, 3));
        let opened = open(&keys(), place(), &object, |salt, bytes| {
            *salt == SALT && bytes == TEXT
        })
        .expect("it is what was sealed");
        assert_eq!((*opened.salt, &opened.bytes[..]), (SALT, TEXT));
        assert!(!contains(&object.bytes, TEXT) && !contains(&object.bytes, &SALT));
    }
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let object = sealed(Group::Personal, 2);
    for bit in 0..8 * object.bytes.len() {
        let mut changed = object.clone();
        changed.bytes[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(why(&keys(), place(), &changed), Error::Unreadable, "bit {bit}");
    }
    for length in 0..object.bytes.len() {
        let changed = SealedObject {
            bytes: object.bytes[..length].to_vec(),
            ..object.clone()
        };
        assert_eq!(
            why(&keys(), place(), &changed),
            Error::Unreadable,
            "cut at {length}"
        );
    }
}

#[test]
fn a_section_does_not_open_in_another_place() {
    let object = sealed(Group::Personal, 2);
    let elsewhere = Place {
        origin: "another-log",
        ..place()
    };
    assert_eq!(why(&keys(), elsewhere, &object), Error::Unreadable);
    let other_event = Place {
        event_id: &[8; 16],
        ..place()
    };
    assert_eq!(why(&keys(), other_event, &object), Error::Unreadable);
    let other_number = SealedObject {
        no: 1,
        ..object.clone()
    };
    assert_eq!(why(&keys(), place(), &other_number), Error::Unreadable);
    for group in [Group::Meta, Group::Note] {
        let other_group = SealedObject {
            group,
            ..object.clone()
        };
        assert_eq!(why(&keys(), place(), &other_group), Error::Unreadable);
    }
}

#[test]
fn a_section_does_not_open_under_another_case() {
    let other = CaseKeys::from_parts(Some([4; 32]), [5; 32], [6; 32]);
    for group in [Group::Meta, Group::Personal, Group::Note] {
        assert_eq!(why(&other, place(), &sealed(group, 1)), Error::Unreadable);
    }
}

#[test]
fn what_opens_and_is_not_what_was_committed_is_refused() {
    let refused = open(&keys(), place(), &sealed(Group::Meta, 1), |_, _| false);
    assert_eq!(refused.err(), Some(Error::CommitmentMismatch));
}

#[test]
fn without_the_personal_key_what_is_personal_is_gone_and_the_rest_stays() {
    let shredded = CaseKeys::from_parts(None, [2; 32], [3; 32]);
    assert!(!shredded.has_personal());
    assert_eq!(
        why(&shredded, place(), &sealed(Group::Personal, 1)),
        Error::Shredded
    );
    assert_eq!(why(&shredded, place(), &sealed(Group::Note, 1)), Error::Shredded);
    assert!(open(&shredded, place(), &sealed(Group::Meta, 1), |_, _| true).is_ok());
    assert_eq!(
        open_field(&shredded, b"name", &[0; 50]).err(),
        Some(Error::Shredded)
    );
    let refused = seal_field(&shredded, b"name", b"Le Goff", &mut Counter::default());
    assert_eq!(refused.err(), Some(Error::Shredded));
    assert_eq!(shredded.ticket_tag_key(1), keys().ticket_tag_key(1));
}

#[test]
fn a_field_opens_in_its_own_place_only() {
    let mut entropy = Counter::default();
    let sealed = seal_field(&keys(), b"persons/1/name", b"Le Goff", &mut entropy).expect("it can be sealed");
    let opened = open_field(&keys(), b"persons/1/name", &sealed).expect("it is what was sealed");
    assert_eq!(&opened[..], b"Le Goff");
    assert_eq!(
        open_field(&keys(), b"persons/2/name", &sealed).err(),
        Some(Error::Unreadable)
    );
    for bit in 0..8 * sealed.len() {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            open_field(&keys(), b"persons/1/name", &changed).err(),
            Some(Error::Unreadable)
        );
    }
}

#[test]
fn sealing_the_same_twice_gives_two_different_objects() {
    let mut entropy = Counter::default();
    let mut seal_once =
        || seal(&keys(), place(), &section(Group::Meta, 1), &mut entropy).expect("it can be sealed");
    let (one, two) = (seal_once(), seal_once());
    assert_ne!(one.bytes, two.bytes);
    assert_ne!(one.digest(), two.digest());
}

#[test]
fn nothing_is_sealed_without_random_bytes() {
    let refused = seal(&keys(), place(), &section(Group::Meta, 1), &mut Dry);
    assert!(matches!(refused, Err(Error::Entropy(_))));
    assert!(CaseKeys::generate(&mut Dry).is_err());
}

#[test]
fn each_ticket_of_each_case_has_its_own_tag_key() {
    let other = CaseKeys::from_parts(Some([1; 32]), [2; 32], [4; 32]);
    assert_ne!(keys().ticket_tag_key(1), keys().ticket_tag_key(2));
    assert_ne!(keys().ticket_tag_key(1), other.ticket_tag_key(1));
}

#[test]
fn keys_are_not_printed() {
    assert_eq!(format!("{:?}", keys()), "CaseKeys { .. }");
}

proptest! {
    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(open_field(&keys(), b"name", &bytes).is_err());
        let object = SealedObject { group: Group::Meta, no: 1, bytes };
        prop_assert!(open(&keys(), place(), &object, |_, _| true).is_err());
    }

    #[test]
    fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..2000), no in 1_u8..=8) {
        let section = Section { group: Group::Note, no, salt: &SALT, bytes: &bytes };
        let object = seal(&keys(), place(), &section, &mut Counter::default()).expect("it can be sealed");
        let opened = open(&keys(), place(), &object, |_, _| true).expect("it is what was sealed");
        prop_assert_eq!(&opened.bytes[..], &bytes[..]);
    }
}

fn keys() -> CaseKeys {
    CaseKeys::from_parts(Some([1; 32]), [2; 32], [3; 32])
}

fn place() -> Place<'static> {
    Place {
        origin: ORIGIN,
        event_id: &EVENT,
    }
}

fn section(group: Group, no: u8) -> Section<'static> {
    Section {
        group,
        no,
        salt: &SALT,
        bytes: TEXT,
    }
}

fn sealed(group: Group, no: u8) -> SealedObject {
    seal(&keys(), place(), &section(group, no), &mut Counter::default()).expect("it can be sealed")
}

fn why(keys: &CaseKeys, place: Place<'_>, object: &SealedObject) -> Error {
    open(keys, place, object, |_, _| true)
        .err()
        .expect("it must not open")
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
