//! The ledger in files: what `ledger export` writes and `ledger verify` reads, years later and without a hub.
//!
//! A folder holds `leaves.bin` (242 bytes a leaf, in order), `log-key.txt` (the ledger's public key) and one
//! `checkpoint-<size>.txt` for each checkpoint kept: exporting again into the same folder keeps the earlier ones, and
//! the whole must still hold together.

use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use declic_ledger::VerifierKey;
use declic_ledger::checkpoint::MAX_NOTE;
use declic_ledger::leaf;
use declic_ledger::verify::{LogVerifier, Report};
use declic_words::{Arg, Lang, text};

use crate::failure::{Exit, Failure};

pub const LEAVES: &str = "leaves.bin";
pub const KEY: &str = "log-key.txt";

/// The files of an exported ledger.
#[derive(Debug, PartialEq, Eq)]
pub struct Files {
    pub checkpoints: Vec<PathBuf>,
    pub leaves: PathBuf,
}

/// The files of a folder.
pub fn of_folder(folder: &Path, lang: Lang) -> Result<Files, Failure> {
    let place = folder.display().to_string();
    let failed = |error: &std::io::Error| Failure::of_io(lang, &place, error);
    let mut checkpoints = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| failed(&error))? {
        let path = entry.map_err(|error| failed(&error))?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with("checkpoint") && name.ends_with(".txt") {
            checkpoints.push(path);
        }
    }
    if checkpoints.is_empty() {
        return Err(Failure::usage(text(
            lang,
            "cli-no-checkpoint",
            &[("place", Arg::Text(&place))],
        )));
    }
    checkpoints.sort();
    Ok(Files {
        checkpoints,
        leaves: folder.join(LEAVES),
    })
}

/// Checks the whole ledger of these files, leaf by leaf.
pub fn verify(files: &Files, key: &VerifierKey, lang: Lang) -> Result<Report, Failure> {
    let mut checkpoints = Vec::new();
    for path in &files.checkpoints {
        checkpoints.push(read_text(path, MAX_NOTE as u64, lang)?);
    }
    let place = files.leaves.display().to_string();
    let failed = |error: &std::io::Error| Failure::of_io(lang, &place, error);
    let file = std::fs::File::open(&files.leaves).map_err(|error| failed(&error))?;
    let mut input = BufReader::new(file);
    let mut verifier = LogVerifier::new(key, checkpoints.iter().map(String::as_str));
    let mut bytes = [0; leaf::LEN];
    loop {
        let read = fill(&mut input, &mut bytes).map_err(|error| failed(&error))?;
        match read {
            0 => return Ok(verifier.finish()),
            leaf::LEN => verifier.leaf(&bytes),
            _ => {
                let sentence = text(lang, "cli-leaves-cut", &[("place", Arg::Text(&place))]);
                return Err(Failure::new(Exit::Failure, sentence));
            }
        }
    }
}

/// Writes a ledger into a folder, made when it is not there. Checkpoints of earlier exports stay.
pub fn write(
    folder: &Path,
    checkpoint: &str,
    size: u64,
    leaves: &[Vec<u8>],
    key: &VerifierKey,
    lang: Lang,
) -> Result<(), Failure> {
    let place = folder.display().to_string();
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| {
            replace(&folder.join(LEAVES), |file| {
                leaves.iter().try_for_each(|leaf| file.write_all(leaf))
            })
        })
        .and_then(|()| replace(&folder.join(KEY), |file| writeln!(file, "{}", key.to_text())))
        .and_then(|()| {
            let name = format!("checkpoint-{size}.txt");
            replace(&folder.join(name), |file| file.write_all(checkpoint.as_bytes()))
        });
    written.map_err(|error| Failure::of_io(lang, &place, &error))
}

/// Reads a small text file.
pub fn read_text(path: &Path, limit: u64, lang: Lang) -> Result<String, Failure> {
    let place = path.display().to_string();
    let mut content = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(limit + 1).read_to_string(&mut content));
    read.map_err(|error| Failure::of_io(lang, &place, &error))?;
    if content.len() as u64 > limit {
        return Err(Failure::usage(text(
            lang,
            "cli-too-large",
            &[("place", Arg::Text(&place))],
        )));
    }
    Ok(content)
}

/// Whole or not at all: a file that an interruption would leave half written is never the one that is read.
fn replace(
    path: &Path,
    write: impl FnOnce(&mut std::io::BufWriter<std::fs::File>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let unfinished = path.with_extension("part");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&unfinished)?);
    write(&mut file)?;
    file.into_inner()
        .map_err(std::io::IntoInnerError::into_error)?
        .sync_all()?;
    std::fs::rename(unfinished, path)
}

