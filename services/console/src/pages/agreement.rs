//! What a person agrees to, as it is written down: when a case is opened, and when an agreement is given anew.

use declic_proto::v1::{self, MandateChannel};
use jiff::civil::Date;

use crate::days::{self, read_day};
use crate::form::Form;
use crate::page::Page;

/// Most years an agreement recorded here holds: what the person is told.
const YEARS: i16 = 1;

/// Tells what lacks of an agreement: how it was given, when, and that the person knows what is passed on. It was given today
/// at the latest, and holds today.
pub fn check(page: &Page, form: &mut Form) {
    for name in ["channel", "given_on", "informed"] {
        if form.value(name).is_empty() {
            form.wrong(name, page.t(&format!("console-lacks-{}", name.replace('_', "-"))));
        }
    }
    let typed = form.value("given_on").to_owned();
    match read_day(&typed) {
        None => form.wrong("given_on", days::wrong(page, &typed)),
        Some(day) if day > page.today() || expiry(day).is_none_or(|end| end < page.today()) => {
            form.wrong("given_on", page.t("console-wrong-given-on"));
        }
        Some(_) => {}
    }
}

/// The agreement of a form that lacks nothing.
pub fn mandate(form: &Form, scope: String) -> v1::Mandate {
    let given_on = read_day(form.value("given_on"));
    let written = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let channel = MandateChannel::from_str_name(&format!("MANDATE_CHANNEL_{}", form.value("channel")));
    v1::Mandate {
        channel: channel.unwrap_or_default().into(),
        scope,
        given_on: written(given_on),
        expires_on: written(given_on.and_then(expiry)),
        evidence: form.value("evidence").to_owned(),
        ..Default::default()
    }
}

/// Its last day.
fn expiry(given_on: Date) -> Option<Date> {
    given_on.checked_add(jiff::Span::new().years(YEARS)).ok()
}
