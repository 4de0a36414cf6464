//! Chance that can be had again: every draw of a test comes from one number, which the test prints.

/// The variable by which `cargo xtask faults --seed N` replaces the seeds of every test.
const VARIABLE: &str = "DECLIC_FAULTS_SEED";

/// The seed of a run: its own, or the one asked for.
pub fn seed(own: u64) -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where a test that failed is told to fail again"
    )]
    let asked = std::env::var(VARIABLE);
    asked.map_or(own, |text| text.parse().expect("a seed is a whole number"))
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed, on every machine and for ever.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// Numbers of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Other numbers, for another part of the same run.
    pub fn apart(&mut self) -> Self {
        Self(self.draw())
    }

    /// From 0 to `end`, which is left out.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// One time in `times`.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// `count` different numbers of a range, in order.
    pub fn rising(&mut self, count: usize, range: std::ops::Range<usize>) -> Vec<usize> {
        let mut drawn = std::collections::BTreeSet::new();
        while drawn.len() < count {
            let width = u64::try_from(range.len()).expect("a small range");
            drawn.insert(range.start + usize::try_from(self.below(width)).expect("a small range"));
        }
        drawn.into_iter().collect()
    }

    /// Another order (Fisher, Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            let other = self.below(end as u64 + 1);
            items.swap(end, usize::try_from(other).expect("a place in a list"));
        }
    }

    /// A request id.
    pub fn request_id(&mut self) -> String {
        let (high, low) = (self.draw(), self.draw());
        let bytes = (u128::from(high) << 64 | u128::from(low)).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
