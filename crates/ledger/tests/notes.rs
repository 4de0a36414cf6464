//! Checkpoints, keys and proof files: they agree with the C2SP implementation of another house, and what is not
//! exactly one of them is refused.

use declic_ledger::checkpoint::{Error, KeyError, MAX_NOTE, MAX_SIGNATURES, parse_and_verify};
use declic_ledger::evidence;
use declic_ledger::hash::Digest;
use declic_ledger::leaf::{Kind, Leaf};
use declic_ledger::proof::inclusion_proof;
use declic_ledger::tree::{MAX_SIZE, MemoryTree};
use declic_ledger::verify::verify_inclusion;
use declic_ledger::{Checkpoint, Evidence, SignedCheckpoint, SignerKey, VerifierKey};
use proptest::prelude::*;
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};

const ORIGIN: &str = "grand-livre.declic.example/essai";

#[test]
fn a_signed_checkpoint_is_read_by_the_other_house() {
    let text = signed(42).to_text();
    let note = Note::from_bytes(text.as_bytes()).expect("it is a signed note");
    let verifier = StandardVerifier::new(&key().verifier().to_text()).expect("it is a verifier key");
    let known = VerifierList::new(vec![Box::new(verifier)]);
    let (verified, unverified) = note.verify(&known).expect("the signature holds");
    assert_eq!((verified.len(), unverified.len()), (1, 0));

    let theirs = tlog_tiles::Checkpoint::from_bytes(note.text()).expect("it is a checkpoint");
    assert_eq!(
        (theirs.origin(), theirs.size(), theirs.hash().0),
        (ORIGIN, 42, [7; 32])
    );
    assert_eq!(theirs.to_bytes(), checkpoint(42).body().into_bytes());
}

#[test]
fn a_checkpoint_signed_by_the_other_house_is_read() {
    let signer = StandardSigner::new(&key().to_secret_text()).expect("it is a signer key");
    let mut note = Note::new(checkpoint(42).body().as_bytes(), &[]).expect("the body is a note's text");
    note.add_sigs(&[&signer]).expect("signing works");
    let text = String::from_utf8(note.to_bytes()).expect("notes are UTF-8");
    assert_eq!(parse_and_verify(&text, &key().verifier()), Ok(checkpoint(42)));
    assert_eq!(text, signed(42).to_text(), "both houses write the same bytes");
}

#[test]
fn keys_read_back_and_show_nothing_secret() {
    let key = key();
    let again = SignerKey::parse(&key.to_secret_text()).expect("it is a signer key");
    assert_eq!(again.verifier(), key.verifier());
    assert_eq!(VerifierKey::parse(&key.verifier().to_text()), Ok(key.verifier()));
    assert_eq!(
        format!("{key:?}"),
        format!("SignerKey {{ name: {ORIGIN:?}, .. }}")
    );
}

#[test]
fn what_is_not_a_key_is_refused() {
    let good = key().verifier().to_text();
    let (name, rest) = good.split_once('+').expect("three parts");
    let (id, base64) = rest.split_once('+').expect("three parts");
    let refused = [
        (String::new(), KeyError::Form),
        (name.to_owned(), KeyError::Form),
        (format!("{name}+{id}"), KeyError::Form),
        (format!("{name}+{id}+"), KeyError::Form),
        (format!("{name}+{id}+{base64}!"), KeyError::Form),
        (format!("{name}+{id}+AQID"), KeyError::Form),
        (format!("{name}+{id}+AgID"), KeyError::Algorithm),
        (format!("{name}+0{id}+{base64}"), KeyError::Form),
        (format!("{name}+00000000+{base64}"), KeyError::Id),
        (format!("other+{id}+{base64}"), KeyError::Id),
        (format!("+{id}+{base64}"), KeyError::Name),
        (format!("a b+{id}+{base64}"), KeyError::Name),
        (format!("a\u{a0}b+{id}+{base64}"), KeyError::Name),
    ];
    for (text, why) in refused {
        assert_eq!(VerifierKey::parse(&text), Err(why), "{text:?}");
    }
    assert_eq!(SignerKey::parse(&good).err(), Some(KeyError::Form));
    assert_eq!(SignerKey::from_seed("a+b", &[1; 32]).err(), Some(KeyError::Name));
}

