//! Attacks on who may do what: outsiders, frozen holders, limits, keys, roles.

use obolus_abi::registry::{SetAuditorMsg, SetLimitMsg, SlotMsg};
use obolus_abi::{ContractId, PointBytes};
use obolus_protocol::amount::Amount;
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::context::context;
use obolus_protocol::memo::MemoText;
use obolus_protocol::note::registry_leaf;
use obolus_protocol::statement::{IssueWitness, RegisterWitness, RegistryLeafWitness};
use obolus_protocol::tree::{MemoryNodes, REGISTRY_DEPTH, SparseTree};
use obolus_protocol::tx::{EntryName, TxBody};
use obolus_protocol::{FullViewingKey, Seed};
use obolus_wallet::{AuditorView, IssueRequest, Registration, Unproven};
use rand::rngs::OsRng;

use super::craft::{Draft, judge, seal, staging, user_context};
use super::deal::{ForwardMsg, Hostile};
use super::spend::refused_by_rule;
use super::{AttackResult, Ring};
use crate::demo::DemoError;
use crate::demo::world::World;
use crate::dev::{KeyHolder, body, encode, role_call, signed};

/// The point (0, −1): on the curve, of order two.
const SMALL_ORDER: PointBytes = PointBytes([
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0x00, 0x00, 0x00, 0xf0, 0x93, 0xf5, 0xe1, 0x43, 0x91, 0x70, 0xb9, 0x79, 0x48, 0xe8, 0x33, 0x28,
    0x5d, 0x58, 0x81, 0x81, 0xb6, 0x45, 0x50, 0xb8, 0x29, 0xa0, 0x31, 0xe1, 0x72, 0x4e, 0x64, 0x30,
]);

/// Sends a registrar's order that must be taken, and lets everybody read it.
fn order(world: &mut World, entry: &'static str, args: Vec<u8>) -> Result<(), DemoError> {
    let registrar = &world.authorities.registrar;
    let tx = role_call(&*world.desk, registrar, world.token.registry, entry, args)?;
    world.desk.must(entry, &tx)?;
    world.sync()
}

/// Recipients and senders that the registry does not vouch for.
pub fn membership(world: &mut World, ring: &Ring) -> Result<Vec<AttackResult>, DemoError> {
    let mut results = Vec::new();
    let outsider = FullViewingKey::from_seed(&Seed::generate()?);

    // A registry of the attacker's own, in which the outsider is listed.
    let mut draft = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(1))?;
    let mut tree = SparseTree::<MemoryNodes, REGISTRY_DEPTH>::new(MemoryNodes::default());
    let listed = tree
        .set(0, registry_leaf(outsider.owner(), Amount::MAX))
        .and_then(|_| tree.path(0));
    let path = listed.map_err(|error| staging("unregistered_recipient", &error))?;
    draft.witness.recipient = outsider.owner();
    draft.witness.recipient_leaf = RegistryLeafWitness {
        limit: Amount::MAX,
        path,
    };
    let bytes = draft.finish(world, ring.attacker)?;
    results.push(judge(world, "unregistered_recipient", bytes)?);

    let slot = ring.slot(world, ring.attacker)?;
    let early = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(1))?;
    let early = early.finish(world, ring.attacker)?;
    order(world, "freeze", encode(&SlotMsg { slot })?)?;
    results.push(judge(world, "frozen_sender_old_root", early)?);
    order(world, "unfreeze", encode(&SlotMsg { slot })?)?;

    let early = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(101))?;
    let early = early.finish(world, ring.attacker)?;
    order(
        world,
        "set_limit",
        encode(&SetLimitMsg { slot, limit: 100 })?,
    )?;
    results.push(judge(world, "over_limit_old_root", early)?);
    let mut draft = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(100))?;
    draft.witness.pay = Amount::new(101);
    draft.witness.change = Amount::new(draft.witness.change.get().saturating_sub(1));
    results.push(refused_by_rule(
        world,
        ring,
        "over_limit",
        &draft,
        |inputs| inputs,
    )?);
    order(
        world,
        "set_limit",
        encode(&SetLimitMsg {
            slot,
            limit: u64::MAX,
        })?,
    )?;
    Ok(results)
}

/// Keys of the auditor that are not the auditor's current one.
pub fn auditor(world: &mut World, ring: &Ring) -> Result<Vec<AttackResult>, DemoError> {
    let mut results = Vec::new();
    let mut draft = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(1))?;
    draft.witness.auditor = AuditorSecret::random(&mut OsRng).public();
    let bytes = draft.finish(world, ring.attacker)?;
    results.push(judge(world, "wrong_auditor_key", bytes)?);

    let registry = world.token.registry;
    let set = |world: &World, auditor, secret: Option<&AuditorSecret>| {
        let call = body(
            &*world.desk,
            registry,
            "set_auditor",
            encode(&SetAuditorMsg { auditor, window: 0 })?,
        )?;
        let holders: Vec<&dyn KeyHolder> =
            secret.into_iter().map(|s| s as &dyn KeyHolder).collect();
        signed(call, &world.authorities.registrar, &holders)
    };
    let bytes = set(world, SMALL_ORDER, None)?.transaction().encode();
    results.push(judge(world, "small_order_auditor_key", bytes)?);
    let stolen = AuditorSecret::random(&mut OsRng).public().encode();
    let bytes = set(world, stolen, None)?.transaction().encode();
    results.push(judge(world, "auditor_key_without_possession", bytes)?);

    // A new epoch without a window; the old key's proofs end with it, and it never comes back.
    let early = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(1))?;
    let early = early.finish(world, ring.attacker)?;
    let next = AuditorSecret::random(&mut OsRng);
    let tx = set(world, next.public().encode(), Some(&next))?;
    world.desk.must("set_auditor", &tx)?;
    results.push(judge(world, "old_auditor_key", early)?);
    let old = world.authorities.auditor()?;
    let bytes = set(world, old.public().encode(), Some(old))?
        .transaction()
        .encode();
    results.push(judge(world, "auditor_key_comes_back", bytes)?);
    // The auditor tells everybody its new key; what was encrypted to the old one is read with the old secret.
    let key = next.public();
    world.view.trust_auditor(key);
    for institution in &mut world.institutions {
        institution.wallet.trust_auditor(key);
    }
    world.authorities.auditors.push(next);
    let secrets = world.authorities.auditors.clone();
    world.audit = AuditorView::new(world.token, secrets);
    world.sync()?;
    Ok(results)
}

