//! A hub that cannot read a stored ruleset, because a hub of another version proposed it: what it tells, what it repeats of
//! what was answered before, by what it decides, and what deciding again comes to.

use std::path::Path;

use declic_client::Client;
use declic_proto::v1;
use declic_routing::Ruleset;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, standard_case};
use sqlx::{Connection as _, SqliteConnection};

/// The rules of the program under another version, with one thing replaced.
fn variant(version: &str, change: impl FnOnce(String) -> String) -> String {
    let file = Ruleset::embedded_file();
    change(file.replacen("version = \"", &format!("version = \"{version}-"), 1))
}

fn proposal(text: String) -> v1::ProposeRulesetRequest {
    v1::ProposeRulesetRequest {
        request_id: fresh(),
        text,
        reason: "essai".to_owned(),
        validate_only: false,
    }
}

fn activation(name: &str, etag: &str) -> v1::ActivateRulesetRequest {
    v1::ActivateRulesetRequest {
        request_id: fresh(),
        name: name.to_owned(),
        etag: etag.to_owned(),
        reason: "essai".to_owned(),
        ..v1::ActivateRulesetRequest::default()
    }
}

/// Makes of every stored file one that only another version of the program reads.
async fn of_another_version(folder: &Path) {
    let database = declic_tests::hub::config(folder).store.path;
    let address = format!("sqlite://{}", database.display());
    let mut connection = SqliteConnection::connect(&address).await.expect("a database");
    let done = sqlx::raw_sql("UPDATE rule_changes SET file = replace(file, 'format = 1', 'format = 2')")
        .execute(&mut connection)
        .await
        .expect("the files change");
    assert!(done.rows_affected() > 0, "a file is stored");
    connection.close().await.expect("a clean end");
}

async fn list(admin: &Client, page_size: i32, page_token: String) -> v1::ListRulesetsResponse {
    let request = v1::ListRulesetsRequest {
        page_size,
        page_token,
    };
    admin.list_rulesets(request).await.expect("a list")
}

async fn previewed(client: &Client) -> String {
    let facts = standard_case().facts;
    let answer = client.preview_routing(v1::PreviewRoutingRequest { facts }).await;
    answer.expect("a preview").decision.expect("a decision").ruleset
}

async fn replayed(client: &Client, name: &str) -> v1::ReplayedDecision {
    let request = v1::ReplayRoutingRequest {
        name: name.to_owned(),
        ticket: 1,
    };
    let mut answer = client.replay_routing(request).await.expect("a replay");
    answer.decisions.remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_cannot_read_a_ruleset_says_so_repeats_its_answers_and_decides_by_what_was_before() {
    let hub = TestHub::start().await;
    let admin = hub.administrator();
    let proposed = proposal(variant("neuf", |file| file));
    let kept = admin.propose_ruleset(proposed.clone()).await.expect("a ruleset");
    let ruleset = kept.ruleset.clone().expect("it");
    assert!(!ruleset.unreadable);
    let activated = activation(&ruleset.name, "0");
    let done = admin
        .activate_ruleset(activated.clone())
        .await
        .expect("it is in force");
    assert_eq!(previewed(&hub.social_worker()).await, ruleset.version);
    let opened = people::open(&hub.social_worker(), standard_case()).await;

    let hub = hub.restart_between(of_another_version).await;
    let admin = hub.administrator();
    assert_eq!(
        previewed(&hub.social_worker()).await,
        Ruleset::embedded().version(),
        "what was before decides"
    );
    let listed = list(&admin, 0, String::new()).await;
    let unreadable: Vec<bool> = listed.rulesets.iter().map(|one| one.unreadable).collect();
    assert_eq!(unreadable, [false, true], "the program's own, then the other one");
    assert_eq!(listed.in_force.expect("places").everywhere, ruleset.name);
    let mut token = String::new();
    for wanted in &listed.rulesets {
        let page = list(&admin, 1, token).await;
        assert_eq!(
            page.rulesets,
            std::slice::from_ref(wanted),
            "a page of one holds one"
        );
        token = page.next_page_token;
    }
    assert_eq!(token, "", "the last page is the last");
    let request = v1::GetRulesetRequest {
        name: ruleset.name.clone(),
    };
    let read = admin.get_ruleset(request).await.expect("it is there");
    assert!(read.ruleset.expect("it").unreadable);

    let again = admin.activate_ruleset(activated.clone()).await;
    assert_eq!(again.expect("what was answered before"), done);
    let anew = v1::ActivateRulesetRequest {
        request_id: fresh(),
        ..activated
    };
    let refused = admin.activate_ruleset(anew).await.expect_err("it cannot be read");
    assert_eq!(refused.reason_name(), "RULES_UNREADABLE");
    let unread = replayed(&hub.social_worker(), &opened.reference).await;
    assert_eq!(unread.outcome(), v1::ReplayOutcome::RulesUnreadable);
    assert!(unread.decided.is_some() && unread.replayed.is_none());
    hub.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deciding_again_tells_what_has_changed_of_the_facts_the_tables_or_the_rules() {
    use v1::ReplayOutcome as O;
    let mut hub = TestHub::start().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let same = replayed(&hub.social_worker(), &opened.reference).await;
    assert_eq!((same.outcome(), same.differences.len()), (O::Same, 0));
    let version = Ruleset::embedded().version();
    let older = version.replacen("2026", "2016", 1);
    for (before, after, wanted) in [
        // Another commune: what the tables said of it then is not what they say now.
        ("56178", "56260", O::Different),
        ("56178", "99999", O::FactsUnread),
        (version, older.as_str(), O::RulesUnknown),
    ] {
        let kept = hub.path("kept.sqlite");
        let database = hub.config().store.path;
        hub = hub
            .restart_between(async |_| {
                std::fs::copy(&database, &kept).expect("a copy");
                in_the_tickets(&database, before, after).await;
            })
            .await;
        let told = replayed(&hub.social_worker(), &opened.reference).await;
        assert_eq!(told.outcome(), wanted);
        assert_eq!(told.replayed.is_some(), wanted == O::Different);
        assert_eq!(!told.differences.is_empty(), wanted == O::Different);
        hub = hub
            .restart_between(async |_| {
                std::fs::copy(&kept, &database).expect("the database is put back");
                for extension in ["sqlite-wal", "sqlite-shm"] {
                    let _absent = std::fs::remove_file(database.with_extension(extension));
                }
            })
            .await;
    }
    hub.stop().await;
}

/// Writes one text for another of the same length, in what is kept of every ticket.
async fn in_the_tickets(database: &Path, before: &str, after: &str) {
    assert_eq!(before.len(), after.len());
    let address = format!("sqlite://{}", database.display());
    let mut connection = SqliteConnection::connect(&address).await.expect("a database");
    let done = sqlx::query("UPDATE tickets SET state = unhex(replace(hex(state), hex($1), hex($2)))")
        .bind(before)
        .bind(after)
        .execute(&mut connection)
        .await
        .expect("the tickets change");
    assert!(done.rows_affected() > 0, "a ticket is stored");
    connection.close().await.expect("a clean end");
}
