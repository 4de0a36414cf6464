//! The fold against the oracle, over random histories of a chain.

use std::collections::BTreeMap;

use declic_calendar::{Calendar, Region};
use declic_domain::clock::timeline::{Chain, Part};
use declic_domain::event::{Effect, ItemKind, Kind, Outcome, RedirectReason};
use declic_domain::name::TicketNumber;
use jiff::SignedDuration;
use jiff::civil::date;

use crate::oracle::{Hand, Hours, Line, Place, Sheet, instant};
use crate::tape::{Tape, desk, member, number, terms};

const HISTORIES: u64 = 100_000;
/// 1 January 2026, in hours since 1970.
const FIRST: i64 = 490_896;

/// Reproducible chance: the same seed tells the same history.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Mostly hours, now and then weeks, sometimes nothing.
    fn pause(&mut self) -> i64 {
        let longest = [1, 3, 12, 40, 40, 200][usize::try_from(self.below(6)).expect("small")];
        i64::try_from(self.below(longest)).expect("small")
    }
}

/// A target of business days or hours: how the policy writes it, and how many open hours it is.
fn target(chance: &mut Chance) -> (String, i64) {
    if chance.below(2) == 0 {
        let days = chance.below(12) + 1;
        (format!("{days}d"), i64::try_from(days * 8).expect("small"))
    } else {
        let hours = chance.below(40) + 1;
        (format!("{hours}h"), i64::try_from(hours).expect("small"))
    }
}

/// Of two targets, the shorter for when it is urgent.
fn targets(chance: &mut Chance) -> [(String, i64); 2] {
    let mut targets = [target(chance), target(chance)];
    targets.sort_by_key(|(_, hours)| *hours);
    targets
}

/// A chain being lived: the events for the fold, the sheet for the oracle.
struct Lived {
    tape: Tape,
    sheet: Sheet,
    hour: i64,
    ticket: usize,
    epoch: u32,
    triage: bool,
    place: Place,
    /// How it ended.
    closed: bool,
    region: Region,
}

impl Lived {
    fn begin(chance: &mut Chance, region: Region) -> Self {
        let hour = FIRST + i64::try_from(chance.below(10_000)).expect("small");
        let mut lived = Self {
            tape: Tape::new(instant(hour), chance.below(4) == 0),
            sheet: Sheet::default(),
            hour,
            ticket: 0,
            epoch: 0,
            triage: false,
            place: Place::Gone,
            closed: false,
            region,
        };
        lived.open(chance, None);
        lived
    }

    /// A ticket opens, under a policy of its own: policies change while chains live.
    fn open(&mut self, chance: &mut Chance, after: Option<TicketNumber>) {
        let (acknowledge, resolve) = (targets(chance), targets(chance));
        let of = |place: usize| [acknowledge[place].0.as_str(), resolve[place].0.as_str()];
        let terms = terms(of(1), of(0), Calendar::new(self.region));
        self.triage = chance.below(4) == 0;
        let agency = if self.triage { "triage-56" } else { "caf-56" };
        self.tape.open(instant(self.hour), agency, terms, after);
        let hours = |of: &[(String, i64); 2]| (of[0].1, of[1].1);
        self.sheet.hands.push(Hand {
            acknowledge: hours(&acknowledge),
            resolve: hours(&resolve),
        });
        self.ticket += 1;
        self.epoch += 1;
        self.stands(Place::New);
    }

    fn stands(&mut self, place: Place) {
        self.place = place;
        self.sheet.lines.push(Line {
            hour: self.hour,
            ticket: self.ticket,
            epoch: self.epoch,
            triage: self.triage,
            urgent: self.tape.is_urgent(),
            place,
        });
    }

    fn happens(&mut self, kind: Kind) {
        self.tape.add(number(self.ticket), instant(self.hour), kind);
    }

