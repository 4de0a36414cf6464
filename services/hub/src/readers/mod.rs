//! What runs beside the calls: readers of the journal, each with a cursor of its own (the sealer, the recompute, the figures,
//! the follower of the directory), what makes boards before they are asked for, and what finds what is due by reading what stands: the clockwork, and what hands tickets
//! over.

pub mod boards;
pub mod clockwork;
pub mod directory;
pub mod figures;
pub mod handovers;
pub mod recompute;
pub mod sealer;
pub mod stand_ins;
