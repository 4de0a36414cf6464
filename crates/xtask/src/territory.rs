//! `cargo xtask territory`: writes anew the data files of the routing crate.
//!
//! Communes, their former codes and their groupings come from the open data package
//! `@etalab/decoupage-administratif`; jurisdictions, benefits and blockages from a folder of tables. The
//! result depends on these two alone: a second run changes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::process;
use crate::workspace;

/// The package and the edition this reduction was written for.
const PACKAGE: &str = "@etalab/decoupage-administratif@6.0.0";
/// EPCI whose members decide a competence, and the name the routing crate gives them.
const LYON: &str = "200046977";
const LILLE: &str = "200093201";
const SEIGNANX: &str = "244000659";
/// Of type METRO like the others, but article L5217-2 of the CGCT does not govern it.
const GRAND_PARIS: &str = "200054781";
/// Tables carried over as they are.
const CARRIED_OVER: [&str; 3] = ["benefits.tsv", "blocking_reasons.tsv", "SOURCES.md"];
/// Départements with several CPAM whose boundaries by commune no source gives.
const SEVERAL_CPAM: &str = "several";
/// National bodies: slug, kind, name, source.
const NATIONAL: [[&str; 4]; 13] = [
    ["agirc-arrco", "NATIONAL", "Agirc-Arrco", "general knowledge"],
    ["anah", "NATIONAL", "Agence nationale de l'habitat (Anah)", "S36"],
    [
        "ants",
        "NATIONAL",
        "France Titres (Agence nationale des titres sécurisés)",
        "S36",
    ],
    [
        "asp",
        "NATIONAL",
        "Agence de services et de paiement (ASP)",
        "S28:F33667; S36",
    ],
    ["cnracl", "NATIONAL", "CNRACL", "general knowledge"],
    [
        "enim",
        "NATIONAL",
        "Enim (régime des marins)",
        "S01:L715-2; S24",
    ],
    [
        "ofpra",
        "NATIONAL",
        "Office français de protection des réfugiés et apatrides (Ofpra)",
        "S36",
    ],
    [
        "saspa",
        "NATIONAL",
        "Service de l'allocation de solidarité aux personnes âgées (Saspa, CCMSA)",
        "S01:L815-7,R815-5",
    ],
    ["sre", "NATIONAL", "Service des retraites de l'État", "S28"],
    [
        "caaa-57",
        "CAAA",
        "Caisse d'assurance-accidents agricole de la Moselle",
        "S06:D761-31 ff.",
    ],
    [
        "caaa-67",
        "CAAA",
        "Caisse d'assurance-accidents agricole du Bas-Rhin",
        "S06:D761-31 ff.",
    ],
    [
        "caaa-68",
        "CAAA",
        "Caisse d'assurance-accidents agricole du Haut-Rhin",
        "S06:D761-31 ff.",
    ],
    [
        "metropole-europeenne-lille",
        "METROPOLE",
        "Métropole européenne de Lille",
        "S34; S05:L5217-2 IV",
    ],
];

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
    let tables = Tables {
        folder: &arguments.tables,
    };

    write(&data, "communes.tsv", &current(&communes)?)?;
    write(&data, "arrondissements.tsv", &arrondissements(&communes)?)?;
    write(&data, "old_codes.tsv", &old_codes(&communes, &tables)?)?;
    write(&data, "groupings.tsv", &groupings(&epci, &tables)?)?;
    write(&data, "departements.tsv", &departements(&tables)?)?;
    write(&data, "agencies.tsv", &agencies(&tables)?)?;
    for name in CARRIED_OVER {
        write(&data, name, &tables.text(name)?)?;
    }
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

/// The first word of a cell, or `-` where the table says there is none or several.
fn slug(cell: &str) -> &str {
    let word = cell.split_whitespace().next().unwrap_or("-");
    if word == "none" || word.starts_with(SEVERAL_CPAM) {
        "-"
    } else {
        word
    }
}

