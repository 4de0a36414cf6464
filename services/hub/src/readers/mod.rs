//! Readers of the journal, each with a cursor of its own: the sealer, the recompute, and the follower of the directory;
//! the clockwork, the notifier and the figures stand here when they are built.

pub mod directory;
pub mod recompute;
pub mod sealer;
