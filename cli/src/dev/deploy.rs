//! From nothing to a token: genesis, contracts, registry, participants.

use borsh::BorshSerialize;
use obolus_abi::registry::{ApproveContractMsg, RegistryInit};
use obolus_abi::system::{
    AdminPolicy, Delay, FreezeCodeMsg, InstantiateMsg, SYSTEM, SystemError, UploadMsg,
};
use obolus_abi::token::{CircuitPins, ReservesRule, TokenInit};
use obolus_abi::{CodeId, ContractId, TxDigest};
use obolus_chain::{ChainMode, ChainName, Genesis, Timestamp, contract_id};
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::tx::{EntryName, Height, SignedTx, SpendSignature, TxBody, UnprovenTx};
use obolus_wallet::{CircuitKeys, TokenConfig};
use rand::RngCore;
use rand::rngs::OsRng;

use super::Counter;
use super::{Authorities, NETWORK, Role};
use super::{DevError, Reason};

/// How long an ACTIVE root stays valid after later insertions, in blocks.
const ROOT_WINDOW: u64 = 1_000;
/// Blocks from a freeze to a seizure: short, so that a development chain shows one.
const SEIZURE_DELAY: u64 = 10;
/// How far ahead a transaction may expire, in blocks.
const EXPIRY_HORIZON: Height = Height(1_000);

/// The beginning of a development chain.
pub fn genesis(
    name: &str,
    authorities: &Authorities,
    keys: &CircuitKeys,
) -> Result<Genesis, DevError> {
    Ok(Genesis {
        name: ChainName::new(name)?,
        network: NETWORK,
        mode: ChainMode::Development,
        time: Timestamp(0),
        operator: authorities.operator.set().clone(),
        verifying_keys: keys
            .all()
            .map(|key| key.encode())
            .collect::<Result<_, _>>()?,
        expiry_horizon: EXPIRY_HORIZON,
    })
}

/// A call that needs no proof, not yet signed.
pub fn body(
    desk: &dyn Counter,
    contract: ContractId,
    entry: &str,
    args: Vec<u8>,
) -> Result<TxBody, DevError> {
    Ok(TxBody {
        chain: desk.chain()?,
        expiry: desk.expiry()?,
        contract,
        entry: EntryName::new(entry)?,
        args,
        memos: Vec::new(),
    })
}

/// A call that only role holders sign.
pub fn role_call(
    desk: &dyn Counter,
    role: &Role,
    contract: ContractId,
    entry: &str,
    args: Vec<u8>,
) -> Result<SignedTx, DevError> {
    signed(body(desk, contract, entry, args)?, role, &[])
}

/// Somebody who shows that a key is theirs.
pub trait KeyHolder {
    /// A signature under the key.
    ///
    /// # Errors
    /// [`DevError`].
    fn sign(&self, digest: &TxDigest) -> Result<SpendSignature, DevError>;
}

impl KeyHolder for AuditorSecret {
    fn sign(&self, digest: &TxDigest) -> Result<SpendSignature, DevError> {
        Ok(SpendSignature::possession(self, digest, &mut OsRng))
    }
}

/// Signatures of a role, and of keys that are being set.
pub fn signed(body: TxBody, role: &Role, holders: &[&dyn KeyHolder]) -> Result<SignedTx, DevError> {
    let tx = UnprovenTx::new(body)?.prove(Vec::new())?;
    let digest = tx.digest();
    let possession = holders.iter().map(|holder| holder.sign(&digest));
    let possession = possession.collect::<Result<Vec<_>, _>>()?;
    Ok(tx.sign(possession, role.sign(&digest))?)
}

/// The borsh encoding of a message.
pub fn encode(message: &impl BorshSerialize) -> Result<Vec<u8>, DevError> {
    borsh::to_vec(message).map_err(|_| DevError::Encoding)
}

/// Uploads a module, unless the chain has it.
pub fn upload(
    desk: &mut dyn Counter,
    authorities: &Authorities,
    wasm: &[u8],
) -> Result<CodeId, DevError> {
    let args = encode(&UploadMsg {
        module: wasm.to_vec(),
        source: None,
    })?;
    let tx = role_call(desk, &authorities.operator, SYSTEM, "upload", args)?;
    let code = CodeId(*blake3::hash(wasm).as_bytes());
    for outcome in desk.take(vec![tx.transaction().encode()])? {
        match outcome {
            Err(reason) if reason.code == SystemError::CodeExists.name() => {}
            Err(Reason { message, .. }) => {
                return Err(DevError::Refused {
                    what: "upload",
                    message,
                });
            }
            Ok(_) => {}
        }
    }
    Ok(code)
}

