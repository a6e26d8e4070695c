//! What powers over a token, and holders under them, do: transactions with everything that they must carry.

use obolus_abi::token::{
    AttestMsg, IssueMsg, MigrateMsg, RECIPIENT_MEMO_LEN, RedeemLimitedMsg, RedeemMsg,
    SELF_MEMO_LEN, SeizeMsg, TokenState, TransferLimitedMsg, VELOCITY_PERIOD_TAG, VelocityPlace,
    supply_inputs, velocity_period,
};
use obolus_abi::{ContractId, FieldBytes, KeyId, PointBytes};

use super::stage::{ATTESTOR, ISSUER, Life, PINS, TOKEN_ID, append_root, key, number};
use super::twin::Refusal;

/// The code of a refusal by a contract.
pub fn refused<T>(outcome: Result<T, Refusal>) -> Option<u16> {
    outcome.err().and_then(|refusal| refusal.code())
}

pub fn state(life: &mut Life, contract: ContractId) -> TokenState {
    life.twin.query(contract, "state", &()).expect("a state")
}

/// Carries one more proof.
fn also(life: &mut Life, key: Option<KeyId>, inputs: Vec<FieldBytes>) {
    let key = key.expect("a pinned key");
    life.twin.tx.proofs.insert((key, inputs));
}

fn pair(life: &mut Life) {
    life.twin.tx.memos = vec![RECIPIENT_MEMO_LEN as u32, SELF_MEMO_LEN as u32];
}

pub fn seize(life: &mut Life, msg: &SeizeMsg) -> Result<u64, Refusal> {
    life.signed(ISSUER);
    pair(life);
    let context = life.twin.context(TOKEN_ID, None, "seize");
    let inputs = msg.transfer.inputs(&life.auditor, context).to_array();
    life.prove(PINS.transfer, &inputs);
    life.twin.call(TOKEN_ID, "seize", msg)
}

/// A redemption of the note that there is from the beginning.
pub fn redeem_msg(life: &mut Life) -> RedeemMsg {
    RedeemMsg {
        anchor: append_root(&[number(100)]),
        sender_root: life.state().active_root,
        nf1: number(3),
        nf2: number(4),
        cm2: number(6),
        rk: key(7),
        cv: key(50),
        r: key(8),
        c1: number(9),
        c2: number(10),
        payout_reference: [11; 32],
    }
}

pub fn redeem(life: &mut Life, msg: &RedeemMsg) -> Result<u64, Refusal> {
    carry_redemption(life, msg, "redeem");
    life.twin.call(TOKEN_ID, "redeem", msg)
}

fn carry_redemption(life: &mut Life, msg: &RedeemMsg, entry: &str) {
    life.nothing();
    life.twin.tx.memos = vec![SELF_MEMO_LEN as u32];
    life.twin.tx.spend_keys.insert(msg.rk);
    let context = life.twin.context(TOKEN_ID, None, entry);
    let inputs = msg.inputs(&life.auditor, context).to_array();
    life.prove(PINS.redeem, &inputs);
}

/// Reserves that were counted now, against redemptions of this sum.
pub fn attestation(life: &mut Life, redeemed: PointBytes) -> AttestMsg {
    AttestMsg {
        reserves: 1 << 90,
        as_of_height: life.twin.height(),
        document: [12; 32],
        issued: state(life, TOKEN_ID).issued,
        redeemed,
    }
}

pub fn attest(life: &mut Life, msg: &AttestMsg) -> Result<(), Refusal> {
    life.signed(ATTESTOR);
    // A sum that is no point is refused before it is subtracted.
    if life.twin.maths().check_point(&msg.redeemed).is_ok() {
        let supply = life.twin.maths().point_sub(&msg.issued, &msg.redeemed);
        let context = life.twin.context(TOKEN_ID, None, "attest");
        let inputs = supply_inputs(&supply, msg.reserves, context);
        also(life, PINS.supply, inputs.to_array().to_vec());
    }
    life.twin.call(TOKEN_ID, "attest", msg)
}

