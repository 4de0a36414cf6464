//! French public holidays, computed by rule: C. trav. L3133-1 (national), L3134-13 (Alsace-Moselle), L3422-2
//! (abolition of slavery, overseas).
//!
//! Good Friday is a holiday of Alsace-Moselle only in communes with a Protestant or mixed church. It counts
//! here for the three départements as a whole, as in the usual libraries: a deadline is then a day later, never
//! a day too early. Local customary days are not legal holidays and do not count.
//!
//! Published lists were compared with these rules (`tests/lists.rs`): where they differ, the law is followed.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::{TimeZone, get};

/// A territory with its own holidays or its own time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Region {
    /// The départements of Europe, Corsica included, Alsace-Moselle excepted.
    Metropole,
    /// Moselle, Bas-Rhin, Haut-Rhin.
    AlsaceMoselle,
    /// Guadeloupe.
    Guadeloupe,
    /// Martinique.
    Martinique,
    /// Guyane.
    Guyane,
    /// La Réunion.
    Reunion,
    /// Saint-Pierre-et-Miquelon.
    SaintPierreEtMiquelon,
    /// Mayotte.
    Mayotte,
    /// Saint-Barthélemy.
    SaintBarthelemy,
    /// Saint-Martin.
    SaintMartin,
}

/// A public holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// Two days before Easter; Alsace-Moselle.
    GoodFriday,
    /// The day after Easter.
    EasterMonday,
    /// 1 May.
    LabourDay,
    /// 8 May.
    VictoryDay,
    /// 39 days after Easter.
    Ascension,
    /// 50 days after Easter.
    WhitMonday,
    /// 14 July.
    NationalDay,
    /// 15 August.
    Assumption,
    /// 1 November.
    AllSaints,
    /// 11 November.
    Armistice,
    /// 25 December.
    Christmas,
    /// 26 December; Alsace-Moselle.
    SaintStephen,
    /// The day of each overseas territory.
    AbolitionOfSlavery,
}

/// The first whole year of the Gregorian calendar, and the last one that dates can hold.
const FIRST_YEAR: i16 = 1583;
const LAST_YEAR: i16 = 9999;

impl Region {
    /// Every region.
    pub const ALL: [Region; 10] = [
        Region::Metropole,
        Region::AlsaceMoselle,
        Region::Guadeloupe,
        Region::Martinique,
        Region::Guyane,
        Region::Reunion,
        Region::SaintPierreEtMiquelon,
        Region::Mayotte,
        Region::SaintBarthelemy,
        Region::SaintMartin,
    ];

    /// The region of a département or collectivity by its code ("56", "2A", "971"); none for the Pacific and
    /// the southern lands.
    #[must_use]
    pub fn of_departement(code: &str) -> Option<Region> {
        Some(match code {
            "57" | "67" | "68" => Region::AlsaceMoselle,
            "971" => Region::Guadeloupe,
            "972" => Region::Martinique,
            "973" => Region::Guyane,
            "974" => Region::Reunion,
            "975" => Region::SaintPierreEtMiquelon,
            "976" => Region::Mayotte,
            "977" => Region::SaintBarthelemy,
            "978" => Region::SaintMartin,
            "2A" | "2B" | "2a" | "2b" => Region::Metropole,
            two if two.len() == 2 && two.bytes().all(|digit| digit.is_ascii_digit()) => {
                // 20 was Corsica until 1976.
                if matches!(two.parse::<u8>(), Ok(1..=19 | 21..=95)) {
                    Region::Metropole
                } else {
                    return None;
                }
            }
            _ => return None,
        })
    }

    /// The time zone of the region.
    #[must_use]
    pub fn time_zone(self) -> TimeZone {
        match self {
            Region::Metropole | Region::AlsaceMoselle => get!("Europe/Paris"),
            Region::Guadeloupe | Region::SaintBarthelemy | Region::SaintMartin => get!("America/Guadeloupe"),
            Region::Martinique => get!("America/Martinique"),
            Region::Guyane => get!("America/Cayenne"),
            Region::Reunion => get!("Indian/Reunion"),
            Region::Mayotte => get!("Indian/Mayotte"),
            Region::SaintPierreEtMiquelon => get!("America/Miquelon"),
        }
    }

