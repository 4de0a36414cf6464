//! A file of rows that enrols members, adds desks or adds organisations, or changes those that are there: read as people's
//! software writes it, decided line by line, taken as a whole or not at all.

mod columns;
mod rows;
mod sheet;

use std::collections::BTreeMap;

use declic_domain::directory::importing::{Import, LineRefusal, Made};
use declic_domain::directory::{Directory, Item, Member};
use declic_domain::{Refusal, policy};
use declic_proto::v1::{self, ErrorReason};
use prost::Message;

use super::changing::{ATTEMPTS, CommitEnd, commit};
use super::stored;
use crate::caller::Caller;
use crate::command::{self, replay};
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::Violations;
use crate::wire::directory::import as wire;

pub use columns::{Column, Kind};
use rows::{Asked, Names, Rows};
pub use sheet::LARGEST_FILE;
use sheet::Sheet;

/// A file whose columns are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    sheet: Sheet,
    kind: Kind,
    places: BTreeMap<Column, usize>,
}

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It adds what was not there.
    Created,
    /// It changes these columns of what was there.
    Changed(Vec<Column>),
    /// It says what is there already.
    Unchanged,
    /// It cannot be taken: what is wrong, and in which column.
    Refused(Vec<(Option<Column>, String)>),
}

/// A line, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Resource name of what it is about; empty when it does not say that.
    pub item: String,
    /// What becomes of it.
    pub outcome: Outcome,
}

impl Table {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// Why it is no table, or all that is wrong with its columns.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<String>> {
        let sheet = sheet::read(bytes).map_err(|fault| vec![fault.to_string()])?;
        match columns::columns(&sheet.headings) {
            Ok((kind, places)) => Ok(Self { sheet, kind, places }),
            Err(faults) => Err(faults.iter().map(ToString::to_string).collect()),
        }
    }

    /// What it holds.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Name of the encoding it was read in.
    pub fn encoding(&self) -> &'static str {
        self.sheet.encoding
    }

    /// What tells its columns apart.
    pub fn separator(&self) -> char {
        self.sheet.separator
    }

    /// A column as the file names it.
    pub fn heading(&self, column: Column) -> &str {
        let heading = self
            .places
            .get(&column)
            .and_then(|place| self.sheet.headings.get(*place));
        heading.map_or(column.name(), String::as_str)
    }

    /// What becomes of each line, and the items that change; none while a line is refused.
    fn decide(&self, before: &Directory, actor: &Member) -> Result<(Vec<Line>, Vec<Item>), Refusal> {
        if !policy::permits(actor.role, policy::Action::ImportDirectory) {
            return Err(Refusal::Role);
        }
        let mut import = Import::new(before, actor);
        let names = Names::of(before);
        let (mut first, mut lines) = (BTreeMap::<String, u64>::new(), Vec::new());
        for row in &self.sheet.rows {
            let rows = Rows {
                directory: import.now(),
                actor,
                kind: self.kind,
                places: &self.places,
                names: &names,
            };
            let asked = rows.read(row);
            let before = *first.entry(asked.item.clone()).or_insert(row.line);
            let is_twice = before != row.line && !asked.item.is_empty();
            let outcome = match is_twice {
                true => Outcome::Refused(vec![(
                    None,
                    format!("is at line {before} already: keep one of the two"),
                )]),
                false => self.outcome(&mut import, &asked),
            };
            lines.push(Line {
                number: row.line,
                item: asked.item,
                outcome,
            });
        }
        let is_refused = |line: &Line| matches!(line.outcome, Outcome::Refused(_));
        match lines.iter().any(is_refused) {
            true => Ok((lines, Vec::new())),
            false => Ok((lines, import.finish()?)),
        }
    }

    fn outcome(&self, import: &mut Import<'_>, asked: &Asked) -> Outcome {
        let ask = match &asked.ask {
            Ok(ask) => ask.clone(),
            Err(problems) => return Outcome::Refused(problems.clone()),
        };
        match import.take(ask) {
            Ok(made) => done(&made, &asked.item),
            Err(refused) => {
                let column = matches!(refused, LineRefusal::SharedKey).then_some(Column::Key);
                Outcome::Refused(vec![(column, refused.to_string())])
            }
        }
    }
}

