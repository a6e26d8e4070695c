//! What is on disk opens again with the same seed, and with nothing else.

use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;

use super::*;
use crate::assemble::PayerIdentity;
use crate::outbox::{Held, Order, Outbox, PaymentId, Record, Stage};
use crate::testing::TestChain;
use crate::view::Follower;

const A: u8 = 1;

fn directory(root: &Path, seed: u8) -> WalletDir {
    WalletDir::open(root, &Seed::new([seed; 32])).unwrap()
}

/// A wallet that has scanned something, saved.
fn saved(root: &Path) -> (TestChain, Wallet, WalletDir) {
    let (mut chain, mut wallets) = TestChain::with_participants(&[A]);
    chain.issue(wallets[0].address(), 100, "first");
    chain.sync_all(&mut wallets);
    let wallet = wallets.remove(0);
    let directory = directory(root, A);
    directory.save(&chain.config, &wallet).unwrap();
    (chain, wallet, directory)
}

fn record(number: u8) -> Record {
    Record {
        id: PaymentId::new(uuid::Uuid::from_bytes([number; 16])),
        ordered_ms: u64::from(number),
        order: Order::Merge { towards: 5 },
        stage: Stage::Reserved(Held {
            tx: obolus_abi::TxDigest([number; 32]),
            positions: vec![1, 2],
            expiry: 10,
            returning: 3,
            earlier: Vec::new(),
        }),
    }
}

#[test]
fn a_saved_wallet_goes_on_where_it_stopped() {
    let root = tempfile::tempdir().unwrap();
    let (chain, wallet, directory) = saved(root.path());
    let (mut again, loaded) = directory.load(chain.config, wallet.keys().clone()).unwrap();
    assert_eq!(loaded, Loaded::Saved);
    assert_eq!(again.balance(), wallet.balance());
    assert_eq!(again.view().tip(), wallet.view().tip());
    assert_eq!(again.history().len(), wallet.history().len());
    again.sync(&chain).unwrap();
    let mode = root.path().join(STATE).metadata().unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
}

#[test]
fn another_seed_or_token_opens_nothing() {
    let root = tempfile::tempdir().unwrap();
    let (chain, wallet, own) = saved(root.path());
    Outbox::of(&own).put(&record(1)).unwrap();
    let stranger = directory(root.path(), 2);
    let load =
        |directory: &WalletDir, config| directory.load(config, wallet.keys().clone()).unwrap().1;
    assert_eq!(load(&stranger, chain.config), Loaded::Discarded);
    let other = TokenConfig {
        token: obolus_abi::ContractId([9; 32]),
        ..chain.config
    };
    assert_eq!(load(&own, other), Loaded::Discarded);
    // A payment that cannot be read may be in flight: that is an error, not an empty outbox.
    assert!(matches!(
        Outbox::of(&stranger).list(),
        Err(StoreError::Damaged(_))
    ));
}

#[test]
fn records_cannot_be_exchanged() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path(), A);
    let outbox = Outbox::of(&directory);
    for number in [1, 2] {
        outbox.put(&record(number)).unwrap();
    }
    assert_eq!(outbox.list().unwrap(), [record(1), record(2)]);
    let path = |number| directory.outbox().join(record(number).id.to_string());
    fs::copy(path(1), path(2)).unwrap();
    assert!(matches!(
        outbox.get(record(2).id),
        Err(StoreError::Damaged(_))
    ));
    outbox.give_up(record(2)).unwrap();
    assert_eq!(outbox.get(record(2).id).unwrap(), None);
}

#[test]
fn names_follow_from_what_is_done_once() {
    let deals = [obolus_abi::DealId([1; 32]), obolus_abi::DealId([2; 32])];
    let tx = obolus_abi::TxDigest([1; 32]);
    let names = [
        PaymentId::of_deposit(&deals[0], 0),
        PaymentId::of_deposit(&deals[0], 1),
        PaymentId::of_deposit(&deals[1], 0),
        PaymentId::of_joint(&tx),
    ];
    for (index, name) in names.iter().enumerate() {
        // A name in the outbox is a file that `list` finds again.
        assert!(uuid::Uuid::try_parse(&name.to_string()).is_ok());
        assert!(!names[..index].contains(name));
    }
    assert_eq!(PaymentId::of_deposit(&deals[0], 1), names[1]);
}

#[test]
fn one_process_at_a_time_works_on_a_payment() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path(), A);
    let outbox = Outbox::of(&directory);
    let id = record(1).id;
    let live = outbox.live(id).unwrap().unwrap();
    assert!(outbox.live(id).unwrap().is_none());
    assert!(outbox.live(record(2).id).unwrap().is_some());
    drop(live);
    assert!(outbox.live(id).unwrap().is_some());
}

#[test]
fn nothing_readable_is_written() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path(), A);
    let mut paid = record(1);
    paid.order = Order::Pay {
        to: "somebody's address".into(),
        amount: 1,
        text: "the reference".into(),
        identity: PayerIdentity::Shown,
    };
    Outbox::of(&directory).put(&paid).unwrap();
    let bytes = fs::read(directory.outbox().join(paid.id.to_string())).unwrap();
    for secret in ["somebody's address", "the reference"] {
        let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
        assert!(!found);
    }
    assert!(!format!("{paid:?}").contains("reference"));
}

#[test]
fn directories_are_for_their_owner_alone() {
    let root = tempfile::tempdir().unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let wallet = root.path().join("wallets/alice");
    let made = directory(&wallet, A);
    for path in [wallet.parent().unwrap(), &wallet, &made.outbox()] {
        assert_eq!(mode(path), 0o700, "{}", path.display());
    }
    let member = root.path().join("member");
    WalletDir::records(&member, Zeroizing::new([1; 32])).unwrap();
    assert_eq!(mode(&member), 0o700);

    // One that others may enter opens, and stays as its owner has it.
    fs::set_permissions(&wallet, fs::Permissions::from_mode(0o755)).unwrap();
    directory(&wallet, A);
    assert_eq!(mode(&wallet), 0o755);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_damage_to_the_state_is_noticed(at in any::<prop::sample::Index>(), flip in 1..=255_u8, cut in any::<bool>()) {
        let root = tempfile::tempdir().unwrap();
        let chain = TestChain::new();
        let wallet = chain.wallet(A);
        let directory = directory(root.path(), A);
        directory.save(&chain.config, &wallet).unwrap();
        let path = root.path().join(STATE);
        let mut bytes = fs::read(&path).unwrap();
        let place = at.index(bytes.len());
        if cut {
            bytes.truncate(place);
        } else {
            bytes[place] ^= flip;
        }
        fs::write(&path, &bytes).unwrap();
        let (fresh, loaded) = directory.load(chain.config, wallet.keys().clone()).unwrap();
        prop_assert_eq!(loaded, Loaded::Discarded);
        prop_assert_eq!(fresh.view().tip().0, 0);
    }
}
