//! How much time agencies have: what is asked, and how it is shown.

use declic_domain::clock::{ClockPolicy, Target, Targets};
use declic_domain::directory::LevelPolicy;
use declic_domain::directory::authority::Ask;
use declic_domain::name::AgencyId;
use declic_proto::v1;
use declic_routing::Benefit;

use super::{Asked, Parsing};
use crate::status::Error;
use crate::wire::Violations;

/// Parses SetClockPolicy.
///
/// # Errors
/// Every violation; a target of zero, and one to acknowledge that is longer than the one to resolve.
pub fn set(request: v1::SetClockPolicyRequest) -> Result<Asked, Error> {
    let mut parsing = Parsing::of(&request.request_id, request.reason);
    let asked = request.policy.unwrap_or_default();
    parsing.read_whole(&asked.etag);
    let violations = &mut parsing.violations;
    let agency = violations.optional_name("policy.agency", &asked.agency, AgencyId::parse_resource);
    let benefit = (!asked.benefit.is_empty()).then(|| Benefit::find(&asked.benefit));
    if benefit.is_some_and(|found| found.is_none()) {
        violations.add(
            "policy.benefit",
            "is no benefit of the catalogue: write its code, as in RSA",
        );
    }
    let policy = match request.withdraw {
        true => {
            if !asked.version.is_empty() || asked.ordinary.is_some() || asked.urgent.is_some() {
                violations.add(
                    "withdraw",
                    "takes no version and no targets: leave them out, or do not withdraw",
                );
            }
            Some(None)
        }
        false => policy(violations, &asked).map(Some),
    };
    let set = policy.map(|policy| LevelPolicy {
        agency,
        benefit: benefit.flatten().map(|benefit| benefit.code.to_owned()),
        policy,
    });
    parsing.finish("policy", set.map(Ask::SetPolicy))
}

fn policy(violations: &mut Violations, asked: &v1::ClockPolicy) -> Option<ClockPolicy> {
    let version = violations.line(
        "policy.version",
        asked.version.clone(),
        declic_domain::clock::target::LONGEST_VERSION,
    );
    let ordinary = targets(violations, "policy.ordinary", asked.ordinary.as_ref());
    let urgent = targets(violations, "policy.urgent", asked.urgent.as_ref());
    let (ordinary, urgent) = ordinary.zip(urgent)?;
    if violations.tells("policy.version") {
        return None;
    }
    violations.take("policy.version", ClockPolicy::new(&version, ordinary, urgent))
}

fn targets(violations: &mut Violations, field: &str, asked: Option<&v1::ClockTargets>) -> Option<Targets> {
    let asked = asked.cloned().unwrap_or_default();
    let acknowledge = violations.take(
        &format!("{field}.acknowledge"),
        asked.acknowledge.parse::<Target>(),
    );
    let resolve = violations.take(&format!("{field}.resolve"), asked.resolve.parse::<Target>());
    let (acknowledge, resolve) = acknowledge.zip(resolve)?;
    violations.take(
        &format!("{field}.acknowledge"),
        Targets::new(acknowledge, resolve),
    )
}

/// What holds at a level; nothing where nothing is decided. Without an etag it is the program's own.
pub fn clock_policy(level: &LevelPolicy, etag: Option<u64>) -> Option<v1::ClockPolicy> {
    let policy = level.policy.as_ref()?;
    let told = |urgent| {
        let Targets { acknowledge, resolve } = policy.targets(urgent);
        v1::ClockTargets {
            acknowledge: acknowledge.to_string(),
            resolve: resolve.to_string(),
        }
    };
    Some(v1::ClockPolicy {
        agency: level.agency.as_ref().map(AgencyId::resource).unwrap_or_default(),
        benefit: level.benefit.clone().unwrap_or_default(),
        version: policy.version().to_owned(),
        ordinary: Some(told(false)),
        urgent: Some(told(true)),
        etag: etag.map(|etag| etag.to_string()).unwrap_or_default(),
    })
}
