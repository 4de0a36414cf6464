//! gRPC over HTTP/2 as no library sends it: lengths and flags that lie, bodies in crumbs or without an end, metadata
//! beyond measure. Each is answered, and the connection, or at least the hub, serves the next.

use std::convert::Infallible;
use std::time::Duration;

use declic_proto::v1;
use declic_tests::people::standard_case;
use declic_tests::{TestHub, processes, raw};
use futures::{StreamExt as _, stream};
use http_body::Frame;
use http_body_util::{BodyExt as _, Full, StreamBody};
use prost::Message as _;
use prost::bytes::Bytes;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::codegen::http::{HeaderName, HeaderValue, Request, Version};
use tonic::transport::Channel;
use tonic::{Code, Status};

const OPEN: &str = "CaseService/OpenCase";
const WHOAMI: &str = "IdentityService/Whoami";

/// A message in its frame.
fn framed(message: &[u8]) -> Vec<u8> {
    frame(0, u32::try_from(message.len()).expect("a short message"), message)
}

/// A frame with this flag and this length, whatever follows.
fn frame(flag: u8, length: u32, rest: &[u8]) -> Vec<u8> {
    [&[flag][..], &length.to_be_bytes(), rest].concat()
}

/// A call of Camille Martin's.
fn request(method: &str, body: Body) -> Request<Body> {
    Request::post(format!("/declic.v1.{method}"))
        .version(Version::HTTP_2)
        .header("te", "trailers")
        .header("content-type", "application/grpc")
        .header("authorization", raw::bearer("camille.martin"))
        .body(body)
        .expect("a request")
}

fn whole(bytes: Vec<u8>) -> Body {
    Body::new(Full::new(Bytes::from(bytes)))
}

/// What the hub answers: its status, or what HTTP says instead.
async fn answer(channel: &Channel, request: Request<Body>) -> String {
    let mut channel = channel.clone();
    std::future::poll_fn(|context| channel.poll_ready(context))
        .await
        .expect("a connection");
    let response = match channel.call(request).await {
        Ok(response) => response,
        Err(_) => return "cut".to_owned(),
    };
    if !response.status().is_success() {
        return response.status().to_string();
    }
    let (parts, body) = response.into_parts();
    let trailers = match body.collect().await {
        Ok(collected) => collected.trailers().cloned().unwrap_or_default(),
        Err(_) => return "cut".to_owned(),
    };
    // What is refused before a handler has its status in the headers.
    let status = Status::from_header_map(&parts.headers).or_else(|| Status::from_header_map(&trailers));
    let Some(status) = status else {
        return "no status".to_owned();
    };
    if status.code() == Code::Ok || status.details().is_empty() {
        return format!("{:?}", status.code());
    }
    raw::line(&status)
}

#[tokio::test]
async fn frames_that_lie_are_refused_and_the_connection_goes_on() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let case = standard_case().encode_to_vec();
    let length = u32::try_from(case.len()).expect("a short case");
    let unread = "InvalidArgument FIELD_INVALID";
    let rows = [
        ("nothing at all", Vec::new(), unread),
        ("half a frame's head", vec![0, 0, 0], unread),
        (
            "a length of nothing, where fields are asked for",
            framed(b""),
            "FIELD_INVALID request_id",
        ),
        ("a length beyond the end", frame(0, length + 1, &case), unread),
        ("a length before the end", frame(0, length - 1, &case), unread),
        ("4 GiB that never come", frame(0, u32::MAX, &case), unread),
        ("a flag that does not exist", frame(2, length, &case), unread),
        (
            "compressed, it says, and how it does not say",
            frame(1, length, &case),
            unread,
        ),
    ];
    for (what, bytes, expected) in rows {
        let said = answer(&channel, request(OPEN, whole(bytes))).await;
        assert!(said.contains(expected), "{what}: {said}");
    }
    well(&channel).await;
    assert!(hub.stop().await.cases.is_empty(), "nothing was opened");
}

#[tokio::test]
async fn a_compressed_message_is_not_read_whatever_it_would_become() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    for encoding in ["gzip", "deflate", "zstd", "identity2"] {
        let mut request = request(WHOAMI, whole(frame(1, 4, b"\x1f\x8b\x08\x00")));
        let value = HeaderValue::from_static(encoding);
        request.headers_mut().insert("grpc-encoding", value);
        let said = answer(&channel, request).await;
        assert!(said.starts_with("Unimplemented"), "{encoding}: {said}");
    }
    well(&channel).await;
    hub.stop().await;
}

#[tokio::test]
async fn a_message_in_crumbs_is_read_and_one_without_an_end_is_given_up() {
    let limits = "[rate]";
    let hub =
        TestHub::start_with(|config| config.replace(limits, "[limits]\nrequest_timeout = \"2s\"\n[rate]"))
            .await;
    let channel = hub.channel().await;
    let frames = |bytes: Vec<u8>| {
        stream::iter(bytes).map(|byte| Ok::<_, Infallible>(Frame::data(Bytes::from(vec![byte]))))
    };
    let crumbs = frames(framed(&standard_case().encode_to_vec()));
    let said = answer(&channel, request(OPEN, Body::new(StreamBody::new(crumbs)))).await;
    assert_eq!(said, "Ok");

    let endless = frames(framed(b"")[..3].to_vec()).chain(stream::pending());
    let waited = answer(&channel, request(WHOAMI, Body::new(StreamBody::new(endless))));
    let said = tokio::time::timeout(Duration::from_secs(30), waited).await;
    assert_eq!(said.as_deref(), Ok("DeadlineExceeded DEADLINE_EXCEEDED"));
    well(&channel).await;
    assert_eq!(hub.stop().await.cases.len(), 1);
}

