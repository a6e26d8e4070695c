//! Three verifiers and one verdict: ours, snarkjs, and the contract that `solidity::contract` writes, compiled with solc
//! and run in revm.
//!
//! Needs node and npm; see `tests/node`. The contract's gas is asserted to be what `docs/performance.md` says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

use std::collections::BTreeSet;
use std::fs;

use obolus_protocol::Fr;
use obolus_protocol::statement::sample;
use obolus_prover::snarkjs::{ImportedProver, Witness};
use obolus_prover::{DevSimulator, KeyStore, Provable, Proven, Prover, Register, Simulator};
use obolus_verifier::solidity::{MAX_INPUTS, arguments, contract};
use obolus_verifier::trapdoor::Trapdoor;
use obolus_verifier::{CircuitName, KeyOrigin, Proof, VerifyingKey, inputs_from_bytes, verify};
use revm::primitives::Address;

use self::chain::{Chain, Ended, MAX_GAS, TRANSACTION_GAS, data_gas};
use self::node::{installed, modules, sources, succeed, target};
use self::solc::{Contract, OLDEST, PINNED, compile};
use self::vectors::{Laxer, Subject, Vector};

mod chain;
#[path = "../node/mod.rs"]
mod node;
mod solc;
mod trapdoor;
mod vectors;
mod verdicts;

/// Limit on the length of a contract's code in bytes (EIP-170).
const MAX_CODE: usize = 24_576;
/// Seed of the key whose logarithms are known.
const SEED: u64 = 1;

fn subject<S: Provable>(key: &VerifyingKey, proven: Proven<S>) -> Subject {
    let inputs = inputs_from_bytes(&proven.envelope.inputs).unwrap();
    let proof = Proof::decode(&proven.envelope.proof.0).unwrap();
    Subject::new(key.clone(), inputs, &proof)
}

fn simulated<S: Provable>(simulator: &Simulator<S>, witness: &S::Witness) -> Subject {
    let proven = simulator.prove(witness, sample::context(1)).unwrap();
    subject(simulator.verifying_key(), proven)
}

/// Under the development keys of all eight statements. All proofs but the one of register are simulated.
fn of_protocol() -> Vec<Subject> {
    let keys = target().join("../obolus-keys");
    let prover = Prover::<Register>::development(&KeyStore::open(keys).unwrap(), &()).unwrap();
    let simulator = DevSimulator::new().unwrap();
    let registered = prover.prove(&sample::register(1), sample::context(1));
    vec![
        simulated(&simulator.transfer, &sample::transfer(1)),
        simulated(&simulator.issue, &sample::issue(1)),
        simulated(&simulator.redeem, &sample::redeem(1)),
        subject(prover.verifying_key(), registered.unwrap()),
        simulated(&simulator.ratio, &sample::ratio(1)),
        simulated(&simulator.balance, &sample::balance_with_dummies(1)),
        simulated(&simulator.supply, &sample::supply(1)),
        simulated(&simulator.velocity, &sample::velocity(1)),
    ]
}

/// Under a key that snarkjs made for a circuit of circom.
fn of_circom() -> Subject {
    let cubic = sources("snarkjs").join("cubic");
    let name = CircuitName::new("cubic").unwrap();
    let zkey = fs::read(cubic.join("cubic.zkey")).unwrap();
    let prover = ImportedProver::read(&name, &zkey, &()).unwrap();
    let witness = Witness::read(&fs::read(cubic.join("cubic.wtns")).unwrap()).unwrap();
    let (inputs, proof) = prover.prove(&witness).unwrap();
    Subject::new(prover.verifying_key().clone(), inputs, &proof)
}

fn contracts(compiler: &str, keys: &[&VerifyingKey]) -> Vec<Contract> {
    let texts: Vec<_> = keys.iter().map(|key| contract(key).unwrap()).collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    compile(compiler, &texts, &[])
}

