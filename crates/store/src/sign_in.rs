//! Sign-ins of people, by a digest of their secret: the secret itself is nowhere here.

use declic_domain::name::MemberId;
use declic_domain::sign_in::SignIn;
use jiff::Timestamp;

use crate::Error;

/// How many sign-ins that have ended are swept at most when another begins.
pub const SWEPT_AT_ONCE: u32 = 100;

/// SHA-256 of the secret of a sign-in: what a sign-in is found by, and of no use to whoever reads the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInDigest(pub [u8; 32]);

/// Reads a row; times are in microseconds since 1970-01-01T00:00:00Z.
///
/// # Errors
/// It is not what this program writes.
pub fn sign_in(member: &str, began_at_us: i64, continued_at_us: i64) -> Result<SignIn, Error> {
    let time = |us| Timestamp::from_microsecond(us).map_err(|error| corrupt(&error));
    Ok(SignIn {
        member: MemberId::parse(member).map_err(|error| corrupt(&error))?,
        began_at: time(began_at_us)?,
        continued_at: time(continued_at_us)?,
    })
}

/// The key would be the digest of a secret in use: it is not told.
fn corrupt(problem: &dyn std::fmt::Display) -> Error {
    Error::Corrupt {
        table: "sign_ins",
        key: "one of them".to_owned(),
        problem: problem.to_string(),
    }
}
