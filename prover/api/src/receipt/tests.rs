use super::*;
use crate::ServiceSecret;

fn proof(first: &str) -> ProofJson {
    let pair = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
    ProofJson {
        pi_a: [first, "2", "1"].map(str::to_owned),
        pi_b: [pair("3", "4"), pair("5", "6"), pair("1", "0")],
        pi_c: ["7", "8", "1"].map(str::to_owned),
        protocol: "groth16".into(),
        curve: "bn128".into(),
    }
}

#[test]
fn the_signed_text_is_this() {
    let signer = ServiceSecret::from_file_text(&"01".repeat(32))
        .unwrap()
        .receipt_signer();
    let subject = Subject {
        job: JobId::new(uuid::Uuid::from_bytes([2; 16])),
        request: Digest::of(b"body"),
        circuit: "transfer",
        key_id: "obolvk1x",
    };
    let inputs = ["10".to_owned(), "20".to_owned()];
    let receipt = Receipt::sign(&signer, subject, &inputs, &proof("1"), 5);
    assert_eq!(
        receipt.text(),
        format!(
            "obolus prover receipt v1\n\
             job: 02020202-0202-0202-0202-020202020202\n\
             request: {}\ncircuit: transfer\nkey: obolvk1x\ninputs: {}\nproof: {}\ntime: 5\n",
            Digest::of(b"body"),
            Digest::of(b"10\n20\n"),
            Digest::of(b"1\n2\n3\n4\n5\n6\n7\n8\n"),
        )
    );
    assert_eq!(
        receipt.check(&signer.public(), subject, &inputs, &proof("1")),
        Ok(())
    );
}

#[test]
fn nothing_in_a_receipt_can_be_exchanged() {
    let secret = ServiceSecret::generate().unwrap();
    let (signer, key) = (secret.receipt_signer(), secret.receipt_signer().public());
    let job = JobId::new(uuid::Uuid::from_bytes([2; 16]));
    let subject = Subject {
        job,
        request: Digest::of(b"body"),
        circuit: "transfer",
        key_id: "obolvk1x",
    };
    let inputs = ["10".to_owned()];
    let good = Receipt::sign(&signer, subject, &inputs, &proof("1"), 5);
    let check = |subject, inputs: &[String], first| {
        good.check(&key, subject, inputs, &proof(first))
            .unwrap_err()
    };
    let other_job = JobId::new(uuid::Uuid::from_bytes([3; 16]));
    for (subject, what) in [
        (
            Subject {
                job: other_job,
                ..subject
            },
            "job",
        ),
        (
            Subject {
                request: Digest::of(b"other"),
                ..subject
            },
            "request",
        ),
        (
            Subject {
                circuit: "issue",
                ..subject
            },
            "circuit",
        ),
        (
            Subject {
                key_id: "obolvk1y",
                ..subject
            },
            "verifying key",
        ),
    ] {
        assert_eq!(check(subject, &inputs, "1"), ReceiptError::Other(what));
    }
    assert_eq!(
        check(subject, &["11".into()], "1"),
        ReceiptError::Other("statement")
    );
    assert_eq!(check(subject, &inputs, "9"), ReceiptError::Other("proof"));

    let signed = |change: &dyn Fn(&mut Receipt)| {
        let mut receipt = good.clone();
        change(&mut receipt);
        receipt
            .check(&key, subject, &inputs, &proof("1"))
            .unwrap_err()
    };
    assert_eq!(signed(&|r| r.time_ms += 1), ReceiptError::Signature);
    assert_eq!(signed(&|r| r.job = other_job), ReceiptError::Signature);
    assert_eq!(
        signed(&|r| r.signature.make_ascii_uppercase()),
        ReceiptError::Form
    );
    assert_eq!(signed(&|r| r.signature.truncate(126)), ReceiptError::Form);
    let stranger = ServiceSecret::generate().unwrap().receipt_signer().public();
    assert_eq!(
        good.check(&stranger, subject, &inputs, &proof("1")),
        Err(ReceiptError::Signature)
    );
}
