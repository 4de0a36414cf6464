//! The rules of the domain: its laws over random histories, and its policy as a table.

mod absences;
mod agreement;
mod contact;
mod decisions;
mod escalation;
mod following;
mod items;
mod laws;
mod orphans;
mod policy;
mod reminder;
mod reopening;
mod sharing;
mod succession;
mod supervisor;
mod timers;
mod whole;
mod whole_decisions;
mod world;
