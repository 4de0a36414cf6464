//! Rules and how often their tickets were redirected.

use declic_domain::misroute::Misroute;
use declic_proto::v1;

use super::enums;

/// A rule as it goes out.
pub fn render(misroute: Misroute) -> v1::Misroute {
    let reasons = misroute.reasons.into_iter();
    let corrected = misroute.corrected.into_iter();
    let agencies = misroute.agencies.into_iter();
    v1::Misroute {
        rule: misroute.rule,
        redirects: number(misroute.redirects),
        reasons: reasons
            .map(|(reason, redirects)| v1::RedirectReasonCount {
                reason: enums::redirect_reason(reason).into(),
                redirects: number(redirects),
            })
            .collect(),
        corrected_facts: corrected
            .map(|(fact, redirects)| v1::FactCount {
                fact: fact.as_str().to_owned(),
                redirects: number(redirects),
            })
            .collect(),
        agencies: agencies
            .map(|(agency, redirects)| v1::AgencyCount {
                agency: agency.resource(),
                redirects: number(redirects),
            })
            .collect(),
    }
}

/// A count as it goes out.
pub fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
