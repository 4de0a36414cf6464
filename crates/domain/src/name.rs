//! Names: identifiers parsed once at the edge, and never bare strings afterwards.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// A name that does not have the form it must have. The text says what form that is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub &'static str);

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $form:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes the short form: lower-case letters, digits, dots and hyphens, 1 to 64 characters.
            pub fn parse(text: &str) -> Result<Self, Malformed> {
                if is_slug(text) { Ok(Self(text.to_owned())) } else { Err(Malformed($form)) }
            }

            /// Takes the resource name, prefix included.
            pub fn parse_resource(text: &str) -> Result<Self, Malformed> {
                text.strip_prefix($prefix).ok_or(Malformed($form)).and_then(Self::parse)
            }

            /// The short form.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The resource name.
            pub fn resource(&self) -> String {
                format!("{}{}", $prefix, self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

slug!(
    /// A person or machine of the directory, for example `camille.martin`.
    MemberId, "members/", "a member is written members/{id}, with lower-case letters, digits, dots and hyphens"
);
slug!(
    /// An organisation of social workers, for example `ccas-pontivy`.
    OrganisationId, "organisations/", "an organisation is written organisations/{id}, with lower-case letters, digits, dots and hyphens"
);
slug!(
    /// An agency, for example `caf-56`.
    AgencyId, "agencies/", "an agency is written agencies/{id}, for example agencies/caf-56"
);

/// A desk of an agency: `agencies/caf-56/desks/solidarite`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeskName {
    /// The agency the desk belongs to.
    pub agency: AgencyId,
    desk: String,
}

impl DeskName {
    /// A desk of this agency; `desk` has the same form as an agency's id.
    pub fn new(agency: AgencyId, desk: &str) -> Result<Self, Malformed> {
        if is_slug(desk) {
            Ok(Self {
                agency,
                desk: desk.to_owned(),
            })
        } else {
            Err(Malformed("a desk is written agencies/{agency}/desks/{desk}"))
        }
    }

    /// Takes the resource name.
    pub fn parse_resource(text: &str) -> Result<Self, Malformed> {
        let form = Malformed("a desk is written agencies/{agency}/desks/{desk}");
        let rest = text.strip_prefix("agencies/").ok_or(form.clone())?;
        let (agency, desk) = rest.split_once("/desks/").ok_or(form)?;
        Self::new(AgencyId::parse(agency)?, desk)
    }

    /// The desk's own part.
    pub fn desk(&self) -> &str {
        &self.desk
    }

    /// The resource name.
    pub fn resource(&self) -> String {
        format!("{}/desks/{}", self.agency.resource(), self.desk)
    }
}

/// Identifier of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(pub Uuid);

impl CaseId {
    /// Takes the resource name `cases/{uuid}`.
    pub fn parse_resource(text: &str) -> Result<Self, Malformed> {
        let form = Malformed("a case is written cases/{uuid}, or by its reference such as 26-04817-K");
        let uuid = text.strip_prefix("cases/").ok_or(form.clone())?;
        // A UUID is also read in upper case, in braces and as a URN; a name has one form.
        let id = Uuid::try_parse(uuid).ok().filter(|id| id.to_string() == uuid);
        id.map(Self).ok_or(form)
    }

    /// The resource name.
    pub fn resource(&self) -> String {
        format!("cases/{}", self.0)
    }
}

/// Number of a ticket within its case, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber(u16);

impl TicketNumber {
    /// The first ticket of a case.
    pub const FIRST: Self = Self(1);

    /// A number from 1 to 65,535.
    pub fn new(number: u16) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

/// A ticket: `cases/{case}/tickets/{number}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketName {
    /// The case.
    pub case: CaseId,
    /// The number within the case.
    pub number: TicketNumber,
}

impl TicketName {
    /// Takes the resource name.
    pub fn parse_resource(text: &str) -> Result<Self, Malformed> {
        let form = Malformed("a ticket is written cases/{uuid}/tickets/{number}");
        let (case, number) = text.split_once("/tickets/").ok_or(form.clone())?;
        let digits_only = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if !digits_only || number.starts_with('0') {
            return Err(form);
        }
        let number = number.parse().ok().and_then(TicketNumber::new).ok_or(form)?;
        Ok(Self {
            case: CaseId::parse_resource(case)?,
            number,
        })
    }

    /// The resource name.
    pub fn resource(&self) -> String {
        format!("{}/tickets/{}", self.case.resource(), self.number.0)
    }
}

/// Identifier of an event: random, so that it says nothing about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub [u8; 16]);

/// The reference people say aloud: `26-04817-K`, year, number, check letter.
///
/// The letter is the remainder of year and number by 23 in the table `TRWAGMYFPDXBNJZSQVHLCKE`: any wrong digit and any
/// two neighbouring digits swapped change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    year: u8,
    number: u32,
}

