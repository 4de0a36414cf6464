//! `cargo xtask territory`: writes anew the data files of the routing crate.
//!
//! Communes, their former codes and their groupings come from the open data package
//! `@etalab/decoupage-administratif`; jurisdictions, benefits and blockages from a folder of tables. The
//! result depends on these two alone: a second run changes nothing.

mod agencies;
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process;
use crate::workspace;

use agencies::slug;
use tables::Tables;

/// The package and the edition this reduction was written for.
const PACKAGE: &str = "@etalab/decoupage-administratif@6.0.0";
/// EPCI whose members decide a competence, and the name the routing crate gives them.
const LYON: &str = "200046977";
const LILLE: &str = "200093201";
const SEIGNANX: &str = "244000659";
/// Of type METRO like the others, but article L5217-2 of the CGCT does not govern it.
const GRAND_PARIS: &str = "200054781";
/// Tables carried over; only the spacing and apostrophes of their French names are made even.
const CARRIED_OVER: [&str; 2] = ["benefits.tsv", "blocking_reasons.tsv"];
/// Where the tables are and where the data goes.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of the territory tables (departments.tsv, caf.tsv, benefits.tsv and the others).
    #[arg(long, value_name = "DIR")]
    tables: PathBuf,
}

/// Downloads the package, reads the tables, writes `crates/routing/data`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let data = workspace::root().join("crates/routing/data");
    fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
    let package = unpacked()?;
    let communes = json(&package.join("communes.json"))?;
    let epci = json(&package.join("epci.json"))?;
    let names = json(&package.join("departements.json"))?;
    let tables = Tables {
        folder: &arguments.tables,
    };

    write(&data, "communes.tsv", &current(&communes)?)?;
    write(&data, "arrondissements.tsv", &arrondissements(&communes)?)?;
    write(&data, "old_codes.tsv", &old_codes(&communes, &tables)?)?;
    write(&data, "groupings.tsv", &groupings(&epci, &tables)?)?;
    write(&data, "departements.tsv", &departements(&tables)?)?;
    write(&data, "agencies.tsv", &agencies::directory(&tables, &names)?)?;
    for name in CARRIED_OVER {
        write(&data, name, &carried_over(&tables.text(name)?))?;
    }
    write(&data, "ROUTING_FACTS.md", &tables.text("ROUTING_FACTS.md")?)?;
    Ok(())
}

/// The package, downloaded by npm and unpacked under the target folder.
fn unpacked() -> Result<PathBuf> {
    let folder = workspace::root().join("target/territory");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let place = folder.display().to_string();
    process::run(&mut process::program(
        "npm",
        ["pack", PACKAGE, "--silent", "--pack-destination", &place],
    ))?;
    let archive = folder.join("etalab-decoupage-administratif-6.0.0.tgz");
    process::run(&mut process::program(
        "tar",
        ["-xzf", &archive.display().to_string(), "-C", &place],
    ))?;
    Ok(folder.join("package/data"))
}

fn json(path: &Path) -> Result<Vec<Value>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not the expected JSON", path.display()))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A text field, empty when absent.
fn field<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_default()
}

fn words(row: &Value, name: &str) -> Vec<String> {
    let values = row[name].as_array().map(Vec::as_slice).unwrap_or_default();
    values
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn of_type<'a>(communes: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    communes.iter().filter(move |row| field(row, "type") == kind)
}

/// Code, name, département, population, postal codes of each commune of today, in the order of codes.
fn current(communes: &[Value]) -> Result<String> {
    let mut rows = BTreeMap::new();
    for row in of_type(communes, "commune-actuelle") {
        let code = field(row, "code");
        ensure!(
            code.len() == 5 && !field(row, "departement").is_empty(),
            "commune without code or département: {row}"
        );
        let line = format!(
            "{code}\t{}\t{}\t{}\t{}",
            field(row, "nom"),
            field(row, "departement"),
            row["population"].as_u64().unwrap_or_default(),
            words(row, "codesPostaux").join(" ")
        );
        rows.insert(code.to_owned(), line);
    }
    Ok(lines(
        "insee\tname\tdepartement\tpopulation\tpostal_codes",
        rows.into_values(),
    ))
}

fn arrondissements(communes: &[Value]) -> Result<String> {
    let mut rows = BTreeMap::new();
    for row in of_type(communes, "arrondissement-municipal") {
        let (code, commune) = (field(row, "code"), field(row, "commune"));
        ensure!(!commune.is_empty(), "arrondissement {code} names no commune");
        let postal = words(row, "codesPostaux").join(" ");
        rows.insert(
            code.to_owned(),
            format!("{code}\t{commune}\t{}\t{postal}", field(row, "nom")),
        );
    }
    Ok(lines("insee\tcommune\tname\tpostal_codes", rows.into_values()))
}

