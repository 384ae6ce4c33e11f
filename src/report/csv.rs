//! The points of a figure as comma-separated values (RFC 4180).

use crate::plot::{Kind, Plot};

/// `series,kind,x,y`, a line a point, with every digit that a number needs to be read back; with a field, a last column has its values.
pub fn csv(plot: &Plot) -> String {
    let has_values = plot.series.iter().any(|series| series.kind == Kind::Field);
    let mut table = String::from(if has_values { "series,kind,x,y,value\n" } else { "series,kind,x,y\n" });
    for series in &plot.series {
        let kind = match series.kind {
            Kind::Theory => "theory",
            Kind::Measured => "measured",
            Kind::Field => "field",
            Kind::Level => "level",
        };
        let name = field(&series.name);
        for (place, [x, y]) in series.points.iter().enumerate() {
            let value = match (has_values, series.values.get(place)) {
                (false, _) => String::new(),
                (true, value) => format!(",{}", value.map_or_else(String::new, |value| number(*value))),
            };
            table.push_str(&format!("{name},{kind},{},{}{value}\n", number(*x), number(*y)));
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

    #[test]
    fn a_field_has_its_values_in_a_last_column() {
        let field = Series::field("f", [[0.0, 1.0], [0.0, 2.0]], [1, 2], |[_, y]| if y < 1.0 { y } else { f64::NAN });
        let plot = Plot { series: vec![field, Series::measured("m", [[1.0, 2.0]])], ..Plot::default() };
        assert_eq!(csv(&plot), "series,kind,x,y,value\nf,field,0.5,0.5,0.5\nf,field,0.5,1.5,NaN\nm,measured,1.0,2.0,\n");
    }
}
