//! What keeps a hub from starting: each is said with what to do, and nothing is written anew.

use super::*;

#[tokio::test]
async fn what_keeps_a_hub_from_starting_says_what_to_do() {
    let house = House::new();
    let running = house.start().await;
    let mut same_port = house.config();
    same_port.server.listen = running.address;
    let refused = house.refusal(same_port).await;
    assert!(
        refused.contains("already in use") && refused.contains("[server] listen"),
        "{refused}"
    );
    running.stop().await.expect("a clean end");

    let master = house.config().keyring.kek_dir.join(secrets::MASTER_FILE);
    let away = master.with_extension("away");
    std::fs::rename(&master, &away).expect("made at the first start");
    let refused = house.refusal(house.config()).await;
    assert!(refused.contains("restore it from its backup"), "{refused}");
    std::fs::rename(&away, &master).expect("ours");

    let directory = house.folder.path().join("directory.toml");
    std::fs::write(&directory, "[[agency]]\nid = \"caf-560\"\nenrolment = \"NONE\"\n").expect("ours");
    let refused = house.refusal(house.config()).await;
    assert!(
        refused.contains("directory.toml:1: caf-560: is no agency"),
        "{refused}"
    );
    assert!(
        check(&house.config()).is_err(),
        "the check says it before the start"
    );

    std::fs::write(
        house.config().store.path,
        "not a database, but long enough to look like a file",
    )
    .expect("ours");
    std::fs::write(&directory, "").expect("ours");
    let refused = house.refusal(house.config()).await;
    assert!(
        refused.contains("[store] path") && refused.contains("is not a database"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_check_says_that_leaving_somebody_out_of_the_file_removes_nobody() {
    let house = House::new();
    let checked = check(&house.config()).expect("a sound directory");
    assert_eq!(
        checked.to_string(),
        "sound, members: 1",
        "there is no database yet"
    );
    house.start().await.stop().await.expect("a clean end");
    let checked = check(&house.config()).expect("a sound directory");
    assert!(
        checked.has_database && checked.to_string().contains("stays enrolled"),
        "{checked}"
    );
}

#[tokio::test]
async fn files_are_held_by_one_hub_and_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let house = House::new();
    let running = house.start().await;
    assert!(house.refusal(house.config()).await.contains("another hub"));
    for name in [
        "hub.sqlite",
        "hub.sqlite-wal",
        "hub.sqlite.lock",
        "keyring.sqlite",
    ] {
        let file = std::fs::metadata(house.folder.path().join("data").join(name)).expect(name);
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
    running.stop().await.expect("a clean end");
    house
        .start()
        .await
        .stop()
        .await
        .expect("the files are free again");
}

#[tokio::test]
async fn a_database_or_a_keyring_that_is_gone_is_not_begun_anew() {
    for (gone, said) in [("hub.sqlite", "the database"), ("keyring.sqlite", "the keyring")] {
        let house = House::new();
        house.start().await.stop().await.expect("a clean end");
        let file = house.folder.path().join("data").join(gone);
        let kept = std::fs::read(&file).expect("it was made");
        std::fs::remove_file(&file).expect("it is there");
        let sentence = house.refusal(house.config()).await;
        assert!(
            sentence.contains(said) && sentence.contains("restore it"),
            "{sentence}"
        );
        let left = std::fs::metadata(&file).map_or(0, |found| found.len());
        assert_eq!(left, 0, "nothing is begun in its place");
        std::fs::write(&file, kept).expect("it is put back");
        house.start().await.stop().await.expect("it holds what it held");
    }
}

#[tokio::test]
async fn keys_and_a_secret_that_are_not_those_of_the_database_are_refused_before_anything_is_served() {
    let house = House::new();
    house.enrol_a_social_worker();
    let running = house.start().await;
    let mut cases = CaseServiceClient::new(channel(&running).await);
    let opened = cases.open_case(signed_as("camille.martin", &worker_key(), opening()));
    opened.await.expect("a case, at the triage desk");
    running.stop().await.expect("a clean end");
    let secrets = house.folder.path().join("secrets");
    let month = SystemClock.now().strftime("%Y-%m.kek").to_string();
    for (name, said) in [
        (
            secrets::MASTER_FILE,
            "is not the secret this database was written with",
        ),
        (month.as_str(), "do not open"),
    ] {
        let file = secrets.join(name);
        let kept = std::fs::read(&file).expect("it was made");
        std::fs::write(&file, format!("{}=\n", "A".repeat(43))).expect("the file is ours");
        let sentence = house.refusal(house.config()).await;
        assert!(sentence.contains(said), "{name}: {sentence}");
        std::fs::write(&file, kept).expect("it is put back");
    }
    house
        .start()
        .await
        .stop()
        .await
        .expect("with its own secrets it starts");
}
