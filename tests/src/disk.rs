//! Disks of a size that a test chooses, and fills.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Uid, User};

/// Runs a test in which disks can be made, on threads of its own that alone see them: nothing of them stays behind,
/// however it ends. Call it before any other thread is started.
///
/// # Panics
/// Where this is not allowed: the run has to be root's, in a container with `--cap-add SYS_ADMIN`.
pub fn among_disks(test: impl Future<Output = ()>) {
    let allowed = unshare(CloneFlags::CLONE_NEWNS);
    assert!(
        allowed.is_ok(),
        "disks of a chosen size need the right to mount ({allowed:?}): run the tests as root, in a container with \
         --cap-add SYS_ADMIN"
    );
    // What is mounted from here on is seen from here alone.
    let apart = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/", None::<&str>, apart, None::<&str>).expect("mounts of our own");
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    runtime.expect("threads").block_on(test);
}

/// A disk of its own, in memory.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
}

/// What fills a disk, until this is dropped.
#[derive(Debug)]
#[must_use = "the disk has room again when this is dropped"]
pub struct Ballast(PathBuf);

impl Disk {
    /// A disk of so many mebibytes in an existing folder, where this user may write, or whoever runs the tests.
    pub fn mounted(folder: &Path, mebibytes: u32, user: Option<&str>) -> Self {
        let owner = user.map_or(Uid::current(), |name| {
            let user = User::from_name(name).expect("a list of users");
            user.unwrap_or_else(|| panic!("there is no user {name}")).uid
        });
        let options = format!("size={mebibytes}m,mode=0700,uid={owner}");
        mount(
            Some("none"),
            folder,
            Some("tmpfs"),
            MsFlags::empty(),
            Some(options.as_str()),
        )
        .expect("a disk in memory");
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Takes whatever room is left.
    pub fn fill(&self) -> Ballast {
        let path = self.folder.join("ballast");
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .append(true)
            .open(&path)
            .expect("a file on a disk that may be full");
        while let Some(()) = grown(&mut file, &[0; 1 << 16]).or_else(|| grown(&mut file, &[0; 1 << 9])) {}
        Ballast(path)
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).expect("the file is ours");
    }
}

fn grown(file: &mut File, bytes: &[u8]) -> Option<()> {
    match file.write_all(bytes) {
        Ok(()) => Some(()),
        Err(error) if error.kind() == ErrorKind::StorageFull => None,
        Err(error) => panic!("a disk that is not full: {error}"),
    }
}
