//! Stories on the command line, as transcripts: what people type, and what the program `declic` answers over a real hub.
//!
//! In a `.txt` file beside this one, `$ ` begins a command; below it stands what went to standard output, after `! ` what
//! went to standard error, and `[n]` the exit code when it is not 0. Lines that begin with `#` are the story. What differs
//! from run to run has a name: `<ref 1>` (usable in commands), `<case 1>`, `<etag 1>` (usable too), `<id>`, `<day>`, `<time>`, `<digest>`, `<url>`.
//!
//! With `DECLIC_RECORD=1` in the environment the transcripts are written anew: read the difference before you keep it.

mod transcript;

use std::path::{Path, PathBuf};

use declic_tests::TestHub;

use transcript::Transcript;

macro_rules! scenarios {
    ($($test:ident: $file:literal;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                plays_as_written($file).await;
            }
        )*

        #[test]
        fn every_transcript_is_played() {
            let entries = std::fs::read_dir(folder()).expect("this folder");
            let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
            let mut found: Vec<String> = names.filter(|name| name.ends_with(".txt")).collect();
            found.sort();
            let mut played = vec![$($file.to_owned()),*];
            played.sort();
            assert_eq!(found, played, "add it to the list in scenarios/main.rs");
        }
    };
}

scenarios! {
    a_case_is_opened_treated_and_closed: "journey.txt";
    a_case_is_read_at_each_step_of_its_life: "steps.txt";
    a_colleague_takes_over_an_urgent_case: "handover.txt";
    an_agency_sends_a_case_on: "redirect.txt";
    the_directory_is_kept_by_command: "directory.txt";
    a_triage_desk_reaches_an_agency_that_is_not_enrolled: "triage.txt";
    a_ticket_is_shared_escalated_and_follows_its_agency: "beside.txt";
    mistakes_and_their_exit_codes: "mistakes.txt";
    a_rule_changes_while_the_hub_serves: "rules.txt";
    the_ledger_is_verified_without_the_hub: "ledger.txt";
    somebody_who_never_wrote_a_rule_writes_one: "rule-mistakes.txt";
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

async fn plays_as_written(file: &str) {
    let path = folder().join(file);
    let written = std::fs::read_to_string(&path).expect("a transcript");
    let hub = TestHub::start().await;
    let mut transcript = Transcript::new(&hub, &folder());
    let played = transcript.play(&written).await;
    hub.stop().await;
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever writes a transcript asks for it by hand"
    )]
    let records = std::env::var_os("DECLIC_RECORD").is_some();
    if records {
        std::fs::write(&path, played).expect("the transcript is written");
    } else {
        assert!(
            played == written,
            "{file} plays otherwise than it is written:\n\n{}",
            difference(&written, &played)
        );
    }
}

/// The lines that differ, each with what was written and what was played.
fn difference(written: &str, played: &str) -> String {
    let (mut before, mut after) = (written.lines(), played.lines());
    let mut told = String::new();
    loop {
        match (before.next(), after.next()) {
            (None, None) => return told,
            (one, other) if one == other => {}
            (one, other) => {
                told.push_str(&format!(
                    "written: {}\nplayed:  {}\n",
                    one.unwrap_or(""),
                    other.unwrap_or("")
                ));
            }
        }
    }
}
