//! Where the hub stands: a throwaway folder or cluster, or a folder that stays.

use std::path::{Path, PathBuf};

use declic_tests::measure::engine::{self, Engine};

/// A hub that does not run, and what it stands on.
pub struct House {
    pub engine: Engine,
    folder: PathBuf,
    /// Goes with what is in it, unless the folder stays.
    house: engine::House,
}

/// How many tickets a folder that stays holds.
const HOLDS: &str = "tickets";

impl House {
    pub fn prepare(engine: Engine, kept: Option<&Path>) -> Self {
        let house = engine::House::prepare(engine);
        let folder = match kept.filter(|_| engine == Engine::Sqlite) {
            Some(kept) => {
                if !kept.join(HOLDS).exists() {
                    copy(house.hub.folder(), kept);
                }
                kept.to_owned()
            }
            None => house.hub.folder().to_owned(),
        };
        Self {
            engine,
            folder,
            house,
        }
    }

    /// The configuration of its hub.
    pub fn config(&self) -> PathBuf {
        self.folder.join("hub.toml")
    }

    /// How many tickets it holds from before.
    pub fn tickets(&self) -> usize {
        let text = std::fs::read_to_string(self.folder.join(HOLDS)).unwrap_or_default();
        text.trim().parse().unwrap_or_default()
    }

    /// Writes down how many there are.
    pub fn remember(&self, tickets: usize) {
        std::fs::write(self.folder.join(HOLDS), tickets.to_string()).expect("a file");
    }

    /// What a server does by itself sooner or later, in the middle of a measurement at worst.
    pub async fn settle(&self) {
        if self.engine == Engine::Postgres {
            let mut connection = self.house.connect().await;
            for statement in ["VACUUM (ANALYZE)", "CHECKPOINT"] {
                sqlx::query(statement)
                    .execute(&mut connection)
                    .await
                    .expect("the server does it");
            }
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file is copied");
        }
    }
}
