//! What a list that is open is told.

use std::time::Duration;

use super::*;

/// Longer than it takes until the hub is asked again.
const AT_MOST: Duration = Duration::from_secs(60);

async fn listening(
    browser: &Browser,
    path: &str,
    saves: bool,
) -> http::Response<impl http_body_util::BodyExt<Data = Bytes, Error: std::fmt::Debug> + Unpin> {
    let mut request = Request::get(format!("{}{path}", browser.address)).header(COOKIE, &browser.cookie);
    if saves {
        request = request.header("save-data", "on");
    }
    let request = request.body(Full::new(Bytes::new())).expect("a request");
    browser.client.request(request).await.expect("an answer")
}

async fn frame_of<B>(told: &mut http::Response<B>) -> String
where
    B: http_body_util::BodyExt<Data = Bytes, Error: std::fmt::Debug> + Unpin,
{
    let frame = tokio::time::timeout(AT_MOST, told.body_mut().frame()).await;
    let frame = frame.expect("it is told").expect("a frame").expect("whole");
    String::from_utf8(frame.into_data().expect("data").to_vec()).expect("text")
}

#[tokio::test]
async fn an_agency_s_list_is_told_how_many_came_and_never_which() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let claire = signed_in(&pages, "claire.morel").await;
    assert_eq!(
        listening(&claire, "/nouvelles", true).await.status(),
        StatusCode::NO_CONTENT
    );

    let mut told = listening(&claire, "/nouvelles", false).await;
    assert_eq!(told.headers()[CONTENT_TYPE], "text/event-stream");
    // What is there is no news to a page that does not know it: its number alone is told, for when it listens again.
    assert_eq!(frame_of(&mut told).await, "event: before\ndata: 0\n\n");
    let quiet = tokio::time::timeout(Duration::from_secs(2), told.body_mut().frame()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    let reference = opened(&mut camille).await;
    let text = frame_of(&mut told).await;
    assert_eq!(text, "event: news\ndata: Une demande de plus vous attend.\n\n");
    assert!(!text.contains(&reference));

    // A page that listens holds up nobody who stops the pages.
    tokio::time::timeout(AT_MOST, pages.stop())
        .await
        .expect("it stops");
    hub.stop().await;
}

/// What the script of a list asks for, with the number that the list was made with.
fn asked_by(list: &Answer) -> String {
    let of = |name: &str| {
        let value = list.text.split(&format!(" {name}=\"")).nth(1);
        value.and_then(|value| value.split('"').next())
    };
    let (path, before) = (of("data-news"), of("data-before"));
    format!(
        "{}?avant={}",
        path.expect("it listens"),
        before.expect("it says what it knows")
    )
}

#[tokio::test]
async fn what_came_while_a_list_did_not_listen_is_told_when_it_does() {
    let hub = TestHub::start_with_invented(PEOPLE).await;
    let pages = Pages::over(&hub).await;
    let mut camille = signed_in(&pages, "camille.martin").await;
    let mut claire = signed_in(&pages, "claire.morel").await;
    opened(&mut camille).await;
    let asked = asked_by(&claire.open("/organisme/dossiers").await);
    assert_eq!(asked, "/nouvelles?avant=1");

    // In a tab that nobody has looked at yet, on a line that is cut, while the console starts anew.
    opened(&mut camille).await;
    // The first connection of the page, then another one of the same page.
    for _ in 0..2 {
        let mut told = listening(&claire, &asked, false).await;
        let text = frame_of(&mut told).await;
        assert_eq!(text, "event: news\ndata: Une demande de plus vous attend.\n\n");
    }

    // A list that is made anew shows it, and is told nothing; of one that knew more, the number of now is the fewest.
    let asked = asked_by(&claire.open("/organisme/dossiers").await);
    assert_eq!(asked, "/nouvelles?avant=2");
    let mut told = listening(&claire, &asked, false).await;
    let quiet = tokio::time::timeout(Duration::from_secs(2), told.body_mut().frame()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    let mut told = listening(&claire, "/nouvelles?avant=5", false).await;
    assert_eq!(frame_of(&mut told).await, "event: before\ndata: 2\n\n");
    pages.stop().await;
    hub.stop().await;
}
