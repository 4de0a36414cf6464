//! Signed checkpoints: C2SP tlog-checkpoint texts in C2SP signed-note envelopes, with Ed25519 signatures.
//!
//! ```text
//! grand-livre.declic.example
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — grand-livre.declic.example Az3grlgtzPICa5OS8npVmf1Myq…
//! ```
//!
//! Signature lines by keys that are not asked about are kept and prove nothing: witnesses sign there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature as Ed25519, Signer as _, SigningKey, VerifyingKey};

use crate::hash::Digest;
use crate::tree::MAX_SIZE;

/// The longest signed note that is read, in bytes.
pub const MAX_NOTE: usize = 64 * 1024;
/// The most signature lines of a note that is read.
pub const MAX_SIGNATURES: usize = 16;

const ED25519: u8 = 1;
const SIGNATURE_MARK: &str = "\u{2014} ";

/// The state of a log: what its signer vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log, which is also the name of its key.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Digest,
}

/// A checkpoint with its signature lines, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    body: String,
    signatures: Vec<SignatureLine>,
}

/// One signature line of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    /// Name of the key.
    pub name: String,
    /// Id of the key, which with the name says which key it claims to be.
    pub key_id: u32,
    /// What follows the id: for an Ed25519 key, 64 bytes.
    pub signature: Vec<u8>,
}

/// The key with which a log signs. Shows only its name when printed.
#[derive(Clone)]
pub struct SignerKey {
    name: String,
    key: SigningKey,
}

/// The public half of a [`SignerKey`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: VerifyingKey,
}

/// Why a text is not a checkpoint signed by the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Over [`MAX_NOTE`] bytes or [`MAX_SIGNATURES`] lines.
    #[error("the signed note is over its limits ({MAX_NOTE} bytes, {MAX_SIGNATURES} signatures)")]
    TooLarge,
    /// Not a signed note.
    #[error("not a signed note")]
    Note,
    /// The note's text is not a checkpoint of at most 2^62 leaves.
    #[error("not a checkpoint")]
    Checkpoint,
    /// The checkpoint is another log's.
    #[error("a checkpoint of another log")]
    Origin,
    /// No line claims to be by the key.
    #[error("no signature by this key")]
    Unsigned,
    /// A line claims to be by the key and is not.
    #[error("a signature by this key does not hold")]
    BadSignature,
}

/// Why a text is not a key, or a name not a key's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Empty, or with a space, a plus sign or a control character.
    #[error("the name of a key is empty, or holds a space, a plus sign or a control character")]
    Name,
    /// Not of the form of a key.
    #[error("not a key of the form name+id+base64")]
    Form,
    /// The id is not the one of this name and key.
    #[error("the id of the key is not that of its name and bytes")]
    Id,
    /// Not an Ed25519 key.
    #[error("not an Ed25519 key")]
    Algorithm,
}

impl Checkpoint {
    /// The text that is signed: origin, size and root, each on its line.
    #[must_use]
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// Reads a text: further lines, which the format allows and this log never writes, are ignored but must not be
    /// empty.
    pub fn parse_body(body: &str) -> Result<Self, Error> {
        let mut lines = body.strip_suffix('\n').ok_or(Error::Checkpoint)?.split('\n');
        let mut line = || lines.next().ok_or(Error::Checkpoint);
        let (origin, size, root) = (line()?, line()?, line()?);
        let size = parse_decimal(size)
            .filter(|size| *size <= MAX_SIZE)
            .ok_or(Error::Checkpoint)?;
        let root = Digest::from_base64(root).ok_or(Error::Checkpoint)?;
        if origin.is_empty() || lines.any(str::is_empty) {
            return Err(Error::Checkpoint);
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }

    /// Signs with the log's key; the checkpoint's origin must be the key's name.
    pub fn sign(self, signer: &SignerKey) -> Result<SignedCheckpoint, Error> {
        if self.origin != signer.name {
            return Err(Error::Origin);
        }
        let body = self.body();
        let signatures = vec![signer.sign(&body)];
        Ok(SignedCheckpoint {
            checkpoint: self,
            body,
            signatures,
        })
    }
}

impl SignedCheckpoint {
    /// Reads a signed note whose text is a checkpoint, and vouches for nothing: see [`Self::verify`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_NOTE {
            return Err(Error::TooLarge);
        }
        if text.chars().any(|c| c.is_ascii_control() && c != '\n') {
            return Err(Error::Note);
        }
        let end_of_body = text.rfind("\n\n").ok_or(Error::Note)? + 1;
        let (body, lines) = (&text[..end_of_body], &text[end_of_body + 1..]);
        let lines = lines.strip_suffix('\n').ok_or(Error::Note)?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(Error::TooLarge);
        }
        let signatures = lines
            .split('\n')
            .map(SignatureLine::parse)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            checkpoint: Checkpoint::parse_body(body)?,
            body: body.to_owned(),
            signatures,
        })
    }

    /// The text: reads back as the same checkpoint with the same lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        let lines: String = self.signatures.iter().map(SignatureLine::to_text).collect();
        format!("{}\n{lines}", self.body)
    }

    /// The checkpoint when it is of the key's log, a line by the key is there, and every line that claims to be by
    /// the key holds.
    pub fn verify(&self, key: &VerifierKey) -> Result<&Checkpoint, Error> {
        if self.checkpoint.origin != key.name {
            return Err(Error::Origin);
        }
        let key_id = key.id();
        let mut signed = false;
        for line in &self.signatures {
            if line.name == key.name && line.key_id == key_id {
                key.verify(&self.body, &line.signature)?;
                signed = true;
            }
        }
        if signed {
            Ok(&self.checkpoint)
        } else {
            Err(Error::Unsigned)
        }
    }

    /// What the text says, whoever wrote it.
    #[must_use]
    pub const fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The signature lines, in their order.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }
}

