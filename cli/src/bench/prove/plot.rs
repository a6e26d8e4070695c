//! What `bench prove` measured as a drawing: provers side by side for each circuit, and speed against the memory of tables.

use std::fmt::Write;

use super::report::{Line, Report};

/// Width of the drawing and of each of its halves' fields.
const WIDTH: f64 = 920.0;
const HEIGHT: f64 = 420.0;
const TOP: f64 = 60.0;
const BOTTOM: f64 = 340.0;
const BARS: (f64, f64) = (70.0, 560.0);
const CURVE: (f64, f64) = (660.0, 890.0);

/// Name, colour and time of each prover.
type Bar = (&'static str, &'static str, fn(&Line) -> Option<f64>);

const PROVERS: [Bar; 4] = [
    ("ours", "#2f6f4f", |line| Some(line.ours_ms)),
    ("ours, imported key without tables", "#8fbf9f", |line| {
        line.zkey_no_tables_ms
    }),
    ("ark-groth16", "#c77d2e", |line| line.ark_ms),
    ("snarkjs", "#a33b3b", |line| line.snarkjs_ms),
];

/// Draws a report.
pub(super) fn svg(report: &Report) -> String {
    let mut out = String::new();
    // Writing into a string does not fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    text(
        &mut out,
        (BARS.0, 24.0),
        "start",
        "Time of a proof, logarithmic",
    );
    bars(&mut out, &report.circuits);
    if !report.tables.is_empty() {
        let title = "transfer: time against memory of tables";
        text(&mut out, (CURVE.0, 24.0), "start", title);
        curves(&mut out, report);
    }
    legend(&mut out, &report.circuits);
    out.push_str("</svg>\n");
    out
}

fn bars(out: &mut String, lines: &[Line]) {
    let times = lines.iter().flat_map(|line| {
        let all = PROVERS.map(|(_, _, ms)| ms(line));
        all.into_iter().flatten()
    });
    let (low, high) = decades(times);
    for decade in low..=high {
        let ms = 10_f64.powi(decade);
        let y = logarithmic(ms, low, high);
        rule(out, BARS, y);
        text(out, (BARS.0 - 6.0, y + 4.0), "end", &duration(ms));
    }
    let place = (BARS.1 - BARS.0) / lines.len().max(1) as f64;
    let bar = place * 0.8 / PROVERS.len() as f64;
    for (index, line) in lines.iter().enumerate() {
        let left = BARS.0 + place * (index as f64 + 0.1);
        for (number, (name, colour, ms)) in PROVERS.iter().enumerate() {
            let Some(ms) = ms(line) else { continue };
            let (x, y) = (left + bar * number as f64, logarithmic(ms, low, high));
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{colour}\"><title>{}, {}, {}: {ms:.0} \
                 ms</title></rect>",
                bar * 0.9,
                BOTTOM - y,
                escaped(&line.name),
                threads(line.threads),
                escaped(name)
            );
        }
        let middle = left + place * 0.4;
        text(out, (middle, BOTTOM + 16.0), "middle", &line.name);
        text(
            out,
            (middle, BOTTOM + 32.0),
            "middle",
            &threads(line.threads),
        );
    }
}

fn curves(out: &mut String, report: &Report) {
    let most = |values: &mut dyn Iterator<Item = f64>| values.fold(1.0, f64::max);
    let across = most(&mut report.tables.iter().map(|size| size.table_mb));
    let up = most(&mut report.tables.iter().map(|size| size.ours_ms)) * 1.1;
    let point = |mb: f64, ms: f64| {
        let x = CURVE.0 + (CURVE.1 - CURVE.0) * mb / across;
        (x, BOTTOM - (BOTTOM - TOP) * ms / up)
    };
    for part in 0..=4 {
        let share = f64::from(part) / 4.0;
        let (x, y) = point(across * share, up * share);
        rule(out, CURVE, y);
        text(out, (CURVE.0 - 6.0, y + 4.0), "end", &duration(up * share));
        let label = format!("{:.0}", across * share);
        text(out, (x, BOTTOM + 16.0), "middle", &label);
    }
    let middle = f64::midpoint(CURVE.0, CURVE.1);
    text(out, (middle, BOTTOM + 32.0), "middle", "MiB");
    let mut counts: Vec<usize> = report.tables.iter().map(|size| size.threads).collect();
    counts.dedup();
    for (number, count) in counts.iter().enumerate() {
        let colour = if number == 0 { "#2f6f4f" } else { "#3b5fa3" };
        let sizes = report.tables.iter().filter(|size| size.threads == *count);
        let points: Vec<(f64, f64)> = sizes
            .map(|size| point(size.table_mb, size.ours_ms))
            .collect();
        let line: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            line.join(" ")
        );
        for (x, y) in &points {
            let _ = writeln!(
                out,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
            );
        }
        if let Some((x, y)) = points.last() {
            text(out, (*x, y - 8.0), "end", &threads(*count));
        }
    }
}

fn legend(out: &mut String, lines: &[Line]) {
    let mut x = BARS.0;
    for (name, colour, ms) in PROVERS {
        if !lines.iter().any(|line| ms(line).is_some()) {
            continue;
        }
        let y = HEIGHT - 22.0;
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"12\" height=\"12\" fill=\"{colour}\"/>",
            y - 10.0
        );
        text(out, (x + 18.0, y), "start", name);
        x += 40.0 + 7.0 * name.len() as f64;
    }
}

/// The powers of ten around all times.
fn decades(times: impl Iterator<Item = f64>) -> (i32, i32) {
    let (least, most) = times.fold((f64::INFINITY, 1.0_f64), |(least, most), ms| {
        (least.min(ms.max(0.1)), most.max(ms))
    });
    let (low, high) = (
        least.min(most).log10().floor() as i32,
        most.log10().ceil() as i32,
    );
    (low, high.max(low + 1))
}

fn logarithmic(ms: f64, low: i32, high: i32) -> f64 {
    let share = (ms.max(0.1).log10() - f64::from(low)) / f64::from(high - low);
    BOTTOM - (BOTTOM - TOP) * share.clamp(0.0, 1.0)
}

fn rule(out: &mut String, (from, to): (f64, f64), y: f64) {
    let _ = writeln!(
        out,
        "<line x1=\"{from}\" x2=\"{to}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/>"
    );
}

fn text(out: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
        escaped(words)
    );
}

fn threads(count: usize) -> String {
    match count {
        1 => "1 thread".into(),
        count => format!("{count} threads"),
    }
}

fn duration(ms: f64) -> String {
    if ms >= 1_000.0 {
        let seconds = format!("{:.1}", ms / 1_000.0);
        format!("{} s", seconds.trim_end_matches(".0"))
    } else {
        format!("{ms:.0} ms")
    }
}

fn escaped(words: &str) -> String {
    let words = words.replace('&', "&amp;");
    words.replace('<', "&lt;").replace('>', "&gt;")
}
