//! A market: a node with two tokens and the settlement contracts, and members with a wallet of each token.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::desk::{Desk, Ran};
use super::node::{Starting, command};

/// Dollars and euros, members, contracts.
pub struct Market {
    pub desk: Desk,
    contracts: toml::Table,
}

impl Market {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut node = command(&directory.path().join("node"));
        node.arg("--settlement");
        let node = Starting::spawn(node).wait().expect("the node starts");
        let desk = Desk { directory, node };
        let ids = std::fs::read_to_string(desk.dev("settlement.toml")).unwrap();
        Self {
            desk,
            contracts: ids.parse().unwrap(),
        }
    }

    pub fn contract(&self, name: &str) -> String {
        self.contracts[name].as_str().unwrap().to_owned()
    }

    fn token(&self, token: &str) -> PathBuf {
        self.desk.dev(match token {
            "usd" => "token.toml",
            _ => "eur.toml",
        })
    }

    /// A member with registered wallets `NAME-usd` and `NAME-eur` of one seed. Returns its address.
    pub fn member(&self, name: &str) -> String {
        let dollars = format!("{name}-usd");
        let made = self.init(&dollars);
        let seed = made["seed"].as_str().unwrap();
        std::fs::write(self.desk.path(&format!("{name}.seed")), seed).unwrap();
        self.restore(name, "eur", &format!("{name}-eur"));
        for token in ["usd", "eur"] {
            let (wallet, file) = (format!("{name}-{token}"), format!("{name}-{token}.json"));
            let apply = ["wallet", "apply", "--wallet", &wallet, "--out", &file];
            self.desk.ok(&apply);
            self.role("registrar", token, &["registrar", "add", &file]);
        }
        made["address"].as_str().unwrap().to_owned()
    }

    /// A wallet of dollars that nobody has registered.
    pub fn init(&self, wallet: &str) -> Value {
        let token = self.token("usd");
        let token = token.to_str().unwrap();
        let init = ["wallet", "init", "--wallet", wallet, "--token", token];
        let init = [&init[..], &["--scrypt", "4", "--show-seed"]].concat();
        self.desk.ok(&init)
    }

    /// Another directory of a member's wallet, from its seed.
    pub fn restore(&self, name: &str, token: &str, wallet: &str) {
        let (seed, token) = (format!("{name}.seed"), self.token(token));
        let token = token.to_str().unwrap();
        let restore = ["wallet", "restore", "--wallet", wallet, "--token", token];
        let restore = [&restore[..], &["--seed-file", &seed, "--scrypt", "4"]].concat();
        self.desk.ok(&restore);
    }

    fn role(&self, role: &str, token: &str, words: &[&str]) {
        let mut command = self.desk.command(words);
        command.arg("--token").arg(self.token(token));
        for holder in [1, 2] {
            let key = self.desk.dev(&format!("{role}-{holder}.key"));
            command.arg("--key").arg(key);
        }
        let ran = Ran::new(command.arg("--json").output().unwrap());
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
    }

    pub fn issue(&self, token: &str, to: &str, amount: &str) {
        let words = ["issuer", "issue", "--to", to, "--amount", amount];
        self.role("issuer", token, &words);
    }

    /// `obolus deal` with these wallets, by their directories.
    pub fn command(&self, wallets: &[&str], words: &[&str]) -> Command {
        let mut command = self.desk.command(&["deal"]);
        command.args(words).arg("--json");
        for wallet in wallets {
            command.arg("--wallet").arg(wallet);
        }
        command
    }

    pub fn run(&self, wallets: &[&str], words: &[&str]) -> Ran {
        Ran::new(self.command(wallets, words).output().unwrap())
    }

    /// Runs to a good end.
    pub fn ok(&self, wallets: &[&str], words: &[&str]) -> Value {
        let ran = self.run(wallets, words);
        assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        ran.json
    }

    /// Runs to a failure with this status, whose message says this.
    pub fn fails(&self, wallets: &[&str], words: &[&str], status: i32, says: &str) -> Ran {
        let ran = self.run(wallets, words);
        assert_eq!(ran.status, status, "{words:?}: {ran:?}");
        assert!(ran.said.contains(says), "{words:?}: {ran:?}");
        ran
    }

    /// The leg's state as a wallet sees it.
    pub fn leg(&self, wallets: &[&str], deal: &str, leg: usize) -> String {
        let shown = self.ok(wallets, &["show", deal]);
        shown["legs"][leg]["state"].as_str().unwrap().to_owned()
    }
}

/// The verbs that are told to be next.
pub fn next(shown: &Value) -> Vec<String> {
    let next = shown["next"].as_array().unwrap().iter();
    next.map(|next| next["verb"].as_str().unwrap().to_owned())
        .collect()
}