/// What a line has done to what it is about.
fn done(made: &Made, item: &str) -> Outcome {
    let differing = match (&made.before, &made.after) {
        (Some(Item::Member(before)), Item::Member(after)) => [
            (Column::Name, before.name != after.name),
            (Column::Role, before.role != after.role),
            (Column::Desks, before.desks != after.desks),
            (Column::Departements, before.territory != after.territory),
            (Column::Key, before.keys != after.keys),
        ]
        .to_vec(),
        (Some(Item::Organisation(before)), Item::Organisation(after)) => vec![
            (Column::Name, before.name != after.name),
            (Column::Departements, before.departement != after.departement),
        ],
        (Some(Item::Agency(before)), Item::Agency(after)) => {
            let desk = |agency: &declic_domain::directory::Agency| {
                let mut desks = agency.desks.iter();
                desks.find(|desk| desk.name.resource() == item).cloned()
            };
            let Some((before, after)) = desk(before).zip(desk(after)) else {
                return Outcome::Created;
            };
            vec![
                (Column::Name, before.display_name != after.display_name),
                (Column::Benefits, before.benefits != after.benefits),
            ]
        }
        _ => return Outcome::Created,
    };
    let differing = differing.into_iter().filter(|(_, differs)| *differs);
    let changed: Vec<Column> = differing.map(|(column, _)| column).collect();
    match changed.is_empty() {
        true => Outcome::Unchanged,
        false => Outcome::Changed(changed),
    }
}

/// Takes a file, or says what that would do.
///
/// # Errors
/// The request's; a file that is no table; what the whole directory would be refused for; the store's. A refused line is no
/// error: the answer tells it.
pub async fn run(
    hub: &Hub,
    caller: &Caller,
    request: v1::ImportDirectoryRequest,
) -> Result<v1::ImportDirectoryResponse, Error> {
    let content = hub
        .secrets
        .request_digest("ImportDirectory", &request.encode_to_vec());
    let asked = wire::asked(request)?;
    let key = command::request_key(caller, asked.request, content);
    for _ in 0..ATTEMPTS {
        let before = stored(hub.store.as_ref()).await?;
        let actor = before.directory.members.get(&caller.member.id);
        let decided = actor.ok_or(Refusal::Role);
        let decided = decided.and_then(|actor| asked.table.decide(&before.directory, actor));
        let (lines, changed) = match decided {
            Ok(decided) => decided,
            Err(refused) => return replay(hub, &key).await?.ok_or(refused.into()),
        };
        let is_refused = lines
            .iter()
            .any(|line| matches!(line.outcome, Outcome::Refused(_)));
        let is_taken = !is_refused && !asked.validate_only;
        let answer = wire::imported(&asked.table, &lines, is_taken);
        if asked.validate_only {
            return Ok(answer);
        }
        if is_refused {
            // What refuses it now may have come after its own first try.
            return Ok(replay(hub, &key).await?.unwrap_or(answer));
        }
        match commit(hub, caller, &key, &before, (changed, &asked.reason), &answer).await {
            Ok(()) => return Ok(answer),
            Err(CommitEnd::Stale) => {}
            Err(CommitEnd::Replayed(answer)) => return Ok(answer),
            Err(CommitEnd::Failed(error)) => return Err(error),
        }
    }
    Err(Error::Later(ErrorReason::DirectoryBusy, None))
}

/// Reads the bytes of a file, or adds to what is wrong with the request.
pub fn table(violations: &mut Violations, bytes: &[u8]) -> Option<Table> {
    match Table::read(bytes) {
        Ok(table) => Some(table),
        Err(problems) => {
            for problem in problems {
                violations.add("file", problem);
            }
            None
        }
    }
}
