//! Who works in the generated year: agencies with their agents, organisations with their social workers, who is away when,
//! who leaves, and the directory file a hub reads them from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use declic_calendar::Calendar;
use declic_routing::Territory;
use declic_routing::territory::{AgencySlug, Departement};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::draw::Draw;
use super::persons::communes_of;

/// Agents of an agency, and social workers of an organisation, at the start.
const AGENTS: usize = 4;
const SOCIAL_WORKERS: usize = 4;

/// Communes of a département whose social centre opens cases.
const CENTRES: usize = 3;

/// How many of a year leave, from 0 to 1; each is followed by another.
const LEAVING: f64 = 0.12;

/// From one stream of draws to those of cases and places.
const STREAM: u64 = 2 << 40;

const GIVEN_NAMES: [&str; 20] = [
    "Alice", "Bruno", "Carine", "David", "Élodie", "Farid", "Gaëlle", "Hugo", "Irène", "Jules", "Karim",
    "Laure", "Marc", "Nadia", "Olivier", "Pauline", "Quentin", "Rachida", "Simon", "Violette",
];
const FAMILY_NAMES: [&str; 20] = [
    "Ajonc", "Bruyère", "Chêne", "Dune", "Érable", "Fougère", "Genêt", "Houx", "Iris", "Jonc", "Lande",
    "Mûrier", "Noyer", "Orme", "Pinède", "Roseau", "Saule", "Tilleul", "Verger", "Yeuse",
];

pub const SUPERVISOR: &str = "supervision";
pub const AUDITOR: &str = "audit";
pub const ADMINISTRATOR: &str = "administration";

/// Somebody who works.
pub struct Member {
    /// The subject of its tokens.
    pub id: String,
    pub name: String,
    /// Days away, both included.
    away: Vec<(Date, Date)>,
    /// The first and the last day at work; none for as long as the year lasts.
    since: Option<Date>,
    pub until: Option<Date>,
}

/// Somebody who works at a place from the first day on and is there afterwards.
pub struct Resident {
    /// The subject of its tokens.
    pub id: &'static str,
    pub name: &'static str,
    /// Its organisation or agency, and the name of an organisation.
    pub place: (&'static str, &'static str),
    /// The desk of an agency; empty for an organisation.
    pub desk: &'static str,
}

/// Where people work.
pub struct Place {
    pub id: String,
    /// The desk of everybody there; empty for an organisation.
    pub desk: String,
    /// Empty for the name of the tables.
    pub name: String,
    pub departement: &'static str,
    pub calendar: Calendar,
    pub members: Vec<Member>,
    /// How slow it is beside the others, 1 for as slow as most.
    pub slowness: f64,
}

/// Everybody.
pub struct Staff {
    pub organisations: Vec<Place>,
    /// By id.
    pub agencies: BTreeMap<String, Place>,
}

