//! DirectoryService: who exists, and who may change it.

use std::sync::Arc;

use declic_proto::v1;
use declic_proto::v1::directory_service_server::DirectoryService;
use tonic::{Request, Response, Status};

use crate::caller;
use crate::directory::{changing, importing, reading, rehearsing};
use crate::hub::Hub;
use crate::wire::directory as wire;

/// The service.
pub struct Directories {
    hub: Arc<Hub>,
}

impl Directories {
    /// Over a hub.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }
}

#[tonic::async_trait]
impl DirectoryService for Directories {
    async fn get_organisation(
        &self,
        request: Request<v1::GetOrganisationRequest>,
    ) -> Result<Response<v1::GetOrganisationResponse>, Status> {
        let (_, id) = caller::of(&request)?;
        let answer = reading::organisation(&self.hub, request.get_ref());
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_organisations(
        &self,
        request: Request<v1::ListOrganisationsRequest>,
    ) -> Result<Response<v1::ListOrganisationsResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = reading::organisations(&self.hub, &caller, request.get_ref());
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn get_agency(
        &self,
        request: Request<v1::GetAgencyRequest>,
    ) -> Result<Response<v1::GetAgencyResponse>, Status> {
        let (_, id) = caller::of(&request)?;
        let answer = reading::agency(&self.hub, request.get_ref());
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_agencies(
        &self,
        request: Request<v1::ListAgenciesRequest>,
    ) -> Result<Response<v1::ListAgenciesResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = reading::agencies(&self.hub, &caller, request.get_ref());
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn get_member(
        &self,
        request: Request<v1::GetMemberRequest>,
    ) -> Result<Response<v1::GetMemberResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = reading::member(&self.hub, &caller, request.get_ref());
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_members(
        &self,
        request: Request<v1::ListMembersRequest>,
    ) -> Result<Response<v1::ListMembersResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = reading::members(&self.hub, &caller, request.get_ref());
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn put_organisation(
        &self,
        request: Request<v1::PutOrganisationRequest>,
    ) -> Result<Response<v1::PutOrganisationResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let request = request.into_inner();
        let answer = changing::run(
            &self.hub,
            &caller,
            "PutOrganisation",
            request,
            wire::put_organisation,
        )
        .await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn put_agency(
        &self,
        request: Request<v1::PutAgencyRequest>,
    ) -> Result<Response<v1::PutAgencyResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let request = request.into_inner();
        let answer = changing::run(&self.hub, &caller, "PutAgency", request, wire::put_agency).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn put_desk(
        &self,
        request: Request<v1::PutDeskRequest>,
    ) -> Result<Response<v1::PutDeskResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let request = request.into_inner();
        let answer = changing::run(&self.hub, &caller, "PutDesk", request, wire::put_desk).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn put_member(
        &self,
        request: Request<v1::PutMemberRequest>,
    ) -> Result<Response<v1::PutMemberResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let request = request.into_inner();
        let answer = changing::run(&self.hub, &caller, "PutMember", request, wire::put_member).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn import_directory(
        &self,
        request: Request<v1::ImportDirectoryRequest>,
    ) -> Result<Response<v1::ImportDirectoryResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = importing::run(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn set_member_desks(
        &self,
        request: Request<v1::SetMemberDesksRequest>,
    ) -> Result<Response<v1::SetMemberDesksResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let request = request.into_inner();
        let answer = changing::run(&self.hub, &caller, "SetMemberDesks", request, wire::set_desks).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn end_member(
        &self,
        request: Request<v1::EndMemberRequest>,
    ) -> Result<Response<v1::EndMemberResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let request = request.into_inner();
        let answer = changing::run(&self.hub, &caller, "EndMember", request, wire::end).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn set_member_absences(
        &self,
        request: Request<v1::SetMemberAbsencesRequest>,
    ) -> Result<Response<v1::SetMemberAbsencesResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let (rpc, request) = ("SetMemberAbsences", request.into_inner());
        let answer = changing::run(&self.hub, &caller, rpc, request, wire::absences::set).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn set_required_identifiers(
        &self,
        request: Request<v1::SetRequiredIdentifiersRequest>,
    ) -> Result<Response<v1::SetRequiredIdentifiersResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let (rpc, request) = ("SetRequiredIdentifiers", request.into_inner());
        let answer = changing::run(&self.hub, &caller, rpc, request, wire::identifiers::set).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn set_desk_rules(
        &self,
        request: Request<v1::SetDeskRulesRequest>,
    ) -> Result<Response<v1::SetDeskRulesResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let request = request.into_inner();
        let answer = changing::run(&self.hub, &caller, "SetDeskRules", request, wire::desk_rules::set).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn set_agency_calendar(
        &self,
        request: Request<v1::SetAgencyCalendarRequest>,
    ) -> Result<Response<v1::SetAgencyCalendarResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let request = request.into_inner();
        let answer = changing::run(
            &self.hub,
            &caller,
            "SetAgencyCalendar",
            request,
            wire::calendar::set,
        )
        .await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn set_clock_policy(
        &self,
        request: Request<v1::SetClockPolicyRequest>,
    ) -> Result<Response<v1::SetClockPolicyResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let request = request.into_inner();
        let answer = changing::run(
            &self.hub,
            &caller,
            "SetClockPolicy",
            request,
            wire::clock_policy::set,
        )
        .await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_clock_policies(
        &self,
        request: Request<v1::ListClockPoliciesRequest>,
    ) -> Result<Response<v1::ListClockPoliciesResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = reading::clock_policies(&self.hub, &caller, request.get_ref());
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn rehearse_departure(
        &self,
        request: Request<v1::RehearseDepartureRequest>,
    ) -> Result<Response<v1::RehearseDepartureResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = rehearsing::departure(&self.hub, &caller, request.get_ref()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_directory_changes(
        &self,
        request: Request<v1::ListDirectoryChangesRequest>,
    ) -> Result<Response<v1::ListDirectoryChangesResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = reading::changes(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }
}
