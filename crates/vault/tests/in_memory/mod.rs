//! A keyring that forgets at the end of the test.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use declic_vault::keyring::Error;
use declic_vault::{KekId, KekSet, KeyId, Keyring, Part, WrappedKey};

/// A keyring in memory, which counts what it is asked and can be told to fail.
#[derive(Default)]
pub struct InMemory {
    state: Mutex<State>,
}

#[derive(Default)]
pub struct State {
    pub keys: BTreeMap<(KeyId, Part), WrappedKey>,
    pub stores: usize,
    pub loads: usize,
    pub down: bool,
}

impl InMemory {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics with the lock")
    }

    fn reach(&self) -> Result<MutexGuard<'_, State>, Error> {
        let state = self.state();
        if state.down {
            Err(Error::Unavailable("it does not answer".into()))
        } else {
            Ok(state)
        }
    }
}

#[async_trait]
impl Keyring for InMemory {
    async fn store(&self, keys: &[WrappedKey]) -> Result<(), Error> {
        let mut state = self.reach()?;
        state.stores += 1;
        if keys
            .iter()
            .any(|key| state.keys.contains_key(&(key.key_id, key.part)))
        {
            return Err(Error::Exists);
        }
        state
            .keys
            .extend(keys.iter().map(|key| ((key.key_id, key.part), key.clone())));
        Ok(())
    }

    async fn load(&self, key_id: KeyId) -> Result<Vec<WrappedKey>, Error> {
        let mut state = self.reach()?;
        state.loads += 1;
        let parts = [Part::Personal, Part::Meta];
        Ok(parts
            .iter()
            .filter_map(|part| state.keys.get(&(key_id, *part)).cloned())
            .collect())
    }

    async fn shred(&self, key_id: KeyId, part: Part) -> Result<bool, Error> {
        Ok(self.reach()?.keys.remove(&(key_id, part)).is_some())
    }

    async fn count(&self) -> Result<u64, Error> {
        Ok(self.reach()?.keys.len() as u64)
    }
}

pub fn month(text: &str) -> KekId {
    KekId::parse(text).expect("it is a month")
}

pub fn november() -> KekSet {
    KekSet::new(month("2026-11"), [(month("2026-11"), [11; 32])]).expect("there is a key for the month")
}
