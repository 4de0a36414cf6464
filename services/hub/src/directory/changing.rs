//! The commands on the directory: parse, load, decide, seal, render, commit, as those on cases. The domain decides over
//! the directory as the store holds it; the store refuses what was decided on an older one, and then it is decided again.

use declic_domain::Refusal;
use declic_domain::directory::authority;
use declic_domain::directory::{Change, Directory, Item, Member};
use declic_proto::v1::{self, ErrorReason};
use declic_store::crash::{self, Point};
use declic_store::{Commit, CommitError, RequestKey};
use prost::Message;

use super::{Stored, etag, sealed, stored};
use crate::caller::Caller;
use crate::command::{self, given_before, replay};
use crate::hub::Hub;
use crate::journal::{self, Journal};
use crate::status::Error;
use crate::wire::directory::{self as wire, Asked, Read};

/// Times a command is decided again when others changed the directory meanwhile.
pub(super) const ATTEMPTS: usize = 3;

/// An answer that shows the item a command was about.
pub trait Answer: Message + Default {
    /// The answer, for who asked.
    fn of(item: &Item, etag: u64, reader: &Member) -> Self;
}

/// Runs a command on the directory, from its parsing to the commit.
///
/// # Errors
/// The request's, the domain's, the store's.
pub async fn run<R: Message, A: Answer>(
    hub: &Hub,
    caller: &Caller,
    rpc: &str,
    request: R,
    parse: impl FnOnce(R) -> Result<Asked, Error>,
) -> Result<A, Error> {
    let content = hub.secrets.request_digest(rpc, &request.encode_to_vec());
    let asked = parse(request)?;
    let key = command::request_key(caller, asked.request, content);
    for _ in 0..ATTEMPTS {
        let before = stored(hub.store.as_ref()).await?;
        let (changed, answer) = match decide(hub, caller, &before.directory, &asked) {
            Ok(decided) => decided,
            Err(refused) => return replay(hub, &key).await?.ok_or(refused.into()),
        };
        let changed = changed.into_iter().collect();
        match commit::<A>(hub, caller, &key, &before, (changed, &asked.reason), &answer).await {
            Ok(()) => return Ok(answer),
            Err(CommitEnd::Stale) => {}
            Err(CommitEnd::Replayed(answer)) => return Ok(answer),
            Err(CommitEnd::Failed(error)) => return Err(error),
        }
    }
    Err(Error::Later(ErrorReason::DirectoryBusy, None))
}

/// What becomes of the directory, and the answer.
fn decide<A: Answer>(
    hub: &Hub,
    caller: &Caller,
    before: &Directory,
    asked: &Asked,
) -> Result<(Option<Item>, A), Refusal> {
    let actor = before.members.get(&caller.member.id).ok_or(Refusal::Role)?;
    let standing = authority::standing(before, actor, &asked.ask)?;
    check_read(hub, asked.read, standing.as_ref())?;
    let changed = authority::change(before, asked.ask.clone())?;
    let item = changed.as_ref().or(standing.as_ref()).ok_or(Refusal::Unknown)?;
    let answer = A::of(item, etag(&hub.secrets, item), actor);
    Ok((changed, answer))
}

fn check_read(hub: &Hub, read: Read, standing: Option<&Item>) -> Result<(), Refusal> {
    let current = standing.map(|item| etag(&hub.secrets, item));
    let is_read = match read {
        Read::Whatever => true,
        Read::Nothing => current.is_none(),
        Read::Etag(etag) => current == Some(etag),
    };
    if is_read {
        return Ok(());
    }
    Err(Refusal::EtagOutdated {
        current: current.unwrap_or_default(),
    })
}

/// How a commit ends that is not simply done.
pub(super) enum CommitEnd<A> {
    /// Others changed the directory meanwhile.
    Stale,
    /// The request was answered before, with this.
    Replayed(A),
    /// It is not done, or not known to be.
    Failed(Error),
}

