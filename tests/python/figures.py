"""The figures of a data set, computed without any of the program's code: what it sums up is compared with this.

Tickets are invented. Survival is the product limit in exact fractions, its risk sets counted anew at each duration; the
quantile is the first duration at which the share that is left is small enough. Prints one JSON object.

    figures.py TICKETS.csv
"""

import csv
import json
import sys
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

SMALLEST_GROUP = 5
PARTS = ["before_acknowledgement", "at_agency", "awaiting_reply", "wrong_agency", "to_be_confirmed"]


def durations(tickets, name):
    looked_at = [
        (int(ticket[f"{name}_minutes"]), ticket[f"{name}_done"] == "yes") for ticket in tickets if ticket[f"{name}_minutes"]
    ]
    left, curve = Fraction(1), []
    for time in sorted({minutes for minutes, done in looked_at if done}):
        at_risk = sum(minutes >= time for minutes, _ in looked_at)
        ended = sum(minutes == time and done for minutes, done in looked_at)
        left *= 1 - Fraction(ended, at_risk)
        curve.append((time, left))

    def quantile(share):
        return next((time for time, left in curve if left <= 1 - share), None)

    kept = Counter(ticket.get(f"{name}_kept", "") for ticket in tickets)
    return {
        "observed": len(looked_at),
        "done": sum(done for _, done in looked_at),
        "median": quantile(Fraction(1, 2)),
        "nine_in_ten": quantile(Fraction(9, 10)),
        "within": kept["yes"],
        "late": kept["no"],
        "survival": [[time, float(left)] for time, left in curve],
    }


def shown(counts, whole):
    """Counts as they may be told: five at least, and no rest from one to four; each to the nearest five."""
    told = sorted((count for count in counts.values() if count >= SMALLEST_GROUP), reverse=True)
    if 0 < whole - sum(told) < SMALLEST_GROUP:
        told.pop()
    return [SMALLEST_GROUP * round(count / SMALLEST_GROUP) for count in told]


def rises(tickets):
    """Blockages of agencies with three times as many in the 7 days before the data were taken as in a week of the 8 before."""
    last = max(date.fromisoformat(ticket["arrived"]) for ticket in tickets)
    since, before = last - timedelta(days=6), last - timedelta(days=6 + 56)
    told = []
    for cause in {(ticket["agency"], ticket["blockage"]) for ticket in tickets}:
        days = [date.fromisoformat(t["arrived"]) for t in tickets if (t["agency"], t["blockage"]) == cause]
        now, usual = sum(day >= since for day in days), Fraction(sum(before <= day < since for day in days), 8)
        if now >= SMALLEST_GROUP and now >= 3 * usual:
            told.append([*cause, SMALLEST_GROUP * round(now / SMALLEST_GROUP)])
    return sorted(told)


def main(path):
    with open(path, encoding="utf-8", newline="") as file:
        tickets = list(csv.DictReader(file))
    causes = Counter((ticket["blockage"], ticket["benefit"], ticket["agency"]) for ticket in tickets)
    first = Counter(ticket["sent_on"] for ticket in tickets if ticket["first"] == "yes")
    opened = [ticket for ticket in tickets if ticket["lateness"]]
    print(
        json.dumps(
            {
                "tickets": len(tickets),
                **{name: durations(tickets, name) for name in ("acknowledge", "resolve", "wait")},
                "parts": {
                    part: [
                        sum(int(ticket[f"{part}_s"]) > 0 for ticket in tickets),
                        sum(int(ticket[f"{part}_s"]) for ticket in tickets),
                    ]
                    for part in PARTS
                },
                "addressed": sum(ticket["at_triage"] == "no" for ticket in tickets),
                "sent_on": sum(bool(ticket["sent_on"]) for ticket in tickets),
                "first_reasons": shown(first, first.total()),
                "causes": shown(causes, len(tickets))[:20],
                "open": len(opened),
                "holders": shown(Counter(ticket["holder"] for ticket in opened), len(opened)),
                "ages": sorted(shown(Counter(ticket["age"] for ticket in opened), len(opened))),
                "receptions": shown(Counter(ticket["reception"] for ticket in opened), len(opened)),
                "outcomes": sum(int(ticket["outcomes"]) for ticket in tickets),
                "reopened": sum(int(ticket["reopened"]) for ticket in tickets),
                "asked": sum(int(ticket["requests"]) > 0 for ticket in tickets if ticket["at_triage"] == "no"),
                "requests": sum(int(ticket["requests"]) for ticket in tickets if ticket["at_triage"] == "no"),
                "unconfirmed": sum(ticket["unconfirmed"] == "yes" for ticket in tickets),
                "last_day": max(ticket["arrived"] for ticket in tickets),
                "rises": rises(tickets),
                "late_minutes": sum(int(ticket["late_minutes"]) for ticket in opened),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
