//! Every form of a report is what its committed schema says, for good runs, bad ones and hostile ones.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{World, run, text};
use serde_json::Value;

fn schema(name: &str) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("schemas")
        .join(name);
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn check_json(schema: &jsonschema::Validator, json: &Value) {
    let faults: Vec<String> = schema
        .iter_errors(json)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{json:#} is not of its form: {faults:?}");
}

/// A folder with one bundle of each verdict, under names that try to deceive.
fn mixed(world: &mut World) -> Vec<String> {
    let good = world.transfer(1);
    let mut invalid = good.clone();
    invalid.inputs.swap(0, 1);
    invalid.labels = None;
    let mut refused = good.clone();
    refused.key_id = obolus_abi::KeyId([1; 32]);
    let lines = format!("{}\n{{}}\n", world.transfer(2).to_json(true).unwrap());
    let files = [
        world.write("good.json", good.to_json(false).unwrap()),
        world.write(
            "in\nvalid,a=b::error ::x%0A<&\">\u{202e}.json",
            invalid.to_json(true).unwrap(),
        ),
        world.write("refused.obp", refused.to_compact().unwrap()),
        world.write("lines.jsonl", lines),
        world.path("mis\u{1b}[2Jsing.json"),
    ];
    files.iter().map(|path| text(path).to_owned()).collect()
}

/// Runs of every kind: all valid, mixed, none, a bad policy, keys, snarkjs.
fn runs(format: &str) -> Vec<String> {
    let mut world = World::new();
    let files = mixed(&mut world);
    let empty = world.path("empty");
    std::fs::create_dir(&empty).unwrap();
    let policy = world.write("policy.toml", "version = 9");
    let mut all: Vec<&str> = files.iter().map(String::as_str).collect();
    let format = ["--format", format];
    let mut outputs = Vec::new();
    let mut keep = |status: i32, ran: common::Run| {
        assert_eq!(ran.status, status, "{}{}", ran.out, ran.err);
        outputs.push(ran.out);
    };
    keep(0, world.proof(&[&format[..], &all[..1]].concat()));
    all.extend(format);
    keep(5, world.proof(&all));
    keep(4, world.proof(&[&format[..], &[text(&empty)]].concat()));
    keep(
        3,
        world.proof(&[&format[..], &["--policy", text(&policy), text(&empty)]].concat()),
    );
    keep(0, run(&[&["keys"], &format[..]].concat(), b""));
    let key = world.write("key.vk", world.key.encode().unwrap());
    keep(0, run(&[&["keys", text(&key)], &format[..]].concat(), b""));
    keep(
        5,
        run(
            &[&["keys", "--golden", text(&empty)], &format[..]].concat(),
            b"",
        ),
    );
    keep(
        5,
        run(&[&["snarkjs", "a", "b", "c"], &format[..]].concat(), b""),
    );
    outputs
}

#[test]
fn json_reports_match_their_schema() {
    let schema = schema("report.schema.json");
    for text in runs("json") {
        check_json(&schema, &serde_json::from_str(&text).unwrap());
    }
}

#[test]
fn the_report_schema_refuses_other_things() {
    let schema = schema("report.schema.json");
    let good: Value = serde_json::from_str(&runs("json")[1]).unwrap();
    assert!(schema.is_valid(&good));
    let change = |change: &dyn Fn(&mut Value)| {
        let mut changed = good.clone();
        change(&mut changed);
        schema.is_valid(&changed)
    };
    assert!(!change(&|r| r["exit_code"] = 2.into()));
    assert!(!change(&|r| r["extra"] = 1.into()));
    assert!(
        !change(&|r| r["items"][0]["code"] = "x".into()),
        "a valid item has no code"
    );
    assert!(
        !change(&|r| r["items"][1]["message"] = Value::Null),
        "a bad one has a message"
    );
    assert!(!change(&|r| r["items"][1]["verdict"] = "fine".into()));
}

#[test]
fn sarif_reports_match_their_schema() {
    let schema = schema("sarif.schema.json");
    for text in runs("sarif") {
        check_json(&schema, &serde_json::from_str(&text).unwrap());
    }
}

#[test]
fn bundles_match_their_schema() {
    let schema = schema("bundle.schema.json");
    let mut world = World::new();
    let full = world.transfer(1);
    let mut bare = full.clone();
    (bare.key, bare.statement, bare.made_at, bare.labels) = (None, None, None, None);
    for bundle in [&full, &bare] {
        let json: Value = serde_json::from_str(&bundle.to_json(false).unwrap()).unwrap();
        check_json(&schema, &json);
        for field in ["id", "circuit", "key_id", "public", "proof"] {
            let mut less = json.clone();
            less.as_object_mut().unwrap().remove(field);
            assert!(!schema.is_valid(&less), "{field}");
        }
    }
}

#[test]
fn junit_reports_match_their_schema() {
    if Command::new("xmllint").arg("--version").output().is_err() {
        assert!(
            std::env::var_os("CI").is_none(),
            "install libxml2-utils: xmllint is missing"
        );
        return;
    }
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/junit.xsd");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("report.xml");
    let valid = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let output = Command::new("xmllint")
            .args(["--noout", "--schema"])
            .arg(&schema)
            .arg(&file)
            .output()
            .unwrap();
        output
            .status
            .success()
            .then_some(())
            .ok_or(String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for text in runs("junit") {
        assert_eq!(valid(&text), Ok(()), "{text}");
        assert!(valid(&text.replacen("tests=", "test=", 1)).is_err());
    }
}

/// Reads one line by the grammar in `schemas/github.md`; tells whether it is the summary.
fn read_command(line: &str) -> bool {
    let words = |text: &str| {
        text.bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
    };
    let verdicts = ["valid", "invalid", "malformed", "refused", "unreadable"];
    let rest = line.strip_prefix("::").unwrap();
    let (head, data) = rest.split_once("::").unwrap();
    let (level, mut properties) = head.split_once(' ').unwrap();
    assert!(["error", "notice"].contains(&level), "{line}");
    if let Some((command, title)) = properties
        .strip_prefix("title=obolus verify ")
        .map(|t| (t, t))
        && !title.contains(' ')
    {
        assert!(
            words(command) && data.contains(" valid, exit status "),
            "{line}"
        );
        return true;
    }
    if let Some(rest) = properties.strip_prefix("file=") {
        let (file, rest) = rest.split_once(',').unwrap();
        assert!(!file.contains([':', ',']), "{line}");
        let escapes = file.split('%').skip(1);
        for escape in escapes {
            let known = ["25", "0D", "0A", "3A", "2C"]
                .iter()
                .any(|e| escape.starts_with(e));
            assert!(known, "{line}");
        }
        properties = rest;
    }
    if let Some(rest) = properties.strip_prefix("line=") {
        let (number, rest) = rest.split_once(',').unwrap();
        assert!(number.parse::<u64>().unwrap() > 0, "{line}");
        properties = rest;
    }
    let title = properties.strip_prefix("title=obolus verify ").unwrap();
    let (verdict, code) = title.split_once(' ').unwrap();
    assert!(verdicts.contains(&verdict) && words(code), "{line}");
    assert!(
        data.split('%')
            .skip(1)
            .all(|escape| escape.starts_with("25")),
        "{line}"
    );
    false
}

#[test]
fn github_reports_follow_their_grammar() {
    for text in runs("github") {
        assert!(!text.contains(['\r', '\u{1b}', '\u{202e}']), "{text:?}");
        let lines: Vec<&str> = text.lines().collect();
        let summaries: Vec<bool> = lines.iter().map(|line| read_command(line)).collect();
        let (last, findings) = summaries.split_last().unwrap();
        assert!(*last && findings.iter().all(|summary| !summary), "{text}");
    }
}

#[test]
fn people_see_no_control_characters() {
    for text in runs("human") {
        assert!(
            !text.chars().any(|c| c != '\n' && c.is_control()),
            "{text:?}"
        );
        assert!(!text.contains('\u{202e}'));
        let last = text.lines().last().unwrap();
        assert!(
            last.starts_with("ok: ") || last.starts_with("FAILED: "),
            "{text}"
        );
    }
}

#[test]
fn further_reports_are_written_in_the_same_run() {
    let mut world = World::new();
    let file = world.write("a.json", "{}");
    let good = world.transfer(1).to_json(true).unwrap();
    let good = world.write("b.json", good);
    let paths = ["json", "junit", "sarif", "github", "human"].map(|format| world.path(format));
    let writes = paths.each_ref().map(|path| {
        format!(
            "{}={}",
            path.file_name().unwrap().to_str().unwrap(),
            path.display()
        )
    });
    let mut arguments = vec![text(&file), text(&good)];
    for write in &writes {
        arguments.extend(["--write", write]);
    }
    let ran = world.proof(&arguments);
    assert_eq!(ran.status, 3);
    let read = |at: usize| std::fs::read_to_string(&paths[at]).unwrap();
    let json: Value = serde_json::from_str(&read(0)).unwrap();
    check_json(&schema("report.schema.json"), &json);
    assert_eq!(json["exit_code"], 3);
    assert!(read(1).starts_with("<?xml"));
    check_json(
        &schema("sarif.schema.json"),
        &serde_json::from_str(&read(2)).unwrap(),
    );
    assert!(read_command(read(3).lines().last().unwrap()));
    assert_eq!(read(4), ran.out);
}
