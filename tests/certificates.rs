//! Certificates: honest ones are accepted, and what they say is what was meant; corrupted ones are refused.

use gradproof::certify::certificate::{Certificate, read, write};
use gradproof::certify::{check, closed_forms};
use gradproof::number::{Rational, rational};

fn accepted(certificate: &Certificate) -> String {
    check(certificate).unwrap_or_else(|refusal| panic!("{refusal}: {certificate:?}"))
}

#[test]
fn closed_forms_are_accepted() {
    for n in [1, 2, 3, 7, 12] {
        for h in [rational(1, 10), rational(1, 2), Rational::ONE] {
            let (l, eta) = (Rational::from(2), &h / Rational::from(2));
            accepted(&closed_forms::gradient_descent_values(&l, &eta, n));
            accepted(&closed_forms::gradient_descent_values_attained(&l, &eta, n));
        }
        for eta in [rational(1, 10), rational(2, 11), rational(19, 100)] {
            let (mu, l) = (Rational::ONE, Rational::from(10));
            use closed_forms::Contraction::*;
            for of in [Distance, GradientNorm, FunctionGap] {
                accepted(&closed_forms::gradient_descent_contraction(of, &mu, &l, &eta, n));
                accepted(&closed_forms::gradient_descent_contraction_attained(of, &mu, &l, &eta, n));
            }
        }
        accepted(&closed_forms::nesterov_values(&Rational::from(3), n));
        accepted(&closed_forms::gradient_descent_critical(&rational(3, 2), n));
        accepted(&closed_forms::gradient_descent_critical_attained(&rational(3, 2), n));
    }
    let clock = std::time::Instant::now();
    accepted(&closed_forms::nesterov_values(&Rational::from(3), 100));
    eprintln!("{:?}", clock.elapsed());
    let clock = std::time::Instant::now();
    accepted(&closed_forms::gradient_descent_values(&Rational::ONE, &Rational::ONE, 30));
    eprintln!("{:?}", clock.elapsed());
}

#[test]
fn ranges_are_accepted() {
    use closed_forms::Contraction::*;
    use gradproof::certify::ranges::gradient_descent::{self as ranges, Contracting, Single, Sublinear};
    for of in [Distance, GradientNorm, FunctionGap] {
        for range in [Contracting::Short, Contracting::Best, Contracting::Long] {
            accepted(&ranges::contraction(of, range));
        }
    }
    accepted(&ranges::descent());
    for range in [Sublinear::Short, Sublinear::OneOverL, Sublinear::Long] {
        for first in [false, true] {
            accepted(&ranges::values_potential(range, first));
        }
    }
    for range in [Single::Short, Single::Best, Single::Long] {
        accepted(&ranges::single_step(range));
    }
    for n in [1, 2, 3, 5, 8] {
        let clock = std::time::Instant::now();
        accepted(&ranges::critical(n));
        eprintln!("{:?}", clock.elapsed());
    }
    for h in [rational(3, 2), rational(17, 10), rational(199, 100)] {
        accepted(&closed_forms::gradient_descent_long_step(&Rational::from(2), &(&h / Rational::from(2))));
        accepted(&closed_forms::gradient_descent_long_step_attained(&Rational::from(2), &(h / Rational::from(2))));
    }
}

#[test]
fn multipliers_of_other_methods_are_accepted() {
    use gradproof::certify::{fixed_step, line_search, nonsmooth, potentials, triple_momentum};
    let l = Rational::from(3);
    for n in 1..=12 {
        accepted(&fixed_step::nesterov_values_exact(&l, n));
        accepted(&fixed_step::nesterov_values_attained(&l, n));
        accepted(&fixed_step::nesterov_ahead(&l, n));
        accepted(&fixed_step::nesterov_ahead_attained(&l, n));
        accepted(&fixed_step::gradient_descent_long_steps(&l, &rational(19, 30), n));
        accepted(&nonsmooth::subgradient(&l, "1/5", n));
        accepted(&nonsmooth::subgradient_best(&l, n));
        accepted(&nonsmooth::subgradient_best_attained(&l, n));
        accepted(&nonsmooth::proximal_point(&rational(2, 5), n));
        accepted(&nonsmooth::proximal_point_attained(&rational(2, 5), n));
    }
    let [mu, root] = [rational(1, 2), rational(7, 3)];
    for n in 2..=6 {
        accepted(&nonsmooth::proximal_gradient(&mu, &l, &rational(1, 4), n));
        accepted(&nonsmooth::proximal_gradient_attained(&mu, &l, &rational(1, 4), n));
        accepted(&triple_momentum::triple_momentum(&l, &root, n));
        accepted(&triple_momentum::triple_momentum_attained(&l, &root, n));
        accepted(&line_search::exact_line_search(&mu, &l, &line_search::exact_line_search_level(&mu, &l), n));
        accepted(&line_search::exact_line_search_attained(&mu, &l, n));
        accepted(&potentials::nesterov_strongly_convex(&l, &rational(2, 5), n));
    }
    for regime in [nonsmooth::Regime::Short, nonsmooth::Regime::Best, nonsmooth::Regime::Long] {
        accepted(&nonsmooth::proximal_gradient_step(regime));
    }
    accepted(&line_search::exact_line_search_step());
    accepted(&potentials::nesterov_strongly_convex_step());
    for lemma in [potentials::Lemma::Start, potentials::Lemma::Step, potentials::Lemma::Last] {
        accepted(&potentials::optimized_gradient_lemma(lemma));
    }
    for certificate in fixed_step::gradient_descent_short_steps().iter().chain(&triple_momentum::triple_momentum_formula()) {
        accepted(certificate);
    }
    accepted(&potentials::nesterov_strongly_convex_sharper());
    accepted(&fixed_step::optimized_gradient_step(&l));
    accepted(&fixed_step::optimized_gradient_step_attained(&l));
}

#[test]
fn a_file_reads_back() {
    let one = closed_forms::gradient_descent_values(&Rational::ONE, &Rational::ONE, 2);
    let text = write(std::slice::from_ref(&one)).unwrap();
    eprintln!("{text}");
    assert_eq!(read(&text, "one").unwrap(), [one.clone()]);
    let list = [one.clone(), closed_forms::gradient_descent_values_attained(&Rational::ONE, &Rational::ONE, 2)];
    assert_eq!(read(&write(&list).unwrap(), "list").unwrap(), list);
    let extra = text.replacen("\"value\"", "\"extra\": 1, \"value\"", 1);
    assert!(read(&extra, "extra").is_err());
    let twice = text.replacen("\"steps\"", "\"steps\": 2, \"steps\"", 1);
    assert!(read(&twice, "twice").is_err());
}
