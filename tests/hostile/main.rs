//! Strangers who know the protocol: whatever they send to a hub, it answers with a refusal that can be read, stays as
//! small as it was, and serves the next caller. Parsers that can be called without a hub are tested beside them, on
//! corpora of their own (see CONTRIBUTING.md).

mod corpora;
mod fields;
mod frames;
mod parsers;
