//! The client against hubs that lie, shed load or forget: what it believes, and what it sends again.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use declic_client::verify::Error as VerifyError;
use declic_client::{Client, DEFAULT_DEADLINE, ErrorReason, Options, SigningKey};
use declic_ledger::proof::{consistency_proof, inclusion_proof};
use declic_ledger::tree::MemoryTree;
use declic_ledger::verify::Finding;
use declic_ledger::{Checkpoint, Digest, Kind, Leaf, SignerKey};
use declic_proto::ERROR_DOMAIN;
use declic_proto::v1::ledger_service_server::{LedgerService, LedgerServiceServer};
use declic_proto::v1::{
    GetCheckpointRequest, GetCheckpointResponse, GetConsistencyProofRequest, GetConsistencyProofResponse,
    GetInclusionProofRequest, GetInclusionProofResponse, ListLeavesRequest, ListLeavesResponse,
};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

const ORIGIN: &str = "grand-livre.declic.example";
/// More than two pages.
const LEAVES: u64 = 2_345;

#[derive(Clone, Copy, PartialEq)]
enum Lie {
    Nothing,
    /// One leaf is not the one that was sealed.
    ChangedLeaf,
    /// The last leaves are not given.
    WithheldLeaves,
    /// Another event is proven than the one asked for.
    OtherEvent,
    /// The checkpoint is signed by somebody else.
    OtherKey,
    /// Refuses the first calls for this reason.
    Refuses(ErrorReason, Option<Duration>, u32),
}

struct Hub {
    lie: Lie,
    leaves: Vec<Leaf>,
    tree: MemoryTree,
    calls: Arc<AtomicU32>,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl LedgerService for Hub {
    async fn get_checkpoint(&self, request: Request<GetCheckpointRequest>) -> Answer<GetCheckpointResponse> {
        self.receive(&request)?;
        Ok(Response::new(GetCheckpointResponse {
            checkpoint: self.checkpoint(),
            size: self.tree.size(),
        }))
    }

    async fn get_inclusion_proof(
        &self,
        request: Request<GetInclusionProofRequest>,
    ) -> Answer<GetInclusionProofResponse> {
        self.receive(&request)?;
        let asked = request.into_inner().event_id;
        let position = self
            .leaves
            .iter()
            .position(|leaf| leaf.event_id.as_slice() == asked);
        let position = position.expect("the tests ask for what is there");
        let position = if self.lie == Lie::OtherEvent {
            position + 1
        } else {
            position
        };
        let index = position as u64;
        let hashes = inclusion_proof(index, self.tree.size(), &self.tree).expect("it is in the tree");
        Ok(Response::new(GetInclusionProofResponse {
            index,
            leaf: self.leaves[position].to_bytes().to_vec(),
            hashes: bytes(&hashes),
            checkpoint: self.checkpoint(),
        }))
    }

    async fn get_consistency_proof(
        &self,
        request: Request<GetConsistencyProofRequest>,
    ) -> Answer<GetConsistencyProofResponse> {
        self.receive(&request)?;
        let request = request.into_inner();
        let hashes = consistency_proof(request.from_size, request.to_size, &self.tree);
        Ok(Response::new(GetConsistencyProofResponse {
            hashes: bytes(&hashes.expect("both sizes are within the tree")),
            checkpoint: self.checkpoint(),
        }))
    }

    async fn list_leaves(&self, request: Request<ListLeavesRequest>) -> Answer<ListLeavesResponse> {
        self.receive(&request)?;
        let ListLeavesRequest { start, limit } = request.into_inner();
        let held = if self.lie == Lie::WithheldLeaves {
            LEAVES - 3
        } else {
            LEAVES
        };
        let page = (start..held).take(limit as usize).map(|index| {
            let mut leaf = self.leaves[index as usize].clone();
            if self.lie == Lie::ChangedLeaf && index == 1_500 {
                leaf.time_s += 1;
            }
            leaf.to_bytes().to_vec()
        });
        Ok(Response::new(ListLeavesResponse {
            leaves: page.collect(),
            published_size: LEAVES,
        }))
    }
}

impl Hub {
    fn new(lie: Lie) -> Self {
        let leaves: Vec<_> = (0..LEAVES).map(leaf).collect();
        let mut tree = MemoryTree::new();
        for leaf in &leaves {
            tree.append(leaf.hash()).expect("a tree has room");
        }
        Self {
            lie,
            leaves,
            tree,
            calls: Arc::default(),
        }
    }

