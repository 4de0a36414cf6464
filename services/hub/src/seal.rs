//! Between decided and written: sections are sealed, committed to and laid out as a leaf. No rule about cases here.

use std::collections::{BTreeMap, BTreeSet};

use declic_domain::case::Case;
use declic_domain::decide::{Decision, Draft};
use declic_domain::event::{Event, Kind, Party};
use declic_domain::name::{EventId, TicketName};
use declic_domain::person::Person;
use declic_domain::policy;
use declic_domain::text::{Personal, Text};
use declic_domain::ticket::Ticket;
use declic_ledger::{Leaf, leaf, section};
use declic_store::record;
use declic_store::{
    Audience, BlindTag, CaseRow, CaseWrite, Commit, Entry, EntryTicket, Expected, RequestKey, StoredCase,
    StoredEntry, TicketRow, TicketSummary,
};
use declic_vault::blind::NormalisedName;
use declic_vault::entropy::{Os, draw};
use declic_vault::{BlindKey, CaseKeys, Group, KeyId, Place, SealedObject, seal};
use jiff::civil::Date;

use crate::hub::Hub;
use crate::status::Error;

/// The keys of a case and their id.
pub struct Keys {
    /// Their id in the keyring.
    pub id: KeyId,
    /// The keys.
    pub keys: CaseKeys,
}

/// The opening's words of a new case, already sealed, with the tags that find it.
pub struct NewWords {
    sealed: Vec<u8>,
    blind: Vec<BlindTag>,
}

/// What an entry says once opened.
pub struct OpenedEntry {
    /// What happened.
    pub event: Event,
    /// Its words; none once they were erased, or when it has none.
    pub text: Text,
    /// Whether its words were erased.
    pub erased: bool,
}

/// Seals the words of a new case, and computes the tags by which its organisation and its agencies find it.
pub fn new_words(
    hub: &Hub,
    keys: &Keys,
    case: &Case,
    decision: &Decision,
    words: &declic_domain::text::Opening,
) -> Result<NewWords, Error> {
    Ok(NewWords {
        sealed: seal_words(keys, case, words)?,
        blind: blind_tags(hub, decision, words),
    })
}

/// The tags by which the organisation and the agencies of new tickets find a case by its person.
fn blind_tags(hub: &Hub, decision: &Decision, words: &declic_domain::text::Opening) -> Vec<BlindTag> {
    let opened = decision
        .drafts
        .iter()
        .filter(|draft| brings_agency(&draft.event.kind));
    let audiences: BTreeSet<Audience> = opened
        .flat_map(|draft| draft.recipients.iter().filter_map(Audience::of))
        .collect();
    tags_of(hub, &audiences, &words.person)
}

fn tags_of(hub: &Hub, audiences: &BTreeSet<Audience>, person: &Person) -> Vec<BlindTag> {
    let audiences = audiences.iter().cloned();
    audiences.map(|audience| tag_of(hub, audience, person)).collect()
}

/// The digest under which this person is looked for, in one audience's own index.
pub fn tag_of(hub: &Hub, audience: Audience, person: &Person) -> BlindTag {
    let (given, family) = (&person.given_name, &person.family_name);
    person_tag(hub, audience, given, family, person.birth_date)
}

/// Tags that come with a decision, and those that go.
struct Tags {
    new: Vec<BlindTag>,
    gone: Vec<BlindTag>,
}

