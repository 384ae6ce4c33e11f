//! Reads the numbers of a certificate: sums, products, quotients and whole powers of fractions, decimals, roots and parameters.

use super::exact::pays;
use super::field::Field;
use crate::number::Rational;
use std::str::FromStr;

/// Deepest nesting of parentheses, and the longest formula in characters: what people and our generator write stays far below.
const DEPTH: usize = 20;
const LENGTH: usize = 20_000;
/// Largest power.
const POWER: u32 = 16;

/// The value of a formula, or what is wrong with it.
pub fn parse<F: Field>(text: &str, names: &F::Names) -> Result<F, String> {
    if text.len() > LENGTH {
        return Err(format!("number: {} characters; at most {LENGTH} are read", text.len()));
    }
    pays((text.len() * text.len() / 64) as u64);
    let mut reader = Reader::<F> { rest: text.trim_matches(' '), names, depth: 0 };
    let short = |text: &str| text.chars().take(60).collect::<String>();
    let wrong = |why: String| format!("number: '{}' is none: {why}", short(text));
    let value = reader.sum().map_err(wrong)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(wrong(format!("'{}' is left over", short(reader.rest)))) }
}

struct Reader<'a, F: Field> {
    rest: &'a str,
    names: &'a F::Names,
    depth: usize,
}

impl<'a, F: Field> Reader<'a, F> {
    fn takes(&mut self, symbol: char) -> bool {
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest.trim_start_matches(' ');
                true
            }
            None => false,
        }
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start_matches(' ');
        word
    }

    fn sum(&mut self) -> Result<F, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("its parentheses are nested too deeply".into());
        }
        let mut value = if self.takes('-') { -self.product()? } else { self.product()? };
        loop {
            value = if self.takes('+') {
                value + self.product()?
            } else if self.takes('-') {
                value - self.product()?
            } else {
                break;
            };
        }
        self.depth -= 1;
        Ok(value)
    }

    fn product(&mut self) -> Result<F, String> {
        let mut value = self.power()?;
        loop {
            value = if self.takes('*') {
                value * self.power()?
            } else if self.takes('/') {
                let divisor = self.power()?;
                if !divisor.is_divisor() {
                    return Err("it divides by what is zero or may be".into());
                }
                value / divisor
            } else {
                return Ok(value);
            };
        }
    }

    fn power(&mut self) -> Result<F, String> {
        let base = self.atom()?;
        if !self.takes('^') {
            return Ok(base);
        }
        let exponent = self.word(|c| c.is_ascii_digit());
        let exponent: u32 = exponent.parse().map_err(|_| "a power needs a whole number".to_string())?;
        if exponent > POWER {
            return Err(format!("powers above {POWER} are not read"));
        }
        let mut value = F::rational(Rational::ONE, self.names);
        for _ in 0..exponent {
            value = value * base.clone();
        }
        Ok(value)
    }

    fn atom(&mut self) -> Result<F, String> {
        if self.takes('(') {
            let value = self.sum()?;
            return if self.takes(')') { Ok(value) } else { Err("a parenthesis is not closed".into()) };
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = self.word(|c| c.is_ascii_digit() || c == '.');
            return Ok(F::rational(decimal(digits)?, self.names));
        }
        match self.word(|c| c.is_ascii_alphanumeric() || c == '_') {
            "" => Err("a number is missing".into()),
            "sqrt" => {
                if !self.takes('(') {
                    return Err("'sqrt' needs its number in parentheses".into());
                }
                let of = self.sum()?;
                if !self.takes(')') {
                    return Err("a parenthesis is not closed".into());
                }
                of.root(self.names)
            }
            name => F::parameter(name, self.names),
        }
    }
}

/// `"12"`, or `"0.35"` as the fraction that it is.
fn decimal(digits: &str) -> Result<Rational, String> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let wrong = || format!("'{digits}' is no decimal number");
    if whole.is_empty() || part.contains('.') || digits.ends_with('.') {
        return Err(wrong());
    }
    let numerator = Rational::from_str(&format!("{whole}{part}")).map_err(|_| wrong())?;
    Ok(numerator / Rational::from(10).pow(part.len() as isize))
}
