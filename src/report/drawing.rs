//! How a figure looks: theory as lines, measurements as points, fields as coloured cells with a scale at the right, the legend above the
//! frame.

use super::axis::Axis;
use crate::plot::{Kind, Plot, Series};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::KeyPointHint;
use plotters::coord::{CoordTranslate, Shift};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::sync::Once;

/// What an SVG asks for: the embedded face where it is known (as in the PDF), else the reader's sans-serif.
const FAMILY: &str = "Ubuntu, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
const INK: RGBColor = RGBColor(34, 34, 34);
const FAINT: RGBColor = RGBColor(222, 222, 222);
const GREY: RGBColor = RGBColor(170, 170, 170);
/// Okabe and Ito's colours, without the yellow: told apart with any colour vision.
const PALETTE: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
];

/// From the least value of a field to its largest: dark to light, told apart in grey as well (viridis, by Smith and van der Walt).
const SCALE: [RGBColor; 10] = [
    RGBColor(68, 1, 84),
    RGBColor(72, 40, 120),
    RGBColor(62, 74, 137),
    RGBColor(49, 104, 142),
    RGBColor(38, 130, 142),
    RGBColor(31, 158, 137),
    RGBColor(53, 183, 121),
    RGBColor(109, 205, 89),
    RGBColor(180, 222, 44),
    RGBColor(253, 231, 37),
];
/// How much room a field's scale takes.
const SCALE_WIDTH: u32 = 92;

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
    let count = |kind: Kind| plot.series.iter().filter(|series| series.kind == kind).count();
    let theories = count(Kind::Theory);
    let paired = theories > 1 && theories == count(Kind::Measured);
    let (mut of_theory, mut of_all) = (0, 0);
    let colour = |series: &Series| match series.kind {
        Kind::Level => GREY,
        Kind::Field => FAINT,
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
    let field = plot.series.iter().find(|series| series.kind == Kind::Field);
    let (frame, side) = match field {
        Some(_) => frame.split_horizontally(frame.dim_in_pixel().0 as i32 - (SCALE_WIDTH * scale) as i32),
        None => (frame.clone(), frame),
    };
    let [horizontal, vertical] =
        [(0, plot.log_x), (1, plot.log_y)].map(|(at, log)| Axis::over(shown(plot).map(|point| point[at]), log));
    let widest = vertical.ticks.iter().map(|&tick| vertical.label(tick).chars().count()).max().unwrap_or(1) as u32;
    let mut chart = ChartBuilder::on(&frame)
        .x_label_area_size(FOOT * scale)
        .y_label_area_size((30 + 8 * widest) * scale)
        .build_cartesian_2d(horizontal.clone(), vertical.clone())
        .map_err(|e| e.to_string())?;
    if let Some(field) = field {
        cells(field, &[&horizontal, &vertical], chart.plotting_area())?;
        colour_scale(field, &side, scale)?;
    }
    chart
        .configure_mesh()
        .bold_line_style(if field.is_some() { TRANSPARENT } else { FAINT.to_rgba() }.stroke_width(1))
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
        if series.kind == Kind::Field {
            continue;
        }
        if series.kind != Kind::Measured {
            for run in places.split(Option::is_none) {
                let run: Vec<_> = run.iter().flatten().copied().collect();
                let stroke = colour.stroke_width(if series.kind == Kind::Level { scale } else { 2 * scale });
                match run.as_slice() {
                    [] => {}
                    [only] => drop(chart.draw_series([Circle::new(*only, 4 * unit, stroke)]).map_err(|e| e.to_string())?),
                    _ => drop(chart.draw_series([PathElement::new(run, stroke)]).map_err(|e| e.to_string())?),
                }
            }
        } else {
            let size = if places.len() > 60 { 2 } else { 4 } * unit;
            for at in places.into_iter().flatten() {
                if field.is_some() {
                    mark(chart.plotting_area(), at, index, size + 2 * unit, WHITE, 2 * scale)?;
                }
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

/// Room below the frame for the horizontal axis.
const FOOT: u32 = 42;

/// The colour of a value between the least (0) and the largest (1).
fn shade(part: f64) -> RGBColor {
    let place = part.clamp(0.0, 1.0) * (SCALE.len() - 1) as f64;
    let below = (place as usize).min(SCALE.len() - 2);
    let (RGBColor(r, g, b), RGBColor(red, green, blue)) = (SCALE[below], SCALE[below + 1]);
    let mix = |from: u8, to: u8| libm::round(f64::from(from) + (place - below as f64) * (f64::from(to) - f64::from(from))) as u8;
    RGBColor(mix(r, red), mix(g, green), mix(b, blue))
}

/// Least and largest finite value of a field.
fn limits(field: &Series) -> [f64; 2] {
    let finite = field.values.iter().filter(|value| value.is_finite() && value.abs() < 1e300);
    let [lo, hi] = finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[lo, hi], value| [lo.min(*value), hi.max(*value)]);
    if lo < hi { [lo, hi] } else { [0.0, 1.0] }
}

/// Draws the cells of a field, whose points are their centres; grey where it has no value.
fn cells<B: DrawingBackend>(
    field: &Series,
    axes: &[&Axis; 2],
    area: &DrawingArea<B, Cartesian2d<Axis, Axis>>,
) -> std::result::Result<(), String> {
    let position = |point: &[f64; 2]| axes[0].position(point[0]).zip(axes[1].position(point[1]));
    let places: Vec<Option<(f64, f64)>> = field.points.iter().map(position).collect();
    // Half the distance between neighbours.
    let half = |coordinate: fn(&(f64, f64)) -> f64| {
        let mut sorted: Vec<f64> = places.iter().flatten().map(coordinate).collect();
        sorted.sort_by(f64::total_cmp);
        let span = sorted.last().zip(sorted.first()).map_or(0.0, |(last, first)| last - first);
        let gaps = sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > span * 1e-6);
        gaps.fold(span.max(f64::MIN_POSITIVE), f64::min) / 2.0
    };
    let (wide, high) = (half(|place| place.0), half(|place| place.1));
    let [lo, hi] = limits(field);
    let plain = area.strip_coord_spec();
    let (left, top) = plain.get_base_pixel();
    for (place, value) in places.iter().zip(&field.values) {
        let Some((x, y)) = place else { continue };
        let colour = if value.is_finite() { shade((value - lo) / (hi - lo)) } else { GREY };
        let corner = |x: f64, y: f64| {
            let (x, y) = area.map_coordinate(&(x, y));
            (x - left, y - top)
        };
        // A pixel more, so that rounding leaves no gaps.
        let (first, (right, bottom)) = (corner(x - wide, y + high), corner(x + wide, y - high));
        let last = (right + 1, bottom + 1);
        plain.draw(&Rectangle::new([first, last], colour.filled())).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Draws which colour stands for which value, beside the frame.
fn colour_scale<B: DrawingBackend>(field: &Series, area: &DrawingArea<B, Shift>, scale: u32) -> std::result::Result<(), String> {
    let unit = scale as i32;
    let [lo, hi] = limits(field);
    let axis = Axis::over([lo, hi].into_iter(), false);
    let (top, bottom) = (26 * unit, area.dim_in_pixel().1 as i32 - (FOOT * scale) as i32);
    let (left, right) = (14 * unit, 30 * unit);
    let height = |part: f64| bottom - libm::round(part * f64::from(bottom - top)) as i32;
    for step in 0..64 {
        let [from, to] = [step, step + 1].map(|step| height(f64::from(step) / 64.0));
        let colour = shade((f64::from(step) + 0.5) / 64.0);
        area.draw(&Rectangle::new([(left, to), (right, from)], colour.filled())).map_err(|e| e.to_string())?;
    }
    for tick in axis.ticks.iter().filter(|tick| (lo..=hi).contains(*tick)) {
        let at = height((tick - lo) / (hi - lo));
        let style = font(13, scale).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&PathElement::new(vec![(right, at), (right + 4 * unit, at)], INK.stroke_width(scale)))
            .map_err(|e| e.to_string())?;
        area.draw(&Text::new(axis.label(*tick), (right + 8 * unit, at + 2 * (unit - 1)), style)).map_err(|e| e.to_string())?;
    }
    let style = font(13, scale).pos(Pos::new(HPos::Left, VPos::Center));
    area.draw(&Text::new(field.name.clone(), (left, 10 * unit), style)).map_err(|e| e.to_string())
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

/// A circle, triangle or cross, so that colour is not all that tells series apart; another one where the colours begin again.
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
    match (index + index / PALETTE.len()) % 3 {
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
        if series.kind == Kind::Level || series.kind == Kind::Field {
            continue; // the one explains itself, the other has its scale
        }
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
            _ => {
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
