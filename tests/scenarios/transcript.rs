//! Playing a transcript: each command is run, and what it says is written with names for what differs from run to run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use declic_ledger::SignerKey;
use declic_tests::{TestHub, people};
use jiff::ToSpan as _;
use tokio::process::Command;

/// What plays commands against one hub, in its folder.
pub struct Transcript {
    endpoint: String,
    log_key: String,
    folder: PathBuf,
    names: Names,
}

/// Values that were named, by kind in the order they came.
#[derive(Default)]
struct Names {
    references: Vec<String>,
    cases: Vec<String>,
    etags: Vec<String>,
    words: BTreeMap<String, &'static str>,
}

impl Transcript {
    /// Over this hub, with the input files (`*.json`, `*.csv`) of this folder, their days made current, the rules of this
    /// release with those of each `*.toml` at their beginning, and the lists that the guide gives as examples.
    pub fn new(hub: &TestHub, inputs: &Path) -> Self {
        let mut names = Names::default();
        for entry in std::fs::read_dir(inputs).expect("the folder of scenarios") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let text = std::fs::read_to_string(&path).expect("an input");
                let current = text
                    .replace("{yesterday}", &(people::today() - 1.days()).to_string())
                    .replace("{in a year}", &(people::today() + 365.days()).to_string());
                std::fs::write(
                    hub.path(path.file_name().and_then(|name| name.to_str()).expect("a name")),
                    current,
                )
                .expect("a file");
            }
            if path.extension().is_some_and(|extension| extension == "csv") {
                copy(&path, hub);
            }
            if path.extension().is_some_and(|extension| extension == "toml") {
                let rules = with_rules(&std::fs::read_to_string(&path).expect("an input"));
                if let Ok(read) = declic_routing::Ruleset::parse(&rules) {
                    names.words.insert(read.version().to_owned(), "<rules>");
                }
                let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
                std::fs::write(hub.path(name), rules).expect("a file");
            }
        }
        for entry in std::fs::read_dir(inputs.join("../../docs/guides/import")).expect("the examples") {
            copy(&entry.expect("an entry").path(), hub);
        }
        std::fs::write(hub.path("liste.xlsx"), b"PK\x03\x04\x14\0\x06\0").expect("a file");
        let other = SignerKey::from_seed("declic.example/other", &[1; 32]).expect("a key's name");
        std::fs::write(hub.path("another-hub.key"), other.verifier().to_text()).expect("a file");
        let (changed, faulty) = (changed_rules(), changed_rules().replacen("2027.1-essai", "", 1));
        for (file, rules) in [("rules.toml", &changed), ("faulty.toml", &faulty)] {
            std::fs::write(hub.path(file), rules).expect("a file");
        }
        let changed = declic_routing::Ruleset::parse(&changed).expect("rules that are read");
        let hash = changed.digest().to_string();
        names.words.insert(changed.version().to_owned(), "<new rules>");
        names.words.insert(hash[..12].to_owned(), "<new hash>");
        names.words.insert(hub.endpoint(), "<url>");
        let rules = declic_routing::Ruleset::embedded().version();
        names.words.insert(rules.to_owned(), "<rules>");
        names
            .words
            .insert(people::today().strftime("%d/%m").to_string(), "<day>");
        names.words.insert(hub.folder().display().to_string(), "<folder>");
        Self {
            endpoint: hub.endpoint(),
            log_key: hub.running().ledger_key.clone(),
            folder: hub.folder().to_owned(),
            names,
        }
    }

    /// Plays every command of a transcript and writes the transcript anew.
    pub async fn play(&mut self, written: &str) -> String {
        let mut played = String::new();
        for line in written.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                played.push_str(&format!("{line}\n"));
                played.push_str(&self.run(command).await);
            } else if line.starts_with('#') {
                // A story begins after an empty line.
                let gap = if played.is_empty() || played.ends_with("#\n") {
                    ""
                } else {
                    "\n"
                };
                let gap = if played.lines().last().is_some_and(|last| last.starts_with('#')) {
                    ""
                } else {
                    gap
                };
                played.push_str(&format!("{gap}{line}\n"));
            }
        }
        played
    }

    async fn run(&mut self, command: &str) -> String {
        let words = split(&self.names.given_back(command));
        let [program, arguments @ ..] = words.as_slice() else {
            panic!("an empty command")
        };
        assert_eq!(
            program, "declic",
            "a transcript types the program declic and no other"
        );
        let subject = arguments.iter().skip_while(|word| *word != "--as").nth(1);
        let mut process = Command::new(binary());
        process
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", "/nonexistent")
            .env("DECLIC_HUB", &self.endpoint)
            .env("DECLIC_LOG_KEY", &self.log_key)
            .env("DECLIC_TIME_ZONE", "UTC")
            .stdin(Stdio::null());
        if let Some(subject) = subject {
            process.env("DECLIC_KEY", people::key_file(&self.folder, subject));
        }
        let ended = process.output().await.expect("the program starts");
        let mut said = String::new();
        for (stream, mark) in [(ended.stdout, ""), (ended.stderr, "! ")] {
            for line in unfolded(&String::from_utf8(stream).expect("text")) {
                said.push_str(&format!("{mark}{}\n", self.names.of(&line)));
            }
        }
        match ended.status.code() {
            Some(0) => said,
            Some(code) => format!("{said}[{code}]\n"),
            None => panic!("the program was killed: {said}"),
        }
    }
}

