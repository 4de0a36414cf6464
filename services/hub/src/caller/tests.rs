use declic_auth::{Issuer, LEEWAY_S, SigningKey, TOKEN_LIFETIME_S, TokenSigner};
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
        identities: Default::default(),
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

/// The key of sign-ins.
pub(crate) fn sign_ins() -> [u8; 32] {
    SigningKey::generate([9; 32]).public()
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
    let authenticator = Authenticator::new("declic-hub", clock, sign_ins(), move || {
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
        let authenticator =
            Authenticator::new("declic-hub", Arc::clone(&clock) as _, sign_ins(), move || {
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
    let authenticator = Authenticator::new("declic-hub", clock, sign_ins(), move || Arc::clone(&empty));
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
fn of_the_contract_only_the_methods_of_sign_ins_pass_without_a_token() {
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let empty = directory([]);
    let authenticator = Authenticator::new("declic-hub", clock, sign_ins(), move || Arc::clone(&empty));
    let pass = |path: &str| {
        let admitted = authenticator.authenticate(Presented::Nothing, path);
        let admitted = admitted.is_ok_and(|admitted| admitted == Admitted::Anyone);
        let gate = CoarsePolicy.check(path, Some(&Admitted::Anyone)).is_ok();
        assert_eq!(admitted, gate, "{path}: both layers agree");
        admitted
    };
    let methods = crate::serve::contract_methods().expect("our own descriptors");
    let open: Vec<String> = methods
        .into_iter()
        .filter(|method| pass(&format!("/{method}")))
        .collect();
    assert_eq!(
        open,
        [
            "declic.v1.IdentityService/GetSignInMethods",
            "declic.v1.IdentityService/StartSignIn",
            "declic.v1.IdentityService/FinishSignIn",
            "declic.v1.IdentityService/SignInAsInvented",
            "declic.v1.IdentityService/ContinueSignIn",
            "declic.v1.IdentityService/EndSignIn",
        ]
    );
    for path in [
        "/declic.v1.CaseService/EndSignIn",
        "/declic.v1.IdentityService/EndSignIn/",
        "/declic.v1.IdentityService/endsignin",
        "/declic.v1.IdentityService//EndSignIn",
        "/other.v1.IdentityService/EndSignIn",
    ] {
        let refused = authenticator.authenticate(Presented::Nothing, path);
        assert_eq!(refusal(refused), Code::Unauthenticated, "{path}");
    }
}

#[test]
fn a_token_of_a_sign_in_speaks_for_its_member_with_the_role_of_the_day_and_not_once_it_has_left() {
    let own = SigningKey::generate([1; 32]);
    let mut ines = member("ines.auditor", Role::Auditor, &own);
    let house = House::of([ines.clone()]);
    let key = SigningKey::generate([9; 32]);
    let issuer = Issuer::new(&key, SIGN_IN_ISSUER, "declic-hub").expect("a key signs");
    let token = issuer.token("ines.auditor", 0, 60, Uuid::from_u128(1));
    let Ok(Admitted::Member(caller)) = house.ask(&token) else {
        panic!("an active member")
    };
    assert_eq!((&caller.member, caller.issuer.as_str()), (&ines, SIGN_IN_ISSUER));
    let nobody = issuer.token("nobody", 0, 60, Uuid::from_u128(2));
    assert_eq!(house.ask(&nobody), Err(Code::Unauthenticated));
    ines.role = Role::Supervisor;
    house.becomes([ines.clone()]);
    let Ok(Admitted::Member(caller)) = house.ask(&token) else {
        panic!("an active member")
    };
    assert_eq!(caller.member.role, Role::Supervisor);
    ines.active = false;
    house.becomes([ines]);
    assert_eq!(house.ask(&token), Err(Code::Unauthenticated));
}

#[test]
fn a_member_who_has_the_key_of_sign_ins_speaks_for_nobody_by_it() {
    let key = SigningKey::generate([9; 32]);
    let house = House::of([member("ines.auditor", Role::Auditor, &key)]);
    assert_eq!(
        house.ask(&token(&key, "ines.auditor")),
        Err(Code::Unauthenticated)
    );
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
        Err(Error::Unauthenticated(..))
    ));
}
