//! What somebody wrote, told back under the names of its fields: on a page that holds a form, and on a case that takes it no
//! more. What a page put there itself is not told.

use declic_words::Family;

use crate::form::Fields;
use crate::page::Page;
use crate::people;

/// One field that was filled.
pub struct Kept {
    /// Its name, in words.
    pub label: String,
    /// What was written or chosen, in words.
    pub value: String,
}

/// What is in a field.
#[derive(Clone, Copy)]
enum Kind {
    /// What was written.
    Text,
    /// A code of one of these families.
    Code(&'static [Family]),
    /// A benefit of the catalogue.
    Benefit,
    /// An agency.
    Agency,
    /// What is not shown to whoever passes by.
    Secret,
}

/// Fields that people fill: name, key of the label, what is in them.
const FIELDS: &[(&str, &str, Kind)] = &[
    ("given_name", "console-given-name", Kind::Text),
    ("family_name", "console-family-name", Kind::Text),
    ("birth_date", "console-birth-date", Kind::Text),
    ("commune", "console-commune", Kind::Text),
    ("agency_identifier", "console-identifier-short", Kind::Text),
    ("nir", "console-nir-short", Kind::Secret),
    ("benefit", "console-benefit", Kind::Benefit),
    ("blockage", "console-blockage", Kind::Code(&[Family::Blockage])),
    ("regime", "console-regime", Kind::Code(&[Family::Regime])),
    ("explanation", "console-explanation-short", Kind::Text),
    (
        "channel",
        "console-channel-short",
        Kind::Code(&[Family::MandateChannel, Family::ContactChannel]),
    ),
    ("given_on", "console-given-on", Kind::Text),
    ("evidence", "console-evidence-short", Kind::Text),
    ("message", "console-message", Kind::Text),
    ("outcome", "console-outcome", Kind::Code(&[Family::Outcome])),
    ("link", "console-link", Kind::Text),
    ("step", "console-step", Kind::Text),
    ("step_on", "console-step-on", Kind::Text),
    ("kind", "console-ask-kind", Kind::Code(&[Family::InformationKind])),
    ("label", "console-ask-label", Kind::Text),
    ("why", "console-ask-why", Kind::Code(&[Family::RedirectReason])),
    ("due_on", "console-ask-due", Kind::Text),
    ("item", "console-reply-item", Kind::Text),
    ("item_day", "console-reply-item", Kind::Text),
    ("effect", "console-close-effect", Kind::Code(&[Family::Effect])),
    ("agency", "console-column-agency", Kind::Agency),
    ("contacted_on", "console-contact-on", Kind::Text),
    (
        "result",
        "console-contact-result",
        Kind::Code(&[Family::ContactResult]),
    ),
    ("depuis", "console-absence-from", Kind::Text),
    ("jusqu", "console-absence-until", Kind::Text),
];

/// Every field that was filled, in the order in which it came.
pub fn told(page: &Page, fields: &Fields) -> Vec<Kept> {
    let mut kept: Vec<Kept> = Vec::new();
    for (name, value) in fields.carried() {
        let Some((_, label, kind)) = field(name).filter(|_| !value.trim().is_empty()) else {
            continue;
        };
        kept.push(Kept {
            label: page.t(label),
            value: said(page, *kind, value.trim()),
        });
    }
    kept
}

/// Whether people write freely into a field of this name.
pub fn is_text(name: &str) -> bool {
    matches!(field(name), Some((_, _, Kind::Text))) || base(name) == "why"
}

fn field(name: &str) -> Option<&'static (&'static str, &'static str, Kind)> {
    let base = base(name);
    FIELDS.iter().find(|(known, _, _)| *known == base)
}

/// `label_2` is the second `label` of a form.
fn base(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((base, place)) if !place.is_empty() && place.bytes().all(|digit| digit.is_ascii_digit()) => base,
        _ => name,
    }
}

fn said(page: &Page, kind: Kind, value: &str) -> String {
    match kind {
        Kind::Text => value.to_owned(),
        Kind::Code(families) => {
            let labels = families.iter().map(|family| (page.label(*family, value), family));
            let known = labels.into_iter().find(|(label, _)| label != value);
            known.map_or_else(|| value.to_owned(), |(label, _)| label)
        }
        Kind::Benefit => page.benefit(value),
        Kind::Agency => people::agency(value).to_owned(),
        Kind::Secret => page.t("console-kept-unshown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_known_by_its_name_and_its_place() {
        for name in [
            "message",
            "label_2",
            "why",
            "why_3",
            "item_12",
            "item_day_3",
            "agency_identifier",
            "evidence",
        ] {
            assert!(is_text(name), "{name}");
        }
        for name in ["nir", "demande", "epoch", "outcome", "agency", "etape"] {
            assert!(!is_text(name), "{name}");
        }
    }
}
