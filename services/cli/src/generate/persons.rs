//! The invented persons, and what is wrong with their rights.

use declic_proto::v1;
use declic_routing::Territory;
use declic_routing::territory::{Commune, Departement};
use declic_words::invented::{FAMILY_NAMES, GIVEN_NAMES};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::draw::Draw;

/// A benefit: how often it is the one that is blocked, for people of what age, and what blocks it most.
struct Subject {
    benefit: &'static str,
    weight: u32,
    ages: (u32, u32),
    blockages: &'static [(&'static str, u32)],
}

const FAMILY: &[(&str, u32)] = &[
    ("NO_REPLY", 20),
    ("SITUATION_CHANGE", 22),
    ("MISSING_DOC", 18),
    ("PAYMENT_INCIDENT", 12),
    ("DATA_MISMATCH", 10),
    ("REGIME_TRANSFER", 10),
    ("OVERPAYMENT", 8),
];
const MINIMUM: &[(&str, u32)] = &[
    ("NO_REPLY", 18),
    ("CONTROL_SUSPENSION", 18),
    ("PAYMENT_INCIDENT", 14),
    ("OVERPAYMENT", 16),
    ("DATA_MISMATCH", 12),
    ("MISSING_DOC", 12),
    ("RESIDENCE_RIGHT", 6),
    ("WRONG_BODY", 4),
];
const HOUSING: &[(&str, u32)] = &[
    ("SITUATION_CHANGE", 24),
    ("DATA_MISMATCH", 18),
    ("PAYMENT_INCIDENT", 18),
    ("NO_REPLY", 20),
    ("MISSING_DOC", 20),
];
const PENSION: &[(&str, u32)] = &[
    ("NO_REPLY", 30),
    ("CALC_DISPUTE", 22),
    ("FILE_LOST", 12),
    ("UPSTREAM_DECISION", 10),
    ("MISSING_DOC", 16),
    ("IDENTITY", 10),
];
const HEALTH: &[(&str, u32)] = &[
    ("NO_REPLY", 24),
    ("RENEWAL_GAP", 16),
    ("IDENTITY", 14),
    ("MISSING_DOC", 20),
    ("REGIME_TRANSFER", 10),
    ("DIGITAL_ACCESS", 16),
];
const DISABILITY: &[(&str, u32)] = &[
    ("NO_REPLY", 36),
    ("UPSTREAM_DECISION", 18),
    ("RENEWAL_GAP", 22),
    ("REFUSAL", 14),
    ("MISSING_DOC", 10),
];

/// Weights are guesses of what social workers meet, not statistics.
const SUBJECTS: [Subject; 20] = [
    subject("RSA", 22, (25, 62), MINIMUM),
    subject("PPA", 10, (20, 62), MINIMUM),
    subject("APL", 10, (18, 75), HOUSING),
    subject("ALF", 3, (20, 50), HOUSING),
    subject("AF", 5, (22, 50), FAMILY),
    subject("ASF", 4, (20, 50), FAMILY),
    subject("CMG", 2, (22, 45), FAMILY),
    subject("AAH", 7, (20, 62), MINIMUM),
    subject("AEEH", 3, (25, 55), DISABILITY),
    subject("PCH", 4, (20, 75), DISABILITY),
    subject("RETRAITE", 8, (61, 68), PENSION),
    subject("REVERSION", 4, (55, 85), PENSION),
    subject("CARRIERE", 3, (55, 66), PENSION),
    subject("ASPA", 3, (65, 85), PENSION),
    subject("APA_DOM", 4, (62, 92), DISABILITY),
    subject("FSL", 3, (18, 70), HOUSING),
    subject("C2S", 6, (18, 80), HEALTH),
    subject("PUMA", 4, (18, 70), HEALTH),
    subject("IJ_MALADIE", 6, (20, 62), HEALTH),
    subject("INVALIDITE", 2, (35, 61), HEALTH),
];

/// In one case of so many nobody knows the regime: a person decides.
const UNKNOWN_REGIME: f64 = 0.015;

/// What is asked, before anybody knows who asks it.
pub fn request(draw: &mut Draw, departement: &Departement, on: Date) -> v1::OpenCaseRequest {
    let subject = &SUBJECTS[draw.weighted(SUBJECTS.iter().map(|subject| subject.weight))];
    let (blockage, _) = subject.blockages[draw.weighted(subject.blockages.iter().map(|(_, weight)| *weight))];
    let agricultural = departement.msa.is_some() && draw.happens(0.07);
    let regime = match (draw.happens(UNKNOWN_REGIME), agricultural) {
        (true, _) => v1::Regime::Unknown,
        (false, true) => v1::Regime::Agricultural,
        (false, false) => v1::Regime::General,
    };
    let given_on = on - i64::from(draw.between(0, 9)).days();
    v1::OpenCaseRequest {
        person: Some(person(draw, subject.ages, on)),
        facts: Some(v1::Facts {
            commune: commune(draw, departement).code.to_owned(),
            regime: regime.into(),
            benefit: subject.benefit.to_owned(),
            blockage: blockage.to_owned(),
            stage: stage(blockage).into(),
            // Without one the minimum is another body's; few have none.
            has_basic_pension: (subject.benefit == "ASPA").then(|| draw.happens(0.95)),
            ..v1::Facts::default()
        }),
        mandate: Some(v1::Mandate {
            channel: channel(draw).into(),
            scope: format!("{}, échanges avec l’organisme", subject.benefit),
            given_on: given_on.to_string(),
            expires_on: (given_on + 1.year()).to_string(),
            evidence: format!("formulaire, classeur {}", draw.between(1, 40)),
            ..v1::Mandate::default()
        }),
        explanation: explanation(draw, subject.benefit),
        urgent: draw.happens(0.06),
        // So that whoever leaves or is away leaves no case alone.
        shared_with_team: true,
        ..v1::OpenCaseRequest::default()
    }
}

