//! Under which name an identity provider knows a member. Never a mail address: those change hands.

use std::collections::BTreeMap;

use super::{Defect, Directory, Member};

/// Most identities of a member: one at each provider that it may come from.
pub const MOST_IDENTITIES: usize = 5;

/// Longest issuer, in bytes.
const LONGEST_ISSUER: usize = 200;

/// Longest subject, in bytes (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// A person, as one provider names it for ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    issuer: String,
    subject: String,
}

/// It is no identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentity {
    /// Not the address of a provider.
    #[error(
        "an issuer is the address of a provider, as in https://auth.example.fr: at most 200 characters, no query"
    )]
    Issuer,
    /// Not what a provider calls somebody.
    #[error("a subject is 1 to 255 visible characters of ASCII, as the provider gives it")]
    Subject,
}

impl Identity {
    /// An identity, by issuer and subject; both are compared character for character.
    ///
    /// # Errors
    /// [`BadIdentity`].
    pub fn new(issuer: &str, subject: &str) -> Result<Self, BadIdentity> {
        let is_visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        let rest = issuer
            .strip_prefix("https://")
            .or_else(|| issuer.strip_prefix("http://"));
        let is_address = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['?', '#', '@']));
        if !is_address || issuer.len() > LONGEST_ISSUER || !is_visible(issuer) {
            return Err(BadIdentity::Issuer);
        }
        if !(1..=LONGEST_SUBJECT).contains(&subject.len()) || !is_visible(subject) {
            return Err(BadIdentity::Subject);
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
        })
    }

    /// The provider.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The person.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

impl Directory {
    /// The member whom this provider knows under this name, whether it has left or not.
    pub fn known_as(&self, issuer: &str, subject: &str) -> Option<&Member> {
        self.members.values().find(|member| {
            let mut identities = member.identities.iter();
            identities.any(|identity| identity.issuer() == issuer && identity.subject() == subject)
        })
    }

    /// Refuses a directory in which one person would be two members.
    pub(super) fn check_identities(&self) -> Result<(), Defect> {
        let mut persons = BTreeMap::new();
        for member in self.members.values() {
            for identity in &member.identities {
                if let Some(first) = persons.insert(identity, &member.id) {
                    return Err(Defect::SharedIdentity {
                        first: first.clone(),
                        second: member.id.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_an_address_and_a_name_that_a_provider_gives() {
        let issuer = "https://auth.example.fr/realms/declic";
        let identity = Identity::new(issuer, "f3c1|Ab-9").expect("an identity");
        assert_eq!((identity.issuer(), identity.subject()), (issuer, "f3c1|Ab-9"));
        let long = format!("https://{}", "a".repeat(200));
        for bad in [
            "",
            "auth.example.fr",
            "https://",
            "https://a b",
            "https://a?b",
            "https://a#b",
            "https://é",
            &long,
        ] {
            assert_eq!(Identity::new(bad, "x"), Err(BadIdentity::Issuer), "{bad}");
        }
        for bad in ["", "a b", "é", "a\n", &"x".repeat(256)] {
            assert_eq!(Identity::new(issuer, bad), Err(BadIdentity::Subject), "{bad}");
        }
    }
}
