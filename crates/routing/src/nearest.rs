//! The known word nearest to one that is not known.

/// The known word that starts with the text, the shortest of several; else the one with the fewest letters to change, the
/// first of equals, where they are at most a third of the text. None when nothing known is near: a far guess misleads.
pub(crate) fn near<'k>(text: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let text = text.trim().to_lowercase();
    let letters = text.chars().count();
    let most = letters.div_ceil(3);
    let far = |word: &str| {
        let word = word.to_lowercase();
        if letters > 1 && word.starts_with(&text) {
            return Some((0, word.len()));
        }
        let changed = strsim::osa_distance(&text, &word);
        (changed <= most && changed < letters).then_some((1, changed))
    };
    known
        .filter_map(|word| Some((far(word)?, word)))
        .min_by_key(|(far, _)| *far)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_slip_is_mended_and_nothing_far_is_proposed() {
        let known = [
            "AF",
            "ASF",
            "RSA",
            "RSA_SUIVI",
            "APA_DOM",
            "APA_ETAB",
            "RETRAITE",
            "caf-56",
        ];
        let rows = [
            ("RSAA", Some("RSA")),
            ("rsa_s", Some("RSA_SUIVI")),
            ("apa", Some("APA_DOM")),
            ("RETRIATE", Some("RETRAITE")),
            ("caf56", Some("caf-56")),
            ("garantie jeunes", None),
            ("XYZ", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(near(text, known.into_iter()), wanted, "{text}");
        }
    }
}
