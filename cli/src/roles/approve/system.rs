//! What the system contract's entries do, in words: code, contracts, and who may change them.

use obolus_abi::accesslog::AccessLogInit;
use obolus_abi::registry::RegistryInit;
use obolus_abi::system::{
    AdminPolicy, ContractMsg, DeployPolicy, FreezeCodeMsg, InstantiateMsg, MigrateMsg,
    ProposeMigrationMsg, SetAdminMsg, SetQuotaMsg, UploadMsg, entry as name,
};
use obolus_abi::token::TokenInit;
use obolus_abi::{CodeId, ContractId};
use obolus_chain::contract_id;
use obolus_protocol::tx::TxBody;

use super::entries::{decode, point, velocity};
use super::words::{quota, role};
use crate::wallet::clean;

/// What an entry does; nothing if it is none, or if its arguments cannot be shown whole.
pub fn shown(body: &TxBody, entry: &str, args: &[u8]) -> Option<Vec<String>> {
    let line = match entry {
        name::UPLOAD => {
            let UploadMsg { module, source } = decode(args)?;
            let code = CodeId(*blake3::hash(&module).as_bytes());
            let source = match source {
                Some(hash) => format!("claimed to be built from sources with hash {hash}"),
                None => "without a claim of its sources".to_owned(),
            };
            format!("stores {}, {source}", code_words(&code))
        }
        name::INSTANTIATE => return instantiate(body, &decode(args)?),
        name::SET_DEPLOY_POLICY => return Some(policy(&decode(args)?)),
        name::SET_QUOTA => {
            let message: SetQuotaMsg = decode(args)?;
            format!("the contract {} {}", message.contract, quota(message.quota))
        }
        name::PROPOSE_MIGRATION => {
            let message: ProposeMigrationMsg = decode(args)?;
            // What the new code makes of its arguments is not known here.
            if !message.args.is_empty() {
                return None;
            }
            format!(
                "proposes to replace the code of contract {} by {}, without arguments",
                message.contract,
                code_words(&message.code)
            )
        }
        name::MIGRATE => {
            let MigrateMsg { contract, code } = decode(args)?;
            format!(
                "replaces the code of contract {contract} by {}, as it was proposed",
                code_words(&code)
            )
        }
        name::SET_ADMIN => {
            let SetAdminMsg { contract, admin } = decode(args)?;
            let mut lines = vec![format!("proposes for the contract {contract}:")];
            lines.extend(admin_words(&admin));
            return Some(lines);
        }
        name::APPLY_ADMIN => {
            let ContractMsg { contract } = decode(args)?;
            format!("puts the proposed admins of contract {contract} in force")
        }
        name::CANCEL_MIGRATION => {
            let ContractMsg { contract } = decode(args)?;
            format!("takes back what waits for the contract {contract}")
        }
        name::FREEZE_CODE => {
            let FreezeCodeMsg { contract } = decode(args)?;
            format!("freezes the code of contract {contract}: nobody can ever replace it")
        }
        _ => return None,
    };
    Some(vec![line])
}

/// The name of one of our own modules.
fn module(code: &CodeId) -> Option<&'static str> {
    obolus_contracts::ALL
        .iter()
        .find(|(_, bytes)| *blake3::hash(bytes).as_bytes() == code.0)
        .map(|(name, _)| *name)
}

fn code_words(code: &CodeId) -> String {
    match module(code) {
        Some(name) => format!("the code {code}, which is our {name}"),
        None => format!("the code {code}, which is none of ours"),
    }
}

fn instantiate(body: &TxBody, message: &InstantiateMsg) -> Option<Vec<String>> {
    let id = contract_id(&body.chain, &message.code, &message.salt);
    let mut lines = vec![
        format!("makes the contract {id}, which {}", quota(message.quota)),
        format!("of {}", code_words(&message.code)),
    ];
    lines.extend(admin_words(&message.admin));
    lines.extend(match module(&message.code) {
        Some("token") => token(&decode(&message.init)?),
        Some("registry") => registry(&decode(&message.init)?),
        Some("accesslog") => access_log(&decode(&message.init)?),
        _ if message.init.is_empty() => vec!["without settings".to_owned()],
        _ => return None,
    });
    Some(lines)
}

fn admin_words(admin: &AdminPolicy) -> Vec<String> {
    match admin {
        AdminPolicy::Frozen => vec!["its code can never be replaced".to_owned()],
        AdminPolicy::Admin { role: who, delay } => vec![
            format!("its code can be replaced by {}", role(who)),
            format!(
                "after {} blocks and {} milliseconds of block time",
                delay.blocks, delay.ms
            ),
        ],
    }
}

fn policy(policy: &DeployPolicy) -> Vec<String> {
    if policy.deployers.is_empty() {
        return vec!["lets nobody but the operator deploy".to_owned()];
    }
    let deployers = policy.deployers.iter().map(|deployer| {
        let limits = &deployer.limits;
        format!(
            "lets {} deploy {} modules with {} bytes in all, and {} contracts that store {} bytes each",
            deployer.key,
            limits.modules,
            limits.code_bytes,
            limits.contracts,
            limits.storage_quota
        )
    });
    deployers.collect()
}

fn token(init: &TokenInit) -> Vec<String> {
    let pins = &init.pins;
    let key = |key: Option<_>| key.map_or("none".to_owned(), |key| format!("{key}"));
    let mut lines = vec![
        format!(
            "a token named {}, in {} with {} decimal places",
            clean(&init.name),
            clean(&init.unit),
            init.exponent
        ),
        format!("registry  {}", init.registry),
        format!("issuer    {}", role(&init.issuer)),
        format!("operator  {}", role(&init.operator)),
        format!("keys      transfer {}", pins.transfer),
        format!("          issue {}", pins.issue),
        format!("          redeem {}", pins.redeem),
        format!("          supply {}", key(pins.supply)),
        format!("          velocity {}", key(pins.velocity)),
    ];
    lines.push(match &init.reserves {
        Some(rule) => format!(
            "attestor  {}{}",
            role(&rule.attestor),
            match rule.strict {
                true => "; issues must fit into the reserves",
                false => "; issues need not fit into the reserves",
            }
        ),
        None => "attestor  nobody".to_owned(),
    });
    lines.push(match &init.velocity {
        Some(rule) => velocity(rule),
        None => "lets holders pay as often as they like".to_owned(),
    });
    lines.push(match &init.predecessor {
        Some(contract) => format!("takes in the notes of the token {contract}"),
        None => "takes in the notes of no other token".to_owned(),
    });
    lines
}

fn registry(init: &RegistryInit) -> Vec<String> {
    vec![
        "a registry".to_owned(),
        format!("registrar {}", role(&init.registrar)),
        format!("auditor   {}", point(&init.auditor)),
        format!("key       register {}", init.register_key),
        format!(
            "roots stay valid for {} blocks, notes can be seized after {} blocks",
            init.root_window, init.seizure_delay
        ),
    ]
}

fn access_log(init: &AccessLogInit) -> Vec<String> {
    let join = |list: &[_]| {
        let list: Vec<String> = list
            .iter()
            .map(|one: &ContractId| one.to_string())
            .collect();
        list.join(", ")
    };
    let requesters = &init.members.requesters;
    let requesters: Vec<String> = requesters.iter().map(ToString::to_string).collect();
    vec![
        "an access log".to_owned(),
        format!("members   {}", role(&init.members.members)),
        format!(
            "may ask   {}",
            match requesters.is_empty() {
                true => "the members themselves".to_owned(),
                false => requesters.join(", "),
            }
        ),
        format!("for       {}", join(&init.contracts)),
    ]
}
