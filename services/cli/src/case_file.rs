//! The file of `case open --input`: what its JSON Schema says, read strictly.

use declic_proto::v1;
use serde::{Deserialize, Serialize};

/// The JSON Schema of the file, as `declic case open --schema` prints it.
pub const SCHEMA: &str = include_str!("../schemas/case.schema.json");

/// A case to open.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    pub person: Person,
    pub facts: Facts,
    pub mandate: Mandate,
    pub explanation: String,
    #[serde(default)]
    pub urgent: bool,
    #[serde(default)]
    pub shared_with_team: bool,
}

/// Whom it is about.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub given_name: String,
    pub family_name: String,
    pub birth_date: String,
    #[serde(default)]
    pub agency_identifier: Option<String>,
    #[serde(default)]
    pub nir: Option<String>,
}

/// What the person agreed to.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    pub channel: Channel,
    pub scope: String,
    pub given_on: String,
    pub expires_on: String,
    #[serde(default)]
    pub evidence: Option<String>,
}

/// The facts routing reads, under the same names in every file and answer of the command line.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    pub commune: String,
    pub regime: Regime,
    pub benefit: String,
    #[serde(default)]
    pub blockage: Option<String>,
    #[serde(default)]
    pub stage: Option<Stage>,
    #[serde(default)]
    pub relief_domicile: Option<String>,
    #[serde(default)]
    pub elected_domicile: Option<String>,
    #[serde(default)]
    pub paying_body: Option<String>,
    #[serde(default)]
    pub seized_body: Option<String>,
    #[serde(default)]
    pub agricultural_status: Option<AgriculturalStatus>,
    #[serde(default)]
    pub local_scheme: Option<bool>,
    #[serde(default)]
    pub has_basic_pension: Option<bool>,
    #[serde(default)]
    pub special_scheme: Option<String>,
    #[serde(default)]
    pub life_event: Option<String>,
    #[serde(default)]
    pub on_date: Option<String>,
}

/// Words of a file, each with the value of the contract it stands for.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $case:literal { $($word:ident),+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
        #[serde(rename_all = $case)]
        pub enum $name { $($word),+ }

        impl From<$name> for v1::$name {
            fn from(word: $name) -> Self {
                match word { $($name::$word => Self::$word),+ }
            }
        }

        impl $name {
            /// `None` for the unspecified value.
            pub fn of(value: v1::$name) -> Option<Self> {
                match value { $(v1::$name::$word => Some(Self::$word),)+ _ => None }
            }
        }
    };
}

words!(
    /// `general`, `agricultural`, `other`, `unknown`.
    Regime, "snake_case" { General, Agricultural, Other, Unknown }
);
words!(
    /// `DECISION`, `PAYMENT`.
    Stage, "SCREAMING_SNAKE_CASE" { Decision, Payment }
);
words!(
    /// `self_employed`, `employee`.
    AgriculturalStatus, "snake_case" { SelfEmployed, Employee }
);

/// How the agreement was given: `signed`, `oral`, `sms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Signed,
    Oral,
    Sms,
}

impl CaseFile {
    /// The request of this intention.
    pub fn into_request(self, request_id: String, validate_only: bool) -> v1::OpenCaseRequest {
        let channel = match self.mandate.channel {
            Channel::Signed => v1::MandateChannel::Signed,
            Channel::Oral => v1::MandateChannel::Oral,
            Channel::Sms => v1::MandateChannel::Sms,
        };
        v1::OpenCaseRequest {
            request_id,
            person: Some(v1::Person {
                given_name: self.person.given_name,
                family_name: self.person.family_name,
                birth_date: self.person.birth_date,
                agency_identifier: self.person.agency_identifier.unwrap_or_default(),
                nir: self.person.nir.unwrap_or_default(),
            }),
            facts: Some(self.facts.into()),
            mandate: Some(v1::Mandate {
                channel: channel.into(),
                scope: self.mandate.scope,
                given_on: self.mandate.given_on,
                expires_on: self.mandate.expires_on,
                evidence: self.mandate.evidence.unwrap_or_default(),
                ..v1::Mandate::default()
            }),
            explanation: self.explanation,
            urgent: self.urgent,
            shared_with_team: self.shared_with_team,
            validate_only,
        }
    }
}

