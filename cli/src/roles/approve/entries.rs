//! What the public entries of token, registry and access log do, in words. What is not here cannot be shown: nothing is
//! guessed from a name.

use borsh::BorshDeserialize;
use obolus_abi::PointBytes;
use obolus_abi::accesslog::AccessMembers;
use obolus_abi::registry::{
    ApproveContractMsg, RegisterMsg, RotateMsg, SetAuditorMsg, SetLimitMsg, SlotMsg,
};
use obolus_abi::system::SYSTEM;
use obolus_abi::token::{
    SetPausedMsg, SetPinMsg, SetSuccessorMsg, SetSwitchMsg, SetVelocityMsg, VelocityRule,
};
use obolus_protocol::address::{Address, EncryptionKey};
use obolus_protocol::keys::Owner;
use obolus_protocol::tx::TxBody;
use obolus_runtime_api::hex;
use obolus_wallet::config::Token;

use super::system;
use super::words::{limit_words, role};

/// Whose entry a draft calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// A token's.
    Token,
    /// A registry's.
    Registry,
    /// The system contract's.
    System,
    /// An access log's.
    AccessLog,
    /// Another contract's.
    Unknown,
}

impl Home {
    /// By the entry's name, since nothing else says what kind a contract is; the system contract is known.
    pub fn of(body: &TxBody) -> Self {
        if body.contract == SYSTEM {
            return Self::System;
        }
        match body.entry.as_str() {
            "issue" | "issue_backed" | "seize" | "attest" | "set_switch" | "set_pin"
            | "set_paused" | "set_velocity" | "set_successor" => Self::Token,
            "register" | "rotate" | "recover" | "approve_contract" | "freeze" | "unfreeze"
            | "set_limit" | "set_auditor" => Self::Registry,
            "set_members" => Self::AccessLog,
            _ => Self::Unknown,
        }
    }

    /// Whether a draft is for the chain of this token, and for the contract that the file names.
    pub fn is_of(self, body: &TxBody, token: &Token) -> bool {
        let config = &token.config;
        let ours = [config.token, config.registry].contains(&body.contract);
        let contract = match self {
            Self::Token => body.contract == config.token,
            Self::Registry => body.contract == config.registry,
            Self::AccessLog => !ours,
            Self::System | Self::Unknown => true,
        };
        body.chain == config.chain && contract
    }
}

/// What a public entry does; nothing if it is none that is known, or if its arguments are not its own.
pub fn shown(body: &TxBody, home: Home, token: Option<&Token>) -> Option<Vec<String>> {
    let (entry, args) = (body.entry.as_str(), body.args.as_slice());
    match home {
        Home::Token => operation(entry, args),
        Home::Registry => registry(entry, args, token),
        Home::System => system::shown(body, entry, args),
        Home::AccessLog => members(body, args),
        Home::Unknown => None,
    }
}

/// The arguments of an entry, and nothing after them.
pub fn decode<M: BorshDeserialize>(args: &[u8]) -> Option<M> {
    borsh::from_slice(args).ok()
}

/// What the token's operator sets.
fn operation(entry: &str, args: &[u8]) -> Option<Vec<String>> {
    let line = match entry {
        "set_paused" => match decode::<SetPausedMsg>(args)?.paused {
            true => "pauses the token: no issue, no payment, no redemption".to_owned(),
            false => "ends the token's pause: issues, payments and redemptions go on".to_owned(),
        },
        "set_switch" => {
            let SetSwitchMsg { circuit, enabled } = decode(args)?;
            let does = match enabled {
                true => "accepts from now on",
                false => "refuses from now on",
            };
            format!("{does} the proofs of circuit {}", circuit.name())
        }
        "set_pin" => {
            let SetPinMsg { circuit, key } = decode(args)?;
            format!(
                "accepts from now on only proofs of circuit {} under the verifying key {key}: whoever knows the secret of its setup can forge money",
                circuit.name()
            )
        }
        "set_velocity" => match decode::<SetVelocityMsg>(args)?.rule {
            Some(rule) => velocity(&rule),
            None => "lifts the velocity rule: holders may pay as often as they like".to_owned(),
        },
        "set_successor" => {
            let SetSuccessorMsg { contract } = decode(args)?;
            format!(
                "lets all notes of this token move to the token {contract}, which is set once and for good"
            )
        }
        _ => return None,
    };
    Some(vec![line])
}

