//! Standard normal numbers out of random words, in vectors.
//!
//! The logarithm, the sine and the cosine are the polynomials of FDLIBM (Sun Microsystems 1993: `e_log.c`, `k_sin.c`, `k_cos.c`), each within
//! 1 ulp on its interval, written without a branch or a call, so that the loop compiles into vectors. Angles are in turns: their
//! quarter is taken off without rounding.

use super::Isa;
use std::f64::consts::TAU;

/// 2⁵²: added to a smaller number that is not negative, it rounds that number to an integer, which the lowest bits then hold.
const INTEGER: f64 = (1u64 << 52) as f64;

/// Uniform on the 2⁵² midpoints of (0, 1): never 0 or 1. One bit more, and the largest would round to 1.
#[inline(always)]
pub fn unit(word: u64) -> f64 {
    (f64::from_bits(1.0f64.to_bits() | word >> 12) - 1.0) + 0.5 / INTEGER
}

/// A random word, its lowest byte first: as a generator fills them in.
type Word = [u8; 8];

/// Two independent standard normal numbers for each pair of words (Box and Muller 1958): the radius from the first, the angle from
/// the second. The same bits on every instruction set.
///
/// # Panics
/// If there are not as many numbers as words, or an odd number of them.
pub fn normal(isa: Isa, words: &[Word], out: &mut [f64]) {
    assert!(words.len() == out.len() && words.len().is_multiple_of(2), "a pair of words for a pair of numbers");
    match isa {
        Isa::Scalar => scalar(words, out),
        Isa::Baseline => plain(words, out),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Isa::Avx2` is only ever chosen where the processor has AVX2.
        Isa::Avx2 => unsafe { avx2(words, out) },
        #[cfg(not(target_arch = "x86_64"))]
        Isa::Avx2 => plain(words, out),
    }
}

/// The specification: one pair after the other, through a call that the compiler cannot merge into vectors.
fn scalar(words: &[Word], out: &mut [f64]) {
    for (words, out) in words.as_chunks::<2>().0.iter().zip(out.as_chunks_mut::<2>().0) {
        *out = one(*words);
    }
}

#[inline(never)]
fn one(words: [Word; 2]) -> [f64; 2] {
    pair(words)
}

/// The loop that the vector paths are compiled from.
#[inline(always)]
fn plain(words: &[Word], out: &mut [f64]) {
    for (words, out) in words.as_chunks::<2>().0.iter().zip(out.as_chunks_mut::<2>().0) {
        *out = pair(*words);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(words: &[Word], out: &mut [f64]) {
    plain(words, out);
}

#[inline(always)]
fn pair(words: [Word; 2]) -> [f64; 2] {
    let [first, second] = words.map(u64::from_le_bytes);
    let radius = (-2.0 * logarithm(unit(first))).sqrt();
    let [cosine, sine] = circle(unit(second));
    [radius * cosine, radius * sine]
}

/// `ln x` for a positive normal number: `k ln 2 + ln m` with `m` in `[√½, √2)`, by `ln m = f - f²/2 + s (f²/2 + R(s²))` where `f = m - 1` and
/// `s = f / (2 + f)`.
#[inline(always)]
fn logarithm(x: f64) -> f64 {
    const ROOT: u64 = 0x3fe6_a09e << 32; // √½, rounded down to the upper word
    let shifted = x.to_bits() + (1.0f64.to_bits() - ROOT);
    let k = f64::from_bits(INTEGER.to_bits() | shifted >> 52) - (INTEGER + 1023.0);
    let f = f64::from_bits((shifted & (u64::MAX >> 12)) + ROOT) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (0.399_999_999_994_094_2 + w * (0.222_221_984_321_497_84 + w * 0.153_138_376_992_093_73));
    let odd = z
        * (0.666_666_666_666_673_5
            + w * (0.285_714_287_436_623_9 + w * (0.181_835_721_616_180_5 + w * 0.147_981_986_051_165_86)));
    let half = 0.5 * f * f;
    s * (half + (odd + even)) + k * 1.908_214_929_270_587_7e-10 - half + f + k * 0.693_147_180_369_123_8
}

/// Cosine and sine of a fraction of a turn in (0, 1): those of the distance to the nearest quarter, at most π/4, then exchanged and
/// given their signs.
#[inline(always)]
fn circle(turn: f64) -> [f64; 2] {
    let nearest = 4.0 * turn + INTEGER;
    let quarter = nearest.to_bits() & 3;
    let t = (turn - 0.25 * (nearest - INTEGER)) * TAU;
    let z = t * t;
    let sine = t + t
        * z
        * (-0.166_666_666_666_666_32
            + z * (0.008_333_333_333_322_49
                + z * (-0.000_198_412_698_298_579_5
                    + z * (2.755_731_370_707_006_8e-6 + z * (-2.505_076_025_340_686_3e-8 + z * 1.589_690_995_211_55e-10)))));
    let cosine = 1.0 - 0.5 * z
        + z * z
            * (0.041_666_666_666_666_6
                + z * (-0.001_388_888_888_887_411
                    + z * (2.480_158_728_947_673e-5
                        + z * (-2.755_731_435_139_066_3e-7 + z * (2.087_572_321_298_175e-9 - z * 1.135_964_755_778_819_5e-11)))));
    let exchange = (quarter & 1).wrapping_neg();
    let differing = (sine.to_bits() ^ cosine.to_bits()) & exchange;
    let signed = |bits: u64, sign: u64| f64::from_bits(bits ^ (sign & 2) << 62);
    [signed(cosine.to_bits() ^ differing, quarter + 1), signed(sine.to_bits() ^ differing, quarter)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::quickcheck;

    #[test]
    fn no_word_gives_zero_or_one() {
        assert_eq!(unit(0), f64::EPSILON / 2.0);
        assert_eq!(unit(u64::MAX), 1.0 - f64::EPSILON / 2.0);
    }

    /// The radius is off by 2 units of roundoff u = 2⁻⁵³ relatively (each logarithm within 1 ulp = 2 u, halved by the root, and
    /// the root's own u on either side), a sine or cosine by 2 u, the product by u. `libm`'s angle is rounded: 2π by 2.5e-16, the product by
    /// half an ulp of 4, 4.5e-16. The quotient by the radius is below 2 (2 + 2 + 1) u + 7e-16 < 2⁻⁴⁹.
    fn near(words: [u64; 2]) -> bool {
        let mut drawn = [0.0; 2];
        normal(Isa::Scalar, &words.map(u64::to_le_bytes), &mut drawn);
        let radius = (-2.0 * libm::log(unit(words[0]))).sqrt();
        let angle = TAU * unit(words[1]);
        let exact = [radius * libm::cos(angle), radius * libm::sin(angle)];
        drawn.iter().zip(exact).all(|(drawn, exact)| (drawn - exact).abs() <= radius / (1u64 << 49) as f64)
    }

    #[test]
    fn at_the_ends_and_at_the_quarters() {
        for quarter in 0..4u64 {
            let start = quarter << 62;
            for second in [start, start | 1 << 61, start.wrapping_sub(1), start + (1 << 61) - 1] {
                for first in [0, 1 << 12, u64::MAX / 2, u64::MAX / 5, u64::MAX] {
                    assert!(near([first, second]), "{first} {second}");
                }
            }
        }
    }

    quickcheck! {
        fn libm_agrees(first: u64, second: u64) -> bool {
            near([first, second])
        }

        fn every_instruction_set_gives_the_same_bits(words: Vec<(u64, u64)>) -> bool {
            let words: Vec<Word> = words.into_iter().flat_map(|(first, second)| [first, second].map(u64::to_le_bytes)).collect();
            let bits = |isa| {
                let mut out = vec![0.0; words.len()];
                normal(isa, &words, &mut out);
                out.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
            };
            Isa::available().into_iter().all(|isa| bits(isa) == bits(Isa::Scalar))
        }
    }
}
