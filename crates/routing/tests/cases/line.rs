//! The facts of a line of `cases.tsv`.

use declic_routing::RawFacts;

/// The facts of a line's cells: the required ones, and the others as `name=value` with spaces between.
pub fn raw(line: &str, commune: &str, regime: &str, benefit: &str, others: &str) -> RawFacts {
    let mut raw = RawFacts {
        commune: commune.to_owned(),
        regime: regime.to_owned(),
        benefit: benefit.to_owned(),
        ..RawFacts::default()
    };
    for other in others.split_whitespace() {
        let (name, value) = other.split_once('=').expect("a fact is written name=value");
        let value = Some(value.to_owned());
        let flag = || value.as_deref() == Some("true");
        match name {
            "blockage" => raw.blockage = value,
            "stage" => raw.stage = value,
            "relief_domicile" => raw.relief_domicile = value,
            "elected_domicile" => raw.elected_domicile = value,
            "paying_body" => raw.paying_body = value,
            "seized_body" => raw.seized_body = value,
            "agricultural_status" => raw.agricultural_status = value,
            "special_scheme" => raw.special_scheme = value,
            "on_date" => raw.on_date = value,
            "local_scheme" => raw.local_scheme = Some(flag()),
            "has_basic_pension" => raw.has_basic_pension = Some(flag()),
            _ => panic!("no such fact: {name} in {line}"),
        }
    }
    raw
}
