//! Figures: what is asked for, and what goes out of a board.

use declic_domain::clock::timeline::Part;
use declic_domain::disclosure::Share;
use declic_domain::figures::{
    Age, Board, Durations, Figure, HolderKind, Lateness, Period, PeriodError, Quantile, Selection,
};
use declic_domain::name::AgencyId;
use declic_proto::v1;
use declic_routing::{Benefit, Blockage};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::misroute::number;
use super::{Violations, enums};
use crate::status::Error;

/// What is asked for.
pub struct Asked {
    /// The cases.
    pub period: Period,
    /// The tickets of them.
    pub selection: Selection,
}

/// Reads a request.
pub fn parse(request: v1::SummarizeFiguresRequest, today: Date) -> Result<Asked, Error> {
    let mut violations = Violations::default();
    let agency = violations.optional_name("agency", &request.agency, AgencyId::parse_resource);
    let benefit = Benefit::find(&request.benefit).map(|benefit| benefit.code.to_owned());
    let blockage = Blockage::find(&request.blockage).map(|blockage| blockage.code.to_owned());
    if benefit.is_none() && !request.benefit.is_empty() {
        violations.add("benefit", unknown("benefits", &request.benefit));
    }
    if blockage.is_none() && !request.blockage.is_empty() {
        violations.add("blockage", unknown("blockages", &request.blockage));
    }
    let since = violations.optional_date("since", &request.since);
    let until = violations.optional_date("until", &request.until);
    let are_days = !violations.tells("since") && !violations.tells("until");
    let period = match Period::new(since, until, today) {
        Ok(period) => Some(period),
        Err(error) => {
            if are_days {
                let field = match error {
                    PeriodError::SinceInFuture => "since",
                    PeriodError::UntilInFuture | PeriodError::Reversed => "until",
                };
                violations.add(field, error.to_string());
            }
            None
        }
    };
    let selection = Selection {
        departement: Some(request.departement).filter(|code| !code.is_empty()),
        agency,
        benefit,
        blockage,
    };
    violations.finish_with(period.map(|period| Asked { period, selection }))
}

fn unknown(list: &str, code: &str) -> String {
    let code: String = code.chars().take(40).collect();
    format!("unknown code {code:?}: give one of the list of {list}")
}

/// What may be told, as it goes out.
pub fn render(period: Period, as_of: Timestamp, board: Option<Board>) -> v1::SummarizeFiguresResponse {
    let head = v1::SummarizeFiguresResponse {
        since: period.since().to_string(),
        until: period.until().to_string(),
        as_of: Some(super::timestamp(as_of)),
        ..v1::SummarizeFiguresResponse::default()
    };
    let Some(board) = board else { return head };
    let durations = [
        (Figure::TimeToAcknowledge, &board.acknowledge),
        (Figure::TimeToResolve, &board.resolve),
        (Figure::PersonWait, &board.wait),
    ];
    let durations = durations
        .into_iter()
        .filter_map(|(figure, durations)| Some(duration_figure(figure, durations.as_ref()?)));
    v1::SummarizeFiguresResponse {
        tickets: number(board.tickets),
        durations: durations.collect(),
        backlog: Some(backlog(&board)),
        time_spent: Some(time_spent(&board)),
        redirects: Some(redirects(&board)),
        causes: Some(causes(&board)),
        effects: Some(effects(&board)),
        ..head
    }
}

fn duration_figure(figure: Figure, durations: &Durations) -> v1::DurationFigure {
    v1::DurationFigure {
        definition: figure.to_string(),
        observed: durations.observed.map(number),
        done: durations.done.map(number),
        median: Some(quantile(durations.median)),
        nine_in_ten: Some(quantile(durations.nine_in_ten)),
        within_target_per_1000: durations.within.map(per_1000),
    }
}

fn quantile(quantile: Quantile) -> v1::Quantile {
    v1::Quantile {
        time: match quantile {
            Quantile::Minutes(minutes) => Some(duration(SignedDuration::from_mins(minutes.into()))),
            Quantile::NotReached | Quantile::TooFew => None,
        },
        not_reached: quantile == Quantile::NotReached,
    }
}

