use obolus_runtime_api::{Receipt, TxStatus};

use super::*;
use crate::bench::http::Answer;

fn sample(number: u8, ms: u64, state: TxState) -> Sample {
    let id = TxDigest([number; 32]);
    let status = TxStatus {
        id,
        state,
        code: None,
        detail: Some("told so".into()),
        receipt: None::<Receipt>,
    };
    Sample {
        elapsed: Duration::from_millis(ms),
        answer: Answer {
            status: 202,
            retry_after: None,
            body: serde_json::to_vec(&Accepted { id, status }).unwrap(),
        },
    }
}

fn report(samples: Vec<Sample>, on_chain: &[(u8, usize)]) -> Report {
    let load = Load {
        elapsed: Duration::from_secs(2),
        samples,
    };
    let on_chain = on_chain
        .iter()
        .map(|(number, times)| (TxDigest([*number; 32]), *times))
        .collect();
    Report::new(&load, Cpu::default(), &on_chain)
}

#[test]
fn percentiles_are_of_committed_transfers() {
    let samples = (1..=100).map(|n| sample(n, u64::from(n), TxState::Committed));
    let on_chain: Vec<_> = (1..=100).map(|n| (n, 1)).collect();
    let report = report(samples.collect(), &on_chain);
    assert_eq!((report.committed, report.tps), (100, 50.0));
    assert_eq!((report.ms.p50, report.ms.p99), (50.0, 99.0));
    report.verdict().unwrap();
}

#[test]
fn one_that_is_missing_or_there_twice_is_a_failure() {
    for times in [0, 2] {
        let samples = vec![
            sample(1, 1, TxState::Committed),
            sample(2, 1, TxState::Committed),
        ];
        let report = report(samples, &[(1, 1), (2, times)]);
        assert_eq!(report.committed, 1);
        let error = report.verdict().unwrap_err().to_string();
        assert!(
            error.contains("1 of 2") && error.contains(&format!("{times} times")),
            "{error}"
        );
    }
}

#[test]
fn a_refusal_is_a_failure_with_its_reason() {
    let report = report(vec![sample(1, 1, TxState::Refused)], &[]);
    assert!(
        report
            .verdict()
            .unwrap_err()
            .to_string()
            .contains("told so")
    );
}

#[test]
fn the_json_has_the_documented_form() {
    let report = report(vec![sample(1, 1, TxState::Committed)], &[(1, 1)]);
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(
        json,
        r#"{"transfers":1,"committed":1,"tps":0.5,"ms":{"p50":1.0,"p99":1.0},"cpu":{"verify":0.0,"execute":0.0,"commit":0.0}}"#
    );
}
