//! IdentityService: who the caller is, and the sign-ins of people.

mod provider;
mod sign_ins;

use std::sync::Arc;

use anyhow::Context as _;
use declic_calendar::Calendar;
use declic_domain::directory::{Directory, Member};
use declic_domain::name::{AgencyId, DeskName, MemberId, OrganisationId};
use declic_domain::sign_in::may_sign_in;
use declic_proto::v1;
use declic_proto::v1::ErrorReason;
use declic_proto::v1::identity_service_server::IdentityService;
use declic_routing::Territory;
use tonic::{Request, Response, Status};

use crate::caller;
use crate::config::Config;
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::{enums, timestamp};
use provider::{Provider, Signed};
use sign_ins::{Continued, SignIns};

/// The service.
pub struct Identity {
    hub: Arc<Hub>,
    sign_ins: SignIns,
    provider: Option<Provider>,
    /// Empty but for a demonstration.
    invented: Vec<MemberId>,
}

impl Identity {
    /// Over a hub of this configuration.
    ///
    /// # Errors
    /// One of the invented people has an impossible name; a file of the provider cannot be read.
    pub fn new(hub: Arc<Hub>, config: &Config) -> anyhow::Result<Self> {
        let people = config.invented_people.iter();
        let invented = people.map(|id| MemberId::parse(id).with_context(|| id.clone()));
        let provider = config.sign_in.as_ref();
        let provider = provider.map(|provider| Provider::new(provider, &hub.secrets));
        Ok(Self {
            provider: provider.transpose()?,
            invented: invented.collect::<anyhow::Result<_>>()?,
            sign_ins: SignIns::new(Arc::clone(&hub), &config.server.audience)?,
            hub,
        })
    }

    fn methods(&self) -> v1::GetSignInMethodsResponse {
        let directory = self.hub.directory();
        let people = self.invented.iter();
        let there = people.filter_map(|id| directory.members.get(id));
        v1::GetSignInMethodsResponse {
            provider_display_name: self
                .provider
                .as_ref()
                .map_or_else(String::new, |provider| provider.display_name().to_owned()),
            invented_people: there
                .filter(|member| may_sign_in(member))
                .map(|member| v1::InventedPerson {
                    member: member.id.resource(),
                    display_name: member.name.clone(),
                    role: enums::role(member.role).into(),
                    party_display_name: party(&directory, member),
                })
                .collect(),
        }
    }

    async fn sign_in_as(&self, name: &str) -> Result<v1::SignInAsInventedResponse, Error> {
        if self.invented.is_empty() {
            return Err(unavailable());
        }
        let asked = self.invented.iter().find(|id| id.resource() == name);
        let opened = self.sign_ins.open(asked.ok_or(Error::Absent)?).await?;
        let secret = opened.ok_or(Error::Absent)?;
        Ok(v1::SignInAsInventedResponse { secret })
    }

    async fn start(&self, redirect_uri: &str) -> Result<v1::StartSignInResponse, Error> {
        let provider = self.provider.as_ref().ok_or_else(unavailable)?;
        provider.start(redirect_uri, self.hub.now()).await
    }

    async fn finish(&self, asked: &v1::FinishSignInRequest) -> Result<v1::FinishSignInResponse, Error> {
        let provider = self.provider.as_ref().ok_or_else(unavailable)?;
        let Signed { issuer, subject } = provider.finish(asked, self.hub.now()).await?;
        let directory = self.hub.directory();
        let opened = match directory.known_as(&issuer, &subject) {
            Some(member) => self.sign_ins.open(&member.id).await?,
            None => None,
        };
        let secret = opened.ok_or_else(|| {
            tracing::warn!(
                "a sign-in was refused: the provider's answer names nobody active of the directory"
            );
            provider::refusal()
        })?;
        Ok(v1::FinishSignInResponse { secret })
    }

    async fn go_on(&self, secret: &str) -> Result<v1::ContinueSignInResponse, Error> {
        let Continued {
            member,
            token,
            token_ends_at,
            sign_in,
        } = self.sign_ins.go_on(secret).await?;
        Ok(v1::ContinueSignInResponse {
            token,
            token_expire_time: Some(timestamp(token_ends_at)),
            idle_end_time: Some(timestamp(sign_in.ends_at())),
            end_time: Some(timestamp(sign_in.must_end_at())),
            party_display_name: party(&self.hub.directory(), &member),
            who: Some(who(&self.hub.directory(), &member)),
        })
    }
}

#[tonic::async_trait]
impl IdentityService for Identity {
    async fn whoami(
        &self,
        request: Request<v1::WhoamiRequest>,
    ) -> Result<Response<v1::WhoamiResponse>, Status> {
        let (caller, _) = caller::of(&request)?;
        Ok(Response::new(who(&self.hub.directory(), &caller.member)))
    }

