//! Disclosed payments.

use super::super::disclosure::judge;
use super::*;

const AMOUNT: u64 = 123_456;

fn alpha() -> Randomizer {
    Randomizer::random(&mut StdRng::seed_from_u64(6))
}

fn note() -> Note {
    Note {
        value: Amount::new(AMOUNT),
        owner: keys(2).owner(),
        rcm: Rcm::new(Fr::from(5_u64)),
    }
}

/// Participant 1 pays participant 2.
fn transfer() -> TxBody {
    let zero = FieldBytes::ZERO;
    let message = TransferMsg {
        anchor: zero,
        sender_root: zero,
        recipient_root: zero,
        nf1: zero,
        nf2: zero,
        cm1: note().commitment().to_bytes(),
        cm2: zero,
        rk: alpha().randomize(keys(1).ak.point()).encode(),
        r: PointBytes::IDENTITY,
        c1: zero,
        c2: zero,
    };
    body(TOKEN, "transfer", &message)
}

/// The same amount is issued to participant 2.
fn issue(entry: &str) -> TxBody {
    let zero = FieldBytes::ZERO;
    let message = IssueMsg {
        recipient_root: zero,
        cm1: note().commitment().to_bytes(),
        cv: PointBytes::IDENTITY,
        r: PointBytes::IDENTITY,
        c1: zero,
        c2: zero,
        c3: zero,
        nonce: 0,
    };
    body(TOKEN, entry, &message)
}

fn disclosure(payer: Option<Randomizer>, by: u8) -> Disclosure {
    let opening = Opening {
        chain: CHAIN,
        token: TOKEN,
        tx: TX,
        height: Height(20),
        amount: Amount::new(AMOUNT),
        payee: keys(2).owner(),
        rcm: RcmSource::Free(note().rcm),
        text: MemoText::default(),
        payer,
    };
    let key = SpendingKey::from_seed(&seed(by));
    Disclosure::sign(
        opening,
        audience("Tax office"),
        &key,
        &mut StdRng::seed_from_u64(2),
    )
}

fn verdict(
    disclosure: &Disclosure,
    to: &Audience,
    table: &Table,
    calls: &[TxBody],
) -> Result<Shown, Finding> {
    let (token, circuits, rules) = (token(), circuits(&[]), rules(Policy::default()));
    judge(
        disclosure,
        to,
        &Ledger {
            token: &token,
            circuits: &circuits,
            rules: &rules,
            facts: table,
            seen: &seen(&[1, 2, 3], calls),
        },
    )
}

#[test]
fn a_payment_is_shown_with_its_parties() {
    let to = audience("Tax office");
    let address = |number| keys(number).address().encode(Network::Test);
    for by in [1, 2] {
        let made = disclosure(Some(alpha()), by);
        let shown = verdict(&made, &to, &Table::default(), &[transfer()]).unwrap();
        assert_eq!(fact(&shown, "amount"), "1234.56 USD");
        assert_eq!(fact(&shown, "payer"), address(1));
        assert_eq!(fact(&shown, "payee"), address(2));
        assert_eq!(fact(&shown, "discloser"), address(by));
        assert!(
            shown.facts.iter().all(|(name, _)| *name != "text"),
            "no commitment binds one"
        );
    }
    for entry in ["issue", "issue_backed"] {
        let issued = verdict(
            &disclosure(None, 2),
            &to,
            &Table::default(),
            &[issue(entry)],
        )
        .unwrap();
        assert!(issued.facts.iter().all(|(name, _)| *name != "payer"));
    }
}

#[test]
fn what_settlement_contracts_passed_on_counts_where_it_is_known() {
    let table = Table {
        passed_on: vec![Payment {
            paid: note().commitment(),
            rk: None,
        }],
        ..Table::default()
    };
    let to = audience("Tax office");
    verdict(&disclosure(None, 2), &to, &table, &[]).unwrap();
    assert_eq!(
        code(verdict(&disclosure(None, 2), &to, &Table::default(), &[])),
        (Fault::Invalid, "no_payment")
    );
}

#[test]
fn another_recipient_payer_or_discloser_learns_and_shows_nothing() {
    let (to, table) = (audience("Tax office"), Table::default());
    let refused = |made: &Disclosure, to: &Audience, call| code(verdict(made, to, &table, &[call]));
    assert_eq!(
        refused(&disclosure(None, 2), &audience("Court"), transfer()),
        (Fault::Refused, "other_request")
    );
    let other = Randomizer::random(&mut StdRng::seed_from_u64(60));
    assert_eq!(
        refused(&disclosure(Some(other), 2), &to, transfer()),
        (Fault::Invalid, "payer")
    );
    assert_eq!(
        refused(&disclosure(None, 3), &to, transfer()),
        (Fault::Invalid, "discloser")
    );
    let mut changed = transfer();
    let mut message: TransferMsg = borsh::from_slice(&changed.args).unwrap();
    message.cm1 = FieldBytes::from_u64(1);
    changed.args = borsh::to_vec(&message).unwrap();
    assert_eq!(
        refused(&disclosure(None, 2), &to, changed),
        (Fault::Invalid, "commitment")
    );
}
