use std::path::Path;
use std::sync::Arc;

use declic_domain::directory::{Matter, Role};
use declic_domain::name::{AgencyId, MemberId};
use declic_domain::policy::reader_scope;
use declic_ledger::Leaf;
use declic_store::Limit;
use declic_store_sqlite::{Options, SqliteKeyring, SqliteStore};
use declic_vault::entropy::Os;
use declic_vault::{KekId, KekSet, Vault};

use super::*;

/// A file that holds, to which each test adds what is wrong.
const SOUND: &str = r#"
[[agency]]
id = "triage-national"
enrolment = "CONSOLE"
[[agency.desk]]
id = "orientation"
name = "Orientation"
[[member]]
id = "aicha.diallo"
name = "Aïcha Diallo"
role = "TRIAGE_AGENT"
agency = "triage-national"
desks = ["orientation"]
keys = ["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"]
"#;

/// The open stores of a hub that has just started.
struct Stores {
    _folder: tempfile::TempDir,
    store: SqliteStore,
    vault: Vault,
}

async fn stores() -> Stores {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keyring = SqliteKeyring::open(folder.path().join("keyring.sqlite"))
        .await
        .expect("a new keyring");
    let store = SqliteStore::open(Options::new(folder.path().join("hub.sqlite")))
        .await
        .expect("a new store");
    let month = KekId::parse("2026-11").expect("a month");
    let keks = KekSet::new(month.clone(), [(month, [3; 32])]).expect("the month has its key");
    let vault = Vault::new(keks, Arc::new(keyring), Box::new(Os));
    Stores {
        _folder: folder,
        store,
        vault,
    }
}

async fn put(stores: &Stores, text: &str) -> Result<Stored, Error> {
    import(&journal(stores), parse(text).expect("a file of the right form")).await
}

fn journal(stores: &Stores) -> Journal<'_> {
    Journal {
        store: &stores.store,
        vault: &stores.vault,
        origin: "declic.example/hub",
        anchor: 0,
        now: "2026-11-22T09:00:00Z".parse().expect("an instant"),
    }
}

/// What the leaves of the journal are, in order.
async fn leaves(stores: &Stores) -> Vec<Kind> {
    let unsealed = stores
        .store
        .unsealed(0, Limit::new(100))
        .await
        .expect("a store that answers");
    unsealed
        .iter()
        .map(|item| Leaf::parse(&item.leaf).expect("a leaf").kind)
        .collect()
}

fn problems(text: &str) -> Vec<String> {
    let problems = parse(text).expect_err("something is wrong");
    problems
        .into_iter()
        .map(|problem| format!("{}: {}", problem.line, problem.what))
        .collect()
}

#[test]
fn the_example_directory_is_sound_and_staffs_its_agencies() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/directory.example.toml");
    let mut directory = Directory::default();
    for item in read(&file).unwrap_or_else(|error| panic!("{error}")) {
        directory.apply(item);
    }
    assert_eq!(directory.check(), Ok(()));
    for (agency, benefit, desk) in [
        ("caf-56", "RSA", "solidarite"),
        ("caf-56", "APL", "accueil"),
        ("carsat-bretagne", "RETRAITE", "retraite"),
        ("msa-portes-de-bretagne", "RSA", "prestations"),
        ("dep-56", "RSA", "insertion"),
    ] {
        let id = AgencyId::parse(agency).expect("an agency's id");
        let found = directory
            .staffed_desk(&id, Matter::of_benefit(benefit))
            .map(|found| found.name.desk().to_owned());
        assert_eq!(found.as_deref(), Some(desk), "{agency} {benefit}");
    }
    assert_eq!(
        directory
            .agencies
            .values()
            .next()
            .map(|agency| agency.name.as_str()),
        Some("Caf du Morbihan")
    );
    let roles: BTreeSet<Role> = directory.members.values().map(|member| member.role).collect();
    assert_eq!(roles.len(), Role::ALL.len(), "the example shows every role");
}

#[test]
fn every_problem_of_a_file_is_told_with_its_line_and_what_to_do() {
    let text = format!(
        "{SOUND}{}",
        r#"
[[agency]]
id = "caf56"
enrolment = "FAX"
[[agency.desk]]
id = "rsa"
name = "RSA"
benefits = ["RSAA"]
[[organisation]]
id = "ccas-vannes"
name = ""
departement = "999"
[[member]]
id = "Camille"
name = "Camille"
role = "HELPER"
keys = ["tooshort"]
desks = ["rsa"]
[[member]]
id = "aicha.diallo"
name = "Aïcha Diallo"
role = "AUDITOR"
keys = ["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"]
"#
    );
    let expected = [
        "16: caf56: desk rsa: \"RSAA\" is no benefit of the catalogue, did you mean RSA?",
        "16: caf56: enrolment \"FAX\": write CONNECTOR, CONSOLE or NONE",
        "16: caf56: is no agency of the tables, did you mean \"caf-56\"?",
        "23: ccas-vannes: \"999\" is no département",
        "23: ccas-vannes: has a name of 0 characters",
        "27: Camille: a member is written members/{id}",
        "27: Camille: a public key is 43 characters",
        "27: Camille: has desks and no agency",
        "27: Camille: role \"HELPER\": write one of SOCIAL_WORKER",
        "33: aicha.diallo: is also at line 8: keep one",
        "33: aicha.diallo: the public key is already known",
    ];
    let found = problems(&text);
    assert_eq!(found.len(), expected.len(), "{}", found.join("\n"));
    for line in expected {
        assert!(
            found.iter().any(|problem| problem.starts_with(line)),
            "{line}\nis not in\n{}",
            found.join("\n")
        );
    }
    assert!(
        found.is_sorted_by_key(|problem| problem.split(':').next().map(str::len)),
        "in the order of the file"
    );
}

