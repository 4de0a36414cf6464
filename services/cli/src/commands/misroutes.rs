//! `declic routing misroutes`: which rules send cases where nobody can treat them.

use declic_proto::v1;
use declic_words::{Arg, Family};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::screen::{Manner, Screen};
use crate::settings::Settings;
use crate::table::Table;
use crate::view::{self, bare};
use declic_words::when;

/// Asks for the counts and shows them.
pub async fn run(
    since: Option<jiff::civil::Date>,
    settings: &Settings,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let since = since.map_or_else(String::new, |day| day.to_string());
    let request = v1::SummarizeMisroutesRequest { since };
    let counted = settings.client(lang)?.summarize_misroutes(request).await;
    let counted = counted.map_err(|error| Failure::of_call(lang, &error))?;
    if screen.manner.json {
        return screen.show_json(&as_json(counted));
    }
    let page = page(&screen.manner, counted);
    screen.show(&page)
}

fn page(manner: &Manner, counted: v1::SummarizeMisroutesResponse) -> String {
    let since = when::day(manner, &counted.since);
    let until = view::time(counted.counted_until);
    let title = manner.text("cli-misroutes-since", &[("day", Arg::Text(&since))]);
    let mut page = manner.heading(&title) + "\n\n";
    if counted.misroutes.is_empty() {
        page.push_str(&manner.text("cli-misroutes-none", &[]));
        page.push('\n');
    } else {
        let headings = ["rule", "redirects", "reason", "corrected-fact", "to"];
        let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
        for rule in counted.misroutes {
            table.row(row(manner, rule));
        }
        page.push_str(&table.to_text(manner));
    }
    for (key, count) in [
        ("cli-misroutes-others", counted.others),
        ("cli-misroutes-no-rule", counted.no_rule),
    ] {
        if count > 0 {
            page.push_str(&format!(
                "\n{}\n",
                manner.text(key, &[("count", Arg::Number(count))])
            ));
        }
    }
    if let Some(until) = until {
        let until = when::moment(manner, until);
        let told = manner.text("cli-misroutes-until", &[("moment", Arg::Text(&until))]);
        page.push_str(&format!("\n{told}\n"));
    }
    page
}

fn row(manner: &Manner, rule: v1::Misroute) -> [String; 5] {
    let reasons = rule.reasons.iter().map(|one| {
        let label = manner.label(Family::RedirectReason, code(one.reason()));
        (label, one.redirects)
    });
    let facts = rule.corrected_facts.iter().map(|one| {
        let label = manner.text(&format!("cli-corrected-{}", one.fact), &[]);
        (label, one.redirects)
    });
    let agencies = rule
        .agencies
        .iter()
        .map(|one| (view::slug(&one.agency).to_owned(), one.redirects));
    [
        rule.rule.clone(),
        rule.redirects.to_string(),
        counts(reasons),
        counts(facts),
        counts(agencies),
    ]
}

/// "Autre territoire (12), Autre régime (7)".
fn counts(counts: impl Iterator<Item = (String, i64)>) -> String {
    let words: Vec<String> = counts.map(|(what, count)| format!("{what} ({count})")).collect();
    words.join(", ")
}

fn code(reason: v1::RedirectReason) -> &'static str {
    bare(reason.as_str_name(), "REDIRECT_REASON_")
}

fn as_json(counted: v1::SummarizeMisroutesResponse) -> Value {
    let rules = counted.misroutes.iter().map(|rule| {
        let reasons = rule
            .reasons
            .iter()
            .map(|one| json!({ "reason": code(one.reason()), "redirects": one.redirects }));
        let facts = rule
            .corrected_facts
            .iter()
            .map(|one| json!({ "fact": one.fact, "redirects": one.redirects }));
        let agencies = rule
            .agencies
            .iter()
            .map(|one| json!({ "agency": one.agency, "redirects": one.redirects }));
        json!({
            "rule": rule.rule,
            "redirects": rule.redirects,
            "reasons": reasons.collect::<Vec<_>>(),
            "corrected_facts": facts.collect::<Vec<_>>(),
            "agencies": agencies.collect::<Vec<_>>(),
        })
    });
    json!({
        "since": counted.since,
        "counted_until": view::time(counted.counted_until).map(|time| time.to_string()),
        "misroutes": rules.collect::<Vec<_>>(),
        "others": counted.others,
        "no_rule": counted.no_rule,
    })
}
