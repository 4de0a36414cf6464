//! What the hub says beside its reason, in the reader's language. The hub speaks English, and programs get its words as they
//! came; people get the sentences they meet most in their language, and any other with a mark that it is English.

mod directory;

use crate::{Arg, Family, Lang, find, label, text};

/// One line of the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The sentence of the status.
    Message(String),
    /// A field or a subject, and what is wrong with it.
    Violation(String, String),
    /// What the reason brings along: its name and its value.
    Metadata(String, String),
}

/// How a sentence of the hub begins, and the key of its translation. A part between double quotes or brackets, and the
/// numbers, go into the translation as `given`, `number` and `most`. A star stands for what differs.
const SENTENCES: &[(&str, &str)] = &[
    ("is required: choose one", "hub-required-choice"),
    ("is required: give a day", "hub-required-day"),
    ("is required: the ways of appeal", "hub-required-link"),
    ("is required: the rules named no agency", "hub-contact-agency"),
    ("is required", "hub-required"),
    ("is not a day of the calendar", "hub-no-day"),
    ("is not a day, which item", "hub-answer-day"),
    ("is asked twice", "hub-asked-twice"),
    ("reads this ticket already", "hub-reads-already"),
    ("does not read this ticket", "hub-reads-not"),
    ("treats this ticket: name", "hub-treats-already"),
    ("treats no open ticket", "hub-treats-none"),
    ("name another agency that is enrolled", "hub-successor"),
    ("has no staffed desk for one", "hub-successor-desk"),
    ("is a triage desk", "hub-transfer-triage"),
    ("has ", "hub-too-long"),
    ("goes on one line", "hub-one-line"),
    ("holds control characters", "hub-control-characters"),
    ("unknown commune", "hub-unknown-commune"),
    ("unknown ", "hub-unknown"),
    ("the check letter", "hub-check-letter"),
    ("a reference is written", "hub-reference-form"),
    ("a case is written", "hub-reference-form"),
    ("a ticket is written", "hub-ticket-form"),
    ("a desk is written", "hub-desk-form"),
    ("must be in the past", "hub-birth-date"),
    ("is not a social-security number", "hub-nir"),
    ("holds a social-security number", "hub-nir-here"),
    ("is in the future: give the day it was done", "hub-contact-future"),
    ("is before the case was opened", "hub-contact-early"),
    ("give a day from today to a year", "hub-within-a-year"),
    ("no agency has this id", "hub-no-agency"),
    ("is in the future: give a day that has begun", "hub-period-future"),
    ("is in the future", "hub-future"),
    ("is none of yours", "hub-none-of-yours"),
    ("is before the beginning of the period", "hub-period-reversed"),
    ("must follow given_on", "hub-mandate-end"),
    ("still holds ", "hub-bracket"),
    ("ask for 1 to 10", "hub-ten-items"),
    ("answer 1 to 10", "hub-ten-answers"),
    ("give at most 10", "hub-ten-steps"),
    ("is the number of an item", "hub-item-number"),
    ("goes with OUTSIDE_TERRITORY", "hub-with-outside-territory"),
    ("goes with WRONG_REGIME", "hub-with-wrong-regime"),
    ("is found by the rules", "hub-found-by-rules"),
    ("is not a UUID", "hub-uuid"),
    ("name an active colleague", "hub-no-colleague"),
    ("follows the case already", "hub-follows-already"),
    ("is so already", "hub-so-already"),
    ("are those of the case already", "hub-facts-already"),
    ("is before the day the person took", "hub-before-revocation"),
    ("is told by the hub only", "hub-told-by-hub"),
    ("a ticket in state ", "hub-state"),
    ("item ", "hub-item"),
    ("a target of zero", "hub-target-zero"),
    ("the time to acknowledge is longer", "hub-target-order"),
    ("write a target as", "hub-target-form"),
    ("other targets have this version", "hub-policy-version"),
    ("the directory has no such agency", "hub-policy-agency"),
    ("at least one day of the week", "hub-never-open"),
    ("from ", "hub-shut-too-long"),
    ("a day must close after it opens", "hub-backwards"),
    ("two openings of a day lie", "hub-overlap"),
    ("is not a time of the day", "hub-time-form"),
    ("ends before it begins", "hub-closure-order"),
    ("an absence ends after", "hub-absence-order"),
    ("two absences lie over", "hub-absence-overlap"),
    ("at most 50 absences", "hub-absence-many"),
    ("a deputy is somebody else", "hub-absence-oneself"),
    ("is no active colleague of the same", "hub-absence-deputy"),
    ("is away: name", "hub-agent-away"),
    ("\"*\" finds nobody", "hub-finds-nobody"),
    ("the law does not let", "hub-not-entitled"),
];

