//! Telling the hub that a ticket is held: once for each ticket and epoch, after its hand-over is recorded.

use std::sync::Arc;
use std::time::Duration;

use declic_client::{Client, Error, ErrorReason};
use declic_proto::v1::ConfirmDeliveryRequest;
use futures::{StreamExt as _, stream};
use tokio::sync::Notify;

use crate::cursor::{Delivery, Records};

/// Confirmations under way side by side.
const AT_ONCE: usize = 8;

const CONFIRMED: &str = "CONFIRMED";
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Sends confirmations of delivery.
pub struct Deliveries {
    /// Of this connector.
    pub client: Client,
    /// Of this connector.
    pub records: Arc<Records>,
    /// Told when one is waiting.
    pub waits: Arc<Notify>,
}

impl Deliveries {
    /// Works until it is dropped, which harms nothing.
    pub async fn run(self) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.send_all().await {
                Ok(()) => {
                    pause = FIRST_PAUSE;
                    self.waits.notified().await;
                }
                Err(error) => {
                    tracing::warn!(
                        error = format!("{error:#}"),
                        pause_ms = pause.as_millis(),
                        "deliveries could not be confirmed and are tried again"
                    );
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    async fn send_all(&self) -> anyhow::Result<()> {
        loop {
            let pending = self.records.pending_deliveries().await?;
            if pending.is_empty() {
                return Ok(());
            }
            let calls: Vec<_> = pending.iter().map(|delivery| self.send(delivery)).collect();
            let sent: Vec<_> = stream::iter(calls).buffered(AT_ONCE).collect().await;
            let (mut answered, mut failed) = (Vec::with_capacity(sent.len()), None);
            for (delivery, answer) in pending.iter().zip(sent) {
                match answer {
                    Ok(settled) => answered.push((delivery, settled)),
                    Err(error) => failed = Some(error),
                }
            }
            // What the hub has answered is settled, whatever became of the others.
            self.records.settle_deliveries(&answered).await?;
            if let Some(error) = failed {
                return Err(error.into());
            }
        }
    }

    /// "CONFIRMED", or the reason why the hub needs no confirmation.
    async fn send(&self, delivery: &Delivery) -> Result<&'static str, Error> {
        let request = ConfirmDeliveryRequest {
            request_id: delivery.request_id.to_string(),
            name: delivery.ticket.clone(),
            etag: String::new(),
            epoch: delivery.epoch,
        };
        match self.client.confirm_delivery(request).await {
            Ok(_) => Ok(CONFIRMED),
            Err(error) if is_final(&error) => {
                let reason = error.reason_name();
                tracing::info!(
                    ticket = delivery.ticket,
                    reason,
                    "the hub needs no confirmation of this delivery"
                );
                Ok(reason)
            }
            Err(error) => Err(error),
        }
    }
}

/// The ticket moved on, or is no longer ours: a later notice says so.
fn is_final(error: &Error) -> bool {
    use ErrorReason as R;
    matches!(
        error.reason,
        Some(
            R::EpochOutdated
                | R::TransitionNotAllowed
                | R::NotFound
                | R::EtagOutdated
                | R::FieldInvalid
                | R::RequestIdReused
        )
    )
}
