//! A proving service that cheats. It has everything that an honest one has (the opened witness, the receipt key, and keys
//! under which it can forge any proof) and still can do no more than deny its service.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use obolus_abi::FieldBytes;
use obolus_http::client::Endpoint;
use obolus_protocol::field::fr_from_bytes;
use obolus_protocol::{Amount, Seed, SpendingKey};
use obolus_prover::{DevSimulator, Provable, Transfer};
use obolus_prover_api::{
    Digest, JobId, JobView, ProofRequest, Receipt, ServiceSecret, State, Subject,
};
use obolus_verifier::snarkjs::{inputs_to_json, proof_to_json};
use obolus_verifier::{CircuitName, Proof, inputs_from_bytes};

use super::*;
use crate::assemble::AssembleError;
use crate::testing::TestChain;
use crate::wallet::Wallet;

/// What a service makes of an opened request.
type Cheat = Box<dyn Fn(&Opened<'_>) -> JobView + Send>;

/// A request that the service opened.
struct Opened<'a> {
    request: Digest,
    witness: TransferWitness,
    context: Fr,
    key_id: &'a str,
    secret: &'a ServiceSecret,
    simulator: &'a DevSimulator,
}

impl Opened<'_> {
    /// Proves this witness, truly or not, and signs for it.
    fn answer(&self, witness: &TransferWitness, claimed: Option<&TransferWitness>) -> JobView {
        let proven = self
            .simulator
            .transfer
            .prove(witness, self.context)
            .unwrap();
        let proof = Proof::decode(&proven.envelope.proof.0).unwrap();
        let mut inputs = inputs_from_bytes(&proven.envelope.inputs).unwrap();
        if let Some(claimed) = claimed {
            let public = <Transfer as Provable>::public_inputs(claimed, self.context);
            inputs = <Transfer as Provable>::in_order(&public);
        }
        let proof = serde_json::from_str(&proof_to_json(&proof).unwrap()).unwrap();
        let inputs: Vec<String> = serde_json::from_str(&inputs_to_json(&inputs).unwrap()).unwrap();
        let id = JobId::new(uuid::Uuid::from_bytes([1; 16]));
        let subject = Subject {
            job: id,
            request: self.request,
            circuit: CircuitName::TRANSFER.as_str(),
            key_id: self.key_id,
        };
        let signer = self.secret.receipt_signer();
        let receipt = Receipt::sign(&signer, subject, &inputs, &proof, 5);
        JobView {
            id,
            state: State::Succeeded,
            stage: None,
            circuit: "transfer".into(),
            key_id: self.key_id.into(),
            request: self.request,
            priority: Priority::default(),
            attempts: 1,
            created_ms: 1,
            deadline_ms: None,
            started_ms: Some(2),
            finished_ms: Some(5),
            proved: Some(Proved {
                proof,
                inputs,
                receipt,
            }),
            failure: None,
        }
    }

    fn honest(&self) -> JobView {
        self.answer(&self.witness, None)
    }
}

/// Reads one request's body and answers it.
fn serve_once(listener: &TcpListener, answer: impl FnOnce(&[u8]) -> Vec<u8>) {
    let (stream, _) = listener.accept().unwrap();
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).unwrap() == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let answer = answer(&body);
    let head = format!(
        "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        answer.len()
    );
    stream.get_mut().write_all(head.as_bytes()).unwrap();
    stream.get_mut().write_all(&answer).unwrap();
}

/// A cheating service that answers so many requests, and a prover that asks it.
fn cheating(requests: usize, cheat: Cheat) -> (RemoteProver, CircuitKeys) {
    let secret = ServiceSecret::generate().unwrap();
    let keys = secret.public();
    let simulator = DevSimulator::new().unwrap();
    let circuits = CircuitKeys::from(&simulator);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for _ in 0..requests {
            serve_once(&listener, |body| {
                let request: ProofRequest = serde_json::from_slice(body).unwrap();
                let key_id = request.circuit.as_str();
                let payload = secret
                    .opening_key()
                    .open(&request.sealed().unwrap(), key_id)
                    .unwrap();
                let (context, witness) = payload.split_at(32);
                let opened = Opened {
                    request: Digest::of(body),
                    witness: TransferWitness::decode(witness).unwrap(),
                    context: fr_from_bytes(&FieldBytes(context.try_into().unwrap())).unwrap(),
                    key_id,
                    secret: &secret,
                    simulator: &simulator,
                };
                serde_json::to_vec(&cheat(&opened)).unwrap()
            });
        }
    });
    let endpoint = Endpoint {
        url,
        ..Endpoint::default()
    };
    let client = ProverClient::connect(&endpoint, Some(keys)).unwrap();
    let patience = Duration::from_secs(600);
    (
        RemoteProver::new(client, circuits.clone(), patience),
        circuits,
    )
}

fn wallet() -> (TestChain, Vec<Wallet>) {
    let (mut chain, mut wallets) = TestChain::with_participants(&[1, 2]);
    chain.issue(wallets[0].address(), 100, "issued");
    chain.sync_all(&mut wallets);
    (chain, wallets)
}

