//! Who is away: said in days, once, and taken back by the person.

use super::*;

/// Sends the form of an absence, as the page of the team carries it.
async fn away(browser: &mut Browser, page: &Answer, fields: &[Pair<'_>]) -> Answer {
    let (token, request) = (page.field("/equipe", "jeton"), page.field("/equipe", "demande"));
    let own = [("jeton", token.as_str()), ("demande", request.as_str())];
    let all: Vec<Pair<'_>> = own.into_iter().chain(fields.iter().copied()).collect();
    browser.send("/equipe", &all, &[]).await
}

#[tokio::test]
async fn an_absence_is_said_in_days_recorded_once_and_taken_back() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut claire = signed_in(&pages, "claire.morel").await;
    let days = [
        ("depuis", "1/12/2050"),
        ("jusqu", "2/12/2050"),
        ("remplacant", "members/hugo.petit"),
    ];
    let page = claire.open("/equipe").await;
    for _ in 0..2 {
        let recorded = away(&mut claire, &page, &days).await;
        assert_eq!(recorded.status, StatusCode::SEE_OTHER, "{}", recorded.text);
    }
    let day = [("depuis", "24/12/2050"), ("jusqu", "24/12/2050")];
    let page = claire.open("/equipe").await;
    assert_eq!(away(&mut claire, &page, &day).await.status, StatusCode::SEE_OTHER);

    let shown = claire.open("/equipe").await;
    let said = "Du 1er décembre 2050 au 2 décembre 2050\u{a0}; remplacement\u{a0}: Hugo Petit";
    assert!(shown.text.contains(said), "{}", shown.text);
    assert!(shown.text.contains("Le 24 décembre 2050"), "{}", shown.text);
    assert_eq!(
        shown.text.matches("value=\"retirer\"").count(),
        2,
        "{}",
        shown.text
    );

    // The first form of the list is that of the first absence.
    let first = ["jeton", "demande", "debut", "fin"].map(|name| (name, shown.field("/equipe", name)));
    let mut fields: Vec<Pair<'_>> = first
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    fields.push(("etape", "retirer"));
    for _ in 0..2 {
        let removed = claire.send("/equipe", &fields, &[]).await;
        assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.text);
    }
    let left = claire.open("/equipe").await;
    assert_eq!(left.text.matches("value=\"retirer\"").count(), 1, "{}", left.text);
    assert!(left.text.contains("Le 24 décembre 2050"), "{}", left.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn an_absence_that_cannot_be_is_said_beside_its_day() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    // Social workers are away too.
    let mut camille = signed_in(&pages, "camille.martin").await;
    let page = camille.open("/equipe").await;
    for (from, until, said) in [
        ("10/3/2020", "12/3/2020", "Ce jour est passé"),
        ("2/12/2050", "1/12/2050", "échangez-les"),
        ("31/02/2050", "3/3/2050", "Ce jour n’existe pas"),
        ("demain", "3/3/2050", "l’année sur 4 chiffres"),
    ] {
        let refused = away(&mut camille, &page, &[("depuis", from), ("jusqu", until)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{from} {until}");
        assert!(refused.text.contains(said), "{}", refused.text);
    }
    let days = [("depuis", "1/12/2050"), ("jusqu", "2/12/2050")];
    assert_eq!(
        away(&mut camille, &page, &days).await.status,
        StatusCode::SEE_OTHER
    );
    pages.stop().await;
    hub.stop().await;
}
