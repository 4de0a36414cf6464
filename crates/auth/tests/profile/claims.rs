//! Attacks through the claims: who, for whom, since when, until when.

use declic_auth::{Issuer, KeySet, Refused, SigningKey, Verifier};

use super::{AUDIENCE, Bench, CAMILLE, JTI, NOW_S, check};

#[test]
fn issuer_subject_and_audience_are_compared_exactly() {
    let b = Bench::new();
    let c = |changes: &[(&str, &str)]| b.with_claims(changes);
    check(&[
        (
            "J16 iss an array",
            c(&[("iss", r#"["camille.martin"]"#)]),
            Refused::Claims,
        ),
        (
            "J16 iss with a slash",
            c(&[("iss", r#""camille.martin/""#)]),
            Refused::Principal,
        ),
        (
            "J16 iss in capitals",
            c(&[("iss", r#""Camille.Martin""#)]),
            Refused::Principal,
        ),
        ("J16 iss missing", c(&[("iss", "-")]), Refused::Claims),
        (
            "J16 iss of another",
            c(&[("iss", r#""connector.caf-56""#)]),
            Refused::Principal,
        ),
        (
            "sub of another",
            c(&[("sub", r#""connector.caf-56""#)]),
            Refused::Principal,
        ),
        ("sub missing", c(&[("sub", "-")]), Refused::Claims),
        (
            "both of another",
            c(&[("iss", r#""connector.caf-56""#), ("sub", r#""connector.caf-56""#)]),
            Refused::Principal,
        ),
        ("J17 aud missing", c(&[("aud", "-")]), Refused::Claims),
        (
            "J17 aud an array of ours",
            c(&[("aud", r#"["declic-hub"]"#)]),
            Refused::Claims,
        ),
        (
            "J17 aud ours and another",
            c(&[("aud", r#"["declic-hub","x"]"#)]),
            Refused::Claims,
        ),
        (
            "J17 another service",
            c(&[("aud", r#""declic-console""#)]),
            Refused::Audience,
        ),
        (
            "J17 aud with a slash",
            c(&[("aud", r#""declic-hub/""#)]),
            Refused::Audience,
        ),
        (
            "J24 aud of a client, as in an id_token",
            c(&[("aud", r#""client-42""#)]),
            Refused::Audience,
        ),
        ("jti missing", c(&[("jti", "-")]), Refused::Claims),
        ("jti no UUID", c(&[("jti", r#""1""#)]), Refused::Claims),
        (
            "jti in capitals",
            c(&[("jti", &format!("\"{}\"", JTI.to_uppercase()))]),
            Refused::Claims,
        ),
        (
            "J23 sub doubled",
            c(&[("sub", r#""camille.martin","sub":"camille.martin""#)]),
            Refused::Claims,
        ),
        (
            "J23 exp doubled",
            c(&[("exp", "1795000300,\"exp\":9999999999")]),
            Refused::Claims,
        ),
        (
            "J23 a claim we do not read, doubled",
            c(&[("agency", r#""caf-56","agency":"caf-29""#)]),
            Refused::Claims,
        ),
        (
            "claims an array in the right order",
            b.signed(
                &b.header(),
                &format!(
                    r#"["{CAMILLE}","{CAMILLE}","{AUDIENCE}","{JTI}",{NOW_S},{NOW_S},{}]"#,
                    NOW_S + 300
                ),
            ),
            Refused::Claims,
        ),
        ("claims an array", b.signed(&b.header(), "[]"), Refused::Claims),
        ("claims no JSON", b.signed(&b.header(), "x"), Refused::Claims),
        (
            "claims no UTF-8",
            b.with_claims(&[("iss", "\"\u{fffd}\"")]),
            Refused::Principal,
        ),
    ]);
    b.verify(&c(&[("client_id", r#""declic-cli""#)]))
        .expect("a claim we do not read does no harm");
}

#[test]
fn times_are_whole_seconds_within_the_leeway_and_the_lifetime() {
    let b = Bench::new();
    let c = |changes: &[(&str, &str)]| b.with_claims(changes);
    let at = |offset: i64| (NOW_S + offset).to_string();
    let window = |iat: i64, nbf: i64, exp: i64| c(&[("iat", &at(iat)), ("nbf", &at(nbf)), ("exp", &at(exp))]);
    check(&[
        ("J19 exp missing", c(&[("exp", "-")]), Refused::Claims),
        (
            "J19 exp a string",
            c(&[("exp", "\"1795000300\"")]),
            Refused::Claims,
        ),
        ("J19 exp null", c(&[("exp", "null")]), Refused::Claims),
        ("J19 exp negative", c(&[("exp", "-1")]), Refused::Claims),
        ("J19 exp 1e18", c(&[("exp", "1e18")]), Refused::Claims),
        (
            "J19 exp 10^18",
            c(&[("exp", "1000000000000000000")]),
            Refused::Claims,
        ),
        (
            "J19 exp above 64 bits",
            c(&[("exp", "99999999999999999999")]),
            Refused::Claims,
        ),
        (
            "J19 exp with a fraction",
            c(&[("exp", "1795000300.5")]),
            Refused::Claims,
        ),
        (
            "J20 one second past the leeway",
            window(-300, -300, -31),
            Refused::Expired,
        ),
        (
            "J21 nbf beyond the leeway",
            window(0, 31, 300),
            Refused::NotYetValid,
        ),
        (
            "J21 nbf a string",
            c(&[("nbf", "\"1795000000\"")]),
            Refused::Claims,
        ),
        ("J21 nbf missing", c(&[("nbf", "-")]), Refused::Claims),
        ("J21 nbf after exp", window(0, 20, 10), Refused::Lifetime),
        ("J22 iat in an hour", window(3600, 0, 3900), Refused::NotYetValid),
        (
            "J22 iat beyond the leeway",
            window(31, 0, 300),
            Refused::NotYetValid,
        ),
        (
            "J22 lives for a year",
            window(0, 0, 31_536_000),
            Refused::Lifetime,
        ),
        (
            "J22 lives for 15 minutes and a second",
            window(0, 0, 901),
            Refused::Lifetime,
        ),
        ("J22 ends before it begins", window(20, 0, 10), Refused::Lifetime),
        ("iat missing", c(&[("iat", "-")]), Refused::Claims),
        ("iat true", c(&[("iat", "true")]), Refused::Claims),
    ]);
    for (name, token) in [
        ("J20 the last second of the leeway", window(-300, -300, -30)),
        ("J21 nbf within the leeway", window(0, 30, 300)),
        ("J22 iat within the leeway", window(30, 0, 300)),
        ("J22 exactly 15 minutes", window(0, 0, 900)),
    ] {
        b.verify(&token).expect(name);
    }
}

#[test]
fn refusals_say_nothing_of_the_token() {
    let b = Bench::new();
    let token = b.with_claims(&[("iss", r#""canary-4711""#)]);
    let refused = b.verify(&token).expect_err("another principal");
    assert_eq!(
        refused.to_string(),
        "the token speaks for somebody else than the owner of its key"
    );
    assert_eq!(format!("{refused:?}"), "Principal");
}

#[test]
fn an_issuer_speaks_for_whomever_it_names_and_for_nobody_under_another_name() {
    const ISSUER: &str = "declic:sign-ins";
    let b = Bench::new();
    let key = SigningKey::generate([7; 32]);
    let mut keys = KeySet::new();
    let kid = keys.insert_issuer(ISSUER, key.public()).expect("a good key");
    assert_eq!(keys.principal(&kid), None);
    let verifier = Verifier::new(AUDIENCE);
    let issuer = Issuer::new(&key, ISSUER, AUDIENCE).expect("a key that signs");
    let jti = JTI.parse().expect("a UUID");
    let token = issuer.token(CAMILLE, NOW_S, 60, jti);
    let verified = verifier.verify(&token, NOW_S, &keys).expect("its own token");
    assert_eq!(
        (verified.claims.sub.as_str(), verified.claims.iss.as_str()),
        (CAMILLE, ISSUER)
    );
    assert_eq!(verified.claims.exp, NOW_S + 60);
    let long = issuer.token(CAMILLE, NOW_S, i64::MAX, jti);
    verifier
        .verify(&long, NOW_S, &keys)
        .expect("it is cut to what is taken");

    let rows = [
        ("its own name", issuer.token(ISSUER, NOW_S, 60, jti)),
        ("nobody", issuer.token("", NOW_S, 60, jti)),
        ("a control character", issuer.token("a\nb", NOW_S, 60, jti)),
        ("somebody who signs as herself", b.good()),
        (
            "another issuer",
            Issuer::new(&key, "declic:others", AUDIENCE)
                .expect("a key that signs")
                .token(CAMILLE, NOW_S, 60, jti),
        ),
    ];
    for (what, token) in rows {
        assert_eq!(
            verifier.verify(&token, NOW_S, &keys),
            Err(Refused::Principal),
            "{what}"
        );
    }
    let stranger = Issuer::new(&SigningKey::generate([8; 32]), ISSUER, AUDIENCE).expect("a key that signs");
    let token = stranger.token(CAMILLE, NOW_S, 60, jti);
    assert_eq!(verifier.verify(&token, NOW_S, &keys), Err(Refused::UnknownKey));
}

#[test]
fn a_principal_who_names_an_issuer_is_refused() {
    let b = Bench::new();
    check(&[(
        "iss of an issuer",
        b.with_claims(&[("iss", r#""declic:sign-ins""#)]),
        Refused::Principal,
    )]);
}
