//! The zoo's section of the page.

use super::html::chip;
use super::{Mutant, Zoo};
use crate::Result;
use crate::report::escape::escape;
use crate::report::words::number;

/// A table of all mutants, and how many were killed after how many seconds of all audits together.
///
/// # Errors
/// If the figure cannot be drawn.
pub fn section(zoo: &Zoo) -> Result<String> {
    let (class, mark) = if zoo.passes() { ("good", "✓") } else { ("bad", "!") };
    let head = ["mutant", "row", "of", "kind", "expected", "verdict", "found", "s"];
    let head = head.map(|name| format!("<th scope=\"col\">{name}</th>")).concat();
    let rows: String = zoo.mutants.iter().map(row).collect();
    Ok(format!(
        "<section id=\"zoo\">\n<h2>The zoo: mutants of the reference systems</h2>\n\
         <p class=\"outcome {class}\"><b aria-hidden=\"true\">{mark}</b> {}</p>\n<div class=\"figures\">{}</div>\n\
         <details><summary>All mutants</summary>\n<div class=\"wide\"><table class=\"zoo\">\n<thead><tr>{head}</tr></thead>\n\
         <tbody>{rows}</tbody></table></div>\n</details>\n</section>\n",
        escape(&zoo.outcome()),
        figure(zoo)?,
    ))
}

fn row(mutant: &Mutant) -> String {
    let outcome = match mutant.passes {
        true => chip("conforms", "✓", &mutant.verdict),
        false => chip("deviates", "!", &mutant.verdict),
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{outcome}</td><td>{}</td><td>{}</td></tr>\n",
        escape(&mutant.id),
        escape(&mutant.row),
        escape(&mutant.subject),
        escape(&mutant.kind),
        escape(&mutant.expected),
        escape(&mutant.finding()),
        number(mutant.seconds),
    )
}

#[cfg(feature = "plots")]
fn figure(zoo: &Zoo) -> Result<String> {
    let plot = zoo.plot();
    let drawing = crate::report::plots::svg(&plot)?.replacen("<svg ", "<svg role=\"img\" ", 1);
    Ok(format!("<figure aria-label=\"{}\">{drawing}</figure>\n", escape(&plot.title)))
}

#[cfg(not(feature = "plots"))]
fn figure(_: &Zoo) -> Result<String> {
    Ok("<p>Points: <code>data/zoo.csv</code></p>\n".into())
}
