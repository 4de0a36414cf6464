//! One JSON file for each ticket, named after the case's reference and the ticket's number, rewritten when the ticket
//! changes.

use anyhow::Context as _;
use futures::{StreamExt as _, stream};

use super::{Came, Paper};
use crate::files::{self, Folder};

/// Files that are made durable side by side.
const AT_ONCE: usize = 8;

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

    pub(super) async fn take(&self, papers: Vec<Paper>) -> Came {
        let count = papers.len();
        let written = stream::iter(papers).map(|paper| self.place(paper));
        // Files that are made durable side by side wait for the disk once.
        let written: Vec<anyhow::Result<()>> = written.buffered(AT_ONCE).collect().await;
        let outbox = self.outbox.clone();
        if let Err(error) = blocking(move || outbox.sync()).await {
            return Came::stopped(0, error);
        }
        let failed = written.into_iter().enumerate();
        let failed = failed.filter_map(|(index, written)| Some((index, written.err()?)));
        match failed.min_by_key(|(index, _)| *index) {
            Some((index, error)) => Came::stopped(index, error),
            None => Came::all(count),
        }
    }

    async fn place(&self, paper: Paper) -> anyhow::Result<()> {
        let outbox = self.outbox.clone();
        let (name, text) = match paper {
            Paper::Ticket(document) => (
                file_name(&document.reference, &document.ticket),
                serde_json::to_vec_pretty(&document),
            ),
            Paper::Erased(erased) => (
                file_name(&erased.reference, &erased.ticket),
                serde_json::to_vec_pretty(&erased),
            ),
        };
        let mut text = text.context("a document is always JSON")?;
        text.push(b'\n');
        blocking(move || outbox.place(&name, &text)).await
    }
}

async fn blocking(work: impl FnOnce() -> Result<(), files::Error> + Send + 'static) -> anyhow::Result<()> {
    tokio::task::spawn_blocking(work)
        .await
        .context("writing the hand-over file was cut short")?
        .context("the hand-over file cannot be written")
}

/// "26-04817-K.1.json". Both parts were checked when the document was made: no separator of folders can be in them.
fn file_name(reference: &str, ticket: &str) -> String {
    let number = ticket.rsplit('/').next().unwrap_or_default();
    format!("{reference}.{number}.json")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{sample, sample_case, sample_events};
    use super::super::{Document, Erased};
    use super::*;

    fn ticket(revision: u64) -> Paper {
        let document = Document::new(revision, sample(), sample_case(), sample_events());
        Paper::Ticket(Box::new(document.expect("usable")))
    }

    /// The ticket of this number.
    fn numbered(number: u32) -> Paper {
        let mut sample = sample();
        sample.name = format!("cases/0190f3a2-7c1e-7d7f-8a41-5b0a6a1c2e3d/tickets/{number}");
        let document = Document::new(1, sample, sample_case(), sample_events());
        Paper::Ticket(Box::new(document.expect("usable")))
    }

    #[tokio::test]
    async fn of_a_group_all_before_the_first_that_cannot_be_written_count() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let outbox = Folder::prepare(&home.path().join("outbox")).expect("a folder can be made");
        let directory = Directory::new(outbox.clone());
        // A folder stands where two of the files should.
        for number in [12, 15] {
            let taken = outbox.path().join(format!("26-04817-K.{number}.json"));
            std::fs::create_dir(taken).expect("a folder can be made");
        }
        let came = directory.take((1..=20).map(numbered).collect()).await;
        assert_eq!(came.count, 11, "{came:?}");
        assert!(came.failure.is_some());
        for number in 1..=11 {
            assert!(outbox.holds(&format!("26-04817-K.{number}.json")), "{number}");
        }
    }

    #[tokio::test]
    async fn a_ticket_is_one_file_rewritten_with_a_higher_revision() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let outbox = Folder::prepare(&home.path().join("outbox")).expect("a folder can be made");
        let directory = Directory::new(outbox.clone());
        for revision in [1, 2] {
            let came = directory.take(vec![ticket(revision)]).await;
            assert_eq!(came.count, 1, "{came:?}");
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
        let erased = Erased::new(2, &sample().name, "26-04817-K").expect("usable");
        for paper in [ticket(1), Paper::Erased(erased)] {
            let came = directory.take(vec![paper]).await;
            assert_eq!(came.count, 1, "{came:?}");
        }
        let kept = outbox.read("26-04817-K.1.json", 100_000).expect("readable");
        let text = String::from_utf8(kept.expect("it is there")).expect("it is text");
        assert!(
            text.contains("\"erased\": true") && !text.contains("Kerjean"),
            "{text}"
        );
    }
}
