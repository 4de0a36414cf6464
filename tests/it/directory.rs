//! The directory is kept while the hub serves: each role changes what is its own, each change is told, and who left is
//! refused from the next call on.

use declic_client::{Client, Error};
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, fresh};
use tonic::Code;

async fn member(client: &Client, id: &str) -> Result<v1::Member, Error> {
    let name = format!("members/{id}");
    let answer = client.get_member(v1::GetMemberRequest { name }).await;
    answer.map(|answer| answer.member.expect("a member"))
}

fn social_worker(id: &str, organisation: &str) -> v1::Member {
    v1::Member {
        name: format!("members/{id}"),
        display_name: "Maud Riou".to_owned(),
        role: v1::Role::SocialWorker.into(),
        organisation: format!("organisations/{organisation}"),
        keys: vec![people::key(id).public_base64()],
        ..v1::Member::default()
    }
}

fn put(member: v1::Member) -> v1::PutMemberRequest {
    v1::PutMemberRequest {
        request_id: fresh(),
        member: Some(member),
        reason: "prise de poste".to_owned(),
    }
}

fn end(id: &str) -> v1::EndMemberRequest {
    v1::EndMemberRequest {
        request_id: fresh(),
        name: format!("members/{id}"),
        etag: String::new(),
        reason: "mutation".to_owned(),
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> (Code, String) {
    let error = answer.expect_err("a refusal");
    (error.code, error.reason_name().to_owned())
}

#[tokio::test]
async fn a_manager_enrols_and_removes_the_social_workers_of_her_organisation_and_nobody_else() {
    let hub = TestHub::start().await;
    let soizic = hub.speaks_as("soizic.le-bihan");
    let request = put(social_worker("maud.riou", "ccas-pontivy"));
    let enrolled = soizic.put_member(request.clone()).await.expect("her own");
    let again = soizic.put_member(request).await.expect("the same request");
    assert_eq!(enrolled, again, "one request id, one effect, one answer");
    let maud = hub.speaks_as("maud.riou");
    people::open(&maud, people::standard_case()).await;
    let seen = member(&maud, "camille.martin").await.expect("a colleague");
    assert_eq!(
        seen.keys,
        Vec::<String>::new(),
        "keys are for who may change them"
    );

    // Of another organisation, of another role, or of nobody: all the same.
    let absent = (Code::NotFound, "NOT_FOUND".to_owned());
    let mut taken = social_worker("nora.haddad", "ccas-pontivy");
    taken.etag = member(&hub.speaks_as("jean.rolland"), "nora.haddad")
        .await
        .expect("for an administrator")
        .etag;
    let elsewhere = social_worker("lena.briand", "france-services-vannes");
    let mut promoted = social_worker("lena.briand", "ccas-pontivy");
    promoted.set_role(v1::Role::OrganisationManager);
    for wrong in [taken, elsewhere, promoted] {
        assert_eq!(refused(soizic.put_member(put(wrong)).await), absent);
    }
    for id in ["nora.haddad", "claire.morel", "soizic.le-bihan", "nobody"] {
        assert_eq!(refused(soizic.end_member(end(id)).await), absent, "{id}");
    }
    assert_eq!(refused(member(&soizic, "claire.morel").await), absent);
    assert_eq!(refused(member(&soizic, "nobody").await), absent);

    let gone = soizic.end_member(end("maud.riou")).await.expect("her own");
    assert!(gone.member.expect("a member").ended);
    let whoami = maud.whoami(v1::WhoamiRequest {}).await;
    assert_eq!(refused(whoami).0, Code::Unauthenticated, "from the next call on");
    let listed = v1::ListMembersRequest::default();
    let listed = soizic.list_members(listed).await.expect("a list").members;
    let names: Vec<&str> = listed.iter().map(|one| one.name.as_str()).collect();
    let colleagues = [
        "members/camille.martin",
        "members/soizic.le-bihan",
        "members/yann.le-goff",
    ];
    assert_eq!(names, colleagues);

    // Nor do those who treat cases.
    let claire = hub.caf_agent();
    let role = (Code::PermissionDenied, "ROLE_FORBIDDEN".to_owned());
    assert_eq!(refused(claire.end_member(end("gael.tanguy")).await), role);
    hub.stop().await;
}

#[tokio::test]
async fn a_desk_manager_says_where_agents_are_within_her_agency() {
    let hub = TestHub::start().await;
    let hugo = hub.speaks_as("hugo.petit");
    let at = |id: &str, desks: &[&str], etag: &str| v1::SetMemberDesksRequest {
        request_id: fresh(),
        name: format!("members/{id}"),
        etag: etag.to_owned(),
        desks: desks.iter().map(|desk| (*desk).to_owned()).collect(),
        reason: "renfort".to_owned(),
    };
    let both = [
        "agencies/caf-56/desks/accueil",
        "agencies/caf-56/desks/solidarite",
    ];
    let before = member(&hugo, "gael.tanguy").await.expect("of her agency");
    let moved = hugo
        .set_member_desks(at("gael.tanguy", &both, &before.etag))
        .await;
    let moved = moved.expect("an agent of the agency").member.expect("a member");
    assert_eq!(moved.desks, both);
    assert_ne!(moved.etag, before.etag);
    let outdated = hugo
        .set_member_desks(at("gael.tanguy", &both, &before.etag))
        .await;
    assert_eq!(refused(outdated), (Code::Aborted, "ETAG_OUTDATED".to_owned()));
    let elsewhere = hugo.set_member_desks(at("lea.robert", &both, "")).await;
    assert_eq!(refused(elsewhere).0, Code::NotFound);
    let unsound = ["agencies/caf-56/desks/nulle-part"];
    let unsound = hugo.set_member_desks(at("gael.tanguy", &unsound, "")).await;
    assert_eq!(
        refused(unsound),
        (Code::FailedPrecondition, "DIRECTORY_UNSOUND".to_owned())
    );
    hub.stop().await;
}

#[tokio::test]
async fn administrators_keep_all_of_it_and_never_leave_it_without_anyone() {
    let hub = TestHub::start().await;
    let jean = hub.speaks_as("jean.rolland");
    let organisation = v1::Organisation {
        name: "organisations/ccas-auray".to_owned(),
        display_name: "CCAS d’Auray".to_owned(),
        departement: "56".to_owned(),
        etag: String::new(),
        ..v1::Organisation::default()
    };
    let request = |organisation: &v1::Organisation| v1::PutOrganisationRequest {
        request_id: fresh(),
        organisation: Some(organisation.clone()),
        reason: "convention signée".to_owned(),
    };
    let added = jean
        .put_organisation(request(&organisation))
        .await
        .expect("a new one");
    let added = added.organisation.expect("it");
    let outdated = (Code::Aborted, "ETAG_OUTDATED".to_owned());
    let twice = jean.put_organisation(request(&organisation)).await;
    assert_eq!(refused(twice), outdated, "it is no longer new");
    let wrong = v1::Organisation {
        departement: "999".to_owned(),
        ..organisation
    };
    let wrong = jean.put_organisation(request(&wrong)).await;
    assert_eq!(refused(wrong).0, Code::InvalidArgument);

    // The desk of last resort, and who keeps the directory.
    let unsound = (Code::FailedPrecondition, "DIRECTORY_UNSOUND".to_owned());
    for id in ["aicha.diallo", "jean.rolland"] {
        assert_eq!(refused(jean.end_member(end(id)).await), unsound, "{id}");
    }
    let name = "agencies/caf-56".to_owned();
    let mut caf = jean
        .get_agency(v1::GetAgencyRequest { name })
        .await
        .expect("an agency")
        .agency
        .expect("it");
    caf.desks
        .retain(|desk| desk.name != "agencies/caf-56/desks/solidarite");
    let request = v1::PutAgencyRequest {
        request_id: fresh(),
        agency: Some(caf.clone()),
        reason: "essai".to_owned(),
    };
    let left = jean.put_agency(request).await;
    assert_eq!(refused(left), unsound, "Claire Morel is at that desk");
    let desk = v1::PutDeskRequest {
        request_id: fresh(),
        desk: Some(v1::Desk {
            name: "agencies/caf-56/desks/logement".to_owned(),
            display_name: "Logement".to_owned(),
            benefits: vec!["APL".to_owned()],
            ..v1::Desk::default()
        }),
        etag: caf.etag.clone(),
        reason: "une équipe de plus".to_owned(),
    };
    let grown = jean.put_desk(desk).await.expect("a new desk").agency.expect("it");
    assert_eq!(grown.desks.len(), 3);

    let ines = hub.speaks_as("ines.fabre");
    let changes = ines
        .list_directory_changes(v1::ListDirectoryChangesRequest::default())
        .await;
    let changes = changes.expect("for auditors").changes;
    let told: Vec<(i64, &str, &str)> = changes
        .iter()
        .map(|change| (change.number, change.actor.as_str(), change.reason.as_str()))
        .collect();
    let jean_did = "members/jean.rolland";
    let expected = [
        (3, jean_did, "une équipe de plus"),
        (2, jean_did, "convention signée"),
        (1, "", ""),
    ];
    assert_eq!(told, expected, "what was refused changed nothing");
    assert_eq!(changes[1].items, std::slice::from_ref(&added.name));

    let hub = hub.restart().await;
    let name = added.name.clone();
    let ines = hub.speaks_as("ines.fabre");
    let kept = ines.get_organisation(v1::GetOrganisationRequest { name }).await;
    assert_eq!(kept.expect("it stays").organisation, Some(added));
    hub.stop().await;
}
