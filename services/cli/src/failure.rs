//! What went wrong, as an exit code and as sentences that say what to do.

use std::fmt::Write as _;

use declic_client::{Code, Error as CallError};
use declic_words::{Arg, Family, Lang, label, text};
use serde_json::json;
use uuid::Uuid;

use declic_words::said::Said;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done. As a failure: whoever read our output left, there is nobody to tell anything.
    Done = 0,
    /// Anything not listed below.
    Failure = 1,
    /// Usage, or input that cannot be accepted.
    Usage = 2,
    /// Not found, or not for the caller.
    NotFound = 3,
    /// Refused by a rule, a role or a key.
    Refused = 4,
    /// Somebody else was faster: read again.
    Conflict = 5,
    /// No answer, or not now: the same command may succeed later.
    Unreachable = 6,
}

/// A command that did not do what it was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub exit: Exit,
    /// Name of the hub's reason (`EPOCH_OUTDATED`), when there is one: its page is `docs/errors/<REASON>.md`.
    pub reason: Option<&'static str>,
    /// One sentence that says what to do.
    pub sentence: String,
    /// What the hub said beside its reason.
    pub said: Vec<Said>,
    /// What else is known, one line each, in the reader's language.
    pub details: Vec<Detail>,
    /// Options that repeat the same intention, when it may have happened.
    pub retry: Option<String>,
}

/// What else is known of a failure.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// One line.
    Line(String),
    /// A place of an input that is wrong.
    Finding {
        /// For people: the sentence, and the place in its line.
        shown: String,
        /// For programs.
        value: serde_json::Value,
    },
}

impl Detail {
    /// For people.
    pub fn shown(&self) -> &str {
        match self {
            Self::Line(shown) | Self::Finding { shown, .. } => shown,
        }
    }
}