#[test]
fn a_changed_checkpoint_does_not_pass_for_the_signed_one() {
    let text = signed(42).to_text();
    let key = key().verifier();
    for changed in [text.replacen("42", "43", 1), text.replacen("BwcH", "BwcI", 1)] {
        assert_ne!(changed, text);
        assert_eq!(parse_and_verify(&changed, &key), Err(Error::BadSignature));
    }
    assert_eq!(
        parse_and_verify(&text.replace("essai", "autre"), &key),
        Err(Error::Origin)
    );

    let other = SignerKey::from_seed(ORIGIN, &[2; 32]).expect("the name is a name");
    let by_other = checkpoint(42).sign(&other).expect("the origin is the key's name");
    assert_eq!(by_other.verify(&key), Err(Error::Unsigned));
    let elsewhere = Checkpoint {
        origin: "elsewhere".to_owned(),
        ..checkpoint(42)
    };
    assert_eq!(elsewhere.sign(&other).err(), Some(Error::Origin));
}

#[test]
fn lines_of_unknown_keys_are_kept_and_prove_nothing() {
    let text = signed(42).to_text();
    let witnessed = format!("{text}\u{2014} caf-56.example AAAAAQIDBA==\n");
    let read = SignedCheckpoint::parse(&witnessed).expect("it is a note");
    assert_eq!(read.signatures().len(), 2);
    assert_eq!(read.to_text(), witnessed);
    assert_eq!(read.verify(&key().verifier()), Ok(&checkpoint(42)));

    let own_line = text.lines().last().expect("a signature line");
    let without = witnessed.replace(&format!("{own_line}\n"), "");
    assert_eq!(
        parse_and_verify(&without, &key().verifier()),
        Err(Error::Unsigned)
    );

    let forged = own_line.replacen("8", "9", 1);
    let id_kept = SignedCheckpoint::parse(&format!("{text}{forged}\n")).is_ok_and(|read| {
        let lines = read.signatures();
        lines[0].key_id == lines[1].key_id && lines[0] != lines[1]
    });
    assert!(id_kept, "the test must forge the signature and keep the key's id");
    assert_eq!(
        parse_and_verify(&format!("{text}{forged}\n"), &key().verifier()),
        Err(Error::BadSignature)
    );
}

#[test]
fn what_is_not_a_signed_checkpoint_is_refused() {
    let text = signed(42).to_text();
    let (body, line) = text.split_once("\n\n").expect("a blank line");
    let many = format!("{body}\n\n{}", line.repeat(MAX_SIGNATURES + 1));
    assert!(SignedCheckpoint::parse(&format!("{body}\n\n{}", line.repeat(MAX_SIGNATURES))).is_ok());
    let refused = [
        (String::new(), Error::Note),
        (text.trim_end().to_owned(), Error::Note),
        (format!("{text}\n"), Error::Note),
        (format!("{body}\n{line}"), Error::Note),
        (format!("{body}\n\n"), Error::Note),
        (format!("{body}\r\n\n{line}"), Error::Note),
        (text.replace('\u{2014}', "-"), Error::Note),
        (format!("{text}\u{2014} name\n"), Error::Note),
        (format!("{text}\u{2014} name AAA=\n"), Error::Note),
        (format!("{text}\u{2014} a+b AAAAAQID\n"), Error::Note),
        (many, Error::TooLarge),
        (format!("{}\n{text}", "x".repeat(MAX_NOTE)), Error::TooLarge),
        (text.replacen("42", "042", 1), Error::Checkpoint),
        (text.replacen("42", "+42", 1), Error::Checkpoint),
        (text.replacen("42", "", 1), Error::Checkpoint),
        (
            text.replacen("42", &(MAX_SIZE + 1).to_string(), 1),
            Error::Checkpoint,
        ),
        (text.replacen("42", "99999999999999999999", 1), Error::Checkpoint),
        (text.replacen("BwcH", "", 1), Error::Checkpoint),
        (format!("\n{text}"), Error::Checkpoint),
        (format!("{ORIGIN}\n\n{line}"), Error::Checkpoint),
    ];
    for (text, why) in refused {
        assert_eq!(SignedCheckpoint::parse(&text).err(), Some(why), "{text:?}");
    }
}

