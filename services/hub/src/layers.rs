//! What every call passes before a handler, as one list; and the gates that refuse.

use std::num::NonZeroU32;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use declic_auth::{AuthLayer, Authenticate};
use declic_domain::name::MemberId;
use declic_domain::policy::Action;
use declic_proto::v1::ErrorReason;
use declic_runtime::Ids;
use declic_runtime::layers::{
    Answer, Cover, CoverLayer, DeadlineCover, Inner, ObserveLayer, Refusal, RequestIdLayer, Shed,
};
use declic_runtime::server::Limits;
use futures::FutureExt as _;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::{Request, Response};
use opentelemetry::metrics::Meter;
use tokio::sync::watch;
use tonic::body::Body;
use tower::{Layer, Service, ServiceBuilder};

use crate::caller::{self, Admitted, CoarsePolicy};
use crate::config::Rate;
use crate::rescue::Rescue;
use crate::status::Error;

/// What the list is made of.
pub struct Parts<A> {
    /// Where the ids of requests come from.
    pub ids: Arc<dyn Ids>,
    /// What measures.
    pub meter: Meter,
    /// Methods that are served, as `package.Service/Method`.
    pub methods: Vec<String>,
    /// How much strangers may take.
    pub limits: Limits,
    /// Who reads tokens.
    pub authenticator: Arc<A>,
    /// How much one caller may take.
    pub rate: Rate,
    /// Whether commands are taken.
    pub door: Arc<WriteDoor>,
}

/// The layers, from the outside in. Each line says why it stands where it stands.
pub fn list<S, A>(
    parts: Parts<A>,
) -> impl Layer<
    S,
    Service = impl Service<Request<Body>, Response = Response<Body>, Error = S::Error, Future: Send>
              + Clone
              + Send
              + 'static,
> + Clone
where
    A: Authenticate<Identity = Admitted>,
    S: Service<Request<Body>, Response = Response<Body>, Error: Send + 'static, Future: Send + 'static>
        + Clone
        + Send
        + 'static,
{
    let Parts {
        ids,
        meter,
        methods,
        limits,
        authenticator,
        rate,
        door,
    } = parts;
    let sheds = |path: &str| !caller::is_health(path);
    ServiceBuilder::new()
        // First, so that every line of log and every answer can be quoted, refusals included.
        .layer(RequestIdLayer::new(ids))
        // Outside all that refuses or fails, so that shed, late, refused and panicking calls are counted.
        .layer(ObserveLayer::new(&meter, methods))
        // Outside all that may be wrong, inside what counts it: a bug costs its own call and nothing else.
        .layer(CoverLayer::new(CatchPanic))
        // Before anything that takes time or memory; probes pass, or overload would look like death.
        .layer(CoverLayer::new(Shed::new(
            limits.max_in_flight,
            sheds,
            refusal(ErrorReason::Overloaded),
        )))
        // Before authentication, so that the time of all that follows counts.
        .layer(CoverLayer::new(DeadlineCover::new(
            limits.request_timeout,
            refusal(ErrorReason::DeadlineExceeded),
        )))
        // Before whatever depends on who calls; takes the token away, so that nothing further in can log it.
        .layer(AuthLayer::new(authenticator))
        // After authentication, because the limit is the member's and not the address's, which agencies share.
        .layer(CoverLayer::new(Gated(RatePerCaller::new(rate))))
        // Beside it, for those who are nobody yet: what strangers ask for cannot take the time of those at work.
        .layer(CoverLayer::new(Gated(RateWithoutToken::new(rate))))
        // Last before the handlers: what a role may never call does not reach one.
        .layer(CoverLayer::new(Gated(CoarsePolicy)))
        // Inside the policy: only who may write is told that writing is closed.
        .layer(CoverLayer::new(Gated(door)))
        // Last, right before the handlers: their own refusals pass, tonic's get a reason of ours.
        .layer(CoverLayer::new(Rescue {
            longest: limits.max_decoding_message_bytes,
        }))
        .into_inner()
}

/// Decides on a call from its path and its caller alone.
pub trait Gate: Send + Sync + 'static {
    /// Lets it through, or says why not.
    ///
    /// # Errors
    /// What the caller is answered.
    fn check(&self, path: &str, admitted: Option<&Admitted>) -> Result<(), Error>;
}