/// Puts an input beside the commands.
fn copy(path: &Path, hub: &TestHub) {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    std::fs::copy(path, hub.path(name)).expect("a file");
}

/// The rules of the program, but for who pays the RSA: whoever decides it.
fn changed_rules() -> String {
    let file = declic_routing::Ruleset::embedded_file();
    let (before, rsa) = file.split_once("[benefit.RSA]").expect("the line of the RSA");
    let (_, rest) = before.split_once("\nversion = \"").expect("a version");
    let (_, rest) = rest.split_once('"').expect("its end");
    let rsa = rsa.replacen("pays = \"family\"", "pays = \"rsa_decision\"", 1);
    format!("format = 1\nversion = \"2027.1-essai\"{rest}[benefit.RSA]{rsa}")
}

impl Names {
    /// A line of output with names for what differs from run to run.
    fn of(&mut self, line: &str) -> String {
        let mut named = digests(&days_in_words(&days_in_digits(line)));
        for (word, name) in &self.words {
            named = named.replace(word, name);
        }
        let mut out = String::new();
        let mut rest = named.as_str();
        while let Some(start) = rest.find(is_of_a_token) {
            out.push_str(&rest[..start]);
            let end = rest[start..]
                .find(|c| !is_of_a_token(c))
                .map_or(rest.len(), |length| start + length);
            out.push_str(&self.token(&rest[start..end]));
            rest = &rest[end..];
            if out.ends_with("<day>") {
                rest = without_fraction(rest);
            }
        }
        out.push_str(rest);
        out.trim_end().to_owned()
    }

    /// A run of letters, digits and what joins them.
    fn token(&mut self, token: &str) -> String {
        if is_reference(token) {
            return format!("<ref {}>", place(&mut self.references, token));
        }
        match shape(token).as_str() {
            // A UUID of version 7 is a case's in these transcripts, any other an id.
            "8-4-4-4-12" if token.as_bytes()[14] == b'7' => {
                format!("<case {}>", place(&mut self.cases, token))
            }
            "8-4-4-4-12" => "<id>".to_owned(),
            _ if is_etag(token) => format!("<etag {}>", place(&mut self.etags, token)),
            _ if is_day(token) => "<day>".to_owned(),
            _ if is_time(token) => "<time>".to_owned(),
            _ if token.len() == 32 && token.chars().all(|c| c.is_ascii_hexdigit()) => "<id>".to_owned(),
            _ if token.len() >= 43 && token.chars().any(|c| c.is_ascii_digit()) => "<digest>".to_owned(),
            _ => token.to_owned(),
        }
    }

    /// A command with the values its names stand for.
    fn given_back(&self, command: &str) -> String {
        let mut typed = command
            .replace("{today}", &people::mainland_today().to_string())
            .replace(
                "{in a year}",
                &(people::mainland_today() + 365.days()).to_string(),
            );
        for (kind, values) in [
            ("ref", &self.references),
            ("case", &self.cases),
            ("etag", &self.etags),
        ] {
            for (number, value) in (1..).zip(values) {
                typed = typed.replace(&format!("<{kind} {number}>"), value);
            }
        }
        typed
    }
}

