//! `pictures`: the pages as people see them, for documents, with invented people on a fixed day.

use std::fs;

use anyhow::{Context, Result};

use crate::{process, setup, tools, workspace};

/// Where they are, from the root.
const FOLDER: &str = "docs/pictures";

pub fn run() -> Result<()> {
    setup::run()?;
    let folder = workspace::root().join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    let mut take = process::cargo([
        "run",
        "--quiet",
        "--package",
        "declic-tests",
        "--bin",
        "declic-pictures",
    ]);
    take.arg("--").arg(&folder);
    take.env("DECLIC_BROWSER", tools::browser(&tools::folder()?));
    process::run(&mut take)
}