    /// Month and day of the abolition of slavery, where it is a holiday.
    fn abolition(self) -> Option<(i8, i8)> {
        Some(match self {
            Region::Mayotte => (4, 27),
            Region::Martinique => (5, 22),
            Region::Guadeloupe | Region::SaintMartin => (5, 27),
            Region::Guyane => (6, 10),
            Region::SaintBarthelemy => (10, 9),
            Region::Reunion => (12, 20),
            Region::Metropole | Region::AlsaceMoselle | Region::SaintPierreEtMiquelon => return None,
        })
    }
}

impl Holiday {
    /// French name.
    #[must_use]
    pub fn name_fr(self) -> &'static str {
        match self {
            Holiday::NewYear => "Jour de l'an",
            Holiday::GoodFriday => "Vendredi saint",
            Holiday::EasterMonday => "Lundi de Pâques",
            Holiday::LabourDay => "Fête du travail",
            Holiday::VictoryDay => "Victoire de 1945",
            Holiday::Ascension => "Ascension",
            Holiday::WhitMonday => "Lundi de Pentecôte",
            Holiday::NationalDay => "Fête nationale",
            Holiday::Assumption => "Assomption",
            Holiday::AllSaints => "Toussaint",
            Holiday::Armistice => "Armistice de 1918",
            Holiday::Christmas => "Noël",
            Holiday::SaintStephen => "Saint-Étienne",
            Holiday::AbolitionOfSlavery => "Abolition de l'esclavage",
        }
    }
}

/// Easter Sunday of the Gregorian calendar, for the years 1583 to 9999; other years count as the nearest of these.
///
/// The rule is the one known as Meeus, Jones and Butcher's.
#[must_use]
pub fn easter(year: i16) -> Date {
    let year = year.clamp(FIRST_YEAR, LAST_YEAR);
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let days = h + l - 7 * m;
    date(year, 3, 22).saturating_add(days.days())
}

/// The holidays of a year from 1583 to 9999, in the order of dates; other years count as the nearest of these.
#[must_use]
pub fn holidays(region: Region, year: i16) -> Vec<(Date, Holiday)> {
    let year = year.clamp(FIRST_YEAR, LAST_YEAR);
    let easter = easter(year);
    let after = |days: i32| easter.saturating_add(days.days());
    let mut days = vec![
        (date(year, 1, 1), Holiday::NewYear),
        (after(1), Holiday::EasterMonday),
        (date(year, 5, 1), Holiday::LabourDay),
        (date(year, 5, 8), Holiday::VictoryDay),
        (after(39), Holiday::Ascension),
        (after(50), Holiday::WhitMonday),
        (date(year, 7, 14), Holiday::NationalDay),
        (date(year, 8, 15), Holiday::Assumption),
        (date(year, 11, 1), Holiday::AllSaints),
        (date(year, 11, 11), Holiday::Armistice),
        (date(year, 12, 25), Holiday::Christmas),
    ];
    if region == Region::AlsaceMoselle {
        days.push((after(-2), Holiday::GoodFriday));
        days.push((date(year, 12, 26), Holiday::SaintStephen));
    }
    if let Some((month, day)) = region.abolition() {
        days.push((date(year, month, day), Holiday::AbolitionOfSlavery));
    }
    days.sort_by_key(|(date, _)| *date);
    days
}

/// The holiday a day is, if it is one; without allocating.
#[must_use]
pub fn holiday(region: Region, day: Date) -> Option<Holiday> {
    let (month, number) = (day.month(), day.day());
    let fixed = match (month, number) {
        (1, 1) => Some(Holiday::NewYear),
        (5, 1) => Some(Holiday::LabourDay),
        (5, 8) => Some(Holiday::VictoryDay),
        (7, 14) => Some(Holiday::NationalDay),
        (8, 15) => Some(Holiday::Assumption),
        (11, 1) => Some(Holiday::AllSaints),
        (11, 11) => Some(Holiday::Armistice),
        (12, 25) => Some(Holiday::Christmas),
        (12, 26) if region == Region::AlsaceMoselle => Some(Holiday::SaintStephen),
        _ => None,
    };
    if fixed.is_some() {
        return fixed;
    }
    if (3..=6).contains(&month) {
        let easter = easter(day.year());
        let movable = match i32::from(day.day_of_year()) - i32::from(easter.day_of_year()) {
            -2 if region == Region::AlsaceMoselle => Some(Holiday::GoodFriday),
            1 => Some(Holiday::EasterMonday),
            39 => Some(Holiday::Ascension),
            50 => Some(Holiday::WhitMonday),
            _ => None,
        };
        if movable.is_some() {
            return movable;
        }
    }
    (region.abolition() == Some((month, number))).then_some(Holiday::AbolitionOfSlavery)
}
