//! Files that are whole or absent, whenever the power goes: written beside, synced, renamed, and the folder synced.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;

/// A folder of ours or of the agency's software, closed to the rest of the machine.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    file_mode: u32,
}

/// A folder or a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system's answer.
    #[error(
        "{path}: {source}: check that the folder exists, has room, and that the connector's user may write there"
    )]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// It holds personal data and everybody may look.
    #[error("{0} is open to every user of this machine and holds personal data: run chmod o-rwx on it")]
    Exposed(PathBuf),
}

const OWNER_ONLY: u32 = 0o700;

impl Folder {
    /// Takes a folder, making it for its owner alone (0700) when it is missing. Files written there are for their owner
    /// (0600), and for the group where the folder is.
    ///
    /// # Errors
    /// [`Error`]: it cannot be made, or other users of the machine may enter it.
    pub fn prepare(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Io {
            path: path.to_owned(),
            source,
        };
        let mut builder = DirBuilder::new();
        builder
            .recursive(true)
            .mode(OWNER_ONLY)
            .create(path)
            .map_err(failed)?;
        let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
        if mode & 0o007 != 0 {
            return Err(Error::Exposed(path.to_owned()));
        }
        Ok(Self {
            path: path.to_owned(),
            file_mode: 0o600 | (mode & 0o060),
        })
    }

