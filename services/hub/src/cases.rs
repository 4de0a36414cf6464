//! CaseService: opening, reading and listing cases, and the commands on a whole case.

use std::sync::Arc;

use declic_domain::Decision;
use declic_domain::decide::Given;
use declic_domain::directory::Directory;
use declic_domain::name::{CaseId, Reference};
use declic_domain::opening::{self, Opening};
use declic_domain::person::Person;
use declic_domain::policy;
use declic_domain::ticket::Ticket;
use declic_proto::v1;
use declic_proto::v1::case_service_server::CaseService;
use declic_store::crash::{self, Point};
use declic_store::{BlindTag, Commit, CommitError, Limit, RequestKey, StoredCase, TicketSummary};
use prost::Message as _;
use tonic::{Request, Response, Status};

use crate::caller::{self, Caller};
use crate::clock;
use crate::command::{self, Answer, Loaded, Target};
use crate::duplicates;
use crate::hub::Hub;
use crate::lists::{self, Question, Which};
use crate::references;
use crate::seal::{self, Keys};
use crate::status::Error;
use crate::thread;
use crate::told::{self, Told};
use crate::wire::case::{self as wire_case, Named, Shown};
use crate::wire::case_command::Request as CaseRequest;
use crate::wire::ticket::{self as wire_ticket, Names};
use crate::wire::{FULL_PAGE_BYTES, Violations, explanation, facts, token};

/// The service.
pub struct Cases {
    hub: Arc<Hub>,
}

