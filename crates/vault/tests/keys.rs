//! The life of a case's keys: wrapped, minted ahead, unwrapped, shredded.

mod in_memory;
mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock, Weak};

use declic_vault::keyring::{Error as KeyringError, KekError, UnwrapError};
use declic_vault::seal::{open_field, seal_field};
use declic_vault::vault::{BATCH, CACHE, Error};
use declic_vault::{CaseKeys, KekId, KekSet, KekSource, KeyId, Keyring, Part, Vault, WrappedKey};
use futures::FutureExt as _;
use futures::executor::block_on;
use in_memory::{InMemory, month, november};
use support::{Counter, Dry};

const ID: KeyId = KeyId([5; 16]);

#[test]
fn wrapped_keys_unwrap_to_the_same_keys_and_show_none_of_them() {
    let wrapped = november()
        .wrap(ID, &keys(), &mut Counter::default())
        .expect("it can be wrapped");
    assert_eq!(wrapped.len(), 2);
    for key in &wrapped {
        for secret in [[1; 32], [2; 32], [3; 32]] {
            assert!(!key.bytes.windows(32).any(|window| window == secret));
        }
    }
    assert_eq!(november().unwrap(&wrapped), Ok(Some(keys())));
}

#[test]
fn each_part_dies_alone_and_the_case_with_its_meta_part() {
    let mut wrapped = november()
        .wrap(ID, &keys(), &mut Counter::default())
        .expect("it can be wrapped");
    wrapped.retain(|key| key.part == Part::Meta);
    let left = november()
        .unwrap(&wrapped)
        .expect("it opens")
        .expect("the meta part is there");
    assert!(!left.has_personal());
    assert_eq!(
        november()
            .wrap(ID, &left, &mut Counter::default())
            .expect("it can be wrapped")
            .len(),
        1
    );
    assert_eq!(november().unwrap(&[]), Ok(None));
}

#[test]
fn a_wrapped_key_opens_under_its_own_id_part_and_month_only() {
    let both = KekSet::new(
        month("2026-11"),
        [(month("2026-10"), [11; 32]), (month("2026-11"), [11; 32])],
    )
    .expect("there is a key for the month");
    let wrapped = both
        .wrap(ID, &keys(), &mut Counter::default())
        .expect("it can be wrapped");
    assert!(both.unwrap(&wrapped).is_ok());
    for place in 0..wrapped.len() {
        let mut other_id = wrapped.clone();
        other_id[place].key_id = KeyId([6; 16]);
        assert_eq!(both.unwrap(&other_id), Err(UnwrapError::Unreadable));
        let mut other_month = wrapped.clone();
        other_month[place].kek_id = month("2026-10");
        assert_eq!(both.unwrap(&other_month), Err(UnwrapError::Unreadable));
        for bit in 0..8 * wrapped[place].bytes.len() {
            let mut flipped = wrapped.clone();
            flipped[place].bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(both.unwrap(&flipped), Err(UnwrapError::Unreadable));
        }
    }
    let mut swapped = wrapped.clone();
    swapped.iter_mut().for_each(|key| {
        key.part = if key.part == Part::Meta {
            Part::Personal
        } else {
            Part::Meta
        };
    });
    assert_eq!(both.unwrap(&swapped), Err(UnwrapError::Unreadable));
}

#[test]
fn a_destroyed_month_takes_its_keys_along() {
    let wrapped = november()
        .wrap(ID, &keys(), &mut Counter::default())
        .expect("it can be wrapped");
    let december = KekSet::new(month("2026-12"), [(month("2026-12"), [12; 32])]).expect("there is a key");
    assert_eq!(
        december.unwrap(&wrapped),
        Err(UnwrapError::UnknownKek(month("2026-11")))
    );
}

#[test]
fn new_keys_are_wrapped_under_the_latest_month_that_is_not_to_come() {
    let months = || ["2025-12", "2026-10", "2027-01"].map(|text| (month(text), [1; 32]));
    let current = |text| KekSet::new(month(text), months()).map(|set| set.current().as_str().to_owned());
    assert_eq!(current("2026-11"), Ok("2026-10".to_owned()));
    assert_eq!(current("2027-01"), Ok("2027-01".to_owned()));
    assert_eq!(current("2026-09"), Ok("2025-12".to_owned()));
    assert_eq!(current("2025-11"), Err(KekError::None(month("2025-11"))));
}

#[test]
fn what_is_not_a_month_names_no_key() {
    for text in [
        "",
        "2026",
        "2026-00",
        "2026-13",
        "26-11",
        "2026-1",
        "2026-11-01",
        "2026/11",
        "²026-11",
        "+026-11",
    ] {
        assert_eq!(KekId::parse(text), Err(KekError::NotAMonth(text.to_owned())));
    }
}

