//! The directory of agencies: every body a decision may name, and the triage desks.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::tables::{Row, Tables};
use super::{field, lines};

/// Bodies that no table of the folder gives, national ones first: slug, kind, name, source.
const NATIONAL: [[&str; 4]; 20] = [
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
    ["enim", "NATIONAL", "Enim (régime des marins)", "S01:L715-2; S24"],
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
    ["france-travail", "NATIONAL", "France Travail", "S03:L5312-1"],
    [
        "banque-de-france",
        "NATIONAL",
        "Banque de France (surendettement)",
        "S28:F134; S53",
    ],
    [
        "iedom",
        "NATIONAL",
        "Institut d'émission des départements d'outre-mer (Iedom)",
        "S54",
    ],
    ["cpam-64-bayonne", "CPAM", "CPAM de Bayonne", "S15; S44"],
    ["cpam-64-pau", "CPAM", "CPAM de Pau-Pyrénées", "S15; S44"],
    ["cpam-76-le-havre", "CPAM", "CPAM du Havre", "S44"],
    ["cpam-76-rouen", "CPAM", "CPAM de Rouen-Elbeuf-Dieppe", "S44"],
];

/// Départements whose chief town is that of a region (Insee, COG 2026): their direction of public finances is the
/// regional one.
const CHIEF: [&str; 18] = [
    "13", "21", "2A", "31", "33", "35", "44", "45", "59", "67", "69", "75", "76", "971", "972", "973", "974",
    "976",
];

/// Collectivities for which no source names a direction of public finances or a council for access to law.
const WITHOUT_STATE_BODIES: [&str; 3] = ["975", "977", "978"];

/// Départements that prefectures, Caf and departmental councils themselves write without an article, although Insee
/// gives them one: "préfecture de Vaucluse".
const WITHOUT_ARTICLE: [&str; 4] = ["41", "47", "82", "84"];

/// The table of agencies: slug, kind, name, départements, source. The départements are those of the open data package.
pub fn directory(tables: &Tables<'_>, departements: &[Value]) -> Result<String> {
    let mut directory = Directory::default();
    for table in ["msa.tsv", "caf.tsv", "carsat.tsv"] {
        for row in tables.rows(table)? {
            directory.fund(table, &row)?;
        }
    }
    let complements = complements(departements)?;
    for row in tables.rows("departments.tsv")? {
        let code = row.get("code")?;
        if row.get("kind")? == "collectivity" {
            continue;
        }
        let of = complements
            .get(code)
            .with_context(|| format!("no name for département {code}"))?;
        directory.departement(code, of, &row)?;
    }
    for [slug, kind, name, source] in NATIONAL {
        let departement = match kind {
            "CAAA" => slug.trim_start_matches("caaa-"),
            "METROPOLE" => "59",
            "CPAM" => slug.split('-').nth(1).unwrap_or_default(),
            _ => "",
        };
        directory.add(slug, kind, name, departement, source);
    }
    directory.add(
        "triage-national",
        "TRIAGE",
        "Équipe d'orientation nationale",
        "",
        "Déclic",
    );
    Ok(lines(
        "slug\tkind\tname\tdepartements\tsource",
        directory.rows.into_values(),
    ))
}

/// The first word of a cell, or `-` where the table says there is none or several.
pub fn slug(cell: &str) -> &str {
    match cell.split_whitespace().next() {
        None | Some("none" | "several,") => "-",
        Some(word) => word,
    }
}

/// The rows gathered so far, by slug; the first word on a slug counts.
#[derive(Default)]
struct Directory {
    rows: BTreeMap<String, String>,
}

impl Directory {
    fn add(&mut self, slug: &str, kind: &str, name: &str, departements: &str, source: &str) {
        self.rows
            .entry(slug.to_owned())
            .or_insert_with(|| format!("{slug}\t{kind}\t{name}\t{departements}\t{source}"));
    }

