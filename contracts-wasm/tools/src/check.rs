//! What upload validation says of a module.

use std::fmt;

use obolus_runtime::vm::{CheckedModule, UploadError, Vm};

/// What a module uses of each limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report(pub CheckedModule);

/// Checks a module as an upload would.
///
/// # Errors
/// [`UploadError`]: the first thing that an upload would refuse.
pub fn check(module: &[u8]) -> Result<Report, UploadError> {
    Vm::check(module).map(Report)
}

/// Code id, fuel of the upload, entries, and a table of limits.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CheckedModule {
            code,
            fuel,
            entries,
            usage,
        } = &self.0;
        writeln!(f, "code id      {code}")?;
        writeln!(f, "upload fuel  {}", fuel.0)?;
        writeln!(f, "entries      {}", entries.join(" "))?;
        writeln!(f, "{:<26}  {:>8}  {:>8}", "limit", "used", "most")?;
        for line in usage {
            writeln!(f, "{:<26}  {:>8}  {:>8}", line.limit, line.used, line.max)?;
        }
        Ok(())
    }
}
