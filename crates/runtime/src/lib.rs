//! What every process of Déclic needs before it can do its own work: configuration, clock and ids, telemetry, TLS, a
//! hardened gRPC server, and a way to stop.
//!
//! A `main` reads top to bottom: [`tls::install_provider`], [`config::load`], [`telemetry::init`],
//! [`Shutdown::on_signals`], [`server::Listener::bind`], [`server::serve`].
//!
//! Never here: a noun of the product (no case, no agency, no role), a `tonic::Status`, a rule, a database.

pub mod clock;
pub mod config;
pub mod https;
pub mod layers;
pub mod propagation;
pub mod secret;
pub mod server;
mod shutdown;
pub mod telemetry;
pub mod tls;

pub use clock::{Clock, Ids, ManualClock, SystemClock, SystemIds};
pub use secret::{SecretFile, SecretText};
pub use shutdown::Shutdown;