/// Every body a decision may name, and the triage desks: slug, kind, name, départements, source.
fn agencies(tables: &Tables<'_>) -> Result<String> {
    let mut rows = BTreeMap::new();
    let mut add = |slug: &str, kind: &str, name: &str, departements: &str, source: &str| {
        rows.entry(slug.to_owned())
            .or_insert_with(|| format!("{slug}\t{kind}\t{name}\t{departements}\t{source}"));
    };
    for (table, default) in [("msa.tsv", "MSA"), ("caf.tsv", "CAF"), ("carsat.tsv", "CARSAT")] {
        for row in tables.rows(table)? {
            let (slug, name) = (row.get("slug")?, row.get("name")?);
            let kind = match slug.split('-').next() {
                Some("cgss") => "CGSS",
                Some("cssm") => "CSSM",
                Some("cps") => "CPS",
                Some("cnav") => "CNAV",
                Some("cramif") => "CRAMIF",
                _ => default,
            };
            let departements = match slug {
                "msa-poitou" => "79,86,977",
                _ => row.get(if table == "caf.tsv" { "departement" } else { "departements" })?,
            };
            let name = match slug {
                "cssm-976" => "Caisse de sécurité sociale de Mayotte (CSSM)",
                "cps-975" => "Caisse de prévoyance sociale de Saint-Pierre-et-Miquelon (CPS)",
                _ => name,
            };
            add(slug, kind, name, departements, row.get("source")?);
        }
    }
    let complements = complements(tables)?;
    for row in tables.rows("departments.tsv")? {
        let code = row.get("code")?;
        let Some(of) = complements.get(code) else {
            ensure!(row.get("kind")? == "collectivity", "no name for département {code}");
            continue;
        };
        let source = row.get("source")?;
        let lower = code.to_lowercase();
        match row.get("social_authority")? {
            "SPLIT" => {
                add("dep-69", "DEPARTEMENT", "Département du Rhône", "69", source);
                add("metropole-lyon", "DEPARTEMENT", "Métropole de Lyon", "69", source);
            }
            "cea" => add("cea", "DEPARTEMENT", "Collectivité européenne d'Alsace", "67,68", source),
            "collectivite-corse" => {
                add("collectivite-corse", "DEPARTEMENT", "Collectivité de Corse", "2A,2B", source)
            }
            slug if slug == format!("dep-{lower}") && code != "976" => {
                add(slug, "DEPARTEMENT", &format!("Département {of}"), code, source)
            }
            slug => add(
                slug,
                "DEPARTEMENT",
                row.get("social_authority_name")?
                    .trim_start_matches("Conseil départemental - "),
                code,
                source,
            ),
        }
        match row.get("mdph")? {
            "mph-cea" => add(
                "mph-cea",
                "MDPH",
                "Maison des personnes handicapées de la Collectivité européenne d'Alsace",
                "67,68",
                source,
            ),
            "mdph-corse" => add("mdph-corse", "MDPH", "MDPH de la Collectivité de Corse", "2A,2B", source),
            "mdph-69" => add(
                "mdph-69",
                "MDPH",
                "MDMPH du Rhône et de la Métropole de Lyon",
                "69",
                source,
            ),
            "mdph-972" => add(
                "mdph-972",
                "MDPH",
                "Maison martiniquaise des personnes handicapées (MMPH)",
                "972",
                source,
            ),
            slug => add(slug, "MDPH", &format!("MDPH {of}"), code, source),
        }
        let cpam = slug(row.get("cpam")?);
        if cpam.starts_with("cpam-") {
            add(cpam, "CPAM", &format!("CPAM {of}"), code, source);
        }
        add(
            &format!("prefecture-{lower}"),
            "PREFECTURE",
            &format!("Préfecture {of}"),
            code,
            "S05",
        );
        add(
            &format!("triage-{lower}"),
            "TRIAGE",
            &format!("Équipe d'orientation {of}"),
            code,
            "Déclic",
        );
    }
    for [slug, kind, name, source] in NATIONAL {
        let departements = slug.strip_prefix("caaa-").unwrap_or(if kind == "METROPOLE" { "59" } else { "" });
        add(slug, kind, name, departements, source);
    }
    add("triage-national", "TRIAGE", "Équipe d'orientation nationale", "", "Déclic");
    Ok(lines(
        "slug\tkind\tname\tdepartements\tsource",
        rows.into_values(),
    ))
}

/// "du Morbihan", "de l'Ain": the name of each département as it follows the name of a body.
fn complements(tables: &Tables<'_>) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for row in tables.rows("caf.tsv")? {
        if let Some(of) = row.get("name")?.strip_prefix("Caf ") {
            let code = row.get("departement")?.split(',').next().unwrap_or_default();
            found.insert(code.to_owned(), of.to_owned());
        }
    }
    for (code, of) in [
        ("975", "de Saint-Pierre-et-Miquelon"),
        ("976", "de Mayotte"),
        ("977", "de Saint-Barthélemy"),
        ("978", "de Saint-Martin"),
    ] {
        found.insert(code.to_owned(), of.to_owned());
    }
    Ok(found)
}

fn lines(header: &str, rows: impl Iterator<Item = String>) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        text.push_str(&row);
        text.push('\n');
    }
    text
}

/// The folder of tables: tab-separated, with a header.
struct Tables<'a> {
    folder: &'a Path,
}

impl Tables<'_> {
    fn text(&self, name: &str) -> Result<String> {
        let path = self.folder.join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    fn rows(&self, name: &str) -> Result<Vec<Row>> {
        let text = self.text(name)?;
        let mut lines = text.lines();
        let header: Vec<String> = lines
            .next()
            .with_context(|| format!("{name} is empty"))?
            .split('\t')
            .map(str::to_owned)
            .collect();
        lines
            .map(|line| {
                let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
                if cells.len() != header.len() {
                    bail!(
                        "{name}: {} cells instead of {} in {line:?}",
                        cells.len(),
                        header.len()
                    );
                }
                Ok(Row {
                    cells: header.iter().cloned().zip(cells).collect(),
                })
            })
            .collect()
    }
}

/// One line of a table, by column name.
struct Row {
    cells: BTreeMap<String, String>,
}

impl Row {
    fn get(&self, column: &str) -> Result<&str> {
        let cell = self
            .cells
            .get(column)
            .with_context(|| format!("no column {column}"))?;
        Ok(cell.trim())
    }
}
