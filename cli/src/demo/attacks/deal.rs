//! Attacks on notes that belong to a contract's deal.

use borsh::BorshSerialize;
use obolus_abi::registry::{ApproveContractMsg, OpenDealMsg, RegisterMsg};
use obolus_abi::token::{TokenEvent, TransferDealMsg};
use obolus_abi::{ContractId, DealId};
use obolus_protocol::amount::Amount;
use obolus_protocol::audit::AuditScalar;
use obolus_protocol::curve::deal_point;
use obolus_protocol::field::{Fr, fr_to_bytes};
use obolus_protocol::keys::{IncomingViewingKey, NullifierKey, SpendValidatingKey};
use obolus_protocol::memo::MemoText;
use obolus_protocol::note::Position;
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::statement::{RegisterWitness, RegistryLeafWitness};
use obolus_protocol::tx::{ProofEnvelope, TxBody};
use obolus_protocol::{FullViewingKey, Note, Owner, Seed};
use obolus_wallet::{Follower, Payment, Wallet};
use rand::rngs::OsRng;

use super::authority::nested;
use super::craft::{Draft, judge, prove, seal, staging};
use super::{AttackResult, Ring};
use crate::demo::DemoError;
use crate::demo::world::World;
use crate::dev::{body, encode, instantiate, role_call, upload};

/// The most that a deal of the demo may pay at once.
const LIMIT: Amount = Amount::new(1_000_000);
/// Deposited with the deal.
const DEPOSIT: Amount = Amount::new(500);

/// `forward` of the hostile contract.
#[derive(BorshSerialize)]
pub struct ForwardMsg {
    /// The callee.
    pub contract: ContractId,
    /// Its entry.
    pub entry: String,
    /// Its arguments.
    pub input: Vec<u8>,
    /// Fuel passed on.
    pub fuel: u64,
}

/// `open` of the hostile contract.
#[derive(BorshSerialize)]
struct OpenMsg {
    registry: ContractId,
    deal: OpenDealMsg,
}

/// `release` of the hostile contract.
#[derive(BorshSerialize)]
struct ReleaseMsg {
    token: ContractId,
    payment: TransferDealMsg,
}

/// Two instances of a contract that deals, and that passes on whatever it is told.
pub struct Hostile {
    /// Owns the deal under attack.
    pub first: ContractId,
    second: ContractId,
}

impl Hostile {
    /// Installs both and has the registrar approve them.
    pub fn install(world: &mut World) -> Result<Self, DemoError> {
        let authorities = &world.authorities;
        let code = upload(&mut *world.desk, authorities, obolus_contracts::HOSTILE)?;
        let unit = Vec::new();
        let first = instantiate(&mut *world.desk, authorities, code, unit.clone(), &[])?;
        let second = instantiate(&mut *world.desk, authorities, code, unit, &[])?;
        for contract in [first, second] {
            let args = encode(&ApproveContractMsg { contract })?;
            let registry = world.token.registry;
            let tx = role_call(
                &*world.desk,
                &authorities.registrar,
                registry,
                "approve_contract",
                args,
            )?;
            world.desk.must("approve_contract", &tx)?;
        }
        Ok(Self { first, second })
    }
}

/// A deal and the keys that its parties share.
struct Deal {
    id: DealId,
    keys: FullViewingKey,
}

impl Deal {
    /// Opens a deal of `dealer` with a registration that escrows its nullifier key.
    fn open(world: &mut World, dealer: ContractId, label: &str) -> Result<Self, DemoError> {
        let id = DealId(*blake3::hash(label.as_bytes()).as_bytes());
        let ak = SpendValidatingKey::new(deal_point(&dealer, &id))?;
        let seed = Seed::generate()?;
        let keys = FullViewingKey {
            ak,
            nk: NullifierKey::from_seed(&seed),
            ivk: IncomingViewingKey::from_seed(&seed),
        };
        let (witness, message) = registration(world, &keys);
        let message = OpenDealMsg {
            deal: id,
            owner: message.owner,
            limit: LIMIT.get(),
            r: message.r,
            c1: message.c1,
        };
        let registry = world.token.registry;
        let args = encode(&OpenMsg {
            registry,
            deal: message,
        })?;
        let call = body(&*world.desk, dealer, "open", args)?;
        let proof = prove_registration(
            world,
            &witness,
            nested(&call, registry, dealer, "open_deal")?,
        )?;
        super::spend::settle(world, seal(call, vec![proof], None, Vec::new())?)?;
        world.sync()?;
        Ok(Self { id, keys })
    }

    fn owner(&self) -> Owner {
        self.keys.owner()
    }
}

fn registration(world: &World, keys: &FullViewingKey) -> (RegisterWitness, RegisterMsg) {
    let witness = RegisterWitness {
        ak: keys.ak,
        nk: keys.nk.clone(),
        r: AuditScalar::random(&mut OsRng),
        auditor: *world.view.auditor(),
    };
    let public = witness
        .public_inputs(Fr::from(0_u64))
        .map(|input| fr_to_bytes(&input));
    let message = RegisterMsg {
        owner: public.owner,
        ak: keys.ak.point().encode(),
        epk: *keys.ivk.encryption_key().as_bytes(),
        limit: LIMIT.get(),
        r: witness.r.ephemeral().encode(),
        c1: public.c1,
    };
    (witness, message)
}