#[test]
fn keys_are_in_the_keyring_before_they_are_handed_out() {
    let (vault, keyring) = vault();
    let mut taken = BTreeSet::new();
    for count in 1..=2 * BATCH {
        let (key_id, keys) = block_on(vault.take()).expect("the keyring works");
        assert!(taken.insert(key_id), "a key is never handed out twice");
        let stored = block_on(keyring.load(key_id)).expect("the keyring works");
        assert_eq!(november().unwrap(&stored), Ok(Some(keys)));
        assert_eq!(
            keyring.state().stores,
            count.div_ceil(BATCH),
            "one write for each batch"
        );
    }
    assert_eq!(
        block_on(keyring.count()).expect("the keyring works"),
        4 * BATCH as u64
    );
}

#[test]
fn nothing_is_handed_out_when_the_keyring_or_the_randomness_fails() {
    let (vault, keyring) = vault();
    keyring.state().down = true;
    assert!(matches!(
        block_on(vault.take()),
        Err(Error::Keyring(KeyringError::Unavailable(_)))
    ));
    assert!(matches!(
        block_on(vault.keys(ID)),
        Err(Error::Keyring(KeyringError::Unavailable(_)))
    ));
    keyring.state().down = false;
    assert!(block_on(vault.take()).is_ok());

    let dry = Vault::new(november(), Arc::new(InMemory::default()), Box::new(Dry));
    assert!(matches!(block_on(dry.take()), Err(Error::Entropy(_))));
}

#[test]
fn a_warm_vault_hands_out_without_writing() {
    let (vault, keyring) = vault();
    block_on(vault.warm()).expect("the keyring works");
    block_on(vault.warm()).expect("the keyring works");
    assert_eq!(keyring.state().stores, 1);
    keyring.state().down = true;
    for _ in 0..BATCH {
        assert!(block_on(vault.take()).is_ok());
    }
    assert!(block_on(vault.take()).is_err());
}

#[test]
fn a_vault_that_starts_again_finds_the_keys_of_its_cases() {
    let (first, keyring) = vault();
    let (key_id, keys) = block_on(first.take()).expect("the keyring works");
    let sealed = seal_field(&keys, b"name", b"Le Goff", &mut Counter::default()).expect("it can be sealed");
    drop(first);
    let again = Vault::new(november(), keyring.clone(), Box::new(Counter::default()));
    let found = block_on(again.keys(key_id)).expect("the keys are there");
    assert_eq!(
        &open_field(&found, b"name", &sealed).expect("it opens")[..],
        b"Le Goff"
    );
    let loads = keyring.state().loads;
    block_on(again.keys(key_id)).expect("the keys are there");
    assert_eq!(keyring.state().loads, loads, "the second time it is in memory");
}

#[test]
fn the_memory_of_unwrapped_keys_is_bounded() {
    let (vault, keyring) = vault();
    let (first, _) = block_on(vault.take()).expect("the keyring works");
    for _ in 0..CACHE {
        block_on(vault.take()).expect("the keyring works");
    }
    assert_eq!(keyring.state().loads, 0);
    block_on(vault.keys(first)).expect("the keys are there");
    assert_eq!(keyring.state().loads, 1, "the oldest had been given up");
}

#[test]
fn shredded_keys_are_gone_from_the_keyring_and_from_memory() {
    let (vault, keyring) = vault();
    let (key_id, _) = block_on(vault.take()).expect("the keyring works");
    assert!(block_on(vault.shred(key_id, Part::Personal)).expect("the keyring works"));
    assert!(!block_on(vault.shred(key_id, Part::Personal)).expect("the keyring works"));
    assert!(
        !block_on(vault.keys(key_id))
            .expect("the meta part is there")
            .has_personal()
    );
    assert!(block_on(vault.shred(key_id, Part::Meta)).expect("the keyring works"));
    assert!(matches!(block_on(vault.keys(key_id)), Err(Error::Shredded)));
    assert_eq!(block_on(keyring.load(key_id)).expect("the keyring works"), []);
}

#[test]
fn an_unknown_key_is_like_a_shredded_one() {
    let (vault, _) = vault();
    assert!(matches!(block_on(vault.keys(ID)), Err(Error::Shredded)));
}

#[test]
fn a_vault_and_its_keys_show_nothing_when_printed() {
    let (vault, _) = vault();
    assert_eq!(
        format!("{vault:?}"),
        "Vault { keks: KekSet { current: KekId(\"2026-11\"), .. }, .. }"
    );
}

