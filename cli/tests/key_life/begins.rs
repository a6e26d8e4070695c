//! A token whose velocity rule is there from its first block: wallets learn it as they learn a later one.

use obolus_abi::ContractId;
use obolus_abi::token::{TokenState, VelocityRule};
use obolus_runtime_api::hex;
use obolus_wallet::client::{Endpoint, NodeClient};

use crate::common::committee::{ok, run};
use crate::common::desk::Desk;
use crate::{address, pay};

/// The development chain's token once more, as its issuer would begin it with a rule; its token file.
fn limited(desk: &Desk) -> &'static str {
    let file = std::fs::read_to_string(desk.token()).unwrap();
    let mut lines = file.lines();
    let id = lines.find_map(|line| line.strip_prefix("token = \""));
    let id = id.unwrap().trim_end_matches('"');
    let endpoint = Endpoint {
        url: desk.node.url.clone(),
        ..Endpoint::default()
    };
    let client = NodeClient::new(&endpoint).unwrap();
    let token: ContractId = hex::decode_fixed(id).unwrap();
    let state = client.query(&token, "state", &[]).unwrap();
    let state: TokenState = borsh::from_slice(&state).unwrap();
    let mut init = state.settings;
    init.velocity = Some(VelocityRule {
        quota: 2,
        // A period that no test outlives.
        period_seconds: 31_536_000,
        grace_seconds: 0,
    });
    std::fs::write(desk.path("token.wasm"), obolus_contracts::TOKEN).unwrap();
    let init = hex::encode(&borsh::to_vec(&init).unwrap());
    let keys = "--key node/dev/operator-1.key --key node/dev/operator-2.key";
    let deployed = ok(desk, &format!("contract deploy token.wasm {init} {keys}"));
    let limited = file.replace(id, deployed["contract"].as_str().unwrap());
    std::fs::write(desk.path("limited.toml"), limited).unwrap();
    "limited.toml"
}

#[test]
fn a_wallet_knows_the_rule_that_its_token_began_with() {
    let desk = Desk::new();
    let payee = address(&desk.wallet("payee"));
    let token = format!("--token {}", limited(&desk));
    let made = ok(
        &desk,
        &format!("wallet init --wallet payer {token} --scrypt 4"),
    );
    ok(&desk, "wallet apply --wallet payer --out payer.json");
    let registrar = "--key node/dev/registrar-1.key --key node/dev/registrar-2.key";
    ok(
        &desk,
        &format!("registrar add payer.json {token} {registrar}"),
    );
    let issuer = "--key node/dev/issuer-1.key --key node/dev/issuer-2.key";
    let to = address(&made);
    ok(
        &desk,
        &format!("issuer issue {token} --to {to} --amount 100.00 {issuer}"),
    );
    // Each payment has a place in the quota, under the serial that the token counts with.
    for amount in ["10.00", "20.00"] {
        assert_eq!(pay(&desk, "payer", &payee, amount), 0);
    }
    let third = run(
        &desk,
        &format!("wallet send --wallet payer --to {payee} --amount 1.00"),
    );
    assert_eq!(third.status, 1, "{third:?}");
    assert!(third.said.contains("allows 2 payments"), "{third:?}");
    assert_eq!(desk.available("payer"), "70.00");
}