    /// What every call must carry, and the refusals.
    fn receive<T>(&self, request: &Request<T>) -> Result<(), Status> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let metadata = request.metadata();
        let bearer = metadata
            .get("authorization")
            .and_then(|value| value.to_str().ok());
        assert!(bearer.is_some_and(|value| value.starts_with("Bearer ey")));
        assert!(metadata.contains_key("grpc-timeout"));
        match self.lie {
            Lie::Refuses(reason, delay, times) if call <= times => {
                let name = reason.as_str_name().trim_start_matches("ERROR_REASON_");
                let mut details = ErrorDetails::with_error_info(name, ERROR_DOMAIN, []);
                if delay.is_some() {
                    details.set_retry_info(delay);
                }
                Err(Status::with_error_details(Code::Unavailable, "not now", details))
            }
            _ => Ok(()),
        }
    }

    fn checkpoint(&self) -> String {
        signed(self.tree.size(), self.tree.root(), self.lie == Lie::OtherKey)
    }
}

fn leaf(index: u64) -> Leaf {
    Leaf {
        kind: Kind::Event,
        event_id: event(index),
        anchor_size: 0,
        time_s: 1_795_338_000 + index,
        ticket_tag: [1; 16],
        recipient_tags: [[2; 16]; 8],
        sections_root: Digest([3; 32]),
        ct_root: Digest([4; 32]),
    }
}

fn event(index: u64) -> [u8; 16] {
    u128::from(index).to_be_bytes()
}

fn bytes(hashes: &[Digest]) -> Vec<Vec<u8>> {
    hashes.iter().map(|hash| hash.0.to_vec()).collect()
}

fn signer(stranger: bool) -> SignerKey {
    SignerKey::from_seed(ORIGIN, &[u8::from(stranger) + 1; 32]).expect("a name of a key")
}

fn signed(size: u64, root: Digest, by_a_stranger: bool) -> String {
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size,
        root,
    };
    let signed = checkpoint.sign(&signer(by_a_stranger));
    signed.expect("the origin is the key's name").to_text()
}

/// A client of a hub that tells this lie, and the count of its calls.
async fn client(lie: Lie) -> (Client, Arc<AtomicU32>) {
    let hub = Hub::new(lie);
    let calls = Arc::clone(&hub.calls);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a free port");
    let address: SocketAddr = listener.local_addr().expect("it is bound");
    let server = Server::builder().add_service(LedgerServiceServer::new(hub));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    let drawn = AtomicU64::new(0);
    let client = Client::connect_lazy(Options {
        endpoint: format!("http://{address}"),
        audience: "declic-hub".to_owned(),
        subject: "inspection.bretagne".to_owned(),
        key: SigningKey::generate([7; 32]),
        ca_file: None,
        deadline: DEFAULT_DEADLINE,
        patience: Duration::from_secs(5),
        clock: Arc::new(|| 1_795_338_000),
        ids: Arc::new(move || uuid::Uuid::from_u64_pair(drawn.fetch_add(1, Ordering::Relaxed), 0)),
    });
    (client.expect("options that work"), calls)
}

#[tokio::test]
async fn an_honest_ledger_is_read_page_by_page_and_found_sound() {
    let (client, _) = client(Lie::Nothing).await;
    let key = signer(false).verifier();
    let report = client.verify_ledger(&key, &[]).await.expect("it is there");
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!((report.leaves, report.unsigned), (LEAVES, 0));

    let log = client.log().await.expect("it is there");
    let offline = declic_ledger::verify::verify_log(&key, [log.checkpoint.as_str()], &log.leaves);
    assert_eq!(offline, report);

    let evidence = client.evidence(event(17), &key).await.expect("it is there");
    let shown = declic_ledger::verify::verify_inclusion(&evidence.to_text(), &key);
    assert_eq!(shown.expect("it holds offline too").index, 17);
}

