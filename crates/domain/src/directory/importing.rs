//! A file of changes, taken as a whole or not at all: each line is judged over what the lines before it have made.
//!
//! A file adds and changes. It takes nobody out, brings nobody back and moves nobody from one organisation or agency to
//! another: an old list must not undo what was decided since.

use std::collections::{BTreeMap, BTreeSet};

use super::authority::{self, Ask};
use super::{Defect, Directory, Item, Member};
use crate::name::MemberId;
use crate::policy;
use crate::refusal::Refusal;

/// Why a line of a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineRefusal {
    /// It is not the actor's, or would be moved.
    #[error(
        "is of another organisation or agency, or not yours to enrol: a file moves nobody, an administrator does (put-member)"
    )]
    Elsewhere,
    /// Somebody who has left.
    #[error("has left: a file brings nobody back, enrol the person one by one (put-member)")]
    Left,
    /// What its role needs.
    #[error("{0}")]
    Lacks(&'static str),
    /// The key is somebody else's.
    #[error("somebody signs with this key already: draw a new one (declic key generate)")]
    SharedKey,
    /// What the same command would be refused for.
    #[error("{0}")]
    Refused(Refusal),
}

/// What a line makes of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The item before the line; none when it is new.
    pub before: Option<Item>,
    /// The item after it.
    pub after: Item,
}

/// A file being taken, line by line.
#[derive(Debug)]
pub struct Import<'d> {
    actor: &'d Member,
    before: &'d Directory,
    now: Directory,
    changed: BTreeSet<String>,
    items: Vec<Item>,
    keys: BTreeMap<[u8; 32], MemberId>,
}

impl<'d> Import<'d> {
    /// A file that this actor brings. What each line may do is asked line by line.
    pub fn new(before: &'d Directory, actor: &'d Member) -> Self {
        let members = before.members.values();
        let keys = members.flat_map(|member| member.keys.iter().map(|key| (*key, member.id.clone())));
        Self {
            actor,
            before,
            now: before.clone(),
            changed: BTreeSet::new(),
            items: Vec::new(),
            keys: keys.collect(),
        }
    }

    /// The directory as the lines so far have made it.
    pub fn now(&self) -> &Directory {
        &self.now
    }

    /// Takes a line.
    ///
    /// # Errors
    /// [`LineRefusal`]; the line has changed nothing then.
    pub fn take(&mut self, ask: Ask) -> Result<Made, LineRefusal> {
        if !policy::permits(self.actor.role, ask.action()) {
            return Err(LineRefusal::Refused(Refusal::Role));
        }
        let before = match authority::standing(&self.now, self.actor, &ask) {
            Ok(before) => before,
            Err(Refusal::Unknown) => return Err(LineRefusal::Elsewhere),
            Err(refused) => return Err(LineRefusal::Refused(refused)),
        };
        if let (Ask::PutMember(put), Some(Item::Member(standing))) = (&ask, &before) {
            if !standing.active {
                return Err(LineRefusal::Left);
            }
            if (&put.organisation, &put.agency) != (&standing.organisation, &standing.agency) {
                return Err(LineRefusal::Elsewhere);
            }
        }
        let after = authority::after(&self.now, ask).map_err(LineRefusal::Refused)?;
        if before.as_ref() != Some(&after) {
            self.check(&after)?;
            self.keep(after.clone());
        }
        Ok(Made { before, after })
    }

    fn check(&self, item: &Item) -> Result<(), LineRefusal> {
        let Item::Member(member) = item else { return Ok(()) };
        match self.now.check_member(member) {
            Err(Defect::Member { needs, .. }) => return Err(LineRefusal::Lacks(needs)),
            Err(defect) => return Err(LineRefusal::Refused(Refusal::DirectoryUnsound(defect))),
            Ok(()) => {}
        }
        let is_of_another = |key| self.keys.get(key).is_some_and(|owner| *owner != member.id);
        match member.keys.iter().any(is_of_another) {
            true => Err(LineRefusal::SharedKey),
            false => Ok(()),
        }
    }

    fn keep(&mut self, item: Item) {
        if let Item::Member(member) = &item {
            let keys = member.keys.iter();
            self.keys.extend(keys.map(|key| (*key, member.id.clone())));
        }
        if self.changed.insert(item.resource()) {
            self.items.push(item.clone());
        }
        self.now.apply(item);
    }

    /// The items that changed, as the whole file leaves them.
    ///
    /// # Errors
    /// What would leave a directory that cannot be used, or that nobody keeps any more.
    pub fn finish(self) -> Result<Vec<Item>, Refusal> {
        authority::holds(self.before, &self.now)?;
        let last = self.items.iter().filter_map(|item| self.now.standing(item));
        Ok(last.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Organisation, Role};
    use crate::name::OrganisationId;

    fn organisation(id: &str) -> Organisation {
        Organisation {
            id: OrganisationId::parse(id).expect("an organisation's id"),
            name: id.to_owned(),
            departement: "56".to_owned(),
            kind: None,
        }
    }

    fn member(id: &str, role: Role, organisation: Option<&str>) -> Member {
        let of = organisation.map(|id| OrganisationId::parse(id).expect("an organisation's id"));
        Member {
            id: MemberId::parse(id).expect("a member's id"),
            name: id.to_owned(),
            role,
            organisation: of,
            agency: None,
            desks: BTreeSet::new(),
            territory: BTreeSet::new(),
            active: true,
            keys: Vec::new(),
            identities: BTreeSet::new(),
        }
    }

    fn directory() -> (Directory, Member) {
        let mut directory = Directory::default();
        for id in ["ccas-pontivy", "ccas-auray"] {
            directory.apply(organisation(id).into());
        }
        let manager = member("soizic.le-bihan", Role::OrganisationManager, Some("ccas-pontivy"));
        directory.apply(manager.clone().into());
        directory.apply(member("nora.haddad", Role::SocialWorker, Some("ccas-auray")).into());
        (directory, manager)
    }

    #[test]
    fn a_file_moves_nobody_and_brings_nobody_back() {
        let (mut directory, manager) = directory();
        let mut gone = member("yann.le-goff", Role::SocialWorker, Some("ccas-pontivy"));
        gone.active = false;
        directory.apply(gone.clone().into());
        let administrator = member("jean.rolland", Role::Administrator, None);
        let moved = member("nora.haddad", Role::SocialWorker, Some("ccas-pontivy"));
        for actor in [&manager, &administrator] {
            let mut import = Import::new(&directory, actor);
            let back = import.take(Ask::PutMember(gone.clone()));
            assert_eq!(back, Err(LineRefusal::Left), "{}", actor.id);
            let moved = import.take(Ask::PutMember(moved.clone()));
            assert_eq!(moved, Err(LineRefusal::Elsewhere), "{}", actor.id);
            assert_eq!(import.now(), &directory, "a refused line changes nothing");
        }
    }

    #[test]
    fn two_lines_do_not_bring_the_same_key() {
        let (directory, manager) = directory();
        let mut import = Import::new(&directory, &manager);
        let with_key = |id| Member {
            keys: vec![[7; 32]],
            ..member(id, Role::SocialWorker, Some("ccas-pontivy"))
        };
        assert!(import.take(Ask::PutMember(with_key("lena.briand"))).is_ok());
        let second = import.take(Ask::PutMember(with_key("maud.riou")));
        assert_eq!(second, Err(LineRefusal::SharedKey));
    }
}
