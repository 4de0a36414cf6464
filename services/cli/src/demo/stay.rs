//! `demo --stay`: the addresses, and commands to paste in another terminal.

use declic_proto::v1;
use declic_words::Arg;

use super::folder::Folder;
use super::house::House;
use super::people::{AUDITOR, SUPERVISOR};
use super::plot::CASES;
use super::story::Happened;
use crate::failure::Failure;
use crate::screen::Manner;

/// An invented case that no agency's software of the demo knows: whoever pastes the commands plays its people.
const BY_HAND: &str = include_str!("../../schemas/case.example.json");
const BY_HAND_FILE: &str = "13-a-la-main.json";

const SOCIAL_WORKER: &str = "camille.martin";
const AGENT: &str = "claire.morel";

/// What is printed once everything was shown. Writes the input of the case that is played by hand.
pub fn page(folder: &Folder, house: &House, happened: &Happened, manner: &Manner) -> Result<String, Failure> {
    folder.write_case(BY_HAND_FILE, &super::story::agreed_yesterday(BY_HAND, manner)?)?;
    let program = program();
    let line = |member: &str, words: &str| {
        let (hub, key) = (house.address(), folder.key_file(member));
        format!(
            "  {program} --hub {hub} --as {member} --key {} {words}\n",
            key.display()
        )
    };
    let input = |file: &str| format!("case open --input {}", folder.path("cases").join(file).display());
    // The one that went from an agency to another has the most to show.
    let redirected = |case: &&v1::Case| case.tickets.iter().any(|ticket| !ticket.successor.is_empty());
    let shown = happened
        .cases
        .iter()
        .find(redirected)
        .map(|case| case.reference.clone());
    let shown = shown.unwrap_or_default();
    let log_key = folder.path("ledger/log-key.txt");
    let title = |key: &str| format!("\n{}\n", manner.heading(&manner.text(key, &[])));
    let mut page = String::from("\n");
    page.push_str(&format!(
        "{}\n",
        manner.text("demo-stay", &[("hub", Arg::Text(&house.address()))])
    ));
    page.push_str(&title("demo-stay-social-worker"));
    page.push_str(&line(SOCIAL_WORKER, &input(BY_HAND_FILE)));
    page.push_str(&line(SOCIAL_WORKER, &input(CASES[2].file)));
    page.push_str(&line(SOCIAL_WORKER, "case list"));
    page.push_str(&line(SOCIAL_WORKER, &format!("case show {shown}")));
    page.push_str(&title("demo-stay-agent"));
    page.push_str(&line(AGENT, "ticket list"));
    let reference = manner.text("demo-stay-reference", &[]);
    page.push_str(&line(
        AGENT,
        &format!("ticket acknowledge {reference} --agent {AGENT}"),
    ));
    let message = manner.text("demo-stay-message", &[]);
    let resolve = format!("ticket resolve {reference} --outcome right-restored --message \"{message}\"");
    page.push_str(&line(AGENT, &resolve));
    page.push_str(&line(
        SOCIAL_WORKER,
        &format!("case close {reference} --effect yes"),
    ));
    page.push_str(&title("demo-stay-supervisor"));
    page.push_str(&line(SUPERVISOR, "ticket list"));
    page.push_str(&title("demo-stay-auditor"));
    page.push_str(&line(
        AUDITOR,
        &format!("ledger verify --log-key {}", log_key.display()),
    ));
    page.push_str(&format!(
        "  {program} ledger verify {}\n",
        folder.path("ledger").display()
    ));
    page.push_str(&format!("\n{}\n", manner.text("demo-stay-end", &[])));
    Ok(page)
}

/// This very program, as short as it can be typed from here.
fn program() -> String {
    let Ok(path) = std::env::current_exe() else {
        return "declic".to_owned();
    };
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(&path).display().to_string()
}
