//! What people do, each deed a call to the hub with a key of their own, and what they will do next.

mod agency;
mod social_worker;
mod staffing;

use declic_client::{Client, Error};
use declic_proto::v1;
use declic_routing::territory::Departement;
use jiff::Timestamp;

use super::draw::Draw;
use super::house::House;
use super::persons;
use super::staff::{Place, Staff};

/// Business hours, half of all take less: until an agency takes a ticket, until it answers, until a social worker replies
/// and confirms. An agency's own are longer or shorter by its slowness.
const UNTIL_TAKEN: f64 = 6.0;
const UNTIL_RESOLVED: f64 = 26.0;
const UNTIL_REPLIED: f64 = 12.0;
const UNTIL_CONFIRMED: f64 = 11.0;

/// A ticket on its way through the year.
pub struct Held {
    name: String,
    agency: String,
    epoch: u32,
    /// Place of the organisation, and who acts for it first.
    organisation: usize,
    opener: String,
    /// Items that wait for a reply.
    items: u32,
    reopened: u8,
    draw: Draw,
}

/// Something to do.
pub enum Deed {
    Open(u64),
    Take(Held),
    Ask(Held),
    Reply(Held),
    Redirect(Held),
    Withdraw(Held),
    Resolve(Held),
    Close(Held),
    Reopen(Held),
    Join {
        agency: bool,
        place: usize,
        member: usize,
    },
    Leave {
        agency: bool,
        place: usize,
        member: usize,
    },
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Done {
    Opened,
    Ticket,
    Taken,
    Asked,
    Replied,
    Redirected,
    RoutedByHand,
    Withdrawn,
    TakenBack,
    Resolved,
    Closed,
    Reopened,
    Joined,
    Left,
}

impl Done {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 14] = [
        Self::Opened,
        Self::Ticket,
        Self::Taken,
        Self::Asked,
        Self::Replied,
        Self::TakenBack,
        Self::Redirected,
        Self::RoutedByHand,
        Self::Withdrawn,
        Self::Resolved,
        Self::Closed,
        Self::Reopened,
        Self::Joined,
        Self::Left,
    ];

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opened => "cases",
            Self::Ticket => "tickets",
            Self::Taken => "acknowledged",
            Self::Asked => "information_requested",
            Self::Replied => "replied",
            Self::TakenBack => "taken_back",
            Self::Redirected => "redirected",
            Self::RoutedByHand => "routed_by_hand",
            Self::Withdrawn => "withdrawn",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Joined => "arrivals",
            Self::Left => "departures",
        }
    }
}

/// What was done, and what follows.
#[derive(Default)]
pub struct After {
    pub done: Vec<Done>,
    pub next: Vec<(Timestamp, Deed)>,
    /// The agency that somebody has just left.
    pub left: Option<String>,
}

/// Everybody, and the hub they speak to.
pub struct Stage<'a> {
    pub house: &'a House,
    pub staff: &'a Staff,
    pub departements: &'a [&'static Departement],
    pub seed: u64,
}

impl Stage<'_> {
    /// Does it, at this time.
    ///
    /// # Errors
    /// A refusal that nothing of the year explains.
    pub async fn act(&self, at: Timestamp, deed: Deed) -> Result<After, Error> {
        let mut after = After::default();
        match deed {
            Deed::Open(number) => self.open(at, number, &mut after).await?,
            Deed::Take(held) => self.take(at, held, &mut after).await?,
            Deed::Ask(held) => self.ask(at, held, &mut after).await?,
            Deed::Reply(held) => self.reply(at, held, &mut after).await?,
            Deed::Redirect(held) => self.redirect(at, held, &mut after).await?,
            Deed::Withdraw(held) => self.withdraw(at, held, &mut after).await?,
            Deed::Resolve(held) => self.resolve(at, held, &mut after).await?,
            Deed::Close(held) => self.close(at, held, &mut after).await?,
            Deed::Reopen(held) => self.reopen(at, held, &mut after).await?,
            Deed::Join {
                agency,
                place,
                member,
            } => self.join(self.place(agency, place), member, &mut after).await?,
            Deed::Leave {
                agency,
                place,
                member,
            } => self.leave(self.place(agency, place), member, &mut after).await?,
        }
        Ok(after)
    }

    async fn open(&self, at: Timestamp, number: u64, after: &mut After) -> Result<(), Error> {
        let mut draw = Draw::new(self.seed, number);
        let departement = *draw.one_of(self.departements);
        let here = self.staff.organisations.iter().enumerate();
        let here: Vec<_> = here
            .filter(|(_, place)| place.departement == departement.code)
            .collect();
        let (organisation, place) = *draw.one_of(&here);
        let Some(opener) = place.on_duty(at, &mut draw) else {
            after
                .next
                .push((place.calendar.add_business_days(at, 1), Deed::Open(number)));
            return Ok(());
        };
        let mut request = persons::request(&mut draw, departement, place.calendar.date_of(at));
        request.request_id = self.house.id();
        let answer = self.house.client(&opener.id).open_case(request).await?;
        after.done.push(Done::Opened);
        for (ticket, stream) in answer.tickets.into_iter().zip(1..) {
            let held = Held {
                name: ticket.ticket,
                agency: agency_of(&ticket.agency),
                epoch: ticket.epoch,
                organisation,
                opener: opener.id.clone(),
                items: 0,
                reopened: 0,
                draw: Draw::new(self.seed, (stream << 32) + number),
            };
            self.wait_for_agency(at, held, after);
        }
        Ok(())
    }

    /// The agency takes it some time later.
    fn wait_for_agency(&self, at: Timestamp, mut held: Held, after: &mut After) {
        after.done.push(Done::Ticket);
        let place = self.agency(&held);
        let taken = held.draw.later(&place.calendar, at, UNTIL_TAKEN * place.slowness);
        after.next.push((taken, Deed::Take(held)));
    }

    /// Reads a ticket before acting on it, as people do: it may have been handed over meanwhile.
    async fn read(&self, client: &Client, held: &mut Held) -> Result<v1::Ticket, Error> {
        let request = v1::GetTicketRequest {
            name: held.name.clone(),
        };
        let ticket = client.get_ticket(request).await?.ticket.unwrap_or_default();
        held.epoch = ticket.epoch;
        let agency = agency_of(&ticket.agency);
        if self.staff.agencies.contains_key(&agency) {
            held.agency = agency;
        }
        Ok(ticket)
    }

    fn agency(&self, held: &Held) -> &Place {
        &self.staff.agencies[&held.agency]
    }

    fn place(&self, agency: bool, place: usize) -> &Place {
        match agency {
            true => self
                .staff
                .agencies
                .values()
                .nth(place)
                .expect("an agency of the list"),
            false => &self.staff.organisations[place],
        }
    }
}

impl Held {
    fn follow(&mut self, confirmation: Option<v1::Confirmation>) {
        if let Some(confirmation) = confirmation {
            self.epoch = confirmation.epoch;
        }
    }
}

/// "caf-56" of "agencies/caf-56".
fn agency_of(name: &str) -> String {
    name.strip_prefix("agencies/").unwrap_or(name).to_owned()
}
