//! People sign in through an identity provider, honest or not.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::fresh;
use declic_tests::provider::{
    self, Answer, CLIENT, DESCRIPTION, KEYS, Provider, RETURN, TOKEN, enrol, hub_with, jwk, signed, signed_as,
};
use futures::StreamExt as _;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::commands;

const REFUSED: &str = "Unauthenticated SIGN_IN_REFUSED";
const AWAY: &str = "Unavailable PROVIDER_UNAVAILABLE";

/// A hub whose people sign in there, and the folder of its secret.
async fn hub_of(provider: &Provider) -> (TestHub, tempfile::TempDir) {
    hub_with(&provider.issuer(), "EdDSA", RETURN).await
}

async fn start(client: &Client) -> Result<v1::StartSignInResponse, declic_client::Error> {
    let request = v1::StartSignInRequest {
        redirect_uri: RETURN.to_owned(),
    };
    client.start_sign_in(request).await
}

/// A whole round at this provider, with a token made of the claims of an honest one.
async fn round(
    hub: &TestHub,
    provider: &Provider,
    id_token: impl FnOnce(Value) -> String,
) -> Result<v1::FinishSignInResponse, declic_client::Error> {
    let client = hub.anonymous();
    let started = start(&client).await?;
    let back = provider.authorize(&started.authorization_uri, id_token);
    let request = v1::FinishSignInRequest {
        attempt: started.attempt,
        code: back.code,
        state: back.state,
        issuer: provider.issuer(),
    };
    client.finish_sign_in(request).await
}

fn honest(claims: Value) -> String {
    signed(&claims)
}

/// The claims with some of them changed.
fn but(mut claims: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
}

#[tokio::test]
async fn who_is_enrolled_under_the_provider_s_name_signs_in_and_nobody_else() {
    let provider = Provider::start().await;
    let (hub, _secret) = hub_of(&provider).await;
    let methods = hub
        .anonymous()
        .get_sign_in_methods(v1::GetSignInMethodsRequest {})
        .await
        .expect("its methods");
    assert_eq!(methods.provider_display_name, "Connexion professionnelle");

    commands::refused(&round(&hub, &provider, honest).await, REFUSED);
    let issuer = provider.issuer();
    let enrolled = enrol(&hub, "claire.morel", &issuer, &["autre", "claire-1a2b"]).await;
    let shown = enrolled.expect("a change").member.expect("a member").identities;
    assert_eq!(shown.len(), 2);
    let secret = round(&hub, &provider, honest).await.expect("it is her").secret;
    let continued = hub
        .anonymous()
        .continue_sign_in(v1::ContinueSignInRequest { secret })
        .await
        .expect("it goes on");
    let who = continued.who.expect("who it is");
    assert_eq!(who.member, "members/claire.morel");

    let case = |claims| signed(&but(claims, json!({ "sub": "Claire-1A2B" })));
    commands::refused(&round(&hub, &provider, case).await, REFUSED);
    let taken = enrol(&hub, "gael.tanguy", &issuer, &["claire-1a2b"]).await;
    commands::refused(&taken, "InvalidArgument FIELD_INVALID");
    for (issuer, subject) in [
        ("claire.morel@example.fr", "x"),
        (issuer.as_str(), "a b"),
        (issuer.as_str(), ""),
    ] {
        let wrong = enrol(&hub, "gael.tanguy", issuer, &[subject]).await;
        commands::refused(&wrong, "InvalidArgument FIELD_INVALID");
    }
    let connector = enrol(&hub, "connector.caf-56", &issuer, &["machine"]).await;
    connector.expect("nothing forbids it");
    let machine = |claims| signed(&but(claims, json!({ "sub": "machine" })));
    commands::refused(&round(&hub, &provider, machine).await, REFUSED);

    let departure = v1::EndMemberRequest {
        request_id: fresh(),
        name: "members/claire.morel".to_owned(),
        reason: "mutation".to_owned(),
        ..v1::EndMemberRequest::default()
    };
    hub.administrator()
        .end_member(departure)
        .await
        .expect("a departure");
    commands::refused(&round(&hub, &provider, honest).await, REFUSED);
    // What is on its file stays, also when the hub starts again.
    hub.restart().await.stop().await;
}

