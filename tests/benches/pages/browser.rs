//! Somebody with a browser: one connection and one cookie, as long as a page takes to come whole.

use std::time::{Duration, Instant};

use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tonic::codegen::Bytes;

pub struct Browser {
    client: Client<HttpConnector, Full<Bytes>>,
    address: String,
    cookie: String,
}

/// A page, and how long it took from the request to its last byte.
pub struct Page {
    pub text: String,
    pub location: String,
    pub took: Duration,
}

impl Browser {
    /// Of somebody of a demonstration.
    pub async fn signed_in(address: &str, member: &str) -> Self {
        let mut browser = Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            address: address.to_owned(),
            cookie: String::new(),
        };
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("personne", &format!("members/{member}"));
        body.append_pair("suite", "/");
        let path = "/connexion/invente";
        let page = browser.ask(Method::POST, path, body.finish()).await;
        assert!(!browser.cookie.is_empty(), "{member} signs in: {}", page.text);
        browser
    }

    /// A page that is there.
    pub async fn open(&mut self, path: &str) -> Page {
        let page = self.ask(Method::GET, path, String::new()).await;
        assert!(page.location.is_empty(), "{path} leads to {}", page.location);
        page
    }

    async fn ask(&mut self, method: Method, path: &str, body: String) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from(body)))
            .expect("a request");
        let begun = Instant::now();
        let answer = self.client.request(request).await.expect("an answer");
        let text = |name| {
            let value = answer.headers().get(name)?;
            Some(value.to_str().expect("text").to_owned())
        };
        if let Some(set) = text(SET_COOKIE) {
            self.cookie = set.split(';').next().unwrap_or_default().to_owned();
        }
        let location = text(LOCATION).unwrap_or_default();
        let status = answer.status();
        let bytes = answer
            .into_body()
            .collect()
            .await
            .expect("a whole page")
            .to_bytes();
        let took = begun.elapsed();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        assert!(
            status == StatusCode::OK || status.is_redirection(),
            "{path}: {status} {text}"
        );
        Page { text, location, took }
    }
}
