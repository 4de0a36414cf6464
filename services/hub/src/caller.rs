//! Who is calling: from a bearer token to a member of the directory, and what its role may ever call.
//!
//! Everything but health checks needs a token, reflection included: the contract is public, but what is served here is
//! told to enrolled callers only. Refusals do not say which check failed; the log does.

use std::sync::{Arc, PoisonError, RwLock};

use declic_auth::{Authenticate, Checked, KeySet, Presented, Refused, Verifier};
use declic_domain::Refusal;
use declic_domain::directory::{Directory, Member};
use declic_domain::name::MemberId;
use declic_domain::policy::{Action, permits};
use declic_runtime::Clock;
use declic_runtime::layers::RequestId;
use http::Response;
use tonic::body::Body;

use crate::layers::Gate;
use crate::status::Error;

/// Prefix of the paths of this contract's services.
const CONTRACT: &str = "/declic.v1.";

/// Prefix of the paths that anyone may call: a load balancer has no key.
const HEALTH: &str = "/grpc.health.v1.Health/";

/// A member of the directory who holds the key that signed the token of this call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The member, as the directory knew it when the call came.
    pub member: Member,
    /// Who issued the token: today the member itself.
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
        Some(Admitted::Anyone) | None => Err(Error::Unauthenticated(NO_TOKEN)),
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
    /// Takes tokens for this audience from the active members of what `directory` gives at each call.
    pub fn new(
        audience: &str,
        clock: Arc<dyn Clock>,
        directory: impl Fn() -> Arc<Directory> + Send + Sync + 'static,
    ) -> Self {
        let known = RwLock::new(Arc::new(Known::of(directory(), audience)));
        Self {
            audience: audience.to_owned(),
            clock,
            directory: Box::new(directory),
            known,
        }
    }

    fn caller(&self, token: &str) -> Result<Arc<Caller>, Error> {
        let now = self.clock.now().as_second();
        self.known().caller(token, now).map_err(|refused| {
            tracing::debug!(%refused, "a token was refused");
            Error::Unauthenticated(BAD_TOKEN)
        })
    }

    /// The keys of the directory as it stands, computed again when it has changed.
    fn known(&self) -> Arc<Known> {
        let directory = (self.directory)();
        let known = Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner));
        if Arc::ptr_eq(&known.directory, &directory) {
            return known;
        }
        let known = Arc::new(Known::of(directory, &self.audience));
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&known);
        known
    }
}

impl Authenticate for Authenticator {
    type Identity = Admitted;

    fn authenticate(&self, presented: Presented<'_>, path: &str) -> Result<Admitted, Response<Body>> {
        if is_health(path) {
            return Ok(Admitted::Anyone);
        }
        let caller = match presented {
            Presented::Token(token) => self.caller(token),
            Presented::Nothing => Err(Error::Unauthenticated(NO_TOKEN)),
            Presented::Malformed => Err(Error::Unauthenticated(BAD_TOKEN)),
        };
        // The span of the call carries its id to the log; the caller finds it in the response's metadata.
        caller
            .map(Admitted::Member)
            .map_err(|error| error.into_status("").into_http())
    }
}

