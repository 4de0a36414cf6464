//! Who asks for a page: from the cookie of a sign-in to a client that speaks as this person.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use declic_client::{Client, Error, ErrorReason};
use declic_proto::v1;
use declic_words::{Family, Lang};
use http::header::{ACCEPT_LANGUAGE, COOKIE};
use http::request::Parts;
use http::{HeaderMap, Uri};

use crate::connections::SENDING;
use crate::failure::{self, Failure};
use crate::forgery;
use crate::form::{Fields, Form, LONGEST, REQUEST, TOKEN};
use crate::page::{Page, Who};
use crate::serve::Console;

/// Most forms on one page: a case with eight tickets, each with its actions, and its own.
const FORMS: usize = 160;

/// Cookie of the language somebody chose.
pub const LANGUAGE: &str = "declic-langue";

/// Somebody who asks for a page, signed in or not.
#[derive(Clone)]
pub struct Stranger {
    /// What all pages share.
    pub console: Arc<Console>,
    /// What every page has.
    pub page: Page,
    /// The secret of the sign-in, when the browser has one.
    pub secret: Option<String>,
    /// The attempt to sign in that the browser keeps, and the page to go on to; empty without one.
    pub attempt: [String; 2],
}

/// Somebody who signed in and asks for a page.
pub struct Visit {
    /// Speaks to the hub as this person.
    pub client: Client,
    /// What every page has.
    pub page: Page,
    /// What was asked for, after the `?`.
    pub query: Fields,
}

/// Somebody who signed in and sends a form of this console.
pub struct Posted {
    /// Who.
    pub visit: Visit,
    /// What was typed.
    pub fields: Fields,
}

impl Stranger {
    fn of(console: &Arc<Console>, headers: &HeaderMap, uri: &Uri) -> Self {
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let page = Page {
            lang: language(headers),
            now: console.clock.now(),
            path,
            who: None,
            token: String::new(),
            requests: Vec::new(),
        };
        Self {
            secret: cookie(headers, console.cookie()),
            attempt: console
                .attempt_cookies()
                .map(|name| cookie(headers, name).unwrap_or_default()),
            console: Arc::clone(console),
            page,
        }
    }

    /// Asks the hub whose sign-in this is.
    ///
    /// # Errors
    /// [`Failure`]: nobody is signed in, or the hub does not say.
    pub async fn enter(mut self) -> Result<Visit, Box<(Failure, Page)>> {
        let Some(secret) = self.secret.clone() else {
            return Err(Box::new((Failure::SignIn, self.page)));
        };
        // A page that keeps what was typed while the hub is away sends it again as this sign-in.
        self.page.token = forgery::token(&secret, self.console.ids.random().into_bytes());
        let request = v1::ContinueSignInRequest { secret };
        let answer = match self.console.client.continue_sign_in(request).await {
            Ok(answer) => answer,
            Err(error) if error.reason == Some(ErrorReason::SignInEnded) => {
                return Err(Box::new((Failure::SignIn, self.page)));
            }
            Err(error) => return Err(Box::new((Failure::of(error), self.page))),
        };
        let ids = &self.console.ids;
        self.page.requests = (0..FORMS).map(|_| ids.next().to_string()).collect();
        self.page.who = Some(Who::of(answer.who.unwrap_or_default(), answer.party_display_name));
        match self.console.client.bearing(&answer.token) {
            Ok(client) => Ok(Visit {
                client,
                query: query_of(&self.page.path),
                page: self.page,
            }),
            Err(error) => Err(Box::new((Failure::broken(&error), self.page))),
        }
    }
}

impl Visit {
    /// Who asks.
    pub fn who(&self) -> &Who {
        self.page.who.as_ref().expect("a visit has somebody")
    }

    /// Puts what the hub refused beside the fields it is about, `names` as [`Form::refused`] takes them, and gives the
    /// sentence that says why. A page that was sent before with other words gets a fresh identifier: what is sent next is
    /// another intention.
    pub fn refused(&self, form: &mut Form, error: &Error, names: &[(&str, &str)]) -> String {
        if error.reason == Some(ErrorReason::RequestIdReused) {
            form.know_once_shown(REQUEST, self.page.request(&(FORMS - 1)));
            return self.page.t("console-used");
        }
        form.refused(self.page.lang, &error.violations, names);
        self.page.label(Family::ErrorReason, error.reason_name())
    }

    /// Same, for a form that says itself why, above its fields, when it is none of them.
    pub fn tell(&self, form: &mut Form, error: &Error, names: &[(&str, &str)]) {
        let said = self.refused(form, error, names);
        if !form.is_wrong() {
            form.wrong("", said);
        }
        form.is_being_shown();
    }
}

impl FromRequestParts<Arc<Console>> for Stranger {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, console: &Arc<Console>) -> Result<Self, Self::Rejection> {
        Ok(Self::of(console, &parts.headers, &parts.uri))
    }
}

impl FromRequestParts<Arc<Console>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Arc<Console>) -> Result<Self, Response> {
        let stranger = Stranger::of(console, &parts.headers, &parts.uri);
        stranger.enter().await.map_err(|refused| {
            let (failure, page) = *refused;
            failure.into_page(page)
        })
    }
}

/// The fields of a form, when it is sent in time and is not too long.
///
/// # Errors
/// [`Failure::TooLong`] and [`Failure::TooSlow`].
pub async fn sent(body: Body) -> Result<Fields, Failure> {
    match tokio::time::timeout(SENDING, axum::body::to_bytes(body, LONGEST)).await {
        Ok(Ok(body)) => Ok(Fields::read(&body)),
        Ok(Err(_)) => Err(Failure::TooLong),
        Err(_) => Err(Failure::TooSlow),
    }
}

impl FromRequest<Arc<Console>> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Arc<Console>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let stranger = Stranger::of(console, &parts.headers, &parts.uri);
        let secret = stranger.secret.clone().unwrap_or_default();
        let mut fields = match sent(body).await {
            Ok(fields) => fields,
            Err(failure) => return Err(failure.into_page(stranger.page)),
        };
        let is_ours = forgery::is_of(&secret, fields.get(TOKEN));
        if fields.get(REQUEST).is_empty() {
            fields.set(REQUEST, console.ids.next().to_string());
        }
        match stranger.enter().await {
            Ok(visit) if is_ours => Ok(Self { visit, fields }),
            // Nothing is lost: what was typed comes back in a page that can send it again.
            Ok(visit) => Err(failure::held(visit.page, &fields, failure::Held::AnotherSignIn)),
            Err(refused) => {
                let (failure, page) = *refused;
                let why = match failure {
                    Failure::SignIn => failure::Held::SignedOut,
                    Failure::ReadOnly => failure::Held::ReadOnly,
                    _ => failure::Held::HubAway,
                };
                Err(failure::held(page, &fields, why))
            }
        }
    }
}

/// The fields after the `?` of a path.
pub fn query_of(path: &str) -> Fields {
    Fields::read(path.split_once('?').map_or("", |(_, query)| query).as_bytes())
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let found = pairs.find(|(given, _)| *given == name)?;
    Some(found.1.to_owned()).filter(|value| !value.is_empty())
}

/// The language somebody chose, else the first that the browser names and that there is, else French.
fn language(headers: &HeaderMap) -> Lang {
    if let Some(chosen) = cookie(headers, LANGUAGE).and_then(|chosen| chosen.parse().ok()) {
        return chosen;
    }
    let accepted = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut known = accepted
        .split(',')
        .filter_map(|language| language.split(';').next()?.trim().parse().ok());
    known.next().unwrap_or_default()
}
