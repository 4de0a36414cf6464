//! A file of rows: sent as it is, and what becomes of each of its lines.

use std::io::Read as _;
use std::path::Path;

use declic_client::Client;
use declic_proto::v1;
use declic_runtime::{Ids as _, SystemIds};
use declic_words::said;
use declic_words::{Arg, Family, text};
use serde_json::{Value, json};

use super::{bare_id, table};
use crate::args::ImportFile;
use crate::commands::typed_text;
use crate::failure::{Failure, same_intention};
use crate::screen::{Manner, Screen};

/// Largest file that the contract takes, in bytes.
const LARGEST_FILE: u64 = 204_800;

pub(super) async fn run(client: &Client, options: ImportFile, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let file = read(&options.file, screen)?;
    let id = options.request_id.unwrap_or_else(|| SystemIds.random());
    let request = v1::ImportDirectoryRequest {
        request_id: id.to_string(),
        file,
        reason: typed_text(options.reason, screen)?,
        validate_only: options.dry_run,
    };
    let answer = client.import_directory(request).await;
    let answer = answer.map_err(|error| Failure::of_command(lang, &error, &same_intention(id, None, "")))?;
    let counts = Counts::of(&answer);
    match screen.manner.json {
        true => screen.show_json(&answer_json(&answer))?,
        false => screen.show(&page(&answer, &counts, &screen.manner))?,
    }
    if counts.refused > 0 {
        return Err(Failure::usage(text(lang, "cli-import-refused", &[])));
    }
    Ok(())
}

/// The file, unless it is too large to be taken.
fn read(path: &Path, screen: &Screen) -> Result<Vec<u8>, Failure> {
    let lang = screen.manner.lang;
    let place = path.display().to_string();
    let of_io = |error| Failure::of_io(lang, &place, &error);
    let file = std::fs::File::open(path).map_err(of_io)?;
    let bytes = file.metadata().map_err(of_io)?.len();
    if bytes > LARGEST_FILE {
        let number = |count: u64| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let args = [
            ("place", Arg::Text(place.as_str())),
            ("bytes", number(bytes)),
            ("most", number(LARGEST_FILE)),
        ];
        return Err(Failure::usage(text(lang, "cli-import-large", &args)));
    }
    let mut content = Vec::new();
    // What is no file on a disk says nothing of its length; the hub refuses what is too long.
    let read = file.take(LARGEST_FILE + 1).read_to_end(&mut content);
    read.map_err(of_io)?;
    Ok(content)
}

/// How many lines do what.
#[derive(Default)]
struct Counts {
    created: i64,
    changed: i64,
    unchanged: i64,
    refused: i64,
}

impl Counts {
    fn of(answer: &v1::ImportDirectoryResponse) -> Self {
        let mut counts = Self::default();
        for line in &answer.lines {
            match line.outcome() {
                v1::ImportOutcome::Created => counts.created += 1,
                v1::ImportOutcome::Changed => counts.changed += 1,
                v1::ImportOutcome::Unchanged => counts.unchanged += 1,
                v1::ImportOutcome::Refused | v1::ImportOutcome::Unspecified => counts.refused += 1,
            }
        }
        counts
    }
}

fn page(answer: &v1::ImportDirectoryResponse, counts: &Counts, manner: &Manner) -> String {
    let kind = answer.kind().as_str_name().trim_start_matches("IMPORT_KIND_");
    let kind = manner.label(Family::ImportKind, kind);
    let separator = match answer.separator.as_str() {
        "\t" => manner.text("cli-import-tab", &[]),
        other => other.to_owned(),
    };
    let lines = i64::try_from(answer.lines.len()).unwrap_or(i64::MAX);
    let read = manner.text(
        "cli-import-read",
        &[
            ("kind", Arg::Text(&kind)),
            ("encoding", Arg::Text(&answer.encoding)),
            ("separator", Arg::Text(&separator)),
            ("lines", Arg::Number(lines)),
        ],
    );
    let mut told = table(manner, ["line", "outcome", "about", "detail"]);
    for line in &answer.lines {
        let outcome = line.outcome().as_str_name().trim_start_matches("IMPORT_OUTCOME_");
        let problems = line.problems.iter().map(|one| problem(one, manner));
        let detail: Vec<String> = line.columns.iter().cloned().chain(problems).collect();
        told.row([
            line.line.to_string(),
            manner.label(Family::ImportOutcome, outcome),
            bare_id(&line.item),
            detail.join(", "),
        ]);
    }
    let counted = manner.text(
        "cli-import-counts",
        &[
            ("created", Arg::Number(counts.created)),
            ("changed", Arg::Number(counts.changed)),
            ("unchanged", Arg::Number(counts.unchanged)),
            ("refused", Arg::Number(counts.refused)),
        ],
    );
    let end = match (answer.imported, counts.refused) {
        (true, _) => manner.text("cli-import-done", &[]) + "\n",
        (false, 0) => manner.text("cli-import-not-yet", &[]) + "\n",
        // Told as the failure that it is.
        (false, _) => String::new(),
    };
    format!("{read}\n{}{counted}\n{end}", told.to_text(manner))
}

fn problem(one: &v1::ImportProblem, manner: &Manner) -> String {
    let problem = said::in_words(manner.lang, &one.problem);
    match one.column.is_empty() {
        true => problem,
        false => manner.text(
            "cli-import-column",
            &[
                ("column", Arg::Text(&one.column)),
                ("problem", Arg::Text(&problem)),
            ],
        ),
    }
}

fn answer_json(answer: &v1::ImportDirectoryResponse) -> Value {
    let lines = answer.lines.iter().map(|line| {
        let problems = line.problems.iter();
        let problems = problems.map(|one| json!({ "column": one.column, "problem": one.problem }));
        json!({
            "line": line.line, "item": line.item, "columns": line.columns,
            "outcome": line.outcome().as_str_name().trim_start_matches("IMPORT_OUTCOME_"),
            "problems": problems.collect::<Vec<_>>(),
        })
    });
    json!({
        "imported": answer.imported, "encoding": answer.encoding, "separator": answer.separator,
        "kind": answer.kind().as_str_name().trim_start_matches("IMPORT_KIND_"),
        "lines": lines.collect::<Vec<_>>(),
    })
}
