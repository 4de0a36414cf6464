//! One function per command: ask the hub, show the answer.

mod case;
mod clock;
mod directory;
mod duplicates;
#[cfg(feature = "hub")]
mod hub;
mod identity;
mod ledger;
mod misroutes;
mod routing;
mod rules;
mod rulesets;
mod supervision;
mod ticket;

use declic_client::Client;
use declic_proto::v1;
use declic_runtime::{Ids as _, SystemIds};
use declic_words::{Arg, Family};
use serde_json::json;
use uuid::Uuid;

use crate::args::{AgencySending, Command, Sending};
use crate::failure::{Failure, same_intention};
use crate::names::{TicketRef, number_of, ticket_name};
use crate::screen::Screen;
use crate::settings::Settings;
use crate::view::{self, Confirmation};

/// The most rows the hub gives at once.
const PAGE: u32 = 200;

/// Runs a command.
pub async fn run(command: Command, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    match command {
        Command::Case(command) => case::run(command, settings, screen).await,
        Command::Ticket(command) => ticket::run(command, settings, screen).await,
        Command::Routing(command) => routing::run(command, settings, screen).await,
        Command::Supervision(command) => supervision::run(command, settings, screen).await,
        Command::Ledger(command) => ledger::run(command, settings, screen).await,
        Command::Directory(command) => directory::run(command, settings, screen).await,
        Command::Whoami => identity::whoami(settings, screen).await,
        Command::Key(command) => identity::key(command, screen),
        #[cfg(feature = "hub")]
        Command::Hub(options) => hub::run(&options).await,
        #[cfg(feature = "demo")]
        Command::Demo(options) => crate::demo::run(options, screen).await,
        #[cfg(feature = "demo")]
        Command::Generate(options) => crate::generate::run(options, screen).await,
    }
}

/// What a command about a ticket carries: its name, its request id, and what its sender has read.
struct Intention {
    request_id: Uuid,
    /// The case as typed; none when the ticket was typed in full.
    case: Option<String>,
    name: String,
    etag: String,
    epoch: u32,
}

impl Intention {
    /// A command of those who open cases: they act on what is there, unless an etag says otherwise.
    async fn of_opener(
        client: &Client,
        screen: &Screen,
        typed: &str,
        sending: Sending,
    ) -> Result<Self, Failure> {
        Ok(Self {
            request_id: sending.request_id.unwrap_or_else(|| SystemIds.random()),
            case: TicketRef::parse(typed).case(),
            name: ticket_name(client, screen.manner.lang, typed).await?,
            etag: sending.etag.unwrap_or_default(),
            epoch: 0,
        })
    }

    /// A command of an agency: acts on the ticket as read now, unless the epoch read earlier is given.
    async fn of_agency(
        client: &Client,
        screen: &Screen,
        typed: &str,
        sending: AgencySending,
    ) -> Result<Self, Failure> {
        let mut intention = Self::of_opener(client, screen, typed, sending.sending).await?;
        if let Some(epoch) = sending.epoch {
            intention.epoch = epoch;
            return Ok(intention);
        }
        let ticket = read_ticket(client, screen, intention.name.clone()).await?;
        intention.epoch = ticket.epoch;
        if intention.etag.is_empty() {
            intention.etag = ticket.etag;
        }
        Ok(intention)
    }

    /// Words on a ticket: they carry the epoch they were written in, which an agency must give, and no etag, as nothing
    /// that happens meanwhile makes them wrong.
    async fn of_words(
        client: &Client,
        screen: &Screen,
        typed: &str,
        sending: AgencySending,
    ) -> Result<Self, Failure> {
        let mut intention = Self::of_opener(client, screen, typed, sending.sending).await?;
        intention.epoch = match sending.epoch {
            Some(epoch) => epoch,
            None => read_ticket(client, screen, intention.name.clone()).await?.epoch,
        };
        Ok(intention)
    }

    /// A command on a whole case, which the hub finds by its reference too.
    fn of_case(typed: String, sending: Sending) -> Self {
        Self {
            request_id: sending.request_id.unwrap_or_else(|| SystemIds.random()),
            case: TicketRef::parse(&typed).case(),
            name: typed,
            etag: sending.etag.unwrap_or_default(),
            epoch: 0,
        }
    }

    /// The options that repeat this very intention.
    fn again(&self) -> String {
        let epoch = Some(self.epoch).filter(|epoch| *epoch > 0);
        same_intention(self.request_id, epoch, &self.etag)
    }

    fn failed(&self, screen: &Screen, error: &declic_client::Error) -> Failure {
        Failure::of_command(screen.manner.lang, error, &self.again())
    }

    /// Says what it did.
    fn done(
        &self,
        screen: &mut Screen,
        confirmation: Option<v1::Confirmation>,
        successor: Option<v1::Confirmation>,
    ) -> Result<(), Failure> {
        let confirmation = confirmation.map(Confirmation::from);
        let successor = successor.map(Confirmation::from);
        if screen.manner.json {
            let mut value = json!({ "request_id": self.request_id, "confirmation": confirmation });
            if let Some(successor) = successor {
                value["successor"] = json!(successor);
            }
            return screen.show_json(&value);
        }
        let lines: String = confirmation
            .iter()
            .map(|done| self.done_line(screen, "cli-done", done))
            .collect();
        let next: String = successor
            .iter()
            .map(|next| self.done_line(screen, "cli-successor", next))
            .collect();
        let last = successor.as_ref().or(confirmation.as_ref());
        let then = last.map(|done| {
            let next = declic_words::next_step(screen.manner.lang, done.state);
            let words = screen.manner.text("cli-next", &[("next", Arg::Text(&next))]);
            format!("  {words}\n")
        });
        screen.show(&(lines + &next + &then.unwrap_or_default()))
    }

