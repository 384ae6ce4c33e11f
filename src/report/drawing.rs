//! How a figure looks: theory as lines, measurements as points, the legend above the frame.

use super::axis::Axis;
use crate::plot::{Kind, Plot, Series};
use plotters::coord::ranged1d::KeyPointHint;
use plotters::coord::{CoordTranslate, Shift};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::sync::Once;

/// What an SVG asks for: the embedded face where it is known (as in the PDF), else the reader's sans-serif.
const FAMILY: &str = "Ubuntu, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
const INK: RGBColor = RGBColor(34, 34, 34);
const FAINT: RGBColor = RGBColor(222, 222, 222);
/// Okabe and Ito's colours, without the yellow: told apart with any colour vision.
const PALETTE: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
];

impl Ranged for Axis {
    type FormatOption = plotters::coord::ranged1d::DefaultFormatting;
    type ValueType = f64;

    fn map(&self, position: &f64, (from, to): (i32, i32)) -> i32 {
        let [lo, hi] = self.range;
        from + libm::round((position - lo) / (hi - lo) * f64::from(to - from)) as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.range[0]..self.range[1]
    }
}

fn font(size: u32, scale: u32) -> TextStyle<'static> {
    static REGISTER: Once = Once::new();
    REGISTER.call_once(|| {
        let known = plotters::style::register_font(FAMILY, FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT);
        debug_assert!(known.is_ok(), "the embedded face is readable");
    });
    (FAMILY, size * scale).into_font().color(&INK)
}

/// Theory in the same colours as measurements where they come in pairs; a lone prediction in ink.
fn colours(plot: &Plot) -> Vec<RGBColor> {
    let theories = plot.series.iter().filter(|series| series.kind == Kind::Theory).count();
    let paired = theories > 1 && 2 * theories == plot.series.len();
    let (mut of_theory, mut of_all) = (0, 0);
    let colour = |series: &Series| match series.kind {
        Kind::Theory if theories == 1 => INK,
        Kind::Theory if paired => {
            of_theory += 1;
            PALETTE[(of_theory - 1) % PALETTE.len()]
        }
        _ => {
            of_all += 1;
            PALETTE[(of_all - 1) % PALETTE.len()]
        }
    };
    plot.series.iter().map(colour).collect()
}

/// Draws a figure, `scale` times as large.
///
/// # Errors
/// Those of the backend.
pub fn draw<B: DrawingBackend>(plot: &Plot, area: DrawingArea<B, Shift>, scale: u32) -> std::result::Result<(), String> {
    let unit = scale as i32;
    area.fill(&WHITE).map_err(|e| e.to_string())?;
    let area = area.margin(8 * unit, 6 * unit, 10 * unit, 18 * unit);
    area.draw(&Text::new(plot.title.clone(), (4 * unit, 2 * unit), font(17, scale))).map_err(|e| e.to_string())?;
    let colours = colours(plot);
    let bottom = legend(plot, &colours, &area, scale)?;
    let (_, frame) = area.split_vertically(bottom);
    let [horizontal, vertical] =
        [(0, plot.log_x), (1, plot.log_y)].map(|(at, log)| Axis::over(shown(plot).map(|point| point[at]), log));
    let widest = vertical.ticks.iter().map(|&tick| vertical.label(tick).chars().count()).max().unwrap_or(1) as u32;
    let mut chart = ChartBuilder::on(&frame)
        .x_label_area_size(42 * scale)
        .y_label_area_size((30 + 8 * widest) * scale)
        .build_cartesian_2d(horizontal.clone(), vertical.clone())
        .map_err(|e| e.to_string())?;
    chart
        .configure_mesh()
        .bold_line_style(FAINT.stroke_width(1))
        .light_line_style(TRANSPARENT)
        .axis_style(INK.mix(0.6).stroke_width(scale))
        .label_style(font(13, scale))
        .axis_desc_style(font(15, scale))
        .x_labels(horizontal.ticks.len())
        .y_labels(vertical.ticks.len())
        .x_label_formatter(&|tick| horizontal.label(*tick))
        .y_label_formatter(&|tick| vertical.label(*tick))
        .x_desc(plot.x.clone())
        .y_desc(plot.y.clone())
        .draw()
        .map_err(|e| e.to_string())?;
    for ((series, colour), index) in plot.series.iter().zip(&colours).zip(shapes(plot)) {
        let place = |[x, y]: &[f64; 2]| horizontal.position(*x).zip(vertical.position(*y));
        let places: Vec<_> = series.points.iter().map(place).collect();
        if series.kind == Kind::Theory {
            for run in places.split(Option::is_none) {
                let run: Vec<_> = run.iter().flatten().copied().collect();
                let stroke = colour.stroke_width(2 * scale);
                match run.as_slice() {
                    [] => {}
                    [only] => drop(chart.draw_series([Circle::new(*only, 4 * unit, stroke)]).map_err(|e| e.to_string())?),
                    _ => drop(chart.draw_series([PathElement::new(run, stroke)]).map_err(|e| e.to_string())?),
                }
            }
        } else {
            let size = if places.len() > 60 { 2 } else { 4 } * unit;
            for at in places.into_iter().flatten() {
                mark(chart.plotting_area(), at, index, size, *colour, scale)?;
            }
        }
    }
    if shown(plot).next().is_none() {
        let (width, height) = frame.dim_in_pixel();
        let style = font(15, scale).pos(Pos::new(HPos::Center, VPos::Center));
        let at = (width as i32 / 2, height as i32 / 2);
        frame.draw(&Text::new("no finite points", at, style)).map_err(|e| e.to_string())?;
    }
    area.present().map_err(|e| e.to_string())
}

