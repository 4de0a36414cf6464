//! Records: what is written is read, nothing else is, and the bytes of a release stay those of that release.
//!
//! `v1/` holds the frozen bytes, in hexadecimal, 40 bytes to a line. A record that no longer gives its bytes, or no
//! longer reads from them, breaks what is stored and what the ledger has committed: such a change takes a new version
//! byte and a folder of its own, and these stay. Sums of the figures are made again instead: they are no record of what
//! happened.

mod changes;
mod clocks;
mod figures;
mod kept;
mod parts;
mod samples;
mod strategies;

use std::fmt::Debug;
use std::path::Path;

use declic_domain::name::CaseId;
use declic_ledger::codec;
use declic_store::TicketSummary;
use declic_store::record::{self, Error, directory, meta, note, opening, personal, rules, state, summary};
use proptest::prelude::*;
use uuid::Uuid;

#[test]
fn the_bytes_of_the_first_release_are_frozen_and_read() {
    let mut faults = Vec::new();
    for sample in samples::all() {
        let frozen = frozen(&sample.name);
        let given = hex(&sample.bytes);
        if frozen.as_deref() != Some(given.as_str()) {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("records");
            std::fs::create_dir_all(&kept).expect("a folder in the target");
            std::fs::write(kept.join(format!("{}.hex", sample.name)), &given).expect("a file in the target");
            faults.push(format!(
                "{}: the bytes now given are in {}",
                sample.name,
                kept.display()
            ));
        }
        (sample.reads_back)(&sample.bytes);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn there_is_no_frozen_record_without_its_sample() {
    let names: Vec<String> = samples::all()
        .into_iter()
        .map(|sample| format!("{}.hex", sample.name))
        .collect();
    for file in std::fs::read_dir(folder()).expect("the frozen records are there") {
        let name = file.expect("a file").file_name().to_string_lossy().into_owned();
        assert!(names.contains(&name), "{name} is checked by no test");
    }
}

#[test]
fn every_shorter_longer_or_newer_record_is_refused() {
    for sample in samples::all() {
        let bytes = &sample.bytes;
        for cut in 0..bytes.len() {
            let refused = (sample.refusal)(&bytes[..cut]).expect("a cut record is refused");
            assert!(
                matches!(refused, Error::Layout(_)),
                "{} cut at {cut}: {refused}",
                sample.name
            );
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(
            (sample.refusal)(&longer),
            Some(Error::Layout(codec::Error::Trailing(1))),
            "{}",
            sample.name
        );
        let newer = [&[255], &bytes[1..]].concat();
        assert_eq!(
            (sample.refusal)(&newer),
            Some(Error::Version(255)),
            "{}",
            sample.name
        );
    }
}

#[test]
fn no_changed_byte_reads_as_the_same_record() {
    for sample in samples::all() {
        for position in 0..sample.bytes.len() {
            let mut bytes = sample.bytes.clone();
            bytes[position] ^= 0x55;
            // It may read as another record, never as this one, and never in two ways.
            if let Some(again) = (sample.encoded_again)(&bytes) {
                assert_eq!(again, bytes, "{} at {position}", sample.name);
            }
        }
    }
}

#[test]
fn every_kind_of_event_has_its_name_and_no_other_text_has_one() {
    for event in samples::events() {
        assert_eq!(meta::kind_name(event.kind.name()), Some(event.kind.name()));
    }
    for text in ["", "opened", "ERASED", "OPENED "] {
        assert_eq!(meta::kind_name(text), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_written_of_an_event_is_read(event in strategies::event(), context in strategies::context()) {
        let bytes = meta::encode(&event, &context);
        prop_assert_eq!(meta::decode(&bytes), Ok((event, context)));
    }

    #[test]
    fn what_is_written_of_words_is_read(words in strategies::personal(), text in ".{0,40}") {
        prop_assert_eq!(personal::decode(&personal::encode(&words)), Ok(words));
        prop_assert_eq!(note::decode(&note::encode(&text)), Ok(text));
    }

    #[test]
    fn what_is_written_of_an_opening_is_read(words in strategies::opening()) {
        prop_assert_eq!(opening::decode(&opening::encode(&words)), Ok(words));
    }

    #[test]
    fn what_is_written_of_a_state_is_read(case in strategies::case(), ticket in strategies::ticket()) {
        prop_assert_eq!(state::decode_case(&state::encode_case(&case)), Ok(case));
        prop_assert_eq!(state::decode_ticket(&state::encode_ticket(&ticket)), Ok(ticket));
    }

    #[test]
    fn a_list_reads_of_two_states_what_they_hold(case in strategies::case(), mut ticket in strategies::ticket()) {
        ticket.name.case = case.id;
        let read = summary::of_states(&state::encode_case(&case), &state::encode_ticket(&ticket));
        let written = TicketSummary::of(&case, &ticket);
        let held_since = written.held_since.as_microsecond();
        let again = summary::decode(&summary::encode(&written), written.name, written.state, held_since);
        prop_assert_eq!(&read, &again);
        prop_assert_eq!(read, Ok(written));
        ticket.name.case = CaseId(Uuid::from_u128(ticket.name.case.0.as_u128() ^ 1));
        let read = summary::of_states(&state::encode_case(&case), &state::encode_ticket(&ticket));
        prop_assert_eq!(read, Err(Error::Value("the case of a ticket")));
    }

    #[test]
    fn what_is_written_of_an_item_is_read(item in strategies::item()) {
        prop_assert_eq!(directory::decode(&directory::encode(&item)), Ok(item));
    }

    #[test]
    fn bytes_that_read_are_the_only_encoding_of_their_value(
        index in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let samples = samples::all();
        let sample = index.get(&samples);
        let mut bytes = sample.bytes.clone();
        for (position, byte) in changes {
            let position = position.index(bytes.len());
            bytes[position] = byte;
        }
        if let Some(again) = (sample.encoded_again)(&bytes) {
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn any_bytes_at_all_are_read_or_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _read = (
            meta::decode(&bytes).is_ok(),
            personal::decode(&bytes).is_ok(),
            opening::decode(&bytes).is_ok(),
            note::decode(&bytes).is_ok(),
            state::decode_case(&bytes).is_ok(),
            state::decode_ticket(&bytes).is_ok(),
            directory::decode(&bytes).is_ok(),
            summary::of_states(&bytes, &bytes).is_ok(),
            rules::decode(&bytes).is_ok(),
            record::figures::decode_case(&bytes).is_ok(),
        );
    }
}

type ReadsBack = dyn Fn(&[u8]);

/// One record and what its kind can do.
pub struct Sample {
    name: String,
    bytes: Vec<u8>,
    /// Panics when the bytes are not those of the sample's own value.
    reads_back: Box<ReadsBack>,
    refusal: fn(&[u8]) -> Option<record::Error>,
    /// Decodes, and encodes what it decoded.
    encoded_again: fn(&[u8]) -> Option<Vec<u8>>,
}

fn sample<T: Clone + PartialEq + Debug + 'static>(
    name: impl Into<String>,
    value: T,
    bytes: Vec<u8>,
    decode: fn(&[u8]) -> Result<T, Error>,
    refusal: fn(&[u8]) -> Option<Error>,
    encoded_again: fn(&[u8]) -> Option<Vec<u8>>,
) -> Sample {
    let reads_back = Box::new(move |bytes: &[u8]| assert_eq!(decode(bytes), Ok(value.clone())));
    Sample {
        name: name.into(),
        bytes,
        reads_back,
        refusal,
        encoded_again,
    }
}

fn frozen(name: &str) -> Option<String> {
    std::fs::read_to_string(folder().join(format!("{name}.hex"))).ok()
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/records/v1")
}

fn hex(bytes: &[u8]) -> String {
    let lines = bytes
        .chunks(40)
        .map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    lines.map(|line| line + "\n").collect()
}
