//! All randomness: streams of ChaCha8, addressed by seed, theorem, purpose and trial.

use crate::kernels::{Isa, normal, unit};
use crate::number::{Rational, rational};
use crate::verdict::Policy;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Where a theorem's experiments get their random numbers and their size from.
///
/// Trials are addressed by index, so that threads, order and sharding change nothing, and every theorem and purpose has its own
/// key, so that a new one moves no other one's numbers.
#[derive(Clone, Debug)]
pub struct Lab {
    /// Root seed of the run.
    pub seed: u64,
    /// Multiplier of largest sample sizes and case counts, at least 1.
    pub effort: u64,
    /// The error probabilities.
    pub policy: Policy,
    theorem: u64,
}

impl Lab {
    /// The lab of the theorem `id`.
    pub fn new(seed: u64, effort: u64, id: &str) -> Self {
        Lab { seed, effort, policy: Policy::default(), theorem: fnv1a(id) }
    }

    /// The trials of one purpose within the theorem.
    pub fn stream(&self, purpose: &str) -> Stream {
        let mut key = [0; 32];
        for (place, word) in key.chunks_exact_mut(8).zip([self.seed, self.theorem, fnv1a(purpose), 0]) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        Stream(ChaCha8Rng::from_seed(key))
    }

    /// `base` cases at effort 1, proportionally more above.
    pub fn cases(&self, base: u64) -> u64 {
        base * self.effort
    }
}

/// 64-bit FNV-1a (Fowler, Noll, Vo): short, stable across versions and platforms. A test holds the ids' hashes apart.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The trials of one purpose.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The random numbers of trial `index`: the same whenever and wherever they are drawn.
    pub fn trial(&self, index: u64) -> Draws {
        let mut generator = self.0.clone();
        generator.set_stream(index);
        Draws { generator, spare: None }
    }
}

/// The random numbers of one trial.
#[derive(Clone, Debug)]
pub struct Draws {
    generator: ChaCha8Rng,
    /// The second normal number of a pair that was drawn.
    spare: Option<f64>,
}

impl Draws {
    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Uniform on the 2⁵² midpoints of (0, 1): never 0 or 1.
    pub fn uniform(&mut self) -> f64 {
        unit(self.bits())
    }

    /// Uniform between `lo` and `hi`.
    pub fn between(&mut self, lo: f64, hi: f64) -> f64 {
        lo + (hi - lo) * self.uniform()
    }

    /// Uniform on `0..count`, without bias: numbers beyond the largest multiple of `count` are drawn again.
    ///
    /// # Panics
    /// If `count` is zero.
    pub fn index(&mut self, count: usize) -> usize {
        let count = count as u64;
        let excess = (u64::MAX % count + 1) % count;
        loop {
            let bits = self.bits();
            if bits <= u64::MAX - excess {
                return (bits % count) as usize;
            }
        }
    }

    /// A fraction `k / denominator`, uniform over the integers `k` of the range.
    ///
    /// # Panics
    /// If the range is empty.
    pub fn fraction(&mut self, range: std::ops::Range<i64>, denominator: u64) -> Rational {
        rational(range.start + self.index((range.end - range.start) as usize) as i64, denominator)
    }

    /// -1 or 1.
    pub fn sign(&mut self) -> f64 {
        if self.bits() & 1 == 0 { -1.0 } else { 1.0 }
    }

    /// Standard normal (Box and Muller 1958), the same bits on every platform.
    pub fn normal(&mut self) -> f64 {
        self.spare.take().unwrap_or_else(|| {
            let mut pair = [0.0; 2];
            normal(Isa::Scalar, &[self.bits().to_le_bytes(), self.bits().to_le_bytes()], &mut pair);
            self.spare = Some(pair[1]);
            pair[0]
        })
    }

    /// The next `count` numbers of [`Draws::normal`], several times as fast.
    pub fn normals(&mut self, count: usize) -> Vec<f64> {
        let mut drawn = vec![0.0; count];
        let spare = usize::from(self.spare.is_some()).min(count);
        let (first, rest) = drawn.split_at_mut(spare);
        let (pairs, last) = rest.split_at_mut(rest.len() - rest.len() % 2);
        first.fill_with(|| self.normal());
        let mut bytes = [[0; 8]; 256];
        for block in pairs.chunks_mut(bytes.len()) {
            let bytes = &mut bytes[..block.len()];
            self.generator.fill_bytes(bytes.as_flattened_mut()); // a third of the time that as many calls of `bits` take
            normal(Isa::current(), bytes, block);
        }
        last.fill_with(|| self.normal());
        drawn
    }

    /// `chosen` distinct numbers of `0..count`, every ordered choice equally likely (a partial Fisher-Yates shuffle).
    ///
    /// # Panics
    /// If `chosen > count`.
    pub fn distinct(&mut self, chosen: usize, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for place in 0..chosen {
            order.swap(place, place + self.index(count - place));
        }
        order.truncate(chosen);
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::quickcheck;
    use std::collections::BTreeSet;

    #[test]
    fn a_trial_is_the_same_wherever_it_is_drawn_and_unlike_any_other() {
        let lab = Lab::new(7, 1, "a-theorem");
        let bits = |lab: &Lab, purpose: &str, trial: u64| lab.stream(purpose).trial(trial).bits();
        assert_eq!(bits(&lab, "noise", 3), bits(&lab.clone(), "noise", 3));
        let others = [
            bits(&lab, "noise", 3),
            bits(&lab, "noise", 4),
            bits(&lab, "start", 3),
            bits(&Lab::new(8, 1, "a-theorem"), "noise", 3),
            bits(&Lab::new(7, 1, "another"), "noise", 3),
        ];
        assert_eq!(others.iter().collect::<BTreeSet<_>>().len(), others.len());
    }

    #[test]
    fn theorems_have_streams_of_their_own() {
        let theorems = crate::theorems::ALL;
        let hashes: BTreeSet<u64> = theorems.iter().map(|theorem| fnv1a(theorem.id)).collect();
        assert_eq!(hashes.len(), theorems.len());
    }

    /// The published value of the empty string and of "a" (Fowler, Noll and Vo, test vectors).
    #[test]
    fn the_hash_is_fnv1a() {
        assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("a"), 0xaf63_dc4c_8601_ec8c);
    }

    quickcheck! {
        /// In any pieces, whether or not the second number of a pair is left over between them.
        fn normals_are_drawn_one_by_one_or_together(seed: u64, pieces: Vec<u16>) -> bool {
            let fresh = || Lab::new(seed, 1, "pieces").stream("draw").trial(0);
            let (mut together, mut alone) = (fresh(), fresh());
            pieces.into_iter().all(|length| {
                let piece = together.normals(usize::from(length % 600));
                piece.iter().all(|value| value.to_bits() == alone.normal().to_bits()) && together.bits() == alone.bits()
            })
        }

        fn an_index_is_below_its_count(seed: u64, count: u16) -> bool {
            let count = usize::from(count) + 1;
            Lab::new(seed, 1, "index").stream("draw").trial(0).index(count) < count
        }

        fn a_choice_holds_distinct_members(seed: u64, count: u8, chosen: u8) -> bool {
            let (count, chosen) = (usize::from(count.max(chosen)), usize::from(chosen.min(count)));
            let drawn = Lab::new(seed, 1, "choice").stream("draw").trial(0).distinct(chosen, count);
            drawn.len() == chosen && drawn.iter().all(|index| *index < count) && drawn.iter().collect::<BTreeSet<_>>().len() == chosen
        }
    }
}
