//! Members of a treasury whose node lies to them: about the newest key, about notes, about the token's successor. What they notice,
//! and what the ledger refuses when they do not.

use std::fs;

use obolus_abi::ContractId;
use obolus_abi::registry::RegistryEvent;
use obolus_abi::token::{TokenEvent, TokenState};
use obolus_protocol::memo::MemoText;
use obolus_protocol::tx::Height;
use obolus_protocol::{Address, Amount};
use obolus_runtime_api::{BlockUpdate, EventRecord, TxUpdate, hex};
use obolus_wallet::client::{Endpoint, NodeClient};
use obolus_wallet::config::Token;
use obolus_wallet::{Follower, IssueRequest, TokenView, Unproven};
use rand::rngs::OsRng;
use serde_json::{Value, json};

use crate::common::committee::Committee;
use crate::common::desk::{Desk, Ran};
use crate::common::liar::Liar;
use crate::common::successor;
use crate::rotation::{ASK, applied, approved, handed_over};
use crate::{balance, treasury};

fn token(desk: &Desk) -> Token {
    Token::read(&desk.token()).unwrap()
}

fn decoded(desk: &Desk, address: &str) -> Address {
    Address::decode(address, token(desk).network).unwrap()
}

/// The token as the ledger has it.
fn seen(desk: &Desk) -> TokenView {
    let endpoint = Endpoint {
        url: desk.node.url.clone(),
        ..Endpoint::default()
    };
    let config = token(desk).config;
    let client = NodeClient::new(&endpoint).unwrap().following(config);
    let mut view = TokenView::new(config);
    view.sync(&client).unwrap();
    view
}

/// A node that changes what happened in blocks.
fn retelling(desk: &Desk, change: impl Fn(&mut BlockUpdate) + Send + Sync + 'static) -> Liar {
    Liar::before(&desk.node.url, move |asked, truth| {
        if !asked.path.starts_with("/v1/updates") {
            return truth;
        }
        let mut blocks: Vec<BlockUpdate> = borsh::from_slice(&truth).unwrap();
        blocks.iter_mut().for_each(&change);
        borsh::to_vec(&blocks).unwrap()
    })
}

/// A node that tells other events of the registry.
fn registering(
    desk: &Desk,
    change: impl Fn(RegistryEvent) -> Vec<RegistryEvent> + Send + Sync + 'static,
) -> Liar {
    let registry = token(desk).config.registry;
    retelling(desk, move |block| {
        for tx in &mut block.txs {
            let truth = std::mem::take(&mut tx.events).into_iter();
            let told = truth.flat_map(|event| {
                if event.contract != registry {
                    return vec![event];
                }
                let told = change(borsh::from_slice(&event.data).unwrap());
                let record = |event| EventRecord {
                    contract: registry,
                    data: borsh::to_vec(&event).unwrap(),
                };
                told.into_iter().map(record).collect()
            });
            tx.events = told.collect();
        }
    })
}

/// A node on which the key of this address takes over from the one in a slot, at its registration.
fn naming(desk: &Desk, from: u32, address: &str) -> Liar {
    let owner = decoded(desk, address).owner.to_bytes();
    registering(desk, move |event| match &event {
        RegistryEvent::Registered { participant, .. } if participant.owner == owner => {
            let to = participant.slot;
            let recovered = false;
            vec![
                event,
                RegistryEvent::Rotated {
                    from,
                    to,
                    recovered,
                },
            ]
        }
        // One place has one newer key.
        RegistryEvent::Rotated { from: told, .. } if *told == from => Vec::new(),
        _ => vec![event],
    })
}

/// What a member's wallet has read of the blocks is forgotten, as if it had read nothing.
fn forget(desk: &Desk, person: &str) {
    fs::remove_file(desk.path(&format!("till-{person}/wallet/state"))).unwrap();
}