    /// Says what it did to the tickets of a case, after a sentence on the whole of it.
    fn done_on_case(
        &self,
        screen: &mut Screen,
        tickets: Vec<v1::Confirmation>,
        sentence: Option<String>,
    ) -> Result<(), Failure> {
        let tickets: Vec<Confirmation> = tickets.into_iter().map(Confirmation::from).collect();
        if screen.manner.json {
            return screen.show_json(&json!({ "request_id": self.request_id, "tickets": tickets }));
        }
        let lines = tickets
            .iter()
            .map(|done| self.done_line(screen, "cli-done", done));
        let sentence = sentence.map(|sentence| sentence + "\n");
        let page: String = sentence.into_iter().chain(lines).collect();
        screen.show(&page)
    }

    /// A ticket as it was typed, or by its resource name.
    fn address(&self, ticket: &str) -> String {
        match (&self.case, number_of(ticket)) {
            (Some(case), Some(number)) => format!("{case}/{number}"),
            _ => ticket.to_owned(),
        }
    }

    fn done_line(&self, screen: &Screen, key: &str, done: &Confirmation) -> String {
        let manner = &screen.manner;
        let state = manner.label(Family::TicketState, done.state);
        let ticket = self.address(&done.ticket);
        let args = [
            ("ticket", Arg::Text(&ticket)),
            ("agency", Arg::Text(crate::case_page::agency(&done.agency))),
            ("state", Arg::Text(&state)),
            ("event", Arg::Text(&done.event_id)),
        ];
        manner.text(key, &args) + "\n"
    }
}

async fn read_ticket(client: &Client, screen: &Screen, name: String) -> Result<v1::Ticket, Failure> {
    let answer = client.get_ticket(v1::GetTicketRequest { name }).await;
    let answer = answer.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
    Ok(answer.ticket.unwrap_or_default())
}

/// What happened on a ticket, oldest first, every page.
async fn read_events(client: &Client, screen: &Screen, ticket: &str) -> Result<Vec<view::Event>, Failure> {
    let mut events = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListEventsRequest {
            parent: ticket.to_owned(),
            page_size: 200,
            page_token,
        };
        let page = client.list_events(request).await;
        let page = page.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
        events.extend(page.events.into_iter().map(view::Event::from));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(events);
        }
    }
}

/// A text given on the command line, or read from standard input when it is `-`: what is typed there is not shown to
/// the other users of the machine.
fn typed_text(text: String, screen: &Screen) -> Result<String, Failure> {
    if text != "-" {
        return Ok(text);
    }
    let lang = screen.manner.lang;
    let bytes = crate::strict_json::read_bytes(std::path::Path::new("-"), lang)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::usage(declic_words::text(lang, "cli-json-utf8", &[])))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Reads page after page until `limit` rows are there; says whether there are more.
async fn pages<T>(
    limit: u32,
    mut read: impl AsyncFnMut(i32, String) -> Result<(Vec<T>, String), Failure>,
) -> Result<(Vec<T>, bool), Failure> {
    let mut rows = Vec::new();
    let mut token = String::new();
    loop {
        let missing = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        let size = i32::try_from(missing.min(PAGE)).unwrap_or_default();
        let (page, next) = read(size, token).await?;
        rows.extend(page);
        token = next;
        if token.is_empty() || rows.len() >= limit as usize {
            break;
        }
    }
    rows.truncate(limit as usize);
    Ok((rows, !token.is_empty()))
}

/// Says that a list was cut, and where.
/// The order of a list: by what is due, or its own.
fn order_by(due: bool) -> String {
    if due { "due_time" } else { "" }.to_owned()
}

/// How many there are, as a number alone, or that there are more than are counted.
fn show_count(screen: &mut Screen, count: Option<&v1::Count>) -> Result<(), Failure> {
    let (count, more) = count.map_or((0, false), |count| (count.count, count.more));
    if screen.manner.json {
        return screen.show_json(&json!({ "count": count, "more": more }));
    }
    let key = if more { "cli-count-more" } else { "cli-count" };
    let told = screen.manner.text(key, &[("count", Arg::Number(count.into()))]);
    screen.show(&(told + "\n"))
}

fn tell_more(screen: &mut Screen, more: bool, limit: u32) {
    if more {
        let told = screen
            .manner
            .text("cli-more", &[("limit", Arg::Number(limit.into()))]);
        screen.say(&told);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_reads_page_after_page_up_to_its_limit_and_says_when_there_is_more() {
        for (there, limit, shown, more, sizes) in [
            (0, 50, 0, false, vec![50]),
            (450, 450, 450, false, vec![200, 200, 50]),
            (450, 1_000, 450, false, vec![200, 200, 200]),
            (450, 250, 250, true, vec![200, 50]),
        ] {
            let mut asked = Vec::new();
            let read = pages(limit, async |size, token: String| {
                asked.push(size);
                let from: i32 = token.parse().unwrap_or(0);
                let to = (from + size).min(there);
                let next = if to < there { to.to_string() } else { String::new() };
                Ok(((from..to).collect::<Vec<i32>>(), next))
            });
            let (rows, cut) = read.await.expect("every page is given");
            assert_eq!((rows, cut), ((0..shown).collect(), more));
            assert_eq!(asked, sizes);
        }
    }
}
