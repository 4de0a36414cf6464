//! Lists of the hub page after page, and their views with how many are in each. The hub's token says where a page begins:
//! the address carries it, and nothing is kept.

use declic_client::{Error, ErrorReason};
use declic_proto::v1;

use crate::form::Form;
use crate::page::Page;

/// Lines on one page.
pub const ON_A_PAGE: i32 = 25;

/// Name of the field of an address that says where a page begins.
pub const NEXT: &str = "apres";

/// One view of a list.
pub struct View {
    /// Its name in the address.
    pub name: &'static str,
    /// Its words.
    pub label: String,
    /// How many are in it.
    pub count: String,
    /// Whether it is shown.
    pub is_here: bool,
}

/// Which page is shown, and where the others are.
pub struct Pages {
    /// Its number, from 1.
    pub number: usize,
    /// How many there are; none when they are not counted.
    pub of: Option<usize>,
    /// The first page; none on it.
    pub first: Option<String>,
    /// The next page; none at the end.
    pub next: Option<String>,
}

impl View {
    /// Of a list whose views are of these kinds, with how many are in each.
    pub fn all<K>(page: &Page, kinds: &[(&'static str, K)], counts: &[v1::Count], here: usize) -> Vec<Self> {
        let views = kinds.iter().zip(counts).enumerate();
        views
            .map(|(place, ((name, _), count))| Self {
                name,
                label: page.t(&format!("console-view-{name}")),
                count: told(page, *count),
                is_here: place == here,
            })
            .collect()
    }
}

/// "12", or "plus de 1 000".
fn told(page: &Page, count: v1::Count) -> String {
    match count.more {
        true => page.n("console-count-more", count.count as usize),
        false => page.n("console-count", count.count as usize),
    }
}

impl Pages {
    /// Of a list at an address with these fields. The number comes from the address, and is told to people alone.
    pub fn of(
        form: &Form,
        href: &str,
        kept: &[(&str, &str)],
        counted: Option<v1::Count>,
        next: &str,
    ) -> Self {
        let begun = !form.value(NEXT).is_empty();
        let number = form.value("page").parse().unwrap_or(1).clamp(1, 1_000_000);
        let number = if begun { number } else { 1 };
        let address = |more: &[(&str, &str)]| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(kept).extend_pairs(more);
            match query.finish() {
                query if query.is_empty() => href.to_owned(),
                query => format!("{href}?{query}"),
            }
        };
        let of = counted
            .filter(|count| !count.more)
            .map(|count| (count.count as usize).div_ceil(ON_A_PAGE as usize).max(number));
        Self {
            number,
            of,
            first: begun.then(|| address(&[])),
            next: (!next.is_empty()).then(|| address(&[("page", &(number + 1).to_string()), (NEXT, next)])),
        }
    }
}

/// Whether the hub refused where a page begins: an address of another list, or of somebody else.
pub fn is_of_another_list(error: &Error) -> bool {
    error.reason == Some(ErrorReason::PageTokenInvalid)
}
