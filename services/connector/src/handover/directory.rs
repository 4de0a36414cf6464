//! One JSON file for each ticket, named after the case's reference and the ticket's number, rewritten when the ticket
//! changes.

use anyhow::Context as _;
use serde::Serialize;

use super::document::{Document, Erased};
use crate::files::Folder;

/// The folder the agency's software reads.
#[derive(Debug, Clone)]
pub struct Directory {
    outbox: Folder,
}

impl Directory {
    /// Hands over to this folder.
    pub fn new(outbox: Folder) -> Self {
        Self { outbox }
    }

    pub(super) async fn ticket(&self, document: Document) -> anyhow::Result<()> {
        let name = file_name(&document.reference, &document.ticket);
        self.write(name, document).await
    }

    pub(super) async fn erased(&self, erased: Erased) -> anyhow::Result<()> {
        let name = file_name(&erased.reference, &erased.ticket);
        self.write(name, erased).await
    }

    async fn write(&self, name: String, content: impl Serialize) -> anyhow::Result<()> {
        let mut text = serde_json::to_vec_pretty(&content).context("a document is always JSON")?;
        text.push(b'\n');
        let outbox = self.outbox.clone();
        tokio::task::spawn_blocking(move || outbox.write(&name, &text))
            .await
            .context("writing the hand-over file was cut short")?
            .context("the hand-over file cannot be written")
    }
}

/// "26-04817-K.1.json". Both parts were checked when the document was made: no separator of folders can be in them.
fn file_name(reference: &str, ticket: &str) -> String {
    let number = ticket.rsplit('/').next().unwrap_or_default();
    format!("{reference}.{number}.json")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{sample, sample_case, sample_events};
    use super::*;

    #[tokio::test]
    async fn a_ticket_is_one_file_rewritten_with_a_higher_revision() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let outbox = Folder::prepare(&home.path().join("outbox")).expect("a folder can be made");
        let directory = Directory::new(outbox.clone());
        for revision in [1, 2] {
            let document = Document::new(revision, sample(), sample_case(), sample_events()).expect("usable");
            directory.ticket(document).await.expect("there is room");
        }
        let kept = outbox.read("26-04817-K.1.json", 100_000).expect("readable");
        let value: serde_json::Value =
            serde_json::from_slice(&kept.expect("it is there")).expect("it is JSON");
        assert_eq!(value["revision"], 2);
        let files = std::fs::read_dir(outbox.path()).expect("readable").count();
        assert_eq!(files, 1);
    }

    #[tokio::test]
    async fn an_erased_ticket_keeps_no_word_of_the_person() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let outbox = Folder::prepare(&home.path().join("outbox")).expect("a folder can be made");
        let directory = Directory::new(outbox.clone());
        let document = Document::new(1, sample(), sample_case(), sample_events()).expect("usable");
        let erased = Erased::new(2, &document.ticket, &document.reference).expect("usable");
        directory.ticket(document).await.expect("there is room");
        directory.erased(erased).await.expect("there is room");
        let kept = outbox.read("26-04817-K.1.json", 100_000).expect("readable");
        let text = String::from_utf8(kept.expect("it is there")).expect("it is text");
        assert!(
            text.contains("\"erased\": true") && !text.contains("Kerjean"),
            "{text}"
        );
    }
}
