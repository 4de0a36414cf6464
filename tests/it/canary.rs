//! No personal data leaves the sealed sections: canaries in every field and text of a case that goes through everything
//! are looked for in logs, traces, metrics, leaves, files and other people's answers.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use declic_proto::v1;
use declic_runtime::telemetry::{self, Providers};
use declic_tests::people::{self, fresh, standard_case};
use declic_tests::{TestHub, raw};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use prost::Message as _;

/// What every text holds.
const CANARY: &str = "CANARI";

/// A birth date and a social-security number nobody else here has.
const BIRTH_DATE: &str = "1901-02-03";
const NIR: &str = "101025617801253";

/// All that must be found nowhere.
const TRACES_OF_THE_PERSON: [&str; 4] = [CANARY, BIRTH_DATE, NIR, "1010256178012"];

/// Log lines, as they are written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("no thread panicked with it")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A case whose every text is a canary.
pub fn canary_case() -> v1::OpenCaseRequest {
    let mut case = standard_case();
    case.person = Some(v1::Person {
        given_name: "CANARIPRENOM".to_owned(),
        family_name: "CANARINOM".to_owned(),
        birth_date: BIRTH_DATE.to_owned(),
        agency_identifier: "CANARI7".to_owned(),
        nir: NIR.to_owned(),
    });
    case.explanation = "CANARI explication".to_owned();
    let mandate = case.mandate.as_mut().expect("a mandate");
    mandate.scope = "CANARI objet".to_owned();
    mandate.evidence = "CANARI preuve".to_owned();
    case
}

