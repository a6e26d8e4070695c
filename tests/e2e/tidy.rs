//! House rules that a machine can check.

use std::path::{Path, PathBuf};

const MAX_LINES: usize = 400;

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                sources(&path, found);
            }
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

fn workspace() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    sources(root, &mut found);
    assert!(found.len() > 50, "the walk must see the workspace");
    found
        .into_iter()
        .map(|p| {
            let text = std::fs::read_to_string(&p).unwrap();
            (p, text)
        })
        .collect()
}

#[test]
fn files_are_small_rooms() {
    let long: Vec<_> = workspace()
        .into_iter()
        .filter(|(path, _)| !path.ends_with("constants.rs"))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .collect();
    assert!(long.is_empty(), "files over {MAX_LINES} lines: {long:#?}");
}

#[test]
fn every_file_says_what_lives_there() {
    let silent: Vec<_> = workspace()
        .into_iter()
        // The name of `foo/tests.rs` says it: tests of `foo.rs`.
        .filter(|(path, _)| !path.ends_with("tests.rs"))
        .filter(|(_, text)| !text.starts_with("//"))
        .map(|(path, _)| path)
        .collect();
    assert!(
        silent.is_empty(),
        "files without an opening comment: {silent:#?}"
    );
}

/// The threat tables name the tests that show what they say: `` `file.rs`: `a_function_of_it` ``.
#[test]
fn the_tests_that_documents_name_exist() {
    let workspace = workspace();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let pages = std::fs::read_dir(docs.join("contracts")).unwrap();
    let mut pages: Vec<_> = pages.map(|page| page.unwrap().path()).collect();
    pages.push(docs.join("settlement.md"));
    let mut named = 0;
    for page in &pages {
        for line in std::fs::read_to_string(page).unwrap().lines() {
            let mut file: Option<&str> = None;
            for word in line.split('`').skip(1).step_by(2) {
                let at = || format!("{word} in {}: {line}", page.display());
                if word.ends_with(".rs") {
                    let mut found = workspace.iter().filter(|(path, _)| path.ends_with(word));
                    file = found.next().map(|(_, text)| text.as_str());
                    assert!(file.is_some(), "no such file: {}", at());
                    assert!(found.next().is_none(), "several such files: {}", at());
                } else if let Some(text) = file.filter(|_| is_test_name(word)) {
                    named += 1;
                    let function = format!("fn {word}(");
                    assert!(text.contains(&function), "no such test: {}", at());
                }
            }
        }
    }
    assert!(named > 50, "the tables were read: {named}");
}

/// Names of tests are sentences; error codes are shorter.
fn is_test_name(word: &str) -> bool {
    let plain = |c: char| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit();
    word.chars().all(plain) && word.matches('_').count() > 3
}
