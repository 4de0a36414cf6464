//! What a list that is open is told.

use std::time::Duration;

use super::*;

/// Longer than it takes until the hub is asked again.
const AT_MOST: Duration = Duration::from_secs(60);

async fn listening(
    browser: &Browser,
    saves: bool,
) -> http::Response<impl http_body_util::BodyExt<Data = Bytes, Error: std::fmt::Debug> + Unpin> {
    let mut request = Request::get(format!("{}/nouvelles", browser.address)).header(COOKIE, &browser.cookie);
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
    assert_eq!(listening(&claire, true).await.status(), StatusCode::NO_CONTENT);

    let mut told = listening(&claire, false).await;
    assert_eq!(told.headers()[CONTENT_TYPE], "text/event-stream");
    // What is there when the list is opened is no news: its number alone is told, for a page that listens again.
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
