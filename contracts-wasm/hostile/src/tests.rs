//! The hostile entries on the mock host: that they do what the runtime's tests rely on.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use obolus_sdk::abi::registry::{AuditorKeys, CheckRootsMsg, OpenDealMsg};
use obolus_sdk::abi::token::{TransferDealMsg, TransferMsg};
use obolus_sdk::mock::{Attempt, Mock, MockError};
use obolus_sdk::{
    BorshSerialize, ContractError, ContractId, DealId, Entry, Env, FieldBytes, PointBytes, SdkError,
};

use crate::ENTRIES;
use crate::messages::{
    ChainMsg, ForwardMsg, HostileError, OpenMsg, Oversize, Raw, RegistryMode, ReleaseMsg,
};

const A: ContractId = ContractId([1; 32]);
const B: ContractId = ContractId([2; 32]);

fn world() -> Mock {
    let mut mock = Mock::new();
    for id in [A, B] {
        mock.instantiate(id, ENTRIES, &()).unwrap();
    }
    mock
}

fn encoded<M: BorshSerialize>(message: &M) -> Vec<u8> {
    Attempt::new(A, "", message).input
}

fn to(contract: ContractId, entry: &str, input: Vec<u8>) -> ForwardMsg {
    ForwardMsg {
        contract,
        entry: entry.to_string(),
        input,
        fuel: u64::MAX,
    }
}

fn refused<T>(error: HostileError) -> Result<T, MockError> {
    Err(MockError::Reverted(error.into()))
}

#[test]
fn half_done_work_leaves_no_trace() {
    let mut mock = world();
    let before = mock.snapshot();
    let trapped = mock.call::<_, ()>(A, "half", &());
    assert_eq!(trapped, Err(MockError::Trapped("half-way through".into())));
    assert_eq!(
        mock.call::<_, ()>(A, "half_refused", &()),
        refused(HostileError::Half)
    );
    assert_eq!(mock.snapshot(), before);
}

#[test]
fn every_limit_traps_one_step_beyond_it() {
    for limit in Oversize::ALL {
        let mut mock = world();
        let before = mock.snapshot();
        let outcome = mock.call::<_, Raw>(A, "oversize", limit);
        assert!(
            matches!(outcome, Err(MockError::Trapped(_))),
            "{limit:?}: {outcome:?}"
        );
        assert_eq!(mock.snapshot(), before, "{limit:?}");
    }
}

#[test]
fn recursion_counts_its_frames() {
    for entry in ["recurse", "sink"] {
        assert_eq!(world().call::<_, u32>(A, entry, &100_u32), Ok(100));
    }
}

#[test]
fn a_relayed_call_shows_the_relay_as_caller() {
    fn who(env: &mut Env, (): ()) -> Result<Option<ContractId>, SdkError> {
        Ok(env.caller())
    }
    const WHO: &[Entry] = &[Entry {
        export: "x_who",
        run: || obolus_sdk::run_write(who),
    }];
    let callee = ContractId([3; 32]);
    let mut mock = world();
    mock.install(callee, WHO);
    let direct: Option<ContractId> = mock.call(callee, "who", &()).unwrap();
    assert_eq!(direct, None);
    let Raw(reply) = mock
        .call(A, "forward", &to(callee, "who", Vec::new()))
        .unwrap();
    assert_eq!(reply, encoded(&Some(A)));
}

#[test]
fn swallowed_failures_keep_the_callers_own_writes_only() {
    let mut mock = world();
    let outcome: u16 = mock
        .call(A, "swallow", &to(B, "half_refused", Vec::new()))
        .unwrap();
    assert_eq!(outcome, HostileError::Half.code());
    let trapped: u16 = mock.call(A, "swallow", &to(B, "half", Vec::new())).unwrap();
    assert_eq!(trapped, HostileError::Trapped.code());
    assert_eq!(mock.query::<_, u64>(A, "notes", &()), Ok(4));
    assert_eq!(mock.query::<_, u64>(B, "notes", &()), Ok(0));
}

#[test]
fn a_read_only_frame_cannot_be_escaped_by_a_call() {
    let mut mock = world();
    let outcome = mock.query::<_, Raw>(A, "peek", &to(B, "note", Vec::new()));
    assert_eq!(outcome, refused(HostileError::NoAnswer));
    let seen = mock.query::<_, Raw>(A, "peek", &to(B, "notes", Vec::new()));
    assert_eq!(seen, Ok(Raw(encoded(&0_u64))));
}

