use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::vm::config;

struct Kept {
    directory: tempfile::TempDir,
    engine: Engine,
    module: Vec<u8>,
}

impl Kept {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let engine = config::engine().unwrap();
        let text = r#"(module (func (export "x_one") (result i32) (i32.const 1)))"#;
        let kept = Self {
            directory,
            engine,
            module: wat::parse_str(text).unwrap(),
        };
        let compiled = Module::from_binary(&kept.engine, &kept.module).unwrap();
        kept.native().unwrap().store(&kept.module, &compiled);
        assert!(kept.loads());
        kept
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("modules")
    }

    fn native(&self) -> Option<Native> {
        Native::open(&self.path())
    }

    fn file(&self) -> PathBuf {
        let mut files = fs::read_dir(self.path()).unwrap();
        let file = files.next().unwrap().unwrap().path();
        assert!(files.next().is_none(), "one file, and no temporary one");
        file
    }

    fn loads(&self) -> bool {
        let native = self.native().unwrap();
        native.load(&self.engine, &self.module).is_some()
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn only_the_owner_can_write() {
    let kept = Kept::new();
    let bits = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(bits(&kept.path()), 0o700);
    assert_eq!(bits(&kept.file()), 0o600);
    mode(&kept.file(), 0o620);
    assert!(!kept.loads());
    mode(&kept.file(), 0o644);
    assert!(kept.loads());
    mode(&kept.path(), 0o702);
    assert!(kept.native().is_none());
    mode(&kept.path(), 0o755);
    assert!(kept.loads());
}

#[test]
fn a_link_is_followed_nowhere() {
    let kept = Kept::new();
    let elsewhere = kept.directory.path().join("elsewhere");
    fs::rename(kept.file(), &elsewhere).unwrap();
    let name = blake3::hash(&kept.module).to_hex();
    let link = kept.path().join(format!("{name}.native"));
    std::os::unix::fs::symlink(&elsewhere, link).unwrap();
    assert!(!kept.loads());
    let there = kept.directory.path().join("there");
    fs::rename(kept.path(), &there).unwrap();
    std::os::unix::fs::symlink(&there, kept.path()).unwrap();
    assert!(kept.native().is_none());
}

#[test]
fn damage_means_compiling_again() {
    let kept = Kept::new();
    let whole = fs::read(kept.file()).unwrap();
    let places = (0..whole.len()).step_by(1 + whole.len() / 97);
    for place in places.chain([whole.len() - 1]) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        fs::write(kept.file(), &bytes).unwrap();
        assert!(!kept.loads(), "byte {place}");
        fs::write(kept.file(), &whole[..place]).unwrap();
        assert!(!kept.loads(), "cut at {place}");
    }
    let compiled = Module::from_binary(&kept.engine, &kept.module).unwrap();
    kept.native().unwrap().store(&kept.module, &compiled);
    assert!(kept.loads());
}

#[test]
fn the_code_of_another_module_is_not_taken() {
    let kept = Kept::new();
    let other = wat::parse_str(r#"(module (func (export "x_two") (result i32) (i32.const 2)))"#);
    let other = other.unwrap();
    let name = blake3::hash(&other).to_hex();
    fs::rename(kept.file(), kept.path().join(format!("{name}.native"))).unwrap();
    let native = kept.native().unwrap();
    assert!(native.load(&kept.engine, &other).is_none());
}

#[test]
fn another_engine_does_not_take_it() {
    let kept = Kept::new();
    let mut config = wasmtime::Config::new();
    config.consume_fuel(true);
    let other = Engine::new(&config).unwrap();
    let native = kept.native().unwrap();
    assert!(native.load(&other, &kept.module).is_none());
    assert!(native.load(&kept.engine, b"another").is_none());
}

#[test]
fn a_directory_that_cannot_be_made_is_no_error() {
    let kept = Kept::new();
    let under_a_file = kept.file().join("modules");
    assert!(Native::open(&under_a_file).is_none());
    assert!(Native::open(&kept.file()).is_none());
}
