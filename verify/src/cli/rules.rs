//! Options that say what is accepted.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use obolus_verifier::KeyIdText;

use crate::policy::Policy;
use crate::report::Finding;

/// What every subcommand takes of the rules.
#[derive(Args, Debug, Clone, Default)]
pub struct RuleArgs {
    /// A key that is accepted, obolvk1…; may be repeated.
    #[arg(long = "key-id", value_name = "ID")]
    pub key_ids: Vec<KeyIdText>,
    /// A policy file; docs/verify.md lists its fields.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

impl RuleArgs {
    /// The rules of the command line, and those of the file if there is one.
    ///
    /// # Errors
    /// A finding about the file.
    pub(super) fn policies(&self, rest: Policy) -> Result<Vec<Policy>, Finding> {
        let key_ids: BTreeSet<_> = self.key_ids.iter().map(|id| id.0).collect();
        let mut policies = vec![Policy { key_ids, ..rest }];
        if let Some(path) = &self.policy {
            policies.push(Policy::read(path)?);
        }
        Ok(policies)
    }
}
