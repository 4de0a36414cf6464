//! Corrected facts: what the social worker says anew of a case, what it changes for each ticket, and where the rules would
//! send a ticket by them. Nothing is sent on by a correction: whoever holds the ticket does that.

use declic_routing::{Facts, RawFacts, Territory};
use jiff::civil::Date;

use crate::case::CaseFile;
use crate::decide::{Given, wrong};
use crate::event::{Kind, Orientation};
use crate::opening::{departement, orientation, parse, routed};
use crate::refusal::Refusal;
use crate::rulebook::InForce;
use crate::ticket::{State, Ticket};

/// What a correction of a case does.
pub(crate) fn correct(file: &CaseFile, facts: RawFacts, given: &Given<'_>) -> Result<Kind, Refusal> {
    let case = &file.case;
    let facts = RawFacts {
        urgent: case.urgent,
        ..facts
    };
    let parsed = parse(&facts, given)?;
    let after = parsed.to_raw();
    if after == case.facts {
        return Err(wrong(
            "facts",
            "are those of the case already: nothing would change",
        ));
    }
    Ok(Kind::FactsCorrected {
        before: Box::new(case.facts.clone()),
        after: Box::new(after),
        departement: departement(&parsed, given),
    })
}

/// The facts of a ticket once those of its case were corrected: what the correction changed is changed, what else its own
/// routing used stays.
pub(crate) fn carried(own: &RawFacts, before: &RawFacts, after: &RawFacts) -> RawFacts {
    fn one<T: Clone + PartialEq>(own: &T, before: &T, after: &T) -> T {
        if before == after {
            own.clone()
        } else {
            after.clone()
        }
    }
    macro_rules! each {
        ($($field:ident)+) => {
            // Every field is named, so that a new one cannot be forgotten.
            RawFacts { $($field: one(&own.$field, &before.$field, &after.$field),)+ }
        };
    }
    each!(
        commune regime benefit blockage stage relief_domicile elected_domicile paying_body seized_body
        agricultural_status local_scheme has_basic_pension special_scheme life_event urgent on_date
    )
}

/// Where the rules would send a ticket by its corrected facts; nothing while that is where it stands, or once it can be
/// sent on no more.
pub fn proposal(ticket: &Ticket, rules: &InForce, territory: &Territory, today: Date) -> Option<Orientation> {
    let facts = ticket.corrected.as_deref()?;
    if !ticket.state.is_open() || ticket.state == State::Resolved {
        return None;
    }
    let facts = Facts::parse(facts, today).ok()?;
    let decision = routed(&facts, rules, territory);
    let here = ticket.orientation.intended.as_ref().unwrap_or(ticket.agency());
    let stays = decision
        .agencies
        .iter()
        .any(|agency| agency.as_str() == here.as_str());
    (!stays).then(|| orientation(&decision))
}