impl Said {
    /// As the hub said it, on one line: for programs, and for those who read English.
    pub fn as_it_came(&self) -> String {
        match self {
            Self::Message(sentence) => sentence.clone(),
            Self::Violation(subject, problem) => format!("{subject}: {problem}"),
            Self::Metadata(name, value) => format!("{name}: {value}"),
        }
    }

    /// For people; `None` when the sentence of the reason, shown above it, says as much.
    pub fn to_text(&self, lang: Lang, reason: Option<&str>) -> Option<String> {
        if lang == Lang::En {
            return Some(self.as_it_came());
        }
        match self {
            // What would not hold is another thing each time.
            Self::Message(said) if reason == Some("DIRECTORY_UNSOUND") => Some(in_words(lang, said)),
            Self::Message(_) if reason.is_some_and(|reason| reason != "FIELD_INVALID") => None,
            Self::Message(sentence) if reason.is_none() => Some(network(lang, sentence)),
            Self::Message(sentence) => Some(in_words(lang, sentence)),
            Self::Violation(as_sent, problem) if reason == Some("FIELD_INVALID") => {
                let problem = in_words(lang, problem);
                let name = find(lang, &format!("field-{}", key_of(as_sent)), &[]);
                let field = name.filter(|name| name != as_sent);
                let field = field.map_or_else(|| as_sent.clone(), |name| format!("{name} ({as_sent})"));
                let args = [("field", Arg::Text(&field)), ("problem", Arg::Text(&problem))];
                Some(text(lang, "hub-field", &args))
            }
            Self::Violation(_, problem) => sentence(lang, problem),
            Self::Metadata(name, value) => {
                let known = find(
                    lang,
                    &format!("hub-metadata-{}", name.replace('_', "-")),
                    &[("value", Arg::Text(last(value)))],
                );
                known.or_else(|| Some(format!("{name}: {value}")))
            }
        }
    }
}

/// A sentence of the hub in the reader's language; marked where it has no translation.
pub fn in_words(lang: Lang, problem: &str) -> String {
    match lang {
        Lang::En => problem.to_owned(),
        Lang::Fr => sentence(lang, problem).unwrap_or_else(|| untranslated(lang, problem)),
    }
}

/// What is wrong with something that a page has no field for: the name people know it by, and the problem. What is wrong with
/// a ticket or a case and not with a field is told by the sentence of its reason: `None` where it has no words of its own.
pub fn beside_no_field(lang: Lang, subject: &str, problem: &str) -> Option<String> {
    if subject.is_empty() || subject.contains('/') {
        return match lang {
            Lang::En => None,
            Lang::Fr => sentence(lang, problem),
        };
    }
    let problem = in_words(lang, problem);
    match find(lang, &format!("field-{}", key_of(subject)), &[]) {
        Some(field) => {
            let args = [("field", Arg::Text(&field)), ("problem", Arg::Text(&problem))];
            Some(text(lang, "hub-field", &args))
        }
        None => Some(problem),
    }
}

