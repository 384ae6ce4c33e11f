//! Figures as SVG and PNG files.

use super::drawing::draw;
use crate::plot::{Plot, Series};
use crate::{Error, Result};
use plotters::prelude::*;

const SIZE: (u32, u32) = (720, 430);
/// What the embedded face has no glyph for, and what the PNG shows instead.
const MISSING: [(char, &str); 17] = [
    ('‖', "||"),
    ('∈', " in "),
    ('→', "->"),
    ('∇', "grad "),
    ('ℝ', "R"),
    ('𝔼', "E"),
    ('⋅', "·"),
    ('∗', "*"),
    ('∼', "~"),
    ('ϵ', "ε"),
    ('ϕ', "φ"),
    ('⊤', "T"),
    ('ₜ', "_t"),
    ('ₖ', "_k"),
    ('⁻', "^-"),
    ('⁺', "^+"),
    ('\u{302}', "^"),
];

/// A figure as an SVG document.
///
/// # Errors
/// If it cannot be drawn.
pub fn svg(plot: &Plot) -> Result<String> {
    let mut text = String::new();
    draw(&tidy(plot), SVGBackend::with_string(&mut text, SIZE).into_drawing_area(), 1).map_err(|why| failed(plot, &why))?;
    Ok(text)
}

/// A figure as a PNG file, at twice the resolution.
///
/// # Errors
/// If it cannot be drawn.
pub fn png(plot: &Plot) -> Result<Vec<u8>> {
    let (width, height) = (SIZE.0 * 2, SIZE.1 * 2);
    let mut pixels = vec![0; (width * height * 3) as usize];
    draw(&legible(&tidy(plot)), BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area(), 2)
        .map_err(|why| failed(plot, &why))?;
    encode(&pixels, width, height).map_err(|why| failed(plot, &why.to_string()))
}

fn encode(pixels: &[u8], width: u32, height: u32) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(pixels)?;
    Ok(file)
}

fn failed(plot: &Plot, why: &str) -> Error {
    Error::new(format!("the figure '{}' cannot be drawn: {why}", plot.id))
}

/// The figure with one-line labels: what XML does not allow, and what runs over the edge, is not drawn.
fn tidy(plot: &Plot) -> Plot {
    let one_line = |text: &str, longest: usize| {
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if line.chars().count() > longest { line.chars().take(longest - 1).chain(['…']).collect() } else { line }
    };
    let tidy = labels(plot, |text| one_line(text, 90));
    Plot { y: one_line(&tidy.y, 50), ..tidy }
}

fn legible(plot: &Plot) -> Plot {
    labels(plot, |text| MISSING.iter().fold(text.into(), |text: String, (from, to)| text.replace(*from, to)))
}

fn labels(plot: &Plot, text: impl Fn(&str) -> String) -> Plot {
    let series = plot.series.iter().map(|series| Series { name: text(&series.name), ..series.clone() });
    Plot { title: text(&plot.title), x: text(&plot.x), y: text(&plot.y), series: series.collect(), ..plot.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_figure_can_be_drawn_twice_alike() {
        for plot in sample::record().theorems.iter().flat_map(|theorem| &theorem.plots) {
            let (image, drawing) = (png(plot).unwrap(), svg(plot).unwrap());
            assert!(image.starts_with(b"\x89PNG") && drawing.starts_with("<svg"));
            assert_eq!((image, drawing), (png(plot).unwrap(), svg(plot).unwrap()));
        }
    }

    #[test]
    fn labels_are_inert() {
        let record = sample::record();
        let drawing = svg(&record.theorems[2].plots[0]).unwrap();
        assert!(drawing.contains("&lt;script&gt;") && !drawing.contains("<script>"), "{drawing}");
    }

    #[test]
    fn strange_points_do_not_panic() {
        let values = [f64::NAN, f64::INFINITY, 0.0, -1.0, 1e300, -1e308, f64::MIN_POSITIVE, 5e-324, 1.0];
        for (log_x, log_y) in [(false, false), (false, true), (true, false), (true, true)] {
            for x in values {
                let points = values.map(|y| [x, y]);
                let series = vec![Series::theory("t", points), Series::measured("m", points)];
                svg(&Plot { log_x, log_y, series, ..Plot::default() }).unwrap();
            }
        }
    }
}
