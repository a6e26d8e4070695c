//! Contracts on a node: deployed, called, queried. Messages are JSON by the contract's schema, or borsh in hexadecimal.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::system::{AdminPolicy, Delay, InstantiateMsg, SYSTEM, SystemError, UploadMsg};
use obolus_abi::{ContractId, RoleKey, RoleSet, SourceHash};
use obolus_chain::contract_id;
use obolus_contract_tools::{Schema, check};
use obolus_protocol::tx::Height;
use obolus_runtime_api::hex;
use obolus_wallet::client::{ClientError, NodeClient};
use rand::RngCore;
use rand::rngs::OsRng;
use serde::Serialize;

use super::contract;
use super::local::read;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::roles::{self, SignArgs, submit, write_draft};
use crate::wallet::WalletError;

/// A message, as given on the command line.
#[derive(Args)]
struct MessageArgs {
    /// The message: JSON with --schema, otherwise borsh in hexadecimal.
    #[arg(default_value = "")]
    message: String,
    /// The contract's schema, as `obolus contract build` writes it.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

/// Arguments of `deploy`.
#[derive(Args)]
pub struct DeployArgs {
    /// The module.
    module: PathBuf,
    #[command(flatten)]
    init: MessageArgs,
    /// Source hash to be shown with the module, as `obolus contract build` says it.
    #[arg(long, value_name = "HASH")]
    source: Option<String>,
    /// Key of an admin who may replace the code; repeat it. Without one the code is frozen for good.
    #[arg(long, value_name = "KEY")]
    admin: Vec<String>,
    /// How many of the admins must sign.
    #[arg(long, value_name = "N", default_value_t = 1)]
    admin_threshold: u8,
    /// Blocks that a change of the code waits.
    #[arg(long, value_name = "BLOCKS", default_value_t = 0)]
    delay_blocks: u64,
    /// Milliseconds of block time that it waits.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay_ms: u64,
    /// Bytes that the contract may store; deployers who are not the operator must name it.
    #[arg(long, value_name = "BYTES")]
    quota: Option<u64>,
    #[command(flatten)]
    sign: SignArgs,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Arguments of `call`.
#[derive(Args)]
pub struct CallArgs {
    /// The contract.
    contract: String,
    /// The mutable entry.
    entry: String,
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    sign: SignArgs,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Arguments of `query`.
#[derive(Args)]
pub struct QueryArgs {
    /// The contract.
    contract: String,
    /// The read-only entry.
    entry: String,
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct DeployOut {
    code: String,
    contract: String,
    /// `committed` or `in_flight`.
    stage: &'static str,
}

#[derive(Serialize)]
struct QueryOut {
    reply: serde_json::Value,
}

impl MessageArgs {
    fn schema(&self) -> Result<Option<Schema>, WalletError> {
        let Some(path) = &self.schema else {
            return Ok(None);
        };
        let text = String::from_utf8(read(path)?).map_err(contract)?;
        Schema::parse(&text).map(Some).map_err(contract)
    }

