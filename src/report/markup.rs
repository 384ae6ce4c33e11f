//! Statements: text, mathematics between dollar signs in Typst's syntax, and code between backticks. Text is text: only what
//! stands between dollars is ever interpreted.

/// A piece of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Text, to be shown as it is.
    Text(String),
    /// Code, to be shown as it is, in a face for code.
    Code(String),
    /// A formula in Typst's syntax.
    Formula {
        /// What stands between the dollars.
        source: String,
        /// Whether it stands on a line of its own: `$ x $` does, `$x$` does not.
        display: bool,
    },
}

/// The pieces of a statement. A dollar or a backtick without a partner is text, and so is one after a backslash.
pub fn segments(markup: &str) -> Vec<Segment> {
    let (mut pieces, mut text, mut rest) = (Vec::new(), String::new(), markup);
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        let end = match c {
            '$' => closing_dollar(tail),
            '`' => tail.find('`'),
            _ => None,
        };
        if let Some(end) = end {
            if !text.is_empty() {
                pieces.push(Segment::Text(std::mem::take(&mut text)));
            }
            let inside = &tail[..end];
            let display = inside.starts_with(char::is_whitespace) && inside.ends_with(char::is_whitespace);
            pieces.push(match c {
                '`' => Segment::Code(inside.into()),
                _ => Segment::Formula { source: inside.trim().into(), display },
            });
            rest = &tail[end + 1..];
        } else if c == '\\' && tail.starts_with(['$', '`', '\\', '#']) {
            text.push_str(&tail[..1]);
            rest = &tail[1..];
        } else {
            text.push(c);
            rest = tail;
        }
    }
    if !text.is_empty() {
        pieces.push(Segment::Text(text));
    }
    pieces
}

/// Where the formula ends, whose opening dollar precedes `rest`; words in quotes may contain dollars.
fn closing_dollar(rest: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '$' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// A statement as one Unicode line, for terminals.
pub fn plain(markup: &str) -> String {
    let line: String = segments(markup)
        .into_iter()
        .map(|segment| match segment {
            Segment::Text(text) | Segment::Code(text) => text,
            Segment::Formula { source, display: false } => super::formula::plain(&source),
            Segment::Formula { source, display: true } => format!(" {} ", super::formula::plain(&source)),
        })
        .collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formula(source: &str) -> Segment {
        Segment::Formula { source: source.into(), display: false }
    }

    #[test]
    fn text_and_formulas_alternate() {
        let pieces = segments("For $x$ and $ y $.");
        let display = Segment::Formula { source: "y".into(), display: true };
        let text = |text: &str| Segment::Text(text.into());
        assert_eq!(pieces, [text("For "), formula("x"), text(" and "), display, text(".")]);
    }

    #[test]
    fn odd_dollars_are_text() {
        let text = |text: &str| Segment::Text(text.into());
        assert_eq!(segments("5$"), [Segment::Text("5$".into())]);
        assert_eq!(segments("in `f32` and `"), [text("in "), Segment::Code("f32".into()), text(" and `")]);
        assert_eq!(segments(r"\$x\$"), [Segment::Text("$x$".into())]);
        assert_eq!(segments(r#"$x "costs $" y$"#), [formula(r#"x "costs $" y"#)]);
    }

    #[test]
    fn a_statement_becomes_a_line() {
        let statement = "For $f ∈ F(μ, L)$ and\n $0 < η < 2/L$: $‖x_(t+1) - x^*‖ <= ρ ‖x_t - x^*‖$";
        assert_eq!(plain(statement), "For f ∈ F(μ, L) and 0 < η < 2/L: ‖x_{t+1} − x*‖ ≤ ρ ‖x_t − x*‖");
    }
}