#[test]
fn a_vault_can_be_shared_by_the_tasks_of_a_server() {
    fn shared<T: Send + Sync>(_: &T) {}
    fn sent<T: Send>(_: T) {}
    let (vault, _) = vault();
    shared(&vault);
    sent(vault.take());
    sent(vault.keys(ID));
    sent(vault.shred(ID, Part::Meta));
}

fn vault() -> (Vault, Arc<InMemory>) {
    let keyring = Arc::new(InMemory::default());
    (
        Vault::new(november(), keyring.clone(), Box::new(Counter::default())),
        keyring,
    )
}

fn keys() -> CaseKeys {
    CaseKeys::from_parts(Some([1; 32]), [2; 32], [3; 32])
}

/// What another program puts where this one's keys come from.
#[derive(Default)]
struct Folder(std::sync::Mutex<Vec<(KekId, [u8; 32])>>);

#[async_trait::async_trait]
impl KekSource for Folder {
    async fn read_again(&self) -> Vec<(KekId, [u8; 32])> {
        self.0.lock().expect("no test panics with the lock").clone()
    }
}

#[test]
fn a_key_that_another_program_took_up_first_is_read_when_it_is_missed() {
    let keyring = Arc::new(InMemory::default());
    let both = || {
        let keys = [(month("2026-11"), [11; 32]), (month("2026-12"), [12; 32])];
        KekSet::new(month("2026-12"), keys).expect("there is a key for the month")
    };
    let ahead = Vault::new(both(), Arc::clone(&keyring) as _, Box::new(Counter::default()));
    let (id, _) = block_on(ahead.take()).expect("keys");
    let folder = Arc::new(Folder::default());
    let behind = Vault::new(november(), keyring, Box::new(Dry)).with_source(Arc::clone(&folder) as _);
    let missed = block_on(behind.keys(id)).err();
    assert!(
        matches!(missed, Some(Error::Unwrap(UnwrapError::UnknownKek(_)))),
        "{missed:?}"
    );
    folder
        .0
        .lock()
        .expect("no test panics with the lock")
        .push((month("2026-12"), [12; 32]));
    block_on(behind.keys(id)).expect("the key is there now");
    assert_eq!(behind.current_kek(), month("2026-11"), "reading takes up no key");
}

#[test]
fn what_was_minted_under_the_month_before_is_not_handed_out() {
    let keyring = Arc::new(InMemory::default());
    let vault = Vault::new(
        november(),
        Arc::clone(&keyring) as _,
        Box::new(Counter::default()),
    );
    let (old, _) = block_on(vault.take()).expect("keys");
    vault.set_keks(december());
    let (new, _) = block_on(vault.take()).expect("keys");
    let wrapped = |id| keyring.state().keys[&(id, Part::Meta)].kek_id.clone();
    assert_eq!((wrapped(old), wrapped(new)), (month("2026-11"), month("2026-12")));
    block_on(vault.keys(old)).expect("it opens as before");
}

/// A keyring that is slow: while it stores its first batch, the next month begins.
#[derive(Default)]
struct TurnOfTheMonth {
    keyring: InMemory,
    vault: OnceLock<Weak<Vault>>,
}

#[async_trait::async_trait]
impl Keyring for TurnOfTheMonth {
    async fn store(&self, keys: &[WrappedKey]) -> Result<(), KeyringError> {
        self.keyring.store(keys).await?;
        if let Some(vault) = self.vault.get().and_then(Weak::upgrade) {
            vault.set_keks(december());
        }
        Ok(())
    }

    async fn load(&self, key_id: KeyId) -> Result<Vec<WrappedKey>, KeyringError> {
        self.keyring.load(key_id).await
    }

    async fn shred(&self, key_id: KeyId, part: Part) -> Result<bool, KeyringError> {
        self.keyring.shred(key_id, part).await
    }

    async fn count(&self) -> Result<u64, KeyringError> {
        self.keyring.count().await
    }
}

#[test]
fn what_is_minted_while_the_month_turns_is_not_kept_for_the_next_one() {
    let keyring = Arc::new(TurnOfTheMonth::default());
    let vault = Arc::new(Vault::new(
        november(),
        Arc::clone(&keyring) as _,
        Box::new(Counter::default()),
    ));
    assert!(keyring.vault.set(Arc::downgrade(&vault)).is_ok());
    block_on(vault.warm()).expect("a batch");
    assert_eq!(vault.current_kek(), month("2026-12"));
    let (id, _) = block_on(vault.take()).expect("keys");
    let wrapped = keyring.keyring.state().keys[&(id, Part::Meta)].kek_id.clone();
    assert_eq!(wrapped, month("2026-12"));
}

