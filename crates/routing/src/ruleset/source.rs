//! The file of rules as it is written, each value with its place; words that do not exist, lines that are missing and
//! values of another form are told, and the rest is read on.

mod fields;

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::DeTable;

use super::problem::{Form, Problem};
use fields::Fields;

/// A word or sentence, with its place.
pub(super) type Words = Spanned<String>;

/// One word, or several, with the place of the whole.
pub(super) type List = Spanned<Vec<Words>>;

/// What is wrong, each with its place.
pub(super) type Told = Vec<(Range<usize>, Problem)>;

pub(super) struct File {
    pub format: Option<Spanned<i64>>,
    pub version: Option<Words>,
    /// Values that several conditions name, as "list.NAME".
    pub list: BTreeMap<Words, List>,
    pub power: BTreeMap<Words, Power>,
    pub benefit: BTreeMap<Words, Benefit>,
    pub blockage: BTreeMap<Words, Blockage>,
    pub rule: Vec<Spanned<Rule>>,
}

pub(super) struct Power {
    pub about: Option<Words>,
    pub domicile: Option<Words>,
}

pub(super) struct Benefit {
    pub decides: Option<Words>,
    pub pays: Option<Words>,
    pub domicile: Option<Words>,
    pub law: Option<Words>,
    pub confidence: Option<Words>,
    pub note: Option<Words>,
    pub would_change: Option<Words>,
    /// Whose opinion whoever decides waits for.
    pub upstream: Option<Words>,
    /// The stage that a blockage means here, "others" for those not named.
    pub stage: BTreeMap<Words, Words>,
}

pub(super) struct Blockage {
    pub leads_to: Option<Words>,
    pub first: Option<Words>,
    pub by_payer: Option<Words>,
    pub reason: Option<Words>,
}

pub(super) struct Rule {
    pub name: Words,
    pub power: List,
    pub rank: Option<Spanned<i64>>,
    pub from: Option<Spanned<Date>>,
    pub until: Option<Spanned<Date>>,
    pub when: BTreeMap<Words, List>,
    pub body: Option<List>,
    pub ask: Option<Words>,
    pub triage: Option<Spanned<bool>>,
    pub same_as: Option<Words>,
    /// Body that joins those of `as`.
    pub and: Option<Words>,
    pub candidates: Option<List>,
    pub law: Option<Words>,
    pub reason: Option<Words>,
    pub confidence: Option<Words>,
    pub would_change: Option<List>,
    /// Facts that counted without being asked for in `when`.
    pub uses: Option<List>,
}

/// Reads a file that is written as TOML.
pub(super) fn read(file: &DeTable<'_>, told: &mut Told) -> File {
    let mut fields = Fields::of(file, 0..0, told);
    let mut read = File {
        format: fields.number("format"),
        version: fields.text("version"),
        list: fields.braces("list", fields::texts),
        power: BTreeMap::new(),
        benefit: BTreeMap::new(),
        blockage: BTreeMap::new(),
        rule: Vec::new(),
    };
    fields.needs("format", Form::Number);
    fields.needs("version", Form::Text);
    fields.tables("power", "[power.x]", |name, mut power| {
        let domicile = power.text("domicile");
        let about = power.text("about");
        power.end();
        read.power.insert(name, Power { about, domicile });
    });
    fields.tables("benefit", "[benefit.X]", |code, written| {
        read.benefit.insert(code, benefit(written));
    });
    fields.tables("blockage", "[blockage.X]", |code, written| {
        read.blockage.insert(code, blockage(written));
    });
    fields.array("rule", "[[rule]]", |at, written| {
        read.rule.extend(rule(written).map(|rule| Spanned::new(at, rule)));
    });
    fields.end();
    read
}

fn benefit(mut fields: Fields<'_, '_>) -> Benefit {
    let read = Benefit {
        decides: fields.text("decides"),
        pays: fields.text("pays"),
        domicile: fields.text("domicile"),
        law: fields.text("law"),
        confidence: fields.text("confidence"),
        note: fields.text("note"),
        would_change: fields.text("would_change"),
        upstream: fields.text("upstream"),
        stage: fields.braces("stage", fields::text),
    };
    for key in ["decides", "law", "confidence"] {
        fields.needs(key, Form::Text);
    }
    fields.end();
    read
}

fn blockage(mut fields: Fields<'_, '_>) -> Blockage {
    let read = Blockage {
        leads_to: fields.text("leads_to"),
        first: fields.text("first"),
        by_payer: fields.text("by_payer"),
        reason: fields.text("reason"),
    };
    fields.needs("leads_to", Form::Text);
    fields.needs("reason", Form::Text);
    fields.end();
    read
}

fn rule(mut fields: Fields<'_, '_>) -> Option<Rule> {
    let (name, power) = (fields.text("name"), fields.texts("power"));
    let read = Rule {
        rank: fields.number("rank"),
        from: fields.day("from"),
        until: fields.day("until"),
        when: fields.braces("when", fields::texts),
        body: fields.texts("body"),
        ask: fields.text("ask"),
        triage: fields.truth("triage"),
        same_as: fields.text("as"),
        and: fields.text("and"),
        candidates: fields.texts("candidates"),
        law: fields.text("law"),
        reason: fields.text("reason"),
        confidence: fields.text("confidence"),
        would_change: fields.texts("would_change"),
        uses: fields.texts("uses"),
        name: name.clone().unwrap_or_else(|| Spanned::new(0..0, String::new())),
        power: power.clone().unwrap_or_else(|| Spanned::new(0..0, Vec::new())),
    };
    fields.needs("name", Form::Text);
    fields.needs("power", Form::Text);
    fields.end();
    (name.is_some() && power.is_some()).then_some(read)
}