#[test]
fn a_proof_file_reads_back_and_shows_its_leaf() {
    let (files, key) = files();
    for (index, file) in files.iter().enumerate() {
        let text = file.to_text();
        assert_eq!(Evidence::parse(&text).as_ref(), Ok(file));
        let shown = verify_inclusion(&text, &key).expect("the proof holds");
        assert_eq!((shown.index, shown.leaf), (index as u64, leaf(index as u64)));
        assert_eq!(shown.checkpoint.size, files.len() as u64);
    }
}

#[test]
fn a_changed_proof_file_shows_nothing() {
    let (files, key) = files();
    let file = &files[3];
    let mut other_leaf = file.clone();
    other_leaf.leaf[20] ^= 1;
    assert_eq!(other_leaf.verify(&key), Err(evidence::Error::NotIncluded));
    let other_index = Evidence {
        index: 2,
        ..file.clone()
    };
    assert_eq!(other_index.verify(&key), Err(evidence::Error::NotIncluded));
    let shorter = Evidence {
        hashes: file.hashes[1..].to_vec(),
        ..file.clone()
    };
    assert_eq!(shorter.verify(&key), Err(evidence::Error::NotIncluded));
    let stranger = SignerKey::from_seed(ORIGIN, &[9; 32])
        .expect("the name is a name")
        .verifier();
    assert_eq!(
        file.verify(&stranger),
        Err(evidence::Error::Checkpoint(Error::Unsigned))
    );

    let text = file.to_text();
    for broken in [
        String::new(),
        text.replace("@v1", "@v2"),
        text.replace("extra ", "extra"),
        text.replace("index 3", "index 03"),
        text.replace("index 3", "index -3"),
        text.replacen("\n\n", "\n", 1),
        text.replacen("\n\n", "\nAAAA\n\n", 1),
        text.replacen(
            "\n\n",
            &format!("{}\n\n", "\n".to_owned() + &Digest([0; 32]).to_base64()).repeat(64),
            1,
        ),
        text.clone() + &"x".repeat(80_000),
    ] {
        assert!(verify_inclusion(&broken, &key).is_err(), "{broken:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered_without_a_panic(text in any::<String>(), cut in 0_usize..900, with in ".{0,4}") {
        let (files, key) = files();
        let mut spliced = files[3].to_text();
        let place = (0..=cut.min(spliced.len())).rev().find(|at| spliced.is_char_boundary(*at)).expect("0 is one");
        spliced.insert_str(place, &with);
        for text in [text, spliced] {
            if let Ok(note) = SignedCheckpoint::parse(&text) {
                prop_assert_eq!(note.to_text(), text.clone());
            }
            if let Ok(file) = Evidence::parse(&text) {
                prop_assert_eq!(file.to_text(), text.clone());
            }
            prop_assert!(VerifierKey::parse(&text).is_err() && SignerKey::parse(&text).is_err());
            prop_assert!(parse_and_verify(&text, &key).is_err());
        }
    }
}

fn key() -> SignerKey {
    SignerKey::from_seed(ORIGIN, &[1; 32]).expect("the name is a name")
}

fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint {
        origin: ORIGIN.to_owned(),
        size,
        root: Digest([7; 32]),
    }
}

fn signed(size: u64) -> SignedCheckpoint {
    checkpoint(size)
        .sign(&key())
        .expect("the origin is the key's name")
}

fn leaf(index: u64) -> Leaf {
    Leaf {
        kind: Kind::Event,
        event_id: [u8::try_from(index).expect("a handful"); 16],
        anchor_size: 0,
        time_s: 1_795_000_000 + index,
        ticket_tag: [1; 16],
        recipient_tags: [[2; 16]; 8],
        sections_root: Digest([3; 32]),
        ct_root: Digest([4; 32]),
    }
}

fn files() -> (Vec<Evidence>, VerifierKey) {
    let mut tree = MemoryTree::new();
    for index in 0..7 {
        tree.append(leaf(index).hash()).expect("the tree is small");
    }
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 7,
        root: tree.root(),
    };
    let checkpoint = checkpoint.sign(&key()).expect("the origin is the key's name");
    let file = |index| Evidence {
        leaf: leaf(index).to_bytes().to_vec(),
        index,
        hashes: inclusion_proof(index, 7, &tree).expect("the tree is whole"),
        checkpoint: checkpoint.clone(),
    };
    ((0..7).map(file).collect(), key().verifier())
}
