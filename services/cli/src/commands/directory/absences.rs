//! When a member is away. One absence is added to those that were read, or ended now.

use declic_client::Client;
use declic_proto::v1;
use declic_words::{Arg, text};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use prost_types::Timestamp as Sent64;
use serde_json::{Value, json};

use super::put::Sent;
use super::{bare_id, page, resource};
use crate::args::{Sending, SetAbsence};
use crate::failure::Failure;
use crate::screen::{Manner, Screen};
use crate::view::{given, time};
use declic_words::when;

pub(super) async fn set(client: &Client, options: SetAbsence, screen: &mut Screen) -> Result<(), Failure> {
    let sent = Sent::of(options.sending, options.reason, screen)?;
    let member = read(client, &options.member, screen).await?;
    let mut absences = member.absences.clone().unwrap_or_default();
    let deputy = options.deputy.map(|deputy| resource("members/", &deputy));
    absences.absences.push(v1::Absence {
        start_time: midnight(screen, Some(options.from))?,
        // The last day is one of the absence.
        end_time: midnight(screen, options.until.checked_add(1.day()).ok())?,
        deputy: deputy.unwrap_or_default(),
    });
    send(client, member, absences, &sent, screen).await
}

pub(super) async fn end(
    client: &Client,
    member: &str,
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let sent = Sent::of(sending, reason, screen)?;
    let member = read(client, member, screen).await?;
    let mut absences = member.absences.clone().unwrap_or_default();
    let now = screen.manner.now.as_second();
    // The one that runs, or else the next: they come in the order of time.
    let mut list = absences.absences.iter();
    let place = list.position(|absence| absence.end_time.is_some_and(|end| end.seconds > now));
    let none = || Failure::usage(text(screen.manner.lang, "cli-absence-none", &[]));
    let place = place.ok_or_else(none)?;
    let absence = &mut absences.absences[place];
    match absence.start_time.is_some_and(|start| start.seconds < now) {
        true => absence.end_time = Some(stamp(now)),
        false => {
            absences.absences.remove(place);
        }
    }
    send(client, member, absences, &sent, screen).await
}

async fn read(client: &Client, typed: &str, screen: &Screen) -> Result<v1::Member, Failure> {
    let name = resource("members/", typed);
    let read = client.get_member(v1::GetMemberRequest { name }).await;
    let read = read.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
    Ok(read.member.unwrap_or_default())
}

async fn send(
    client: &Client,
    member: v1::Member,
    mut absences: v1::MemberAbsences,
    sent: &Sent,
    screen: &mut Screen,
) -> Result<(), Failure> {
    if !sent.etag.is_empty() {
        absences.etag.clone_from(&sent.etag);
    }
    let request = v1::SetMemberAbsencesRequest {
        request_id: sent.id.to_string(),
        name: member.name.clone(),
        absences: Some(absences),
        reason: sent.reason.clone(),
    };
    let answer = client.set_member_absences(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    let absences = answer.absences.unwrap_or_default();
    if screen.manner.json {
        return screen.show_json(&json(&absences));
    }
    let lines = lines(&member, Some(&absences), &screen.manner);
    page(&member.display_name, &member.name, &lines, &absences.etag, screen)
}

/// The beginning of a day where the reader is.
fn midnight(screen: &Screen, day: Option<Date>) -> Result<Option<Sent64>, Failure> {
    let midnight = day.and_then(|day| day.to_zoned(screen.manner.zone.clone()).ok());
    let midnight =
        midnight.ok_or_else(|| Failure::usage(text(screen.manner.lang, "cli-absence-day", &[])))?;
    Ok(Some(stamp(midnight.timestamp().as_second())))
}

fn stamp(seconds: i64) -> Sent64 {
    Sent64 { seconds, nanos: 0 }
}

/// Those that are not over, line by line.
pub(super) fn lines(
    member: &v1::Member,
    absences: Option<&v1::MemberAbsences>,
    manner: &Manner,
) -> Vec<(&'static str, String)> {
    let list = absences.map_or(&[][..], |absences| &absences.absences);
    let is_of_desk = !member.agency.is_empty();
    let left = list.iter().filter_map(|absence| {
        let (from, until) = (time(absence.start_time)?, time(absence.end_time)?);
        (until > manner.now).then(|| shown(manner, (from, until), &absence.deputy, is_of_desk))
    });
    left.map(|shown| ("table-away", shown)).collect()
}

fn shown(manner: &Manner, (from, until): (Timestamp, Timestamp), deputy: &str, is_of_desk: bool) -> String {
    let (from, until) = (when::stamp(manner, from), when::stamp(manner, until));
    let deputy = bare_id(deputy);
    let args = [
        ("from", Arg::Text(from.as_str())),
        ("until", Arg::Text(&until)),
        ("deputy", Arg::Text(&deputy)),
    ];
    match (deputy.is_empty(), is_of_desk) {
        (true, true) => manner.text("cli-away", &args[..2]),
        (true, false) => manner.text("cli-away-alone", &args[..2]),
        (false, _) => manner.text("cli-away-deputy", &args),
    }
}

pub(super) fn json(absences: &v1::MemberAbsences) -> Value {
    let told = |at| time(at).map(|at| at.to_string());
    let list = absences.absences.iter().map(|one| {
        json!({
            "start_time": told(one.start_time), "end_time": told(one.end_time),
            "deputy": given(one.deputy.clone()),
        })
    });
    json!({ "absences": list.collect::<Vec<_>>(), "etag": given(absences.etag.clone()) })
}
