//! Gives a reason of ours to the statuses that tonic makes by itself when a message cannot be read: they are the
//! caller's to correct, and say so.

use declic_proto::v1::ErrorReason;
use declic_runtime::layers::{Answer, Cover, Inner};
use futures::FutureExt as _;
use http::{HeaderMap, Request, Response};
use tonic::body::Body;
use tonic::{Code, Status};

use crate::caller;
use crate::status::{Error, Violation};

/// How prost begins what it says of bytes that are no message.
const DECODING: &str = "failed to decode Protobuf message: ";

/// Stands right before the handlers of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Rescue {
    /// Bytes of the longest message that is read.
    pub longest: usize,
}

impl Cover for Rescue {
    fn call<S: Inner<B>, B>(&self, request: Request<B>, inner: &mut S) -> Answer<S::Error> {
        let id = caller::id_in(request.extensions());
        let longest = self.longest;
        let answered = inner.call(request);
        let rescued = move |response: Response<Body>| match unreadable(response.headers(), longest) {
            Some(violation) => {
                let error = Error::Invalid(ErrorReason::FieldInvalid, vec![violation]);
                error.into_status(&id).into_http()
            }
            None => response,
        };
        answered.map(move |ended| ended.map(rescued)).boxed()
    }
}

/// What is wrong with the message, when this response is tonic's own refusal to read it. Handlers answer through
/// `status`, always with details.
fn unreadable(headers: &HeaderMap, longest: usize) -> Option<Violation> {
    let status = Status::from_header_map(headers).filter(|status| status.details().is_empty())?;
    let (field, problem) = match status.code() {
        Code::OutOfRange => (
            String::new(),
            format!("the message is longer than the {longest} bytes that are read: shorten it"),
        ),
        Code::Internal => match field(status.message()) {
            Some(field) => (
                field,
                "cannot be read: send it in the type of the contract, texts in UTF-8".to_owned(),
            ),
            None => {
                let problem = "the message cannot be read: make your client from this hub's proto files";
                (String::new(), problem.to_owned())
            }
        },
        _ => return None,
    };
    Some(Violation { field, problem })
}

/// Path of the field that prost could not read. It names them from the inside out, each with its message, as in
/// `Person.given_name: OpenCaseRequest.person: invalid string value`.
fn field(message: &str) -> Option<String> {
    let places = message.strip_prefix(DECODING)?.split(": ");
    let mut path: Vec<&str> = places
        .map_while(|place| place.split_once('.'))
        .map_while(|(kind, field)| (!kind.contains(' ') && !field.contains(' ')).then_some(field))
        .collect();
    path.reverse();
    (!path.is_empty()).then(|| path.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_that_cannot_be_read_is_named_from_the_outside_in() {
        let rows = [
            (
                "PostMessageRequest.text: invalid string value: data is not UTF-8 encoded",
                Some("text"),
            ),
            (
                "Person.given_name: OpenCaseRequest.person: invalid string value: data",
                Some("person.given_name"),
            ),
            ("buffer underflow", None),
            ("invalid key value: 3. then", None),
        ];
        for (said, expected) in rows {
            assert_eq!(field(&format!("{DECODING}{said}")).as_deref(), expected, "{said}");
        }
        assert_eq!(field("Missing request message."), None);
    }
}
