//! `declic whoami` and `declic key …`: who we are for the hub, and with which key.

use std::io::Write as _;
use std::path::Path;

use declic_auth::SigningKey;
use declic_proto::v1;
use declic_runtime::SecretFile;
use declic_words::{Arg, Family};
use serde_json::json;

use crate::args::KeyCommand;
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::settings::{Settings, private_key};
use crate::view::{bare, given};

/// Says who the hub takes us for.
pub async fn whoami(settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let answer = settings.client(lang)?.whoami(v1::WhoamiRequest {}).await;
    let answer = answer.map_err(|error| Failure::of_call(lang, &error))?;
    let role = bare(answer.role().as_str_name(), "ROLE_");
    if screen.manner.json {
        return screen.show_json(&json!({
            "member": answer.member,
            "display_name": answer.display_name,
            "role": role,
            "organisation": given(answer.organisation),
            "agency": given(answer.agency),
            "desks": answer.desks,
            "territory": answer.territory,
        }));
    }
    let of = [
        answer.organisation,
        answer.agency,
        answer.desks.join(", "),
        answer.territory.join(", "),
    ];
    let role = screen.manner.label(Family::Role, role);
    let mut page = format!("{} ({}), {role}\n", answer.display_name, answer.member);
    for party in of.iter().filter(|party| !party.is_empty()) {
        page.push_str(&format!("  {party}\n"));
    }
    screen.show(&crate::screen::plain(&page))
}

/// Makes a key, or shows the public line of one.
pub fn key(command: KeyCommand, screen: &mut Screen) -> Result<(), Failure> {
    match command {
        KeyCommand::Generate { output } => {
            let key = generate(&output, screen)?;
            let path = output.display().to_string();
            screen.say(
                &screen
                    .manner
                    .text("cli-key-written", &[("path", Arg::Text(&path))]),
            );
            show(&key, screen)
        }
        KeyCommand::Show { file } => match ledger_key(&file) {
            Some(key) if screen.manner.json => screen.show_json(&json!({ "log_key": key })),
            Some(key) => screen.show(&format!("{key}\n")),
            None => show(&private_key(&file, screen.manner.lang)?, screen),
        },
    }
}

/// The public key of a ledger, when the file holds the key that signs it.
fn ledger_key(path: &Path) -> Option<String> {
    let secret = SecretFile::new(path).read().ok()?;
    let signer = declic_ledger::SignerKey::parse(secret.expose().trim()).ok()?;
    Some(signer.verifier().to_text())
}

fn generate(output: &Path, screen: &Screen) -> Result<SigningKey, Failure> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy).map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
    let key = SigningKey::generate(entropy);
    entropy.fill(0);
    let place = output.display().to_string();
    let written = new_private_file(output).and_then(|mut file| {
        file.write_all(key.to_pkcs8_pem().as_bytes())
            .and_then(|()| file.sync_all())
    });
    match written {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(Failure::usage(
            screen
                .manner
                .text("cli-key-exists", &[("path", Arg::Text(&place))]),
        )),
        Err(error) => Err(Failure::of_io(screen.manner.lang, &place, &error)),
    }
}

/// A file that did not exist, and that nobody but its owner reads from its first byte on.
fn new_private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn show(key: &SigningKey, screen: &mut Screen) -> Result<(), Failure> {
    if screen.manner.json {
        return screen.show_json(&json!({ "public_key": key.public_base64(), "key_id": key.key_id() }));
    }
    screen.show(&format!("{}\n", key.public_base64()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::screen::tests::manner;

    #[test]
    fn a_key_is_written_once_for_its_owner_alone_and_reads_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("me.pem");
        let mut screen = Screen::new(manner(), Box::new(std::io::sink()), Box::new(std::io::sink()));
        let made = generate(&path, &screen).expect("a new key");
        let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).expect("the file");
        let read = SigningKey::from_pkcs8_pem(&text).expect("a key");
        assert_eq!(read.public_base64(), made.public_base64());
        let again = key(KeyCommand::Generate { output: path.clone() }, &mut screen).expect_err("it exists");
        assert_eq!(again.exit, Exit::Usage);
        assert_eq!(std::fs::read_to_string(&path).expect("the file"), text);
    }
}
