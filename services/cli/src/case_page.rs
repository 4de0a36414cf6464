//! A case as somebody reads it who has never seen it: who has the ball, since when, what comes next, and the thread.

mod thread;

use declic_words::{Arg, Family, next_step};

use crate::screen::{Manner, WIDTH, plain, wrap};
use crate::view::{Case, Decision, InformationRequest, Ticket};
use declic_words::when;

const LABELS: usize = 12;

/// A page being written.
struct Page<'a> {
    manner: &'a Manner,
    /// The tickets that are on this page.
    tickets: &'a [Ticket],
    text: String,
}

/// The whole case.
pub fn case(manner: &Manner, case: &Case) -> String {
    let mut page = Page {
        manner,
        tickets: &case.tickets,
        text: String::new(),
    };
    let state = manner.label(Family::CaseState, case.state);
    page.title(&manner.text(
        "page-case",
        &[
            ("reference", Arg::Text(&case.reference)),
            ("state", Arg::Text(&state)),
        ],
    ));
    if let Some(person) = &case.person {
        let name = format!("{} {}", person.given_name, person.family_name);
        let born = when::day(manner, &person.birth_date);
        page.field(
            "page-person",
            &manner.text(
                "page-born",
                &[("name", Arg::Text(&name)), ("day", Arg::Text(&born))],
            ),
        );
        if let Some(identifier) = &person.agency_identifier {
            page.field("page-identifier", identifier);
        }
    }
    if let Some(facts) = &case.facts {
        page.field("page-benefit", &benefit(&facts.benefit));
        if let Some(blockage) = &facts.blockage {
            page.field("page-blockage", &manner.label(Family::Blockage, blockage));
        }
        page.field("page-commune", &commune(&facts.commune));
    }
    if let Some(time) = case.open_time {
        let moment = when::moment(manner, time);
        let (by, organisation) = thread::opener(case);
        let args = [
            ("moment", Arg::Text(moment.as_str())),
            ("by", Arg::Text(by)),
            ("organisation", Arg::Text(organisation)),
        ];
        page.field("page-opened", &manner.text("page-opened-by", &args));
        let follower = thread::follower(case);
        if follower != by {
            page.field("page-follower", follower);
        }
    }
    if let Some(day) = case
        .mandate
        .as_ref()
        .and_then(|mandate| mandate.revoked_on.as_ref())
    {
        let day = when::day(manner, day);
        let revoked = manner.text("page-mandate-revoked", &[("day", Arg::Text(&day))]);
        page.field("page-mandate", &revoked);
    }
    if case.urgent {
        page.field("page-urgent", &manner.text("page-urgent-yes", &[]));
    }
    if let Some(explanation) = &case.explanation {
        page.field("page-explanation", explanation);
    }
    page.balls();
    for ticket in &case.tickets {
        page.text.push('\n');
        page.ticket(ticket);
    }
    page.text
}

/// One ticket alone.
pub fn ticket(manner: &Manner, ticket: &Ticket) -> String {
    let mut page = Page {
        manner,
        tickets: std::slice::from_ref(ticket),
        text: String::new(),
    };
    page.ticket(ticket);
    page.text
}

/// Where a case goes, and why, as indented lines.
pub fn decision(manner: &Manner, decision: &Decision) -> String {
    let mut page = Page {
        manner,
        tickets: &[],
        text: String::new(),
    };
    page.decision(decision);
    page.text
}

/// Where a decision leads, on one line: its agencies, or what it could not settle.
pub fn destination(manner: &Manner, decision: &Decision) -> String {
    if decision.agencies.is_empty() {
        return manner.label(Family::RoutingOutcome, decision.outcome);
    }
    let agencies: Vec<&str> = decision.agencies.iter().map(|slug| agency(slug)).collect();
    agencies.join(", ")
}

/// Who holds a ticket and since when, on one line; empty once ended.
pub fn holder(manner: &Manner, ticket: &Ticket) -> String {
    let Some(holder) = &ticket.holder else {
        return String::new();
    };
    let name = if holder.display_name.is_empty() {
        short(&holder.party)
    } else {
        &holder.display_name
    };
    match holder.since {
        Some(since) => {
            let (moment, ago) = (when::moment(manner, since), when::ago(manner, since));
            let args = [
                ("name", Arg::Text(name)),
                ("moment", Arg::Text(&moment)),
                ("ago", Arg::Text(ago.as_str())),
            ];
            manner.text("page-held-since", &args)
        }
        None => name.to_owned(),
    }
}

/// Name of a benefit, in French as in the catalogue; its code when it has none.
pub fn benefit(code: &str) -> String {
    declic_routing::Benefit::find(code).map_or_else(|| code.to_owned(), |benefit| benefit.name_fr.to_owned())
}

