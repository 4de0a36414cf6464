//! What every page has: its reader, its words, its menu, and what goes around its content.

use std::borrow::Borrow;

use declic_proto::v1::{self, Role};
use declic_words::when::{self, Reader};
use declic_words::{Arg, Family, Lang, label, text};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::people;

/// The time zone of pages without a reader, and of readers whose zone this program does not know.
const PARIS: TimeZone = jiff::tz::get!("Europe/Paris");

/// What a page is made with, whatever it shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// The reader's language.
    pub lang: Lang,
    /// The present, read once for all that the page says.
    pub now: Timestamp,
    /// Where the page is, to come back to it in the other language.
    pub path: String,
    /// Who signed in.
    pub who: Option<Who>,
    /// What a form of this page carries, masked anew.
    pub token: String,
    /// Fresh identifiers of what may be asked on this page, one for each form.
    pub requests: Vec<String>,
}

/// Who signed in, as pages say it.
#[derive(Debug, Clone)]
pub struct Who {
    /// "members/camille.martin".
    pub member: String,
    /// The name shown to others.
    pub name: String,
    /// Name of the organisation or agency; empty for who has none.
    pub party: String,
    /// What this person may do.
    pub role: Role,
    /// Départements of a supervisor.
    pub territory: Vec<String>,
    /// "agencies/caf-56", for agents.
    pub agency: String,
    /// "organisations/ccas-pontivy", for social workers.
    pub organisation: String,
    /// In which every page says its times.
    pub zone: TimeZone,
}

/// One entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it leads.
    pub href: &'static str,
    /// Key of its words.
    pub key: &'static str,
    /// Whether this page is it.
    pub is_here: bool,
}

impl Who {
    /// As the hub says it.
    pub fn of(who: v1::WhoamiResponse, party: String) -> Self {
        Self {
            zone: TimeZone::get(&who.time_zone).unwrap_or(PARIS),
            role: who.role(),
            member: who.member,
            name: who.display_name,
            party,
            territory: who.territory,
            agency: who.agency,
            organisation: who.organisation,
        }
    }

    /// Opens and follows cases.
    pub fn opens(&self) -> bool {
        people::opens(self.role)
    }

    /// Treats tickets.
    pub fn treats(&self) -> bool {
        matches!(self.role, Role::Agent | Role::DeskManager | Role::TriageAgent)
    }

    /// Says when it is away.
    pub fn may_be_away(&self) -> bool {
        self.opens() || self.treats()
    }

    /// Watches a territory.
    pub fn watches(&self) -> bool {
        self.role == Role::Supervisor
    }

    fn menu(&self) -> &'static [(&'static str, &'static str)] {
        const TRY: (&str, &str) = ("/orientation", "console-nav-try");
        const TEAM: (&str, &str) = ("/equipe", "console-nav-team");
        match self.role {
            Role::SocialWorker | Role::OrganisationManager => &[
                ("/dossiers", "console-nav-cases"),
                ("/dossiers/nouveau", "console-nav-open"),
                TEAM,
                TRY,
            ],
            Role::Agent | Role::DeskManager => &[("/organisme/dossiers", "console-nav-inbox"), TEAM, TRY],
            Role::TriageAgent => &[("/organisme/dossiers", "console-nav-triage"), TEAM, TRY],
            Role::Supervisor => &[
                ("/pilotage", "console-nav-board"),
                ("/pilotage/retards", "console-nav-late"),
                TRY,
            ],
            Role::Administrator => &[TRY],
            _ => &[],
        }
    }

    /// Where this person begins.
    pub fn home(&self) -> &'static str {
        self.menu().first().map_or("/compte", |(href, _)| href)
    }
}

impl Page {
    /// The words of a key.
    pub fn t(&self, key: &str) -> String {
        text(self.lang, key, &[])
    }

    /// Same, with a value.
    pub fn t1(&self, key: &str, name: &'static str, value: impl AsRef<str>) -> String {
        text(self.lang, key, &[(name, Arg::Text(value.as_ref()))])
    }

    /// Same, with two values.
    pub fn t2(
        &self,
        key: &str,
        first: &'static str,
        one: impl AsRef<str>,
        second: &'static str,
        other: impl AsRef<str>,
    ) -> String {
        let args = [
            (first, Arg::Text(one.as_ref())),
            (second, Arg::Text(other.as_ref())),
        ];
        text(self.lang, key, &args)
    }

    /// Same, with a number, which chooses between singular and plural.
    pub fn n(&self, key: &str, count: impl Borrow<usize>) -> String {
        let count = i64::try_from(*count.borrow()).unwrap_or(i64::MAX);
        text(self.lang, key, &[("count", Arg::Number(count))])
    }

    /// How many are late.
    pub fn late(&self, count: declic_proto::v1::Count) -> String {
        let key = if count.more {
            "console-late-count-more"
        } else {
            "console-late-count"
        };
        self.n(key, count.count as usize)
    }

