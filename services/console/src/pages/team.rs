//! The people one works with, who is away, and one's own absences.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_client::{Error, ErrorReason};
use declic_proto::v1::{self, Absence};
use declic_words::when::Reader as _;
use declic_words::{Arg, Family};
use http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;

use super::cases::time;
use crate::days::{self, read_day};
use crate::failure::{Failure, Held, held, render};
use crate::form::{Fields, Form, REQUEST};
use crate::options::{self, Choice, Group};
use crate::page::Page;
use crate::people;
use crate::visit::{Posted, Visit};

/// Somebody of the team.
pub struct Colleague {
    /// The name.
    pub name: String,
    /// The role, in words.
    pub role: String,
    /// The desks.
    pub desks: String,
    /// When away from now on, and who stands in.
    pub away: Vec<String>,
}

/// One of the reader's own absences, which is not over.
pub struct Own {
    /// When, and who stands in, in words.
    pub words: String,
    /// When it begins, in seconds, as its form sends it back.
    pub start: i64,
    /// When it ends.
    pub end: i64,
}

#[derive(Template)]
#[template(path = "team.html")]
struct Team<'a> {
    p: &'a Page,
    form: &'a Form,
    party: &'a str,
    members: Vec<Colleague>,
    own: Vec<Own>,
    may_be_away: bool,
    words: &'static str,
    deputies: Vec<Group>,
    done: &'static str,
}

/// Fields of the contract and those of the form.
const NAMES: &[(&str, &str)] = &[
    ("absences", "depuis"),
    ("absences.start_time", "depuis"),
    ("absences.end_time", "jusqu"),
    ("absences.deputy", "remplacant"),
];

/// How often a change is tried on absences that somebody else changes meanwhile.
const ATTEMPTS: u32 = 3;

/// The team.
pub async fn show(visit: Visit) -> Response {
    let mut fields = visit.query.clone();
    fields.set(REQUEST, visit.page.request(&0).to_owned());
    with(visit, Form::of(fields), None).await
}

/// Records when one is away, or that one is not.
pub async fn absent(posted: Posted) -> Response {
    let Posted { visit, fields } = posted;
    if !visit.who().may_be_away() {
        return Failure::Absent.into_page(visit.page);
    }
    let mut form = Form::of(fields.clone());
    let (change, done) = match form.value("etape") {
        "retirer" => (removal(&form), "retrait"),
        _ => (addition(&visit.page, &mut form), "absence"),
    };
    let Some(change) = change else {
        return with(visit, form, Some(fields)).await;
    };
    match record(&visit, &form, &change).await {
        Ok(()) => Redirect::to(&format!("/equipe?fait={done}")).into_response(),
        Err(error) if error.is_transient() => held(visit.page, form.fields(), Held::of(&error)),
        Err(error) => {
            visit.tell(&mut form, &error, NAMES);
            with(visit, form, Some(fields)).await
        }
    }
}

/// What becomes of one's absences.
enum Change {
    /// This one comes.
    Add(Absence),
    /// The one of this beginning and this end goes.
    Remove(i64, i64),
}

impl Change {
    /// The absences with it; `None` when it is so already.
    fn on(&self, mut absences: Vec<Absence>) -> Option<Vec<Absence>> {
        let before = absences.len();
        match self {
            Self::Add(absence) if absences.contains(absence) => {}
            Self::Add(absence) => absences.push(absence.clone()),
            Self::Remove(start, end) => absences
                .retain(|absence| (seconds(absence.start_time), seconds(absence.end_time)) != (*start, *end)),
        }
        (absences.len() != before).then_some(absences)
    }
}

fn seconds(time: Option<prost_types::Timestamp>) -> i64 {
    time.map_or(0, |time| time.seconds)
}

fn removal(form: &Form) -> Option<Change> {
    let number = |name| form.value(name).parse().ok();
    Some(Change::Remove(number("debut")?, number("fin")?))
}

/// The absence that was typed; what is wrong with its days is told beside them.
fn addition(page: &Page, form: &mut Form) -> Option<Change> {
    let mut day = |name: &str| {
        let typed = form.value(name).to_owned();
        let day = read_day(&typed);
        if day.is_none() {
            form.wrong(name, days::wrong(page, &typed));
        }
        day
    };
    let (from, until) = (day("depuis"), day("jusqu"));
    let (from, until) = (from?, until?);
    if until < from {
        form.wrong("jusqu", page.t("console-absence-backwards"));
    } else if until < page.today() {
        form.wrong("jusqu", page.t("console-absence-over"));
    }
    // Away on both days: back on the morning after the last.
    let back = until.tomorrow().unwrap_or(until);
    (!form.is_wrong()).then(|| {
        Change::Add(Absence {
            start_time: midnight(page, from),
            end_time: midnight(page, back),
            deputy: form.value("remplacant").to_owned(),
        })
    })
}

/// Records a change on the absences as they are now. What is so already, by a double click, needs nothing.
async fn record(visit: &Visit, form: &Form, change: &Change) -> Result<(), Error> {
    let name = visit.who().member.clone();
    let mut attempt = 1;
    loop {
        let asked = v1::GetMemberRequest { name: name.clone() };
        let member = visit.client.get_member(asked).await?.member;
        let before = member.unwrap_or_default().absences.unwrap_or_default();
        let Some(mut absences) = change.on(before.absences) else {
            return Ok(());
        };
        absences.sort_by_key(|absence| seconds(absence.start_time));
        let request = v1::SetMemberAbsencesRequest {
            request_id: form.value(REQUEST).to_owned(),
            name: name.clone(),
            absences: Some(v1::MemberAbsences {
                absences,
                etag: before.etag,
            }),
            reason: visit.page.t("console-absence-reason"),
        };
        match visit.client.set_member_absences(request).await {
            // Another page changed them between: what it did stays.
            Err(error) if error.reason == Some(ErrorReason::EtagOutdated) && attempt < ATTEMPTS => {
                attempt += 1
            }
            answer => return answer.map(drop),
        }
    }
}

