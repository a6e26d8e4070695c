//! A bank statement of the second institution, in the ledger's own numbers.

use obolus_iso20022::{
    AccountId, Currency, HeldAccount, Max35, Period, ReportHeader, Text, Timestamp,
};
use obolus_protocol::amount::Exponent;

use super::super::DemoError;
use super::super::market::Market;
use super::TOKEN;
use crate::decimal::decimal;
use crate::iso::statement;

/// Whether a `camt.053` of everything so far can be made, which it cannot unless notes and history agree, and closes at the
/// wallet's balance.
pub fn reconciles(market: &Market) -> Result<bool, DemoError> {
    let wallet = &market.wallets[1];
    let now = Timestamp::from_unix_ms(wallet.view().time_ms()).map_err(DemoError::oversight)?;
    let start = Timestamp::from_unix(0).map_err(DemoError::oversight)?;
    let id = Max35::new("DEMO-1").map_err(DemoError::oversight)?;
    let header = ReportHeader {
        message_id: id.clone(),
        report_id: id,
        created_at: now,
        sequence: Some(1),
    };
    let account = HeldAccount {
        id: AccountId::Other {
            id: Text::new("DEMO").map_err(DemoError::oversight)?,
            scheme: None,
            issuer: None,
        },
        currency: Currency::new(TOKEN.unit).map_err(DemoError::oversight)?,
        name: None,
        owner: None,
        servicer: None,
    };
    let period = Period::new(start, now).map_err(DemoError::oversight)?;
    let made = statement(wallet, None, header, account, period).map_err(DemoError::oversight)?;
    let exponent = Exponent::new(TOKEN.exponent)?;
    let closing = format!(">{}<", decimal(wallet.balance().total(), exponent));
    Ok(made.to_xml().contains(&closing))
}
