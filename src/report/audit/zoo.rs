//! `zoo.json`: mutants of the reference systems, and what the audit made of each.

use crate::plot::{Plot, Series};
use crate::{Error, Result};
use serde::Deserialize;

/// A run of the zoo.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Zoo {
    /// [`Zoo::SCHEMA`].
    pub schema: String,
    /// In the order in which they ran.
    pub mutants: Vec<Mutant>,
}

/// A mutant and its verdict.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Mutant {
    /// Id.
    pub id: String,
    /// The row of the list of bugs and conventions that it is an example of.
    pub row: String,
    /// Whom it is a mutant of.
    pub subject: String,
    /// `bug`, `hazard`, `convention`, `equivalent` or `not expressible`.
    pub kind: String,
    /// The verdict that it should have.
    pub expected: String,
    /// The one that it has.
    pub verdict: String,
    /// Whether the audit did its duty: it kills a bug, sees a hazard, names a convention, spares what is equivalent or honest. What no
    /// subject can express asks nothing of it.
    pub passes: bool,
    /// The checks that found something.
    pub by: Vec<String>,
    /// What the audit called it; empty if it has no words for it.
    pub named: String,
    /// How long that took.
    pub seconds: f64,
}

impl Mutant {
    /// What the audit found, and its words for it; empty if it found nothing.
    pub fn finding(&self) -> String {
        let checks = self.by.join(", ");
        if self.named.is_empty() { checks } else { format!("{checks}: {}", self.named) }
    }
}

impl Zoo {
    /// The schema's name.
    pub const SCHEMA: &str = "gradproof.zoo/1";

    /// Whether it is a file of this schema.
    pub(super) fn check_schema(&self) -> Result<()> {
        if self.schema == Zoo::SCHEMA {
            return Ok(());
        }
        Err(Error::new(format!("zoo.json has the schema '{}', not '{}'; run the zoo again", self.schema, Zoo::SCHEMA)))
    }

    /// Whether the audit did its duty by every mutant.
    pub fn passes(&self) -> bool {
        self.mutants.iter().all(|mutant| mutant.passes)
    }

    /// The outcome in a sentence. Audits ran side by side: their seconds add up to more than passed.
    pub fn outcome(&self) -> String {
        let kinds = [
            ("bug", "bugs killed"),
            ("hazard", "hazards seen"),
            ("convention", "conventions named"),
            ("equivalent", "equivalent mutants spared"),
            ("honest", "honest optimizers spared"),
        ];
        let parts = kinds.map(|(kind, words)| {
            let kind = || self.mutants.iter().filter(|mutant| mutant.kind == kind);
            let (done, all) = (kind().filter(|mutant| mutant.passes).count(), kind().count());
            (all > 0).then(|| format!("{done} of {all} {words}"))
        });
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let seconds: f64 = self.mutants.iter().map(|mutant| mutant.seconds).sum();
        match parts.is_empty() {
            true => "Nothing was mutated.".into(),
            false => format!("{}; {seconds:.1} s for all audits together, not wall time", parts.join(", ")),
        }
    }

    /// How many mutants were dealt with after how many seconds, in the order in which they ran.
    pub fn plot(&self) -> Plot {
        let curve = |kind: &str| {
            let (mut seconds, mut many) = (0.0, 0.0);
            let mut points = vec![[0.0, 0.0]];
            for mutant in &self.mutants {
                seconds += mutant.seconds;
                if mutant.kind == kind && mutant.passes {
                    many += 1.0;
                    points.push([seconds, many]);
                }
            }
            points
        };
        let series = [("bug", "bugs killed"), ("hazard", "hazards seen"), ("convention", "conventions named")]
            .map(|(kind, name)| (name, curve(kind)));
        let series = series.into_iter().filter(|(_, points)| points.len() > 1);
        Plot {
            id: "zoo".into(),
            title: "Mutants killed against seconds spent".into(),
            x: "seconds of the audits so far, together".into(),
            y: "mutants".into(),
            series: series.map(|(name, points)| Series::measured(name, points)).collect(),
            ..Plot::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::report::audit::sample;

    #[test]
    fn a_plot_counts_what_was_dealt_with() {
        let zoo = sample::zoo();
        assert_eq!(
            zoo.outcome(),
            "2 of 3 bugs killed, 1 of 1 hazards seen, 1 of 1 conventions named, 1 of 1 equivalent mutants spared; \
             1.0 s for all audits together, not wall time"
        );
        assert!(!zoo.passes());
        let plot = zoo.plot();
        assert_eq!(plot.series[0].points, [[0.0, 0.0], [0.125, 1.0], [0.375, 2.0]]);
        assert_eq!(plot.series[2].points, [[0.0, 0.0], [0.25, 1.0]]);
    }
}
