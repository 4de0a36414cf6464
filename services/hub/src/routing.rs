//! RoutingService: where a case would go, without opening one, and the rules that tell it.

use std::sync::Arc;

use declic_proto::v1;
use declic_proto::v1::routing_service_server::RoutingService;
use declic_routing::Facts;
use tonic::{Request, Response, Status};

use crate::caller;
use crate::hub::Hub;
use crate::rules::{changing, reading, replaying, simulating};
use crate::status::Error;
use crate::wire::{Violations, explanation, facts};

/// Longest query for communes, in characters.
const LONGEST_QUERY: usize = 100;

/// The service.
pub struct Routing {
    hub: Arc<Hub>,
}

impl Routing {
    /// Over a hub.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    fn preview(&self, request: v1::PreviewRoutingRequest) -> Result<v1::PreviewRoutingResponse, Error> {
        let mut violations = Violations::default();
        let raw = facts::raw(&mut violations, request.facts.unwrap_or_default(), false);
        violations.finish()?;
        let today = declic_calendar::Calendar::for_departement("").date_of(self.hub.now());
        let parsed = Facts::parse(&raw, today).map_err(|errors| {
            let mut violations = Violations::default();
            for error in errors.0 {
                violations.add(
                    format!("facts.{}", error.field.as_str()),
                    error.problem.to_string(),
                );
            }
            violations.finish().err().unwrap_or(Error::Absent)
        })?;
        Ok(v1::PreviewRoutingResponse {
            decision: Some(explanation::fresh(
                &parsed,
                self.hub.rules().of(&parsed, self.hub.territory),
            )),
        })
    }

    fn search(&self, request: v1::SearchCommunesRequest) -> Result<v1::SearchCommunesResponse, Error> {
        let mut violations = Violations::default();
        let query = violations.text("query", request.query, LONGEST_QUERY);
        if !(0..=50).contains(&request.page_size) {
            violations.add("page_size", "goes from 1 to 50; 0 means 10");
        }
        violations.finish()?;
        let limit = if request.page_size == 0 {
            10
        } else {
            request.page_size.unsigned_abs() as usize
        };
        let found = self.hub.territory.search(&query, limit);
        let communes = found.into_iter().map(|hit| v1::Commune {
            code: hit.commune.code.to_owned(),
            display_name: hit.commune.name.to_owned(),
            departement: hit.commune.departement.to_owned(),
            postal_codes: hit.commune.postal_codes().map(ToOwned::to_owned).collect(),
            population: i64::from(hit.commune.population),
        });
        Ok(v1::SearchCommunesResponse {
            communes: communes.collect(),
        })
    }
}

#[tonic::async_trait]
impl RoutingService for Routing {
    async fn preview_routing(
        &self,
        request: Request<v1::PreviewRoutingRequest>,
    ) -> Result<Response<v1::PreviewRoutingResponse>, Status> {
        let id = caller::request_id(&request);
        self.preview(request.into_inner())
            .map(Response::new)
            .map_err(|error| error.into_status(&id))
    }

    async fn search_communes(
        &self,
        request: Request<v1::SearchCommunesRequest>,
    ) -> Result<Response<v1::SearchCommunesResponse>, Status> {
        let id = caller::request_id(&request);
        self.search(request.into_inner())
            .map(Response::new)
            .map_err(|error| error.into_status(&id))
    }

    async fn propose_ruleset(
        &self,
        request: Request<v1::ProposeRulesetRequest>,
    ) -> Result<Response<v1::ProposeRulesetResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = changing::propose(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn get_ruleset(
        &self,
        request: Request<v1::GetRulesetRequest>,
    ) -> Result<Response<v1::GetRulesetResponse>, Status> {
        let (_, id) = caller::of(&request)?;
        let answer = reading::get(&self.hub, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_rulesets(
        &self,
        request: Request<v1::ListRulesetsRequest>,
    ) -> Result<Response<v1::ListRulesetsResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = reading::list(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_ruleset_changes(
        &self,
        request: Request<v1::ListRulesetChangesRequest>,
    ) -> Result<Response<v1::ListRulesetChangesResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = reading::changes(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn activate_ruleset(
        &self,
        request: Request<v1::ActivateRulesetRequest>,
    ) -> Result<Response<v1::ActivateRulesetResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = changing::activate(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn rollback_ruleset(
        &self,
        request: Request<v1::RollbackRulesetRequest>,
    ) -> Result<Response<v1::RollbackRulesetResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = changing::roll_back(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn replay_routing(
        &self,
        request: Request<v1::ReplayRoutingRequest>,
    ) -> Result<Response<v1::ReplayRoutingResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = replaying::of_case(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn simulate_ruleset(
        &self,
        request: Request<v1::SimulateRulesetRequest>,
    ) -> Result<Response<v1::SimulateRulesetResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = simulating::over_past_cases(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }
}
