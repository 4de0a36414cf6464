//! When an agency is open: what is typed is changed, what is not stays as it was read.

use declic_client::Client;
use declic_proto::v1;
use declic_words::text;
use serde_json::{Value, json};

use super::put::Sent;
use super::{page, resource, week};
use crate::args::SetCalendar;
use crate::failure::Failure;
use crate::screen::{Manner, Screen};
use crate::view::{bare, given};

pub(super) async fn set(client: &Client, options: SetCalendar, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let sent = Sent::of(options.sending, options.reason, screen)?;
    let name = resource("agencies/", &options.agency);
    let read = client
        .get_agency(v1::GetAgencyRequest { name: name.clone() })
        .await;
    let read = read.map_err(|error| Failure::of_call(lang, &error))?;
    let agency = read.agency.unwrap_or_default();
    let mut calendar = agency.calendar.unwrap_or_default();
    if !sent.etag.is_empty() {
        calendar.etag.clone_from(&sent.etag);
    }
    if !options.open.is_empty() {
        let openings = options.open.iter().map(|typed| week::openings(typed));
        let openings: Option<Vec<_>> = openings.collect();
        let openings = openings.ok_or_else(|| Failure::usage(text(lang, "cli-open-form", &[])))?;
        calendar.hours = openings.concat();
    }
    if options.no_closures {
        calendar.closures.clear();
    }
    let closures = options.closed.iter().map(|typed| week::closure(typed));
    let closures: Option<Vec<_>> = closures.collect();
    let closures = closures.ok_or_else(|| Failure::usage(text(lang, "cli-closed-form", &[])))?;
    calendar.closures.extend(closures);
    let request = v1::SetAgencyCalendarRequest {
        request_id: sent.id.to_string(),
        name: name.clone(),
        calendar: Some(calendar),
        reason: sent.reason.clone(),
    };
    let answer = client.set_agency_calendar(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    let calendar = answer.calendar.unwrap_or_default();
    if screen.manner.json {
        return screen.show_json(&json(&calendar));
    }
    let lines = lines(Some(&calendar), &screen.manner);
    page(&agency.display_name, &name, &lines, &calendar.etag, screen)
}

/// When it is open and when it is shut, line by line.
pub(super) fn lines(calendar: Option<&v1::AgencyCalendar>, manner: &Manner) -> Vec<(&'static str, String)> {
    let Some(calendar) = calendar else {
        return Vec::new();
    };
    let hours = week::shown(manner, &calendar.hours);
    let closures = calendar.closures.iter();
    let closures = closures.map(|closure| ("table-closed", week::closure_shown(manner, closure)));
    hours
        .into_iter()
        .map(|hours| ("table-open", hours))
        .chain(closures)
        .collect()
}

pub(super) fn json(calendar: &v1::AgencyCalendar) -> Value {
    let hours = calendar.hours.iter();
    let hours = hours.map(|one| json!({ "weekday": one.weekday, "opens": one.opens, "closes": one.closes }));
    let closures = calendar.closures.iter().map(|one| {
        json!({
            "first_day": one.first_day, "last_day": given(one.last_day.clone()),
            "part": bare(one.part().as_str_name(), "CLOSURE_PART_"),
        })
    });
    json!({
        "hours": hours.collect::<Vec<_>>(), "closures": closures.collect::<Vec<_>>(),
        "etag": given(calendar.etag.clone()),
    })
}
