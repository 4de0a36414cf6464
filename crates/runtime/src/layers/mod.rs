//! Layers every gRPC server of ours wears. From the outside in: [`RequestIdLayer`], [`ObserveLayer`], then (from the
//! process itself) a panic catcher, then [`ShedLayer`], [`DeadlineLayer`], authentication. `ObserveLayer` stands outside
//! whatever may refuse, so that refusals are counted.
//!
//! A layer that refuses is given the response to send: only the serving process builds a gRPC status.

mod deadline;
mod observe;
mod request_id;
mod shed;

use std::sync::Arc;

use http::Response;
use tonic::body::Body;

pub use deadline::{Deadline, DeadlineLayer, DeadlineService};
pub use observe::{OTHER_METHOD, ObserveLayer, ObserveService};
pub use request_id::{REQUEST_ID_HEADER, RequestId, RequestIdLayer, RequestIdService};
pub use shed::{ShedLayer, ShedService};

/// Makes the response of a refusal, from the path of the request.
pub type Refusal = Arc<dyn Fn(&str) -> Response<Body> + Send + Sync>;
