//! What the hubs of one database have agreed on: the secrets it is used with. The first hub to say one writes it, as the
//! commit of a request that can be made once; the others compare. Two hubs that start at once on an empty database, each
//! with secrets of its own, are told apart by this commit and by nothing later.

use declic_store::{Commit, CommitError, RequestKey, Store};

use crate::secrets::Secrets;

/// No token is of this issuer: a member's name has no colon.
pub(crate) const ISSUER: &str = "declic:hub";

/// What was agreed on, before or just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreed {
    /// This very value.
    Same,
    /// Another one, which another hub has.
    Other,
}

/// What hubs agree on.
#[derive(Clone, Copy)]
pub struct Agreement<'a> {
    /// Where.
    pub store: &'a dyn Store,
    /// What its digests are keyed with.
    pub secrets: &'a Secrets,
}

impl Agreement<'_> {
    /// Agrees on the value of a name of at most 16 bytes: the first one ever said holds.
    ///
    /// # Errors
    /// The database's; an outcome that is not known may be asked again.
    pub async fn on(&self, name: &str, value: &[u8]) -> Result<Agreed, CommitError> {
        let key = self.key(name, value);
        if let Some(agreed) = self.recorded(&key).await? {
            return Ok(agreed);
        }
        let commit = Commit {
            request: Some((key, Vec::new())),
            ..Commit::default()
        };
        match self.store.commit(commit).await {
            Ok(_) | Err(CommitError::Replayed(_)) => Ok(Agreed::Same),
            Err(CommitError::KeyReused) => Ok(Agreed::Other),
            Err(error) => Err(error),
        }
    }

    /// Whether any value was agreed on under this name.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_made(&self, name: &str) -> Result<bool, declic_store::Error> {
        Ok(self.recorded(&self.key(name, &[])).await?.is_some())
    }

    async fn recorded(&self, key: &RequestKey) -> Result<Option<Agreed>, declic_store::Error> {
        let stored = self.store.replay(key).await?;
        Ok(stored.map(|stored| {
            if stored.content == key.content {
                Agreed::Same
            } else {
                Agreed::Other
            }
        }))
    }

    fn key(&self, name: &str, value: &[u8]) -> RequestKey {
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(name.bytes()) {
            *to = from;
        }
        RequestKey {
            issuer: ISSUER.to_owned(),
            subject: "secrets".to_owned(),
            id,
            content: self.secrets.request_digest(name, value),
        }
    }
}
