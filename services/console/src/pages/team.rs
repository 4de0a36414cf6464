//! The people one works with, who is away, and one's own absence.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_proto::v1;
use declic_words::Family;
use http::StatusCode;
use jiff::civil::Date;

use super::cases::time;
use super::new::read_day;
use crate::failure::{Failure, Held, held, render};
use crate::form::{Form, REQUEST};
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
    /// Until when away, and who stands in; empty when at work.
    pub away: String,
}

#[derive(Template)]
#[template(path = "team.html")]
struct Team<'a> {
    p: &'a Page,
    form: &'a Form,
    party: &'a str,
    members: Vec<Colleague>,
    may_be_away: bool,
    deputies: Vec<Group>,
    done: bool,
}

/// The team.
pub async fn show(visit: Visit) -> Response {
    let mut fields = visit.query.clone();
    fields.set(REQUEST, visit.page.request(&0).to_owned());
    with(visit, Form::of(fields)).await
}

/// Records when one is away.
pub async fn absent(posted: Posted) -> Response {
    let Posted { visit, fields } = posted;
    let mut form = Form::of(fields);
    let mut day = |name: &str| {
        let day = read_day(form.value(name));
        if day.is_none() {
            form.wrong(name, visit.page.t("console-wrong-day"));
        }
        day
    };
    let (Some(from), Some(until)) = (day("depuis"), day("jusqu")) else {
        return with(visit, form).await;
    };
    match record(&visit, &form, from, until).await {
        Ok(()) => Redirect::to("/equipe?fait=absence").into_response(),
        Err(error) if error.is_transient() => held(visit.page, form.fields(), Held::HubAway),
        Err(error) => {
            form.refused(visit.page.lang, &error.violations, &[]);
            if !form.is_wrong() {
                form.wrong("", visit.page.label(Family::ErrorReason, error.reason_name()));
            }
            with(visit, form).await
        }
    }
}

async fn record(visit: &Visit, form: &Form, from: Date, until: Date) -> Result<(), declic_client::Error> {
    let name = visit.who().member.clone();
    let member = visit
        .client
        .get_member(v1::GetMemberRequest { name: name.clone() })
        .await?;
    let mut absences = member.member.unwrap_or_default().absences.unwrap_or_default();
    // Away on both days: back on the morning after the last.
    let back = until.tomorrow().unwrap_or(until);
    absences.absences.push(v1::Absence {
        start_time: midnight(&visit.page, from),
        end_time: midnight(&visit.page, back),
        deputy: form.value("remplacant").to_owned(),
    });
    absences
        .absences
        .sort_by_key(|absence| absence.start_time.map(|time| time.seconds));
    let request = v1::SetMemberAbsencesRequest {
        request_id: form.value(REQUEST).to_owned(),
        name,
        absences: Some(absences),
        reason: visit.page.t("console-absence-reason"),
    };
    visit.client.set_member_absences(request).await.map(drop)
}

fn midnight(page: &Page, day: Date) -> Option<prost_types::Timestamp> {
    use declic_words::when::Reader as _;
    let midnight = day.to_zoned(page.zone().clone()).ok()?.timestamp();
    Some(prost_types::Timestamp {
        seconds: midnight.as_second(),
        nanos: 0,
    })
}

async fn with(visit: Visit, form: Form) -> Response {
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
    let members = match visit.client.list_members(request).await {
        Ok(answer) => answer.members,
        Err(error) => return Failure::of(error).into_page(visit.page),
    };
    let page = &visit.page;
    let people = members
        .iter()
        .filter(|member| member.role() != v1::Role::Connector);
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
        members: people.map(|member| colleague(page, &members, member)).collect(),
        may_be_away: who.treats(),
        deputies: options::plain(deputies),
        done: form.value("fait") == "absence",
    };
    render(status, &shown)
}

fn colleague(page: &Page, all: &[v1::Member], member: &v1::Member) -> Colleague {
    let code = member.role().as_str_name().trim_start_matches("ROLE_");
    let absences = member
        .absences
        .as_ref()
        .map_or(&[][..], |absences| &absences.absences);
    let away = absences.iter().find_map(|absence| {
        let (start, end) = (time(absence.start_time?)?, time(absence.end_time?)?);
        if end <= page.now {
            return None;
        }
        let deputy = all.iter().find(|other| other.name == absence.deputy);
        let deputy = deputy.map_or_else(
            || page.t("console-away-desk"),
            |deputy| deputy.display_name.clone(),
        );
        let (start, end) = (page.moment(&start), page.moment(&end));
        let args = [
            ("start", start.as_str()),
            ("end", end.as_str()),
            ("deputy", deputy.as_str()),
        ];
        let args = args.map(|(name, value)| (name, declic_words::Arg::Text(value)));
        Some(declic_words::text(page.lang, "console-away-until", &args))
    });
    let desks: Vec<&str> = member.desks.iter().map(|desk| people::last(desk)).collect();
    Colleague {
        name: member.display_name.clone(),
        role: page.label(Family::Role, code),
        desks: desks.join(", "),
        away: away.unwrap_or_default(),
    }
}
