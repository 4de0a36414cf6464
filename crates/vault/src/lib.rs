//! Sealing of what is personal: the keys of a case, what is encrypted under them, how they live and die, and the blind
//! tags by which a sealed person can still be found.
//!
//! - [`entropy`]: where random bytes come from, passed in as an argument.
//! - [`seal`]: sections of events and standalone fields, encrypted under a case's keys.
//! - [`keyring`]: wrapped keys, the key-encryption keys of the months, and the [`Keyring`] contract.
//! - [`vault`]: case keys minted ahead, unwrapped on demand, shredded for ever.
//! - [`blind`]: exact search without clear names.
//!
//! Commitments are the ledger's: sealing takes the random bytes of a commitment with the section, and opening cannot be
//! done without a check of the commitment, which the caller passes in.
//!
//! Never here: SQL, files, and who may open what. Keys are never printed, and are wiped from memory when dropped.

pub mod blind;
pub mod entropy;
pub mod keyring;
mod labels;
pub mod seal;
pub mod vault;

pub use blind::BlindKey;
pub use entropy::{Entropy, Os};
pub use keyring::{KekId, KekSet, KekSource, KeyId, Keyring, Part, WrappedKey};
pub use seal::{CaseKeys, Group, Place, SealedObject};
pub use vault::Vault;