/// Lines that were folded to the width of a page, in one piece: where they fold depends on the day.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        // The lines of a table's cell stand further right, and stay.
        let folded = line
            .strip_prefix(FOLD)
            .is_some_and(|rest| !rest.starts_with([' ', '│']));
        match lines.last_mut().filter(|_| folded) {
            Some(last) => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Where the pages of the program put the text beside a label.
const FOLD: &str = "                ";

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// Days and times in words, when they are not before this year: `le 22 novembre 2026 à 9 h 59`.
fn days_in_words(line: &str) -> String {
    let words: Vec<&str> = line.split([' ', '\u{a0}', '\u{202f}']).collect();
    let this_year = people::today().year();
    let is_number = |index: usize| {
        words
            .get(index)
            .is_some_and(|word| word.trim_end_matches(',').parse::<u8>().is_ok())
    };
    let mut named: Vec<&str> = Vec::new();
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let month = words.get(index + 1).is_some_and(|word| MONTHS.contains(word));
        let year = words
            .get(index + 2)
            .and_then(|word| word.trim_end_matches([',', '.']).parse::<i16>().ok());
        if (is_number(index) || *word == "1er") && month && year.is_some_and(|year| year >= this_year) {
            named.push("<day>");
            index += 3;
            if words.get(index) == Some(&"à") && is_number(index + 1) && words.get(index + 2) == Some(&"h") {
                named.extend(["à", "<time>"]);
                index += 3 + usize::from(is_number(index + 3));
            }
        } else {
            named.push(word);
            index += 1;
        }
    }
    if named.len() == words.len() {
        line.to_owned()
    } else {
        named.join(" ")
    }
}

/// Days of a table, when they are near: `24/11/2026`.
fn days_in_digits(line: &str) -> String {
    let near = people::today()..people::today() + 60.days();
    let is_near = |word: &str| {
        let day = jiff::civil::Date::strptime("%d/%m/%Y", word);
        word.len() == 10 && day.is_ok_and(|day| near.contains(&day))
    };
    let words = line
        .split(' ')
        .map(|word| if is_near(word) { "<day>" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// Hashes in base64, 44 characters with their padding.
fn digests(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        if word.len() == 44 && word.ends_with('=') {
            "<digest>"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_of_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '+' | '=' | '_')
}

/// Lengths of the hexadecimal parts between hyphens.
fn shape(token: &str) -> String {
    let parts = token.split('-').map(|part| {
        if part.chars().all(|c| c.is_ascii_hexdigit()) {
            part.len().to_string()
        } else {
            "x".to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("-")
}

/// The etag of an item of the directory: most of the numbers of 64 bits have as many digits.
fn is_etag(token: &str) -> bool {
    token.len() >= 15 && token.chars().all(|c| c.is_ascii_digit())
}

/// `26-04817-K`.
fn is_reference(token: &str) -> bool {
    let parts: Vec<&str> = token.split('-').collect();
    let digits = |part: &str, count| part.len() == count && part.chars().all(|c| c.is_ascii_digit());
    matches!(parts.as_slice(), [year, number, check] if digits(year, 2) && digits(number, 5) && check.len() == 1)
}

/// `2026-11-22`, with or without a time after it.
fn is_day(token: &str) -> bool {
    token
        .get(..10)
        .is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

/// `10:05`, with or without seconds.
fn is_time(token: &str) -> bool {
    let parts: Vec<&str> = token.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts
            .iter()
            .all(|part| part.len() == 2 && part.chars().all(|c| c.is_ascii_digit()))
}

/// What follows a time written to the microsecond.
fn without_fraction(rest: &str) -> &str {
    let digits = rest
        .strip_prefix('.')
        .map(|fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    digits.and_then(|after| after.strip_prefix('Z')).unwrap_or(rest)
}

/// The rules of this release with others before them: their lines do not move when a release changes its own.
fn with_rules(others: &str) -> String {
    let file = declic_routing::Ruleset::embedded_file();
    let tables = file.find("\n[").expect("it has tables");
    format!("format = 1\nversion = \"essai\"\n\n{others}{}", &file[tables..])
}

/// Number of a value among those of its kind, from 1.
fn place(values: &mut Vec<String>, value: &str) -> usize {
    let known = values.iter().position(|known| known == value);
    known.unwrap_or_else(|| {
        values.push(value.to_owned());
        values.len() - 1
    }) + 1
}

/// Words as a shell splits them, as far as these transcripts go: double quotes hold a word together.
fn split(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in command.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// The program, which cargo puts beside the folder of the tests.
fn binary() -> PathBuf {
    let tests = std::env::current_exe().expect("a test is a program");
    let folder = tests.parent().and_then(Path::parent).expect("a folder of cargo");
    let binary = folder.join("declic");
    assert!(
        binary.exists(),
        "{} is missing: run `cargo build -p declic-cli`, or the tests of the whole workspace",
        binary.display()
    );
    binary
}
