//! The pages, as browsers without scripts use them: one cookie, forms, and what comes back.

mod deeds;
mod new_case;
mod news;
mod search;
mod team;
mod whole_case;

use declic_tests::TestHub;
use declic_tests::pages::Pages;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tonic::codegen::Bytes;

const PEOPLE: &[&str] = &[
    "camille.martin",
    "claire.morel",
    "paul.durand",
    "hugo.petit",
    "yann.le-goff",
];

/// Somebody with a browser.
struct Browser {
    client: Client<HttpConnector, Full<Bytes>>,
    address: String,
    cookie: String,
}

/// What came back.
struct Answer {
    status: StatusCode,
    location: String,
    text: String,
}

type Pair<'a> = (&'a str, &'a str);

/// The browser of somebody who has signed in.
async fn signed_in(pages: &Pages, member: &str) -> Browser {
    let mut browser = Browser {
        client: Client::builder(TokioExecutor::new()).build_http(),
        address: pages.address(),
        cookie: String::new(),
    };
    let member = format!("members/{member}");
    let chosen = [("personne", member.as_str()), ("suite", "/")];
    let answer = browser.send("/connexion/invente", &chosen, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(!browser.cookie.is_empty());
    browser
}

impl Browser {
    async fn open(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, String::new(), &[]).await
    }

    async fn send(&mut self, path: &str, fields: &[Pair<'_>], headers: &[Pair<'_>]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.ask(Method::POST, path, body.finish(), headers).await
    }

    async fn ask(&mut self, method: Method, path: &str, body: String, headers: &[Pair<'_>]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body))).expect("a request");
        let answer = self.client.request(request).await.expect("an answer");
        if let Some(set) = answer.headers().get(SET_COOKIE) {
            let set = set.to_str().expect("text");
            assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
            self.cookie = set.split(';').next().unwrap_or_default().to_owned();
        }
        let location = answer
            .headers()
            .get(LOCATION)
            .map(|to| to.to_str().expect("text").to_owned());
        let policy = answer
            .headers()
            .get("content-security-policy")
            .map(|policy| policy.to_str().expect("text"));
        assert!(
            policy
                .is_some_and(|policy| policy.starts_with("default-src 'none'") && !policy.contains("unsafe"))
        );
        let (status, body) = (answer.status(), answer.into_body());
        let bytes = body.collect().await.expect("a whole page").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Answer {
            status,
            location: location.unwrap_or_default(),
            text,
        }
    }
}

impl Answer {
    /// The value of a field of the form that is sent to this address.
    fn field(&self, action: &str, name: &str) -> String {
        let form = self
            .text
            .split("<form")
            .find(|form| form.contains(&format!("action=\"{action}\"")));
        let form = form.unwrap_or_else(|| panic!("no form for {action} in {}", self.text));
        let field = form
            .split("<input")
            .find(|field| field.contains(&format!("name=\"{name}\"")));
        let value = field
            .and_then(|field| field.split("value=\"").nth(1))
            .and_then(|value| value.split('"').next());
        value
            .unwrap_or_else(|| panic!("no {name} in the form for {action}"))
            .to_owned()
    }
}

const EXPLANATION: &str = "Le versement est arrêté. <script>alert('x')</script> مرحبا \u{1f600}";

/// What somebody types to open a case, after the token and the identifier of the page.
fn typed<'a>(token: &'a str, request: &'a str, step: &'a str) -> Vec<Pair<'a>> {
    vec![
        ("jeton", token),
        ("demande", request),
        ("given_name", "Inès"),
        ("family_name", "Exemple"),
        ("birth_date", "12/3/1984"),
        ("nir", declic_tests::people::NIR),
        ("commune", "Pontivy (56300)"),
        ("benefit", "RSA"),
        ("blockage", "CONTROL_SUSPENSION"),
        ("regime", "general"),
        ("stage", "payment"),
        ("explanation", EXPLANATION),
        ("urgent", "no"),
        ("channel", "ORAL"),
        ("given_on", "01/11/2026"),
        ("informed", "yes"),
        ("etape", step),
    ]
}

/// Opens a case and gives its reference.
async fn opened(camille: &mut Browser) -> String {
    let page = camille.open("/dossiers/nouveau").await;
    let (token, request) = (
        page.field("/dossiers/nouveau", "jeton"),
        page.field("/dossiers/nouveau", "demande"),
    );
    let sent = camille
        .send("/dossiers/nouveau", &typed(&token, &request, "envoyer"), &[])
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let reference = sent.location.trim_start_matches("/dossiers/");
    reference.split('?').next().unwrap_or_default().to_owned()
}

