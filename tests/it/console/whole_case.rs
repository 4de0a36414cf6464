//! What is done to a whole case from its page: by who follows it, and offered to nobody else.

use super::*;

/// Does a deed on a whole case, with what its form on the page carries.
async fn does_to_case(browser: &mut Browser, reference: &str, deed: &str, fields: &[Pair<'_>]) -> Answer {
    let page = browser.open(&format!("/dossiers/{reference}")).await;
    let action = format!("/dossiers/{reference}/actions/{deed}");
    let form = page
        .text
        .split("<form")
        .find(|form| form.contains(&format!("action=\"{action}\"")));
    let form = form.unwrap_or_else(|| panic!("no form for {action} in {}", page.text));
    let form = form.split("</form>").next().unwrap_or_default();
    let names = ["jeton", "demande", "etag", "urgent"];
    let names = names
        .iter()
        .filter(|name| form.contains(&format!("name=\"{name}\"")));
    let carried: Vec<(&str, String)> = names.map(|name| (*name, page.field(&action, name))).collect();
    let own = carried.iter().map(|(name, value)| (*name, value.as_str()));
    let all: Vec<Pair<'_>> = own.chain(fields.iter().copied()).collect();
    browser.send(&action, &all, &[]).await
}

/// A case of camille, and what is around it.
async fn followed() -> (TestHub, Pages, Browser, String) {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let reference = opened(&mut camille).await;
    (hub, pages, camille, reference)
}

/// Does it, and reads the page that it leads to.
async fn done(browser: &mut Browser, reference: &str, deed: &str, fields: &[Pair<'_>]) -> String {
    let sent = does_to_case(browser, reference, deed, fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{deed}: {}", sent.text);
    let page = browser.open(&sent.location).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    page.text
}

#[tokio::test]
async fn an_agreement_is_taken_back_and_given_anew() {
    let (hub, pages, mut camille, reference) = followed().await;
    let how = [("message", "Par téléphone, ce matin.")];
    let revoked = done(&mut camille, &reference, "retirer-accord", &how).await;
    assert!(
        revoked.contains("Le retrait de l’accord est enregistré") && revoked.contains("Accord retiré le"),
        "{revoked}"
    );
    assert!(
        !revoked.contains("/actions/retirer-accord"),
        "it is taken back once"
    );
    let silent = does(&mut camille, &reference, "ecrire", &[("message", "Autre chose.")]).await;
    assert!(
        silent.text.contains("La personne a retiré son accord") && silent.text.contains("Autre chose."),
        "{}",
        silent.text
    );

    let lacking = does_to_case(
        &mut camille,
        &reference,
        "renouveler-accord",
        &[("given_on", "1/1/2001")],
    )
    .await;
    assert_eq!(lacking.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "Dites comment la personne a donné son accord",
        "depuis moins d’un an",
        "Expliquez à la personne ce qui est transmis",
    ] {
        assert!(lacking.text.contains(said), "{said}: {}", lacking.text);
    }
    let action = format!("/dossiers/{reference}/actions/renouveler-accord");
    let today = camille
        .open(&format!("/dossiers/{reference}"))
        .await
        .field(&action, "given_on");
    let anew = [
        ("channel", "SIGNED"),
        ("given_on", today.as_str()),
        ("informed", "yes"),
    ];
    let renewed = done(&mut camille, &reference, "renouveler-accord", &anew).await;
    assert!(
        renewed.contains("Le nouvel accord est enregistré") && renewed.contains("Accord jusqu’au"),
        "{renewed}"
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_person_and_a_situation_are_corrected_from_what_is_known_of_them() {
    let (hub, pages, mut camille, reference) = followed().await;
    let page = camille.open(&format!("/dossiers/{reference}")).await;
    let action = format!("/dossiers/{reference}/actions/corriger-personne");
    assert_eq!(page.field(&action, "birth_date"), "12/03/1984");
    let person = [
        ("given_name", "Inès"),
        ("family_name", "Exemple"),
        ("birth_date", "31/02/1985"),
        ("agency_identifier", "1234567"),
        ("message", "L’année était fausse."),
    ];
    let no_day = does_to_case(&mut camille, &reference, "corriger-personne", &person).await;
    assert!(no_day.text.contains("Ce jour n’existe pas"), "{}", no_day.text);
    let number = person.map(|(name, value)| match name {
        "birth_date" => (name, "12/03/1985"),
        "agency_identifier" => (name, declic_tests::people::NIR),
        _ => (name, value),
    });
    let warned = does_to_case(&mut camille, &reference, "corriger-personne", &number).await;
    assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY);
    let warning = "semble contenir un numéro de sécurité sociale";
    assert!(warned.text.contains(warning), "{}", warned.text);
    // Sent again it would be read by every agency: the hub takes it in its own field alone.
    let read = warned.field(&action, "nir_lu");
    let again: Vec<Pair<'_>> = number.into_iter().chain([("nir_lu", &*read)]).collect();
    let misplaced = does_to_case(&mut camille, &reference, "corriger-personne", &again).await;
    assert_eq!(misplaced.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refusal = "est un numéro de sécurité sociale";
    assert!(misplaced.text.contains(refusal), "{}", misplaced.text);
    let person = person.map(|(name, value)| (name, if name == "birth_date" { "12/03/1985" } else { value }));
    let corrected = done(&mut camille, &reference, "corriger-personne", &person).await;
    assert!(
        corrected.contains("12 mars 1985") && corrected.contains("1234567"),
        "{corrected}"
    );
    assert!(
        corrected.contains("Identité de la personne corrigée"),
        "{corrected}"
    );

    let situation = |commune: &'static str| {
        [
            ("benefit", "RSA"),
            ("blockage", "CONTROL_SUSPENSION"),
            ("commune", commune),
            ("regime", "AGRICULTURAL"),
            ("message", "Elle est exploitante."),
        ]
    };
    let which = does_to_case(
        &mut camille,
        &reference,
        "corriger-situation",
        &situation("Saint-Denis"),
    )
    .await;
    assert_eq!(which.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(which.text.contains("name=\"commune_code\""), "{}", which.text);
    let corrected = done(
        &mut camille,
        &reference,
        "corriger-situation",
        &situation("Pontivy (56)"),
    )
    .await;
    assert!(
        corrected.contains("Les faits corrigés mènent à") && corrected.contains("MSA Portes de Bretagne"),
        "{corrected}"
    );
    let same = does_to_case(
        &mut camille,
        &reference,
        "corriger-situation",
        &situation("Pontivy (56)"),
    )
    .await;
    assert!(
        same.text.contains("rien ne changerait") && !same.text.contains("(facts"),
        "{}",
        same.text
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn who_mends_a_mistake_in_a_form_does_not_undo_what_was_corrected_meanwhile() {
    let (hub, pages, mut camille, reference) = followed().await;
    let action = format!("/dossiers/{reference}/actions/corriger-personne");
    let person = |family_name, birth_date| {
        [
            ("given_name", "Inès"),
            ("family_name", family_name),
            ("birth_date", birth_date),
            ("message", "Faute de frappe."),
        ]
    };
    let old = does_to_case(
        &mut camille,
        &reference,
        "corriger-personne",
        &person("Exemple", "31/02/1985"),
    )
    .await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(
        &mut camille,
        &reference,
        "corriger-personne",
        &person("Modèle", "12/03/1984"),
    )
    .await;

    let read = ["jeton", "demande", "etag"].map(|name| (name, old.field(&action, name)));
    let own = read.iter().map(|(name, value)| (*name, value.as_str()));
    let all: Vec<Pair<'_>> = own.chain(person("Exemple", "12/03/1985")).collect();
    let refused = camille.send(&action, &all, &[]).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    let page = camille.open(&format!("/dossiers/{reference}")).await;
    assert!(page.text.contains("Modèle"), "{}", page.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn an_urgency_is_said_and_ended_and_another_agency_is_asked() {
    let (hub, pages, mut camille, reference) = followed().await;
    let why = [("message", "Coupure d’énergie lundi.")];
    let urgent = done(&mut camille, &reference, "urgence", &why).await;
    assert!(
        urgent.contains("L’urgence du dossier est mise à jour")
            && urgent.contains("Dire que ce n’est plus urgent"),
        "{urgent}"
    );
    let over = [("message", "Le fournisseur accepte un délai.")];
    let calm = done(&mut camille, &reference, "urgence", &over).await;
    assert!(calm.contains("Signaler une urgence"), "{calm}");

    let other = [
        ("benefit", "RETRAITE"),
        ("blockage", "NO_REPLY"),
        ("explanation", "Demande faite en mars, sans nouvelles."),
    ];
    let added = done(&mut camille, &reference, "ajouter", &other).await;
    assert!(
        added.contains("La nouvelle demande est envoyée") && added.contains("Carsat Bretagne"),
        "{added}"
    );
    let nothing = does_to_case(&mut camille, &reference, "ajouter", &[]).await;
    for field in ["benefit", "blockage", "explanation"] {
        assert!(
            nothing.text.contains(&format!("href=\"#ajouter-{field}\"")),
            "{field}: {}",
            nothing.text
        );
    }
    let withdrawn = done(
        &mut camille,
        &reference,
        "retirer-dossier",
        &[("message", "Tout est réglé.")],
    )
    .await;
    assert!(withdrawn.contains("Le dossier est retiré."), "{withdrawn}");
    assert!(
        !withdrawn.contains("/actions/"),
        "nothing is left to do: {withdrawn}"
    );
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_case_is_handed_over_and_who_gave_it_is_told_so() {
    let (hub, pages, mut camille, reference) = followed().await;
    let page = camille.open(&format!("/dossiers/{reference}")).await.text;
    let choices = page.split("id=\"transmettre-opener\"").nth(1).expect("a list");
    let choices = choices.split("</select>").next().unwrap_or_default();
    assert!(
        choices.contains("Yann Le Goff") && !choices.contains("Camille Martin"),
        "{choices}"
    );
    let nobody = does_to_case(
        &mut camille,
        &reference,
        "transmettre",
        &[("message", "Je pars.")],
    )
    .await;
    assert!(
        nobody.text.contains("Choisissez qui suit le dossier"),
        "{}",
        nobody.text
    );
    let to = [("opener", "members/yann.le-goff"), ("message", "Je pars.")];
    let given = does_to_case(&mut camille, &reference, "transmettre", &to).await;
    assert_eq!(given.status, StatusCode::OK);
    assert!(
        given.text.contains("Le dossier est transmis.") && given.text.contains("vous ne le voyez plus"),
        "{}",
        given.text
    );
    let mut yann = signed_in(&pages, "yann.le-goff").await;
    let shown = yann.open(&format!("/dossiers/{reference}")).await;
    assert!(shown.text.contains("suivi par Yann Le Goff"), "{}", shown.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn what_is_done_to_a_whole_case_is_offered_to_who_follows_it_alone() {
    let (hub, pages, mut camille, reference) = followed().await;
    let page = camille.open(&format!("/dossiers/{reference}")).await.text;
    assert_eq!(
        page.matches(&format!("/dossiers/{reference}/actions/")).count(),
        8,
        "{page}"
    );
    let token = camille
        .open("/dossiers/nouveau")
        .await
        .field("/dossiers/nouveau", "jeton");
    let absent = camille
        .send(
            &format!("/dossiers/{reference}/actions/prendre"),
            &[("jeton", token.as_str())],
            &[],
        )
        .await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
    let back = camille
        .open(&format!("/dossiers/{reference}/actions/urgence"))
        .await;
    assert_eq!(back.location, format!("/dossiers/{reference}"));
    let mut claire = signed_in(&pages, "claire.morel").await;
    let page = claire.open(&format!("/dossiers/{reference}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("/actions/"), "{}", page.text);
    let token = claire.open("/equipe").await.field("/equipe", "jeton");
    let forged = [("jeton", token.as_str()), ("message", "Je retire.")];
    let withdrawn = format!("/dossiers/{reference}/actions/retirer-dossier");
    let refused = claire.send(&withdrawn, &forged, &[]).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    assert!(refused.text.contains("Rien n’a été fait"), "{}", refused.text);
    pages.stop().await;
    hub.stop().await;
}
