//! `declic ledger …`: the shared log, verified without believing the hub.

use std::path::PathBuf;

use declic_client::Client;
use declic_client::verify::Error as LedgerError;
use declic_ledger::verify::{Report, verify_inclusion};
use declic_ledger::{SignedCheckpoint, VerifierKey};
use declic_proto::v1;
use declic_words::{Arg, Lang};
use serde_json::json;

use super::read_events;
use crate::args::{LedgerCommand, VerifyLedger};
use crate::failure::{Exit, Failure};
use crate::ledger_files::{self, Files};
use crate::names::ticket_name;
use crate::screen::Screen;
use crate::settings::Settings;
use crate::view::hex;

const MAX_TEXT: u64 = 128 * 1024;

/// Runs it.
pub async fn run(command: LedgerCommand, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    match command {
        LedgerCommand::Checkpoint { minimum_size } => checkpoint(minimum_size, settings, screen).await,
        LedgerCommand::Prove {
            event_or_ticket,
            output,
        } => prove(&event_or_ticket, output, settings, screen).await,
        LedgerCommand::Export { directory } => export(directory, settings, screen).await,
        LedgerCommand::Verify(verify) => self::verify(verify, settings, screen).await,
    }
}

async fn checkpoint(minimum_size: u64, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let client = settings.client(lang)?;
    let (signed, verified) = match &settings.log_key {
        Some(key) => {
            let checked = client.checkpoint(minimum_size, &log_key(key, lang)?).await;
            (checked.map_err(|error| failed(lang, &error))?.0, true)
        }
        None => {
            let answer = client
                .get_checkpoint(v1::GetCheckpointRequest { minimum_size })
                .await;
            (
                answer.map_err(|error| Failure::of_call(lang, &error))?.checkpoint,
                false,
            )
        }
    };
    if !verified {
        screen.say(&screen.manner.text("cli-checkpoint-unverified", &[]));
    }
    if !screen.manner.json {
        return screen.show(&signed);
    }
    let parsed =
        SignedCheckpoint::parse(&signed).map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
    let inside = parsed.unverified();
    screen.show_json(&json!({
        "origin": inside.origin,
        "size": inside.size,
        "root": inside.root.to_base64(),
        "signature_verified": verified,
        "checkpoint": signed,
    }))
}

async fn prove(
    typed: &str,
    output: Option<PathBuf>,
    settings: &Settings,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let key = required_key(settings, screen)?;
    let client = settings.client(lang)?;
    let event_id = match event_id(typed) {
        Some(event_id) => event_id,
        None => last_event(&client, typed, screen).await?,
    };
    let evidence = client
        .evidence(event_id, &key)
        .await
        .map_err(|error| failed(lang, &error))?;
    let proof = evidence.to_text();
    let checkpoint = evidence.checkpoint.unverified();
    if let Some(path) = &output {
        let place = path.display().to_string();
        std::fs::write(path, &proof).map_err(|error| Failure::of_io(lang, &place, &error))?;
        let size = Arg::Number(i64::try_from(checkpoint.size).unwrap_or(i64::MAX));
        screen.say(&screen.manner.text(
            "cli-proof-written",
            &[("path", Arg::Text(&place)), ("size", size)],
        ));
    }
    if screen.manner.json {
        return screen.show_json(&json!({
            "event_id": hex(&event_id),
            "index": evidence.index,
            "size": checkpoint.size,
            "root": checkpoint.root.to_base64(),
            "proof": proof,
        }));
    }
    if output.is_some() {
        Ok(())
    } else {
        screen.show(&proof)
    }
}

async fn export(directory: PathBuf, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let key = required_key(settings, screen)?;
    let client = settings.client(lang)?;
    let log = client.log().await.map_err(|error| failed(lang, &error))?;
    let size = log.leaves.len() as u64;
    ledger_files::write(&directory, &log.checkpoint, size, &log.leaves, &key, lang)?;
    let report = ledger_files::verify(&ledger_files::of_folder(&directory, lang)?, &key, lang)?;
    conclude(&report, screen)
}

async fn verify(verify: VerifyLedger, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    if let Some(path) = &verify.proof {
        let key = required_key(settings, screen)?;
        return verify_proof(&ledger_files::read_text(path, MAX_TEXT, lang)?, &key, screen);
    }
    if let Some(folder) = &verify.directory {
        let key = match &settings.log_key {
            Some(key) => log_key(key, lang)?,
            None => {
                let path = folder.join(ledger_files::KEY);
                let key = log_key(&ledger_files::read_text(&path, MAX_TEXT, lang)?, lang)?;
                screen.say(
                    &screen
                        .manner
                        .text("cli-key-of-folder", &[("key", Arg::Text(&key.to_text()))]),
                );
                key
            }
        };
        let report = ledger_files::verify(&ledger_files::of_folder(folder, lang)?, &key, lang)?;
        return conclude(&report, screen);
    }
    let key = required_key(settings, screen)?;
    if let Some(leaves) = verify.leaves {
        let files = Files {
            checkpoints: verify.checkpoint,
            leaves,
        };
        return conclude(&ledger_files::verify(&files, &key, lang)?, screen);
    }
    let mut earlier = Vec::new();
    for path in &verify.checkpoint {
        earlier.push(ledger_files::read_text(path, MAX_TEXT, lang)?);
    }
    let report = settings.client(lang)?.verify_ledger(&key, &earlier).await;
    conclude(&report.map_err(|error| failed(lang, &error))?, screen)
}