impl Known {
    fn of(directory: Arc<Directory>, audience: &str) -> Self {
        let mut keys = KeySet::new();
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

    /// Who signed a token, as the directory has it.
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
        let Some(Admitted::Member(caller)) = admitted else {
            return Err(Error::Unauthenticated(NO_TOKEN));
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
pub(crate) mod tests {
    use declic_auth::{LEEWAY_S, SigningKey, TOKEN_LIFETIME_S, TokenSigner};
    use declic_domain::directory::Role;
    use declic_runtime::ManualClock;
    use jiff::Timestamp;
    use tonic::{Code, Status};
    use uuid::Uuid;

    use super::*;

    pub(crate) fn member(id: &str, role: Role, key: &SigningKey) -> Member {
        Member {
            id: MemberId::parse(id).expect("a member's id"),
            name: id.to_owned(),
            role,
            organisation: None,
            agency: None,
            desks: Default::default(),
            territory: Default::default(),
            active: true,
            keys: vec![key.public()],
        }
    }

    pub(crate) fn directory(members: impl IntoIterator<Item = Member>) -> Arc<Directory> {
        let mut directory = Directory::default();
        for member in members {
            directory.members.insert(member.id.clone(), member);
        }
        Arc::new(directory)
    }

    pub(crate) fn token(key: &SigningKey, id: &str) -> String {
        let signer = TokenSigner::new(key, id, "declic-hub").expect("a key signs");
        signer.token(0, Uuid::from_u128(1))
    }

    fn refusal(result: Result<Admitted, Response<Body>>) -> Code {
        let response = result.expect_err("refused");
        Status::from_header_map(response.headers())
            .expect("a status")
            .code()
    }

    #[test]
    fn a_token_speaks_for_an_active_member_only_and_from_the_next_call_on() {
        let key = SigningKey::generate([1; 32]);
        let auditor = member("ines.auditor", Role::Auditor, &key);
        let mut gone = auditor.clone();
        gone.active = false;
        let state = Arc::new(RwLock::new(directory([auditor.clone()])));
        let given = Arc::clone(&state);
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let authenticator = Authenticator::new("declic-hub", clock, move || {
            Arc::clone(&given.read().expect("no thread panicked with it"))
        });
        let token = token(&key, "ines.auditor");
        let path = "/declic.v1.LedgerService/GetCheckpoint";
        let admitted = authenticator
            .authenticate(Presented::Token(&token), path)
            .expect("an active member");
        let issuer = "ines.auditor".to_owned();
        assert_eq!(
            admitted,
            Admitted::Member(Arc::new(Caller {
                member: auditor,
                issuer
            }))
        );
        *state.write().expect("no thread panicked with it") = directory([gone]);
        assert_eq!(
            refusal(authenticator.authenticate(Presented::Token(&token), path)),
            Code::Unauthenticated
        );
    }

    /// A directory that changes, a clock that is put forward, and who reads tokens by them.
    struct House {
        directory: Arc<RwLock<Arc<Directory>>>,
        clock: Arc<ManualClock>,
        authenticator: Authenticator,
    }

    impl House {
        fn of(members: impl IntoIterator<Item = Member>) -> Self {
            let state = Arc::new(RwLock::new(directory(members)));
            let given = Arc::clone(&state);
            let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
            let authenticator = Authenticator::new("declic-hub", Arc::clone(&clock) as _, move || {
                Arc::clone(&given.read().expect("no thread panicked with it"))
            });
            Self {
                directory: state,
                clock,
                authenticator,
            }
        }

        fn becomes(&self, members: impl IntoIterator<Item = Member>) {
            *self.directory.write().expect("no thread panicked with it") = directory(members);
        }

        fn ask(&self, token: &str) -> Result<Admitted, Code> {
            let path = "/declic.v1.LedgerService/GetCheckpoint";
            let answer = self.authenticator.authenticate(Presented::Token(token), path);
            answer.map_err(|response| refusal(Err(response)))
        }
    }

    #[test]
    fn a_token_that_was_taken_before_is_refused_once_its_key_is_removed_and_its_member_stays() {
        let (first, second) = (SigningKey::generate([1; 32]), SigningKey::generate([2; 32]));
        let mut ines = member("ines.auditor", Role::Auditor, &first);
        ines.keys.push(second.public());
        let house = House::of([ines.clone()]);
        let tokens = [&first, &second].map(|key| token(key, "ines.auditor"));
        for token in tokens.iter().chain(&tokens) {
            house.ask(token).expect("both keys are hers");
        }
        ines.keys.remove(0);
        house.becomes([ines]);
        assert_eq!(house.ask(&tokens[0]), Err(Code::Unauthenticated));
        house.ask(&tokens[1]).expect("her other key stays");
    }

    #[test]
    fn a_token_that_was_taken_before_speaks_with_the_role_its_member_has_now() {
        let key = SigningKey::generate([1; 32]);
        let mut ines = member("ines.auditor", Role::Auditor, &key);
        let house = House::of([ines.clone()]);
        let token = token(&key, "ines.auditor");
        house.ask(&token).expect("an active member");
        ines.role = Role::Connector;
        house.becomes([ines]);
        let Ok(Admitted::Member(caller)) = house.ask(&token) else {
            panic!("an active member")
        };
        assert_eq!(caller.member.role, Role::Connector);
    }

    #[test]
    fn a_token_that_was_taken_before_is_refused_once_it_has_expired() {
        let key = SigningKey::generate([1; 32]);
        let house = House::of([member("ines.auditor", Role::Auditor, &key)]);
        let token = token(&key, "ines.auditor");
        let last = TOKEN_LIFETIME_S + LEEWAY_S;
        house.ask(&token).expect("it is fresh");
        house.clock.set(Timestamp::from_second(last).expect("a time"));
        house.ask(&token).expect("its last second");
        house.clock.set(Timestamp::from_second(last + 1).expect("a time"));
        assert_eq!(house.ask(&token), Err(Code::Unauthenticated));
    }

    #[test]
    fn only_health_passes_without_a_token() {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let empty = directory([]);
        let authenticator = Authenticator::new("declic-hub", clock, move || Arc::clone(&empty));
        let health = authenticator.authenticate(Presented::Nothing, "/grpc.health.v1.Health/Check");
        assert_eq!(health.expect("needs no token"), Admitted::Anyone);
        let others = [
            "/declic.v1.IdentityService/Whoami",
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/nothing",
        ];
        for path in others {
            assert_eq!(
                refusal(authenticator.authenticate(Presented::Nothing, path)),
                Code::Unauthenticated
            );
            assert_eq!(
                refusal(authenticator.authenticate(Presented::Malformed, path)),
                Code::Unauthenticated
            );
        }
    }

    #[test]
    fn a_role_is_refused_what_it_may_never_call_and_unknown_methods_are_left_to_the_server() {
        let key = SigningKey::generate([1; 32]);
        let member = member("ines.auditor", Role::Auditor, &key);
        let auditor = Admitted::Member(Arc::new(Caller {
            member,
            issuer: String::new(),
        }));
        let check = |path| CoarsePolicy.check(path, Some(&auditor));
        assert!(check("/declic.v1.LedgerService/GetCheckpoint").is_ok());
        assert!(matches!(
            check("/declic.v1.CaseService/OpenCase"),
            Err(Error::Refused(Refusal::Role, None))
        ));
        assert!(check("/declic.v1.CaseService/Unknown").is_ok());
        assert!(matches!(
            CoarsePolicy.check("/declic.v1.CaseService/OpenCase", Some(&Admitted::Anyone)),
            Err(Error::Unauthenticated(_))
        ));
    }
}
