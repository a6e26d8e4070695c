//! A token's life, refusals included, natively and as WASM.

use obolus_abi::FieldBytes;
use obolus_abi::registry::{
    ApproveContractMsg, AuditorKeys, CheckRootsMsg, OpenDealMsg, Participant, RegistryError,
    SetAuditorMsg, SetLimitMsg, SlotMsg,
};
use obolus_abi::token::{
    RECIPIENT_MEMO_LEN, RedeemMsg, SELF_MEMO_LEN, SetPausedMsg, TokenError, TokenState,
    TransferDealMsg, TransferMsg,
};
use obolus_contract_hostile as hostile;
use obolus_protocol::curve::{Point, deal_point};
use obolus_protocol::field::Scalar;

use super::stage::{
    DEAL, DEALER_ID, Life, OPERATOR, PINS, REGISTER_KEY, REGISTRAR, REGISTRY_ID, TOKEN_ID,
    append_root, code, key, number,
};

#[test]
fn payments_agree() {
    let mut life = Life::new();
    let msg = life.transfer_msg();
    assert_eq!(life.transfer(&msg), Ok(1));
    let again = life.transfer(&msg).map_err(|error| error.code());
    assert_eq!(again, Err(code(TokenError::DoubleSpend)));
    life.twin.end_block();
    let again = life.transfer(&msg).map_err(|error| error.code());
    assert_eq!(again, Err(code(TokenError::DoubleSpend)));
    let fresh = TransferMsg {
        nf1: number(13),
        nf2: number(14),
        ..msg.clone()
    };
    for (bad, error) in [
        (
            TransferMsg {
                nf2: fresh.nf1,
                ..fresh.clone()
            },
            code(TokenError::NullifiersEqual),
        ),
        (
            TransferMsg {
                anchor: number(1),
                ..fresh.clone()
            },
            code(TokenError::UnknownAnchor),
        ),
        (
            TransferMsg {
                cm1: FieldBytes([0xff; 32]),
                ..fresh.clone()
            },
            code(TokenError::NonCanonical),
        ),
        (
            TransferMsg {
                sender_root: number(1),
                ..fresh.clone()
            },
            code(RegistryError::SenderRoot),
        ),
        (
            TransferMsg {
                recipient_root: number(1),
                ..fresh.clone()
            },
            code(RegistryError::RecipientRoot),
        ),
    ] {
        assert_eq!(
            life.transfer(&bad).map_err(|error| error.code()),
            Err(error)
        );
    }
    // A new anchor: the leaves of the issue and of the transfer.
    let anchor = append_root(&[number(100), msg.cm1, msg.cm2]);
    assert_eq!(life.transfer(&TransferMsg { anchor, ..fresh }), Ok(3));
    assert_eq!(life.twin.query(TOKEN_ID, "spent", &number(13)), Ok(true));
    assert_eq!(life.twin.query(TOKEN_ID, "spent", &number(15)), Ok(false));
}

#[test]
fn issues_and_redemptions_agree() {
    let mut life = Life::new();
    assert_eq!(
        life.issue(0).map_err(|error| error.code()),
        Err(code(TokenError::Nonce))
    );
    assert_eq!(life.issue(1), Ok(1));
    let msg = RedeemMsg {
        anchor: append_root(&[number(100)]),
        sender_root: life.state().active_root,
        nf1: number(3),
        nf2: number(4),
        cm2: number(6),
        rk: key(7),
        cv: key(50),
        r: key(8),
        c1: number(9),
        c2: number(10),
        payout_reference: [11; 32],
    };
    life.nothing();
    let missing = life
        .twin
        .call::<_, u64>(TOKEN_ID, "redeem", &msg)
        .map_err(|error| error.code());
    assert_eq!(missing, Err(code(TokenError::BadMemos)));
    life.twin.tx.memos = vec![SELF_MEMO_LEN as u32];
    life.twin.tx.spend_keys.insert(msg.rk);
    let unproven = life
        .twin
        .call::<_, u64>(TOKEN_ID, "redeem", &msg)
        .map_err(|error| error.code());
    assert_eq!(unproven, Err(code(TokenError::BadProof)));
    let context = life.twin.context(TOKEN_ID, None, "redeem");
    let inputs = msg.inputs(&life.auditor, context).to_array();
    life.prove(PINS.redeem, &inputs);
    assert_eq!(life.twin.call(TOKEN_ID, "redeem", &msg), Ok(2u64));
    let state: TokenState = life.twin.query(TOKEN_ID, "state", &()).expect("a state");
    let issued = Point::generator().mul(&Scalar::from(200u64 + 201));
    assert_eq!((state.issued, state.redeemed), (issued.encode(), key(50)));
    assert_eq!(state.issue_nonce, 2);

    life.signed(OPERATOR);
    assert_eq!(
        life.twin
            .call(TOKEN_ID, "set_paused", &SetPausedMsg { paused: true }),
        Ok(())
    );
    assert_eq!(
        life.issue(2).map_err(|error| error.code()),
        Err(code(TokenError::Paused))
    );
}

