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
