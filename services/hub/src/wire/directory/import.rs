//! A file of rows: what is asked, and how what becomes of its lines is shown.

use declic_domain::text::LONGEST_REASON;
use declic_proto::v1;

use crate::directory::importing::{Column, Kind, Line, Outcome, Table, table};
use crate::status::Error;
use crate::wire::{Violations, request_id};

/// An import, parsed.
pub struct Asked {
    /// The client's UUID.
    pub request: [u8; 16],
    /// The file.
    pub table: Table,
    /// Why.
    pub reason: String,
    /// Whether only to say what it would do.
    pub validate_only: bool,
}

/// Parses ImportDirectory.
///
/// # Errors
/// Every violation; a file that is no table.
pub fn asked(request: v1::ImportDirectoryRequest) -> Result<Asked, Error> {
    let mut violations = Violations::default();
    let id = request_id(&mut violations, &request.request_id);
    let reason = violations.text("reason", request.reason, LONGEST_REASON);
    let table = table(&mut violations, &request.file);
    let (request_id, table) = violations.finish_with(id.zip(table))?;
    Ok(Asked {
        request: request_id,
        table,
        reason,
        validate_only: request.validate_only,
    })
}

/// What becomes of each line of a file.
pub fn imported(table: &Table, lines: &[Line], is_taken: bool) -> v1::ImportDirectoryResponse {
    let kind = match table.kind() {
        Kind::Members => v1::ImportKind::Members,
        Kind::Desks => v1::ImportKind::Desks,
        Kind::Organisations => v1::ImportKind::Organisations,
    };
    v1::ImportDirectoryResponse {
        imported: is_taken,
        kind: kind.into(),
        encoding: table.encoding().to_owned(),
        separator: table.separator().to_string(),
        lines: lines.iter().map(|one| line(table, one)).collect(),
    }
}

fn line(table: &Table, line: &Line) -> v1::ImportedLine {
    let heading = |column: &Column| table.heading(*column).to_owned();
    let (outcome, columns, problems) = match &line.outcome {
        Outcome::Created => (v1::ImportOutcome::Created, Vec::new(), Vec::new()),
        Outcome::Unchanged => (v1::ImportOutcome::Unchanged, Vec::new(), Vec::new()),
        Outcome::Changed(columns) => {
            let columns = columns.iter().map(heading).collect();
            (v1::ImportOutcome::Changed, columns, Vec::new())
        }
        Outcome::Refused(problems) => {
            let problems = problems.iter().map(|(column, problem)| v1::ImportProblem {
                column: column.as_ref().map(heading).unwrap_or_default(),
                problem: problem.clone(),
            });
            (v1::ImportOutcome::Refused, Vec::new(), problems.collect())
        }
    };
    v1::ImportedLine {
        line: i32::try_from(line.number).unwrap_or(i32::MAX),
        outcome: outcome.into(),
        item: line.item.clone(),
        columns,
        problems,
    }
}
