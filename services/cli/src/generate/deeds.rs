//! What people do, each deed a call to the hub with a key of their own, and what they will do next.

mod agency;
mod social_worker;
mod staffing;

use declic_calendar::Calendar;
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
    Ticket(Step, Box<Held>),
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

/// What somebody does next to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Take,
    Ask,
    Redirect,
    Resolve,
    Reply,
    Withdraw,
    Close,
    Reopen,
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
    Reminded,
    Escalated,
    ClosedUnconfirmed,
    Lapsed,
    Joined,
    Left,
}

impl Done {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 18] = [
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
        Self::Reminded,
        Self::Escalated,
        Self::ClosedUnconfirmed,
        Self::Lapsed,
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
            Self::Reminded => "reminded_by_the_clock",
            Self::Escalated => "escalated_by_the_clock",
            Self::ClosedUnconfirmed => "closed_by_the_clock",
            Self::Lapsed => "lapsed",
            Self::Joined => "arrivals",
            Self::Left => "departures",
        }
    }
}

impl Done {
    /// What the hub's clock did, from the name of what happened; none of what somebody did.
    pub fn by_the_clock(kind: &str) -> Option<Self> {
        Some(match kind {
            "REPLY_WARNED" | "UNTOUCHED_WARNED" => Self::Reminded,
            "ESCALATED_TO_HOLDER" | "ESCALATED_TO_DESK" | "ESCALATED_TO_SUPERVISION" => Self::Escalated,
            "CLOSED_UNCONFIRMED" => Self::ClosedUnconfirmed,
            "LAPSED" => Self::Lapsed,
            _ => return None,
        })
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
            Deed::Ticket(step, held) => self.step(at, step, *held, &mut after).await?,
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

    /// By whoever is there; on the next day when nobody is.
    async fn step(&self, at: Timestamp, step: Step, mut held: Held, after: &mut After) -> Result<(), Error> {
        let Some(client) = self.who_acts(at, step, &mut held) else {
            let tomorrow = self.calendar(step, &held).add_business_days(at, 1);
            after.next.push((tomorrow, Deed::Ticket(step, Box::new(held))));
            return Ok(());
        };
        match step {
            Step::Take => self.take(at, &client, held, after).await,
            Step::Ask => self.ask(at, &client, held, after).await,
            Step::Redirect => self.redirect(at, &client, held, after).await,
            Step::Resolve => self.resolve(at, &client, held, after).await,
            Step::Reply => self.reply(at, &client, held, after).await,
            Step::Withdraw => self.withdraw(&client, &held, after).await,
            Step::Close => self.close(at, &client, held, after).await,
            Step::Reopen => self.reopen(at, &client, held, after).await,
        }
    }

    /// An agent on duty; or who opened the case, or a colleague when they are away.
    fn who_acts(&self, at: Timestamp, step: Step, held: &mut Held) -> Option<Client> {
        let organisation = self.organisation(held);
        let member = match step {
            Step::Take | Step::Ask | Step::Redirect | Step::Resolve => {
                self.agency(held).on_duty(at, &mut held.draw)
            }
            Step::Reply | Step::Withdraw | Step::Close | Step::Reopen => organisation
                .there(&held.opener, at)
                .or_else(|| organisation.on_duty(at, &mut held.draw)),
        };
        member.map(|member| self.house.client(&member.id))
    }

    /// The opening hours of whoever does it.
    fn calendar(&self, step: Step, held: &Held) -> &Calendar {
        match step {
            Step::Take | Step::Ask | Step::Redirect | Step::Resolve => &self.agency(held).calendar,
            Step::Reply | Step::Withdraw | Step::Close | Step::Reopen => &self.organisation(held).calendar,
        }
    }

    /// It is done some business hours later, half of all times within this many.
    fn later(&self, at: Timestamp, median_hours: f64, step: Step, mut held: Held, after: &mut After) {
        let at = held.draw.later(self.calendar(step, &held), at, median_hours);
        after.next.push((at, Deed::Ticket(step, Box::new(held))));
    }

    /// The agency takes it some time later.
    fn wait_for_agency(&self, at: Timestamp, held: Held, after: &mut After) {
        after.done.push(Done::Ticket);
        let hours = UNTIL_TAKEN * self.agency(&held).slowness;
        self.later(at, hours, Step::Take, held, after);
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

    fn organisation(&self, held: &Held) -> &Place {
        &self.staff.organisations[held.organisation]
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