fn midnight(page: &Page, day: Date) -> Option<prost_types::Timestamp> {
    let midnight = day.to_zoned(page.zone().clone()).ok()?.timestamp();
    Some(prost_types::Timestamp {
        seconds: midnight.as_second(),
        nanos: 0,
    })
}

/// The page with a form, or, when the hub goes away meanwhile, what was sent, to be sent again as it was.
async fn with(visit: Visit, form: Form, sent: Option<Fields>) -> Response {
    let who = visit.who();
    let parent = if who.agency.is_empty() {
        who.organisation.clone()
    } else {
        who.agency.clone()
    };
    if parent.is_empty() {
        return Redirect::to(who.home()).into_response();
    }
    let request = v1::ListMembersRequest {
        parent,
        page_size: 200,
        ..Default::default()
    };
    let read = tokio::try_join!(visit.client.list_members(request), desks(&visit));
    let (members, desks) = match read {
        Ok((answer, desks)) => (answer.members, desks),
        Err(error) => {
            return match (Failure::of(error), sent) {
                (Failure::Away, Some(sent)) => held(visit.page, &sent, Held::HubAway),
                (Failure::ReadOnly, Some(sent)) => held(visit.page, &sent, Held::ReadOnly),
                (failure, _) => failure.into_page(visit.page),
            };
        }
    };
    let page = &visit.page;
    let people = members.iter().filter(|member| people::is_person(member));
    let others = people.clone().filter(|member| member.name != who.member);
    let deputies = others
        .map(|member| Choice::new(&member.name, &member.display_name))
        .collect();
    let status = if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let shown = Team {
        p: page,
        form: &form,
        party: &who.party,
        members: people
            .map(|member| colleague(page, &members, &desks, member))
            .collect(),
        own: own(page, &members, &who.member),
        may_be_away: who.may_be_away(),
        words: if who.treats() {
            "console-absence-words"
        } else {
            "console-absence-words-opener"
        },
        deputies: options::plain(deputies),
        done: match form.value("fait") {
            "absence" => "console-absence-done",
            "retrait" => "console-absence-removed",
            _ => "",
        },
    };
    render(status, &shown)
}

/// The desks of the reader's agency; none for social workers.
async fn desks(visit: &Visit) -> Result<Vec<v1::Desk>, Error> {
    let name = visit.who().agency.clone();
    if name.is_empty() {
        return Ok(Vec::new());
    }
    let answer = visit.client.get_agency(v1::GetAgencyRequest { name }).await?;
    Ok(answer.agency.unwrap_or_default().desks)
}

fn colleague(page: &Page, all: &[v1::Member], desks: &[v1::Desk], member: &v1::Member) -> Colleague {
    let code = member.role().as_str_name().trim_start_matches("ROLE_");
    let own = desks.iter().filter(|desk| member.desks.contains(&desk.name));
    let desks: Vec<&str> = own.map(|desk| desk.display_name.as_str()).collect();
    Colleague {
        name: member.display_name.clone(),
        role: page.label(Family::Role, code),
        desks: desks.join(", "),
        away: to_come(page, member)
            .map(|absence| words(page, all, absence))
            .collect(),
    }
}

fn own(page: &Page, all: &[v1::Member], me: &str) -> Vec<Own> {
    let own = all.iter().filter(|member| member.name == me);
    own.flat_map(|member| to_come(page, member))
        .map(|absence| Own {
            words: words(page, all, absence),
            start: seconds(absence.start_time),
            end: seconds(absence.end_time),
        })
        .collect()
}

/// The absences that are not over.
fn to_come<'a>(page: &Page, member: &'a v1::Member) -> impl Iterator<Item = &'a Absence> {
    let now = page.now.as_second();
    let all = member.absences.iter().flat_map(|absences| &absences.absences);
    all.filter(move |absence| seconds(absence.end_time) > now)
}

/// "Du 1er au 2 décembre ; remplacement : Hugo Petit": in days where it is whole days, else to the minute.
fn words(page: &Page, all: &[v1::Member], absence: &Absence) -> String {
    let deputy = all.iter().find(|other| other.name == absence.deputy);
    let deputy = deputy.map_or_else(
        || page.t("console-away-nobody"),
        |deputy| deputy.display_name.clone(),
    );
    let (start, end) = (absence.start_time.and_then(time), absence.end_time.and_then(time));
    let (start, end) = (start.unwrap_or_default(), end.unwrap_or_default());
    let (key, start, end) = match (day_at(page, start), day_at(page, end)) {
        (Some(first), Some(back)) if back.yesterday().is_ok_and(|last| last == first) => {
            ("console-away-day", page.day(&first.to_string()), String::new())
        }
        (Some(first), Some(back)) => {
            let last = back.yesterday().unwrap_or(back);
            (
                "console-away-until",
                page.day(&first.to_string()),
                page.day(&last.to_string()),
            )
        }
        _ => ("console-away-until", page.moment(&start), page.moment(&end)),
    };
    let args = [("start", &start), ("end", &end), ("deputy", &deputy)];
    let args = args.map(|(name, value)| (name, Arg::Text(value.as_str())));
    declic_words::text(page.lang, key, &args)
}

/// The day that begins at this moment, where the reader is; `None` in the middle of one.
fn day_at(page: &Page, moment: Timestamp) -> Option<Date> {
    let there = moment.to_zoned(page.zone().clone());
    let is_midnight = there.start_of_day().is_ok_and(|start| start == there);
    is_midnight.then(|| there.date())
}