impl Failure {
    pub fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self {
            exit,
            reason: None,
            sentence: sentence.into(),
            said: Vec::new(),
            details: Vec::new(),
            retry: None,
        }
    }

    pub fn usage(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Usage, sentence)
    }

    #[must_use]
    pub fn detail(mut self, line: impl Into<String>) -> Self {
        self.details.push(Detail::Line(line.into()));
        self
    }

    /// A refusal of the hub, or no answer of it.
    pub fn of_call(lang: Lang, error: &CallError) -> Self {
        let mut failure = Self::new(exit_of(error), String::new());
        if let Some(reason) = error.reason {
            let name = reason.as_str_name().trim_start_matches("ERROR_REASON_");
            failure.sentence = label(lang, Family::ErrorReason, name);
            failure.reason = Some(name);
            if error.violations.is_empty() {
                failure.said.push(Said::Message(error.message.clone()));
            }
        } else {
            let key = if error.is_unreachable() {
                "cli-unreachable"
            } else {
                "cli-answer-not-of-a-hub"
            };
            failure.sentence = text(lang, key, &[]);
            failure.said.push(Said::Message(error.message.clone()));
        }
        let pairs = |(name, value): (&String, &String)| (name.clone(), value.clone());
        let violations = error.violations.iter().cloned();
        let metadata = error.metadata.iter().map(pairs);
        failure
            .said
            .extend(violations.map(|(subject, problem)| Said::Violation(subject, problem)));
        failure
            .said
            .extend(metadata.map(|(name, value)| Said::Metadata(name, value)));
        if let Some(delay) = error.retry_after {
            let seconds = i64::try_from(delay.as_secs()).unwrap_or(i64::MAX).max(1);
            failure = failure.detail(text(
                lang,
                "cli-retry-after",
                &[("seconds", Arg::Number(seconds))],
            ));
        }
        failure
    }

    /// Same, for a command: when it may have happened, says how to repeat it without doing it twice.
    pub fn of_command(lang: Lang, error: &CallError, sent: &str) -> Self {
        let mut failure = Self::of_call(lang, error);
        if error.is_outcome_unknown() || error.is_transient() {
            failure.retry = Some(sent.to_owned());
        }
        failure
    }

    /// A file or pipe that could not be read or written.
    pub fn of_io(lang: Lang, place: &str, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, "");
        }
        use std::io::ErrorKind as E;
        let problem = match error.kind() {
            E::NotFound => text(lang, "cli-file-absent", &[]),
            E::PermissionDenied => text(lang, "cli-file-forbidden", &[]),
            E::IsADirectory => text(lang, "cli-file-is-folder", &[]),
            E::AlreadyExists => text(lang, "cli-file-exists", &[]),
            E::StorageFull => text(lang, "cli-file-disk-full", &[]),
            _ => {
                let why = error.to_string();
                text(lang, "cli-file-other", &[("problem", Arg::Text(&why))])
            }
        };
        let exit = match error.kind() {
            E::NotFound | E::IsADirectory => Exit::Usage,
            _ => Exit::Failure,
        };
        let args = [("place", Arg::Text(place)), ("problem", Arg::Text(&problem))];
        Self::new(exit, text(lang, "cli-file", &args))
    }

    /// For people: what to do first, then why.
    pub fn to_text(&self, lang: Lang) -> String {
        let mut shown = format!("{} {}\n", text(lang, "cli-error", &[]), self.sentence);
        let said = self
            .said
            .iter()
            .filter_map(|said| said.to_text(lang, self.reason));
        let details = self.details.iter().map(|detail| detail.shown().to_owned());
        for detail in said.chain(details) {
            let _infallible = writeln!(shown, "  - {}", crate::screen::plain(&detail));
        }
        if let Some(options) = &self.retry {
            let line = text(lang, "cli-retry-with", &[("options", Arg::Text(options))]);
            let _infallible = writeln!(shown, "  {line}");
        }
        if let Some(reason) = self.reason {
            let line = text(lang, "cli-reason", &[("reason", Arg::Text(reason))]);
            let _infallible = writeln!(shown, "  {line}");
        }
        shown
    }

    /// For programs: one line.
    pub fn to_json(&self) -> String {
        let said = self.said.iter().map(Said::as_it_came);
        let lines = self.details.iter().filter_map(|detail| match detail {
            Detail::Line(line) => Some(line.clone()),
            Detail::Finding { .. } => None,
        });
        let findings = self.details.iter().filter_map(|detail| match detail {
            Detail::Line(_) => None,
            Detail::Finding { value, .. } => Some(value),
        });
        let findings: Vec<_> = findings.collect();
        let details: Vec<String> = said.chain(lines).collect();
        let mut error = json!({
            "exit_code": self.exit as u8,
            "reason": self.reason,
            "message": self.sentence,
            "details": details,
            "retry_with": self.retry,
        });
        if !findings.is_empty() {
            error["findings"] = json!(findings);
        }
        json!({ "error": error }).to_string()
    }
}

/// The options that make a command the same intention again.
pub fn same_intention(request_id: Uuid, epoch: Option<u32>, etag: &str) -> String {
    let mut options = format!("--request-id {request_id}");
    if let Some(epoch) = epoch {
        let _infallible = write!(options, " --epoch {epoch}");
    }
    if !etag.is_empty() {
        let _infallible = write!(options, " --etag {etag}");
    }
    options
}

