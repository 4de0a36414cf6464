//! One call: credentials, deadline, trace context, and its retries.

use std::time::{Duration, Instant};

use opentelemetry::propagation::Injector;
use tonic::metadata::{MetadataKey, MetadataMap, MetadataValue};
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

use crate::retry::{MAX_ATTEMPTS, is_worth_retrying, wait};
use crate::{Client, Error, ErrorReason};

/// A request that may be sent twice without a second effect.
pub(crate) trait Repeatable {
    /// True for reads, and for commands that carry a request id.
    fn is_repeatable(&self) -> bool;
}

impl Client {
    /// Sends a request until it is answered or there is no point in trying again.
    pub(crate) async fn call<Q, A, F>(
        &self,
        request: Q,
        send: impl Fn(Channel, Request<Q>) -> F,
    ) -> Result<A, Error>
    where
        Q: Repeatable + Clone,
        F: Future<Output = Result<Response<A>, Status>>,
    {
        let shared = &self.shared;
        let begun = Instant::now();
        shared.budget.call();
        let mut attempt = 1;
        loop {
            let prepared = self.prepare(request.clone(), Some(shared.deadline));
            let error = match send(shared.channel.clone(), prepared).await {
                Ok(answer) => return Ok(answer.into_inner()),
                Err(status) => self.refused(status),
            };
            let pause = wait(attempt, &error, &shared.ids);
            let again = request.is_repeatable()
                && is_worth_retrying(&error)
                && attempt < MAX_ATTEMPTS
                && begun.elapsed() + pause < shared.patience
                && shared.budget.retry();
            if !again {
                return Err(error);
            }
            tracing::debug!(
                attempt,
                reason = error.reason_name(),
                code = ?error.code,
                pause_ms = pause.as_millis(),
                "a call to the hub failed and is made again"
            );
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// A request ready to leave: token, trace context and, for a call that ends, its deadline.
    pub(crate) fn prepare<Q>(&self, message: Q, deadline: Option<Duration>) -> Request<Q> {
        let mut request = Request::new(message);
        if let Some(deadline) = deadline {
            request.set_timeout(deadline);
        }
        if let Some(bearer) = self.shared.credentials.bearer() {
            request.metadata_mut().insert("authorization", bearer);
        }
        let context = opentelemetry::Context::current();
        opentelemetry::global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut Carrier(request.metadata_mut()));
        });
        request
    }

    /// Reads a status, and forgets a token the hub did not take.
    pub(crate) fn refused(&self, status: Status) -> Error {
        let error = Error::from(status);
        if error.reason == Some(ErrorReason::TokenInvalid) {
            self.shared.credentials.forget();
        }
        error
    }
}

struct Carrier<'a>(&'a mut MetadataMap);

impl Injector for Carrier<'_> {
    fn set(&mut self, key: &str, value: String) {
        let key = MetadataKey::from_bytes(key.as_bytes());
        if let (Ok(key), Ok(value)) = (key, MetadataValue::try_from(value)) {
            self.0.insert(key, value);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use declic_auth::SigningKey;
    use declic_proto::v1::{AddNoteRequest, WhoamiRequest};
    use tokio::net::TcpListener;
    use tonic::Code;
    use uuid::Uuid;

    use crate::{Client, DEFAULT_DEADLINE, DEFAULT_PATIENCE, Options, SetupError};

    pub(crate) fn options(endpoint: &str) -> Options {
        let drawn = AtomicU64::new(0);
        Options {
            endpoint: endpoint.to_owned(),
            audience: "declic-hub".to_owned(),
            subject: "camille.martin".to_owned(),
            key: SigningKey::generate([7; 32]),
            ca_file: None,
            deadline: DEFAULT_DEADLINE,
            patience: DEFAULT_PATIENCE,
            clock: Arc::new(|| 1_800_000_000),
            ids: Arc::new(move || Uuid::from_u64_pair(drawn.fetch_add(1, Ordering::Relaxed), 0)),
        }
    }
    /// A port where connections are taken and nothing is ever said; counts the connections.
    async fn silent_port() -> (SocketAddr, Arc<AtomicU64>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let taken = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&taken);
        tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((connection, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::Relaxed);
                kept.push(connection);
            }
        });
        (address, taken)
    }

    async fn closed_port() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        listener.local_addr().expect("it is bound")
    }

    #[tokio::test]
    async fn a_hub_that_says_nothing_is_a_deadline_with_an_unknown_outcome() {
        let (address, _) = silent_port().await;
        let mut options = options(&format!("http://{address}"));
        options.deadline = Duration::from_millis(50);
        options.patience = Duration::from_millis(120);
        let client = Client::connect_lazy(options).expect("options that work");
        let error = client.whoami(WhoamiRequest {}).await.expect_err("nobody answers");
        assert_eq!(error.code, Code::DeadlineExceeded);
        assert!(error.is_unreachable() && error.is_outcome_unknown(), "{error}");
    }

    #[tokio::test]
    async fn a_closed_port_is_unreachable_and_named() {
        let endpoint = format!("http://{}", closed_port().await);
        let mut options = options(&endpoint);
        options.patience = Duration::from_millis(50);
        let refused = Client::connect(options.clone()).await;
        assert!(matches!(refused, Err(SetupError::Unreachable { endpoint: named, .. }) if named == endpoint));
        let client = Client::connect_lazy(options).expect("options that work");
        let error = client.whoami(WhoamiRequest {}).await.expect_err("nobody listens");
        assert!(error.is_unreachable(), "{error}");
        assert!(error.message.contains("refused"), "{error}");
    }

    #[tokio::test]
    async fn a_command_without_request_id_leaves_only_once() {
        let endpoint = format!("http://{}", closed_port().await);
        let client = Client::connect_lazy(options(&endpoint)).expect("options that work");
        let before = client.shared.budget.left();
        let once = AddNoteRequest::default();
        client.add_note(once).await.expect_err("nobody listens");
        assert_eq!(client.shared.budget.left(), before, "no retry was paid for");

        let again = AddNoteRequest {
            request_id: "0190f3a2-0000-7000-8000-000000000000".to_owned(),
            ..AddNoteRequest::default()
        };
        client.add_note(again).await.expect_err("nobody listens");
        assert!(client.shared.budget.left() < before, "the same id was sent again");
    }
}
