//! `declic hub`: the very program `declic-hub`, for those who have this one.

use declic_hub::program::{self, Options};
use declic_runtime::config::ProcessEnv;

use crate::failure::{Exit, Failure};

/// Serves until a signal. The hub's own sentences are those of its log, in English.
pub async fn run(options: &Options) -> Result<(), Failure> {
    let served = program::run(options, ProcessEnv, &mut std::io::stdout()).await;
    served.map_err(|error| Failure::new(Exit::Failure, format!("{error:#}")))
}
