//! The registry.

use obolus_abi::registry::{
    AuditorKeys, CheckRootsMsg, CheckSeizureMsg, EpochsMsg, Participant, RegisterMsg, RegistryInit,
    RegistryState, RotateMsg, SetAuditorMsg, SetLimitMsg, SlotMsg,
};
use obolus_contract_registry as registry_code;
use obolus_contracts as wasm;

use super::basic::{accept, approve_and_open, asked, managed, refuse};
use super::{FAILED, FRESH, Scene};
use crate::contracts::stage::{
    DEALER_ID, Life, REGISTER_KEY, REGISTRAR, REGISTRY_ID, SEIZURE_DELAY, key, number, role,
};

/// A participant's new key, with all that the entry needs but for a signature under the old one.
fn replacing(life: &mut Life, entry: &str, slot: u32, participant: u64) -> RotateMsg {
    life.signed(REGISTRAR);
    let register = RegisterMsg {
        owner: number(participant),
        ak: key(participant),
        epk: [7; 32],
        limit: 5,
        r: key(77),
        c1: number(5),
    };
    life.twin.tx.spend_keys.insert(register.ak);
    let context = life.twin.context(REGISTRY_ID, None, entry);
    let inputs = register.inputs(&life.auditor, context).to_array();
    life.prove(REGISTER_KEY, &inputs);
    RotateMsg { slot, register }
}

/// Slot 0 gets a new key, and slot 1, whose key is lost; its notes may be seized after the delay.
fn new_keys(life: &mut Life) {
    let rotated = replacing(life, "rotate", 0, 8);
    refuse(life, REGISTRY_ID, "rotate", &rotated);
    life.twin.tx.spend_keys.insert(key(1));
    accept(life, REGISTRY_ID, "rotate", &rotated);
    refuse(life, REGISTRY_ID, "rotate", &rotated);

    let recovered = replacing(life, "recover", 1, 9);
    refuse(life, REGISTRY_ID, "recover", &recovered);
    life.signed(REGISTRAR);
    accept(life, REGISTRY_ID, "freeze", &SlotMsg { slot: 1 });
    let recovered = replacing(life, "recover", 1, 9);
    accept(life, REGISTRY_ID, "recover", &recovered);

    let state = life.state();
    let seizure = CheckSeizureMsg {
        sender_root: state.frozen_root,
        recipient_root: state.active_root,
    };
    let check = "check_seizure";
    let early = life
        .twin
        .query::<_, AuditorKeys>(REGISTRY_ID, check, &seizure);
    assert!(early.is_err());
    for _ in 0..SEIZURE_DELAY {
        life.twin.end_block();
    }
    asked(life, REGISTRY_ID, check, &seizure);
    let other = CheckSeizureMsg {
        sender_root: state.active_root,
        ..seizure
    };
    let answer = life
        .twin
        .query::<_, AuditorKeys>(REGISTRY_ID, check, &other);
    assert!(answer.is_err());
}

/// Two epochs; the first key is accepted for a block more, and never comes back.
fn new_auditor(life: &mut Life) {
    life.signed(REGISTRAR);
    let next = SetAuditorMsg {
        auditor: key(2_000),
        window: 1,
    };
    refuse(life, REGISTRY_ID, "set_auditor", &next);
    life.twin.tx.spend_keys.insert(next.auditor);
    accept(life, REGISTRY_ID, "set_auditor", &next);
    life.twin.end_block();
    assert!(life.register(11).is_ok());
    life.twin.end_block();
    assert!(life.register(12).is_err());
    life.signed(REGISTRAR);
    let back = SetAuditorMsg {
        auditor: life.auditor,
        window: 0,
    };
    life.twin.tx.spend_keys.insert(back.auditor);
    refuse(life, REGISTRY_ID, "set_auditor", &back);
    life.twin.end_block();
}

pub fn registry() -> Scene {
    let mut life = Life::new();
    let from = life.twin.script.len();
    life.nothing();
    life.twin.tx.spend_keys.insert(life.auditor);
    let init = RegistryInit {
        registrar: role(REGISTRAR),
        auditor: life.auditor,
        register_key: REGISTER_KEY,
        root_window: 2,
        seizure_delay: 2,
    };
    let (entries, module) = (registry_code::ENTRIES, wasm::REGISTRY);
    let fresh = life.twin.instantiate(FRESH, entries, module, &init);
    assert_eq!(fresh, Ok(()));
    life.nothing();
    let failed = life.twin.instantiate(FAILED, entries, module, &init);
    assert!(failed.is_err());

    let before = life.state().active_root;
    assert_eq!(life.register(3), Ok(2));
    assert!(life.register(3).is_err());
    approve_and_open(&mut life);
    life.twin.end_block();

    let to = (REGISTRAR, REGISTRY_ID);
    let slot = SlotMsg { slot: 1 };
    managed(&mut life, to, "freeze", &slot);
    refuse(&mut life, REGISTRY_ID, "freeze", &slot);
    life.twin.end_block();
    managed(&mut life, to, "unfreeze", &slot);
    refuse(&mut life, REGISTRY_ID, "unfreeze", &slot);
    managed(
        &mut life,
        to,
        "set_limit",
        &SetLimitMsg { slot: 0, limit: 5 },
    );
    let nobody = SetLimitMsg { slot: 9, limit: 5 };
    refuse(&mut life, REGISTRY_ID, "set_limit", &nobody);
    life.twin.end_block();

    new_keys(&mut life);
    new_auditor(&mut life);

    asked(&mut life, REGISTRY_ID, "state", &());
    asked(&mut life, REGISTRY_ID, "participant", &SlotMsg { slot: 3 });
    let state: RegistryState = life.state();
    let roots = CheckRootsMsg {
        sender_root: Some(state.active_root),
        recipient_root: Some(state.active_root),
        forwarder: Some(DEALER_ID),
    };
    asked(&mut life, REGISTRY_ID, "check_roots", &roots);
    asked(&mut life, REGISTRY_ID, "epochs", &EpochsMsg { from: 0 });
    let stale = CheckRootsMsg {
        sender_root: Some(before),
        ..roots
    };
    let answer = life
        .twin
        .query::<_, AuditorKeys>(REGISTRY_ID, "check_roots", &stale);
    assert!(answer.is_err());
    let nobody = SlotMsg { slot: 9 };
    let answer = life
        .twin
        .query::<_, Participant>(REGISTRY_ID, "participant", &nobody);
    assert!(answer.is_err());
    Scene {
        name: "registry",
        module,
        contract: REGISTRY_ID,
        script: life.twin.script,
        from,
    }
}
