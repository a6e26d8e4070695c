//! Wallets that follow a chain: balances, histories, rebuilding, refused blocks.

use obolus_abi::registry::RegistryEvent;
use obolus_abi::token::TransferMsg;
use obolus_protocol::{
    Commitment,
    address::EncryptionKey,
    memo::{RcmSource, RecipientMemo},
    note::{Rcm, Slot},
    tx::TxBody,
};
use rand::{SeedableRng, rngs::StdRng};

mod memos;
mod random;
mod spending;

use super::*;
use crate::{
    auditor::AuditorView,
    events::ScanError,
    history::Movement,
    select::SelectError,
    source::ChainSource,
    testing::{LIMIT, TestChain},
    view::Follower,
};

const A: u8 = 1;
const B: u8 = 2;
const C: u8 = 3;

/// What a history says, in short.
fn story(wallet: &Wallet) -> Vec<String> {
    let tell = |entry: &Entry| match &entry.movement {
        Movement::Issued { amount, text } => format!("issued {} {}", amount.get(), text.as_str()),
        Movement::Received { amount, text, .. } => {
            format!("received {} {}", amount.get(), text.as_str())
        }
        Movement::Sent { to, amount, text } => {
            let slot = wallet.view().directory().by_owner(to).unwrap().slot.get();
            format!("sent {} to {slot} {}", amount.get(), text.as_str())
        }
        Movement::Redeemed { amount, text } => {
            format!("redeemed {} {}", amount.get(), text.as_str())
        }
        Movement::Seized { amount, text, .. } => {
            format!("seized {} {}", amount.get(), text.as_str())
        }
        Movement::MovedOut { amount } => format!("moved out {}", amount.get()),
        Movement::MovedIn { amount } => format!("moved in {}", amount.get()),
        Movement::Merged { amount, .. } => format!("merged {amount}"),
        Movement::Unreadable { position } => format!("unreadable {}", position.get()),
        Movement::Unexplained { spent } => format!("unexplained {spent}"),
    };
    wallet.history().iter().map(tell).collect()
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(11)
}

/// Three participants; the first holds a note of 100 and one of 50.
fn funded() -> (TestChain, Vec<Wallet>) {
    let (mut chain, mut wallets) = TestChain::with_participants(&[A, B, C]);
    let address = wallets[0].address();
    chain.issue(address, 100, "first");
    chain.issue(address, 50, "second");
    chain.sync_all(&mut wallets);
    (chain, wallets)
}

fn redemption(chain: &TestChain, amount: u64) -> Redemption {
    Redemption {
        amount: Amount::new(amount),
        payout_reference: [9; 32],
        text: MemoText::new("payout").unwrap(),
        expiry: Height(chain.height() + 10),
    }
}

/// A history of every kind of movement; the wallets have followed block by block.
fn lifecycle() -> (TestChain, Vec<Wallet>) {
    let (mut chain, mut wallets) = funded();
    let mut rng = rng();
    let payment = chain.payment(wallets[1].address(), 120, "invoice 7");
    let tx = wallets[0].transfer(&payment, &mut rng).unwrap();
    chain.include(tx.body()).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    let payment = chain.payment(wallets[2].address(), 20, "onward");
    let tx = wallets[1].transfer(&payment, &mut rng).unwrap();
    chain.include(tx.body()).unwrap();
    let tx = wallets[0]
        .redeem(&redemption(&chain, 10), &mut rng)
        .unwrap();
    chain.include(tx.body()).unwrap();
    chain.seal();
    chain.seal();
    chain.sync_all(&mut wallets);
    (chain, wallets)
}

#[test]
fn balances_and_histories_follow_the_ledger() {
    let (_, wallets) = lifecycle();
    let totals: Vec<_> = wallets.iter().map(|w| w.balance().total()).collect();
    assert_eq!(totals, [20, 100, 20]);
    assert_eq!(
        story(&wallets[0]),
        [
            "issued 100 first",
            "issued 50 second",
            "sent 120 to 1 invoice 7",
            "redeemed 10 payout"
        ]
    );
    assert_eq!(
        story(&wallets[1]),
        ["received 120 invoice 7", "sent 20 to 2 onward"]
    );
    assert_eq!(story(&wallets[2]), ["received 20 onward"]);
    assert!(wallets.iter().all(|wallet| wallet.balance().locked == 0));
}

