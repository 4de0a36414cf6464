//! The parsers that strangers reach, as one table: what each reads, and what it gives back when it takes something.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use declic_auth::{KeySet, TokenSigner, Verifier, public_from_base64};
use declic_connector::answer;
use declic_domain::name::{AgencyId, CaseId, DeskName, MemberId, Reference, TicketName};
use declic_domain::person::Nir;
use declic_hub::directory::importing::Table;
use declic_hub::secrets::Secrets;
use declic_hub::status::Error;
use declic_hub::wire::command::Request;
use declic_hub::wire::{case, token};
use declic_ledger::leaf::{self, leaf_hash};
use declic_ledger::proof::inclusion_proof;
use declic_ledger::tree::MemoryTree;
use declic_ledger::{Checkpoint, Evidence, SignedCheckpoint, SignerKey, VerifierKey};
use declic_proto::v1;
use declic_runtime::config::{NoEnv, load};
use declic_runtime::propagation;
use declic_tests::people;
use jiff::civil::{Date, date};
use prost::Message;
use tonic_types::StatusExt as _;
use uuid::Uuid;

/// What a parser makes of bytes.
pub enum Read {
    /// It refuses them, in these words.
    Refused(String),
    /// It takes them; written again, they are these bytes.
    Taken(Vec<u8>),
}

/// How often one meaning may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// Once: other bytes are refused.
    One,
    /// In many ways, of which the one that is given back is stable.
    Many,
}

/// A parser, under the name of the folder of its corpus.
pub struct Parser {
    pub name: &'static str,
    pub spelling: Spelling,
    pub read: fn(&[u8]) -> Read,
    /// What it takes, besides the `ok-` files of its corpus: what is made with keys cannot lie there.
    pub made: fn() -> Vec<Vec<u8>>,
}

const NOW_S: i64 = 1_795_000_000;
const TODAY: Date = date(2026, 11, 22);
const MEMBER: &str = "camille.martin";

pub const ALL: [Parser; 17] = [
    Parser {
        name: "bearer-token",
        spelling: Spelling::One,
        read: bearer_token,
        made: bearer_tokens,
    },
    Parser {
        name: "page-token",
        spelling: Spelling::One,
        read: page_token,
        made: page_tokens,
    },
    Parser {
        name: "resume-token",
        spelling: Spelling::One,
        read: resume_token,
        made: resume_tokens,
    },
    Parser {
        name: "public-key",
        spelling: Spelling::One,
        read: public_key,
        made: public_keys,
    },
    Parser {
        name: "case-name",
        spelling: Spelling::One,
        read: case_name,
        made: none,
    },
    Parser {
        name: "ticket-name",
        spelling: Spelling::One,
        read: ticket_name,
        made: none,
    },
    Parser {
        name: "desk-name",
        spelling: Spelling::One,
        read: desk_name,
        made: none,
    },
    Parser {
        name: "member-name",
        spelling: Spelling::One,
        read: member_name,
        made: none,
    },
    Parser {
        name: "agency-name",
        spelling: Spelling::One,
        read: agency_name,
        made: none,
    },
    Parser {
        name: "reference",
        spelling: Spelling::Many,
        read: reference,
        made: none,
    },
    Parser {
        name: "social-security-number",
        spelling: Spelling::Many,
        read: nir,
        made: none,
    },
    Parser {
        name: "open-case-request",
        spelling: Spelling::Many,
        read: open_case,
        made: open_cases,
    },
    Parser {
        name: "command-request",
        spelling: Spelling::Many,
        read: command,
        made: commands,
    },
    Parser {
        name: "checkpoint",
        spelling: Spelling::One,
        read: checkpoint,
        made: checkpoints,
    },
    Parser {
        name: "proof-file",
        spelling: Spelling::One,
        read: proof_file,
        made: proof_files,
    },
    Parser {
        name: "verifier-key",
        spelling: Spelling::One,
        read: verifier_key,
        made: verifier_keys,
    },
    Parser {
        name: "answer-file",
        spelling: Spelling::Many,
        read: answer_file,
        made: none,
    },
];

