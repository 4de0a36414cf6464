"""Writes holidays.tsv: the French public holidays that three published lists give, one line per list, region and year.

    python3 -m venv lists && lists/bin/pip install holidays==0.109 jours-feries-france==0.7.0 workalendar==17.0.0
    lists/bin/python crates/calendar/tests/lists/make.py > crates/calendar/tests/lists/holidays.tsv

Nobody needs it to build or to test: the table is kept, and tests/lists.rs compares it with the rules.
"""

import holidays
from jours_feries_france import JoursFeries
from workalendar.europe import France, FranceAlsaceMoselle

YEARS = range(2022, 2037)

# Region: its subdivision in `holidays`, its zone in `jours-feries-france`.
REGIONS = {
    "Metropole": (None, "Métropole"),
    "AlsaceMoselle": ("57", "Alsace-Moselle"),
    "Guadeloupe": ("971", "Guadeloupe"),
    "Martinique": ("972", "Martinique"),
    "Guyane": ("973", "Guyane"),
    "Reunion": ("974", "La Réunion"),
    "SaintPierreEtMiquelon": ("PM", "Saint-Pierre-et-Miquelon"),
    "Mayotte": ("976", "Mayotte"),
    "SaintBarthelemy": ("BL", "Saint-Barthélémy"),
    "SaintMartin": ("MF", "Saint-Martin"),
}

WORKALENDAR = {"Metropole": France(), "AlsaceMoselle": FranceAlsaceMoselle()}


def line(name, region, year, days):
    days = sorted({f"{day:%m-%d}" for day in days if day.year == year})
    print(name, region, year, " ".join(days), sep="\t")


print("list\tregion\tyear\tdays")
for region, (subdivision, zone) in REGIONS.items():
    for year in YEARS:
        line("holidays", region, year, holidays.France(years=year, subdiv=subdivision))
        line("jours-feries-france", region, year, JoursFeries.for_year(year, zone).values())
        if region in WORKALENDAR:
            line("workalendar", region, year, [day for day, _ in WORKALENDAR[region].holidays(year)])