/// Asks for the proof of a payment of 40.
fn pay(prover: &RemoteProver, circuits: &CircuitKeys) -> Result<(), AssembleError> {
    let (chain, mut wallets) = wallet();
    let payment = chain.payment(wallets[1].address(), 40, "paid");
    let mut rng = rand::rngs::OsRng;
    let unproven = wallets[0].transfer(&payment, &mut rng).unwrap();
    let proven = unproven.prove(prover, circuits)?;
    let spending = SpendingKey::from_seed(&Seed::new([1; 32]));
    let signed = proven.sign(&spending, Vec::new(), &mut rng)?;
    // What is signed is what the wallet assembled, to the byte.
    assert_eq!(signed.transaction().body, *unproven.body());
    Ok(())
}

fn refusal(cheat: impl Fn(&Opened<'_>) -> JobView + Send + 'static) -> ProverError {
    let (prover, circuits) = cheating(1, Box::new(cheat));
    match pay(&prover, &circuits).unwrap_err() {
        AssembleError::Prover(error) => error,
        other => panic!("{other:?}"),
    }
}

fn receipt_error(cheat: impl Fn(&Opened<'_>) -> JobView + Send + 'static) -> String {
    match refusal(cheat) {
        ProverError::Remote(error) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_honest_service_is_believed() {
    let (prover, circuits) = cheating(1, Box::new(|opened| opened.honest()));
    pay(&prover, &circuits).unwrap();
}

#[test]
fn other_amounts_are_not_signed() {
    let other = |opened: &Opened<'_>| {
        let mut witness = opened.witness.clone();
        witness.pay = Amount::new(90);
        witness.change = Amount::new(10);
        witness
    };
    // A true proof of another payment, and one that claims to be of ours.
    assert_eq!(
        refusal(move |opened| opened.answer(&other(opened), None)),
        ProverError::OtherInputs
    );
    assert!(matches!(
        refusal(move |opened| opened.answer(&other(opened), Some(&opened.witness))),
        ProverError::Invalid(_)
    ));
}

#[test]
fn another_recipient_is_not_signed() {
    let to_sender = |opened: &Opened<'_>| {
        let mut witness = opened.witness.clone();
        witness.recipient = witness.owner();
        witness.recipient_leaf = witness.sender_leaf.clone();
        witness
    };
    let other = refusal(move |opened| opened.answer(&to_sender(opened), None));
    // If the registry's roots differ it cannot even be proved; here they are one.
    assert_eq!(other, ProverError::OtherInputs);
}

#[test]
fn malformed_proofs_are_refused() {
    let off_curve = refusal(|opened| {
        let mut job = opened.honest();
        let proved = job.proved.as_mut().unwrap();
        proved.proof.pi_a[0] = "1".into();
        sign_again(opened, &mut job);
        job
    });
    assert!(matches!(off_curve, ProverError::Form(_)), "{off_curve:?}");
    let not_canonical = refusal(|opened| {
        let mut job = opened.honest();
        job.proved.as_mut().unwrap().inputs[0].insert(0, '0');
        sign_again(opened, &mut job);
        job
    });
    assert!(matches!(not_canonical, ProverError::Form(_)));
}

/// Signs whatever is there now.
fn sign_again(opened: &Opened<'_>, job: &mut JobView) {
    let proved = job.proved.as_mut().unwrap();
    let subject = Subject {
        job: job.id,
        request: opened.request,
        circuit: "transfer",
        key_id: opened.key_id,
    };
    let signer = opened.secret.receipt_signer();
    proved.receipt = Receipt::sign(&signer, subject, &proved.inputs, &proved.proof, 6);
}

#[test]
fn a_replayed_answer_is_refused() {
    // The same payment asked for twice, the second time answered with the first answer.
    let first = Arc::new(Mutex::new(None::<JobView>));
    let cheat = move |opened: &Opened<'_>| {
        let mut kept = first.lock().unwrap();
        kept.get_or_insert_with(|| opened.honest()).clone()
    };
    let (prover, circuits) = cheating(2, Box::new(cheat));
    pay(&prover, &circuits).unwrap();
    let error = pay(&prover, &circuits).unwrap_err();
    assert!(error.to_string().contains("another request"), "{error}");
}

#[test]
fn receipts_of_others_are_refused() {
    let stranger = receipt_error(|opened| {
        let mut job = opened.honest();
        let other = ServiceSecret::generate().unwrap();
        let opened = Opened {
            secret: &other,
            witness: opened.witness.clone(),
            ..*opened
        };
        sign_again(&opened, &mut job);
        job
    });
    assert!(
        stranger.contains("not signed with the service's key"),
        "{stranger}"
    );
    let other_proof = receipt_error(|opened| {
        let mut job = opened.honest();
        job.proved.as_mut().unwrap().proof = opened.honest().proved.unwrap().proof;
        job
    });
    assert!(other_proof.contains("another proof"), "{other_proof}");
}

#[test]
fn a_service_that_gives_nothing_leaves_the_payment_unmade() {
    for (state, word) in [(State::Cancelled, "cancelled"), (State::Expired, "expired")] {
        let error = receipt_error(move |opened| JobView {
            state,
            proved: None,
            ..opened.honest()
        });
        assert!(error.contains(word), "{error}");
    }
    let nothing = receipt_error(|opened| JobView {
        proved: None,
        ..opened.honest()
    });
    assert!(nothing.contains("succeeded"), "{nothing}");
    let refused = refusal(|opened| JobView {
        state: State::Failed,
        proved: None,
        failure: Some(JobFailure {
            code: "rule_broken".into(),
            detail: "r".into(),
        }),
        ..opened.honest()
    });
    assert_eq!(refused, ProverError::Refused);
}
