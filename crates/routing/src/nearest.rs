//! The known word nearest to one that is not known.

/// Fewest letters to change, the first of equals; empty when none is known.
pub(crate) fn nearest<'k>(text: &str, known: impl Iterator<Item = &'k str>) -> &'k str {
    let text = text.to_lowercase();
    known
        .min_by_key(|word| strsim::levenshtein(&text, &word.to_lowercase()))
        .unwrap_or_default()
}