const CHECK_LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

impl Reference {
    /// `year` is the last two digits (0 to 99); `number` goes from 1 to 9,999,999.
    pub fn new(year: u8, number: u32) -> Option<Self> {
        (year <= 99 && (1..=9_999_999).contains(&number)).then_some(Self { year, number })
    }

    /// The year's last two digits.
    pub fn year(self) -> u8 {
        self.year
    }

    /// The number within the year.
    pub fn number(self) -> u32 {
        self.number
    }

    fn letter(self) -> char {
        let width = digits(self.number).len() as u32;
        let value = u64::from(self.year) * 10_u64.pow(width) + u64::from(self.number);
        char::from(CHECK_LETTERS[(value % 23) as usize])
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:02}-{}-{}",
            self.year,
            digits(self.number),
            self.letter()
        )
    }
}

impl FromStr for Reference {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let form = Malformed("a reference is written like 26-04817-K: year, number, check letter");
        let mut parts = text.split('-');
        let (Some(year), Some(number), Some(letter), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(form);
        };
        let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 2 || !numeric(year) || !(5..=7).contains(&number.len()) || !numeric(number) {
            return Err(form);
        }
        let year = year.parse().map_err(|_| form.clone())?;
        let value = number.parse().map_err(|_| form.clone())?;
        let reference = Self::new(year, value).ok_or(form.clone())?;
        if digits(value) != number {
            return Err(form);
        }
        if !letter.eq_ignore_ascii_case(&reference.letter().to_string()) {
            return Err(Malformed(
                "the check letter of the reference does not match: check each digit",
            ));
        }
        Ok(reference)
    }
}

fn digits(number: u32) -> String {
    format!("{number:05}")
}

fn is_slug(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_back_and_its_letter_is_the_documented_one() {
        let reference = Reference::new(26, 4817).expect("in range");
        assert_eq!(reference.to_string(), "26-04817-K");
        assert_eq!("26-04817-k".parse(), Ok(reference));
    }

    #[test]
    fn a_wrong_digit_or_two_swapped_digits_are_refused() {
        for number in [1, 12, 4817, 12_345, 99_999, 123_456] {
            let good = Reference::new(26, number).expect("in range").to_string();
            let bytes = good.as_bytes();
            for position in 0..good.len() - 2 {
                if !bytes[position].is_ascii_digit() {
                    continue;
                }
                for digit in b'0'..=b'9' {
                    let mut wrong = bytes.to_vec();
                    wrong[position] = digit;
                    let wrong = String::from_utf8(wrong).expect("ascii");
                    assert_eq!(wrong.parse::<Reference>().is_ok(), wrong == good, "{wrong}");
                }
                if bytes[position + 1].is_ascii_digit() {
                    let mut swapped = bytes.to_vec();
                    swapped.swap(position, position + 1);
                    let swapped = String::from_utf8(swapped).expect("ascii");
                    assert_eq!(swapped.parse::<Reference>().is_ok(), swapped == good, "{swapped}");
                }
            }
        }
    }

    #[test]
    fn names_that_are_not_canonical_are_refused() {
        let case = "cases/0190f3a2-0000-7000-8000-000000000001";
        assert!(TicketName::parse_resource(&format!("{case}/tickets/2")).is_ok());
        for wrong in [
            "/tickets/0",
            "/tickets/02",
            "/tickets/+2",
            "/tickets/",
            "/tickets/65536",
            "/ticket/2",
        ] {
            assert!(
                TicketName::parse_resource(&format!("{case}{wrong}")).is_err(),
                "{wrong}"
            );
        }
        assert!(CaseId::parse_resource("cases/0190f3a2000070008000000000000001").is_err());
        assert!(AgencyId::parse("CAF-56").is_err());
        assert!(AgencyId::parse("caf-56/../x").is_err());
        assert!(DeskName::parse_resource("agencies/caf-56/desks/rsa").is_ok());
    }
}
