//! What a page sees itself of a form, before the hub is asked.

use declic_proto::v1::RedirectReason;
use declic_words::Family;

use super::{Deed, Returned, opener};
use crate::days::{self, read_day};
use crate::failure::Failure;
use crate::form::{Fields, Form};
use crate::kept;
use crate::options::Choice;
use crate::pages::{agreement, orientation};
use crate::visit::Visit;

/// Fields of days.
const DAYS: [&str; 4] = ["due_on", "step_on", "contacted_on", "birth_date"];

/// Fields of a choice among communes, for the words that it was made for.
const COMMUNE: [&str; 3] = ["commune", "commune_code", "commune_for"];

/// Tells what is wrong with a form beside its fields.
///
/// # Errors
/// The hub, which knows the communes, does not answer.
pub async fn check(visit: &Visit, returned: &mut Returned) -> Result<(), Failure> {
    let (page, form) = (&visit.page, &mut returned.form);
    form.warn_of_nir(kept::is_text, &page.t("console-nir-words"));
    let answers: Vec<String> = opener::answers(form).map(|(_, field, _)| field).collect();
    let days = answers.iter().filter(|field| field.starts_with("item_day"));
    for name in DAYS.into_iter().chain(days.map(String::as_str)) {
        let typed = form.value(name).to_owned();
        if !typed.is_empty() && read_day(&typed).is_none() {
            form.wrong(name, days::wrong(page, &typed));
        }
    }
    match returned.deed {
        Deed::Contact if form.value("contacted_on").is_empty() => {
            form.wrong("contacted_on", page.t("console-lacks-day"));
        }
        Deed::CorrectPerson if form.value("birth_date").is_empty() => {
            form.wrong("birth_date", page.t("console-lacks-birth-date"));
        }
        Deed::Transfer if form.value("opener").is_empty() => {
            form.wrong("opener", page.t("console-lacks-opener"));
        }
        Deed::Renew => agreement::check(page, form),
        Deed::Redirect => {
            goes_with_reason(visit, form);
            returned.communes = commune(visit, form).await?;
        }
        Deed::CorrectFacts => {
            if form.value("commune").is_empty() {
                form.wrong("commune", page.t("console-lacks-commune"));
            }
            returned.communes = commune(visit, form).await?;
        }
        _ => {}
    }
    Ok(())
}

/// The commune and the regime of a redirect go with their reason.
fn goes_with_reason(visit: &Visit, form: &mut Form) {
    let only = [
        ("commune", RedirectReason::OutsideTerritory),
        ("regime", RedirectReason::WrongRegime),
    ];
    for (name, reason) in only {
        let code = reason.as_str_name().trim_start_matches("REDIRECT_REASON_");
        if form.value("why") != code && !form.value(name).is_empty() {
            let reason = visit.page.label(Family::RedirectReason, code);
            form.wrong(name, visit.page.t1("console-only-with", "reason", &reason));
        }
    }
}

/// Looks for the commune that was typed, as a new case does; the communes to choose from when it may be several.
async fn commune(visit: &Visit, form: &mut Form) -> Result<Vec<Choice>, Failure> {
    if form.value("commune").is_empty() {
        return Ok(Vec::new());
    }
    let mut fields = Fields::default();
    for name in COMMUNE {
        fields.set(name, form.value(name));
    }
    let mut sought = Form::of(fields);
    let orientation::Beside { facts, communes, .. } = orientation::beside(visit, &mut sought).await?;
    for name in COMMUNE {
        form.know(name, sought.value(name));
    }
    for problem in sought.problems() {
        form.wrong(&problem.field, problem.text.as_str());
    }
    form.know("insee", &facts.commune);
    Ok(communes)
}
