//! The commands on the rules: parse, load, decide, seal, render, commit, as those on cases. The domain decides over the
//! rulebook; the store refuses what was decided on an older one, and then it is decided again.

use declic_domain::Refusal;
use declic_domain::rulebook::{Change, Proposal, Rulebook};
use declic_ledger::Kind;
use declic_proto::v1::{self, ErrorReason};
use declic_routing::{Digest, Ruleset};
use declic_store::crash::{self, Point};
use declic_store::{Commit, CommitError, RequestKey, RuleWrite, RulesWrite, record};
use prost::Message;

use super::examined::examine;
use crate::caller::Caller;
use crate::command::{self, given_before, replay};
use crate::hub::Hub;
use crate::journal::{self, Journal};
use crate::status::Error;
use crate::wire::rules as wire;

/// Times a command is decided again when others changed the rules meanwhile.
const ATTEMPTS: usize = 3;
/// Times the rules are read again after a change that is done.
const READS: usize = 3;

/// Brings a ruleset. A file that is refused here may have been taken by a hub of another version, which answered.
///
/// # Errors
/// The file's, the domain's, the store's.
pub async fn propose(
    hub: &Hub,
    caller: &Caller,
    request: v1::ProposeRulesetRequest,
) -> Result<v1::ProposeRulesetResponse, Error> {
    let key = |id, content| command::request_key(caller, id, content);
    let content = hub
        .secrets
        .request_digest("ProposeRuleset", &request.encode_to_vec());
    let asked = wire::proposal(request)?;
    let examined = examine(hub, asked.text.clone()).await;
    if asked.validate_only {
        return Ok(wire::checked(&examined?));
    }
    let key = key(asked.request, content);
    let proposal = match examined {
        Ok(proposal) => proposal,
        Err(refused) => return replay(hub, &key).await?.ok_or(refused),
    };
    let decide = |book: &Rulebook| {
        let reason = asked.reason.clone();
        let change = book.propose(&caller.member, proposal.clone(), reason, hub.now())?;
        let writes = change.map(|change| with_file(change, &asked.text));
        let mut after = book.clone();
        if let Some(write) = &writes {
            after.apply(book.last + 1, write.change.clone());
        }
        let answer = wire::proposed(&after, proposal.digest, writes.is_none());
        Ok((writes.into_iter().collect(), answer))
    };
    change(hub, key, decide).await
}

/// Puts a ruleset in force.
///
/// # Errors
/// The domain's, the store's; unknown, or one that this program cannot read.
pub async fn activate(
    hub: &Hub,
    caller: &Caller,
    request: v1::ActivateRulesetRequest,
) -> Result<v1::ActivateRulesetResponse, Error> {
    let content = hub
        .secrets
        .request_digest("ActivateRuleset", &request.encode_to_vec());
    let (id, ask) = wire::activation(request)?;
    let key = command::request_key(caller, id, content);
    let (file, proposal) = match stored(hub, ask.digest).await {
        Ok(stored) => stored,
        // Done before by a hub that could read the file.
        Err(refused) => return replay(hub, &key).await?.ok_or(refused),
    };
    let decide = |book: &Rulebook| {
        let (mut book, mut writes) = (book.clone(), Vec::new());
        // The rules of the program are kept from now on, whatever the next version of the program brings.
        let reason = format!("comes with the program, which activates it: {}", ask.reason);
        if let Some(kept) = book.propose(&caller.member, proposal.clone(), reason, hub.now())? {
            book.apply(book.last + 1, kept.clone());
            writes.push(with_file(kept, &file));
        }
        let findings = proposal.findings.clone();
        let change = book.activate(&caller.member, ask.clone(), findings, hub.territory, hub.now())?;
        book.apply(book.last + 1, change.clone());
        writes.push(RuleWrite { change, file: None });
        let answer = v1::ActivateRulesetResponse {
            in_force: Some(wire::in_force(book.generation, &book.places())),
            findings: wire::findings(&proposal.findings),
        };
        Ok((writes, answer))
    };
    change(hub, key, decide).await
}

