//! Text in XML and HTML.

/// Text that is inert in the content and the quoted attributes of XML and HTML. Characters that XML 1.0 does not allow become U+FFFD.
pub fn escape(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => inert.push_str("&amp;"),
            '<' => inert.push_str("&lt;"),
            '>' => inert.push_str("&gt;"),
            '"' => inert.push_str("&quot;"),
            '\'' => inert.push_str("&#39;"),
            '\t' | '\n' | '\r' => inert.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => inert.push('\u{fffd}'),
            _ => inert.push(c),
        }
    }
    inert
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_is_inert() {
        assert_eq!(
            super::escape("<b a=\"x\" b='y'>&\u{1}</b>"),
            "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\u{fffd}&lt;/b&gt;"
        );
    }
}
