//! Signing in and out. In a demonstration one chooses whom to be.

use askama::Template;
use axum::body::Body;
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use declic_proto::v1::{self, Role};
use declic_words::Family;
use http::StatusCode;
use http::header::SET_COOKIE;

use super::account::within;
use crate::failure::{Failure, render};
use crate::page::Page;
use crate::visit::{Stranger, query_of, sent};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    p: &'a Page,
    next: String,
    provider: String,
    people: Vec<Group>,
}

/// Invented people who do the same.
struct Group {
    label: String,
    words: String,
    people: Vec<v1::InventedPerson>,
}

/// The groups in which invented people are shown, those to try first first.
const GROUPS: [(&[Role], &str); 5] = [
    (
        &[Role::SocialWorker, Role::OrganisationManager],
        "console-try-social-worker",
    ),
    (&[Role::Agent, Role::DeskManager], "console-try-agent"),
    (&[Role::Supervisor], "console-try-supervisor"),
    (&[Role::TriageAgent], "console-try-triage"),
    (&[Role::Auditor, Role::Administrator], "console-try-others"),
];

/// How one signs in here.
pub async fn choose(stranger: Stranger) -> Response {
    let answer = stranger
        .console
        .client
        .get_sign_in_methods(v1::GetSignInMethodsRequest {})
        .await;
    let methods = match answer {
        Ok(methods) => methods,
        Err(error) => return Failure::of(error).into_page(stranger.page),
    };
    let next = within(query_of(&stranger.page.path).get("suite"));
    let page = stranger.page;
    let people = groups(&page, &methods.invented_people);
    let provider = methods.provider_display_name;
    render(
        StatusCode::OK,
        &SignIn {
            p: &page,
            next,
            provider,
            people,
        },
    )
}

/// Signs in as one of the invented people.
pub async fn as_invented(stranger: Stranger, body: Body) -> Response {
    let fields = match sent(body).await {
        Ok(fields) => fields,
        Err(failure) => return failure.into_page(stranger.page),
    };
    let request = v1::SignInAsInventedRequest {
        member: fields.get("personne").to_owned(),
    };
    match stranger.console.client.sign_in_as_invented(request).await {
        Ok(answer) => {
            let cookie = stranger.console.set_cookie(&answer.secret);
            (
                AppendHeaders([(SET_COOKIE, cookie)]),
                Redirect::to(&within(fields.get("suite"))),
            )
                .into_response()
        }
        Err(error) => Failure::of(error).into_page(stranger.page),
    }
}

/// Sends the browser to the identity provider, with what it has to bring back in a cookie.
pub async fn at_provider(stranger: Stranger) -> Response {
    let redirect_uri = stranger.console.return_address();
    let request = v1::StartSignInRequest { redirect_uri };
    match stranger.console.client.start_sign_in(request).await {
        Ok(started) => {
            let next = within(query_of(&stranger.page.path).get("suite"));
            let kept = stranger.console.set_attempt(&started.attempt, &next);
            (
                AppendHeaders(kept.map(|cookie| (SET_COOKIE, cookie))),
                Redirect::to(&started.authorization_uri),
            )
                .into_response()
        }
        Err(error) => Failure::of(error).into_page(stranger.page),
    }
}

/// Takes what the identity provider answered, and signs in.
pub async fn returned(stranger: Stranger) -> Response {
    let answer = query_of(&stranger.page.path);
    let console = &stranger.console;
    let [attempt, next] = stranger.attempt.clone();
    let request = v1::FinishSignInRequest {
        attempt,
        code: answer.get("code").to_owned(),
        state: answer.get("state").to_owned(),
        issuer: answer.get("iss").to_owned(),
    };
    match console.client.finish_sign_in(request).await {
        Ok(finished) => {
            let [attempt, path] = console.set_attempt("", "");
            let cookies = [console.set_cookie(&finished.secret), attempt, path];
            let next = form_urlencoded::parse(next.as_bytes())
                .next()
                .map(|(path, _)| path.into_owned());
            let to = Redirect::to(&within(&next.unwrap_or_default()));
            (AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie))), to).into_response()
        }
        Err(error) => {
            // An attempt answers once: the next one begins anew.
            let gone = console.set_attempt("", "");
            let page = Failure::of(error).into_page(stranger.page);
            (AppendHeaders(gone.map(|cookie| (SET_COOKIE, cookie))), page).into_response()
        }
    }
}

/// Signs out. Whatever the hub says, this browser forgets the sign-in: one that the hub could not end ends by itself.
pub async fn end(stranger: Stranger) -> Response {
    let gone = AppendHeaders([(SET_COOKIE, stranger.console.set_cookie(""))]);
    let secret = stranger.secret.clone().unwrap_or_default();
    let request = v1::EndSignInRequest { secret };
    let ended = stranger.console.client.end_sign_in(request).await;
    match ended {
        Err(error) if error.is_transient() => {
            (gone, Failure::Unended.into_page(stranger.page)).into_response()
        }
        _ => (gone, Redirect::to("/connexion")).into_response(),
    }
}

fn groups(page: &Page, people: &[v1::InventedPerson]) -> Vec<Group> {
    let groups = GROUPS.iter().map(|(roles, key)| Group {
        label: page.t(key),
        words: page.t(&format!("{key}-words")),
        people: people
            .iter()
            .filter(|person| roles.contains(&person.role()))
            .map(|person| with_role(page, person))
            .collect(),
    });
    groups.filter(|group| !group.people.is_empty()).collect()
}

/// Who has no organisation or agency is told by the role.
fn with_role(page: &Page, person: &v1::InventedPerson) -> v1::InventedPerson {
    let code = person.role().as_str_name().trim_start_matches("ROLE_");
    let party = match person.party_display_name.is_empty() {
        true => page.label(Family::Role, code),
        false => person.party_display_name.clone(),
    };
    v1::InventedPerson {
        party_display_name: party,
        ..person.clone()
    }
}
