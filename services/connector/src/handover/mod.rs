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

/// What is handed over about one ticket.
#[derive(Debug, Clone, PartialEq)]
pub enum Paper {
    /// All that its agency may read.
    Ticket(Box<Document>),
    /// That its texts were erased: what was handed over is taken back.
    Erased(Erased),
}

/// How far a group came.
#[derive(Debug)]
pub struct Came {
    /// How many are done, from the first one on.
    pub count: usize,
    /// Why no more are.
    pub failure: Option<anyhow::Error>,
}

impl Handover {
    /// Hands over what is told of several tickets, each of them once, durably: what is counted survives a power cut. Of
    /// those that are not counted some may be handed over too.
    pub async fn take(&self, papers: Vec<Paper>) -> Came {
        match self {
            Self::Directory(directory) => directory.take(papers).await,
        }
    }
}

impl Came {
    /// All of so many.
    pub fn all(count: usize) -> Self {
        Self { count, failure: None }
    }

    /// So far and no further.
    pub fn stopped(count: usize, failure: anyhow::Error) -> Self {
        Self {
            count,
            failure: Some(failure),
        }
    }
}
