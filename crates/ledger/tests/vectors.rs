//! Golden vectors: the bytes of version 1, frozen. A second implementation, in Python, recomputes them from their
//! inputs.
//!
//! When the first test fails, an encoding has changed: every log written before would stop verifying. The file is only
//! ever replaced together with a new version byte or a new label.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use declic_ledger::codec::Writer;
use declic_ledger::hash::Digest;
use declic_ledger::leaf::{Kind, Leaf, recipient_slots, recipient_tag, ticket_tag};
use declic_ledger::proof::{consistency_proof, inclusion_proof};
use declic_ledger::section::{Section, ct_root, object_digest, sections_root};
use declic_ledger::tree::{MAX_SIZE, MemoryTree, NodeReader, frontier_nodes};
use declic_ledger::{Checkpoint, Evidence, SignerKey};

const EVENTS: u64 = 20;
const ORIGIN: &str = "grand-livre.declic.example";
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/events.txt");

/// What a test of this file calls a line: a key, then values.
struct Lines(String);

#[test]
fn the_bytes_of_version_1_are_frozen() {
    let computed = vectors();
    let frozen = std::fs::read_to_string(FILE).unwrap_or_default();
    if computed == frozen {
        return;
    }
    let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("events.txt");
    std::fs::write(&beside, &computed).expect("the test's own directory is writable");
    let differ = frozen
        .lines()
        .zip(computed.lines())
        .position(|(old, new)| old != new);
    panic!(
        "the encoding changed: first difference at line {:?} of {FILE}; what is computed now is in {}",
        differ.map(|line| line + 1),
        beside.display()
    );
}

#[test]
fn a_second_implementation_recomputes_the_vectors() {
    let script = Path::new(FILE).with_file_name("check.py");
    let output = Command::new("python3")
        .arg("-B")
        .args([script.as_os_str(), FILE.as_ref()])
        .output()
        .expect("this test needs python3, without any package: install it with `apt-get install python3`");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(
        said.trim(),
        format!("{EVENTS} events, 1 checkpoint, 40 proofs: all as frozen")
    );
}

#[test]
fn the_second_implementation_notices_a_changed_vector() {
    let script = Path::new(FILE).with_file_name("check.py");
    let frozen = std::fs::read_to_string(FILE).expect("the vectors are there");
    for (key, name) in [
        ("leaf ", "leaf"),
        ("root ", "root"),
        ("checkpoint ", "checkpoint"),
        ("codec ", "codec"),
    ] {
        let place = frozen.rfind(&format!("\n{key}")).expect("every key is there") + 1 + key.len();
        let mut changed = frozen.clone().into_bytes();
        changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
        let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("changed-{name}.txt"));
        std::fs::write(&beside, changed).expect("the test's own directory is writable");
        let output = Command::new("python3")
            .arg("-B")
            .args([script.as_os_str(), beside.as_os_str()])
            .output()
            .expect(
                "this test needs python3, without any package: install it with `apt-get install python3`",
            );
        assert!(!output.status.success(), "a changed {name} was not noticed");
    }
}

fn vectors() -> String {
    let mut out = Lines(
        "# Frozen bytes of the log, version 1. Hexadecimal unless plainly a number or a name.\n".into(),
    );
    codec(&mut out);
    let key = SignerKey::from_seed(ORIGIN, &seed("log key", 0)).expect("the name is a name");
    out.line("signer", &[&key.to_secret_text()]);
    out.line("verifier", &[&key.verifier().to_text()]);
    let mut tree = MemoryTree::new();
    let leaves: Vec<_> = (0..EVENTS).map(|no| event(&mut out, no, &mut tree)).collect();
    let frontier: Vec<_> = frontier_nodes(EVENTS)
        .into_iter()
        .map(|id| hex(&tree.node(id).expect("complete").0))
        .collect();
    out.line("frontier", &[&frontier.join(" ")]);

    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: EVENTS,
        root: tree.root(),
    };
    let checkpoint = checkpoint.sign(&key).expect("the origin is the key's name");
    out.line("checkpoint", &[&hex(checkpoint.to_text().as_bytes())]);
    for index in 0..EVENTS {
        let hashes = inclusion_proof(index, EVENTS, &tree).expect("the tree is whole");
        let leaf = leaves[usize::try_from(index).expect("twenty")].to_vec();
        let file = Evidence {
            leaf,
            index,
            hashes,
            checkpoint: checkpoint.clone(),
        };
        assert!(file.verify(&key.verifier()).is_ok());
        out.line("proof_file", &[&hex(file.to_text().as_bytes())]);
    }
    for old in 1..=EVENTS {
        let hashes = consistency_proof(old, EVENTS, &tree).expect("the tree is whole");
        let hashes: Vec<_> = hashes.iter().map(|hash| hex(&hash.0)).collect();
        out.line("consistency", &[&old.to_string(), &hashes.join(" ")]);
    }
    out.0
}