impl SignatureLine {
    fn parse(line: &str) -> Result<Self, Error> {
        let (name, base64) = line
            .strip_prefix(SIGNATURE_MARK)
            .and_then(|rest| rest.split_once(' '))
            .ok_or(Error::Note)?;
        let bytes = STANDARD.decode(base64).map_err(|_| Error::Note)?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or(Error::Note)?;
        if !is_name(name) || signature.is_empty() {
            return Err(Error::Note);
        }
        Ok(Self {
            name: name.to_owned(),
            key_id: u32::from_be_bytes(*id),
            signature: signature.to_vec(),
        })
    }

    fn to_text(&self) -> String {
        let bytes = [&self.key_id.to_be_bytes()[..], &self.signature].concat();
        format!("{SIGNATURE_MARK}{} {}\n", self.name, STANDARD.encode(bytes))
    }
}

impl SignerKey {
    /// A key from its 32 secret bytes, drawn by the caller.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        check_name(name)?;
        Ok(Self {
            name: name.to_owned(),
            key: SigningKey::from_bytes(seed),
        })
    }

    /// Reads `PRIVATE+KEY+<name>+<id>+<base64>`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or(KeyError::Form)?;
        let (name, id, seed) = parse_key(rest)?;
        let key = Self::from_seed(name, &seed)?;
        if key.verifier().id() == id {
            Ok(key)
        } else {
            Err(KeyError::Id)
        }
    }

    /// What [`Self::parse`] reads. Whoever has it signs as the log.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        format!(
            "PRIVATE+KEY+{}",
            key_text(&self.name, self.verifier().id(), self.key.as_bytes())
        )
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey {
            name: self.name.clone(),
            key: self.key.verifying_key(),
        }
    }

    /// The name, which is the origin of the log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn sign(&self, body: &str) -> SignatureLine {
        SignatureLine {
            name: self.name.clone(),
            key_id: self.verifier().id(),
            signature: self.key.sign(body.as_bytes()).to_vec(),
        }
    }
}

impl std::fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignerKey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl VerifierKey {
    /// A key from its 32 public bytes.
    pub fn from_bytes(name: &str, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::Algorithm)?;
        Ok(Self {
            name: name.to_owned(),
            key,
        })
    }

    /// Reads `<name>+<id>+<base64>`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, bytes) = parse_key(text)?;
        let key = Self::from_bytes(name, &bytes)?;
        if key.id() == id {
            Ok(key)
        } else {
            Err(KeyError::Id)
        }
    }

    /// What [`Self::parse`] reads; safe to publish.
    #[must_use]
    pub fn to_text(&self) -> String {
        key_text(&self.name, self.id(), self.key.as_bytes())
    }

    /// The name, which is the origin of the log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// First four bytes of SHA-256 of the name, a line feed, 0x01 and the public key.
    #[must_use]
    pub fn id(&self) -> u32 {
        let [a, b, c, d, ..] = Digest::of(&[self.name.as_bytes(), b"\n", &[ED25519], self.key.as_bytes()]).0;
        u32::from_be_bytes([a, b, c, d])
    }

    fn verify(&self, body: &str, signature: &[u8]) -> Result<(), Error> {
        let signature = Ed25519::from_slice(signature).map_err(|_| Error::BadSignature)?;
        self.key
            .verify_strict(body.as_bytes(), &signature)
            .map_err(|_| Error::BadSignature)
    }
}

/// Reads a signed checkpoint and gives it when it is signed by the key: see [`SignedCheckpoint::verify`].
pub fn parse_and_verify(text: &str, key: &VerifierKey) -> Result<Checkpoint, Error> {
    SignedCheckpoint::parse(text)?.verify(key).cloned()
}

/// An ASCII decimal without sign and without leading zeroes, as C2SP texts write numbers.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let canonical = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

fn check_name(name: &str) -> Result<(), KeyError> {
    if is_name(name) {
        Ok(())
    } else {
        Err(KeyError::Name)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

fn key_text(name: &str, id: u32, bytes: &[u8; 32]) -> String {
    format!(
        "{name}+{id:08x}+{}",
        STANDARD.encode([&[ED25519], &bytes[..]].concat())
    )
}

fn parse_key(text: &str) -> Result<(&str, u32, [u8; 32]), KeyError> {
    let (name, rest) = text.split_once('+').ok_or(KeyError::Form)?;
    let (id, base64) = rest.split_once('+').ok_or(KeyError::Form)?;
    let lower_case_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if id.len() != 8 || !id.bytes().all(lower_case_hex) {
        return Err(KeyError::Form);
    }
    let id = u32::from_str_radix(id, 16).map_err(|_| KeyError::Form)?;
    let bytes = STANDARD.decode(base64).map_err(|_| KeyError::Form)?;
    let (algorithm, key) = bytes.split_first().ok_or(KeyError::Form)?;
    if *algorithm != ED25519 {
        return Err(KeyError::Algorithm);
    }
    Ok((name, id, key.try_into().map_err(|_| KeyError::Form)?))
}