    /// One more thing happens, of those that may.
    fn step(&mut self, chance: &mut Chance) {
        self.hour += chance.pause();
        if self.place != Place::Gone && chance.below(12) == 0 {
            let urgent = !self.tape.is_urgent();
            self.tape
                .change_urgency(number(self.ticket), instant(self.hour), urgent);
            return self.stands(self.place);
        }
        let choice = chance.below(10);
        match (self.place, choice) {
            (Place::Gone, _) if self.closed => {
                self.happens(Kind::Reopened {
                    desk: desk(self.agency()),
                });
                self.closed = false;
                self.epoch += 1;
                self.stands(Place::New);
            }
            (Place::Gone, _) => {}
            (_, 0) => self.happens(Kind::MessagePosted),
            (_, 1) => self.happens(Kind::DeliveryConfirmed),
            (_, 2) => {
                let agent = (chance.below(2) == 0).then(|| member("erwan"));
                self.happens(Kind::Assigned {
                    agent,
                    desk: desk(self.agency()),
                });
            }
            (Place::New | Place::Taken | Place::Asked, 3) => self.send_on(chance),
            (Place::New | Place::Taken | Place::Asked, 4) if chance.below(4) == 0 => {
                self.happens(Kind::Withdrawn);
                self.stands(Place::Gone);
            }
            (Place::New, _) => {
                let agent = (chance.below(2) == 0).then(|| member("paul"));
                self.happens(Kind::Acknowledged { agent });
                self.stands(Place::Taken);
            }
            (Place::Taken, 4..7) => {
                let items = vec![ItemKind::Document, ItemKind::Date];
                self.happens(Kind::InformationRequested {
                    items,
                    due_on: date(2027, 1, 1),
                });
                self.stands(Place::Asked);
            }
            (Place::Asked, 4 | 5) => self.happens(Kind::Replied { items: vec![2] }),
            (Place::Asked, 6) => {
                self.happens(Kind::Replied { items: vec![1, 2] });
                self.stands(Place::Taken);
            }
            (Place::Asked, 7) => {
                self.happens(Kind::TakenBack);
                self.stands(Place::Taken);
            }
            (Place::Taken | Place::Asked, _) => {
                self.happens(Kind::Resolved {
                    outcome: Outcome::ErrorCorrected,
                });
                self.stands(Place::Answered);
            }
            (Place::Answered, 3..6) => {
                self.happens(Kind::Reopened {
                    desk: desk(self.agency()),
                });
                self.epoch += 1;
                self.stands(Place::New);
            }
            (Place::Answered, _) => {
                self.happens(Kind::Closed {
                    effect: Effect::Partly,
                });
                self.closed = true;
                self.stands(Place::Gone);
            }
        }
    }

    fn send_on(&mut self, chance: &mut Chance) {
        let successor = number(self.ticket + 1);
        if self.triage && chance.below(2) == 0 {
            self.happens(Kind::RoutedByHand { successor });
        } else {
            let reason = RedirectReason::OutsideCompetence;
            self.happens(Kind::Redirected { reason, successor });
            self.sheet.sent_on.push((self.ticket, self.epoch));
        }
        self.stands(Place::Gone);
        self.open(chance, Some(number(self.ticket)));
    }

    fn agency(&self) -> &'static str {
        if self.triage { "triage-56" } else { "caf-56" }
    }
}

#[test]
fn every_second_is_in_one_part_and_every_clock_counts_what_the_sheet_counts() {
    let regions = [Region::Metropole, Region::AlsaceMoselle, Region::Guadeloupe];
    let tables = regions.map(|region| (region, Hours::new(region, FIRST, 24 * 1_400)));
    for seed in 0..HISTORIES {
        let mut chance = Chance(seed);
        let (region, hours) = &tables[usize::try_from(chance.below(3)).expect("small")];
        let mut lived = Lived::begin(&mut chance, *region);
        for _ in 0..chance.below(24) {
            lived.step(&mut chance);
        }
        let until = lived.hour + chance.pause();
        let timeline = lived.tape.told(instant(until));
        let [chain] = timeline.chains.as_slice() else {
            panic!("history {seed}: one chain, not {}", timeline.chains.len());
        };
        let (parts, used) = lived.sheet.read(until, hours);
        let folded: BTreeMap<Part, i64> = chain
            .parts()
            .into_iter()
            .map(|(part, time)| (part, time.as_hours()))
            .collect();
        assert_eq!(folded, parts, "history {seed}: parts");
        let whole: i64 = parts.values().sum();
        assert_eq!(
            chain.whole(),
            SignedDuration::from_hours(whole),
            "history {seed}: the whole"
        );
        check_spans(chain, seed);
        for (ticket, life) in (1..).zip(&chain.lives) {
            for epoch in &life.epochs {
                let used = used[&(ticket, epoch.epoch)];
                let clocks = epoch.clocks.as_ref().expect("terms");
                let calendar = &clocks.terms.calendar;
                for (clock, used) in [
                    (&clocks.acknowledge, used.acknowledge),
                    (&clocks.resolve, used.resolve),
                ] {
                    let name = format!("history {seed}, ticket {ticket}, epoch {}", epoch.epoch);
                    let late = clock.late_by(instant(until), calendar).as_hours();
                    assert_eq!(late, used.late, "{name}: late");
                    let left = clock.remaining(instant(until), calendar).as_hours();
                    assert_eq!(left, used.left, "{name}: remaining");
                }
            }
        }
    }
}

/// Spans follow one another; the clock of the agency counts none of a reply that is awaited or an outcome to confirm.
fn check_spans(chain: &Chain, seed: u64) {
    let spans: Vec<_> = chain.spans().collect();
    for pair in spans.windows(2) {
        assert!(pair[0].to <= pair[1].from, "history {seed}: {pair:?}");
        let reopened = pair[0].ticket == pair[1].ticket && pair[0].epoch != pair[1].epoch;
        assert!(pair[0].to == pair[1].from || reopened, "history {seed}: {pair:?}");
        assert!(!pair[0].lasts, "history {seed}");
    }
    for span in spans {
        assert!(span.counts || span.counted.is_zero(), "history {seed}: {span:?}");
        assert!(span.counted <= span.duration(), "history {seed}: {span:?}");
    }
}
