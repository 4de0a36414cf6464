//! IdentityService: who the caller is.

use declic_domain::name::{AgencyId, DeskName, OrganisationId};
use declic_proto::v1;
use declic_proto::v1::identity_service_server::IdentityService;
use tonic::{Request, Response, Status};

use crate::caller;
use crate::wire::enums;

/// The service. It needs nothing of the hub: the caller comes with the request.
#[derive(Debug, Default)]
pub struct Identity;

#[tonic::async_trait]
impl IdentityService for Identity {
    async fn whoami(
        &self,
        request: Request<v1::WhoamiRequest>,
    ) -> Result<Response<v1::WhoamiResponse>, Status> {
        let id = caller::request_id(&request);
        let caller = caller::caller(&request).map_err(|error| error.into_status(&id))?;
        let member = &caller.member;
        Ok(Response::new(v1::WhoamiResponse {
            member: member.id.resource(),
            display_name: member.name.clone(),
            role: enums::role(member.role).into(),
            organisation: member
                .organisation
                .as_ref()
                .map_or_else(String::new, OrganisationId::resource),
            agency: member
                .agency
                .as_ref()
                .map_or_else(String::new, AgencyId::resource),
            desks: member.desks.iter().map(DeskName::resource).collect(),
            territory: member.territory.iter().cloned().collect(),
        }))
    }
}
