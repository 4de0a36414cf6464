//! Finds the agency that can unblock a case: facts and a ruleset in, a decision with its reasons out.
//!
//! - [`Territory`]: the communes of France, what their former codes became, the bodies of each département.
//! - [`Facts`]: what is known of a case, parsed once; an unknown commune or benefit never gets further.
//! - [`Ruleset`]: the versioned rules, one readable file of powers, benefits, blockages and rules (`data/rules.toml`).
//! - [`route`]: the one routing function, used by opening, preview, explanation and replay alike.
//! - [`explanation::explain`]: what was known and from where, the runner-up, what each other fact or answer leads to; by
//!   routing again.
//!
//! The reasons are in French because people read them; everything else is in English. The order of the
//! questions and the law behind each step are those of `data/ROUTING_FACTS.md`; `data/README.md` says how to read
//! and change the rules.
//!
//! Invariant: nothing here reads a file, a clock or a network, knows a case or a wire format, or guesses. The
//! same facts on the same ruleset give the same decision, and every combination of facts gives exactly one.

pub mod catalogue;
pub mod check;
pub mod decide;
pub mod explanation;
pub mod facts;
mod nearest;
mod reasons;
pub mod rehearsal;
pub mod ruleset;
pub mod territory;
pub mod total;

pub use catalogue::{Benefit, Blockage};
pub use decide::{Confidence, Decision, Outcome, Question, route};
pub use explanation::{Change, Explanation, KnownFact, Origin};
pub use facts::{
    AgriculturalStatus, FactError, FactErrors, FactName, FactProblem, Facts, LONGEST_FACT, RawFacts, Regime,
    Stage,
};
pub use ruleset::{Digest, Example, Fault, Form, Problem, Ruleset, RulesetError, Syntax, What};
pub use territory::{
    Agency, AgencyKind, AgencySlug, Commune, CommuneHit, Departement, Found, Grouping, How, Resolved,
    Territory, UnknownCommune,
};