impl Staff {
    /// The staff of these départements from the first day to the last.
    pub fn new(departements: &[&'static Departement], span: (Date, Date), seed: u64) -> Self {
        let mut people = People {
            span,
            seed,
            number: 0,
        };
        let mut organisations = Vec::new();
        let mut agencies = BTreeMap::new();
        for departement in departements {
            organisations.extend(people.organisations(departement));
            for slug in enrolled(departement) {
                let agency = agencies.entry(slug.as_str().to_owned());
                agency.or_insert_with(|| {
                    people.place(slug.as_str().to_owned(), String::new(), departement, AGENTS)
                });
            }
        }
        // The desk of last resort: it must exist and have an active agent.
        let national = "triage-national".to_owned();
        let last = people.place(national.clone(), String::new(), departements[0], AGENTS);
        agencies.insert(national, last);
        Self {
            organisations,
            agencies,
        }
    }

    /// Takes in people who are known. Of the other organisations only as many stay, so that each has something to do.
    pub fn receive(&mut self, residents: &[Resident]) {
        let mut organisations: Vec<Place> = Vec::new();
        for resident in residents {
            let member = Member {
                id: resident.id.to_owned(),
                name: resident.name.to_owned(),
                away: Vec::new(),
                since: None,
                until: None,
            };
            let (id, name) = resident.place;
            if let Some(agency) = self.agencies.get_mut(id) {
                resident.desk.clone_into(&mut agency.desk);
                agency.members.push(member);
            } else if let Some(known) = organisations.iter_mut().find(|place| place.id == id) {
                known.members.push(member);
            } else if let Some(like) = self.organisations.first() {
                organisations.push(Place {
                    id: id.to_owned(),
                    desk: String::new(),
                    name: name.to_owned(),
                    departement: like.departement,
                    calendar: like.calendar.clone(),
                    members: vec![member],
                    slowness: 1.0,
                });
            }
        }
        self.organisations.truncate(organisations.len());
        self.organisations.extend(organisations);
    }

    /// Every member, those who come later too.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.places().flat_map(|place| &place.members)
    }

    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.organisations.iter().chain(self.agencies.values())
    }

    /// The directory file of the first day, with the public key of each member.
    pub fn directory(
        &self,
        departements: &[&'static Departement],
        public_key: impl Fn(&str) -> String,
    ) -> String {
        let mut file = String::from(
            "# The invented people of a generated year. deploy/directory.example.toml explains every key.\n",
        );
        let codes: Vec<_> = departements.iter().map(|departement| departement.code).collect();
        let territory = format!("role = \"SUPERVISOR\"\nterritory = {codes:?}\n");
        put_member(&mut file, SUPERVISOR, "Supervision", &territory, &public_key);
        put_member(&mut file, AUDITOR, "Audit", "role = \"AUDITOR\"\n", &public_key);
        file + &self.rest(&[], public_key)
    }

    /// What a directory file lacks that has these members and their places: the other places, their members, and who enrols
    /// people.
    pub fn rest(&self, known: &[&str], public_key: impl Fn(&str) -> String) -> String {
        let mut file = String::new();
        let is_known = |place: &Place| {
            place
                .members
                .iter()
                .any(|member| known.contains(&member.id.as_str()))
        };
        for agency in self.agencies.values().filter(|agency| !is_known(agency)) {
            let Place { id, desk, .. } = agency;
            put(
                &mut file,
                format_args!("\n[[agency]]\nid = {id:?}\nenrolment = \"CONSOLE\"\n"),
            );
            put(
                &mut file,
                format_args!("\n[[agency.desk]]\nid = {desk:?}\nname = \"Accueil\"\n"),
            );
        }
        for organisation in self.organisations.iter().filter(|place| !is_known(place)) {
            let Place {
                id,
                name,
                departement,
                ..
            } = organisation;
            put(
                &mut file,
                format_args!(
                    "\n[[organisation]]\nid = {id:?}\nname = {name:?}\ndepartement = {departement:?}\n"
                ),
            );
        }
        for place in self.places() {
            let of = match (place.desk.is_empty(), is_triage(&place.id)) {
                (true, _) => format!("role = \"SOCIAL_WORKER\"\norganisation = {:?}\n", place.id),
                (false, true) => of_agency("TRIAGE_AGENT", place),
                (false, false) => of_agency("AGENT", place),
            };
            let there = place.members.iter().filter(|member| member.since.is_none());
            for member in there.filter(|member| !known.contains(&member.id.as_str())) {
                put_member(&mut file, &member.id, &member.name, &of, &public_key);
            }
        }
        let role = "role = \"ADMINISTRATOR\"\n";
        put_member(&mut file, ADMINISTRATOR, "Administration", role, &public_key);
        file
    }
}

fn of_agency(role: &str, place: &Place) -> String {
    format!(
        "role = {role:?}\nagency = {:?}\ndesks = [{:?}]\n",
        place.id, place.desk
    )
}

fn put_member(file: &mut String, id: &str, name: &str, place: &str, public_key: impl Fn(&str) -> String) {
    let key = public_key(id);
    put(
        file,
        format_args!("\n[[member]]\nid = {id:?}\nname = {name:?}\n{place}keys = [{key:?}]\n"),
    );
}

/// The desk that every agency has.
const DESK: &str = "accueil";

/// Whether an agency routes by hand.
pub fn is_triage(agency: &str) -> bool {
    agency.starts_with("triage-")
}

impl Place {
    /// Somebody who is there at this instant; none when nobody is.
    pub fn on_duty(&self, at: Timestamp, draw: &mut Draw) -> Option<&Member> {
        let day = self.calendar.date_of(at);
        let there: Vec<_> = self
            .members
            .iter()
            .filter(|member| member.is_there(day))
            .collect();
        (!there.is_empty()).then(|| *draw.one_of(&there))
    }

    /// The member of this id, if it is there at this instant.
    pub fn there(&self, id: &str, at: Timestamp) -> Option<&Member> {
        let day = self.calendar.date_of(at);
        self.members
            .iter()
            .find(|member| member.id == id && member.is_there(day))
    }
}

impl Member {
    fn is_there(&self, day: Date) -> bool {
        self.is_employed(day)
            && !self
                .away
                .iter()
                .any(|(first, last)| (first..=last).contains(&&day))
    }

    fn is_employed(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day < until)
    }

    /// The day it begins, for whoever is not there from the first day on.
    pub fn since(&self) -> Option<Date> {
        self.since
    }
}

/// Who was hired so far.
struct People {
    span: (Date, Date),
    seed: u64,
    number: u64,
}

impl People {
    fn organisations(&mut self, departement: &'static Departement) -> Vec<Place> {
        let mut communes: Vec<_> = communes_of(departement).collect();
        communes.sort_by_key(|commune| std::cmp::Reverse(commune.population));
        let code = departement.code.to_lowercase();
        let mut organisations = vec![(
            format!("france-services-{code}"),
            format!("France Services {}", departement.name),
        )];
        for commune in communes.iter().take(CENTRES) {
            organisations.push((
                format!("ccas-{}", commune.code.to_lowercase()),
                format!("CCAS de {}", commune.name),
            ));
        }
        let places = organisations.into_iter();
        places
            .map(|(id, name)| Place {
                desk: String::new(),
                ..self.place(id, name, departement, SOCIAL_WORKERS)
            })
            .collect()
    }

