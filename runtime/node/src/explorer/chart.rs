//! Charts of the last minutes, as SVG inside the page. Colours are the style sheet's: a chart only has roles.

use std::time::Duration;

use plotters::prelude::*;

use crate::history::{SECONDS, Sample};

/// Width and height in the chart's own units; the page scales it.
const SIZE: (u32, u32) = (400, 180);
/// Stand-ins that the style sheet replaces by the theme's colours.
const FIRST: RGBColor = RGBColor(0x00, 0x00, 0x01);
const SECOND: RGBColor = RGBColor(0x00, 0x00, 0x02);
const GRID: RGBColor = RGBColor(0x00, 0x00, 0x03);

/// One chart.
pub(super) struct Chart {
    /// What it shows, in a sentence for those who cannot see it.
    pub(super) summary: String,
    /// The drawing.
    pub(super) svg: String,
    /// Names of its lines, with the class of their colour; none if there is only one.
    pub(super) legend: Vec<(&'static str, &'static str)>,
}

/// Transactions per second.
pub(super) fn throughput(samples: &[Sample]) -> Chart {
    let points = series(samples, |sample| sample.committed as f64);
    let peak = samples.iter().map(|s| s.committed).max().unwrap_or(0);
    let total: u64 = samples.iter().map(|sample| sample.committed).sum();
    Chart {
        summary: format!("{total} committed in ten minutes, at most {peak} in one second."),
        svg: draw(&[(FIRST, points)], true),
        legend: Vec::new(),
    }
}

/// Milliseconds from acceptance to disk.
pub(super) fn latency(samples: &[Sample]) -> Chart {
    let ms = |duration: Option<Duration>| duration.map(|d| d.as_secs_f64() * 1000.0);
    let p50 = present(samples, |sample| ms(sample.p50));
    let p99 = present(samples, |sample| ms(sample.p99));
    let worst = p99.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    Chart {
        summary: if p99.is_empty() {
            "Nothing was committed in these ten minutes.".to_owned()
        } else {
            format!("The 99th percentile was at most {worst:.0} ms.")
        },
        svg: draw(&[(FIRST, p50), (SECOND, p99)], false),
        legend: vec![("median", "first"), ("99th percentile", "second")],
    }
}

/// Transactions in the largest block of each second.
pub(super) fn block_size(samples: &[Sample]) -> Chart {
    let points = series(samples, |sample| sample.largest_block as f64);
    let largest = samples.iter().map(|s| s.largest_block).max().unwrap_or(0);
    let blocks: u64 = samples.iter().map(|sample| sample.blocks).sum();
    Chart {
        summary: format!(
            "{blocks} blocks in ten minutes, the largest with {largest} transactions."
        ),
        svg: draw(&[(FIRST, points)], true),
        legend: Vec::new(),
    }
}

/// Seconds before now, and the value.
type Points = Vec<(f64, f64)>;

fn series(samples: &[Sample], value: impl Fn(&Sample) -> f64) -> Points {
    present(samples, |sample| Some(value(sample)))
}

fn present(samples: &[Sample], value: impl Fn(&Sample) -> Option<f64>) -> Points {
    let count = samples.len() as f64;
    let ages = (0..).map(|index| f64::from(index) - count);
    ages.zip(samples)
        .filter_map(|(age, sample)| Some((age, value(sample)?)))
        .collect()
}

fn draw(lines: &[(RGBColor, Points)], filled: bool) -> String {
    let mut svg = String::new();
    // The back end writes to a string: there is nothing that could fail. A chart that is missing is not worth a page.
    match plot(&mut svg, lines, filled) {
        Ok(()) => svg,
        Err(error) => {
            tracing::error!(%error, "a chart could not be drawn");
            String::new()
        }
    }
}

fn plot(
    svg: &mut String,
    lines: &[(RGBColor, Points)],
    filled: bool,
) -> Result<(), Box<dyn std::error::Error>> {
    let values = lines.iter().flat_map(|(_, points)| points);
    let top = values.map(|(_, value)| *value).fold(0.0, f64::max);
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(6)
        .x_label_area_size(24)
        .y_label_area_size(44)
        .build_cartesian_2d(-(SECONDS as f64)..0.0, 0.0..ceiling(top))?;
    let labels = ("sans-serif", 12).into_font().color(&GRID);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(GRID)
        .label_style(labels)
        .x_labels(6)
        .y_labels(4)
        .x_label_formatter(&|age| match (-age / 60.0).round() {
            0.0 => "now".to_owned(),
            minutes => format!("−{minutes} min"),
        })
        .y_label_formatter(&|value| format!("{value}"))
        .draw()?;
    for (colour, points) in lines {
        if filled {
            let area = AreaSeries::new(points.iter().copied(), 0.0, colour.mix(0.15));
            chart.draw_series(area.border_style(*colour))?;
        } else {
            // A line would join moments between which nothing was committed.
            let marks = points.iter().map(|at| Circle::new(*at, 2, colour.filled()));
            chart.draw_series(marks)?;
        }
    }
    area.present()?;
    Ok(())
}

/// The first of 1, 2, 5, 10, 20, … that is above the largest value: axes keep still while values move.
fn ceiling(top: f64) -> f64 {
    let steps = (0..20).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power)));
    steps.into_iter().find(|step| *step > top).unwrap_or(top)
}

#[cfg(test)]
mod tests;
