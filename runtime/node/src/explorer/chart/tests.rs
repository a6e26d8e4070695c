use super::*;

fn samples(count: u64) -> Vec<Sample> {
    (0..count)
        .map(|second| Sample {
            committed: second,
            blocks: 1,
            largest_block: second / 2,
            p50: (second % 3 == 0).then(|| Duration::from_millis(second)),
            p99: (second % 3 == 0).then(|| Duration::from_millis(second * 2)),
            ..Sample::default()
        })
        .collect()
}

#[test]
fn charts_of_nothing_and_of_everything_are_drawings() {
    for count in [0, 1, 2, 600] {
        for chart in [throughput, latency, block_size] {
            let chart = chart(&samples(count));
            assert!(chart.svg.starts_with("<svg"), "{}", chart.svg);
            assert!(chart.svg.trim_end().ends_with("</svg>"));
            // The page's policy forbids both.
            assert!(!chart.svg.contains("style="));
            assert!(!chart.svg.contains("<script"));
            assert!(!chart.svg.contains("NaN"));
        }
    }
}

#[test]
fn summaries_tell_what_is_drawn() {
    let throughput = throughput(&samples(11)).summary;
    assert_eq!(
        throughput,
        "55 committed in ten minutes, at most 10 in one second."
    );
    assert!(latency(&samples(11)).summary.contains("18 ms"));
    assert!(latency(&[]).summary.starts_with("Nothing"));
    let blocks = block_size(&samples(11)).summary;
    assert!(
        blocks.starts_with("11 blocks") && blocks.contains(" 5 "),
        "{blocks}"
    );
}

#[test]
fn seconds_without_a_commit_have_no_latency() {
    let points = present(&samples(4), |sample| sample.p50.map(|d| d.as_secs_f64()));
    assert_eq!(points, vec![(-4.0, 0.0), (-1.0, 0.003)]);
}

#[test]
fn the_axis_ends_above_the_largest_value() {
    assert_eq!(ceiling(0.0), 1.0);
    assert_eq!(ceiling(1.0), 2.0);
    assert_eq!(ceiling(1_499.0), 2_000.0);
    assert_eq!(ceiling(2_000.0), 5_000.0);
}
