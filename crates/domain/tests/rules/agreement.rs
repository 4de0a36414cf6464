//! What may still be done without an agreement that holds: nothing that tells an agency anything new of the person, and all
//! that an agency answers, or that ends or narrows what is shared.

use declic_domain::event::{Effect, ItemKind, Outcome, RedirectReason};
use declic_domain::name::AgencyId;
use declic_domain::text::ItemText;
use declic_domain::{CaseCommand, CaseFile, Command, Refusal};
use declic_routing::Regime;

use crate::decisions::file;
use crate::whole::{facts, zoe};
use crate::whole_decisions::{handed_to, resolved};
use crate::world::World;

fn words(text: &str) -> String {
    text.to_owned()
}

fn taken_back(world: &mut World, file_before: CaseFile) -> CaseFile {
    let revoke = CaseCommand::RevokeMandate {
        reason: words("au guichet"),
    };
    let revoked = world.say_of_case("camille", None, &file_before, revoke);
    file(Some(file_before), &revoked.expect("an open case"))
}

/// A ticket that the Caf holds, and the same once it awaits a reply.
fn held_and_awaiting(world: &mut World) -> [CaseFile; 2] {
    let opened = file(None, &world.open());
    let acknowledge = Command::Acknowledge { agent: None };
    let held = world.say_on("agent.caf-56", Some(1), &opened, acknowledge);
    let held = file(Some(opened), &held.expect("routed"));
    let asked = world.say_on("agent.caf-56", Some(1), &held, ask());
    let awaiting = file(Some(held.clone()), &asked.expect("acknowledged"));
    [held, awaiting]
}

fn ask() -> Command {
    Command::RequestInformation {
        items: vec![(
            ItemKind::Question,
            ItemText {
                label: words("Depuis quand ?"),
                why: words("pour rétablir le droit"),
            },
        )],
        due_on: None,
        message: String::new(),
    }
}

/// What the social worker says to agencies on a ticket that one holds.
fn told_anew() -> [Command; 3] {
    [
        Command::PostMessage {
            text: words("Elle a déménagé."),
        },
        Command::Remind {
            message: words("Elle n’a plus rien."),
        },
        Command::Share {
            agency: AgencyId::parse("caf-35").expect("an agency"),
            reason: words("même situation"),
        },
    ]
}

fn changed_anew() -> [CaseCommand; 4] {
    [
        CaseCommand::ChangeUrgency {
            urgent: true,
            reason: words("coupure"),
        },
        CaseCommand::CorrectFacts {
            facts: facts("APL", None),
            reason: words("autre prestation"),
        },
        CaseCommand::CorrectPerson {
            person: zoe("Le Tanguy"),
            reason: words("nom de naissance"),
        },
        CaseCommand::AddTicket {
            facts: facts("RSA", Some("DECISION")),
            explanation: words("qui a refusé ?"),
        },
    ]
}

#[test]
fn without_an_agreement_that_holds_no_agency_is_told_anything_new_of_the_person() {
    let reply = Command::Reply {
        answers: vec![(1, words("octobre"))],
        message: String::new(),
    };
    let reopen = Command::Reopen {
        reason: words("toujours rien"),
    };
    for expired in [false, true] {
        let mut world = World::of_rsa(false);
        let [held, awaiting] = held_and_awaiting(&mut world);
        let mut files = [held, awaiting, resolved(&mut world)];
        let why = if expired {
            // The mandate ends on 31 January.
            world.set_time("2027-02-01T09:00:00Z");
            Refusal::MandateInvalid
        } else {
            files = files.map(|file| taken_back(&mut world, file));
            Refusal::MandateRevoked
        };
        let [held, awaiting, done] = files;
        for command in told_anew() {
            let answer = world.say_on("camille", None, &held, command.clone());
            assert_eq!(answer, Err(why.clone()), "{command:?}");
        }
        for command in changed_anew() {
            let answer = world.say_of_case("camille", None, &held, command.clone());
            assert_eq!(answer, Err(why.clone()), "{command:?}");
        }
        assert_eq!(
            world.say_on("camille", None, &awaiting, reply.clone()),
            Err(why.clone())
        );
        assert_eq!(world.say_on("camille", None, &done, reopen.clone()), Err(why));
    }
}

#[test]
fn without_an_agreement_an_agency_answers_and_the_opener_ends_what_there_is() {
    let mut world = World::of_rsa(false);
    let [held, awaiting] = held_and_awaiting(&mut world);
    let done = resolved(&mut world);
    let [held, awaiting, done] = [held, awaiting, done].map(|file| taken_back(&mut world, file));
    let resolve = Command::Resolve {
        outcome: Outcome::DecisionExplained,
        message: words("Voici pourquoi."),
        steps: Vec::new(),
        link: String::new(),
    };
    let redirect = Command::Redirect {
        reason: RedirectReason::WrongRegime,
        message: words("Régime agricole."),
        commune: None,
        regime: Some(Regime::Agricultural),
        agency: None,
    };
    let answer = Command::PostMessage {
        text: words("Nous regardons."),
    };
    for command in [ask(), resolve.clone(), redirect, answer] {
        let said = world.say_on("agent.caf-56", Some(1), &held, command.clone());
        assert!(said.is_ok(), "{command:?}: {said:?}");
    }
    let take_back = Command::TakeBack {
        message: String::new(),
    };
    for command in [take_back, resolve] {
        let said = world.say_on("agent.caf-56", Some(1), &awaiting, command.clone());
        assert!(said.is_ok(), "{command:?}: {said:?}");
    }
    let silent = Command::Remind {
        message: String::new(),
    };
    let withdraw = || Command::Withdraw {
        reason: words("sans objet"),
    };
    let close = Command::Close {
        effect: Effect::Partly,
        message: words("Elle n’attend plus rien."),
    };
    for (on, command) in [
        (&held, silent),
        (&held, withdraw()),
        (&awaiting, withdraw()),
        (&done, close),
    ] {
        let said = world.say_on("camille", None, on, command.clone());
        assert!(said.is_ok(), "{command:?}: {said:?}");
    }
    let whole = CaseCommand::Withdraw {
        reason: words("sans objet"),
    };
    for command in [handed_to("yann"), whole] {
        let said = world.say_of_case("camille", None, &held, command.clone());
        assert!(said.is_ok(), "{command:?}: {said:?}");
    }
}
