//! Every field of every request, one after the other, with values that nobody means.

use declic_proto::v1;
use declic_tests::people::{self, fresh, standard_case};
use declic_tests::{TestHub, raw};
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use tonic::transport::Channel;
use tonic::{Code, Status};

/// Headers of a refusal that every gRPC library takes: the default of the strictest, gRPC's own core.
const MOST_HEADER_BYTES: usize = 8 * 1024;

/// Whom the calls are made as: the first whose role may make them.
const CALLERS: [&str; 7] = [
    "camille.martin",
    "claire.morel",
    "connector.caf-56",
    "erwan.le-roux",
    "paul.durand",
    "ines.fabre",
    "jean.rolland",
];

#[tokio::test]
async fn an_absurd_value_in_any_field_of_any_request_is_answered_and_the_refusal_fits_in_headers() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let names = Names {
        case: &opened.case,
        ticket: &opened.tickets[0].ticket,
    };
    let (mut asked, mut faults) = (0, Vec::new());
    for (method, input) in methods() {
        let caller = caller(&channel, &method).await;
        for path in paths(&input, &mut Vec::new()) {
            for value in absurd(path.last().expect("a path has a field")) {
                let mut request = meant(&input, names);
                set(&mut request, &path, value);
                let bytes = request.encode_to_vec();
                let what = format!("{method} {} in {} bytes", said(&path), bytes.len());
                let answer = raw::call_as(&channel, caller, &method, bytes).await;
                faults.extend(answer.err().and_then(|refused| fault(&refused, &what)));
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked} values were asked");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    hub.stop().await;
}

/// What is asked about.
#[derive(Clone, Copy)]
struct Names<'a> {
    case: &'a str,
    ticket: &'a str,
}

/// Why a refusal is none that a caller can act on, or does not reach every client.
fn fault(refused: &Status, what: &str) -> Option<String> {
    if refused.details().is_empty() {
        return Some(format!("{what}: no reason: {refused:?}"));
    }
    let line = raw::line(refused);
    let the_callers = matches!(
        refused.code(),
        Code::InvalidArgument | Code::NotFound | Code::FailedPrecondition | Code::Aborted | Code::OutOfRange
    );
    // A secret or an attempt that is none: whoever has it signs in again.
    let the_callers = the_callers || (refused.code() == Code::Unauthenticated && line.contains("SIGN_IN_"));
    // As they travel: the message percent-encoded at worst, the details in base64.
    let bytes = refused.message().len() * 3 + refused.details().len().div_ceil(3) * 4;
    let sound = the_callers && bytes <= MOST_HEADER_BYTES;
    (!sound).then(|| format!("{what}: {line:.200}, {bytes} bytes"))
}

/// Every method of the contract that answers once, with its request.
fn methods() -> Vec<(String, MessageDescriptor)> {
    let pool = DescriptorPool::decode(declic_proto::DESCRIPTORS).expect("our own descriptors");
    let services: Vec<_> = pool
        .services()
        .filter(|service| service.package_name() == "declic.v1")
        .collect();
    let methods = services.iter().flat_map(|service| {
        let name = |method: &str| format!("{}/{method}", service.name());
        // A stream that is taken does not end: its one field, the resume token, has tests of its own.
        let answered = service.methods().filter(|method| !method.is_server_streaming());
        answered
            .map(|method| (name(method.name()), method.input()))
            .collect::<Vec<_>>()
    });
    methods.collect()
}

async fn caller(channel: &Channel, method: &str) -> &'static str {
    for caller in CALLERS {
        if !forbidden(channel, caller, method).await {
            return caller;
        }
    }
    panic!("{method}: nobody may call it");
}

async fn forbidden(channel: &Channel, caller: &str, method: &str) -> bool {
    let answer = raw::call_as(channel, caller, method, vec![0xff]).await;
    answer.is_err_and(|refused| refused.code() == Code::PermissionDenied)
}

/// Where each field of a message is, those inside its messages included.
fn paths(message: &MessageDescriptor, above: &mut Vec<FieldDescriptor>) -> Vec<Vec<FieldDescriptor>> {
    let mut found = Vec::new();
    for field in message.fields() {
        above.push(field.clone());
        found.push(above.clone());
        if let Kind::Message(inner) = field.kind() {
            found.extend(paths(&inner, above));
        }
        above.pop();
    }
    found
}

fn said(path: &[FieldDescriptor]) -> String {
    path.iter()
        .map(FieldDescriptor::name)
        .collect::<Vec<_>>()
        .join(".")
}

