//! The rules of routing are changed while hubs serve: proposed, tried in one département, put in force, taken back.

use std::time::{Duration, Instant};

use declic_client::{Client, Error};
use declic_proto::v1;
use declic_routing::Ruleset;
use declic_tests::TestHub;
use declic_tests::cluster::Cluster;
use declic_tests::people::{self, fresh, standard_case};
use declic_tests::processes::{Hub, LOOK};

/// Longest time in which another hub follows.
const AT_MOST: Duration = Duration::from_secs(30);

/// The rules of the program, but for who pays the RSA: whoever decides it.
pub fn changed() -> String {
    let file = Ruleset::embedded_file();
    let (before, rsa) = file.split_once("[benefit.RSA]").expect("the line of the RSA");
    let version = before.replacen("version = \"", "version = \"essai-", 1);
    format!(
        "{version}[benefit.RSA]{}",
        rsa.replacen("pays = \"family\"", "pays = \"rsa_decision\"", 1)
    )
}

/// The same with a rule that never speaks.
fn with_a_fault() -> String {
    let rule = "\n[[rule]]\nname = \"rsa.never\"\npower = \"rsa_decision\"\nrank = 9999\nas = \"social\"\n\
                law = \"aucune\"\nreason = \"Jamais dit.\"\n";
    changed() + rule
}

pub fn proposal(text: String) -> v1::ProposeRulesetRequest {
    v1::ProposeRulesetRequest {
        request_id: fresh(),
        text,
        reason: "essai : qui décide du RSA le verse".to_owned(),
        validate_only: false,
    }
}

pub fn activation(name: &str, etag: &str, departements: &[&str]) -> v1::ActivateRulesetRequest {
    v1::ActivateRulesetRequest {
        request_id: fresh(),
        name: name.to_owned(),
        etag: etag.to_owned(),
        reason: "essai dans le Morbihan".to_owned(),
        departements: departements.iter().map(|&code| code.to_owned()).collect(),
        override_reason: String::new(),
    }
}

async fn in_force(admin: &Client) -> v1::RulesInForce {
    let listed = admin.list_rulesets(v1::ListRulesetsRequest::default()).await;
    listed.expect("a list").in_force.expect("what is in force")
}

/// Decides again on a case: what it comes to, and by which rules.
async fn replayed(client: &Client, name: String) -> (v1::ReplayOutcome, String) {
    let request = v1::ReplayRoutingRequest { name, ticket: 0 };
    let mut answer = client.replay_routing(request).await.expect("a replay");
    let decision = answer.decisions.remove(0);
    assert_eq!(decision.facts_sha256.len(), 32);
    assert_eq!(decision.differences, Vec::<String>::new());
    (decision.outcome(), decision.ruleset)
}

/// Where a case of the RSA goes from a commune, and by which rules.
pub async fn opened(client: &Client, commune: &str) -> (Vec<String>, String) {
    let mut case = standard_case();
    case.facts.as_mut().expect("facts").commune = commune.to_owned();
    let decision = people::open(client, case).await.decision.expect("a decision");
    (decision.agencies, decision.ruleset)
}

async fn previewed(client: &Client, commune: &str) -> String {
    let mut facts = standard_case().facts;
    facts.as_mut().expect("facts").commune = commune.to_owned();
    let answer = client.preview_routing(v1::PreviewRoutingRequest { facts }).await;
    answer.expect("a preview").decision.expect("a decision").ruleset
}

/// Waits until a hub decides by these rules in a commune.
async fn follows(client: &Client, commune: &str, version: &str) {
    let begun = Instant::now();
    while previewed(client, commune).await != version {
        assert!(
            begun.elapsed() < AT_MOST,
            "it does not follow to {version} in {commune}"
        );
        tokio::time::sleep(LOOK).await;
    }
}