/// The points that the axes can show.
fn shown(plot: &Plot) -> impl Iterator<Item = [f64; 2]> + '_ {
    let visible = |value: f64, log: bool| value.is_finite() && value.abs() < 1e300 && (!log || value > 0.0);
    let points = plot.series.iter().flat_map(|series| series.points.iter().copied());
    points.filter(move |[x, y]| visible(*x, plot.log_x) && visible(*y, plot.log_y))
}

/// The shape of each series' marks.
fn shapes(plot: &Plot) -> impl Iterator<Item = usize> + '_ {
    plot.series.iter().scan(0, |next, series| {
        let index = *next;
        *next += usize::from(series.kind == Kind::Measured);
        Some(index)
    })
}

/// A circle, triangle or cross, so that colour is not all that tells series apart.
fn mark<B: DrawingBackend, T: CoordTranslate>(
    area: &DrawingArea<B, T>,
    at: T::From,
    index: usize,
    size: i32,
    colour: RGBColor,
    scale: u32,
) -> std::result::Result<(), String>
where
    T::From: Clone + 'static,
{
    match index % 3 {
        0 => area.draw(&Circle::new(at, size, colour.filled())),
        1 => area.draw(&TriangleMarker::new(at, size + size / 4, colour.filled())),
        _ => area.draw(&Cross::new(at, size, colour.stroke_width(2 * scale))),
    }
    .map_err(|e| e.to_string())
}

/// Draws the legend below the title, in as many lines as it needs; returns where it ends.
fn legend<B: DrawingBackend>(
    plot: &Plot,
    colours: &[RGBColor],
    area: &DrawingArea<B, Shift>,
    scale: u32,
) -> std::result::Result<i32, String> {
    let unit = scale as i32;
    let (mut x, mut y) = (6 * unit, 34 * unit);
    for ((series, colour), index) in plot.series.iter().zip(colours).zip(shapes(plot)) {
        let style = font(13, scale);
        let wide = area.estimate_text_size(&series.name, &style).map_err(|e| e.to_string())?.0 as i32;
        if x > 6 * unit && x + 28 * unit + wide > area.dim_in_pixel().0 as i32 {
            (x, y) = (6 * unit, y + 19 * unit);
        }
        match series.kind {
            Kind::Theory => {
                let line = vec![(x, y), (x + 20 * unit, y)];
                area.draw(&PathElement::new(line, colour.stroke_width(2 * scale))).map_err(|e| e.to_string())?;
            }
            Kind::Measured => {
                mark(area, (x + 10 * unit, y), index, 4 * unit, *colour, scale)?;
            }
        }
        // In bitmaps, plotters sets text a little too high.
        let name = style.pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(series.name.clone(), (x + 27 * unit, y + 2 * (unit - 1)), name)).map_err(|e| e.to_string())?;
        x += 27 * unit + wide + 22 * unit;
    }
    Ok(y + 14 * unit)
}
