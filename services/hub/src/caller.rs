//! Who is calling: from a bearer token to a member of the directory, and what its role may ever call.
//!
//! Everything but health checks and signing in needs a token, reflection included: the contract is public, but what is
//! served here is told to enrolled callers only. Refusals do not say which check failed; the log does.

use std::sync::{Arc, PoisonError, RwLock};

use declic_auth::{Authenticate, Checked, KeySet, Presented, Refused, Verifier};
use declic_domain::Refusal;
use declic_domain::directory::{Directory, Member};
use declic_domain::name::MemberId;
use declic_domain::policy::{Action, needs_no_token, permits};
use declic_proto::v1::ErrorReason;
use declic_runtime::Clock;
use declic_runtime::layers::RequestId;
use http::Response;
use tonic::body::Body;

use crate::layers::Gate;
use crate::status::Error;

/// Prefix of the paths of this contract's services.
const CONTRACT: &str = "/declic.v1.";

/// Prefix of the paths of sign-ins; whoever signs in has no token yet.
const SIGN_INS: &str = "/declic.v1.IdentityService/";

/// Who issues the tokens of people who signed in. No member has this name: theirs have no colon.
pub(crate) const SIGN_IN_ISSUER: &str = "declic:sign-ins";

/// Prefix of the paths that anyone may call: a load balancer has no key.
const HEALTH: &str = "/grpc.health.v1.Health/";

/// A member of the directory who holds the key that signed the token of this call, or who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The member, as the directory knew it when the call came.
    pub member: Member,
    /// Who issued the token: the member itself, or [`SIGN_IN_ISSUER`].
    pub issuer: String,
}

/// What authentication puts in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admitted {
    /// A call that needs no token.
    Anyone,
    /// A call of an active member.
    Member(Arc<Caller>),
}

/// Reads tokens against the directory as it stands at each call.
pub struct Authenticator {
    audience: String,
    sign_ins: [u8; 32],
    clock: Arc<dyn Clock>,
    directory: Box<dyn Fn() -> Arc<Directory> + Send + Sync>,
    known: RwLock<Arc<Known>>,
}

/// The keys of one state of the directory, and the callers who have shown that they hold one. Another state begins anew:
/// who left, or lost a key, is refused from the next call on.
struct Known {
    directory: Arc<Directory>,
    tokens: Checked<Arc<Caller>>,
}

/// Refuses what the caller's role may never call, before any handler.
#[derive(Debug, Clone, Copy)]
pub struct CoarsePolicy;

/// The caller of a request that passed the layers.
///
/// # Errors
/// Unauthenticated when the request has none, which the layers do not let happen.
pub fn caller<T>(request: &tonic::Request<T>) -> Result<Arc<Caller>, Error> {
    match request.extensions().get::<Admitted>() {
        Some(Admitted::Member(caller)) => Ok(Arc::clone(caller)),
        Some(Admitted::Anyone) | None => Err(Error::Unauthenticated(ErrorReason::TokenInvalid, NO_TOKEN)),
    }
}

/// The caller and the id of a request, or what to answer when there is no caller.
///
/// # Errors
/// As [`caller`].
pub fn of<T>(request: &tonic::Request<T>) -> Result<(Arc<Caller>, String), tonic::Status> {
    let id = request_id(request);
    let caller = caller(request).map_err(|error| error.into_status(&id))?;
    Ok((caller, id))
}

/// The id of a request, to quote in its errors.
pub fn request_id<T>(request: &tonic::Request<T>) -> String {
    id_in(request.extensions())
}

/// Whether anyone may call this path, without a token and whatever the load.
pub fn is_health(path: &str) -> bool {
    path.starts_with(HEALTH)
}

/// What may be called without a token, under the rate of the methods that may: the closed list of the policy.
pub fn open_to_all(path: &str) -> Option<Action> {
    let action = Action::of_rpc(path.strip_prefix(SIGN_INS)?)?;
    needs_no_token(action).then_some(action)
}

/// The action of a path of the contract.
pub fn action(path: &str) -> Option<Action> {
    let (_, rpc) = path.strip_prefix(CONTRACT)?.split_once('/')?;
    Action::of_rpc(rpc)
}

pub(crate) fn id_in(extensions: &http::Extensions) -> String {
    extensions
        .get::<RequestId>()
        .map_or_else(String::new, |RequestId(id)| id.to_string())
}

