//! Who comes and who leaves, enrolled by the administrator.

use declic_client::Error;
use declic_proto::v1;

use super::super::staff::{ADMINISTRATOR, Place, is_triage};
use super::{After, Done, Stage};

impl Stage<'_> {
    pub(super) async fn join(&self, place: &Place, member: usize, after: &mut After) -> Result<(), Error> {
        let member = &place.members[member];
        let (role, organisation, agency) =
            match (self.staff.agencies.contains_key(&place.id), is_triage(&place.id)) {
                (false, _) => (
                    v1::Role::SocialWorker,
                    format!("organisations/{}", place.id),
                    String::new(),
                ),
                (true, true) => (
                    v1::Role::TriageAgent,
                    String::new(),
                    format!("agencies/{}", place.id),
                ),
                (true, false) => (v1::Role::Agent, String::new(), format!("agencies/{}", place.id)),
            };
        let desks = (!agency.is_empty()).then(|| format!("{agency}/desks/{}", place.desk));
        let enrolled = v1::Member {
            name: format!("members/{}", member.id),
            display_name: member.name.clone(),
            role: role.into(),
            organisation,
            agency,
            desks: desks.into_iter().collect(),
            keys: vec![self.house.public_key(&member.id)],
            ..Default::default()
        };
        let request = v1::PutMemberRequest {
            request_id: self.house.id(),
            member: Some(enrolled),
            reason: "arrivée".to_owned(),
        };
        self.house.client(ADMINISTRATOR).put_member(request).await?;
        after.done.push(Done::Joined);
        Ok(())
    }

    pub(super) async fn leave(&self, place: &Place, member: usize, after: &mut After) -> Result<(), Error> {
        let request = v1::EndMemberRequest {
            request_id: self.house.id(),
            name: format!("members/{}", place.members[member].id),
            reason: "départ".to_owned(),
            ..Default::default()
        };
        self.house.client(ADMINISTRATOR).end_member(request).await?;
        after.done.push(Done::Left);
        after.left = self
            .staff
            .agencies
            .contains_key(&place.id)
            .then(|| place.id.clone());
        Ok(())
    }
}
