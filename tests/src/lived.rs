//! A hub in which people worked for weeks: lists have pages, figures have enough to be shown, every state is there.

use declic_calendar::Calendar;
use declic_client::Client;
use declic_proto::v1;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::TestHub;
use crate::commands::{acknowledge, ask, close, note, post, reply, resolve};
use crate::hub::morning;
use crate::people::{self, fresh, ticket};

/// Who may be chosen on the page of a demonstration.
pub const PEOPLE: &[&str] = &[
    "camille.martin",
    "yann.le-goff",
    "soizic.le-bihan",
    "nora.haddad",
    "claire.morel",
    "gael.tanguy",
    "hugo.petit",
    "marc.lefevre",
    "erwan.le-roux",
    "paul.durand",
    "ines.fabre",
    "jean.rolland",
];

/// Hours between a case and the next.
const BETWEEN: i64 = 32;

/// Cases that are opened one after the other.
const CASES: usize = 30;

/// Cases that nobody has looked at yet: with these there is more than one page of open ones.
const MORE: usize = 16;

/// Given names, names and days of birth: invented.
const PERSONS: [(&str, &str, &str); 10] = [
    ("Inès", "Exemple", "1984-03-12"),
    ("Moussa", "Modèle", "1991-11-02"),
    ("Yvonne", "Fictive", "1949-06-30"),
    ("Jean-Baptiste", "Inventé de La Rochefoucauld", "1962-01-19"),
    ("Thi Mai", "Imaginaire", "1988-08-08"),
    ("Ahmed", "Personne", "1975-12-24"),
    ("Rozenn", "Quelconque", "2001-04-17"),
    ("Maria", "Essai", "1958-09-05"),
    ("Loïc", "Nullepart", "1996-02-29"),
    ("Fatoumata", "Échantillon", "1979-10-10"),
];

/// Benefits of the desk, what blocks them, and what is said of it.
const SITUATIONS: [(&str, &str, &str); 5] = [
    (
        "RSA",
        "PAYMENT_INCIDENT",
        "RSA non versé depuis le 5 octobre, sans courrier.",
    ),
    (
        "RSA",
        "NO_REPLY",
        "Demande déposée en août. Deux appels, aucune réponse.",
    ),
    (
        "PPA",
        "OVERPAYMENT",
        "Trop-perçu de 412 € contesté le mois dernier : les retenues continuent.",
    ),
    (
        "AAH",
        "RENEWAL_GAP",
        "Droit échu avant la décision : plus aucune ressource depuis trois semaines.",
    ),
    ("PPA", "DATA_MISMATCH", "Le salaire déclaré est compté deux fois."),
];

/// A case, as the weeks go by.
struct Past {
    reference: String,
    ticket: String,
    opener: &'static str,
}

/// Starts it, and lets the weeks go by until yesterday or so. Says by their states the references of some cases.
pub async fn hub() -> (TestHub, Value) {
    hub_until(morning(2)).await
}

/// Same, until another time, which is past.
pub async fn hub_until(end: Timestamp) -> (TestHub, Value) {
    let hours = BETWEEN * i64::try_from(CASES).expect("a few");
    let begin = end - SignedDuration::from_hours(hours);
    let hub = TestHub::start_with_invented_at(PEOPLE, begin).await;
    let agent = hub.caf_agent();
    let mut past: Vec<Past> = Vec::new();
    for day in 0..CASES {
        past.push(open(&hub, day).await);
        for (index, case) in past.iter().enumerate().take(24) {
            treat(&hub, &agent, case, index, day - index).await;
        }
        hub.pass(SignedDuration::from_hours(BETWEEN));
    }
    // Of the last ones: one that is taken with much said about it, one that is asked about, one that is resolved.
    let [.., taken, asked, resolved] = past.as_slice() else {
        unreachable!("there are more")
    };
    for case in [taken, asked, resolved] {
        acknowledge(&agent, &case.ticket).await;
    }
    post(&agent, &taken.ticket, "Nous regardons les deux derniers mois.").await;
    note(&agent, &taken.ticket, "Voir le service du contrôle.").await;
    ask(
        &agent,
        &asked.ticket,
        &["Depuis quand est-elle à cette adresse ?", "Qui vit avec elle ?"],
    )
    .await;
    resolve(&agent, &resolved.ticket).await;
    let new = open(&hub, CASES).await;
    let camille = hub.social_worker();
    let two = people::open(&camille, today(&hub, people::case_of_two_agencies())).await;
    let triage = people::open(&camille, today(&hub, people::case_of_an_agency_not_enrolled())).await;
    let redirected = open(&hub, CASES + 1).await;
    redirect(&agent, &redirected.ticket).await;
    for index in 0..MORE {
        open(&hub, CASES + 2 + index).await;
    }
    let known = json!({
        "new": new.reference, "taken": taken.reference, "asked": asked.reference, "resolved": resolved.reference,
        "late": past[6].reference, "closed": past[0].reference, "redirected": redirected.reference,
        "two": two.reference, "triage": triage.reference,
    });
    (hub, known)
}

/// What happens on a case so many cases after it was opened. One in seven is forgotten.
async fn treat(hub: &TestHub, agent: &Client, case: &Past, index: usize, age: usize) {
    let opener = hub.speaks_as(case.opener);
    let asks = index % 4 == 1;
    let answered = 2 + index % 3;
    match age {
        _ if index % 7 == 6 => {}
        1 => acknowledge(agent, &case.ticket).await,
        2 if asks => {
            ask(
                agent,
                &case.ticket,
                &["Quelle est la date du dernier versement ?"],
            )
            .await
        }
        age if asks && age == answered + 1 => reply(&opener, &case.ticket, 1, "Le 5 septembre.").await,
        age if age == answered + 2 => resolve(agent, &case.ticket).await,
        age if age == answered + 3 => close(&opener, &case.ticket).await,
        _ => {}
    }
}

async fn open(hub: &TestHub, index: usize) -> Past {
    // Camille has more than a page of them.
    let opener = if index % 10 == 5 {
        "yann.le-goff"
    } else {
        "camille.martin"
    };
    let (given_name, family_name, birth_date) = PERSONS[index % PERSONS.len()];
    let (benefit, blockage, explanation) = SITUATIONS[index % SITUATIONS.len()];
    let mut case = today(hub, people::standard_case());
    if let (Some(person), Some(facts)) = (&mut case.person, &mut case.facts) {
        given_name.clone_into(&mut person.given_name);
        family_name.clone_into(&mut person.family_name);
        birth_date.clone_into(&mut person.birth_date);
        benefit.clone_into(&mut facts.benefit);
        blockage.clone_into(&mut facts.blockage);
    }
    explanation.clone_into(&mut case.explanation);
    case.urgent = index % 8 == 3;
    let opened = people::open(&hub.speaks_as(opener), case).await;
    Past {
        ticket: opened.tickets[0].ticket.clone(),
        reference: opened.reference,
        opener,
    }
}

/// The same case, opened today by the hub's clock.
fn today(hub: &TestHub, mut case: v1::OpenCaseRequest) -> v1::OpenCaseRequest {
    let day = Calendar::for_departement("56").date_of(hub.now());
    case.mandate = people::standard_case_on(day).mandate;
    case
}

async fn redirect(agent: &Client, name: &str) {
    acknowledge(agent, name).await;
    let request = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: ticket(agent, name).await.epoch,
        reason: v1::RedirectReason::WrongRegime.into(),
        regime: v1::Regime::Agricultural.into(),
        message: "Exploitante agricole depuis mai.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    agent.redirect_ticket(request).await.expect("a ticket of its own");
}