impl From<Facts> for v1::Facts {
    fn from(facts: Facts) -> Self {
        Self {
            commune: facts.commune,
            regime: v1::Regime::from(facts.regime).into(),
            benefit: facts.benefit,
            blockage: facts.blockage.unwrap_or_default(),
            stage: facts.stage.map_or(v1::Stage::Unspecified, v1::Stage::from).into(),
            relief_domicile: facts.relief_domicile.unwrap_or_default(),
            elected_domicile: facts.elected_domicile.unwrap_or_default(),
            paying_body: facts.paying_body.unwrap_or_default(),
            seized_body: facts.seized_body.unwrap_or_default(),
            agricultural_status: facts
                .agricultural_status
                .map_or(v1::AgriculturalStatus::Unspecified, v1::AgriculturalStatus::from)
                .into(),
            local_scheme: facts.local_scheme,
            has_basic_pension: facts.has_basic_pension,
            special_scheme: facts.special_scheme.unwrap_or_default(),
            life_event: facts.life_event.unwrap_or_default(),
            on_date: facts.on_date.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use declic_words::Lang;
    use proptest::prop_assert;
    use serde_json::{Value, json};

    use super::*;
    use crate::strict_json::tests::one_meaning_or_a_mistake;
    use crate::strict_json::{self, Mistake};

    const EXAMPLE: &str = include_str!("../schemas/case.example.json");

    #[test]
    fn the_example_is_what_the_schema_says_and_what_the_program_reads() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
        let example: Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
        let wrong: Vec<String> = validator
            .iter_errors(&example)
            .map(|error| error.to_string())
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let request = read(EXAMPLE)
            .expect("the example is read")
            .into_request("id".to_owned(), true);
        assert_eq!(request.facts.map(|facts| facts.commune), Some("56178".to_owned()));
        assert!(request.validate_only);
    }

    #[test]
    fn schema_and_program_refuse_the_same_files() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
        let changes = [
            ("/person/surname", json!("Martin")),
            ("/facts/regime", json!("mixed")),
            ("/facts/regime", json!(null)),
            ("/facts/stage", json!("decision")),
            ("/facts/commune", json!(56178)),
            ("/facts/local_scheme", json!("yes")),
            ("/mandate/channel", json!("fax")),
            ("/explanation", json!(["a"])),
            ("/urgent", json!("true")),
            ("/urgent", json!(null)),
        ];
        for (pointer, value) in changes {
            let mut file: Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
            let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
            file.pointer_mut(parent).expect("an object of the example")[field] = value;
            assert!(!validator.is_valid(&file), "the schema takes {pointer}");
            assert!(read(&file.to_string()).is_err(), "the program takes {pointer}");
        }
    }

    #[test]
    fn every_field_of_the_schema_is_read_and_every_required_one_asked_for() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let example: Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
        for part in ["person", "facts", "mandate"] {
            for field in schema["properties"][part]["required"]
                .as_array()
                .expect("required fields")
            {
                let mut file = example.clone();
                let field = field.as_str().expect("a name");
                file[part]
                    .as_object_mut()
                    .expect("an object")
                    .remove(field)
                    .expect("the example has it");
                let mistake = read(&file.to_string()).expect_err("a required field is missing");
                assert!(
                    mistake.problem.contains(field) && mistake.path == part,
                    "{mistake:?}"
                );
            }
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_line_its_place_and_what_to_write() {
        let rows = [
            (
                "\"regime\": \"general\"",
                "\"regime\": \"mixed\"",
                "facts.regime",
                "general, agricultural",
            ),
            (
                "\"given_name\"",
                "\"firstname\"",
                "person.firstname",
                "given_name",
            ),
            ("\"urgent\": false", "\"urgent\": 0", "urgent", "true, false"),
            (
                "\"urgent\": false",
                "\"urgent\": false, \"urgent\": true",
                "",
                "est écrit deux fois",
            ),
            ("\"urgent\": false", "\"urgent\": false,,", "", "entre guillemets"),
        ];
        for (good, bad, path, said) in rows {
            let file = EXAMPLE.replacen(good, bad, 1);
            assert_ne!(file, EXAMPLE, "the example holds {good}");
            let mistake = read(&file).expect_err("a mistake");
            let line = file
                .lines()
                .position(|line| line.contains(bad))
                .map(|place| place + 1);
            assert_eq!(
                (mistake.path.as_str(), Some(mistake.line)),
                (path, line),
                "{mistake:?}"
            );
            assert!(
                mistake.to_text(Lang::Fr).contains(said),
                "{}",
                mistake.to_text(Lang::Fr)
            );
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_told_with_their_place() {
        let mistake =
            strict_json::parse::<CaseFile>(b"{\n  \"person\": \"\xff\"}", Lang::Fr).expect_err("not UTF-8");
        assert_eq!((mistake.line, mistake.column), (2, 14));
    }

    #[test]
    fn whatever_is_written_is_a_mistake_with_its_place_or_what_the_schema_takes() {
        let mut schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        without_limits(&mut schema);
        let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
        crate::hostile::each(&[EXAMPLE.as_bytes()], |bytes| {
            if one_meaning_or_a_mistake::<CaseFile>(bytes)?.is_some() {
                let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
                let value: Value = serde_json::from_slice(bytes).expect("it was read");
                prop_assert!(validator.is_valid(&value), "the schema refuses {}", value);
            }
            Ok(())
        });
    }

    /// Leaves the forms of a schema: lengths and patterns are the hub's to check.
    fn without_limits(schema: &mut Value) {
        match schema {
            Value::Object(members) => {
                members.retain(|name, _| !["minLength", "maxLength", "pattern"].contains(&name.as_str()));
                members.values_mut().for_each(without_limits);
            }
            Value::Array(values) => values.iter_mut().for_each(without_limits),
            _ => {}
        }
    }

    fn read(file: &str) -> Result<CaseFile, Mistake> {
        strict_json::parse(file.as_bytes(), Lang::Fr)
    }
}
