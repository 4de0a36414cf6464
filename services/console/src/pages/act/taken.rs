//! What was just taken from a list, said in that list when it is so.

use declic_proto::v1;

use super::{Deed, Returned};
use crate::pages::account::within;
use crate::visit::Visit;

/// Fields of an address that say what was just done.
const DONE: &str = "fait";
const CASE: &str = "dossier";

/// The address of the list that a form came from, with what was done to which of its lines; there the reader goes on.
pub fn told_in(list: &str, reference: &str, returned: &Returned) -> String {
    let list = within(list);
    let list = list.split('#').next().unwrap_or_default();
    let (path, query) = list.split_once('?').unwrap_or((list, ""));
    let mut told = form_urlencoded::Serializer::new(String::new());
    let kept = form_urlencoded::parse(query.as_bytes());
    told.extend_pairs(kept.filter(|(name, _)| name != DONE && name != CASE));
    told.append_pair(DONE, returned.deed.name());
    told.append_pair(CASE, reference);
    format!(
        "{path}?{}#{}",
        told.finish(),
        line_of(reference, &returned.number)
    )
}

/// The identifier of the line of a ticket.
pub fn line_of(reference: &str, number: &str) -> String {
    format!("d-{reference}-{number}")
}

/// The reference of the case of which the reader has just taken a ticket; empty when nothing says so, or it is not so.
pub async fn taken(visit: &Visit) -> String {
    let reference = visit.query.get(CASE);
    if visit.query.get(DONE) != Deed::Take.name() || reference.is_empty() {
        return String::new();
    }
    let name = reference.to_owned();
    let Ok(answer) = visit.client.get_case(v1::GetCaseRequest { name }).await else {
        return String::new();
    };
    let case = answer.case.unwrap_or_default();
    let is_mine = |ticket: &v1::Ticket| ticket.agent == visit.who().member;
    match case.tickets.iter().any(is_mine) {
        true => case.reference,
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    #[test]
    fn a_list_is_come_back_to_as_it_was_and_what_was_done_is_said_once() {
        let returned = Returned {
            number: "1".to_owned(),
            deed: Deed::Take,
            form: Form::default(),
            communes: Vec::new(),
        };
        let list = "/organisme/dossiers?vue=nouveaux&page=2&fait=prendre&dossier=26-00001-A";
        assert_eq!(
            told_in(list, "26-00002-B", &returned),
            "/organisme/dossiers?vue=nouveaux&page=2&fait=prendre&dossier=26-00002-B#d-26-00002-B-1"
        );
        assert!(told_in("//example.org", "26-00002-B", &returned).starts_with("/?fait="));
    }
}
