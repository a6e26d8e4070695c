use super::*;

fn item(path: &str, line: Option<u64>, outcome: Result<(), Finding>) -> Item {
    Item {
        source: Source {
            path: path.to_owned(),
            line,
        },
        kind: Kind::Proof,
        subject: Subject::default(),
        outcome,
        facts: Vec::new(),
        elapsed: Duration::from_micros(1500),
    }
}

fn bad(fault: Fault, message: &str) -> Result<(), Finding> {
    Err(Finding::new(fault, "some_code", message))
}

fn report(items: Vec<Item>, findings: Vec<Finding>) -> Report {
    Report {
        items,
        findings,
        elapsed: Duration::from_millis(12),
        ..Report::new("proof")
    }
}

fn written(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    report.write(format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_worst_finding_decides_the_exit_status() {
    let codes = |faults: &[Fault]| {
        let items = faults.iter().map(|f| item("a", None, bad(*f, "x")));
        let items = std::iter::once(item("ok", None, Ok(()))).chain(items);
        report(items.collect(), Vec::new()).exit().code()
    };
    assert_eq!(codes(&[]), 0);
    assert_eq!(codes(&[Fault::Invalid]), 1);
    assert_eq!(codes(&[Fault::Invalid, Fault::Malformed]), 3);
    assert_eq!(codes(&[Fault::Refused, Fault::Malformed]), 4);
    assert_eq!(codes(&[Fault::Unreadable, Fault::Refused]), 5);
    let finding = Finding::new(Fault::Refused, "too_few", "x");
    let run = report(vec![item("ok", None, Ok(()))], vec![finding]);
    assert_eq!(run.exit().code(), 4);
    assert_eq!(report(Vec::new(), Vec::new()).exit(), Exit::Refused);
    assert_eq!(Exit::Usage.code(), 2);
}

/// A path and a message that try whatever the forms could be deceived by.
const HOSTILE: &str =
    "a,b:c%0A\n::error::x\r\u{1b}[31m<&\"'>]]>\u{202e}\u{2028}\u{0}\u{feff}é,line=1::";

fn hostile() -> Report {
    let items = vec![
        item(HOSTILE, Some(3), bad(Fault::Invalid, HOSTILE)),
        item("-", None, bad(Fault::Unreadable, HOSTILE)),
        item(HOSTILE, None, Ok(())),
    ];
    report(
        items,
        vec![Finding::new(Fault::Refused, "run_code", HOSTILE)],
    )
}

/// No terminal escapes, direction changes, or line breaks but our own.
fn check_visible(text: &str) {
    for forbidden in ['\r', '\u{1b}', '\u{202e}', '\u{2028}', '\u{0}', '\u{feff}'] {
        assert!(!text.contains(forbidden), "{forbidden:?} in {text}");
    }
    assert!(text.contains('é'));
}

#[test]
fn people_are_not_deceived() {
    let text = written(&hostile(), Format::Human);
    check_visible(&text);
    assert_eq!(text.lines().count(), 4, "{text}");
    let last = text.lines().last().unwrap();
    assert_eq!(
        last,
        "FAILED: 1 of 3 valid in 0.01 s, 1 invalid, 1 unreadable (exit status 5, unreadable)"
    );
    let good = report(vec![item("x", None, Ok(()))], Vec::new());
    assert_eq!(
        written(&good, Format::Human),
        "ok: 1 of 1 valid in 0.01 s (exit status 0, valid)\n"
    );
}

#[test]
fn commands_cannot_be_injected() {
    let text = written(&hostile(), Format::Github);
    check_visible(&text);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    // The path comes back as it was, by the runner's own decoding; what a terminal obeys is made visible.
    let file = lines[0].strip_prefix("::error file=").unwrap();
    let (file, rest) = file.split_once(',').unwrap();
    assert!(rest.starts_with("line=3,title=obolus verify invalid some_code::"));
    let decoded = file
        .replace("%0A", "\n")
        .replace("%0D", "\r")
        .replace("%3A", ":")
        .replace("%2C", ",")
        .replace("%25", "%");
    assert!(decoded.starts_with("a,b:c%0A\n::error::x\r\\u{1b}[31m<&"));
    assert!(lines[1].starts_with("::error title=obolus verify unreadable some_code::-: "));
    assert!(lines[2].starts_with("::error title=obolus verify refused run_code::"));
    assert_eq!(
        lines[3],
        "::error title=obolus verify proof::1 of 3 valid, exit status 5 (unreadable)"
    );
}

#[test]
fn json_holds_the_texts_as_they_were() {
    let json: serde_json::Value = serde_json::from_str(&written(&hostile(), Format::Json)).unwrap();
    assert_eq!(json["items"][0]["source"], HOSTILE);
    assert_eq!(json["items"][0]["message"], HOSTILE);
    assert_eq!(json["counts"]["valid"], 1);
    assert_eq!(json["counts"]["unreadable"], 1);
    assert_eq!(json["exit_code"], 5);
    assert_eq!(json["findings"][0]["code"], "run_code");
}

#[test]
fn addresses_in_sarif_are_escaped() {
    let json: serde_json::Value =
        serde_json::from_str(&written(&hostile(), Format::Sarif)).unwrap();
    let results = json["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let place = &results[0]["locations"][0]["physicalLocation"];
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("a%2Cb%3Ac%250A%0A%3A%3Aerror"), "{uri}");
    assert!(
        uri.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b))
    );
    assert_eq!(place["region"]["startLine"], 3);
    assert_eq!(results[1]["locations"].as_array().unwrap().len(), 0);
    let rules = json["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let absolute = report(
        vec![item("/a b", None, bad(Fault::Invalid, "é"))],
        Vec::new(),
    );
    assert!(written(&absolute, Format::Sarif).contains("\"file:///a%20b\""));
}

#[test]
fn junit_counts_failures_and_errors() {
    let text = written(&hostile(), Format::Junit);
    check_visible(&text);
    assert!(
        text.contains("tests=\"4\" failures=\"2\" errors=\"1\" time=\"0.012000\""),
        "{text}"
    );
    assert_eq!(text.matches("<failure ").count(), 2);
    assert_eq!(text.matches("<error ").count(), 1);
    assert_eq!(text.matches("<testcase ").count(), 4);
    assert!(text.contains("&lt;&amp;&quot;&apos;&gt;]]&gt;"));
}

#[test]
fn numbers_are_grouped() {
    for (number, text) in [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (1_234_567, "1,234,567"),
    ] {
        assert_eq!(super::text::grouped(number), text);
    }
}
