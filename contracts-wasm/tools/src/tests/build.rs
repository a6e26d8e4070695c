//! Building what `create` makes.

use std::fs;
use std::path::Path;

use crate::{build, create};

#[test]
fn a_new_crate_builds_small_without_paths_and_twice_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let crate_ = directory.path().join("counter");
    create(&crate_, "counter", &sources).unwrap();
    let built = build(&crate_).unwrap();
    fs::remove_dir_all(crate_.join("target")).unwrap();
    assert_eq!(built.bytes, build(&crate_).unwrap().bytes);
    assert_eq!(fs::read(&built.module).unwrap(), built.bytes);
    assert_eq!(
        fs::read(&built.archive_file).unwrap(),
        built.archive.as_bytes()
    );
    assert!(built.bytes.len() < 40_000, "{} bytes", built.bytes.len());
    let needle = directory.path().to_str().unwrap().as_bytes();
    let leaks = built.bytes.windows(needle.len()).any(|part| part == needle);
    assert!(!leaks, "a path of this machine is in the module");
}