/// A velocity rule.
pub fn velocity(rule: &VelocityRule) -> String {
    format!(
        "lets each holder pay at most {} times in {} seconds, with {} seconds of grace",
        rule.quota, rule.period_seconds, rule.grace_seconds
    )
}

/// What the registrar does.
fn registry(entry: &str, args: &[u8], token: Option<&Token>) -> Option<Vec<String>> {
    let line = match entry {
        "register" => return Some(participant(&decode(args)?, token)),
        "rotate" | "recover" => {
            let RotateMsg { slot, register } = decode(args)?;
            let first = match entry {
                "rotate" => {
                    format!("replaces the key of slot {slot}, which takes its holder's signature")
                }
                _ => format!("replaces the LOST key of frozen slot {slot}"),
            };
            let rest = participant(&register, token);
            return Some([vec![first], rest].concat());
        }
        "freeze" => {
            let SlotMsg { slot } = decode(args)?;
            format!("freezes slot {slot}: it can neither pay nor be paid")
        }
        "unfreeze" => {
            let SlotMsg { slot } = decode(args)?;
            format!("unfreezes slot {slot}: it can pay and be paid again")
        }
        "set_limit" => {
            let SetLimitMsg { slot, limit } = decode(args)?;
            format!("gives slot {slot} {}", limit_words(limit, token))
        }
        "approve_contract" => {
            let ApproveContractMsg { contract } = decode(args)?;
            format!("lets the contract {contract} open deals and pass users' payments on")
        }
        "set_auditor" => {
            let SetAuditorMsg { auditor, window } = decode(args)?;
            return Some(vec![
                format!(
                    "lets the holder of key {} read all payments from now on, as the auditor",
                    point(&auditor)
                ),
                match window {
                    0 => "refuses proofs for the auditor's key before at once".to_owned(),
                    blocks => {
                        format!("accepts proofs for the key before for {blocks} more blocks")
                    }
                },
            ]);
        }
        _ => return None,
    };
    Some(vec![line])
}

/// Who is to be entered. The address is what an applicant says on another channel; it takes the token's network.
fn participant(message: &RegisterMsg, token: Option<&Token>) -> Vec<String> {
    let address = token.and_then(|token| {
        let owner = Owner::from_bytes(&message.owner).ok()?;
        let epk = EncryptionKey::new(message.epk).ok()?;
        Some(Address { owner, epk }.encode(token.network))
    });
    vec![
        format!(
            "enters a participant with {}",
            limit_words(message.limit, token)
        ),
        format!(
            "address          {}",
            address.as_deref().unwrap_or("shown with --token")
        ),
        format!("owner            {}", message.owner),
        format!("spend-validating {}", point(&message.ak)),
        format!("encryption       {}", hex::encode(&message.epk)),
    ]
}

fn members(body: &TxBody, args: &[u8]) -> Option<Vec<String>> {
    let AccessMembers {
        members,
        requesters,
    } = decode(args)?;
    let requesters: Vec<String> = requesters.iter().map(ToString::to_string).collect();
    Some(vec![
        format!(
            "sets who opens for the access log {}: compare that it is yours",
            body.contract
        ),
        format!("members    {}", role(&members)),
        match requesters.is_empty() {
            true => "may ask    the members themselves".to_owned(),
            false => format!("may ask    {}", requesters.join(", ")),
        },
    ])
}

/// A point as key files show it.
pub fn point(point: &PointBytes) -> String {
    hex::encode(&point.0)
}

#[cfg(test)]
mod tests;
