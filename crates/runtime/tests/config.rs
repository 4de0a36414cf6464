//! The loader's promise: a wrong configuration is refused with the place, the key, the problem and what to do.

use std::path::{Path, PathBuf};
use std::time::Duration;

use declic_runtime::SecretFile;
use declic_runtime::config::{self, Invalid, NoEnv, Source, Validate};
use declic_runtime::server::Limits;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    server: Server,
    #[serde(default)]
    limits: Limits,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Server {
    listen: std::net::SocketAddr,
    #[serde(default)]
    mode: Mode,
    #[serde(default)]
    names: Vec<String>,
    key: Option<SecretFile>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    #[default]
    Quiet,
    Loud,
}

impl Validate for Example {
    fn validate(&self) -> Result<(), Invalid> {
        self.limits.validate().map_err(|invalid| invalid.within("limits"))
    }
}

const GOOD: &str = "[server]\nlisten = \"127.0.0.1:7443\"\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }
}

/// Loads a file of this text and gives the error as people read it, with the folder taken off.
fn refusal(text: impl AsRef<[u8]>, env: impl Source) -> String {
    let folder = Folder::new();
    let path = folder.file("hub.toml", text);
    let error = config::load::<Example>(Some(&path), env).expect_err("a wrong configuration");
    error
        .to_string()
        .replace(&format!("{}/", folder.0.path().display()), "")
}

#[test]
fn a_file_gives_the_values_and_defaults_fill_the_rest() {
    let folder = Folder::new();
    let path = folder.file(
        "hub.toml",
        format!("{GOOD}mode = \"loud\"\n[limits]\npreface_timeout = \"2s 500ms\"\n"),
    );
    let loaded: Example = config::load(Some(&path), NoEnv).expect("a good file");
    assert_eq!(loaded.server.listen.port(), 7443);
    assert_eq!(loaded.server.mode, Mode::Loud);
    assert_eq!(loaded.limits.preface_timeout, Duration::from_millis(2500));
    assert_eq!(loaded.limits.max_concurrent_streams, 64);
}

