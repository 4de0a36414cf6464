//! What a desk treats and does not, who may address it, and whether it is open at all, as the directory keeps it beside the
//! desk.
//!
//! A desk says which benefits it treats ([`Desk::benefits`](super::Desk)); what is here takes away from that, never adds.
//! Triage desks have none of it: what nobody else takes is theirs.

use std::collections::BTreeSet;

use declic_routing::RawFacts;

use super::{Desk, Directory};
use crate::name::{AgencyId, DeskName, OrganisationId};

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganisationKind {
    /// A CCAS or CIAS of one or several communes.
    Ccas,
    /// A France Services desk.
    FranceServices,
    /// The social service of a département.
    Departement,
    /// An association.
    Association,
    /// A health establishment.
    Hospital,
    /// Anything else.
    Other,
}

/// What a ticket is about, as far as a desk may say that it does not treat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter<'a> {
    /// Code of the benefit.
    pub benefit: &'a str,
    /// Code of what blocks; unknown when absent, and then no desk refuses it for that.
    pub blockage: Option<&'a str>,
    /// Who addresses it; when absent it is addressed already, and nobody is asked.
    pub organisation: Option<&'a OrganisationId>,
}

/// What a desk does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskRules {
    /// Whose they are.
    pub desk: DeskName,
    /// Whether it is closed: nothing is addressed to it, and what it had goes on to others.
    pub is_closed: bool,
    /// Codes of benefits that it does not treat.
    pub not_benefits: BTreeSet<String>,
    /// Codes of the blockages that it treats; empty: all of them.
    pub blockages: BTreeSet<String>,
    /// Codes of blockages that it does not treat.
    pub not_blockages: BTreeSet<String>,
    /// Kinds of organisations that may address it; with [`Self::organisations`] empty: everyone may.
    pub kinds: BTreeSet<OrganisationKind>,
    /// Organisations that may address it, whatever their kind.
    pub organisations: BTreeSet<OrganisationId>,
}

impl DeskRules {
    /// Those of a desk that says nothing.
    pub fn none(desk: DeskName) -> Self {
        Self {
            desk,
            is_closed: false,
            not_benefits: BTreeSet::new(),
            blockages: BTreeSet::new(),
            not_blockages: BTreeSet::new(),
            kinds: BTreeSet::new(),
            organisations: BTreeSet::new(),
        }
    }

    /// Their resource name.
    pub fn resource(&self) -> String {
        format!("{}/rules", self.desk.resource())
    }

    fn treats(&self, matter: Matter<'_>) -> bool {
        let is_treated = |blockage: &str| {
            let named = self.blockages.is_empty() || self.blockages.contains(blockage);
            named && !self.not_blockages.contains(blockage)
        };
        !self.not_benefits.contains(matter.benefit) && matter.blockage.is_none_or(is_treated)
    }

    fn hears(&self, directory: &Directory, organisation: &OrganisationId) -> bool {
        let everyone = self.kinds.is_empty() && self.organisations.is_empty();
        let known = directory.organisations.get(organisation);
        let kind = known.and_then(|organisation| organisation.kind);
        everyone
            || self.organisations.contains(organisation)
            || kind.is_some_and(|kind| self.kinds.contains(&kind))
    }
}

impl<'a> Matter<'a> {
    /// A benefit, whatever blocks and whoever asks.
    pub fn of_benefit(benefit: &'a str) -> Self {
        Self {
            benefit,
            blockage: None,
            organisation: None,
        }
    }

    /// What is addressed already, and stays in its agency.
    pub fn addressed(facts: &'a RawFacts) -> Self {
        Self {
            blockage: facts.blockage.as_deref(),
            ..Self::of_benefit(&facts.benefit)
        }
    }
}

impl Directory {
    /// Whether a desk is open: what is addressed to none that is closed, and stays with none.
    pub fn is_open(&self, desk: &DeskName) -> bool {
        self.desk_rules.get(desk).is_none_or(|rules| !rules.is_closed)
    }

    /// Whether a desk takes this, by its benefits and by what it says besides.
    pub fn takes(&self, desk: &Desk, matter: Matter<'_>) -> bool {
        let by_benefit = desk.benefits.is_empty() || desk.benefits.contains(matter.benefit);
        let by_rules = self.desk_rules.get(&desk.name).is_none_or(|rules| {
            let is_heard = matter.organisation.is_none_or(|id| rules.hears(self, id));
            !rules.is_closed && rules.treats(matter) && is_heard
        });
        by_benefit && by_rules
    }