/// One event: its inputs, then everything that follows from them.
fn event(out: &mut Lines, no: u64, tree: &mut MemoryTree) -> [u8; 242] {
    out.line("event", &[&no.to_string()]);
    let kind = if no % 7 == 6 {
        1 + u8::try_from(no % 6).expect("under six")
    } else {
        1
    };
    let event_id: [u8; 16] = first(seed("event id", no));
    let anchor_size = no - no % 5;
    let time_s = 1_795_338_000 + 61 * no;
    let version = [1, 2, 3, 255, 256, MAX_SIZE][at(no) % 6];
    let k_ticket_tag = seed("ticket tag key", no / 3);
    out.line("kind", &[&kind.to_string()]);
    out.line("event_id", &[&hex(&event_id)]);
    out.line("anchor_size", &[&anchor_size.to_string()]);
    out.line("time_s", &[&time_s.to_string()]);
    out.line("ticket", &[&hex(&k_ticket_tag), &version.to_string()]);

    let mut tags = Vec::new();
    for recipient in 0..no % 9 {
        let k_mbox = seed("mailbox key", recipient);
        out.line("k_mbox", &[&hex(&k_mbox)]);
        tags.push(recipient_tag(&k_mbox, &event_id));
    }
    let noise: Vec<u8> = (0..4).flat_map(|part| seed("noise", 4 * no + part)).collect();
    let noise: [u8; 128] = noise.try_into().expect("four times 32 bytes");
    out.line("noise", &[&hex(&noise)]);

    let (commitments, digests) = sections(out, no);
    let leaf = Leaf {
        kind: Kind::try_from(kind).expect("kinds 1 to 6 exist"),
        event_id,
        anchor_size,
        time_s,
        ticket_tag: ticket_tag(&k_ticket_tag, version),
        recipient_tags: recipient_slots(&tags, &noise).expect("eight at most"),
        sections_root: sections_root(&commitments).expect("one to eight"),
        ct_root: ct_root(&digests).expect("one to eight"),
    };
    tree.append(leaf.hash()).expect("the tree is small");
    out.line("sections_root", &[&leaf.sections_root.to_string()]);
    out.line("ct_root", &[&leaf.ct_root.to_string()]);
    out.line("leaf", &[&hex(&leaf.to_bytes())]);
    out.line("leaf_hash", &[&leaf.hash().to_string()]);
    out.line("root", &[&tree.root().to_string()]);
    leaf.to_bytes()
}

/// One to eight sections, from nothing to a few hundred bytes, each with a stored object.
fn sections(out: &mut Lines, no: u64) -> (Vec<Digest>, Vec<Digest>) {
    let mut commitments = Vec::new();
    let mut digests = Vec::new();
    for section in 0..=no % 8 {
        let salt = seed("salt", 8 * no + section);
        let bytes = seed("section", 8 * no + section).repeat(at(section * no) % 13);
        let object = seed("object", 8 * no + section).repeat(1 + at(section) % 3);
        let section_no = u8::try_from(section + 1).expect("eight at most");
        let commitment = Section {
            no: section_no,
            bytes: bytes.clone(),
        }
        .commit(&salt);
        out.line(
            "section",
            &[&section_no.to_string(), &hex(&salt), &format!("x{}", hex(&bytes))],
        );
        out.line("commitment", &[&commitment.to_string()]);
        out.line("object", &[&hex(&object)]);
        commitments.push(commitment);
        digests.push(object_digest(&object));
    }
    (commitments, digests)
}

/// The canonical encoding of a few values of every type.
fn codec(out: &mut Lines) {
    let text = "Déclic\u{a0}: l’accusé de réception";
    let mut all = Writer::new();
    all.u8(7)
        .u16(515)
        .u32(4_000_000_000)
        .u64(u64::MAX - 1)
        .i64(-86_400)
        .bool(true)
        .bytes(&[0, 255])
        .str(text);
    out.line(
        "codec",
        &[
            &hex(&all.finish()),
            "u8:7 u16:515 u32:4000000000 u64:18446744073709551614 i64:-86400 bool:1 bytes:x00ff",
            &format!("str:x{}", hex(text.as_bytes())),
        ],
    );
    let mut shapes = Writer::new();
    let write = |writer: &mut Writer, text: &str| {
        writer.str(text);
    };
    shapes
        .option(None, write)
        .option(Some("caf-56"), write)
        .list(&["a", "", "é"], |writer, text| {
            writer.str(text);
        });
    let list = format!("list:x{},x,x{}", hex(b"a"), hex("é".as_bytes()));
    out.line(
        "codec",
        &[
            &hex(&shapes.finish()),
            "none:",
            &format!("some:x{}", hex(b"caf-56")),
            &list,
        ],
    );
}

impl Lines {
    fn line(&mut self, key: &str, values: &[&str]) {
        writeln!(self.0, "{}", [&[key], values].concat().join(" ").trim_end())
            .expect("a String takes any text");
    }
}

/// 32 bytes that anybody can make again: SHA-256 of a purpose and a number.
fn seed(purpose: &str, no: u64) -> [u8; 32] {
    Digest::of(&[
        b"declic test vector\n",
        purpose.as_bytes(),
        b"\n",
        &no.to_be_bytes(),
    ])
    .0
}

fn first<const N: usize>(bytes: [u8; 32]) -> [u8; N] {
    std::array::from_fn(|i| bytes[i])
}

fn at(no: u64) -> usize {
    usize::try_from(no).expect("a small number")
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
