use obolus_abi::ChainId;
use obolus_protocol::memo::{Blind, MemoText, RcmSource};
use obolus_protocol::schnorr::Randomizer;
use rand::rngs::OsRng;

use super::*;
use crate::outbox::Order;
use crate::prove::StatementProver;
use crate::treasury::Prepared;
use crate::treasury::testing::Bank;

/// Alice, who prepares, changes what she sends; Bob looks.
fn spoiled(
    order: impl Fn(&Bank) -> Order,
    spoil: impl FnOnce(&Bank, &mut Prepared),
) -> TreasuryError {
    let bank = Bank::new();
    let mut prepared = bank.prepare(1, &order(&bank)).unwrap();
    spoil(&bank, &mut prepared);
    let (_, letter) = bank.ask(prepared, &[0, 1]);
    bank.see(1, &letter).err().expect("Bob notices")
}

fn payment(bank: &Bank) -> Order {
    bank.payment(40)
}

fn redemption(_: &Bank) -> Order {
    Order::Redeem {
        amount: 30,
        payout_reference: *blake3::hash(b"IBAN 1").as_bytes(),
        text: "IBAN 1".into(),
    }
}

fn message(body: &TxBody) -> TransferMsg {
    borsh::from_slice(&body.args).unwrap()
}

#[test]
fn a_proposal_that_names_another_payee_is_a_lie() {
    let error = spoiled(payment, |bank, prepared| {
        let to = bank.treasuries[0].keys.address().encode(Network::Test);
        prepared.detail = Detail::Transfer { to };
    });
    assert!(matches!(error, TreasuryError::Lies(_)), "{error}");
}

#[test]
fn a_memo_that_says_less_than_is_paid_does_not_match_the_commitment() {
    let error = spoiled(payment, |bank, prepared| {
        // The memo of another amount, sealed for the same change note.
        let keys = &bank.treasuries[0].keys;
        let body = &mut prepared.transaction.body;
        let cm2 = commitment(&message(body).cm2).unwrap();
        let own = |memo: &[u8]| SelfMemo::open(&keys.ivk, keys.owner(), &body.contract, cm2, memo);
        let mut memo = own(&body.memos[1]).unwrap();
        memo.paid = Amount::new(4);
        body.memos[1] = memo
            .seal(&keys.ivk.encryption_key(), cm2, &mut OsRng)
            .unwrap();
    });
    assert!(
        matches!(error, TreasuryError::Memo(MemoError::Commitment)),
        "{error}"
    );
}

#[test]
fn a_memo_with_another_text_does_not_match_the_commitment() {
    let error = spoiled(payment, |bank, prepared| {
        let keys = &bank.treasuries[0].keys;
        let body = &mut prepared.transaction.body;
        let cm2 = commitment(&message(body).cm2).unwrap();
        let opened = SelfMemo::open(&keys.ivk, keys.owner(), &body.contract, cm2, &body.memos[1]);
        let mut memo = opened.unwrap();
        memo.text = MemoText::new("a gift").unwrap();
        memo.paid_rcm = Some(RcmSource::Bound(Blind::random(&mut OsRng)));
        body.memos[1] = memo
            .seal(&keys.ivk.encryption_key(), cm2, &mut OsRng)
            .unwrap();
    });
    assert!(
        matches!(error, TreasuryError::Memo(MemoError::Commitment)),
        "{error}"
    );
}

#[test]
fn a_text_that_the_commitment_does_not_bind_is_a_lie() {
    let error = spoiled(payment, |bank, prepared| {
        let keys = &bank.treasuries[0].keys;
        let body = &mut prepared.transaction.body;
        let cm2 = commitment(&message(body).cm2).unwrap();
        let opened = SelfMemo::open(&keys.ivk, keys.owner(), &body.contract, cm2, &body.memos[1]);
        let mut memo = opened.unwrap();
        // The note is the very one that is paid, under any text.
        let paid = memo.paid_note().unwrap();
        memo.text = MemoText::new("a gift").unwrap();
        memo.paid_rcm = Some(RcmSource::Free(paid.rcm.clone()));
        assert_eq!(memo.paid_note().unwrap().commitment(), paid.commitment());
        body.memos[1] = memo
            .seal(&keys.ivk.encryption_key(), cm2, &mut OsRng)
            .unwrap();
    });
    assert!(
        matches!(error, TreasuryError::Lies(reason) if reason.contains("text")),
        "{error}"
    );
}

