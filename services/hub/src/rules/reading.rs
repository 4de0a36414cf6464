//! What is read of the rules: one ruleset with its file, the list of them, and what changed.

use declic_domain::Refusal;
use declic_domain::rulebook::Rulebook;
use declic_proto::v1;
use declic_routing::{Digest, Ruleset};
use prost::Message as _;

use crate::caller::Caller;
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::{FULL_PAGE_BYTES, Violations, page_size, rules as wire, token};

/// A ruleset with its file.
///
/// # Errors
/// The name's, the store's; unknown.
pub async fn get(hub: &Hub, request: v1::GetRulesetRequest) -> Result<v1::GetRulesetResponse, Error> {
    let digest = wire::name(&request.name)?;
    let book = super::book(hub.store.as_ref()).await?;
    let text = match hub.store.rule_file(digest).await? {
        Some(text) => text,
        None if Ruleset::embedded().digest() == digest => Ruleset::embedded_file().to_owned(),
        None => return Err(Refusal::NoRuleset.into()),
    };
    let ruleset = match book.find(digest) {
        Some(known) => as_read_here(hub, digest, wire::ruleset(known)).await?,
        None => wire::embedded(&book),
    };
    Ok(v1::GetRulesetResponse {
        ruleset: Some(ruleset),
        text,
    })
}

/// The rulesets, newest first, after the one of the program.
///
/// # Errors
/// The page's, the store's.
pub async fn list(
    hub: &Hub,
    caller: &Caller,
    request: v1::ListRulesetsRequest,
) -> Result<v1::ListRulesetsResponse, Error> {
    let mut page = Page::of(
        hub,
        caller,
        b"ListRulesets",
        request.page_size,
        &request.page_token,
    )?;
    let book = super::book(hub.store.as_ref()).await?;
    let mut rulesets = Vec::new();
    if request.page_token.is_empty() {
        rulesets.push(wire::embedded(&book));
        page.limit -= 1;
    }
    let embedded = Ruleset::embedded().digest();
    let known = book.known.iter().enumerate().rev();
    let known = known.filter(|(_, known)| known.proposal.digest != embedded);
    let known = known.map(|(place, known)| {
        let shown = (known.proposal.digest, wire::ruleset(known));
        (place as u64 + 1, shown)
    });
    let (found, next_page_token) = page.take(known, |(_, ruleset)| ruleset.encoded_len());
    for (digest, ruleset) in found {
        rulesets.push(as_read_here(hub, digest, ruleset).await?);
    }
    Ok(v1::ListRulesetsResponse {
        rulesets,
        next_page_token,
        in_force: Some(wire::in_force(book.generation, &book.places())),
    })
}

/// The changes, newest first.
///
/// # Errors
/// The page's, the store's.
pub async fn changes(
    hub: &Hub,
    caller: &Caller,
    request: v1::ListRulesetChangesRequest,
) -> Result<v1::ListRulesetChangesResponse, Error> {
    let page = Page::of(
        hub,
        caller,
        b"ListRulesetChanges",
        request.page_size,
        &request.page_token,
    )?;
    let mut book = Rulebook::default();
    let mut shown = Vec::new();
    for (number, change) in super::changes(hub.store.as_ref()).await? {
        shown.push((number, wire::change(number, &change, book.generation)));
        book.apply(number, change);
    }
    let (changes, next_page_token) = page.take(shown.into_iter().rev(), v1::RulesetChange::encoded_len);
    Ok(v1::ListRulesetChangesResponse {
        changes,
        next_page_token,
    })
}

/// Tells whether this program can read a stored ruleset.
async fn as_read_here(hub: &Hub, digest: Digest, ruleset: v1::Ruleset) -> Result<v1::Ruleset, Error> {
    let unreadable = !super::is_readable(hub, digest).await?;
    Ok(v1::Ruleset {
        unreadable,
        ..ruleset
    })
}

/// A page of a list that goes down by numbers.
struct Page<'p> {
    hub: &'p Hub,
    subject: &'p str,
    question: &'static [u8],
    limit: usize,
    /// Numbers below this one; all of them when there is none.
    below: Option<u64>,
}

impl<'p> Page<'p> {
    fn of(
        hub: &'p Hub,
        caller: &'p Caller,
        question: &'static [u8],
        size: i32,
        token: &str,
    ) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let limit = page_size(&mut violations, size);
        violations.finish()?;
        let subject = caller.member.id.as_str();
        let below = token::page_position::<8>(&hub.secrets, subject, question, token)?;
        Ok(Self {
            hub,
            subject,
            question,
            limit: limit as usize,
            below: below.map(u64::from_be_bytes),
        })
    }

    /// The rows of the page, and the token of the next one.
    fn take<R>(
        &self,
        rows: impl Iterator<Item = (u64, R)>,
        length: impl Fn(&R) -> usize,
    ) -> (Vec<R>, String) {
        let mut rows = rows
            .filter(|(number, _)| self.below.is_none_or(|below| *number < below))
            .peekable();
        let first = self.below.unwrap_or(u64::MAX);
        let (mut taken, mut last, mut bytes) = (Vec::new(), first, 0);
        while taken.len() < self.limit && bytes < FULL_PAGE_BYTES {
            let Some((number, row)) = rows.next() else {
                break;
            };
            last = number;
            bytes += length(&row);
            taken.push(row);
        }
        let token = rows.peek().map_or_else(String::new, |_| {
            token::page(
                &self.hub.secrets,
                self.subject,
                self.question,
                &last.to_be_bytes(),
            )
        });
        (taken, token)
    }
}
