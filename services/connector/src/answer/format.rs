//! Reading an answer file, strictly. Its form is `schemas/answer.schema.json`.

use declic_proto::v1;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use crate::handover::case_of;

/// The `schema` of every answer file.
pub const SCHEMA: &str = "declic/answer/v1";

/// Longest answer file, in bytes: the longest texts, in any script, ten times.
pub const MAX_BYTES: u64 = 64 * 1024;

/// What the agency answers on a ticket.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// The ticket.
    pub ticket: String,
    /// The epoch that was read.
    pub epoch: u32,
    /// The etag that was read; empty to act whatever changed.
    pub etag: String,
    /// What is done.
    pub action: Action,
}

/// What is done.
#[derive(Clone, PartialEq)]
#[expect(
    missing_docs,
    reason = "each action and member is described in schemas/answer.schema.json"
)]
pub enum Action {
    Acknowledge {
        agent: String,
    },
    Assign {
        agent: String,
        desk: String,
        reason: String,
    },
    Ask {
        items: Vec<v1::InformationItem>,
        due_on: String,
        message: String,
    },
    TakeBack {
        message: String,
    },
    Redirect {
        reason: v1::RedirectReason,
        message: String,
        commune: String,
        regime: v1::Regime,
        agency: String,
    },
    Resolve {
        outcome: v1::Outcome,
        message: String,
        next_steps: Vec<v1::NextStep>,
        link: String,
    },
    Message {
        text: String,
    },
    Note {
        text: String,
    },
}

/// Why a file is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It stops in the middle: perhaps it is still being written.
    Unfinished,
    /// What is wrong, each with what to do.
    Problems(Vec<String>),
}

const ACTIONS: &str = "acknowledge, assign, ask, take_back, redirect, resolve, message, note";

/// Reads an answer.
///
/// # Errors
/// [`Refused`]: everything that is wrong, for the person who wrote the program that wrote the file.
pub fn parse(content: &[u8]) -> Result<Answer, Refused> {
    check_shape(&read(content)?)?;
    let head: Head = read(content)?;
    let mut checks = Checks::default();
    if head.schema != SCHEMA {
        checks.wrong(format!(
            "`schema` is not \"{SCHEMA}\": write it so, or update the connector"
        ));
    }
    if case_of(&head.ticket).is_err() {
        checks.wrong("`ticket` is no ticket's name: copy it from the hand-over file");
    }
    if head.epoch == 0 {
        checks.wrong("`epoch` is 0: copy it from the hand-over file");
    }
    let etag = checks.optional("etag", head.etag, 200);
    let action = checks.action(&head.action, content)?;
    match action {
        Some(action) if checks.problems.is_empty() => Ok(Answer {
            ticket: head.ticket,
            epoch: head.epoch,
            etag,
            action,
        }),
        _ => Err(Refused::Problems(checks.problems)),
    }
}

#[derive(Deserialize)]
struct Head {
    schema: String,
    ticket: String,
    epoch: u32,
    #[serde(default)]
    etag: Option<String>,
    action: String,
}

