use obolus_abi::TxDigest;
use obolus_protocol::note::Position;
use obolus_wallet::outbox::{Order, PaymentId};

use super::super::testing::context;
use super::*;

fn wallet() -> (tempfile::TempDir, Wallet) {
    let folder = tempfile::tempdir().unwrap();
    let context = context(folder.path(), 1);
    let wallet = Wallet::new(context.token.config, context.keys.clone());
    (folder, wallet)
}

fn record(stage: Stage) -> Record {
    Record {
        id: PaymentId::of_joint(&TxDigest([1; 32])),
        ordered_ms: 0,
        order: Order::Merge { towards: 1 },
        stage,
    }
}

fn held(expiry: u64) -> Held {
    Held {
        tx: TxDigest([1; 32]),
        positions: vec![Position::new(0).unwrap().get()],
        expiry,
        returning: 0,
        earlier: Vec::new(),
    }
}

fn refused(expiry: u64) -> Record {
    record(Stage::Refused {
        held: held(expiry),
        code: "velocity_used".into(),
        message: "too often".into(),
    })
}

#[test]
fn a_refusal_is_final_only_when_no_block_can_hold_the_payment() {
    let (_folder, wallet) = wallet();
    let open = of_record(&refused(1), &wallet).unwrap();
    assert_eq!(open, Status::InProcess);
    let over = of_record(&refused(0), &wallet).unwrap();
    let Status::Rejected(rejection) = over else {
        panic!("{over:?}");
    };
    assert_eq!(rejection.reason, Reason::AM14);
    assert_eq!(rejection.details[0].as_str(), "velocity_used: too often");
    let expired = record(Stage::Expired {
        tx: TxDigest([1; 32]),
    });
    let expired = of_record(&expired, &wallet).unwrap();
    assert_eq!(expired.code(), "RJCT");
}

#[test]
fn a_payment_under_way_is_in_process() {
    let (_folder, wallet) = wallet();
    let signed = record(Stage::Signed {
        held: held(9),
        bytes: Vec::new(),
    });
    assert_eq!(of_record(&signed, &wallet).unwrap(), Status::InProcess);
    let unread = record(Stage::Committed {
        tx: TxDigest([1; 32]),
        height: 7,
    });
    assert_eq!(of_record(&unread, &wallet).unwrap(), Status::InProcess);
}

#[test]
fn failures_are_rejections_only_if_another_try_cannot_mend_them() {
    let reason = |error: AssembleError| of_failure(&error.into()).map(|told| told.reason);
    assert_eq!(reason(SelectError::Insufficient.into()), Some(Reason::AM04));
    assert_eq!(reason(AssembleError::OverLimit), Some(Reason::AM14));
    assert_eq!(reason(AssembleError::UnknownRecipient), Some(Reason::CNOR));
    assert_eq!(reason(DirectoryError::Frozen.into()), Some(Reason::AC06));
    assert_eq!(reason(AssembleError::UntrustedAuditor), None);
    let busy = PaymentId::of_joint(&TxDigest([1; 32]));
    assert_eq!(of_failure(&PayError::Busy(busy)), None);
    assert_eq!(of_failure(&PayError::Merging(busy)), None);
}
