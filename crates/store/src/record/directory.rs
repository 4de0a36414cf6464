//! Items of the directory.

use std::collections::BTreeSet;

use declic_domain::directory::{
    Absence, Absences, Agency, AgencyCalendar, Change, Desk, DeskRules, Enrolment, Identifier, Identity,
    Item, LevelPolicy, Member, Organisation, OrganisationKind, RequiredIdentifiers, Role,
};
use declic_ledger::codec::{MAX_LEN, Reader, Writer};

use super::Error;
use super::clock::{openings, policy, write_openings, write_policy};
use super::fields::{
    agency, codes, decode as read_record, desk, encode as write_record, member, option_text, organisation,
    text, texts, time, write_desk, write_option_member, write_option_text, write_texts, write_time,
};

const VERSION: u8 = 1;
/// Entries of version 1 held the item alone.
const ENTRY_VERSION: u8 = 2;

/// The item's bytes.
pub fn encode(item: &Item) -> Vec<u8> {
    write_record(VERSION, |writer| match item {
        Item::Agency(agency) => {
            writer.u8(1);
            write_agency(writer, agency);
        }
        Item::Organisation(organisation) => {
            // Those of which the kind was never said keep the bytes they had before there were kinds.
            writer.u8(if organisation.kind.is_some() { 18 } else { 2 });
            writer.str(organisation.id.as_str());
            writer.str(&organisation.name).str(&organisation.departement);
            if let Some(kind) = organisation.kind {
                write_kind(writer, kind);
            }
        }
        Item::DeskRules(rules) => {
            writer.u8(19);
            write_desk_rules(writer, rules);
        }
        Item::Member(member) => {
            // Members that no provider knows are written as they always were.
            match member.identities.is_empty() {
                true => {
                    writer.u8(3);
                    write_member(writer, member);
                }
                false => {
                    writer.u8(20);
                    write_member(writer, member);
                    let identities: Vec<_> = member.identities.iter().collect();
                    writer.list(&identities, |writer, identity| {
                        writer.str(identity.issuer()).str(identity.subject());
                    });
                }
            }
        }
        Item::Calendar(calendar) => {
            writer.u8(4).str(calendar.agency().as_str());
            write_openings(writer, calendar.hours(), calendar.closures());
        }
        Item::Policy(level) => {
            writer.u8(5);
            write_option_text(writer, level.agency.as_ref().map(|id| id.as_str()));
            write_option_text(writer, level.benefit.as_deref());
            writer.option(level.policy.as_ref(), write_policy);
        }
        Item::Identifiers(required) => {
            writer.u8(7).str(required.agency.as_str());
            let identifiers: Vec<_> = required.identifiers.iter().copied().collect();
            writer.list(&identifiers, |writer, one| write_identifier(writer, *one));
        }
        Item::Absences(absences) => {
            writer.u8(6).str(absences.member().as_str());
            writer.list(absences.list(), |writer, absence| {
                write_time(writer, absence.from);
                write_time(writer, absence.until);
                write_option_member(writer, absence.deputy.as_ref());
            });
        }
    })
}

/// The item.
///
/// # Errors
/// Every other sequence of bytes than [`encode`] writes.
pub fn decode(bytes: &[u8]) -> Result<Item, Error> {
    read_record(bytes, VERSION, |reader| {
        Ok(match reader.u8()? {
            1 => Item::Agency(agency_item(reader)?),
            2 => Item::Organisation(Organisation {
                id: organisation(reader)?,
                name: text(reader)?,
                departement: text(reader)?,
                kind: None,
            }),
            18 => Item::Organisation(Organisation {
                id: organisation(reader)?,
                name: text(reader)?,
                departement: text(reader)?,
                kind: Some(kind(reader)?),
            }),
            19 => Item::DeskRules(desk_rules(reader)?),
            3 => Item::Member(member_item(reader)?),
            4 => Item::Calendar(calendar_item(reader)?),
            5 => Item::Policy(LevelPolicy {
                agency: reader.option(agency)?,
                benefit: option_text(reader)?,
                policy: reader.option(policy)?,
            }),
            6 => Item::Absences(absences_item(reader)?),
            7 => Item::Identifiers(RequiredIdentifiers {
                agency: agency(reader)?,
                identifiers: set(reader.list(MAX_LEN, identifier)?)?,
            }),
            20 => {
                let mut member = member_item(reader)?;
                member.identities = identities(reader)?;
                Item::Member(member)
            }
            _ => return Err(Error::Value("an item of the directory")),
        })
    })
}

