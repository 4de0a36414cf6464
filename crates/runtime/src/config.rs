//! Configuration: one TOML file with typed sections, then overrides from the environment.
//!
//! A variable `DECLIC__SERVER__LISTEN` replaces key `listen` of section `[server]`; its value is read like a TOML value
//! when it is one (`true`, `8`, `["a", "b"]`), else as a string. Sections carry `#[serde(deny_unknown_fields)]`, so that
//! a key nobody reads is an error and not a surprise in production.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use figment::error::{Actual, Kind};
use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use serde::de::DeserializeOwned;

/// Prefix of the variables that override keys of the file.
pub const PREFIX: &str = "DECLIC__";

/// Longest configuration file read, in bytes.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Most brackets inside brackets of a variable that is read like a TOML value; figment follows each with a call of its
/// own, without an end. What has more is a string, which is then refused where it does not belong.
const DEEPEST: usize = 8;

/// What a configuration promises beyond its types: ranges, and keys that only make sense together.
pub trait Validate {
    /// Checks the values.
    ///
    /// # Errors
    /// The first key whose value cannot be served, and what to do about it.
    fn validate(&self) -> Result<(), Invalid>;
}

/// A value of the right type that cannot be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Dotted path of the key, for instance `server.listen`.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to write instead.
    pub remedy: String,
}

impl Invalid {
    /// An invalid value under this dotted key.
    pub fn new(key: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// The same, seen from the section that holds this one.
    #[must_use]
    pub fn within(mut self, section: &str) -> Self {
        self.key = format!("{section}.{}", self.key);
        self
    }
}

/// Where variables come from: the process in `main`, a list in tests, which never set a variable.
pub trait Source {
    /// All variables that are valid UTF-8, by name.
    fn variables(&self) -> Vec<(String, String)>;
}

/// The variables of this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnv;

impl Source for ProcessEnv {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    fn variables(&self) -> Vec<(String, String)> {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }
}

/// No variable at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEnv;

impl Source for NoEnv {
    fn variables(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

impl<const N: usize> Source for [(&str, &str); N] {
    fn variables(&self) -> Vec<(String, String)> {
        self.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }
}

/// A value given to the program itself, for instance as an option: it stands above the file and the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Who gave it, as errors name it: `--database`.
    pub origin: &'static str,
    /// Dotted path of the key.
    pub key: &'static str,
    /// The value, always a text.
    pub value: String,
}

/// Why a configuration cannot be used. Its text names the place, the key, the problem and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The file, or the variable, or the word `configuration` when no single place is at fault.
    pub origin: String,
    /// Dotted path of the key; empty when the whole file is at fault.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            origin,
            key,
            problem,
            remedy,
        } = self;
        if key.is_empty() {
            write!(f, "{origin}: {problem}: {remedy}")
        } else {
            write!(f, "{origin}: key `{key}`: {problem}: {remedy}")
        }
    }
}

impl std::error::Error for Error {}

/// Reads the file, when one is given, then the overrides, then validates the whole.
///
/// # Errors
/// [`Error`], for the first thing found wrong.
pub fn load<T: DeserializeOwned + Validate>(path: Option<&Path>, env: impl Source) -> Result<T, Error> {
    load_with(path, env, Vec::new())
}

/// As [`load`], with what was given to the program itself in the place of the same keys elsewhere.
///
/// # Errors
/// As [`load`].
pub fn load_with<T: DeserializeOwned + Validate>(
    path: Option<&Path>,
    env: impl Source,
    given: Vec<Override>,
) -> Result<T, Error> {
    let mut figment = Figment::new();
    if let Some(path) = path {
        figment = figment.merge(File {
            path: path.to_owned(),
            text: read_file(path)?,
        });
    }
    for (name, value) in env.variables() {
        if let Some(key) = name.strip_prefix(PREFIX) {
            let path = key.split("__").map(str::to_lowercase).collect();
            figment = figment.merge(Variable { path, name, value });
        }
    }
    for value in given {
        figment = figment.merge(value);
    }
    let loaded: T = figment.extract().map_err(|error| explain(error, path))?;
    loaded.validate().map_err(|invalid| Error {
        origin: origin_of(&figment, &invalid.key, path),
        key: invalid.key,
        problem: invalid.problem,
        remedy: invalid.remedy,
    })?;
    Ok(loaded)
}

struct File {
    path: PathBuf,
    text: String,
}

impl Provider for File {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.path.display().to_string())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        let dict: Dict = Toml::from_str(&self.text).map_err(|error| {
            // Not the error's own text: it shows the whole line, which may hold a password.
            let (line, column) = error
                .span()
                .map_or((1, 1), |span| place_of(&self.text, span.start));
            let message = error.message().replace('\n', ", ");
            format!("is not TOML at line {line}, column {column} ({message})")
        })?;
        Ok(Profile::Default.collect(dict))
    }
}

