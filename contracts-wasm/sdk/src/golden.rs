//! Files that tests keep true, such as the schema that a contract's clients use.

use alloc::format;
use alloc::string::String;
use std::path::Path;

/// Holds a file against what a test has computed; when `OBOLUS_BLESS` is set, writes the file first.
///
/// # Errors
/// What differs, or why the file cannot be written.
pub fn golden(path: impl AsRef<Path>, now: &str) -> Result<(), String> {
    let path = path.as_ref();
    if std::env::var_os("OBOLUS_BLESS").is_some() {
        std::fs::write(path, now).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let (mut kept, mut now) = (kept.lines(), now.lines());
    for number in 1_usize.. {
        match (kept.next(), now.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => {
                return Err(format!(
                    "{}, line {number}:\nkept {}\nnow  {}\nreview why, then run with OBOLUS_BLESS=1",
                    path.display(),
                    one.unwrap_or("(nothing)"),
                    other.unwrap_or("(nothing)"),
                ));
            }
        }
    }
    Ok(())
}