fn exit_of(error: &CallError) -> Exit {
    if error.is_unreachable() {
        return Exit::Unreachable;
    }
    match error.code {
        Code::InvalidArgument => Exit::Usage,
        Code::NotFound => Exit::NotFound,
        Code::FailedPrecondition | Code::PermissionDenied | Code::Unauthenticated => Exit::Refused,
        Code::Aborted => Exit::Conflict,
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted => Exit::Unreachable,
        _ => Exit::Failure,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use declic_client::ErrorReason;

    use super::*;

    #[test]
    fn every_kind_of_refusal_has_its_exit_code() {
        use ErrorReason as R;
        let rows = [
            (Some(R::FieldInvalid), Code::InvalidArgument, Exit::Usage),
            (Some(R::PageTokenInvalid), Code::InvalidArgument, Exit::Usage),
            (Some(R::NotFound), Code::NotFound, Exit::NotFound),
            (Some(R::TokenInvalid), Code::Unauthenticated, Exit::Refused),
            (Some(R::RoleForbidden), Code::PermissionDenied, Exit::Refused),
            (Some(R::MandateInvalid), Code::FailedPrecondition, Exit::Refused),
            (Some(R::RequestIdReused), Code::FailedPrecondition, Exit::Refused),
            (Some(R::EtagOutdated), Code::Aborted, Exit::Conflict),
            (Some(R::EpochOutdated), Code::Aborted, Exit::Conflict),
            (Some(R::OutcomeUnknown), Code::Unavailable, Exit::Unreachable),
            (
                Some(R::DeadlineExceeded),
                Code::DeadlineExceeded,
                Exit::Unreachable,
            ),
            (Some(R::RateLimited), Code::ResourceExhausted, Exit::Unreachable),
            (Some(R::BeyondPublished), Code::OutOfRange, Exit::Failure),
            (Some(R::Internal), Code::Internal, Exit::Failure),
            (None, Code::Unavailable, Exit::Unreachable),
            (None, Code::Unimplemented, Exit::Failure),
        ];
        for (reason, code, exit) in rows {
            assert_eq!(exit_of(&error(reason, code)), exit, "{reason:?} {code:?}");
        }
    }

    #[test]
    fn a_command_that_may_have_happened_says_how_to_repeat_it() {
        let id = Uuid::nil();
        let sent = same_intention(id, Some(2), "abc");
        let unknown = error(Some(ErrorReason::OutcomeUnknown), Code::Unavailable);
        let told = Failure::of_command(Lang::En, &unknown, &sent).to_text(Lang::En);
        let options = "--request-id 00000000-0000-0000-0000-000000000000 --epoch 2 --etag abc";
        assert!(told.contains(options), "{told}");
        assert!(told.contains("docs/errors/OUTCOME_UNKNOWN.md"), "{told}");

        let refused = error(Some(ErrorReason::MandateInvalid), Code::FailedPrecondition);
        assert_eq!(Failure::of_command(Lang::En, &refused, &sent).retry, None);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_in_the_language_of_the_reader() {
        use std::io::{Error, ErrorKind as E};
        let rows = [
            (E::NotFound, "n’existe pas", Exit::Usage),
            (E::IsADirectory, "c’est un dossier", Exit::Usage),
            (E::PermissionDenied, "accès refusé", Exit::Failure),
            (E::StorageFull, "disque est plein", Exit::Failure),
            (E::Interrupted, "en anglais", Exit::Failure),
        ];
        for (kind, said, exit) in rows {
            let failure = Failure::of_io(Lang::Fr, "dossier.json", &Error::from(kind));
            assert!(failure.sentence.contains(said), "{}", failure.sentence);
            assert_eq!(failure.exit, exit);
        }
    }

    #[test]
    fn programs_get_the_reason_and_the_exit_code_in_one_line() {
        let failure = Failure::of_call(Lang::Fr, &error(Some(ErrorReason::NotFound), Code::NotFound));
        let shown: serde_json::Value = serde_json::from_str(&failure.to_json()).expect("JSON");
        assert_eq!(shown["error"]["reason"], "NOT_FOUND");
        assert_eq!(shown["error"]["exit_code"], 3);
    }

    fn error(reason: Option<ErrorReason>, code: Code) -> CallError {
        CallError {
            reason,
            code,
            message: "the hub says so".to_owned(),
            violations: Vec::new(),
            metadata: BTreeMap::new(),
            retry_after: None,
        }
    }
}
