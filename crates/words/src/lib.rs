//! The words people read: French and English labels of states, outcomes, reasons, roles, refusals and failures, and
//! the sentences of the command line and of the pages, in Fluent files under `locales/`; and the names of [`invented`] persons.
//!
//! French is complete; English answers where another language lacks a key. French texts carry their typography
//! (no-break spaces, curly apostrophes) in the files, so that every reader shows them as they are.
//!
//! - [`figures`]: numbers of a board.
//! - [`said`]: what the hub says beside its reason.
//! - [`when`]: times, as their reader is told them.
//!
//! Never here: rules. A label says what a value is called, never what may happen to it; no IO, no clock.

pub mod figures;
pub mod invented;
mod labels;
pub mod said;
pub mod when;

pub use labels::{Arg, Family, Lang, UnknownLang, blockage_group, find, label, next_step, text};
