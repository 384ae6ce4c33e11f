//! How far a run is: a bar on a terminal, a line for each theorem elsewhere, nothing when quiet.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

pub enum Progress {
    Bar(ProgressBar),
    Lines,
    Quiet,
}

impl Progress {
    pub fn new(total: usize, quiet: bool) -> Self {
        if quiet {
            return Progress::Quiet;
        }
        if !std::io::stderr().is_terminal() {
            return Progress::Lines;
        }
        let bar = ProgressBar::new(total as u64);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress::Bar(bar)
    }

    /// A theorem has been judged.
    pub fn done(&self, name: &str, passes: bool, seconds: f64) {
        let word = if passes { "as expected" } else { "NOT as expected" };
        match self {
            Progress::Bar(bar) => {
                bar.set_message(name.to_string());
                bar.inc(1);
            }
            Progress::Lines => eprintln!("{name}: {word} ({seconds:.1} s)"),
            Progress::Quiet => {}
        }
    }

    pub fn finish(&self) {
        if let Progress::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
