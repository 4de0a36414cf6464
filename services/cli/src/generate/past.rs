//! Some months behind people who are there afterwards: they take part in them, with others around them.

use declic_runtime::Shutdown;
use jiff::ToSpan as _;

use super::house::House;
use super::staff::{ADMINISTRATOR, Resident, Staff};
use super::{GRACE, Plan, midnight, staff};
use crate::demo::folder::Folder;
use crate::failure::Failure;
use crate::screen::Screen;

/// The same past each time.
const SEED: u64 = 56;

/// The public key of a member.
pub type PublicKeys<'a> = &'a dyn Fn(&str) -> String;

/// What is lived, and by whom.
pub struct Past<'a> {
    /// Code of the département.
    pub territory: &'a str,
    /// How many months, until yesterday.
    pub months: i32,
    /// How many cases.
    pub cases: usize,
    /// Who takes part.
    pub residents: &'a [Resident],
    /// Everybody who is known to the directory.
    pub members: &'a [&'a str],
    /// The beginning of the directory file: residents, their places, and who else is known.
    pub directory: fn(PublicKeys<'_>) -> String,
    /// Of the hub that goes on afterwards.
    pub config: declic_hub::Config,
}

/// Lives it, in a folder whose hub is not made yet.
pub async fn live(
    past: Past<'_>,
    folder: &Folder,
    shutdown: &Shutdown,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let departements = staff::departements(past.territory).unwrap_or_default();
    let today = screen.manner.now.to_zoned(screen.manner.zone.clone()).date();
    let last = today.yesterday().unwrap_or(today);
    let span = (last - past.months.months() + 1.day(), last);
    let plan = Plan::of(departements, span, past.cases, SEED);
    let mut staff = Staff::new(&plan.departements, span, SEED);
    staff.receive(past.residents);
    let directory = |key: PublicKeys<'_>| (past.directory)(key) + &staff.rest(past.members, key);
    let others: Vec<&str> = past.members.iter().copied().chain([ADMINISTRATOR]).collect();
    let begins = midnight(span.0);
    // It ends before the demo does.
    let its_own = Shutdown::new(GRACE);
    let house = House::start(folder, past.config, &staff, &others, directory, begins, &its_own).await?;
    let lived = plan.lived(&house, &staff, shutdown, screen).await;
    house.stop().await?;
    lived.map(|_| ())
}
