//! What can be made again from the journal, made again: no hub need serve meanwhile.

use std::sync::Arc;

use anyhow::Context as _;
use declic_runtime::{Clock, Ids, Shutdown};

use crate::config::Config;
use crate::directory;
use crate::files::Held;
use crate::hub::{Hub, Parts};
use crate::readers::figures::Figures;
use crate::rules;
use crate::stores;

/// Makes the sums of the figures again; says how many cases were counted. Hubs of a shared database may serve meanwhile:
/// their figures grow from nothing until it is done.
///
/// # Errors
/// Whatever keeps the databases from being opened or read. What was made by then stays, and hubs go on from there.
pub async fn figures(config: Config, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> anyhow::Result<usize> {
    let _held = Held::take(&config)?;
    let secrets = stores::secrets(&config, clock.now()).await?;
    let ledger_key = secrets.signer.verifier();
    let stores = stores::open(&config, secrets.keks, &secrets.secrets, &ledger_key, clock.now()).await?;
    let store = stores.store.as_ref();
    let hub = Hub::new(Parts {
        store: Arc::clone(&stores.store),
        vault: Arc::clone(&stores.vault),
        clock,
        ids,
        secrets: secrets.secrets,
        origin: config.ledger.origin.clone(),
        ledger_key,
        shutdown: Shutdown::new(std::time::Duration::ZERO),
        directory: directory::stored(store).await?,
        rules: rules::in_force(store).await?,
    });
    let made = Figures::new(Arc::new(hub)).rebuild().await;
    stores.store.close().await;
    stores.keyring.close().await;
    made.map_err(anyhow::Error::from)
        .context("the figures cannot be made again")
}