/// Name of an agency from its resource name or its slug; as it is when the directory of the rules has none.
pub fn agency(name: &str) -> &str {
    let slug = short(name);
    let known = declic_routing::Territory::embedded().agency(slug);
    known.map_or(slug, |agency| agency.name_fr)
}

/// What a name ends with: `camille.martin` for `members/camille.martin`.
pub fn short(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, last)| last)
}

/// "26-04817-K/1".
pub fn address(ticket: &Ticket) -> String {
    match ticket.number {
        Some(number) if !ticket.reference.is_empty() => format!("{}/{number}", ticket.reference),
        _ => ticket.name.clone(),
    }
}

fn commune(code: &str) -> String {
    match declic_routing::Territory::embedded().commune(code) {
        Ok(resolved) => format!("{} ({code})", resolved.commune.name),
        Err(_) => code.to_owned(),
    }
}

impl Page<'_> {
    fn title(&mut self, words: &str) {
        self.text.push_str(&self.manner.heading(&plain(words)));
        self.text.push('\n');
    }

    /// A label and its value, the value's further lines under the first.
    fn field(&mut self, key: &str, value: &str) {
        let label = self.manner.text(key, &[]);
        self.entry(&label, value);
    }

    fn entry(&mut self, label: &str, value: &str) {
        let mut label = label;
        for line in wrap(&plain(value), WIDTH - LABELS - 4) {
            let gap = (LABELS + 2).saturating_sub(label.chars().count()).max(2);
            self.text
                .push_str(format!("  {label}{:gap$}{line}", "").trim_end());
            self.text.push('\n');
            label = "";
        }
    }

    fn ticket(&mut self, ticket: &Ticket) {
        let manner = self.manner;
        let (address, agency) = (address(ticket), agency_name(ticket));
        let args = [
            ("ticket", Arg::Text(address.as_str())),
            ("agency", Arg::Text(agency)),
        ];
        self.title(&manner.text("page-ticket", &args));
        let held = holder(manner, ticket);
        if !held.is_empty() {
            self.field("page-holder", &held);
        }
        self.field("page-state", &manner.label(Family::TicketState, ticket.state));
        if let Some(time) = ticket.remind_time {
            self.field("page-reminded", &when::moment(manner, time));
        }
        if let Some(level) = ticket.escalation_level {
            self.field("page-escalated", &level.to_string());
        }
        if ticket.read_only {
            self.field("page-reading", &manner.text("page-read-only", &[]));
        }
        let mut label = manner.text("page-shared-with", &[]);
        for reader in &ticket.shared_with {
            self.entry(&label, &reader.agency_display_name);
            label.clear();
        }
        let mut label = manner.text("page-former-agencies", &[]);
        for former in &ticket.former_agencies {
            self.entry(&label, self::agency(former));
            label.clear();
        }
        if let Some(outcome) = ticket.outcome {
            self.field("page-outcome", &manner.label(Family::Outcome, outcome));
        }
        if let Some(effect) = ticket.effect {
            self.field("page-effect", &manner.label(Family::Effect, effect));
        }
        self.field("page-next", &next_step(manner.lang, ticket.state));
        if let Some(due) = ticket.due_time {
            let moment = when::moment(manner, due);
            let key = match due < manner.now {
                true => "page-due-late",
                false => "page-due-at-moment",
            };
            self.field(
                "page-due-at",
                &manner.text(key, &[("moment", Arg::Text(&moment))]),
            );
        }
        for step in &ticket.next_steps {
            let due = step.due_on.as_deref().map(|day| when::day(manner, day));
            let line = due.map(|day| {
                let args = [
                    ("day", Arg::Text(day.as_str())),
                    ("label", Arg::Text(&step.label)),
                ];
                manner.text("page-step", &args)
            });
            self.entry("", &line.unwrap_or_else(|| step.label.clone()));
        }
        if let Some(request) = &ticket.information_request {
            self.request(request);
        }
        for field in &ticket.missing_identifiers {
            let name = field.replace(['.', '_'], "-");
            self.field("page-missing", &manner.text(&format!("field-{name}"), &[]));
        }
        if let Some(reason) = &ticket.triage_reason {
            self.field("page-triage", &manner.label(Family::TriageReason, reason));
        }
        if let Some(intended) = &ticket.intended_agency {
            self.field("page-intended", self::agency(intended));
        }
        for (key, other) in [
            ("page-predecessor", &ticket.predecessor),
            ("page-successor", &ticket.successor),
        ] {
            if let Some(other) = other {
                let address = format!("{}/{}", ticket.reference, short(other));
                let known = self.tickets.iter().find(|known| known.name == *other);
                let named = known.map(|known| format!("{address}, {}", agency_name(known)));
                self.field(key, &named.unwrap_or(address));
            }
        }
        if let Some(proposal) = &ticket.proposal {
            self.field("page-proposal", &destination(manner, proposal));
        }
        if let Some(decision) = &ticket.decision {
            self.decision(decision);
        }
        self.thread(ticket);
    }

    /// Who has the balls of a case with several tickets, before anything else is told about each.
    fn balls(&mut self) {
        let (manner, tickets) = (self.manner, self.tickets);
        if tickets.len() < 2 {
            return;
        }
        let mut label = manner.text("page-now", &[]);
        for ticket in tickets {
            let held = holder(manner, ticket);
            if !held.is_empty() {
                let (address, agency) = (address(ticket), agency_name(ticket));
                let args = [
                    ("ticket", Arg::Text(address.as_str())),
                    ("agency", Arg::Text(agency)),
                    ("holder", Arg::Text(held.as_str())),
                ];
                self.entry(&label, &manner.text("page-ball", &args));
                label.clear();
            }
        }
    }

    fn decision(&mut self, decision: &Decision) {
        let manner = self.manner;
        let mut label = manner.text("page-why", &[]);
        for reason in &decision.reasons {
            self.entry(&label, reason);
            label.clear();
        }
        if let Some(question) = &decision.question {
            self.field("page-question", question);
        }
        let explained = &decision.explained;
        let mut label = manner.text("page-answers", &[]);
        for answer in &explained.answers {
            self.entry(&label, &answer.label);
            label.clear();
        }
        let mut label = manner.text("page-facts", &[]);
        for fact in explained.facts.iter().filter(|fact| fact.counted) {
            let origin = manner.label(Family::FactOrigin, fact.origin);
            self.entry(&label, &format!("{} ({origin})", fact.label));
            label.clear();
        }
        if let Some(confidence) = explained.confidence {
            self.field(
                "page-confidence",
                &manner.label(Family::RoutingConfidence, confidence),
            );
        }
        if let Some(runner_up) = &explained.runner_up {
            self.field("page-runner-up", &runner_up.label);
        }
        let mut label = manner.text("page-would-change", &[]);
        let told = |line: &&String| {
            let others = explained.answers.iter().chain(&explained.runner_up);
            !others.into_iter().any(|other| other.label == **line)
        };
        for change in decision.would_change.iter().filter(told) {
            self.entry(&label, change);
            label.clear();
        }
        if !decision.ruleset.is_empty() {
            self.field("page-ruleset", &decision.ruleset);
        }
    }

    fn request(&mut self, request: &InformationRequest) {
        let manner = self.manner;
        if let Some(day) = &request.due_on {
            let day = when::day(manner, day);
            self.field(
                "page-due",
                &manner.text("page-due-by", &[("day", Arg::Text(&day))]),
            );
        }
        for item in &request.items {
            let kind = manner.label(Family::InformationKind, item.kind);
            let number = i64::try_from(item.number).unwrap_or(i64::MAX);
            let answered = manner.text(
                if item.answered {
                    "page-item-answered"
                } else {
                    "page-item-awaited"
                },
                &[],
            );
            let args = [
                ("number", Arg::Number(number)),
                ("kind", Arg::Text(&kind)),
                ("label", Arg::Text(&item.label)),
                ("why", Arg::Text(&item.why)),
                ("answered", Arg::Text(&answered)),
            ];
            // Who does not read its words is told that it was asked, and whether it was answered.
            let key = if item.label.is_empty() {
                "page-item-unread"
            } else {
                "page-item"
            };
            self.entry("", &manner.text(key, &args));
        }
    }
}

