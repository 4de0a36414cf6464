//! The folder of a demo, or of a generated year: where everything it makes is, and what may be wiped of it.

use std::collections::HashMap;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use declic_auth::SigningKey;
use declic_runtime::SecretFile;
use declic_words::{Arg, Lang, text};

use super::people::{self, MEMBERS};
use crate::failure::{Exit, Failure};
use crate::settings::private_key;

/// Says that a folder is a demo's. Held open and locked while the demo runs.
const MARK: &str = "demo.lock";
const MARK_TEXT: &str =
    "This folder was made by `declic demo` or `declic generate`, which may wipe it with --fresh.\n";

/// All that the demo makes: `--fresh` wipes these names and no other.
const MADE: [&str; 7] = [
    "hub",
    "keys",
    "agencies",
    "ledger",
    "cases",
    "directory.toml",
    "hub.toml",
];

/// A demo's folder, ours alone until it is dropped.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    lang: Lang,
    _lock: File,
}

impl Folder {
    /// Takes a folder, made when it is not there; wipes what an earlier demo left when asked to.
    pub fn open(root: &Path, fresh: bool, lang: Lang) -> Result<Self, Failure> {
        let failed = |error: &std::io::Error| Failure::of_io(lang, &root.display().to_string(), error);
        let mark = root.join(MARK);
        if !mark.is_file() && !is_empty(root).map_err(|error| failed(&error))? {
            return Err(said(lang, "demo-not-ours", root));
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(root)
            .map_err(|error| failed(&error))?;
        let lock = OpenOptions::new().create(true).append(true).open(&mark);
        let mut lock = lock.map_err(|error| failed(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(said(lang, "demo-in-use", root)),
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        let marked = lock.metadata().map_err(|error| failed(&error))?.len() > 0;
        if !marked {
            lock.write_all(MARK_TEXT.as_bytes())
                .map_err(|error| failed(&error))?;
        }
        let folder = Self {
            root: root.to_owned(),
            lang,
            _lock: lock,
        };
        if fresh {
            folder.wipe()?;
        }
        Ok(folder)
    }

    /// A place in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The private key of a member.
    pub fn key_file(&self, member: &str) -> PathBuf {
        self.path("keys").join(format!("{member}.pem"))
    }

    /// Reads the private key of a member.
    pub fn key(&self, member: &str) -> Result<SigningKey, Failure> {
        private_key(&self.key_file(member), self.lang)
    }

    /// The key that signs the ledger, made by the hub at its first start.
    pub fn ledger_key_file(&self) -> SecretFile {
        SecretFile::new(self.path("hub/secrets/ledger.key"))
    }

    /// The private keys of these members, made where they are missing.
    pub fn keys<'a>(
        &self,
        members: impl Iterator<Item = &'a str>,
    ) -> Result<HashMap<String, SigningKey>, Failure> {
        self.make_folder("keys")?;
        let mut keys = HashMap::new();
        for member in members {
            if !self.key_file(member).exists() {
                self.make_key(member)?;
            }
            keys.insert(member.to_owned(), self.key(member)?);
        }
        Ok(keys)
    }

    /// Makes the keys that are missing, and writes the directory of everybody with their public keys.
    pub fn write_directory(&self) -> Result<PathBuf, Failure> {
        let keys = self.keys(MEMBERS.iter().map(|member| member.id))?;
        let key_of = |id: &str| keys.get(id).map(SigningKey::public_base64).unwrap_or_default();
        let path = self.path("directory.toml");
        // A hub that has begun keeps its own directory: the file it began with stays beside it.
        if !self.path("hub").exists() {
            self.write(&path, people::directory(key_of).as_bytes())?;
        }
        Ok(path)
    }

    /// Writes the input of a case, for who wants to open it again by hand.
    pub fn write_case(&self, file: &str, input: &str) -> Result<(), Failure> {
        self.make_folder("cases")?;
        self.write(&self.path("cases").join(file), input.as_bytes())
    }

    /// Writes a file.
    pub fn write(&self, path: &Path, content: &[u8]) -> Result<(), Failure> {
        let failed = |error| Failure::of_io(self.lang, &path.display().to_string(), &error);
        std::fs::write(path, content).map_err(failed)
    }

    fn make_key(&self, member: &str) -> Result<(), Failure> {
        let mut entropy = [0; 32];
        getrandom::fill(&mut entropy).map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
        let key = SigningKey::generate(entropy);
        entropy.fill(0);
        let path = self.key_file(member);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        file.and_then(|mut file| file.write_all(key.to_pkcs8_pem().as_bytes()))
            .map_err(|error| Failure::of_io(self.lang, &path.display().to_string(), &error))
    }

    fn make_folder(&self, name: &str) -> Result<(), Failure> {
        let path = self.path(name);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.map_err(|error| Failure::of_io(self.lang, &path.display().to_string(), &error))
    }

    fn wipe(&self) -> Result<(), Failure> {
        for name in MADE {
            let path = self.path(name);
            let gone = match std::fs::symlink_metadata(&path) {
                Ok(found) if found.is_dir() => std::fs::remove_dir_all(&path),
                Ok(_) => std::fs::remove_file(&path),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
            };
            gone.map_err(|error| Failure::of_io(self.lang, &path.display().to_string(), &error))?;
        }
        Ok(())
    }
}

/// Whether a folder holds nothing, or is not there.
fn is_empty(folder: &Path) -> std::io::Result<bool> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

fn said(lang: Lang, key: &str, root: &Path) -> Failure {
    let place = root.display().to_string();
    Failure::usage(text(lang, key, &[("place", Arg::Text(&place))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_a_demos_is_left_alone_also_when_fresh() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let theirs = home.path().join("hub");
        std::fs::write(&theirs, "theirs").expect("a file");
        for fresh in [false, true] {
            let refused = Folder::open(home.path(), fresh, Lang::Fr).expect_err("not a demo's");
            assert_eq!(refused.exit, Exit::Usage);
        }
        assert_eq!(std::fs::read_to_string(&theirs).expect("still there"), "theirs");
    }

    #[test]
    fn fresh_wipes_what_the_demo_made_and_keeps_what_others_put_there() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let root = home.path().join("demo");
        let folder = Folder::open(&root, false, Lang::Fr).expect("a new folder");
        folder.write_directory().expect("keys and directory");
        let key = folder.key("camille.martin").expect("a key").public_base64();
        std::fs::write(folder.path("notes.txt"), "mine").expect("a file");
        drop(folder);

        let again = Folder::open(&root, false, Lang::Fr).expect("a demo's folder");
        again.write_directory().expect("the same keys");
        assert_eq!(again.key("camille.martin").expect("a key").public_base64(), key);
        drop(again);

        let fresh = Folder::open(&root, true, Lang::Fr).expect("a demo's folder");
        assert!(!fresh.path("keys").exists() && fresh.path("notes.txt").exists());
    }

    #[test]
    fn two_demos_never_share_a_folder() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let _first = Folder::open(home.path(), false, Lang::Fr).expect("a new folder");
        let refused = Folder::open(home.path(), false, Lang::Fr).expect_err("in use");
        assert!(refused.sentence.contains("démonstration"), "{}", refused.sentence);
    }
}
