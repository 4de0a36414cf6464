//! The rules of the house, as tests: what the design says once must stay true in every file.
//!
//! They read manifests, sources and documents; they compile nothing and start no service. A failure says what to
//! do. A rule that is wrong is changed here, in a change that says why, never stepped around.

mod arrows;
mod dependencies;
mod deploy;
mod files;
mod licences;
mod lockfile;
mod manifest;
mod reasons;
mod rpcs;
mod sql;
mod tree;
