//! A batch of commands as the columns of one statement, which writes all of them or none: `queries/commit/new.sql` when
//! each of them opens a case, `queries/commit/rules.sql` when each changes the rules, `queries/commit/directory.sql` when
//! each changes the directory, `queries/commit/batch.sql` for any other.

mod columns;
mod command;
mod statement;

use std::collections::BTreeMap;

use sqlx::PgConnection;

use columns::Columns;
pub(crate) use command::Command;

/// What a batch holds, and so which statement writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Commands that each open a case and do nothing else: a smaller statement, and so a faster one.
    New,
    /// Commands that change the rules of routing and no case.
    Rules,
    /// Commands that change the directory and no case, and know what they change.
    Directory,
    /// Any other.
    Any,
}

/// Why a command is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Its request was answered before.
    Answered,
    Stale,
    /// Keys of tickets that it does not name change with its case: they have to be given too.
    Follow,
}

/// What became of a batch.
pub(crate) enum Outcome {
    /// All of it is done.
    Done,
    /// None of it is, because of these, by their places in the batch: without them the others can be.
    Refused(BTreeMap<usize, Verdict>),
}

/// Writes a batch in a transaction of its own.
///
/// At most one command of each case and of each request key: the statement sees what was there before it. For
/// [`Kind::New`] each command is of that kind, and one whose case is there fails them all instead of being refused.
pub(crate) async fn write<'c>(
    connection: &mut PgConnection,
    kind: Kind,
    commands: impl ExactSizeIterator<Item = &'c Command>,
) -> Result<Outcome, sqlx::Error> {
    let count = commands.len();
    let columns = Columns::of(commands);
    let told = match kind {
        Kind::New => statement::new(connection, &columns).await?,
        Kind::Rules => statement::rules(connection, &columns).await?,
        Kind::Directory => statement::directory(connection, &columns).await?,
        Kind::Any => statement::any(connection, &columns).await?,
    };
    read(&told, count)
}

/// What a statement tells of one command; number 0 says that all are done.
struct Told {
    command: i32,
    outcome: i32,
}

fn read(told: &[Told], count: usize) -> Result<Outcome, sqlx::Error> {
    if let [Told { command: 0, .. }] = told {
        return Ok(Outcome::Done);
    }
    let mut refused = BTreeMap::new();
    for Told { command, outcome } in told {
        let place = usize::try_from(*command)
            .ok()
            .and_then(|number| number.checked_sub(1));
        let place = place.filter(|place| *place < count);
        let place = place.ok_or_else(|| protocol("a verdict on nothing"))?;
        let verdict = verdict(*outcome)?;
        // What was answered before is that, whatever else is wrong with it by now.
        refused
            .entry(place)
            .and_modify(|said| {
                if verdict == Verdict::Answered {
                    *said = verdict;
                }
            })
            .or_insert(verdict);
    }
    if refused.is_empty() {
        return Err(protocol("no verdict"));
    }
    Ok(Outcome::Refused(refused))
}

fn verdict(outcome: i32) -> Result<Verdict, sqlx::Error> {
    match outcome {
        1 => Ok(Verdict::Answered),
        2 => Ok(Verdict::Stale),
        3 => Ok(Verdict::Follow),
        _ => Err(protocol("a verdict that is none")),
    }
}

fn protocol(problem: &str) -> sqlx::Error {
    sqlx::Error::Protocol(problem.to_owned())
}

#[cfg(test)]
mod tests {
    /// From its first to its last line, the marks left out.
    fn numbering(query: &str) -> &str {
        let (_, rest) = query.split_once("from here ...\n").expect("its first line");
        rest.split_once("-- ... to here.").expect("its last line").0
    }

    #[test]
    fn every_statement_that_commits_numbers_in_the_same_words() {
        let new = numbering(include_str!("../../queries/commit/new.sql"));
        assert!(new.contains("INSERT INTO mailbox (audience, no, seq)"), "{new}");
        assert_eq!(new, numbering(include_str!("../../queries/commit/batch.sql")));
        assert_eq!(new, numbering(include_str!("../../queries/commit/rules.sql")));
        assert_eq!(new, numbering(include_str!("../../queries/commit/directory.sql")));
    }
}
