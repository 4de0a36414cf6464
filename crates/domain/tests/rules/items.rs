//! Items of an information request: each has its kind, and its answer once.

use declic_domain::event::{ItemKind, Kind};
use declic_domain::name::TicketNumber;
use declic_domain::text::ItemText;
use declic_domain::ticket::State;
use declic_domain::{CaseFile, Command, Decision, Refusal};

use crate::decisions::file;
use crate::world::World;

#[test]
fn items_are_answered_one_by_one_and_the_last_gives_the_ticket_back() {
    let (mut world, mut asked) = asked();
    for (item, answer, state) in [
        (3, "2026-10-05", State::AwaitingReply),
        (1, "jointe", State::AwaitingReply),
        (2, "seule", State::Acknowledged),
    ] {
        let decided = world.reply(&asked, &[(item, answer)]).expect("an awaited item");
        assert_eq!(decided.drafts[0].event.kind, Kind::Replied { items: vec![item] });
        asked = file(Some(asked), &decided);
        assert_eq!(asked.tickets[0].state, state, "after item {item}");
    }
}

#[test]
fn an_item_that_does_not_exist_and_one_that_has_its_answer_are_told_apart() {
    let (mut world, asked) = asked();
    for item in [0, 4, u8::MAX] {
        let refused = world.reply(&asked, &[(1, "jointe"), (item, "jointe")]);
        assert_eq!(refused, Err(Refusal::ItemNotAwaited { item }));
    }
    let twice = world.reply(&asked, &[(1, "jointe"), (1, "jointe encore")]);
    assert_eq!(twice, Err(Refusal::ItemAnswered { item: 1 }));
    let first = world.reply(&asked, &[(1, "jointe")]).expect("an awaited item");
    let answered = file(Some(asked), &first);
    let again = world.reply(&answered, &[(2, "seule"), (1, "jointe encore")]);
    assert_eq!(again, Err(Refusal::ItemAnswered { item: 1 }));
}

#[test]
fn a_date_is_answered_by_a_day_and_a_question_by_any_words() {
    let (mut world, asked) = asked();
    for wrong in [
        "en octobre",
        "05/10/2026",
        "2026-02-30",
        "2026-10-5",
        "2026-10-05 ",
        "1899-12-31",
        "2101-01-01",
        "20261005",
        "2026-10-05T10:00",
    ] {
        let refused = world.reply(&asked, &[(3, wrong)]);
        assert!(
            matches!(&refused, Err(Refusal::Field { field: "answers.text", problem }) if problem.contains("item 3")),
            "{wrong}: {refused:?}"
        );
    }
    for (item, right) in [
        (3, "2026-10-05"),
        (3, "1900-01-01"),
        (3, "2100-12-31"),
        (2, "en octobre"),
    ] {
        assert!(world.reply(&asked, &[(item, right)]).is_ok(), "{item} {right}");
    }
}

/// A case whose ticket the Caf took and asks for a document, a question and a date.
fn asked() -> (World, CaseFile) {
    let mut world = World::of_rsa(false);
    let opened = file(None, &world.open());
    let take = Command::Acknowledge { agent: None };
    let taken = world.say("agent.caf-56", Some(1), &opened, TicketNumber::FIRST, take);
    let taken = file(Some(opened), &taken.expect("it may"));
    let item = |kind, label: &str| {
        let why = "pour recalculer".to_owned();
        let label = label.to_owned();
        (kind, ItemText { label, why })
    };
    let request = Command::RequestInformation {
        items: vec![
            item(ItemKind::Document, "Avis d’imposition"),
            item(ItemKind::Question, "Vit-elle seule ?"),
            item(ItemKind::Date, "Départ du conjoint"),
        ],
        due_on: None,
        message: String::new(),
    };
    let asked = world.say("agent.caf-56", Some(1), &taken, TicketNumber::FIRST, request);
    let asked = file(Some(taken), &asked.expect("it may ask"));
    (world, asked)
}

impl World {
    fn reply(&mut self, file: &CaseFile, answers: &[(u8, &str)]) -> Result<Decision, Refusal> {
        let answers = answers.iter().map(|(item, text)| (*item, (*text).to_owned()));
        let reply = Command::Reply {
            answers: answers.collect(),
            message: String::new(),
        };
        self.say("camille", None, file, TicketNumber::FIRST, reply)
    }
}
