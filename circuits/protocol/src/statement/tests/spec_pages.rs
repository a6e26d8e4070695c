//! The pages in `docs/spec/` list exactly the rules and public inputs of the code, in order.

use std::{fs, path::PathBuf};

use obolus_abi::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs,
};

use crate::statement::{Rule, balance, issue, ratio, redeem, register, supply, transfer, velocity};

fn page(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/spec")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The third-level headings: one per rule.
fn rules(page: &str) -> Vec<&str> {
    page.lines()
        .filter_map(|line| line.strip_prefix("### "))
        .collect()
}

/// The first column of the table of public inputs.
fn inputs(page: &str) -> Vec<&str> {
    page.lines()
        .skip_while(|line| *line != "## Public inputs")
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split('`').next())
        .collect()
}

fn compare(statement: &str, expected_rules: &[Rule], expected_inputs: &[&str]) {
    let page = page(&format!("{statement}.md"));
    let names: Vec<&str> = expected_rules.iter().map(|rule| rule.name()).collect();
    assert_eq!(rules(&page), names, "rules of {statement}");
    assert_eq!(
        inputs(&page),
        expected_inputs,
        "public inputs of {statement}"
    );
}

#[test]
fn pages_match_the_code() {
    compare("transfer", transfer::RULES, TransferInputs::<()>::NAMES);
    compare("redeem", redeem::RULES, RedeemInputs::<()>::NAMES);
    compare("issue", issue::RULES, IssueInputs::<()>::NAMES);
    compare("register", register::RULES, RegisterInputs::<()>::NAMES);
    compare("ratio", ratio::RULES, RatioInputs::<()>::NAMES);
    compare("balance", balance::RULES, BalanceInputs::<()>::NAMES);
    compare("supply", supply::RULES, SupplyInputs::<()>::NAMES);
    compare("velocity", velocity::RULES, VelocityInputs::<()>::NAMES);
}

#[test]
fn every_rule_belongs_to_a_statement() {
    let statements = [
        transfer::RULES,
        redeem::RULES,
        issue::RULES,
        register::RULES,
        ratio::RULES,
        balance::RULES,
        supply::RULES,
        velocity::RULES,
    ];
    for rule in Rule::ALL {
        assert!(
            statements.iter().any(|rules| rules.contains(rule)),
            "{}",
            rule.name()
        );
    }
}
