//! `obolus verify`: the commands of `obolus-verify`, for those who have the large binary anyway.

use std::process::ExitCode;

use obolus_verify::cli::{self, VerifyCommand};

use crate::replica::Executing;

/// Verifies, reports, and ends with the status that docs/verify.md lists.
pub fn run(command: &VerifyCommand) -> ExitCode {
    ExitCode::from(cli::run(command, &Executing).code())
}
