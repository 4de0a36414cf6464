//! The LedgerService: what any enrolled party needs to check the log from outside. Never a proof against a tree that was
//! not published.

use std::collections::HashMap;
use std::sync::Arc;

use declic_domain::name::EventId;
use declic_domain::policy;
use declic_ledger::Digest;
use declic_ledger::proof;
use declic_ledger::tree::NodeId;
use declic_proto::v1;
use declic_proto::v1::ErrorReason;
use declic_proto::v1::ledger_service_server::LedgerService;
use declic_store::{Limit, PublishedCheckpoint};
use tonic::{Request, Response, Status};

use crate::caller::{self, Caller};
use crate::hub::Hub;
use crate::status::Error;

/// Most leaves of one answer.
const MOST_LEAVES: u32 = 1_000;

/// Serves checkpoints, proofs and leaves.
pub struct Ledger {
    hub: Arc<Hub>,
}

impl Ledger {
    /// A service over this hub.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    async fn checkpoint(&self, asked: v1::GetCheckpointRequest) -> Result<v1::GetCheckpointResponse, Error> {
        let published = self.hub.store.checkpoint(asked.minimum_size).await?;
        let published = published
            .ok_or_else(|| beyond("the ledger has not published that far: ask again in a second"))?;
        Ok(v1::GetCheckpointResponse {
            checkpoint: published.note,
            size: published.size,
        })
    }

    async fn inclusion(
        &self,
        caller: &Caller,
        asked: v1::GetInclusionProofRequest,
    ) -> Result<v1::GetInclusionProofResponse, Error> {
        let id: [u8; 16] = asked
            .event_id
            .try_into()
            .map_err(|_| Error::field("event_id", "is not 16 bytes: give the id of an event"))?;
        let event = EventId(id);
        let Some(index) = self.hub.store.leaf_index(event).await? else {
            return Err(self.not_in_the_tree(caller, event).await?);
        };
        let checkpoint = self.published(asked.size, "size").await?;
        if index >= checkpoint.size {
            return Err(beyond(
                "the event is after that checkpoint: ask with a later size, or again in a second",
            ));
        }
        let nodes = proof::inclusion_nodes(index, checkpoint.size).map_err(Error::internal)?;
        let nodes = self.nodes(&nodes).await?;
        let hashes = proof::inclusion_proof(index, checkpoint.size, &nodes).map_err(Error::internal)?;
        let leaf = self.hub.store.leaves(index, Limit::new(1)).await?.pop();
        let leaf = leaf.ok_or_else(|| Error::internal(anyhow::anyhow!("leaf {index} is not there")))?;
        Ok(v1::GetInclusionProofResponse {
            index,
            leaf,
            hashes: bytes(hashes),
            checkpoint: checkpoint.note,
        })
    }

    async fn consistency(
        &self,
        asked: v1::GetConsistencyProofRequest,
    ) -> Result<v1::GetConsistencyProofResponse, Error> {
        if asked.from_size == 0 {
            return Err(Error::field(
                "from_size",
                "is 0: every tree continues the empty one, there is nothing to prove",
            ));
        }
        let from = self.published(asked.from_size, "from_size").await?;
        let to = self.published(asked.to_size, "to_size").await?;
        if from.size > to.size {
            return Err(Error::field("from_size", "is larger than to_size: swap them"));
        }
        let nodes = proof::consistency_nodes(from.size, to.size).map_err(Error::internal)?;
        let nodes = self.nodes(&nodes).await?;
        let hashes = proof::consistency_proof(from.size, to.size, &nodes).map_err(Error::internal)?;
        Ok(v1::GetConsistencyProofResponse {
            hashes: bytes(hashes),
            checkpoint: to.note,
        })
    }

    async fn leaves(&self, asked: v1::ListLeavesRequest) -> Result<v1::ListLeavesResponse, Error> {
        if asked.limit > MOST_LEAVES {
            return Err(Error::field(
                "limit",
                format!("is over {MOST_LEAVES}: ask for fewer, and again"),
            ));
        }
        let limit = if asked.limit == 0 {
            MOST_LEAVES
        } else {
            asked.limit
        };
        let published_size = self
            .hub
            .store
            .checkpoint(0)
            .await?
            .map_or(0, |checkpoint| checkpoint.size);
        let Some(left) = published_size.checked_sub(asked.start).filter(|left| *left > 0) else {
            return Err(beyond(
                "no leaf is published from there on: ask again in a second",
            ));
        };
        let limit = Limit::new(u32::try_from(left).unwrap_or(limit).min(limit));
        let leaves = self.hub.store.leaves(asked.start, limit).await?;
        Ok(v1::ListLeavesResponse {
            leaves,
            published_size,
        })
    }

    /// The checkpoint of exactly this size; the latest for 0.
    async fn published(&self, size: u64, field: &str) -> Result<PublishedCheckpoint, Error> {
        let found = self.hub.store.checkpoint(size).await?;
        let found =
            found.ok_or_else(|| beyond("the ledger has not published that far: ask again in a second"))?;
        if size == 0 || found.size == size {
            return Ok(found);
        }
        Err(Error::field(
            field,
            format!(
                "is the size of no published checkpoint: the next one has {}",
                found.size
            ),
        ))
    }

    /// Why an event has no leaf: the caller sees it and it is not sealed yet, or to the caller there is no such event.
    async fn not_in_the_tree(&self, caller: &Caller, event: EventId) -> Result<Error, Error> {
        let Some(scope) = policy::scope(&caller.member) else {
            return Ok(Error::Absent);
        };
        let waits = self.hub.store.entry(&scope, event).await?.is_some();
        Ok(if waits {
            beyond("the event is not sealed yet: ask again in a second")
        } else {
            Error::Absent
        })
    }

    async fn nodes(&self, ids: &[NodeId]) -> Result<HashMap<NodeId, Digest>, Error> {
        let asked: Vec<(u8, u64)> = ids.iter().map(|id| (id.level, id.index)).collect();
        let hashes = self.hub.store.nodes(&asked).await?;
        let found = ids
            .iter()
            .zip(hashes)
            .filter_map(|(id, hash)| Some((*id, Digest(hash?))));
        Ok(found.collect())
    }
}