impl Cases {
    /// Over a hub.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    async fn open(
        &self,
        caller: &Caller,
        request: v1::OpenCaseRequest,
    ) -> Result<v1::OpenCaseResponse, Error> {
        let hub = &*self.hub;
        let content = hub.secrets.request_digest("OpenCase", &request.encode_to_vec());
        let asked = wire_case::opening(request, hub.latest_day())?;
        let key = command::request_key(caller, asked.request, content);
        if asked.validate_only {
            return match command::replay(hub, &key).await? {
                Some(answer) => Ok(answer),
                None => self.preview(caller, asked).await,
            };
        }
        let reference = references::next(hub, false).await?;
        let (commit, answer) = match self.decide(caller, asked, reference, &key).await {
            Ok(decided) => decided,
            Err(refused) => {
                references::give_back(hub, reference);
                return command::replay(hub, &key).await?.ok_or(refused);
            }
        };
        crash::at(Point::Decided);
        let committed = hub.store.commit(commit).await;
        if let Err(CommitError::Replayed(_) | CommitError::KeyReused) = &committed {
            // Nothing of it is written, nor will be.
            references::give_back(hub, reference);
        }
        match committed {
            Ok(()) => {
                crash::at(Point::BeforeAnswer);
                Ok(answer)
            }
            Err(CommitError::Replayed(stored)) => command::given_before(&stored),
            Err(error) => Err(error.into()),
        }
    }

    /// Where the case would go, and which are open already; nothing is written.
    async fn preview(&self, caller: &Caller, asked: wire_case::Asked) -> Result<v1::OpenCaseResponse, Error> {
        let reference = references::next(&self.hub, true).await?;
        let person = asked.words.person.clone();
        let decision = self.decision(caller, asked, reference)?;
        let mut answer = v1::OpenCaseResponse {
            decision: decision
                .tickets
                .first()
                .map(|ticket| explanation::kept(&ticket.orientation, &ticket.facts, &self.hub.rules())),
            ..v1::OpenCaseResponse::default()
        };
        let benefit = &decision.case.facts.benefit;
        duplicates::tell(&self.hub, caller, &person, benefit, &mut answer).await?;
        Ok(answer)
    }

    fn decision(
        &self,
        caller: &Caller,
        asked: wire_case::Asked,
        reference: Reference,
    ) -> Result<Decision, Error> {
        let hub = &*self.hub;
        let opening = Opening {
            id: CaseId(hub.ids.next()),
            reference,
            facts: asked.facts,
            mandate: asked.mandate,
            urgent: asked.urgent,
            shared_with_team: asked.shared_with_team,
            words: asked.words,
        };
        command::deciding(hub, caller, None, |given| opening::open(opening, given))
    }

    /// What a new case commits, and the answer it stores with it.
    async fn decide(
        &self,
        caller: &Caller,
        asked: wire_case::Asked,
        reference: Reference,
        key: &RequestKey,
    ) -> Result<(Commit, v1::OpenCaseResponse), Error> {
        let hub = &*self.hub;
        let words = asked.words.clone();
        let decision = self.decision(caller, asked, reference)?;
        let (id, case_keys) = hub.vault.take().await?;
        let keys = Keys { id, keys: case_keys };
        let new = seal::new_words(hub, &keys, &decision.case, &decision, &words)?;
        let mut commit = seal::commit(hub, &keys, None, Some(new), &decision, key)?;
        let answer = v1::OpenCaseResponse {
            case: decision.case.id.resource(),
            reference: decision.case.reference.to_string(),
            tickets: command::confirmations(&decision),
            decision: routed(&decision),
            ..v1::OpenCaseResponse::default()
        };
        commit.request = Some((key.clone(), answer.encode_to_vec()));
        Ok((commit, answer))
    }

    async fn get(&self, caller: &Caller, name: &str) -> Result<v1::GetCaseResponse, Error> {
        let mut violations = Violations::default();
        let named = wire_case::named(&mut violations, "name", name);
        let named = violations.finish_with(named)?;
        let stored = self.find(caller, named).await?;
        let case = self.show(caller, &stored, true).await?;
        Ok(v1::GetCaseResponse { case: Some(case) })
    }

    async fn clock(&self, caller: &Caller, name: &str) -> Result<v1::GetCaseClockResponse, Error> {
        let mut violations = Violations::default();
        let named = wire_case::named(&mut violations, "name", name);
        let named = violations.finish_with(named)?;
        let stored = self.find(caller, named).await?;
        clock::read(&self.hub, caller, &stored).await
    }

    async fn list(
        &self,
        caller: &Caller,
        request: v1::ListCasesRequest,
    ) -> Result<v1::ListCasesResponse, Error> {
        let hub = &*self.hub;
        let Question { limit, which, bytes } = lists::cases(hub, caller, &request)?;
        let subject = caller.member.id.as_str();
        let (scope, one_more) = (command::scope(caller)?, Limit::new(limit + 1));
        let mut tag = None;
        let mut found: Vec<(Vec<u8>, StoredCase)> = match which {
            Which::Plain(filter) => {
                let after = token::page_position::<24>(&hub.secrets, subject, &bytes, &request.page_token)?;
                let after = after.map(lists::case_position);
                let found = hub.store.cases(&scope, &filter, after, one_more).await?;
                tag = filter.tag;
                found
                    .into_iter()
                    .map(|stored| (lists::case_bytes(&stored.row.case).to_vec(), stored))
                    .collect()
            }
            Which::ByTurn(filter) => {
                let after = token::page_position::<26>(&hub.secrets, subject, &bytes, &request.page_token)?;
                let after = after.and_then(lists::turn_position);
                let found = hub.store.cases_by_turn(&scope, &filter, after, one_more).await?;
                found
                    .into_iter()
                    .map(|(position, stored)| (lists::turn_bytes(position).to_vec(), stored))
                    .collect()
            }
        };
        let mut more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let mut cases = Vec::with_capacity(found.len());
        let (mut length, mut gone_through) = (0, 0);
        for (_, stored) in &found {
            gone_through += 1;
            let told = told::read(hub, caller, stored).await?;
            if !self.is_sought(tag.as_ref(), &told) {
                continue;
            }
            let case = self.render(caller, stored, told, false).await?;
            length += case.encoded_len();
            cases.push(case);
            if length >= FULL_PAGE_BYTES {
                break;
            }
        }
        more |= gone_through < found.len();
        let last = found[..gone_through].last().filter(|_| more);
        let next_page_token = last.map_or_else(String::new, |(position, _)| {
            token::page(&hub.secrets, subject, &bytes, position)
        });
        Ok(v1::ListCasesResponse {
            cases,
            next_page_token,
        })
    }

    /// One line for every command on a whole case: the seven lines are in [`command`].
    async fn run<R: CaseRequest, A: Answer>(&self, request: Request<R>) -> Result<Response<A>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = self.command(&caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn command<R: CaseRequest, A: Answer>(&self, caller: &Caller, request: R) -> Result<A, Error> {
        let hub = &*self.hub;
        let content = hub.secrets.request_digest(R::RPC, &request.encode_to_vec());
        let asked = request.parse(hub.latest_day())?;
        let key = command::request_key(caller, asked.request, content);
        let case = match self.find(caller, asked.case).await {
            Ok(found) => found.row.case.id,
            // Who gave a case away finds it no longer, and gets the answer to its request all the same.
            Err(absent) => return command::replay(hub, &key).await?.ok_or(absent),
        };
        let deciding = |loaded: &Loaded, given: &mut Given<'_>| {
            let (file, words) = (&loaded.file, loaded.words.as_ref());
            declic_domain::decide_case(file, words, asked.command.clone(), given)
        };
        let target = Target {
            case,
            etag: asked.etag,
            key,
            needs_words: asked.command.needs_words(),
        };
        command::on_case(hub, caller, target, deciding).await
    }

    async fn find(&self, caller: &Caller, named: Named) -> Result<StoredCase, Error> {
        let scope = command::scope(caller)?;
        let found = match named {
            Named::Id(id) => self.hub.store.case(&scope, id).await?,
            Named::Reference(reference) => self.hub.store.case_by_reference(&scope, reference).await?,
        };
        found.ok_or(Error::Absent)
    }

    /// The case as the caller may see it: its own tickets whole, of the others that they exist.
    async fn show(&self, caller: &Caller, stored: &StoredCase, texts: bool) -> Result<v1::Case, Error> {
        let told = told::read(&self.hub, caller, stored).await?;
        self.render(caller, stored, told, texts).await
    }

    async fn render(
        &self,
        caller: &Caller,
        stored: &StoredCase,
        told: Told,
        texts: bool,
    ) -> Result<v1::Case, Error> {
        let hub = &*self.hub;
        let directory = hub.directory();
        let names = Names {
            directory: &directory,
            territory: hub.territory,
        };
        let file = stored.file();
        let Told { case, words, tickets } = told;
        let mut rendered = Vec::with_capacity(tickets.len());
        for ticket in &tickets {
            rendered.push(match policy::relation(&caller.member, &file.case, ticket) {
                Some(_) if texts => {
                    let missing_identifiers =
                        missing(&directory, ticket, words.as_ref().map(|words| &words.person));
                    let words = thread::words(hub, caller, stored, ticket).await?;
                    let whole = wire_ticket::render(names, &case, ticket, words, (&hub.rules(), hub.today()));
                    let whole = wire_ticket::as_read(&caller.member, whole);
                    v1::Ticket {
                        missing_identifiers,
                        ..wire_ticket::offered(&caller.member, &file, ticket, whole)
                    }
                }
                Some(_) => {
                    let summary = wire_ticket::summary(names, TicketSummary::of(&case, ticket));
                    wire_ticket::as_read(&caller.member, summary)
                }
                None => wire_ticket::outline(names, ticket),
            });
        }
        let nir = texts && policy::reads_nir(&caller.member, &directory);
        if nir && words.as_ref().is_some_and(|words| words.person.nir.is_some()) {
            let (member, case) = (caller.member.id.as_str(), file.case.id.0);
            tracing::info!(target: "declic::access", member, %case, "a social-security number was shown in full");
        }
        let shown = Shown {
            words,
            nir,
            texts,
            opener: names.member(&case.opener),
            offered: if texts {
                declic_domain::offered_on_case(&caller.member, &file, &directory)
            } else {
                Vec::new()
            },
        };
        Ok(wire_case::render(&case, file.is_open(), rendered, shown))
    }

    /// Whether a search by name finds a case under the name that its reader reads there.
    fn is_sought(&self, tag: Option<&BlindTag>, told: &Told) -> bool {
        let (Some(tag), Some(words)) = (tag, &told.words) else {
            return true;
        };
        *tag == seal::tag_of(&self.hub, tag.audience.clone(), &words.person)
    }
}

