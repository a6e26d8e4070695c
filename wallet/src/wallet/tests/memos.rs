//! Memos that lie, are missing, or come in another order; notes delivered by the auditor.

use super::*;

/// The transfer with a recipient memo that somebody made up for its commitment.
fn with_memo(body: &TxBody, memo: &RecipientMemo, to: &EncryptionKey) -> Vec<Vec<u8>> {
    let msg: TransferMsg = borsh::from_slice(&body.args).unwrap();
    let cm = Commitment::from_bytes(&msg.cm1).unwrap();
    let mut memos = body.memos.clone();
    memos[0] = memo.seal(to, cm, &mut rng()).unwrap();
    memos
}

#[test]
fn a_lying_memo_is_not_believed_and_the_auditor_can_deliver_the_note() {
    let (mut chain, mut wallets) = funded();
    let to = wallets[1].address();
    let tx = wallets[0]
        .transfer(&chain.payment(to, 60, "x"), &mut rng())
        .unwrap();
    let lie = RecipientMemo {
        token: chain.config.token,
        value: Amount::new(1_000_000),
        rcm: RcmSource::Free(Rcm::random(&mut rng())),
        payer: None,
        text: MemoText::default(),
    };
    let memos = with_memo(tx.body(), &lie, &to.epk);
    chain.include_with_memos(tx.body(), memos).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    assert_eq!(wallets[1].balance().total(), 0);
    assert_eq!(story(&wallets[1]), ["unreadable 2"]);
    assert_eq!(story(&wallets[0]).last().unwrap(), "sent 60 to 1 x");

    let mut auditor = AuditorView::new(chain.config, vec![chain.secret.clone()]);
    auditor.sync(&chain).unwrap();
    let notes = auditor.notes_of(Slot::new(1).unwrap());
    let keys = wallets[1].keys().clone();
    let mut recovered = Wallet::with_delivered(chain.config, keys, notes);
    recovered.sync(&chain).unwrap();
    assert_eq!(recovered.balance().total(), 60);
    assert_eq!(story(&recovered), ["received 60 "]);
    let payment = chain.payment(wallets[2].address(), 60, "spendable");
    assert!(recovered.transfer(&payment, &mut rng()).is_ok());
}

#[test]
fn delivered_notes_count_only_where_the_ledger_has_them() {
    let (chain, wallets) = funded();
    let keys = wallets[1].keys().clone();
    let forged = Note {
        value: Amount::new(100),
        owner: keys.owner(),
        rcm: Rcm::random(&mut rng()),
    };
    let delivered = vec![(Position::new(0).unwrap(), forged)];
    let mut wallet = Wallet::with_delivered(chain.config, keys, delivered);
    wallet.sync(&chain).unwrap();
    assert_eq!(wallet.balance().total(), 0);
}

#[test]
fn an_unreadable_self_memo_leaves_the_change_unexplained_until_delivered() {
    let (mut chain, mut wallets) = funded();
    let payment = chain.payment(wallets[1].address(), 60, "x");
    let tx = wallets[0].transfer(&payment, &mut rng()).unwrap();
    let mut memos = tx.body().memos.clone();
    memos[1].fill(0);
    chain.include_with_memos(tx.body(), memos).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    assert_eq!(wallets[0].balance().total(), 50);
    assert_eq!(story(&wallets[0]).last().unwrap(), "unexplained 100");

    let mut auditor = AuditorView::new(chain.config, vec![chain.secret.clone()]);
    auditor.sync(&chain).unwrap();
    let notes = auditor.notes_of(Slot::new(0).unwrap());
    let mut recovered = Wallet::with_delivered(chain.config, wallets[0].keys().clone(), notes);
    recovered.sync(&chain).unwrap();
    assert_eq!(recovered.balance().total(), 90);
}

#[test]
fn memos_in_any_order_are_found() {
    let (mut chain, mut wallets) = funded();
    let payment = chain.payment(wallets[1].address(), 60, "x");
    let tx = wallets[0].transfer(&payment, &mut rng()).unwrap();
    let mut memos = tx.body().memos.clone();
    memos.reverse();
    memos.insert(0, vec![0; RecipientMemo::CIPHERTEXT_LEN]);
    chain.include_with_memos(tx.body(), memos).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    assert_eq!(wallets[1].balance().total(), 60);
    assert_eq!(wallets[0].balance().total(), 90);
}
