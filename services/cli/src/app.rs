//! From the words typed to the exit code.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use declic_runtime::config::Source;
use declic_runtime::{Clock as _, SystemClock};
use declic_words::{Arg, Lang, text};
use jiff::tz::TimeZone;

use crate::args::{Cli, Global};
use crate::failure::{Exit, Failure};
use crate::screen::{Manner, Screen};
use crate::settings::{Settings, variable};
use crate::{commands, help};

/// The zone of readers who name none; in the program, for machines without a database of time zones.
pub const PARIS: TimeZone = jiff::tz::get!("Europe/Paris");

/// Runs one command line and says how it ended.
pub fn run(arguments: &[OsString], env: &impl Source) -> ExitCode {
    let lang = help::language(arguments, env);
    let mut cli = match parse(arguments, lang) {
        Ok(cli) => cli,
        Err(refused) => return not_run(&refused, arguments, lang),
    };
    #[cfg(feature = "hub")]
    if matches!(cli.command, crate::args::Command::Hub(_)) {
        // There `--config` names the hub's file, not the client's.
        cli.global.config = None;
    }
    let plain = Manner {
        lang,
        zone: TimeZone::UTC,
        json: cli.global.json,
        quiet: cli.global.quiet,
        bold: std::io::stdout().is_terminal()
            && !cli.global.no_color
            && variable(env, "NO_COLOR").is_none()
            && variable(env, "TERM").is_none_or(|terminal| terminal != "dumb"),
        now: SystemClock.now(),
    };
    let mut screen = Screen::new(plain, Box::new(std::io::stdout()), Box::new(std::io::stderr()));
    let ended = prepare(&cli.global, env, &mut screen).and_then(|settings| {
        let runtime =
            tokio::runtime::Runtime::new().map_err(|error| Failure::of_io(lang, "tokio", &error))?;
        runtime.block_on(commands::run(cli.command, &settings, &mut screen))
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if failure.exit != Exit::Done {
                screen.complain(&failure);
            }
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// Help and version are answers; anything else is a mistake, told in the reader's language.
fn not_run(refused: &clap::Error, arguments: &[OsString], lang: Lang) -> ExitCode {
    let Some(failure) = help::refusal(refused, lang) else {
        let _unheard = refused.print();
        let exit = if refused.use_stderr() {
            Exit::Usage
        } else {
            Exit::Done
        };
        return ExitCode::from(exit as u8);
    };
    let json = arguments.iter().any(|argument| argument == "--json");
    let manner = Manner {
        lang,
        zone: TimeZone::UTC,
        json,
        quiet: false,
        bold: false,
        now: SystemClock.now(),
    };
    let mut screen = Screen::new(manner, Box::new(std::io::stdout()), Box::new(std::io::stderr()));
    screen.complain(&failure);
    ExitCode::from(failure.exit as u8)
}

fn parse(arguments: &[OsString], lang: Lang) -> Result<Cli, clap::Error> {
    let mut command = help::localised(Cli::command(), lang);
    let matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn prepare(global: &Global, env: &impl Source, screen: &mut Screen) -> Result<Settings, Failure> {
    let lang = screen.manner.lang;
    if let Some(asked) = global
        .lang
        .as_deref()
        .filter(|asked| asked.parse::<Lang>().is_err())
    {
        return Err(Failure::usage(text(
            lang,
            "cli-unknown-language",
            &[("lang", Arg::Text(asked))],
        )));
    }
    let settings = Settings::resolve(global, env, lang)?;
    screen.manner.zone = match settings.time_zone.as_deref() {
        Some(name) => TimeZone::get(name)
            .map_err(|_| Failure::usage(text(lang, "cli-unknown-zone", &[("zone", Arg::Text(name))])))?,
        None => PARIS,
    };
    Ok(settings)
}
