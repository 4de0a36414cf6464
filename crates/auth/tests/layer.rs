//! The layer's promise: one reading of a request's credentials, and nothing of them further in.

use std::convert::Infallible;
use std::sync::Arc;

use declic_auth::{AuthLayer, Authenticate, Presented};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use tonic::body::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

#[derive(Debug, Clone, PartialEq)]
struct Who(String);

struct Door;

impl Authenticate for Door {
    type Identity = Who;

    fn authenticate(&self, presented: Presented<'_>, path: &str) -> Result<Who, Response<Body>> {
        match presented {
            Presented::Token(token) => Ok(Who(format!("token {token}"))),
            Presented::Nothing if path == "/grpc.health.v1.Health/Check" => Ok(Who("health".to_owned())),
            Presented::Nothing | Presented::Malformed => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::IM_A_TEAPOT;
                Err(response)
            }
        }
    }
}

async fn send(path: &str, entries: &[&[u8]]) -> (StatusCode, Option<String>, bool) {
    let mut request = Request::builder().uri(path);
    for entry in entries {
        request = request.header(
            "authorization",
            HeaderValue::from_bytes(entry).expect("a header value"),
        );
    }
    let inner = service_fn(|request: Request<Body>| async move {
        let who = request
            .extensions()
            .get::<Who>()
            .expect("the layer inserts an identity")
            .0
            .clone();
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(who);
        response
            .extensions_mut()
            .insert(request.headers().contains_key("authorization"));
        Ok::<_, Infallible>(response)
    });
    let service = AuthLayer::new(Arc::new(Door)).layer(inner);
    let request = request.body(Body::empty()).expect("a request");
    let response = service.oneshot(request).await.expect("infallible");
    let seen_inside = response.extensions().get::<bool>().copied().unwrap_or(false);
    (
        response.status(),
        response.extensions().get::<String>().cloned(),
        seen_inside,
    )
}

#[tokio::test]
async fn a_good_entry_becomes_an_identity_and_is_taken_out_of_the_request() {
    let (status, who, seen_inside) = send("/declic.v1.CaseService/OpenCase", &[b"Bearer abc.def.ghi"]).await;
    assert_eq!(
        (status, who.as_deref(), seen_inside),
        (StatusCode::OK, Some("token abc.def.ghi"), false)
    );
}

#[tokio::test]
async fn a_refused_request_never_reaches_the_inner_service() {
    let (status, who, _) = send("/declic.v1.CaseService/OpenCase", &[]).await;
    assert_eq!((status, who), (StatusCode::IM_A_TEAPOT, None));
}

#[tokio::test]
async fn the_authority_decides_which_methods_need_no_credentials() {
    let (status, who, _) = send("/grpc.health.v1.Health/Check", &[]).await;
    assert_eq!((status, who.as_deref()), (StatusCode::OK, Some("health")));
}

#[tokio::test]
async fn every_other_spelling_is_malformed() {
    let rows: [(&str, &[&[u8]]); 14] = [
        ("J29 two entries", &[b"Bearer a.b.c", b"Bearer a.b.c"]),
        ("J29 a good entry and an empty one", &[b"Bearer a.b.c", b""]),
        ("J30 lower case", &[b"bearer a.b.c"]),
        ("J30 capitals", &[b"BEARER a.b.c"]),
        ("J30 tab", &[b"Bearer\ta.b.c"]),
        ("J30 trailing space", &[b"Bearer a.b.c "]),
        ("J30 two spaces", &[b"Bearer  a.b.c"]),
        ("J30 leading space", &[b" Bearer a.b.c"]),
        ("two tokens in one entry", &[b"Bearer a.b.c, Bearer d.e.f"]),
        ("another scheme", &[b"Basic YTpi"]),
        ("no scheme", &[b"a.b.c"]),
        ("no token", &[b"Bearer "]),
        ("empty", &[b""]),
        ("no text", &[b"Bearer \xff\xfe"]),
    ];
    for (name, entries) in rows {
        let (status, who, _) = send("/declic.v1.CaseService/OpenCase", entries).await;
        assert_eq!((status, who), (StatusCode::IM_A_TEAPOT, None), "{name}");
    }
}

#[test]
fn an_absent_entry_is_nothing_and_not_malformed() {
    assert_eq!(Presented::of(&HeaderMap::new()), Presented::Nothing);
}
