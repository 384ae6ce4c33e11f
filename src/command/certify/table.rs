//! Worst cases as a table, a line each.

use super::super::shortened;
use gradproof::certify::search::{Found, Proof};
use gradproof::certify::{check, value};
use gradproof::number::{Rational, to_f64};

/// Significant digits of a decimal number; a bound is rounded up and what is attained down.
const DIGITS: i32 = 10;
/// Within this of a run a bound counts as the least one.
const LEAST: f64 = 1e-9;
/// Longest exact number.
const EXACT: usize = 28;

/// A line for each number of steps, with the seconds that it took, and the last statement in full.
pub fn table(found: &[(Found, f64)]) -> String {
    let mut rows = vec![["N", "at most", "exactly", "attained", "gap", "multipliers", "from", "ms"].map(String::from)];
    for (Found { upper, proof, lower, .. }, seconds) in found {
        let from = match proof {
            Proof::Formula => "formula",
            Proof::Solver => "solver",
            Proof::Polynomial => "polynomial",
        };
        let bound = number(&upper.bound);
        let (attained, gap) = match lower {
            Some(lower) if lower.bound == upper.bound => ("the same".into(), "tight".into()),
            Some(lower) => {
                let lower = number(&lower.bound);
                let gap = (&bound - &lower) / if lower.is_zero() { Rational::ONE } else { lower.clone() };
                let gap = to_f64(&gap);
                (
                    decimal(&lower, Rounded::Down),
                    if (1e-3..1e3).contains(&gap) { format!("{gap:.3}") } else { format!("{gap:.1e}") },
                )
            }
            None => ("-".into(), "-".into()),
        };
        rows.push([
            upper.steps.to_string(),
            decimal(&bound, Rounded::Up),
            middle_out(&upper.bound),
            attained,
            gap,
            upper.multipliers.len().to_string(),
            from.into(),
            format!("{:.1}", seconds * 1e3),
        ]);
    }
    let mut text = aligned(&rows);
    if found.iter().any(|(found, _)| !found.is_tight()) {
        text +=
            "The gap is (bound - attained)/attained, where attained is the best instance found: the worst case lies between.\n";
    }
    // Bounds of the solver may exceed the least ones: by how much, the solver's own worst run tells.
    let loose = found.iter().filter(|(found, _)| found.proof == Proof::Solver && found.slack().is_none_or(|slack| slack > LEAST));
    for (found, _) in loose {
        text += &match found.slack() {
            Some(slack) => {
                format!("N = {}: perhaps not the least bound, it is {slack:.1e} above the worst run known.\n", found.upper.steps)
            }
            None => format!("N = {}: perhaps not the least bound, no run is known that comes near.\n", found.upper.steps),
        };
    }
    if let Some((found, _)) = found.last()
        && let Ok(statement) = check(&found.upper)
    {
        text += &format!("Proved: {}\n", shortened(&statement));
    }
    text
}

/// Columns two spaces apart; numbers of a kind end together.
fn aligned(rows: &[[String; 8]]) -> String {
    const RIGHT: [bool; 8] = [true, false, false, false, false, true, false, true];
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 8] = std::array::from_fn(width);
    let cell = |(column, text): (usize, &String)| {
        let width = widths[column];
        if RIGHT[column] { format!("{text:>width$}") } else { format!("{text:width$}") }
    };
    let line = |row: &[String; 8]| row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ");
    rows.iter().map(|row| line(row).trim_end().to_string() + "\n").collect()
}

/// The number of a certificate that was checked; a root to 120 bits.
fn number(text: &str) -> Rational {
    value(text).map_or(Rational::ZERO, |number| {
        let [a, b] = number.parts();
        let root = dashu_int::UBig::from(number.radicand().unwrap_or(0)) << 240;
        a + b * Rational::from_parts(dashu_int::ops::SquareRoot::sqrt(&root).into(), dashu_int::UBig::ONE << 120)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rounded {
    Up,
    Down,
}

/// A number that is not negative with [`DIGITS`] significant digits.
fn decimal(x: &Rational, rounded: Rounded) -> String {
    if *x <= Rational::ZERO {
        return "0".into();
    }
    let ten = |power: i32| Rational::from(10).pow(power as isize);
    let lengths = [x.numerator().to_string().len(), x.denominator().to_string().len()];
    let mut power = lengths[0] as i32 - lengths[1] as i32;
    while *x < ten(power) {
        power -= 1;
    }
    let (whole, part) = (x * ten(DIGITS - 1 - power)).split_at_point();
    let up = rounded == Rounded::Up && part > Rational::ZERO;
    let mut digits = (Rational::from(whole) + if up { Rational::ONE } else { Rational::ZERO }).to_string();
    if digits.len() > DIGITS as usize {
        power += 1;
    }
    digits.truncate(digits.trim_end_matches('0').len());
    let places = digits.len() as i32;
    match power {
        0..DIGITS if places <= power + 1 => digits + &"0".repeat((power + 1 - places) as usize),
        0..DIGITS => format!("{}.{}", &digits[..=power as usize], &digits[power as usize + 1..]),
        -5..0 => format!("0.{}{digits}", "0".repeat((-power - 1) as usize)),
        _ if places == 1 => format!("{digits}e{power}"),
        _ => format!("{}.{}e{power}", &digits[..1], &digits[1..]),
    }
}

/// The beginning and the end of an exact number that is long.
fn middle_out(exact: &str) -> String {
    if exact.chars().count() <= EXACT {
        return exact.into();
    }
    let characters: Vec<char> = exact.chars().collect();
    let side = (EXACT - 3) / 2;
    let [head, tail] = [&characters[..side], &characters[characters.len() - side..]].map(|part| part.iter().collect::<String>());
    format!("{head}...{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradproof::number::rational;

    #[test]
    fn decimals_are_on_the_safe_side() {
        for (x, up, down) in [
            (rational(1, 42), "0.02380952381", "0.0238095238"),
            (rational(1, 8), "0.125", "0.125"),
            (rational(2, 3), "0.6666666667", "0.6666666666"),
            (rational(81, 2), "40.5", "40.5"),
            (rational(100_000, 1), "100000", "100000"),
            (rational(99_999_999_999, 1), "1e11", "9.999999999e10"),
            (rational(1, 3_000_000), "3.333333334e-7", "3.333333333e-7"),
            (Rational::from(10).pow(-400), "1e-400", "1e-400"),
            (Rational::ZERO, "0", "0"),
        ] {
            assert_eq!([decimal(&x, Rounded::Up), decimal(&x, Rounded::Down)], [up, down]);
        }
    }
}
