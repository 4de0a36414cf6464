//! Promises that take a whole hub to keep: each test starts one, speaks to it as people do, stops it, and checks what it
//! leaves behind.

mod absences;
mod backup;
mod calendars;
mod canary;
mod clock_stories;
mod clocks;
mod clockwork;
mod commands;
mod connector;
mod contact;
mod corrections;
mod cost;
mod directory;
mod duplicates;
mod figures;
mod handovers;
mod isolation;
mod journey;
mod laws;
mod limits;
mod misroutes;
mod python;
mod refusals;
mod reminders;
mod replay;
mod rules;
mod rules_unread;
mod startup;
mod strangers;
mod sums;
mod tampering;
mod telemetry;
mod tokens;
mod watching;
mod whole_case;