/// Fills as much of the bytes as the input has.
fn fill(input: &mut impl Read, bytes: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match input.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
pub mod tests {
    use declic_ledger::leaf::{Kind, Leaf, leaf_hash};
    use declic_ledger::tree::Frontier;
    use declic_ledger::{Checkpoint, Digest, SignerKey};
    use proptest::{prop_assert, prop_assert_eq};

    use super::*;

    #[test]
    fn an_exported_ledger_is_verified_from_its_files_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = export(folder.path(), 3);
        export(folder.path(), 5);
        let files = of_folder(folder.path(), Lang::Fr).expect("files");
        assert_eq!(files.checkpoints.len(), 2, "the earlier checkpoint is kept");
        let report = verify(&files, &key, Lang::Fr).expect("a report");
        assert!(report.is_sound(), "{:?}", report.findings);
        assert_eq!(
            (report.leaves, report.checkpoints.len(), report.unsigned),
            (5, 2, 0)
        );
    }

    #[test]
    fn a_changed_a_missing_and_a_cut_leaf_are_found() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = export(folder.path(), 5);
        let files = of_folder(folder.path(), Lang::Fr).expect("files");
        let whole = std::fs::read(&files.leaves).expect("the leaves");

        let mut changed = whole.clone();
        changed[leaf::LEN * 2 + 40] ^= 1;
        std::fs::write(&files.leaves, changed).expect("written");
        assert!(!verify(&files, &key, Lang::Fr).expect("a report").is_sound());

        std::fs::write(&files.leaves, &whole[leaf::LEN..]).expect("written");
        assert!(!verify(&files, &key, Lang::Fr).expect("a report").is_sound());

        std::fs::write(&files.leaves, &whole[..whole.len() - 1]).expect("written");
        assert_eq!(
            verify(&files, &key, Lang::Fr).expect_err("a cut leaf").exit,
            Exit::Failure
        );
    }

    #[test]
    fn a_ledger_signed_by_another_key_is_not_believed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        export(folder.path(), 3);
        let other = SignerKey::from_seed("declic.example/log", &[9; 32])
            .expect("a key")
            .verifier();
        let files = of_folder(folder.path(), Lang::Fr).expect("files");
        assert!(!verify(&files, &other, Lang::Fr).expect("a report").is_sound());
    }

    #[test]
    fn other_leaves_than_those_that_were_signed_are_never_sound() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = export(folder.path(), 5);
        let files = of_folder(folder.path(), Lang::Fr).expect("files");
        let whole = std::fs::read(&files.leaves).expect("the leaves");
        crate::hostile::each(&[&whole], |leaves| {
            std::fs::write(&files.leaves, leaves).expect("written");
            match verify(&files, &key, Lang::Fr) {
                Ok(report) => {
                    prop_assert_eq!(report.leaves as usize * leaf::LEN, leaves.len());
                    // What follows the last checkpoint is not vouched for, and counted apart.
                    let vouched = leaves.get(..whole.len()) == Some(&whole);
                    let after = leaves.len().saturating_sub(whole.len()) / leaf::LEN;
                    prop_assert!(!report.is_sound() || (vouched && report.unsigned as usize == after));
                    prop_assert!(report.is_sound() || !report.findings.is_empty());
                }
                Err(failure) => {
                    prop_assert!(leaves.len() % leaf::LEN != 0, "whole leaves: {:?}", failure);
                    prop_assert!(!failure.sentence.is_empty());
                }
            }
            Ok(())
        });
    }

    #[test]
    fn a_checkpoint_that_nobody_signed_is_found_or_told() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = export(folder.path(), 5);
        let files = of_folder(folder.path(), Lang::Fr).expect("files");
        let place = &files.checkpoints[0];
        let signed = std::fs::read(place).expect("the checkpoint");
        // Others may sign beside the ledger's own key; what is signed is the text above the empty line.
        let end = signed
            .windows(2)
            .position(|bytes| bytes == b"\n\n")
            .expect("an empty line");
        crate::hostile::each(&[&signed], |checkpoint| {
            std::fs::write(place, checkpoint).expect("written");
            match verify(&files, &key, Lang::Fr) {
                Ok(report) if report.is_sound() => prop_assert!(checkpoint.starts_with(&signed[..end])),
                Ok(_) => prop_assert!(checkpoint != signed),
                Err(failure) => prop_assert!(!failure.sentence.is_empty()),
            }
            Ok(())
        });
    }

    #[test]
    fn a_key_that_is_not_the_one_written_is_never_read_as_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = export(folder.path(), 1);
        let place = folder.path().join(KEY);
        let written = std::fs::read(&place).expect("the key");
        crate::hostile::each(&[&written], |bytes| {
            std::fs::write(&place, bytes).expect("written");
            match read_text(&place, 1024, Lang::Fr) {
                Ok(read) => {
                    prop_assert!(read.len() <= 1024 && read.as_bytes() == bytes);
                    let same = read.trim() == key.to_text();
                    let parsed = VerifierKey::parse(read.trim());
                    prop_assert_eq!(parsed.is_ok_and(|parsed| parsed.to_text() == key.to_text()), same);
                }
                Err(failure) => {
                    prop_assert!(bytes.len() > 1024 || std::str::from_utf8(bytes).is_err());
                    prop_assert!(!failure.sentence.is_empty());
                }
            }
            Ok(())
        });
    }

    /// Writes an invented ledger of this size and returns its key.
    pub fn export(folder: &Path, size: u8) -> VerifierKey {
        let signer = SignerKey::from_seed("declic.example/log", &[7; 32]).expect("a key");
        let mut frontier = Frontier::new();
        let leaves: Vec<Vec<u8>> = (0..size).map(|number| leaf(number).to_bytes().to_vec()).collect();
        for leaf in &leaves {
            frontier.append(leaf_hash(leaf)).expect("a small tree");
        }
        let checkpoint = Checkpoint {
            origin: signer.name().to_owned(),
            size: size.into(),
            root: frontier.root(),
        };
        let signed = checkpoint.sign(&signer).expect("signed").to_text();
        write(
            folder,
            &signed,
            size.into(),
            &leaves,
            &signer.verifier(),
            Lang::Fr,
        )
        .expect("written");
        signer.verifier()
    }

    fn leaf(number: u8) -> Leaf {
        Leaf {
            kind: Kind::Event,
            event_id: [number; 16],
            anchor_size: 0,
            time_s: 1_764_000_000,
            ticket_tag: [1; 16],
            recipient_tags: [[2; 16]; leaf::RECIPIENTS],
            sections_root: Digest([3; 32]),
            ct_root: Digest([4; 32]),
        }
    }
}
