//! Another node besides a member's own: what it is asked, what it is not told, and whose key a member sees.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use obolus_runtime_api::hex;

use crate::common::committee::words;
use crate::common::desk::{Desk, Ran};
use crate::common::liar::Liar;
use crate::court::Court;

type Seen = Arc<Mutex<Vec<Option<String>>>>;

/// A node that notes what it is shown to let somebody in.
fn noting(desk: &Desk) -> (Liar, Seen) {
    let seen = Seen::default();
    let noted = Arc::clone(&seen);
    let node = Liar::before(&desk.node.url, move |asked, truth| {
        noted.lock().unwrap().push(asked.authorization.clone());
        truth
    });
    (node, seen)
}

#[test]
fn a_witness_gets_no_token_but_its_own() {
    let desk = Desk::new();
    let court = Court::new(&desk);
    let number = court.ask(&court.pay("5.00"));
    let (own, at_own) = noting(&desk);
    let (witness, at_witness) = noting(&desk);
    fs::write(desk.path("own.token"), "own-secret").unwrap();
    fs::write(desk.path("witness.token"), "witness-secret").unwrap();
    let answer = |out: &str, tokens: &str| {
        let how = format!("--dir court-bob --role-key bob.role --case C-7 --yes --out {out}");
        let nodes = format!("--node {} --witness {} {tokens}", own.url, witness.url);
        let line = words(&format!(
            "audit partial {number} {how} {nodes} {}",
            court.access
        ));
        let line: Vec<_> = line.iter().map(String::as_str).collect();
        let mut command = desk.command(&line);
        command.env("OBOLUS_TOKEN", "secret-of-the-environment");
        Ran::new(command.arg("--json").output().unwrap())
    };
    let shown = |seen: &Seen| {
        let mut all = std::mem::take(&mut *seen.lock().unwrap());
        all.dedup();
        all
    };
    let bearer = |token: &str| vec![Some(format!("Bearer {token}"))];

    let ran = answer("first.answer", "");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(shown(&at_own), bearer("secret-of-the-environment"));
    assert_eq!(shown(&at_witness), [None]);
    let ran = answer("second.answer", "--token-file own.token");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(shown(&at_own), bearer("own-secret"));
    assert_eq!(shown(&at_witness), [None]);
    let ran = answer("third.answer", "--witness-token-file witness.token");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(shown(&at_witness), bearer("witness-secret"));
    // Which token is whose must be clear.
    let ran = answer(
        "fourth.answer",
        "--witness-token-file witness.token --witness-token-file own.token",
    );
    assert_eq!(ran.status, 2, "{ran:?}");
    assert_eq!(shown(&at_witness), []);
}

#[test]
fn a_witness_must_find_the_same_ciphertexts() {
    let desk = Desk::new();
    let court = Court::new(&desk);
    let paid = court.pay("5.00");
    let number = court.ask(&paid);
    // The same log and the same blocks; only in what happened in them the payment is another's.
    let digest = hex::decode(&paid).unwrap();
    let mut other = digest.clone();
    other[0] ^= 1;
    let pairs = [
        (digest.clone(), other.clone()),
        (paid.into_bytes(), hex::encode(&other).into_bytes()),
    ];
    let lies = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&lies);
    let witness = Liar::before(&desk.node.url, move |asked, mut truth| {
        if !asked.path.starts_with("/v1/updates") {
            return truth;
        }
        for (from, to) in &pairs {
            for place in 0..truth.len().saturating_sub(from.len() - 1) {
                if truth[place..].starts_with(from) {
                    truth[place..place + to.len()].copy_from_slice(to);
                    told.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
        truth
    });
    let ran = court.answer(
        "bob",
        number,
        "bob.answer",
        &format!("--witness {}", witness.url),
    );
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.said.contains("another ledger"), "{ran:?}");
    assert!(lies.load(Ordering::SeqCst) > 0);
    assert!(!desk.path("bob.answer").exists());
    let honest = format!("--witness {}", desk.node.url);
    let ran = court.answer("bob", number, "bob.answer", &honest);
    assert_eq!(ran.status, 0, "{ran:?}");
}

#[test]
fn a_member_sees_whose_escrow_it_opens() {
    let desk = Desk::new();
    let court = Court::new(&desk);
    let asked = court.asked("--escrow 1");
    let number = asked["request"].as_u64().unwrap();
    let item = &court.seen("")["requests"][0]["items"][0];
    let item = item.as_str().unwrap();
    assert!(
        item.starts_with("nullifier key of slot 1, owner "),
        "{item}"
    );
    let ran = court.answer("bob", number, "bob.answer", "");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.said.contains(item), "{ran:?}");
    assert!(
        ran.said.contains(&format!("address {}", court.payee)),
        "{ran:?}"
    );
    assert!(!ran.said.contains(&court.payer), "{ran:?}");
}
