//! What is shown when a page cannot be: each with what to do, nothing lost.

use askama::Template;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use declic_client::{Error, ErrorReason};
use declic_words::Family;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::form::Fields;
use crate::kept::{self, Kept};
use crate::page::Page;

/// Why a page cannot be shown.
#[derive(Debug)]
pub enum Failure {
    /// Nobody is signed in.
    SignIn,
    /// There is no such page, case or ticket, or not for this person.
    Absent,
    /// A form of more bytes than any has.
    TooLong,
    /// A form that did not arrive whole in time.
    TooSlow,
    /// A form that another site sent.
    Foreign,
    /// A fault of this program.
    Broken,
    /// The hub does not answer, so a sign-in goes on there for a while.
    Unended,
    /// The hub does not answer, or not now.
    Away,
    /// The hub records nothing until somebody mends it: its disk is full, or its ledger is closed.
    ReadOnly,
    /// The hub refused, for this reason.
    Refused(Box<Error>),
}

/// Why a form was not sent to the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The sign-in has ended meanwhile.
    SignedOut,
    /// The page is that of an earlier sign-in.
    AnotherSignIn,
    /// The hub is away: nothing came to it.
    HubAway,
    /// The hub records nothing until somebody mends it.
    ReadOnly,
    /// It was sent, and nobody knows whether the hub has it.
    OutcomeUnknown,
    /// Its case may be read no more.
    Gone,
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    p: &'a Page,
    title: String,
    words: String,
    /// An identifier to read over the telephone.
    number: &'a str,
}

#[derive(Template)]
#[template(path = "held.html")]
struct HeldPage<'a> {
    p: &'a Page,
    why: Held,
    carried: Vec<&'a (String, String)>,
    kept: Vec<Kept>,
}

impl Held {
    /// Why a command that may succeed later is held.
    pub fn of(error: &Error) -> Self {
        if error.is_outcome_unknown() {
            Self::OutcomeUnknown
        } else if records_nothing(error) {
            Self::ReadOnly
        } else {
            Self::HubAway
        }
    }
}

impl Failure {
    /// What an answer of the hub that is no answer means for a page.
    pub fn of(error: Error) -> Self {
        match error.reason {
            Some(ErrorReason::NotFound | ErrorReason::RoleForbidden) => Self::Absent,
            Some(ErrorReason::TokenInvalid) => Self::SignIn,
            // A reference that is none, in an address.
            Some(ErrorReason::FieldInvalid) if error.violations.iter().all(|(field, _)| field == "name") => {
                Self::Absent
            }
            _ if records_nothing(&error) => Self::ReadOnly,
            _ if error.is_transient() => Self::Away,
            _ => Self::Refused(Box::new(error)),
        }
    }

    /// A fault of this program.
    pub fn broken(error: &impl std::error::Error) -> Self {
        tracing::error!(%error, "a page cannot be made");
        Self::Broken
    }

    /// The page that says it.
    pub fn into_page(self, page: Page) -> Response {
        let (status, key) = match &self {
            Self::SignIn => {
                let next: String = form_urlencoded::byte_serialize(page.path.as_bytes()).collect();
                return Redirect::to(&format!("/connexion?suite={next}")).into_response();
            }
            Self::Absent => (StatusCode::NOT_FOUND, "console-absent"),
            Self::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, "console-too-long"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "console-too-slow"),
            Self::Foreign => (StatusCode::FORBIDDEN, "console-foreign"),
            Self::Unended => (StatusCode::SERVICE_UNAVAILABLE, "console-unended"),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "console-broken"),
            Self::Away => (StatusCode::SERVICE_UNAVAILABLE, "console-away"),
            Self::ReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "console-read-only"),
            Self::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "console-refused"),
        };
        let words = match &self {
            Self::Refused(error) => page.label(Family::ErrorReason, error.reason_name()),
            _ => page.t(&format!("{key}-words")),
        };
        let (title, number) = (page.t(key), page.request(&0).to_owned());
        match &self {
            Self::Refused(error) => {
                tracing::warn!(reason = error.reason_name(), number, "a page was refused");
            }
            _ => tracing::info!(%status, number, "a page was not shown"),
        }
        let shown = FailurePage {
            p: &page,
            title,
            words,
            number: &number,
        };
        render(status, &shown)
    }
}

/// Whether sending again is of no use before somebody mends the hub.
fn records_nothing(error: &Error) -> bool {
    matches!(
        error.reason,
        Some(ErrorReason::LedgerClosed | ErrorReason::DiskFull)
    )
}

/// A page that keeps what was typed, and sends it again as it is.
pub fn held(page: Page, fields: &Fields, why: Held) -> Response {
    let status = match why {
        Held::SignedOut => StatusCode::UNAUTHORIZED,
        Held::AnotherSignIn => StatusCode::CONFLICT,
        Held::Gone => StatusCode::NOT_FOUND,
        Held::HubAway | Held::ReadOnly | Held::OutcomeUnknown => StatusCode::SERVICE_UNAVAILABLE,
    };
    let shown = HeldPage {
        p: &page,
        why,
        carried: fields.carried().collect(),
        kept: kept::told(&page, fields),
    };
    render(status, &shown)
}

/// A page, or what is said when it cannot be made.
pub fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        // What stands in a page is for its reader alone, on a computer that others share.
        Ok(html) => (status, [NO_STORE], Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template cannot be filled");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

const NO_STORE: (HeaderName, HeaderValue) =
    (http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
