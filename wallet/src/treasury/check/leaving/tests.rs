use obolus_abi::ChainId;
use obolus_protocol::address::Network;
use obolus_protocol::memo::MemoError;
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::SpendSignature;
use obolus_protocol::{FullViewingKey, Seed, SpendingKey};
use rand::rngs::OsRng;

use super::*;
use crate::assemble::Move;
use crate::committee::Detail;
use crate::payer::Session;
use crate::prove::StatementProver;
use crate::treasury::testing::Bank;
use crate::treasury::{Prepared, Vouched};
use crate::view::{Follower, TokenView};

const NEW: ContractId = ContractId([0xa1; 32]);

fn keys(seed: u8) -> FullViewingKey {
    FullViewingKey::from_seed(&Seed::new([seed; 32]))
}

fn address(seed: u8) -> Address {
    keys(seed).address()
}

/// What Bob sees of what Alice prepared.
fn seen(bank: &Bank, prepared: Prepared, known: &Known) -> Result<Seen, TreasuryError> {
    let (_, letter) = bank.ask(prepared, &[0, 1]);
    bank.see_knowing(1, &letter, known)
}

fn lies(result: Result<Seen, TreasuryError>, about: &str) {
    match result.err() {
        Some(TreasuryError::Lies(reason) | TreasuryError::OtherKey(reason)) => {
            assert!(reason.contains(about), "{reason}");
        }
        Some(error) => panic!("another error: {error}"),
        None => panic!("Bob notices: {about}"),
    }
}

/// A payment of 40 to the key that took over, and what Bob's blocks say.
fn moved(bank: &Bank) -> (Prepared, Known) {
    let order = bank.payment_to(address(9), 40);
    let prepared = bank.prepare(1, &order).unwrap();
    assert!(matches!(&prepared.detail, Detail::Move { .. }));
    (prepared, bank.known(1))
}

#[test]
fn a_move_goes_to_the_key_that_the_registry_lists() {
    let bank = Bank::new();
    bank.replaced(9);
    let (prepared, known) = moved(&bank);
    let found = seen(&bank, prepared, &known).unwrap();
    let Pays::Move { to, amount, .. } = found.pays else {
        panic!("a move");
    };
    assert_eq!((to, amount.get()), (address(9), 40));
}

#[test]
fn who_is_told_of_a_move_and_shown_another_payee_refuses() {
    let bank = Bank::new();
    bank.replaced(9);
    // A payment to somebody else is not said to be a move by accident, and not believed to be one.
    let mut prepared = bank.prepare(1, &bank.payment(40)).unwrap();
    assert!(matches!(&prepared.detail, Detail::Transfer { .. }));
    let to = bank.payee.address().encode(Network::Test);
    prepared.detail = Detail::Move { to };
    lies(seen(&bank, prepared, &bank.known(1)), "pays another");
    // Neither with the right address beside it.
    let mut prepared = bank.prepare(1, &bank.payment(40)).unwrap();
    let to = address(9).encode(Network::Test);
    prepared.detail = Detail::Move { to };
    lies(seen(&bank, prepared, &bank.known(1)), "somebody else");
}

#[test]
fn a_move_is_refused_by_who_knows_no_new_key_or_another_one() {
    let bank = Bank::new();
    bank.replaced(9);
    let show = |change: &dyn Fn(&mut Known)| {
        let (prepared, mut known) = moved(&bank);
        change(&mut known);
        seen(&bank, prepared, &known)
    };
    lies(show(&|known| *known = Known::default()), "lists none");
    lies(
        show(&|known| known.listed = vec![address(8)]),
        "pays another",
    );
    lies(show(&|known| known.listed.push(address(8))), "pays another");
    lies(
        show(&|known| known.agreed = vec![address(8)]),
        "this member approved",
    );
    lies(show(&|known| known.held = Some(keys(8))), "own directory");
    let agreed = show(&|known| known.agreed = vec![address(8), address(9)]);
    assert!(agreed.is_ok());
    // The own share says more than what was approved before.
    let held = show(&|known| {
        known.agreed = vec![address(8)];
        known.held = Some(keys(9));
    });
    assert!(held.is_ok());
}

