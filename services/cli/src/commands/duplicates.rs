//! Cases of the same person for the same benefit that are open already: told before another one is opened.

use declic_proto::v1;
use declic_words::Arg;
use serde_json::{Value, json};

use crate::failure::{Detail, Exit, Failure};
use crate::screen::Manner;
use crate::view::time;
use declic_words::when;

/// What a hub found.
pub struct Duplicates {
    readable: Vec<v1::DuplicateCase>,
    others: bool,
}

impl Duplicates {
    /// What the answer to an opening tells.
    pub fn of(answer: &mut v1::OpenCaseResponse) -> Self {
        Self {
            readable: std::mem::take(&mut answer.duplicates),
            others: answer.colleague_has_duplicate,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.readable.is_empty() && !self.others
    }

    /// One line for each that may be read, and one for those of colleagues.
    pub fn lines(&self, manner: &Manner) -> Vec<String> {
        let readable = self.readable.iter();
        let mut lines: Vec<String> = readable.map(|case| line(manner, case)).collect();
        if self.others {
            lines.push(manner.text("cli-duplicate-of-colleague", &[]));
        }
        lines
    }

    /// Nothing is opened unless it is asked for in so many words.
    pub fn failure(&self, manner: &Manner) -> Failure {
        let mut failure = Failure::new(Exit::Refused, manner.text("cli-duplicate", &[]));
        for case in &self.readable {
            failure.details.push(Detail::Finding {
                shown: line(manner, case),
                value: as_json(case),
            });
        }
        if self.others {
            failure = failure.detail(manner.text("cli-duplicate-of-colleague", &[]));
        }
        failure
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let readable: Vec<Value> = self.readable.iter().map(as_json).collect();
        json!({ "cases": readable, "of_colleagues": self.others })
    }
}

fn line(manner: &Manner, case: &v1::DuplicateCase) -> String {
    let opened = time(case.open_time).map(|time| when::moment(manner, time));
    let opener = case.opener.trim_start_matches("members/");
    let args = [
        ("reference", Arg::Text(case.reference.as_str())),
        ("moment", Arg::Text(opened.as_deref().unwrap_or_default())),
        ("opener", Arg::Text(opener)),
    ];
    manner.text("cli-duplicate-case", &args)
}

fn as_json(case: &v1::DuplicateCase) -> Value {
    json!({
        "case": case.case,
        "reference": case.reference,
        "opener": case.opener,
        "open_time": time(case.open_time).map(|time| time.to_string()),
    })
}
