//! One method per RPC of the contract.

use declic_proto::v1;
use declic_proto::v1::case_service_client::CaseServiceClient;
use declic_proto::v1::directory_service_client::DirectoryServiceClient;
use declic_proto::v1::identity_service_client::IdentityServiceClient;
use declic_proto::v1::ledger_service_client::LedgerServiceClient;
use declic_proto::v1::routing_service_client::RoutingServiceClient;
use declic_proto::v1::supervision_service_client::SupervisionServiceClient;
use declic_proto::v1::ticket_service_client::TicketServiceClient;

use crate::sending::Repeatable;
use crate::{Client, Error};

/// Reads, and what changes nothing the second time, may always be sent again; commands, when they carry a request id.
macro_rules! rpcs {
    ($service:ident: $($(#[$doc:meta])* $kind:ident $method:ident($request:ident) -> $answer:ident;)*) => {
        $(
            impl Repeatable for v1::$request {
                fn is_repeatable(&self) -> bool {
                    rpcs!(@$kind self)
                }
            }
        )*
        impl Client {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// [`Error`]: its reason says why, after the retries that make sense.
                pub async fn $method(&self, request: v1::$request) -> Result<v1::$answer, Error> {
                    self.call(request, |channel, request| async move {
                        $service::new(channel).$method(request).await
                    })
                    .await
                }
            )*
        }
    };
    (@read $request:ident) => { true };
    (@again $request:ident) => { true };
    (@once $request:ident) => { false };
    (@command $request:ident) => { !$request.request_id.is_empty() };
}

rpcs! { CaseServiceClient:
    /// Opens a case: routes it and sends its tickets in one commit.
    command open_case(OpenCaseRequest) -> OpenCaseResponse;
    /// Reads a case with its tickets, by name or reference.
    read get_case(GetCaseRequest) -> GetCaseResponse;
    read get_case_clock(GetCaseClockRequest) -> GetCaseClockResponse;
    /// Lists the cases the caller may read, newest first or in order of what is due, one page a call.
    read list_cases(ListCasesRequest) -> ListCasesResponse;
    /// Counts the cases the caller may read.
    read count_cases(CountCasesRequest) -> CountCasesResponse;
    /// Withdraws every ticket of a case that is still open and not resolved.
    command withdraw_case(WithdrawCaseRequest) -> WithdrawCaseResponse;
    /// Says that a case is urgent, or no more.
    command change_urgency(ChangeUrgencyRequest) -> ChangeUrgencyResponse;
    /// Gives a case to a colleague of the organisation.
    command transfer_case(TransferCaseRequest) -> TransferCaseResponse;
    /// Opens a ticket with another agency for the same case.
    command add_ticket(AddTicketRequest) -> AddTicketResponse;
    /// Corrects the facts of a case.
    command correct_facts(CorrectFactsRequest) -> CorrectFactsResponse;
    /// Corrects who the person of a case is.
    command correct_person(CorrectPersonRequest) -> CorrectPersonResponse;
    /// Records that the person agreed anew.
    command renew_mandate(RenewMandateRequest) -> RenewMandateResponse;
    /// Records that the person took the agreement back.
    command revoke_mandate(RevokeMandateRequest) -> RevokeMandateResponse;
}

rpcs! { TicketServiceClient:
    /// Reads a ticket.
    read get_ticket(GetTicketRequest) -> GetTicketResponse;
    /// Lists the tickets the caller may read, those waiting longest first or in order of what is due, one page a call.
    read list_tickets(ListTicketsRequest) -> ListTicketsResponse;
    /// Counts the open tickets the caller may read.
    read count_tickets(CountTicketsRequest) -> CountTicketsResponse;
    /// Lists what happened on a ticket, oldest first, one page a call.
    read list_events(ListEventsRequest) -> ListEventsResponse;
    /// Says that the agency's client holds the ticket durably.
    command confirm_delivery(ConfirmDeliveryRequest) -> ConfirmDeliveryResponse;
    /// The agency takes the ticket.
    command acknowledge_ticket(AcknowledgeTicketRequest) -> AcknowledgeTicketResponse;
    /// Gives the ticket to an agent or desk of the same agency.
    command assign_ticket(AssignTicketRequest) -> AssignTicketResponse;
    /// The agency asks for what it lacks.
    command request_information(RequestInformationRequest) -> RequestInformationResponse;
    /// The social worker answers items of the request.
    command reply_ticket(ReplyTicketRequest) -> ReplyTicketResponse;
    /// The agency goes on without the reply.
    command take_back_ticket(TakeBackTicketRequest) -> TakeBackTicketResponse;
    /// The agency is not competent: a successor opens elsewhere.
    command redirect_ticket(RedirectTicketRequest) -> RedirectTicketResponse;
    /// Sends a triage ticket to an agency by hand.
    command route_ticket_by_hand(RouteTicketByHandRequest) -> RouteTicketByHandResponse;
    /// The agency gives its outcome.
    command resolve_ticket(ResolveTicketRequest) -> ResolveTicketResponse;
    /// The social worker confirms whether the person got what was expected.
    command close_ticket(CloseTicketRequest) -> CloseTicketResponse;
    /// The social worker reopens a ticket.
    command reopen_ticket(ReopenTicketRequest) -> ReopenTicketResponse;
    /// The social worker withdraws a ticket.
    command withdraw_ticket(WithdrawTicketRequest) -> WithdrawTicketResponse;
    /// Writes a message that every party of the ticket reads.
    command post_message(PostMessageRequest) -> PostMessageResponse;
    /// Writes a note that only the caller's agency reads.
    command add_note(AddNoteRequest) -> AddNoteResponse;
    /// Tells who answers for the side that holds a ticket that a supervisor asks for it.
    command escalate_ticket(EscalateTicketRequest) -> EscalateTicketResponse;
    /// Shows a ticket to the agency of another ticket of the case.
    command share_ticket(ShareTicketRequest) -> ShareTicketResponse;
    /// Shows it to that agency no more.
    command unshare_ticket(UnshareTicketRequest) -> UnshareTicketResponse;
    /// Gives the open tickets of an agency to its successor, one page a call.
    command transfer_agency(TransferAgencyRequest) -> TransferAgencyResponse;
    /// Reminds the agency that it holds the ticket.
    command remind_ticket(RemindTicketRequest) -> RemindTicketResponse;
    /// Records how an agency was reached by its usual channel, from a triage desk.
    command record_contact(RecordContactRequest) -> RecordContactResponse;
}

rpcs! { RoutingServiceClient:
    /// Says where a case with these facts would go, and why.
    read preview_routing(PreviewRoutingRequest) -> PreviewRoutingResponse;
    /// Finds communes by name, postal code or INSEE code.
    read search_communes(SearchCommunesRequest) -> SearchCommunesResponse;
    /// Brings a ruleset; nothing is decided by it yet.
    command propose_ruleset(ProposeRulesetRequest) -> ProposeRulesetResponse;
    /// Reads a ruleset with its file.
    read get_ruleset(GetRulesetRequest) -> GetRulesetResponse;
    /// Lists the rulesets and says which decide where, one page a call.
    read list_rulesets(ListRulesetsRequest) -> ListRulesetsResponse;
    /// Lists what changed of the rules, newest first, one page a call.
    read list_ruleset_changes(ListRulesetChangesRequest) -> ListRulesetChangesResponse;
    /// Puts a ruleset in force.
    command activate_ruleset(ActivateRulesetRequest) -> ActivateRulesetResponse;
    /// Decides again on the tickets of a case, by the rules of that day.
    read replay_routing(ReplayRoutingRequest) -> ReplayRoutingResponse;
    /// Counts what a ruleset would move of past cases.
    read simulate_ruleset(SimulateRulesetRequest) -> SimulateRulesetResponse;
    /// Puts in force again what was before.
    command rollback_ruleset(RollbackRulesetRequest) -> RollbackRulesetResponse;
}

rpcs! { SupervisionServiceClient:
    /// Counts redirects by the rule that had chosen the agency.
    read summarize_misroutes(SummarizeMisroutesRequest) -> SummarizeMisroutesResponse;
    /// Sums up how long agencies and persons wait, and why.
    read summarize_figures(SummarizeFiguresRequest) -> SummarizeFiguresResponse;
}

rpcs! { LedgerServiceClient:
    /// Gives a signed checkpoint.
    read get_checkpoint(GetCheckpointRequest) -> GetCheckpointResponse;
    /// Proves that an event's leaf is in the tree of a published checkpoint.
    read get_inclusion_proof(GetInclusionProofRequest) -> GetInclusionProofResponse;
    /// Proves that a published tree is the beginning of another.
    read get_consistency_proof(GetConsistencyProofRequest) -> GetConsistencyProofResponse;
    /// Lists leaves in order, 1,000 at most a call.
    read list_leaves(ListLeavesRequest) -> ListLeavesResponse;
}

rpcs! { DirectoryServiceClient:
    /// Reads an organisation.
    read get_organisation(GetOrganisationRequest) -> GetOrganisationResponse;
    /// Lists the organisations, one page a call.
    read list_organisations(ListOrganisationsRequest) -> ListOrganisationsResponse;
    /// Reads an agency with its desks.
    read get_agency(GetAgencyRequest) -> GetAgencyResponse;
    /// Lists the agencies with their desks, one page a call.
    read list_agencies(ListAgenciesRequest) -> ListAgenciesResponse;
    /// Reads a member.
    read get_member(GetMemberRequest) -> GetMemberResponse;
    /// Lists the members that the caller may read, one page a call.
    read list_members(ListMembersRequest) -> ListMembersResponse;
    /// Adds an organisation, or replaces it.
    command put_organisation(PutOrganisationRequest) -> PutOrganisationResponse;
    /// Adds an agency with its desks, or replaces it.
    command put_agency(PutAgencyRequest) -> PutAgencyResponse;
    /// Adds a desk to an agency, or replaces it.
    command put_desk(PutDeskRequest) -> PutDeskResponse;
    /// Enrols a member, or replaces it.
    command put_member(PutMemberRequest) -> PutMemberResponse;
    /// Enrols and changes what a file has, or says what that would do, line by line.
    command import_directory(ImportDirectoryRequest) -> ImportDirectoryResponse;
    /// Says at which desks an agent is.
    command set_member_desks(SetMemberDesksRequest) -> SetMemberDesksResponse;
    /// Records that a member has left.
    command end_member(EndMemberRequest) -> EndMemberResponse;
    /// Says beforehand what a departure would move.
    read rehearse_departure(RehearseDepartureRequest) -> RehearseDepartureResponse;
    /// Says when a member is away.
    command set_member_absences(SetMemberAbsencesRequest) -> SetMemberAbsencesResponse;
    /// Says what an agency needs to find a person.
    command set_required_identifiers(SetRequiredIdentifiersRequest) -> SetRequiredIdentifiersResponse;
    /// Says what a desk does not take, and whether it is open.
    command set_desk_rules(SetDeskRulesRequest) -> SetDeskRulesResponse;
    /// Says when an agency is open.
    command set_agency_calendar(SetAgencyCalendarRequest) -> SetAgencyCalendarResponse;
    /// Says how much time agencies have, at one level.
    command set_clock_policy(SetClockPolicyRequest) -> SetClockPolicyResponse;
    /// Lists how much time agencies have, one page a call.
    read list_clock_policies(ListClockPoliciesRequest) -> ListClockPoliciesResponse;
    /// Lists what changed of the directory, newest first, one page a call.
    read list_directory_changes(ListDirectoryChangesRequest) -> ListDirectoryChangesResponse;
}

rpcs! { IdentityServiceClient:
    /// Says who the caller is for the hub.
    read whoami(WhoamiRequest) -> WhoamiResponse;
    /// Says how people sign in at this hub.
    read get_sign_in_methods(GetSignInMethodsRequest) -> GetSignInMethodsResponse;
    /// Begins a sign-in at the identity provider; nothing is stored.
    again start_sign_in(StartSignInRequest) -> StartSignInResponse;
    /// Ends the exchange with the identity provider, which takes its code once.
    once finish_sign_in(FinishSignInRequest) -> FinishSignInResponse;
    /// Opens a sign-in as one of the invented people of a demonstration.
    once sign_in_as_invented(SignInAsInventedRequest) -> SignInAsInventedResponse;
    /// Says whose sign-in this is, and gives a short token.
    again continue_sign_in(ContinueSignInRequest) -> ContinueSignInResponse;
    /// Ends a sign-in.
    again end_sign_in(EndSignInRequest) -> EndSignInResponse;
}
