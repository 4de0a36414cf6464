//! A file of members, desks or organisations is taken whole or not at all; every line is told; taken twice it changes nothing.

use std::path::Path;

use declic_client::{Client, Error};
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::fresh;

use crate::commands::refused;

/// The largest file that is taken, in bytes.
const LARGEST_FILE: usize = 204_800;

fn example(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides/import");
    std::fs::read(folder.join(name)).expect("an example of the guide")
}

fn file(content: impl Into<Vec<u8>>) -> v1::ImportDirectoryRequest {
    v1::ImportDirectoryRequest {
        request_id: fresh(),
        file: content.into(),
        reason: "liste de la rentrée".to_owned(),
        validate_only: false,
    }
}

async fn import(client: &Client, content: impl Into<Vec<u8>>) -> v1::ImportDirectoryResponse {
    let answer = client.import_directory(file(content)).await;
    answer.expect("a table")
}

/// Line, effect and what is wrong or changes, of each line.
fn told(answer: &v1::ImportDirectoryResponse) -> Vec<String> {
    let lines = answer.lines.iter().map(|line| {
        let effect = line.outcome().as_str_name().trim_start_matches("IMPORT_OUTCOME_");
        let problems = line
            .problems
            .iter()
            .map(|one| format!("{} {}", one.column, one.problem));
        let detail: Vec<String> = line.columns.iter().cloned().chain(problems).collect();
        format!("{} {effect} {}", line.line, detail.join("; "))
            .trim_end()
            .to_owned()
    });
    lines.collect()
}

async fn changes(client: &Client) -> Vec<v1::DirectoryChange> {
    let listed = client
        .list_directory_changes(v1::ListDirectoryChangesRequest::default())
        .await;
    listed.expect("for administrators").changes
}