/// Every command there is, each of its texts a canary; some are refused, which is logged too.
async fn journey(hub: &TestHub) -> Vec<String> {
    let channel = hub.channel().await;
    let opened = people::open(&hub.social_worker(), canary_case()).await;
    let (first, case) = (opened.tickets[0].ticket.clone(), opened.case.clone());
    let at_triage = v1::OpenCaseRequest {
        facts: people::case_of_an_agency_not_enrolled().facts,
        ..canary_case()
    };
    let second = people::open(&hub.social_worker(), at_triage).await.tickets[0]
        .ticket
        .clone();
    let text = || "CANARI texte".to_owned();
    let item = v1::InformationItem {
        kind: 2,
        label: text(),
        why: text(),
        answered: false,
    };
    let step = v1::NextStep {
        label: text(),
        due_on: String::new(),
    };
    let (camille, claire, marc) = ("camille.martin", "claire.morel", "marc.lefevre");
    let named = |name: &str| (fresh(), name.to_owned());
    macro_rules! send {
        ($member:expr, $service:ident/$rpc:ident, $message:ident { $($field:tt)* }, $ticket:expr) => {{
            let (request_id, name) = named($ticket);
            let message = v1::$message { request_id, name, $($field)*, ..Default::default() };
            let method = concat!(stringify!($service), "/", stringify!($rpc));
            let answer = raw::call_as(&channel, $member, method, message.encode_to_vec()).await;
            (method, answer)
        }};
    }
    let done = [
        send!(
            claire,
            TicketService / AssignTicket,
            AssignTicketRequest {
                epoch: 1,
                agent: "members/claire.morel".to_owned(),
                reason: text()
            },
            &first
        ),
        send!(
            claire,
            TicketService / AcknowledgeTicket,
            AcknowledgeTicketRequest { epoch: 1 },
            &first
        ),
        send!(
            claire,
            TicketService / RequestInformation,
            RequestInformationRequest {
                epoch: 1,
                items: vec![item.clone()],
                message: text()
            },
            &first
        ),
        send!(
            claire,
            TicketService / TakeBackTicket,
            TakeBackTicketRequest {
                epoch: 1,
                message: text()
            },
            &first
        ),
        send!(
            claire,
            TicketService / RequestInformation,
            RequestInformationRequest {
                epoch: 1,
                items: vec![item],
                message: text()
            },
            &first
        ),
        send!(
            camille,
            TicketService / ReplyTicket,
            ReplyTicketRequest {
                answers: vec![v1::ItemAnswer {
                    item: 1,
                    text: text()
                }],
                message: text()
            },
            &first
        ),
        send!(
            claire,
            TicketService / AddNote,
            AddNoteRequest {
                epoch: 1,
                text: text()
            },
            &first
        ),
        send!(
            camille,
            TicketService / PostMessage,
            PostMessageRequest { text: text() },
            &first
        ),
        send!(
            claire,
            TicketService / ResolveTicket,
            ResolveTicketRequest {
                epoch: 1,
                outcome: 4,
                message: text(),
                next_steps: vec![step.clone()],
                link: text()
            },
            &first
        ),
        send!(
            camille,
            TicketService / CloseTicket,
            CloseTicketRequest {
                effect: 3,
                message: text()
            },
            &first
        ),
        send!(
            camille,
            TicketService / ReopenTicket,
            ReopenTicketRequest { reason: text() },
            &first
        ),
        send!(
            claire,
            TicketService / RedirectTicket,
            RedirectTicketRequest {
                epoch: 2,
                reason: 2,
                regime: 2,
                message: text()
            },
            &first
        ),
        send!(
            marc,
            TicketService / AddNote,
            AddNoteRequest {
                epoch: 3,
                text: text()
            },
            &format!("{case}/tickets/2")
        ),
        send!(
            camille,
            CaseService / ChangeUrgency,
            ChangeUrgencyRequest {
                urgent: true,
                reason: text()
            },
            &case
        ),
        send!(
            camille,
            CaseService / AddTicket,
            AddTicketRequest {
                facts: people::case_of_an_agency_not_enrolled().facts,
                explanation: text()
            },
            &case
        ),
        send!(
            camille,
            CaseService / CorrectFacts,
            CorrectFactsRequest {
                facts: Some(v1::Facts {
                    commune: "56260".to_owned(),
                    ..standard_case().facts.expect("facts")
                }),
                reason: text()
            },
            &case
        ),
        send!(
            camille,
            CaseService / CorrectPerson,
            CorrectPersonRequest {
                person: Some(v1::Person {
                    agency_identifier: String::new(),
                    ..canary_case().person.expect("a person")
                }),
                reason: text()
            },
            &case
        ),
        send!(
            camille,
            CaseService / RevokeMandate,
            RevokeMandateRequest { reason: text() },
            &case
        ),
        send!(
            camille,
            CaseService / RenewMandate,
            RenewMandateRequest {
                mandate: Some(v1::Mandate {
                    scope: text(),
                    evidence: text(),
                    given_on: people::mainland_today().to_string(),
                    ..canary_case().mandate.expect("a mandate")
                })
            },
            &case
        ),
        send!(
            "soizic.le-bihan",
            CaseService / TransferCase,
            TransferCaseRequest {
                opener: "members/soizic.le-bihan".to_owned(),
                reason: text()
            },
            &case
        ),
        send!(
            "soizic.le-bihan",
            CaseService / TransferCase,
            TransferCaseRequest {
                opener: "members/camille.martin".to_owned(),
                reason: text()
            },
            &case
        ),
        send!(
            camille,
            CaseService / WithdrawCase,
            WithdrawCaseRequest { reason: text() },
            &case
        ),
        send!(
            "paul.durand",
            TicketService / EscalateTicket,
            EscalateTicketRequest { reason: text() },
            &second
        ),
        send!(
            camille,
            TicketService / RemindTicket,
            RemindTicketRequest { message: text() },
            &second
        ),
        send!(
            "erwan.le-roux",
            TicketService / RecordContact,
            RecordContactRequest {
                epoch: 1,
                channel: 1,
                result: 2,
                message: text(),
                next_step: Some(v1::NextStep {
                    label: text(),
                    due_on: String::new()
                })
            },
            &second
        ),
        send!(
            "erwan.le-roux",
            TicketService / RouteTicketByHand,
            RouteTicketByHandRequest {
                epoch: 1,
                agency: "agencies/caf-56".to_owned(),
                reason: text()
            },
            &second
        ),
    ];
    for (method, answer) in done {
        let answer = answer.unwrap_or_else(|status| panic!("{method}: {status:?}"));
        assert!(
            traces_in(&answer).is_empty(),
            "{method}: an answer to a command holds no personal data"
        );
    }
    let refused = [
        send!(
            camille,
            TicketService / CloseTicket,
            CloseTicketRequest {
                effect: 1,
                message: text()
            },
            &first
        ),
        send!(
            claire,
            TicketService / ResolveTicket,
            ResolveTicketRequest {
                epoch: 1,
                outcome: 1,
                message: "CANARI [nom]".to_owned()
            },
            &first
        ),
        send!(
            "sophie.garnier",
            TicketService / PostMessage,
            PostMessageRequest { text: text() },
            &first
        ),
        send!(
            camille,
            TicketService / WithdrawTicket,
            WithdrawTicketRequest {
                reason: "CANARI".repeat(200)
            },
            &first
        ),
        send!(
            camille,
            TicketService / PostMessage,
            PostMessageRequest { text: text() },
            "CANARI/tickets/1"
        ),
    ];
    for (method, answer) in refused {
        answer.expect_err(method);
    }
    let mut wrong = canary_case();
    wrong.person.as_mut().expect("a person").birth_date = "CANARI".to_owned();
    raw::call_as(&channel, camille, "CaseService/OpenCase", wrong.encode_to_vec())
        .await
        .expect_err("a wrong day");
    vec![first, second]
}