/// A ticket that opens in an existing case or again, or follows to another agency, brings one that may look for the person
/// too. A person who is corrected is found under the old name no more, but by an agency that goes on without the case: it
/// is not told the new one.
fn tags_after(hub: &Hub, keys: &Keys, before: &StoredCase, decision: &Decision) -> Result<Tags, Error> {
    let corrected = decision.drafts.iter().find_map(|draft| match &draft.text {
        Text::Personal(Personal::Person(correction)) => Some(correction),
        _ => None,
    });
    if let Some(correction) = corrected {
        let file = before.file();
        let agencies = file.tickets.iter().map(Ticket::agency);
        let agencies = agencies.filter(|agency| policy::has_part(agency, &file));
        let agencies = agencies.cloned().map(Party::Agency);
        let organisation = Party::Organisation(before.row.case.organisation.clone());
        let audiences = agencies
            .chain([organisation])
            .filter_map(|party| Audience::of(&party))
            .collect();
        let new = tags_of(hub, &audiences, &correction.after);
        let mut gone = tags_of(hub, &audiences, &correction.before);
        gone.retain(|tag| !new.contains(tag));
        return Ok(Tags { new, gone });
    }
    let opens = decision
        .drafts
        .iter()
        .any(|draft| brings_agency(&draft.event.kind));
    let known = if opens {
        words(&keys.keys, &before.row)?
    } else {
        None
    };
    Ok(Tags {
        new: known.map_or_else(Vec::new, |words| blind_tags(hub, decision, &words)),
        gone: Vec::new(),
    })
}

/// Whether an event brings an agency that may look for the person from now on.
fn brings_agency(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Opened(_) | Kind::Reopened { .. } | Kind::AgencyTransferred { .. }
    )
}

/// Opens the words of a case; `None` once they were erased.
pub fn words(keys: &CaseKeys, row: &CaseRow) -> Result<Option<declic_domain::text::Opening>, Error> {
    let opened = match seal::open_field(keys, &words_place(&row.case), &row.sealed_words) {
        Err(seal::Error::Shredded) => return Ok(None),
        opened => opened?,
    };
    record::opening::decode(&opened)
        .map(Some)
        .map_err(Error::internal)
}

/// The commit of a decision: states, entries, request key. The answer is added once rendered.
pub fn commit(
    hub: &Hub,
    keys: &Keys,
    before: Option<&StoredCase>,
    new: Option<NewWords>,
    decision: &Decision,
    request: &RequestKey,
) -> Result<Commit, Error> {
    let mut entries = Vec::with_capacity(decision.drafts.len());
    // Of two events on one ticket the second names the first.
    let mut leaves: BTreeMap<TicketName, [u8; 32]> = BTreeMap::new();
    for draft in &decision.drafts {
        let name = draft.event.ticket;
        let previous = leaves.get(&name).copied();
        let previous = previous.unwrap_or_else(|| last_leaf(before, name));
        let entry = entry(hub, keys, draft, previous, request)?;
        leaves.insert(name, *leaf::leaf_hash(&entry.leaf).as_bytes());
        entries.push(entry);
    }
    let mut tickets = Vec::with_capacity(decision.tickets.len());
    for ticket in &decision.tickets {
        let written = leaves.get(&ticket.name);
        tickets.extend(written.map(|last_leaf| TicketRow {
            ticket: ticket.clone(),
            last_leaf: *last_leaf,
        }));
    }
    if let Some(before) = before {
        tickets.extend(shown_anew(before, decision));
    }
    let (expected, sealed_words, tags) = match (before, new) {
        (Some(before), _) => (
            Expected::Version(before.row.case.version),
            words_after(keys, before, decision)?,
            tags_after(hub, keys, before, decision)?,
        ),
        (None, Some(new)) => {
            let tags = Tags {
                new: new.blind,
                gone: Vec::new(),
            };
            (Expected::New, new.sealed, tags)
        }
        (None, None) => return Err(Error::internal(anyhow::anyhow!("a new case needs its words"))),
    };
    let case = CaseRow {
        case: decision.case.clone(),
        key_id: keys.id,
        sealed_words,
    };
    Ok(Commit {
        request: Some((request.clone(), Vec::new())),
        case: Some(CaseWrite {
            expected,
            case,
            tickets,
            blind: tags.new,
            gone: tags.gone,
        }),
        directory: Vec::new(),
        directory_change: None,
        rules: None,
        entries,
    })
}

