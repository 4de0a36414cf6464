//! The help in the reader's language, examples first. Texts are found by the path of the command: `help-case-open`,
//! `help-case-open-examples`, `help-demo-more` for what one line does not say, and for options
//! `help-case-open--input` or, when it means the same everywhere, `help---input`.

use std::ffi::OsString;

use clap::Command;
use declic_runtime::config::Source;
use declic_words::{Arg, Lang, find, text};

use crate::failure::Failure;
use crate::screen::{WIDTH, wrap};
use crate::settings::variable;

/// Longest line of what an option does, beside its name.
const HELP_WIDTH: usize = 60;

/// Help and version come after what is particular to a command.
const LAST: usize = 1_000;

/// The language asked for: `--lang`, then DECLIC_LANG, then French. An unknown one is left for the parser to refuse.
pub fn language(arguments: &[OsString], env: &impl Source) -> Lang {
    let mut typed = None;
    let mut rest = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = rest.next() {
        match argument.strip_prefix("--lang") {
            Some("") => typed = rest.next().map(str::to_owned),
            Some(value) => typed = value.strip_prefix('=').map(str::to_owned),
            None if argument == "--" => break,
            None => {}
        }
    }
    let asked = typed.or_else(|| variable(env, "DECLIC_LANG"));
    asked.and_then(|asked| asked.parse().ok()).unwrap_or_default()
}

/// The command with its texts.
pub fn localised(command: Command, lang: Lang) -> Command {
    let template = format!(
        "{{about}}\n\n{{before-help}}{} {{usage}}\n\n{{all-args}}",
        text(lang, "heading-usage", &[])
    );
    dressed(command, lang, &template, "help")
}

