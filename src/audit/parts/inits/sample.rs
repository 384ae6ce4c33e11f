//! Weights that were drawn, against a law.

use super::law::Law;
use crate::audit::tensor::Tensor;
use crate::statistics::distance;
use crate::training::EntryLaw;

/// The chance of accusing an honest initialiser, of each statistic.
const ALPHA: f64 = 1e-10;

/// What speaks against a law.
#[derive(Clone, Debug)]
pub(super) struct Objection {
    pub what: &'static str,
    /// Which tensor and entry, where it is one.
    pub place: Option<(usize, usize)>,
    pub observed: f64,
    pub expected: f64,
    pub allowed: f64,
}

/// The first objection to a law; `unit` is the unit roundoff of the weights' type.
///
/// Entries over their σ are pooled over all tensors: n independent numbers of one law. Beside the exact support (and the tails that a normal
/// law has) there are three statistics,
/// each off by more than is allowed with probability α at most: the mean and the mean square (Hoeffding 1963 for a bounded law; for a
/// normal one its own tail and that of χ² of Laurent and Massart 2000, lemma 1), and the largest distance of the distribution functions
/// (Dvoretzky, Kiefer and Wolfowitz 1956; Massart 1990). A generator of uniform numbers in a narrow type has a grid of its own,
/// which moves them by at most four units of roundoff of the largest.
pub(super) fn objection(law: &Law, tensors: &[Tensor], unit: f64) -> Option<Objection> {
    let mut pooled = vec![];
    let largest = law.largest();
    for (tensor, Tensor { shape, data }) in tensors.iter().enumerate() {
        let deviation = law.deviation(shape);
        for (entry, weight) in data.iter().enumerate() {
            let z = weight / deviation;
            let beyond = z.is_nan() || z.abs() > largest * (1.0 + 4.0 * unit) || z.is_infinite();
            if beyond {
                let allowed = 4.0 * unit * largest * deviation;
                let place = Some((tensor, entry));
                let expected = largest.min(f64::MAX) * deviation;
                return Some(Objection { what: "an entry beyond the support", place, observed: *weight, expected, allowed });
            }
            pooled.push(z);
        }
    }
    let n = pooled.len() as f64;
    let log = libm::log(2.0 / ALPHA);
    let mean = pooled.iter().sum::<f64>() / n;
    let square = pooled.iter().map(|z| z * z).sum::<f64>() / n;
    let bounded = largest.is_finite();
    let reach = if bounded { largest } else { 1.0 };
    let grid = 4.0 * unit * reach;
    let mean_allowed = reach * (2.0 * log / n).sqrt() + grid;
    let square_allowed = match bounded {
        true => largest * largest * (log / (2.0 * n)).sqrt(),
        false => 2.0 * (log / n).sqrt() + 2.0 * log / n,
    };
    let objection = |what, observed: f64, expected: f64, allowed: f64| {
        let beyond = (observed - expected).abs() > allowed;
        beyond.then_some(Objection { what, place: None, observed, expected, allowed })
    };
    // So many normal numbers stay within what was reached with less than this probability, unless their law has no tails.
    let reached = pooled.iter().fold(0.0_f64, |reached, z| reached.max(z.abs()));
    if law.entries == EntryLaw::Normal && n * libm::log1p(-2.0 * law.distribution(-reached)) < libm::log(ALPHA) {
        let expected = f64::INFINITY;
        return Some(Objection {
            what: "the largest entry over σ", place: None, observed: reached, expected, allowed: expected
        });
    }
    let by_moments = objection("the mean over σ", mean, 0.0, mean_allowed)
        .or_else(|| objection("the mean square over σ²", square, law.variance(), square_allowed + 2.0 * grid * reach));
    by_moments.or_else(|| {
        pooled.sort_by(f64::total_cmp);
        let distance = distance(&pooled, |z| law.distribution(z));
        objection("the distance of the distribution functions", distance, 0.0, (log / (2.0 * n)).sqrt() + grid)
    })
}