/// An action's own members, beside those of every answer; any other member is refused, and so is one that comes twice.
macro_rules! bodies {
    ($($name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct $name {
                #[serde(rename = "schema")]
                _schema: IgnoredAny,
                #[serde(rename = "ticket")]
                _ticket: IgnoredAny,
                #[serde(rename = "epoch")]
                _epoch: IgnoredAny,
                #[serde(rename = "etag", default)]
                _etag: IgnoredAny,
                #[serde(rename = "action")]
                _action: IgnoredAny,
                $($(#[$attribute])* $field: $type,)*
            }
        )*
    };
}

bodies! {
    Acknowledge {
        #[serde(default)]
        agent: Option<String>,
    }
    Assign {
        #[serde(default)]
        agent: Option<String>,
        #[serde(default)]
        desk: Option<String>,
        reason: String,
    }
    Ask {
        items: Vec<Item>,
        #[serde(default)]
        due_on: Option<String>,
        #[serde(default)]
        message: Option<String>,
    }
    TakeBack {
        #[serde(default)]
        message: Option<String>,
    }
    Redirect {
        reason: String,
        message: String,
        #[serde(default)]
        commune: Option<String>,
        #[serde(default)]
        regime: Option<String>,
        #[serde(default)]
        agency: Option<String>,
    }
    Resolve {
        outcome: String,
        message: String,
        #[serde(default)]
        next_steps: Vec<Step>,
        #[serde(default)]
        link: Option<String>,
    }
    Text {
        text: String,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    kind: String,
    label: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    label: String,
    #[serde(default)]
    due_on: Option<String>,
}

fn read<T: DeserializeOwned>(content: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(content).map_err(|error| {
        if error.is_eof() {
            Refused::Unfinished
        } else {
            Refused::Problems(vec![format!("{error}: write the file as the format says")])
        }
    })
}

/// Arrays that stand in for objects, by the order of their members, are no form of ours.
fn check_shape(value: &Value) -> Result<(), Refused> {
    let members = value.as_object().map(|object| object.values());
    let lists = members.map(|values| values.filter_map(Value::as_array).flatten());
    if lists.is_some_and(|mut elements| elements.all(Value::is_object)) {
        Ok(())
    } else {
        let problem = "the answer, its items and its steps are JSON objects: write them with { and }";
        Err(Refused::Problems(vec![problem.to_owned()]))
    }
}

#[derive(Default)]
struct Checks {
    problems: Vec<String>,
}

impl Checks {
    fn action(&mut self, name: &str, content: &[u8]) -> Result<Option<Action>, Refused> {
        Ok(Some(match name {
            "acknowledge" => self.acknowledge(read(content)?),
            "assign" => self.assign(read(content)?),
            "ask" => self.ask(read(content)?),
            "take_back" => Action::TakeBack {
                message: self.optional("message", read::<TakeBack>(content)?.message, 500),
            },
            "redirect" => self.redirect(read(content)?),
            "resolve" => self.resolve(read(content)?),
            "message" => Action::Message {
                text: self.required("text", read::<Text>(content)?.text, 2_000),
            },
            "note" => Action::Note {
                text: self.required("text", read::<Text>(content)?.text, 2_000),
            },
            _ => {
                self.wrong(format!("`action` is not one of {ACTIONS}: choose one of them"));
                return Ok(None);
            }
        }))
    }

    fn acknowledge(&mut self, body: Acknowledge) -> Action {
        Action::Acknowledge {
            agent: self.member("agent", body.agent),
        }
    }

    fn assign(&mut self, body: Assign) -> Action {
        let agent = self.member("agent", body.agent);
        let desk = self.path("desk", body.desk, &["agencies", "desks"]);
        if agent.is_empty() && desk.is_empty() {
            self.wrong("neither `agent` nor `desk` is given: say to whom the ticket goes");
        }
        let reason = self.required("reason", body.reason, 500);
        Action::Assign { agent, desk, reason }
    }

    fn ask(&mut self, body: Ask) -> Action {
        if !(1..=10).contains(&body.items.len()) {
            self.wrong(format!("`items` holds {}: ask for 1 to 10", body.items.len()));
        }
        let items = body.items.into_iter().map(|item| v1::InformationItem {
            kind: self
                .named(
                    "kind",
                    &item.kind,
                    "INFORMATION_KIND_",
                    v1::InformationKind::from_str_name,
                )
                .into(),
            label: self.required("label", item.label, 200),
            why: self.required("why", item.why, 500),
            answered: false,
        });
        Action::Ask {
            items: items.collect(),
            due_on: self.date("due_on", body.due_on),
            message: self.optional("message", body.message, 2_000),
        }
    }

    fn redirect(&mut self, body: Redirect) -> Action {
        use v1::RedirectReason as R;
        let reason = self.named("reason", &body.reason, "REDIRECT_REASON_", R::from_str_name);
        let commune = self.commune(body.commune);
        let regime = body.regime.map_or(v1::Regime::Unspecified, |regime| {
            self.named("regime", &regime, "REGIME_", v1::Regime::from_str_name)
        });
        if reason == R::OutsideTerritory && commune.is_empty() {
            self.wrong("`commune` is missing: give the INSEE code of the right commune");
        }
        if reason == R::WrongRegime && regime == v1::Regime::Unspecified {
            self.wrong("`regime` is missing: give the right regime");
        }
        Action::Redirect {
            reason,
            message: self.required("message", body.message, 2_000),
            commune,
            regime,
            agency: self.path("agency", body.agency, &["agencies"]),
        }
    }

    fn resolve(&mut self, body: Resolve) -> Action {
        if body.next_steps.len() > 10 {
            self.wrong(format!(
                "`next_steps` holds {}: give 10 at most",
                body.next_steps.len()
            ));
        }
        let next_steps = body.next_steps.into_iter().map(|step| v1::NextStep {
            label: self.required("label", step.label, 200),
            due_on: self.date("due_on", step.due_on),
        });
        Action::Resolve {
            next_steps: next_steps.collect(),
            outcome: self.named("outcome", &body.outcome, "OUTCOME_", v1::Outcome::from_str_name),
            message: self.required("message", body.message, 2_000),
            link: self.optional("link", body.link, 500),
        }
    }

    fn wrong(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// A text of 1 to `most` characters that is not only blanks.
    fn required(&mut self, field: &str, text: String, most: usize) -> String {
        if text.trim().is_empty() {
            self.wrong(format!("`{field}` is empty: write 1 to {most} characters"));
        }
        self.short(field, text, most)
    }

    fn optional(&mut self, field: &str, text: Option<String>, most: usize) -> String {
        self.short(field, text.unwrap_or_default(), most)
    }

    fn short(&mut self, field: &str, text: String, most: usize) -> String {
        let count = text.chars().count();
        if count > most {
            self.wrong(format!(
                "`{field}` holds {count} characters: write {most} at most"
            ));
        }
        text
    }

    fn named<E: Default>(
        &mut self,
        field: &str,
        name: &str,
        prefix: &str,
        find: impl Fn(&str) -> Option<E>,
    ) -> E {
        let found = find(&format!("{prefix}{name}")).filter(|_| name != "UNSPECIFIED");
        found.unwrap_or_else(|| {
            self.wrong(format!("`{field}` holds no known code: the format lists them"));
            E::default()
        })
    }

    fn date(&mut self, field: &str, date: Option<String>) -> String {
        let date = date.unwrap_or_default();
        let day = date.parse::<jiff::civil::Date>();
        let well_formed = day.is_ok_and(|day| day.to_string() == date);
        if !date.is_empty() && !well_formed {
            self.wrong(format!("`{field}` is no date: write it as \"2026-12-07\""));
        }
        date
    }

    fn commune(&mut self, commune: Option<String>) -> String {
        let commune = commune.unwrap_or_default();
        let well_formed = commune.len() == 5
            && commune
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b'A' | b'B'));
        if !commune.is_empty() && !well_formed {
            self.wrong("`commune` is no INSEE code: write its 5 characters, as in \"56178\"");
        }
        commune
    }

    fn member(&mut self, field: &str, name: Option<String>) -> String {
        self.path(field, name, &["members"])
    }

    /// A resource name: each collection followed by an id.
    fn path(&mut self, field: &str, name: Option<String>, collections: &[&str]) -> String {
        let Some(name) = name else {
            return String::new();
        };
        let parts: Vec<_> = name.split('/').collect();
        let well_formed = parts.len() == collections.len() * 2
            && parts.chunks(2).zip(collections).all(|(pair, collection)| {
                pair[0] == *collection
                    && (1..=100).contains(&pair[1].chars().count())
                    && !pair[1].contains(char::is_whitespace)
            });
        if !well_formed {
            let form: Vec<_> = collections.iter().map(|c| format!("{c}/…")).collect();
            self.wrong(format!(
                "`{field}` is not of the form \"{}\": copy it from the directory",
                form.join("/")
            ));
        }
        name
    }
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