/// Does a deed on the first ticket of a case, with what its form on the page carries.
async fn does(browser: &mut Browser, reference: &str, deed: &str, fields: &[Pair<'_>]) -> Answer {
    let page = browser.open(&format!("/dossiers/{reference}")).await;
    let action = format!("/dossiers/{reference}/demandes/1/{deed}");
    let carried = ["jeton", "demande", "etag", "epoch"].map(|name| (name, page.field(&action, name)));
    let mut all: Vec<Pair<'_>> = carried
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    all.extend_from_slice(fields);
    browser.send(&action, &all, &[]).await
}

#[tokio::test]
async fn a_case_is_opened_treated_and_closed_by_people_without_scripts() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;

    let page = camille.open("/dossiers/nouveau").await;
    let (token, request) = (
        page.field("/dossiers/nouveau", "jeton"),
        page.field("/dossiers/nouveau", "demande"),
    );
    let check = camille
        .send("/dossiers/nouveau", &typed(&token, &request, "relire"), &[])
        .await;
    assert_eq!(check.status, StatusCode::OK, "{}", check.text);
    assert!(check.text.contains("Caf du Morbihan"), "{}", check.text);
    assert!(
        check.text.contains(declic_tests::people::NIR),
        "what is sent is read over"
    );
    assert!(
        camille.open("/dossiers").await.text.contains("Aucun dossier"),
        "nothing was opened by reading it over"
    );
    let first = camille
        .send("/dossiers/nouveau", &typed(&token, &request, "envoyer"), &[])
        .await;
    let second = camille
        .send("/dossiers/nouveau", &typed(&token, &request, "envoyer"), &[])
        .await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    assert_eq!(first.location, second.location, "a double click is one case");
    let reference = first
        .location
        .trim_start_matches("/dossiers/")
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();

    let shown = camille.open(&first.location).await;
    assert!(
        shown.text.contains("&#60;script&#62;") && !shown.text.contains("<script>alert"),
        "{}",
        shown.text
    );

    let mut claire = signed_in(&pages, "claire.morel").await;
    assert!(claire.open("/organisme/dossiers").await.text.contains("Inès E."));
    assert_eq!(
        does(&mut claire, &reference, "prendre", &[]).await.status,
        StatusCode::SEE_OTHER
    );
    let unfinished = does(
        &mut claire,
        &reference,
        "resoudre",
        &[("outcome", "RIGHT_RESTORED"), ("message", "Versé le [date].")],
    )
    .await;
    assert_eq!(unfinished.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        unfinished.text.contains("Versé le [date]."),
        "what was typed comes back"
    );
    let asked = [
        ("kind", "DOCUMENT"),
        ("label", "Bail signé"),
        ("why", "Prouver la résidence"),
    ];
    assert_eq!(
        does(&mut claire, &reference, "demander", &asked).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(camille.open("/dossiers").await.text.contains("À vous"));
    let answer = [("item_1", "Envoyé par courrier le 3")];
    assert_eq!(
        does(&mut camille, &reference, "repondre", &answer).await.status,
        StatusCode::SEE_OTHER
    );
    let outcome = [("outcome", "RIGHT_RESTORED"), ("message", "Versé le 5.")];
    assert_eq!(
        does(&mut claire, &reference, "resoudre", &outcome).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        does(&mut camille, &reference, "clore", &[("effect", "YES")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let ended = camille.open(&format!("/dossiers/{reference}")).await;
    assert!(
        ended.text.contains("Droit rétabli") && ended.text.contains("Bail signé"),
        "{}",
        ended.text
    );
    let sheet = camille.open(&format!("/dossiers/{reference}/fiche")).await;
    assert_eq!(sheet.status, StatusCode::OK);

    let mut paul = signed_in(&pages, "paul.durand").await;
    for path in [
        "/pilotage",
        "/pilotage/retards",
        "/pilotage/donnees.csv",
        &format!("/dossiers/{reference}"),
    ] {
        let page = paul.open(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            !page.text.contains("Inès") && !page.text.contains("versement"),
            "{path} shows a person"
        );
    }
    assert_eq!(
        claire.open("/dossiers/26-99999-Z").await.status,
        StatusCode::NOT_FOUND
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_question_that_tells_where_a_case_goes_is_asked_once_and_its_answer_counts() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let page = camille.open("/dossiers/nouveau").await;
    let (token, request) = (
        page.field("/dossiers/nouveau", "jeton"),
        page.field("/dossiers/nouveau", "demande"),
    );
    let mut fields = typed(&token, &request, "relire");
    fields.retain(|(name, _)| *name != "regime");
    let asked = camille.send("/dossiers/nouveau", &fields, &[]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.text);
    assert!(
        asked.text.contains("id=\"question\"") && asked.text.contains("name=\"regime\""),
        "{}",
        asked.text
    );

    fields.push(("regime", ""));
    let unknown = camille.send("/dossiers/nouveau", &fields, &[]).await;
    assert_eq!(unknown.status, StatusCode::OK);
    assert!(unknown.text.contains("orientera à la main"), "{}", unknown.text);

    fields.pop();
    fields.push(("regime", "agricultural"));
    let answered = camille.send("/dossiers/nouveau", &fields, &[]).await;
    assert!(
        answered.text.contains("MSA Portes de Bretagne"),
        "{}",
        answered.text
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_form_of_another_site_or_of_another_sign_in_does_nothing_and_keeps_what_was_typed() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let page = camille.open("/dossiers/nouveau").await;
    let (token, request) = (
        page.field("/dossiers/nouveau", "jeton"),
        page.field("/dossiers/nouveau", "demande"),
    );
    let fields = typed(&token, &request, "envoyer");

    let elsewhere = camille
        .send("/dossiers/nouveau", &fields, &[("sec-fetch-site", "cross-site")])
        .await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);

    let mut again = signed_in(&pages, "camille.martin").await;
    let other = again.send("/dossiers/nouveau", &fields, &[]).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert_eq!(other.field("/dossiers/nouveau", "given_name"), "Inès");
    assert_eq!(
        other.field("/dossiers/nouveau", "demande"),
        request,
        "sent again it is the same intention"
    );

    let secret = std::mem::take(&mut camille.cookie);
    let signed_out = camille.send("/dossiers/nouveau", &fields, &[]).await;
    assert_eq!(signed_out.status, StatusCode::UNAUTHORIZED);
    assert!(
        signed_out.text.contains("Rien n’est encore enregistré")
            && !signed_out.text.contains("<script>alert")
    );
    camille.cookie = secret;
    assert!(
        camille.open("/dossiers").await.text.contains("Aucun dossier"),
        "nothing was done"
    );

    let fresh = other.field("/dossiers/nouveau", "jeton");
    let sent = again
        .send("/dossiers/nouveau", &typed(&fresh, &request, "envoyer"), &[])
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_hub_that_is_away_loses_nothing_of_what_was_typed() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let page = camille.open("/dossiers/nouveau").await;
    let (token, request) = (
        page.field("/dossiers/nouveau", "jeton"),
        page.field("/dossiers/nouveau", "demande"),
    );
    hub.stop().await;
    let held = camille
        .send("/dossiers/nouveau", &typed(&token, &request, "envoyer"), &[])
        .await;
    assert_eq!(held.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        held.text.contains("Rien n’est encore enregistré"),
        "{}",
        held.text
    );
    assert_eq!(held.field("/dossiers/nouveau", "birth_date"), "12/3/1984");
    assert_eq!(
        camille.open("/dossiers").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    pages.stop().await;
}

#[tokio::test]
async fn who_writes_while_the_ticket_goes_elsewhere_keeps_the_words_and_sees_where_it_is() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let reference = opened(&mut camille).await;
    let mut claire = signed_in(&pages, "claire.morel").await;
    assert_eq!(
        does(&mut claire, &reference, "prendre", &[]).await.status,
        StatusCode::SEE_OTHER
    );
    let page = claire.open(&format!("/dossiers/{reference}")).await;
    let action = format!("/dossiers/{reference}/demandes/1/resoudre");
    let carried = ["jeton", "demande", "epoch"].map(|name| (name, page.field(&action, name)));
    let away = [
        ("why", "WRONG_REGIME"),
        ("regime", "AGRICULTURAL"),
        ("message", "Exploitante depuis mai."),
    ];
    assert_eq!(
        does(&mut claire, &reference, "reorienter", &away).await.status,
        StatusCode::SEE_OTHER
    );

    let mut late: Vec<Pair<'_>> = carried
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    late.extend_from_slice(&[("outcome", "RIGHT_RESTORED"), ("message", "Versé le 5.")]);
    let refused = claire.send(&action, &late, &[]).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    assert!(
        refused.text.contains("Rien n’a été fait") && refused.text.contains("Réorientée"),
        "{}",
        refused.text
    );
    assert!(refused.text.contains("Versé le 5."), "the words are lost");
    pages.stop().await;
    hub.stop().await;
}
