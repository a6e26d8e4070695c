//! Everything that is written, and every sample, against the XML schemas, by `xmllint`.
//!
//! Where the schemas come from is said in `tests/data/schemas/README.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use obolus_iso20022::Batch;

use crate::common::{
    bank_transfer, batch, data, long_transfer, sample, short_transfer, terms, three,
};
use crate::{reports, statuses};

const MISSING: &str =
    "these tests need xmllint and Python: run `apt-get install libxml2-utils python3 python3-venv`";

/// Whether the programs are there. Without them the tests are skipped on a developer's machine and fail in CI.
fn installed() -> bool {
    let answers = |program: &str, arguments: &[&str]| {
        let asked = Command::new(program).args(arguments).output();
        asked.is_ok_and(|output| output.status.success())
    };
    let found =
        answers("xmllint", &["--version"]) && answers("python3", &["-c", "import ensurepip, venv"]);
    assert!(found || std::env::var_os("CI").is_none(), "{MISSING}");
    if !found {
        eprintln!("SKIPPED: {MISSING}");
    }
    found
}

fn run(program: impl AsRef<Path>, arguments: &[&str], directory: &Path) -> Output {
    let program = program.as_ref();
    let mut command = Command::new(program);
    // Nothing of pip's lands outside of target/.
    command
        .args(arguments)
        .current_dir(directory)
        .env("PIP_CACHE_DIR", directory.join("pip-cache"));
    command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()))
}

fn succeed(program: impl AsRef<Path>, arguments: &[&str], directory: &Path) {
    let output = run(program, arguments, directory);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}\n{said}");
}

/// A folder with a schema for each message, made once for each state of what it is made of.
fn schemas() -> PathBuf {
    // Of the tests of one process, the first makes it and the others wait.
    static MAKING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _guard = MAKING.lock();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let pins = sample("schemas/requirements.txt");
    let hashes: String = pins
        .split("sha256:")
        .skip(1)
        .map(|hash| &hash[..8])
        .collect();
    let packages = target.join(format!("iso20022-{hashes}"));
    if !packages.exists() {
        let fresh = tempfile::tempdir_in(target).unwrap();
        succeed("python3", &["-m", "venv", "venv"], fresh.path());
        let requirements = data("schemas/requirements.txt");
        let mut arguments = vec![
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        // Files alone are wanted: nothing is built, run or needed by them.
        arguments.extend([
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--ignore-requires-python",
        ]);
        arguments.extend([
            "--target",
            "packages",
            "--requirement",
            requirements.to_str().unwrap(),
        ]);
        succeed(
            fresh.path().join("venv/bin/python"),
            &arguments,
            fresh.path(),
        );
        // Whole or not at all; another process may have been faster.
        let renamed = fs::rename(fresh.path().join("packages"), &packages);
        assert!(renamed.is_ok() || packages.exists(), "{renamed:?}");
    }
    packages
}

/// The schema of a message. Ours have the top of the message alone and take the types below it from `pacs.008.001.08`.
fn schema(name: &str, folder: &Path) -> PathBuf {
    let base = schemas();
    let camt = base.join(format!("camt053/xsd/{name}.xsd"));
    if camt.exists() {
        return camt;
    }
    let official = base.join("pacs008/templates/pacs.008.001.08/pacs.008.001.08.xsd");
    if name == "pacs.008.001.08" {
        return official;
    }
    let types = fs::read_to_string(official).unwrap();
    let types = types.replace("pacs.008.001.08", name);
    let document = "    <xs:element name=\"Document\" type=\"Document\"/>\n";
    let (before, after) = types.split_once(document).unwrap();
    let start = after
        .find("    <xs:complexType name=\"Document\">")
        .unwrap();
    let end =
        start + after[start..].find("</xs:complexType>\n").unwrap() + "</xs:complexType>\n".len();
    let ours = sample(&format!("schemas/{name}.xsd"));
    let (_, top) = ours.split_once(document).unwrap();
    let path = folder.join(format!("{name}.xsd"));
    fs::write(
        &path,
        format!(
            "{before}{document}{}{}{top}",
            &after[..start],
            after[end..].replace("</xs:schema>", "")
        ),
    )
    .unwrap();
    path
}

/// What xmllint says against a message, or nothing if it is valid.
fn complaint(message: &str, name: &str) -> Option<String> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let schema = schema(name, folder.path());
    let file = folder.path().join("message.xml");
    fs::write(&file, message).unwrap();
    let arguments = [
        "--noout",
        "--nonet",
        "--schema",
        schema.to_str().unwrap(),
        file.to_str().unwrap(),
    ];
    let output = run("xmllint", &arguments, folder.path());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // 3 and 4: not valid. Anything else is a fault of the test, such as a schema that is none.
    match output.status.code() {
        Some(0) => None,
        Some(3 | 4) => Some(said),
        _ => panic!("{said}"),
    }
}

