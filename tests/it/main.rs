//! Promises that take a whole hub to keep: each test starts one, speaks to it as people do, stops it, and checks what it
//! leaves behind.

mod commands;
mod journey;
mod refusals;
mod startup;