const NO_TOKEN: &str = "this call needs a token: sign one with a key that the directory knows";
const BAD_TOKEN: &str = "the token is not accepted: sign a fresh one, for this hub's audience, with a key that the directory knows";

impl Authenticator {
    /// Takes tokens for this audience from the active members of what `directory` gives at each call, signed by themselves
    /// or, for those who signed in, with the key whose public half is `sign_ins`.
    pub fn new(
        audience: &str,
        clock: Arc<dyn Clock>,
        sign_ins: [u8; 32],
        directory: impl Fn() -> Arc<Directory> + Send + Sync + 'static,
    ) -> Self {
        let known = RwLock::new(Arc::new(Known::of(directory(), audience, sign_ins)));
        Self {
            audience: audience.to_owned(),
            sign_ins,
            clock,
            directory: Box::new(directory),
            known,
        }
    }

    fn caller(&self, token: &str) -> Result<Arc<Caller>, Error> {
        let now = self.clock.now().as_second();
        self.known().caller(token, now).map_err(|refused| {
            tracing::debug!(%refused, "a token was refused");
            Error::Unauthenticated(ErrorReason::TokenInvalid, BAD_TOKEN)
        })
    }

    /// The keys of the directory as it stands, computed again when it has changed.
    fn known(&self) -> Arc<Known> {
        let directory = (self.directory)();
        let known = Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner));
        if Arc::ptr_eq(&known.directory, &directory) {
            return known;
        }
        let known = Arc::new(Known::of(directory, &self.audience, self.sign_ins));
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&known);
        known
    }
}

impl Authenticate for Authenticator {
    type Identity = Admitted;

    fn authenticate(&self, presented: Presented<'_>, path: &str) -> Result<Admitted, Response<Body>> {
        if is_health(path) || open_to_all(path).is_some() {
            return Ok(Admitted::Anyone);
        }
        let caller = match presented {
            Presented::Token(token) => self.caller(token),
            Presented::Nothing => Err(Error::Unauthenticated(ErrorReason::TokenInvalid, NO_TOKEN)),
            Presented::Malformed => Err(Error::Unauthenticated(ErrorReason::TokenInvalid, BAD_TOKEN)),
        };
        // The span of the call carries its id to the log; the caller finds it in the response's metadata.
        caller
            .map(Admitted::Member)
            .map_err(|error| error.into_status("").into_http())
    }
}

impl Known {
    fn of(directory: Arc<Directory>, audience: &str, sign_ins: [u8; 32]) -> Self {
        let mut keys = KeySet::new();
        // First, so that no member can have it too.
        if let Err(error) = keys.insert_issuer(SIGN_IN_ISSUER, sign_ins) {
            tracing::error!(%error, "the key of sign-ins is not used: nobody who signed in is known");
        }
        for member in directory.members.values().filter(|member| member.active) {
            for key in &member.keys {
                if let Err(error) = keys.insert(member.id.as_str(), *key) {
                    tracing::error!(member = member.id.as_str(), %error, "a key of the directory is not used");
                }
            }
        }
        Self {
            directory,
            tokens: Checked::new(Verifier::new(audience), keys),
        }
    }

    /// For whom a token speaks, as the directory has it.
    fn caller(&self, token: &str, now_s: i64) -> Result<Arc<Caller>, Refused> {
        self.tokens.read(token, now_s, |verified| {
            let id = MemberId::parse(&verified.claims.sub).ok();
            let member = id.and_then(|id| self.directory.members.get(&id));
            let member = member.filter(|member| member.active);
            Ok(Arc::new(Caller {
                member: member.cloned().ok_or(Refused::Principal)?,
                issuer: verified.claims.iss.clone(),
            }))
        })
    }
}

impl Gate for CoarsePolicy {
    fn check(&self, path: &str, admitted: Option<&Admitted>) -> Result<(), Error> {
        if !path.starts_with(CONTRACT) {
            return Ok(());
        }
        let caller = match admitted {
            Some(Admitted::Member(caller)) => caller,
            Some(Admitted::Anyone) if open_to_all(path).is_some() => return Ok(()),
            Some(Admitted::Anyone) | None => {
                return Err(Error::Unauthenticated(ErrorReason::TokenInvalid, NO_TOKEN));
            }
        };
        match action(path) {
            // A method nobody serves is tonic's to answer; one that is served has its action, which a test asserts.
            None => Ok(()),
            Some(action) if permits(caller.member.role, action) => Ok(()),
            Some(_) => Err(Error::from(Refusal::Role)),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
