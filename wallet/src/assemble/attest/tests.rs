use std::sync::LazyLock;

use obolus_abi::{
    FieldBytes,
    token::{IssueMsg, supply_inputs},
};
use obolus_protocol::{
    Amount, Point,
    field::fr_to_bytes,
    memo::MemoText,
    tx::{EntryName, Transaction},
};
use obolus_prover::DevSimulator;
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    assemble::{IssueRequest, Redemption},
    testing::TestChain,
    wallet::Wallet,
};

static PROVER: LazyLock<DevSimulator> = LazyLock::new(|| DevSimulator::new().unwrap());

/// 100 and 50 are issued, then 30 redeemed; returns the height of the block before the redemption.
fn traded() -> (TestChain, Wallet, Height) {
    let (mut chain, mut wallets) = TestChain::with_participants(&[1]);
    chain.issue(wallets[0].address(), 100, "deposit");
    chain.issue(wallets[0].address(), 50, "deposit");
    let before = Height(chain.height());
    chain.sync_all(&mut wallets);
    redeem(&mut chain, &mut wallets[0], 30);
    (chain, wallets.remove(0), before)
}

fn redeem(chain: &mut TestChain, wallet: &mut Wallet, amount: u64) {
    let order = Redemption {
        amount: Amount::new(amount),
        payout_reference: [4; 32],
        text: MemoText::default(),
        expiry: Height(chain.height() + 5),
    };
    // Drawn anew for each: dummies have nullifiers of their own.
    let rng = &mut StdRng::seed_from_u64(chain.height());
    let tx = wallet.redeem(&order, rng).unwrap();
    chain.include(tx.body()).unwrap();
    chain.seal();
    wallet.sync(chain).unwrap();
}

fn opened(chain: &TestChain, counted: Counted) -> Result<OpenedSupply, AssembleError> {
    let secrets = vec![AuditorSecret::from_bytes(&chain.secret.to_bytes()).unwrap()];
    OpenedSupply::open(chain.config, secrets, chain, counted)
}

fn attestation(reserves: u128, chain: &TestChain) -> Attestation {
    Attestation {
        reserves: Total::new(reserves).unwrap(),
        as_of: Height(chain.height()),
        document: [9; 32],
        expiry: Height(chain.height() + 10),
    }
}

fn proven(tx: &Transaction, number: usize) -> Vec<FieldBytes> {
    tx.proofs[number].inputs.clone()
}

/// issued − redeemed, as a contract computes it.
fn difference(issued: &PointBytes, redeemed: &PointBytes) -> PointBytes {
    let point = |bytes| ValueCommitment::from_point(Point::decode(bytes).unwrap());
    point(issued).minus(&point(redeemed)).point().encode()
}

#[test]
fn an_attestation_covers_what_is_in_circulation_and_not_a_unit_more() {
    let (chain, wallet, _) = traded();
    let supply = opened(&chain, Counted::UpTo(Height(chain.height()))).unwrap();
    let short = Unproven::attest(wallet.view(), &supply, &attestation(119, &chain));
    assert_eq!(short.err(), Some(AssembleError::NotCovered));
    let unproven = Unproven::attest(wallet.view(), &supply, &attestation(120, &chain)).unwrap();
    assert_eq!(unproven.witness().total.get(), 120);
    let msg: AttestMsg = borsh::from_slice(&unproven.body().args).unwrap();
    let state = chain.token_state().unwrap();
    assert_eq!([msg.issued, msg.redeemed], [state.issued, state.redeemed]);
    assert_eq!((msg.reserves, msg.document), (120, [9; 32]));

    let proven_tx = unproven
        .prove(&*PROVER, &CircuitKeys::from(&*PROVER))
        .unwrap();
    let tx = proven_tx.authorise(Vec::new()).unwrap().into_transaction();
    let context = fr_to_bytes(&unproven.context());
    let expected = supply_inputs(&difference(&msg.issued, &msg.redeemed), 120, context);
    assert_eq!(proven(&tx, 0), expected.to_array());
}

#[test]
fn redemptions_after_the_count_are_still_among_the_reserves() {
    let (chain, wallet, before) = traded();
    let supply = opened(&chain, Counted::UpTo(before)).unwrap();
    let short = Unproven::attest(wallet.view(), &supply, &attestation(149, &chain));
    assert_eq!(short.err(), Some(AssembleError::NotCovered));
    let unproven = Unproven::attest(wallet.view(), &supply, &attestation(150, &chain)).unwrap();
    let msg: AttestMsg = borsh::from_slice(&unproven.body().args).unwrap();
    assert_eq!(msg.issued, chain.token_state().unwrap().issued);
    assert_eq!(msg.redeemed, PointBytes::IDENTITY);
}

