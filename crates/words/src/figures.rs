//! Numbers of the figures as people read them: shares, tenths and days, in the decimals of their language.

use crate::{Arg, Lang, text};

/// "23,4 %" of 234 of a thousand.
pub fn share(lang: Lang, per_1000: i32) -> String {
    let share = tenths(lang, per_1000);
    text(lang, "cli-board-percent", &[("share", Arg::Text(&share))])
}

/// "23,4" of 234 tenths.
pub fn tenths(lang: Lang, tenths: i32) -> String {
    let tenth = (tenths % 10).to_string();
    let args = [
        ("whole", Arg::Number(i64::from(tenths / 10))),
        ("tenth", Arg::Text(&tenth)),
    ];
    text(lang, "cli-board-tenths", &args)
}

/// "2,5 j" of that many seconds, in days of 24 hours.
pub fn days(lang: Lang, seconds: i64) -> String {
    let tenths = seconds / 8_640;
    let tenth = (tenths % 10).to_string();
    let args = [("days", Arg::Number(tenths / 10)), ("tenth", Arg::Text(&tenth))];
    text(lang, "cli-board-days", &args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_decimals_of_their_language() {
        assert_eq!(share(Lang::Fr, 234), "23,4\u{202f}%");
        assert_eq!(share(Lang::En, 1_000), "100.0%");
        assert_eq!(tenths(Lang::Fr, 5), "0,5");
        assert_eq!(days(Lang::Fr, 216_000), "2,5\u{a0}j");
    }
}