/// Answers what its [`Gate`] says, or lets the call through.
pub struct Gated<G>(G);

/// Answers INTERNAL for a call whose handler panics. The panic's own words, which may hold anything, go nowhere but to the
/// process's panic hook.
#[derive(Debug, Clone, Copy)]
pub struct CatchPanic;

/// A bucket of calls for each member.
pub struct RatePerCaller(DefaultKeyedRateLimiter<MemberId>);

/// A bucket of calls for each method that needs no token: a flood of one leaves the others.
pub struct RateWithoutToken(DefaultKeyedRateLimiter<Action>);

/// Whether commands are taken. It opens at start and closes for good when the ledger does not add up: reads go on, and
/// what is there stays as evidence.
#[derive(Debug)]
pub struct WriteDoor(watch::Sender<bool>);

impl RatePerCaller {
    /// Buckets of this size, refilled at this pace.
    pub fn new(rate: Rate) -> Self {
        Self(RateLimiter::keyed(quota(rate.calls_per_second, rate.burst)))
    }
}

impl Gate for RatePerCaller {
    fn check(&self, _: &str, admitted: Option<&Admitted>) -> Result<(), Error> {
        // Only members have a bucket, so there are never more buckets than members.
        let Some(Admitted::Member(caller)) = admitted else {
            return Ok(());
        };
        let taken = self.0.check_key(&caller.member.id);
        taken.map_err(|_| Error::Later(ErrorReason::RateLimited, None))
    }
}

impl RateWithoutToken {
    /// Buckets of this size, refilled at this pace.
    pub fn new(rate: Rate) -> Self {
        let quota = quota(rate.without_token_per_second, rate.without_token_burst);
        Self(RateLimiter::keyed(quota))
    }
}

impl Gate for RateWithoutToken {
    fn check(&self, path: &str, admitted: Option<&Admitted>) -> Result<(), Error> {
        // The methods are a closed list, so there are never more buckets.
        let Some((Admitted::Anyone, action)) = admitted.zip(caller::open_to_all(path)) else {
            return Ok(());
        };
        let taken = self.0.check_key(&action);
        taken.map_err(|_| Error::Later(ErrorReason::RateLimited, None))
    }
}

/// So many calls a second in the long run, and at once after a rest.
fn quota(per_second: u32, burst: u32) -> Quota {
    let at_least_one = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst))
}

impl WriteDoor {
    /// An open door.
    pub fn open() -> Self {
        Self(watch::Sender::new(true))
    }

    /// Closes it, until the process starts again.
    pub fn close(&self) {
        self.0.send_replace(false);
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        *self.0.borrow()
    }

    /// Measures it with this meter, for as long as it lives: 1 while it is closed.
    pub fn measure(self: &Arc<Self>, meter: &Meter) {
        let door = Arc::downgrade(self);
        meter
            .u64_observable_gauge("hub.ledger.closed")
            .with_description("1 while commands are refused because the ledger does not add up")
            .with_callback(move |gauge| {
                if let Some(door) = door.upgrade() {
                    gauge.observe(u64::from(!door.is_open()), &[]);
                }
            })
            .build();
    }

    /// Waits until it is closed.
    pub async fn closed(&self) {
        let mut state = self.0.subscribe();
        // The sender lives as long as `self`, so this ends with the door and not with an error.
        let _closed = state.wait_for(|open| !open).await;
    }
}

impl Gate for Arc<WriteDoor> {
    fn check(&self, path: &str, _: Option<&Admitted>) -> Result<(), Error> {
        if self.is_open() || !caller::action(path).is_some_and(writes) {
            return Ok(());
        }
        // Without a cause: what the ledger has was logged when the door closed, and each call since is no news.
        Err(Error::Later(ErrorReason::LedgerClosed, None))
    }
}

impl<G: Gate> Cover for Gated<G> {
    fn call<S: Inner<B>, B>(&self, request: Request<B>, inner: &mut S) -> Answer<S::Error> {
        let admitted = request.extensions().get::<Admitted>();
        match self.0.check(request.uri().path(), admitted) {
            Ok(()) => inner.call(request).boxed(),
            Err(error) => {
                let response = error
                    .into_status(&caller::id_in(request.extensions()))
                    .into_http();
                futures::future::ready(Ok(response)).boxed()
            }
        }
    }
}

