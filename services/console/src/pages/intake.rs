//! The form on paper, for a visit where there is no network: what a new case asks for, in its order, to fill in by hand.

use askama::Template;
use axum::response::Response;
use declic_words::Family;
use http::StatusCode;

use crate::failure::{Failure, render};
use crate::options::{self, Choice, Group};
use crate::page::Page;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "intake.html")]
struct Intake<'a> {
    p: &'a Page,
    blockages: Vec<Group>,
    channels: Vec<Choice>,
    party: &'a str,
}

/// The form.
pub async fn show(visit: Visit) -> Response {
    if !visit.who().opens() {
        return Failure::Absent.into_page(visit.page);
    }
    let page = &visit.page;
    let shown = Intake {
        p: page,
        blockages: options::blockages(page),
        channels: options::of_family(page, Family::MandateChannel, &["SIGNED", "ORAL", "SMS"]),
        party: &visit.who().party,
    };
    render(StatusCode::OK, &shown)
}
