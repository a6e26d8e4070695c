use obolus_abi::{ChainId, ContractId, token::TransferMsg};
use obolus_protocol::{
    FullViewingKey, Seed,
    tx::{EntryName, Height},
};
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    assemble::{IssueRequest, Unproven},
    testing::TestChain,
};

const ORDER: &[u8] = b"court order 7 O 118/26";

fn address(seed: u8) -> Address {
    FullViewingKey::from_seed(&Seed::new([seed; 32])).address()
}

/// 200 for slot 2.
fn opening(second: Second) -> Opening {
    Opening {
        to: address(2),
        amount: Amount::new(200),
        text: MemoText::new("recovered").unwrap(),
        blind: Blind::random(&mut StdRng::seed_from_u64(9)),
        second,
    }
}

/// Of slot 1's notes, with 100 that return.
fn seizing() -> Opening {
    opening(taken(1, 100, 9))
}

fn taken(from: u8, change: u64, seed: u64) -> Second {
    Second::Seizure {
        from: address(from),
        change: Amount::new(change),
        change_rcm: Rcm::random(&mut StdRng::seed_from_u64(seed)),
    }
}

fn issuing() -> Opening {
    opening(issued(9))
}

fn issued(seed: u64) -> Second {
    Second::Issue {
        blinding: Blinding::random(&mut StdRng::seed_from_u64(seed)),
    }
}

/// A draft of what an opening says.
fn draft(opening: &Opening) -> TxBody {
    let token = ContractId([5; 32]);
    let note = |value: Amount, to: &Address, rcm| Note {
        value,
        owner: to.owner,
        rcm,
    };
    let rcm = opening.blind.rcm(&token, &opening.text);
    let cm1 = note(opening.amount, &opening.to, rcm).commitment();
    let cm1 = cm1.to_bytes();
    let (entry, args) = match &opening.second {
        Second::Issue { blinding } => {
            let cv = ValueCommitment::commit(opening.amount, blinding);
            (ISSUE, borsh::to_vec(&issue(cm1, &cv)))
        }
        Second::Seizure {
            from,
            change,
            change_rcm,
        } => {
            let back = note(*change, from, change_rcm.clone());
            (
                SEIZE,
                borsh::to_vec(&seizure_of(cm1, back.commitment().to_bytes())),
            )
        }
    };
    TxBody {
        chain: ChainId([1; 32]),
        expiry: Height(9),
        contract: token,
        entry: EntryName::new(entry).unwrap(),
        args: args.unwrap(),
        memos: Vec::new(),
    }
}

fn issue(cm1: FieldBytes, cv: &ValueCommitment) -> IssueMsg {
    let none = FieldBytes::ZERO;
    IssueMsg {
        recipient_root: none,
        cm1,
        cv: cv.point().encode(),
        r: PointBytes([0; PointBytes::LEN]),
        c1: none,
        c2: none,
        c3: none,
        nonce: 4,
    }
}

fn seizure_of(cm1: FieldBytes, cm2: FieldBytes) -> SeizeMsg {
    let none = FieldBytes::ZERO;
    let point = PointBytes([0; PointBytes::LEN]);
    SeizeMsg {
        transfer: TransferMsg {
            anchor: none,
            sender_root: none,
            recipient_root: none,
            nf1: none,
            nf2: none,
            cm1,
            cm2,
            rk: point,
            r: point,
            c1: none,
            c2: none,
        },
        case: *blake3::hash(ORDER).as_bytes(),
    }
}

#[test]
fn a_draft_is_what_its_opening_says_and_nothing_else() {
    for honest in [seizing(), issuing()] {
        let draft = draft(&honest);
        let opened = honest.check(&draft).unwrap();
        assert_eq!((opened.to, opened.amount), (address(2), Amount::new(200)));
        assert_eq!(opened.text.as_str(), "recovered");

        let lie = |change: &dyn Fn(&mut Opening)| {
            let mut lying = honest.clone();
            change(&mut lying);
            lying.check(&draft).err()
        };
        let payee = Some(OpeningError::Payee);
        assert_eq!(lie(&|o| o.to = address(3)), payee);
        assert_eq!(lie(&|o| o.amount = Amount::new(199)), payee);
        assert_eq!(lie(&|o| o.text = MemoText::new("fine").unwrap()), payee);
        let other = || Blind::random(&mut StdRng::seed_from_u64(10));
        assert_eq!(lie(&|o| o.blind = other()), payee);
        // Another token binds the text with another randomness.
        let elsewhere = TxBody {
            contract: ContractId([6; 32]),
            ..draft.clone()
        };
        assert_eq!(honest.check(&elsewhere).err(), payee);

        let kind = match honest.second {
            Second::Issue { .. } => OpeningError::NotAnIssue,
            Second::Seizure { .. } => OpeningError::NotASeizure,
        };
        let other_entry = TxBody {
            entry: EntryName::new("transfer").unwrap(),
            ..draft.clone()
        };
        assert_eq!(honest.check(&other_entry).err(), Some(kind.clone()));
        let mut longer = draft.clone();
        longer.args.push(0);
        assert_eq!(honest.check(&longer).err(), Some(kind));
    }
}

