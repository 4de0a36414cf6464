//! `declic generate`: a year of invented cases of a territory, through a real hub on a clock that is moved. What comes out
//! is a folder that a hub serves, for who wants to see Déclic with a past: figures, lists, deadlines, a ledger.
//!
//! - [`staff`]: who works where, who is away, who leaves; [`persons`]: who is helped, and for what.
//! - [`season`], [`draw`]: how many when, by chance from a seed; [`agenda`]: in which order.
//! - [`deeds`]: what people do, each a call to the hub of [`house`] with a key of their own.
//!
//! - [`past`]: the same for some months, with people who are there afterwards.
//!
//! Everything is decided by the hub: nothing here writes a state, a routing or a date.

mod agenda;
mod deeds;
mod draw;
mod house;
pub(crate) mod past;
mod persons;
mod season;
pub(crate) mod staff;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use declic_calendar::Calendar;
use declic_routing::territory::Departement;
use declic_runtime::config::NoEnv;
use declic_runtime::{Ids as _, Shutdown, SystemIds, telemetry};
use declic_words::Arg;
use futures::future::join_all;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;

use crate::demo::folder::Folder;
use crate::failure::{Exit, Failure};
use crate::screen::{Manner, Screen};
use agenda::Agenda;
use deeds::{Deed, Done, Stage};
use house::House;
use staff::Staff;

/// Time for calls to finish once the year is over.
const GRACE: Duration = Duration::from_secs(60);

/// Options of `declic generate`.
#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, value_name = "FOLDER")]
    pub dir: PathBuf,
    #[arg(long, value_name = "CODE", default_value = "56")]
    pub territory: String,
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub cases: u32,
    #[arg(long, value_name = "DATE")]
    pub until: Option<Date>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    #[arg(long)]
    pub fresh: bool,
}

/// What came of the year.
#[derive(Default)]
struct Tally {
    done: BTreeMap<Done, u64>,
    took: Duration,
}

/// Generates it.
pub async fn run(options: Options, screen: &mut Screen) -> Result<(), Failure> {
    let plan = Plan::new(&options, &screen.manner)?;
    let folder = Folder::open(&options.dir, options.fresh, screen.manner.lang)?;
    if folder.path("hub").exists() {
        let place = options.dir.display().to_string();
        let args = [("place", Arg::Text(&place))];
        return Err(Failure::usage(screen.manner.text("generate-not-empty", &args)));
    }
    let config = telemetry::Config {
        log_filter: "warn".to_owned(),
        ..telemetry::Config::default()
    };
    let service = telemetry::ServiceName {
        name: "declic-generate",
        version: env!("CARGO_PKG_VERSION"),
        instance: SystemIds.random(),
    };
    let telemetry =
        telemetry::init(&service, &config).map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
    let ended = plan.generate(&folder, screen).await;
    telemetry.shutdown().await;
    let tally = ended?;
    if screen.manner.json {
        screen.show_json(&tally.to_json())
    } else {
        screen.show(&tally.to_text(&options, &screen.manner))
    }
}

/// A year, before it is lived.
struct Plan {
    departements: Vec<&'static Departement>,
    /// Their opening hours, each once.
    calendars: Vec<Calendar>,
    span: (Date, Date),
    cases: usize,
    seed: u64,
}

impl Plan {
    fn new(options: &Options, manner: &Manner) -> Result<Self, Failure> {
        let departements = staff::departements(&options.territory).ok_or_else(|| {
            let args = [("code", Arg::Text(&options.territory))];
            Failure::usage(manner.text("generate-unknown-territory", &args))
        })?;
        let today = manner.now.to_zoned(manner.zone.clone()).date();
        let yesterday = today.yesterday().unwrap_or(today);
        let last = options.until.unwrap_or(yesterday);
        if last > yesterday || last.year() < 2_000 {
            let (given, latest) = (last.to_string(), yesterday.to_string());
            let args = [("date", Arg::Text(&given)), ("latest", Arg::Text(&latest))];
            return Err(Failure::usage(manner.text("generate-not-past", &args)));
        }
        let cases = usize::try_from(options.cases).unwrap_or(usize::MAX);
        let span = (last - 1.year() + 1.day(), last);
        Ok(Self::of(departements, span, cases, options.seed))
    }

