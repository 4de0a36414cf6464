//! Figures, from the sums that are kept ready.

use declic_calendar::Calendar;
use declic_domain::figures::{Asking, Weeks};
use declic_domain::policy::{self, Action, reader_scope};
use declic_proto::v1;
use declic_store::figures::departements;
use declic_store::{FigureFilter, FigureState, Limit};
use jiff::Timestamp;

use crate::caller::Caller;
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::figures as wire;

mod kept;

pub use kept::Kept;
use kept::Question;

/// Sums up what may be told of what is asked for.
pub async fn summarize(
    hub: &Hub,
    kept: &Kept,
    caller: &Caller,
    request: v1::SummarizeFiguresRequest,
) -> Result<v1::SummarizeFiguresResponse, Error> {
    let today = Calendar::for_departement("").date_of(hub.now());
    let asked = wire::parse(request, today)?;
    let scope = policy::figures_scope(&caller.member, Action::SummarizeFigures, hub.territory);
    let scope = scope.ok_or(Error::Absent)?;
    // Every département of the caller is read: the others tell whether this one is a group that may be told.
    if let Some(departement) = &asked.selection.departement
        && scope.clone().within(departement).is_none()
    {
        return Err(wire::elsewhere(departement, &departements(&scope), hub.territory));
    }
    let now = hub.now();
    let question = Question::new(
        departements(&scope),
        asked.selection.clone(),
        asked.period.months(),
        today,
    );
    if let Some(told) = kept.told(&question, now) {
        return Ok(told);
    }
    // First until when they are made: what is read after it is as late at least.
    let as_of = as_of(hub, hub.store.figure_state().await?).await?;
    let months = hub.store.figure_months(&scope, &asked.selection).await?;
    let period = asked.period.widened(&months, today);
    let weeks = Weeks::of(period, today);
    let mut asking = Asking::new(asked.selection.clone(), weeks);
    let filter = FigureFilter {
        months: period.months(),
        selection: asked.selection,
    };
    let mut groups = 0;
    let mut each = |counted| {
        groups += 1;
        asking.add(&counted);
    };
    hub.store.figures(&scope, &filter, &mut each).await?;
    let board = wire::render(period, weeks, as_of, asking.board());
    kept.keep(question, groups, now, &board);
    Ok(board)
}

/// Everything that happened until then is counted, and what is open was measured then or later.
async fn as_of(hub: &Hub, state: FigureState) -> Result<Timestamp, Error> {
    let next = hub
        .store
        .journal(&reader_scope(), state.seq, Limit::new(1))
        .await?;
    let not_counted = next
        .first()
        .map(|item| Timestamp::from_microsecond(item.recorded_at_us));
    let not_counted = not_counted.transpose().map_err(Error::internal)?;
    let bounds = [not_counted, state.measured_at].into_iter().flatten();
    Ok(bounds.fold(hub.now(), Timestamp::min))
}
