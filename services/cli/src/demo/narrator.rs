//! What an organisation is told of its cases, as lines for people: the stream of its manager, read as it comes.

use std::collections::HashMap;
use std::convert::Infallible;

use declic_client::{Client, Item};
use declic_proto::v1;
use declic_routing::Territory;
use declic_words::{Arg, Family};
use jiff::Timestamp;
use tokio::sync::{broadcast, mpsc};

use crate::case_page::short;
use crate::failure::Failure;
use crate::names::number_of;
use crate::screen::{Manner, plain};
use crate::view::{bare, state_code, time};

/// Widths of the columns but the last.
const WIDTHS: [usize; 4] = [8, 12, 32, 8];
/// Width of the whole line.
const LINE: usize = 100;
const GAP: &str = "  ";

/// Somebody may have something to do.
#[derive(Debug, Clone)]
pub struct Moved {
    /// "cases/…".
    pub case: String,
    /// The agency of the ticket that moved, without "agencies/".
    pub agency: String,
}

/// One move, told.
pub struct Told {
    pub line: String,
    pub event_id: Vec<u8>,
}

/// Follows one organisation from an instant on.
pub struct Narrator {
    /// Speaks as the organisation's manager.
    pub client: Client,
    pub manner: Manner,
    pub since: Timestamp,
    pub lines: mpsc::UnboundedSender<Told>,
    pub moves: broadcast::Sender<Moved>,
}

impl Narrator {
    /// Tells until it is dropped.
    ///
    /// # Errors
    /// The hub refuses what a manager may do.
    pub async fn run(self) -> Result<Infallible, Failure> {
        let failed = |error| Failure::of_call(self.manner.lang, &error);
        let mut holders: HashMap<String, v1::Holder> = HashMap::new();
        let mut watch = self.client.watch("");
        loop {
            let Item::Notice { notice, .. } = watch.next().await.map_err(failed)? else {
                continue;
            };
            let recorded = time(notice.record_time).unwrap_or_default();
            if recorded < self.since {
                continue;
            }
            let name = notice
                .ticket
                .split("/tickets/")
                .next()
                .unwrap_or_default()
                .to_owned();
            let answer = self
                .client
                .get_case(v1::GetCaseRequest { name })
                .await
                .map_err(failed)?;
            let case = answer.case.unwrap_or_default();
            let Some(ticket) = case.tickets.iter().find(|ticket| ticket.name == notice.ticket) else {
                continue;
            };
            // An earlier demo's case that an agency still had to treat is not of this story.
            if time(case.open_time).unwrap_or_default() < self.since {
                continue;
            }
            let mut holder = ticket.holder.clone();
            // A receipt passes the ball to nobody: who took it in the meantime has a line of their own.
            if notice.r#type == "DELIVERY_CONFIRMED"
                && let Some(before) = holders.get(&ticket.name)
                && holder
                    .as_ref()
                    .is_none_or(|now| time(now.since).unwrap_or_default() > recorded)
            {
                holder = Some(before.clone());
            }
            let line = self.line(recorded, &notice, &case, ticket, holder.as_ref());
            holders.extend(holder.map(|holder| (ticket.name.clone(), holder)));
            let agency = short(&ticket.agency).to_owned();
            let _nobody = self.lines.send(Told {
                line,
                event_id: notice.event_id,
            });
            let _nobody = self.moves.send(Moved {
                case: case.name,
                agency,
            });
        }
    }

