use super::*;

#[test]
fn percentiles_are_nearest_ranks() {
    let ms: Vec<_> = (1..=100).map(Duration::from_millis).collect();
    assert_eq!(percentile(&ms, 50), Some(Duration::from_millis(50)));
    assert_eq!(percentile(&ms, 99), Some(Duration::from_millis(99)));
    assert_eq!(percentile(&ms[..1], 99), Some(Duration::from_millis(1)));
    assert_eq!(percentile(&[], 50), None);
}

#[test]
fn seconds_are_finished_in_order_without_gaps_and_only_so_many_are_kept() {
    let mut ring = Ring::default();
    ring.current.committed = 7;
    ring.latencies = vec![Duration::from_millis(9)];
    for _ in 0..SECONDS + 5 {
        ring.finish(1000);
    }
    assert_eq!(ring.done.len(), SECONDS);
    let times: Vec<_> = ring.done.iter().map(|sample| sample.time_ms).collect();
    assert!(times.windows(2).all(|pair| pair[1] == pair[0] + 1000));
    assert_eq!(ring.done.back().map(|s| s.committed), Some(0));
    assert_eq!(ring.second, SECONDS as u64 + 5);
}

#[test]
fn a_block_shows_in_its_second() {
    let history = History::default();
    history.committed(&[Duration::from_millis(3), Duration::from_millis(5)]);
    history.refused();
    std::thread::sleep(Duration::from_millis(1100));
    let samples = history.samples();
    assert_eq!(samples.iter().map(|s| s.committed).sum::<u64>(), 2);
    assert_eq!(samples.iter().map(|s| s.refused).sum::<u64>(), 1);
    let busy = samples.iter().find(|s| s.blocks == 1).unwrap();
    assert_eq!(busy.largest_block, 2);
    assert_eq!(busy.p99, Some(Duration::from_millis(5)));
}