    fn of(departements: Vec<&'static Departement>, span: (Date, Date), cases: usize, seed: u64) -> Self {
        let mut calendars: Vec<Calendar> = Vec::new();
        for departement in &departements {
            let calendar = Calendar::for_departement(departement.code);
            if !calendars.contains(&calendar) {
                calendars.push(calendar);
            }
        }
        Self {
            departements,
            calendars,
            span,
            cases,
            seed,
        }
    }

    async fn generate(&self, folder: &Folder, screen: &mut Screen) -> Result<Tally, Failure> {
        let begun = Instant::now();
        let failed = |error: &std::io::Error| Failure::of_io(screen.manner.lang, "signal", error);
        let shutdown = Shutdown::on_signals(GRACE).map_err(|error| failed(&error))?;
        let staff = Staff::new(&self.departements, self.span, self.seed);
        let file = folder.path("hub.toml");
        folder.write(&file, house::CONFIG.as_bytes())?;
        let config = declic_hub::Config::load(&file, NoEnv);
        let config = config.map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
        let directory = |key: &dyn Fn(&str) -> String| staff.directory(&self.departements, key);
        let others = [staff::SUPERVISOR, staff::AUDITOR, staff::ADMINISTRATOR];
        let begins = midnight(self.span.0);
        let house = House::start(folder, config, &staff, &others, directory, begins, &shutdown).await?;
        let lived = self.lived(&house, &staff, &shutdown, screen).await;
        house.stop().await?;
        Ok(Tally {
            done: lived?,
            took: begun.elapsed(),
        })
    }

    async fn lived(
        &self,
        house: &House,
        staff: &Staff,
        shutdown: &Shutdown,
        screen: &mut Screen,
    ) -> Result<BTreeMap<Done, u64>, Failure> {
        let stage = Stage {
            house,
            staff,
            departements: &self.departements,
            seed: self.seed,
        };
        self.live(&stage, shutdown, screen).await
    }

    /// The year, from its first deed to its last evening.
    async fn live(
        &self,
        stage: &Stage<'_>,
        shutdown: &Shutdown,
        screen: &mut Screen,
    ) -> Result<BTreeMap<Done, u64>, Failure> {
        let ends = midnight(self.span.1 + 1.day());
        let mut agenda = self.agenda(stage.staff);
        let mut done = BTreeMap::new();
        let (mut month, mut now) = (None, midnight(self.span.0));
        while let Some((at, deeds)) = agenda.take()
            && at < ends
        {
            if shutdown.is_stopping() {
                return Err(Failure::new(
                    Exit::Failure,
                    screen.manner.text("generate-interrupted", &[]),
                ));
            }
            self.tell_month(at, &mut month, &done, screen);
            self.wait(stage, now, at).await?;
            now = at;
            for after in join_all(deeds.into_iter().map(|deed| stage.act(at, deed))).await {
                let after = after.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
                for what in after.done {
                    *done.entry(what).or_insert(0) += 1;
                }
                for (at, deed) in after.next {
                    agenda.put(at, deed);
                }
                if let Some(agency) = after.left {
                    stage.house.catch_up(Some(&agency)).await?;
                }
            }
        }
        self.wait(stage, now, ends).await?;
        stage.house.catch_up(None).await?;
        for (kind, times) in stage.house.happened().await? {
            if let Some(what) = Done::by_the_clock(&kind) {
                *done.entry(what).or_insert(0) += times;
            }
        }
        Ok(done)
    }

    /// Moves the clock from a deed to the next. The hub's own looks every few seconds, in which weeks pass here: so it is
    /// told at every hour at which somebody is there, the first of each day too, to do what is due.
    async fn wait(&self, stage: &Stage<'_>, from: Timestamp, until: Timestamp) -> Result<(), Failure> {
        for hour in hours(from, until) {
            let mut calendars = self.calendars.iter();
            if calendars.any(|calendar| calendar.is_open(hour)) {
                stage.house.it_is(hour);
                stage.house.catch_up(None).await?;
            }
        }
        stage.house.it_is(until);
        Ok(())
    }