/// A request as people mean it, as far as names and numbers go.
fn meant(input: &MessageDescriptor, names: Names<'_>) -> DynamicMessage {
    if input.name() == "OpenCaseRequest" {
        let bytes = standard_case().encode_to_vec();
        return DynamicMessage::decode(input.clone(), bytes.as_slice()).expect("a case");
    }
    let mut request = DynamicMessage::new(input.clone());
    for field in input.fields() {
        let value = match (field.name(), field.kind()) {
            ("request_id", _) => Value::String(fresh()),
            ("name", _) if input.name().contains("Case") => Value::String(names.case.to_owned()),
            ("name" | "parent", _) => Value::String(names.ticket.to_owned()),
            ("epoch", _) => Value::U32(1),
            ("message" | "text" | "reason", Kind::String) => Value::String("Un texte.".to_owned()),
            ("facts", Kind::Message(_)) => {
                let facts = standard_case().facts.expect("facts").encode_to_vec();
                let Kind::Message(inner) = field.kind() else {
                    continue;
                };
                Value::Message(DynamicMessage::decode(inner, facts.as_slice()).expect("facts"))
            }
            (_, Kind::Enum(_)) if !field.is_list() => Value::EnumNumber(1),
            _ => continue,
        };
        request.set_field(&field, value);
    }
    request
}

/// Sets the field at the end of a path; lists on the way get one element.
fn set(message: &mut DynamicMessage, path: &[FieldDescriptor], value: Value) {
    let (field, rest) = path.split_first().expect("a path has a field");
    if rest.is_empty() {
        message.set_field(field, value);
        return;
    }
    let Kind::Message(inner) = field.kind() else {
        panic!("only messages hold fields")
    };
    if field.is_list() {
        let mut element = DynamicMessage::new(inner);
        set(&mut element, rest, value);
        message.set_field(field, Value::List(vec![Value::Message(element)]));
        return;
    }
    match message.get_field_mut(field) {
        Value::Message(inside) => set(inside, rest, value),
        other => panic!("{other:?} is no message"),
    }
}

/// Values of a field that nobody means.
fn absurd(field: &FieldDescriptor) -> Vec<Value> {
    let each = single(field);
    if !field.is_list() {
        return each;
    }
    let mut lists: Vec<Value> = each
        .iter()
        .map(|value| Value::List(vec![value.clone()]))
        .collect();
    // As many as a message of 256 KiB holds, and each in turn.
    let room = 200_000;
    for value in each {
        let size = match &value {
            Value::String(text) => text.len() + 4,
            Value::Bytes(bytes) => bytes.len() + 4,
            Value::Message(message) => message.encoded_len() + 4,
            _ => 10,
        };
        if size < 100 {
            lists.push(Value::List(vec![value; room / size]));
        }
    }
    lists
}

fn single(field: &FieldDescriptor) -> Vec<Value> {
    match field.kind() {
        Kind::String => TEXTS
            .iter()
            .map(|text| (*text).to_owned())
            .chain(long_texts())
            .map(Value::String)
            .collect(),
        Kind::Bytes => [vec![], vec![0], vec![0xff; 16], vec![0; 200_000]]
            .into_iter()
            .map(|bytes| Value::Bytes(bytes.into()))
            .collect(),
        Kind::Enum(_) => [i32::MIN, -1, 0, 99, i32::MAX].map(Value::EnumNumber).to_vec(),
        Kind::Int32 => [i32::MIN, -1, 0, i32::MAX].map(Value::I32).to_vec(),
        Kind::Int64 => [i64::MIN, -1, 0, i64::MAX].map(Value::I64).to_vec(),
        Kind::Uint32 => [0, 65_536, u32::MAX].map(Value::U32).to_vec(),
        Kind::Uint64 => [0, 1 << 32, 1 << 63, u64::MAX].map(Value::U64).to_vec(),
        Kind::Bool => vec![Value::Bool(true)],
        Kind::Message(inner) => vec![Value::Message(DynamicMessage::new(inner))],
        other => panic!("the contract has a new kind of field, {other:?}: say what is absurd in it"),
    }
}

/// Short ones, each the worst of its kind.
const TEXTS: [&str; 13] = [
    "",
    " ",
    "\0",
    "é\u{301}\u{202e}\u{200b}",
    "'; DROP TABLE cases; --",
    "../../../etc/passwd",
    "cases/",
    "agencies/..",
    "members/.",
    "-1",
    "+1",
    "2026-11-22[u-ca=Madame]",
    "99999999999999999999999999",
];

/// Long ones, below the limit of a message.
fn long_texts() -> impl Iterator<Item = String> {
    let long = 200_000;
    [
        "a".repeat(long),
        "é".repeat(long / 2),
        " ".repeat(long) + "56178",
        format!("[{}]", "x".repeat(long)),
    ]
    .into_iter()
}

#[test]
fn the_walk_reaches_the_fields_inside_messages() {
    let case = methods()
        .into_iter()
        .find(|(name, _)| name == "CaseService/OpenCase");
    let (_, input) = case.expect("the contract opens cases");
    let all: Vec<String> = paths(&input, &mut Vec::new())
        .iter()
        .map(|path| said(path))
        .collect();
    for field in ["request_id", "person.nir", "facts.on_date", "mandate.expires_on"] {
        assert!(all.contains(&field.to_owned()), "{all:?}");
    }
    let bytes = v1::OpenCaseRequest::default().encode_to_vec();
    assert!(bytes.is_empty(), "absent fields take nothing");
}