#[test]
fn a_variable_overrides_the_file_and_needs_no_file() {
    let env = [
        ("DECLIC__SERVER__LISTEN", "127.0.0.1:0"),
        ("DECLIC__SERVER__NAMES", r#"["a", "b"]"#),
        ("DECLIC__LIMITS__MAX_CONNECTIONS", "7"),
        ("DECLIC_OTHER", "not ours: one underscore"),
        ("HOME", "/nowhere"),
    ];
    let folder = Folder::new();
    let path = folder.file("hub.toml", GOOD);
    for path in [Some(path.as_path()), None] {
        let loaded: Example = config::load(path, env).expect("a good configuration");
        assert_eq!(
            (loaded.server.listen.port(), loaded.limits.max_connections),
            (0, 7)
        );
        assert_eq!(loaded.server.names, ["a", "b"]);
    }
}

#[test]
fn each_error_names_the_place_the_key_the_problem_and_what_to_do() {
    let unknown_keys = "listen, mode, names, key";
    let rows: [(&str, String, &str); 10] = [
        (
            "a key nobody reads",
            format!("{GOOD}lisen = 1\n"),
            &format!(
                "hub.toml: key `server.lisen`: nobody reads this key: remove it, or use one of: {unknown_keys}"
            ),
        ),
        (
            "a section nobody reads",
            format!("{GOOD}[servers]\n"),
            "hub.toml: key `servers`: nobody reads this key: remove it, or use one of: server, limits",
        ),
        (
            "a missing key",
            "[server]\n".to_owned(),
            "hub.toml: key `server.listen`: is missing: add it to the file, or set DECLIC__SERVER__LISTEN",
        ),
        (
            "a missing section",
            String::new(),
            "hub.toml: key `server`: is missing: add it to the file, or set DECLIC__SERVER",
        ),
        (
            "another type",
            "[server]\nlisten = 7443\n".to_owned(),
            "hub.toml: key `server.listen`: holds `7443`: write socket address, in quotes",
        ),
        (
            "text for a number",
            format!("{GOOD}[limits]\nmax_in_flight = \"many\"\n"),
            "hub.toml: key `limits.max_in_flight`: holds `\"many\"`: write a whole number, 0 or more, without \
             quotes",
        ),
        (
            "no such value",
            format!("{GOOD}mode = \"shrill\"\n"),
            "hub.toml: key `server.mode`: `shrill` is not one of its values: use one of: quiet, loud",
        ),
        (
            "no address",
            "[server]\nlisten = \"localhost\"\n".to_owned(),
            "hub.toml: key `server.listen`: invalid socket address syntax: correct it; the example file beside it \
             shows every key",
        ),
        (
            "out of range",
            format!("{GOOD}[limits]\nmax_connections = 0\n"),
            "hub.toml: key `limits.max_connections`: is 0, which would refuse everything: write at least 1",
        ),
        (
            "no time at all",
            format!("{GOOD}[limits]\nrequest_timeout = \"0s\"\n"),
            "hub.toml: key `limits.request_timeout`: is 0s, which would refuse everything: write at least \"1ms\"",
        ),
    ];
    for (name, text, expected) in rows {
        assert_eq!(refusal(text, NoEnv), expected, "{name}");
    }
}

#[test]
fn an_error_in_a_variable_names_the_variable() {
    assert_eq!(
        refusal(GOOD, [("DECLIC__SERVER__MODE", "shrill")]),
        "variable DECLIC__SERVER__MODE: key `server.mode`: `shrill` is not one of its values: use one of: quiet, loud"
    );
    assert_eq!(
        refusal(GOOD, [("DECLIC__LIMITS__MAX_IN_FLIGHT", "0")]),
        "variable DECLIC__LIMITS__MAX_IN_FLIGHT: key `limits.max_in_flight`: is 0, which would refuse everything: \
         write at least 1"
    );
    assert!(
        refusal(GOOD, [("DECLIC__SERVER__LISEN", "x")]).contains("key `server.lisen`: nobody reads this key")
    );
}

#[test]
fn a_file_that_is_no_configuration_is_refused_as_a_whole() {
    let broken = refusal("[server\nlisten", NoEnv);
    assert!(
        broken.starts_with("hub.toml: ") && broken.contains("line 1"),
        "{broken}"
    );
    assert_eq!(
        refusal(b"\xff\xfe", NoEnv),
        "hub.toml: is not UTF-8 text: save it as UTF-8"
    );
    let huge = vec![b'#'; 1024 * 1024 + 1];
    assert_eq!(
        refusal(huge, NoEnv),
        "hub.toml: is too long: a configuration file holds at most 1 MiB"
    );
    let absent = config::load::<Example>(Some(Path::new("/nowhere/hub.toml")), NoEnv).expect_err("no file");
    assert!(
        absent
            .to_string()
            .starts_with("/nowhere/hub.toml: cannot be read (No such file"),
        "{absent}"
    );
}

#[test]
fn a_line_that_is_no_toml_is_told_by_its_place_and_never_shown() {
    let rows = [
        ("[store]\nurl = \"postgres://u:hunter2@h/d\n", 2),
        ("[store]\n\nurl = postgres://u:hunter2@h/d\n", 3),
        ("[store]\r\nurl = \"postgres://u:hunter2@h/d\" x\r\n", 2),
        ("url = \"a\"\nurl = \"postgres://u:hunter2@h/d\"\n", 2),
        ("é = {{ url = \"postgres://u:hunter2@h/d\"", 1),
        ("[store]\nurl = \"postgres://u:hunter2\\q@h/d\"", 2),
        ("[store]\npostgres://u:hunter2@h/d", 2),
    ];
    for (text, line) in rows {
        let told = refusal(text, NoEnv);
        assert!(
            told.contains(&format!("is not TOML at line {line}, column ")),
            "{told}"
        );
        assert!(!told.contains("hunter2") && !told.contains('\n'), "{told}");
    }
}

#[test]
fn a_file_without_an_end_is_too_long() {
    let refused = config::load::<Example>(Some(Path::new("/dev/zero")), NoEnv).expect_err("it never ends");
    assert!(refused.to_string().contains("at most 1 MiB"), "{refused}");
}

#[test]
fn a_variable_of_brackets_only_is_refused_and_does_not_exhaust_the_stack() {
    for value in [
        "[".repeat(100_000),
        "{a=".repeat(30_000),
        "[".repeat(50_000) + &"]".repeat(50_000),
    ] {
        refusal(GOOD, [("DECLIC__SERVER__MODE", value.as_str())]);
    }
}

#[test]
fn a_secret_is_a_file_that_only_its_owner_and_group_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let secret = folder.file("key.pem", "canary-4711\n");
    let rights = |mode| {
        let set = std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(mode));
        set.expect("rights of our own file");
    };
    let path = folder.file("hub.toml", format!("{GOOD}key = {secret:?}\n"));
    let loaded: Example = config::load(Some(&path), NoEnv).expect("a good file");
    let file = loaded.server.key.expect("a key file");
    rights(0o604);
    let exposed = file.read().expect_err("everybody reads it").to_string();
    assert!(exposed.contains("run chmod o-rwx on it"), "{exposed}");
    rights(0o640);
    let text = file.read().expect("owner and group only");
    assert_eq!(text.expose(), "canary-4711\n");
    assert_eq!(
        format!("{text:?}"),
        "SecretText(..)",
        "a secret never prints itself"
    );
    let absent = SecretFile::new("/nowhere/key.pem")
        .read()
        .expect_err("no file")
        .to_string();
    assert!(
        absent.starts_with("secret file /nowhere/key.pem cannot be read: No such file"),
        "{absent}"
    );
}
