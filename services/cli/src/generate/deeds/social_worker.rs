//! What social workers do once a case is open.

use declic_client::{Client, Error};
use declic_proto::v1;
use jiff::Timestamp;

use super::super::draw::Draw;
use super::{After, Done, Held, Stage, Step};
use super::{UNTIL_RESOLVED, UNTIL_TAKEN};

/// Times a ticket is reopened at most.
const REOPENED: u8 = 2;

impl Stage<'_> {
    pub(super) async fn reply(
        &self,
        at: Timestamp,
        client: &Client,
        mut held: Held,
        after: &mut After,
    ) -> Result<(), Error> {
        let ticket = self.read(client, &mut held).await?;
        if ticket.state() == v1::TicketState::AwaitingReply {
            let answers = (1..=held.items).map(|item| v1::ItemAnswer {
                item,
                text: "La pièce est jointe.".to_owned(),
            });
            let request = v1::ReplyTicketRequest {
                request_id: self.house.id(),
                name: held.name.clone(),
                answers: answers.collect(),
                ..Default::default()
            };
            let answer = client.reply_ticket(request).await?;
            after.done.push(Done::Replied);
            held.follow(answer.confirmation);
        }
        let hours = UNTIL_RESOLVED * 0.5 * self.agency(&held).slowness;
        self.later(at, hours, Step::Resolve, held, after);
        Ok(())
    }

    pub(super) async fn withdraw(
        &self,
        client: &Client,
        held: &Held,
        after: &mut After,
    ) -> Result<(), Error> {
        let request = v1::WithdrawTicketRequest {
            request_id: self.house.id(),
            name: held.name.clone(),
            reason: "La personne a obtenu une réponse au guichet.".to_owned(),
            ..Default::default()
        };
        client.withdraw_ticket(request).await?;
        after.done.push(Done::Withdrawn);
        Ok(())
    }

    pub(super) async fn close(
        &self,
        at: Timestamp,
        client: &Client,
        mut held: Held,
        after: &mut After,
    ) -> Result<(), Error> {
        let ticket = self.read(client, &mut held).await?;
        if ticket.state() != v1::TicketState::Resolved {
            return Ok(());
        }
        let effect = effect(&mut held.draw, ticket.outcome());
        let request = v1::CloseTicketRequest {
            request_id: self.house.id(),
            name: held.name.clone(),
            effect: effect.into(),
            ..Default::default()
        };
        let answer = client.close_ticket(request).await?;
        after.done.push(Done::Closed);
        held.follow(answer.confirmation);
        if effect == v1::Effect::No && held.reopened < REOPENED && held.draw.happens(0.6) {
            self.later(at, 16.0, Step::Reopen, held, after);
        }
        Ok(())
    }

    pub(super) async fn reopen(
        &self,
        at: Timestamp,
        client: &Client,
        mut held: Held,
        after: &mut After,
    ) -> Result<(), Error> {
        let request = v1::ReopenTicketRequest {
            request_id: self.house.id(),
            name: held.name.clone(),
            reason: "Rien n’a été versé depuis la réponse.".to_owned(),
            ..Default::default()
        };
        let answer = client.reopen_ticket(request).await?;
        after.done.push(Done::Reopened);
        held.follow(answer.confirmation);
        held.reopened += 1;
        let hours = UNTIL_TAKEN * self.agency(&held).slowness;
        self.later(at, hours, Step::Take, held, after);
        Ok(())
    }
}

fn effect(draw: &mut Draw, outcome: v1::Outcome) -> v1::Effect {
    use v1::{Effect, Outcome as O};
    let weights = match outcome {
        O::RightRestored | O::ErrorCorrected => [80, 11, 6, 3],
        O::DecisionExplained => [45, 20, 20, 15],
        _ => [15, 10, 60, 15],
    };
    [Effect::Yes, Effect::Partly, Effect::No, Effect::Unknown][draw.weighted(weights.into_iter())]
}
