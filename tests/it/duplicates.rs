//! A case of the same person for the same benefit that is open already is told before another one is opened, on both
//! engines: named to who may read it, to colleagues only as being there, to other organisations not at all.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::cluster::Cluster;
use declic_tests::people::{self, fresh, standard_case};
use declic_tests::processes::Hub;

/// The references told to a member who is about to open the case, and whether colleagues have one.
async fn told(client: &Client, case: &v1::OpenCaseRequest) -> (Vec<String>, bool) {
    let request = v1::OpenCaseRequest {
        request_id: fresh(),
        validate_only: true,
        ..case.clone()
    };
    let answer = client
        .open_case(request)
        .await
        .expect("a case that may be opened");
    assert!(answer.case.is_empty() && answer.decision.is_some());
    let references = answer.duplicates.into_iter().map(|found| found.reference);
    (references.collect(), answer.colleague_has_duplicate)
}

fn nothing() -> (Vec<String>, bool) {
    (Vec::new(), false)
}

async fn told_to_each(camille: &Client, yann: &Client, nora: &Client) {
    let case = standard_case();
    assert_eq!(told(camille, &case).await, nothing());
    let own = people::open(camille, case.clone()).await;
    assert!(own.duplicates.is_empty(), "what is done is not told of");
    assert_eq!(told(camille, &case).await, (vec![own.reference.clone()], false));
    assert_eq!(
        told(yann, &case).await,
        (Vec::new(), true),
        "a colleague's, and no more"
    );
    assert_eq!(
        told(nora, &case).await,
        nothing(),
        "another organisation hears nothing"
    );

    let mut written_otherwise = case.clone();
    let person = written_otherwise.person.as_mut().expect("a person");
    person.family_name = "EXEMPLE".to_owned();
    person.given_name = "jeanne".to_owned();
    assert_eq!(
        told(camille, &written_otherwise).await,
        (vec![own.reference.clone()], false)
    );
    let mut another_person = case.clone();
    another_person.person.as_mut().expect("a person").birth_date = "1984-07-15".to_owned();
    assert_eq!(told(camille, &another_person).await, nothing());
    let mut another_benefit = case.clone();
    another_benefit.facts.as_mut().expect("facts").benefit = "PPA".to_owned();
    assert_eq!(told(camille, &another_benefit).await, nothing());

    let mut shared = case.clone();
    shared.request_id = fresh();
    shared.shared_with_team = true;
    let shared = people::open(camille, shared).await;
    assert_eq!(
        told(yann, &case).await,
        (vec![shared.reference.clone()], true),
        "the shared one by its reference, the other as being there"
    );
    for opened in [&own, &shared] {
        let request = v1::WithdrawCaseRequest {
            request_id: fresh(),
            name: opened.case.clone(),
            reason: "ouvert deux fois".to_owned(),
            ..v1::WithdrawCaseRequest::default()
        };
        camille.withdraw_case(request).await.expect("it is withdrawn");
    }
    assert_eq!(
        told(camille, &case).await,
        nothing(),
        "what has ended is no duplicate"
    );
    assert_eq!(told(yann, &case).await, nothing());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_is_open_already_is_told_before_another_one_is_opened() {
    let hub = TestHub::start().await;
    told_to_each(&hub.social_worker(), &hub.colleague(), &hub.other_social_worker()).await;
    hub.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_told_by_a_hub_of_the_other_engine_too() {
    let cluster = Cluster::start();
    let mut hub = Hub::prepare_on(&cluster);
    hub.start().await;
    let speaks = |member: &str| hub.address().patient(member);
    let (camille, yann, nora) = (
        speaks("camille.martin"),
        speaks("yann.le-goff"),
        speaks("nora.haddad"),
    );
    told_to_each(&camille, &yann, &nora).await;
    hub.program().stop().await;
}
