//! The lines of a table, each of the form that it should have; what is no line of it is told at the end.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{List, Told, Words};
use crate::ruleset::problem::{Form, Problem};
use crate::ruleset::what::What;
use crate::ruleset::words::unknown;

type Value<'d> = Spanned<DeValue<'d>>;

/// The lines of a table.
pub(super) struct Fields<'d, 't> {
    table: &'d DeTable<'d>,
    /// Place of the table.
    at: Range<usize>,
    told: &'t mut Told,
    /// The words that were asked for.
    asked: Vec<&'static str>,
}

impl<'d, 't> Fields<'d, 't> {
    pub(super) fn of(table: &'d DeTable<'d>, at: Range<usize>, told: &'t mut Told) -> Self {
        Self {
            table,
            at,
            told,
            asked: Vec::new(),
        }
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<Words> {
        self.value(key, Form::Text, text)
    }

    pub(super) fn texts(&mut self, key: &'static str) -> Option<List> {
        self.value(key, Form::Texts, texts)
    }

    pub(super) fn number(&mut self, key: &'static str) -> Option<Spanned<i64>> {
        self.value(key, Form::Number, |written| match written.get_ref() {
            DeValue::Integer(number) => {
                let number = i64::from_str_radix(number.as_str(), number.radix());
                Some(Spanned::new(written.span(), number.ok()?))
            }
            _ => None,
        })
    }

    pub(super) fn truth(&mut self, key: &'static str) -> Option<Spanned<bool>> {
        self.value(key, Form::True, |written| {
            let truth = written.get_ref().as_bool()?;
            Some(Spanned::new(written.span(), truth))
        })
    }

    /// A day, without a time.
    pub(super) fn day(&mut self, key: &'static str) -> Option<Spanned<Date>> {
        let written = self.written(key)?;
        let day = written.get_ref().as_datetime().map(ToString::to_string);
        let day = day.and_then(|text| Some((text.parse::<Date>().ok()?, text)));
        match day.filter(|(day, text)| day.to_string() == *text) {
            Some((day, _)) => Some(Spanned::new(written.span(), day)),
            None => {
                self.told.push((written.span(), Problem::Day));
                None
            }
        }
    }

    /// Names with their values, between braces or as a table of their own.
    pub(super) fn braces<T>(
        &mut self,
        key: &'static str,
        read: fn(&Value<'d>) -> Option<T>,
    ) -> BTreeMap<Words, T> {
        let mut values = BTreeMap::new();
        let Some(written) = self.written(key) else {
            return values;
        };
        let Some(table) = written.get_ref().as_table() else {
            let key = key.to_owned();
            let form = Form::Braces;
            self.told.push((written.span(), Problem::Form { key, form }));
            return values;
        };
        for (name, value) in table {
            match read(value) {
                Some(read) => {
                    values.insert(words(name), read);
                }
                None => {
                    let (key, form) = (name.get_ref().to_string(), Form::Texts);
                    self.told.push((value.span(), Problem::Form { key, form }));
                }
            }
        }
        values
    }

    /// The tables below a name; `header` is how each begins.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        header: &'static str,
        mut each: impl FnMut(Words, Fields<'d, '_>),
    ) {
        let Some(written) = self.written(key) else {
            return;
        };
        let Some(tables) = written.get_ref().as_table() else {
            self.told.push((written.span(), Problem::Header(header)));
            return;
        };
        for (name, value) in tables {
            match value.get_ref().as_table() {
                Some(table) => each(words(name), Fields::of(table, name.span(), self.told)),
                None => self.told.push((name.span(), Problem::Header(header))),
            }
        }
    }

    /// The tables of one name that follow each other.
    pub(super) fn array(
        &mut self,
        key: &'static str,
        header: &'static str,
        mut each: impl FnMut(Range<usize>, Fields<'d, '_>),
    ) {
        let Some(written) = self.written(key) else {
            return;
        };
        let Some(tables) = written.get_ref().as_array() else {
            self.told.push((written.span(), Problem::Header(header)));
            return;
        };
        for value in tables {
            match value.get_ref().as_table() {
                Some(table) => each(value.span(), Fields::of(table, value.span(), self.told)),
                None => self.told.push((value.span(), Problem::Header(header))),
            }
        }
    }

    /// Tells a line that must be there and is not.
    pub(super) fn needs(&mut self, key: &'static str, form: Form) {
        if !self.table.contains_key(key) {
            let key = key.to_owned();
            self.told.push((self.at.clone(), Problem::Missing { key, form }));
        }
    }

    /// Tells the lines that nobody asked for.
    pub(super) fn end(self) {
        let others = self
            .table
            .keys()
            .filter(|name| !self.asked.contains(&name.get_ref().as_ref()));
        for name in others {
            let problem = unknown(What::Key, name.get_ref(), &self.asked);
            self.told.push((name.span(), problem));
        }
    }

    fn written(&mut self, key: &'static str) -> Option<&'d Value<'d>> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn value<T>(
        &mut self,
        key: &'static str,
        form: Form,
        read: impl FnOnce(&Value<'d>) -> Option<T>,
    ) -> Option<T> {
        let written = self.written(key)?;
        let value = read(written);
        if value.is_none() {
            let key = key.to_owned();
            self.told.push((written.span(), Problem::Form { key, form }));
        }
        value
    }
}

/// A text.
pub(super) fn text(written: &Value<'_>) -> Option<Words> {
    let text = written.get_ref().as_str()?;
    Some(Spanned::new(written.span(), text.to_owned()))
}

/// A text, or several between brackets.
pub(super) fn texts(written: &Value<'_>) -> Option<List> {
    let texts = match written.get_ref() {
        DeValue::Array(several) => several.iter().map(text).collect::<Option<Vec<_>>>()?,
        _ => vec![text(written)?],
    };
    Some(Spanned::new(written.span(), texts))
}

fn words(name: &Spanned<std::borrow::Cow<'_, str>>) -> Words {
    Spanned::new(name.span(), name.get_ref().to_string())
}
