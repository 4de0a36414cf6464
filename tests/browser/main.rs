//! Promises that take a browser to keep: each starts a hub with its pages, and people use them in a Chromium as a script of
//! this folder says, without the pages' own scripts and with them.
//!
//! What the pages answer byte by byte is promised in `it/console.rs`.

mod sign_in;

use std::net::SocketAddr;

use declic_tests::TestHub;
use declic_tests::hub::morning;
use declic_tests::lived::{self, PEOPLE};
use declic_tests::pages::{Pages, Script, WEEKS};
use serde_json::Value;

/// Where a script begins.
#[derive(Debug, Clone, Copy)]
enum Begins {
    /// Some weeks ago, with nothing in the hub.
    Empty,
    /// Today, after weeks in which people worked.
    Lived,
}

/// Keeps a promise: a function of a script, in a hub of its own.
async fn keep(begins: Begins, script: Script) {
    let (hub, known) = match begins {
        Begins::Empty => (
            TestHub::start_with_invented_at(PEOPLE, morning(WEEKS + 2)).await,
            Value::Null,
        ),
        Begins::Lived => lived::hub().await,
    };
    let pages = Pages::over(&hub).await;
    pages.run(&hub, script, &known).await;
    pages.stop().await;
    hub.stop().await;
}

/// Each promise is two tests: one in a browser without scripts, one with them.
macro_rules! promises {
    ($module:literal, $begins:expr, { $($promise:ident => $function:literal),+ $(,)? }) => {$(
        mod $promise {
            use super::*;

            #[tokio::test]
            async fn without_scripts() {
                keep($begins, Script { module: $module, function: $function, with_scripts: false }).await;
            }

            #[tokio::test]
            async fn with_scripts() {
                keep($begins, Script { module: $module, function: $function, with_scripts: true }).await;
            }
        }
    )+};
}

promises!("story", Begins::Empty, {
    three_people_bring_a_case_from_opening_to_closing => "wholeCase",
});

promises!("keyboard", Begins::Empty, {
    a_case_is_opened_and_resolved_by_the_keyboard_alone => "openedAndResolved",
});

promises!("bad_input", Begins::Empty, {
    a_double_click_on_send_is_one_case => "doubleClick",
    who_goes_back_after_sending_and_sends_again_has_one_case => "backButton",
    two_tabs_with_the_form_do_not_disturb_each_other => "twoTabs",
    a_sign_in_that_ends_in_the_middle_of_a_form_loses_nothing => "signInEnds",
    a_hub_that_goes_away_while_one_sends_loses_nothing => "hubGoesAway",
    a_social_security_number_in_a_text_is_warned_of_before_it_is_sent => "numberInText",
    ten_thousand_characters_are_refused_and_kept => "longTexts",
    every_script_in_every_field_is_shown_as_it_was_typed => "strangeTexts",
    who_writes_while_somebody_else_redirects_keeps_the_words => "redirectedMeanwhile",
});

promises!("every_page", Begins::Lived, {
    every_page_is_accessible_in_light_and_dark_colours_and_fits_narrow_and_enlarged_screens => "accessible",
});

#[tokio::test]
async fn every_page_is_light_on_the_wire_and_loads_from_here_alone() {
    let script = Script {
        module: "every_page",
        function: "wire",
        with_scripts: true,
    };
    keep(Begins::Lived, script).await;
}

#[tokio::test]
async fn what_is_printed_for_a_person_or_to_be_filled_in_is_one_sheet() {
    let script = Script {
        module: "every_page",
        function: "paper",
        with_scripts: false,
    };
    keep(Begins::Lived, script).await;
}

/// A port that is free now.
fn free_port() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}
