//! Figures, from the sums that are kept ready.

use std::sync::OnceLock;

use declic_domain::figures::{Asking, Counted, Period, Weeks};
use declic_domain::policy::{self, Action, Scope, reader_scope};
use declic_proto::v1;
use declic_store::figures::departements;
use declic_store::{FigureState, Limit};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::caller::Caller;
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::figures as wire;

mod boards;

use boards::Board;
pub use boards::{Boards, Question, Write};

/// Sums up what may be told of what is asked for.
pub async fn summarize(
    hub: &Hub,
    caller: &Caller,
    request: v1::SummarizeFiguresRequest,
) -> Result<v1::SummarizeFiguresResponse, Error> {
    let today = hub.today();
    let asked = wire::parse(request, today)?;
    let scope = policy::figures_scope(&caller.member, Action::SummarizeFigures, hub.territory);
    let scope = scope.ok_or(Error::Absent)?;
    // Every département of the caller is read: the others tell whether this one is a group that may be told.
    if let Some(departement) = &asked.selection.departement
        && scope.clone().within(departement).is_none()
    {
        return Err(wire::elsewhere(departement, &departements(&scope), hub.territory));
    }
    let question = Question {
        departements: departements(&scope),
        selection: asked.selection,
        period: asked.period,
        today,
    };
    if let Some(told) = kept(hub, &question).await? {
        return Ok(told);
    }
    let (board, told) = make(hub, scope, &question).await?;
    hub.boards.keep(question, board.asked(hub.now()), hub.today());
    Ok(told)
}

/// Makes the board of the country that is usually asked for, which takes longest.
pub async fn make_usual(hub: &Hub, today: Date) -> Result<(), Error> {
    let scope = policy::counting_scope(hub.territory);
    let question = Question {
        departements: departements(&scope),
        selection: Default::default(),
        period: Period::new(None, None, today).map_err(Error::internal)?,
        today,
    };
    make_anew(hub, scope, question).await
}

/// Makes a board that nobody waits for, to be told later.
pub async fn make_anew(hub: &Hub, scope: Scope, question: Question) -> Result<(), Error> {
    let (board, _) = make(hub, scope, &question).await?;
    hub.boards.keep(question, board, hub.today());
    Ok(())
}

/// What a board that is kept tells.
async fn kept(hub: &Hub, question: &Question) -> Result<Option<v1::SummarizeFiguresResponse>, Error> {
    // A write may come between the reading of the state and the asking. One more reading nearly always finds none; who has
    // met two gets a board that is made, which has its own time.
    for _ in 0..2 {
        let now = hub.now();
        let state = hub.store.figure_state().await?;
        let as_of = as_of(hub, state, now).await?;
        if let Ok(told) = hub.boards.told(question, state.revision, as_of, hub.now()) {
            return Ok(told);
        }
    }
    Ok(None)
}

/// Reads the sums of a board, and tells it.
async fn make(
    hub: &Hub,
    scope: Scope,
    question: &Question,
) -> Result<(Board, v1::SummarizeFiguresResponse), Error> {
    let now = hub.now();
    let selection = question.selection.clone();
    let widened = OnceLock::new();
    let begin = || {
        let weeks = widened
            .get()
            .and_then(|period| Weeks::of(*period, question.today));
        Asking::new(selection.clone(), weeks)
    };
    let (mut asking, mut groups) = (None, 0);
    let mut each = |counted: Counted| {
        groups += 1;
        asking.get_or_insert_with(&begin).add(counted);
    };
    let months = |counts: &_| {
        let period = question.period.widened(counts, question.today);
        widened.get_or_init(|| period).months()
    };
    let read = hub.store.figures(&scope, &selection, &months, &mut each).await?;
    let asking = asking.unwrap_or_else(begin);
    let as_of = as_of(hub, read.state, now).await?;
    let mut board = Board::new(scope, question, read, asking, groups);
    let told = board.tell(as_of, hub.now());
    Ok((board, told))
}

/// Everything that happened until then is counted at this state, which was read at `now` or later, and what is open was
/// measured then or later.
async fn as_of(hub: &Hub, state: FigureState, now: Timestamp) -> Result<Timestamp, Error> {
    let next = hub
        .store
        .journal(&reader_scope(), state.seq, Limit::new(1))
        .await?;
    let not_counted = next
        .first()
        .map(|item| Timestamp::from_microsecond(item.recorded_at_us));
    let not_counted = not_counted.transpose().map_err(Error::internal)?;
    let bounds = [not_counted, state.measured_at].into_iter().flatten();
    Ok(bounds.fold(now, Timestamp::min))
}
