//! When members are away: what is asked, and how it is shown.

use declic_domain::directory::absences::MOST_ABSENCES;
use declic_domain::directory::authority::Ask;
use declic_domain::directory::{Absence, Absences};
use declic_domain::name::MemberId;
use declic_proto::v1;
use jiff::Timestamp;
use prost_types::Timestamp as Given;

use super::{Asked, Parsing};
use crate::status::Error;
use crate::wire::{Violations, timestamp};

/// Parses SetMemberAbsences.
///
/// # Errors
/// Every violation.
pub fn set(request: v1::SetMemberAbsencesRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    let asked = request.absences.unwrap_or_default();
    parsing.read_part(&asked.etag);
    parsing.at_most("absences", asked.absences.len(), MOST_ABSENCES);
    let violations = &mut parsing.violations;
    let member = violations.take("name", MemberId::parse_resource(&request.name));
    let given = asked.absences.iter().take(MOST_ABSENCES);
    let list: Vec<Option<Absence>> = given.map(|given| absence(violations, given)).collect();
    let list: Option<Vec<Absence>> = list.into_iter().collect();
    let set = member.zip(list);
    let set = set.and_then(|(member, list)| violations.take("absences", Absences::new(member, list)));
    parsing.finish("absences", set.map(Ask::SetAbsences))
}

fn absence(violations: &mut Violations, given: &v1::Absence) -> Option<Absence> {
    let from = instant(violations, "absences.start_time", given.start_time.as_ref());
    let until = instant(violations, "absences.end_time", given.end_time.as_ref());
    let deputy = match given.deputy.is_empty() {
        true => Some(None),
        false => violations
            .take("absences.deputy", MemberId::parse_resource(&given.deputy))
            .map(Some),
    };
    let ((from, until), deputy) = from.zip(until).zip(deputy)?;
    Some(Absence { from, until, deputy })
}

/// To the second: what is kept is whole in microseconds.
fn instant(violations: &mut Violations, field: &str, given: Option<&Given>) -> Option<Timestamp> {
    let instant = given.and_then(|given| Timestamp::from_second(given.seconds).ok());
    violations.required(field, instant)
}

/// The absences of a member.
pub fn absences(absences: Option<(&Absences, u64)>) -> v1::MemberAbsences {
    let list = absences.map_or(&[][..], |(absences, _)| absences.list());
    let shown = list.iter().map(|absence| v1::Absence {
        start_time: Some(timestamp(absence.from)),
        end_time: Some(timestamp(absence.until)),
        deputy: absence
            .deputy
            .as_ref()
            .map(MemberId::resource)
            .unwrap_or_default(),
    });
    v1::MemberAbsences {
        absences: shown.collect(),
        etag: absences.map(|(_, etag)| etag.to_string()).unwrap_or_default(),
    }
}
