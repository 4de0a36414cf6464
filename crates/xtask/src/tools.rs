//! The tools that live below `target/tools`, at versions of our choice, so that two machines judge alike.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{process, workspace};

/// The release of buf that lints the contract.
pub const BUF: &str = "1.75.0";

/// `target/tools`: removed by `cargo clean`, made anew by `cargo xtask setup`.
pub fn folder() -> Result<PathBuf> {
    Ok(workspace::metadata()?.target.join("tools"))
}

/// The interpreter that runs the client written in another language.
pub fn python(tools: &Path) -> PathBuf {
    tools.join("python/bin/python")
}

/// The identity provider that people sign in through in a test, as node imports it.
pub fn provider(tools: &Path) -> PathBuf {
    tools.join("provider/node_modules/oidc-provider/lib/index.js")
}

/// Where node finds what the browser tests are written with.
pub fn browser(tools: &Path) -> PathBuf {
    tools.join("browser")
}

/// buf at [`BUF`] exactly; `None` when setup has not put it there.
pub fn find_buf(tools: &Path) -> Option<PathBuf> {
    let buf = tools.join("node_modules/.bin/buf");
    let said = process::output(&mut process::program(&buf, ["--version"]));
    said.is_ok_and(|version| version.trim() == BUF).then_some(buf)
}

/// Whether a cargo subcommand such as `nextest` is installed.
pub fn has_cargo(subcommand: &str) -> Result<bool> {
    process::succeeds(&mut process::cargo([subcommand, "--version"]))
}

/// A program of the system that must be there, with its Debian packages. In CI, as root, it is installed; elsewhere the error says how.
pub fn require_system(present: bool, what: &str, debian_packages: &str) -> Result<()> {
    if present {
        return Ok(());
    }
    if !(in_ci() && is_root()?) {
        bail!("{what} is missing: apt-get install {debian_packages}");
    }
    let install = || -> Result<()> {
        process::run(&mut process::program("apt-get", ["update", "-q"]))?;
        let mut command = process::program("apt-get", ["install", "-q", "-y", "--no-install-recommends"]);
        process::run(
            command
                .args(debian_packages.split(' '))
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    };
    install().with_context(|| format!("{what} is missing and apt-get could not install {debian_packages}"))
}

/// Whether nobody is there to type a command.
pub fn in_ci() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "CI tells it by this variable and no other way"
    )]
    let said = std::env::var_os("CI");
    said.is_some_and(|value| value == "true")
}

fn is_root() -> Result<bool> {
    Ok(process::output(&mut process::program("id", ["-u"]))?.trim() == "0")
}
