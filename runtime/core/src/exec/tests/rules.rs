//! What the host vouches for, and the calls that are refused before they run.

use obolus_abi::hostcall::HostCode;
use obolus_abi::limits::MAX_INPUT;
use obolus_abi::{ContractId, FieldBytes, KeyId, PointBytes, RoleKey};
use obolus_protocol::curve::{Point, deal_point, value_base};
use obolus_protocol::field::{Fr, fr_to_bytes};
use obolus_protocol::{poseidon2, tags};

use super::world::{World, bytes, data, number, reply_buffer, reply_i64, run};
use crate::exec::CallError;

#[test]
fn nobody_and_nothing_are_named() {
    let mut world = World::new();
    let contract = world.install(1, &run(""));
    assert_eq!(
        world.call(ContractId([9; 32]), "run", &[]).result,
        Err(CallError::NoSuchContract)
    );
    assert_eq!(
        world.call(contract, "walk", &[]).result,
        Err(CallError::NoSuchEntry)
    );
    assert_eq!(
        world.query(contract, "run", &[]),
        Err(CallError::NoSuchEntry)
    );
    let long = vec![0; MAX_INPUT + 1];
    assert_eq!(
        world.call(contract, "run", &long).result,
        Err(CallError::InputTooLong)
    );
}

#[test]
fn input_reaches_the_guest() {
    let mut world = World::new();
    let body = format!(
        "(drop (call $input_read {} (i32.const 2))) (drop (call $ret {}))",
        bytes(0, 8),
        bytes(0, 8)
    );
    let contract = world.install(1, &run(&body));
    assert_eq!(
        world.call(contract, "run", b"abcdef").result,
        Ok(b"cdef\0\0\0\0".to_vec())
    );
}

#[test]
fn authorities_are_asked_for_exactly() {
    let mut world = World::new();
    let (point, role, key) = (PointBytes([1; 64]), RoleKey([2; 32]), KeyId([3; 32]));
    let inputs = vec![FieldBytes([4; 32]), FieldBytes([5; 32])];
    let mut listed = Vec::new();
    for input in &inputs {
        listed.extend_from_slice(&input.0);
    }
    let text = |body: &str| {
        format!(
            "{} {} {} {} {}",
            data(0, &point.0),
            data(64, &role.0),
            data(96, &key.0),
            data(128, &listed),
            run(&reply_i64(body))
        )
    };
    let spend = world.install(1, &text("(call $spend_authorised (i32.const 0))"));
    let roles = world.install(2, &text("(call $role_signed (i32.const 64))"));
    let proof = world.install(
        3,
        &text(&format!(
            "(call $proof_holds (i32.const 96) {})",
            bytes(128, 64)
        )),
    );
    let fewer = world.install(
        4,
        &text(&format!(
            "(call $proof_holds (i32.const 96) {})",
            bytes(128, 32)
        )),
    );
    for contract in [spend, roles, proof, fewer] {
        assert_eq!(number(&world.call(contract, "run", &[])), 0);
    }
    world.auth.spend_keys.insert(point);
    world.auth.role_keys.insert(role);
    world.auth.proofs.insert((key, inputs));
    for (contract, expected) in [(spend, 1), (roles, 1), (proof, 1), (fewer, 0)] {
        assert_eq!(number(&world.call(contract, "run", &[])), expected);
    }
}

#[test]
fn block_and_memos_are_stated() {
    let mut world = World::new();
    world.auth.memos = vec![300, 0];
    for (body, expected) in [
        ("(call $block_height)", 7),
        ("(call $block_time)", 1_700_000_000_000),
        ("(call $memo_len (i32.const 0))", 300),
        ("(call $memo_len (i32.const 1))", 0),
        (
            "(call $memo_len (i32.const 2))",
            HostCode::NotFound.result(),
        ),
    ] {
        let contract = world.install(1, &run(&reply_i64(body)));
        assert_eq!(
            number(&world.call(contract, "run", &[])),
            expected,
            "{body}"
        );
    }
    for (call, expected) in [
        ("chain_id", [3; 32]),
        ("tx_digest", [5; 32]),
        ("self_id", [1; 32]),
    ] {
        let contract = world.install(
            1,
            &run(&format!("(drop (call ${call})) {}", reply_buffer())),
        );
        assert_eq!(
            world.call(contract, "run", &[]).result,
            Ok(expected.to_vec()),
            "{call}"
        );
    }
}