/// Somebody else's spending key, approved by a registrar who was deceived.
pub fn registration(world: &mut World) -> Result<Vec<AttackResult>, DemoError> {
    let victim = FullViewingKey::from_seed(&Seed::generate()?);
    let mut keys = FullViewingKey::from_seed(&Seed::generate()?);
    keys.ak = victim.ak;
    let terms = Registration {
        entering: obolus_wallet::Entering::Anew,
        limit: Amount::MAX,
        expiry: world.desk.expiry()?,
    };
    let unproven = Unproven::<RegisterWitness>::register(&world.view, &keys, &terms, &mut OsRng)?;
    let proven = world
        .prover
        .register
        .prove(unproven.witness(), unproven.context());
    let proof = proven
        .map_err(|error| staging("register_someone_elses_key", &error))?
        .envelope;
    let roles = world.authorities.registrar.sign(&unproven.digest());
    let bytes = seal(unproven.body().clone(), vec![proof], None, roles)?;
    Ok(vec![judge(world, "register_someone_elses_key", bytes)?])
}

/// Issuing without the role, and an issue that a contract repeats.
pub fn issue(
    world: &mut World,
    ring: &Ring,
    hostile: &Hostile,
) -> Result<Vec<AttackResult>, DemoError> {
    let mut results = Vec::new();
    let request = IssueRequest {
        to: world.institutions[ring.attacker].wallet.address(),
        amount: Amount::new(1_000_000),
        text: MemoText::new("attack")?,
        nonce: world.view.issue_nonce(),
        expiry: world.desk.expiry()?,
    };
    let unproven = Unproven::<IssueWitness>::issue(&world.view, &request, &mut OsRng)?;
    let prove = |world: &World, context| {
        let proven = world.prover.issue.prove(unproven.witness(), context);
        proven
            .map(|proven| proven.envelope)
            .map_err(|error| staging("issue", &error))
    };
    let proof = prove(world, user_context(unproven.body()))?;
    let one = world.authorities.issuer.sign_with(1, &unproven.digest());
    let bytes = seal(unproven.body().clone(), vec![proof], None, one)?;
    results.push(judge(world, "issue_without_role", bytes)?);

    // A nonce that an earlier issue used, with everything else in order.
    let used = IssueRequest {
        nonce: request.nonce.saturating_sub(1),
        ..request
    };
    let again = Unproven::<IssueWitness>::issue(&world.view, &used, &mut OsRng)?
        .prove(&world.prover, &world.keys)?;
    let roles = world.authorities.issuer.sign(&again.digest());
    let bytes = again.authorise(roles)?.transaction().encode();
    results.push(judge(world, "issue_repeated", bytes)?);

    // The issuer was made to sign a call of a contract, which passes a message on to the token.
    let token = world.token.token;
    let forwarded = forward(world, hostile.first, token, "issue", unproven.body())?;
    let proof = prove(world, nested(&forwarded, token, hostile.first, "issue")?)?;
    let roles = world.authorities.issuer.sign(&forwarded.digest());
    let bytes = seal(forwarded, vec![proof], None, roles)?;
    results.push(judge(world, "issue_through_contract", bytes)?);

    // The attacker's own signature, carried by a contract that poses as the attacker.
    let draft = Draft::new(world, ring.attacker, ring.accomplice, Amount::new(1))?;
    let inner = draft.body(world, &draft.message())?;
    let forwarded = forward(world, hostile.first, token, "transfer", &inner)?;
    let context = nested(&forwarded, token, hostile.first, "transfer")?;
    let proof = super::craft::prove(world, &draft.witness, context)?;
    let bytes = draft.sign(world, ring.attacker, forwarded, vec![proof])?;
    results.push(judge(world, "contract_poses_as_user", bytes)?);
    Ok(results)
}

/// A call of the relay that passes `inner` on.
fn forward(
    world: &World,
    relay: ContractId,
    callee: ContractId,
    entry: &str,
    inner: &TxBody,
) -> Result<TxBody, DemoError> {
    let message = ForwardMsg {
        contract: callee,
        entry: entry.into(),
        input: inner.args.clone(),
        fuel: u64::MAX,
    };
    let mut outer = body(&*world.desk, relay, "forward", encode(&message)?)?;
    outer.memos.clone_from(&inner.memos);
    Ok(outer)
}

/// What a proof must be bound to when `caller` calls `callee` inside this transaction.
pub fn nested(
    outer: &TxBody,
    callee: ContractId,
    caller: ContractId,
    entry: &str,
) -> Result<obolus_protocol::Fr, DemoError> {
    Ok(context(
        &outer.digest(),
        &callee,
        &caller,
        &EntryName::new(entry)?,
    ))
}