/// The sealed words of a case after what was decided: as they are, unless an event changes them.
fn words_after(keys: &Keys, before: &StoredCase, decision: &Decision) -> Result<Vec<u8>, Error> {
    let told = decision.drafts.iter().find_map(|draft| match &draft.text {
        Text::Personal(told @ (Personal::Mandate { .. } | Personal::Person(_))) => Some(told),
        _ => None,
    });
    let Some(told) = told else {
        return Ok(before.row.sealed_words.clone());
    };
    match words(&keys.keys, &before.row)? {
        Some(mut words) => {
            words.follow(told);
            seal_words(keys, &decision.case, &words)
        }
        // What was erased stays so.
        None => Ok(before.row.sealed_words.clone()),
    }
}

fn seal_words(keys: &Keys, case: &Case, words: &declic_domain::text::Opening) -> Result<Vec<u8>, Error> {
    let bytes = record::opening::encode(words);
    Ok(seal::seal_field(&keys.keys, &words_place(case), &bytes, &mut Os)?)
}

/// The tickets that nothing happened on, when lists show another thing of their case.
fn shown_anew(before: &StoredCase, decision: &Decision) -> Vec<TicketRow> {
    if TicketSummary::shows_alike(&before.row.case, &decision.case) {
        return Vec::new();
    }
    let changed = |name| decision.tickets.iter().any(|ticket| ticket.name == name);
    let others = before.tickets.iter().filter(|row| !changed(row.ticket.name));
    others.cloned().collect()
}

/// Opens an entry: its META always, its words when `with_text`.
pub fn open(hub: &Hub, keys: &CaseKeys, stored: &StoredEntry, with_text: bool) -> Result<OpenedEntry, Error> {
    let entry = &stored.entry;
    let place = Place {
        origin: &hub.origin,
        event_id: &entry.event.0,
    };
    let mut event = None;
    let mut text = Text::None;
    let mut erased = false;
    for (object, commitment) in entry.objects.iter().zip(&entry.commitments) {
        if object.group != Group::Meta && !with_text {
            continue;
        }
        let commitment = declic_ledger::Digest(*commitment);
        let check = |salt: &[u8; 32], bytes: &[u8]| section::opens(&commitment, object.no, salt, bytes);
        let opened = match seal::open(keys, place, object, check) {
            Err(seal::Error::Shredded) if object.group != Group::Meta => {
                erased = true;
                continue;
            }
            opened => opened?,
        };
        match object.group {
            Group::Meta => event = Some(record::meta::decode(&opened.bytes).map_err(Error::internal)?.0),
            Group::Personal => {
                text = Text::Personal(record::personal::decode(&opened.bytes).map_err(Error::internal)?);
            }
            Group::Note => text = Text::Note(record::note::decode(&opened.bytes).map_err(Error::internal)?),
        }
    }
    let event = event.ok_or_else(|| Error::internal(anyhow::anyhow!("an entry has no META section")))?;
    Ok(OpenedEntry { event, text, erased })
}

/// The digest under which a person is looked for, in one audience's own index.
pub fn person_tag(hub: &Hub, audience: Audience, given: &str, family: &str, birth_date: Date) -> BlindTag {
    let key = BlindKey::derive(hub.secrets.blind_master(), audience.as_str());
    let (family, given) = (NormalisedName::new(family), NormalisedName::new(given));
    BlindTag {
        tag: key.person_tag(&family, &given, &birth_date.to_string()),
        audience,
    }
}

