//! `setup`: what `check` and `test` need and cargo does not bring. Run again, it only looks.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{postgres, process, tools, workspace};

/// The release that is installed when none is there; any release that reads `.config/nextest.toml` will do.
const NEXTEST: &str = "0.9.143";

/// For the test that speaks to the hub from another language.
const PYTHON_PACKAGES: [&str; 4] = [
    "cryptography==50.0.2",
    "grpcio==1.85.1",
    "grpcio-tools==1.85.1",
    "grpcio-reflection==1.85.1",
];

/// The last one that the node of Debian's stable release runs.
const PROVIDER: &str = "oidc-provider@8.8.1";

/// What the browser tests are written with: `tests/browser/package.json` names it, at the last versions that the node of
/// Debian 12 runs. The browser itself is the system's.
const BROWSER: [&str; 2] = ["package.json", "package-lock.json"];

/// How npm installs here: no program of a package runs, nobody is asked.
const NPM: [&str; 3] = ["--no-audit", "--no-fund", "--ignore-scripts"];

pub fn run() -> Result<()> {
    let tools = tools::folder()?;
    fs::create_dir_all(&tools).with_context(|| format!("cannot make {}", tools.display()))?;
    system()?;
    components()?;
    nextest()?;
    python(&tools)?;
    buf(&tools)?;
    provider(&tools)?;
    browser(&tools)?;
    println!("setup: everything is there");
    Ok(())
}

/// A C compiler, for SQLite and for the TLS library, Python, sqlite3 for the drill of the backup, PostgreSQL for the
/// tests of its engine, node and Chromium for the tests of the pages.
fn system() -> Result<()> {
    let compiler = process::succeeds(&mut process::program("cc", ["--version"]))?;
    tools::require_system(compiler, "a C compiler", "gcc libc6-dev")?;
    let python = process::succeeds(&mut process::program("python3", ["--version"]))?;
    tools::require_system(python, "python3", "python3")?;
    // Debian's python3 knows the module `venv` but cannot fill an environment without its `ensurepip`.
    let venv = process::succeeds(&mut process::program("python3", ["-c", "import venv, ensurepip"]))?;
    tools::require_system(venv, "python3's module venv", "python3-venv")?;
    let sqlite = process::succeeds(&mut process::program("sqlite3", ["-version"]))?;
    tools::require_system(sqlite, "sqlite3", "sqlite3")?;
    tools::require_system(postgres::is_installed(), "PostgreSQL's server", "postgresql")?;
    let node = process::succeeds(&mut process::program("node", ["--version"]))?
        && process::succeeds(&mut process::program("npm", ["--version"]))?;
    tools::require_system(node, "node with npm", "nodejs npm")?;
    let chromium = process::succeeds(&mut process::program("chromium", ["--version"]))?;
    tools::require_system(chromium, "Chromium", "chromium fonts-dejavu-core")
}

fn components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !tools::has_cargo(subcommand)? {
            process::run(&mut process::program("rustup", ["component", "add", component]))
                .with_context(|| format!("{component} is missing: rustup component add {component}"))?;
        }
    }
    Ok(())
}

fn nextest() -> Result<()> {
    if tools::has_cargo("nextest")? {
        return Ok(());
    }
    println!("cargo-nextest is missing: compiling it takes some minutes, once");
    let mut install = process::cargo(["install", "cargo-nextest", "--locked", "--version", NEXTEST]);
    if tools::in_ci() {
        // It serves once: 4 minutes of CPU instead of 12.
        install.arg("--debug").env("CARGO_PROFILE_DEV_DEBUG", "0");
    }
    process::run(&mut install)
}

/// An environment of its own, made again from nothing when the list of packages changes.
fn python(tools: &Path) -> Result<()> {
    let home = tools.join("python");
    let stamp = home.join("installed-packages");
    let wanted = PYTHON_PACKAGES.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    process::run(process::program("python3", ["-m", "venv", "--clear"]).arg(&home))?;
    process::run(pip_install(tools).args(PYTHON_PACKAGES))?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// From npm, where its makers publish it.
fn buf(tools: &Path) -> Result<()> {
    if tools::find_buf(tools).is_some() {
        return Ok(());
    }
    let package = format!("@bufbuild/buf@{}", tools::BUF);
    let mut install = process::program("npm", ["install", "--no-save"]);
    process::run(install.args(NPM).arg("--prefix").arg(tools).arg(package))?;
    tools::find_buf(tools).context("buf was installed but does not answer to --version as it should")?;
    Ok(())
}

/// The identity provider that people sign in through in a test, with the library's own choice of what it needs.
fn provider(tools: &Path) -> Result<()> {
    let home = tools.join("provider");
    let stamp = home.join("installed-package");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == PROVIDER) {
        return Ok(());
    }
    let mut install = process::program("npm", ["install", "--no-save"]);
    process::run(install.args(NPM).arg("--prefix").arg(&home).arg(PROVIDER))?;
    fs::write(&stamp, PROVIDER).with_context(|| format!("cannot write {}", stamp.display()))
}

/// What drives a browser and what reads its pages for faults, as the lock says.
fn browser(tools: &Path) -> Result<()> {
    let home = tools::browser(tools);
    let stamp = home.join("installed-lock");
    let [package, lock] = BROWSER;
    let read = |name: &str| {
        let path = workspace::root().join("tests/browser").join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let wanted = read(lock)?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
    for (name, text) in [(package, &read(package)?), (lock, &wanted)] {
        let path = home.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    process::run(process::program("npm", ["ci"]).args(NPM).current_dir(&home))?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

fn pip_install(tools: &Path) -> Command {
    process::program(
        tools::python(tools),
        [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
        ],
    )
}
