//! A wallet's directory and transfers for unit tests.

use std::path::Path;

use obolus_abi::{ChainId, ContractId};
use obolus_iso20022::{
    Agent, Bic, CreditTransfer, Currency, Date, Max35, MinorUnits, Money, Order, Uetr,
};
use obolus_protocol::Seed;
use obolus_protocol::address::Network;
use obolus_protocol::audit::AuditorSecret;
use obolus_wallet::TokenConfig;
use obolus_wallet::config::Token;
use rand::rngs::OsRng;

use crate::endpoint::NodeSettings;
use crate::wallet::Context;

/// A wallet that has seen nothing.
pub fn context(root: &Path, seed: u8) -> Context {
    let token = Token {
        config: TokenConfig {
            chain: ChainId([1; 32]),
            token: ContractId([2; 32]),
            registry: ContractId([3; 32]),
            auditor: AuditorSecret::random(&mut OsRng).public(),
        },
        network: Network::Test,
        name: "Dollar deposit token".into(),
        unit: "USD".into(),
        exponent: 2,
    };
    let seed = Seed::new([seed; 32]);
    Context::new(root, token, &seed, NodeSettings::default()).unwrap()
}

/// A bank's transfer of so many cents from `PAYRUS33` to `PAYEUS33`.
pub fn transfer(uetr: &str, cents: u64) -> CreditTransfer {
    let order = Order {
        uetr: uetr.parse::<Uetr>().unwrap(),
        end_to_end_id: Max35::new("E2E").unwrap(),
        amount: Money {
            units: MinorUnits::new(cents).unwrap(),
            currency: Currency::new("USD").unwrap(),
        },
        settlement_date: Date::new(2026, 11, 30).unwrap(),
    };
    let agent = |bic| Agent::from(Bic::new(bic).unwrap());
    CreditTransfer::bank(order, agent("PAYRUS33"), agent("PAYEUS33"))
}
