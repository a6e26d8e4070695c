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
    /// Refreshed shares that are not in use yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    waits: bool,
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
            waits: false,
        }
    }

    /// As a refresh left it: not in use yet.
    pub fn waiting(self) -> Self {
        Self {
            waits: true,
            ..self
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        let next = if self.waits {
            format!(
                "The share before stays in use. Compare the fingerprint with all other members, then all run: obolus committee \
                 adopt --fingerprint {}",
                self.fingerprint
            )
        } else {
            "Compare the fingerprint with all other members before the key is used.".to_owned()
        };
        format!(
            "{}, {} of {}\nkey          {}\nfingerprint  {}\n{next}",
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
