//! Scenarios on the contract that misbehaves on purpose, and on a small one with proofs, time and a schedule.

use obolus_abi::FieldBytes;
use obolus_abi::hostcall::pack;
use obolus_abi::system::{AdminPolicy, Delay, MigrateMsg, ProposeMigrationMsg, SYSTEM};
use obolus_contracts::HOSTILE;

use crate::{Error, Scenario, Settings, SimulatedCircuit};

#[test]
fn several_parties_in_a_few_lines() {
    let mut chain = Scenario::new().unwrap();
    let contract = chain.deploy(HOSTILE, &()).unwrap();
    let (alice, bob) = (chain.party(1), chain.party(2));
    let first = chain
        .call(contract, "note", &())
        .signed_by(&alice)
        .run()
        .unwrap();
    assert_eq!(first.events_of::<u64>(contract).unwrap(), [1]);
    chain
        .call(contract, "note", &())
        .signed_by(&alice)
        .signed_by(&bob)
        .run()
        .unwrap();
    assert_eq!(chain.query::<_, u64>(contract, "notes", &()).unwrap(), 2);

    let refused = chain.call(contract, "half_refused", &()).run().unwrap_err();
    assert_eq!(refused.code(), Some("half_done"));
    assert!(refused.to_string().contains("refused on purpose"));
    let trapped = chain.call(contract, "half", &()).run().unwrap_err();
    assert_eq!(trapped.code(), Some("contract_trapped"));
    assert_eq!(chain.query::<_, u64>(contract, "notes", &()).unwrap(), 2);

    let other = chain.deploy(HOSTILE, &()).unwrap();
    assert_ne!(other, contract, "the same module, another contract");
    assert_eq!(chain.query::<_, u64>(other, "notes", &()).unwrap(), 0);
}

#[test]
fn fuel_is_reported_by_entry() {
    let mut chain = Scenario::new().unwrap();
    let contract = chain.deploy(HOSTILE, &()).unwrap();
    for depth in [1_u32, 50, 100] {
        chain.call(contract, "recurse", &depth).run().unwrap();
    }
    let report = chain.fuel_report();
    let calls = &report.of(contract, "recurse").unwrap().calls;
    assert_eq!(calls.len(), 3);
    assert!(calls[0] < calls[1] && calls[1] < calls[2]);
    assert_eq!(report.of(contract, "recurse").unwrap().median(), calls[1]);
    assert!(report.to_string().contains("recurse"));
    assert_eq!(report.of(contract, "spin"), None);
}

/// `prove`: succeeds when the transaction proves `(7, context)` under the key in its input.
/// `soon`: schedules `tick` two blocks ahead. `tick`: emits height and time.
fn module() -> Vec<u8> {
    let bytes = |address, len| format!("(i64.const {})", pack(address, len));
    wat::parse_str(format!(
        r#"(module
          (import "obolus" "input_read" (func $input_read (param i64 i32) (result i64)))
          (import "obolus" "buffer_read" (func $buffer_read (param i64 i32) (result i64)))
          (import "obolus" "context" (func $context (result i64)))
          (import "obolus" "proof_holds" (func $proof_holds (param i32 i64) (result i64)))
          (import "obolus" "block_height" (func $height (result i64)))
          (import "obolus" "block_time" (func $time (result i64)))
          (import "obolus" "emit" (func $emit (param i64) (result i64)))
          (import "obolus" "schedule" (func $schedule (param i64 i64 i64 i64) (result i64)))
          (memory (export "memory") 1)
          (data (i32.const 200) "tick")
          (func (export "x_init") (result i32) (i32.const 0))
          (func (export "x_migrate") (result i32) (i32.const 0))
          (func (export "x_prove") (result i32)
            (drop (call $input_read {key} (i32.const 0)))
            (i64.store (i32.const 32) (i64.const 7))
            (drop (call $context))
            (drop (call $buffer_read {context} (i32.const 0)))
            (if (i64.ne (call $proof_holds (i32.const 0) {inputs}) (i64.const 1)) (then (unreachable)))
            (i32.const 0))
          (func (export "x_soon") (result i32)
            (drop (call $schedule (i64.add (call $height) (i64.const 2)) {tick} (i64.const 0) (i64.const 200000)))
            (i32.const 0))
          (func (export "x_tick") (result i32)
            (i64.store (i32.const 0) (call $height))
            (i64.store (i32.const 8) (call $time))
            (drop (call $emit {event}))
            (i32.const 0)))"#,
        key = bytes(0, 32),
        context = bytes(64, 32),
        inputs = bytes(32, 64),
        tick = bytes(200, 4),
        event = bytes(0, 16),
    ))
    .unwrap()
}