/// The bytes of a change, as the table of changes holds them.
pub fn encode_change(change: &Change) -> Vec<u8> {
    write_record(VERSION, |writer| {
        write_head(writer, change);
        write_texts(writer, &change.items);
    })
}

/// The change.
///
/// # Errors
/// Every other sequence of bytes than [`encode_change`] writes.
pub fn decode_change(bytes: &[u8]) -> Result<Change, Error> {
    read_record(bytes, VERSION, |reader| {
        Ok(Change {
            actor: reader.option(member)?,
            recorded_at: time(reader)?,
            reason: text(reader)?,
            items: texts(reader)?,
        })
    })
}

/// What the journal seals of one item of a change: who, when and why, then the item.
pub fn encode_entry(change: &Change, item: &Item) -> Vec<u8> {
    write_record(ENTRY_VERSION, |writer| {
        write_head(writer, change);
        writer.raw(&encode(item));
    })
}

fn write_head(writer: &mut Writer, change: &Change) {
    write_option_member(writer, change.actor.as_ref());
    write_time(writer, change.recorded_at);
    writer.str(&change.reason);
}

fn write_agency(writer: &mut Writer, agency: &Agency) {
    writer.str(agency.id.as_str()).str(&agency.name);
    write_enrolment(writer, agency.enrolment);
    writer.bool(agency.nir_allowed);
    writer.list(&agency.desks, |writer, desk| {
        write_desk(writer, &desk.name);
        writer.str(&desk.display_name);
        write_texts(writer, &desk.benefits);
    });
}

fn agency_item(reader: &mut Reader<'_>) -> Result<Agency, Error> {
    Ok(Agency {
        id: agency(reader)?,
        name: text(reader)?,
        enrolment: enrolment(reader)?,
        nir_allowed: reader.bool()?,
        desks: reader.list(MAX_LEN, desk_item)?,
    })
}

fn desk_item(reader: &mut Reader<'_>) -> Result<Desk, Error> {
    Ok(Desk {
        name: desk(reader)?,
        display_name: text(reader)?,
        benefits: set(texts(reader)?)?,
    })
}

fn write_desk_rules(writer: &mut Writer, rules: &DeskRules) {
    write_desk(writer, &rules.desk);
    writer.bool(rules.is_closed);
    write_texts(writer, &rules.not_benefits);
    write_texts(writer, &rules.blockages);
    write_texts(writer, &rules.not_blockages);
    let kinds: Vec<_> = rules.kinds.iter().copied().collect();
    writer.list(&kinds, |writer, kind| write_kind(writer, *kind));
    let organisations: Vec<_> = rules.organisations.iter().collect();
    writer.list(&organisations, |writer, organisation| {
        writer.str(organisation.as_str());
    });
}

fn desk_rules(reader: &mut Reader<'_>) -> Result<DeskRules, Error> {
    Ok(DeskRules {
        desk: desk(reader)?,
        is_closed: reader.bool()?,
        not_benefits: set(texts(reader)?)?,
        blockages: set(texts(reader)?)?,
        not_blockages: set(texts(reader)?)?,
        kinds: set(reader.list(MAX_LEN, kind)?)?,
        organisations: set(reader.list(MAX_LEN, organisation)?)?,
    })
}

