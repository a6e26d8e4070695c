//! The auditor's ledger equals the wallets and the hidden supply; garbage is reported.

use obolus_protocol::{memo::MemoText, tx::Height};
use rand::{SeedableRng, rngs::StdRng};

use obolus_abi::registry::RegistryEvent;
use obolus_protocol::audit::AuditError;

use super::*;
use crate::{
    assemble::{AssembleError, Redemption},
    source::ChainSource,
    testing::TestChain,
    wallet::Wallet,
};
use obolus_protocol::Amount;

fn slot(number: u32) -> Slot {
    Slot::new(number).unwrap()
}

/// Issue 100 to slot 0, pay 70 to slot 1, redeem 5 from there.
fn lifecycle() -> (TestChain, Vec<Wallet>) {
    let (mut chain, mut wallets) = TestChain::with_participants(&[1, 2]);
    let mut rng = StdRng::seed_from_u64(5);
    chain.issue(wallets[0].address(), 100, "");
    chain.sync_all(&mut wallets);
    let payment = chain.payment(wallets[1].address(), 70, "rent");
    let tx = wallets[0].transfer(&payment, &mut rng).unwrap();
    chain.include(tx.body()).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    let order = Redemption {
        amount: Amount::new(5),
        payout_reference: [4; 32],
        text: MemoText::default(),
        expiry: Height(chain.height() + 5),
    };
    let tx = wallets[1].redeem(&order, &mut rng).unwrap();
    chain.include(tx.body()).unwrap();
    chain.seal();
    chain.sync_all(&mut wallets);
    (chain, wallets)
}

fn audit(chain: &TestChain) -> AuditorView {
    let mut auditor = AuditorView::new(chain.config, vec![chain.secret.clone()]);
    auditor.sync(chain).unwrap();
    auditor
}

#[test]
fn opens_who_paid_whom_how_much() {
    let (chain, _) = lifecycle();
    let auditor = audit(&chain);
    assert_eq!(auditor.findings(), []);
    let told: Vec<_> = auditor
        .records()
        .iter()
        .map(|record| match record {
            Record::Issued {
                recipient, amount, ..
            } => (None, Some(*recipient), amount.get()),
            Record::Transferred {
                sender,
                recipient,
                amount,
                ..
            } => (Some(*sender), Some(*recipient), amount.get()),
            Record::Redeemed {
                holder,
                amount,
                payout_reference,
                ..
            } => {
                assert_eq!(payout_reference, &[4; 32]);
                (Some(*holder), None, amount.get())
            }
        })
        .collect();
    assert_eq!(
        told,
        [
            (None, Some(slot(0)), 100),
            (Some(slot(0)), Some(slot(1)), 70),
            (Some(slot(1)), None, 5),
        ]
    );
}

#[test]
fn totals_equal_the_wallets_and_the_hidden_supply() {
    let (chain, wallets) = lifecycle();
    let auditor = audit(&chain);
    for (wallet, number) in wallets.iter().zip(0..) {
        let total = auditor.totals()[&slot(number)];
        assert_eq!(total.balance(), Some(wallet.balance().total()));
    }
    assert_eq!(auditor.supply().circulating(), Some(95));
    let mut state = chain.token_state().unwrap();
    auditor.supply().check(&state).unwrap();
    state.issued = state.redeemed;
    assert_eq!(auditor.supply().check(&state), Err(AuditError::Commitment));
}

#[test]
fn nullifier_keys_come_out_of_escrow() {
    let (chain, wallets) = lifecycle();
    let auditor = audit(&chain);
    assert!(auditor.escrowed_key(slot(1)) == Some(&wallets[1].keys().nk));
    assert!(auditor.escrowed_key(slot(2)).is_none());
}

#[test]
fn rebuilt_notes_are_those_of_the_wallet() {
    let (chain, wallets) = lifecycle();
    let auditor = audit(&chain);
    let mine: Vec<_> = wallets[1]
        .notes()
        .iter()
        .map(|owned| (owned.position, owned.note.clone()))
        .collect();
    assert!(auditor.notes_of(slot(1)) == mine);
}

#[test]
fn garbage_is_reported_with_its_transaction_and_left_out() {
    use obolus_abi::token::TokenEvent;
    let (mut chain, _) = lifecycle();
    let (height, index) = (2, 0);
    let tx = &mut chain.updates[height].txs[index];
    let TokenEvent::Transferred { position, mut msg } =
        borsh::from_slice(&tx.events[0].data).unwrap()
    else {
        panic!("the third block holds the payment");
    };
    msg.c2 = msg.c1;
    tx.events[0].data = borsh::to_vec(&TokenEvent::Transferred { position, msg }).unwrap();
    let digest = tx.digest;
    let auditor = audit(&chain);
    assert_eq!(auditor.findings().len(), 1);
    assert_eq!(auditor.findings()[0].place.tx, digest);
    assert_eq!(auditor.findings()[0].reason, AuditError::Commitment);
    assert_eq!(auditor.records().len(), 2);
    assert_eq!(
        auditor.totals()[&slot(1)].balance(),
        None,
        "it redeemed what is not accounted for"
    );
}

#[test]
fn each_epoch_opens_with_its_own_secret() {
    let (mut chain, mut wallets) = lifecycle();
    let mut rng = StdRng::seed_from_u64(6);
    let new = AuditorSecret::random(&mut rng);
    chain.registry_event(&RegistryEvent::AuditorSet {
        auditor: new.public().encode(),
        epoch: 1,
        window: 0,
    });
    chain.seal();
    chain.sync_all(&mut wallets);
    let payment = chain.payment(wallets[1].address(), 1, "");
    assert_eq!(
        wallets[0].transfer(&payment, &mut rng).err(),
        Some(AssembleError::UntrustedAuditor),
        "the source alone cannot change whom payments are readable to"
    );
    wallets[0].trust_auditor(new.public());
    let tx = wallets[0].transfer(&payment, &mut rng).unwrap();
    chain.include(tx.body()).unwrap();
    chain.seal();

    let old_only = audit(&chain);
    assert_eq!(old_only.findings().len(), 1);
    assert_eq!(old_only.findings()[0].reason, AuditError::Garbage);

    let mut both = AuditorView::new(chain.config, vec![new, chain.secret.clone()]);
    both.sync(&chain).unwrap();
    assert_eq!(both.findings(), []);
    assert_eq!(both.records().len(), 4);
}

#[test]
fn a_payment_made_before_the_epoch_is_read_while_the_window_runs() {
    let under_the_old_key = |window: u64| {
        let (mut chain, mut wallets) = lifecycle();
        let mut rng = StdRng::seed_from_u64(8);
        let payment = chain.payment(wallets[1].address(), 1, "");
        let tx = wallets[0].transfer(&payment, &mut rng).unwrap();
        let new = AuditorSecret::random(&mut rng);
        chain.registry_event(&RegistryEvent::AuditorSet {
            auditor: new.public().encode(),
            epoch: 1,
            window,
        });
        chain.seal();
        chain.include(tx.body()).unwrap();
        chain.seal();
        chain.sync_all(&mut wallets);
        let mut auditor = AuditorView::new(chain.config, vec![chain.secret.clone(), new]);
        auditor.sync(&chain).unwrap();
        let total = auditor.totals()[&slot(1)].balance();
        (
            auditor.findings().len(),
            total == Some(wallets[1].balance().total()),
        )
    };
    assert_eq!(under_the_old_key(1), (0, true));
    assert_eq!(under_the_old_key(0), (1, false));
}
