//! `docs/guides/changing-a-rule.md` and the program agree: the commands of the page run as they stand there, and files
//! that an editor saved otherwise are told how to be saved.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/changing-a-rule.md");
    std::fs::read_to_string(page).expect("the page")
}

/// The blocks of a language below the heading of a step.
fn blocks(step: &str, language: &str) -> Vec<String> {
    let page = page();
    let (_, below) = page
        .split_once(&format!("\n## {step}"))
        .expect("the step is on the page");
    let section = below.split("\n## ").next().unwrap_or(below);
    let fence = format!("```{language}\n");
    let blocks = section.split(&fence).skip(1);
    let blocks = blocks.filter_map(|block| Some(block.split_once("```")?.0.to_owned()));
    blocks.collect()
}

/// A script as whoever reads the page types it, in French.
fn run(folder: &Path, script: &str) -> Output {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_declic"));
    let programs = program.parent().expect("a program is in a folder").display();
    Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{programs}:/usr/bin:/bin"))
        .env("HOME", "/nonexistent")
        .env("DECLIC_LANG", "fr")
        .output()
        .expect("bash is there")
}

fn said(output: &Output) -> String {
    let said = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8(said).expect("text").replace('\u{a0}', " ")
}

fn succeeds(folder: &Path, script: &str) -> String {
    let output = run(folder, script);
    assert!(output.status.success(), "{script}\n{}", said(&output));
    said(&output)
}

#[test]
fn the_steps_of_the_page_change_a_rule_as_it_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    for block in blocks("1.", "sh") {
        succeeds(folder, &block);
    }
    let file = folder.join("regles.toml");
    let rules = std::fs::read_to_string(&file).expect("the rules in force");
    let [begins, ends] = &blocks("2.", "toml")[..] else {
        panic!("the page shows how a rule begins, and the line to give it");
    };
    assert!(
        rules.contains(begins.as_str()),
        "the rule begins otherwise than the page says"
    );
    let mut changed = rules.clone();
    for name in ["family.seignanx", "family.seignanx-regime"] {
        let at = changed
            .find(&format!("name = \"{name}\"\n"))
            .expect("the rule is there");
        let rank = at + changed[at..].find("rank = 40\n").expect("its rank") + "rank = 40\n".len();
        changed.insert_str(rank, ends);
    }
    std::fs::write(&file, changed).expect("the rules are saved");
    for block in blocks("3.", "sh") {
        let told = succeeds(folder, &block);
        assert!(told.contains("prend fin le 31 décembre 2026"), "{told}");
    }
    for block in blocks("4.", "sh") {
        let told = succeeds(folder, &block);
        assert!(told.contains("Caf des Landes"), "{told}");
    }
    let case = blocks("5.", "json").concat();
    std::fs::write(folder.join("dossiers.jsonl"), case).expect("the cases are saved");
    let [generated, real] = &blocks("5.", "sh")[..] else {
        panic!("the page rehearses invented cases, then real ones");
    };
    // So many that some live in the eight communes, and few enough for a program that is not optimised.
    let told = succeeds(folder, &format!("{} --cases 20000", generated.trim_end()));
    assert!(told.contains("Sur 20\u{202f}000 dossiers"), "{told}");
    let told = succeeds(folder, real);
    assert!(told.contains("Caf des Landes"), "{told}");
}

#[test]
fn a_file_that_is_not_the_text_of_rules_is_told_how_to_be_saved() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let rules = declic_routing::Ruleset::embedded_file();
    let utf16: Vec<u8> = ['\u{feff}']
        .into_iter()
        .chain(rules.chars())
        .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
        .flat_map(u16::to_le_bytes)
        .collect();
    let ansi: Vec<u8> = rules.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    let refused: [(&str, Vec<u8>, &str); 5] = [
        (
            "utf16",
            utf16,
            "choisissez « Enregistrer sous », puis l’encodage UTF-8",
        ),
        (
            "ansi",
            ansi,
            "choisissez « Enregistrer sous », puis l’encodage UTF-8",
        ),
        ("long", vec![b'#'; 2 << 20], "dépasse 1 Mio"),
        ("word", b"PK\x03\x04 and more".to_vec(), "traitement de texte"),
        ("empty", Vec::new(), "le fichier est vide"),
    ];
    for (name, bytes, wanted) in refused {
        std::fs::write(folder.join(name), bytes).expect("a file");
        let output = run(folder, &format!("declic routing check {name}"));
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(said(&output).contains(wanted), "{}", said(&output));
    }
    let output = run(folder, "declic routing check .");
    assert!(said(&output).contains("c’est un dossier"), "{}", said(&output));
    let of_windows = format!("\u{feff}{}", rules.replace('\n', "\r\n"));
    std::fs::write(folder.join("windows"), of_windows).expect("a file");
    succeeds(folder, "declic routing check windows");
}

#[test]
fn programs_get_a_code_and_a_place_for_each_mistake_and_remark() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    std::fs::write(folder.join("wrong"), "format = 1\nversion = caf\n").expect("a file");
    let output = run(folder, "declic routing check wrong --json");
    let told: serde_json::Value = serde_json::from_slice(&output.stderr).expect("JSON");
    let finding = &told["error"]["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["line"], &finding["column"]),
        (&"NO_QUOTES".into(), &2.into(), &11.into())
    );
    let output = run(folder, "declic routing check --json --on-date 2026-12-01");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let soon = told["remarks"]
        .as_array()
        .expect("remarks")
        .iter()
        .find(|remark| remark["code"] == "ENDS_SOON");
    assert_eq!(soon.expect("a rule ends soon")["until"], "2026-12-31");
}