#[tokio::test]
async fn identities_are_shown_to_who_may_change_them_and_to_the_person() {
    let (hub, _secret) = hub_with("http://127.0.0.1:9/", "ES256", RETURN).await;
    let issuer = "https://auth.example.fr";
    enrol(&hub, "claire.morel", issuer, &["1a2b"])
        .await
        .expect("a change");
    for (reader, shown) in [
        ("jean.rolland", 1),
        ("claire.morel", 1),
        ("gael.tanguy", 0),
        ("paul.durand", 0),
    ] {
        let name = "members/claire.morel".to_owned();
        let read = hub
            .speaks_as(reader)
            .get_member(v1::GetMemberRequest { name })
            .await;
        let seen = read.ok().and_then(|read| read.member).unwrap_or_default();
        assert_eq!(seen.identities.len(), shown, "{reader}");
    }
    hub.stop().await;
}

#[tokio::test]
async fn an_id_token_that_is_not_of_this_sign_in_is_refused() {
    let provider = Provider::start().await;
    let (hub, _secret) = hub_of(&provider).await;
    let enrolled = enrol(&hub, "claire.morel", &provider.issuer(), &["claire-1a2b"]).await;
    enrolled.expect("a change");
    round(&hub, &provider, honest)
        .await
        .expect("an honest one is taken");
    let claims = [
        json!({ "nonce": "n".repeat(43) }),
        json!({ "aud": "another" }),
        json!({ "aud": [CLIENT, "another"] }),
        json!({ "azp": "another" }),
        json!({ "iss": "https://auth.example.fr" }),
        json!({ "exp": 1_000_000_000, "iat": 999_999_990 }),
        json!({ "iat": 4_000_000_000_u32, "exp": 4_000_000_060_u32 }),
        json!({ "sub": "" }),
    ];
    for changes in claims {
        let told = round(&hub, &provider, |claims| signed(&but(claims, changes.clone()))).await;
        commands::refused(&told, REFUSED);
    }
    let headers = [
        json!({ "alg": "none", "kid": "k1" }),
        json!({ "alg": "HS256", "kid": "k1" }),
        json!({ "alg": "ES256", "kid": "k1" }),
        json!({ "alg": "EdDSA" }),
        json!({ "alg": "EdDSA", "kid": "k1", "jwk": jwk("k1") }),
        json!({ "alg": "EdDSA", "kid": "k1", "jku": format!("{}{KEYS}", provider.issuer()) }),
    ];
    for header in headers {
        let told = round(&hub, &provider, |claims| signed_as(&header, &claims)).await;
        commands::refused(&told, REFUSED);
    }
    let cut = |claims| {
        signed(&claims)
            .rsplit_once('.')
            .map(|(part, _)| format!("{part}."))
            .expect("parts")
    };
    commands::refused(&round(&hub, &provider, cut).await, REFUSED);
    commands::refused(&round(&hub, &provider, |_| "x".repeat(10_000)).await, REFUSED);

    let before = provider.asked(KEYS);
    for _ in 0..10 {
        let unknown = json!({ "alg": "EdDSA", "kid": "k9" });
        let told = round(&hub, &provider, |claims| signed_as(&unknown, &claims)).await;
        commands::refused(&told, REFUSED);
    }
    assert!(
        provider.asked(KEYS) <= before + 1,
        "an unknown key is asked for once"
    );
    round(&hub, &provider, honest)
        .await
        .expect("an honest one is taken still");
    hub.stop().await;
}