/// Instantiates uploaded code under a fresh salt and freezes it for good. `possession` adds a signature under the
/// auditor's own key, which a registry demands.
pub fn instantiate(
    desk: &mut dyn Counter,
    authorities: &Authorities,
    code: CodeId,
    init: Vec<u8>,
    possession: &[&dyn KeyHolder],
) -> Result<ContractId, DevError> {
    let mut salt = [0; 32];
    OsRng.fill_bytes(&mut salt);
    let args = encode(&InstantiateMsg {
        code,
        salt,
        init,
        admin: AdminPolicy::Admin {
            role: authorities.operator.set().clone(),
            delay: Delay::default(),
        },
        quota: None,
    })?;
    let body = body(desk, SYSTEM, "instantiate", args)?;
    let tx = signed(body, &authorities.operator, possession)?;
    desk.must("instantiate", &tx)?;
    let contract = contract_id(&desk.chain()?, &code, &salt);
    let args = encode(&FreezeCodeMsg { contract })?;
    let tx = role_call(desk, &authorities.operator, SYSTEM, "freeze_code", args)?;
    desk.must("freeze_code", &tx)?;
    Ok(contract)
}

/// What a token is a token of.
#[derive(Clone, Copy, Debug)]
pub struct Instrument {
    /// Display name.
    pub name: &'static str,
    /// Currency or instrument code.
    pub unit: &'static str,
    /// Decimal digits.
    pub exponent: u8,
}

/// Puts the USD deposit token and its registry on the ledger, and follows it.
pub fn deploy(
    desk: &mut dyn Counter,
    authorities: &Authorities,
    keys: &CircuitKeys,
) -> Result<TokenConfig, DevError> {
    let instrument = Instrument {
        name: "US dollar deposit token",
        unit: "USD",
        exponent: 2,
    };
    let token = list(desk, authorities, keys, instrument)?;
    desk.follow(token);
    Ok(token)
}

/// Puts a token and its registry on the ledger.
pub fn list(
    desk: &mut dyn Counter,
    authorities: &Authorities,
    keys: &CircuitKeys,
    instrument: Instrument,
) -> Result<TokenConfig, DevError> {
    let secret = authorities.auditor()?;
    let auditor = secret.public();
    let registry_code = upload(desk, authorities, obolus_contracts::REGISTRY)?;
    let init = RegistryInit {
        registrar: authorities.registrar.set().clone(),
        auditor: auditor.encode(),
        register_key: keys.register.id(),
        root_window: ROOT_WINDOW,
        seizure_delay: SEIZURE_DELAY,
    };
    let registry = instantiate(desk, authorities, registry_code, encode(&init)?, &[secret])?;
    let token_code = upload(desk, authorities, obolus_contracts::TOKEN)?;
    let init = TokenInit {
        name: instrument.name.into(),
        unit: instrument.unit.into(),
        exponent: instrument.exponent,
        registry,
        issuer: authorities.issuer.set().clone(),
        operator: authorities.operator.set().clone(),
        pins: CircuitPins {
            transfer: keys.transfer.id(),
            issue: keys.issue.id(),
            redeem: keys.redeem.id(),
            supply: keys.supply.as_ref().map(|key| key.id()),
            velocity: keys.velocity.as_ref().map(|key| key.id()),
        },
        // Whoever has a key for the proofs can attest.
        reserves: keys.supply.as_ref().map(|_| ReservesRule {
            attestor: authorities.attestor.set().clone(),
            strict: false,
        }),
        velocity: None,
        predecessor: None,
    };
    let token = instantiate(desk, authorities, token_code, encode(&init)?, &[])?;
    Ok(TokenConfig {
        chain: desk.chain()?,
        token,
        registry,
        auditor,
    })
}

/// Instantiates a settlement contract and has it approved for these tokens.
pub fn settle_with(
    desk: &mut dyn Counter,
    authorities: &Authorities,
    wasm: &[u8],
    init: Vec<u8>,
    tokens: &[TokenConfig],
) -> Result<ContractId, DevError> {
    let code = upload(desk, authorities, wasm)?;
    let contract = instantiate(desk, authorities, code, init, &[])?;
    for token in tokens {
        let args = encode(&ApproveContractMsg { contract })?;
        let registrar = &authorities.registrar;
        let tx = role_call(desk, registrar, token.registry, "approve_contract", args)?;
        desk.must("approve_contract", &tx)?;
    }
    Ok(contract)
}
