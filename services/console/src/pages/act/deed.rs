//! What may be asked of a ticket and of a whole case: the closed list, in the order in which a page offers it.

macro_rules! deeds {
    ($($(#[$doc:meta])* $deed:ident: $rpc:literal, $name:literal, $told:literal;)+) => {
        /// Something that a page lets its reader do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Deed {
            $($(#[$doc])* $deed,)+
        }

        impl Deed {
            /// Every deed, in the order in which a page offers it.
            pub const ALL: &[Self] = &[$(Self::$deed,)+];

            /// The method of the contract: what the hub offers it by.
            pub fn rpc(self) -> &'static str {
                match self {
                    $(Self::$deed => $rpc,)+
                }
            }

            /// Its name in addresses and keys.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$deed => $name,)+
                }
            }

            /// What the thread tells once it is done.
            pub fn told(self) -> &'static str {
                match self {
                    $(Self::$deed => $told,)+
                }
            }
        }
    };
}

deeds! {
    /// Answers what the agency asked.
    Reply: "ReplyTicket", "repondre", "REPLIED";
    /// Confirms what the person got.
    Close: "CloseTicket", "clore", "CLOSED";
    /// Takes it.
    Take: "AcknowledgeTicket", "prendre", "ACKNOWLEDGED";
    /// Gives the agency's outcome.
    Resolve: "ResolveTicket", "resoudre", "RESOLVED";
    /// Asks the social worker for something.
    Ask: "RequestInformation", "demander", "INFORMATION_REQUESTED";
    /// Goes on without the answer.
    TakeBack: "TakeBackTicket", "reprendre", "TAKEN_BACK";
    /// Sends it to another agency.
    Redirect: "RedirectTicket", "reorienter", "REDIRECTED";
    /// Sends it from a triage desk to an agency.
    Route: "RouteTicketByHand", "orienter", "ROUTED_BY_HAND";
    /// Notes that an agency was reached by its usual channel.
    Contact: "RecordContact", "contacter", "CONTACT_RECORDED";
    /// Tells who has it that it is too late.
    Escalate: "EscalateTicket", "alerter", "ESCALATED_BY_SUPERVISOR";
    /// Writes to the other side.
    Write: "PostMessage", "ecrire", "MESSAGE_POSTED";
    /// Writes for the own agency.
    Note: "AddNote", "noter", "NOTE_ADDED";
    /// Gives it to somebody of the agency.
    Assign: "AssignTicket", "attribuer", "ASSIGNED";
    /// Reminds the agency.
    Remind: "RemindTicket", "relancer", "REMINDED";
    /// Opens it again.
    Reopen: "ReopenTicket", "rouvrir", "REOPENED";
    /// Lets another agency of the case read it.
    Share: "ShareTicket", "partager", "SHARED";
    /// Lets it read no more.
    Unshare: "UnshareTicket", "departager", "UNSHARED";
    /// Withdraws it.
    Withdraw: "WithdrawTicket", "retirer", "WITHDRAWN";
    /// Corrects who the person of the case is.
    CorrectPerson: "CorrectPerson", "corriger-personne", "PERSON_CORRECTED";
    /// Corrects what the case is about.
    CorrectFacts: "CorrectFacts", "corriger-situation", "FACTS_CORRECTED";
    /// Says that the case is urgent, or no more.
    ChangeUrgency: "ChangeUrgency", "urgence", "URGENCY_CHANGED";
    /// Asks another agency for the same person.
    Add: "AddTicket", "ajouter", "OPENED";
    /// Records that the person agreed anew.
    Renew: "RenewMandate", "renouveler-accord", "MANDATE_RENEWED";
    /// Records that the person took the agreement back.
    Revoke: "RevokeMandate", "retirer-accord", "MANDATE_REVOKED";
    /// Gives the case to a colleague.
    Transfer: "TransferCase", "transmettre", "CASE_TRANSFERRED";
    /// Withdraws all that still waits.
    WithdrawCase: "WithdrawCase", "retirer-dossier", "WITHDRAWN";
}

impl Deed {
    /// Whether it is done to a whole case, and not to one of its tickets.
    pub fn is_of_case(self) -> bool {
        use Deed as D;
        matches!(
            self,
            D::CorrectPerson
                | D::CorrectFacts
                | D::ChangeUrgency
                | D::Add
                | D::Renew
                | D::Revoke
                | D::Transfer
                | D::WithdrawCase
        )
    }

    /// The deed of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use declic_words::{Family, Lang, find, label};

    use super::*;

    #[test]
    fn every_deed_has_its_words_and_is_found_by_its_name_alone() {
        for deed in Deed::ALL {
            assert_eq!(Deed::find(deed.name()), Some(*deed));
            for key in [
                format!("console-do-{}", deed.name()),
                format!("console-done-{}", deed.name()),
            ] {
                assert!(find(Lang::Fr, &key, &[]).is_some(), "{key}");
                assert!(find(Lang::En, &key, &[]).is_some(), "{key}");
            }
            assert_ne!(label(Lang::Fr, Family::Event, deed.told()), deed.told());
        }
        assert_eq!(Deed::find("effacer"), None);
    }
}
