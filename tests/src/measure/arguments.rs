//! How a bench is told what to measure.

use clap::Parser;

/// The arguments of a bench, without what cargo adds. None when whoever starts it only asks which tests it holds, as
/// test runners do of every target: it holds none.
pub fn read<A: Parser>() -> Option<A> {
    let given: Vec<_> = std::env::args_os().collect();
    if given.iter().any(|argument| argument == "--list") {
        return None;
    }
    Some(A::parse_from(
        given.into_iter().filter(|argument| argument != "--bench"),
    ))
}