#[test]
fn no_key_of_the_month_before_is_given_to_who_waited_while_the_month_turned() {
    let keyring = Arc::new(TurnOfTheMonth::default());
    let vault = Arc::new(Vault::new(
        november(),
        Arc::clone(&keyring) as _,
        Box::new(Counter::default()),
    ));
    assert!(keyring.vault.set(Arc::downgrade(&vault)).is_ok());
    let (id, _) = block_on(vault.take()).expect("keys");
    assert_eq!(vault.current_kek(), month("2026-12"));
    let wrapped = keyring.keyring.state().keys[&(id, Part::Meta)].kek_id.clone();
    assert_eq!(wrapped, month("2026-12"));
}

/// A keyring that answers a write when it is told to.
#[derive(Default)]
struct Slow {
    keyring: InMemory,
    answers: tokio::sync::Notify,
}

#[async_trait::async_trait]
impl Keyring for Slow {
    async fn store(&self, keys: &[WrappedKey]) -> Result<(), KeyringError> {
        self.answers.notified().await;
        self.keyring.store(keys).await
    }

    async fn load(&self, key_id: KeyId) -> Result<Vec<WrappedKey>, KeyringError> {
        self.keyring.load(key_id).await
    }

    async fn shred(&self, key_id: KeyId, part: Part) -> Result<bool, KeyringError> {
        self.keyring.shred(key_id, part).await
    }

    async fn count(&self) -> Result<u64, KeyringError> {
        self.keyring.count().await
    }
}

fn slow() -> (Vault, Arc<Slow>) {
    let keyring = Arc::new(Slow::default());
    let vault = Vault::new(
        november(),
        Arc::clone(&keyring) as _,
        Box::new(Counter::default()),
    );
    (vault, keyring)
}

#[test]
fn those_who_find_no_key_wait_for_one_batch() {
    let (vault, keyring) = slow();
    let mut waiting: Vec<_> = (0..BATCH).map(|_| Box::pin(vault.take())).collect();
    for one in &mut waiting {
        assert!(one.now_or_never().is_none(), "nothing is minted yet");
    }
    keyring.answers.notify_one();
    let taken = block_on(futures::future::join_all(waiting));
    let ids: BTreeSet<KeyId> = taken.into_iter().map(|taken| taken.expect("keys").0).collect();
    assert_eq!(ids.len(), BATCH);
    assert_eq!(keyring.keyring.state().stores, 1);
}

#[test]
fn those_who_waited_for_a_keyring_that_did_not_answer_do_not_wait_again() {
    let (vault, keyring) = slow();
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(vault.take())).collect();
    for one in &mut waiting {
        assert!(one.now_or_never().is_none(), "it waits for the keyring");
    }
    keyring.keyring.state().down = true;
    keyring.answers.notify_one();
    for one in waiting {
        let refused = block_on(one).err();
        assert!(
            matches!(refused, Some(Error::Keyring(KeyringError::Unavailable(_)))),
            "{refused:?}"
        );
    }
    keyring.keyring.state().down = false;
    keyring.answers.notify_one();
    block_on(vault.take()).expect("who comes later asks again");
}

#[test]
fn keys_are_minted_ahead_once_half_are_used_and_nobody_waits_for_it() {
    let (vault, keyring) = slow();
    keyring.answers.notify_one();
    block_on(vault.warm()).expect("the keyring works");
    for _ in 0..BATCH / 2 {
        block_on(vault.take()).expect("keys are there");
    }
    assert!(vault.low().now_or_never().is_none(), "half are left");
    block_on(vault.take()).expect("keys are there");
    block_on(vault.low());
    let mut refill = Box::pin(vault.refill(2 * BATCH));
    assert!((&mut refill).now_or_never().is_none(), "the keyring is slow");
    vault
        .take()
        .now_or_never()
        .expect("it waits for nobody")
        .expect("keys are there");
    keyring.answers.notify_one();
    block_on(refill).expect("the keyring works");
    block_on(vault.refill(2 * BATCH)).expect("there are enough");
    assert_eq!(keyring.keyring.state().stores, 2);
    for _ in 0..BATCH / 2 - 2 + 2 * BATCH {
        block_on(vault.take()).expect("keys are there");
    }
    assert_eq!(keyring.keyring.state().stores, 2);
}

fn december() -> KekSet {
    let keys = [(month("2026-11"), [11; 32]), (month("2026-12"), [12; 32])];
    KekSet::new(month("2026-12"), keys).expect("there is a key for the month")
}