/// Puts in force again what was before.
///
/// # Errors
/// The domain's, the store's.
pub async fn roll_back(
    hub: &Hub,
    caller: &Caller,
    request: v1::RollbackRulesetRequest,
) -> Result<v1::RollbackRulesetResponse, Error> {
    let content = hub
        .secrets
        .request_digest("RollbackRuleset", &request.encode_to_vec());
    let (id, etag, reason) = wire::rollback(request)?;
    let key = command::request_key(caller, id, content);
    let decide = |book: &Rulebook| {
        let change = book.roll_back(&caller.member, etag, reason.clone(), hub.now())?;
        let mut after = book.clone();
        after.apply(book.last + 1, change.clone());
        let answer = v1::RollbackRulesetResponse {
            in_force: Some(wire::in_force(after.generation, &after.places())),
        };
        Ok((vec![RuleWrite { change, file: None }], answer))
    };
    change(hub, key, decide).await
}

/// The file of a ruleset that was proposed or that the program brings, and what the check finds today.
async fn stored(hub: &Hub, digest: Digest) -> Result<(String, Proposal), Error> {
    let file = match hub.store.rule_file(digest).await? {
        Some(file) => file,
        None if Ruleset::embedded().digest() == digest => Ruleset::embedded_file().to_owned(),
        None => return Err(Refusal::NoRuleset.into()),
    };
    match examine(hub, file.clone()).await {
        Ok(proposal) if proposal.digest == digest => Ok((file, proposal)),
        Ok(_) => Err(Refusal::RulesUnreadable.into()),
        Err(Error::Invalid(..)) => Err(Refusal::RulesUnreadable.into()),
        Err(error) => Err(error),
    }
}

fn with_file(change: Change, file: &str) -> RuleWrite {
    RuleWrite {
        change,
        file: Some(file.to_owned()),
    }
}

/// Runs a command on the rules, from their reading to the commit.
async fn change<A: Message + Default>(
    hub: &Hub,
    key: RequestKey,
    decide: impl Fn(&Rulebook) -> Result<(Vec<RuleWrite>, A), Refusal>,
) -> Result<A, Error> {
    for _ in 0..ATTEMPTS {
        let book = super::book(hub.store.as_ref()).await?;
        let (changes, answer) = match decide(&book) {
            Ok(decided) => decided,
            Err(refused) => return replay(hub, &key).await?.ok_or(refused.into()),
        };
        let changed = !changes.is_empty();
        let mut commit = sealed(hub, book.last, changes).await?;
        commit.request = Some((key.clone(), answer.encode_to_vec()));
        crash::at(Point::Decided);
        match hub.store.commit(commit).await {
            Ok(()) => {
                if changed {
                    follow(hub).await;
                }
                crash::at(Point::BeforeAnswer);
                return Ok(answer);
            }
            Err(CommitError::Stale) => {}
            Err(CommitError::Replayed(stored)) => return given_before(&stored),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Later(ErrorReason::RulesBusy, None))
}

async fn sealed(hub: &Hub, last: u64, changes: Vec<RuleWrite>) -> Result<Commit, Error> {
    let journal = Journal {
        store: hub.store.as_ref(),
        vault: &hub.vault,
        origin: &hub.origin,
        anchor: hub.anchor(),
        now: hub.now(),
    };
    let mut commit = Commit::default();
    for write in &changes {
        let meta = record::rules::encode(&write.change);
        let entry = journal
            .entry(super::kind(&write.change), Kind::Event, &meta)
            .await;
        commit.entries.push(entry.map_err(|error| match error {
            journal::Error::Vault(error) => error.into(),
            other => Error::internal(other),
        })?);
    }
    commit.rules = (!changes.is_empty()).then_some(RulesWrite {
        expected: last,
        changes,
    });
    Ok(commit)
}

/// Puts in force here what is committed. Where that fails, the change is done all the same, and told.
async fn follow(hub: &Hub) {
    for _ in 0..READS {
        match super::in_force(hub.store.as_ref()).await {
            Ok(rules) => return hub.set_rules(rules),
            Err(error) => tracing::warn!(%error, "the rules that were just changed could not be read"),
        }
    }
    tracing::error!(
        "the rules have changed and could not be read: those before decide here until this hub reads them"
    );
}