/// Line and column, in characters, of a byte; both from 1.
fn place_of(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let (line, rest) = before.split('\n').enumerate().last().unwrap_or_default();
    (line + 1, rest.chars().count() + 1)
}

struct Variable {
    name: String,
    path: Vec<String>,
    value: String,
}

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("variable {}", self.name))
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        let parsed: Value = if depth(&self.value) > DEEPEST {
            Value::from(self.value.as_str())
        } else {
            self.value
                .parse()
                .unwrap_or_else(|never: std::convert::Infallible| match never {})
        };
        let nested = figment::util::nest(&self.path.join("."), parsed);
        let dict = nested.into_dict().unwrap_or_default();
        Ok(Profile::Default.collect(dict))
    }
}

impl Provider for Override {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin)
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        let nested = figment::util::nest(self.key, self.value.clone().into());
        Ok(Profile::Default.collect(nested.into_dict().unwrap_or_default()))
    }
}

/// How many brackets are open at once, at most.
fn depth(value: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for byte in value.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

fn read_file(path: &Path) -> Result<String, Error> {
    let whole_file = |problem: String, remedy: &str| Error {
        origin: path.display().to_string(),
        key: String::new(),
        problem,
        remedy: remedy.to_owned(),
    };
    let unreadable = |e: std::io::Error| {
        whole_file(
            format!("cannot be read ({e})"),
            "check the path and the rights, or leave --config out",
        )
    };
    // Not the size that the system tells beforehand: a device has none and does not end.
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(whole_file(
            "is too long".to_owned(),
            "a configuration file holds at most 1 MiB",
        ));
    }
    String::from_utf8(bytes).map_err(|_| whole_file("is not UTF-8 text".to_owned(), "save it as UTF-8"))
}

fn explain(error: figment::Error, file: Option<&Path>) -> Error {
    let mut key = error.path.clone();
    let (problem, remedy) = match &error.kind {
        Kind::UnknownField(name, known) => {
            if key.last() != Some(name) {
                key.push(name.clone());
            }
            (
                "nobody reads this key".to_owned(),
                format!("remove it, or use one of: {}", known.join(", ")),
            )
        }
        Kind::MissingField(name) => {
            key.push(name.to_string());
            let variable = format!("{PREFIX}{}", key.join("__").to_uppercase());
            (
                "is missing".to_owned(),
                format!("add it to the file, or set {variable}"),
            )
        }
        Kind::UnknownVariant(name, known) => (
            format!("`{name}` is not one of its values"),
            format!("use one of: {}", known.join(", ")),
        ),
        Kind::InvalidType(found, expected) => (
            format!("holds {}", written(found)),
            format!("write {}", described(expected)),
        ),
        Kind::InvalidValue(found, expected) => {
            (format!("holds {}", written(found)), format!("write {expected}"))
        }
        other => (
            other.to_string().trim().to_owned(),
            "correct it; the example file beside it shows every key".to_owned(),
        ),
    };
    let origin = error.metadata.map(|m| m.name.into_owned());
    let origin = origin.or_else(|| file.map(|f| f.display().to_string()));
    Error {
        origin: origin.unwrap_or_else(|| "configuration".to_owned()),
        key: key.join("."),
        problem,
        remedy,
    }
}

/// A value as it stands in the file.
fn written(found: &Actual) -> String {
    match found {
        Actual::Bool(value) => format!("`{value}`"),
        Actual::Unsigned(value) => format!("`{value}`"),
        Actual::Signed(value) => format!("`{value}`"),
        Actual::Float(value) => format!("`{value}`"),
        Actual::Str(value) => format!("`{value:?}`"),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => "a section".to_owned(),
        other => other.to_string(),
    }
}

/// What serde expected, in words of people who write configurations.
fn described(expected: &str) -> String {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more, without quotes".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number, without quotes".to_owned(),
        "f32" | "f64" => "a number, without quotes".to_owned(),
        "a boolean" => "true or false, without quotes".to_owned(),
        "a string" => "text, in quotes".to_owned(),
        other => format!("{other}, in quotes"),
    }
}

fn origin_of(figment: &Figment, key: &str, file: Option<&Path>) -> String {
    let origin = figment.find_metadata(key).map(|m| m.name.clone().into_owned());
    let origin = origin.or_else(|| file.map(|f| f.display().to_string()));
    origin.unwrap_or_else(|| "configuration".to_owned())
}