/// A commune of a département, as likely as it has inhabitants.
pub fn commune(draw: &mut Draw, departement: &Departement) -> &'static Commune {
    let communes: Vec<_> = communes_of(departement).collect();
    communes[draw.weighted(communes.iter().map(|commune| commune.population.max(1)))]
}

/// The communes of a département.
pub fn communes_of(departement: &Departement) -> impl Iterator<Item = &'static Commune> {
    let communes = Territory::embedded().communes().iter();
    communes.filter(move |commune| commune.departement == departement.code)
}

fn person(draw: &mut Draw, (youngest, oldest): (u32, u32), on: Date) -> v1::Person {
    let age = i64::from(draw.between(youngest * 365, oldest * 365));
    v1::Person {
        given_name: (*draw.one_of(&GIVEN_NAMES)).to_owned(),
        family_name: (*draw.one_of(&FAMILY_NAMES)).to_owned(),
        birth_date: (on - age.days()).to_string(),
        agency_identifier: format!("{:07}", draw.between(1, 9_999_999)),
        ..v1::Person::default()
    }
}

fn channel(draw: &mut Draw) -> v1::MandateChannel {
    use v1::MandateChannel as Channel;
    [Channel::Signed, Channel::Oral, Channel::Sms][draw.weighted([70, 20, 10].into_iter())]
}

/// Whether the person waits for a decision, or for the money of one.
fn stage(blockage: &str) -> v1::Stage {
    match blockage {
        "PAYMENT_INCIDENT" | "OVERPAYMENT" | "CONTROL_SUSPENSION" | "DATA_MISMATCH" => v1::Stage::Payment,
        _ => v1::Stage::Decision,
    }
}

fn explanation(draw: &mut Draw, benefit: &str) -> String {
    let since = [
        "septembre",
        "le début du mois",
        "trois semaines",
        "deux mois",
        "le printemps",
    ];
    let told = [
        "Trois appels, aucune réponse.",
        "Le compte en ligne n’indique rien.",
        "Un accueil a eu lieu, sans suite.",
        "Les pièces ont été déposées deux fois.",
        "Le courrier reçu ne donne pas de motif.",
    ];
    format!(
        "{benefit} : dossier bloqué depuis {}. {}",
        draw.one_of(&since),
        draw.one_of(&told)
    )
}

const fn subject(
    benefit: &'static str,
    weight: u32,
    ages: (u32, u32),
    blockages: &'static [(&'static str, u32)],
) -> Subject {
    Subject {
        benefit,
        weight,
        ages,
        blockages,
    }
}

#[cfg(test)]
mod tests {
    use declic_routing::{Benefit, Blockage, Facts, RawFacts, Ruleset, route};
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_benefit_and_blockage_is_of_the_catalogue() {
        for subject in &SUBJECTS {
            assert!(Benefit::find(subject.benefit).is_some(), "{}", subject.benefit);
            for (blockage, weight) in subject.blockages {
                assert!(Blockage::find(blockage).is_some() && *weight > 0, "{blockage}");
            }
        }
    }

    #[test]
    fn most_cases_have_an_agency_and_only_those_that_miss_a_fact_a_question() {
        let departement = Territory::embedded().departement("56").expect("Morbihan");
        let on = date(2026, 3, 2);
        let mut undecided = std::collections::BTreeMap::<String, u32>::new();
        for stream in 0..2_000 {
            let request = request(&mut Draw::new(9, stream), departement, on);
            let facts = request.facts.expect("facts");
            let regime = facts.regime();
            let raw = RawFacts {
                commune: facts.commune.clone(),
                regime: regime.as_str_name()["REGIME_".len()..].to_lowercase(),
                benefit: facts.benefit.clone(),
                blockage: Some(facts.blockage.clone()),
                has_basic_pension: facts.has_basic_pension,
                stage: Some(facts.stage().as_str_name()["STAGE_".len()..].to_owned()),
                ..RawFacts::default()
            };
            let facts = Facts::parse(&raw, on).expect("facts that can be read");
            let decision = route(&facts, Ruleset::embedded());
            if decision.agencies.is_empty() && regime != v1::Regime::Unknown {
                let key = format!(
                    "{} {} {}",
                    raw.benefit,
                    raw.blockage.unwrap_or_default(),
                    raw.regime
                );
                *undecided.entry(key).or_default() += 1;
            }
        }
        assert!(undecided.values().sum::<u32>() < 20, "{undecided:?}");
    }

    #[test]
    fn people_are_born_before_they_ask_and_live_in_the_departement() {
        let departement = Territory::embedded().departement("974").expect("La Réunion");
        for stream in 0..300 {
            let request = request(&mut Draw::new(5, stream), departement, date(2025, 2, 28));
            let person = request.person.expect("a person");
            assert!(person.birth_date.as_str() < "2008", "{}", person.birth_date);
            let facts = request.facts.expect("facts");
            assert!(facts.commune.starts_with("974"), "{}", facts.commune);
        }
    }
}