/// Parsers whose values are not written again: they never fail otherwise than in words.
pub const ONE_WAY: [Parser; 5] = [
    Parser {
        name: "directory-file",
        spelling: Spelling::Many,
        read: directory_file,
        made: directory_files,
    },
    Parser {
        name: "import-file",
        spelling: Spelling::Many,
        read: import_file,
        made: none,
    },
    Parser {
        name: "hub-configuration",
        spelling: Spelling::Many,
        read: hub_configuration,
        made: none,
    },
    Parser {
        name: "connector-configuration",
        spelling: Spelling::Many,
        read: connector_configuration,
        made: none,
    },
    Parser {
        name: "traceparent",
        spelling: Spelling::Many,
        read: traceparent,
        made: none,
    },
];

fn none() -> Vec<Vec<u8>> {
    Vec::new()
}

/// Reads a text with `parse` and writes it again with `write`.
fn text<T, E: ToString>(
    bytes: &[u8],
    parse: impl FnOnce(&str) -> Result<T, E>,
    write: impl FnOnce(T) -> String,
) -> Read {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Read::Refused("the transport takes no such text".to_owned());
    };
    match parse(text) {
        Ok(value) => Read::Taken(write(value).into_bytes()),
        Err(refused) => Read::Refused(refused.to_string()),
    }
}

/// What the caller reads of an error of the hub.
fn told(error: Error) -> String {
    let status = error.into_status("r");
    let told = status.get_details_bad_request();
    let problems: Vec<String> = told
        .into_iter()
        .flat_map(|told| told.field_violations)
        .map(|violation| format!("{} {}", violation.field, violation.description))
        .collect();
    if problems.is_empty() {
        status.message().to_owned()
    } else {
        problems.join("; ")
    }
}

fn signer() -> TokenSigner {
    TokenSigner::new(&people::key(MEMBER), MEMBER, people::AUDIENCE).expect("a key that signs")
}

fn bearer_tokens() -> Vec<Vec<u8>> {
    vec![signer().token(NOW_S, Uuid::from_u128(7)).into_bytes()]
}

/// Ed25519 signs one message in one way, so what was signed can be signed again.
fn bearer_token(bytes: &[u8]) -> Read {
    let mut keys = KeySet::new();
    keys.insert(MEMBER, people::key(MEMBER).public()).expect("a key");
    let verified = |text: &str| Verifier::new(people::AUDIENCE).verify(text, NOW_S, &keys);
    text(bytes, verified, |verified| {
        let id = Uuid::try_parse(&verified.claims.jti).expect("it was checked");
        signer().token(verified.claims.iat, id)
    })
}

fn secrets() -> Secrets {
    Secrets::from_master([7; 32])
}

fn page_tokens() -> Vec<Vec<u8>> {
    let token = |position: &[u8]| token::page(&secrets(), MEMBER, b"ListCases", position).into_bytes();
    vec![token(&[0; 24]), token(&[0xff; 24])]
}

fn page_token(bytes: &[u8]) -> Read {
    let position =
        |text: &str| token::page_position::<24>(&secrets(), MEMBER, b"ListCases", text).map_err(told);
    text(bytes, position, |position| {
        position.map_or_else(String::new, |position| {
            token::page(&secrets(), MEMBER, b"ListCases", &position)
        })
    })
}

fn resume_tokens() -> Vec<Vec<u8>> {
    let token = |number| token::resume(&secrets(), "hub", "agencies/caf-56", number).into_bytes();
    vec![token(1), token(u64::MAX)]
}

fn resume_token(bytes: &[u8]) -> Read {
    let number = |text: &str| token::resume_number(&secrets(), "hub", "agencies/caf-56", text).map_err(told);
    text(bytes, number, |number| match number {
        0 => String::new(),
        number => token::resume(&secrets(), "hub", "agencies/caf-56", number),
    })
}

fn public_keys() -> Vec<Vec<u8>> {
    vec![people::key(MEMBER).public_base64().into_bytes()]
}

fn public_key(bytes: &[u8]) -> Read {
    let mut keys = KeySet::new();
    let insert = |text: &str| keys.insert_base64(MEMBER, text).map(|_| text.to_owned());
    text(bytes, insert, |given| {
        let key = public_from_base64(&given).expect("it was taken");
        URL_SAFE_NO_PAD.encode(key)
    })
}

fn case_name(bytes: &[u8]) -> Read {
    text(bytes, CaseId::parse_resource, |name| name.resource())
}

fn ticket_name(bytes: &[u8]) -> Read {
    text(bytes, TicketName::parse_resource, |name| name.resource())
}