    fn place(&mut self, id: String, name: String, departement: &'static Departement, staff: usize) -> Place {
        let mut draw = Draw::new(self.seed, STREAM + self.number);
        let slowness = [0.5, 0.8, 1.0, 1.0, 1.3, 2.2][draw.weighted([1, 2, 3, 3, 2, 1].into_iter())];
        let mut members = Vec::new();
        for _ in 0..staff {
            self.hire(&mut members);
        }
        Place {
            id,
            desk: DESK.to_owned(),
            name,
            departement: departement.code,
            calendar: Calendar::for_departement(departement.code),
            members,
            slowness,
        }
    }

    /// Somebody from the first day on, and whoever follows when they leave.
    fn hire(&mut self, members: &mut Vec<Member>) {
        let (first, last) = self.span;
        let mut since = None;
        loop {
            self.number += 1;
            let mut draw = Draw::new(self.seed, STREAM + self.number);
            let from = since.unwrap_or(first);
            let days = u32::try_from((last - from).get_days()).unwrap_or(0);
            let leaves = days > 60 && draw.happens(LEAVING * f64::from(days) / 365.0);
            let until = leaves.then(|| from + i64::from(draw.between(30, days - 15)).days());
            let (given, family) = (draw.one_of(&GIVEN_NAMES), draw.one_of(&FAMILY_NAMES));
            members.push(Member {
                id: format!("p{:05}", self.number),
                name: format!("{given} {family}"),
                away: away(&mut draw, (from, last)),
                since,
                until,
            });
            if until.is_none() {
                return;
            }
            since = until;
        }
    }
}

/// Weeks off: some in summer, one at the end of the year, one in winter or spring; and some days of illness.
fn away(draw: &mut Draw, (first, last): (Date, Date)) -> Vec<(Date, Date)> {
    let mut away = Vec::new();
    for year in first.year()..=last.year() {
        let day = |month: i8, day: u32| Date::constant(year, month, 1) + i64::from(day).days();
        let summer = day(7, draw.between(0, 45));
        let weeks = i64::from(draw.between(2, 3));
        away.push((summer, summer + (weeks * 7).days()));
        if draw.happens(0.7) {
            away.push((day(12, 22), day(12, 30)));
        }
        let spring = day(2, draw.between(0, 75));
        away.push((spring, spring + 7.days()));
        for _ in 0..draw.between(0, 3) {
            let ill = day(1, draw.between(0, 360));
            away.push((ill, ill + i64::from(draw.between(0, 6)).days()));
        }
    }
    away
}

/// The bodies of a département that receive in Déclic. Its health insurer does not: triage reaches it by other ways.
fn enrolled(departement: &'static Departement) -> impl Iterator<Item = AgencySlug> {
    let always = [
        departement.social_authority,
        departement.family,
        departement.retirement,
        departement.mdph,
        departement.triage,
    ];
    always.into_iter().chain(departement.msa)
}

/// The départements a territory names: a code, or "FR" for all.
pub fn departements(territory: &str) -> Option<Vec<&'static Departement>> {
    let all = Territory::embedded();
    if territory.eq_ignore_ascii_case("FR") {
        return Some(all.departements().iter().collect());
    }
    let codes = territory.split(',').map(|code| code.trim().to_ascii_uppercase());
    codes.map(|code| all.departement(&code)).collect()
}

fn put(file: &mut String, line: std::fmt::Arguments<'_>) {
    let _infallible = file.write_fmt(line);
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const YEAR: (Date, Date) = (date(2025, 1, 1), date(2025, 12, 31));

    #[test]
    fn a_territory_is_codes_or_the_country() {
        assert_eq!(departements("56, 2a").expect("two").len(), 2);
        assert!(departements("FR").expect("all").len() > 100);
        assert!(departements("99").is_none() && departements("").is_none());
    }

    #[test]
    fn whoever_leaves_is_followed_and_no_place_is_ever_without_staff() {
        let staff = Staff::new(&departements("FR").expect("all"), YEAR, 4);
        let (mut left, mut away) = (0, 0);
        for place in staff.places() {
            for day in YEAR.0.series(1.day()).take_while(|day| *day <= YEAR.1) {
                let employed = place
                    .members
                    .iter()
                    .filter(|member| member.is_employed(day))
                    .count();
                assert_eq!(employed, 4, "{} on {day}", place.id);
            }
            left += place
                .members
                .iter()
                .filter(|member| member.until.is_some())
                .count();
            let noon = "2025-08-06T10:00:00Z".parse().expect("a time");
            away += place
                .members
                .iter()
                .filter(|member| place.there(&member.id, noon).is_none())
                .count();
        }
        assert!(left > 100 && away > 400, "{left} left, {away} away");
        let ids: std::collections::BTreeSet<_> = staff.members().map(|member| &member.id).collect();
        assert_eq!(ids.len(), staff.members().count());
    }
}
