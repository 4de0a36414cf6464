//! The ledger verified from outside: an auditor copies it and checks the copy, offline, with the key the operator gave.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use declic_client::{Code, verify};
use declic_ledger::leaf::Leaf;
use declic_ledger::verify::Report;
use declic_ledger::{SignerKey, VerifierKey};

use super::folder::Folder;
use super::house::House;
use super::people::AUDITOR;
use super::story::Happened;
use crate::failure::{Exit, Failure};
use crate::ledger_files;
use crate::screen::Manner;

/// Far longer than a round of the sealer.
const SEALED_WITHIN: Duration = Duration::from_secs(10);

const ASK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// What the auditor found.
pub struct Audit {
    pub report: Report,
    /// Where the copy is.
    pub copy: PathBuf,
}

/// Copies the ledger, verifies the copy, and looks for every event of the story in it.
pub async fn audit(
    folder: &Folder,
    house: &House,
    happened: &Happened,
    manner: &Manner,
) -> Result<Audit, Failure> {
    let lang = manner.lang;
    let broken =
        |what: String| Failure::new(Exit::Failure, manner.text("cli-ledger-broken", &[])).detail(what);
    // The key comes from the operator's own file: a server that lies about its log would lie about its key.
    let key = operators_key(folder, lang)?;
    if key.to_text() != house.ledger_key() {
        return Err(broken(manner.text("demo-other-key", &[])));
    }
    let client = house.client(folder, AUDITOR)?;
    if let Some(last) = happened.events.iter().max_by_key(|event| event.at)
        && let Ok(event_id) = <[u8; 16]>::try_from(last.id.as_slice())
    {
        // Waits until the last event is published, and checks its proof on the way. An auditor sees no event before it is
        // sealed: until then there is none.
        let begun = Instant::now();
        while let Err(error) = client.evidence(event_id, &key).await {
            let unsealed = matches!(&error, verify::Error::Call(call) if call.code == Code::NotFound);
            if !unsealed || begun.elapsed() > SEALED_WITHIN {
                return Err(broken(error.to_string()));
            }
            tokio::time::sleep(ASK_AGAIN_AFTER).await;
        }
    }
    let log = client.log().await.map_err(|error| broken(error.to_string()))?;
    let (copy, size) = (folder.path("ledger"), log.leaves.len() as u64);
    ledger_files::write(&copy, &log.checkpoint, size, &log.leaves, &key, lang)?;
    let report = ledger_files::verify(&ledger_files::of_folder(&copy, lang)?, &key, lang)?;
    if !report.is_sound() || report.checkpoints.is_empty() {
        let findings = report.findings.iter().map(ToString::to_string);
        return Err(findings.fold(broken(copy.display().to_string()), Failure::detail));
    }
    let sealed = log.leaves.iter().filter_map(|leaf| Leaf::parse(leaf).ok());
    let sealed: HashSet<Vec<u8>> = sealed.map(|leaf| leaf.event_id.to_vec()).collect();
    if happened.events.iter().any(|event| !sealed.contains(&event.id)) {
        return Err(broken(manner.text("demo-unsealed", &[])));
    }
    Ok(Audit { report, copy })
}

fn operators_key(folder: &Folder, lang: declic_words::Lang) -> Result<VerifierKey, Failure> {
    let file = folder.ledger_key_file();
    let place = file.path().display().to_string();
    let secret = file
        .read()
        .map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
    let signer = SignerKey::parse(secret.expose().trim());
    let args = [("given", declic_words::Arg::Text(place.as_str()))];
    signer
        .map(|signer| signer.verifier())
        .map_err(|_| Failure::new(Exit::Failure, declic_words::text(lang, "cli-log-key", &args)))
}