    fn agenda(&self, staff: &Staff) -> Agenda<Deed> {
        let mut agenda = Agenda::new();
        let calendar = Calendar::for_departement(self.departements[0].code);
        let arrivals = season::arrivals(&calendar, self.span, self.cases, self.seed);
        for (at, number) in arrivals.into_iter().zip(0..) {
            agenda.put(at, Deed::Open(number));
        }
        let organisations = staff.organisations.iter().enumerate().map(|place| (false, place));
        let agencies = staff.agencies.values().enumerate().map(|place| (true, place));
        for (agency, (place, found)) in organisations.chain(agencies) {
            for (member, person) in found.members.iter().enumerate() {
                // Whoever follows is there before the other has gone.
                if let Some(since) = person.since() {
                    agenda.put(
                        midnight(since) + 5.hours(),
                        Deed::Join {
                            agency,
                            place,
                            member,
                        },
                    );
                }
                if let Some(until) = person.until {
                    agenda.put(
                        midnight(until) + 6.hours(),
                        Deed::Leave {
                            agency,
                            place,
                            member,
                        },
                    );
                }
            }
        }
        agenda
    }

    /// Says how far it is, once a month of the year.
    fn tell_month(
        &self,
        at: Timestamp,
        told: &mut Option<i8>,
        done: &BTreeMap<Done, u64>,
        screen: &mut Screen,
    ) {
        let month = at.to_zoned(TimeZone::UTC).month();
        if *told != Some(month) {
            *told = Some(month);
            let (day, cases) = (
                at.to_zoned(TimeZone::UTC).date().to_string(),
                count(done, Done::Opened),
            );
            let args = [("day", Arg::Text(&day)), ("cases", Arg::Number(cases))];
            let line = screen.manner.text("generate-progress", &args);
            screen.say(&line);
        }
    }
}

impl Tally {
    fn to_json(&self) -> serde_json::Value {
        let names = Done::ALL
            .iter()
            .map(|what| (what.name().to_owned(), json!(count(&self.done, *what))));
        let mut value: serde_json::Map<_, _> = names.collect();
        value.insert("seconds".to_owned(), json!(self.took.as_secs_f64().round()));
        value.into()
    }

    fn to_text(&self, options: &Options, manner: &Manner) -> String {
        let place = options.dir.display().to_string();
        let seconds = Arg::Number(i64::try_from(self.took.as_secs()).unwrap_or(i64::MAX));
        let counted = |what| Arg::Number(count(&self.done, what));
        let args = [
            ("cases", counted(Done::Opened)),
            ("tickets", counted(Done::Ticket)),
            ("seconds", seconds),
        ];
        let mut page = format!("{}\n", manner.heading(&manner.text("generate-summary", &args)));
        for what in Done::ALL.iter().skip(2) {
            let label = manner.text(&format!("generate-{}", what.name().replace('_', "-")), &[]);
            let missing = 34_usize.saturating_sub(label.chars().count());
            let number = manner.text("generate-number", &[("count", counted(*what))]);
            page.push_str(&format!("  {label}{}{number:>9}\n", " ".repeat(missing)));
        }
        let look = [
            ("place", Arg::Text(&place)),
            ("territory", Arg::Text(&options.territory)),
        ];
        page.push_str(&format!("\n{}\n", manner.text("generate-look", &look)));
        page
    }
}

fn count(done: &BTreeMap<Done, u64>, what: Done) -> i64 {
    let count = done.get(&what).copied().unwrap_or(0);
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The whole hours after one time and before another.
fn hours(from: Timestamp, until: Timestamp) -> impl Iterator<Item = Timestamp> {
    const HOUR: i64 = 3_600;
    let first = from.as_second().div_euclid(HOUR) + 1;
    let hours = (first..).map_while(|hour| Timestamp::from_second(hour * HOUR).ok());
    hours.take_while(move |hour| *hour < until)
}

/// The beginning of a day, in universal time.
fn midnight(day: Date) -> Timestamp {
    let begins = day.to_zoned(TimeZone::UTC);
    begins.map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_deeds_every_opening_is_lived_a_weekend_and_a_holiday_apart() {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let calendar = Calendar::for_departement("56");
        // From Friday evening to Tuesday, over All Saints' Day.
        let lived = hours(at("2027-10-29T18:10+02:00"), at("2027-11-02T11:30+01:00"));
        let lived: Vec<Timestamp> = lived.filter(|hour| calendar.is_open(*hour)).collect();
        let openings = [
            "2027-11-02T09:00+01:00",
            "2027-11-02T10:00+01:00",
            "2027-11-02T11:00+01:00",
        ];
        assert_eq!(lived, openings.map(at));
        assert_eq!(
            hours(at("2027-11-02T09:00+01:00"), at("2027-11-02T10:00+01:00")).count(),
            0
        );
    }
}