#[test]
fn a_key_that_only_the_blocks_list_is_not_one_that_the_member_knows() {
    let bank = Bank::new();
    bank.replaced(9);
    let vouched = |agreed: &[u8], held: Option<u8>| {
        let (prepared, mut known) = moved(&bank);
        // A second rotation, as a node may say.
        known.listed.insert(0, address(8));
        known.agreed = agreed.iter().map(|seed| address(*seed)).collect();
        known.held = held.map(keys);
        match seen(&bank, prepared, &known).unwrap().pays {
            Pays::Move { vouched, .. } => vouched,
            _ => panic!("a move"),
        }
    };
    assert_eq!(vouched(&[], None), Vouched::Blocks);
    assert_eq!(vouched(&[8], None), Vouched::Blocks, "approved the first");
    assert_eq!(vouched(&[8, 9], None), Vouched::Itself);
    assert_eq!(vouched(&[9, 8], None), Vouched::Blocks, "another since");
    assert_eq!(vouched(&[8], Some(9)), Vouched::Itself);
}

#[test]
fn who_has_the_new_key_sees_that_it_will_find_the_money() {
    let bank = Bank::new();
    bank.replaced(9);
    let (mut prepared, mut known) = moved(&bank);
    let memos = &mut prepared.transaction.body.memos;
    memos[0] = vec![7; memos[0].len()];
    known.held = Some(keys(9));
    lies(seen(&bank, prepared, &known), "would not find");
}

#[test]
fn what_a_member_approved_is_kept_in_its_directory() {
    let bank = Bank::new();
    let bob = &bank.treasuries[1];
    assert!(bank.known(1).agreed.is_empty());
    for seed in [9, 8, 9] {
        bob.agree(&address(seed)).unwrap();
    }
    assert_eq!(
        bank.known(1).agreed,
        [address(8), address(9)],
        "the latest last"
    );
    assert!(bank.known(0).agreed.is_empty(), "each remembers for itself");
}

fn rotation(bank: &Bank, spoil: impl FnOnce(&mut Transaction)) -> Prepared {
    let mut transaction = bank.application(9);
    spoil(&mut transaction);
    Prepared {
        transaction,
        detail: Detail::Rotation,
        alpha: Randomizer::zero(),
    }
}

fn sign(transaction: &mut Transaction, seed: u8) {
    let key = SpendingKey::from_seed(&Seed::new([seed; 32]));
    let digest = transaction.body.digest();
    let signature = SpendSignature::create(&key, &Randomizer::zero(), &digest, &mut OsRng);
    transaction.spend_signatures = vec![signature];
}

#[test]
fn the_place_goes_to_a_key_that_has_signed_and_is_shown() {
    let bank = Bank::new();
    let mut known = bank.known(1);
    let found = seen(&bank, rotation(&bank, |_| ()), &known).unwrap();
    let Pays::Rotation { to, slot, .. } = found.pays else {
        panic!("a rotation");
    };
    assert_eq!((to, Some(slot)), (address(9), known.slot));
    // To the key in the own directory, and to no other.
    known.held = Some(keys(9));
    assert!(seen(&bank, rotation(&bank, |_| ()), &known).is_ok());
    known.held = Some(keys(8));
    lies(
        seen(&bank, rotation(&bank, |_| ()), &known),
        "own directory",
    );
}

#[test]
fn a_rotation_that_is_not_signed_or_of_another_slot_is_a_lie() {
    let bank = Bank::new();
    let known = bank.known(1);
    let unsigned = rotation(&bank, |tx| tx.spend_signatures.clear());
    lies(seen(&bank, unsigned, &known), "has not signed");
    let another = rotation(&bank, |tx| sign(tx, 8));
    lies(seen(&bank, another, &known), "has not signed");
    let earlier = rotation(&bank, |tx| tx.body.expiry.0 += 1);
    lies(seen(&bank, earlier, &known), "has not signed");
    let slot = rotation(&bank, |tx| {
        let mut msg: RotateMsg = borsh::from_slice(&tx.body.args).unwrap();
        msg.slot = 0;
        tx.body.args = borsh::to_vec(&msg).unwrap();
        sign(tx, 9);
    });
    lies(seen(&bank, slot, &known), "another slot");
    let chain = rotation(&bank, |tx| {
        tx.body.chain = ChainId([9; 32]);
        sign(tx, 9);
    });
    lies(seen(&bank, chain, &known), "another chain");
    bank.replaced(7);
    let late = seen(&bank, rotation(&bank, |_| ()), &bank.known(1));
    assert!(matches!(late.err(), Some(TreasuryError::Replaced)));
}