    /// The language as HTML names it.
    pub fn html_lang(&self) -> &'static str {
        match self.lang {
            Lang::Fr => "fr",
            Lang::En => "en",
        }
    }

    /// The menu of who signed in.
    pub fn menu(&self) -> Vec<Entry> {
        let menu = self.who.as_ref().map_or(&[][..], Who::menu);
        let path = self.path.split('?').next().unwrap_or_default();
        // The longest entry that the page is under.
        let here = menu
            .iter()
            .filter(|(href, _)| path == *href || path.starts_with(&format!("{href}/")));
        let here = here.max_by_key(|(href, _)| href.len()).map(|(href, _)| *href);
        let entry = |&(href, key)| Entry {
            href,
            key,
            is_here: here == Some(href),
        };
        menu.iter().map(entry).collect()
    }

    /// An identifier for the form in this place of the page.
    pub fn request(&self, place: &usize) -> &str {
        self.requests.get(*place).map_or("", String::as_str)
    }

    /// "22 novembre 2026 à 10 h 32".
    pub fn moment(&self, time: &Timestamp) -> String {
        when::moment(self, *time)
    }

    /// For `datetime`.
    pub fn machine(&self, time: &Timestamp) -> String {
        time.to_zoned(self.zone().clone())
            .strftime("%Y-%m-%dT%H:%M%:z")
            .to_string()
    }

    /// "3 jours".
    pub fn ago(&self, time: &Timestamp) -> String {
        when::ago(self, *time)
    }

    /// "14 juillet 1984".
    pub fn day(&self, day: &str) -> String {
        when::day(self, day)
    }

    /// Today, where the reader is.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned(self.zone().clone()).date()
    }

    /// Label of a value of the contract.
    pub fn label(&self, family: Family, code: &str) -> String {
        label(self.lang, family, code)
    }

    /// Name of a benefit.
    pub fn benefit(&self, code: &str) -> String {
        people::benefit(code).to_owned()
    }

    /// Label of a blockage.
    pub fn blockage(&self, code: &str) -> String {
        self.label(Family::Blockage, code)
    }

    /// Name of a commune, with its département.
    pub fn commune(&self, code: &str) -> String {
        people::commune(code)
    }
}

impl Reader for Page {
    fn lang(&self) -> Lang {
        self.lang
    }

    fn zone(&self) -> &TimeZone {
        const ELSEWHERE: &TimeZone = &PARIS;
        self.who.as_ref().map_or(ELSEWHERE, |who| &who.zone)
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                files(&path, found)
            } else {
                found.push(path)
            }
        }
    }

    #[test]
    fn every_key_that_pages_name_has_its_words() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut all = Vec::new();
        files(&root.join("templates"), &mut all);
        files(&root.join("src"), &mut all);
        let mut seen = 0;
        let names = [
            "number",
            "reference",
            "benefit",
            "version",
            "day",
            "name",
            "holder",
            "time",
            "percent",
            "sought",
            "moment",
            "page",
            "pages",
            "blockage",
            "start",
            "end",
            "deputy",
            "share",
            "part",
            "what",
            "rate",
            "requests",
            "definition",
            "party",
            "provider",
            "reason",
            "agency",
        ];
        let mut args: Vec<_> = names.iter().map(|name| (*name, Arg::Text("x"))).collect();
        args.push(("count", Arg::Number(2)));
        for path in all {
            let text = fs::read_to_string(&path).expect("text");
            for word in text
                .split('"')
                .filter(|word| word.starts_with("console-") || word.starts_with("sheet-"))
            {
                // Keys that end in a code are made where the code is known; the pages' own tests meet them.
                if word.ends_with('-') || word.contains(['{', ' ', '\n']) {
                    continue;
                }
                seen += 1;
                for lang in [Lang::Fr, Lang::En] {
                    let found = declic_words::find(lang, word, &args);
                    assert!(found.is_some(), "{word}, of {}", path.display());
                }
            }
        }
        assert!(seen > 200, "{seen} keys");
    }

    #[test]
    fn times_are_those_of_the_reader_overseas() {
        let whoami = |zone: &str| v1::WhoamiResponse {
            time_zone: zone.to_owned(),
            ..Default::default()
        };
        let at = |who| Page {
            lang: Lang::Fr,
            now: "2026-11-22T20:30:00Z".parse().expect("a time"),
            path: "/".to_owned(),
            who,
            token: String::new(),
            requests: Vec::new(),
        };
        let reader = |zone| at(Some(Who::of(whoami(zone), String::new())));
        for (page, said, day) in [
            (reader("Indian/Reunion"), "2026-11-23T00:30+04:00", 23),
            (reader("Europe/Paris"), "2026-11-22T21:30+01:00", 22),
            (reader("unknown"), "2026-11-22T21:30+01:00", 22),
            (at(None), "2026-11-22T21:30+01:00", 22),
        ] {
            assert_eq!(page.machine(&page.now), said);
            assert_eq!(page.today().day(), day);
        }
    }

    #[test]
    fn the_menu_marks_the_page_it_is_on_and_no_other() {
        let page = Page {
            lang: Lang::Fr,
            now: Timestamp::UNIX_EPOCH,
            path: "/dossiers/nouveau?x=1".to_owned(),
            who: Some(Who::of(
                v1::WhoamiResponse {
                    role: Role::SocialWorker.into(),
                    ..Default::default()
                },
                String::new(),
            )),
            token: String::new(),
            requests: Vec::new(),
        };
        let here: Vec<_> = page.menu().into_iter().filter(|entry| entry.is_here).collect();
        assert_eq!(here.len(), 1);
        assert_eq!(here[0].href, "/dossiers/nouveau");
    }
}