fn begins(problem: &str, start: &str) -> bool {
    let mut parts = start.split('*');
    let first = parts.next().unwrap_or_default();
    let mut rest = problem.strip_prefix(first);
    for part in parts {
        rest = rest.and_then(|rest| rest.split_once(part)).map(|(_, rest)| rest);
    }
    rest.is_some()
}

/// A sentence of the tables; `None` for one that is not there.
fn sentence(lang: Lang, problem: &str) -> Option<String> {
    let mut known = directory::SENTENCES.iter().chain(SENTENCES);
    let (_, key) = known.find(|(start, _)| begins(problem, start))?;
    let given = between(problem, '"', '"').or_else(|| between(problem, '[', ']'));
    let mut numbers = problem
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty());
    let (number, most) = (
        numbers.next().unwrap_or_default(),
        numbers.next().unwrap_or_default(),
    );
    let state = problem
        .split(' ')
        .find(|word| word.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    let state = label(lang, Family::TicketState, state.unwrap_or_default());
    let args = [
        ("given", Arg::Text(given.unwrap_or_default())),
        ("number", Arg::Text(number)),
        ("most", Arg::Text(most)),
        ("state", Arg::Text(&state)),
    ];
    let said = text(lang, key, &args);
    let Some((_, nearest)) = problem.split_once("did you mean ") else {
        return Some(said);
    };
    let nearest = nearest.split('?').next().unwrap_or(nearest);
    let args = [
        ("said", Arg::Text(&said)),
        ("nearest", Arg::Text(nearest.trim_matches('"'))),
    ];
    Some(text(lang, "hub-perhaps", &args))
}

/// Why nobody answered.
fn network(lang: Lang, message: &str) -> String {
    let known = [
        ("Connection refused", "hub-connection-refused"),
        ("failed to lookup address", "hub-name-unknown"),
        ("dns error", "hub-name-unknown"),
        ("did not answer in time", "hub-too-slow"),
        ("certificate", "hub-certificate"),
    ];
    let key = known.iter().find(|(part, _)| message.contains(part));
    key.map_or_else(|| untranslated(lang, message), |(_, key)| text(lang, key, &[]))
}

fn untranslated(lang: Lang, words: &str) -> String {
    text(lang, "hub-untranslated", &[("words", Arg::Text(words))])
}

/// `items[0].label` and `facts.birth_date` as keys: `items-label`, `facts-birth-date`.
fn key_of(field: &str) -> String {
    let letters = field
        .chars()
        .filter(|c| !c.is_ascii_digit() && !"[]".contains(*c));
    letters
        .map(|c| if c == '.' || c == '_' { '-' } else { c })
        .collect()
}

fn between(text: &str, start: char, end: char) -> Option<&str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

