//! One file for each page: what is asked of the hub, and what the page says of it.

pub mod account;
pub mod act;
pub mod agreement;
pub mod assets;
pub mod board;
pub mod case;
pub mod cases;
pub mod inbox;
pub mod intake;
pub mod late;
pub mod new;
pub mod news;
pub mod orientation;
pub mod sheet;
pub mod sign_in;
pub mod team;
pub mod thread;