/// What is wrong with the words typed; `None` when help or version was asked for, or when a group of commands was named
/// alone: its help is the answer.
pub fn refusal(refused: &clap::Error, lang: Lang) -> Option<Failure> {
    use clap::error::{ContextKind as Kind, ErrorKind as E};
    if !refused.use_stderr() || refused.kind() == E::DisplayHelpOnMissingArgumentOrSubcommand {
        return None;
    }
    let context = |kind| refused.get(kind).map(ToString::to_string).unwrap_or_default();
    let said = |key: &str, kinds: &[(&'static str, Kind)]| {
        let values: Vec<(&'static str, String)> =
            kinds.iter().map(|(name, kind)| (*name, context(*kind))).collect();
        let args: Vec<_> = values
            .iter()
            .map(|(name, value)| (*name, Arg::Text(value)))
            .collect();
        text(lang, key, &args)
    };
    let sentence = match refused.kind() {
        E::UnknownArgument => said("cli-usage-unknown", &[("word", Kind::InvalidArg)]),
        E::InvalidSubcommand => said("cli-usage-no-command", &[("word", Kind::InvalidSubcommand)]),
        E::MissingRequiredArgument => said("cli-usage-missing", &[("word", Kind::InvalidArg)]),
        E::InvalidValue if context(Kind::InvalidValue).is_empty() => {
            said("cli-usage-no-value", &[("word", Kind::InvalidArg)])
        }
        E::InvalidValue => said(
            "cli-usage-value",
            &[
                ("word", Kind::InvalidArg),
                ("value", Kind::InvalidValue),
                ("known", Kind::ValidValue),
            ],
        ),
        E::ValueValidation => form(
            refused,
            lang,
            &context(Kind::InvalidValue),
            &context(Kind::InvalidArg),
        ),
        E::ArgumentConflict => said(
            "cli-usage-conflict",
            &[("word", Kind::InvalidArg), ("other", Kind::PriorArg)],
        ),
        _ => refused
            .to_string()
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned(),
    };
    let mut failure = Failure::usage(sentence);
    for kind in [
        Kind::SuggestedArg,
        Kind::SuggestedSubcommand,
        Kind::SuggestedValue,
    ] {
        let suggested = context(kind);
        if !suggested.is_empty() {
            failure = failure.detail(text(
                lang,
                "cli-usage-perhaps",
                &[("word", Arg::Text(&suggested))],
            ));
        }
    }
    Some(failure.detail(text(lang, "cli-usage-help", &[])))
}

/// What form a value must have. Why the parser does not take it, it says in English only; our own parsers give the key of an
/// example.
fn form(refused: &clap::Error, lang: Lang, value: &str, word: &str) -> String {
    let said = |key: &str, more: &[(&'static str, Arg<'_>)]| {
        let mut args = vec![("value", Arg::Text(value)), ("word", Arg::Text(word))];
        args.extend_from_slice(more);
        text(lang, key, &args)
    };
    let Some(why) = std::error::Error::source(refused) else {
        return said("cli-usage-other", &[]);
    };
    if why.is::<jiff::Error>() {
        return said("cli-usage-day", &[]);
    }
    if why.is::<uuid::Error>() {
        return said("cli-usage-uuid", &[]);
    }
    if why.is::<std::num::ParseIntError>() {
        return said("cli-usage-number", &[]);
    }
    let why = why.to_string();
    if let Some((from, until)) = why
        .split_once(" is not in ")
        .and_then(|(_, range)| range.split_once(".."))
    {
        let until = until
            .trim_start_matches('=')
            .parse()
            .ok()
            .filter(|until: &i64| *until < i64::from(u32::MAX));
        let from = ("from", Arg::Text(from));
        return match until {
            Some(until) => said("cli-usage-range", &[from, ("until", Arg::Number(until))]),
            None => said("cli-usage-from", &[from]),
        };
    }
    match find(lang, &why, &[]) {
        Some(example) => said("cli-usage-like", &[("example", Arg::Text(&example))]),
        None => said("cli-usage-other", &[]),
    }
}

fn dressed(command: Command, lang: Lang, template: &str, path: &str) -> Command {
    let mut command = command
        .about(wrap(&text(lang, path, &[]), WIDTH).join("\n"))
        .help_template(template.to_owned())
        .subcommand_help_heading(text(lang, "heading-commands", &[]))
        .subcommand_value_name(text(lang, "heading-command", &[]))
        .disable_help_flag(true)
        .disable_version_flag(true);
    if let Some(examples) = find(lang, &format!("{path}-examples"), &[]) {
        let lines: Vec<String> = examples.lines().map(|line| format!("  {line}")).collect();
        let heading = text(lang, "heading-examples", &[]);
        let examples = format!("{heading}\n{}", lines.join("\n"));
        let more = find(lang, &format!("{path}-more"), &[]);
        command = command.before_help(more.map_or(examples.clone(), |more| format!("{more}\n\n{examples}")));
    }
    let help = clap::Arg::new("help")
        .short('h')
        .long("help")
        .action(clap::ArgAction::Help)
        .display_order(LAST);
    command = command.arg(help);
    if path == "help" {
        command = command.arg(
            clap::Arg::new("version")
                .short('V')
                .long("version")
                .action(clap::ArgAction::Version)
                .display_order(LAST),
        );
    }
    let (options, arguments) = (
        text(lang, "heading-options", &[]),
        text(lang, "heading-arguments", &[]),
    );
    let common = text(lang, "heading-common-options", &[]);
    command = command.mut_args(|arg| {
        let name = arg
            .get_long()
            .map_or_else(|| arg.get_id().to_string(), |long| format!("-{long}"));
        let name = name.replace('_', "-");
        let heading = match (
            arg.is_positional(),
            arg.is_global_set() || arg.get_id() == "help" || arg.get_id() == "version",
        ) {
            (true, _) => &arguments,
            (false, true) => &common,
            (false, false) => &options,
        };
        let own = find(lang, &format!("{path}-{name}"), &[]);
        let words = own.unwrap_or_else(|| text(lang, &format!("help--{name}"), &[]));
        let takes_values = arg.get_action().takes_values();
        let words = format!("{words}{}", choices(&arg, lang));
        let words = wrap(&words, HELP_WIDTH).join("\n");
        let arg = arg.help(words).help_heading(heading.clone());
        if takes_values {
            let values = value_names(&arg, lang);
            arg.value_names(values)
                .hide_possible_values(true)
                .hide_default_value(true)
        } else {
            arg
        }
    });
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for name in names {
        let path = format!("{path}-{name}");
        command = command.mut_subcommand(name, |sub| dressed(sub, lang, template, &path));
    }
    command
}

/// What stands for the values of an option, in the reader's language: `<FICHIER>`.
fn value_names(arg: &clap::Arg, lang: Lang) -> Vec<String> {
    let names = arg.get_value_names().unwrap_or_default();
    let translated = |name: &clap::builder::Str| {
        let key: String = name
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        find(lang, &format!("value-{key}"), &[]).unwrap_or_else(|| name.to_string())
    };
    names.iter().map(translated).collect()
}

/// The values an option takes and the one it takes by itself, in the reader's language.
fn choices(arg: &clap::Arg, lang: Lang) -> String {
    if !arg.get_action().takes_values() {
        return String::new();
    }
    let names: Vec<String> = arg
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    let values: Vec<&str> = arg
        .get_default_values()
        .iter()
        .filter_map(|value| value.to_str())
        .collect();
    let mut words = String::new();
    if !names.is_empty() {
        let names = names.join(", ");
        words.push_str(&format!(
            " {}",
            text(lang, "heading-choices", &[("choices", Arg::Text(&names))])
        ));
    }
    if let Some(value) = values.first().filter(|value| !value.is_empty()) {
        words.push_str(&format!(
            " {}",
            text(lang, "heading-default", &[("value", Arg::Text(value))])
        ));
    }
    words
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn every_command_and_option_has_its_help_in_both_languages() {
        for lang in [Lang::Fr, Lang::En] {
            let mut missing = Vec::new();
            walk(&localised(Cli::command(), lang), "declic", &mut missing);
            assert!(missing.is_empty(), "{lang:?}: no help for {missing:#?}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        localised(Cli::command(), Lang::Fr).debug_assert();
    }

    #[test]
    fn help_shows_examples_first_in_the_language_of_the_reader() {
        let refused = localised(Cli::command(), Lang::Fr)
            .try_get_matches_from(["declic", "case", "open", "--help"])
            .expect_err("help is no command");
        let help = refused.to_string();
        let example = help.find("declic case open --input").expect("an example");
        let usage = help.find("Utilisation").expect("the usage");
        assert!(example < usage, "{help}");
        assert!(!help.contains("Usage") && !help.contains("Print help"), "{help}");
        assert!(
            help.contains("--input <FICHIER.json>") && help.contains("Options\u{a0}:"),
            "{help}"
        );
    }

    #[test]
    fn no_line_of_the_help_is_wider_than_a_screen() {
        for words in [
            &["ticket", "resolve"][..],
            &["routing", "explain"],
            &["demo"],
            &[],
        ] {
            let line = ["declic"].iter().chain(words).chain(&["--help"]);
            let help = localised(Cli::command(), Lang::Fr)
                .try_get_matches_from(line)
                .expect_err("help is no command")
                .to_string();
            let options = help.split("Utilisation").nth(1).expect("the usage");
            for line in options.lines() {
                assert!(line.chars().count() <= 100, "{line}");
            }
        }
    }

    #[test]
    fn a_mistake_on_the_command_line_is_told_in_the_language_of_the_reader() {
        let rows = [
            (vec!["bogus"], "bogus"),
            (vec!["case", "show", "26-1-B", "--jsn"], "--json"),
            (vec!["case", "close", "26-1-B"], "--effect"),
            (vec!["case", "close", "26-1-B", "--effect", "perhaps"], "partly"),
            (vec!["case", "open", "--input"], "--input"),
            (
                vec!["ticket", "ask", "26-1-B", "--item", "fax:a|b"],
                "document, question",
            ),
            (vec!["case", "open", "--schema", "--input", "a.json"], "--schema"),
            (
                vec![
                    "ticket",
                    "redirect",
                    "26-1-B",
                    "--reason",
                    "wrong-regime",
                    "--message",
                    "m",
                ],
                "--regime",
            ),
        ];
        for (words, said) in rows {
            let words = ["declic"].into_iter().chain(words);
            let refused = localised(Cli::command(), Lang::Fr)
                .try_get_matches_from(words)
                .expect_err("a mistake");
            let failure = refusal(&refused, Lang::Fr).expect("not help");
            let told = failure.to_text(Lang::Fr);
            assert_eq!(failure.exit, crate::failure::Exit::Usage);
            assert!(told.contains(said) && told.contains("--help"), "{told}");
            assert!(
                !told.contains("cli-usage") && !told.contains("unexpected"),
                "{told}"
            );
        }
    }

    #[test]
    fn the_language_is_the_flag_then_the_environment_then_french() {
        let line = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let env = [("DECLIC_LANG", "en")];
        let none: [(&str, &str); 0] = [];
        assert_eq!(language(&line(&["declic"]), &none), Lang::Fr);
        assert_eq!(language(&line(&["declic", "whoami"]), &env), Lang::En);
        assert_eq!(
            language(&line(&["declic", "--lang", "fr", "whoami"]), &env),
            Lang::Fr
        );
        assert_eq!(
            language(&line(&["declic", "whoami", "--lang=en"]), &none),
            Lang::En
        );
    }

    fn walk(command: &Command, path: &str, missing: &mut Vec<String>) {
        let lacks =
            |words: Option<String>| words.is_none_or(|words| words.is_empty() || words.starts_with("help-"));
        if lacks(command.get_about().map(ToString::to_string)) {
            missing.push(path.to_owned());
        }
        for arg in command.get_arguments() {
            if lacks(arg.get_help().map(ToString::to_string)) {
                missing.push(format!("{path} {}", arg.get_id()));
            }
        }
        for sub in command.get_subcommands() {
            walk(sub, &format!("{path} {}", sub.get_name()), missing);
        }
    }
}