fn last(value: &str) -> &str {
    value.rsplit_once('/').map_or(value, |(_, last)| last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_field(field: &str, problem: &str) -> String {
        let said = Said::Violation(field.to_owned(), problem.to_owned());
        said.to_text(Lang::Fr, Some("FIELD_INVALID"))
            .expect("a field is always told")
    }

    #[test]
    fn a_wrong_field_is_told_in_french_by_its_name() {
        let rows = [
            (
                "facts.commune",
                "unknown commune \"56999\": give the INSEE code (5 characters)",
                "commune (facts.commune)\u{a0}: commune inconnue «\u{a0}56999\u{a0}», donnez son code Insee à 5 caractères",
            ),
            (
                "facts.benefit",
                "unknown \"RSAA\"; did you mean \"RSA\"? Known: the table of benefits",
                "démarche (facts.benefit)\u{a0}: valeur inconnue «\u{a0}RSAA\u{a0}», voyez la liste des codes\u{a0}; peut-être RSA",
            ),
            (
                "person.birth_date",
                "is not a day of the calendar: write it as 2026-11-22",
                "date de naissance (person.birth_date)\u{a0}: ce n’est pas un jour du calendrier, vérifiez l’année, le mois et le jour",
            ),
            (
                "message",
                "has 2001 characters, at most 2000 are taken: shorten it",
                "message\u{a0}: 2001 caractères, pour 2000 au plus\u{a0}: raccourcissez",
            ),
            (
                "message",
                "still holds [motif]: complete it before sending",
                "message\u{a0}: il reste [motif], complétez avant d’envoyer",
            ),
        ];
        for (field, problem, said) in rows {
            assert_eq!(of_field(field, problem), said);
        }
    }

    #[test]
    fn a_sentence_of_the_directory_is_told_with_what_was_written_and_what_was_meant() {
        let rows = [
            (
                "unknown column \"equippe\", did you mean \"équipe\"?",
                "colonne inconnue «\u{a0}equippe\u{a0}»\u{a0}; peut-être équipe",
            ),
            (
                "desk accueil: \"RSAA\" is no benefit of the catalogue, did you mean RSA?",
                "cette démarche n’est pas au catalogue, donnez son code, par exemple RSA\u{a0}; peut-être RSA",
            ),
            (
                "\"Caf du Morbihan\" finds nobody without it: ask the person for it, or write to the agency first",
                "Caf du Morbihan ne retrouve personne sans cela, demandez-le à la personne",
            ),
            (
                "\"99\" is no département: write its code, as in \"56\", \"2A\" or \"971\"",
                "«\u{a0}99\u{a0}» n’est pas un département, donnez son code\u{a0}: 56, 2A ou 971",
            ),
            (
                "nothing was changed: member maud.riou: give it at least one desk",
                "il lui faut au moins une équipe",
            ),
        ];
        for (sentence, told) in rows {
            assert_eq!(in_words(Lang::Fr, sentence), told);
        }
    }

    #[test]
    fn a_sentence_that_is_not_known_is_shown_as_it_came_and_marked() {
        let told = of_field("facts.new_fact", "is of another kind");
        assert_eq!(
            told,
            "facts.new_fact\u{a0}: détail (en anglais)\u{a0}: is of another kind"
        );
    }

    #[test]
    fn what_the_sentence_of_the_reason_says_already_is_not_told_twice() {
        let message = Said::Message("your role may not do this: ask the person whose role it is".to_owned());
        assert_eq!(message.to_text(Lang::Fr, Some("ROLE_FORBIDDEN")), None);
        assert_eq!(
            message.to_text(Lang::En, Some("ROLE_FORBIDDEN")),
            Some(message.as_it_came())
        );
        let state = Said::Violation(
            "cases/x/tickets/1".to_owned(),
            "a ticket in state ROUTED does not allow this".to_owned(),
        );
        assert_eq!(
            state.to_text(Lang::Fr, Some("TRANSITION_NOT_ALLOWED")).as_deref(),
            Some("état actuel de la demande\u{a0}: Envoyée")
        );
    }

    #[test]
    fn a_page_names_a_field_as_people_do_and_says_nothing_twice() {
        assert_eq!(
            beside_no_field(Lang::Fr, "mandate.expires_on", "is required").as_deref(),
            Some("fin de l’accord\u{a0}: à remplir")
        );
        let state = "a ticket in state ROUTED does not allow this";
        assert_eq!(
            beside_no_field(Lang::Fr, "cases/x/tickets/1", state).as_deref(),
            Some("état actuel de la demande\u{a0}: Envoyée")
        );
        let reason = "the mandate does not hold today: record a new agreement of the person";
        assert_eq!(beside_no_field(Lang::Fr, "", reason), None);
    }

    #[test]
    fn every_sentence_of_the_table_has_its_words() {
        for &(start, key) in directory::SENTENCES.iter().chain(SENTENCES) {
            for lang in [Lang::Fr, Lang::En] {
                let told = sentence(lang, start).expect("a sentence of the table");
                assert_ne!(told, key, "{start} in {lang:?}");
            }
        }
    }
}