impl Cover for CatchPanic {
    fn call<S: Inner<B>, B>(&self, request: Request<B>, inner: &mut S) -> Answer<S::Error> {
        let id = caller::id_in(request.extensions());
        // A service that panicked is not called again before it was cloned anew: tonic clones one for each call.
        let answer = match std::panic::catch_unwind(AssertUnwindSafe(|| inner.call(request))) {
            Ok(answer) => answer,
            Err(_) => return futures::future::ready(Ok(panicked(&id))).boxed(),
        };
        let caught = AssertUnwindSafe(answer).catch_unwind();
        caught
            .map(move |ended| ended.unwrap_or_else(|_| Ok(panicked(&id))))
            .boxed()
    }
}

fn panicked(id: &str) -> Response<Body> {
    Error::internal(anyhow::anyhow!("a handler panicked"))
        .into_status(id)
        .into_http()
}

/// The response of a layer that knows no more than that this cannot be served now.
fn refusal(reason: ErrorReason) -> Refusal {
    Arc::new(move |_: &str| Error::Later(reason, None).into_status("").into_http())
}

/// Whether an action changes what is stored.
fn writes(action: Action) -> bool {
    match action {
        Action::GetCase
        | Action::ListCases
        | Action::CountCases
        | Action::GetCaseClock
        | Action::GetTicket
        | Action::ListTickets
        | Action::CountTickets
        | Action::ListEvents
        | Action::WatchTickets
        | Action::PreviewRouting
        | Action::SearchCommunes
        | Action::GetRuleset
        | Action::ReplayRouting
        | Action::SimulateRuleset
        | Action::ListRulesets
        | Action::ListRulesetChanges
        | Action::SummarizeMisroutes
        | Action::SummarizeFigures
        | Action::GetCheckpoint
        | Action::GetInclusionProof
        | Action::GetConsistencyProof
        | Action::ListLeaves
        | Action::GetOrganisation
        | Action::ListOrganisations
        | Action::GetAgency
        | Action::ListAgencies
        | Action::GetMember
        | Action::ListMembers
        | Action::ListDirectoryChanges
        | Action::RehearseDeparture
        | Action::ListClockPolicies
        | Action::Whoami => false,
        // They write no case and no entry: who reads while writing is closed has to sign in.
        Action::GetSignInMethods
        | Action::StartSignIn
        | Action::FinishSignIn
        | Action::SignInAsInvented
        | Action::ContinueSignIn
        | Action::EndSignIn => false,
        Action::OpenCase
        | Action::WithdrawCase
        | Action::ChangeUrgency
        | Action::TransferCase
        | Action::RenewMandate
        | Action::CorrectPerson
        | Action::CorrectFacts
        | Action::AddTicket
        | Action::RevokeMandate
        | Action::ConfirmDelivery
        | Action::AcknowledgeTicket
        | Action::AssignTicket
        | Action::RequestInformation
        | Action::ReplyTicket
        | Action::TakeBackTicket
        | Action::RedirectTicket
        | Action::RouteTicketByHand
        | Action::ResolveTicket
        | Action::CloseTicket
        | Action::ReopenTicket
        | Action::WithdrawTicket
        | Action::PostMessage
        | Action::AddNote
        | Action::RecordContact
        | Action::RemindTicket
        | Action::EscalateTicket
        | Action::ShareTicket
        | Action::UnshareTicket
        | Action::TransferAgency
        | Action::ProposeRuleset
        | Action::ActivateRuleset
        | Action::RollbackRuleset
        | Action::PutOrganisation
        | Action::PutAgency
        | Action::PutDesk
        | Action::PutMember
        | Action::ImportDirectory
        | Action::SetDeskRules
        | Action::SetMemberDesks
        | Action::EndMember
        | Action::SetAgencyCalendar
        | Action::SetMemberAbsences
        | Action::SetRequiredIdentifiers
        | Action::SetClockPolicy => true,
    }
}

#[cfg(test)]
mod tests;
