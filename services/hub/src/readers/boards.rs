//! Boards that take long to make, made before somebody waits for them: that of the whole country when the hub starts and when
//! a day begins, and those that are asked for often, while another hub writes the sums.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use tokio_util::sync::CancellationToken;

use crate::figures;
use crate::hub::Hub;
use crate::status::Error;

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(5);

/// Makes boards until told to stop.
pub async fn run(hub: Arc<Hub>, stop: CancellationToken) {
    let making = async {
        let mut made_on = None;
        loop {
            if let Err(error) = look(&hub, &mut made_on).await {
                let cause = format!("{:#}", anyhow::Error::from(error));
                tracing::debug!(cause, "no board could be made ahead");
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let _stopped: Option<()> = stop.run_until_cancelled(making).await;
}

async fn look(hub: &Hub, made_on: &mut Option<Date>) -> Result<(), Error> {
    let today = hub.today();
    if *made_on != Some(today) {
        figures::make_usual(hub, today).await?;
        *made_on = Some(today);
    }
    let revision = hub.store.figure_state().await?.revision;
    for (scope, question) in hub.boards.aging(revision, hub.now()) {
        figures::make_anew(hub, scope, question).await?;
    }
    Ok(())
}
