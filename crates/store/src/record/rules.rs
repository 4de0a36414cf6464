//! Changes of the rules: what the journal seals of one, and what the table of changes holds.

use std::collections::{BTreeMap, BTreeSet};

use declic_domain::rulebook::{Activation, Change, ChangeKind, Finding, Places, Proposal};
use declic_ledger::codec::{MAX_LEN, Reader, Writer};
use declic_routing::Digest;

use super::Error;
use super::fields::{
    decode as read_record, encode as write_record, member, text, texts, time, write_texts, write_time,
};

const VERSION: u8 = 1;

/// The change's bytes.
pub fn encode(change: &Change) -> Vec<u8> {
    write_record(VERSION, |writer| {
        writer.str(change.actor.as_str());
        write_time(writer, change.recorded_at);
        writer.str(&change.reason);
        match &change.kind {
            ChangeKind::Proposed(proposal) => {
                let coded = have_codes(&proposal.findings);
                writer.u8(if coded { 4 } else { 1 });
                writer.raw(&proposal.digest.0).str(&proposal.version);
                writer.u32(proposal.bytes);
                write_findings(writer, coded, &proposal.findings);
            }
            ChangeKind::Activated(activation) => {
                let coded = have_codes(&activation.findings);
                writer.u8(if coded { 5 } else { 2 }).raw(&activation.digest.0);
                write_texts(writer, &activation.departements);
                write_places(writer, &activation.from);
                write_places(writer, &activation.to);
                write_findings(writer, coded, &activation.findings);
                writer.str(&activation.override_reason);
            }
            ChangeKind::RolledBack { from, to } => {
                writer.u8(3);
                write_places(writer, from);
                write_places(writer, to);
            }
        }
    })
}

/// The change.
///
/// # Errors
/// Every other sequence of bytes than [`encode`] writes.
pub fn decode(bytes: &[u8]) -> Result<Change, Error> {
    read_record(bytes, VERSION, |reader| {
        Ok(Change {
            actor: member(reader)?,
            recorded_at: time(reader)?,
            reason: text(reader)?,
            kind: kind(reader)?,
        })
    })
}

/// Findings without codes are written as they were before there were codes.
fn have_codes(findings: &[Finding]) -> bool {
    let has_code = |finding: &Finding| !finding.code.is_empty() || !finding.about.is_empty();
    findings.iter().any(has_code)
}

fn kind(reader: &mut Reader<'_>) -> Result<ChangeKind, Error> {
    Ok(match reader.u8()? {
        tag @ (1 | 4) => ChangeKind::Proposed(Proposal {
            digest: digest(reader)?,
            version: text(reader)?,
            bytes: reader.u32()?,
            findings: findings(reader, tag == 4)?,
        }),
        tag @ (2 | 5) => ChangeKind::Activated(Activation {
            digest: digest(reader)?,
            departements: ordered(texts(reader)?)?,
            from: places(reader)?,
            to: places(reader)?,
            findings: findings(reader, tag == 5)?,
            override_reason: text(reader)?,
        }),
        3 => ChangeKind::RolledBack {
            from: places(reader)?,
            to: places(reader)?,
        },
        _ => return Err(Error::Value("a change of the rules")),
    })
}

fn write_places(writer: &mut Writer, places: &Places) {
    write_digest(writer, places.everywhere);
    let departements: Vec<_> = places.departements.iter().collect();
    writer.list(&departements, |writer, (code, digest)| {
        writer.str(code);
        write_digest(writer, **digest);
    });
}

fn places(reader: &mut Reader<'_>) -> Result<Places, Error> {
    let everywhere = reader.option(digest)?;
    let departements = reader.list(MAX_LEN, |reader| {
        Ok::<_, Error>((text(reader)?, reader.option(digest)?))
    })?;
    if !departements.is_sorted_by(|left, right| left.0 < right.0) {
        return Err(Error::Value("the order of départements"));
    }
    Ok(Places {
        everywhere,
        departements: BTreeMap::from_iter(departements),
    })
}

fn write_digest(writer: &mut Writer, digest: Option<Digest>) {
    writer.option(digest, |writer, digest| {
        writer.raw(&digest.0);
    });
}

fn digest(reader: &mut Reader<'_>) -> Result<Digest, Error> {
    Ok(Digest(reader.array()?))
}

fn write_findings(writer: &mut Writer, coded: bool, findings: &[Finding]) {
    writer.list(findings, |writer, finding| {
        writer.u32(finding.line).bool(finding.forbids).str(&finding.what);
        if coded {
            writer.str(&finding.code);
            writer.list(&finding.about, |writer, (name, value)| {
                writer.str(name).str(value);
            });
        }
    });
}

fn findings(reader: &mut Reader<'_>, coded: bool) -> Result<Vec<Finding>, Error> {
    let found = reader.list(MAX_LEN, |reader| {
        let mut finding = Finding {
            line: reader.u32()?,
            forbids: reader.bool()?,
            what: text(reader)?,
            code: String::new(),
            about: Vec::new(),
        };
        if coded {
            finding.code = text(reader)?;
            finding.about = reader.list(MAX_LEN, |reader| Ok::<_, Error>((text(reader)?, text(reader)?)))?;
        }
        Ok::<_, Error>(finding)
    })?;
    // One value, one encoding.
    if have_codes(&found) == coded {
        Ok(found)
    } else {
        Err(Error::Value("the codes of findings"))
    }
}

/// A set is written in its order and without repeats: one value, one encoding.
fn ordered(items: Vec<String>) -> Result<BTreeSet<String>, Error> {
    if items.is_sorted_by(|left, right| left < right) {
        Ok(items.into_iter().collect())
    } else {
        Err(Error::Value("the order of a set"))
    }
}