fn verify_proof(proof: &str, key: &VerifierKey, screen: &mut Screen) -> Result<(), Failure> {
    let shown = verify_inclusion(proof, key).map_err(|error| {
        Failure::new(Exit::Failure, screen.manner.text("cli-proof-broken", &[])).detail(error.to_string())
    })?;
    let (event_id, checkpoint) = (hex(&shown.leaf.event_id), &shown.checkpoint);
    if screen.manner.json {
        return screen.show_json(&json!({
            "verified": true,
            "event_id": event_id,
            "index": shown.index,
            "size": checkpoint.size,
            "root": checkpoint.root.to_base64(),
            "time_s": shown.leaf.time_s,
        }));
    }
    let time = jiff::Timestamp::from_second(i64::try_from(shown.leaf.time_s).unwrap_or(i64::MAX));
    let moment = time
        .map(|time| declic_words::when::moment(&screen.manner, time))
        .unwrap_or_default();
    let args = [
        ("event", Arg::Text(event_id.as_str())),
        (
            "index",
            Arg::Number(i64::try_from(shown.index).unwrap_or(i64::MAX)),
        ),
        (
            "size",
            Arg::Number(i64::try_from(checkpoint.size).unwrap_or(i64::MAX)),
        ),
        ("moment", Arg::Text(&moment)),
    ];
    let line = screen.manner.text("cli-proof-verified", &args);
    screen.show(&format!("{line}\n"))
}

/// Says what was found. A ledger that does not hold is a failure, with everything that is wrong.
fn conclude(report: &Report, screen: &mut Screen) -> Result<(), Failure> {
    let manner = &screen.manner;
    if report.is_sound() && !report.checkpoints.is_empty() {
        let root = report.root.to_base64();
        if screen.manner.json {
            return screen.show_json(&json!({
                "verified": true,
                "size": report.leaves,
                "root": root,
                "checkpoints": report.checkpoints.len(),
                "unsigned": report.unsigned,
            }));
        }
        let size = Arg::Number(i64::try_from(report.leaves).unwrap_or(i64::MAX));
        let line = manner.text("ledger-verified", &[("size", size), ("root", Arg::Text(&root))]);
        return screen.show(&format!("{line}\n"));
    }
    let failure = Failure::new(Exit::Failure, manner.text("cli-ledger-broken", &[]));
    Err(report
        .findings
        .iter()
        .fold(failure, |failure, finding| failure.detail(finding.to_string())))
}

async fn last_event(client: &Client, typed: &str, screen: &Screen) -> Result<[u8; 16], Failure> {
    let name = ticket_name(client, screen.manner.lang, typed).await?;
    let events = read_events(client, screen, &name).await?;
    let last = events.last().and_then(|event| event_id(&event.event_id));
    last.ok_or_else(|| Failure::new(Exit::NotFound, screen.manner.text("cli-no-event", &[])))
}

/// 32 hexadecimal digits, with or without the hyphens of a UUID.
fn event_id(typed: &str) -> Option<[u8; 16]> {
    uuid::Uuid::try_parse(typed.trim())
        .ok()
        .map(uuid::Uuid::into_bytes)
}

fn required_key(settings: &Settings, screen: &Screen) -> Result<VerifierKey, Failure> {
    match &settings.log_key {
        Some(key) => log_key(key, screen.manner.lang),
        None => Err(Failure::usage(screen.manner.text("cli-missing-log-key", &[]))),
    }
}

/// A verifier key: the text itself, or a file that holds it.
fn log_key(given: &str, lang: Lang) -> Result<VerifierKey, Failure> {
    if let Ok(key) = VerifierKey::parse(given.trim()) {
        return Ok(key);
    }
    let wrong = || {
        Failure::usage(declic_words::text(
            lang,
            "cli-log-key",
            &[("given", Arg::Text(given.trim()))],
        ))
    };
    let content = ledger_files::read_text(given.trim().as_ref(), MAX_TEXT, lang).map_err(|_| wrong())?;
    VerifierKey::parse(content.trim()).map_err(|error| wrong().detail(error.to_string()))
}

fn failed(lang: Lang, error: &LedgerError) -> Failure {
    match error {
        LedgerError::Call(error) => Failure::of_call(lang, error),
        other => Failure::new(Exit::Failure, declic_words::text(lang, "cli-ledger-broken", &[]))
            .detail(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::tests::manner;

    #[tokio::test]
    async fn an_exported_folder_is_verified_offline_with_the_key_it_holds_or_the_one_given() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = ledger_files::tests::export(folder.path(), 4);
        let mut settings = Settings::default();
        for log_key in [
            None,
            Some(key.to_text()),
            Some(folder.path().join("log-key.txt").display().to_string()),
        ] {
            settings.log_key = log_key;
            let mut screen = Screen::new(manner(), Box::new(std::io::sink()), Box::new(std::io::sink()));
            let command = VerifyLedger {
                directory: Some(folder.path().to_owned()),
                checkpoint: Vec::new(),
                leaves: None,
                proof: None,
            };
            verify(command, &settings, &mut screen)
                .await
                .expect("the ledger holds");
        }
    }

    #[test]
    fn an_event_is_named_by_its_digits_with_or_without_hyphens() {
        let plain = event_id("00112233445566778899aabbccddeeff");
        assert_eq!(plain, event_id("00112233-4455-6677-8899-aabbccddeeff"));
        assert!(plain.is_some() && event_id("26-04817-K/1").is_none());
    }
}
