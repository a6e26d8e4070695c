//! Checking modules, archiving sources, making crates.

use std::fs;
use std::path::Path;

use obolus_abi::limits;
use obolus_contracts::{HOSTILE, REGISTRY, TOKEN};

use crate::{Archive, ToolError, check, create};

fn sources() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn a_module_is_told_how_much_of_each_limit_it_uses() {
    for module in [REGISTRY, TOKEN, HOSTILE] {
        let report = check(module).unwrap();
        let usage = &report.0.usage;
        assert_eq!(usage[0].used, module.len() as u64);
        assert_eq!(usage[0].max, limits::MAX_CODE as u64);
        assert!(usage.iter().all(|line| line.used <= line.max));
        for limit in [
            "functions",
            "locals of a function",
            "memory pages of 64 KiB",
        ] {
            let line = usage.iter().find(|line| line.limit == limit).unwrap();
            assert!(line.used > 0, "{limit}");
        }
        let text = report.to_string();
        assert!(text.contains("x_init") && text.contains(&report.0.code.to_string()));
    }
}

#[test]
fn what_an_upload_refuses_is_said() {
    let float = wat::parse_str(
        r#"(module (memory (export "memory") 1)
             (func (export "x_init") (result i32) (drop (f32.const 1)) (i32.const 0)))"#,
    )
    .unwrap();
    let import = wat::parse_str(
        r#"(module (import "env" "now" (func)) (memory (export "memory") 1)
             (func (export "x_init") (result i32) (i32.const 0)))"#,
    )
    .unwrap();
    for (module, part) in [
        (float, "float"),
        (import, "env.now"),
        (vec![1], "not valid"),
    ] {
        let said = check(&module).unwrap_err().to_string();
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn an_archive_is_the_same_for_the_same_files_only() {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("Cargo.toml", "one");
    write("src/b/c.rs", "two");
    write("src/a.rs", "");
    write("target/x", "not in it");
    let archive = Archive::of(dir.path()).unwrap();
    let mut expected = Vec::new();
    for (path, text) in [
        ("Cargo.toml", "one"),
        ("src/a.rs", ""),
        ("src/b/c.rs", "two"),
    ] {
        expected.extend((path.len() as u32).to_le_bytes());
        expected.extend(path.bytes());
        expected.extend((text.len() as u64).to_le_bytes());
        expected.extend(text.bytes());
    }
    assert_eq!(archive.as_bytes(), expected);
    write("target/y", "nor this");
    assert_eq!(Archive::of(dir.path()).unwrap(), archive);
    write("src/a.rs", "x");
    assert_ne!(Archive::of(dir.path()).unwrap().hash(), archive.hash());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/hostname", dir.path().join("src/link.rs")).unwrap();
        assert!(matches!(Archive::of(dir.path()), Err(ToolError::Source(_))));
    }
}

#[test]
fn a_crate_is_made_once_with_a_plain_name() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["", "Upper", "1st", "a/b", "..", &"x".repeat(33)] {
        let made = create(&dir.path().join("x"), name, &sources());
        assert!(matches!(made, Err(ToolError::Name(_))), "{name:?}");
    }
    let elsewhere = create(&dir.path().join("x"), "x", dir.path());
    assert!(matches!(elsewhere, Err(ToolError::NoSdk(_))));
    let target = dir.path().join("my-counter");
    create(&target, "my-counter", &sources()).unwrap();
    let example = fs::read_to_string(target.join("examples/schema.rs")).unwrap();
    assert!(example.contains("my_counter::schema()"));
    assert!(
        !fs::read_to_string(target.join("Cargo.toml"))
            .unwrap()
            .contains("{{")
    );
    let again = create(&target, "my-counter", &sources());
    assert!(matches!(again, Err(ToolError::Exists(_))));
}
