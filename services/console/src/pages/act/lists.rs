//! What the forms of a case choose from.

use declic_proto::v1;
use declic_words::Family;

use super::Deed;
use crate::options::{self, Choice, Group, of_family, plain};
use crate::page::Page;
use crate::pages::{case, cases};
use crate::people;

/// What the forms of this page choose from.
#[derive(Default)]
pub struct Lists {
    /// Ways a ticket ends at an agency.
    pub outcomes: Vec<Choice>,
    /// Why it goes elsewhere.
    pub reasons: Vec<Choice>,
    /// Schemes of social protection.
    pub regimes: Vec<Choice>,
    /// Same, and that nobody knows it.
    pub known_regimes: Vec<Choice>,
    /// What the person got.
    pub effects: Vec<Choice>,
    /// What may be asked for.
    pub kinds: Vec<Choice>,
    /// Agencies that the rules name, those of the département and those of the country.
    pub agencies: Vec<Group>,
    /// Agencies of the other open tickets of the case.
    pub others: Vec<Group>,
    /// Colleagues of the agency.
    pub colleagues: Vec<Group>,
    /// Who may follow the case.
    pub successors: Vec<Group>,
    /// What a case may be about.
    pub benefits: Vec<Group>,
    /// What may block it.
    pub blockages: Vec<Group>,
    /// How a person agrees.
    pub mandates: Vec<Choice>,
    /// Ways to reach an agency.
    pub channels: Vec<Choice>,
    /// How that ended.
    pub results: Vec<Choice>,
}

impl Lists {
    /// What the forms of a case choose from; `members` are those to whom its reader may give it, or one of its tickets.
    pub fn of(page: &Page, case: &v1::Case, members: Vec<v1::Member>) -> Self {
        let commune = case.facts.as_ref().map_or("", |facts| facts.commune.as_str());
        let named = case.tickets.iter().flat_map(|ticket| {
            let proposed = ticket.proposal.iter().flat_map(|proposal| &proposal.agencies);
            proposed.chain([&ticket.intended_agency])
        });
        let named: Vec<&str> = named
            .filter(|agency| !agency.is_empty())
            .map(String::as_str)
            .collect();
        // Oneself only where somebody else has it: that is how a ticket is taken over, and a case.
        let me = page.who.as_ref().map_or("", |who| who.member.as_str());
        let is_of_others = case
            .tickets
            .iter()
            .any(|ticket| case::offers(ticket, Deed::Assign) && ticket.agent != me);
        let choice = |member: &v1::Member| Choice::new(&member.name, &member.display_name);
        let colleagues = members
            .iter()
            .filter(|member| people::is_person(member) && (is_of_others || member.name != me))
            .map(choice)
            .collect();
        let successors = members
            .iter()
            .filter(|member| people::opens(member.role()) && member.name != case.opener)
            .map(choice)
            .collect();
        let others = case
            .tickets
            .iter()
            .filter(|ticket| cases::is_open(ticket.state()));
        let others = others.map(|ticket| Choice::new(&ticket.agency, &ticket.agency_display_name));
        Self {
            outcomes: of_family(
                page,
                Family::Outcome,
                &[
                    "RIGHT_RESTORED",
                    "ERROR_CORRECTED",
                    "DECISION_EXPLAINED",
                    "REFUSAL_CONFIRMED",
                    "SENT_TO_STANDARD_PROCEDURE",
                    "DUPLICATE",
                    "PERSON_UNKNOWN",
                ],
            ),
            reasons: of_family(
                page,
                Family::RedirectReason,
                &[
                    "OUTSIDE_TERRITORY",
                    "WRONG_REGIME",
                    "PAYER_NOT_DECIDER",
                    "OUTSIDE_COMPETENCE",
                    "LEGAL_BAR",
                    "OTHER",
                ],
            ),
            known_regimes: of_family(
                page,
                Family::Regime,
                &["GENERAL", "AGRICULTURAL", "OTHER", "UNKNOWN"],
            ),
            regimes: of_family(page, Family::Regime, &["GENERAL", "AGRICULTURAL", "OTHER"]),
            effects: of_family(page, Family::Effect, &["YES", "PARTLY", "NO", "UNKNOWN"]),
            kinds: of_family(page, Family::InformationKind, &["DOCUMENT", "QUESTION", "DATE"]),
            agencies: people::agencies(page, commune, &named),
            others: plain(others.collect()),
            colleagues: plain(colleagues),
            successors: plain(successors),
            benefits: options::benefits(),
            blockages: options::blockages(page),
            mandates: of_family(page, Family::MandateChannel, &["SIGNED", "ORAL", "SMS"]),
            channels: of_family(
                page,
                Family::ContactChannel,
                &["TELEPHONE", "EMAIL", "PORTAL", "MAIL", "COUNTER", "MEETING"],
            ),
            results: of_family(
                page,
                Family::ContactResult,
                &["ANSWERED", "ANSWER_AWAITED", "NOT_REACHED"],
            ),
        }
    }
}
