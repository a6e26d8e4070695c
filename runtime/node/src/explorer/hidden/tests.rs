use super::*;

const ALL: [Hiding; 5] = [
    Hiding::Transfer,
    Hiding::Issue,
    Hiding::Redeem,
    Hiding::Register,
    Hiding::Nothing,
];

#[test]
fn operator_and_strangers_see_nothing_that_is_hidden() {
    for kind in ALL {
        for secret in kind.secrets() {
            assert_eq!(secret.sight[0], Hidden, "{}", secret.what);
            assert_eq!(secret.sight[3], Hidden, "{}", secret.what);
        }
    }
}

#[test]
fn the_auditor_sees_amounts_and_parties_but_no_memo_and_no_spending_key() {
    for kind in ALL {
        for secret in kind.secrets() {
            let private = [
                "Payment reference",
                "Reference",
                "Payout instruction",
                "Spending key",
            ];
            let expected = if private.contains(&secret.what) {
                Hidden
            } else {
                Sees
            };
            assert_eq!(secret.sight[4], expected, "{}", secret.what);
        }
    }
}

#[test]
fn the_payment_table_is_the_one_of_the_threat_model() {
    let threats = include_str!("../../../../../docs/threats.md");
    let row = |party: &str| {
        let line = threats
            .lines()
            .find(|line| line.starts_with(&format!("| {party}")));
        let cells = line.expect("the party's row").split('|').map(str::trim);
        cells.skip(2).take(3).map(str::to_owned).collect::<Vec<_>>()
    };
    let parties = [
        "operator",
        "payer",
        "payee",
        "other participants",
        "auditor",
        "prover",
    ];
    for (column, party) in parties.into_iter().enumerate() {
        for (place, written) in row(party).iter().enumerate() {
            let expected = match written.as_str() {
                "–" => Hidden,
                "if the memo says so" => IfTold,
                _ => Sees,
            };
            let secret = &TRANSFER[place];
            assert_eq!(secret.sight[column], expected, "{} of {party}", secret.what);
        }
    }
}
