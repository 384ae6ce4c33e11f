//! The points of a figure; renderers draw them, nothing else computes them.
//!
//! Besides curves and points there are fields, values over the plane that are drawn as coloured cells, and level lines of the function
//! that is descended.

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
    /// For a field, its value at each point, NaN where it has none; otherwise nothing.
    #[serde(with = "crate::report::list", default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<f64>,
}

/// Prediction or measurement, or what lies below them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Drawn as a line.
    Theory,
    /// Drawn as points.
    Measured,
    /// Predicted values on a grid: drawn as coloured cells, with a scale at the side.
    Field,
    /// A level line: thin and grey, without a place in the legend.
    Level,
}

impl Series {
    /// A prediction.
    pub fn theory(name: &str, points: impl IntoIterator<Item = [f64; 2]>) -> Self {
        Series::new(name, Kind::Theory, points)
    }

    /// A measurement.
    pub fn measured(name: &str, points: impl IntoIterator<Item = [f64; 2]>) -> Self {
        Series::new(name, Kind::Measured, points)
    }

    /// A level line.
    pub fn level(name: &str, points: impl IntoIterator<Item = [f64; 2]>) -> Self {
        Series::new(name, Kind::Level, points)
    }

    /// A field: its values at the centres of `cells` equal cells across and as many up that divide the two ranges.
    pub fn field(name: &str, [across, up]: [[f64; 2]; 2], cells: [usize; 2], value: impl Fn([f64; 2]) -> f64) -> Self {
        let centre = |[lo, hi]: [f64; 2], cell: usize, cells: usize| lo + (hi - lo) * (cell as f64 + 0.5) / cells as f64;
        let row = |y: usize| (0..cells[0]).map(move |x| [centre(across, x, cells[0]), centre(up, y, cells[1])]);
        let points: Vec<[f64; 2]> = (0..cells[1]).flat_map(row).collect();
        let values = points.iter().map(|point| value(*point)).collect();
        Series { values, ..Series::new(name, Kind::Field, points) }
    }

    fn new(name: &str, kind: Kind, points: impl IntoIterator<Item = [f64; 2]>) -> Self {
        Series { name: name.into(), kind, points: points.into_iter().collect(), values: Vec::new() }
    }
}
