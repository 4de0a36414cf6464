//! Open cases of the same person for the same benefit, found by the organisation's blind index before another is opened.

use declic_domain::case::CaseFile;
use declic_domain::person::Person;
use declic_domain::{duplicate, policy};
use declic_proto::v1;
use declic_store::{Audience, CaseFilter, Limit, StoredCase};

use crate::caller::Caller;
use crate::hub::Hub;
use crate::seal;
use crate::status::Error;
use crate::wire;

/// Open cases of one person that are looked at.
const MOST: u32 = 200;

/// Tells them in the answer of an opening that is only checked.
///
/// # Errors
/// The store's.
pub async fn tell(
    hub: &Hub,
    caller: &Caller,
    person: &Person,
    benefit: &str,
    answer: &mut v1::OpenCaseResponse,
) -> Result<(), Error> {
    let member = &caller.member;
    let audience = Audience::of(&policy::party(member));
    let Some((scope, audience)) = policy::duplicates_scope(member).zip(audience) else {
        return Ok(());
    };
    let tag = seal::person_tag(
        hub,
        audience,
        &person.given_name,
        &person.family_name,
        person.birth_date,
    );
    let filter = CaseFilter {
        open: Some(true),
        tag: Some(tag),
    };
    let stored = hub.store.cases(&scope, &filter, None, Limit::new(MOST)).await?;
    let cases: Vec<CaseFile> = stored.iter().map(StoredCase::file).collect();
    let found = duplicate::among(member, benefit, &cases);
    let readable = found.readable.into_iter();
    answer.duplicates = readable.map(|file| named(&file.case)).collect();
    answer.colleague_has_duplicate = found.others;
    Ok(())
}

fn named(case: &declic_domain::Case) -> v1::DuplicateCase {
    v1::DuplicateCase {
        case: case.id.resource(),
        reference: case.reference.to_string(),
        opener: case.opener.resource(),
        open_time: Some(wire::timestamp(case.opened_at)),
    }
}