#[test]
fn a_text_of_another_form_is_told_with_its_line() {
    assert!(problems("[[agency]]\nid = \"caf-56\"\ncolour = 1\n")[0].contains("colour"));
    assert!(problems("\n\n[[agency\n")[0].starts_with("3: "));
}

#[tokio::test]
async fn what_changed_is_committed_once_and_keys_have_leaves_of_their_own() {
    let stores = stores().await;
    let first = put(&stores, SOUND).await.expect("a sound directory");
    assert_eq!(leaves(&stores).await, [Kind::Event, Kind::AgencyKeyChange]);
    assert_eq!(stored(&stores.store).await.expect("it was stored"), first);
    put(&stores, SOUND).await.expect("the same directory");
    assert_eq!(leaves(&stores).await.len(), 2, "nothing changed");
    let renamed = SOUND.replace("Aïcha Diallo", "Aïcha Diallo-Le Bihan");
    put(&stores, &renamed).await.expect("a sound directory");
    assert_eq!(
        leaves(&stores).await,
        [Kind::Event, Kind::AgencyKeyChange, Kind::Event]
    );
    let journal = stores
        .store
        .journal(&reader_scope(), 0, Limit::new(10))
        .await
        .expect("a journal");
    assert!(
        journal
            .iter()
            .all(|item| item.kind == CHANGED && item.ticket.is_none())
    );
}

#[tokio::test]
async fn nobody_disappears_with_a_line_and_a_defect_writes_nothing() {
    let stores = stores().await;
    put(&stores, SOUND).await.expect("a sound directory");
    let other = SOUND
        .replace("aicha.diallo", "erwan.le-roux")
        .replace("11qY", "12qY");
    let other = other.replace("keys = [\"12qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"]", "");
    let after = put(&stores, &other).await.expect("a sound directory");
    assert_eq!(
        after.directory.members.len(),
        2,
        "who is no longer in the file stays"
    );
    let before = leaves(&stores).await.len();
    let gone = SOUND.replace("desks = [\"orientation\"]", "desks = [\"elsewhere\"]");
    let refused = put(&stores, &gone).await.expect_err("a desk that does not exist");
    assert!(
        matches!(refused, Error::Defect(Defect::Member { .. })),
        "{refused}"
    );
    assert_eq!(leaves(&stores).await.len(), before);
    let aicha = MemberId::parse("aicha.diallo").expect("a member's id");
    let stored = stored(&stores.store).await.expect("a store that answers");
    assert_eq!(
        stored.directory.members.get(&aicha),
        after.directory.members.get(&aicha)
    );
}

#[tokio::test]
async fn of_two_that_bring_the_same_changes_at_once_one_commits_them() {
    let stores = stores().await;
    let (one, other) = tokio::join!(put(&stores, SOUND), put(&stores, SOUND));
    let (one, other) = (one.expect("a sound directory"), other.expect("a sound directory"));
    assert_eq!(one, other);
    assert_eq!(leaves(&stores).await.len(), 2);
}

#[tokio::test]
async fn a_member_leaves_and_comes_back_as_often_as_the_file_says() {
    let stores = stores().await;
    let file = |active: bool| {
        let other = r#"
[[member]]
id = "erwan.le-roux"
name = "Erwan Le Roux"
role = "TRIAGE_AGENT"
agency = "triage-national"
desks = ["orientation"]
"#;
        format!("{SOUND}{other}active = {active}\n")
    };
    put(&stores, &file(true)).await.expect("a sound directory");
    let erwan = MemberId::parse("erwan.le-roux").expect("a member's id");
    for times in 1..4 {
        for active in [false, true] {
            put(&stores, &file(active)).await.expect("a sound directory");
            let stored = stored(&stores.store).await.expect("a store that answers");
            assert_eq!(stored.directory.members[&erwan].active, active, "{times}");
        }
        assert_eq!(leaves(&stores).await.len(), 3 + 2 * times);
    }
}

#[tokio::test]
async fn what_somebody_changed_is_no_longer_changed_by_the_file() {
    let stores = stores().await;
    let before = put(&stores, SOUND).await.expect("a sound directory");
    let aicha = MemberId::parse("aicha.diallo").expect("a member's id");
    let mut changed = before.directory.members[&aicha].clone();
    changed.name = "Aïcha Diallo-Le Bihan".to_owned();
    let change = Change {
        actor: Some(aicha.clone()),
        recorded_at: "2026-11-22T10:00:00Z".parse().expect("an instant"),
        reason: "mariage".to_owned(),
        items: vec![aicha.resource()],
    };
    let items = vec![Item::Member(changed.clone())];
    let commit = sealed(&journal(&stores), &before, change, items).await;
    stores
        .store
        .commit(commit.expect("a sealed change"))
        .await
        .expect("nothing else changed");
    let other = SOUND
        .replace("name = \"Aïcha Diallo\"", "name = \"Aïcha D.\"")
        .replace("name = \"Orientation\"", "name = \"Orientation nationale\"");
    let after = put(&stores, &other).await.expect("a sound directory").directory;
    assert_eq!(after.members[&aicha], changed, "it was changed by command");
    let agency = AgencyId::parse("triage-national").expect("an agency's id");
    let desk = &after.agencies[&agency].desks[0];
    assert_eq!(
        desk.display_name, "Orientation nationale",
        "only the file speaks of it"
    );
    let history = stores.store.directory_changes(None, Limit::new(10)).await;
    let actors: Vec<bool> = history
        .expect("a store that answers")
        .iter()
        .map(|(_, change)| change.actor.is_some())
        .collect();
    assert_eq!(actors, [false, true, false]);
}