#[tokio::test]
async fn an_attempt_is_finished_once_by_the_browser_that_began_it_and_in_time() {
    let provider = Provider::start().await;
    let (hub, _secret) = hub_of(&provider).await;
    let enrolled = enrol(&hub, "claire.morel", &provider.issuer(), &["claire-1a2b"]).await;
    enrolled.expect("a change");
    let client = hub.anonymous();
    let elsewhere = v1::StartSignInRequest {
        redirect_uri: format!("{RETURN}/"),
    };
    commands::refused(
        &client.start_sign_in(elsewhere).await,
        "InvalidArgument FIELD_INVALID",
    );

    let (mine, other) = (
        start(&client).await.expect("one"),
        start(&client).await.expect("another"),
    );
    let back = provider.authorize(&mine.authorization_uri, honest);
    let good = v1::FinishSignInRequest {
        attempt: mine.attempt,
        code: back.code,
        state: back.state,
        issuer: provider.issuer(),
    };
    type Change = fn(&mut v1::FinishSignInRequest);
    let changes: [(&str, Change); 11] = [
        ("no attempt", |asked| asked.attempt.clear()),
        ("garbage", |asked| asked.attempt = "A".repeat(300)),
        ("a long attempt", |asked| asked.attempt = "A".repeat(200_000)),
        ("a cut attempt", |asked| asked.attempt.truncate(100)),
        ("no state", |asked| asked.state.clear()),
        ("another state", |asked| asked.state = "s".repeat(43)),
        ("no issuer", |asked| asked.issuer.clear()),
        ("another issuer", |asked| {
            asked.issuer = "https://auth.example.fr".to_owned()
        }),
        ("a long issuer", |asked| asked.issuer = "https://a".repeat(10_000)),
        ("no code", |asked| asked.code.clear()),
        ("a long code", |asked| asked.code = "c".repeat(10_000)),
    ];
    for (what, change) in changes {
        let mut asked = good.clone();
        change(&mut asked);
        let refused = client.finish_sign_in(asked).await;
        assert_eq!(
            refused.as_ref().map_err(commands::line),
            Err(REFUSED.to_owned()),
            "{what}"
        );
    }
    assert_eq!(provider.asked(TOKEN), 0, "none of these comes to the provider");
    let crossed = v1::FinishSignInRequest {
        attempt: other.attempt,
        ..good.clone()
    };
    commands::refused(&client.finish_sign_in(crossed).await, REFUSED);
    client.finish_sign_in(good.clone()).await.expect("it is hers");
    commands::refused(&client.finish_sign_in(good).await, REFUSED);

    let late = start(&client).await.expect("one");
    let back = provider.authorize(&late.authorization_uri, honest);
    hub.pass(SignedDuration::from_mins(11));
    let late = v1::FinishSignInRequest {
        attempt: late.attempt,
        code: back.code,
        state: back.state,
        issuer: provider.issuer(),
    };
    commands::refused(&client.finish_sign_in(late).await, REFUSED);
    hub.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_does_not_answer_as_it_should_holds_up_new_sign_ins_and_nothing_else() {
    let document = |status, text: &str| Answer::Document(status, text.to_owned());
    let mut rows = Vec::new();
    for place in [DESCRIPTION, KEYS, TOKEN] {
        let answers = [
            document(500, "{}"),
            document(200, "<html>"),
            document(200, "{}"),
            Answer::Redirect("https://auth.example.fr/".to_owned()),
            Answer::Endless,
            Answer::Silence,
        ];
        rows.extend(answers.into_iter().map(|answer| (place, Some(answer), None)));
    }
    rows.push((TOKEN, Some(document(401, "{\"error\":\"invalid_client\"}")), None));
    rows.push((
        KEYS,
        Some(document(
            200,
            "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k1\",\"k\":\"AA\"}]}",
        )),
        None,
    ));
    for change in [
        ("issuer", json!("https://auth.example.fr")),
        ("token_endpoint", json!("http://auth.example.fr/token")),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("code_challenge_methods_supported", json!(["plain"])),
        ("id_token_signing_alg_values_supported", json!(["HS256"])),
        (
            "token_endpoint_auth_methods_supported",
            json!(["private_key_jwt"]),
        ),
    ] {
        rows.push((DESCRIPTION, None, Some(change)));
    }
    let rows = futures::stream::iter(rows);
    rows.for_each_concurrent(3, |(place, answer, change)| async move {
        let provider = Provider::start().await;
        let mut description = provider.description();
        if let Some((name, value)) = change.clone() {
            description[name] = value;
        }
        let said = answer
            .clone()
            .unwrap_or(Answer::Document(200, description.to_string()));
        provider.answers(place, said);
        let (hub, _secret) = hub_of(&provider).await;
        let told = round(&hub, &provider, honest).await;
        let line = told.as_ref().map_err(commands::line);
        assert_eq!(line, Err(AWAY.to_owned()), "{place} {answer:?} {change:?}");
        hub.social_worker()
            .whoami(v1::WhoamiRequest {})
            .await
            .expect("others go on");
        hub.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_away_when_the_hub_starts_is_asked_again_when_it_is_there() {
    let provider = Provider::start().await;
    provider.answers(DESCRIPTION, Answer::Document(503, String::new()));
    let (hub, _secret) = hub_of(&provider).await;
    commands::refused(&start(&hub.anonymous()).await, AWAY);
    let description = provider.description();
    provider.answers(
        DESCRIPTION,
        provider::Answer::Document(200, description.to_string()),
    );
    let answered = async {
        while start(&hub.anonymous()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), answered)
        .await
        .expect("it is there");
    hub.stop().await;
}