/// An approval with a node of the member's own, which must fail, and leaves no share.
fn refused((desk, till): (&Desk, &Committee<'_>), person: &str, line: &str) -> Ran {
    let line = format!("treasury approve --yes --out refused.share {line}");
    let ran = till.run(person, &line);
    assert!([1, 2].contains(&ran.status), "{line}: {ran:?}");
    assert!(!desk.path("refused.share").exists());
    ran
}

#[test]
fn a_false_new_key_gets_no_approval_by_a_nodes_word_alone() {
    let desk = Desk::new();
    let till = Committee::new(&desk, "till", "treasury", &[]);
    let old = treasury(&desk, &till);
    let next = Committee::new(&desk, "next", "treasury", &[]);
    let new = applied(&desk, &next, &old);
    handed_over(&desk, &till, &new);
    let thief = desk.wallet("thief")["address"].as_str().unwrap().to_owned();
    let view = seen(&desk);
    let slot = |address: &str| {
        let owner = decoded(&desk, address).owner;
        view.directory().by_owner(&owner).unwrap().slot.get()
    };
    let further = naming(&desk, slot(&new), &thief);
    let instead = naming(&desk, slot(&old), &thief);
    let hiding = registering(&desk, |event| match event {
        RegistryEvent::Rotated { .. } => Vec::new(),
        event => vec![event],
    });

    // Alice prepares, and approved no rotation.
    let ask = "--nonces till-alice.nonces --nonces till-bob.nonces";
    let sweep = |node: &Liar, more: &str| {
        forget(&desk, "alice");
        let line = format!(
            "treasury sweep --out false {ask} --node {} {more}",
            node.url
        );
        till.run("alice", &line)
    };
    let none = sweep(&hiding, "");
    assert_eq!(none.status, 1, "{none:?}");
    assert!(none.said.contains("no newer key"), "{none:?}");
    let other = sweep(&further, "--new next-alice");
    assert_eq!(other.status, 1, "{other:?}");
    assert!(other.said.contains("own directory"), "{other:?}");
    assert_eq!(balance(&till, "alice"), ["1000.00", "0.00"]);
    // Without a share of the new key she has her node's word, and proposes to pay the thief.
    let misled = sweep(&further, "");
    assert_eq!(misled.status, 0, "{misled:?}");
    let proposal = &misled.json["proposals"][0];
    assert_eq!(
        (&proposal["kind"], &proposal["to"]),
        (&json!("move"), &json!(thief))
    );
    let file = proposal["file"].as_str().unwrap();

    // Bob approved the rotation.
    let of = (&desk, &till);
    let full = format!("{file} --pays 'move 1000.00 to {thief}'");
    let said = refused(of, "bob", &full).said;
    assert!(said.contains("pays another"), "an honest node: {said}");
    let lied = |person: &str, node: &Liar, line: &str| {
        forget(&desk, person);
        refused(of, person, &format!("{line} --node {}", node.url)).said
    };
    let said = lied("bob", &further, &format!("{file} --pays 'move 1000.00'"));
    assert!(said.contains("compare"), "{said}");
    let said = lied("bob", &further, &format!("{full} --new next-bob"));
    assert!(said.contains("own directory"), "{said}");
    let said = lied("bob", &instead, &full);
    assert!(said.contains("this member approved"), "{said}");
    // Alice is asked for the address as well; who names the thief's signs, which is one share of two.
    let said = lied("alice", &further, &format!("{file} --pays 'move 1000.00'"));
    assert!(said.contains("compare"), "{said}");
    let node = format!("--node {}", further.url);
    till.ok(
        "alice",
        &format!("treasury approve --yes --out alice.share {full} {node}"),
    );
    till.fails("alice", &format!("treasury send {file} alice.share {node}"));

    // With an honest node the false proposal gives its notes to a true one.
    forget(&desk, "alice");
    let asked = till.ok("alice", &format!("treasury sweep --out moves {ASK}"));
    let proposal = &asked["proposals"][0];
    assert_eq!(
        (&proposal["amount"], &proposal["to"]),
        (&json!("1000.00"), &json!(new))
    );
    let list = till.ok("alice", "treasury list");
    let stages = list["payments"].as_array().unwrap().iter();
    let stages: Vec<_> = stages.map(|payment| &payment["stage"]).collect();
    assert_eq!(stages, ["refused", "proposed"]);
    let file = proposal["file"].as_str().unwrap();
    let line = format!("{file} --pays 'move 1000.00'");
    // The true key under another encryption key, which would not find the money; and no new key at all.
    let [own, epk] = [&new, &thief].map(|address| decoded(&desk, address));
    let unreadable = registering(&desk, move |mut event| {
        if let RegistryEvent::Registered { participant, .. } = &mut event
            && participant.owner == own.owner.to_bytes()
        {
            participant.epk = *epk.epk.as_bytes();
        }
        vec![event]
    });
    let said = lied("bob", &unreadable, &line);
    assert!(said.contains("pays another"), "{said}");
    let said = lied("carol", &hiding, &line);
    assert!(said.contains("lists none"), "{said}");
    for person in ["bob", "carol"] {
        forget(&desk, person);
    }
    let send = approved(&till, file, "move 1000.00", "true");
    assert_eq!(till.ok("alice", &send)["stage"], "committed");
    assert_eq!(balance(&next, "carol"), ["1000.00", "0.00"]);
    assert_eq!(desk.available("thief"), "0.00");
}

/// A node that has one more note of the treasury than the ledger, in its last block.
fn inventing(desk: &Desk, to: &str, amount: u64) -> Liar {
    let view = seen(desk);
    let request = IssueRequest {
        to: decoded(desk, to),
        amount: Amount::new(amount),
        text: MemoText::new("a present").unwrap(),
        nonce: view.issue_nonce(),
        expiry: Height(view.tip().0 + 1),
    };
    let forged = Unproven::issue(&view, &request, &mut OsRng).unwrap();
    let body = forged.body();
    let event = TokenEvent::Issued {
        position: view.leaves(),
        msg: borsh::from_slice(&body.args).unwrap(),
    };
    let tx = TxUpdate {
        digest: body.digest(),
        contract: body.contract,
        entry: body.entry.as_str().into(),
        memos: body.memos.clone(),
        events: vec![EventRecord {
            contract: body.contract,
            data: borsh::to_vec(&event).unwrap(),
        }],
        fuel_used: 0,
    };
    let last = view.tip().0;
    retelling(desk, move |block| {
        if block.height == last {
            block.txs.push(tx.clone());
        }
    })
}

/// A node on which the token names this successor.
fn succeeding(desk: &Desk, successor: &str) -> Liar {
    let successor: ContractId = hex::decode_fixed(successor).unwrap();
    let query = format!("/v1/contracts/{}/query", token(desk).config.token);
    Liar::before(&desk.node.url, move |asked, truth| {
        if asked.path != query {
            return truth;
        }
        let reply: Value = serde_json::from_slice(&truth).unwrap();
        let state = hex::decode(reply["reply"].as_str().unwrap()).unwrap();
        let mut state: TokenState = borsh::from_slice(&state).unwrap();
        state.successor = Some(successor);
        let reply = hex::encode(&borsh::to_vec(&state).unwrap());
        json!({"reply": reply}).to_string().into_bytes()
    })
}

/// Approves as Bob and Carol with this node, and sends; the ledger refuses.
fn refused_by_the_ledger(till: &Committee<'_>, node: &Liar, file: &str, approval: &str) -> String {
    let node = format!("--node {}", node.url);
    let shares = ["bob", "carol"].map(|person| {
        let share = format!("{file}-{person}.share");
        let line = format!("treasury approve --yes --out {share} {file} {approval} {node}");
        till.ok(person, &line);
        share
    });
    let send = format!("treasury send {file} {} {node}", shares.join(" "));
    let sent = till.run("alice", &send);
    assert_eq!(sent.status, 1, "{sent:?}");
    assert_eq!(sent.json["stage"], "refused", "{sent:?}");
    sent.said
}

#[test]
fn false_notes_and_a_false_successor_move_nothing() {
    let desk = Desk::new();
    let shop = desk.wallet("shop")["address"].as_str().unwrap().to_owned();
    let till = Committee::new(&desk, "till", "treasury", &[]);
    let address = treasury(&desk, &till);

    // No member can see that the node has no such note; the ledger has no such root.
    let inventing = inventing(&desk, &address, 900_000);
    forget(&desk, "alice");
    let node = format!("--node {}", inventing.url);
    let shown = till.ok("alice", &format!("treasury balance {node}"));
    assert_eq!(shown["available"], "10000.00");
    let pays = format!("--to {shop} --amount 5000.00");
    till.ok(
        "alice",
        &format!("treasury prepare {pays} --out false.proposal {ASK} {node}"),
    );
    let approval = format!("--pays '5000.00 to {shop}'");
    let said = refused_by_the_ledger(&till, &inventing, "false.proposal", &approval);
    assert!(said.contains("anchor"), "{said}");
    // With the next note an honest node does not fit what was read.
    desk.issue(&address, "3.00");
    let said = till.fails("alice", "treasury balance");
    assert!(said.contains("sync from the start"), "{said}");
    forget(&desk, "alice");
    assert_eq!(balance(&till, "alice"), ["1003.00", "0.00"]);

    // The file is of a token that the first one has not named, and only an honest node says so.
    let (new, _) = successor::deploy(&desk, "USD", 2, "new.toml");
    let succeeding = succeeding(&desk, &new);
    let node = format!("--node {}", succeeding.url);
    let migrate = format!("treasury migrate --to new.toml --out moves {ASK} {node}");
    let asked = till.ok("alice", &migrate);
    let file = asked["proposals"][0]["file"].as_str().unwrap();
    let approval = "--pays 'migrate 1003.00' --successor new.toml";
    let said = refused((&desk, &till), "bob", &format!("{file} {approval}")).said;
    assert!(said.contains("has not named this successor"), "{said}");
    refused_by_the_ledger(&till, &succeeding, file, approval);
    assert_eq!(balance(&till, "alice"), ["1003.00", "0.00"]);
    assert_eq!(desk.available("shop"), "0.00");
}
