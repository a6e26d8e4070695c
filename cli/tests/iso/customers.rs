//! Other customers of the same bank under a reference that was used: their payments are not the one that was made. Nor are texts
//! that look like one.

use super::bank::{Bank, UETRS, pacs008, three};

/// The first transfer of [`three`] with another debtor or creditor: the memo, and so the ledger, says the same of both.
pub fn are_not_taken_for_the_first(bank: &Bank) {
    for (number, (own, other)) in [
        ("<Dbtr><Nm>Muster Inc", "<Dbtr><Nm>Other Inc"),
        ("<Cdtr><Nm>Sample Ltd", "<Cdtr><Nm>Other Ltd"),
    ]
    .into_iter()
    .enumerate()
    {
        let file = format!("customer-{number}.xml");
        bank.write(&file, &three().replacen(own, other, 1));
        let (status, paid) = bank.pay(&file, &format!("customer-report-{number}.xml"));
        assert_eq!(status, 1, "{paid}");
        let told = bank.desk.run(&Bank::status(&file, "alice"));
        for report in [&paid, &told.json] {
            let [first, _, third] = [0, 1, 2].map(|row| &report["payments"][row]);
            assert_eq!(
                (&first["status"], &first["reason"]),
                (&"RJCT".into(), &"DU03".into())
            );
            assert_eq!(
                (&third["uetr"], &third["status"]),
                (&UETRS[2].into(), &"ACSC".into())
            );
        }
    }
    assert_eq!(bank.desk.available("alice"), "967.50");
}

/// A directory that was made again from the seed has the ledger alone, and the ledger does not say in whose name a bank pays.
pub fn are_unknown_after_a_restore(bank: &Bank, wallet: &str) {
    let (_, paid) = bank.pay_from(wallet, "customer-0.xml", "customer-report-2.xml");
    assert_eq!(paid["payments"][0]["status"], "ACSC", "{paid}");
    assert_eq!(bank.desk.available(wallet), "967.50");
}

/// Whatever a customer has written with a payment, the message that comes later is paid.
pub fn cannot_write_what_a_message_orders(bank: &Bank) {
    let desk = &bank.desk;
    let carol = desk.wallet("carol");
    let payee = carol["address"].as_str().unwrap();
    let memo = format!("OBP1|u={}|e=E2E-3|r=Invoice of E2E-3", UETRS[2]);
    let rows = format!("to,amount,text,id\n{payee},0.05,good,\n{payee},0.05,{memo},\n");
    bank.write("rows.csv", &rows);
    let to = ["--to", payee];
    let amount = ["--amount", "0.05", "--text", &memo];
    let from = ["--wallet", "alice"];
    for words in [
        [&["wallet", "send"], &from[..], &to, &amount].concat(),
        [&["wallet", "send"], &from[..], &["--batch", "rows.csv"]].concat(),
        [&["wallet", "sweep"], &from[..], &to, &amount[2..]].concat(),
    ] {
        let refused = desk.run(&words);
        assert_eq!(refused.status, 2, "{words:?}: {refused:?}");
        assert!(refused.said.contains("obolus iso pay"), "{refused:?}");
    }
    assert_eq!(desk.available("alice"), "10000.00");
    let ordered = pacs008("LATER", "8.00", &[(UETRS[2], "E2E-3", "8.00", "BOBBUS33")]);
    bank.write("later.xml", &ordered);
    let (status, paid) = bank.pay("later.xml", "later-report.xml");
    assert_eq!(status, 0, "{paid}");
    assert_eq!(paid["payments"][0]["status"], "ACSC");
    // The refused text was the ordered payment's own.
    let sent = desk.entries("alice", "sent");
    let texts: Vec<_> = sent.iter().map(|entry| entry["text"].as_str()).collect();
    assert_eq!(texts, [Some(memo.as_str())]);
    assert_eq!(desk.available("alice"), "9992.00");
}
