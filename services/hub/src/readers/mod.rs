//! Readers of the journal, each with a cursor of its own: today the sealer; the clockwork, the notifier and the figures
//! stand here when they are built.

pub mod sealer;
