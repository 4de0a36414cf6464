//! What a call answers when it does not do what it was asked.

use std::collections::BTreeMap;
use std::time::Duration;

use declic_proto::ERROR_DOMAIN;
use declic_proto::v1::ErrorReason;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A refusal of the hub, or the network between.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}{}", self.reason_in_brackets())]
pub struct Error {
    /// Why, from the hub. Without one the answer is not the hub's: the network, a proxy, or nobody.
    pub reason: Option<ErrorReason>,
    /// The gRPC code. A timeout noticed on our side is [`Code::DeadlineExceeded`].
    pub code: Code,
    /// One sentence, for people.
    pub message: String,
    /// With INVALID_ARGUMENT, every wrong field with what is wrong about it; with FAILED_PRECONDITION, what is not met
    /// with its description.
    pub violations: Vec<(String, String)>,
    /// What the reason brings along: the current etag, the successor, the oldest resume token.
    pub metadata: BTreeMap<String, String>,
    /// When to try again, if the hub said so.
    pub retry_after: Option<Duration>,
}

/// How tonic says that a call of ours took too long.
const TIMEOUT_EXPIRED: &str = "Timeout expired";

impl Error {
    /// Whether nobody answered who is the hub: it is off, unreachable or too slow. Nothing is known of the effect.
    pub fn is_unreachable(&self) -> bool {
        self.reason.is_none()
            && matches!(
                self.code,
                Code::Unavailable | Code::DeadlineExceeded | Code::Unknown | Code::Internal | Code::Cancelled
            )
    }

    /// Whether the command may have happened: the same request, with the same request id, tells.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(
            self.reason,
            Some(ErrorReason::OutcomeUnknown | ErrorReason::DeadlineExceeded)
        ) || self.is_unreachable()
    }

    /// Whether the same request may succeed later, with nothing changed by the caller: the hub is away, busy, full, closed
    /// to writing or stopping. The others want something else done first.
    pub fn is_transient(&self) -> bool {
        use ErrorReason as R;
        match self.reason {
            None => self.is_unreachable(),
            Some(reason) => matches!(
                reason,
                R::OutcomeUnknown
                    | R::StorageUnavailable
                    | R::Overloaded
                    | R::ShuttingDown
                    | R::CaseBusy
                    | R::RulesBusy
                    | R::DirectoryBusy
                    | R::DeadlineExceeded
                    | R::RateLimited
                    | R::SlowReader
                    | R::DiskFull
                    | R::LedgerClosed
                    | R::ProviderUnavailable
            ),
        }
    }

    /// The reason as its page is named, "EPOCH_OUTDATED"; empty when there is none.
    pub fn reason_name(&self) -> &'static str {
        let name = self.reason.map_or("", |reason| reason.as_str_name());
        name.strip_prefix(PREFIX).unwrap_or(name)
    }

    fn reason_in_brackets(&self) -> String {
        match self.reason {
            Some(_) => format!(" [{}]", self.reason_name()),
            None => String::new(),
        }
    }
}

const PREFIX: &str = "ERROR_REASON_";

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info().filter(|info| info.domain == ERROR_DOMAIN);
        let reason = info.and_then(|info| ErrorReason::from_str_name(&format!("{PREFIX}{}", info.reason)));
        let fields = details.bad_request().into_iter().flat_map(|bad| {
            let fields = bad.field_violations.iter();
            fields.map(|v| (v.field.clone(), v.description.clone()))
        });
        let conditions = details.precondition_failure().into_iter().flat_map(|failed| {
            let conditions = failed.violations.iter();
            conditions.map(|v| (v.subject.clone(), v.description.clone()))
        });
        let retry_after = details.retry_info().and_then(|info| info.retry_delay);
        Self {
            reason,
            code: code_of(&status),
            message: message_of(&status),
            violations: fields.chain(conditions).collect(),
            metadata: info
                .map(|info| info.metadata.clone().into_iter().collect())
                .unwrap_or_default(),
            retry_after,
        }
    }
}

fn code_of(status: &Status) -> Code {
    if status.code() == Code::Cancelled && status.message() == TIMEOUT_EXPIRED {
        Code::DeadlineExceeded
    } else {
        status.code()
    }
}

/// "transport error" says nothing: the innermost cause does.
fn message_of(status: &Status) -> String {
    match std::error::Error::source(status) {
        Some(source) => format!("the hub cannot be reached: {}", crate::options::innermost(source)),
        None if status.message() == TIMEOUT_EXPIRED => "the hub did not answer in time".to_owned(),
        None if status.message().is_empty() => format!("{:?}", status.code()),
        None => status.message().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "these tests speak as the hub does")]

    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn a_refusal_keeps_reason_fields_metadata_and_delay() {
        let mut details = ErrorDetails::with_error_info(
            "FIELD_INVALID",
            ERROR_DOMAIN,
            [("hint".to_owned(), "56178".to_owned())],
        );
        details
            .add_bad_request_violation("facts.commune", "unknown commune")
            .add_bad_request_violation("person.birth_date", "not a date")
            .set_retry_info(Some(Duration::from_secs(2)));
        let status = Status::with_error_details(Code::InvalidArgument, "2 fields are wrong", details);

        let error = Error::from(status);
        assert_eq!(error.reason, Some(ErrorReason::FieldInvalid));
        assert_eq!(error.to_string(), "2 fields are wrong [FIELD_INVALID]");
        assert_eq!(error.violations.len(), 2);
        assert_eq!(
            error.violations[0],
            ("facts.commune".to_owned(), "unknown commune".to_owned())
        );
        assert_eq!(error.metadata.get("hint").map(String::as_str), Some("56178"));
        assert_eq!(error.retry_after, Some(Duration::from_secs(2)));
        assert!(!error.is_transient() && !error.is_unreachable());
    }

    #[test]
    fn a_reason_of_another_domain_is_not_ours() {
        let details = ErrorDetails::with_error_info("FIELD_INVALID", "proxy.example.fr", []);
        let error = Error::from(Status::with_error_details(Code::Unavailable, "no", details));
        assert_eq!(error.reason, None);
        assert!(error.is_unreachable() && error.is_outcome_unknown());
    }

    #[test]
    fn a_command_that_waits_for_the_hub_s_operator_is_kept_and_not_sent_again_by_itself() {
        for reason in ["DISK_FULL", "LEDGER_CLOSED"] {
            let details = ErrorDetails::with_error_info(reason, ERROR_DOMAIN, []);
            let error = Error::from(Status::with_error_details(Code::Unavailable, "no", details));
            assert_eq!(error.reason_name(), reason);
            assert!(error.is_transient() && !error.is_outcome_unknown(), "{reason}");
            assert!(!crate::retry::is_worth_retrying(&error), "{reason}");
        }
    }

    #[test]
    fn our_own_timeout_is_a_deadline() {
        let error = Error::from(Status::cancelled(TIMEOUT_EXPIRED));
        assert_eq!(error.code, Code::DeadlineExceeded);
        assert!(error.is_unreachable() && error.is_transient());
        let error = Error::from(Status::cancelled("the person left"));
        assert_eq!(error.code, Code::Cancelled);
    }
}