/// What the agency of an open ticket needs and its reader is not told of the person, as fields of the person.
fn missing(directory: &Directory, ticket: &Ticket, person: Option<&Person>) -> Vec<String> {
    let person = person.filter(|_| ticket.state.is_open());
    let missing = person.map(|person| directory.missing(ticket.agency(), person));
    let missing = missing.unwrap_or_default().into_iter();
    missing.map(|one| one.field().to_owned()).collect()
}

#[tonic::async_trait]
impl CaseService for Cases {
    async fn open_case(
        &self,
        request: Request<v1::OpenCaseRequest>,
    ) -> Result<Response<v1::OpenCaseResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = self.open(&caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn get_case(
        &self,
        request: Request<v1::GetCaseRequest>,
    ) -> Result<Response<v1::GetCaseResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = self.get(&caller, &request.into_inner().name).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn get_case_clock(
        &self,
        request: Request<v1::GetCaseClockRequest>,
    ) -> Result<Response<v1::GetCaseClockResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = self.clock(&caller, &request.into_inner().name).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_cases(
        &self,
        request: Request<v1::ListCasesRequest>,
    ) -> Result<Response<v1::ListCasesResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = self.list(&caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn count_cases(
        &self,
        request: Request<v1::CountCasesRequest>,
    ) -> Result<Response<v1::CountCasesResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = lists::count_cases(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn withdraw_case(
        &self,
        request: Request<v1::WithdrawCaseRequest>,
    ) -> Result<Response<v1::WithdrawCaseResponse>, Status> {
        self.run(request).await
    }

    async fn change_urgency(
        &self,
        request: Request<v1::ChangeUrgencyRequest>,
    ) -> Result<Response<v1::ChangeUrgencyResponse>, Status> {
        self.run(request).await
    }

    async fn transfer_case(
        &self,
        request: Request<v1::TransferCaseRequest>,
    ) -> Result<Response<v1::TransferCaseResponse>, Status> {
        self.run(request).await
    }

    async fn add_ticket(
        &self,
        request: Request<v1::AddTicketRequest>,
    ) -> Result<Response<v1::AddTicketResponse>, Status> {
        self.run(request).await
    }

    async fn correct_facts(
        &self,
        request: Request<v1::CorrectFactsRequest>,
    ) -> Result<Response<v1::CorrectFactsResponse>, Status> {
        self.run(request).await
    }

    async fn correct_person(
        &self,
        request: Request<v1::CorrectPersonRequest>,
    ) -> Result<Response<v1::CorrectPersonResponse>, Status> {
        self.run(request).await
    }

    async fn renew_mandate(
        &self,
        request: Request<v1::RenewMandateRequest>,
    ) -> Result<Response<v1::RenewMandateResponse>, Status> {
        self.run(request).await
    }

    async fn revoke_mandate(
        &self,
        request: Request<v1::RevokeMandateRequest>,
    ) -> Result<Response<v1::RevokeMandateResponse>, Status> {
        self.run(request).await
    }
}

fn routed(decision: &Decision) -> Option<v1::RoutingDecision> {
    decision
        .tickets
        .first()
        .map(|ticket| facts::decision(&ticket.orientation))
}