/// Name of the agency of a ticket, as the hub gives it.
pub fn agency_name(ticket: &Ticket) -> &str {
    if ticket.agency_display_name.is_empty() {
        short(&ticket.agency)
    } else {
        &ticket.agency_display_name
    }
}

#[cfg(test)]
mod tests {
    use declic_proto::v1;

    use super::*;
    use crate::screen::tests::manner;
    use crate::view::Event;

    #[test]
    fn a_case_says_who_has_the_ball_since_when_and_what_comes_next() {
        insta::assert_snapshot!(case(&manner(), &sample()));
    }

    #[test]
    fn who_does_not_read_what_is_asked_reads_that_it_is_awaited() {
        let mut seen = awaiting();
        for item in &mut seen
            .information_request
            .as_mut()
            .expect("it awaits a reply")
            .items
        {
            item.label.clear();
            item.why.clear();
        }
        let mut case = sample();
        case.tickets[0] = Ticket::from(seen);
        let page = super::case(&manner(), &case);
        assert!(page.contains("1. Pièce, attendu"), "{page}");
        assert!(!page.contains("()"), "{page}");
    }

    #[test]
    fn a_case_is_the_same_json_for_every_program() {
        let shown = serde_json::to_string_pretty(&sample()).expect("JSON");
        insta::assert_snapshot!(shown);
    }