/// Codes that are no longer of a commune, with the one that took over and, where known, the former name.
fn old_codes(communes: &[Value], tables: &Tables<'_>) -> Result<String> {
    let mut names = BTreeMap::new();
    for kind in ["commune-deleguee", "commune-associee"] {
        names.extend(of_type(communes, kind).map(|row| (field(row, "code"), field(row, "nom"))));
    }
    let mut rows = BTreeMap::new();
    for row in of_type(communes, "commune-actuelle") {
        for old in words(row, "anciensCodes") {
            let name = names.get(old.as_str()).copied().unwrap_or_default();
            let line = format!("{old}\t{}\t{name}", field(row, "code"));
            ensure!(
                rows.insert(old.clone(), line).is_none(),
                "old code {old} has two targets"
            );
        }
    }
    for gap in tables.rows("old_codes_missing_from_package.tsv")? {
        let (old, new) = (gap.get("old_code")?, gap.get("new_code")?);
        rows.entry(old.to_owned())
            .or_insert_with(|| format!("{old}\t{new}\t"));
    }
    Ok(lines("old_code\tinsee\tname", rows.into_values()))
}

/// Members of the EPCI on which a competence depends.
fn groupings(epci: &[Value], tables: &Tables<'_>) -> Result<String> {
    let mut rows = Vec::new();
    let mut seignanx = Vec::new();
    for row in epci {
        let code = field(row, "code");
        let grouping = match (code, field(row, "type")) {
            (LYON, _) => "metropole-lyon",
            (LILLE, _) => "metropole-europeenne-lille",
            (SEIGNANX, _) => "seignanx",
            (GRAND_PARIS, _) => continue,
            (_, "METRO") => "metropole",
            _ => continue,
        };
        let members = row["membres"].as_array().map(Vec::as_slice).unwrap_or_default();
        for member in members {
            let commune = field(member, "code");
            if code == SEIGNANX {
                seignanx.push(commune.to_owned());
            }
            rows.push(format!("{grouping}\t{code}\t{}\t{commune}", field(row, "nom")));
        }
    }
    seignanx.sort();
    let mut exceptions = tables
        .rows("caf_exceptions_by_commune.tsv")?
        .iter()
        .map(|row| row.get("insee").map(str::to_owned))
        .collect::<Result<Vec<_>>>()?;
    exceptions.sort();
    ensure!(
        seignanx == exceptions,
        "the exceptions of the Caf ({exceptions:?}) are not the members of the Seignanx ({seignanx:?})"
    );
    rows.sort();
    Ok(lines("grouping\tepci\tname\tinsee", rows.into_iter()))
}

/// The table of départements with one word per cell: a slug, or `-` where no single body is named.
fn departements(tables: &Tables<'_>) -> Result<String> {
    let mut rows = Vec::new();
    for row in tables.rows("departments.tsv")? {
        if row.get("kind")? == "collectivity" {
            continue;
        }
        let mut line = String::new();
        for column in ["code", "name", "zone"] {
            write!(line, "{}\t", row.get(column)?)?;
        }
        let authority = row.get("social_authority")?;
        write!(
            line,
            "{}\t",
            if authority == "SPLIT" { "dep-69" } else { authority }
        )?;
        for column in ["caf", "retirement", "social_service_sante", "msa", "mdph", "cpam"] {
            write!(line, "{}\t", slug(row.get(column)?))?;
        }
        write!(line, "{}\t{}", row.get("source")?, row.get("confidence")?)?;
        rows.push(line);
    }
    let header = "code\tname\tzone\tsocial_authority\tcaf\tretirement\tsocial_service\tmsa\tmdph\tcpam\tsource\tconfidence";
    Ok(lines(header, rows.into_iter()))
}

/// The table with its French columns (`name_fr`, `label_fr`, `definition_fr`) evenly typeset.
fn carried_over(text: &str) -> String {
    let header: Vec<&str> = text.lines().next().unwrap_or_default().split('\t').collect();
    let typeset = |(column, cell): (usize, &str)| {
        if column < header.len() && header[column].ends_with("_fr") {
            let even = cell.replace('\u{2019}', "'");
            [":", ";", "?", "!"].iter().fold(even, |even, mark| {
                even.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"))
            })
        } else {
            cell.to_owned()
        }
    };
    let mut even = String::with_capacity(text.len());
    for line in text.lines() {
        let cells: Vec<String> = line.split('\t').enumerate().map(typeset).collect();
        even.push_str(&cells.join("\t"));
        even.push('\n');
    }
    even
}

fn lines(header: &str, rows: impl Iterator<Item = String>) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        text.push_str(&row);
        text.push('\n');
    }
    text
}
