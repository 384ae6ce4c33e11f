//! Formulas in Typst's syntax as a line of Unicode, for terminals.

use super::symbols::{ACCENTS, AROUND, BLACKBOARD, SHORTHANDS, SYMBOLS};

/// A formula as people type it in plain text.
pub fn plain(source: &str) -> String {
    let (mut line, mut rest) = (String::new(), source);
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        let word = &rest[..word_length(rest)];
        if let Some((from, to)) = SHORTHANDS.iter().find(|(from, _)| rest.starts_with(from)) {
            line.push_str(to);
            rest = &rest[from.len()..];
        } else if c == '"' {
            let end = tail.find('"').unwrap_or(tail.len());
            line.push_str(&tail[..end]);
            rest = tail.get(end + 1..).unwrap_or("");
        } else if let Some((inside, after)) = (c == '_' || c == '^').then(|| argument(tail)).flatten() {
            line.push_str(&format!("{c}{{{}}}", plain(inside)));
            rest = after;
        } else if word.len() > 1 {
            rest = named(word, &rest[word.len()..], &mut line);
        } else {
            match c {
                '-' => line.push('−'),
                '&' => {}
                '\\' if tail.starts_with(|next: char| !next.is_whitespace()) => {}
                '\\' => line.push(' '),
                _ => line.push(c),
            }
            rest = tail;
        }
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes a name, and its argument if it takes one; returns what follows.
fn named<'a>(word: &str, after: &'a str, line: &mut String) -> &'a str {
    if let Some((inside, tail)) = argument(after) {
        if let Some((_, before, behind)) = AROUND.iter().find(|(name, _, _)| *name == word) {
            line.push_str(&format!("{before}{}{behind}", plain(inside)));
            return tail;
        }
        if let Some((_, mark)) = ACCENTS.iter().find(|(name, _)| *name == word) {
            let base = plain(inside);
            let wide = base.chars().count() > 1;
            line.push_str(&if wide { format!("{word}({base})") } else { format!("{base}{mark}") });
            return tail;
        }
        if let Some((_, letter)) = BLACKBOARD.iter().find(|(name, _)| word == "bb" && *name == inside) {
            line.push_str(letter);
            return tail;
        }
        if word == "frac"
            && let Some((above, below)) = inside.split_once(',')
        {
            line.push_str(&format!("({})/({})", plain(above), plain(below)));
            return tail;
        }
    }
    line.push_str(SYMBOLS.iter().find(|(name, _)| *name == word).map_or(word, |(_, symbol)| symbol));
    after
}

/// Length of the name, with its dotted modifiers, at the start.
fn word_length(rest: &str) -> usize {
    let letters = |text: &str| text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let mut length = letters(rest);
    while length > 1 && rest[length..].starts_with('.') && letters(&rest[length + 1..]) > 0 {
        length += 1 + letters(&rest[length + 1..]);
    }
    length
}

/// What stands in the parentheses at the start, and what follows them.
fn argument(rest: &str) -> Option<(&str, &str)> {
    let (mut depth, mut quoted) = (0, false);
    for (at, c) in rest.strip_prefix('(')?.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            ')' if !quoted => return Some((&rest[1..=at], &rest[at + 2..])),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn formulas_read_as_people_type_them() {
        for (source, line) in [
            ("sqrt(hat(v)_t) + epsilon", "√(v̂_t) + ε"),
            ("hat(m)_(t+1) / (1 - β_1^(t+1))", "m̂_{t+1} / (1 − β_1^{t+1})"),
            ("sum_(i=1)^n x_i dot y_i", "∑_{i=1}^n x_i · y_i"),
            ("E[‖g‖^2] times 2", "E[‖g‖^2] × 2"),
            ("x^* in RR^d", "x* ∈ ℝ^d"),
            (r#"f "is convex" => x >= 0"#, "f is convex ⇒ x ≥ 0"),
            ("frac(1, sqrt(2 n)) norm(x - y)", "(1)/(√(2 n)) ‖x − y‖"),
            ("max_(i) abs(x_i) ->  oo", "max_{i} |x_i| → ∞"),
            ("x arrow.r y dots.h z", "x → y … z"),
            ("η < 2/L", "η < 2/L"),
            ("hat(x y) overline(z)", "hat(x y) z̄"),
            ("op(\"Var\")(X) + argmin_x bar(x)", "Var(X) + arg min_x x̄"),
            ("bb(E)(η / rate)^2", "𝔼(η / rate)^2"),
            ("1/t bb(E) hat(v) + bb(x)", "1/t 𝔼 v̂ + bb(x)"),
            ("2 thin ρ quad 10 binom(10, 5) / 2^10", "2 ρ 10 C(10, 5) / 2^10"),
            ("mat(1 - η, β; λ, 0)", "(1 − η, β; λ, 0)"),
            ("(((", "((("),
            ("\"open", "open"),
        ] {
            assert_eq!(plain(source), line);
        }
    }
}