#[test]
fn rebuilt_from_the_seed_alone_it_is_the_same_wallet() {
    let (chain, wallets) = lifecycle();
    for batch in [1, 2, usize::MAX] {
        chain.batch.set(batch);
        for (wallet, seed) in wallets.iter().zip([A, B, C]) {
            let mut rebuilt = chain.wallet(seed);
            assert_eq!(rebuilt.sync(&chain).unwrap(), chain.height());
            assert_eq!(rebuilt.balance(), wallet.balance());
            assert!(rebuilt.notes().iter().eq(wallet.notes().iter()));
            assert!(rebuilt.history() == wallet.history());
            assert!(rebuilt.tree == wallet.tree);
            assert_eq!(rebuilt.anchor(), wallet.anchor());
        }
    }
}

#[test]
fn a_rebuilt_wallet_can_spend() {
    let (mut chain, _) = lifecycle();
    let mut rebuilt = chain.wallet(B);
    rebuilt.sync(&chain).unwrap();
    let to = chain.wallet(C).address();
    let tx = rebuilt
        .transfer(&chain.payment(to, 100, "all"), &mut rng())
        .unwrap();
    chain.include(tx.body()).unwrap();
    chain.seal();
    rebuilt.sync(&chain).unwrap();
    assert_eq!(rebuilt.balance().total(), 0);
}

#[test]
fn old_anchors_stay_good_while_the_tree_grows() {
    let (mut chain, mut wallets) = funded();
    let payment = chain.payment(wallets[1].address(), 30, "slow");
    let tx = wallets[0].transfer(&payment, &mut rng()).unwrap();
    let address = wallets[2].address();
    for _ in 0..5 {
        chain.issue(address, 1, "growth");
    }
    chain.include(tx.body()).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    assert_eq!(wallets[1].balance().total(), 30);
}

#[test]
fn blocks_must_come_in_order_and_a_refused_block_leaves_no_trace() {
    let (mut chain, wallets) = lifecycle();
    let mut wallet = chain.wallet(A);
    let second = chain.updates[1].clone();
    assert_eq!(
        wallet.apply(&second),
        Err(ScanError::Gap {
            expected: Height(1),
            got: Height(2)
        })
    );
    for update in &chain.updates[..3] {
        wallet.apply(update).unwrap();
    }
    let before = (
        wallet.balance(),
        wallet.tree.clone(),
        wallet.view().leaves(),
    );
    let mut skipped = chain.updates[3].clone();
    skipped.txs.insert(0, chain.updates[4].txs[0].clone());
    assert!(matches!(
        wallet.apply(&skipped),
        Err(ScanError::Position { .. })
    ));
    let mut garbage = chain.updates[3].clone();
    garbage.txs[0].events[0].data.push(0);
    assert_eq!(wallet.apply(&garbage), Err(ScanError::BadEvent(Height(4))));
    assert!(
        before
            == (
                wallet.balance(),
                wallet.tree.clone(),
                wallet.view().leaves()
            )
    );
    wallet.sync(&chain).unwrap();
    assert_eq!(wallet.balance(), wallets[0].balance());
    chain.batch.set(0);
    chain.seal();
    assert!(matches!(wallet.sync(&chain), Err(ScanError::Source(_))));
}

#[test]
fn the_registry_is_compared_with_the_ledgers() {
    let (chain, wallets) = lifecycle();
    let mut state = chain.registry_state().unwrap();
    wallets[0].view().check_registry(&state).unwrap();
    state.active_root = FieldBytes::ZERO;
    assert_eq!(
        wallets[0].view().check_registry(&state),
        Err(ScanError::RegistryRoot)
    );
}

#[test]
fn nothing_secret_is_in_debug_output() {
    let (_, wallets) = lifecycle();
    let notes: Vec<_> = wallets[0].notes().iter().collect();
    let shown = format!("{notes:?} {:?}", wallets[0].history());
    let nullifier = notes[0].nullifier.to_bytes().to_string();
    for secret in ["invoice", "120", nullifier.as_str()] {
        assert!(!shown.contains(secret), "{secret} is shown");
    }
}
