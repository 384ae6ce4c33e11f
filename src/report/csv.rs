//! The points of a figure as comma-separated values (RFC 4180).

use crate::plot::{Kind, Plot};

/// `series,kind,x,y`, a line a point, with every digit that a number needs to be read back.
pub fn csv(plot: &Plot) -> String {
    let mut table = String::from("series,kind,x,y\n");
    for series in &plot.series {
        let kind = match series.kind {
            Kind::Theory => "theory",
            Kind::Measured => "measured",
        };
        let name = field(&series.name);
        for [x, y] in &series.points {
            table.push_str(&format!("{name},{kind},{},{}\n", number(*x), number(*y)));
        }
    }
    table
}

fn number(x: f64) -> String {
    match x {
        x if x.is_finite() => format!("{x:?}"),
        x if x.is_nan() => "NaN".into(),
        x if x > 0.0 => "Infinity".into(),
        _ => "-Infinity".into(),
    }
}

fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Series;

    #[test]
    fn names_are_quoted_and_numbers_exact() {
        let plot = Plot {
            series: vec![
                Series::measured("a, \"b\"\nc", [[0.1 + 0.2, 1e300]]),
                Series::theory("d", [[f64::NAN, f64::NEG_INFINITY]]),
            ],
            ..Plot::default()
        };
        let expected = "series,kind,x,y\n\"a, \"\"b\"\"\nc\",measured,0.30000000000000004,1e300\nd,theory,NaN,-Infinity\n";
        assert_eq!(csv(&plot), expected);
    }
}
