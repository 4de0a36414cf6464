//! A person is looked for by name and birth date: however many words the name has, and however colleagues split it.

use declic_tests::people::{self, standard_case};

use super::*;

/// Cases of one reading that do not fit on one page.
const MORE_THAN_A_PAGE: usize = 26;

/// Opens a case of somebody of this name, which the whole team reads, and gives its reference.
async fn opened_for(client: &declic_client::Client, given_name: &str, family_name: &str) -> String {
    let mut case = standard_case();
    case.shared_with_team = true;
    let person = case.person.as_mut().expect("a person");
    person.given_name = given_name.to_owned();
    person.family_name = family_name.to_owned();
    people::open(client, case).await.reference
}

/// Where somebody of this name is looked for, born on the day of the standard case.
fn sought(name: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("q", name)
        .append_pair("birth_date", "14/07/1984");
    format!("/dossiers?{}", query.finish())
}

/// How many lines of a list lead to this case.
fn lines_of(page: &Answer, reference: &str) -> usize {
    let link = format!("href=\"/dossiers/{reference}\"");
    page.text.matches(&link).count()
}

/// Where the next page is.
fn next_of(page: &Answer) -> String {
    let (before, _) = page.text.split_once("\" rel=\"next\"").expect("another page");
    let (_, href) = before.rsplit_once("href=\"").expect("its address");
    href.replace("&#38;", "&")
}

#[tokio::test]
async fn a_name_of_seven_words_is_found_by_all_of_them() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let reference = opened_for(&hub.social_worker(), "Ana Maria", "da Silva dos Santos Ferreira").await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    for (name, lines) in [
        ("Ana Maria da Silva dos Santos Ferreira", 1),
        ("DA SILVA DOS SANTOS FERREIRA Ana Maria", 1),
        ("Ana Maria da Silva dos Santos", 0),
        ("Ana Maria da Silva dos Santos Ferreira Costa", 0),
    ] {
        let page = camille.open(&sought(name)).await;
        assert_eq!(page.status, StatusCode::OK, "{name}: {}", page.text);
        assert_eq!(lines_of(&page, &reference), lines, "{name}: {}", page.text);
    }
    // Longer than any name that the hub takes, wherever it is split.
    let endless = vec!["a".repeat(60); 3].join(" ");
    let page = camille.open(&sought(&endless)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("Aucun dossier pour"), "{}", page.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn a_name_that_two_colleagues_split_in_two_ways_is_found_in_both_cases_each_once() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let own = opened_for(&hub.social_worker(), "Jean Pierre", "Martin").await;
    let other = opened_for(&hub.colleague(), "Jean", "Pierre Martin").await;
    let twice = opened_for(&hub.social_worker(), "Martin", "Martin").await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let page = camille.open(&sought("Jean Pierre Martin")).await;
    for (reference, lines) in [(&own, 1), (&other, 1), (&twice, 0)] {
        assert_eq!(lines_of(&page, reference), lines, "{reference}: {}", page.text);
    }
    let place = |reference: &str| page.text.find(reference).expect("its line");
    assert!(place(&other) < place(&own), "the newest first: {}", page.text);

    // Either way of reading it is the same person.
    let page = camille.open(&sought("Martin Martin")).await;
    assert_eq!(lines_of(&page, &twice), 1, "{}", page.text);
    pages.stop().await;
    hub.stop().await;
}

#[tokio::test]
async fn what_several_readings_find_is_gone_through_to_the_end_of_each() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let (worker, colleague) = (hub.social_worker(), hub.colleague());
    let mut references = vec![opened_for(&worker, "Pierre Martin", "Jean").await];
    for _ in 0..MORE_THAN_A_PAGE {
        references.push(opened_for(&worker, "Jean Pierre", "Martin").await);
        references.push(opened_for(&colleague, "Jean", "Pierre Martin").await);
    }
    let mut camille = signed_in(&pages, "camille.martin").await;
    let first = camille.open(&sought("Jean Pierre Martin")).await;
    let second = camille.open(&next_of(&first)).await;
    for reference in &references {
        let lines = lines_of(&first, reference) + lines_of(&second, reference);
        assert_eq!(lines, 1, "{reference}: {}\n{}", first.text, second.text);
    }
    assert!(!second.text.contains("rel=\"next\""), "{}", second.text);
    pages.stop().await;
    hub.stop().await;
}
