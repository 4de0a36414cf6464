//! Sums of invented tickets of a country: each département has its agencies, a few benefits and blockages are frequent and
//! the others rare, and durations are spread as waiting times are.

use std::collections::BTreeMap;

use declic_domain::clock::timeline::Part;
use declic_domain::event::{Effect, RedirectReason};
use declic_domain::figures::{
    Age, Ending, HolderKind, Lateness, Measure, Reception, Record, SentOn, Standing, Sums, sums,
};
use declic_domain::name::AgencyId;
use declic_routing::Territory;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

const AGENCIES: [&str; 6] = ["caf", "cpam", "msa", "dep", "carsat", "triage"];
const BENEFITS: [&str; 8] = ["RSA", "PPA", "AL", "AAH", "AF", "ASPA", "CSS", "PI"];
const BLOCKAGES: [&str; 8] = [
    "",
    "SUSPENSION",
    "DELAI",
    "INDU",
    "REFUS",
    "PIECES",
    "ERREUR",
    "AUTRE",
];

/// Days over which cases were opened.
const DAYS: i64 = 365;

/// The sums of so many tickets, opened until `now`.
pub fn country(tickets: usize, now: Timestamp) -> Sums {
    let mut dice = StdRng::seed_from_u64(8);
    let codes: Vec<&str> = Territory::embedded()
        .departements()
        .iter()
        .map(|departement| departement.code)
        .collect();
    let mut whole = Sums::new();
    for number in 0..tickets {
        let record = record(&mut dice, number, codes[number % codes.len()], now);
        for (group, tally) in sums([&record]) {
            whole.entry(group).or_default().add(&tally);
        }
    }
    whole
}

fn record(dice: &mut StdRng, number: usize, departement: &str, now: Timestamp) -> Record {
    let age = dice.random_range(0..DAYS * 24 * 60);
    let agency = frequent(dice, &AGENCIES);
    // A quarter of the tickets of a month are open after it.
    let is_open = dice.random_range(0..DAYS * 24 * 60) > 4 * age;
    let (ending, kept) = match is_open {
        true => (Ending::Censored, None),
        false => (Ending::Done, Some(dice.random_range(0..5) > 0)),
    };
    let mut measure = |longest: f64, ending| Measure {
        minutes: (longest.powf(dice.random_range(0.4..1.0))) as u32,
        ending,
        kept,
    };
    let (acknowledge, resolve) = (measure(2_000.0, Ending::Done), measure(20_000.0, ending));
    let wait = measure(100_000.0, ending);
    let parts = [Part::BeforeAcknowledgement, Part::AtAgency, Part::AwaitingReply];
    let parts = parts.map(|part| (part, SignedDuration::from_mins(dice.random_range(1..40_000))));
    let sent_on = (dice.random_range(0..10) == 0).then_some(SentOn {
        reason: RedirectReason::OutsideTerritory,
        first: true,
    });
    Record {
        departement: departement.to_owned(),
        agency: AgencyId::parse(&format!("{agency}-{}", departement.to_lowercase())).expect("a slug"),
        benefit: frequent(dice, &BENEFITS).to_owned(),
        blockage: frequent(dice, &BLOCKAGES).to_owned(),
        case_opened_at: now - SignedDuration::from_mins(age),
        acknowledge: vec![acknowledge],
        resolve: vec![resolve],
        wait: Some(wait),
        parts: BTreeMap::from(parts),
        at_triage: agency == "triage",
        sent_on,
        outcomes: u32::from(!is_open),
        reopened: 0,
        requests: u32::from(number.is_multiple_of(4)),
        effect: (!is_open).then_some(Effect::Yes),
        unconfirmed: false,
        arrived: (now - SignedDuration::from_mins(age))
            .to_zoned(TimeZone::UTC)
            .date(),
        standing: is_open.then_some(Standing {
            holder: HolderKind::Agent,
            reception: Reception::Read,
            age: Age::of(SignedDuration::from_mins(age)),
            lateness: Lateness::InTime,
            late_minutes: 0,
        }),
    }
}

/// One of a list, the first far more often than the last.
fn frequent<'a>(dice: &mut StdRng, of: &[&'a str]) -> &'a str {
    let place: f64 = dice.random_range(0.0..1.0);
    of[((place * place) * of.len() as f64) as usize]
}
