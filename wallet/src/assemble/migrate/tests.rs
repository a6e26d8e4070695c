use std::sync::LazyLock;

use obolus_abi::ContractId;
use obolus_abi::token::{RECIPIENT_MEMO_LEN, SELF_MEMO_LEN};
use obolus_protocol::{
    Point,
    audit::migrated,
    context::{USER, context},
    field::{fr_from_bytes, fr_to_bytes},
    tx::EntryName,
};
use obolus_prover::DevSimulator;
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    config::TokenConfig, prove::CircuitKeys, testing::TestChain, view::Follower, wallet::Wallet,
};

static PROVER: LazyLock<DevSimulator> = LazyLock::new(|| DevSimulator::new().unwrap());

const NEW: ContractId = ContractId([0xa1; 32]);

/// A holder of 100 and 50, and the view of a successor with the same registry.
fn holder() -> (TestChain, Wallet, TokenView) {
    let (mut chain, mut wallets) = TestChain::with_participants(&[1, 2]);
    chain.issue(wallets[0].address(), 100, "deposit");
    chain.issue(wallets[0].address(), 50, "deposit");
    chain.sync_all(&mut wallets);
    let config = TokenConfig {
        token: NEW,
        ..chain.config
    };
    let mut view = TokenView::new(config);
    view.sync(&chain).unwrap();
    (chain, wallets.remove(0), view)
}

fn order(wallet: &Wallet, amount: u64) -> Move {
    Move {
        to: wallet.address(),
        amount: Amount::new(amount),
        expiry: wallet.default_expiry(),
    }
}

fn migrate(
    wallet: &mut Wallet,
    view: &TokenView,
    order: &Move,
) -> Result<DealDraft, AssembleError> {
    let selection = wallet.select(Amount::new(120)).unwrap();
    wallet.migrate_of(&selection, view, order, &mut StdRng::seed_from_u64(1))
}

#[test]
fn both_proofs_are_about_one_amount_and_each_about_its_call() {
    let (chain, mut wallet, view) = holder();
    let order = order(&wallet, 120);
    let draft = migrate(&mut wallet, &view, &order).unwrap();
    let body = draft.body();
    assert_eq!((body.contract, body.entry.as_str()), (NEW, "migrate_in"));
    let lengths: Vec<usize> = body.memos.iter().map(Vec::len).collect();
    assert_eq!(lengths, [RECIPIENT_MEMO_LEN, SELF_MEMO_LEN]);
    let msg: MigrateMsg = borsh::from_slice(&body.args).unwrap();

    // What the two contracts will ask the host for, in the order of the calls.
    let auditor = chain.config.auditor.encode();
    let bound = |callee, caller, entry| {
        let entry = EntryName::new(entry).unwrap();
        fr_to_bytes(&context(&body.digest(), &callee, &caller, &entry))
    };
    let entering = msg.inputs(&auditor, bound(NEW, USER, "migrate_in"));
    let out = bound(chain.config.token, NEW, "migrate_out");
    let leaving = msg.out.inputs(&auditor, out);
    let keys = CircuitKeys::from(&*PROVER);
    let key = wallet.keys().clone();
    let spending = obolus_protocol::SpendingKey::from_seed(&obolus_protocol::Seed::new([1; 32]));
    assert_eq!(key.ak, spending.validating_key());
    let signed = draft
        .prove(&*PROVER, &keys)
        .unwrap()
        .sign(&spending, Vec::new(), &mut StdRng::seed_from_u64(2))
        .unwrap();
    let proofs = &signed.transaction().proofs;
    assert_eq!(proofs.len(), 2);
    assert_eq!(proofs[0].key, keys.issue.id());
    assert_eq!(proofs[0].inputs, entering.to_array());
    assert_eq!(proofs[1].key, keys.redeem.id());
    assert_eq!(proofs[1].inputs, leaving.to_array());
    assert_eq!((entering.cv_x, entering.cv_y), (leaving.cv_x, leaving.cv_y));
    assert_eq!(entering.nonce, leaving.nf1);

    // The auditor reads what enters; the note is spendable there, and its holder has a memo for it.
    let shared = chain.secret.shared(&Point::decode(&msg.r).unwrap());
    let opened = migrated::open_message_with(&shared, &msg).unwrap();
    assert_eq!(opened.value, Amount::new(120));
    let commitment = obolus_protocol::Commitment::new(fr_from_bytes(&msg.cm1).unwrap());
    let read = RecipientMemo::open(&key.ivk, key.owner(), &NEW, commitment, &body.memos[0]);
    assert_eq!(read.unwrap().value, Amount::new(120));
}

#[test]
fn what_cannot_move_reserves_nothing() {
    let (chain, mut wallet, view) = holder();
    let free = wallet.balance();
    let stranger = chain.wallet(9).address();
    let nobody = Move {
        to: stranger,
        ..order(&wallet, 120)
    };
    for (order, error) in [
        (order(&wallet, 0), AssembleError::ZeroAmount),
        (nobody, AssembleError::UnknownRecipient),
        (order(&wallet, 151), AssembleError::Overflow),
    ] {
        assert_eq!(migrate(&mut wallet, &view, &order).err(), Some(error));
        assert_eq!(wallet.balance(), free);
    }
    let order = order(&wallet, 120);
    migrate(&mut wallet, &view, &order).unwrap();
    assert_eq!(wallet.balance().available, 0);
    assert_eq!(wallet.balance().returning, 30);
}
