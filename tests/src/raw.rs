//! Calls of strangers: any token, any bytes, and the answer as it came.

use std::fmt;

use declic_auth::TokenSigner;
use declic_proto::ERROR_DOMAIN;
use declic_runtime::{Clock as _, Ids as _, SystemClock, SystemIds};
use prost::bytes::{Buf, BufMut, Bytes};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_types::StatusExt as _;

use crate::people;

/// A message of whatever bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyBytes;

impl Codec for AnyBytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for AnyBytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(Bytes::from(item));
        Ok(())
    }
}

impl Decoder for AnyBytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut bytes = vec![0; buffer.remaining()];
        buffer.copy_to_slice(&mut bytes);
        Ok(Some(bytes))
    }
}

/// A fresh token of this member, `Bearer` included.
pub fn bearer(member: &str) -> String {
    let signer = TokenSigner::new(&people::key(member), member, people::AUDIENCE).expect("a key that signs");
    format!(
        "Bearer {}",
        signer.token(SystemClock.now().as_second(), SystemIds.random())
    )
}

/// Calls a method (`CaseService/OpenCase`) with these `authorization` entries and these bytes.
pub async fn call(
    channel: &Channel,
    method: &str,
    authorization: &[&str],
    message: Vec<u8>,
) -> Result<Vec<u8>, Status> {
    let path = format!("/declic.v1.{method}").parse().expect("a path");
    let mut request = Request::new(message);
    for value in authorization {
        request
            .metadata_mut()
            .append("authorization", value.parse().expect("visible ASCII"));
    }
    let mut client = tonic::client::Grpc::new(channel.clone()).max_decoding_message_size(1 << 20);
    client.ready().await.expect("a connection");
    Ok(client.unary(request, path, AnyBytes).await?.into_inner())
}

/// Same, by a member with a fresh token.
pub async fn call_as(
    channel: &Channel,
    member: &str,
    method: &str,
    message: Vec<u8>,
) -> Result<Vec<u8>, Status> {
    call(channel, method, &[&bearer(member)], message).await
}

/// A refusal on one line: code, reason, wrong fields; every refusal has a reason of ours and a sentence.
///
/// # Panics
/// When it has none.
pub fn line(status: &Status) -> String {
    struct Line<'a>(&'a Status);
    impl fmt::Display for Line<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let details = self.0.get_error_details();
            let info = details
                .error_info()
                .unwrap_or_else(|| panic!("no ErrorInfo: {:?}", self.0));
            assert_eq!(info.domain, ERROR_DOMAIN, "{:?}", self.0);
            assert!(self.0.message().contains(' '), "no sentence: {:?}", self.0);
            write!(f, "{:?} {}", self.0.code(), info.reason)?;
            for violation in details
                .bad_request()
                .into_iter()
                .flat_map(|bad| &bad.field_violations)
            {
                assert!(violation.description.contains(' '), "no sentence: {violation:?}");
                let space = if violation.field.is_empty() { "" } else { " " };
                write!(f, "{space}{}", violation.field)?;
            }
            Ok(())
        }
    }
    Line(status).to_string()
}
