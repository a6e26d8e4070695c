//! Other customers of the same bank under a reference that was used: their payments are not the one that was made.

use super::bank::{Bank, UETRS, three};

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
