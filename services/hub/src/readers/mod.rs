//! Readers of the journal, each with a cursor of its own: today the sealer and the recompute; the clockwork, the notifier and the figures
//! stand here when they are built.

pub mod recompute;
pub mod sealer;
