//! Where a process dies when a test says so: between any two things that must not come apart.
//!
//! A program that was built for development reads [`VARIABLE`] and ends at that point as if it had been killed there. In
//! a release build [`at`] is empty: it reads nothing and can end nothing.

#[cfg(debug_assertions)]
use std::sync::LazyLock;
#[cfg(debug_assertions)]
use std::sync::atomic::{AtomicU32, Ordering};

/// `signed:3` ends the process when it comes to [`Point::Signed`] for the third time.
pub const VARIABLE: &str = "DECLIC_DIE_AT";

/// A place between two things that must not come apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// Keys are in the keyring; no case has them.
    KeysWritten,
    /// The directory's file was compared and what it changes was written; nothing is served.
    DirectoryInForce,
    /// References are set aside; no case has them.
    ReferencesTaken,
    /// A command is decided and sealed; nothing is written.
    Decided,
    /// The writes of a batch are made or about to be sent; it is not committed.
    BeforeCommit,
    /// A batch is committed; nobody knows.
    Committed,
    /// Readers know that something was committed; who asked for it does not.
    Woken,
    /// A command is done; its answer has not left.
    BeforeAnswer,
    /// A request was found answered; that answer has not left again.
    Replayed,
    /// The right to seal is taken; nothing is appended.
    Leased,
    /// Leaves are in the tree; no checkpoint covers them.
    Appended,
    /// A checkpoint is signed; it is nowhere but in memory.
    Signed,
    /// A checkpoint is published; the hub that did it does not know.
    Published,
}

impl Point {
    /// All of them, in the order in which a hub comes to them.
    pub const ALL: [Self; 13] = [
        Self::KeysWritten,
        Self::DirectoryInForce,
        Self::ReferencesTaken,
        Self::Decided,
        Self::BeforeCommit,
        Self::Committed,
        Self::Woken,
        Self::BeforeAnswer,
        Self::Replayed,
        Self::Leased,
        Self::Appended,
        Self::Signed,
        Self::Published,
    ];

    /// Its name in [`VARIABLE`].
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeysWritten => "keys-written",
            Self::DirectoryInForce => "directory-in-force",
            Self::ReferencesTaken => "references-taken",
            Self::Decided => "decided",
            Self::BeforeCommit => "before-commit",
            Self::Committed => "committed",
            Self::Woken => "woken",
            Self::BeforeAnswer => "before-answer",
            Self::Replayed => "replayed",
            Self::Leased => "leased",
            Self::Appended => "appended",
            Self::Signed => "signed",
            Self::Published => "published",
        }
    }
}

/// Ends the process here when it was asked to, and does nothing else ever.
#[inline]
pub fn at(point: Point) {
    #[cfg(debug_assertions)]
    if let Some(armed) = &*ARMED
        && armed.point == point
        && armed.left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        #[expect(
            clippy::disallowed_methods,
            reason = "the process has to die here, with all it holds"
        )]
        std::process::abort();
    }
    #[cfg(not(debug_assertions))]
    let _ = point;
}

#[cfg(debug_assertions)]
struct Armed {
    point: Point,
    left: AtomicU32,
}

#[cfg(debug_assertions)]
static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| {
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of development builds, which no configuration should show"
    )]
    let asked = std::env::var(VARIABLE).ok()?;
    let (name, times) = asked.split_once(':')?;
    Some(Armed {
        point: Point::ALL.into_iter().find(|point| point.name() == name)?,
        left: AtomicU32::new(times.parse().ok()?),
    })
});
