//! Telling the hub that a ticket is held: once for each ticket and epoch, after its hand-over is recorded.

use std::sync::Arc;
use std::time::Duration;

use declic_client::{Client, Error, ErrorReason};
use declic_proto::v1::ConfirmDeliveryRequest;
use tokio::sync::Notify;

use crate::cursor::{Delivery, Records};

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
            for delivery in &pending {
                self.send(delivery).await?;
            }
        }
    }

    async fn send(&self, delivery: &Delivery) -> anyhow::Result<()> {
        let request = ConfirmDeliveryRequest {
            request_id: delivery.request_id.to_string(),
            name: delivery.ticket.clone(),
            etag: String::new(),
            epoch: delivery.epoch,
        };
        let settled = match self.client.confirm_delivery(request).await {
            Ok(_) => CONFIRMED,
            Err(error) if is_final(&error) => {
                let reason = error.reason_name();
                tracing::info!(
                    ticket = delivery.ticket,
                    reason,
                    "the hub needs no confirmation of this delivery"
                );
                reason
            }
            Err(error) => return Err(error.into()),
        };
        Ok(self.records.settle_delivery(delivery, settled).await?)
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