    /// Whether an enrolled agency that somebody staffs has no desk that takes this: what nobody there would treat.
    pub fn declines(&self, agency: &AgencyId, matter: Matter<'_>) -> bool {
        let enrolled = self.agencies.get(agency);
        let enrolled = enrolled.filter(|agency| agency.enrolment != super::Enrolment::None);
        enrolled.is_some_and(|agency| {
            let mut desks = agency.desks.iter().filter(|desk| self.is_staffed(&desk.name));
            let is_there = desks.clone().next().is_some();
            is_there && !desks.any(|desk| self.takes(desk, matter))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Agency, Enrolment, Item, Member, Organisation, Role};
    use crate::name::MemberId;

    fn desk(id: &str) -> DeskName {
        DeskName::new(AgencyId::parse("caf-56").expect("an agency"), id).expect("a desk")
    }

    fn organisation(id: &str) -> OrganisationId {
        OrganisationId::parse(id).expect("an organisation")
    }

    fn codes(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    /// Two desks, the first for the RSA; somebody at both; a CCAS and an association.
    fn directory() -> Directory {
        let mut directory = Directory::default();
        for (id, kind) in [
            ("ccas-pontivy", Some(OrganisationKind::Ccas)),
            ("emmaus-56", Some(OrganisationKind::Association)),
            ("inconnue", None),
        ] {
            directory.apply(Item::Organisation(Organisation {
                id: organisation(id),
                name: id.to_owned(),
                departement: "56".to_owned(),
                kind,
            }));
        }
        let named = |id: &str, benefits: &[&str]| Desk {
            name: desk(id),
            display_name: id.to_owned(),
            benefits: codes(benefits),
        };
        directory.apply(Item::Agency(Agency {
            id: desk("rsa").agency,
            name: "Caf".to_owned(),
            enrolment: Enrolment::Console,
            nir_allowed: false,
            desks: vec![named("rsa", &["RSA"]), named("accueil", &[])],
        }));
        directory.apply(Item::Member(Member {
            id: MemberId::parse("claire").expect("a member"),
            name: "Claire".to_owned(),
            role: Role::Agent,
            organisation: None,
            agency: Some(desk("rsa").agency),
            desks: BTreeSet::from([desk("rsa"), desk("accueil")]),
            territory: BTreeSet::new(),
            active: true,
            keys: Vec::new(),
            identities: BTreeSet::new(),
        }));
        directory
    }

    /// What the first desk says, what blocks, who asks, and the desk that receives it.
    type Row = (
        fn(&mut DeskRules),
        &'static str,
        &'static str,
        Option<&'static str>,
    );

    fn receives(directory: &Directory, blockage: &str, from: &str) -> Option<String> {
        let organisation = organisation(from);
        let matter = Matter {
            benefit: "RSA",
            blockage: Some(blockage),
            organisation: Some(&organisation),
        };
        let now = "2026-12-01T08:00:00Z".parse().expect("an instant");
        let found = directory.receiving_desk(&desk("rsa").agency, matter, now);
        assert_eq!(found.is_none(), directory.declines(&desk("rsa").agency, matter));
        found.map(|desk| desk.name.desk().to_owned())
    }

    #[test]
    fn a_desk_takes_what_it_treats_from_whom_it_hears() {
        let rows: [Row; 9] = [
            (|_| {}, "NO_REPLY", "ccas-pontivy", Some("rsa")),
            (
                |rules| rules.is_closed = true,
                "NO_REPLY",
                "ccas-pontivy",
                Some("accueil"),
            ),
            (
                |rules| rules.not_blockages = codes(&["OVERPAYMENT"]),
                "OVERPAYMENT",
                "ccas-pontivy",
                Some("accueil"),
            ),
            (
                |rules| rules.not_blockages = codes(&["OVERPAYMENT"]),
                "NO_REPLY",
                "ccas-pontivy",
                Some("rsa"),
            ),
            (
                |rules| rules.blockages = codes(&["NO_REPLY"]),
                "OVERPAYMENT",
                "ccas-pontivy",
                Some("accueil"),
            ),
            (
                |rules| rules.kinds = BTreeSet::from([OrganisationKind::Ccas]),
                "NO_REPLY",
                "ccas-pontivy",
                Some("rsa"),
            ),
            (
                |rules| rules.kinds = BTreeSet::from([OrganisationKind::Ccas]),
                "NO_REPLY",
                "emmaus-56",
                Some("accueil"),
            ),
            (
                |rules| rules.kinds = BTreeSet::from([OrganisationKind::Ccas]),
                "NO_REPLY",
                "inconnue",
                Some("accueil"),
            ),
            (
                |rules| rules.organisations = BTreeSet::from([organisation("emmaus-56")]),
                "NO_REPLY",
                "emmaus-56",
                Some("rsa"),
            ),
        ];
        for (place, (say, blockage, from, expected)) in rows.into_iter().enumerate() {
            let mut directory = directory();
            let mut rules = DeskRules::none(desk("rsa"));
            say(&mut rules);
            directory.apply(Item::DeskRules(rules));
            assert_eq!(
                receives(&directory, blockage, from).as_deref(),
                expected,
                "row {place}"
            );
        }
    }

    #[test]
    fn what_no_desk_takes_is_declined_by_the_agency() {
        let mut directory = directory();
        for id in ["rsa", "accueil"] {
            directory.apply(Item::DeskRules(DeskRules {
                not_benefits: codes(&["RSA"]),
                ..DeskRules::none(desk(id))
            }));
        }
        assert_eq!(receives(&directory, "NO_REPLY", "ccas-pontivy"), None);
    }
}
