//! Where the time of a case went, as it goes out.

use declic_calendar::{Calendar, DayOff};
use declic_domain::clock::legal::{self, Delay, Hint, Silence};
use declic_domain::clock::timeline::{Chain, Epoch, Life, Part, PersonClock, Span, days_off};
use declic_domain::clock::{Clock, Clocks, Phase, Target};
use declic_domain::name::TicketName;
use declic_domain::ticket::Ticket;
use declic_proto::v1;
use jiff::{SignedDuration, Timestamp};

use super::ticket::Names;
use super::timestamp;

/// The person's own clock.
pub fn person(person: &PersonClock) -> v1::PersonClock {
    v1::PersonClock {
        start_time: Some(timestamp(person.from)),
        end_time: person.ended.map(timestamp),
        elapsed_seconds: person.elapsed.as_secs(),
    }
}

/// A chain, of which some tickets may be left out; the calendar is that of the case's département.
pub fn chain(
    names: Names<'_>,
    calendar: &Calendar,
    chain: &Chain,
    partial: bool,
    now: Timestamp,
) -> v1::ClockChain {
    // What counts from the first agency seized is not known to who does not read its ticket.
    let hint = (!partial).then(|| legal::hint(chain, calendar)).flatten();
    v1::ClockChain {
        tickets: chain
            .lives
            .iter()
            .map(|life| ticket(names, calendar, life, now))
            .collect(),
        shares: shares(chain),
        whole_seconds: chain.whole().as_secs(),
        partial,
        legal_hint: hint.map(|hint| legal_hint(&hint)),
    }
}

/// Whole seconds of each part: what is left over of one second goes to the next part, so that they sum to the whole.
fn shares(chain: &Chain) -> Vec<v1::TimeShare> {
    let mut told = SignedDuration::ZERO;
    let shares = chain.parts().into_iter().map(|(part, time)| {
        let before = told.as_secs();
        told += time;
        v1::TimeShare {
            part: self::part(part).into(),
            seconds: told.as_secs() - before,
        }
    });
    shares.collect()
}

fn ticket(names: Names<'_>, calendar: &Calendar, life: &Life, now: Timestamp) -> v1::ClockTicket {
    let Ticket { name, clocks, .. } = &life.ticket;
    let agency = life.ticket.agency();
    let terms = clocks.as_ref().map(|clocks| &clocks.terms);
    let calendar = terms.map_or(calendar, |terms| &terms.calendar);
    let spans = life.spans.iter().map(|span| self::span(names, calendar, span));
    v1::ClockTicket {
        ticket: TicketName::resource(name),
        agency: agency.resource(),
        agency_display_name: names.agency(agency),
        policy: terms.map_or_else(String::new, |terms| terms.policy.version().to_owned()),
        calendar: terms.map_or_else(String::new, |terms| terms.calendar_version.clone()),
        time_zone: calendar.time_zone().iana_name().unwrap_or_default().to_owned(),
        epochs: life.epochs.iter().filter_map(|one| epoch(one, now)).collect(),
        spans: spans.collect(),
    }
}

fn epoch(epoch: &Epoch, now: Timestamp) -> Option<v1::ClockEpoch> {
    let clocks = epoch.clocks.as_ref()?;
    let targets = clocks.terms.policy.targets(clocks.urgent);
    Some(v1::ClockEpoch {
        epoch: epoch.epoch,
        acknowledge: Some(v1::AgencyClock {
            state: state(&clocks.acknowledge, epoch.acknowledged_at).into(),
            ..counted(clocks, &clocks.acknowledge, targets.acknowledge, now)
        }),
        resolve: Some(v1::AgencyClock {
            state: state(&clocks.resolve, epoch.resolved_at).into(),
            ..counted(clocks, &clocks.resolve, targets.resolve, now)
        }),
    })
}

/// Whether a clock runs; one that stopped without what it measures was cut short.
fn state(clock: &Clock, done: Option<Timestamp>) -> v1::ClockState {
    match (clock.phase, done) {
        (Phase::Running, _) => v1::ClockState::Running,
        (Phase::Paused(_), _) => v1::ClockState::Paused,
        (Phase::Stopped(_), Some(_)) => v1::ClockState::Stopped,
        (Phase::Stopped(_), None) => v1::ClockState::Ended,
    }
}

/// A clock but for its state.
fn counted(clocks: &Clocks, clock: &Clock, target: Target, now: Timestamp) -> v1::AgencyClock {
    let calendar = &clocks.terms.calendar;
    let since = match clock.phase {
        Phase::Running => None,
        Phase::Paused(since) | Phase::Stopped(since) => Some(since),
    };
    v1::AgencyClock {
        target: target.to_string(),
        start_time: Some(timestamp(clock.started_at)),
        warning_time: Some(timestamp(clock.warning)),
        due_time: Some(timestamp(clock.due)),
        state_time: since.map(timestamp),
        remaining_seconds: clock.remaining(now, calendar).as_secs(),
        late_seconds: clock.late_by(now, calendar).as_secs(),
        ..v1::AgencyClock::default()
    }
}

fn span(names: Names<'_>, calendar: &Calendar, span: &Span) -> v1::ClockSpan {
    let (party, display_name) = names.holder(&span.holder);
    // Where nothing is counted, no day has to be explained.
    let off = if span.counts {
        days_off(calendar, span)
    } else {
        Vec::new()
    };
    let off = off.into_iter().map(|(day, off)| v1::DayOff {
        day: day.to_string(),
        holiday: match off {
            DayOff::Holiday(holiday) => holiday.name_fr().to_owned(),
            DayOff::Closed | DayOff::Weekly => String::new(),
        },
    });
    v1::ClockSpan {
        start_time: Some(timestamp(span.from)),
        end_time: (!span.lasts).then(|| timestamp(span.to)),
        epoch: span.epoch,
        part: part(span.part).into(),
        holder: Some(v1::Holder {
            party,
            display_name,
            since: None,
        }),
        counts: span.counts,
        counted_seconds: span.counted.as_secs(),
        seconds: span.duration().as_secs(),
        days_off: off.collect(),
    }
}

fn legal_hint(hint: &Hint) -> v1::LegalHint {
    let (months, clear_days) = match hint.rule.delay {
        Delay::Months(months) => (i32::from(months), 0),
        Delay::ClearDays(days) => (0, i32::from(days)),
    };
    let effect = match hint.rule.silence {
        Silence::Rejection => v1::SilenceEffect::Rejection,
        Silence::Acceptance => v1::SilenceEffect::Acceptance,
    };
    v1::LegalHint {
        from_day: hint.from.to_string(),
        until_day: hint.until.to_string(),
        months,
        clear_days,
        suspended_days: hint.suspended_days,
        effect: effect.into(),
        source: hint.rule.source.unwrap_or_default().to_owned(),
        version: legal::VERSION.to_owned(),
    }
}

fn part(part: Part) -> v1::ClockPart {
    match part {
        Part::BeforeAcknowledgement => v1::ClockPart::BeforeAcknowledgement,
        Part::AtAgency => v1::ClockPart::AtAgency,
        Part::AwaitingReply => v1::ClockPart::AwaitingReply,
        Part::WrongAgency => v1::ClockPart::WrongAgency,
        Part::Triage => v1::ClockPart::Triage,
        Part::ToBeConfirmed => v1::ClockPart::ToBeConfirmed,
    }
}
