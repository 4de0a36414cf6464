//! Random bytes for tests: drawn again the same, or not at all.

use declic_vault::Entropy;
use declic_vault::entropy::Unavailable;
use sha2::{Digest, Sha256};

/// SHA-256 of a counter: no two draws are alike, and a run can be repeated.
#[derive(Default)]
pub struct Counter(u64);

impl Entropy for Counter {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Unavailable> {
        for chunk in bytes.chunks_mut(32) {
            self.0 += 1;
            chunk.copy_from_slice(&Sha256::digest(self.0.to_be_bytes())[..chunk.len()]);
        }
        Ok(())
    }
}

/// A source that failed.
pub struct Dry;

impl Entropy for Dry {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), Unavailable> {
        Err(Unavailable)
    }
}
