//! A new contract's crate.

use std::fs;
use std::path::Path;

use crate::ToolError;

const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../template/Cargo.toml.in")),
    ("src/lib.rs", include_str!("../template/src/lib.rs.in")),
    ("src/tests.rs", include_str!("../template/src/tests.rs.in")),
    (
        "examples/schema.rs",
        include_str!("../template/examples/schema.rs.in"),
    ),
    (".gitignore", "/target\n/out\n"),
];

/// Makes a crate called `name` in `directory`, which must not exist. `obolus` is the directory of the Obolus sources,
/// whose SDK it is built with.
///
/// # Errors
/// [`ToolError`].
pub fn create(directory: &Path, name: &str, obolus: &Path) -> Result<(), ToolError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let letter = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !letter || name.len() > 32 || !name.chars().all(plain) {
        return Err(ToolError::Name(name.to_owned()));
    }
    let sdk = obolus.join("contracts-wasm/sdk");
    if !sdk.join("Cargo.toml").is_file() {
        return Err(ToolError::NoSdk(obolus.to_owned()));
    }
    let sdk = fs::canonicalize(&sdk).map_err(ToolError::io(&sdk))?;
    let toolchain = obolus.join("rust-toolchain.toml");
    let toolchain = fs::read_to_string(&toolchain).map_err(ToolError::io(&toolchain))?;
    if directory.exists() {
        return Err(ToolError::Exists(directory.to_owned()));
    }
    let write = |path: &str, text: &str| {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(ToolError::io(parent))?;
        }
        fs::write(&path, text).map_err(ToolError::io(&path))
    };
    for (path, text) in FILES {
        let text = text
            .replace("{{name}}", name)
            .replace("{{crate}}", &name.replace('-', "_"))
            .replace("{{sdk}}", &sdk.display().to_string());
        write(path, &text)?;
    }
    // The same versions as the SDK was built with; cargo drops what the crate does not need.
    let lock = obolus.join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(ToolError::io(&lock))?;
    write("Cargo.lock", &lock)?;
    write("rust-toolchain.toml", &toolchain)
}
