//! A case as a caller reads it: as it is, or for an agency that goes on without it as it stood. Every path that shows more of
//! a case than its tickets reads it here.

use declic_domain::case::Case;
use declic_domain::event::Event;
use declic_domain::past::{self, Past};
use declic_domain::policy;
use declic_domain::text::{Opening, Text};
use declic_domain::ticket::Ticket;
use declic_store::{Limit, StoredCase};
use declic_vault::CaseKeys;
use declic_vault::vault::Error as VaultError;

use crate::caller::Caller;
use crate::hub::Hub;
use crate::seal;
use crate::status::Error;

/// Entries read at a time.
const PAGE: u32 = 500;

/// A case as one caller reads it.
pub struct Told {
    /// The common part.
    pub case: Case,
    /// Person, explanation and the mandate's words; none for those who do not read them, and once they were erased.
    pub words: Option<Opening>,
    /// The tickets that the caller is told of, in the order of their numbers.
    pub tickets: Vec<Ticket>,
}

/// What a caller reads of a case that it found within its scope.
///
/// # Errors
/// The store's and the vault's; events that do not begin with an opening: the store is corrupt.
pub async fn read(hub: &Hub, caller: &Caller, stored: &StoredCase) -> Result<Told, Error> {
    let file = stored.file();
    if !policy::reads_person(&caller.member, &file) {
        return Ok(told(stored, None));
    }
    let keys = match hub.vault.keys(stored.row.key_id).await {
        Ok(keys) => keys,
        Err(VaultError::Shredded) => return Ok(told(stored, None)),
        Err(error) => return Err(error.into()),
    };
    let Some(own) = policy::former_tickets(&caller.member, &file) else {
        return Ok(told(stored, seal::words(&keys, &stored.row)?));
    };
    let history = history(hub, &keys, stored).await?;
    let past = past::as_it_stood(&history, &own).ok_or_else(|| {
        Error::internal(anyhow::anyhow!(
            "the events of a case do not begin with an opening"
        ))
    })?;
    let Past { case, words, tickets } = past;
    // Urgency is a state of the case, as its being open is: lists show it of every ticket.
    let case = Case {
        urgent: stored.row.case.urgent,
        ..case
    };
    let mut known = file.tickets;
    known.retain(|ticket| tickets.contains(&ticket.name.number));
    Ok(Told {
        case,
        words,
        tickets: known,
    })
}

fn told(stored: &StoredCase, words: Option<Opening>) -> Told {
    Told {
        case: stored.row.case.clone(),
        words,
        tickets: stored.tickets.iter().map(|row| row.ticket.clone()).collect(),
    }
}

/// Every event of a case with its words, in the order of the journal.
async fn history(hub: &Hub, keys: &CaseKeys, stored: &StoredCase) -> Result<Vec<(Event, Text)>, Error> {
    let scope = policy::history_scope(&stored.row.case);
    let mut history = Vec::new();
    for row in &stored.tickets {
        let name = row.ticket.name;
        let mut after = 0;
        loop {
            let page = hub
                .store
                .entries(&scope, name, name, after, Limit::new(PAGE))
                .await?;
            for entry in &page {
                let opened = seal::open(hub, keys, entry, true)?;
                after = opened.event.version;
                history.push((entry.seq, opened.event, opened.text));
            }
            if page.len() < PAGE as usize {
                break;
            }
        }
    }
    history.sort_by_key(|(seq, ..)| *seq);
    Ok(history
        .into_iter()
        .map(|(_, event, text)| (event, text))
        .collect())
}