    /// A folder inside this one, with its rights.
    ///
    /// # Errors
    /// As [`Folder::prepare`].
    pub fn inside(&self, name: &str) -> Result<Self, Error> {
        let path = self.path.join(name);
        let inner = Self::prepare(&path)?;
        if self.file_mode & 0o060 != 0 {
            let mode = fs::metadata(&self.path)
                .map_err(|source| self.failed(&self.path, source))?
                .permissions()
                .mode();
            fs::set_permissions(&path, Permissions::from_mode(mode & 0o2770))
                .map_err(|source| self.failed(&path, source))?;
        }
        Ok(Self {
            file_mode: self.file_mode,
            ..inner
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it holds a file of this name.
    pub fn holds(&self, name: &str) -> bool {
        self.path.join(name).exists()
    }

    /// Writes a file: after this it is there, whole, even if the power goes; before, the former one was.
    ///
    /// # Errors
    /// [`Error::Io`]; the former file, if any, is untouched.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        self.place(name, content)?;
        self.sync()
    }

    /// Writes a file that stands under its name, whole. That it does is durable after [`Folder::sync`], which serves many
    /// files at once; if the power goes before, it is this file or the former one.
    ///
    /// # Errors
    /// [`Error::Io`]; the former file, if any, is untouched.
    pub fn place(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        let beside = self.path.join(format!(".{name}.tmp"));
        let failed = |source| self.failed(&beside, source);
        // What lies there is a leftover of a crash, or what another user of a shared folder would have us write through.
        match fs::remove_file(&beside) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(failed(source)),
            _ => {}
        }
        let mut file = OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(self.file_mode)
            .open(&beside)
            .map_err(failed)?;
        // The mask of the process may have narrowed the mode.
        file.set_permissions(Permissions::from_mode(self.file_mode))
            .map_err(failed)?;
        file.write_all(content).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        fs::rename(&beside, self.path.join(name)).map_err(failed)
    }

    /// Makes durable which files stand here, and under which names.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn sync(&self) -> Result<(), Error> {
        File::open(&self.path)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| self.failed(&self.path, source))
    }

    /// Reads a regular file of at most `limit` bytes; `None` when it is longer, gone, or no regular file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Error> {
        let path = self.path.join(name);
        let failed = |source| self.failed(&path, source);
        // Whoever may write into the folder may change what stands under the name at any moment: what was opened is what is
        // looked at. A link is not followed, and a pipe is not waited for.
        let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
        let opened = OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits())
            .open(&path);
        let file = match opened {
            Ok(file) => file,
            Err(error) if is_no_file(&error) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        if !file.metadata().map_err(failed)?.is_file() {
            return Ok(None);
        }
        let mut content = Vec::new();
        file.take(limit + 1).read_to_end(&mut content).map_err(failed)?;
        Ok((content.len() as u64 <= limit).then_some(content))
    }

    /// Moves a file into another folder of the same file system, under a name that is free there, and says which.
    ///
    /// # Errors
    /// [`Error::Io`]; the file is still where it was.
    pub fn hand_to(&self, other: &Self, name: &str) -> Result<String, Error> {
        let free = other.free_name(name);
        let (from, to) = (self.path.join(name), other.path.join(&free));
        fs::rename(&from, &to).map_err(|source| self.failed(&from, source))?;
        other.sync()?;
        self.sync()?;
        Ok(free)
    }

    /// This name, or with a number when it is taken ("a.json", "a~2.json").
    pub fn free_name(&self, name: &str) -> String {
        if !self.holds(name) {
            return name.to_owned();
        }
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let mut number = 2_u32;
        loop {
            let candidate = format!("{stem}~{number}.{extension}");
            if !self.holds(&candidate) {
                return candidate;
            }
            number += 1;
        }
    }

    fn failed(&self, path: &Path, source: io::Error) -> Error {
        Error::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// Gone, a link, or a socket.
fn is_no_file(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw);
    matches!(errno, Some(Errno::ENOENT | Errno::ELOOP | Errno::ENXIO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::prepare(&home.path().join("outbox")).expect("a folder can be made");
        (home, folder)
    }

    fn mode_of(path: &Path) -> u32 {
        let metadata = fs::metadata(path).expect("it exists");
        metadata.permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it() {
        let (_home, folder) = folder();
        folder.write("a.json", b"first").expect("there is room");
        folder.write("a.json", b"second").expect("there is room");
        let kept = folder.read("a.json", 100).expect("readable");
        assert_eq!(kept.as_deref(), Some(b"second".as_slice()));
        let names: Vec<_> = fs::read_dir(folder.path()).expect("readable").collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }

    #[test]
    fn what_a_crash_left_half_written_is_never_seen_under_the_name() {
        let (_home, folder) = folder();
        fs::write(folder.path().join(".a.json.tmp"), b"{\"half").expect("writable");
        assert!(!folder.holds("a.json"));
        folder.write("a.json", b"whole").expect("there is room");
        assert_eq!(
            folder.read("a.json", 100).expect("readable"),
            Some(b"whole".to_vec())
        );
    }

    #[test]
    fn folders_and_files_are_for_their_owner_alone() {
        let (_home, folder) = folder();
        folder.write("a.json", b"{}").expect("there is room");
        assert_eq!(mode_of(folder.path()), 0o700);
        assert_eq!(mode_of(&folder.path().join("a.json")), 0o600);
        assert_eq!(
            mode_of(folder.inside("done").expect("a folder can be made").path()),
            0o700
        );
    }

    #[test]
    fn a_group_that_may_enter_may_read_and_everybody_may_not() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let shared = home.path().join("shared");
        fs::create_dir(&shared).expect("a folder can be made");
        fs::set_permissions(&shared, Permissions::from_mode(0o770)).expect("ours");
        let folder = Folder::prepare(&shared).expect("the group is the agency's choice");
        folder.write("a.json", b"{}").expect("there is room");
        assert_eq!(mode_of(&shared.join("a.json")), 0o660);
        assert_eq!(
            mode_of(folder.inside("done").expect("a folder can be made").path()),
            0o770
        );

        fs::set_permissions(&shared, Permissions::from_mode(0o755)).expect("ours");
        let refused = Folder::prepare(&shared).expect_err("everybody may read it");
        assert!(refused.to_string().contains("chmod o-rwx"), "{refused}");
    }

    #[test]
    fn a_moved_file_never_covers_another() {
        let (_home, folder) = folder();
        let done = folder.inside("done").expect("a folder can be made");
        for content in ["one", "two", "three"] {
            folder.write("a.json", content.as_bytes()).expect("there is room");
            folder.hand_to(&done, "a.json").expect("same file system");
        }
        for (name, content) in [("a.json", "one"), ("a~2.json", "two"), ("a~3.json", "three")] {
            let kept = done.read(name, 100).expect("readable");
            assert_eq!(kept.as_deref(), Some(content.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_link_laid_where_a_file_is_prepared_is_not_written_through() {
        let (home, folder) = folder();
        let target = home.path().join("target");
        fs::write(&target, b"untouched").expect("writable");
        std::os::unix::fs::symlink(&target, folder.path().join(".a.json.tmp")).expect("linkable");
        folder.write("a.json", b"{}").expect("there is room");
        assert_eq!(fs::read(&target).expect("readable"), b"untouched");
        assert_eq!(
            folder.read("a.json", 100).expect("readable"),
            Some(b"{}".to_vec())
        );
    }

    #[test]
    fn a_link_is_not_followed_and_a_long_file_is_not_read() {
        let (home, folder) = folder();
        let secret = home.path().join("secret");
        fs::write(&secret, b"secret").expect("writable");
        std::os::unix::fs::symlink(&secret, folder.path().join("a.json")).expect("linkable");
        assert_eq!(folder.read("a.json", 100).expect("readable"), None);
        folder.write("b.json", &[b'x'; 101]).expect("there is room");
        assert_eq!(folder.read("b.json", 100).expect("readable"), None);
    }

    #[test]
    fn what_is_no_regular_file_is_not_read_and_not_waited_for() {
        let (_home, folder) = folder();
        let path = |name: &str| folder.path().join(name);
        nix::unistd::mkfifo(&path("pipe.json"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
        let _socket = std::os::unix::net::UnixListener::bind(path("socket.json")).expect("a socket");
        fs::create_dir(path("folder.json")).expect("a folder");
        std::os::unix::fs::symlink("/dev/zero", path("device.json")).expect("linkable");
        std::os::unix::fs::symlink("itself.json", path("itself.json")).expect("linkable");
        for name in [
            "pipe.json",
            "socket.json",
            "folder.json",
            "device.json",
            "itself.json",
            "gone.json",
        ] {
            assert_eq!(folder.read(name, 100).expect(name), None, "{name}");
        }
    }
}
