//! What agencies and triage desks do.

use declic_client::{Client, Error, ErrorReason};
use declic_proto::v1;
use declic_routing::Territory;
use jiff::{Timestamp, ToSpan as _};

use super::super::draw::Draw;
use super::super::persons;
use super::super::staff::is_triage;
use super::{After, Done, Held, Stage, Step, agency_of};
use super::{UNTIL_CONFIRMED, UNTIL_REPLIED, UNTIL_RESOLVED};

/// What is asked for, as a list that is gone round.
const DOCUMENTS: [&str; 4] = [
    "Relevé d’identité bancaire",
    "Dernier avis d’imposition",
    "Justificatif de domicile",
    "Attestation d’employeur",
];

impl Stage<'_> {
    pub(super) async fn take(
        &self,
        at: Timestamp,
        client: &Client,
        mut held: Held,
        after: &mut After,
    ) -> Result<(), Error> {
        let ticket = self.read(client, &mut held).await?;
        if let Some(to) = self.by_hand(&held, &ticket) {
            return self.route(at, client, (held, to), after).await;
        }
        let request = v1::AcknowledgeTicketRequest {
            request_id: self.house.id(),
            name: held.name.clone(),
            epoch: held.epoch,
            agent: format!("members/{}", client.subject()),
            ..Default::default()
        };
        let answer = client.acknowledge_ticket(request).await?;
        after.done.push(Done::Taken);
        held.follow(answer.confirmation);
        self.fate(at, held, after);
        Ok(())
    }

    /// What becomes of a ticket that was just taken; of some, nothing.
    fn fate(&self, at: Timestamp, mut held: Held, after: &mut After) {
        let first = held.reopened == 0 && !is_triage(&held.agency);
        let slowness = self.agency(&held).slowness;
        let (hours, step) = match held.draw.between(0, 999) {
            0..25 => return,
            25..40 => (20.0, Step::Withdraw),
            40..120 if first => (3.0 * slowness, Step::Redirect),
            120..320 if first => (6.0 * slowness, Step::Ask),
            _ => (UNTIL_RESOLVED * slowness, Step::Resolve),
        };
        self.later(at, hours, step, held, after);
    }

    /// Where triage sends a ticket of which nobody knew the regime, or that an agency sent back.
    fn by_hand(&self, held: &Held, ticket: &v1::Ticket) -> Option<String> {
        let asked = ticket.triage_reason != "AGENCY_NOT_ENROLLED" && is_triage(&held.agency);
        let place = self.organisation(held);
        let departement = self
            .departements
            .iter()
            .find(|found| found.code == place.departement)?;
        let intended = agency_of(&ticket.intended_agency);
        let to = if intended.is_empty() {
            departement.family.as_str().to_owned()
        } else {
            intended
        };
        (asked && self.staff.agencies.contains_key(&to)).then_some(to)
    }

    async fn route(
        &self,
        at: Timestamp,
        client: &Client,
        (held, to): (Held, String),
        after: &mut After,
    ) -> Result<(), Error> {
        let request = v1::RouteTicketByHandRequest {
            request_id: self.house.id(),
            name: held.name.clone(),
            epoch: held.epoch,
            agency: format!("agencies/{to}"),
            reason: "Régime et organisme vérifiés par téléphone.".to_owned(),
            ..Default::default()
        };
        let answer = client.route_ticket_by_hand(request).await?;
        after.done.push(Done::RoutedByHand);
        self.succeed(at, held, answer.successor, after);
        Ok(())
    }

    pub(super) async fn ask(
        &self,
        at: Timestamp,
        client: &Client,
        mut held: Held,
        after: &mut After,
    ) -> Result<(), Error> {
        self.read(client, &mut held).await?;
        held.items = held.draw.between(1, 2);
        let first = held.draw.between(0, 3);
        let items = (first..first + held.items).map(|place| v1::InformationItem {
            kind: v1::InformationKind::Document.into(),
            label: DOCUMENTS[place as usize % DOCUMENTS.len()].to_owned(),
            why: "La pièce manque au dossier.".to_owned(),
            answered: false,
        });
        let calendar = &self.agency(&held).calendar;
        let due = calendar.date_of(at) + 14.days();
        let request = v1::RequestInformationRequest {
            request_id: self.house.id(),
            items: items.collect(),
            name: held.name.clone(),
            epoch: held.epoch,
            due_on: due.to_string(),
            ..Default::default()
        };
        let answer = client.request_information(request).await?;
        after.done.push(Done::Asked);
        held.follow(answer.confirmation);
        if held.draw.happens(0.88) {
            self.later(at, UNTIL_REPLIED, Step::Reply, held, after);
        } else {
            // Nobody answers: once the date has passed the agency goes on with what it has.
            let passed = calendar.add_business_days(at, 12);
            let hours = UNTIL_RESOLVED * self.agency(&held).slowness;
            self.later(passed, hours, Step::Resolve, held, after);
        }
        Ok(())
    }

    pub(super) async fn redirect(
        &self,
        at: Timestamp,
        client: &Client,
        mut held: Held,
        after: &mut After,
    ) -> Result<(), Error> {
        self.read(client, &mut held).await?;
        let mut request = v1::RedirectTicketRequest {
            request_id: self.house.id(),
            name: held.name.clone(),
            epoch: held.epoch,
            message: "Vérification faite, le dossier relève d’un autre organisme.".to_owned(),
            ..Default::default()
        };
        say_why(&mut held.draw, &held.agency, &mut request);
        match client.redirect_ticket(request).await {
            Ok(answer) => {
                after.done.push(Done::Redirected);
                self.succeed(at, held, answer.successor, after);
            }
            // The rules name this agency all the same: it was its own, and it looks again.
            Err(error) if error.reason == Some(ErrorReason::RedirectToSelf) => {
                let hours = UNTIL_RESOLVED * self.agency(&held).slowness;
                self.later(at, hours, Step::Resolve, held, after);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn succeed(&self, at: Timestamp, held: Held, successor: Option<v1::Confirmation>, after: &mut After) {
        let Some(successor) = successor else { return };
        let held = Held {
            agency: agency_of(&successor.agency),
            name: successor.ticket,
            epoch: successor.epoch,
            items: 0,
            ..held
        };
        self.wait_for_agency(at, held, after);
    }

    pub(super) async fn resolve(
        &self,
        at: Timestamp,
        client: &Client,
        mut held: Held,
        after: &mut After,
    ) -> Result<(), Error> {
        let ticket = self.read(client, &mut held).await?;
        match ticket.state() {
            v1::TicketState::Acknowledged => {}
            v1::TicketState::AwaitingReply => self.take_back(client, &mut held, after).await?,
            // The clock ended it first.
            _ => return Ok(()),
        }
        if is_triage(&held.agency) && ticket.triage_reason == "AGENCY_NOT_ENROLLED" {
            self.contact(client, &mut held).await?;
        }
        let outcome = outcome(&mut held.draw);
        let request = v1::ResolveTicketRequest {
            request_id: self.house.id(),
            name: held.name.clone(),
            epoch: held.epoch,
            outcome: outcome.into(),
            message: said(outcome).to_owned(),
            link: link(outcome).to_owned(),
            ..Default::default()
        };
        let answer = client.resolve_ticket(request).await?;
        after.done.push(Done::Resolved);
        held.follow(answer.confirmation);
        // Who never confirms leaves it to the clock.
        if held.draw.happens(0.82) {
            self.later(at, UNTIL_CONFIRMED, Step::Close, held, after);
        }
        Ok(())
    }

    async fn take_back(&self, client: &Client, held: &mut Held, after: &mut After) -> Result<(), Error> {
        let request = v1::TakeBackTicketRequest {
            request_id: self.house.id(),
            name: held.name.clone(),
            epoch: held.epoch,
            ..Default::default()
        };
        let answer = client.take_back_ticket(request).await?;
        after.done.push(Done::TakenBack);
        held.follow(answer.confirmation);
        Ok(())
    }

    async fn contact(&self, client: &Client, held: &mut Held) -> Result<(), Error> {
        let request = v1::RecordContactRequest {
            request_id: self.house.id(),
            name: held.name.clone(),
            epoch: held.epoch,
            channel: v1::ContactChannel::Telephone.into(),
            result: v1::ContactResult::Answered.into(),
            message: "La ligne des partenaires a répondu.".to_owned(),
            ..Default::default()
        };
        let answer = client.record_contact(request).await?;
        held.follow(answer.confirmation);
        Ok(())
    }
}

/// Agricultural after all, or of another commune; a few without a better idea.
fn say_why(draw: &mut Draw, agency: &str, request: &mut v1::RedirectTicketRequest) {
    let reason = match draw.between(0, 9) {
        0..5 => {
            let is_msa = agency.starts_with("msa-");
            let regime = if is_msa {
                v1::Regime::General
            } else {
                v1::Regime::Agricultural
            };
            request.regime = regime.into();
            v1::RedirectReason::WrongRegime
        }
        5..9 => {
            // People move within the country, not within what is generated.
            let departement = draw.one_of(Territory::embedded().departements());
            persons::commune(draw, departement)
                .code
                .clone_into(&mut request.commune);
            v1::RedirectReason::OutsideTerritory
        }
        _ => v1::RedirectReason::OutsideCompetence,
    };
    request.reason = reason.into();
}

fn outcome(draw: &mut Draw) -> v1::Outcome {
    use v1::Outcome as O;
    let outcomes = [
        (O::RightRestored, 38),
        (O::ErrorCorrected, 22),
        (O::DecisionExplained, 20),
        (O::RefusalConfirmed, 10),
        (O::SentToStandardProcedure, 5),
        (O::Duplicate, 2),
        (O::PersonUnknown, 3),
    ];
    outcomes[draw.weighted(outcomes.iter().map(|(_, weight)| *weight))].0
}

fn said(outcome: v1::Outcome) -> &'static str {
    use v1::Outcome as O;
    match outcome {
        O::RightRestored => "Le droit est rétabli, le rappel part avec le prochain versement.",
        O::ErrorCorrected => "L’erreur est corrigée dans le dossier.",
        O::RefusalConfirmed => "Le refus est maintenu ; les voies de recours sont rappelées par courrier.",
        O::SentToStandardProcedure => "La demande suit la procédure ordinaire.",
        O::Duplicate => "La situation est déjà traitée dans un autre dossier.",
        O::PersonUnknown => "La personne est inconnue de nos fichiers.",
        O::DecisionExplained | O::Unspecified => "La décision est expliquée par téléphone et par courrier.",
    }
}

/// Where the person may go on, for the outcomes that end without the right.
fn link(outcome: v1::Outcome) -> &'static str {
    use v1::Outcome as O;
    match outcome {
        O::RefusalConfirmed => "Recours préalable sous deux mois, puis tribunal administratif ou judiciaire.",
        O::SentToStandardProcedure => "Démarche en ligne de l’organisme, ou formulaire papier à l’accueil.",
        O::Duplicate => "Dossier déjà suivi par la même équipe.",
        _ => "",
    }
}
