//! A new case, as it is filled in: what is looked for, asked and changed on the way.

use super::*;

/// A form that was opened and filled in, to be sent with other values.
async fn filled(browser: &mut Browser) -> Vec<(String, String)> {
    let page = browser.open("/dossiers/nouveau").await;
    let (token, request) = (
        page.field("/dossiers/nouveau", "jeton"),
        page.field("/dossiers/nouveau", "demande"),
    );
    let fields = typed(&token, &request, "relire");
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

async fn sent(browser: &mut Browser, fields: &[(String, String)], changed: &[Pair<'_>]) -> Answer {
    let kept = fields
        .iter()
        .filter(|(name, _)| changed.iter().all(|(other, _)| name != other));
    let mut all: Vec<Pair<'_>> = kept
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    all.extend_from_slice(changed);
    browser.send("/dossiers/nouveau", &all, &[]).await
}

#[tokio::test]
async fn a_commune_that_is_typed_counts_over_one_that_was_chosen_for_other_words() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let fields = filled(&mut camille).await;
    let twins = sent(&mut camille, &fields, &[("commune", "Saint-Denis")]).await;
    assert_eq!(twins.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twins.text.contains("value=\"97411\""), "{}", twins.text);

    let overseas = [
        ("commune", "Saint-Denis"),
        ("commune_code", "97411"),
        ("commune_for", "Saint-Denis"),
        ("benefit", "MDPH_AAH"),
        ("regime", ""),
    ];
    let chosen = sent(&mut camille, &fields, &overseas[..3]).await;
    assert!(chosen.text.contains("Saint-Denis (974)"), "{}", chosen.text);

    let other = [
        ("commune", "Saint-Denis (93200)"),
        ("commune_code", "97411"),
        ("commune_for", "Saint-Denis"),
    ];
    let other = sent(&mut camille, &fields, &other).await;
    assert!(
        other.text.contains("Saint-Denis (93)") && !other.text.contains("(974)"),
        "{}",
        other.text
    );
    for (typed, found) in [
        ("56300 Pontivy", "Pontivy (56)"),
        ("Pontivy (56)", "Pontivy (56)"),
    ] {
        let read = sent(&mut camille, &fields, &[("commune", typed)]).await;
        assert!(read.text.contains(found), "{typed}: {}", read.text);
    }
    for odd in ["(", "Nulle-Part", &"é".repeat(500), "\u{200b}"] {
        let refused = sent(&mut camille, &fields, &[("commune", odd)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd}");
        assert_eq!(refused.field("/dossiers/nouveau", "given_name"), "Inès", "{odd}");
    }
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn an_answer_can_be_changed_and_counts_only_where_its_question_is_asked() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let fields = filled(&mut camille).await;
    let farm = sent(
        &mut camille,
        &fields,
        &[("regime", "agricultural"), ("etape", "modifier")],
    )
    .await;
    assert!(
        farm.text.contains("value=\"agricultural\" checked") && farm.text.contains("MSA Portes de Bretagne"),
        "{}",
        farm.text
    );
    let general = sent(&mut camille, &fields, &[("regime", "general")]).await;
    assert!(general.text.contains("Caf du Morbihan"), "{}", general.text);

    // A handicapped person's rights are the MDPH's, whatever the regime.
    let other = [
        ("regime", "agricultural"),
        ("benefit", "PCH"),
        ("etape", "modifier"),
    ];
    let other = sent(&mut camille, &fields, &other).await;
    assert!(
        !other.text.contains("MSA Portes") && !other.text.contains("name=\"regime\""),
        "{}",
        other.text
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_social_security_number_is_told_with_the_text_that_seems_to_hold_it() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let fields = filled(&mut camille).await;
    let written = "classeur 3, 1 84 13 75 123 456 78";
    let read = sent(
        &mut camille,
        &fields,
        &[("regime", "general"), ("evidence", written)],
    )
    .await;
    let told = "<li>Lieu de conservation de l’accord</li>";
    assert!(
        read.text.contains(told) && read.text.contains(&format!("<dd>{written}</dd>")),
        "{}",
        read.text
    );
    assert!(!read.text.contains("<li>Explication</li>"), "{}", read.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn an_identifier_that_served_before_is_told_and_replaced() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let fields = filled(&mut camille).await;
    let first = sent(
        &mut camille,
        &fields,
        &[("regime", "general"), ("etape", "envoyer")],
    )
    .await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    let again = sent(
        &mut camille,
        &fields,
        &[("regime", "general"), ("etape", "envoyer")],
    )
    .await;
    assert_eq!(again.location, first.location, "one case");

    let changed = [("regime", "general"), ("etape", "envoyer"), ("given_name", "Zoé")];
    let other = sent(&mut camille, &fields, &changed).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.text.contains("Cette page a déjà servi"), "{}", other.text);
    let fresh = other.field("/dossiers/nouveau", "demande");
    let sent_anew = [&changed[..], &[("demande", fresh.as_str())]].concat();
    let opened = sent(&mut camille, &fields, &sent_anew).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    assert_ne!(opened.location, first.location);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_person_is_found_by_the_whole_name_in_either_order() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let fields = filled(&mut camille).await;
    let changed = [
        ("given_name", "Fatima Zahra"),
        ("family_name", "Exemple"),
        ("etape", "envoyer"),
    ];
    let opened = sent(&mut camille, &fields, &changed).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    for (name, is_found) in [
        ("Fatima+Zahra+Exemple", true),
        ("EXEMPLE+Fatima+Zahra", true),
        ("Fatima+Exemple", false),
        ("Exemple", false),
    ] {
        let page = camille
            .open(&format!("/dossiers?q={name}&birth_date=12/03/1984"))
            .await;
        assert_eq!(
            page.text.contains("Fatima Zahra"),
            is_found,
            "{name}: {}",
            page.text
        );
    }
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_link_fills_in_what_the_case_is_about_and_never_that_a_person_agreed() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let link = "/dossiers/nouveau?benefit=RSA&informed=yes&channel=SIGNED&explanation=Zanzibar";
    let page = camille.open(link).await;
    assert!(page.text.contains("value=\"RSA\" selected"), "{}", page.text);
    assert!(!page.text.contains(">Zanzibar") && !page.text.contains("value=\"yes\" checked"));
    assert!(!page.text.contains("value=\"SIGNED\" checked"));
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn what_is_refused_without_words_has_a_page_and_signing_out_always_works() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let form = camille.open("/dossiers/26-00001-N/demandes/1/resoudre").await;
    assert_eq!(form.location, "/dossiers/26-00001-N");
    for path in ["/connexion/fin", "/dossiers/%ff", "/statique/rien.css"] {
        let answer = camille.open(path).await;
        assert!(
            answer.text.contains("Rien à cette adresse"),
            "{path}: {}",
            answer.text
        );
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let foreign = camille.send("/connexion/fin", &[], &elsewhere).await;
    assert!(
        foreign.text.contains("ne vient pas de ce site"),
        "{}",
        foreign.text
    );
    assert_eq!(
        camille.open("/dossiers").await.status,
        StatusCode::OK,
        "still there"
    );

    let out = camille.send("/connexion/fin", &[], &[]).await;
    assert_eq!(out.location, "/connexion");
    let gone = camille.send("/connexion/fin", &[], &[]).await;
    assert_eq!(gone.location, "/connexion", "signed out is signed out");
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn forms_from_paper_are_entered_one_after_the_other() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let paper = camille.open("/dossiers/nouveau/papier").await;
    assert!(paper.text.contains("Signature de la personne"), "{}", paper.text);
    let mut claire = signed_in(&pages, "claire.morel").await;
    assert_eq!(
        claire.open("/dossiers/nouveau/papier").await.status,
        StatusCode::NOT_FOUND
    );

    let fields = filled(&mut camille).await;
    let series = [("serie", "oui"), ("etape", "envoyer")];
    let first = sent(&mut camille, &fields, &series).await;
    assert!(
        first.location.starts_with("/dossiers/nouveau?serie=oui"),
        "{}",
        first.location
    );
    let next = camille.open(&first.location).await;
    assert_eq!(next.field("/dossiers/nouveau", "serie"), "oui");
    assert_eq!(next.field("/dossiers/nouveau", "commune"), "Pontivy (56300)");
    assert_eq!(next.field("/dossiers/nouveau", "given_name"), "");
    assert_eq!(next.field("/dossiers/nouveau", "given_on"), "");
    assert!(next.text.contains("Fiche précédente"), "{}", next.text);
    pages.stop().await;
    hub.stop().await;
}