#[test]
fn hashes_are_the_protocols() {
    let mut world = World::new();
    let inputs = [Fr::from(11u64), Fr::from(12u64), Fr::from(13u64)];
    let mut encoded = Vec::new();
    for input in &inputs {
        encoded.extend_from_slice(&fr_to_bytes(input).0);
    }
    let tag = tags::REGISTRY.text().as_bytes();
    let hash = format!(
        "(call $hash3 {} {})",
        bytes(200, tag.len() as u32),
        bytes(0, 96)
    );
    let text = format!(
        "{} {} {}",
        data(0, &encoded),
        data(200, tag),
        run(&format!("(drop {hash}) {}", reply_buffer()))
    );
    let contract = world.install(1, &text);
    let expected = poseidon2::hash3(tags::REGISTRY, inputs[0], inputs[1], inputs[2]);
    assert_eq!(
        world.call(contract, "run", &[]).result,
        Ok(fr_to_bytes(&expected).0.to_vec())
    );

    let text = format!(
        "{} {} {}",
        data(0, &[0xff; 96]),
        data(200, tag),
        run(&reply_i64(&hash))
    );
    let contract = world.install(1, &text);
    assert_eq!(
        number(&world.call(contract, "run", &[])),
        HostCode::Malformed.result()
    );

    let blake = format!(
        "{} {}",
        data(0, b"abc"),
        run(&format!(
            "(drop (call $blake3 {})) {}",
            bytes(0, 3),
            reply_buffer()
        ))
    );
    let contract = world.install(1, &blake);
    assert_eq!(
        world.call(contract, "run", &[]).result,
        Ok(blake3::hash(b"abc").as_bytes().to_vec())
    );
}

#[test]
fn points_are_the_protocols() {
    let mut world = World::new();
    let (a, b) = (Point::generator(), value_base());
    let text = |a: &PointBytes, b: &PointBytes, body: &str| {
        format!("{} {} {}", data(0, &a.0), data(64, &b.0), run(body))
    };
    for (call, expected) in [("point_add", a.add(&b)), ("point_sub", a.sub(&b))] {
        let body = format!(
            "(drop (call ${call} (i32.const 0) (i32.const 64))) {}",
            reply_buffer()
        );
        let contract = world.install(1, &text(&a.encode(), &b.encode(), &body));
        assert_eq!(
            world.call(contract, "run", &[]).result,
            Ok(expected.encode().0.to_vec())
        );
        let body = reply_i64(&format!("(call ${call} (i32.const 0) (i32.const 64))"));
        let contract = world.install(1, &text(&a.encode(), &PointBytes([7; 64]), &body));
        assert_eq!(
            number(&world.call(contract, "run", &[])),
            HostCode::Malformed.result()
        );
    }
    for (point, expected) in [
        (a.encode(), 1),
        (PointBytes::IDENTITY, 0),
        (PointBytes([7; 64]), 0),
    ] {
        let body = reply_i64("(call $point_check (i32.const 0))");
        let contract = world.install(1, &text(&point, &point, &body));
        assert_eq!(number(&world.call(contract, "run", &[])), expected);
    }
    let body = format!(
        "(drop (call $deal_point (i32.const 0) (i32.const 32))) {}",
        reply_buffer()
    );
    let contract = world.install(1, &text(&PointBytes([8; 64]), &PointBytes([8; 64]), &body));
    let expected = deal_point(&ContractId([8; 32]), &obolus_abi::DealId([8; 32]));
    assert_eq!(
        world.call(contract, "run", &[]).result,
        Ok(expected.encode().0.to_vec())
    );
}

#[test]
fn ed25519_is_strict() {
    use ed25519_dalek::{Signer, SigningKey};
    let mut world = World::new();
    let signing = SigningKey::from_bytes(&[42; 32]);
    let signature = signing.sign(b"message").to_bytes();
    let text = |signature: &[u8], message: &[u8]| {
        format!(
            "{} {} {} {}",
            data(0, signing.verifying_key().as_bytes()),
            data(32, signature),
            data(96, message),
            run(&reply_i64(&format!(
                "(call $ed25519_verify (i32.const 0) (i32.const 32) {})",
                bytes(96, 7)
            )))
        )
    };
    let contract = world.install(1, &text(&signature, b"message"));
    assert_eq!(number(&world.call(contract, "run", &[])), 1);
    let contract = world.install(1, &text(&signature, b"massage"));
    assert_eq!(number(&world.call(contract, "run", &[])), 0);
}

#[test]
fn frozen_code_is_visible() {
    let mut world = World::new();
    let known = ContractId([1; 32]);
    let ask = |id: ContractId| {
        format!(
            "{} {}",
            data(0, &id.0),
            run(&reply_i64("(call $code_frozen (i32.const 0))"))
        )
    };
    let contract = world.install(1, &ask(known));
    assert_eq!(number(&world.call(contract, "run", &[])), 0);
    let contract = world.install(2, &ask(ContractId([77; 32])));
    assert_eq!(
        number(&world.call(contract, "run", &[])),
        HostCode::NotFound.result()
    );
}
