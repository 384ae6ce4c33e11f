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
