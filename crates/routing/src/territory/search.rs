//! Finding a commune as people write it.

use super::{Commune, Other, Territory};

/// A commune found by a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommuneHit {
    /// The commune of today.
    pub commune: &'static Commune,
    /// What in it answered.
    pub found: Found,
}

/// What answered a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Its INSEE code.
    Code,
    /// Its postal code.
    PostalCode,
    /// Its name.
    Name,
    /// One of its arrondissements: code and name.
    Arrondissement {
        /// INSEE code of the arrondissement.
        code: &'static str,
        /// Name of the arrondissement.
        name: &'static str,
    },
    /// A former commune that is now part of it: code, and name where the source keeps it (else empty).
    Former {
        /// Former INSEE code.
        code: &'static str,
        /// Former name.
        name: &'static str,
    },
}

/// The names in one folded text, in the order communes, arrondissements, former communes: one pass over it
/// answers a search.
pub(super) struct Index {
    /// Each name stands between two line ends.
    folded: String,
    /// Where the line end after each name is.
    ends: Vec<u32>,
}

/// How well an entry answers: smaller is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Exact,
    FormerExact,
    Prefix,
    Word,
    FormerPrefix,
}

impl Index {
    pub fn new(communes: &[Commune], arrondissements: &[Other], former: &[Other]) -> Index {
        let mut index = Index {
            folded: String::with_capacity(640_000),
            ends: Vec::with_capacity(communes.len() + arrondissements.len() + former.len()),
        };
        index.folded.push('\n');
        let others = arrondissements.iter().chain(former).map(|other| other.name);
        for name in communes.iter().map(|commune| commune.name).chain(others) {
            fold_into(name, &mut index.folded);
            index
                .ends
                .push(u32::try_from(index.folded.len()).expect("all names of France fit in 4 GiB"));
            index.folded.push('\n');
        }
        index
    }

    pub fn search(&self, territory: &'static Territory, query: &str, limit: usize) -> Vec<CommuneHit> {
        let mut wanted = String::new();
        fold_into(query, &mut wanted);
        if wanted.is_empty() || limit == 0 {
            return Vec::new();
        }
        let mut hits = if wanted.bytes().any(|byte| byte.is_ascii_digit()) {
            by_code(territory, &wanted)
        } else {
            Vec::new()
        };
        if !wanted.bytes().all(|byte| byte.is_ascii_digit()) {
            self.by_name(territory, &wanted, &mut hits);
        }
        hits.sort_by(|(rank, one), (other_rank, other)| {
            rank.cmp(other_rank)
                .then(other.commune.population.cmp(&one.commune.population))
                .then(one.commune.code.cmp(other.commune.code))
        });
        let mut best: Vec<CommuneHit> = Vec::new();
        for (_, hit) in hits {
            if best.len() == limit {
                break;
            }
            if !best.iter().any(|kept| kept.commune.code == hit.commune.code) {
                best.push(hit);
            }
        }
        best
    }

    fn by_name(&self, territory: &'static Territory, wanted: &str, hits: &mut Vec<(Rank, CommuneHit)>) {
        let communes = territory.communes.len();
        let arrondissements = territory.arrondissements.len();
        let text = self.folded.as_bytes();
        let mut last = None;
        for (start, _) in self.folded.match_indices(wanted) {
            let rank = match (text.get(start.wrapping_sub(1)), text.get(start + wanted.len())) {
                (Some(b'\n'), Some(b'\n')) => Rank::Exact,
                (Some(b'\n'), _) => Rank::Prefix,
                (Some(b' '), _) => Rank::Word,
                _ => continue,
            };
            let at = self.ends.partition_point(|end| (*end as usize) < start);
            // The start of a name comes first and is its best rank.
            if last.replace(at) == Some(at) {
                continue;
            }
            let hit = if at < communes {
                let commune = &territory.communes[at];
                (
                    rank,
                    CommuneHit {
                        commune,
                        found: Found::Name,
                    },
                )
            } else if at < communes + arrondissements {
                let other = &territory.arrondissements[at - communes];
                (rank, arrondissement(territory, other))
            } else {
                let other = &territory.old_codes[at - communes - arrondissements];
                let rank = if rank == Rank::Exact {
                    Rank::FormerExact
                } else {
                    Rank::FormerPrefix
                };
                (rank, former(territory, other))
            };
            hits.push(hit);
        }
    }
}

/// Codes that start with the text, the whole code first; a digit or two would be half of France.
fn by_code(territory: &'static Territory, wanted: &str) -> Vec<(Rank, CommuneHit)> {
    let wanted = wanted.to_ascii_uppercase();
    let mut hits = Vec::new();
    if wanted.len() < 3 {
        return hits;
    }
    let rank = |code: &str| {
        if code == wanted {
            Some(Rank::Exact)
        } else {
            code.starts_with(&wanted).then_some(Rank::Prefix)
        }
    };
    for commune in &territory.communes {
        if let Some(rank) = rank(commune.code) {
            hits.push((
                rank,
                CommuneHit {
                    commune,
                    found: Found::Code,
                },
            ));
        } else if let Some(rank) = commune.postal_codes().filter_map(rank).min() {
            let found = Found::PostalCode;
            hits.push((rank, CommuneHit { commune, found }));
        }
    }
    for other in &territory.arrondissements {
        if other.code == wanted || other.postal_codes.split(' ').any(|code| code == wanted) {
            hits.push((Rank::Exact, arrondissement(territory, other)));
        }
    }
    for other in &territory.old_codes {
        if other.code == wanted {
            hits.push((Rank::FormerExact, former(territory, other)));
        }
    }
    hits
}

fn arrondissement(territory: &'static Territory, other: &Other) -> CommuneHit {
    CommuneHit {
        commune: &territory.communes[other.commune],
        found: Found::Arrondissement {
            code: other.code,
            name: other.name,
        },
    }
}

fn former(territory: &'static Territory, other: &Other) -> CommuneHit {
    CommuneHit {
        commune: &territory.communes[other.commune],
        found: Found::Former {
            code: other.code,
            name: other.name,
        },
    }
}

/// Lower case, without accents, words separated by one space, "st" and "ste" spelled out.
fn fold_into(text: &str, out: &mut String) {
    let start = out.len();
    let mut word = String::new();
    for letter in text.chars().flat_map(char::to_lowercase).chain([' ']) {
        match plain(letter) {
            Some(letters) => word.push_str(letters),
            None if letter.is_ascii_alphanumeric() => word.push(letter),
            None if word.is_empty() => {}
            None => {
                if out.len() > start {
                    out.push(' ');
                }
                out.push_str(match word.as_str() {
                    "st" => "saint",
                    "ste" => "sainte",
                    other => other,
                });
                word.clear();
            }
        }
    }
}

/// The unaccented form of the accented letters of French place names; combining marks vanish.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' => "a",
        'ç' => "c",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'î' | 'ï' | 'í' => "i",
        'ñ' => "n",
        'ô' | 'ö' | 'ó' => "o",
        'ù' | 'û' | 'ü' | 'ú' => "u",
        'ÿ' | 'ý' => "y",
        'œ' => "oe",
        'æ' => "ae",
        '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}
