//! The rules of the domain: its laws over random histories, and its policy as a table.

mod contact;
mod decisions;
mod laws;
mod orphans;
mod policy;
mod whole;
mod whole_decisions;
mod world;