fn desk_name(bytes: &[u8]) -> Read {
    text(bytes, DeskName::parse_resource, |name| name.resource())
}

fn member_name(bytes: &[u8]) -> Read {
    text(bytes, MemberId::parse_resource, |name| name.resource())
}

fn agency_name(bytes: &[u8]) -> Read {
    text(bytes, AgencyId::parse_resource, |name| name.resource())
}

fn reference(bytes: &[u8]) -> Read {
    text(
        bytes,
        |text| text.parse::<Reference>(),
        |reference| reference.to_string(),
    )
}

fn nir(bytes: &[u8]) -> Read {
    let parse = |text: &str| Nir::parse(text).ok_or("not a social-security number");
    text(bytes, parse, |nir| nir.as_str().to_owned())
}

fn open_cases() -> Vec<Vec<u8>> {
    vec![
        people::standard_case().encode_to_vec(),
        people::case_of_two_agencies().encode_to_vec(),
    ]
}

/// A message and what is parsed of it.
fn message<M: Message + Default + Clone, T>(bytes: &[u8], parse: impl FnOnce(M) -> Result<T, Error>) -> Read {
    let decoded = match M::decode(bytes) {
        Ok(decoded) => decoded,
        Err(refused) => return Read::Refused(refused.to_string()),
    };
    match parse(decoded.clone()) {
        Ok(_) => Read::Taken(decoded.encode_to_vec()),
        Err(refused) => Read::Refused(told(refused)),
    }
}

fn open_case(bytes: &[u8]) -> Read {
    message(bytes, |request: v1::OpenCaseRequest| {
        case::opening(request, people::today().max(TODAY))
    })
}

const REQUEST: &str = "0190f3a2-0000-4000-8000-000000000001";
const TICKET: &str = "cases/0190f3a2-0000-7000-8000-000000000001/tickets/1";

fn commands() -> Vec<Vec<u8>> {
    let post = v1::PostMessageRequest {
        request_id: REQUEST.to_owned(),
        name: TICKET.to_owned(),
        text: "Bonjour".to_owned(),
        ..Default::default()
    };
    let resolve = v1::ResolveTicketRequest {
        request_id: REQUEST.to_owned(),
        name: TICKET.to_owned(),
        epoch: 1,
        outcome: v1::Outcome::ErrorCorrected.into(),
        message: "C’est corrigé.".to_owned(),
        next_steps: vec![v1::NextStep {
            label: "Virement".to_owned(),
            due_on: "2026-12-05".to_owned(),
        }],
        ..Default::default()
    };
    let ask = v1::RequestInformationRequest {
        request_id: REQUEST.to_owned(),
        name: TICKET.to_owned(),
        epoch: 1,
        items: vec![v1::InformationItem {
            kind: 1,
            label: "a".to_owned(),
            why: "b".to_owned(),
            answered: false,
        }],
        ..Default::default()
    };
    vec![post.encode_to_vec(), resolve.encode_to_vec(), ask.encode_to_vec()]
}

/// As each request that is a command: what one takes, or what the last refuses.
fn command(bytes: &[u8]) -> Read {
    fn read<R: Request + Default + Clone>(bytes: &[u8]) -> Read {
        message(bytes, R::parse)
    }
    let readers: [fn(&[u8]) -> Read; 19] = [
        read::<v1::ConfirmDeliveryRequest>,
        read::<v1::AcknowledgeTicketRequest>,
        read::<v1::AssignTicketRequest>,
        read::<v1::TakeBackTicketRequest>,
        read::<v1::RedirectTicketRequest>,
        read::<v1::RouteTicketByHandRequest>,
        read::<v1::CloseTicketRequest>,
        read::<v1::ReopenTicketRequest>,
        read::<v1::WithdrawTicketRequest>,
        read::<v1::AddNoteRequest>,
        read::<v1::RecordContactRequest>,
        read::<v1::RemindTicketRequest>,
        read::<v1::EscalateTicketRequest>,
        read::<v1::ShareTicketRequest>,
        read::<v1::UnshareTicketRequest>,
        read::<v1::ReplyTicketRequest>,
        read::<v1::RequestInformationRequest>,
        read::<v1::ResolveTicketRequest>,
        read::<v1::PostMessageRequest>,
    ];
    let mut last = Read::Refused(String::new());
    for read in readers {
        last = read(bytes);
        if matches!(last, Read::Taken(_)) {
            break;
        }
    }
    last
}

