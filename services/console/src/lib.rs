//! The console: pages for the three kinds of users, made by the server.
//!
//! - [`config`], [`serve`]: from a file to pages that are served, with the headers that bound what a page may do;
//!   [`connections`]: of browsers, so many at once.
//! - [`visit`]: who asks, from the cookie of the sign-in to a client that speaks as this person; [`forgery`]: forms that
//!   another site cannot send.
//! - [`form`], [`days`]: what was typed, kept until the hub has it; [`kept`]: told back under the names of its fields;
//!   [`failure`]: what is shown when something is refused.
//! - [`page`]: what every page has; [`pager`]: lists page after page; [`people`], [`options`]: names and lists to choose from.
//! - [`pages`]: one file for each.
//!
//! Everything works without scripts. What a page shows and what it offers was decided by the hub, which is asked as the
//! person who signed in: the console has no rights of its own.
//!
//! Never here: a rule about cases, a database, anything kept between two requests.

pub mod command;
pub mod config;
mod connections;
mod days;
mod failure;
mod forgery;
mod form;
mod kept;
mod options;
mod page;
mod pager;
mod pages;
mod people;
mod serve;
mod visit;

pub use config::Config;
pub use serve::{Running, start, start_with};