fn reason(error: &Error) -> String {
    error.reason_name().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hubs_try_a_ruleset_in_one_departement_then_everywhere_then_take_it_back() {
    const PONTIVY: &str = "56178";
    const RENNES: &str = "35238";
    let cluster = Cluster::start();
    let mut first = Hub::prepare_on(&cluster);
    first.start().await;
    let mut second = first.beside();
    second.start().await;
    let (admin, there) = (
        first.address().patient("jean.rolland"),
        second.address().patient("jean.rolland"),
    );
    let (camille, nora) = (
        first.address().patient("camille.martin"),
        second.address().patient("nora.haddad"),
    );
    let old = Ruleset::embedded().version().to_owned();

    let before = people::open(&camille, standard_case()).await.reference;
    let proposed = admin
        .propose_ruleset(proposal(changed()))
        .await
        .expect("a ruleset");
    assert!(!proposed.already_there);
    let new = proposed.ruleset.expect("it");
    assert!(
        new.findings.iter().all(|finding| !finding.forbids),
        "{:?}",
        new.findings
    );
    let again = there
        .propose_ruleset(proposal(changed()))
        .await
        .expect("the same");
    assert!(again.already_there, "the same bytes are the same ruleset");
    let read = there
        .get_ruleset(v1::GetRulesetRequest {
            name: new.name.clone(),
        })
        .await;
    assert_eq!(read.expect("its file").text, changed());
    assert_eq!(
        opened(&nora, PONTIVY).await,
        (vec!["caf-56".to_owned()], old.clone()),
        "nothing is in force yet"
    );

    let done = admin
        .activate_ruleset(activation(&new.name, "0", &["56"]))
        .await
        .expect("a canary");
    assert_eq!(done.in_force.expect("places").departements.len(), 1);
    assert_eq!(
        opened(&camille, PONTIVY).await,
        (vec!["dep-56".to_owned()], new.version.clone())
    );
    assert_eq!(
        opened(&camille, RENNES).await,
        (vec!["caf-35".to_owned()], old.clone())
    );
    follows(&nora, PONTIVY, &new.version).await;
    assert_eq!(
        opened(&nora, PONTIVY).await,
        (vec!["dep-56".to_owned()], new.version.clone())
    );
    assert_eq!(
        opened(&nora, RENNES).await,
        (vec!["caf-35".to_owned()], old.clone())
    );

    let outdated = there.activate_ruleset(activation(&new.name, "0", &[])).await;
    assert_eq!(
        reason(&outdated.expect_err("another generation")),
        "ETAG_OUTDATED"
    );
    second.program().kill();
    let etag = in_force(&admin).await.etag;
    admin
        .activate_ruleset(activation(&new.name, &etag, &[]))
        .await
        .expect("everywhere");
    second.start().await;
    assert_eq!(
        opened(&nora, RENNES).await,
        (vec!["dep-35".to_owned()], new.version.clone()),
        "after its start"
    );

    let back = v1::RollbackRulesetRequest {
        request_id: fresh(),
        etag: in_force(&there).await.etag,
        reason: "les équipes ne sont pas prêtes".to_owned(),
    };
    let first_answer = there
        .rollback_ruleset(back.clone())
        .await
        .expect("back to the canary");
    assert_eq!(
        there.rollback_ruleset(back).await.expect("the same request"),
        first_answer
    );
    assert_eq!(opened(&nora, RENNES).await.1, old);
    assert_eq!(opened(&nora, PONTIVY).await.1, new.version);
    follows(&camille, RENNES, &old).await;
    first.program().kill();
    first.start().await;
    assert_eq!(
        previewed(&camille, PONTIVY).await,
        new.version,
        "in force after a restart"
    );
    assert_eq!(previewed(&camille, RENNES).await, old);

    // What was decided before, under the canary and after it is decided again by the rules of its own day.
    assert_eq!(
        replayed(&camille, before).await,
        (v1::ReplayOutcome::Same, old.clone())
    );
    let canary = people::open(&camille, standard_case()).await.reference;
    assert_eq!(
        replayed(&camille, canary).await,
        (v1::ReplayOutcome::Same, new.version.clone())
    );

    let auditor = second.address().patient("ines.fabre");
    let listed = auditor
        .list_ruleset_changes(v1::ListRulesetChangesRequest::default())
        .await;
    let told: Vec<_> = listed.expect("changes").changes.into_iter().collect();
    let kinds: Vec<i32> = told.iter().map(|change| change.kind).collect();
    use v1::RulesetChangeKind::{Activated, Proposed, RolledBack};
    assert_eq!(kinds, [RolledBack, Activated, Activated, Proposed].map(i32::from));
    assert!(
        told.iter()
            .all(|change| change.actor == "members/jean.rolland" && !change.reason.is_empty())
    );
    let everywhere = told[0].from.as_ref().expect("from").everywhere.clone();
    assert_eq!(
        (everywhere, told[0].to.as_ref().expect("to").everywhere.as_str()),
        (new.name, "")
    );
    first.program().stop().await;
    second.program().stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_with_faults_is_refused_line_by_line_and_nothing_changes() {
    let hub = TestHub::start().await;
    let admin = hub.administrator();
    let broken = changed().replacen("pays = \"rsa_decision\"", "pays = \"rsa_decison\"", 1);
    let line = broken
        .lines()
        .position(|line| line.contains("rsa_decison"))
        .expect("the line")
        + 1;
    let refused = admin
        .propose_ruleset(proposal(broken))
        .await
        .expect_err("an unknown power");
    assert_eq!(reason(&refused), "FIELD_INVALID");
    let (field, told) = refused.violations.first().cloned().expect("a fault");
    assert_eq!(field, "text");
    assert!(
        told.starts_with(&format!("line {line}, column ")) && told.contains("did you mean"),
        "{told}"
    );
    for text in [String::new(), "#".repeat(240 * 1024 + 1)] {
        let refused = admin.propose_ruleset(proposal(text)).await.expect_err("a length");
        assert_eq!(reason(&refused), "FIELD_INVALID");
    }
    let unknown = admin
        .activate_ruleset(activation(&format!("rulesets/{}", "0".repeat(64)), "0", &[]))
        .await;
    assert_eq!(reason(&unknown.expect_err("no such ruleset")), "NOT_FOUND");
    let listed = admin
        .list_rulesets(v1::ListRulesetsRequest::default())
        .await
        .expect("a list");
    assert_eq!(listed.rulesets.len(), 1, "the rules of the program alone");
    assert_eq!(listed.in_force.expect("places").etag, "0");
    hub.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_check_forbids_is_activated_for_a_departement_and_a_reason_only() {
    let hub = TestHub::start().await;
    let admin = hub.administrator();
    let dry = v1::ProposeRulesetRequest {
        validate_only: true,
        ..proposal(with_a_fault())
    };
    let checked = admin
        .propose_ruleset(dry)
        .await
        .expect("it reads")
        .ruleset
        .expect("it");
    assert_eq!(checked.name, "", "nothing is kept");
    let kept = admin
        .propose_ruleset(proposal(with_a_fault()))
        .await
        .expect("it reads")
        .ruleset
        .expect("it");
    let found = kept
        .findings
        .iter()
        .find(|finding| finding.forbids)
        .expect("a fault");
    assert!(found.what.contains("rsa.never") && found.line > 0, "{found:?}");
    for departements in [&[][..], &["56"]] {
        let refused = admin
            .activate_ruleset(activation(&kept.name, "0", departements))
            .await;
        assert_eq!(
            reason(&refused.expect_err("what the check forbids")),
            "RULES_FORBIDDEN"
        );
    }
    let overridden = |departements: &[&str]| v1::ActivateRulesetRequest {
        override_reason: "ordonnance du tribunal".to_owned(),
        ..activation(&kept.name, "0", departements)
    };
    let refused = admin.activate_ruleset(overridden(&[])).await;
    assert_eq!(reason(&refused.expect_err("the country")), "RULES_FORBIDDEN");
    admin
        .activate_ruleset(overridden(&["56"]))
        .await
        .expect("a territory and a reason");
    let changes = hub
        .auditor()
        .list_ruleset_changes(v1::ListRulesetChangesRequest::default())
        .await;
    let last = changes.expect("changes").changes.remove(0);
    assert_eq!(last.override_reason, "ordonnance du tribunal");
    assert!(last.findings.iter().any(|finding| finding.forbids));

    let hub = hub.restart().await;
    assert_eq!(
        previewed(&hub.social_worker(), "56178").await,
        kept.version,
        "in force after a restart"
    );
    let etag = in_force(&hub.administrator()).await.etag;
    let embedded = format!("rulesets/{}", Ruleset::embedded().digest());
    let activated = hub
        .administrator()
        .activate_ruleset(activation(&embedded, &etag, &[]))
        .await;
    let places = activated
        .expect("the rules of the program, by name")
        .in_force
        .expect("places");
    assert_eq!((places.everywhere, places.departements), (embedded, Vec::new()));
    assert_eq!(
        previewed(&hub.social_worker(), "56178").await,
        Ruleset::embedded().version()
    );
    hub.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn past_cases_are_counted_in_groups_of_five_and_nobody_sees_another_territory() {
    let hub = TestHub::start().await;
    let (camille, admin) = (hub.social_worker(), hub.administrator());
    let proposed = admin
        .propose_ruleset(proposal(changed()))
        .await
        .expect("a ruleset");
    let name = proposed.ruleset.expect("it").name;
    let simulated = async |client: &Client| {
        let request = v1::SimulateRulesetRequest {
            name: name.clone(),
            ..v1::SimulateRulesetRequest::default()
        };
        client.simulate_ruleset(request).await.expect("counts")
    };
    for _ in 0..4 {
        people::open(&camille, standard_case()).await;
    }
    let few = simulated(&hub.supervisor()).await;
    assert_eq!((few.cases, few.moved, few.others_move), (0, 0, true));
    assert_eq!((few.moves.len(), few.loads.len(), few.sample.len()), (0, 0, 0));
    people::open(&camille, standard_case()).await;
    let five = simulated(&hub.supervisor()).await;
    assert_eq!((five.cases, five.moved, five.others_move), (5, 5, false));
    let made = &five.moves[0];
    let move_made = (
        made.departement.as_str(),
        made.benefit.as_str(),
        made.from.as_str(),
        made.to.as_str(),
    );
    assert_eq!(move_made, ("56", "RSA", "caf-56", "dep-56"));
    let loads: Vec<_> = five
        .loads
        .iter()
        .map(|load| (load.place.as_str(), load.before, load.after))
        .collect();
    assert_eq!(loads, [("caf-56", 5, 0), ("dep-56", 0, 5)]);
    assert!(!five.sample[0].reasons_after.is_empty());
    let whole = simulated(&admin).await;
    assert_eq!(
        (whole.moves, whole.sample.len()),
        (five.moves, 0),
        "no case is shown to an administrator"
    );
    let elsewhere = simulated(&hub.speaks_as("denis.caron")).await;
    assert_eq!((elsewhere.cases, elsewhere.others_move), (0, false));
    hub.stop().await;
}
