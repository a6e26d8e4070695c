//! A group as people compare it.

use std::path::PathBuf;

use obolus_runtime_api::hex;
use obolus_wallet::committee::{Group, MemberDir};
use serde::Serialize;

use super::context::MemberArgs;
use crate::wallet::WalletError;

/// A group.
#[derive(Serialize)]
pub struct GroupOut {
    file: PathBuf,
    fingerprint: String,
    key: String,
    purpose: String,
    needed: u8,
    members: Vec<String>,
}

impl GroupOut {
    /// Of a member's directory.
    pub fn new(dir: &MemberDir, group: &Group) -> Self {
        let key = group.key();
        Self {
            file: dir.root().join("group.toml"),
            fingerprint: group.fingerprint().to_string(),
            key: hex::encode(&key.point().encode().0),
            purpose: key.purpose().to_string(),
            needed: key.threshold().needed(),
            members: group
                .seats()
                .iter()
                .map(|seat| seat.name.to_string())
                .collect(),
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        format!(
            "{}, {} of {}\nkey          {}\nfingerprint  {}\nCompare the fingerprint with all other members before the key is used.",
            self.purpose,
            self.needed,
            self.members.join(", "),
            self.key,
            self.fingerprint
        )
    }
}

/// Shows the group.
pub fn show(args: &MemberArgs) -> Result<(), WalletError> {
    let dir = args.open()?;
    let out = GroupOut::new(&dir, &dir.group()?);
    args.output
        .print("obolus.committee.show/1", &out, out.text());
    Ok(())
}
