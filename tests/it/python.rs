//! A client in another language, made from reflection alone, opens a case and reads its ticket.

use std::path::Path;

use declic_tests::{TestHub, people};
use serde_json::Value;
use tokio::process::Command;

#[tokio::test]
async fn a_python_client_made_from_reflection_opens_a_case_and_reads_its_ticket() {
    let hub = TestHub::start().await;
    #[expect(
        clippy::disallowed_methods,
        reason = "the verb `test` tells where it installed Python's packages"
    )]
    let python = std::env::var_os("DECLIC_PYTHON")
        .expect("DECLIC_PYTHON is not set: run `cargo xtask setup`, then `cargo xtask test`, which sets it");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/open_case.py");
    let mut client = Command::new(python);
    client
        .arg(script)
        .arg(hub.running().address.to_string())
        .arg("camille.martin");
    client
        .arg(people::key_file(hub.folder(), "camille.martin"))
        .arg(people::AUDIENCE);
    let output = client
        .output()
        .await
        .expect("DECLIC_PYTHON does not run: run `cargo xtask setup`");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");

    let name = said["opened"]["tickets"][0]["ticket"].as_str().expect("a ticket");
    assert_eq!(said["ticket"]["name"], name);
    assert_eq!(said["ticket"]["state"], "TICKET_STATE_ROUTED");
    assert_eq!(said["ticket"]["agency"], "agencies/caf-56");
    assert_eq!(said["refusal"], "NOT_FOUND");
    let read = people::ticket(&hub.caf_agent(), name).await;
    assert_eq!(
        Some(read.reference.as_str()),
        said["opened"]["reference"].as_str()
    );
    hub.stop().await;
}