    /// A body of the tables of Caf, MSA, Carsat and their like.
    fn fund(&mut self, table: &str, row: &Row) -> Result<()> {
        let slug = row.get("slug")?;
        let kind = match slug.split('-').next().unwrap_or_default() {
            "caf" => "CAF",
            "msa" => "MSA",
            "cgss" => "CGSS",
            "cssm" => "CSSM",
            "cps" => "CPS",
            "cnav" => "CNAV",
            "cramif" => "CRAMIF",
            _ => "CARSAT",
        };
        let column = if table == "caf.tsv" {
            "departement"
        } else {
            "departements"
        };
        let departements = match slug {
            "msa-poitou" => "79,86,977",
            _ => row.get(column)?,
        };
        let name = match slug {
            "cssm-976" => "Caisse de sécurité sociale de Mayotte (CSSM)",
            "cps-975" => "Caisse de prévoyance sociale de Saint-Pierre-et-Miquelon (CPS)",
            _ => row.get("name")?,
        };
        self.add(slug, kind, name, departements, row.get("source")?);
        Ok(())
    }

    /// The bodies whose name follows from the département: authority, MDPH, CPAM, prefecture, public finances,
    /// access to law, triage desk.
    fn departement(&mut self, code: &str, of: &str, row: &Row) -> Result<()> {
        let source = row.get("source")?;
        let lower = code.to_lowercase();
        let authority = row.get("social_authority")?;
        let name = row.get("social_authority_name")?;
        match authority {
            "SPLIT" => {
                self.add("dep-69", "DEPARTEMENT", "Département du Rhône", "69", source);
                self.add("metropole-lyon", "DEPARTEMENT", "Métropole de Lyon", "69", source);
            }
            "cea" => self.add(authority, "DEPARTEMENT", name, "67,68", source),
            "collectivite-corse" => self.add(authority, "DEPARTEMENT", name, "2A,2B", source),
            _ if name.starts_with("Conseil départemental") => {
                self.add(
                    authority,
                    "DEPARTEMENT",
                    &format!("Département {of}"),
                    code,
                    source,
                );
            }
            _ => self.add(authority, "DEPARTEMENT", name, code, source),
        }
        let mdph = row.get("mdph")?;
        let own_mdph = format!("MDPH {of}");
        let (name, departements) = match mdph {
            "mph-cea" => (
                "Maison des personnes handicapées de la Collectivité européenne d'Alsace",
                "67,68",
            ),
            "mdph-corse" => ("MDPH de la Collectivité de Corse", "2A,2B"),
            "mdph-69" => ("MDMPH du Rhône et de la Métropole de Lyon", "69"),
            "mdph-972" => ("Maison martiniquaise des personnes handicapées (MMPH)", "972"),
            _ => (own_mdph.as_str(), code),
        };
        self.add(mdph, "MDPH", name, departements, source);
        let cpam = slug(row.get("cpam")?);
        if cpam.starts_with("cpam-") {
            self.add(cpam, "CPAM", &format!("CPAM {of}"), code, source);
        }
        let prefecture = format!("Préfecture {of}");
        self.add(
            &format!("prefecture-{lower}"),
            "PREFECTURE",
            &prefecture,
            code,
            "S05",
        );
        if !WITHOUT_STATE_BODIES.contains(&code) {
            let short = if CHIEF.contains(&code) { "DRFiP" } else { "DDFiP" };
            let finances = format!("Direction des finances publiques {of} ({short})");
            self.add(&format!("ddfip-{lower}"), "DDFIP", &finances, code, "S51; S36");
            let law = format!("Conseil départemental de l'accès au droit {of} (CDAD)");
            self.add(&format!("cdad-{lower}"), "CDAD", &law, code, "S52");
        }
        let triage = format!("Équipe d'orientation {of}");
        self.add(&format!("triage-{lower}"), "TRIAGE", &triage, code, "Déclic");
        Ok(())
    }
}

/// "du Morbihan", "de l'Ain", "de la Moselle": the name of each département as it follows the name of a body.
fn complements(departements: &[Value]) -> Result<BTreeMap<&str, String>> {
    let mut found = BTreeMap::new();
    for row in departements {
        let (code, name) = (field(row, "code"), field(row, "nom"));
        let link = if WITHOUT_ARTICLE.contains(&code) {
            "de "
        } else {
            link(row)?
        };
        found.insert(code, format!("{link}{name}"));
    }
    Ok(found)
}

/// What joins a body to this name, from Insee's type of name (`TNCC`).
fn link(row: &Value) -> Result<&'static str> {
    Ok(match row["typeLiaison"].as_u64() {
        Some(0) => "de ",
        Some(1) => "d'",
        Some(2) => "du ",
        Some(3) => "de la ",
        Some(4) => "des ",
        Some(5) => "de l'",
        _ => bail!("a département whose type of name is not known: {row}"),
    })
}
