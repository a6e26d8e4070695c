use obolus_verifier::trapdoor::Trapdoor;

use super::*;
use crate::policy::Policy;

#[test]
fn the_circuits_are_those_of_the_golden_files() {
    let items = check_circuits(None);
    assert_eq!(items.len(), 8);
    for item in items {
        assert_eq!(item.outcome, Ok(()), "{}", item.source);
        let digest = item
            .facts
            .iter()
            .find(|(name, _)| *name == "r1cs_digest")
            .unwrap();
        assert_eq!(digest.1.len(), 64);
    }
}

#[test]
fn every_line_of_a_golden_file_that_matters_is_compared() {
    let circuit = circuits()
        .into_iter()
        .find(|c| c.name == CircuitName::REGISTER)
        .unwrap();
    let built = Golden::of(&(circuit.build)());
    let code = |text: &str| built.compare(text).map_err(|finding| finding.code.0);
    assert_eq!(code(circuit.golden), Ok(()));
    let lines: Vec<&str> = circuit.golden.lines().collect();
    let first = lines
        .iter()
        .position(|line| line.starts_with("  "))
        .unwrap();
    let compared: Vec<usize> = (0..5).chain(first..first + 9).collect();
    for at in compared {
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let end = changed[at].trim_end_matches(" *").len();
        let last = changed[at].as_bytes()[end - 1];
        let other = if last == b'1' { "2" } else { "1" };
        changed[at].replace_range(end - 1..end, other);
        assert_eq!(
            code(&changed.join("\n")),
            Err("circuit_differs"),
            "line {at}"
        );
    }
    let mut swapped = lines.clone();
    swapped.swap(first, first + 1);
    assert_eq!(code(&swapped.join("\n")), Err("circuit_differs"));
    assert_eq!(code(""), Err("golden_malformed"));
    assert_eq!(code(&lines[..5].join("\n")), Err("golden_malformed"));
}

#[test]
fn another_folder_of_golden_files_is_compared_and_a_missing_file_unreadable() {
    let directory = tempfile::tempdir().unwrap();
    for circuit in circuits().iter().filter(|c| c.name != CircuitName::ISSUE) {
        let text = match circuit.name.as_str() {
            "redeem" => circuit.golden.replacen("constraints 1", "constraints 2", 1),
            _ => circuit.golden.to_owned(),
        };
        std::fs::write(directory.path().join(format!("{}.txt", circuit.name)), text).unwrap();
    }
    let items = check_circuits(Some(directory.path()));
    let words: Vec<&str> = items.iter().map(Item::verdict).collect();
    let (first, others) = words.split_at(3);
    assert_eq!(first, ["valid", "unreadable", "invalid"]);
    assert!(others.iter().all(|word| *word == "valid"), "{words:?}");
}

#[test]
fn keys_are_compared_with_a_list() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    let key = Trapdoor::new(3, 1).key();
    std::fs::write(&path, key.encode().unwrap()).unwrap();
    let arg = KeyArg {
        circuit: None,
        path,
    };
    let rules = Rules::new(vec![Policy::default()]);
    let verdict = |list: Option<&str>| {
        let list = list.map(|text| KeyList::parse(text).unwrap());
        let item = check_key(&arg, list.as_ref(), &rules);
        item.outcome.map_err(|finding| finding.code.0)
    };
    assert_eq!(verdict(None), Ok(()));
    assert_eq!(verdict(Some(&format!("unit_test {key}\n"))), Ok(()));
    assert_eq!(
        verdict(Some(&format!("transfer {key}\n"))),
        Err("key_not_listed")
    );
    let other = Trapdoor::new(3, 2).key();
    assert_eq!(
        verdict(Some(&format!("unit_test {other}\n"))),
        Err("key_not_listed")
    );
    for bad in [
        "unit_test",
        "unit_test  x",
        &format!("a {key}\na {key}"),
        "\n",
    ] {
        assert_eq!(
            KeyList::parse(bad).unwrap_err().code.0,
            "key_list_malformed"
        );
    }
}