#[test]
fn chains_stop_at_reentry_and_depth() {
    let mut mock = world();
    let back = ChainMsg { hops: vec![A, B] };
    assert_eq!(
        mock.call::<_, u64>(A, "chain", &back),
        refused(HostileError::Reentered)
    );

    let others: Vec<ContractId> = (10..26).map(|id| ContractId([id; 32])).collect();
    for id in &others {
        mock.instantiate(*id, ENTRIES, &()).unwrap();
    }
    // A and 15 others are the 16 frames that are allowed.
    let fits = ChainMsg {
        hops: others[..15].to_vec(),
    };
    assert_eq!(mock.call::<_, u64>(A, "chain", &fits), Ok(0));
    let deep = ChainMsg { hops: others };
    assert_eq!(
        mock.call::<_, u64>(A, "chain", &deep),
        refused(HostileError::TooDeep)
    );
}

#[test]
fn the_registry_behaves_as_told() {
    let roots = CheckRootsMsg {
        sender_root: None,
        recipient_root: None,
        forwarder: None,
    };
    let ask = to(A, "check_roots", encoded(&roots));
    let mut mock = world();
    assert_eq!(
        mock.query::<_, Raw>(B, "peek", &ask),
        refused(HostileError::NoMode)
    );
    let key = PointBytes([5; 64]);
    let keys = AuditorKeys {
        current: key,
        previous: None,
    };
    let answers: [(RegistryMode, Result<Raw, MockError>); 3] = [
        (RegistryMode::Key(key), Ok(Raw(encoded(&keys)))),
        (RegistryMode::Trap, refused(HostileError::Trapped)),
        (RegistryMode::Reenter, refused(HostileError::Reentered)),
    ];
    for (mode, answer) in answers {
        mock.call::<_, ()>(A, "set_mode", &mode).unwrap();
        assert_eq!(mock.query::<_, Raw>(B, "peek", &ask), answer, "{mode:?}");
    }
}

/// Registry and token stand-ins that echo which deal they were told of, and by whom.
#[test]
fn the_dealer_opens_deals_and_pays_from_those_only() {
    fn open_deal(env: &mut Env, msg: OpenDealMsg) -> Result<u32, SdkError> {
        assert_eq!(env.caller(), Some(A));
        Ok(u32::from(msg.deal.0[0]))
    }
    fn transfer_deal(env: &mut Env, msg: TransferDealMsg) -> Result<u64, SdkError> {
        assert_eq!(env.caller(), Some(A));
        Ok(u64::from(msg.deal.0[0]))
    }
    const STAND_IN: &[Entry] = &[
        Entry {
            export: "x_open_deal",
            run: || obolus_sdk::run_write(open_deal),
        },
        Entry {
            export: "x_transfer_deal",
            run: || obolus_sdk::run_write(transfer_deal),
        },
    ];
    let other = ContractId([3; 32]);
    let mut mock = world();
    mock.install(other, STAND_IN);
    let deal = DealId([7; 32]);
    let release = ReleaseMsg {
        token: other,
        payment: payment(deal),
    };
    assert_eq!(
        mock.call::<_, u64>(A, "release", &release),
        refused(HostileError::UnknownDeal)
    );
    let open = OpenMsg {
        registry: other,
        deal: OpenDealMsg {
            deal,
            owner: FieldBytes::ZERO,
            limit: 1,
            r: PointBytes::IDENTITY,
            c1: FieldBytes::ZERO,
        },
    };
    assert_eq!(mock.call::<_, u32>(A, "open", &open), Ok(7));
    assert_eq!(mock.call::<_, u64>(A, "release", &release), Ok(7));
}

fn payment(deal: DealId) -> TransferDealMsg {
    let zero = FieldBytes::ZERO;
    TransferDealMsg {
        deal,
        transfer: TransferMsg {
            anchor: zero,
            sender_root: zero,
            recipient_root: zero,
            nf1: zero,
            nf2: zero,
            cm1: zero,
            cm2: zero,
            rk: PointBytes::IDENTITY,
            r: PointBytes::IDENTITY,
            c1: zero,
            c2: zero,
        },
    }
}

#[test]
fn errors_keep_code_and_name() {
    let mut names: Vec<String> = Vec::new();
    for error in HostileError::ALL {
        let wire = ContractError::from(*error);
        assert!((900..1000).contains(&wire.code));
        assert!(!names.contains(&wire.name), "{} twice", wire.name);
        names.push(wire.name);
    }
}
