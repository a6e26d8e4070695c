//! Two banks on a node, and their auditor.

use serde_json::Value;

use crate::common::desk::{Desk, Ran};

pub const RULES: &str = r#"
[[structuring]]
name = "just below 100"
above = "90.00"
below = "100.00"
count = 3
window = "24h"

[[large]]
name = "reportable"
amount = "500.00"

[[sanctions]]
name = "list"
list = "listed.txt"
"#;

/// Two banks that paid each other.
pub struct Town {
    pub desk: Desk,
    pub north: String,
    pub south: String,
}

impl Town {
    pub fn new() -> Self {
        let desk = Desk::new();
        let address = |made: Value| made["address"].as_str().unwrap().to_owned();
        let (north, south) = (address(desk.wallet("north")), address(desk.wallet("south")));
        desk.issue(&north, "1000.00");
        let town = Self { desk, north, south };
        for (amount, text) in [("95.00", "first"), ("99.99", "second"), ("90.00", "third")] {
            town.pay("north", &town.south, amount, text);
        }
        town.pay("south", &town.north, "12.34", "back");
        town.desk.ok(&[
            "wallet",
            "redeem",
            "--wallet",
            "south",
            "--amount",
            "100.00",
            "--payout",
            "account 1",
        ]);
        town
    }

    pub fn pay(&self, from: &str, to: &str, amount: &str, text: &str) {
        let words = [
            "wallet", "send", "--wallet", from, "--to", to, "--amount", amount, "--text", text,
        ];
        self.desk.ok(&words);
    }

    pub fn audit(&self, words: &[&str]) -> Ran {
        let key = self.desk.dev("auditor.key");
        let mut all = vec!["audit"];
        all.extend(words);
        all.extend(["--key", key.to_str().unwrap()]);
        self.desk.run(&all)
    }

    pub fn ok(&self, words: &[&str]) -> Value {
        let ran = self.audit(words);
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        ran.json
    }

    pub fn sync(&self, index: &str) -> Value {
        let token = self.desk.token();
        self.ok(&["sync", "--index", index, "--token", token.to_str().unwrap()])
    }
}