#[test]
fn no_other_proposal_brings_signatures() {
    let bank = Bank::new();
    let mut prepared = bank.prepare(1, &bank.payment(40)).unwrap();
    sign(&mut prepared.transaction, 9);
    lies(seen(&bank, prepared, &bank.known(1)), "signatures already");
}

/// A move of 120 to the successor, for this recipient.
fn migration(bank: &Bank, to: Address, spoil: impl FnOnce(&mut Transaction)) -> Prepared {
    let treasury = &bank.treasuries[0];
    let config = bank.node.0.borrow().config;
    let mut view = TokenView::new(crate::TokenConfig {
        token: NEW,
        ..config
    });
    view.sync(&bank.node).unwrap();
    let (directory, keys) = (&treasury.wallet, &treasury.keys);
    let mut session = Session::begin(directory, config, keys, &bank.node).unwrap();
    let order = Move {
        to,
        amount: Amount::new(120),
        expiry: session.wallet.default_expiry(),
    };
    let notes = session.wallet.select(order.amount).unwrap();
    let draft = session
        .wallet
        .migrate_of(&notes, &view, &order, &mut OsRng)
        .unwrap();
    let alpha = draft.alphas()[0].clone();
    let proven = draft.prove(&bank.simulator as &dyn StatementProver, &bank.circuits);
    let mut transaction = proven.unwrap().unsigned().unwrap();
    spoil(&mut transaction);
    Prepared {
        transaction,
        detail: Detail::Migration,
        alpha,
    }
}

#[test]
fn what_moves_to_the_successor_stays_the_treasurys() {
    let bank = Bank::new();
    let own = bank.treasuries[0].keys.address();
    let known = Known {
        successor: Some(NEW),
        ..Known::default()
    };
    let found = seen(&bank, migration(&bank, own, |_| ()), &known).unwrap();
    assert_eq!(found.change.map(Amount::get), Some(30));
    let Pays::Migration { amount, successor } = found.pays else {
        panic!("a move to the successor");
    };
    assert_eq!((amount.get(), successor), (120, NEW));

    // Who knows no successor, or another, does not sign.
    for successor in [None, Some(ContractId([0xa2; 32]))] {
        let known = Known {
            successor,
            ..Known::default()
        };
        let found = seen(&bank, migration(&bank, own, |_| ()), &known);
        lies(found, "another token");
    }
    // To somebody else it would be a payment.
    let payee = bank.payee.address();
    let found = seen(&bank, migration(&bank, payee, |_| ()), &known);
    assert!(matches!(
        found.err(),
        Some(TreasuryError::Memo(MemoError::NotForUs))
    ));
    let spoil = |tx: &mut Transaction, change: &dyn Fn(&mut MigrateMsg)| {
        let mut msg: MigrateMsg = borsh::from_slice(&tx.body.args).unwrap();
        change(&mut msg);
        tx.body.args = borsh::to_vec(&msg).unwrap();
    };
    let elsewhere = migration(&bank, own, |tx| {
        spoil(tx, &|msg| msg.out.payout_reference = [1; 32]);
    });
    lies(seen(&bank, elsewhere, &known), "another amount");
    let key = migration(&bank, own, |tx| {
        let other = bank.payee.keys().ak.point().encode();
        spoil(tx, &|msg| msg.out.rk = other);
    });
    lies(seen(&bank, key, &known), "treasury's key");
    let note = migration(&bank, own, |tx| {
        spoil(tx, &|msg| msg.cm1 = msg.out.cm2);
    });
    assert!(matches!(
        seen(&bank, note, &known).err(),
        Some(TreasuryError::Memo(_))
    ));
}