#[test]
fn another_key_opens_nothing() {
    let (chain, ..) = traded();
    let other = AuditorSecret::random(&mut StdRng::seed_from_u64(77));
    let tip = Counted::UpTo(Height(chain.height()));
    let refused = OpenedSupply::open(chain.config, vec![other], &chain, tip);
    assert_eq!(refused.err(), Some(AssembleError::OtherSupply));
    let never = Counted::Sum(chain.token_state().unwrap().issued);
    assert_eq!(
        opened(&chain, never).err(),
        Some(AssembleError::OtherSupply)
    );
}

#[test]
fn a_backed_issue_fits_into_the_reserves_attested_last() {
    let (mut chain, mut wallet, _) = traded();
    let counted = chain.token_state().unwrap().redeemed;
    let backing = Backing {
        reserves: 200,
        as_of_height: chain.height(),
        attested_height: chain.height(),
        document: [9; 32],
        redeemed: counted,
        redemptions: 1,
    };
    // A redemption that the attestation did not count makes no room.
    redeem(&mut chain, &mut wallet, 20);
    let supply = opened(&chain, Counted::Sum(counted)).unwrap();
    let view = wallet.view();
    let rng = &mut StdRng::seed_from_u64(9);
    let mut issue = |amount| {
        let request = IssueRequest {
            to: wallet.address(),
            amount: Amount::new(amount),
            text: MemoText::default(),
            nonce: view.issue_nonce(),
            expiry: Height(chain.height() + 10),
        };
        Unproven::<IssueWitness>::issue(view, &request, rng).unwrap()
    };
    let (much, fitting) = (issue(81), issue(80));
    let refused = BackedIssue::new(view, &much, &supply, &backing);
    assert_eq!(refused.err(), Some(AssembleError::NotCovered));
    let backed = BackedIssue::new(view, &fitting, &supply, &backing).unwrap();
    let keys = CircuitKeys::from(&*PROVER);
    let proven_tx = backed.prove(&*PROVER, &keys).unwrap();
    let tx = proven_tx.authorise(Vec::new()).unwrap().into_transaction();
    assert_eq!(tx.body.entry, EntryName::new("issue_backed").unwrap());
    assert_eq!(tx.proofs.len(), 2);

    // What the contract will check: both proofs are for this call, the second about all issues with this one.
    let msg: IssueMsg = borsh::from_slice(&tx.body.args).unwrap();
    let context = *proven(&tx, 0).last().unwrap();
    let key = chain.config.auditor.encode();
    assert_eq!(proven(&tx, 0), msg.inputs(&key, context).to_array());
    let point = |bytes| ValueCommitment::from_point(Point::decode(bytes).unwrap());
    let issued = point(&chain.token_state().unwrap().issued).plus(&point(&msg.cv));
    let left = difference(&issued.point().encode(), &counted);
    assert_eq!(
        proven(&tx, 1),
        supply_inputs(&left, 200, context).to_array()
    );
    assert_ne!(tx.body.digest(), fitting.digest(), "another entry");
}

#[test]
fn a_signer_sees_how_many_redemptions_an_attestation_counts() {
    let (mut chain, mut wallet, before) = traded();
    let first = chain.height();
    redeem(&mut chain, &mut wallet, 20);
    let drafted = |counted, as_of| {
        let supply = opened(&chain, counted).unwrap();
        let attestation = Attestation {
            as_of: Height(as_of),
            ..attestation(1_000, &chain)
        };
        let unproven = Unproven::attest(wallet.view(), &supply, &attestation).unwrap();
        borsh::from_slice::<AttestMsg>(&unproven.body().args).unwrap()
    };
    let sums = |message: &AttestMsg| AttestedSums::find(chain.config, &chain, message);
    for (height, counted, since) in [
        (before.0, 0, 0),
        (first, 1, first),
        (chain.height(), 2, chain.height()),
    ] {
        let message = drafted(Counted::UpTo(Height(height)), height);
        let expected = AttestedSums {
            counted,
            redemptions: 2,
            since: Height(since),
            tip: Height(chain.height()),
        };
        assert_eq!(sums(&message), Ok(expected));
    }
    // One that counts what was redeemed after the reserves were, and sums that never were.
    let message = drafted(Counted::UpTo(Height(chain.height())), first);
    let later = SumsError::Later {
        since: Height(chain.height()),
        as_of: Height(first),
    };
    assert_eq!(sums(&message), Err(later));
    let other = AttestMsg {
        redeemed: message.issued,
        ..message
    };
    assert_eq!(sums(&other), Err(SumsError::Redeemed));
    let other = AttestMsg {
        issued: message.redeemed,
        ..message
    };
    assert_eq!(sums(&other), Err(SumsError::Issued));
}
