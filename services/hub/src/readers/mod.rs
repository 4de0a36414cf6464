//! Readers of the journal, each with a cursor of its own: the sealer, the recompute, and the follower of the directory.
//! Beside them what hands tickets over, which finds what is due by reading what stands.

pub mod directory;
pub mod handovers;
pub mod recompute;
pub mod sealer;
