//! A drawing of flows: senders on the left, recipients on the right, bands as thick as what they carry. No scripts, no
//! references to elsewhere; every text escaped. Whole numbers only, in tenths of the drawing's unit.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Flow, Flows, Party};

/// Width of the drawing, in tenths.
const WIDTH: u128 = 9_600;
/// What all bands together have for their height, in tenths.
const BANDS: u128 = 4_200;
/// Left edge of the left nodes, and right edge of the right ones: room for names.
const MARGIN: u128 = 2_200;
/// Width of a node.
const NODE: u128 = 120;
/// Gap between nodes, and the least height of one: room for two lines of text.
const GAP: u128 = 260;
/// Flows that are drawn; the rest is added up.
const MOST: usize = 40;

const COLOURS: [&str; 8] = [
    "#0f7a52", "#b4530a", "#1f5fa8", "#8a3ea8", "#7a6a00", "#a32a4a", "#2a7f8f", "#5a5f6a",
];

/// What is drawn, with its words.
pub struct Drawing<'a> {
    /// Names of ends.
    pub label: &'a dyn Fn(Party) -> String,
    /// Amounts with their unit.
    pub amount: &'a dyn Fn(u128) -> String,
    /// What the drawing shows, in a sentence.
    pub title: &'a str,
}

struct Node {
    top: u128,
    height: u128,
    sum: u128,
    /// Where the next band meets it.
    next: u128,
}

/// Draws the largest flows.
pub fn draw(flows: &Flows, words: &Drawing<'_>) -> String {
    let mut drawn = flows.by_size();
    let rest = drawn.split_off(drawn.len().min(MOST));
    let left = column(&drawn, |(from, _, _)| *from);
    let right = column(&drawn, |(_, to, _)| *to);
    let height = bottom(&left).max(bottom(&right)) + GAP + 300;
    let mut svg = String::new();
    // Writing to a string cannot fail.
    let _ = body(&mut svg, &drawn, &rest, left, right, height, words);
    svg
}

/// Nodes of one side, the largest on top.
fn column(
    flows: &[(Party, Party, Flow)],
    end: impl Fn(&(Party, Party, Flow)) -> Party,
) -> BTreeMap<Party, Node> {
    let mut sums: BTreeMap<Party, u128> = BTreeMap::new();
    for flow in flows {
        *sums.entry(end(flow)).or_default() += flow.2.sum;
    }
    let total = total(flows);
    let mut order: Vec<_> = sums.into_iter().collect();
    order.sort_by_key(|(party, sum)| (std::cmp::Reverse(*sum), *party));
    let mut top = GAP;
    let mut nodes = BTreeMap::new();
    for (party, sum) in order {
        let height = scale(sum, total);
        let node = Node {
            top,
            height,
            sum,
            next: top,
        };
        nodes.insert(party, node);
        top += height.max(GAP) + GAP;
    }
    nodes
}

fn total(flows: &[(Party, Party, Flow)]) -> u128 {
    flows
        .iter()
        .map(|(_, _, flow)| flow.sum)
        .sum::<u128>()
        .max(1)
}

/// A sum's height. Sums of 64-bit amounts stay far below 2^115, so the product fits.
fn scale(sum: u128, total: u128) -> u128 {
    (sum.saturating_mul(BANDS) / total).max(8)
}

fn bottom(nodes: &BTreeMap<Party, Node>) -> u128 {
    let bottoms = nodes.values().map(|node| node.top + node.height.max(GAP));
    bottoms.max().unwrap_or(GAP)
}

fn body(
    svg: &mut String,
    drawn: &[(Party, Party, Flow)],
    rest: &[(Party, Party, Flow)],
    mut left: BTreeMap<Party, Node>,
    mut right: BTreeMap<Party, Node>,
    height: u128,
    words: &Drawing<'_>,
) -> std::fmt::Result {
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" font-family="system-ui, sans-serif" font-size="13"><title>{}</title>"#,
        tenths(WIDTH),
        tenths(height),
        escape(words.title)
    )?;
    let colours: BTreeMap<Party, &str> = left
        .keys()
        .copied()
        .zip(COLOURS.iter().copied().cycle())
        .collect();
    let all = total(drawn);
    for (from, to, flow) in drawn {
        let (Some(a), Some(b)) = (left.get_mut(from), right.get_mut(to)) else {
            continue;
        };
        let thick = scale(flow.sum, all);
        let (y1, y2) = (a.next + thick / 2, b.next + thick / 2);
        a.next += thick;
        b.next += thick;
        let (x1, x2) = (MARGIN + NODE, WIDTH - MARGIN - NODE);
        let middle = (x1 + x2) / 2;
        writeln!(
            svg,
            r#"<path d="M{} {} C{m} {} {m} {} {} {}" fill="none" stroke="{}" stroke-opacity="0.45" stroke-width="{}"><title>{} → {}: {} in {}</title></path>"#,
            tenths(x1),
            tenths(y1),
            tenths(y1),
            tenths(y2),
            tenths(x2),
            tenths(y2),
            colours.get(from).copied().unwrap_or("#5a5f6a"),
            tenths(thick),
            escape(&(words.label)(*from)),
            escape(&(words.label)(*to)),
            escape(&(words.amount)(flow.sum)),
            flow.count,
            m = tenths(middle),
        )?;
    }
    let sides = [
        (&left, MARGIN, MARGIN - 80, "end"),
        (&right, WIDTH - MARGIN - NODE, WIDTH - MARGIN + 80, "start"),
    ];
    for (nodes, x, text, anchor) in sides {
        for (party, node) in nodes {
            writeln!(
                svg,
                r##"<rect x="{}" y="{}" width="{}" height="{}" fill="#5a5f6a"/><text x="{tx}" y="{}" text-anchor="{anchor}" fill="currentColor">{}</text><text x="{tx}" y="{}" text-anchor="{anchor}" fill="currentColor" font-size="11" opacity="0.75">{}</text>"##,
                tenths(x),
                tenths(node.top),
                tenths(NODE),
                tenths(node.height),
                tenths(node.top + 110),
                escape(&cut(&(words.label)(*party))),
                tenths(node.top + 240),
                escape(&(words.amount)(node.sum)),
                tx = tenths(text),
            )?;
        }
    }
    if !rest.is_empty() {
        let sum = rest.iter().map(|(_, _, flow)| flow.sum).sum();
        writeln!(
            svg,
            r#"<text x="{}" y="{}" fill="currentColor" font-size="12">{} smaller flows are not drawn: {}</text>"#,
            tenths(MARGIN),
            tenths(height - 100),
            rest.len(),
            escape(&(words.amount)(sum)),
        )?;
    }
    svg.push_str("</svg>\n");
    Ok(())
}

fn tenths(value: u128) -> String {
    format!("{}.{}", value / 10, value % 10)
}

/// As much of a name as there is room for.
fn cut(text: &str) -> String {
    if text.chars().count() <= 28 {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(27).collect();
    short.push('…');
    short
}

/// Text in markup, inside an element or an attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML has no other control characters.
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
