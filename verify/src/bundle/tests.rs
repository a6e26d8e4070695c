use ark_ff::One;
use obolus_protocol::context::{USER, context};
use obolus_protocol::tx::Height;
use obolus_verifier::KeyOrigin;
use obolus_verifier::trapdoor::Trapdoor;

use super::*;

/// A transaction body for a call of an entry that no circuit knows.
pub(crate) fn body(entry: &str) -> TxBody {
    TxBody {
        chain: ChainId([7; 32]),
        expiry: Height(100),
        contract: ContractId([9; 32]),
        entry: EntryName::new(entry).unwrap(),
        args: vec![1, 2, 3],
        memos: vec![vec![4; 10]],
    }
}

/// A valid bundle of a protocol circuit with every optional field.
pub(crate) fn full(seed: u64) -> (Bundle, Trapdoor) {
    let mut trapdoor = Trapdoor::new(16, seed);
    let key = trapdoor.key_of(CircuitName::TRANSFER, KeyOrigin::Ceremony);
    let statement = Statement {
        body: body("settle"),
        token: ContractId([9; 32]),
        caller: None,
        entry: EntryName::new("settle").unwrap(),
    };
    let mut inputs = trapdoor.inputs();
    let call = &statement;
    *inputs.last_mut().unwrap() = context(&call.body.digest(), &call.token, &USER, &call.entry);
    let names = protocol_names(&CircuitName::TRANSFER).unwrap();
    let bundle = Bundle {
        circuit: CircuitName::TRANSFER,
        key_id: key.id(),
        key: Some(key.encode().unwrap()),
        statement: Some(statement),
        made_at: Some(MadeAt(1_700_000_000_000)),
        labels: Some(names.iter().map(|name| Label::new(name).unwrap()).collect()),
        proof: *trapdoor.prove(&inputs).unchecked(),
        inputs,
    };
    (bundle, trapdoor)
}

/// The same with none of them, of a circuit of somebody else.
pub(crate) fn plain(seed: u64) -> (Bundle, Trapdoor) {
    let mut trapdoor = Trapdoor::new(2, seed);
    let circuit = CircuitName::new("other").unwrap();
    let inputs = trapdoor.inputs();
    let bundle = Bundle {
        key_id: trapdoor.key_of(circuit.clone(), KeyOrigin::Imported).id(),
        circuit,
        key: None,
        statement: None,
        made_at: None,
        labels: None,
        proof: *trapdoor.prove(&inputs).unchecked(),
        inputs,
    };
    (bundle, trapdoor)
}

#[test]
fn both_forms_hold_the_same_bundle_under_the_same_id() {
    for bundle in [full(1).0, plain(2).0] {
        let compact = bundle.to_compact().unwrap();
        let id = bundle.id().unwrap();
        assert_eq!(compact.last_chunk(), Some(&id.0));
        assert_eq!(Bundle::decode(&compact).unwrap(), (bundle.clone(), id));
        for one_line in [false, true] {
            let json = bundle.to_json(one_line).unwrap();
            assert_eq!(json.contains('\n'), !one_line);
            assert_eq!(
                Bundle::decode(json.as_bytes()).unwrap(),
                (bundle.clone(), id)
            );
        }
    }
}

#[test]
fn a_flip_of_any_bit_of_either_form_is_noticed() {
    for bundle in [full(3).0, plain(4).0] {
        let forms = [
            bundle.to_compact().unwrap(),
            bundle.to_json(false).unwrap().into_bytes(),
            bundle.to_json(true).unwrap().into_bytes(),
        ];
        for form in forms {
            for at in 0..form.len() {
                let mut changed = form.clone();
                changed[at] ^= 1 << (at % 8);
                assert!(Bundle::decode(&changed).is_err(), "byte {at}");
            }
        }
    }
}

