//! An agency says what it needs to find a person; a case that goes to it without that is refused before it opens.

use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh};

use crate::commands::refused;

fn required(agency: &str, agency_identifier: bool, nir: bool) -> v1::SetRequiredIdentifiersRequest {
    v1::SetRequiredIdentifiersRequest {
        request_id: fresh(),
        name: format!("agencies/{agency}"),
        required_identifiers: Some(v1::RequiredIdentifiers {
            agency_identifier,
            nir,
            etag: String::new(),
        }),
        reason: "demande de l’organisme".to_owned(),
    }
}

/// A case of a person who has this number at the agency.
fn case(number: &str) -> v1::OpenCaseRequest {
    let mut case = people::standard_case();
    case.request_id = fresh();
    case.person.get_or_insert_default().agency_identifier = number.to_owned();
    case
}

#[tokio::test]
async fn a_case_without_what_its_agency_needs_is_refused_and_says_which_field() {
    let hub = TestHub::start().await;
    let (jean, camille) = (hub.administrator(), hub.social_worker());
    people::open(&camille, case("")).await;
    let request = required("caf-56", true, false);
    let set = jean.set_required_identifiers(request.clone()).await;
    let set = set.expect("for administrators");
    let again = jean
        .set_required_identifiers(request)
        .await
        .expect("the same request");
    assert_eq!(set, again, "one request id, one effect, one answer");
    let without = camille.open_case(case("")).await;
    refused(&without, "InvalidArgument FIELD_INVALID");
    let (field, problem) = without.expect_err("a refusal").violations.remove(0);
    assert_eq!(field, "person.agency_identifier");
    assert!(problem.contains("finds nobody without it"), "{problem}");
    people::open(&camille, case("1234567")).await;

    // Where the case goes elsewhere, nobody asks for it.
    for request in [
        required("caf-56", false, false),
        required("msa-portes-de-bretagne", true, false),
    ] {
        jean.set_required_identifiers(request)
            .await
            .expect("for administrators");
    }
    people::open(&camille, case("")).await;

    let mut outdated = required("caf-56", true, false);
    outdated.required_identifiers.get_or_insert_default().etag = "1".to_owned();
    refused(
        &jean.set_required_identifiers(outdated).await,
        "Aborted ETAG_OUTDATED",
    );
    let unknown = jean
        .set_required_identifiers(required("nulle-part", true, false))
        .await;
    refused(&unknown, "NotFound NOT_FOUND");
    let triage = jean
        .set_required_identifiers(required("triage-national", false, true))
        .await;
    refused(&triage, "InvalidArgument FIELD_INVALID");
    for client in [hub.speaks_as("hugo.petit"), camille] {
        let answer = client
            .set_required_identifiers(required("caf-56", true, false))
            .await;
        refused(&answer, "PermissionDenied ROLE_FORBIDDEN");
    }
    hub.stop().await;
}