    async fn get_sign_in_methods(
        &self,
        _: Request<v1::GetSignInMethodsRequest>,
    ) -> Result<Response<v1::GetSignInMethodsResponse>, Status> {
        Ok(Response::new(self.methods()))
    }

    async fn start_sign_in(
        &self,
        request: Request<v1::StartSignInRequest>,
    ) -> Result<Response<v1::StartSignInResponse>, Status> {
        let id = caller::request_id(&request);
        let answer = self.start(&request.get_ref().redirect_uri).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn finish_sign_in(
        &self,
        request: Request<v1::FinishSignInRequest>,
    ) -> Result<Response<v1::FinishSignInResponse>, Status> {
        let id = caller::request_id(&request);
        let answer = self.finish(request.get_ref()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn sign_in_as_invented(
        &self,
        request: Request<v1::SignInAsInventedRequest>,
    ) -> Result<Response<v1::SignInAsInventedResponse>, Status> {
        let id = caller::request_id(&request);
        let answer = self.sign_in_as(&request.get_ref().member).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn continue_sign_in(
        &self,
        request: Request<v1::ContinueSignInRequest>,
    ) -> Result<Response<v1::ContinueSignInResponse>, Status> {
        let id = caller::request_id(&request);
        let answer = self.go_on(&request.get_ref().secret).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn end_sign_in(
        &self,
        request: Request<v1::EndSignInRequest>,
    ) -> Result<Response<v1::EndSignInResponse>, Status> {
        let id = caller::request_id(&request);
        let ended = self.sign_ins.end(&request.get_ref().secret).await;
        let answer = ended.map(|()| v1::EndSignInResponse {});
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }
}

fn unavailable() -> Error {
    Error::Later(ErrorReason::SignInUnavailable, None)
}

fn who(directory: &Directory, member: &Member) -> v1::WhoamiResponse {
    v1::WhoamiResponse {
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
        time_zone: time_zone(directory, member),
    }
}

/// Name of the time zone of where a member works; Paris for national bodies.
fn time_zone(directory: &Directory, member: &Member) -> String {
    let organisation = member
        .organisation
        .as_ref()
        .and_then(|id| Some(directory.organisations.get(id)?.departement.as_str()));
    let agency = member.agency.as_ref().and_then(|id| {
        Territory::embedded()
            .agency(id.as_str())?
            .departements
            .first()
            .copied()
    });
    let watched = member.territory.first().map(String::as_str);
    let departement = organisation.or(agency).or(watched).unwrap_or_default();
    let calendar = Calendar::for_departement(departement);
    calendar.time_zone().iana_name().unwrap_or_default().to_owned()
}

/// Name of a member's organisation or agency; empty for who has none.
fn party(directory: &Directory, member: &Member) -> String {
    let organisation = member
        .organisation
        .as_ref()
        .and_then(|id| Some(&directory.organisations.get(id)?.name));
    let agency = member
        .agency
        .as_ref()
        .and_then(|id| Some(&directory.agencies.get(id)?.name));
    organisation.or(agency).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use declic_domain::directory::{Organisation, Role};

    use super::*;

    fn somebody() -> Member {
        Member {
            id: MemberId::parse("claire.morel").expect("a name"),
            name: String::new(),
            role: Role::Agent,
            organisation: None,
            agency: None,
            desks: Default::default(),
            territory: Default::default(),
            active: true,
            keys: Vec::new(),
            identities: Default::default(),
        }
    }

    #[test]
    fn times_are_those_of_where_somebody_works() {
        let id = OrganisationId::parse("ccas-fictif").expect("a name");
        let organisation = Organisation {
            id: id.clone(),
            name: String::new(),
            departement: "971".to_owned(),
            kind: None,
        };
        let mut directory = Directory::default();
        directory.organisations.insert(id.clone(), organisation);
        let social_worker = Member {
            organisation: Some(id),
            ..somebody()
        };
        let of_agency = |agency: &str| Member {
            agency: Some(AgencyId::parse(agency).expect("a name")),
            ..somebody()
        };
        let supervisor = Member {
            territory: ["976".to_owned()].into(),
            ..somebody()
        };
        for (member, zone) in [
            (social_worker, "America/Guadeloupe"),
            (of_agency("caf-974"), "Indian/Reunion"),
            (of_agency("caf-56"), "Europe/Paris"),
            (of_agency("triage-national"), "Europe/Paris"),
            (supervisor, "Indian/Mayotte"),
            (somebody(), "Europe/Paris"),
        ] {
            assert_eq!(time_zone(&directory, &member), zone);
        }
    }
}
