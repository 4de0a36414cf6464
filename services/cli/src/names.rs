//! How people name a case or a ticket, and what it stands for.

use declic_client::Client;
use declic_proto::v1;
use declic_words::{Arg, Lang, text};

use crate::failure::{Exit, Failure};

/// A ticket as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketRef {
    /// Its resource name, `cases/…/tickets/1`.
    Name(String),
    /// A number within a case: `26-04817-K/1`.
    Numbered { case: String, number: u32 },
    /// The only ticket a case has, or the only one still open: `26-04817-K`.
    OnlyOf { case: String },
}

impl TicketRef {
    pub fn parse(typed: &str) -> Self {
        let typed = typed.trim();
        if typed.starts_with("cases/") && typed.contains("/tickets/") {
            return Self::Name(typed.to_owned());
        }
        match typed.rsplit_once('/') {
            Some((case, number)) if case != "cases" => match number.parse() {
                Ok(number) => Self::Numbered {
                    case: case.to_owned(),
                    number,
                },
                Err(_) => Self::OnlyOf {
                    case: typed.to_owned(),
                },
            },
            _ => Self::OnlyOf {
                case: typed.to_owned(),
            },
        }
    }

    /// The case as typed, when it was.
    pub fn case(self) -> Option<String> {
        match self {
            Self::Name(_) => None,
            Self::Numbered { case, .. } | Self::OnlyOf { case } => Some(case),
        }
    }
}

/// Number of a ticket within its case, from its resource name.
pub fn number_of(name: &str) -> Option<u32> {
    name.rsplit_once('/').and_then(|(_, number)| number.parse().ok())
}

/// Resource name of a ticket as typed. Asks the hub unless it is one already.
pub async fn ticket_name(client: &Client, lang: Lang, typed: &str) -> Result<String, Failure> {
    let (case, number) = match TicketRef::parse(typed) {
        TicketRef::Name(name) => return Ok(name),
        TicketRef::Numbered { case, number } => (case, Some(number)),
        TicketRef::OnlyOf { case } => (case, None),
    };
    let answer = client.get_case(v1::GetCaseRequest { name: case.clone() }).await;
    let answer = answer.map_err(|error| Failure::of_call(lang, &error))?;
    let tickets = answer.case.unwrap_or_default().tickets;
    pick(lang, &case, &tickets, number)
}

/// An agency as typed, with or without `agencies/`.
pub fn agency(typed: &str) -> String {
    prefixed("agencies/", typed)
}

/// A member as typed, with or without `members/`.
pub fn member(typed: &str) -> String {
    prefixed("members/", typed)
}

fn prefixed(prefix: &str, typed: &str) -> String {
    if typed.is_empty() || typed.starts_with(prefix) {
        typed.to_owned()
    } else {
        format!("{prefix}{typed}")
    }
}

fn pick(lang: Lang, case: &str, tickets: &[v1::Ticket], number: Option<u32>) -> Result<String, Failure> {
    let open = |ticket: &&v1::Ticket| {
        use v1::TicketState as S;
        !matches!(
            ticket.state(),
            S::Closed | S::Redirected | S::Withdrawn | S::Lapsed
        )
    };
    let found = match number {
        Some(number) => tickets
            .iter()
            .find(|ticket| number_of(&ticket.name) == Some(number)),
        None => match tickets {
            [only] => Some(only),
            _ => {
                let mut open = tickets.iter().filter(open);
                open.next().filter(|_| open.next().is_none())
            }
        },
    };
    found.map(|ticket| ticket.name.clone()).ok_or_else(|| {
        let (exit, key) = match number {
            Some(_) => (Exit::NotFound, "cli-no-such-ticket"),
            None => (Exit::Usage, "cli-which-ticket"),
        };
        let failure = Failure::new(exit, text(lang, key, &[("case", Arg::Text(case))]));
        tickets.iter().fold(failure, |failure, ticket| {
            let number = number_of(&ticket.name).unwrap_or_default();
            failure.detail(format!("{case}/{number}  {}", ticket.agency_display_name))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_are_named_by_reference_by_number_or_in_full() {
        let case = "26-04817-K".to_owned();
        let full = "cases/0190f3a2-0000-7000-8000-000000000000/tickets/2";
        assert_eq!(TicketRef::parse(full), TicketRef::Name(full.to_owned()));
        assert_eq!(
            TicketRef::parse("26-04817-K/1"),
            TicketRef::Numbered {
                case: case.clone(),
                number: 1
            }
        );
        assert_eq!(TicketRef::parse(" 26-04817-K "), TicketRef::OnlyOf { case });
        let case = "cases/0190f3a2-0000-7000-8000-000000000000".to_owned();
        assert_eq!(TicketRef::parse(&case), TicketRef::OnlyOf { case });
    }

    #[test]
    fn a_case_alone_names_its_only_open_ticket_and_nothing_when_there_are_two() {
        let ticket = |number: u32, state: v1::TicketState| v1::Ticket {
            name: format!("cases/x/tickets/{number}"),
            state: state.into(),
            ..Default::default()
        };
        let redirected = [
            ticket(1, v1::TicketState::Redirected),
            ticket(2, v1::TicketState::Routed),
        ];
        assert_eq!(
            pick(Lang::Fr, "26-1-B", &redirected, None),
            Ok("cases/x/tickets/2".to_owned())
        );
        assert_eq!(
            pick(Lang::Fr, "26-1-B", &redirected, Some(1)),
            Ok("cases/x/tickets/1".to_owned())
        );
        let two = [
            ticket(1, v1::TicketState::Routed),
            ticket(2, v1::TicketState::Routed),
        ];
        let told = pick(Lang::Fr, "26-1-B", &two, None).expect_err("two open tickets");
        assert_eq!(told.details.len(), 2);
        let absent = pick(Lang::Fr, "26-1-B", &two, Some(3)).expect_err("there is no third one");
        assert_eq!((told.exit, absent.exit), (Exit::Usage, Exit::NotFound));
    }
}
