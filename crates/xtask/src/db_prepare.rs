//! `db-prepare`: a throw-away database is made from the migrations, the compiler checks every query against it,
//! and the descriptions it wrote replace the crate's `.sqlx/`, stale ones gone with them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Error, Result, bail};

use crate::postgres::{self, Cluster};
use crate::{process, workspace};

/// A crate whose SQL is checked when it is compiled.
struct Crate {
    package: &'static str,
    engine: Engine,
    folder: &'static str,
    /// The variable its `sqlx.toml` names, so that each crate has a database of its own.
    variable: &'static str,
}

#[derive(Clone, Copy)]
enum Engine {
    Sqlite,
    Postgres,
}

/// A database for one check: the file, or the cluster, goes with it.
struct Database {
    url: String,
    _cluster: Option<Cluster>,
}

const CRATES: [Crate; 3] = [
    Crate {
        package: "declic-store-sqlite",
        engine: Engine::Sqlite,
        folder: "crates/store-sqlite",
        variable: "STORE_SQLITE_DATABASE_URL",
    },
    Crate {
        package: "declic-store-postgres",
        engine: Engine::Postgres,
        folder: "crates/store-postgres",
        variable: "STORE_POSTGRES_DATABASE_URL",
    },
    Crate {
        package: "declic-connector",
        engine: Engine::Sqlite,
        folder: "services/connector",
        variable: "CONNECTOR_DATABASE_URL",
    },
];

/// Python knows SQLite wherever it is installed; the command-line shell of SQLite often is not.
const APPLY: &str = "\
import pathlib, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
for migration in sys.argv[2:]:
    try:
        database.executescript(pathlib.Path(migration).read_text(encoding='utf-8'))
    except sqlite3.Error as error:
        sys.exit(f'{migration}: {error}')
database.close()
";

#[derive(clap::Args)]
pub struct Arguments {
    /// Packages to prepare, by name; all of them when none is given.
    packages: Vec<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    for package in &arguments.packages {
        if !CRATES.iter().any(|known| known.package == package) {
            let names: Vec<&str> = CRATES.iter().map(|known| known.package).collect();
            bail!(
                "`{package}` has no checked queries; those that do: {}",
                names.join(", ")
            );
        }
    }
    let target = workspace::metadata()?.target;
    for prepared in &CRATES {
        if arguments.packages.is_empty() || arguments.packages.iter().any(|name| name == prepared.package) {
            prepare(prepared, &target.join("db"))?;
        }
    }
    Ok(())
}

fn prepare(prepared: &Crate, scratch: &Path) -> Result<()> {
    let folder = workspace::root().canonicalize()?.join(prepared.folder);
    if !folder.join("sqlx.toml").exists() {
        println!("{}: no sqlx.toml yet, nothing to prepare", prepared.package);
        return Ok(());
    }
    let migrations = sql_files(&folder.join("migrations"))?;
    fs::create_dir_all(scratch)?;
    let database = match prepared.engine {
        Engine::Sqlite => create_sqlite(&scratch.join(format!("{}.sqlite", prepared.package)), &migrations)?,
        Engine::Postgres => create_postgres(&migrations)?,
    };

    let written = scratch.join(format!("{}.sqlx", prepared.package));
    remove_folder(&written)?;
    fs::create_dir_all(&written)?;
    recompile(&folder)?;
    let mut check = process::cargo(["check", "--package", prepared.package, "--all-targets"]);
    check
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", &written)
        .env(prepared.variable, &database.url);
    process::run(&mut check)?;

    let count = replace(&folder.join(".sqlx"), &written)?;
    recompile(&folder)?;
    println!(
        "{}: {count} queries in {}/.sqlx",
        prepared.package, prepared.folder
    );
    Ok(())
}

fn create_sqlite(file: &Path, migrations: &[PathBuf]) -> Result<Database> {
    remove_database(file)?;
    let mut apply = process::program("python3", ["-c", APPLY]);
    apply.arg(file).args(migrations);
    process::output(&mut apply).context(
        "the migrations do not apply in order to an empty database (needs python3: apt-get install python3)",
    )?;
    Ok(Database {
        url: format!("sqlite://{}", file.display()),
        _cluster: None,
    })
}

fn create_postgres(migrations: &[PathBuf]) -> Result<Database> {
    let cluster = Cluster::start().map_err(Error::msg)?;
    let mut apply = cluster.psql("postgres");
    for migration in migrations {
        apply.arg("-f").arg(migration);
    }
    process::output(&mut apply).context("the migrations do not apply in order to an empty database")?;
    Ok(Database {
        url: postgres::url(cluster.home(), "postgres"),
        _cluster: Some(cluster),
    })
}

/// Every `.sql` file below the folder, by path: `0001_….sql` before `0002_….sql`.
fn sql_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sql_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Makes the crate newer than its last build: the database is not among the files cargo watches.
fn recompile(folder: &Path) -> Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a file's time for cargo, no time of ours"
    )]
    let now = SystemTime::now();
    let library = folder.join("src/lib.rs");
    let file = File::options().append(true).open(&library);
    file.and_then(|file| file.set_modified(now))
        .with_context(|| format!("cannot touch {}", library.display()))
}

/// Puts the new descriptions in place of the old ones; returns how many there are.
fn replace(kept: &Path, written: &Path) -> Result<usize> {
    remove_folder(kept)?;
    fs::create_dir_all(kept)?;
    let mut count = 0;
    for entry in fs::read_dir(written)? {
        let entry = entry?;
        fs::copy(entry.path(), kept.join(entry.file_name()))?;
        count += 1;
    }
    Ok(count)
}

fn remove_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

fn remove_database(database: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{suffix}", database.display()));
        if file.exists() {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}
