//! Pictures of the pages, for `cargo xtask pictures`: `declic-pictures FOLDER`.

use std::path::PathBuf;

use declic_tests::pages::{Pages, Script};
use declic_tests::{TestHub, lived};
use serde_json::Value;

/// The day on which the pictures are taken, whenever they are.
const TODAY: &str = "2026-10-22T08:00:00Z";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| anyhow::anyhow!("say where: declic-pictures FOLDER"))?;
    std::fs::create_dir_all(&folder)?;
    let (hub, mut known) = lived::hub_until(TODAY.parse()?).await;
    known["folder"] = Value::from(std::fs::canonicalize(&folder)?.display().to_string());
    take(&hub, &known).await;
    hub.stop().await;
    Ok(())
}

async fn take(hub: &TestHub, known: &Value) {
    let pages = Pages::over(hub).await;
    let script = Script {
        module: "pictures",
        function: "all",
        with_scripts: true,
    };
    pages.run(hub, script, known).await;
    pages.stop().await;
}