    fn encode(&self, schema: Option<&Schema>, entry: &str) -> Result<Vec<u8>, WalletError> {
        match schema {
            None => hex::decode(&self.message).map_err(contract),
            Some(schema) => {
                let text = match self.message.as_str() {
                    "" => "null",
                    text => text,
                };
                let value = serde_json::from_str(text).map_err(contract)?;
                schema.encode(entry, &value).map_err(contract)
            }
        }
    }
}

impl DeployArgs {
    fn admin(&self) -> Result<AdminPolicy, WalletError> {
        if self.admin.is_empty() {
            return Ok(AdminPolicy::Frozen);
        }
        let keys = self.admin.iter().map(|key| fixed(key).map(RoleKey));
        let mut keys = keys.collect::<Result<Vec<_>, _>>()?;
        keys.sort();
        let policy = AdminPolicy::Admin {
            role: RoleSet {
                keys,
                threshold: self.admin_threshold,
            },
            delay: Delay {
                blocks: self.delay_blocks,
                ms: self.delay_ms,
            },
        };
        match policy.validate() {
            Ok(()) => Ok(policy),
            Err(_) => Err(contract(SystemError::BadAdmin.message())),
        }
    }
}

/// Uploads and instantiates.
pub fn deploy(args: &DeployArgs) -> Result<(), WalletError> {
    if args.sign.draft.is_some() {
        return Err(contract(
            "a deployment is two transactions and cannot be drafted: give all keys with --key",
        ));
    }
    let module = read(&args.module)?;
    let code = check(&module).map_err(contract)?.0.code;
    let admin = args.admin()?;
    let init = args.init.encode(args.init.schema()?.as_ref(), "init")?;
    let source = args.source.as_deref().map(fixed).transpose()?;
    let client = client(&args.node)?;
    let tip = client.tip()?;
    let height = Height(tip.height);
    let upload = UploadMsg {
        module,
        source: source.map(SourceHash),
    };
    let mut upload = roles::call(tip.chain, height, SYSTEM, "upload", &upload)?;
    args.sign.sign(&mut upload)?;
    match submit(&client, &upload) {
        Err(WalletError::Client(ClientError::Refused { code, .. }))
            if code == SystemError::CodeExists.name() => {}
        outcome => outcome?.committed()?,
    }
    let mut salt = [0; 32];
    OsRng.fill_bytes(&mut salt);
    let message = InstantiateMsg {
        code,
        salt,
        init,
        admin,
        quota: args.quota,
    };
    let mut instantiate = roles::call(tip.chain, height, SYSTEM, "instantiate", &message)?;
    args.sign.sign(&mut instantiate)?;
    let instantiated = submit(&client, &instantiate)?;
    let id = contract_id(&tip.chain, &code, &salt);
    let out = DeployOut {
        code: code.to_string(),
        contract: id.to_string(),
        stage: instantiated.stage,
    };
    let text = format!("contract {id} {}\ncode id  {code}", out.stage);
    args.output.print("obolus.contract.deploy/1", &out, text);
    instantiated.committed()
}

/// Calls a mutable entry.
pub fn call(args: &CallArgs) -> Result<(), WalletError> {
    let id = ContractId(fixed(&args.contract)?);
    let schema = args.message.schema()?;
    let message = args.message.encode(schema.as_ref(), &args.entry)?;
    let client = client(&args.node)?;
    let tip = client.tip()?;
    let mut call = roles::call_with(tip.chain, Height(tip.height), id, &args.entry, message)?;
    args.sign.sign(&mut call)?;
    if let Some(path) = &args.sign.draft {
        return write_draft(path, &call);
    }
    let out = submit(&client, &call)?;
    let text = format!("transaction {} {}", out.transaction, out.stage);
    args.output.print("obolus.contract.call/1", &out, text);
    out.committed()
}

/// Calls a read-only entry.
pub fn query(args: &QueryArgs) -> Result<(), WalletError> {
    let id = ContractId(fixed(&args.contract)?);
    let schema = args.message.schema()?;
    let message = args.message.encode(schema.as_ref(), &args.entry)?;
    let reply = client(&args.node)?.query(&id, &args.entry, &message)?;
    let reply = match schema {
        None => hex::encode(&reply).into(),
        Some(schema) => schema.decode_reply(&args.entry, &reply).map_err(contract)?,
    };
    let text = crate::wallet::clean(&reply.to_string());
    args.output
        .print("obolus.contract.query/1", &QueryOut { reply }, text);
    Ok(())
}

fn client(node: &NodeArgs) -> Result<NodeClient, WalletError> {
    crate::wallet::client(&node.settings())
}

/// 32 bytes in hexadecimal.
fn fixed(text: &str) -> Result<[u8; 32], WalletError> {
    hex::decode_array(text).map_err(|error| contract(format!("{text}: {error}")))
}
