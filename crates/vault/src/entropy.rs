//! Random bytes, passed in as an argument so that tests can replay.

/// A source of random bytes that nobody can predict, except in tests.
pub trait Entropy: Send {
    /// Fills the whole slice, or says that it could not.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Unavailable>;
}

/// The operating system's source.
#[derive(Clone, Copy, Debug, Default)]
pub struct Os;

/// The source of random bytes failed: nothing may be sealed without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the source of random bytes failed")]
pub struct Unavailable;

impl Entropy for Os {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Unavailable> {
        getrandom::fill(bytes).map_err(|_| Unavailable)
    }
}

/// Draws an array.
pub fn draw<const N: usize>(entropy: &mut dyn Entropy) -> Result<[u8; N], Unavailable> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
