use super::report::Size;
use super::*;
use crate::bench::verify::Batch;

fn line(name: &str, threads: usize, rivals: Option<f64>) -> Line {
    Line {
        name: name.into(),
        constraints: 4_000,
        threads,
        ours_ms: 70.0,
        ark_ms: rivals,
        snarkjs_ms: rivals.map(|ms| ms * 10.0),
        table_mb: 25.0,
        proof_mb: 7.0,
        zkey_ms: rivals,
        zkey_no_tables_ms: rivals,
        zkey_no_tables_mb: rivals,
        ark_key_mb: rivals,
        snarkjs_mb: rivals,
    }
}

fn report(rivals: Option<f64>) -> Report {
    let size = |most_multiples, table_mb, ours_ms| Size {
        name: "transfer".into(),
        most_multiples,
        threads: 1,
        table_mb,
        ours_ms,
    };
    Report {
        kernels: "portable",
        circuits: vec![line("transfer", 1, rivals), line("a<b", 2, rivals)],
        verify: Some(Batch {
            batch: 1_024,
            threads: 1,
            ours_us: 400.0,
            ark_us: rivals,
        }),
        tables: vec![size(1, 6.0, 90.0), size(64, 97.0, 70.0)],
    }
}

/// What the page of figures is filled in from.
#[test]
fn the_report_has_the_agreed_form() {
    let json = serde_json::to_value(report(Some(400.0))).unwrap();
    for name in [
        "name",
        "constraints",
        "threads",
        "ours_ms",
        "ark_ms",
        "snarkjs_ms",
        "table_mb",
    ] {
        assert!(!json["circuits"][0][name].is_null(), "{name}: {json}");
    }
    for name in ["batch", "threads", "ours_us", "ark_us"] {
        assert!(json["verify"][name].is_number(), "{name}: {json}");
    }
    let json = serde_json::to_value(report(None)).unwrap();
    assert!(json["circuits"][0]["ark_ms"].is_null());
}

#[test]
fn a_drawing_has_a_bar_for_each_time_and_no_others() {
    let drawn = plot::svg(&report(Some(400.0)));
    assert_eq!(drawn.matches("<title>").count(), 8);
    assert!(drawn.contains("snarkjs: 4000 ms") && drawn.contains("a&lt;b"));
    assert_eq!(drawn.matches("<circle").count(), 2);
    assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
    let alone = plot::svg(&report(None));
    assert_eq!(alone.matches("<title>").count(), 2);
    assert!(!alone.contains("snarkjs"));
    for drawing in [drawn, alone] {
        assert!(
            !drawing.contains("NaN") && !drawing.contains("inf"),
            "{drawing}"
        );
    }
}

/// The provers take turns, each as often as is said, and the first round does not count.
#[test]
fn provers_take_turns() {
    let order = std::cell::RefCell::new(Vec::new());
    let turn = |who, threads| {
        let order = &order;
        let mut made = 0.0;
        Turn {
            who,
            threads,
            prove: Box::new(move || {
                order.borrow_mut().push(who);
                made += 1.0;
                // The first one is by far the slowest.
                Ok(if made == 1.0 { 1e9 } else { made })
            }),
        }
    };
    let mut turns = [turn(Who::Ours, 1), turn(Who::Ark, 2)];
    let mut progress = Progress::new(true);
    let stage = progress.start("turns", 4);
    let medians = Medians::of(&mut turns, 3, &stage).unwrap();
    progress.finish(stage);
    drop(turns);
    assert_eq!(*order.borrow(), [Who::Ours, Who::Ark].repeat(4));
    assert_eq!(medians.get(Who::Ours, 1), Some(3.0));
    assert_eq!(medians.get(Who::Ark, 2), Some(3.0));
    assert_eq!(medians.get(Who::Ark, 1), None);
}

/// The same circuit and witness with every prover that needs no other program; what each makes is verified.
#[test]
fn every_prover_proves_the_same_circuit() {
    let circuit = circuit::chain(60).unwrap();
    let foreign = foreign::Foreign::new(&circuit).unwrap();
    assert_eq!(foreign.inputs(), circuit.inputs());
    let key = circuit.key(&KeyStore::open(tempfile::tempdir().unwrap().path()).unwrap());
    let key = key.unwrap();
    let ark = arkworks::Prover::new(&circuit).unwrap();
    let pools = pools().unwrap();
    let mut turns: Vec<Turn<'_>> = pools
        .iter()
        .map(|pool| ours(&key, &circuit, pool))
        .collect();
    turns.extend(arkworks::turns(&ark, &pools));
    turns.extend(foreign.turns(&pools));
    let mut progress = Progress::new(true);
    let stage = progress.start("turns", 2);
    let medians = Medians::of(&mut turns, 1, &stage).unwrap();
    progress.finish(stage);
    for who in [Who::Ours, Who::Imported, Who::ImportedPlain, Who::Ark] {
        assert!(medians.get(who, 1).is_some(), "{who:?}");
    }
    assert!(ark.key_bytes() > 0);
}

/// snarkjs proves with the same files, on one thread and on all; every proof of it is verified here.
#[test]
#[ignore = "needs node: OBOLUS_SNARKJS=DIR (where `npm install snarkjs` was run) cargo test -p obolus snarkjs -- --ignored"]
fn snarkjs_proves_the_same_circuit() {
    let packages = PathBuf::from(std::env::var_os("OBOLUS_SNARKJS").unwrap());
    let circuit = circuit::chain(60).unwrap();
    let foreign = foreign::Foreign::new(&circuit).unwrap();
    let pools = pools().unwrap();
    let processes = snarkjs::Snarkjs::all(&packages, &foreign, &pools).unwrap();
    for (_, process) in &processes {
        for _ in 0..2 {
            assert!(process.borrow_mut().prove().unwrap() > 0.0);
        }
        assert!(process.borrow().peak_mb() > 1.0);
    }
    // A folder without the package is said to be one.
    let empty = tempfile::tempdir().unwrap();
    let mut none = snarkjs::Snarkjs::start(empty.path(), &foreign, true).unwrap();
    let error = none.prove().unwrap_err();
    assert!(error.to_string().contains("npm install snarkjs"), "{error}");
}