pub fn issue_msg(life: &mut Life, nonce: u64) -> IssueMsg {
    IssueMsg {
        recipient_root: life.state().active_root,
        cm1: number(100 + nonce),
        cv: key(200 + nonce),
        r: key(300),
        c1: number(2),
        c2: number(3),
        c3: number(4),
        nonce,
    }
}

/// Proves that the issue fits into the reserves attested last, if any were.
pub fn issue_backed(life: &mut Life, msg: &IssueMsg) -> Result<u64, Refusal> {
    let reserves = state(life, TOKEN_ID).backing.map(|last| last.reserves);
    issue_within(life, msg, reserves)
}

/// The same for these reserves.
pub fn issue_within(
    life: &mut Life,
    msg: &IssueMsg,
    reserves: Option<u128>,
) -> Result<u64, Refusal> {
    let token = state(life, TOKEN_ID);
    life.signed(ISSUER);
    life.twin.tx.memos = vec![RECIPIENT_MEMO_LEN as u32];
    let context = life.twin.context(TOKEN_ID, None, "issue_backed");
    let inputs = msg.inputs(&life.auditor, context).to_array();
    life.prove(PINS.issue, &inputs);
    if let (Some(backing), Some(reserves)) = (token.backing, reserves) {
        let issued = life.twin.maths().point_add(&token.issued, &msg.cv);
        let supply = life.twin.maths().point_sub(&issued, &backing.redeemed);
        let inputs = supply_inputs(&supply, reserves, context);
        also(life, PINS.supply, inputs.to_array().to_vec());
    }
    life.twin.call(TOKEN_ID, "issue_backed", msg)
}

/// Proves that the place is one of the payer's `quota` places.
fn also_place(
    life: &mut Life,
    (place, quota): (&VelocityPlace, u32),
    nf1: FieldBytes,
    entry: &str,
) {
    let context = life.twin.context(TOKEN_ID, None, entry);
    let [low, high, period] = velocity_period(&TOKEN_ID, place.period);
    let maths = life.twin.maths();
    let period = maths.hash3(VELOCITY_PERIOD_TAG.as_bytes(), [&low, &high, &period]);
    let inputs = place.inputs(nf1, period, quota, context);
    also(life, PINS.velocity, inputs.to_array().to_vec());
}

pub fn transfer_limited(
    life: &mut Life,
    msg: &TransferLimitedMsg,
    quota: u32,
) -> Result<u64, Refusal> {
    let entry = "transfer_limited";
    life.nothing();
    pair(life);
    life.twin.tx.spend_keys.insert(msg.transfer.rk);
    let context = life.twin.context(TOKEN_ID, None, entry);
    let inputs = msg.transfer.inputs(&life.auditor, context).to_array();
    life.prove(PINS.transfer, &inputs);
    also_place(life, (&msg.place, quota), msg.transfer.nf1, entry);
    life.twin.call(TOKEN_ID, entry, msg)
}

pub fn redeem_limited(life: &mut Life, msg: &RedeemLimitedMsg, quota: u32) -> Result<u64, Refusal> {
    let entry = "redeem_limited";
    carry_redemption(life, &msg.redeem, entry);
    also_place(life, (&msg.place, quota), msg.redeem.nf1, entry);
    life.twin.call(TOKEN_ID, entry, msg)
}

/// A move of what the redemption spends.
pub fn migrate_msg(out: RedeemMsg) -> MigrateMsg {
    MigrateMsg {
        recipient_root: out.sender_root,
        out,
        cm1: number(600),
        r: key(601),
        c1: number(602),
        c2: number(603),
        c3: number(604),
    }
}

/// Moves a note from the token to a successor of it.
pub fn migrate(life: &mut Life, successor: ContractId, msg: &MigrateMsg) -> Result<u64, Refusal> {
    life.nothing();
    pair(life);
    life.twin.tx.spend_keys.insert(msg.out.rk);
    let context = life.twin.context(successor, None, "migrate_in");
    let inputs = msg.inputs(&life.auditor, context).to_array();
    life.prove(PINS.issue, &inputs);
    let context = life.twin.context(TOKEN_ID, Some(successor), "migrate_out");
    let inputs = msg.out.inputs(&life.auditor, context).to_array();
    also(life, Some(PINS.redeem), inputs.to_vec());
    life.twin.call(successor, "migrate_in", msg)
}
