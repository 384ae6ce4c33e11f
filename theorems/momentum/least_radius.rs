//! The least spectral radius of Nesterov's method over step size and momentum: that none is less, that it is reached, and what the
//! code does there.

use super::double_root::iterates;
use super::variants::nesterov;
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square};
use crate::optimizers::Form;
use crate::subject::{NotOffered, Subject};

/// If the radius at both ends is at most `ρ`, `0 < ρ < 1` (a radius of 0 is within every such `ρ`), then `κ ≤ K(ρ) = (3 - ρ)(1 + ρ) / (3 (1 - ρ)²)`, which grows with `ρ` and is `κ` at
/// `r`. With `a = 1 - ημ`, `b = ηL - 1`, so that `1 + b = κ (1 - a)`, Jury's conditions at radius `ρ` are the four forms below,
/// and `goal ≥ 0` is the conclusion. `error` billionths of the bound are taken off.
pub fn tuned(error: i64) -> Evidence {
    let [rho, beta, a, b, w] = Polynomial::variables();
    let [one, two, three] = [1, 2, 3].map(|value| rho.int(value));
    let squared = |p: &Polynomial| p * p;
    let (up, down, less) = (&one + &rho, &one - &rho, &three - &rho);
    let at_mu = squared(&rho) - &rho * &a + &down * &(&beta * &a); // p_μ(ρ) ≥ 0
    let product_at_mu = squared(&rho) - &beta * &a; // β a ≤ ρ²
    let at_l = squared(&rho) - &rho * &b - &up * &(&beta * &b); // p_L(-ρ) ≥ 0
    let product_at_l = squared(&rho) + &beta * &b; // -β b ≤ ρ²
    let bound = &less * &up * rho.constant(&(Rational::ONE - rational(error, 1_000_000_000)));
    let goal = bound * (&one - &a) - &three * &squared(&down) * (&one + &b);
    let mut exact = Exact::new();
    let mut same = |name: &str, left: &Polynomial, right: Polynomial| {
        exact.holds(name, *left == right, || format!("the difference has {} terms", (left - &right).terms()));
    };
    // All roots at μ lie inside the unit circle, where p_μ(1) > 0: so 1 - a = ημ > 0, by which `goal ≥ 0` is divided.
    same("p_μ(1) = ημ", &(&one - &((&one + &beta) * &a) + &beta * &a), &one - &a);
    // -ρ/2 ≤ β ≤ ρ/(2 - ρ): P > 0 and Q > 0, and all factors of the last term are at least 0.
    let (p, q) = (&rho - &(&down * &beta), &rho + &(&up * &beta));
    let rest = &two * &rho * &up * &down * (&rho - &((&two - &rho) * &beta)) * (&rho + &(&two * &beta));
    let weighed = &less * &up * &q * &at_mu + &three * &squared(&down) * &p * &at_l + rest;
    same("moderate β", &(&p * &q * &goal), weighed);
    // β ≥ ρ/(2 - ρ): a ≤ ρ (2 - ρ), and 3b ≤ ρ (2 - ρ) if b ≥ 0, and of course if b < 0.
    let room = &rho * &(&two - &rho);
    same("large β, at μ", &(&rho * &(&room - &a)), at_mu.clone() + &down * &product_at_mu);
    let over = (&two - &rho) * &beta - rho.clone();
    same("large β, at L", &(&rho * &(&room - &(&three * &b))), (&two - &rho) * &at_l + &up * &b * over);
    same("large β", &goal, &less * &up * (&room - &a) + squared(&down) * (&room - &(&three * &b)));
    // β ≤ -ρ/(2 + ρ): 3a ≤ ρ (2 + ρ) if a ≥ 0, and of course if a < 0, and b ≤ ρ (2 + ρ).
    let room = &rho * &(&two + &rho);
    let under = -((&two + &rho) * &beta) - rho.clone();
    same("negative β, at μ", &(&rho * &(&room - &(&three * &a))), (&two + &rho) * &at_mu + &down * &a * under);
    same("negative β, at L", &(&rho * &(&room - &b)), at_l.clone() + &up * &product_at_l);
    let weighed = &less * &up * (&room - &(&three * &a)) + rho.int(9) * squared(&down) * (&room - &b);
    same("negative β", &(&three * &goal), weighed + rho.int(8) * squared(&rho) * &up * &down);
    // At ρ = 1 - 2/w, w = √(3κ + 1), the bound is (w² - 1)/3 = κ, growing with w and so with ρ; times w².
    let (up, less) = (&(&two * &w) - &two, &(&two * &w) + &two);
    same("K(r) = κ", &(&up * &less), rho.int(4) * (squared(&w) - one.clone()));
    exact.evidence()
}

