//! What may happen to a case and its tickets, who may do it, who holds them, and which rules of routing are in force.
//!
//! Commands are decided here and nowhere else: a function of the state, the command, the actor, the directory, the
//! rules and the given time returns a [`Decision`] or a [`Refusal`]. States are the fold of [`event::Event`]s: deciding
//! uses the same [`ticket::Ticket::apply`] that a replay uses, so rows and events cannot drift apart. Which rules of
//! routing are in force is the fold of the changes of the [`rulebook`]; [`replay`] makes a decision again by its own rules,
//! and [`misroute`] counts those that sent a case where nobody could treat it. How much time an agency has, and when it
//! is late, is part of the fold too: [`clock`]. What the clock of the wall does to a ticket that nobody touches, and when, is
//! a function of its state: [`timer`]. What supervisors measure of all this is [`figures`], and what of it may be told
//! [`disclosure`]. How long a person stays signed in is [`sign_in`].
//!
//! Invariant: decides and never does. No async, no IO, no clock, no randomness, no serde, no wire type, no SQL: time
//! and identifiers come in as arguments.

pub mod adding;
pub mod case;
pub mod clock;
pub mod command;
pub mod contact;
pub mod correction;
pub mod decide;
pub mod directory;
pub mod disclosure;
pub mod duplicate;
mod escalation;
pub mod event;
pub mod figures;
pub mod handover;
pub mod holder;
pub mod mandate;
pub mod misroute;
pub mod name;
pub mod opening;
pub mod past;
pub mod person;
pub mod policy;
pub mod redirect;
pub mod refusal;
pub mod reminder;
pub mod replay;
pub mod rulebook;
mod sharing;
pub mod sign_in;
pub mod standing_in;
pub mod succession;
pub mod text;
pub mod ticket;
pub mod timer;
pub mod whole;

pub use case::{Case, CaseFile};
pub use command::Command;
pub use decide::{Decision, Draft, Given, decide};
pub use refusal::Refusal;
pub use rulebook::{InForce, Rulebook};
pub use whole::{CaseCommand, decide_case, offered_on_case};
