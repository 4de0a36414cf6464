//! Backup and restore as `docs/guides/operations.md` says them: the commands of that page are what runs here, on a hub at
//! work, and what comes back is a beginning of what there was.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use declic_proto::v1;
use declic_runtime::{Clock as _, SystemClock};
use declic_tests::cluster::Cluster;
use declic_tests::oracle;
use declic_tests::people::{self, standard_case};
use declic_tests::processes::{Address, Hub, LOOK, built};
use tokio_util::sync::CancellationToken;

/// Cases opened before the backup, and after it.
const SOME: usize = 10;

/// Variables of a shell.
type Variables<'a> = &'a [(&'a str, PathBuf)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_files_taken_at_work_is_restored_to_a_beginning_that_goes_on() {
    let hub = Hub::prepare();
    drill(hub, "### SQLite", &[], || (Hub::prepare(), Vec::new())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_databases_taken_at_work_is_restored_to_a_beginning_that_goes_on() {
    let (here, there) = (Cluster::start(), Cluster::start());
    let variables = server(&here);
    let folder = tempfile::tempdir().expect("a temporary folder");
    succeeds(
        folder.path(),
        &variables,
        "createdb declic && createdb declic_keys",
    );
    drill(on(&here), "### PostgreSQL", &variables, || {
        (on(&there), server(&there))
    })
    .await;
}

/// A hub at work is backed up; a copy is made of it elsewhere, verified, read and worked with.
async fn drill(
    mut hub: Hub,
    heading: &str,
    variables: Variables<'_>,
    elsewhere: impl FnOnce() -> (Hub, Vec<(&'static str, PathBuf)>),
) {
    let blocks = blocks(heading);
    let [back_up, restore] = &blocks[..] else {
        panic!("{heading} says how to back up and how to restore: {blocks:?}");
    };
    hub.start().await;
    let opened: Arc<Mutex<Vec<v1::Confirmation>>> = Arc::default();
    let home = CancellationToken::new();
    let people = tokio::spawn(work(hub.address(), Arc::clone(&opened), home.clone()));
    let count = || opened.lock().expect("no thread panicked with it").len();
    let more = async |than: usize| {
        while count() < than + SOME {
            assert!(!people.is_finished(), "people go on opening cases");
            tokio::time::sleep(LOOK).await;
        }
    };
    more(0).await;
    keep(&hub, "before");
    let before = count();
    succeeds(hub.folder(), variables, back_up);
    more(count()).await;
    let latest = opened.lock().expect("no thread panicked with it").last().cloned();
    sealed(&hub, &latest.expect("cases were opened")).await;
    keep(&hub, "after");
    home.cancel();
    people.await.expect("people were never refused");
    hub.program().stop().await;

    let (mut copy, variables) = elsewhere();
    std::fs::rename(hub.folder().join("backup"), copy.folder().join("backup")).expect("a folder moves");
    succeeds(copy.folder(), &variables, restore);
    copy.start().await;
    verify(&hub, &copy);
    let reader = copy.address().patient("camille.martin");
    let opened = opened.lock().expect("no thread panicked with it").clone();
    let mut there = 0;
    for ticket in &opened {
        let name = ticket.ticket.clone();
        let Ok(read) = reader.get_ticket(v1::GetTicketRequest { name }).await else {
            break;
        };
        assert_eq!(read.ticket.expect("a ticket").name, ticket.ticket);
        there += 1;
    }
    assert!(
        there >= before,
        "{there} of {before} cases answered before the backup are in it"
    );
    sealed(&copy, &opened[there - 1]).await;
    copy.program().stop().await;
    let (whole, part) = (leaves(&hub).await, leaves(&copy).await);
    assert!(part.len() < whole.len(), "the hub went on after its backup");
    assert_eq!(part, whole[..part.len()], "the copy is a beginning of it");

    copy.start().await;
    let social_worker = copy.address().patient("camille.martin");
    let case = people::open(&social_worker, standard_case()).await;
    people::ticket(&social_worker, &case.tickets[0].ticket).await;
    sealed(&copy, &case.tickets[0]).await;
    copy.program().stop().await;
    assert!(leaves(&copy).await.len() > part.len(), "the copy goes on");
}

/// Somebody who opens one case after the other and notes each that is answered, until it is time to go home.
async fn work(hub: Address, opened: Arc<Mutex<Vec<v1::Confirmation>>>, home: CancellationToken) {
    let social_worker = hub.patient("camille.martin");
    while !home.is_cancelled() {
        let case = people::open(&social_worker, standard_case()).await;
        let ticket = case.tickets.into_iter().next().expect("it has a ticket");
        opened.lock().expect("no thread panicked with it").push(ticket);
    }
}

/// Waits until the ledger proves an event: a copy seals once the lease that the backup holds has lapsed.
async fn sealed(hub: &Hub, written: &v1::Confirmation) {
    // One who may read the case: to others an event that is not sealed yet does not exist.
    let reader = hub.address().patient("camille.martin");
    let event: [u8; 16] = written.event_id.as_slice().try_into().expect("16 bytes");
    let proven = reader.evidence(event, &hub.ledger_key()).await;
    proven.expect("the event is sealed");
}

/// What the page says about the copy: it verifies, and continues what was published before the backup and nothing later.
fn verify(hub: &Hub, copy: &Hub) {
    let blocks = blocks("### Verifying the copy");
    let [whole, continued] = &blocks[..] else {
        panic!("two blocks: {blocks:?}");
    };
    let kept = |name: &str| {
        let kept = copy.folder().join("kept");
        let _none_yet = std::fs::remove_dir_all(&kept);
        std::fs::rename(hub.folder().join(name), kept).expect("a folder moves");
    };
    let variables = auditor(copy);
    succeeds(copy.folder(), &variables, whole);
    kept("before");
    succeeds(copy.folder(), &variables, continued);
    kept("after");
    let refused = shell(copy.folder(), &variables, continued);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("a checkpoint was signed for"), "{said}");
}

/// The ledger as it is published now, exported into a folder of the hub's.
fn keep(hub: &Hub, name: &str) {
    let export = format!("declic ledger export {name} --log-key log-key.txt");
    succeeds(hub.folder(), &auditor(hub), &export);
}

/// How an auditor speaks to a hub; the ledger's public key lies in its folder.
fn auditor(hub: &Hub) -> Vec<(&'static str, PathBuf)> {
    let key = hub.ledger_key().to_text();
    std::fs::write(hub.folder().join("log-key.txt"), key).expect("a file");
    vec![
        ("DECLIC_HUB", hub.address().endpoint().into()),
        ("DECLIC_SUBJECT", "ines.fabre".into()),
        ("DECLIC_KEY", people::key_file(hub.folder(), "ines.fabre")),
        ("DECLIC_LANG", "en".into()),
        ("HOME", hub.folder().to_owned()),
    ]
}

async fn leaves(hub: &Hub) -> Vec<Vec<u8>> {
    let found = oracle::check(&hub.config(), &hub.ledger_key(), SystemClock.now()).await;
    found.leaves
}

fn on(cluster: &Cluster) -> Hub {
    let home = server(cluster)[0].1.display().to_string();
    let url = |name| format!("postgres://declic@localhost/{name}?host={home}");
    Hub::prepare_at(&url("declic"), &url("declic_keys"), "")
}

/// How the programs of PostgreSQL reach a server.
fn server(cluster: &Cluster) -> Vec<(&'static str, PathBuf)> {
    let home = cluster
        .socket()
        .parent()
        .expect("a socket is in a folder")
        .to_owned();
    vec![("PGHOST", home), ("PGUSER", "declic".into())]
}

/// The blocks of shell below a heading of the page.
fn blocks(heading: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides/operations.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let (_, below) = page
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("{heading} is not on the page"));
    let section = below.split("\n#").next().unwrap_or(below);
    let blocks = section.split("```sh\n").skip(1);
    blocks
        .filter_map(|block| Some(block.split_once("```")?.0.to_owned()))
        .collect()
}

fn succeeds(folder: &Path, variables: Variables<'_>, script: &str) {
    let output = shell(folder, variables, script);
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{script}\n{}",
        String::from_utf8_lossy(&said)
    );
}

fn shell(folder: &Path, variables: Variables<'_>, script: &str) -> Output {
    let program = built("declic");
    let programs = program.parent().expect("a program is in a folder").display();
    Command::new("bash")
        .args(["-euo", "pipefail", "-c"])
        .arg(format!("PATH={programs}:$PATH\n{script}"))
        .current_dir(folder)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .expect("bash is there")
}