fn prove_registration(
    world: &World,
    witness: &RegisterWitness,
    context: Fr,
) -> Result<ProofEnvelope, DemoError> {
    let proven = world.prover.register.prove(witness, context);
    proven
        .map(|proven| proven.envelope)
        .map_err(|error| staging("open_deal", &error))
}

/// Deposits with a deal, tries to take the deposit in every wrong way, then takes it back rightly.
pub fn run(
    world: &mut World,
    ring: &Ring,
    hostile: &Hostile,
) -> Result<Vec<AttackResult>, DemoError> {
    let mut results = Vec::new();
    let deal = Deal::open(world, hostile.first, "deal one")?;
    let sibling = Deal::open(world, hostile.first, "deal two")?;
    // The same id at another contract is another deal, with another point.
    Deal::open(world, hostile.second, "deal one")?;
    let deposited = deposit(world, ring, &deal)?;

    let mut wallet = Wallet::with_delivered(world.token, deal.keys.clone(), vec![deposited]);
    wallet.sync(&*world.desk)?;
    wallet.trust_auditor(world.authorities.auditor()?.public());
    let order = Payment {
        to: world.institutions[ring.attacker].wallet.address(),
        amount: DEPOSIT,
        text: MemoText::new("refund")?,
        identity: obolus_wallet::PayerIdentity::Hidden,
        expiry: world.desk.expiry()?,
    };
    let unproven = wallet.transfer(&order, &mut OsRng)?;
    let mut draft = Draft::of(&unproven);
    draft.witness.alpha = Randomizer::zero();

    let (call, proof) = draft.prove(world)?;
    let unsigned = seal(call, vec![proof], None, Vec::new())?;
    results.push(judge(world, "deal_note_spent_by_user", unsigned)?);

    let release = |world: &World, dealer: ContractId, id: DealId| {
        let payment = TransferDealMsg {
            deal: id,
            transfer: draft.message(),
        };
        let args = encode(&ReleaseMsg {
            token: world.token.token,
            payment,
        })?;
        let mut call: TxBody = body(&*world.desk, dealer, "release", args)?;
        call.memos.clone_from(&draft.memos);
        let context = nested(&call, world.token.token, dealer, "transfer_deal")?;
        let proof = prove(world, &draft.witness, context)?;
        seal(call, vec![proof], None, Vec::new())
    };
    let bytes = release(world, hostile.second, deal.id)?;
    results.push(judge(world, "deal_note_spent_by_other_contract", bytes)?);
    let bytes = release(world, hostile.first, sibling.id)?;
    results.push(judge(world, "deal_note_spent_by_other_deal", bytes)?);

    let (witness, message) = registration(world, &deal.keys);
    let call = body(
        &*world.desk,
        world.token.registry,
        "register",
        encode(&message)?,
    )?;
    let proof = prove_registration(world, &witness, super::craft::user_context(&call))?;
    let roles = world.authorities.registrar.sign(&call.digest());
    let bytes = seal(call, vec![proof], None, roles)?;
    results.push(judge(world, "register_deal_key", bytes)?);

    let bytes = release(world, hostile.first, deal.id)?;
    super::spend::settle(world, bytes)?;
    world.sync()?;
    Ok(results)
}

/// An ordinary transfer whose recipient is the deal.
fn deposit(world: &mut World, ring: &Ring, deal: &Deal) -> Result<(Position, Note), DemoError> {
    let mut draft = Draft::new(world, ring.attacker, ring.accomplice, DEPOSIT)?;
    let directory = world.view.directory();
    let missing = || DemoError::Attack("deal_note_spent_by_user", "the deal is not listed".into());
    let entry = directory.by_owner(&deal.owner()).ok_or_else(missing)?;
    let path = directory
        .active_path(entry)
        .map_err(|error| staging("deposit", &error))?;
    draft.witness.recipient = deal.owner();
    draft.witness.recipient_leaf = RegistryLeafWitness {
        limit: entry.limit,
        path,
    };
    let bytes = draft.finish(world, ring.attacker)?;
    let outcomes = world.desk.take(vec![bytes])?;
    let mut position = None;
    for outcome in outcomes {
        let refused = |r: crate::dev::Reason| DemoError::Refused {
            what: "deposit",
            message: r.message,
        };
        for event in outcome.map_err(refused)?.events {
            if event.contract != world.token.token {
                continue;
            }
            if let Ok(TokenEvent::Transferred { position: at, .. }) = borsh::from_slice(&event.data)
            {
                position = Position::new(at).ok();
            }
        }
    }
    world.sync()?;
    let position = position.ok_or(DemoError::Attack("deposit", "no event".into()))?;
    Ok((position, draft.witness.recipient_note()))
}
