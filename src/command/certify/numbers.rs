//! Numbers in options: formulas in the problem's constants.

use gradproof::certify::{substitute, value};
use gradproof::number::{Rational, Surd};
use gradproof::{Error, Result};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Largest power of ten in `1e-3`.
const EXPONENT: i32 = 300;

/// The names that formulas know, their values, and which of them were asked for.
pub struct Numbers {
    names: Vec<(&'static str, String)>,
    used: RefCell<BTreeSet<&'static str>>,
}

impl Numbers {
    pub fn new() -> Self {
        Numbers { names: Vec::new(), used: RefCell::default() }
    }

    /// Gives a name its value, which may use the names before it.
    pub fn name(&mut self, name: &'static str, formula: &str) -> Result<()> {
        let value = self.read(formula, name)?;
        self.names.push((name, value));
        Ok(())
    }

    /// The value of a name.
    pub fn named(&self, name: &'static str) -> Result<String> {
        let value = self.names.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        self.used.borrow_mut().insert(name);
        value.ok_or_else(|| Error::new(format!("this problem needs --{name}")))
    }

    /// Whether a formula's number is above 0.
    pub fn is_positive(&self, formula: &str) -> bool {
        let number = self.read(formula, "L").and_then(|number| value(&number));
        number.is_ok_and(|number| number > Surd::from(Rational::ZERO))
    }

    /// Whether the problem depends on a name.
    pub fn uses(&self, name: &str) -> bool {
        self.used.borrow().contains(name)
    }

    /// The number that an option's formula stands for.
    pub fn read(&self, formula: &str, option: &str) -> Result<String> {
        let wrong = |why: &str| Error::new(format!("--{option} '{}': {why}", short(formula)));
        let plain = without_exponents(formula).map_err(wrong)?;
        for word in words(&plain).filter(|word| *word != "sqrt") {
            let Some((name, _)) = self.names.iter().find(|(name, _)| *name == word) else {
                return Err(wrong(&self.unknown(word)));
            };
            self.used.borrow_mut().insert(name);
        }
        let names: Vec<(&str, &str)> = self.names.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let number = value(&substitute(&plain, &names)).map_err(|why| {
            let why = why.to_string();
            wrong(why.split_once("' is none: ").map_or(why.as_str(), |(_, why)| why))
        })?;
        Ok(number.to_string())
    }

    fn unknown(&self, word: &str) -> String {
        if word == "mu" {
            return "mu has no value: give --mu".into();
        }
        let known = self.names.iter().map(|(name, _)| *name).chain(["sqrt"]).collect::<Vec<_>>().join(", ");
        format!("the name '{}' is not known; here are known: {known}", short(word))
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn words(formula: &str) -> impl Iterator<Item = &str> {
    let words = formula.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    words.filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// `1e-3` as `1*(1/1000)`: the format of certificates has no exponents.
fn without_exponents(formula: &str) -> std::result::Result<String, &'static str> {
    let mut text = String::new();
    let mut rest = formula;
    while let Some(first) = rest.chars().next() {
        let belongs = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        if !belongs(first) {
            text.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (word, after) = rest.split_at(rest.find(|c| !belongs(c)).unwrap_or(rest.len()));
        rest = after;
        let digits = word.find(['e', 'E']).filter(|end| *end > 0 && word[..*end].chars().all(|c| c.is_ascii_digit() || c == '.'));
        let Some(end) = digits else {
            text.push_str(word);
            continue;
        };
        let mut power = word[end + 1..].to_string();
        if let (true, Some(sign)) = (power.is_empty(), rest.chars().next().filter(|c| matches!(c, '+' | '-'))) {
            let after = &rest[1..];
            let (exponent, after) = after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len()));
            power = format!("{sign}{exponent}");
            rest = after;
        }
        let power: i32 = power.parse().map_err(|_| "a number such as 1e-3 needs digits after its e")?;
        if power.abs() > EXPONENT {
            return Err("powers of ten beyond 300 are not read");
        }
        let zeros = "0".repeat(power.unsigned_abs() as usize);
        let ten = if power < 0 { format!("(1/1{zeros})") } else { format!("1{zeros}") };
        text.push_str(&format!("({}*{ten})", &word[..end]));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_numbers_or_say_why_not() {
        let mut numbers = Numbers::new();
        numbers.name("L", "4").unwrap();
        numbers.name("mu", "L/4").unwrap();
        let read = |formula| numbers.read(formula, "step-size").map_err(|why| why.to_string());
        for (formula, number) in
            [("2/(L+mu)", "2/5"), ("1e-3", "1/1000"), ("1.5E+2", "150"), ("2e1*L", "80"), ("-1", "-1"), ("1/sqrt(L)", "1/2")]
        {
            assert_eq!(read(formula).as_deref(), Ok(number), "{formula}");
        }
        for (formula, why) in [
            ("foo", "the name 'foo' is not known; here are known: L, mu, sqrt"),
            ("NaN", "the name 'NaN' is not known; here are known: L, mu, sqrt"),
            ("1/(L-4)", "it divides by what is zero or may be"),
            ("(1", "a parenthesis is not closed"),
            ("1)", "')' is left over"),
            ("", "a number is missing"),
            ("π", "the name 'π' is not known; here are known: L, mu, sqrt"),
            ("1e", "a number such as 1e-3 needs digits after its e"),
            ("1e-", "a number such as 1e-3 needs digits after its e"),
            ("1e999999999999", "a number such as 1e-3 needs digits after its e"),
            ("1e301", "powers of ten beyond 300 are not read"),
        ] {
            assert_eq!(read(formula), Err(format!("--step-size '{formula}': {why}")));
        }
        assert!(numbers.uses("L") && !numbers.uses("M"));
    }
}