/// A case of two agencies, each of its texts a canary: a ticket is shown to the Caf of Rennes, no more, and again; then that
/// one is merged into the Caf of Vannes, which reads both.
async fn shared_and_merged(hub: &TestHub) {
    let (channel, camille) = (hub.channel().await, "camille.martin");
    let case = v1::OpenCaseRequest {
        facts: people::case_of_two_agencies().facts,
        ..canary_case()
    };
    let opened = people::open(&hub.social_worker(), case).await;
    let [at_msa, at_caf] = [0, 1].map(|index| opened.tickets[index].ticket.clone());
    let (agency, reason) = ("agencies/caf-35".to_owned(), "CANARI texte".to_owned());
    let share = || v1::ShareTicketRequest {
        request_id: fresh(),
        name: at_msa.clone(),
        agency: agency.clone(),
        reason: reason.clone(),
        ..v1::ShareTicketRequest::default()
    };
    let unshare = v1::UnshareTicketRequest {
        request_id: fresh(),
        name: at_msa.clone(),
        agency: agency.clone(),
        reason: reason.clone(),
        ..v1::UnshareTicketRequest::default()
    };
    let merger = v1::TransferAgencyRequest {
        request_id: fresh(),
        agency: agency.clone(),
        successor: "agencies/caf-56".to_owned(),
        reason: reason.clone(),
        ..v1::TransferAgencyRequest::default()
    };
    let calls = [
        (camille, "TicketService/ShareTicket", share().encode_to_vec()),
        (camille, "TicketService/UnshareTicket", unshare.encode_to_vec()),
        (camille, "TicketService/ShareTicket", share().encode_to_vec()),
        (
            "jean.rolland",
            "TicketService/TransferAgency",
            merger.encode_to_vec(),
        ),
    ];
    for (member, method, bytes) in calls {
        let stranger = raw_ticket(hub, "hugo.petit", &at_msa).await;
        assert!(stranger.is_err(), "the Caf of Vannes is nobody there yet");
        let answer = raw::call_as(&channel, member, method, bytes).await.expect(method);
        assert_eq!(traces_in(&answer), Vec::<&str>::new(), "{method}");
    }
    for name in [&at_msa, &at_caf] {
        let read = raw_ticket(hub, "hugo.petit", name).await.expect("it follows");
        assert_eq!(traces_in(&read), [CANARY], "{name}");
    }
}

/// Which of the person's traces these bytes hold.
pub fn traces_in(bytes: &[u8]) -> Vec<&'static str> {
    let holds = |trace: &&str| {
        bytes
            .windows(trace.len())
            .any(|window| window == trace.as_bytes())
    };
    TRACES_OF_THE_PERSON.into_iter().filter(holds).collect()
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.insert(path.display().to_string(), std::fs::read(&path).expect("a file"));
        }
    }
}

