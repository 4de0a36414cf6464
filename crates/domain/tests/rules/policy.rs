//! The policy as a table anyone can read: `policy.txt` is written from the code and checked in, so that a widening shows
//! in review. To accept a change, copy the table that the failure prints.

use std::fmt::Write as _;

use crate::decisions::file;
use crate::world::{World, directory, member};
use declic_domain::CaseFile;
use declic_domain::directory::{Directory, Member, Role};
use declic_domain::policy::{Action, may, needs_no_token, permits, reads_person};

#[test]
fn the_checked_in_table_is_the_policy() {
    let written = table();
    let checked_in = include_str!("../policy.txt");
    assert!(
        written == checked_in,
        "crates/domain/tests/policy.txt differs from the policy; it should be:\n{written}"
    );
}

fn table() -> String {
    let short = |role: Role| match role {
        Role::SocialWorker => "social worker",
        Role::OrganisationManager => "org. manager",
        Role::Agent => "agent",
        Role::DeskManager => "desk manager",
        Role::TriageAgent => "triage agent",
        Role::Supervisor => "supervisor",
        Role::Auditor => "auditor",
        Role::Administrator => "administrator",
        Role::Connector => "connector",
    };
    let mut table = String::from(
        "Who may ask what. A yes still needs the case or ticket to be the caller's own. Anyone: without a token too.\n\n",
    );
    let _ = write!(table, "{:<22}", "action");
    for role in Role::ALL {
        let _ = write!(table, "| {:<14}", short(role));
    }
    table.push('\n');
    let mut allowed = 0;
    for action in Action::ALL {
        let _ = write!(table, "{:<22}", action.name());
        for role in Role::ALL {
            let yes = permits(role, *action);
            allowed += usize::from(yes);
            let word = match yes {
                true if needs_no_token(*action) => "anyone",
                true => "yes",
                false => "-",
            };
            let _ = write!(table, "| {word:<14}");
        }
        table.push('\n');
    }
    let _ = writeln!(
        table,
        "\n{allowed} of {} pairs are allowed.",
        Action::ALL.len() * Role::ALL.len()
    );
    table.push_str(&own_table());
    table
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// For one case of social worker camille, whose ticket 1 the Caf of Morbihan redirected to the Msa, which holds ticket 2.
fn own_table() -> String {
    let actors = [
        ("camille, who opened it", "camille"),
        ("yann, her colleague", "yann"),
        ("soizic, their manager", "soizic"),
        ("agent of the Msa", "agent.msa-portes-de-bretagne"),
        ("manager of the Msa", "manager.msa-portes-de-bretagne"),
        ("connector of the Msa", "connector.msa-portes-de-bretagne"),
        ("agent of the Caf, before", "agent.caf-56"),
        ("agent of another Caf", "agent.caf-35"),
        ("triage agent of 56", "agent.triage-56"),
        ("supervisor of 56", "supervisor"),
        ("auditor", "auditor"),
        ("administrator", "administrator"),
    ];
    let directory = directory();
    let mut table = String::from(
        "\nWho may do it to one ticket: 1 the ticket the Caf redirected, 2 the ticket the Msa holds, for a case that is private\n(p) or shared with the team (s). Unknown and forbidden look the same to the caller.\n\n",
    );
    for (title, id) in actors {
        let person = &directory.members[&member(id)];
        for shared in [false, true] {
            let file = redirected(shared);
            let _ = write!(table, "{title} ({}", if shared { "s" } else { "p" });
            let _ = writeln!(
                table,
                "; person {})",
                if reads_person(person, &file) {
                    "shown"
                } else {
                    "hidden"
                }
            );
            for ticket in &file.tickets {
                let allowed = Action::ALL
                    .iter()
                    .filter(|action| of_one(**action) && may(person, **action, &file.case, ticket));
                let names: Vec<&str> = allowed.map(|action| action.name()).collect();
                let names = if names.is_empty() {
                    "nothing".to_owned()
                } else {
                    names.join(" ")
                };
                let _ = writeln!(table, "  {}: {names}", ticket.name.number.get());
            }
        }
    }
    table.push_str(&readers(&directory));
    table.push_str(&gone(&directory));
    table
}

/// Whether an action is about one case or ticket: the others are the first table's alone.
fn of_one(action: Action) -> bool {
    let name = action.name();
    let other = [
        "OpenCase",
        "ListCases",
        "CountCases",
        "ListTickets",
        "CountTickets",
        "WatchTickets",
        "PreviewRouting",
        "SearchCommunes",
        "SummarizeMisroutes",
        "SummarizeFigures",
        "Whoami",
        "TransferAgency",
    ];
    let of_directory = [
        "Organisation",
        "Agenc",
        "Desk",
        "Member",
        "Directory",
        "Departure",
        "ClockPolic",
        "Identifiers",
    ];
    !other.contains(&name)
        && !of_directory.iter().any(|word| name.contains(word))
        && !name.contains("Proof")
        && !name.contains("Checkpoint")
        && !name.contains("Leaves")
        && !name.contains("SignIn")
}

/// Who reads ticket 2 once it is shared with a desk of the Caf.
fn readers(directory: &Directory) -> String {
    let mut file = redirected(false);
    let caf = file.tickets[0].desk.clone();
    file.tickets[1].shared_with.push(caf);
    let mut table = String::from("\nOnce ticket 2 is shared with the desk of the Caf:\n");
    for id in [
        "agent.caf-56",
        "manager.caf-56",
        "connector.caf-56",
        "agent.caf-35",
    ] {
        let person = &directory.members[&member(id)];
        let allowed = Action::ALL
            .iter()
            .filter(|action| of_one(**action) && may(person, **action, &file.case, &file.tickets[1]));
        let names: Vec<&str> = allowed.map(|action| action.name()).collect();
        let names = if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(" ")
        };
        let _ = writeln!(table, "  {id}: {names}");
    }
    table
}

/// A member who left may do nothing.
fn gone(directory: &Directory) -> String {
    let file = redirected(true);
    let mut allowed = 0;
    for found in directory.members.values() {
        let left = Member {
            active: false,
            ..found.clone()
        };
        for ticket in &file.tickets {
            allowed += Action::ALL
                .iter()
                .filter(|action| may(&left, **action, &file.case, ticket))
                .count();
        }
    }
    format!("\nMembers who left: {allowed} of all pairs are allowed.\n")
}

fn redirected(shared: bool) -> CaseFile {
    let mut world = World::of_rsa(shared);
    let opened = file(None, &world.open());
    let redirected = world.redirect_to_msa(&opened);
    file(Some(opened), &redirected)
}
