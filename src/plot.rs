//! The points of a figure; renderers draw them, nothing else computes them.

use serde::{Deserialize, Serialize};

/// A figure: theory as lines, measurements as points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plot {
    /// Unique within the theorem, in kebab case.
    pub id: String,
    /// One line.
    pub title: String,
    /// Label of the horizontal axis.
    pub x: String,
    /// Label of the vertical axis.
    pub y: String,
    /// Whether the horizontal axis is logarithmic.
    #[serde(default)]
    pub log_x: bool,
    /// Whether the vertical axis is logarithmic.
    #[serde(default)]
    pub log_y: bool,
    /// The curves and point sets.
    pub series: Vec<Series>,
}

/// One curve or point set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Whether it is a prediction or was measured.
    pub kind: Kind,
    /// The points.
    #[serde(with = "crate::report::pairs")]
    pub points: Vec<[f64; 2]>,
}

/// Prediction or measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Drawn as a line.
    Theory,
    /// Drawn as points.
    Measured,
}

impl Series {
    /// A prediction.
    pub fn theory(name: &str, points: impl IntoIterator<Item = [f64; 2]>) -> Self {
        Series { name: name.into(), kind: Kind::Theory, points: points.into_iter().collect() }
    }

    /// A measurement.
    pub fn measured(name: &str, points: impl IntoIterator<Item = [f64; 2]>) -> Self {
        Series { name: name.into(), kind: Kind::Measured, points: points.into_iter().collect() }
    }
}