fn entry(
    hub: &Hub,
    keys: &Keys,
    draft: &Draft,
    previous: [u8; 32],
    request: &RequestKey,
) -> Result<Entry, Error> {
    let event = &draft.event;
    let context = record::meta::Context {
        previous,
        request: request.content,
        recipients: draft.recipients.clone(),
    };
    let mut sections = vec![(Group::Meta, record::meta::encode(event, &context))];
    match &draft.text {
        Text::None => {}
        Text::Personal(personal) => sections.push((Group::Personal, record::personal::encode(personal))),
        Text::Note(note) => sections.push((Group::Note, record::note::encode(note))),
    }
    let (objects, commitments) = seal_sections(hub, keys, event.id, sections)?;
    let leaf = build_leaf(hub, keys, draft, &objects, &commitments)?;
    Ok(Entry {
        event: event.id,
        ticket: Some(EntryTicket {
            name: event.ticket,
            version: event.version,
        }),
        kind: event.kind.name(),
        key_id: keys.id,
        recorded_at_us: event.recorded_at.as_microsecond(),
        objects,
        commitments: commitments.iter().map(|digest| *digest.as_bytes()).collect(),
        leaf: leaf.to_bytes(),
        audiences: draft.recipients.iter().filter_map(Audience::of).collect(),
        traceparent: declic_runtime::propagation::traceparent().unwrap_or_default(),
    })
}

fn seal_sections(
    hub: &Hub,
    keys: &Keys,
    event: EventId,
    sections: Vec<(Group, Vec<u8>)>,
) -> Result<(Vec<SealedObject>, Vec<declic_ledger::Digest>), Error> {
    let place = Place {
        origin: &hub.origin,
        event_id: &event.0,
    };
    let mut objects = Vec::with_capacity(sections.len());
    let mut commitments = Vec::with_capacity(sections.len());
    for (no, (group, bytes)) in (1_u8..).zip(sections) {
        let salt: [u8; 32] = draw(&mut Os).map_err(Error::internal)?;
        commitments.push(section::commitment(&salt, no, &bytes));
        let section = seal::Section {
            group,
            no,
            salt: &salt,
            bytes: &bytes,
        };
        objects.push(seal::seal(&keys.keys, place, &section, &mut Os)?);
    }
    Ok((objects, commitments))
}

fn build_leaf(
    hub: &Hub,
    keys: &Keys,
    draft: &Draft,
    objects: &[SealedObject],
    commitments: &[declic_ledger::Digest],
) -> Result<Leaf, Error> {
    let event = &draft.event;
    let mailboxes = draft.recipients.iter().filter_map(Audience::of);
    let tags: Vec<leaf::Tag> = mailboxes
        .map(|audience| leaf::recipient_tag(&hub.secrets.mailbox_key(audience.as_str()), &event.id.0))
        .collect();
    let noise: [u8; 16 * leaf::RECIPIENTS] = draw(&mut Os).map_err(Error::internal)?;
    let digests: Vec<declic_ledger::Digest> = objects
        .iter()
        .map(|object| declic_ledger::Digest(object.digest()))
        .collect();
    let ticket_key = keys.keys.ticket_tag_key(u32::from(event.ticket.number.get()));
    Ok(Leaf {
        kind: declic_ledger::Kind::Event,
        event_id: event.id.0,
        anchor_size: hub.anchor(),
        time_s: u64::try_from(event.recorded_at.as_second()).map_err(Error::internal)?,
        ticket_tag: leaf::ticket_tag(&ticket_key, event.version),
        recipient_tags: leaf::recipient_slots(&tags, &noise).map_err(Error::internal)?,
        sections_root: section::sections_root(commitments).map_err(Error::internal)?,
        ct_root: section::ct_root(&digests).map_err(Error::internal)?,
    })
}

/// Leaf hash of a ticket's last event; zeros before the first.
fn last_leaf(before: Option<&StoredCase>, name: TicketName) -> [u8; 32] {
    let row = before.and_then(|before| before.tickets.iter().find(|row| row.ticket.name == name));
    row.map_or([0; 32], |row| row.last_leaf)
}

fn words_place(case: &Case) -> Vec<u8> {
    format!("cases/{}/words", case.id.0).into_bytes()
}