    /// "When, which, what happened, since when who has it now".
    fn line(
        &self,
        at: Timestamp,
        notice: &v1::TicketNotice,
        case: &v1::Case,
        ticket: &v1::Ticket,
        holder: Option<&v1::Holder>,
    ) -> String {
        let number = number_of(&ticket.name).unwrap_or_default();
        let (since, holder) = match holder {
            Some(holder) => {
                let since = time(holder.since)
                    .map(|since| self.clock(since))
                    .unwrap_or_default();
                (since, holder.display_name.clone())
            }
            None => (String::new(), self.manner.text("demo-nobody", &[])),
        };
        row([
            self.clock(at),
            format!("{}/{number}", notice.reference),
            self.what(&notice.r#type, case, ticket),
            since,
            holder,
        ])
    }

    fn clock(&self, at: Timestamp) -> String {
        at.to_zoned(self.manner.zone.clone())
            .strftime("%H:%M:%S")
            .to_string()
    }

    fn what(&self, kind: &str, case: &v1::Case, ticket: &v1::Ticket) -> String {
        let said = |key: &str, value: &str| self.manner.text(key, &[("value", Arg::Text(value))]);
        match kind {
            "OPENED" if !ticket.predecessor.is_empty() => {
                said("demo-move-follows", &number(&ticket.predecessor))
            }
            "OPENED" => {
                let place = case
                    .facts
                    .as_ref()
                    .map(|facts| commune(&facts.commune))
                    .unwrap_or_default();
                let subject = format!("{}, {place}", ticket.benefit);
                let key = if ticket.triage_reason.is_empty() {
                    "demo-move-opened"
                } else {
                    "demo-move-triage"
                };
                said(key, &subject)
            }
            "REDIRECTED" => said("demo-move-redirected", &number(&ticket.successor)),
            "ROUTED_BY_HAND" => said("demo-move-routed-by-hand", &number(&ticket.successor)),
            "RESOLVED" => {
                let outcome = bare(ticket.outcome().as_str_name(), "OUTCOME_");
                self.manner.label(Family::Outcome, outcome)
            }
            "CLOSED" => {
                let effect = bare(ticket.effect().as_str_name(), "EFFECT_");
                said(
                    "demo-move-closed",
                    &self.manner.label(Family::Effect, effect).to_lowercase(),
                )
            }
            known => {
                let key = format!("demo-move-{}", known.to_ascii_lowercase().replace('_', "-"));
                declic_words::find(self.manner.lang, &key, &[])
                    .unwrap_or_else(|| self.manner.label(Family::Event, known))
            }
        }
    }
}

/// The headings of the lines.
pub fn headings(manner: &Manner) -> String {
    let names = ["time", "case", "what", "since", "holder"];
    manner.heading(&row(
        names.map(|name| manner.text(&format!("demo-heading-{name}"), &[]))
    ))
}

/// Where a ticket stands, for when nothing moves any more: "26-04817-K/1: Reçue par l'organisme (Caf du Morbihan)".
pub fn standing(manner: &Manner, case: &v1::Case) -> Vec<String> {
    let one = |ticket: &v1::Ticket| {
        let number = number_of(&ticket.name).unwrap_or_default();
        let state = manner.label(Family::TicketState, state_code(ticket.state()));
        format!(
            "{}/{number} : {state} ({})",
            case.reference, ticket.agency_display_name
        )
    };
    case.tickets.iter().map(one).collect()
}

fn row(cells: [String; 5]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(WIDTHS) {
        let cell = cut(&plain(cell), width);
        let missing = width - cell.chars().count();
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', missing));
        line.push_str(GAP);
    }
    let left = LINE - line.chars().count();
    line.push_str(&cut(&plain(&cells[4]), left));
    line.trim_end().to_owned()
}

/// A text of at most this width; what is cut shows.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn commune(code: &str) -> String {
    let found = Territory::embedded().commune(code);
    found.map_or_else(|_| code.to_owned(), |found| found.commune.name.to_owned())
}

fn number(ticket: &str) -> String {
    number_of(ticket).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fits_a_hundred_columns_whatever_it_says() {
        let cells = |text: &str| [text, text, text, text, text].map(str::to_owned);
        let long = row(cells(
            "Département du Morbihan, Équipe insertion et autonomie des personnes",
        ));
        assert_eq!(long.chars().count(), LINE);
        assert!(long.ends_with('…'), "{long}");
        assert!(row(cells("")).is_empty());
    }
}
