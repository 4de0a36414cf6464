//! Redirects counted by the rule that had chosen the agency: for whom the rules are, and never few enough to be somebody.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh, standard_case, ticket, today};
use jiff::ToSpan as _;
use tonic::Code;

async fn redirect(client: &Client, name: &str, reason: v1::RedirectReason, regime: v1::Regime) -> String {
    let request = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        reason: reason.into(),
        regime: regime.into(),
        agency: match reason {
            v1::RedirectReason::OutsideCompetence => "agencies/dep-56".to_owned(),
            _ => String::new(),
        },
        message: "Pas chez nous.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    let redirected = client.redirect_ticket(request).await;
    let redirected = redirected.expect("another agency is competent");
    redirected.successor.expect("a successor").ticket
}

fn since(day: impl ToString) -> v1::SummarizeMisroutesRequest {
    v1::SummarizeMisroutesRequest {
        since: day.to_string(),
    }
}

/// Each list of a rule, on one line.
fn line(rule: &v1::Misroute) -> String {
    let mut words = vec![rule.redirects.to_string()];
    words.extend(
        rule.reasons
            .iter()
            .map(|one| format!("{} {}", one.reason().as_str_name(), one.redirects)),
    );
    words.extend(
        rule.corrected_facts
            .iter()
            .map(|one| format!("{} {}", one.fact, one.redirects)),
    );
    words.extend(
        rule.agencies
            .iter()
            .map(|one| format!("{} {}", one.agency, one.redirects)),
    );
    words.join(", ")
}

#[tokio::test]
async fn rules_that_misroute_are_told_with_the_fact_that_would_have_told_and_no_small_group() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let agricultural = v1::Regime::Agricultural;
    for _ in 0..5 {
        let opened = people::open(&camille, standard_case()).await;
        let reason = v1::RedirectReason::WrongRegime;
        redirect(&claire, &opened.tickets[0].ticket, reason, agricultural).await;
    }
    let paul = hub.speaks_as("paul.durand");
    let few = people::open(&camille, standard_case()).await.tickets[0]
        .ticket
        .clone();
    let rule = ticket(&camille, &few)
        .await
        .decision
        .expect("it was routed")
        .rules;
    let told = paul.summarize_misroutes(since("")).await.expect("a supervisor");
    assert_eq!(told.misroutes.len(), 1, "{told:?}");
    assert_eq!(Some(&told.misroutes[0].rule), rule.last());
    let five = "5, REDIRECT_REASON_WRONG_REGIME 5, regime 5, agencies/msa-portes-de-bretagne 5";
    assert_eq!(line(&told.misroutes[0]), five);

    // A sixth for another reason makes six, and could be somebody where it stands alone.
    let reason = v1::RedirectReason::OutsideCompetence;
    let successor = redirect(&claire, &few, reason, v1::Regime::Unspecified).await;
    let told = paul
        .summarize_misroutes(since(today()))
        .await
        .expect("a supervisor");
    assert_eq!(
        line(&told.misroutes[0]),
        "5",
        "to the nearest five, and no list that would tell of the sixth"
    );
    assert_eq!((told.others, told.no_rule), (0, 0));

    // The agency named by hand sends it on: no rule is to blame.
    let sophie = hub.speaks_as("sophie.garnier");
    let request = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: successor,
        epoch: 2,
        reason: v1::RedirectReason::Other.into(),
        message: "Ni chez nous.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    sophie.redirect_ticket(request).await.expect("to triage");
    let told = paul.summarize_misroutes(since("")).await.expect("a supervisor");
    assert_eq!((told.others, told.no_rule), (0, 0), "one could be somebody");

    // Who owns the rules sees every territory; who watches another one, nothing of this one; who treats cases, no figures.
    let jean = hub.speaks_as("jean.rolland");
    let everywhere = jean
        .summarize_misroutes(since(""))
        .await
        .expect("an administrator");
    assert_eq!(everywhere.misroutes, told.misroutes);
    let denis = hub.speaks_as("denis.caron");
    let elsewhere = denis.summarize_misroutes(since("")).await.expect("a supervisor");
    assert_eq!(
        (elsewhere.misroutes.len(), elsewhere.others, elsewhere.no_rule),
        (0, 0, 0)
    );
    let refused = claire.summarize_misroutes(since("")).await;
    let refused = refused.expect_err("she treats cases");
    assert_eq!(refused.code, Code::PermissionDenied);
    for day in [(today() + 2.days()).to_string(), "1er septembre".to_owned()] {
        let refused = paul.summarize_misroutes(since(&day)).await;
        let refused = refused.expect_err("no day that has begun");
        assert_eq!(refused.code, Code::InvalidArgument, "{day}");
    }
    hub.stop().await;
}
