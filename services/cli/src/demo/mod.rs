//! `declic demo`: the whole house in one process, on invented cases. A hub with its embedded database, four agencies
//! with their connectors and their own software, the people who work with them, and an auditor.
//!
//! - [`people`], [`plot`]: who there is, and what they say; the cases are files of `declic case open --input`.
//! - [`folder`], [`house`]: where everything is kept, and what runs.
//! - [`past`]: the months behind it, for who stays.
//! - [`back_office`]: what an agency's software does.
//! - [`actors`], [`narrator`], [`story`]: people with a screen, what is told, and the story.
//! - [`audit`], [`summary`], [`stay`]: the ledger verified from outside, the figures, and what to try next.
//!
//! Everything here goes through the doors anybody else would use: gRPC with a key of one's own, or an agency's folders.
//! Never here: a look inside the hub or its database.

mod actors;
mod audit;
mod back_office;
pub(crate) mod folder;
mod house;
mod narrator;
mod past;
mod people;
mod plot;
mod stay;
mod story;
mod summary;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use declic_runtime::{Ids as _, Shutdown, SystemIds, telemetry};
use declic_words::Arg;

use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use folder::Folder;
use house::House;
use summary::Summary;

/// Time for calls to finish once the story is over.
const GRACE: Duration = Duration::from_secs(5);

/// Options of `declic demo`.
#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, value_name = "FOLDER", default_value = ".declic")]
    pub dir: PathBuf,
    #[arg(long)]
    pub fresh: bool,
    #[arg(long)]
    pub stay: bool,
    #[arg(long, value_name = "ADDRESS", requires = "stay")]
    pub listen: Option<SocketAddr>,
}

/// Runs the demo.
pub async fn run(options: Options, screen: &mut Screen) -> Result<(), Failure> {
    let folder = Folder::open(&options.dir, options.fresh, screen.manner.lang)?;
    let config = telemetry::Config {
        // People came and went in the months behind: the directory file is of their first day.
        log_filter: "warn,declic_hub::directory=error".to_owned(),
        ..telemetry::Config::default()
    };
    let instance = SystemIds.random();
    let service = telemetry::ServiceName {
        name: "declic-demo",
        version: env!("CARGO_PKG_VERSION"),
        instance,
    };
    let telemetry =
        telemetry::init(&service, &config).map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
    let ended = within(&folder, &options, screen).await;
    telemetry.shutdown().await;
    ended
}

async fn within(folder: &Folder, options: &Options, screen: &mut Screen) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::of_io(screen.manner.lang, "signal", error);
    let shutdown = Shutdown::on_signals(GRACE).map_err(|error| failed(&error))?;
    if options.stay && !folder.path("hub").exists() {
        past::live(folder, &shutdown, screen).await?;
    }
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let mut house = House::start(folder, options.listen.unwrap_or(any_port), &shutdown).await?;
    let ended = show(folder, &mut house, &shutdown, options, screen).await;
    let stopped = house.stop().await;
    ended.and(stopped)
}

async fn show(
    folder: &Folder,
    house: &mut House,
    shutdown: &Shutdown,
    options: &Options,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let begun = Instant::now();
    if options.stay {
        let console = house.open_console(shutdown).await?;
        let words = screen
            .manner
            .text("demo-console", &[("console", Arg::Text(&console))]);
        if screen.manner.json {
            screen.say(&words);
        } else {
            screen.show(&format!("{words}\n\n"))?;
        }
    }
    if !screen.manner.json {
        let (address, place) = (house.address(), options.dir.display().to_string());
        let args = [("hub", Arg::Text(&address)), ("place", Arg::Text(&place))];
        let opening = screen.manner.text("demo-opening", &args);
        screen.show(&format!("{opening}\n\n{}\n", narrator::headings(&screen.manner)))?;
    }
    let happened = story::play(folder, house, shutdown, screen).await?;
    let audit = audit::audit(folder, house, &happened, &screen.manner).await?;
    let summary = Summary::new(&happened, &audit, begun.elapsed());
    if screen.manner.json {
        screen.show_json(&summary.to_json())?;
    } else {
        screen.show(&summary.to_text(&screen.manner))?;
    }
    if options.stay {
        let page = stay::page(folder, house, &happened, &screen.manner)?;
        if screen.manner.json {
            screen.say(&page)
        } else {
            screen.show(&page)?
        }
        shutdown.stopping().await;
    }
    Ok(())
}
