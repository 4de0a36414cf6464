//! The months behind a demo that stays open: lists, deadlines and figures say little on the twelve cases of one minute.

use std::net::{Ipv4Addr, SocketAddr};

use declic_runtime::Shutdown;

use super::folder::Folder;
use super::house::hub_config;
use super::people::{self, AGENCIES, MEMBERS, ORGANISATIONS, Role};
use crate::failure::Failure;
use crate::generate::past::{self, Past};
use crate::generate::staff::Resident;
use crate::screen::Screen;

/// Where all of it happens.
const TERRITORY: &str = "56";

/// Months, and cases in them: as long as it takes to read what is printed.
const MONTHS: i32 = 3;
const CASES: usize = 240;

/// Lives them, in a folder whose hub is not made yet.
pub async fn live(folder: &Folder, shutdown: &Shutdown, screen: &mut Screen) -> Result<(), Failure> {
    let line = screen.manner.text("demo-past", &[]);
    screen.say(&line);
    let residents: Vec<Resident> = MEMBERS.iter().filter_map(resident).collect();
    let members: Vec<&str> = MEMBERS.iter().map(|member| member.id).collect();
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let past = Past {
        territory: TERRITORY,
        months: MONTHS,
        cases: CASES,
        residents: &residents,
        members: &members,
        directory: |key| people::directory(key),
        config: hub_config(folder, any_port, folder.path("directory.toml")),
    };
    past::live(past, folder, shutdown, screen).await
}

/// Who opens cases or treats tickets takes part.
fn resident(member: &people::Member) -> Option<Resident> {
    let (place, name) = match member.role {
        Role::SocialWorker(id) => (id, ORGANISATIONS.iter().find(|place| place.id == id)?.name),
        Role::Agent(id, _) | Role::TriageAgent(id, _) => {
            (id, AGENCIES.iter().find(|place| place.id == id)?.name)
        }
        _ => return None,
    };
    let desk = match member.role {
        Role::Agent(_, desk) | Role::TriageAgent(_, desk) => desk,
        _ => "",
    };
    Some(Resident {
        id: member.id,
        name: member.name,
        place: (place, name),
        desk,
    })
}
