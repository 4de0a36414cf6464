//! The whole way through a provider that is certified for OpenID Connect, with a browser that keeps cookies and follows
//! where it is sent.

use std::collections::BTreeMap;

use declic_proto::v1;
use declic_tests::certified::Certified;
use declic_tests::provider::{RETURN, enrol, hub_with};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::commands;

/// Follows redirects, types a name where it is asked for one, agrees to what it is asked, and comes back.
struct Browser {
    authority: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn of(issuer: &str) -> Self {
        let authority = issuer.strip_prefix("http://").expect("the loopback").to_owned();
        Self {
            authority,
            cookies: BTreeMap::new(),
        }
    }

    /// From the authorization request to the query with which the provider sends it back.
    async fn sign_in(&mut self, address: &str, name: &str) -> BTreeMap<String, String> {
        let mut next = self.get(address).await;
        for _ in 0..12 {
            if let Some(query) = next.strip_prefix(RETURN).and_then(|rest| rest.strip_prefix('?')) {
                return form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            }
            next = match next.contains("/interaction/") {
                true => self.interact(&next, name).await,
                false => self.get(&next).await,
            };
        }
        panic!("it does not come back: {next}");
    }

    /// Answers a page: first who one is, then that one agrees.
    async fn interact(&mut self, page: &str, name: &str) -> String {
        let (_, text) = self.ask("GET", page, "").await;
        let form = match text.contains("name=\"login\"") {
            true => format!("prompt=login&login={name}&password=x"),
            false => "prompt=consent".to_owned(),
        };
        let (next, text) = self.ask("POST", page, &form).await;
        next.unwrap_or_else(|| panic!("{text}"))
    }

    async fn get(&mut self, address: &str) -> String {
        let (next, text) = self.ask("GET", address, "").await;
        next.unwrap_or_else(|| panic!("{text}"))
    }

    /// Where it is sent next, when it is, and what it is shown.
    async fn ask(&mut self, method: &str, address: &str, form: &str) -> (Option<String>, String) {
        let here = format!("http://{}", self.authority);
        let path = address.strip_prefix(&here).unwrap_or(address);
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{form}",
            self.authority,
            cookies.join("; "),
            form.len(),
        );
        let mut stream = TcpStream::connect(&self.authority).await.expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        let mut next = None;
        for line in answer.lines().take_while(|line| !line.is_empty()) {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            match name.to_ascii_lowercase().as_str() {
                "location" => next = Some(value.to_owned()),
                "set-cookie" => {
                    let cookie = value.split(';').next().unwrap_or_default();
                    let (name, value) = cookie.split_once('=').expect("a cookie");
                    match value.is_empty() {
                        true => drop(self.cookies.remove(name)),
                        false => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
                    }
                }
                _ => {}
            }
        }
        (next, answer)
    }
}

async fn signs_in_through_it(algorithm: &str) {
    let provider = Certified::start(algorithm, RETURN).await;
    let issuer = provider.issuer.clone();
    let (hub, _secret) = hub_with(&issuer, algorithm, RETURN).await;
    enrol(&hub, "claire.morel", &issuer, &["claire-1a2b"])
        .await
        .expect("a change");
    let client = hub.anonymous();
    for (name, expected) in [("claire-1a2b", Ok(())), ("quelqu-un-d-autre", Err(()))] {
        let request = v1::StartSignInRequest {
            redirect_uri: RETURN.to_owned(),
        };
        let started = client
            .start_sign_in(request)
            .await
            .expect("the provider describes itself");
        let back = Browser::of(&issuer)
            .sign_in(&started.authorization_uri, name)
            .await;
        let request = v1::FinishSignInRequest {
            attempt: started.attempt,
            code: back["code"].clone(),
            state: back["state"].clone(),
            issuer: back["iss"].clone(),
        };
        let finished = client.finish_sign_in(request.clone()).await;
        if expected.is_err() {
            commands::refused(&finished, "Unauthenticated SIGN_IN_REFUSED");
            continue;
        }
        let secret = finished.expect("she is enrolled").secret;
        let continued = client
            .continue_sign_in(v1::ContinueSignInRequest { secret })
            .await
            .expect("it goes on");
        assert_eq!(continued.who.expect("who it is").member, "members/claire.morel");
        commands::refused(
            &client.finish_sign_in(request).await,
            "Unauthenticated SIGN_IN_REFUSED",
        );
    }
    hub.stop().await;
}

#[tokio::test]
async fn people_sign_in_through_a_certified_provider_that_signs_with_p_256() {
    signs_in_through_it("ES256").await;
}

#[tokio::test]
async fn people_sign_in_through_a_certified_provider_that_signs_with_rsa() {
    signs_in_through_it("RS256").await;
}

#[tokio::test]
async fn people_sign_in_through_a_certified_provider_that_signs_with_ed25519() {
    signs_in_through_it("EdDSA").await;
}