#[test]
fn a_flip_under_a_fresh_id_gives_another_bundle_or_none() {
    let bundle = full(5).0;
    let form = bundle.to_compact().unwrap();
    let fields = form.len() - 32;
    let (mut decoded, mut refused) = (0, 0);
    for at in 0..fields {
        let mut changed = form.clone();
        changed[at] ^= 1;
        let id = id_of(&changed[..fields]);
        changed[fields..].copy_from_slice(&id.0);
        match Bundle::decode(&changed) {
            // One encoding: what was read is written as it was.
            Ok((other, read)) => {
                assert_ne!(other, bundle);
                assert_eq!(read, id);
                assert_eq!(other.to_compact().unwrap(), changed, "byte {at}");
                decoded += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(decoded > 100 && refused > 100, "{decoded} {refused}");
}

#[test]
fn every_truncation_is_refused_and_so_is_anything_longer() {
    for bundle in [full(6).0, plain(7).0] {
        for form in [
            bundle.to_compact().unwrap(),
            bundle.to_json(false).unwrap().into_bytes(),
        ] {
            for length in 0..form.len() {
                assert!(Bundle::decode(&form[..length]).is_err(), "{length}");
            }
            let mut longer = form.clone();
            longer.push(b'x');
            assert!(Bundle::decode(&longer).is_err());
        }
    }
}

#[test]
fn a_declared_gigabyte_is_refused_before_it_is_allocated() {
    let bundle = full(8).0;
    let form = bundle.to_compact().unwrap();
    let key_at = 8 + 1 + "transfer".len() + 32 + 1;
    let mut changed = form.clone();
    changed[key_at..key_at + 4].copy_from_slice(&(1_u32 << 30).to_le_bytes());
    assert!(matches!(
        Bundle::decode(&changed),
        Err(BundleError::Truncated("key"))
    ));
    let long = vec![b'{'; MAX_BUNDLE + 1];
    assert!(matches!(Bundle::decode(&long), Err(BundleError::TooLong)));
}

fn refusal(text: &str) -> &'static str {
    Bundle::decode(text.as_bytes()).unwrap_err().code()
}

#[test]
fn json_has_one_spelling() {
    let text = full(9).0.to_json(true).unwrap();
    assert!(Bundle::decode(text.as_bytes()).is_ok());
    let change = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        refusal(&changed)
    };
    assert_eq!(
        change("\"made_at\":", "\"made_at\":null,\"x\":"),
        "bundle_json"
    );
    assert_eq!(
        change("{\"format\"", "{\"extra\":1,\"format\""),
        "bundle_json"
    );
    assert_eq!(
        change("{\"format\"", "{\"version\":1,\"format\""),
        "bundle_json",
        "a field twice"
    );
    assert_eq!(change("\"version\":1", "\"version\":2"), "bundle_version");
    assert_eq!(change("\"version\":1", "\"version\":1.0"), "bundle_json");
    assert_eq!(
        change("obolus.proof-bundle", "obolus.proof"),
        "bundle_field"
    );
    assert_eq!(change("\"transfer\"", "\"Transfer\""), "bundle_circuit");
    assert_eq!(change("obolvk1", "OBOLVK1"), "bundle_key");
    assert_eq!(change("\"key\":\"01", "\"key\":\"0A"), "bundle_field");
    assert_eq!(change("\"caller\":null,", ""), "bundle_json");
    assert_eq!(
        change("\"chain\":\"07", "\"chain\":\"08"),
        "bundle_statement"
    );
    assert_eq!(change("\"settle\"", "\"SETTLE\""), "bundle_statement");
    assert_eq!(
        change("\"public\":[\"", "\"public\":[\"0"),
        "bundle_numbers"
    );
    assert_eq!(change("\"public\":[", "\"public\":[[],"), "bundle_numbers");
    assert_eq!(change("\"pi_a\"", "\"pi_x\""), "bundle_numbers");
    assert_eq!(change("groth16", "plonk"), "bundle_numbers");
    assert_eq!(
        change("\"name\":\"anchor\"", "\"name\":\"anchors\""),
        "bundle_labels"
    );
    assert_eq!(
        change("\"name\":\"nf1\"", "\"name\":\"nf2\""),
        "bundle_labels"
    );
    assert_eq!(change("\"value\":\"", "\"value\":\"1"), "bundle_labels");
    assert_eq!(refusal(&format!("[{text}]")), "bundle_form");
    assert_eq!(refusal(""), "bundle_form");
    let r = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    assert_eq!(
        change("\"public\":[", &format!("\"public\":[\"{r}\",")),
        "bundle_numbers"
    );
}

#[test]
fn deep_json_is_refused() {
    for inside in ["\"public\":", "\"proof\":", "\"statement\":", "\"x\":"] {
        let deep = format!("{{{inside}{}", "[".repeat(MAX_BUNDLE - 100));
        assert_eq!(refusal(&deep), "bundle_json");
        let half = (MAX_BUNDLE - 100) / 2;
        let closed = format!("{{{inside}{}{}}}", "[".repeat(half), "]".repeat(half));
        assert_eq!(refusal(&closed), "bundle_json");
    }
}

#[test]
fn a_public_input_has_one_encoding_in_the_compact_form() {
    let bundle = plain(10).0;
    let mut form = bundle.to_compact().unwrap();
    // magic and version, circuit, key id, three flags, count
    let at = 8 + 1 + "other".len() + 32 + 3 + 2;
    form[at..at + 32].copy_from_slice(&obolus_abi::bytes::FIELD_MODULUS);
    assert!(matches!(
        Bundle::decode(&form),
        Err(BundleError::NonCanonicalInput(0))
    ));
    form[at + 31] = 0xff;
    assert!(matches!(
        Bundle::decode(&form),
        Err(BundleError::NonCanonicalInput(0))
    ));
}

#[test]
fn what_has_no_one_encoding_is_not_written() {
    let mut bundle = full(11).0;
    bundle.statement.as_mut().unwrap().caller = Some(USER);
    assert!(matches!(bundle.id(), Err(BundleError::CallerIsUser)));
    let mut bundle = full(11).0;
    bundle.labels.as_mut().unwrap().pop();
    assert_eq!(bundle.to_json(true).unwrap_err().code(), "bundle_labels");
    let mut bundle = plain(11).0;
    bundle.inputs = vec![Fr::one(); 9000];
    assert!(matches!(bundle.to_compact(), Err(BundleError::TooLong)));
    bundle.inputs = vec![Fr::one(); 70_000];
    assert!(matches!(bundle.id(), Err(BundleError::Inputs(70_000))));
    let label = |text| Label::new(text).map(|_| ());
    assert_eq!(label("main.in[3]"), Ok(()));
    for text in ["", "a b", "é", &"a".repeat(65)] {
        assert_eq!(label(text), Err(LabelError::Form));
    }
}
