use obolus_abi::{ChainId, ContractId, FieldBytes, PointBytes, token::TransferMsg};
use obolus_protocol::{
    FullViewingKey, Seed,
    tx::{EntryName, Height},
};
use rand::{SeedableRng, rngs::StdRng};

use super::*;

const ORDER: &[u8] = b"court order 7 O 118/26";

fn address(seed: u8) -> Address {
    FullViewingKey::from_seed(&Seed::new([seed; 32])).address()
}

/// 200 of slot 1's notes for slot 2, with 100 that return.
fn opening() -> SeizureOpening {
    let rng = &mut StdRng::seed_from_u64(9);
    SeizureOpening {
        seizure: Seizure {
            from: address(1),
            to: address(2),
            amount: Amount::new(200),
            change: Amount::new(100),
            text: MemoText::new("recovered").unwrap(),
        },
        blind: Blind::random(rng),
        change_rcm: Rcm::random(rng),
    }
}

fn draft(opening: &SeizureOpening) -> TxBody {
    let token = ContractId([5; 32]);
    let note = |value: Amount, to: &Address, rcm| Note {
        value,
        owner: to.owner,
        rcm,
    };
    let Seizure {
        from,
        to,
        amount,
        change,
        text,
    } = &opening.seizure;
    let paid = note(*amount, to, opening.blind.rcm(&token, text));
    let back = note(*change, from, opening.change_rcm.clone());
    let none = FieldBytes::ZERO;
    let point = PointBytes([0; PointBytes::LEN]);
    let message = SeizeMsg {
        transfer: TransferMsg {
            anchor: none,
            sender_root: none,
            recipient_root: none,
            nf1: none,
            nf2: none,
            cm1: paid.commitment().to_bytes(),
            cm2: back.commitment().to_bytes(),
            rk: point,
            r: point,
            c1: none,
            c2: none,
        },
        case: *blake3::hash(ORDER).as_bytes(),
    };
    TxBody {
        chain: ChainId([1; 32]),
        expiry: Height(9),
        contract: token,
        entry: EntryName::new(SEIZE).unwrap(),
        args: borsh::to_vec(&message).unwrap(),
        memos: Vec::new(),
    }
}

#[test]
fn a_draft_is_what_its_opening_says_and_nothing_else() {
    let honest = opening();
    let draft = draft(&honest);
    assert_eq!(honest.check(&draft), Ok(honest.seizure.clone()));

    let lie = |change: &dyn Fn(&mut SeizureOpening)| {
        let mut lying = honest.clone();
        change(&mut lying);
        lying.check(&draft)
    };
    let payee = Err(OpeningError::Payee);
    assert_eq!(lie(&|o| o.seizure.to = address(3)), payee);
    assert_eq!(lie(&|o| o.seizure.amount = Amount::new(199)), payee);
    assert_eq!(
        lie(&|o| o.seizure.text = MemoText::new("fine").unwrap()),
        payee
    );
    let other = || Blind::random(&mut StdRng::seed_from_u64(10));
    assert_eq!(lie(&|o| o.blind = other()), payee);
    // Somebody else's notes than the order's, or more of them.
    let source = Err(OpeningError::Source);
    assert_eq!(lie(&|o| o.seizure.from = address(3)), source);
    assert_eq!(lie(&|o| o.seizure.change = Amount::ZERO), source);
    let other = || Rcm::random(&mut StdRng::seed_from_u64(10));
    assert_eq!(lie(&|o| o.change_rcm = other()), source);

    // Another token binds the text with another randomness.
    let elsewhere = TxBody {
        contract: ContractId([6; 32]),
        ..draft.clone()
    };
    assert_eq!(honest.check(&elsewhere), payee);
    let no_seizure = TxBody {
        entry: EntryName::new("transfer").unwrap(),
        ..draft.clone()
    };
    assert_eq!(honest.check(&no_seizure), Err(OpeningError::NotASeizure));
    let mut longer = draft.clone();
    longer.args.push(0);
    assert_eq!(honest.check(&longer), Err(OpeningError::NotASeizure));
}

#[test]
fn the_order_is_the_one_whose_hash_is_in_the_draft() {
    let draft = draft(&opening());
    let (order, other) = (blake3::hash(ORDER), blake3::hash(b"another order"));
    assert_eq!(check_order(&draft, Some(&order)), Ok(order));
    assert_eq!(check_order(&draft, None), Ok(order));
    let refused = check_order(&draft, Some(&other));
    assert_eq!(refused, Err(OpeningError::Order(order)));
}

#[test]
fn the_file_says_the_same_and_damage_is_noticed() {
    let opening = opening();
    let draft = draft(&opening);
    let tx = draft.digest();
    let json = opening.to_json(&tx, Network::Test);
    assert!(json.len() < CAPACITY);
    let (again, network) = SeizureOpening::from_json(&json, &tx).unwrap();
    assert_eq!(network, Network::Test);
    assert_eq!(again.check(&draft), Ok(opening.seizure.clone()));

    let other = TxDigest([3; 32]);
    let refused = SeizureOpening::from_json(&json, &other).err();
    assert_eq!(refused, Some(OpeningError::OtherDraft(tx)));
    let text = String::from_utf8(json.to_vec()).unwrap();
    for (old, new) in [
        ("obolus.seizure-opening/1", "obolus.seizure-opening/2"),
        ("\"to\": \"obolt1", "\"to\": \"obolt2"),
        ("\"amount\": 200", "\"amount\": -200"),
        ("\"blind\": \"", "\"blind\": \"0"),
        ("\"change_randomness\": \"", "\"change_randomness\": \"ff"),
        ("\"text\"", "\"other\": 1, \"text\""),
    ] {
        assert!(text.contains(old), "{old}");
        let damaged = text.replacen(old, new, 1);
        let refused = SeizureOpening::from_json(damaged.as_bytes(), &tx);
        assert!(
            matches!(refused, Err(OpeningError::Malformed(_))),
            "{new}: {refused:?}"
        );
    }
    for end in 0..text.trim_end().len() {
        assert!(SeizureOpening::from_json(&json[..end], &tx).is_err());
    }
}

#[test]
fn the_longest_text_leaves_no_copy_behind() {
    let mut longest = opening();
    longest.seizure.text = MemoText::new("\u{1}".repeat(MemoText::MAX_BYTES)).unwrap();
    let json = longest.to_json(&TxDigest([3; 32]), Network::Main);
    assert_eq!(json.capacity(), CAPACITY);
}
