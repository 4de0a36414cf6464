//! What the law says of an administration's silence: hints to check, never a decision.
//!
//! The delays are those of the catalogue of benefits, each with its text of law. How they are counted:
//! - A limit in months ends on the day of the last month that bears the same number, else on the last day of that month
//!   (CPC 641); clear days leave out the first and the last.
//! - Rejection counts from the first administration seized, even one that is not competent, and stops while papers are
//!   asked for; acceptance counts from the competent one, once it has the papers (CRPA L114-3, L114-5).
//!
//! A ticket is no claim: the person may have filed one long before, or none. So a hint says from when it counts, and
//! whoever reads it checks.

use std::ops::Range;

use declic_calendar::Calendar;
use declic_routing::Benefit;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::timeline::{Chain, Part, Span};

/// Version of the reading of these texts.
pub const VERSION: &str = "2026.11.1";

/// A legal delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delay {
    /// Months, from a day to the one of the same number.
    Months(u8),
    /// Clear days: neither the first nor the last counts.
    ClearDays(u16),
}

/// What silence means when the delay has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Silence {
    /// The claim is rejected.
    Rejection,
    /// The claim is accepted.
    Acceptance,
}

/// What the law says of a benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The delay.
    pub delay: Delay,
    /// What silence means.
    pub silence: Silence,
    /// The text of law ("CRPA L231-4 3°"); absent where the catalogue names none.
    pub source: Option<&'static str>,
}

/// A hint for a chain of tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// What the law says.
    pub rule: Rule,
    /// The day it counts from, if the claim was made then.
    pub from: Date,
    /// Days it was suspended while papers were asked for.
    pub suspended_days: i32,
    /// The last day of the delay.
    pub until: Date,
}

impl Rule {
    /// What the law says of a benefit; none where the catalogue has no delay or does not say what silence means.
    pub fn of(benefit: &'static Benefit) -> Option<Self> {
        let mut words = benefit.decision_delay.split_whitespace();
        let count = words.next()?;
        let delay = match (words.next()?, words.next()) {
            ("months", _) => Delay::Months(count.parse().ok()?),
            ("clear", Some("days" | "days,")) => Delay::ClearDays(count.parse().ok()?),
            _ => return None,
        };
        let effect = benefit.silence_effect;
        let means = |beginnings: &[&str]| beginnings.iter().any(|beginning| effect.starts_with(beginning));
        if effect.contains("not checked") {
            return None;
        }
        let silence = if means(&["implicit rejection"]) {
            Silence::Rejection
        } else if means(&["implicit ACCEPTANCE", "deemed GRANTED", "deemed RECOGNISED"]) {
            Silence::Acceptance
        } else {
            return None;
        };
        let source = text_of_law(effect).or_else(|| text_of_law(benefit.decision_delay));
        Some(Self {
            delay,
            silence,
            source,
        })
    }
}

/// The hint for a chain whose last ticket is open; none where the law is not known to say anything.
pub fn hint(chain: &Chain, calendar: &Calendar) -> Option<Hint> {
    let (first, last) = (chain.lives.first()?, chain.lives.last()?);
    if !last.ticket.state.is_open() {
        return None;
    }
    let rule = Rule::of(Benefit::find(&last.ticket.facts.benefit)?)?;
    let asked = |span: &&Span| span.part == Part::AwaitingReply;
    let (from, suspended_days) = match rule.silence {
        Silence::Rejection => {
            let asked: Vec<Range<Date>> = chain
                .spans()
                .filter(asked)
                .map(|span| days(calendar, span))
                .collect();
            (calendar.date_of(first.ticket.opened_at), length(&asked))
        }
        Silence::Acceptance => {
            let complete = last.spans.iter().filter(asked).map(|span| span.to).max();
            (calendar.date_of(complete.unwrap_or(last.ticket.opened_at)), 0)
        }
    };
    let until = end(from, rule.delay).saturating_add(suspended_days.days());
    Some(Hint {
        rule,
        from,
        suspended_days,
        until,
    })
}

/// The last day of a delay.
pub fn end(from: Date, delay: Delay) -> Date {
    match delay {
        // The day of the same number, or the last of a month that has no such day.
        Delay::Months(months) => from.saturating_add(i32::from(months).months()),
        Delay::ClearDays(days) => from.saturating_add((i32::from(days) + 1).days()),
    }
}

fn days(calendar: &Calendar, span: &Span) -> Range<Date> {
    calendar.date_of(span.from)..calendar.date_of(span.to)
}

/// Days of these ranges together.
fn length(ranges: &[Range<Date>]) -> i32 {
    let days = |range: &Range<Date>| range.start.until(range.end).map_or(0, |span| span.get_days());
    ranges.iter().map(days).sum()
}

/// A text of law between parentheses: "implicit rejection (CRPA L231-4 3°)".
fn text_of_law(prose: &'static str) -> Option<&'static str> {
    let (_, rest) = prose.split_once('(')?;
    let (inside, _) = rest.split_once(')')?;
    let law = inside.split([':', ';']).next()?.trim();
    let names_an_article = law.split([' ', '-']).any(|word| {
        let mut letters = word.chars();
        matches!(letters.next(), Some('L' | 'R' | 'D'))
            && letters.next().is_some_and(|next| next.is_ascii_digit())
    });
    names_an_article.then_some(law)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rule(code: &str) -> Option<Rule> {
        Rule::of(Benefit::find(code).expect("a benefit of the catalogue"))
    }

    #[test]
    fn the_catalogue_says_the_delay_what_silence_means_and_by_which_text() {
        let known = [
            (
                "RSA",
                Delay::Months(2),
                Silence::Rejection,
                Some("CRPA L231-4 3°"),
            ),
            ("C2S", Delay::Months(2), Silence::Acceptance, Some("CSS L861-5")),
            (
                "RETRAITE",
                Delay::Months(4),
                Silence::Rejection,
                Some("CSS R351-34, R173-4-1"),
            ),
            ("PCH", Delay::Months(4), Silence::Rejection, Some("CASF R241-33")),
            ("APA_DOM", Delay::Months(2), Silence::Acceptance, Some("L232-14")),
            (
                "AT_ACCIDENT",
                Delay::ClearDays(30),
                Silence::Acceptance,
                Some("CSS R441-18"),
            ),
            (
                "MP_MALADIE_PRO",
                Delay::ClearDays(120),
                Silence::Acceptance,
                Some("CSS R441-18"),
            ),
            ("CMI", Delay::Months(4), Silence::Rejection, None),
        ];
        for (code, delay, silence, source) in known {
            assert_eq!(
                rule(code),
                Some(Rule {
                    delay,
                    silence,
                    source
                }),
                "{code}"
            );
        }
        for code in [
            "CARRIERE",
            "FSL",
            "DOMICILIATION",
            "PRIME_NOEL",
            "RETRAITE_PAIEMENT",
        ] {
            if let Some(benefit) = Benefit::find(code) {
                assert_eq!(Rule::of(benefit), None, "{code}");
            }
        }
    }

    #[test]
    fn months_end_on_the_day_of_the_same_number_or_the_last_and_clear_days_leave_out_both_ends() {
        let two = Delay::Months(2);
        assert_eq!(end(date(2026, 8, 31), two), date(2026, 10, 31));
        assert_eq!(end(date(2026, 12, 31), two), date(2027, 2, 28));
        assert_eq!(end(date(2027, 12, 31), two), date(2028, 2, 29));
        assert_eq!(end(date(2026, 11, 1), Delay::ClearDays(30)), date(2026, 12, 2));
    }
}