    fn at(text: &str) -> Option<prost_types::Timestamp> {
        let time: jiff::Timestamp = text.parse().expect("a time");
        Some(prost_types::Timestamp {
            seconds: time.as_second(),
            nanos: 0,
        })
    }

    /// An invented case: one ticket waits for the social worker, the other agency's shows only where it stands.
    fn sample() -> Case {
        let events = vec![
            event(
                1,
                "OPENED",
                "Camille Martin",
                "CCAS de Pontivy",
                "RSA suspendu depuis le 5 octobre.",
            ),
            event(2, "ACKNOWLEDGED", "Erwan Jégo", "CAF du Morbihan", ""),
            event(
                3,
                "INFORMATION_REQUESTED",
                "Erwan Jégo",
                "CAF du Morbihan",
                "Il manque le bail.\nMerci.",
            ),
        ];
        let other = v1::Ticket {
            name: "cases/0190f3a2-0000-7000-8000-000000000000/tickets/2".to_owned(),
            state: v1::TicketState::Closed.into(),
            agency: "agencies/dep-56".to_owned(),
            agency_display_name: "Département du Morbihan".to_owned(),
            ..Default::default()
        };
        let mut case = Case::from(v1::Case {
            name: "cases/0190f3a2-0000-7000-8000-000000000000".to_owned(),
            reference: "26-04817-K".to_owned(),
            etag: "e1".to_owned(),
            state: v1::CaseState::Open.into(),
            open_time: at("2026-11-19T09:32:00Z"),
            organisation: "organisations/ccas-pontivy".to_owned(),
            opener: "members/camille.martin".to_owned(),
            opener_display_name: "Camille Martin".to_owned(),
            urgent: true,
            facts: Some(v1::Facts {
                commune: "56178".to_owned(),
                regime: v1::Regime::General.into(),
                benefit: "RSA".to_owned(),
                blockage: "CONTROL_SUSPENSION".to_owned(),
                ..Default::default()
            }),
            person: Some(v1::Person {
                given_name: "Jeanne".to_owned(),
                family_name: "Exemple".to_owned(),
                birth_date: "1984-07-14".to_owned(),
                ..Default::default()
            }),
            explanation:
                "RSA suspendu depuis le 5 octobre, sans courrier. Deux appels sans réponse, un passage à \
                          l’accueil sans suite, plus de ressources depuis six semaines."
                    .to_owned(),
            tickets: vec![awaiting(), other],
            ..Default::default()
        });
        case.tickets[0].events = Some(events);
        case
    }

    fn awaiting() -> v1::Ticket {
        v1::Ticket {
            name: "cases/0190f3a2-0000-7000-8000-000000000000/tickets/1".to_owned(),
            reference: "26-04817-K".to_owned(),
            etag: "e2".to_owned(),
            state: v1::TicketState::AwaitingReply.into(),
            epoch: 1,
            agency: "agencies/caf-56".to_owned(),
            agency_display_name: "CAF du Morbihan".to_owned(),
            holder: Some(v1::Holder {
                party: "members/camille.martin".to_owned(),
                display_name: "Camille Martin".to_owned(),
                since: at("2026-11-20T08:00:00Z"),
            }),
            benefit: "RSA".to_owned(),
            information_request: Some(v1::InformationRequest {
                items: vec![v1::InformationItem {
                    kind: v1::InformationKind::Document.into(),
                    label: "Bail signé".to_owned(),
                    why: "Prouver la résidence".to_owned(),
                    answered: false,
                }],
                due_on: "2026-12-04".to_owned(),
            }),
            decision: Some(v1::RoutingDecision {
                outcome: v1::RoutingOutcome::Routed.into(),
                agencies: vec!["caf-56".to_owned()],
                ruleset: "2026.11.1".to_owned(),
                reasons: vec!["Pontivy est dans le Morbihan.".to_owned()],
                would_change: vec!["Régime agricole : MSA Portes de Bretagne.".to_owned()],
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    fn event(number: u64, kind: &str, actor: &str, party: &str, text: &str) -> Event {
        Event::from(v1::TicketEvent {
            event_id: vec![0xab; 16],
            number,
            r#type: kind.to_owned(),
            state: v1::TicketState::Acknowledged.into(),
            actor: "members/somebody".to_owned(),
            actor_display_name: actor.to_owned(),
            party_display_name: party.to_owned(),
            record_time: at("2026-11-20T08:00:00Z"),
            text: text.to_owned(),
            ..Default::default()
        })
    }
}
