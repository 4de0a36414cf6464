//! What a form asks, as the requests of the contract want it.

use declic_client::Error;
use declic_proto::v1;

use super::Deed;
use super::{agency, opener, triage, whole, words};
use crate::days::read_day;
use crate::form::{Form, REQUEST};
use crate::visit::Visit;

/// A form that is sent.
pub struct Asked<'a> {
    /// By whom.
    pub visit: &'a Visit,
    /// With what.
    pub form: &'a Form,
    /// On what, as the hub names it: made from the address, so that what happens is what the address says.
    pub name: String,
}

impl Asked<'_> {
    /// The identifier of the intention.
    pub fn id(&self) -> String {
        self.text(REQUEST)
    }

    /// The epoch that its reader saw.
    pub fn epoch(&self) -> u32 {
        self.form.value("epoch").parse().unwrap_or_default()
    }

    /// What was typed into a field.
    pub fn text(&self, name: &str) -> String {
        self.form.value(name).to_owned()
    }

    /// The day that was typed, as the contract writes it; empty without one.
    pub fn day(&self, name: &str) -> String {
        read_day(self.form.value(name)).map_or_else(String::new, |day| day.to_string())
    }

    /// The value of the contract that was chosen; unspecified without one.
    pub fn code<T>(&self, name: &str, prefix: &str, read: impl Fn(&str) -> Option<T>) -> i32
    where
        T: Into<i32> + Default,
    {
        let chosen = read(&format!("{prefix}_{}", self.form.value(name)));
        chosen.unwrap_or_default().into()
    }

    /// What comes next, when anything was said of it.
    pub fn step(&self) -> Option<v1::NextStep> {
        let (label, due_on) = (self.text("step"), self.day("step_on"));
        (!label.is_empty() || !due_on.is_empty()).then_some(v1::NextStep { label, due_on })
    }

    /// Sends it.
    ///
    /// # Errors
    /// What the hub refuses.
    pub async fn send(&self, deed: Deed) -> Result<(), Error> {
        match deed {
            Deed::Reply => opener::reply(self).await,
            Deed::Close => opener::close(self).await,
            Deed::Remind => opener::remind(self).await,
            Deed::Reopen => opener::reopen(self).await,
            Deed::Withdraw => opener::withdraw(self).await,
            Deed::Share => opener::share(self).await,
            Deed::Unshare => opener::unshare(self).await,
            Deed::Take => agency::take(self).await,
            Deed::Resolve => agency::resolve(self).await,
            Deed::Ask => agency::ask(self).await,
            Deed::TakeBack => agency::take_back(self).await,
            Deed::Redirect => agency::redirect(self).await,
            Deed::Assign => agency::assign(self).await,
            Deed::Route => triage::route(self).await,
            Deed::Contact => triage::contact(self).await,
            Deed::Escalate => triage::escalate(self).await,
            Deed::Write => words::write(self).await,
            Deed::Note => words::note(self).await,
            Deed::CorrectPerson => whole::correct_person(self).await,
            Deed::CorrectFacts => whole::correct_facts(self).await,
            Deed::ChangeUrgency => whole::change_urgency(self).await,
            Deed::Add => whole::add(self).await,
            Deed::Renew => whole::renew(self).await,
            Deed::Revoke => whole::revoke(self).await,
            Deed::Transfer => whole::transfer(self).await,
            Deed::WithdrawCase => whole::withdraw(self).await,
        }
    }
}