#[test]
fn the_registry_agrees() {
    let mut life = Life::new();
    assert_eq!(
        life.register(1).map_err(|error| error.code()),
        Err(code(RegistryError::Duplicate))
    );
    let before = life.state().active_root;
    assert_eq!(life.register(3), Ok(2));
    let check = CheckRootsMsg {
        sender_root: Some(before),
        recipient_root: Some(life.state().active_root),
        forwarder: None,
    };
    assert_eq!(
        life.twin.query(REGISTRY_ID, "check_roots", &check),
        Ok(AuditorKeys {
            current: life.auditor,
            previous: None,
        })
    );
    for _ in 0..4 {
        life.twin.end_block();
    }
    let stale = life
        .twin
        .query::<_, AuditorKeys>(REGISTRY_ID, "check_roots", &check);
    assert_eq!(
        stale.map_err(|error| error.code()),
        Err(code(RegistryError::SenderRoot))
    );

    let msg = life.transfer_msg();
    life.signed(REGISTRAR);
    assert_eq!(
        life.twin.call(REGISTRY_ID, "freeze", &SlotMsg { slot: 1 }),
        Ok(())
    );
    let late = life.transfer(&msg).map_err(|error| error.code());
    assert_eq!(late, Err(code(RegistryError::SenderRoot)));
    life.signed(REGISTRAR);
    assert_eq!(
        life.twin
            .call(REGISTRY_ID, "unfreeze", &SlotMsg { slot: 1 }),
        Ok(())
    );
    let limit = SetLimitMsg { slot: 0, limit: 5 };
    assert_eq!(life.twin.call(REGISTRY_ID, "set_limit", &limit), Ok(()));
    let participant =
        life.twin
            .query::<_, Participant>(REGISTRY_ID, "participant", &SlotMsg { slot: 0 });
    assert_eq!(participant.expect("a reply").limit, 5);

    let next = SetAuditorMsg {
        auditor: key(2_000),
        window: 1,
    };
    let refused = life.twin.call::<_, ()>(REGISTRY_ID, "set_auditor", &next);
    assert_eq!(
        refused.map_err(|error| error.code()),
        Err(code(RegistryError::NotKeyHolder))
    );
    life.twin.tx.spend_keys.insert(next.auditor);
    assert_eq!(life.twin.call(REGISTRY_ID, "set_auditor", &next), Ok(()));
    assert_eq!(life.state().auditor, next.auditor);
    // The key before is accepted for one block more.
    assert_eq!(life.register(4), Ok(3));
    life.twin.end_block();
    assert_eq!(life.register(5), Ok(4));
    life.twin.end_block();
    let late = life.register(6).map_err(|error| error.code());
    assert_eq!(late, Err(code(RegistryError::BadProof)));
}

#[test]
fn deals_agree() {
    let mut life = Life::new();
    let ak = deal_point(&DEALER_ID, &DEAL).encode();
    let open = hostile::messages::OpenMsg {
        registry: REGISTRY_ID,
        deal: OpenDealMsg {
            deal: DEAL,
            owner: number(70),
            limit: 500,
            r: key(71),
            c1: number(72),
        },
    };
    life.nothing();
    let early = life
        .twin
        .call::<_, u32>(DEALER_ID, "open", &open)
        .map_err(|error| error.code());
    assert_eq!(early, Err(code(RegistryError::NotApproved)));
    life.signed(REGISTRAR);
    let approve = ApproveContractMsg {
        contract: DEALER_ID,
    };
    assert_eq!(
        life.twin.call(REGISTRY_ID, "approve_contract", &approve),
        Ok(())
    );
    life.nothing();
    let context = life.twin.context(REGISTRY_ID, Some(DEALER_ID), "open_deal");
    let auditor = life.auditor;
    life.prove(
        REGISTER_KEY,
        &open.deal.inputs(&ak, &auditor, context).to_array(),
    );
    assert_eq!(life.twin.call(DEALER_ID, "open", &open), Ok(2u32));

    let transfer = TransferMsg {
        rk: ak,
        ..life.transfer_msg()
    };
    let release = hostile::messages::ReleaseMsg {
        token: TOKEN_ID,
        payment: TransferDealMsg {
            deal: DEAL,
            transfer,
        },
    };
    life.nothing();
    life.twin.tx.memos = vec![RECIPIENT_MEMO_LEN as u32, SELF_MEMO_LEN as u32];
    let by_user = life
        .twin
        .call::<_, u64>(TOKEN_ID, "transfer_deal", &release.payment);
    assert_eq!(
        by_user.map_err(|error| error.code()),
        Err(code(TokenError::ContractOnly))
    );
    let context = life
        .twin
        .context(TOKEN_ID, Some(DEALER_ID), "transfer_deal");
    life.prove(
        PINS.transfer,
        &release
            .payment
            .transfer
            .inputs(&auditor, context)
            .to_array(),
    );
    assert_eq!(life.twin.call(DEALER_ID, "release", &release), Ok(1u64));
    assert!(life.twin.events().len() >= 5);
}
