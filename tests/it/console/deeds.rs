//! What is done on the page of a case: what the address says is done, once, and nothing that was written is lost.

use super::*;

/// The identifier and the token that a form of the case's page carries.
async fn carried(browser: &mut Browser, reference: &str, deed: &str) -> [(&'static str, String); 4] {
    let page = browser.open(&format!("/dossiers/{reference}")).await;
    let action = format!("/dossiers/{reference}/demandes/1/{deed}");
    ["jeton", "demande", "etag", "epoch"].map(|name| (name, page.field(&action, name)))
}

/// Sends a form to its address with what its page carried.
async fn sends(
    browser: &mut Browser,
    action: &str,
    carried: &[(&'static str, String)],
    fields: &[Pair<'_>],
) -> Answer {
    let own = carried.iter().map(|(name, value)| (*name, value.as_str()));
    let all: Vec<Pair<'_>> = own.chain(fields.iter().copied()).collect();
    browser.send(action, &all, &[]).await
}

/// A case that claire has taken, and what is around it.
async fn taken() -> (TestHub, Pages, Browser, Browser, String) {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let reference = opened(&mut camille).await;
    let mut claire = signed_in(&pages, "claire.morel").await;
    assert_eq!(
        does(&mut claire, &reference, "prendre", &[]).await.status,
        StatusCode::SEE_OTHER
    );
    (hub, pages, camille, claire, reference)
}

#[tokio::test]
async fn a_ticket_is_taken_from_the_list_by_its_own_button() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let reference = opened(&mut camille).await;
    let mut claire = signed_in(&pages, "claire.morel").await;
    let list = claire.open("/organisme/dossiers").await;
    let action = format!("/dossiers/{reference}/demandes/1/prendre");
    let fields = ["jeton", "demande", "epoch", "suite"].map(|name| (name, list.field(&action, name)));
    let taken = sends(&mut claire, &action, &fields, &[]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    assert_eq!(
        taken.location,
        format!("/organisme/dossiers?fait=prendre&dossier={reference}#d-{reference}-1")
    );
    let list = claire
        .open(taken.location.split('#').next().unwrap_or_default())
        .await;
    assert!(
        list.text.contains("La demande est à vous.")
            && list.text.contains(&format!("id=\"d-{reference}-1\"")),
        "{}",
        list.text
    );
    let mut hugo = signed_in(&pages, "hugo.petit").await;
    let forged = hugo
        .open(&format!("/organisme/dossiers?fait=prendre&dossier={reference}"))
        .await;
    assert!(!forged.text.contains("La demande est à vous."), "{}", forged.text);
    let case = claire.open(&format!("/dossiers/{reference}")).await;
    assert!(case.text.contains("Chez Claire Morel"), "{}", case.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn what_happens_is_what_the_address_says() {
    let (hub, pages, mut camille, mut claire, reference) = taken().await;
    let other = opened(&mut camille).await;
    let own = carried(&mut claire, &reference, "ecrire").await;
    // The form of one ticket, sent with the name of another one, writes where it is sent.
    let name = format!("{other}/1");
    let fields = [("message", "Bien reçu."), ("name", name.as_str())];
    let action = format!("/dossiers/{reference}/demandes/1/ecrire");
    assert_eq!(
        sends(&mut claire, &action, &own, &fields).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(
        camille
            .open(&format!("/dossiers/{reference}"))
            .await
            .text
            .contains("Bien reçu.")
    );
    assert!(
        !camille
            .open(&format!("/dossiers/{other}"))
            .await
            .text
            .contains("Bien reçu.")
    );
    for absent in [
        "/dossiers/NIMPORTE/demandes/1/prendre".to_owned(),
        format!("/dossiers/{reference}/demandes/9/prendre"),
        format!("/dossiers/{reference}/demandes/x/prendre"),
        format!("/dossiers/{reference}/demandes/1/effacer"),
    ] {
        let answer = sends(&mut claire, &absent, &own, &[]).await;
        assert_ne!(answer.status, StatusCode::SEE_OTHER, "{absent}");
    }
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn an_answer_comes_back_when_nobody_awaits_it_any_more() {
    let (hub, pages, mut camille, mut claire, reference) = taken().await;
    let asked = [("kind", "DOCUMENT"), ("label", "Bail"), ("why", "Prouver")];
    assert_eq!(
        does(&mut claire, &reference, "demander", &asked).await.status,
        StatusCode::SEE_OTHER
    );
    let own = carried(&mut camille, &reference, "repondre").await;
    let back = [("message", "J’ai trouvé le bail.")];
    assert_eq!(
        does(&mut claire, &reference, "reprendre", &back).await.status,
        StatusCode::SEE_OTHER
    );
    let action = format!("/dossiers/{reference}/demandes/1/repondre");
    let answer = [("item_1", "Oui."), ("message", "Bail\njoint.")];
    let refused = sends(&mut camille, &action, &own, &answer).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("Oui.") && refused.text.contains("Bail\njoint."),
        "{}",
        refused.text
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn an_answer_goes_to_the_question_that_its_writer_read() {
    let (hub, pages, mut camille, mut claire, reference) = taken().await;
    let action = format!("/dossiers/{reference}/demandes/1/repondre");
    let ask = |label: &'static str| [("kind", "QUESTION"), ("label", label), ("why", "Calculer")];
    assert_eq!(
        does(&mut claire, &reference, "demander", &ask("Quelle adresse ?"))
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let own = carried(&mut camille, &reference, "repondre").await;
    let back = [("message", "Adresse trouvée.")];
    for (deed, fields) in [("reprendre", &back[..]), ("demander", &ask("Quel loyer ?"))] {
        let done = does(&mut claire, &reference, deed, fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{deed}: {}", done.text);
    }
    let answer = [("item_1", "12 rue des Lilas")];
    let refused = sends(&mut camille, &action, &own, &answer).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("Quel loyer ?") && refused.text.contains("12 rue des Lilas"),
        "{}",
        refused.text
    );
    // The page that warned is one that may be sent.
    let read = ["jeton", "demande", "etag", "epoch"].map(|name| (name, refused.field(&action, name)));
    let sent = sends(&mut camille, &action, &read, &[("item_1", "412 euros")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn what_is_asked_for_in_any_place_of_the_form_is_asked_and_its_fault_stands_beside_it() {
    let (hub, pages, mut camille, mut claire, reference) = taken().await;
    let second = [("kind_2", "QUESTION"), ("label_2", "Adresse")];
    let refused = does(&mut claire, &reference, "demander", &second).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("href=\"#demander-1-why_2\"") && refused.text.contains("demander-1-why_2-e"),
        "{}",
        refused.text
    );
    let unnamed = [("kind", "DOCUMENT"), ("why", "Prouver la résidence")];
    let refused = does(&mut claire, &reference, "demander", &unnamed).await;
    assert!(
        refused.text.contains("href=\"#demander-1-label\""),
        "{}",
        refused.text
    );

    let day = [
        ("kind_3", "DATE"),
        ("label_3", "Entrée dans les lieux"),
        ("why_3", "Ouvrir le droit"),
    ];
    assert_eq!(
        does(&mut claire, &reference, "demander", &day).await.status,
        StatusCode::SEE_OTHER
    );
    let none = does(
        &mut camille,
        &reference,
        "repondre",
        &[("item_day_1", "31/02/2026")],
    )
    .await;
    assert!(none.text.contains("Ce jour n’existe pas"), "{}", none.text);
    let given = does(
        &mut camille,
        &reference,
        "repondre",
        &[("item_day_1", "3/2/2026")],
    )
    .await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_social_security_number_is_warned_of_in_every_text_and_goes_when_it_is_sent_again() {
    let (hub, pages, _, mut claire, reference) = taken().await;
    let asked = [
        ("kind", "QUESTION"),
        ("label", "Est-ce bien 1-84-12-75-123-456-78 ?"),
        ("why", "Retrouver la personne"),
    ];
    let warned = does(&mut claire, &reference, "demander", &asked).await;
    assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        warned.text.contains("href=\"#demander-1-label\"") && warned.text.contains("name=\"nir_lu\""),
        "{}",
        warned.text
    );
    let action = format!("/dossiers/{reference}/demandes/1/demander");
    let read = warned.field(&action, "nir_lu");
    // Who was warned of one text was not warned of another one.
    let elsewhere = asked.map(|(name, value)| {
        if name == "why" {
            (name, asked[1].1)
        } else {
            (name, value)
        }
    });
    let elsewhere: Vec<Pair<'_>> = elsewhere.into_iter().chain([("nir_lu", &*read)]).collect();
    let warned = does(&mut claire, &reference, "demander", &elsewhere).await;
    assert!(
        warned.text.contains("href=\"#demander-1-why\""),
        "{}",
        warned.text
    );
    // Taken out of the first and put back there: warned again.
    let label_of = |label| {
        [
            asked[0],
            ("label", label),
            ("why", asked[1].1),
            ("nir_lu", &*read),
        ]
    };
    let warned = does(&mut claire, &reference, "demander", &label_of("Est-ce elle ?")).await;
    let [kind, _, why, _] = label_of("");
    let last = warned.field(&action, "nir_lu");
    assert_eq!(last, "why");
    let back = [kind, asked[1], why, ("nir_lu", &*last)];
    let warned = does(&mut claire, &reference, "demander", &back).await;
    assert!(
        warned.text.contains("href=\"#demander-1-label\""),
        "{}",
        warned.text
    );
    let again: Vec<Pair<'_>> = asked.into_iter().chain([("nir_lu", &*read)]).collect();
    assert_eq!(
        does(&mut claire, &reference, "demander", &again).await.status,
        StatusCode::SEE_OTHER
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_page_that_was_sent_before_says_so_and_can_be_sent_again() {
    let (hub, pages, mut camille, _, reference) = taken().await;
    let own = carried(&mut camille, &reference, "ecrire").await;
    let action = format!("/dossiers/{reference}/demandes/1/ecrire");
    for _ in 0..2 {
        let sent = sends(&mut camille, &action, &own, &[("message", "Un.")]).await;
        assert_eq!(
            sent.status,
            StatusCode::SEE_OTHER,
            "a double click is one message"
        );
    }
    let used = sends(&mut camille, &action, &own, &[("message", "Deux.")]).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        used.text.contains("Cette page a déjà servi") && used.text.contains("Deux."),
        "{}",
        used.text
    );
    let fresh = ["jeton", "demande", "epoch"].map(|name| (name, used.field(&action, name)));
    let sent = sends(&mut camille, &action, &fresh, &[("message", "Deux.")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn success_is_said_of_what_was_done_and_of_nothing_else() {
    let (hub, pages, mut camille, mut claire, reference) = taken().await;
    let said = "La demande est à vous.";
    let at = |deed: &str| format!("/dossiers/{reference}?fait={deed}");
    assert!(claire.open(&at("prendre")).await.text.contains(said));
    assert!(
        !camille.open(&at("prendre")).await.text.contains(said),
        "she took nothing"
    );
    assert!(!claire.open(&at("clore")).await.text.contains("Demande close."));
    assert!(
        !camille
            .open(&at("ouvert"))
            .await
            .text
            .contains("envoyé. Remettez")
    );
    let note = [("message", "À rappeler demain.")];
    let noted = does(&mut claire, &reference, "noter", &note).await;
    assert!(claire.open(&noted.location).await.text.contains("Note ajoutée."));
    assert!(
        !claire.open(&at("prendre")).await.text.contains(said),
        "it was before"
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_ticket_is_given_to_people_of_the_agency_and_taken_over_from_them() {
    let (hub, pages, _, mut claire, reference) = taken().await;
    let page = claire.open(&format!("/dossiers/{reference}")).await.text;
    let choices = page.split("id=\"attribuer-1-agent\"").nth(1).expect("a list");
    let choices = choices.split("</select>").next().unwrap_or_default();
    assert!(choices.contains("Gaël Tanguy"), "{choices}");
    assert!(
        !choices.contains("Connecteur") && !choices.contains("Claire Morel"),
        "{choices}"
    );
    let mut hugo = signed_in(&pages, "hugo.petit").await;
    let page = hugo.open(&format!("/dossiers/{reference}")).await.text;
    let choices = page.split("id=\"attribuer-1-agent\"").nth(1).expect("a list");
    assert!(
        choices
            .split("</select>")
            .next()
            .unwrap_or_default()
            .contains("Hugo Petit"),
        "what a colleague has may be taken over"
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_redirect_finds_the_commune_by_its_name_and_asks_which_one() {
    let (hub, pages, _, mut claire, reference) = taken().await;
    let away = |commune: &'static str| {
        [
            ("why", "OUTSIDE_TERRITORY"),
            ("commune", commune),
            ("message", "La personne a déménagé."),
        ]
    };
    let several = does(&mut claire, &reference, "reorienter", &away("Saint-Denis")).await;
    assert_eq!(several.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        several.text.contains("name=\"commune_code\"") && several.text.contains("93066"),
        "{}",
        several.text
    );
    let unfit = [
        ("why", "WRONG_REGIME"),
        ("commune", "Rennes"),
        ("message", "Non."),
    ];
    let unfit = does(&mut claire, &reference, "reorienter", &unfit).await;
    assert!(
        unfit.text.contains("À remplir seulement avec ce motif"),
        "{}",
        unfit.text
    );
    let mistaken = does(&mut claire, &reference, "reorienter", &away("Brest (35000)")).await;
    assert_eq!(mistaken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        mistaken.text.contains("name=\"commune_code\"") && mistaken.text.contains("Rennes"),
        "the code of another commune is not taken without asking: {}",
        mistaken.text
    );
    let sent = does(&mut claire, &reference, "reorienter", &away("Rennes (35000)")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let gone = claire.open(&sent.location).await;
    assert!(gone.text.contains("La demande est réorientée."), "{}", gone.text);
    pages.stop().await;
    hub.stop().await;
}