fn backlog(board: &Board) -> v1::BacklogFigure {
    let ages = board.ages.iter().map(|(age, count)| (age_kind(*age), *count));
    let holders = board
        .holders
        .iter()
        .map(|(holder, count)| (holder_kind(*holder), *count));
    let lateness = board
        .lateness
        .iter()
        .map(|(lateness, count)| (lateness_kind(*lateness), *count));
    v1::BacklogFigure {
        definition: Figure::Backlog.to_string(),
        open: board.open.map(number),
        ages: counts(ages),
        holders: counts(holders),
        lateness_definition: Figure::Lateness.to_string(),
        lateness: counts(lateness),
        late_by: board
            .late_by
            .as_ref()
            .map(|durations| duration_figure(Figure::Lateness, durations)),
    }
}

fn time_spent(board: &Board) -> v1::TimeSpentFigure {
    let parts = board.parts.iter().map(|(part, time)| v1::TimePart {
        part: part_kind(*part).to_owned(),
        time: Some(duration(*time)),
    });
    v1::TimeSpentFigure {
        definition: Figure::TimeSpent.to_string(),
        parts: parts.collect(),
    }
}

fn redirects(board: &Board) -> v1::RedirectFigure {
    let reasons = board.first_reasons.iter();
    v1::RedirectFigure {
        definition: Figure::Redirects.to_string(),
        redirected_per_1000: board.sent_on.map(per_1000),
        first_reasons: reasons
            .map(|(reason, redirects)| v1::RedirectReasonCount {
                reason: enums::redirect_reason(*reason).into(),
                redirects: number(*redirects),
            })
            .collect(),
    }
}

fn causes(board: &Board) -> v1::CauseFigure {
    let mut part = 0;
    let causes = board.causes.iter().map(|(cause, tickets)| {
        part += tickets;
        v1::CauseCount {
            blockage: cause.blockage.clone(),
            benefit: cause.benefit.clone(),
            agency: cause.agency.resource(),
            tickets: number(*tickets),
            cumulated_per_1000: per_1000(Share {
                part,
                whole: board.tickets,
            }),
        }
    });
    v1::CauseFigure {
        definition: Figure::Causes.to_string(),
        causes: causes.collect(),
        others: number(board.other_causes),
    }
}

fn effects(board: &Board) -> v1::EffectFigure {
    let effects = board.effects.iter().map(|(effect, tickets)| v1::EffectCount {
        effect: enums::effect(*effect).into(),
        tickets: number(*tickets),
    });
    v1::EffectFigure {
        definition: Figure::Effects.to_string(),
        effects: effects.collect(),
    }
}

fn counts(counts: impl Iterator<Item = (&'static str, u64)>) -> Vec<v1::TicketCount> {
    let counts = counts.map(|(kind, tickets)| v1::TicketCount {
        kind: kind.to_owned(),
        tickets: number(tickets),
    });
    counts.collect()
}

fn per_1000(share: Share) -> i32 {
    let thousandths = share.part.saturating_mul(1_000) / share.whole.max(1);
    i32::try_from(thousandths).unwrap_or(1_000)
}

fn duration(time: SignedDuration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: time.as_secs(),
        nanos: time.subsec_nanos(),
    }
}

fn age_kind(age: Age) -> &'static str {
    match age {
        Age::Week => "under-7-days",
        Age::Month => "7-to-29-days",
        Age::Quarter => "30-to-89-days",
        Age::Older => "90-days-or-more",
    }
}

fn holder_kind(holder: HolderKind) -> &'static str {
    match holder {
        HolderKind::Desk => "desk",
        HolderKind::Agent => "agent",
        HolderKind::Opener => "opener",
        HolderKind::Organisation => "organisation",
    }
}

fn lateness_kind(lateness: Lateness) -> &'static str {
    match lateness {
        Lateness::Late => "late",
        Lateness::Soon => "soon",
        Lateness::InTime => "in-time",
    }
}

fn part_kind(part: Part) -> &'static str {
    match part {
        Part::BeforeAcknowledgement => "before-acknowledgement",
        Part::AtAgency => "at-agency",
        Part::AwaitingReply => "awaiting-reply",
        Part::WrongAgency => "wrong-agency",
        Part::Triage => "triage",
        Part::ToBeConfirmed => "to-be-confirmed",
    }
}