fn ledger_key() -> SignerKey {
    SignerKey::from_seed("declic.example/tests", &[7; 32]).expect("a name and a seed")
}

fn signed(tree: &MemoryTree) -> SignedCheckpoint {
    let key = ledger_key();
    let (origin, size, root) = (key.name().to_owned(), tree.size(), tree.root());
    Checkpoint { origin, size, root }.sign(&key).expect("its own log")
}

/// A log of seven leaves.
fn tree() -> MemoryTree {
    let mut tree = MemoryTree::new();
    for number in 0..7 {
        tree.append(leaf_hash(&[number; leaf::LEN]))
            .expect("a small tree");
    }
    tree
}

fn checkpoints() -> Vec<Vec<u8>> {
    vec![
        signed(&tree()).to_text().into_bytes(),
        signed(&MemoryTree::new()).to_text().into_bytes(),
    ]
}

fn proof_files() -> Vec<Vec<u8>> {
    let tree = tree();
    let file = |index: u8| Evidence {
        leaf: vec![index; leaf::LEN],
        index: index.into(),
        hashes: inclusion_proof(index.into(), 7, &tree).expect("the tree is whole"),
        checkpoint: signed(&tree),
    };
    [0, 6].map(|index| file(index).to_text().into_bytes()).to_vec()
}

fn verifier_keys() -> Vec<Vec<u8>> {
    vec![ledger_key().verifier().to_text().into_bytes()]
}

fn checkpoint(bytes: &[u8]) -> Read {
    text(bytes, SignedCheckpoint::parse, |checkpoint| checkpoint.to_text())
}

fn proof_file(bytes: &[u8]) -> Read {
    text(bytes, Evidence::parse, |evidence| evidence.to_text())
}

fn verifier_key(bytes: &[u8]) -> Read {
    text(bytes, VerifierKey::parse, |key| key.to_text())
}

fn answer_file(bytes: &[u8]) -> Read {
    match answer::parse(bytes) {
        Ok(_) => Read::Taken(bytes.to_vec()),
        Err(answer::Refused::Unfinished) => Read::Refused("it stops in the middle".to_owned()),
        Err(answer::Refused::Problems(problems)) => Read::Refused(problems.join("; ")),
    }
}

fn directory_files() -> Vec<Vec<u8>> {
    vec![people::directory().into_bytes()]
}

fn import_file(bytes: &[u8]) -> Read {
    match Table::read(bytes) {
        Ok(_) => Read::Taken(bytes.to_vec()),
        Err(problems) => Read::Refused(problems.join("; ")),
    }
}

fn directory_file(bytes: &[u8]) -> Read {
    let parse = |text: &str| {
        declic_hub::directory::parse(text).map_err(|problems| {
            let lines: Vec<String> = problems
                .iter()
                .map(|p| format!("{} {}", p.line, p.what))
                .collect();
            lines.join("; ")
        })
    };
    let given = bytes.to_vec();
    text(bytes, parse, |_| String::from_utf8(given).expect("it was a text"))
}

fn hub_configuration(bytes: &[u8]) -> Read {
    configuration(bytes, |path| declic_hub::Config::load(path, NoEnv))
}

fn connector_configuration(bytes: &[u8]) -> Read {
    configuration(bytes, |path| load::<declic_connector::Config>(Some(path), NoEnv))
}

fn configuration<T, E: ToString>(bytes: &[u8], load: impl FnOnce(&Path) -> Result<T, E>) -> Read {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("there is room");
    match load(file.path()) {
        Ok(_) => Read::Taken(bytes.to_vec()),
        Err(refused) => Read::Refused(refused.to_string()),
    }
}

fn traceparent(bytes: &[u8]) -> Read {
    let mut headers = tonic::codegen::http::HeaderMap::new();
    if let Ok(value) = tonic::codegen::http::HeaderValue::from_bytes(bytes) {
        headers.insert("traceparent", value.clone());
        headers.insert("tracestate", value);
    }
    let _context = propagation::extract(&headers);
    let linked = |text: &str| {
        propagation::link_to(&tracing::Span::none(), text)
            .then_some(())
            .ok_or("no trace")
    };
    let given = bytes.to_vec();
    text(bytes, linked, |()| {
        String::from_utf8(given).expect("it was a text")
    })
}