fn assert_clean(folder: &Path, when: &str) {
    let mut found = BTreeMap::new();
    files(&folder.join("data"), &mut found);
    files(&folder.join("secrets"), &mut found);
    assert!(
        found.keys().any(|name| name.ends_with("hub.sqlite")),
        "the database is among {:?}",
        found.keys()
    );
    for (name, bytes) in found {
        assert_eq!(traces_in(&bytes), Vec::<&str>::new(), "{when}, {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_personal_data_is_in_logs_traces_metrics_leaves_files_or_others_answers() {
    let lines = Lines::default();
    let (spans, metrics) = (InMemorySpanExporter::default(), InMemoryMetricExporter::default());
    let reader = PeriodicReader::builder(metrics.clone()).build();
    let meters = SdkMeterProvider::builder().with_reader(reader).build();
    let providers = Providers {
        traces: Some(
            SdkTracerProvider::builder()
                .with_simple_exporter(spans.clone())
                .build(),
        ),
        metrics: Some(meters.clone()),
        logs: None,
    };
    let config = telemetry::Config {
        log_filter: "trace".to_owned(),
        ..telemetry::Config::default()
    };
    let writer = lines.clone();
    let running = telemetry::install(&config, providers, move || writer.clone()).expect("set up once");

    let hub = TestHub::start().await;
    let tickets = journey(&hub).await;
    shared_and_merged(&hub).await;
    let shown = raw_ticket(&hub, "claire.morel", &tickets[0])
        .await
        .expect("her ticket's thread");
    assert_eq!(traces_in(&shown), [CANARY], "the canaries are where they belong");

    // Others' answers, and the notices of those who may know.
    for member in [
        "sophie.garnier",
        "lea.robert",
        "anne.guerin",
        "nora.haddad",
        "paul.durand",
        "yann.le-goff",
    ] {
        for method in ["CaseService/ListCases", "TicketService/ListTickets"] {
            let channel = hub.channel().await;
            let answer = raw::call_as(&channel, member, method, Vec::new())
                .await
                .expect("a list");
            assert_eq!(traces_in(&answer), Vec::<&str>::new(), "{member} {method}");
        }
        let thread = raw_ticket(&hub, member, &tickets[0]).await.unwrap_or_default();
        assert_eq!(traces_in(&thread), Vec::<&str>::new(), "{member}");
    }
    let mut watch = hub.connector("caf-56").watch("");
    for _ in 0..10 {
        let notice = format!("{:?}", watch.next().await.expect("a notice"));
        assert_eq!(traces_in(notice.as_bytes()), Vec::<&str>::new(), "{notice}");
    }
    drop(watch);

    let folder = hub.folder().to_owned();
    assert_clean(&folder, "while the hub runs");
    let hub = hub
        .restart_between(async |folder| assert_clean(folder, "once it has stopped"))
        .await;
    let findings = hub.stop().await;
    for leaf in &findings.leaves {
        assert_eq!(traces_in(leaf), Vec::<&str>::new(), "a leaf");
    }

    meters.force_flush().expect("metrics are flushed");
    let spans = format!("{:?}", spans.get_finished_spans().expect("spans"));
    let metrics = format!("{:?}", metrics.get_finished_metrics().expect("metrics"));
    running.shutdown().await;
    let lines = std::mem::take(&mut *lines.0.lock().expect("no thread panicked with it"));
    for (what, text, witness) in [
        ("traces", spans.as_bytes(), "OpenCase"),
        ("metrics", metrics.as_bytes(), "OpenCase"),
        ("logs", lines.as_slice(), "declic_hub"),
    ] {
        let text_holds = |word: &str| text.windows(word.len()).any(|window| window == word.as_bytes());
        assert!(text_holds(witness), "{what} were recorded: {} bytes", text.len());
        assert_eq!(traces_in(text), Vec::<&str>::new(), "{what}");
    }
}

async fn raw_ticket(hub: &TestHub, member: &str, name: &str) -> Result<Vec<u8>, tonic::Status> {
    let request = v1::ListEventsRequest {
        parent: name.to_owned(),
        ..v1::ListEventsRequest::default()
    };
    raw::call_as(
        &hub.channel().await,
        member,
        "TicketService/ListEvents",
        request.encode_to_vec(),
    )
    .await
}