#[tokio::test]
async fn a_changed_leaf_is_found() {
    let (client, _) = client(Lie::ChangedLeaf).await;
    let report = client.verify_ledger(&signer(false).verifier(), &[]).await;
    let findings = report.expect("it is there").findings;
    assert!(
        matches!(findings.as_slice(), [Finding::RootDiffers { size: LEAVES, .. }]),
        "{findings:?}"
    );
}

#[tokio::test]
async fn leaves_that_are_withheld_are_missed_and_nobody_waits_for_ever() {
    let (client, _) = client(Lie::WithheldLeaves).await;
    let report = client.verify_ledger(&signer(false).verifier(), &[]).await;
    assert!(matches!(report, Err(VerifyError::LeavesWithheld { size: LEAVES, next }) if next == LEAVES - 3));
}

#[tokio::test]
async fn the_proof_of_another_event_proves_nothing() {
    let (client, _) = client(Lie::OtherEvent).await;
    let evidence = client.evidence(event(17), &signer(false).verifier()).await;
    assert!(matches!(evidence, Err(VerifyError::OtherEvent)));
}

#[tokio::test]
async fn a_checkpoint_of_a_stranger_is_none() {
    let (client, _) = client(Lie::OtherKey).await;
    let key = signer(false).verifier();
    let refused = client.verify_ledger(&key, &[]).await;
    assert!(matches!(refused, Err(VerifyError::Checkpoint(_))));
    let refused = client.evidence(event(17), &key).await;
    assert!(matches!(
        refused,
        Err(VerifyError::Evidence(_) | VerifyError::Checkpoint(_))
    ));
}

#[tokio::test]
async fn a_log_that_grew_is_told_from_one_that_was_rewritten() {
    let (client, _) = client(Lie::Nothing).await;
    let key = signer(false).verifier();
    let mut earlier = MemoryTree::new();
    for index in 0..1_000 {
        earlier.append(leaf(index).hash()).expect("a tree has room");
    }
    let kept = signed(1_000, earlier.root(), false);
    let (_, latest) = client.verify_growth(&kept, &key).await.expect("it grew");
    assert_eq!(latest.size, LEAVES);

    let rewritten = signed(1_000, Digest([9; 32]), false);
    let refused = client.verify_growth(&rewritten, &key).await;
    assert!(matches!(
        refused,
        Err(VerifyError::Rewritten { old_size: 1_000, .. })
    ));
}

#[tokio::test]
async fn a_hub_that_is_busy_is_asked_again_and_one_that_limits_is_not() {
    let busy = Lie::Refuses(ErrorReason::Overloaded, None, 2);
    let (asking, calls) = client(busy).await;
    asking
        .get_checkpoint(GetCheckpointRequest { minimum_size: 0 })
        .await
        .expect("the third attempt is answered");
    assert_eq!(calls.load(Ordering::Relaxed), 3);

    for reason in [ErrorReason::RateLimited, ErrorReason::EtagOutdated] {
        let (asking, calls) = client(Lie::Refuses(reason, None, 1)).await;
        let request = GetCheckpointRequest { minimum_size: 0 };
        let refused = asking.get_checkpoint(request).await.expect_err("it is refused");
        assert_eq!(refused.reason, Some(reason));
        assert_eq!(calls.load(Ordering::Relaxed), 1, "{reason:?}");
    }

    let later = Lie::Refuses(ErrorReason::RateLimited, Some(Duration::from_millis(50)), 1);
    let (asking, calls) = client(later).await;
    let begun = std::time::Instant::now();
    let request = GetCheckpointRequest { minimum_size: 0 };
    asking.get_checkpoint(request).await.expect("the delay was kept");
    assert!(begun.elapsed() >= Duration::from_millis(50));
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn what_is_not_published_yet_is_waited_for() {
    let not_yet = Lie::Refuses(ErrorReason::BeyondPublished, Some(Duration::from_millis(1)), 3);
    let (client, calls) = client(not_yet).await;
    let key = signer(false).verifier();
    client
        .evidence(event(0), &key)
        .await
        .expect("it is published in the end");
    assert_eq!(calls.load(Ordering::Relaxed), 4);
}