fn assert_valid(message: &str, name: &str) {
    assert!(
        message.contains(&format!("\"urn:iso:std:iso:20022:tech:xsd:{name}\"")),
        "{name}"
    );
    assert_eq!(complaint(message, name), None, "{message}");
}

#[test]
fn samples_and_payment_messages_are_valid() {
    if !installed() {
        return;
    }
    for (file, name) in [
        ("pacs008-single.xml", "pacs.008.001.08"),
        ("pacs008-batch.xml", "pacs.008.001.08"),
        ("pacs009.xml", "pacs.009.001.08"),
    ] {
        let message = sample(file);
        assert_valid(&message, name);
        let batch = Batch::read(message.as_bytes(), &terms()).unwrap();
        assert_valid(&batch.to_xml(), name);
    }
    assert_valid(&three().to_xml(), "pacs.008.001.08");
    let mut dates = vec![long_transfer(1, "1.00"), short_transfer(2, "2.00")];
    dates[1].settlement_date = obolus_iso20022::Date::new(2026, 12, 1).unwrap();
    assert_valid(&batch(dates).to_xml(), "pacs.008.001.08");
    let mut banks = vec![bank_transfer(1, "1.00"), bank_transfer(2, "2.00")];
    banks[0].previous_agents = long_transfer(1, "1.00").previous_agents;
    banks[0].payment_type = long_transfer(1, "1.00").payment_type;
    banks[0].ultimate_debtor = Some(banks[0].debtor.clone());
    banks[0].ultimate_creditor = Some(banks[0].creditor.clone());
    banks[0].purpose = long_transfer(1, "1.00").purpose;
    assert_valid(&batch(banks).to_xml(), "pacs.009.001.08");
}

#[test]
fn reports_are_valid() {
    if !installed() {
        return;
    }
    assert_valid(&statuses::mixed().to_xml(), "pacs.002.001.10");
    assert_valid(&statuses::rejected().to_xml(), "pacs.002.001.10");
    assert_valid(&reports::statement().to_xml(), "camt.053.001.08");
    assert_valid(&reports::empty_statement().to_xml(), "camt.053.001.08");
    assert_valid(&reports::notification().to_xml(), "camt.054.001.08");
}

/// A schema that lets everything pass would prove nothing.
#[test]
fn the_schemas_refuse_what_is_wrong() {
    if !installed() {
        return;
    }
    for (message, name, from, to) in [
        (
            three().to_xml(),
            "pacs.008.001.08",
            "<ChrgBr>SHAR</ChrgBr>",
            "",
        ),
        (
            three().to_xml(),
            "pacs.008.001.08",
            "<BICFI>MUSTDEFF<",
            "<BICFI>MUST<",
        ),
        (
            sample("pacs009.xml"),
            "pacs.009.001.08",
            "<EndToEndId>NOTPROVIDED</EndToEndId>",
            "",
        ),
        (
            sample("pacs009.xml"),
            "pacs.009.001.08",
            ">25000000.00<",
            ">2500000.000001<",
        ),
        (
            sample("pacs009.xml"),
            "pacs.009.001.08",
            "<Dbtr>",
            "<Tax/><Dbtr>",
        ),
        (
            statuses::mixed().to_xml(),
            "pacs.002.001.10",
            "<TxSts>ACSC<",
            "<TxSts>SETTLED<",
        ),
        (
            statuses::mixed().to_xml(),
            "pacs.002.001.10",
            "<OrgnlMsgNmId>",
            "<X/><OrgnlMsgNmId>",
        ),
        (
            reports::statement().to_xml(),
            "camt.053.001.08",
            "<CdtDbtInd>CRDT</CdtDbtInd>",
            "",
        ),
        (
            reports::notification().to_xml(),
            "camt.054.001.08",
            "<Cd>BOOK</Cd>",
            "",
        ),
    ] {
        assert!(message.contains(from));
        let changed = message.replacen(from, to, 1);
        assert!(
            complaint(&changed, name).is_some(),
            "{name}: {to} for {from}"
        );
    }
}
