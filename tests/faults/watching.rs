//! Those who look on during a run: agencies and organisations who follow their mailboxes, an auditor who keeps every
//! checkpoint it was ever shown.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use declic_client::{Client, Item};
use declic_proto::v1;
use declic_tests::processes::Address;
use tokio::sync::watch;
use tokio::task::AbortHandle;

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
const ASK_EVERY: Duration = Duration::from_millis(50);

/// The time a hub gets to show its last checkpoint.
const AT_MOST_FOR_A_CHECKPOINT: Duration = Duration::from_millis(500);

/// With several hubs: a reader goes to the next one after so many notices, or so long without one.
const AT_ONE_HUB: (usize, Duration) = (20, Duration::from_secs(2));

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
    /// Begins to look on, each from the very beginning, with a stream that is resumed whenever it is cut, now at one of
    /// the hubs and then at the next.
    pub fn of(hubs: &[Address]) -> Self {
        let mut tasks = Vec::new();
        let mut mailboxes = BTreeMap::new();
        for (owner, member) in READERS {
            let (sender, receiver) = watch::channel(Vec::new());
            tasks.push(tokio::spawn(follow(hubs.to_vec(), member, sender)).abort_handle());
            mailboxes.insert(owner, receiver);
        }
        let (sender, checkpoints) = watch::channel(BTreeSet::new());
        tasks.push(tokio::spawn(collect(hubs.to_vec(), sender)).abort_handle());
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

    /// Checkpoints that were shown until now, as their number grows.
    pub fn shown(&self) -> watch::Receiver<BTreeSet<String>> {
        self.checkpoints.clone()
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

async fn follow(hubs: Vec<Address>, member: &'static str, seen: watch::Sender<Vec<Notice>>) {
    let clients: Vec<Client> = hubs.iter().map(|hub| hub.patient(member)).collect();
    let mut last = String::new();
    for client in clients.iter().cycle() {
        let mut watch = client.watch(last.clone());
        for notices in 1.. {
            let (most, longest) = AT_ONE_HUB;
            if clients.len() > 1 && notices > most {
                break;
            }
            let next = match clients.len() {
                1 => Ok(watch.next().await),
                _ => tokio::time::timeout(longest, watch.next()).await,
            };
            match next {
                Ok(Ok(Item::Notice { notice, resume_token })) => {
                    last = resume_token;
                    let event = notice.event_id.try_into().expect("16 bytes");
                    seen.send_modify(|notices| notices.push((notice.number, event)));
                }
                Ok(Ok(Item::Heartbeat { .. })) => {}
                Ok(Err(error)) => panic!("{member} cannot follow its mailbox: {error}"),
                Err(_silent) => break,
            }
        }
    }
}

async fn collect(hubs: Vec<Address>, seen: watch::Sender<BTreeSet<String>>) {
    let auditors: Vec<Client> = hubs.iter().map(|hub| hub.once("ines.fabre")).collect();
    loop {
        for auditor in &auditors {
            let asked = auditor.get_checkpoint(v1::GetCheckpointRequest { minimum_size: 0 });
            // A hub that is down, or stands still, shows nothing.
            if let Ok(Ok(answer)) = tokio::time::timeout(AT_MOST_FOR_A_CHECKPOINT, asked).await {
                seen.send_if_modified(|notes| notes.insert(answer.checkpoint));
            }
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}
