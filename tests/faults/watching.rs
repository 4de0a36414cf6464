//! Those who look on during a run: agencies and organisations who follow their mailboxes, an auditor who keeps every
//! checkpoint it was ever shown.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use declic_client::Item;
use declic_proto::v1;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::processes::Address;

/// The mailboxes that are followed, and who may.
const READERS: [(&str, &str); 6] = [
    ("agencies/caf-56", "hugo.petit"),
    ("agencies/caf-35", "connector.caf-35"),
    (
        "agencies/msa-portes-de-bretagne",
        "connector.msa-portes-de-bretagne",
    ),
    ("agencies/carsat-bretagne", "connector.carsat-bretagne"),
    ("agencies/dep-56", "connector.dep-56"),
    ("organisations/ccas-pontivy", "soizic.le-bihan"),
];

/// Between two questions of the auditor.
const ASK_EVERY: Duration = Duration::from_millis(25);

/// The time an onlooker gets to see what happened.
const AT_MOST: Duration = Duration::from_secs(60);

/// A notice: its number in the mailbox and its event.
pub type Notice = (u64, [u8; 16]);

/// Everyone who looks on, until dropped.
#[derive(Debug)]
pub struct Onlookers {
    mailboxes: BTreeMap<&'static str, watch::Receiver<Vec<Notice>>>,
    checkpoints: watch::Receiver<BTreeSet<String>>,
    tasks: Vec<AbortHandle>,
}

impl Onlookers {
    /// Begins to look on, each from the very beginning and with one stream that is resumed whenever it is cut.
    pub fn of(hub: Address) -> Self {
        let mut tasks = Vec::new();
        let mut mailboxes = BTreeMap::new();
        for (owner, member) in READERS {
            let (sender, receiver) = watch::channel(Vec::new());
            tasks.push(tokio::spawn(follow(hub, member, sender)).abort_handle());
            mailboxes.insert(owner, receiver);
        }
        let (sender, checkpoints) = watch::channel(BTreeSet::new());
        tasks.push(tokio::spawn(collect(hub, sender)).abort_handle());
        Self {
            mailboxes,
            checkpoints,
            tasks,
        }
    }

    /// Every notice of a mailbox, once there are so many.
    pub async fn mailbox(&self, owner: &str, count: usize) -> Vec<Notice> {
        let mut notices = self.mailboxes[owner].clone();
        let seen = tokio::time::timeout(AT_MOST, notices.wait_for(|notices| notices.len() >= count)).await;
        match seen {
            Ok(seen) => seen.expect("its reader goes on").clone(),
            Err(_late) => panic!(
                "{owner} saw {} notices of {count}",
                self.mailboxes[owner].borrow().len()
            ),
        }
    }

    /// Whose mailboxes are followed.
    pub fn owners(&self) -> impl Iterator<Item = &'static str> {
        self.mailboxes.keys().copied()
    }

    /// Every checkpoint that was ever shown, as signed.
    pub fn checkpoints(&self) -> Vec<String> {
        self.checkpoints.borrow().iter().cloned().collect()
    }
}

impl Drop for Onlookers {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

async fn follow(hub: Address, member: &'static str, seen: watch::Sender<Vec<Notice>>) {
    let mut watch = hub.patient(member).watch(String::new());
    loop {
        match watch.next().await {
            Ok(Item::Notice { notice, .. }) => {
                let event = notice.event_id.try_into().expect("16 bytes");
                seen.send_modify(|notices| notices.push((notice.number, event)));
            }
            Ok(Item::Heartbeat { .. }) => {}
            Err(error) => panic!("{member} cannot follow its mailbox: {error}"),
        }
    }
}

async fn collect(hub: Address, seen: watch::Sender<BTreeSet<String>>) {
    let auditor = hub.once("ines.fabre");
    loop {
        // A hub that is down shows nothing.
        if let Ok(answer) = auditor
            .get_checkpoint(v1::GetCheckpointRequest { minimum_size: 0 })
            .await
        {
            seen.send_if_modified(|notes| notes.insert(answer.checkpoint));
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}
