//! Figures: what is asked for, and what goes out of a board.

use declic_domain::clock::timeline::Part;
use declic_domain::disclosure::Share;
use declic_domain::figures::{
    Age, Board, Durations, Figure, HolderKind, Lateness, Period, PeriodError, Quantile, Rate, Reception,
    Selection, Weeks,
};
use declic_domain::name::AgencyId;
use declic_proto::v1;
use declic_routing::{Benefit, Blockage, Territory};
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

/// A département that is none of the caller's: which are is no secret to them.
pub fn elsewhere(asked: &str, own: &[String], territory: &Territory) -> Error {
    let mut all = territory.departements().iter();
    let problem = match all.any(|departement| departement.code == asked) {
        true => format!("is none of yours: give one of \"{}\"", own.join(", ")),
        false => unknown("départements", asked),
    };
    Error::field("departement", problem)
}

fn unknown(list: &str, code: &str) -> String {
    let code: String = code.chars().take(40).collect();
    format!("unknown code {code:?}: give one of the list of {list}")
}

/// What may be told, as it goes out.
pub fn render(
    period: Period,
    weeks: Option<Weeks>,
    as_of: Timestamp,
    board: Option<Board>,
) -> v1::SummarizeFiguresResponse {
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
        information_requests: Some(information_requests(&board)),
        reopenings: Some(v1::ReopeningFigure {
            definition: Figure::Reopenings.to_string(),
            reopened_per_1000: board.reopened.map(per_1000),
        }),
        rises: weeks.and_then(|weeks| rises(weeks, &board)),
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
    let receptions = board
        .receptions
        .iter()
        .map(|(reception, count)| (reception_kind(*reception), *count));
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
        reception_definition: Figure::Reception.to_string(),
        receptions: counts(receptions),
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
    let causes = board.causes.iter().map(|one| v1::CauseCount {
        blockage: one.cause.blockage.clone(),
        benefit: one.cause.benefit.clone(),
        agency: one.cause.agency.resource(),
        tickets: number(one.tickets),
        cumulated_per_1000: per_1000(one.cumulated),
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
        unconfirmed_definition: Figure::UnconfirmedClosures.to_string(),
        unconfirmed_per_1000: board.unconfirmed.map(per_1000),
    }
}

fn information_requests(board: &Board) -> v1::InformationRequestFigure {
    v1::InformationRequestFigure {
        definition: Figure::InformationRequests.to_string(),
        requests_per_1000: board.requests.map(|Rate { times, of }| thousandths(times, of)),
        asked_per_1000: board.asked.map(per_1000),
    }
}

fn rises(weeks: Weeks, board: &Board) -> Option<v1::RiseFigure> {
    let (since, until) = weeks.days();
    let rises = board.rises.as_ref()?.iter().map(|rise| v1::Rise {
        agency: rise.agency.resource(),
        blockage: rise.blockage.clone(),
        tickets: number(rise.tickets),
        tickets_before: rise.before.map(number),
    });
    Some(v1::RiseFigure {
        definition: Figure::Rises.to_string(),
        since: since.to_string(),
        until: until.to_string(),
        rises: rises.collect(),
    })
}

fn counts(counts: impl Iterator<Item = (&'static str, u64)>) -> Vec<v1::TicketCount> {
    let counts = counts.map(|(kind, tickets)| v1::TicketCount {
        kind: kind.to_owned(),
        tickets: number(tickets),
    });
    counts.collect()
}

fn per_1000(share: Share) -> i32 {
    thousandths(share.part, share.whole)
}

fn thousandths(times: u64, of: u64) -> i32 {
    let thousandths = times.saturating_mul(1_000) / of.max(1);
    i32::try_from(thousandths).unwrap_or(i32::MAX)
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

fn reception_kind(reception: Reception) -> &'static str {
    match reception {
        Reception::Undelivered => "undelivered",
        Reception::Unread => "unread",
        Reception::Read => "read",
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
