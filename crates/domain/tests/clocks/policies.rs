//! How much time agencies have: by default, and where it was decided otherwise.

use declic_domain::clock::{ClockPolicy, Policies, PolicyError, Row, Target, Targets};
use declic_domain::directory::LevelPolicy;
use declic_domain::name::AgencyId;

fn target(text: &str) -> Target {
    text.parse().expect("a target")
}

#[test]
fn by_default_two_days_and_ten_and_when_urgent_four_hours_and_two_days() {
    let national = ClockPolicy::national();
    let ordinary = Targets {
        acknowledge: target("2d"),
        resolve: target("10d"),
    };
    let urgent = Targets {
        acknowledge: target("4h"),
        resolve: target("2d"),
    };
    assert_eq!(national.targets(false), ordinary);
    assert_eq!(national.targets(true), urgent);
}

#[test]
fn a_target_of_zero_is_refused_and_so_is_what_is_none() {
    for zero in ["0d", "0h", "00d"] {
        assert_eq!(zero.parse::<Target>(), Err(PolicyError::Zero), "{zero}");
    }
    for wrong in [
        "", "d", "10", "-1d", "+1d", "1.5d", "10 d", "10j", "367d", "1000h", "99999h", "é",
    ] {
        assert_eq!(wrong.parse::<Target>(), Err(PolicyError::Form), "{wrong}");
    }
    for right in ["1h", "999h", "1d", "366d"] {
        assert_eq!(target(right).to_string(), right);
    }
    let national = ClockPolicy::national();
    let (ordinary, urgent) = (national.targets(false), national.targets(true));
    for version in ["", "  ", &"a".repeat(41)] {
        assert_eq!(
            ClockPolicy::new(version, ordinary, urgent),
            Err(PolicyError::Version)
        );
    }
}

#[test]
fn nobody_has_more_time_to_acknowledge_than_to_resolve() {
    for (acknowledge, resolve) in [("3d", "2d"), ("5h", "4h"), ("3d", "16h"), ("17h", "2d")] {
        let refused = Targets::new(target(acknowledge), target(resolve));
        assert_eq!(refused, Err(PolicyError::Order), "{acknowledge} {resolve}");
    }
    for (acknowledge, resolve) in [("2d", "2d"), ("4h", "2d"), ("2d", "16h"), ("16h", "2d")] {
        assert!(
            Targets::new(target(acknowledge), target(resolve)).is_ok(),
            "{acknowledge} {resolve}"
        );
    }
}

#[test]
fn the_most_precise_policy_holds_and_an_agency_goes_before_a_benefit() {
    let caf = AgencyId::parse("caf-56").expect("an agency");
    let other = AgencyId::parse("caf-35").expect("an agency");
    let mut policies = Policies::default();
    let holds = |policies: &Policies, agency: &AgencyId, benefit: &str| {
        policies.of(agency, benefit).version().to_owned()
    };
    assert_eq!(holds(&policies, &caf, "RSA"), ClockPolicy::national().version());
    let rows = [
        (None, Some("RSA"), "rsa"),
        (Some(&caf), None, "caf-56"),
        (Some(&caf), Some("APL"), "caf-56-apl"),
    ];
    for (agency, benefit, version) in rows {
        set(&mut policies, agency, benefit, version);
    }
    assert_eq!(holds(&policies, &caf, "RSA"), "caf-56");
    assert_eq!(holds(&policies, &caf, "APL"), "caf-56-apl");
    assert_eq!(holds(&policies, &other, "RSA"), "rsa");
    assert_eq!(holds(&policies, &other, "APL"), ClockPolicy::national().version());
    set(&mut policies, Some(&caf), None, "caf-56-b");
    assert_eq!(holds(&policies, &caf, "RSA"), "caf-56-b");
    assert_eq!(policies.rows().len(), 3);
}

fn set(policies: &mut Policies, agency: Option<&AgencyId>, benefit: Option<&str>, version: &str) {
    let national = ClockPolicy::national();
    let policy = ClockPolicy::new(version, national.targets(false), national.targets(true));
    policies.set(Row {
        agency: agency.cloned(),
        benefit: benefit.map(str::to_owned),
        policy: policy.expect("a policy"),
    });
}

#[test]
fn what_is_taken_back_at_a_level_holds_there_no_more() {
    let caf = AgencyId::parse("caf-56").expect("an agency");
    let mut policies = Policies::default();
    for (agency, benefit) in [(None, None), (Some(&caf), None), (Some(&caf), Some("RSA"))] {
        set(&mut policies, agency, benefit, &format!("{agency:?} {benefit:?}"));
    }
    let before = policies.clone();
    for row in before.rows().iter().rev() {
        assert_eq!(policies.of(&caf, "RSA"), row.policy, "the most precise holds");
        let level = LevelPolicy {
            policy: None,
            ..LevelPolicy::of(row)
        };
        level.apply(&mut policies);
    }
    assert_eq!(policies.of(&caf, "RSA"), ClockPolicy::national());
}

#[test]
fn a_version_says_the_same_targets_at_every_level() {
    let mut policies = Policies::default();
    set(&mut policies, None, Some("RSA"), "2027");
    let level = |version: &str, resolve: &str| {
        let national = ClockPolicy::national();
        let ordinary = Targets {
            resolve: target(resolve),
            ..national.targets(false)
        };
        let policy = ClockPolicy::new(version, ordinary, national.targets(true));
        LevelPolicy {
            agency: None,
            benefit: Some("APL".to_owned()),
            policy: Some(policy.expect("a policy")),
        }
    };
    assert!(!level("2027", "10d").takes_version_of_another(&policies));
    assert!(!level("2028", "9d").takes_version_of_another(&policies));
    assert!(level("2027", "9d").takes_version_of_another(&policies));
    let national = ClockPolicy::national();
    assert!(level(national.version(), "9d").takes_version_of_another(&policies));
}
