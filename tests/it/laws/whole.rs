//! The commands beside the main road of a ticket: who is reminded, told or shown what, and what happens to a whole case.

use declic_proto::v1;
use declic_tests::people::{fresh, mainland_today, standard_case};
use prost::Message as _;

use super::Dice;

/// The number of the first of them.
pub const FIRST: usize = 10;

/// How many there are.
pub const KINDS: usize = 17;

type Drawn = (&'static str, &'static str, Vec<u8>);

macro_rules! asks {
    ($who:expr, $service:ident/$rpc:ident, $message:ident { $($field:tt)* }) => {{
        let request = v1::$message { request_id: fresh(), $($field)* };
        ($who, concat!(stringify!($service), "/", stringify!($rpc)), request.encode_to_vec())
    }};
}

const AGENCIES: [&str; 3] = [
    "agencies/caf-56",
    "agencies/caf-35",
    "agencies/msa-portes-de-bretagne",
];

/// One of them, by who gives it most often.
pub fn command(
    dice: &mut Dice,
    kind: usize,
    agency: &'static str,
    (name, etag): (String, String),
    epoch: u32,
) -> Drawn {
    let (opener, reason) = ("camille.martin", "Une raison.".to_owned());
    let other = (*dice.one(&AGENCIES)).to_owned();
    match kind - FIRST {
        0 => asks!(
            opener,
            TicketService / RemindTicket,
            RemindTicketRequest {
                name,
                etag,
                message: reason
            }
        ),
        1 => asks!(
            "paul.durand",
            TicketService / EscalateTicket,
            EscalateTicketRequest { name, etag, reason }
        ),
        2 => asks!(
            opener,
            TicketService / ShareTicket,
            ShareTicketRequest {
                name,
                etag,
                agency: other,
                reason
            }
        ),
        3 => asks!(
            opener,
            TicketService / UnshareTicket,
            UnshareTicketRequest {
                name,
                etag,
                agency: other,
                reason
            }
        ),
        4 => asks!(
            agency,
            TicketService / AssignTicket,
            AssignTicketRequest {
                name,
                etag,
                epoch,
                reason,
                ..Default::default()
            }
        ),
        5 => asks!(
            agency,
            TicketService / AddNote,
            AddNoteRequest {
                name,
                etag,
                epoch,
                text: reason
            }
        ),
        6 => asks!(
            opener,
            TicketService / WithdrawTicket,
            WithdrawTicketRequest { name, etag, reason }
        ),
        7 => asks!(
            agency,
            TicketService / ConfirmDelivery,
            ConfirmDeliveryRequest { name, etag, epoch }
        ),
        8 => asks!(
            agency,
            TicketService / RecordContact,
            RecordContactRequest {
                name,
                etag,
                epoch,
                agency: other,
                channel: v1::ContactChannel::Telephone.into(),
                result: v1::ContactResult::AnswerAwaited.into(),
                message: reason,
                ..Default::default()
            }
        ),
        _ => of_case(dice, kind - FIRST, &name, reason),
    }
}

/// A command on the whole case of a ticket.
fn of_case(dice: &mut Dice, kind: usize, ticket: &str, reason: String) -> Drawn {
    let opener = "camille.martin";
    let name = ticket.split("/tickets/").next().unwrap_or_default().to_owned();
    let commune = (*dice.one(&["56178", "56260", "35238"])).to_owned();
    let facts = Some(v1::Facts {
        commune,
        ..standard_case().facts.expect("facts")
    });
    match kind {
        9 => asks!(
            opener,
            CaseService / ChangeUrgency,
            ChangeUrgencyRequest {
                name,
                urgent: dice.below(2) == 0,
                reason,
                ..Default::default()
            }
        ),
        10 => asks!(
            opener,
            CaseService / CorrectFacts,
            CorrectFactsRequest {
                name,
                facts,
                reason,
                ..Default::default()
            }
        ),
        11 => {
            let family_name = (*dice.one(&["Exemple", "Exemplaire", "Le Goff"])).to_owned();
            let person = standard_case().person.map(|person| v1::Person {
                family_name,
                ..person
            });
            asks!(
                opener,
                CaseService / CorrectPerson,
                CorrectPersonRequest {
                    name,
                    person,
                    reason,
                    ..Default::default()
                }
            )
        }
        12 => asks!(
            "soizic.le-bihan",
            CaseService / TransferCase,
            TransferCaseRequest {
                name,
                opener: (*dice.one(&["members/camille.martin", "members/yann.le-goff"])).to_owned(),
                reason,
                ..Default::default()
            }
        ),
        13 if dice.below(4) == 0 => asks!(
            opener,
            CaseService / WithdrawCase,
            WithdrawCaseRequest {
                name,
                reason,
                ..Default::default()
            }
        ),
        13 => {
            let facts = facts.map(|facts| v1::Facts {
                benefit: (*dice.one(&["C2S", "AF", "APA_DOM"])).to_owned(),
                ..facts
            });
            asks!(
                opener,
                CaseService / AddTicket,
                AddTicketRequest {
                    name,
                    facts,
                    explanation: reason,
                    ..Default::default()
                }
            )
        }
        // An agreement that was taken back is most often given anew.
        15 if dice.below(3) == 0 => asks!(
            opener,
            CaseService / RevokeMandate,
            RevokeMandateRequest {
                name,
                reason,
                ..Default::default()
            }
        ),
        _ => {
            let mandate = standard_case().mandate.map(|mandate| v1::Mandate {
                given_on: mainland_today().to_string(),
                ..mandate
            });
            asks!(
                opener,
                CaseService / RenewMandate,
                RenewMandateRequest {
                    name,
                    mandate,
                    ..Default::default()
                }
            )
        }
    }
}