#[test]
fn a_seizure_takes_the_notes_that_its_opening_says() {
    let honest = seizing();
    let draft = draft(&honest);
    let source = Source::Seizure {
        from: address(1),
        change: Amount::new(100),
    };
    assert_eq!(honest.check(&draft).unwrap().source, source);
    // Somebody else's notes than the order's, more of them, or another commitment.
    for second in [taken(3, 100, 9), taken(1, 0, 9), taken(1, 100, 10)] {
        let refused = opening(second).check(&draft);
        assert_eq!(refused.err(), Some(OpeningError::Source));
    }
    let refused = issuing().check(&draft);
    assert_eq!(refused.err(), Some(OpeningError::NotAnIssue));
}

#[test]
fn an_issue_puts_the_value_into_circulation_that_its_opening_says() {
    let honest = issuing();
    let draft = draft(&honest);
    assert_eq!(honest.check(&draft).unwrap().source, Source::Issue);
    // The note is as said, and what is counted as issued is more, or blinded otherwise.
    let Second::Issue { blinding } = &honest.second else {
        panic!("an issue")
    };
    let more = ValueCommitment::commit(Amount::new(201), blinding);
    let cm1 = borsh::from_slice::<IssueMsg>(&draft.args).unwrap().cm1;
    let lying = TxBody {
        args: borsh::to_vec(&issue(cm1, &more)).unwrap(),
        ..draft.clone()
    };
    assert_eq!(honest.check(&lying).err(), Some(OpeningError::Value));
    let refused = opening(issued(10)).check(&draft);
    assert_eq!(refused.err(), Some(OpeningError::Value));
    let refused = seizing().check(&draft);
    assert_eq!(refused.err(), Some(OpeningError::NotASeizure));
    // A backed issue hides the same.
    let backed = TxBody {
        entry: EntryName::new(ISSUE_BACKED).unwrap(),
        ..draft.clone()
    };
    assert_eq!(honest.check(&backed), honest.check(&draft));
}

#[test]
fn an_assembled_issue_comes_with_its_opening() {
    let (chain, wallets) = TestChain::with_participants(&[1]);
    let view = wallets[0].view();
    let request = IssueRequest {
        to: wallets[0].address(),
        amount: Amount::new(70),
        text: MemoText::new("deposit").unwrap(),
        nonce: view.issue_nonce(),
        expiry: Height(chain.height() + 10),
    };
    let rng = &mut StdRng::seed_from_u64(9);
    let (unproven, opening) = Unproven::issue_opened(view, &request, rng).unwrap();
    let opened = opening.check(unproven.body()).unwrap();
    assert_eq!((opened.to, opened.amount), (request.to, request.amount));
    let (other, _) = Unproven::issue_opened(view, &request, rng).unwrap();
    let refused = opening.check(other.body());
    assert_eq!(refused.err(), Some(OpeningError::Payee));
}

#[test]
fn the_order_is_the_one_whose_hash_is_in_the_draft() {
    let draft = draft(&seizing());
    let (order, other) = (blake3::hash(ORDER), blake3::hash(b"another order"));
    assert_eq!(check_order(&draft, Some(&order)), Ok(order));
    assert_eq!(check_order(&draft, None), Ok(order));
    let refused = check_order(&draft, Some(&other));
    assert_eq!(refused, Err(OpeningError::Order(order)));
}

#[test]
fn the_file_says_the_same_and_damage_is_noticed() {
    let seizure: [(&str, &str); 4] = [
        ("obolus.seizure-opening/1", "obolus.issue-opening/1"),
        ("\"change_randomness\": \"", "\"change_randomness\": \"ff"),
        ("\"change\": 100,", ""),
        ("\"text\"", "\"value_randomness\": \"00\", \"text\""),
    ];
    let issue = [
        ("obolus.issue-opening/1", "obolus.seizure-opening/1"),
        ("\"value_randomness\": \"", "\"value_randomness\": \"ff"),
        ("\"text\"", "\"change\": 1, \"text\""),
        ("-opening/1", "-opening/2"),
    ];
    for (opening, kind) in [(seizing(), seizure), (issuing(), issue)] {
        let draft = draft(&opening);
        let tx = draft.digest();
        let json = opening.to_json(&tx, Network::Test);
        assert!(json.len() < CAPACITY);
        let (again, network) = Opening::from_json(&json, &tx).unwrap();
        assert_eq!(network, Network::Test);
        assert_eq!(again.check(&draft), opening.check(&draft));

        let other = TxDigest([3; 32]);
        let refused = Opening::from_json(&json, &other).err();
        assert_eq!(refused, Some(OpeningError::OtherDraft(tx)));
        let text = String::from_utf8(json.to_vec()).unwrap();
        let both = [
            ("\"to\": \"obolt1", "\"to\": \"obolt2"),
            ("\"amount\": 200", "\"amount\": -200"),
            ("\"blind\": \"", "\"blind\": \"0"),
            ("\"text\"", "\"other\": 1, \"text\""),
        ];
        for (old, new) in kind.into_iter().chain(both) {
            assert!(text.contains(old), "{old}");
            let damaged = text.replacen(old, new, 1);
            let refused = Opening::from_json(damaged.as_bytes(), &tx);
            assert!(
                matches!(refused, Err(OpeningError::Malformed(_))),
                "{new}: {refused:?}"
            );
        }
        for end in 0..text.trim_end().len() {
            assert!(Opening::from_json(&json[..end], &tx).is_err());
        }
    }
}

#[test]
fn the_longest_text_leaves_no_copy_behind() {
    for mut longest in [seizing(), issuing()] {
        longest.text = MemoText::new("\u{1}".repeat(MemoText::MAX_BYTES)).unwrap();
        let json = longest.to_json(&TxDigest([3; 32]), Network::Main);
        assert_eq!(json.capacity(), CAPACITY);
    }
}
