//! Two banks on a development chain, and the messages that one of them gets.

use std::process::Stdio;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::Value;

use super::super::common::desk::Desk;
use super::receiver::SECRET;

pub const UETRS: [&str; 3] = [
    "10000000-0000-4000-8000-000000000001",
    "10000000-0000-4000-8000-000000000002",
    "10000000-0000-4000-8000-000000000003",
];
/// The day of all messages.
static DAY: LazyLock<String> = LazyLock::new(today);

pub fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

/// A desk with two banks in the book, the first with money.
pub struct Bank {
    pub desk: Desk,
}

impl Bank {
    pub fn new() -> Self {
        let desk = Desk::new();
        let made = desk.wallet("alice");
        let alice = text(&made, "address");
        std::fs::write(desk.path("alice.seed"), text(&made, "seed")).unwrap();
        let bob = text(&desk.wallet("bob"), "address");
        desk.issue(&alice, "1000.00");
        let book = format!(
            "[[participant]]\nname = \"Alice Bank\"\nbic = \"ALICUS33\"\naddress = \"{alice}\"\n\n\
             [[participant]]\nname = \"Bob Bank\"\nbic = \"BOBBUS33\"\naddress = \"{bob}\"\n"
        );
        std::fs::write(desk.path("book.toml"), book).unwrap();
        std::fs::write(desk.path("secret"), format!("{SECRET}\n")).unwrap();
        Self { desk }
    }

    pub fn write(&self, name: &str, content: &str) {
        std::fs::write(self.desk.path(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.desk.path(name)).unwrap()
    }

    /// `iso pay` of a message, with its status and result.
    pub fn pay(&self, message: &str, report: &str) -> (i32, Value) {
        self.pay_from("alice", message, report)
    }

    /// The same from another directory.
    pub fn pay_from(&self, wallet: &str, message: &str, report: &str) -> (i32, Value) {
        let words = Self::paying(message, wallet);
        let ran = self
            .desk
            .run(&[&words[..], &["--status-out", report]].concat());
        assert!(ran.json.is_object(), "{ran:?}");
        (ran.status, ran.json)
    }

    /// Words of `iso pay`. Midnight may pass between a message and its payment.
    fn paying<'a>(message: &'a str, wallet: &'a str) -> Vec<&'a str> {
        let mut words = vec!["iso", "pay", message, "--wallet", wallet];
        words.extend(["--participants", "book.toml"]);
        if today() != *DAY {
            words.extend(["--business-day", DAY.as_str()]);
        }
        words
    }

    /// Another directory of alice's wallet, from its seed.
    pub fn restore(&self, wallet: &str) {
        let token = self.desk.token();
        let restore = ["wallet", "restore", "--wallet", wallet, "--token"];
        let seed = ["--seed-file", "alice.seed", "--scrypt", "4"];
        let words = [&restore[..], &[token.to_str().unwrap()], &seed].concat();
        self.desk.ok(&words);
    }

    /// Words of `iso status`.
    pub fn status<'a>(message: &'a str, wallet: &'a str) -> [&'a str; 7] {
        [
            "iso",
            "status",
            message,
            "--wallet",
            wallet,
            "--participants",
            "book.toml",
        ]
    }

    /// `iso pay` of a message, killed after so long.
    pub fn pay_and_kill(&self, message: &str, life: Duration) {
        let mut payer = self
            .desk
            .command(&Self::paying(message, "alice"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(life);
        payer.kill().unwrap();
        payer.wait().unwrap();
    }

    /// Words of a watcher of alice's wallet.
    pub fn watch<'a>(verb: &'a str, url: &'a str) -> Vec<&'a str> {
        vec![
            "iso",
            verb,
            "--wallet",
            "alice",
            "--webhook",
            url,
            "--secret-file",
            "secret",
        ]
    }

    pub fn statement(&self, wallet: &str, file: &str) -> Value {
        let today = today();
        self.desk.ok(&[
            "iso",
            "statement",
            "--wallet",
            wallet,
            "--participants",
            "book.toml",
            "--from",
            "2020-01-01",
            "--to",
            &today,
            "--out",
            file,
        ])
    }
}

/// Today in UTC, as messages write it.
pub fn today() -> String {
    let output = std::process::Command::new("date")
        .args(["-u", "+%F"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A transfer: its UETR, end-to-end id, amount, and the bank that is paid.
pub type Line<'a> = (&'a str, &'a str, &'a str, &'a str);

/// A message with these transfers, whose sum is `sum`.
pub fn pacs008(id: &str, sum: &str, lines: &[Line<'_>]) -> String {
    let transfers: String = lines
        .iter()
        .map(|(uetr, end_to_end, amount, bic)| {
            format!(
                "<CdtTrfTxInf><PmtId><EndToEndId>{end_to_end}</EndToEndId><UETR>{uetr}</UETR></PmtId>\
                 <IntrBkSttlmAmt Ccy=\"USD\">{amount}</IntrBkSttlmAmt><ChrgBr>SHAR</ChrgBr>\
                 <Dbtr><Nm>Muster Inc</Nm></Dbtr>\
                 <DbtrAgt><FinInstnId><BICFI>ALICUS33</BICFI></FinInstnId></DbtrAgt>\
                 <CdtrAgt><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></CdtrAgt>\
                 <Cdtr><Nm>Sample Ltd</Nm></Cdtr>\
                 <RmtInf><Ustrd>Invoice of {end_to_end}</Ustrd></RmtInf></CdtTrfTxInf>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08\"><FIToFICstmrCdtTrf><GrpHdr>\
         <MsgId>{id}</MsgId><CreDtTm>{day}T06:00:00+00:00</CreDtTm><NbOfTxs>{count}</NbOfTxs>\
         <CtrlSum>{sum}</CtrlSum><IntrBkSttlmDt>{day}</IntrBkSttlmDt>\
         <SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>{transfers}</FIToFICstmrCdtTrf></Document>",
        day = *DAY,
        count = lines.len(),
    )
}

pub fn three() -> String {
    pacs008(
        "THREE",
        "42.50",
        &[
            (UETRS[0], "E2E-1", "30.00", "BOBBUS33"),
            (UETRS[1], "E2E-2", "10.00", "NOBOUS33"),
            (UETRS[2], "E2E-3", "2.50", "BOBBUS33"),
        ],
    )
}