#[tonic::async_trait]
impl LedgerService for Ledger {
    async fn get_checkpoint(
        &self,
        request: Request<v1::GetCheckpointRequest>,
    ) -> Result<Response<v1::GetCheckpointResponse>, Status> {
        let id = caller::request_id(&request);
        answer(self.checkpoint(request.into_inner()).await, &id)
    }

    async fn get_inclusion_proof(
        &self,
        request: Request<v1::GetInclusionProofRequest>,
    ) -> Result<Response<v1::GetInclusionProofResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        answer(self.inclusion(&caller, request.into_inner()).await, &id)
    }

    async fn get_consistency_proof(
        &self,
        request: Request<v1::GetConsistencyProofRequest>,
    ) -> Result<Response<v1::GetConsistencyProofResponse>, Status> {
        let id = caller::request_id(&request);
        answer(self.consistency(request.into_inner()).await, &id)
    }

    async fn list_leaves(
        &self,
        request: Request<v1::ListLeavesRequest>,
    ) -> Result<Response<v1::ListLeavesResponse>, Status> {
        let id = caller::request_id(&request);
        answer(self.leaves(request.into_inner()).await, &id)
    }
}

fn answer<T>(result: Result<T, Error>, request: &str) -> Result<Response<T>, Status> {
    result
        .map(Response::new)
        .map_err(|error| error.into_status(request))
}

fn beyond(sentence: &str) -> Error {
    Error::OutOfRange(ErrorReason::BeyondPublished, sentence.to_owned())
}

fn bytes(hashes: Vec<Digest>) -> Vec<Vec<u8>> {
    hashes.into_iter().map(|hash| hash.as_bytes().to_vec()).collect()
}
