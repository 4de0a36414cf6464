//! Where one begins, one's account, the language, help and the statement of accessibility.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use declic_words::Family;
use http::StatusCode;
use http::header::SET_COOKIE;

use crate::failure::{Failure, render};
use crate::page::Page;
use crate::visit::{LANGUAGE, Stranger, Visit, query_of};

#[derive(Template)]
#[template(path = "account.html")]
struct Account<'a> {
    p: &'a Page,
    role: String,
}

type Part = (&'static str, &'static [&'static str]);

#[derive(Template)]
#[template(path = "text.html")]
struct Text<'a> {
    p: &'a Page,
    title: &'static str,
    parts: &'static [Part],
}

const HELP: &[Part] = &[
    (
        "console-help-open",
        &["console-help-open-1", "console-help-open-2"],
    ),
    (
        "console-help-follow",
        &["console-help-follow-1", "console-help-follow-2"],
    ),
    ("console-help-agency", &["console-help-agency-1"]),
    ("console-help-network", &["console-help-network-1"]),
    ("console-help-keys", &["console-help-keys-1"]),
];

const ACCESSIBILITY: &[Part] = &[
    (
        "console-accessibility-state",
        &["console-accessibility-state-1", "console-accessibility-state-2"],
    ),
    ("console-accessibility-not", &["console-accessibility-not-1"]),
    ("console-accessibility-tell", &["console-accessibility-tell-1"]),
];

/// Leads everybody to where they begin.
pub async fn home(visit: Visit) -> Redirect {
    Redirect::to(visit.who().home())
}

/// Who one is here.
pub async fn show(visit: Visit) -> Response {
    let role = visit.who().role;
    let code = role.as_str_name().trim_start_matches("ROLE_");
    let role = visit.page.label(Family::Role, code);
    render(StatusCode::OK, &Account { p: &visit.page, role })
}

/// Keeps the language that somebody chose, and goes back to the page.
pub async fn language(stranger: Stranger) -> Response {
    let asked = query_of(&stranger.page.path);
    let chosen = if asked.get("langue") == "en" { "en" } else { "fr" };
    let cookie = format!("{LANGUAGE}={chosen}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    (
        AppendHeaders([(SET_COOKIE, cookie)]),
        Redirect::to(&within(asked.get("suite"))),
    )
        .into_response()
}

/// What to do, for whom.
pub async fn help(stranger: Stranger) -> Response {
    text(stranger, "console-help", HELP).await
}

/// What of these pages everybody can use.
pub async fn accessibility(stranger: Stranger) -> Response {
    text(stranger, "console-accessibility", ACCESSIBILITY).await
}

/// Leads from the address of a form, of a case or of one of its tickets, to the case.
pub async fn of_deed(Path(names): Path<BTreeMap<String, String>>) -> Redirect {
    let reference = names.get("reference").map_or("", String::as_str);
    Redirect::to(&within(&format!("/dossiers/{reference}")))
}

/// No such page.
pub async fn absent(stranger: Stranger) -> Response {
    Failure::Absent.into_page(known(stranger).await)
}

/// An address within this site, or its beginning: nobody is led elsewhere by a link to here.
pub fn within(path: &str) -> String {
    // Browsers drop tabs and line ends, and read a backslash as a slash: only what is plain is a path.
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    let is_within = path.starts_with('/') && !path.starts_with("//") && path.bytes().all(is_plain);
    if is_within {
        path.to_owned()
    } else {
        "/".to_owned()
    }
}

async fn text(stranger: Stranger, title: &'static str, parts: &'static [Part]) -> Response {
    let p = &known(stranger).await;
    render(StatusCode::OK, &Text { p, title, parts })
}

/// The page of whoever reads, signed in or not.
async fn known(stranger: Stranger) -> Page {
    match stranger.enter().await {
        Ok(visit) => visit.page,
        Err(refused) => refused.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_here_leads_nobody_elsewhere() {
        assert_eq!(within("/dossiers?vue=clos"), "/dossiers?vue=clos");
        for elsewhere in [
            "https://example.org",
            "//example.org",
            "/\\example.org",
            "",
            "dossiers",
            "/a\r\nb",
            "/\t/example.org",
            "/\u{b}/example.org",
        ] {
            assert_eq!(within(elsewhere), "/", "{elsewhere}");
        }
    }
}