#[test]
fn a_simulated_proof_holds_for_its_call_only() {
    let circuit = SimulatedCircuit::new("demo", 2).unwrap();
    let mut chain = Scenario::with(Settings {
        keys: vec![circuit.verifying_key().clone()],
        ..Settings::default()
    })
    .unwrap();
    let contract = chain.deploy(&module(), &()).unwrap();
    let seven = FieldBytes::from_u64(7);
    let key = circuit.id();
    chain
        .call(contract, "prove", &key)
        .proof(|_, context| circuit.prove(&[seven, context]))
        .run()
        .unwrap();
    let without = chain.call(contract, "prove", &key).run().unwrap_err();
    assert_eq!(without.code(), Some("contract_trapped"));
    let elsewhere = chain
        .call(contract, "prove", &key)
        .proof(|_, _| circuit.prove(&[seven, FieldBytes::from_u64(1)]))
        .run();
    assert_eq!(elsewhere.unwrap_err().code(), Some("contract_trapped"));
    let spoiled = chain
        .call(contract, "prove", &key)
        .proof(|_, context| {
            let mut envelope = circuit.prove(&[seven, context])?;
            envelope.inputs = vec![context, seven];
            Ok(envelope)
        })
        .run();
    assert!(matches!(spoiled, Err(Error::NotAdmitted(_))));
    assert!(matches!(circuit.prove(&[seven]), Err(Error::Circuit(_))));
}

#[test]
fn heights_and_times_pass_and_the_schedule_runs() {
    let mut chain = Scenario::new().unwrap();
    let contract = chain.deploy(&module(), &()).unwrap();
    let soon = chain.call(contract, "soon", &()).run().unwrap();
    assert_eq!(chain.advance(1).unwrap(), []);
    chain.sleep(86_400_000);
    let (height, time) = (chain.next_height(), chain.next_time_ms());
    let runs = chain.advance(1).unwrap();
    assert_eq!((height, runs.len()), (soon.height + 2, 1));
    let expected = [height.to_le_bytes(), time.to_le_bytes()].concat();
    assert_eq!(runs[0].events[0].data, expected);
    chain.advance_to(100).unwrap();
    assert_eq!(chain.next_height(), 100);
    assert_eq!(
        chain
            .fuel_report()
            .of(contract, "tick")
            .unwrap()
            .calls
            .len(),
        1
    );
}

#[test]
fn a_migration_waits_for_its_delay() {
    let mut chain = Scenario::new().unwrap();
    let admin = chain.party(5);
    let policy = AdminPolicy::Admin {
        role: obolus_abi::RoleSet {
            keys: vec![admin.role_key()],
            threshold: 1,
        },
        delay: Delay {
            blocks: 0,
            ms: 3_600_000,
        },
    };
    let contract = chain.deploy_as(HOSTILE, &(), policy, None).unwrap();
    let code = chain.upload(&module()).unwrap();
    let propose = ProposeMigrationMsg {
        contract,
        code,
        args: Vec::new(),
    };
    chain
        .call(SYSTEM, "propose_migration", &propose)
        .signed_by(&admin)
        .run()
        .unwrap();
    let migrate = MigrateMsg { contract, code };
    let early = chain
        .call(SYSTEM, "migrate", &migrate)
        .signed_by(&admin)
        .run();
    assert_eq!(early.unwrap_err().code(), Some("change_too_early"));
    chain.sleep(3_600_000);
    chain
        .call(SYSTEM, "migrate", &migrate)
        .signed_by(&admin)
        .run()
        .unwrap();
    chain.call(contract, "tick", &()).run().unwrap();
}