fn calendar_item(reader: &mut Reader<'_>) -> Result<AgencyCalendar, Error> {
    let agency = agency(reader)?;
    let (hours, closures) = openings(reader)?;
    let calendar = AgencyCalendar::new(agency, hours.unwrap_or_default(), &closures);
    let calendar = calendar.map_err(|_| Error::Value("a calendar with no open hour"))?;
    // One value, one sequence of bytes: each day once, in order.
    if calendar.closures() != closures {
        return Err(Error::Value("the closures of a calendar"));
    }
    Ok(calendar)
}

fn absences_item(reader: &mut Reader<'_>) -> Result<Absences, Error> {
    let member_id = member(reader)?;
    let list = reader.list(MAX_LEN, |reader| {
        Ok::<_, Error>(Absence {
            from: time(reader)?,
            until: time(reader)?,
            deputy: reader.option(member)?,
        })
    })?;
    let absences = Absences::new(member_id, list.clone()).map_err(|_| Error::Value("absences"))?;
    // One value, one sequence of bytes: in the order of time.
    if absences.list() != list {
        return Err(Error::Value("the order of absences"));
    }
    Ok(absences)
}

fn write_member(writer: &mut Writer, member: &Member) {
    writer.str(member.id.as_str()).str(&member.name);
    write_role(writer, member.role);
    write_option_text(writer, member.organisation.as_ref().map(|id| id.as_str()));
    write_option_text(writer, member.agency.as_ref().map(|id| id.as_str()));
    let desks: Vec<_> = member.desks.iter().collect();
    writer.list(&desks, |writer, desk| write_desk(writer, desk));
    write_texts(writer, &member.territory);
    writer.bool(member.active);
    writer.list(&member.keys, |writer, key| {
        writer.raw(key);
    });
}

fn member_item(reader: &mut Reader<'_>) -> Result<Member, Error> {
    Ok(Member {
        id: member(reader)?,
        name: text(reader)?,
        role: role(reader)?,
        organisation: reader.option(organisation)?,
        agency: reader.option(agency)?,
        desks: set(reader.list(MAX_LEN, desk)?)?,
        territory: set(texts(reader)?)?,
        active: reader.bool()?,
        keys: reader.list(MAX_LEN, Reader::array)?,
        identities: BTreeSet::new(),
    })
}

/// At least one: a member without is written without.
fn identities(reader: &mut Reader<'_>) -> Result<BTreeSet<Identity>, Error> {
    let identities = reader.list(MAX_LEN, |reader| {
        let (issuer, subject) = (text(reader)?, text(reader)?);
        Identity::new(&issuer, &subject).map_err(|_| Error::Value("an identity"))
    })?;
    match identities.is_empty() {
        true => Err(Error::Value("a list of identities")),
        false => set(identities),
    }
}

/// A set is written in its order and without repeats: one value, one encoding.
fn set<T: Ord>(items: Vec<T>) -> Result<BTreeSet<T>, Error> {
    if items.is_sorted_by(|left, right| left < right) {
        Ok(items.into_iter().collect())
    } else {
        Err(Error::Value("the order of a set"))
    }
}

codes!(write_enrolment, enrolment, Enrolment, "an enrolment", {
    1 => Enrolment::Connector,
    2 => Enrolment::Console,
    3 => Enrolment::None,
});

codes!(write_identifier, identifier, Identifier, "an identifier", {
    1 => Identifier::OfAgency,
    2 => Identifier::Nir,
});

codes!(write_kind, kind, OrganisationKind, "a kind of organisations", {
    1 => OrganisationKind::Ccas,
    2 => OrganisationKind::FranceServices,
    3 => OrganisationKind::Departement,
    4 => OrganisationKind::Association,
    5 => OrganisationKind::Hospital,
    6 => OrganisationKind::Other,
});

codes!(write_role, role, Role, "a role", {
    1 => Role::SocialWorker,
    2 => Role::OrganisationManager,
    3 => Role::Agent,
    4 => Role::DeskManager,
    5 => Role::TriageAgent,
    6 => Role::Supervisor,
    7 => Role::Auditor,
    8 => Role::Administrator,
    9 => Role::Connector,
});
