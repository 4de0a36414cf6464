//! Layers every gRPC server of ours wears. From the outside in: [`RequestIdLayer`], [`ObserveLayer`], then (from the
//! process itself) a panic catcher, then [`Shed`], [`DeadlineCover`], authentication. `ObserveLayer` stands outside
//! whatever may refuse, so that refusals are counted.
//!
//! A layer that refuses is given the response to send: only the serving process builds a gRPC status.

mod cover;
mod deadline;
mod observe;
mod request_id;
mod shed;

use std::sync::Arc;

use http::Response;
use tonic::body::Body;

pub use cover::{Answer, Cover, CoverLayer, Covered, Inner};
pub use deadline::{Deadline, DeadlineCover};
pub use observe::{OTHER_METHOD, ObserveLayer, ObserveService};
pub use request_id::{REQUEST_ID_HEADER, RequestId, RequestIdLayer, RequestIdService};
pub use shed::Shed;

/// Makes the response of a refusal, from the path of the request.
pub type Refusal = Arc<dyn Fn(&str) -> Response<Body> + Send + Sync>;
