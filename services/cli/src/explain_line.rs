//! A line of `routing explain`: the facts, under a name of their own.

use std::collections::BTreeSet;

use declic_words::Lang;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use strsim::osa_distance;

use crate::case_file::{AgriculturalStatus, Facts, Regime, Stage};
use crate::one_form::OneForm;
use crate::strict_json::{self, Mistake};

/// A line read.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub id: Id,
    commune: String,
    regime: Regime,
    benefit: String,
    #[serde(default)]
    blockage: Option<String>,
    #[serde(default)]
    stage: Option<Stage>,
    #[serde(default)]
    relief_domicile: Option<String>,
    #[serde(default)]
    elected_domicile: Option<String>,
    #[serde(default)]
    paying_body: Option<String>,
    #[serde(default)]
    seized_body: Option<String>,
    #[serde(default)]
    agricultural_status: Option<AgriculturalStatus>,
    #[serde(default)]
    local_scheme: Option<bool>,
    #[serde(default)]
    has_basic_pension: Option<bool>,
    #[serde(default)]
    special_scheme: Option<String>,
    #[serde(default)]
    life_event: Option<String>,
    #[serde(default)]
    on_date: Option<String>,
}

const FIELDS: [&str; 16] = [
    "id",
    "commune",
    "regime",
    "benefit",
    "blockage",
    "stage",
    "relief_domicile",
    "elected_domicile",
    "paying_body",
    "seized_body",
    "agricultural_status",
    "local_scheme",
    "has_basic_pension",
    "special_scheme",
    "life_event",
    "on_date",
];

/// Names a line; comes back as it was.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged, expecting = "a string or a whole number")]
pub enum Id {
    Text(String),
    Number(i64),
    /// Beyond [`i64::MAX`].
    Large(u64),
}

impl Line {
    /// The line's own name, and the facts it holds.
    pub fn into_parts(self) -> (Id, Facts) {
        let facts = Facts {
            commune: self.commune,
            regime: self.regime,
            benefit: self.benefit,
            blockage: self.blockage,
            stage: self.stage,
            relief_domicile: self.relief_domicile,
            elected_domicile: self.elected_domicile,
            paying_body: self.paying_body,
            seized_body: self.seized_body,
            agricultural_status: self.agricultural_status,
            local_scheme: self.local_scheme,
            has_basic_pension: self.has_basic_pension,
            special_scheme: self.special_scheme,
            life_event: self.life_event,
            on_date: self.on_date,
        };
        (self.id, facts)
    }
}

/// The facts of a line. People keep an expected agency or a comment beside them, which is left out and told. A name that
/// is nearly one of ours is a slip, and the line stays refused.
pub fn read(bytes: &[u8], lang: Lang, ignored: &mut BTreeSet<String>) -> Result<Line, Mistake> {
    let refused = match strict_json::parse::<Line>(bytes, lang) {
        Ok(line) => return Ok(line),
        Err(refused) => refused,
    };
    let Fields(mut fields) = strict_json::parse(bytes, lang)?;
    let others: Vec<String> = fields
        .keys()
        .filter(|name| !FIELDS.contains(&name.as_str()))
        .cloned()
        .collect();
    let is_slip = |name: &String| {
        FIELDS
            .iter()
            .any(|field| field.len() > 4 && osa_distance(name, field) <= 2)
    };
    if others.is_empty() || others.iter().any(is_slip) {
        return Err(refused);
    }
    fields.retain(|name, _| FIELDS.contains(&name.as_str()));
    let line = Line::deserialize(OneForm(Value::Object(fields))).map_err(|_| refused)?;
    ignored.extend(others);
    Ok(line)
}

/// The fields of a line under whatever names, each written once.
struct Fields(Map<String, Value>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(line: D) -> Result<Self, D::Error> {
        line.deserialize_map(EachOnce)
    }
}

struct EachOnce;

impl<'de> Visitor<'de> for EachOnce {
    type Value = Fields;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("struct Fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Fields, A::Error> {
        let mut fields = Map::new();
        while let Some((name, value)) = members.next_entry::<String, Value>()? {
            if fields.contains_key(&name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            fields.insert(name, value);
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, prop_assert_eq};

    use super::*;
    use crate::strict_json::tests::one_meaning_or_a_mistake;

    const LINE: &str =
        r#"{"id":1,"commune":"56178","regime":"general","benefit":"AF","stage":"PAYMENT","expected":"a"}"#;

    #[test]
    fn whatever_a_line_holds_is_a_mistake_with_its_place_or_has_one_meaning() {
        let bare = LINE.replace(r#","expected":"a""#, "");
        crate::hostile::each(&[LINE.as_bytes(), bare.as_bytes()], |bytes| {
            one_meaning_or_a_mistake::<Line>(bytes)?;
            let (mut ignored, mut again) = (BTreeSet::new(), BTreeSet::new());
            if let Ok(line) = read(bytes, Lang::Fr, &mut ignored) {
                let written = serde_json::to_vec(&line).expect("it came from JSON");
                let line = read(&written, Lang::Fr, &mut again).expect("what is written is read");
                prop_assert_eq!(serde_json::to_vec(&line).ok(), Some(written));
                prop_assert!(again.is_empty());
            } else {
                prop_assert!(ignored.is_empty(), "of a refused line nothing was ignored");
            }
            Ok(())
        });
    }

    #[test]
    fn a_field_written_twice_is_refused_whatever_stands_beside_the_facts() {
        let rows = [
            LINE.replacen('{', r#"{"expected":"b","commune":"75056","#, 1),
            LINE.replacen('{', r#"{"expected":"b","#, 1),
            LINE.replacen('{', r#"{"law":"b","stage":null,"#, 1),
            LINE.replacen('{', r#"{"id":1,"#, 1),
        ];
        for row in rows {
            assert!(
                read(row.as_bytes(), Lang::Fr, &mut BTreeSet::new()).is_err(),
                "{row}"
            );
        }
        let marked = format!("\u{feff}{LINE}\r\n");
        assert!(read(marked.as_bytes(), Lang::Fr, &mut BTreeSet::new()).is_ok());
        let nested = LINE.replace("\"general\"", r#"{"general":null}"#);
        assert!(read(nested.as_bytes(), Lang::Fr, &mut BTreeSet::new()).is_err());
    }
}
