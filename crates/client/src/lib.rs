//! The typed client of a hub, shared by the console, the agencies' connector and the command line.
//!
//! [`Client`] has one method per RPC: the generated request in, the generated answer or an [`Error`] out. Under each
//! of them it signs and renews its own tokens, or shows one that somebody was given, gives every attempt a deadline, passes on the trace context, and tries
//! again what may be tried again: by the reason of the refusal, with full jitter, within a budget. [`Watch`] follows
//! the tickets of an agency or organisation through restarts and cuts; [`verify`] fetches the ledger and checks it
//! without believing the hub.
//!
//! A retry is the same request with the same request id, so one intention has one effect. The caller makes the id and,
//! where it must survive a crash, writes it down before the first call.
//!
//! Never here: permissions and rules about cases, storage, a clock or a random source of its own.

mod calls;
mod credentials;
mod error;
mod options;
mod retry;
mod sending;
pub mod verify;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use tonic::transport::Channel;

pub use declic_auth::SigningKey;
pub use declic_proto::v1::ErrorReason;
pub use error::Error;
pub use options::{Anonymous, Clock, DEFAULT_DEADLINE, DEFAULT_PATIENCE, Ids, Options, SetupError};
pub use tonic::Code;
pub use watch::{Item, SILENCE_LIMIT, Watch};

use credentials::Credentials;
use retry::Budget;

/// A client of one hub, speaking as one member, or as nobody. Cheap to clone: clones share connection, token and retry
/// budget.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    channel: Channel,
    endpoint: String,
    credentials: Credentials,
    ids: Ids,
    deadline: Duration,
    patience: Duration,
    budget: Arc<Budget>,
}

impl Client {
    /// A client that connects at its first call, and again whenever the connection is lost.
    ///
    /// # Errors
    /// [`SetupError`]: the options cannot work, whatever the hub does.
    pub fn connect_lazy(options: Options) -> Result<Self, SetupError> {
        let endpoint = options.endpoint()?;
        Self::over(endpoint.connect_lazy(), options)
    }

    /// Same, and connects now.
    ///
    /// # Errors
    /// As [`Client::connect_lazy`], and [`SetupError::Unreachable`] when nobody answers within the deadline.
    pub async fn connect(options: Options) -> Result<Self, SetupError> {
        let endpoint = options.endpoint()?;
        let channel = endpoint
            .connect()
            .await
            .map_err(|error| SetupError::unreachable(&options.endpoint, &error))?;
        Self::over(channel, options)
    }

    /// A client that speaks as another member, over the connection of this one: for programs that act for many people.
    ///
    /// # Errors
    /// [`SetupError`]: the options cannot work. What they say of endpoint and authority is that of this client.
    pub fn connected_as(&self, options: Options) -> Result<Self, SetupError> {
        let endpoint = self.shared.endpoint.clone();
        Self::over(self.shared.channel.clone(), Options { endpoint, ..options })
    }

    /// A client without a key, for what needs no token: signing people in. It connects at its first call.
    ///
    /// # Errors
    /// [`SetupError`]: the options cannot work, whatever the hub does.
    pub fn anonymous(options: Anonymous) -> Result<Self, SetupError> {
        let shared = Shared {
            channel: options.endpoint()?.connect_lazy(),
            endpoint: options.endpoint,
            credentials: Credentials::Nobody,
            ids: options.ids,
            deadline: options.deadline,
            patience: options.patience,
            budget: Arc::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// A client over the connection of this one that speaks with a token that somebody was given: for programs that act for
    /// people who signed in. It does not renew the token, and shares the retry budget of this client: many people are not
    /// many times the load on a hub that is down.
    ///
    /// # Errors
    /// [`SetupError::Token`]: no token looks like that.
    pub fn bearing(&self, token: &str) -> Result<Self, SetupError> {
        let shared = Shared {
            channel: self.shared.channel.clone(),
            endpoint: self.shared.endpoint.clone(),
            credentials: Credentials::given(token)?,
            ids: Arc::clone(&self.shared.ids),
            deadline: self.shared.deadline,
            patience: self.shared.patience,
            budget: Arc::clone(&self.shared.budget),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Where the hub is, as in [`Options::endpoint`].
    pub fn endpoint(&self) -> &str {
        &self.shared.endpoint
    }

    /// The subject this client speaks as, as in [`Options::subject`]; empty for one without a key.
    pub fn subject(&self) -> &str {
        self.shared.credentials.subject()
    }

    fn over(channel: Channel, options: Options) -> Result<Self, SetupError> {
        let credentials = Credentials::own(&options)?;
        let shared = Shared {
            channel,
            endpoint: options.endpoint,
            credentials,
            ids: options.ids,
            deadline: options.deadline,
            patience: options.patience,
            budget: Arc::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.shared.endpoint)
            .field("subject", &self.subject())
            .finish_non_exhaustive()
    }
}
