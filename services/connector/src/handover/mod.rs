//! Handing a ticket over to the agency's own software. Today by a directory; a local HTTP call or a command take the
//! same document.

mod directory;
mod document;
#[cfg(test)]
pub(crate) mod samples;

pub use directory::Directory;
pub use document::{Document, Erased, SCHEMA, Unusable};
pub(crate) use document::{case_of, hex, rfc3339, state_name};

/// A way of handing over.
#[derive(Debug, Clone)]
pub enum Handover {
    /// One JSON file for each ticket.
    Directory(Directory),
}

impl Handover {
    /// Hands a ticket over, durably: once this returns it survives a power cut.
    ///
    /// # Errors
    /// The agency's side cannot take it now; the caller tries again.
    pub async fn ticket(&self, document: Document) -> anyhow::Result<()> {
        match self {
            Self::Directory(directory) => directory.ticket(document).await,
        }
    }

    /// Tells that a ticket's texts were erased, and takes back what was handed over.
    ///
    /// # Errors
    /// As [`Handover::ticket`].
    pub async fn erased(&self, erased: Erased) -> anyhow::Result<()> {
        match self {
            Self::Directory(directory) => directory.erased(erased).await,
        }
    }
}