/// At `η = 4/(3L + μ)`, `β = r/(2 - r)` the roots lie within `r` for all `λ` from `μ` to `L`, by Jury's conditions at that radius
/// ([`crate::certify::roots_within`]). With `w = √(3κ + 1) > 2` and eigenvalues in units of μ, `r = (w - 2)/w`,
/// `β = (w - 2)/(w + 2)`, `1 - ηλ = (w² - 4λ)/w²`, and `L` is `(w² - 1)/3`; `error` billionths are added to β.
pub fn tuned_reached(error: i64) -> Evidence {
    let [w, eigenvalue] = Polynomial::variables();
    let [one, two, three, four] = [1, 2, 3, 4].map(|value| w.int(value));
    let (less, more) = (&w - &two, &w + &two);
    let beta = &less + &more * w.constant(&rational(error, 1_000_000_000)); // times w + 2
    let kept = w.squared() - &four * &eigenvalue; // times w²
    // All times w³ (w + 2) > 0.
    let radius = &w * less.squared() * &more; // r²
    let trace = &less * (&more + &beta) * &kept; // r (1 + β)(1 - ηλ)
    let determinant = &w * &beta * &kept; // β (1 - ηλ)
    let (from_mu, to_l) = (&eigenvalue - &one, w.squared() - &one - &three * &eigenvalue); // λ - μ, 3 (L - λ)
    let scale = &w * &less;
    let mut exact = Exact::new();
    exact.identity("r² - determinant", &radius - &determinant, &four * &scale * &from_mu);
    let excess = &two * (w.squared() - &four);
    exact.identity("r² + determinant", &three * (&radius + &determinant), &scale * (&four * &to_l + excess));
    exact.identity("r² - r trace + determinant", &radius - &trace + &determinant, &four * &scale * from_mu);
    exact.identity("r² + r trace + determinant", radius + trace + determinant, four * scale * to_l);
    exact.evidence()
}

/// 60 steps of the code on both ends of the spectrum.
pub fn tuned_attained(_: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in [4, 5, 7] {
        let root = Rational::from(root); // √(3κ + 1)
        let smoothness = (square(&root) - Rational::ONE) / Rational::from(3);
        let [one, two, three, four] = [1, 2, 3, 4].map(Rational::from);
        let radius = &one - &two / &root;
        let method = nesterov(Form::Sequence, &four / (&three * &smoothness + &one), &radius / (&two - &radius));
        let flat = iterates(subject, &method, &one, 60)?;
        let steep = iterates(subject, &method, &smoothness, 60)?;
        let [mut double, mut alternating, mut fast] = [1, 1, 1].map(Rational::from);
        for (step, (flat, steep)) in flat.iter().zip(&steep).enumerate() {
            let at = || format!("μ = 1, L = {smoothness}, step {step}");
            let predicted = &double * (&one + (&one - &radius) * Rational::from(step));
            exact.equal("λ = μ: r^k (1 + (1 - r) k)", flat, &predicted, at);
            let predicted = (&three - &radius) / &four * &alternating + (&one + &radius) / &four * &fast;
            exact.equal("λ = L: the roots -r and r/3", steep, &predicted, at);
            double *= &radius;
            alternating *= -&radius;
            fast *= &radius / &three;
        }
    }
    Ok(exact.evidence())
}