#[tokio::test]
async fn metadata_beyond_measure_is_refused_and_odd_metadata_is_harmless() {
    let hub = TestHub::start().await;
    let many = (0..5_000).map(|number| (format!("x-{number}"), "a".to_owned()));
    let large = [("x-large".to_owned(), "a".repeat(1 << 20))];
    for metadata in [many.collect::<Vec<_>>(), large.to_vec()] {
        let channel = hub.channel().await;
        let mut request = request(WHOAMI, whole(framed(b"")));
        for (name, value) in metadata {
            let name = HeaderName::try_from(name).expect("a name");
            request
                .headers_mut()
                .insert(name, HeaderValue::try_from(value).expect("a value"));
        }
        let said = answer(&channel, request).await;
        assert!(said == "cut" || said.starts_with("431"), "{said}");
        // A client that did this has a connection less; everybody else goes on.
        well(&hub.channel().await).await;
    }
    let channel = hub.channel().await;
    let odd: [(&'static str, &'static [u8]); 8] = [
        ("grpc-timeout", b"99999999H"),
        ("grpc-timeout", b"-1S"),
        ("grpc-timeout", b"\xff"),
        ("x-bytes-bin", b"%%% no base64"),
        ("traceparent", b"00-zz-\xc3\xa9-01"),
        ("tracestate", b"=,=,=,=;;"),
        ("grpc-accept-encoding", b"gzip,,zstd,\xff"),
        ("user-agent", b"\x80\xff"),
    ];
    for (name, value) in odd {
        let mut request = request(WHOAMI, whole(framed(b"")));
        let value = HeaderValue::from_bytes(value).expect("bytes that HTTP takes");
        request.headers_mut().insert(name, value);
        assert_eq!(answer(&channel, request).await, "Ok", "{name}");
    }
    hub.stop().await;
}

#[tokio::test]
async fn only_the_exact_path_and_type_reach_a_handler() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let paths = [
        "//declic.v1.IdentityService/Whoami",
        "/declic.v1.IdentityService//Whoami",
        "/declic.v1.IdentityService/Whoami/",
        "/declic.v1.IdentityService/%57hoami",
        "/declic.v1.IdentityService/../CaseService/OpenCase",
        "/declic.v1.identityservice/Whoami",
        "/grpc.health.v1.Health/../../declic.v1.IdentityService/Whoami",
        "/",
    ];
    for path in paths {
        let mut request = request(WHOAMI, whole(framed(b"")));
        *request.uri_mut() = path.parse().expect("a path");
        let said = answer(&channel, request).await;
        assert!(said.starts_with("Unimplemented"), "{path}: {said}");
    }
    let mut json = request(WHOAMI, whole(b"{}".to_vec()));
    let value = HeaderValue::from_static("application/json");
    json.headers_mut().insert("content-type", value);
    let said = answer(&channel, json).await;
    assert!(!said.starts_with("Ok"), "{said}");
    well(&channel).await;
    hub.stop().await;
}

#[tokio::test]
async fn a_hub_is_as_small_after_a_flood_of_absurd_messages_as_before() {
    let mut hub = processes::Hub::prepare();
    hub.start().await;
    let endpoint = Channel::from_shared(hub.address().endpoint()).expect("an address");
    let channel = endpoint.connect().await.expect("the hub listens");
    let room = 250_000;
    let messages: [Vec<u8>; 8] = [
        vec![0x73; room],
        [0xf8, 0x7f, 0x01].repeat(room / 3),
        [0x0a, 0x00].repeat(room / 2),
        [0x12, 0x02, 0x0a, 0x00].repeat(room / 4),
        [&[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f][..], &vec![0; room]].concat(),
        vec![0xff; room],
        many_states(room),
        Vec::new(),
    ];
    let flood = async |times: usize| {
        for _ in 0..times {
            for message in &messages {
                for method in [OPEN, "TicketService/ListTickets", "TicketService/ReplyTicket"] {
                    let _refused = raw::call_as(&channel, "camille.martin", method, message.clone()).await;
                }
                let lie = request(OPEN, whole(frame(0, u32::MAX, message)));
                assert_ne!(answer(&channel, lie).await, "cut");
            }
        }
    };
    // Once to fill what is allocated once.
    flood(1).await;
    let before = peak_bytes(hub.program().id());
    flood(6).await;
    let after = peak_bytes(hub.program().id());
    assert!(
        after < before + MOST_GROWTH,
        "its peak went from {before} to {after} bytes"
    );
    well(&channel).await;
    hub.program().stop().await;
}

/// Room for a few messages at once and what the allocator keeps; the flood itself is of 48 MiB.
const MOST_GROWTH: u64 = 32 << 20;

/// The same state in a list, as many times as there is room for.
fn many_states(room: usize) -> Vec<u8> {
    let states = vec![1; room - 10];
    v1::ListTicketsRequest {
        states,
        ..Default::default()
    }
    .encode_to_vec()
}

/// The most memory a process ever had, in bytes.
fn peak_bytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.parse::<u64>().ok())
        .expect("a number of KiB")
        * 1024
}

/// The next caller is served.
async fn well(channel: &Channel) {
    let said = answer(channel, request(WHOAMI, whole(framed(b"")))).await;
    assert_eq!(said, "Ok");
}