async fn problems(client: &Client, content: impl Into<Vec<u8>>) -> String {
    let answer = client.import_directory(file(content)).await;
    let error: Error = answer.map(|answer| answer.lines.len()).expect_err("no table");
    let problems = error
        .violations
        .iter()
        .map(|(field, problem)| format!("{field}: {problem}"));
    problems.collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn the_examples_of_the_guide_are_imported_and_change_nothing_the_second_time() {
    let hub = TestHub::start().await;
    let (jean, soizic) = (hub.administrator(), hub.speaks_as("soizic.le-bihan"));
    for (client, name, created) in [
        (&jean, "structures.csv", 2),
        (&jean, "equipes.csv", 1),
        (&jean, "agents.csv", 3),
        (&soizic, "aidants.csv", 2),
    ] {
        let before = changes(&jean).await.len();
        let trial = v1::ImportDirectoryRequest {
            validate_only: true,
            ..file(example(name))
        };
        let trial = client.import_directory(trial).await.expect("a table");
        assert!(!trial.imported, "{name}");
        assert_eq!(
            changes(&jean).await.len(),
            before,
            "{name}: a trial changes nothing"
        );
        let first = import(client, example(name)).await;
        assert!(first.imported, "{name}: {:?}", told(&first));
        assert_eq!(first.lines, trial.lines, "{name}: the trial says what is done");
        let new = |line: &&v1::ImportedLine| line.outcome() == v1::ImportOutcome::Created;
        assert_eq!(first.lines.iter().filter(new).count(), created, "{name}");
        assert_eq!(changes(&jean).await.len(), before + 1, "{name}: one change");
        let second = import(client, example(name)).await;
        let unchanged = |line: &v1::ImportedLine| line.outcome() == v1::ImportOutcome::Unchanged;
        assert!(second.lines.iter().all(unchanged), "{name}: {:?}", told(&second));
        assert_eq!(changes(&jean).await.len(), before + 1, "{name}: and no other");
    }
    let last = changes(&jean).await.remove(0);
    assert_eq!(last.actor, "members/soizic.le-bihan");
    assert_eq!(last.reason, "liste de la rentrée");
    assert_eq!(last.items, ["members/lena.briand", "members/maud.riou"]);
    let request = v1::GetMemberRequest {
        name: "members/lena.briand".to_owned(),
    };
    let lena = soizic.get_member(request).await.expect("her own").member;
    let lena = lena.expect("a member");
    assert_eq!(lena.display_name, "Léna Briand");
    assert_eq!(lena.organisation, "organisations/ccas-pontivy");
    assert_eq!(lena.role(), v1::Role::SocialWorker);
    hub.stop().await;
}

#[tokio::test]
async fn one_line_refused_refuses_the_file_and_each_says_why() {
    let hub = TestHub::start().await;
    let (jean, soizic) = (hub.administrator(), hub.speaks_as("soizic.le-bihan"));
    let before = changes(&jean).await;
    let content = "\
Identifiant;Nom;Rôle;Structure;Organisme;Équipe
lena.briand;Léna Briand;travailleur social;CCAS de Pontivy;;
camille.martin;Camille Martin-Riou;;;;

louis.perrin;Louis Perrin;;;;
nora.haddad;Nora Haddad;;ccas-pontivy;;
lena.briand;Léna Briand;aidant;ccas-pontivy;;
éric;Éric Le Floch;aidant;ccas-pontivy;;
maud.riou;;aidant;ccas-pontivy;;
anne.le-gall;Anne Le Gall;superviseuse;;;
yves.roux;Yves Roux;agent;caf-56;;
gwen.roux;Gwen Roux;agent;;caf56;acceuil
jos.roux;Jos Roux;agent;;caf-56;acceuil
clock;L’horloge;aidant;ccas-pontivy;;
noe.roux;Noé Roux;superviseur;;;
paul.roux;Paul \"Roux\";aidant;ccas-pontivy;;;;x
";
    let answer = import(&jean, content).await;
    assert!(!answer.imported);
    let lines = told(&answer);
    let expected = [
        "2 CREATED",
        "3 CHANGED Nom",
        "5 REFUSED  has left: a file brings nobody back",
        "6 REFUSED  is of another organisation or agency",
        "7 REFUSED  is at line 2 already: keep one of the two",
        "8 REFUSED Identifiant a member is written",
        "9 REFUSED Nom is required: the name that others see",
        "10 REFUSED Rôle unknown role \"superviseuse\", did you mean \"superviseur\"?",
        "11 REFUSED Structure the directory has no organisation \"caf-56\"",
        "12 REFUSED Organisme the directory has no agency \"caf56\", did you mean \"caf-56\"?",
        "13 REFUSED Équipe the agency has no desk \"acceuil\", did you mean \"accueil\"?",
        "14 REFUSED Identifiant is a name under which the hub acts",
        "15 REFUSED  give it a territory",
        "16 REFUSED  more cells than columns",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(
            line.starts_with(expected),
            "{line}, where {expected} was expected"
        );
    }
    assert_eq!(changes(&jean).await, before, "nothing is imported");

    // Of a manager only the social workers of her organisation.
    let content = "\
identifiant;nom;rôle;structure
lena.briand;Léna Briand;;
maud.riou;Maud Riou;responsable de structure;ccas-pontivy
nora.haddad;Nora Haddad;;
ines.roux;Inès Roux;;france-services-vannes
";
    let lines = told(&import(&soizic, content).await);
    assert_eq!(lines[0], "2 CREATED");
    for line in &lines[1..] {
        assert!(
            line.contains("is of another organisation or agency, or not yours"),
            "{line}"
        );
    }
    let desks = "organisme;équipe\ncaf-56;logement\n";
    let lines = told(&import(&soizic, desks).await);
    assert!(
        lines[0].starts_with("2 REFUSED  your role may not do this"),
        "{lines:?}"
    );
    for client in [hub.caf_agent(), hub.social_worker(), hub.speaks_as("hugo.petit")] {
        let answer = client.import_directory(file(example("aidants.csv"))).await;
        refused(&answer, "PermissionDenied ROLE_FORBIDDEN");
    }
    hub.stop().await;
}

#[tokio::test]
async fn one_request_id_has_one_effect_also_when_the_file_would_be_refused_since() {
    let hub = TestHub::start().await;
    let soizic = hub.speaks_as("soizic.le-bihan");
    let request = file(example("aidants.csv"));
    let first = soizic.import_directory(request.clone()).await.expect("a table");
    assert!(first.imported);
    let end = v1::EndMemberRequest {
        request_id: fresh(),
        name: "members/lena.briand".to_owned(),
        etag: String::new(),
        reason: "mutation".to_owned(),
    };
    soizic.end_member(end).await.expect("her own");
    let again = soizic.import_directory(request.clone()).await;
    assert_eq!(again.expect("the same request"), first);
    let other = v1::ImportDirectoryRequest {
        file: example("agents.csv"),
        ..request
    };
    let other = soizic.import_directory(other).await;
    refused(&other, "FailedPrecondition REQUEST_ID_REUSED");
    hub.stop().await;
}

#[tokio::test]
async fn what_is_no_such_table_is_refused_in_words() {
    let hub = TestHub::start().await;
    let jean = hub.administrator();
    let largest = {
        let heading = "identifiant;nom\n";
        let line = format!("camille.martin;{}\n", "x".repeat(150));
        let mut content = heading.to_owned() + &line.repeat(LARGEST_FILE / line.len() + 1);
        content.truncate(LARGEST_FILE);
        content
    };
    let answer = import(&jean, largest.clone()).await;
    assert!(!answer.imported, "the largest file is read");
    for (content, expected) in [
        (largest.into_bytes(), None),
        (
            b"PK\x03\x04\x14\0\x06\0".to_vec(),
            Some("file: the file is a \"Excel or LibreOffice workbook\""),
        ),
        (
            b"identifiant;nomm\n".to_vec(),
            Some("file: unknown column \"nomm\", did you mean \"nom\"?"),
        ),
        (
            b"nom;r\xf4le\n".to_vec(),
            Some("file: no column says what a line is about"),
        ),
        (Vec::new(), Some("file: the file holds nothing")),
    ] {
        match expected {
            Some(expected) => {
                let told = problems(&jean, content).await;
                assert!(told.contains(expected), "{told}");
            }
            None => {
                let mut beyond = content;
                beyond.push(b'x');
                let told = problems(&jean, beyond).await;
                assert!(told.contains("the file has 204801 bytes"), "{told}");
            }
        }
    }
    hub.stop().await;
}
