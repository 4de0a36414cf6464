//! The one door for errors: every failure of the hub becomes a status here, and is logged here, once.
//!
//! What the caller sees and what we know are two things: INTERNAL says one fixed sentence and the request id, the chain of
//! causes goes to the log.

use std::collections::HashMap;
use std::time::Duration;

use declic_domain::Refusal;
use declic_domain::name::TicketName;
use declic_proto::ERROR_DOMAIN;
use declic_proto::v1::ErrorReason;
use declic_store::CommitError;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, StatusExt as _};

/// A field that is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, for example `person.birth_date`; empty for the message as a whole.
    pub field: String,
    /// What is wrong and what to do.
    pub problem: String,
}

/// Longest sentence of a status, and longest problem of one field, in bytes. A status travels in headers, of which some
/// clients take 8 KiB in all and end the connection, with everybody's calls on it, when there are more.
const LONGEST_MESSAGE: usize = 500;
/// Bytes of fields and problems told at once.
const MOST_TOLD: usize = 3 * 1024;

/// Name under which the metadata tell how many violations did not fit.
const UNTOLD: &str = "untold";

/// How a call can fail. An eighth kind needs a good reason.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is wrong: every violation, or one reason of its own.
    #[error("the request is not valid")]
    Invalid(ErrorReason, Vec<Violation>),
    /// No token or secret, or one that is not accepted.
    #[error("not accepted: {}", .0.as_str_name())]
    Unauthenticated(ErrorReason, &'static str),
    /// Unknown, or not for the caller.
    #[error("not found")]
    Absent,
    /// A rule refuses.
    #[error("refused: {0}")]
    Refused(Refusal, Option<TicketName>),
    /// Not now: overload, database away, ledger closed, outcome unknown, too many calls.
    #[error("not now: {}", .0.as_str_name())]
    Later(ErrorReason, #[source] Option<anyhow::Error>),
    /// A position beyond what exists or is kept.
    #[error("out of range: {}", .0.as_str_name())]
    OutOfRange(ErrorReason, String),
    /// A fault of ours.
    #[error("internal")]
    Internal(#[source] anyhow::Error),
}

impl Error {
    /// One wrong field.
    pub fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        let violation = Violation {
            field: field.into(),
            problem: problem.into(),
        };
        Self::Invalid(ErrorReason::FieldInvalid, vec![violation])
    }

    /// A fault of ours, from whatever caused it.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Internal(cause.into())
    }

    /// Builds the status and logs its cause. `request` is quoted to the caller of an internal error.
    pub fn into_status(self, request: &str) -> Status {
        let reason = self.reason();
        self.log(reason, request);
        let (code, message) = (self.code(), cut(&self.message(request), LONGEST_MESSAGE));
        let mut details = ErrorDetails::new();
        let mut metadata = self.metadata(request);
        let violations = self.violations();
        if !violations.is_empty() {
            let (found, told) = (violations.len(), told(violations));
            if told.len() < found {
                metadata.insert(UNTOLD.to_owned(), (found - told.len()).to_string());
            }
            details.set_bad_request(told);
        } else if let Self::Refused(refusal, ticket) = &self
            && code == Code::FailedPrecondition
        {
            let subject = ticket.map_or_else(String::new, |ticket| ticket.resource());
            let violation = PreconditionViolation::new(short(reason), subject, refusal.to_string());
            details.set_precondition_failure(vec![violation]);
        }
        details.set_error_info(short(reason), ERROR_DOMAIN, metadata);
        if let Some(delay) = retry_delay(reason) {
            details.set_retry_info(Some(delay));
        }
        Status::with_error_details(code, message, details)
    }

    fn reason(&self) -> ErrorReason {
        match self {
            Self::Invalid(reason, _) | Self::Later(reason, _) | Self::OutOfRange(reason, _) => *reason,
            Self::Unauthenticated(reason, _) => *reason,
            Self::Absent => ErrorReason::NotFound,
            Self::Refused(refusal, _) => refusal_reason(refusal),
            Self::Internal(_) => ErrorReason::Internal,
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Invalid(..) => Code::InvalidArgument,
            Self::Unauthenticated(..) => Code::Unauthenticated,
            Self::Absent => Code::NotFound,
            Self::Refused(refusal, _) => match refusal {
                Refusal::Unknown | Refusal::NoRuleset => Code::NotFound,
                Refusal::Role => Code::PermissionDenied,
                Refusal::Field { .. } | Refusal::Facts(_) => Code::InvalidArgument,
                Refusal::EtagOutdated { .. } | Refusal::EpochOutdated => Code::Aborted,
                _ => Code::FailedPrecondition,
            },
            Self::Later(reason, _) => match reason {
                ErrorReason::RateLimited | ErrorReason::SlowReader => Code::ResourceExhausted,
                ErrorReason::CaseBusy | ErrorReason::RulesBusy | ErrorReason::DirectoryBusy => Code::Aborted,
                ErrorReason::RequestIdReused | ErrorReason::SignInUnavailable => Code::FailedPrecondition,
                ErrorReason::DeadlineExceeded => Code::DeadlineExceeded,
                _ => Code::Unavailable,
            },
            Self::OutOfRange(..) => Code::OutOfRange,
            Self::Internal(_) => Code::Internal,
        }
    }

    /// Every wrong field, with what is wrong with it.
    fn violations(&self) -> Vec<(String, &str)> {
        match self {
            Self::Invalid(_, violations) => {
                let fields = violations.iter();
                fields.map(|v| (v.field.clone(), v.problem.as_str())).collect()
            }
            Self::Refused(Refusal::Field { field, problem }, _) => {
                vec![((*field).to_owned(), problem.as_str())]
            }
            Self::Refused(Refusal::Facts(problems), _) => {
                let fields = problems.iter();
                fields
                    .map(|(field, problem)| (format!("facts.{field}"), problem.as_str()))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn message(&self, request: &str) -> String {
        match self {
            Self::Invalid(reason, violations) => match (reason, violations.first()) {
                (ErrorReason::PageTokenInvalid, _) => {
                    "this page token is not one of this question: start again from the first page".to_owned()
                }
                (ErrorReason::ResumeTokenInvalid, _) => {
                    "this resume token is not one of this hub and mailbox: start again with an empty one"
                        .to_owned()
                }
                (_, Some(first)) if violations.len() == 1 && first.field.is_empty() => first.problem.clone(),
                (_, Some(first)) if violations.len() == 1 => format!("{}: {}", first.field, first.problem),
                _ => format!("{} fields are not valid: see the details", violations.len()),
            },
            Self::Unauthenticated(_, sentence) => (*sentence).to_owned(),
            Self::Absent => Refusal::Unknown.to_string(),
            Self::Refused(refusal, _) => refusal.to_string(),
            Self::Later(reason, _) => later(*reason).to_owned(),
            Self::OutOfRange(_, sentence) => sentence.clone(),
            Self::Internal(_) => {
                format!("the hub made a mistake, which is recorded: quote request {request} to its operator")
            }
        }
    }

    fn metadata(&self, request: &str) -> HashMap<String, String> {
        let mut metadata = HashMap::new();
        match self {
            Self::Refused(Refusal::EtagOutdated { current }, _) => {
                metadata.insert("etag".to_owned(), current.to_string());
            }
            Self::Refused(
                Refusal::NotAwaiting {
                    successor: Some(number),
                },
                Some(ticket),
            ) => {
                let successor = TicketName {
                    case: ticket.case,
                    number: *number,
                };
                metadata.insert("successor".to_owned(), successor.resource());
            }
            Self::Refused(Refusal::ReminderTooSoon { next_on }, _) => {
                metadata.insert("next_on".to_owned(), next_on.to_string());
            }
            Self::Internal(_) => {
                metadata.insert("request".to_owned(), request.to_owned());
            }
            _ => {}
        }
        metadata
    }

    fn log(&self, reason: ErrorReason, request: &str) {
        let reason = short(reason);
        match self {
            Self::Internal(cause) => {
                tracing::error!(
                    request,
                    reason,
                    cause = format!("{cause:#}"),
                    "a call failed by our fault"
                );
            }
            Self::Later(_, Some(cause)) => {
                tracing::warn!(
                    request,
                    reason,
                    cause = format!("{cause:#}"),
                    "a call could not be served now"
                );
            }
            _ => tracing::debug!(request, reason, "a call was refused"),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal, None)
    }
}

impl From<declic_store::Error> for Error {
    fn from(error: declic_store::Error) -> Self {
        match error {
            declic_store::Error::DiskFull(_) => Self::Later(ErrorReason::DiskFull, Some(error.into())),
            declic_store::Error::Unavailable(_) => {
                Self::Later(ErrorReason::StorageUnavailable, Some(error.into()))
            }
            other => Self::Internal(other.into()),
        }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Stale => Self::Later(ErrorReason::CaseBusy, None),
            CommitError::KeyReused => Self::Later(ErrorReason::RequestIdReused, None),
            CommitError::OutcomeUnknown(_) => Self::Later(ErrorReason::OutcomeUnknown, Some(error.into())),
            CommitError::Engine(error) => error.into(),
            CommitError::Replayed(_) => Self::Internal(anyhow::anyhow!("a replayed answer was not given")),
        }
    }
}

impl From<declic_vault::vault::Error> for Error {
    fn from(error: declic_vault::vault::Error) -> Self {
        match error {
            // Its keys were destroyed at the end of its retention: to everyone it is gone.
            declic_vault::vault::Error::Shredded => Self::Absent,
            declic_vault::vault::Error::Keyring(declic_vault::keyring::Error::DiskFull(_)) => {
                Self::Later(ErrorReason::DiskFull, Some(error.into()))
            }
            declic_vault::vault::Error::Keyring(declic_vault::keyring::Error::Unavailable(_)) => {
                Self::Later(ErrorReason::StorageUnavailable, Some(error.into()))
            }
            other => Self::Internal(other.into()),
        }
    }
}

impl From<declic_vault::seal::Error> for Error {
    fn from(error: declic_vault::seal::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// The reason without its enum's prefix, as it stands in `ErrorInfo.reason` and in `docs/errors/`.
pub fn short(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix("ERROR_REASON_").unwrap_or(name)
}

/// The violations in their order, as many as fit.
fn told<'v>(violations: impl IntoIterator<Item = (String, &'v str)>) -> Vec<FieldViolation> {
    let mut bytes = 0;
    let cut = violations
        .into_iter()
        .map(|(field, problem)| FieldViolation::new(field, cut(problem, LONGEST_MESSAGE)));
    cut.take_while(|violation| {
        bytes += violation.field.len() + violation.description.len();
        bytes <= MOST_TOLD
    })
    .collect()
}

/// The text, or its beginning of at most so many bytes.
fn cut(text: &str, longest: usize) -> String {
    let end = text.floor_char_boundary(longest);
    let mark = if end < text.len() { "…" } else { "" };
    format!("{}{mark}", &text[..end])
}

fn refusal_reason(refusal: &Refusal) -> ErrorReason {
    match refusal {
        Refusal::Unknown | Refusal::NoRuleset => ErrorReason::NotFound,
        Refusal::Role => ErrorReason::RoleForbidden,
        Refusal::Field { .. } | Refusal::Facts(_) => ErrorReason::FieldInvalid,
        Refusal::Transition { .. } => ErrorReason::TransitionNotAllowed,
        Refusal::InformationLimit => ErrorReason::InformationLimit,
        Refusal::NotAwaiting { .. } => ErrorReason::TicketNotAwaiting,
        Refusal::RedirectToSelf => ErrorReason::RedirectToSelf,
        Refusal::MandateInvalid => ErrorReason::MandateInvalid,
        Refusal::MandateRevoked => ErrorReason::MandateRevoked,
        Refusal::AgencyAlreadyAsked => ErrorReason::AgencyAlreadyAsked,
        Refusal::TooManyTickets => ErrorReason::TooManyTickets,
        Refusal::NotAtTriage => ErrorReason::NotAtTriage,
        Refusal::ReopenTooLate => ErrorReason::ReopenTooLate,
        Refusal::ItemNotAwaited { .. } => ErrorReason::ItemNotAwaited,
        Refusal::ItemAnswered { .. } => ErrorReason::ItemAnswered,
        Refusal::ReminderTooSoon { .. } => ErrorReason::ReminderTooSoon,
        Refusal::EtagOutdated { .. } => ErrorReason::EtagOutdated,
        Refusal::EpochOutdated => ErrorReason::EpochOutdated,
        Refusal::RulesUnreadable => ErrorReason::RulesUnreadable,
        Refusal::RulesForbidden { .. } => ErrorReason::RulesForbidden,
        Refusal::RulesInForce => ErrorReason::RulesInForce,
        Refusal::NothingToRollBack => ErrorReason::NothingToRollBack,
        Refusal::DirectoryUnsound(_) => ErrorReason::DirectoryUnsound,
    }
}

fn later(reason: ErrorReason) -> &'static str {
    match reason {
        ErrorReason::OutcomeUnknown => "it may or may not be done: send it again with the same request id",
        ErrorReason::CaseBusy => {
            "others changed this case at the same time: send it again with the same request id"
        }
        ErrorReason::RulesBusy => {
            "others changed the rules at the same time: send it again with the same request id"
        }
        ErrorReason::DirectoryBusy => {
            "others changed the directory at the same time: send it again with the same request id"
        }
        ErrorReason::RequestIdReused => "this request id was used with other content: draw a new one",
        ErrorReason::RateLimited => "too many calls: wait for the given delay",
        ErrorReason::SlowReader => "you read too slowly: resume from your last token",
        ErrorReason::Overloaded => "the hub is busy: try again after the given delay",
        ErrorReason::StorageUnavailable => "the database does not answer: try again after the given delay",
        ErrorReason::DiskFull => {
            "the disk is full: nothing was written, reading works; its operator is warned"
        }
        ErrorReason::LedgerClosed => {
            "the ledger does not add up: writing is closed until its operator has looked, reading works"
        }
        ErrorReason::ShuttingDown => "the hub stops: connect again",
        ErrorReason::SignInUnavailable => {
            "people do not sign in at this hub in this way: ask for its methods"
        }
        ErrorReason::ProviderUnavailable => {
            "the identity provider does not answer as it should: try again later"
        }
        ErrorReason::DeadlineExceeded => "no answer in time: send it again with the same request id",
        _ => "try again later",
    }
}

fn retry_delay(reason: ErrorReason) -> Option<Duration> {
    match reason {
        ErrorReason::OutcomeUnknown
        | ErrorReason::CaseBusy
        | ErrorReason::RulesBusy
        | ErrorReason::DirectoryBusy => Some(Duration::from_millis(200)),
        ErrorReason::RateLimited
        | ErrorReason::SlowReader
        | ErrorReason::Overloaded
        | ErrorReason::ShuttingDown => Some(Duration::from_secs(1)),
        ErrorReason::StorageUnavailable | ErrorReason::ProviderUnavailable => Some(Duration::from_secs(2)),
        ErrorReason::DiskFull => Some(Duration::from_secs(30)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_internal_error_tells_the_caller_nothing_but_the_request() {
        let status = Error::internal(anyhow::anyhow!("no such table: secrets")).into_status("r-1");
        assert_eq!(status.code(), Code::Internal);
        assert!(status.message().contains("r-1"));
        assert!(!status.message().contains("secrets"));
    }

    #[test]
    fn unknown_and_forbidden_give_the_same_answer() {
        let absent = Error::Absent.into_status("r");
        let forbidden = Error::from(Refusal::Unknown).into_status("r");
        assert_eq!(
            (absent.code(), absent.message()),
            (forbidden.code(), forbidden.message())
        );
        assert_eq!(absent.details(), forbidden.details());
    }

    #[test]
    fn a_full_disk_is_told_as_one_wherever_it_is() {
        let full = || "no room".into();
        let errors = [
            Error::from(declic_store::Error::DiskFull(full())),
            Error::from(declic_vault::vault::Error::from(
                declic_vault::keyring::Error::DiskFull(full()),
            )),
        ];
        for error in errors {
            let status = error.into_status("r");
            let info = status.get_details_error_info().expect("an ErrorInfo");
            assert_eq!(info.reason, "DISK_FULL");
            assert!(status.get_details_retry_info().is_some());
        }
    }

    #[test]
    fn a_refusal_names_its_reason_and_the_domain() {
        let status = Error::from(Refusal::InformationLimit).into_status("r");
        let info = status.get_details_error_info().expect("an ErrorInfo");
        assert_eq!(
            (info.reason.as_str(), info.domain.as_str()),
            ("INFORMATION_LIMIT", "declic")
        );
        assert!(status.get_details_precondition_failure().is_some());
    }

    #[test]
    fn a_refusal_is_never_longer_than_every_client_takes() {
        let long = || "é".repeat(100_000);
        let violation = |index| Violation {
            field: format!("items[{index}].label"),
            problem: format!("is not valid: {}", long()),
        };
        let rows = [
            Error::Invalid(ErrorReason::FieldInvalid, vec![violation(0)]),
            Error::Invalid(ErrorReason::FieldInvalid, (0..10_000).map(violation).collect()),
            Error::from(Refusal::Facts(vec![("commune", long()), ("benefit", long())])),
        ];
        for (error, found) in rows.into_iter().zip([1, 10_000, 2]) {
            let status = error.into_status("r");
            let told = status.get_details_bad_request().expect("what is wrong");
            let info = status.get_details_error_info().expect("an ErrorInfo");
            let untold = info
                .metadata
                .get("untold")
                .map_or(0, |count| count.parse::<usize>().expect("a count"));
            assert!(!told.field_violations.is_empty());
            assert_eq!(told.field_violations.len() + untold, found);
            let bytes = status.message().len() * 3 + status.details().len().div_ceil(3) * 4;
            assert!(bytes <= 8 * 1024, "{bytes}");
        }
    }
}