/// Commits what changed, with the answer; only the answer when nothing did.
pub(super) async fn commit<A: Message + Default>(
    hub: &Hub,
    caller: &Caller,
    key: &RequestKey,
    before: &Stored,
    (changed, reason): (Vec<Item>, &str),
    answer: &A,
) -> Result<(), CommitEnd<A>> {
    let is_change = !changed.is_empty();
    let mut commit = match is_change {
        false => Commit::default(),
        true => {
            let change = Change {
                actor: Some(caller.member.id.clone()),
                recorded_at: hub.now(),
                reason: reason.to_owned(),
                items: changed.iter().map(Item::resource).collect(),
            };
            let sealed = sealed(&of_hub(hub), before, change, changed).await;
            sealed.map_err(|error| CommitEnd::Failed(of_journal(error)))?
        }
    };
    commit.request = Some((key.clone(), answer.encode_to_vec()));
    crash::at(Point::Decided);
    match hub.store.commit(commit).await {
        Ok(()) => {
            if is_change {
                follow(hub).await;
            }
            crash::at(Point::BeforeAnswer);
            Ok(())
        }
        Err(CommitError::Stale) => Err(CommitEnd::Stale),
        Err(CommitError::Replayed(stored)) => match given_before(&stored) {
            Ok(answer) => Err(CommitEnd::Replayed(answer)),
            Err(error) => Err(CommitEnd::Failed(error)),
        },
        Err(error) => Err(CommitEnd::Failed(error.into())),
    }
}

fn of_hub(hub: &Hub) -> Journal<'_> {
    Journal {
        store: hub.store.as_ref(),
        vault: &hub.vault,
        origin: &hub.origin,
        anchor: hub.anchor(),
        now: hub.now(),
    }
}

fn of_journal(error: journal::Error) -> Error {
    match error {
        journal::Error::Vault(error) => error.into(),
        other => Error::internal(other),
    }
}

/// Puts in force here what is committed. Where that fails the change is done all the same, and told.
async fn follow(hub: &Hub) {
    match stored(hub.store.as_ref()).await {
        Ok(stored) => {
            hub.set_directory(stored);
        }
        Err(error) => {
            tracing::error!(
                %error,
                "the directory has changed and could not be read: the one before holds here until it is read again"
            );
        }
    }
}

macro_rules! answers {
    ($($message:ident { $field:ident: $item:ident } = $render:expr;)+) => {$(
        impl Answer for v1::$message {
            fn of(item: &Item, etag: u64, reader: &Member) -> Self {
                let $field = match item {
                    Item::$item(item) => Some($render(item, etag, reader)),
                    _ => None,
                };
                Self { $field }
            }
        }
    )+};
}

answers! {
    PutOrganisationResponse { organisation: Organisation } = |item, etag, _| wire::organisation(item, etag);
    PutAgencyResponse { agency: Agency } = |item, etag, _| wire::agency(item, etag);
    PutDeskResponse { agency: Agency } = |item, etag, _| wire::agency(item, etag);
    PutMemberResponse { member: Member } = wire::member;
    SetMemberDesksResponse { member: Member } = wire::member;
    EndMemberResponse { member: Member } = wire::member;
    SetMemberAbsencesResponse { absences: Absences } =
        |item, etag, _| wire::absences::absences(Some((item, etag)));
    SetRequiredIdentifiersResponse { required_identifiers: Identifiers } =
        |item, etag, _| wire::identifiers::required(Some((item, etag)));
    SetDeskRulesResponse { rules: DeskRules } =
        |item, etag, _| wire::desk_rules::rules(Some((item, etag)));
    SetAgencyCalendarResponse { calendar: Calendar } =
        |item, etag, _| wire::calendar::calendar(Some((item, etag)));
}

impl Answer for v1::SetClockPolicyResponse {
    fn of(item: &Item, etag: u64, _: &Member) -> Self {
        let policy = match item {
            Item::Policy(level) => wire::clock_policy::clock_policy(level, Some(etag)),
            _ => None,
        };
        Self { policy }
    }
}