/// The contract's verdict on raw words, its error under the name in the source.
fn evm(chain: &mut Chain, at: Address, contract: &Contract, vector: &Vector) -> Result<(), String> {
    let words = vector.proof.iter().chain(&vector.inputs);
    let arguments: Vec<u8> = words.flat_map(|word| word.to_be_bytes::<32>()).collect();
    match chain.call(at, &contract.call("verify", &arguments), MAX_GAS) {
        Ended::Returned(output, _) => {
            assert!(output.is_empty(), "{}", vector.name);
            Ok(())
        }
        Ended::Reverted(output, _) => Err(contract.error(&output)),
        Ended::OutOfGas => panic!("{}: out of gas", vector.name),
    }
}

/// Every vector, three verdicts. Where snarkjs is laxer, the vector says why, and each reason is met.
#[test]
fn three_verifiers_agree() {
    if !installed() {
        return;
    }
    let mut trapdoor = Trapdoor::new(32, SEED);
    let mut subjects = of_protocol();
    subjects.push(of_circom());
    subjects.push(trapdoor::subject(&mut Trapdoor::new(0, SEED)));
    subjects.push(trapdoor::subject(&mut trapdoor));
    // The same circuit's key from another ceremony: each key is also asked with the next one's proof.
    subjects.push(trapdoor::subject(&mut Trapdoor::new(32, SEED + 1)));
    let mut vectors = vectors::all(&subjects);
    let at = subjects.len() - 2;
    let inputs = subjects[at].inputs.clone();
    vectors.extend(vectors::of_trapdoor(&mut trapdoor, at, &inputs));

    let keys: Vec<_> = subjects.iter().map(|subject| &subject.key).collect();
    let snarkjs = verdicts::snarkjs(&keys, &vectors);
    let contracts = contracts(PINNED, &keys);
    let mut chain = Chain::new();
    let deployed: Vec<_> = contracts
        .iter()
        .map(|contract| chain.deploy(&contract.init_code).0)
        .collect();

    let mut wrong = Vec::new();
    let mut differences = BTreeSet::new();
    for (vector, snarkjs) in vectors.iter().zip(snarkjs) {
        let (name, i) = (&vector.name, vector.subject);
        let evm = evm(&mut chain, deployed[i], &contracts[i], vector);
        let expected = vector.refusal.clone().map_or(Ok(()), Err);
        if evm != expected {
            wrong.push(format!("{name}: the contract says {evm:?}"));
        }
        let ours = verdicts::ours(keys[i], vector);
        // Without the position, which our errors do not always have.
        let named = evm
            .as_ref()
            .map_err(|error| error.split('(').next().unwrap_or_default());
        if ours != named.copied() {
            wrong.push(format!("{name}: we say {ours:?}"));
        }
        if snarkjs != (expected.is_ok() || vector.laxer.is_some()) {
            wrong.push(format!("{name}: snarkjs says {snarkjs}"));
        }
        differences.extend(vector.laxer);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let documented = [Laxer::Identity, Laxer::Coordinate, Laxer::MissingInput];
    assert!(differences.iter().eq(&documented), "{differences:?}");
    let accepted = vectors.iter().filter(|vector| vector.refusal.is_none());
    println!("{} vectors, {} valid", vectors.len(), accepted.count());
}

/// A contract's figures in gas.
struct Gas {
    /// Of a call of a valid proof, without the transaction's 21,000 and its call data.
    execution: u64,
    /// Of call data without a zero byte.
    call_data: u64,
    deployment: u64,
}

fn gas(contract: &Contract, function: &str, subject: &Subject) -> Gas {
    let mut chain = Chain::new();
    let (address, deployment) = chain.deploy(&contract.init_code);
    let proof = Proof::new(subject.a, subject.b, subject.c).unwrap();
    let data = contract.call(function, &arguments(&subject.inputs, &proof));
    let Ended::Returned(_, used) = chain.call(address, &data, MAX_GAS) else {
        panic!("{} is refused", subject.key.circuit());
    };
    Gas {
        execution: used - TRANSACTION_GAS - data_gas(&data),
        call_data: data_gas(&vec![1; data.len()]),
        deployment,
    }
}

fn row(name: &str, inputs: usize, contract: &Contract, gas: &Gas) -> String {
    let transaction = TRANSACTION_GAS + gas.call_data + gas.execution;
    format!(
        "| {name} | {inputs} | {} | {} | {} | {} | {} |",
        grouped(gas.execution),
        grouped(gas.call_data),
        grouped(transaction),
        grouped(gas.deployment),
        grouped(contract.code_len as u64),
    )
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.char_indices() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The table in the documentation is what is measured. `--nocapture` prints the rows.
#[test]
fn gas_is_as_documented() {
    if !installed() {
        return;
    }
    let mut subjects = of_protocol();
    subjects.push(of_circom());
    let keys: Vec<_> = subjects.iter().map(|subject| &subject.key).collect();
    let contracts = contracts(PINNED, &keys);
    let mut rows = Vec::new();
    for (subject, contract) in subjects.iter().zip(&contracts) {
        let gas = gas(contract, "verify", subject);
        let name = subject.key.circuit().as_str();
        rows.push(row(name, subject.inputs.len(), contract, &gas));
    }

    // The contract of snarkjs for the same key takes the same arguments.
    let directory = tempfile::tempdir_in(target()).unwrap();
    let cli = modules("snarkjs").join("snarkjs/build/cli.cjs");
    let zkey = sources("snarkjs").join("cubic/cubic.zkey");
    let export = [
        cli.to_str().unwrap(),
        "zkey",
        "export",
        "solidityverifier",
        zkey.to_str().unwrap(),
        "theirs.sol",
    ];
    succeed(directory.path(), "node", &export);
    let text = fs::read_to_string(directory.path().join("theirs.sol")).unwrap();
    let theirs = compile(PINNED, &[&text], &[]).remove(0);
    let cubic = subjects.last().unwrap();
    let their_gas = gas(&theirs, "verifyProof", cubic);
    rows.push(row(
        "cubic, snarkjs' contract",
        cubic.inputs.len(),
        &theirs,
        &their_gas,
    ));

    println!("{}", rows.join("\n"));
    let documented = sources("../docs/performance.md");
    let documented = fs::read_to_string(documented).unwrap();
    for row in rows {
        assert!(
            documented.contains(&row),
            "not in docs/performance.md: {row}"
        );
    }
}

/// Execution costs the same for every valid proof, so that one is enough for the table.
#[test]
fn gas_does_not_depend_on_the_proof() {
    if !installed() {
        return;
    }
    let mut trapdoor = Trapdoor::new(3, SEED);
    let contract = contracts(PINNED, &[&trapdoor.key()]).remove(0);
    let mut execution = || gas(&contract, "verify", &trapdoor::subject(&mut trapdoor)).execution;
    let first = execution();
    for _ in 0..20 {
        assert_eq!(execution(), first);
    }
}

/// Whatever precompile runs out of gas, the call does not return.
#[test]
fn too_little_gas_is_a_refusal() {
    if !installed() {
        return;
    }
    let mut trapdoor = Trapdoor::new(3, SEED);
    let subject = trapdoor::subject(&mut trapdoor);
    let contract = contracts(PINNED, &[&subject.key]).remove(0);
    let mut chain = Chain::new();
    let (address, _) = chain.deploy(&contract.init_code);
    let proof = Proof::new(subject.a, subject.b, subject.c).unwrap();
    let data = contract.call("verify", &arguments(&subject.inputs, &proof));
    let Ended::Returned(_, used) = chain.call(address, &data, MAX_GAS) else {
        panic!("refused");
    };
    let mut seen = BTreeSet::new();
    for limit in (0..used).step_by(997).chain([used - 1]) {
        match chain.call(address, &data, limit) {
            Ended::Returned(..) => panic!("accepted with {limit} of {used}"),
            Ended::Reverted(output, _) => seen.insert(contract.error(&output)),
            Ended::OutOfGas => seen.insert("out of gas".to_owned()),
        };
    }
    // What is left after a failed ecMul does not even pay for naming it.
    let expected = ["BNotInSubgroup", "out of gas"];
    assert!(seen.iter().eq(&expected), "{seen:?}");
    // A sixty-fourth of the gas stays behind at each call (EIP-150).
    let enough = chain.call(address, &data, used + used / 32);
    assert!(matches!(enough, Ended::Returned(..)), "{enough:?}");
}

/// A call to an address without code succeeds, which must not count.
#[test]
fn a_chain_without_the_precompiles_accepts_nothing() {
    if !installed() {
        return;
    }
    // Without inputs only the pairing is called.
    for inputs in [0, 3] {
        let subject = trapdoor::subject(&mut Trapdoor::new(inputs, SEED));
        let contract = contracts(PINNED, &[&subject.key]).remove(0);
        let proof = Proof::new(subject.a, subject.b, subject.c).unwrap();
        let data = contract.call("verify", &arguments(&subject.inputs, &proof));
        let mut chain = Chain::without_pairing();
        let (address, _) = chain.deploy(&contract.init_code);
        let Ended::Reverted(output, _) = chain.call(address, &data, MAX_GAS) else {
            panic!("not refused");
        };
        assert_eq!(contract.error(&output), "PrecompileFailed");
    }
}

/// The largest contract can be created and verifies.
#[test]
fn the_largest_key_has_a_contract() {
    if !installed() {
        return;
    }
    let subject = trapdoor::subject(&mut Trapdoor::new(MAX_INPUTS, SEED));
    let contract = contracts(PINNED, &[&subject.key]).remove(0);
    assert!(contract.code_len <= MAX_CODE, "{}", contract.code_len);
    println!("{MAX_INPUTS} inputs: {} bytes", contract.code_len);
    let mut chain = Chain::new();
    let (address, _) = chain.deploy(&contract.init_code);
    let mut vector = Vector {
        name: "largest".to_owned(),
        subject: 0,
        proof: subject.words(),
        inputs: subject.inputs.iter().map(vectors::integer).collect(),
        refusal: None,
        laxer: None,
    };
    assert_eq!(evm(&mut chain, address, &contract, &vector), Ok(()));
    *vector.inputs.last_mut().unwrap() = vectors::integer(&Fr::from(5));
    let verdict = evm(&mut chain, address, &contract, &vector);
    assert_eq!(verdict, Err("ProofRefused".to_owned()));
}

/// A contract says which key it holds, in the words of the key.
#[test]
fn a_contract_names_its_key() {
    if !installed() {
        return;
    }
    let subjects = [of_protocol().remove(3), of_circom()];
    let origins = [KeyOrigin::InsecureDevelopment, KeyOrigin::Imported];
    for (subject, origin) in subjects.iter().zip(origins) {
        let key = &subject.key;
        let contract = contracts(PINNED, &[key]).remove(0);
        let mut chain = Chain::new();
        let (address, _) = chain.deploy(&contract.init_code);
        let mut ask = |name| match chain.call(address, &contract.call(name, &[]), MAX_GAS) {
            Ended::Returned(output, _) => output,
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(string(&ask("KEY_ID")), key.to_string());
        assert_eq!(string(&ask("CIRCUIT")), key.circuit().as_str());
        assert_eq!(string(&ask("ORIGIN")), origin.to_string());
        let count = ask("PUBLIC_INPUTS");
        assert_eq!(usize::from(count[31]), key.public_inputs());
    }
}

/// A string as the EVM's ABI returns it: where it is, how long it is, its bytes.
fn string(output: &[u8]) -> String {
    let length = usize::from(output[63]);
    String::from_utf8(output[64..64 + length].to_vec()).unwrap()
}

/// The text compiles with every compiler that its pragma allows, and the oldest's code verifies.
#[test]
fn the_oldest_compiler_that_is_allowed() {
    if !installed() {
        return;
    }
    let subject = trapdoor::subject(&mut Trapdoor::new(32, SEED));
    let contract = contracts(OLDEST, &[&subject.key]).remove(0);
    gas(&contract, "verify", &subject);
}

/// The words that `arguments` writes are those of the tests' own reckoning.
#[test]
fn arguments_are_the_words_in_order() {
    let subject = trapdoor::subject(&mut Trapdoor::new(3, SEED));
    let proof = Proof::new(subject.a, subject.b, subject.c).unwrap();
    assert_eq!(verify(&subject.key, &subject.inputs, &proof), Ok(()));
    let inputs = subject.inputs.iter().map(vectors::integer);
    let words = subject.words().into_iter().chain(inputs);
    let expected: Vec<u8> = words.flat_map(|word| word.to_be_bytes::<32>()).collect();
    assert_eq!(arguments(&subject.inputs, &proof), expected);
}