#[test]
fn a_transaction_without_a_memo_for_the_treasury_is_refused() {
    let error = spoiled(payment, |_, prepared| {
        prepared.transaction.body.memos.truncate(1);
    });
    assert!(matches!(error, TreasuryError::Lies(_)), "{error}");
    let error = spoiled(payment, |_, prepared| {
        let memos = &mut prepared.transaction.body.memos;
        memos[1] = vec![0; SelfMemo::CIPHERTEXT_LEN];
    });
    assert!(matches!(error, TreasuryError::Memo(_)), "{error}");
}

#[test]
fn another_key_another_chain_and_another_entry_are_refused() {
    let error = spoiled(payment, |bank, prepared| {
        let mut msg = message(&prepared.transaction.body);
        let ak = bank.treasuries[0].keys.ak;
        msg.rk = Randomizer::random(&mut OsRng)
            .randomize(ak.point())
            .encode();
        prepared.transaction.body.args = borsh::to_vec(&msg).unwrap();
    });
    assert!(matches!(error, TreasuryError::Lies(_)), "{error}");
    let error = spoiled(payment, |_, prepared| {
        prepared.transaction.body.chain = ChainId([9; 32]);
    });
    assert!(matches!(error, TreasuryError::Lies(_)), "{error}");
    let error = spoiled(payment, |_, prepared| {
        let entry = obolus_protocol::tx::EntryName::new("transfer_for").unwrap();
        prepared.transaction.body.entry = entry;
    });
    assert!(matches!(error, TreasuryError::OtherTransaction), "{error}");
    let error = spoiled(payment, |_, prepared| {
        prepared.transaction.body.args.push(0);
    });
    assert!(matches!(error, TreasuryError::OtherTransaction), "{error}");
    let error = spoiled(payment, |_, prepared| prepared.detail = Detail::Register);
    assert!(matches!(error, TreasuryError::OtherTransaction), "{error}");
}

#[test]
fn a_redemption_of_another_amount_or_to_another_account_is_a_lie() {
    let error = spoiled(redemption, |_, prepared| {
        prepared.detail = Detail::Redeem {
            payout: "IBAN 1".into(),
            blinding: [1; 32],
        };
    });
    assert!(matches!(error, TreasuryError::Lies(_)), "{error}");
    let error = spoiled(redemption, |_, prepared| {
        let Detail::Redeem { payout, .. } = &mut prepared.detail else {
            panic!("a redemption");
        };
        *payout = "IBAN 2".into();
    });
    assert!(matches!(error, TreasuryError::Lies(_)), "{error}");
}

#[test]
fn a_registration_is_the_treasurys_own() {
    let bank = Bank::new();
    let register = || {
        let means = (&bank.simulator as &dyn StatementProver, &bank.circuits);
        bank.treasurer()
            .register(Some(Amount::new(7)), None, means)
            .unwrap()
    };
    let (_, letter) = bank.ask(register(), &[0, 1]);
    let seen = bank.see(1, &letter).unwrap();
    assert!(matches!(seen.pays, Pays::Registration { limit, replaces: None } if limit.get() == 7));
    let mut other = register();
    let body = &mut other.transaction.body;
    let mut msg: RegisterMsg = borsh::from_slice(&body.args).unwrap();
    msg.epk = *bank.payee.keys().ivk.encryption_key().as_bytes();
    body.args = borsh::to_vec(&msg).unwrap();
    let (_, letter) = bank.ask(other, &[0, 1]);
    assert!(matches!(bank.see(1, &letter), Err(TreasuryError::Lies(_))));
}
