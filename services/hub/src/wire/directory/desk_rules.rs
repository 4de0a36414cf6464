//! What desks do not take: what is asked, and how it is shown.

use std::collections::BTreeSet;

use declic_domain::directory::DeskRules;
use declic_domain::directory::authority::Ask;
use declic_domain::name::{DeskName, OrganisationId};
use declic_proto::v1;
use declic_routing::{Benefit, Blockage};

use super::{Asked, MOST_CODES, Parsing};
use crate::status::Error;
use crate::wire::{Violations, enums};

/// Parses SetDeskRules.
///
/// # Errors
/// Every violation.
pub fn set(request: v1::SetDeskRulesRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    let asked = request.rules.unwrap_or_default();
    parsing.read_part(&asked.etag);
    for (field, count) in [
        ("rules.not_benefits", asked.not_benefits.len()),
        ("rules.blockages", asked.blockages.len()),
        ("rules.not_blockages", asked.not_blockages.len()),
        ("rules.kinds", asked.kinds.len()),
        ("rules.organisations", asked.organisations.len()),
    ] {
        parsing.at_most(field, count, MOST_CODES);
    }
    let violations = &mut parsing.violations;
    let benefit = |code: &str| Benefit::find(code).map(|benefit| benefit.code);
    let blockage = |code: &str| Blockage::find(code).map(|blockage| blockage.code);
    let not_benefits = codes(violations, "rules.not_benefits", &asked.not_benefits, benefit);
    let blockages = codes(violations, "rules.blockages", &asked.blockages, blockage);
    let not_blockages = codes(violations, "rules.not_blockages", &asked.not_blockages, blockage);
    let kinds = asked.kinds.iter();
    let kinds =
        kinds.filter_map(|kind| violations.required("rules.kinds", enums::parse_organisation_kind(*kind)));
    let kinds = kinds.collect();
    let organisations = asked.organisations.iter();
    let organisations = organisations
        .filter_map(|name| violations.take("rules.organisations", OrganisationId::parse_resource(name)));
    let organisations = organisations.collect();
    let desk = violations.take("name", DeskName::parse_resource(&request.name));
    let set = desk.map(|desk| DeskRules {
        desk,
        is_closed: asked.closed,
        not_benefits,
        blockages,
        not_blockages,
        kinds,
        organisations,
    });
    parsing.finish("rules", set.map(Ask::SetDeskRules))
}

fn codes(
    violations: &mut Violations,
    field: &str,
    given: &[String],
    find: impl Fn(&str) -> Option<&'static str>,
) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for code in given {
        match find(code) {
            Some(code) => {
                codes.insert(code.to_owned());
            }
            None => violations.add(field, format!("unknown {code:?}: write a code of the catalogue")),
        }
    }
    codes
}

/// The rules of a desk.
pub fn rules(rules: Option<(&DeskRules, u64)>) -> v1::DeskRules {
    let Some((rules, etag)) = rules else {
        return v1::DeskRules::default();
    };
    let kinds = rules.kinds.iter();
    v1::DeskRules {
        closed: rules.is_closed,
        not_benefits: rules.not_benefits.iter().cloned().collect(),
        blockages: rules.blockages.iter().cloned().collect(),
        not_blockages: rules.not_blockages.iter().cloned().collect(),
        kinds: kinds.map(|kind| enums::organisation_kind(*kind).into()).collect(),
        organisations: rules.organisations.iter().map(OrganisationId::resource).collect(),
        etag: etag.to_string(),
    }
}
