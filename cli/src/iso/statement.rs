//! The statement of a period: balances from the notes, entries from the history, and both must agree.

use std::collections::HashMap;

use obolus_abi::TxDigest;
use obolus_iso20022::{HeldAccount, Period, ReportHeader, Statement, Timestamp};
use obolus_wallet::Wallet;
use obolus_wallet::history::Movement;

use super::entries::{Book, Names, entries, signed, units};
use super::error::IsoError;

/// Makes the `camt.053` of what a wallet has read.
///
/// Opening and closing balance are what the notes say that were received and spent on the ledger before the period began
/// and up to its end. The entries are the history's, with parties and texts out of memos and, if it is given, the book.
/// A period that has not ended yet is cut off after the last block that was read.
///
/// # Errors
/// [`IsoError::Reconcile`] if history and notes differ in any transaction, [`IsoError::ReconcileBalance`] if the sum of all is
/// not [`Wallet::balance`]; [`IsoError::Unexplained`] if notes were spent and no memo says for what; [`IsoError::NotYet`] if the period begins after the
/// last block; [`IsoError::Report`] if the entries do not make the difference of the balances.
pub fn statement(
    wallet: &Wallet,
    book: Option<&Book>,
    header: ReportHeader,
    account: HeldAccount,
    period: Period,
) -> Result<Statement, IsoError> {
    let ledger = Ledger::of(wallet)?;
    let last = Timestamp::from_unix_ms(wallet.view().time_ms())?;
    if period.from() > last {
        return Err(IsoError::NotYet);
    }
    let period = Period::new(period.from(), period.to().min(last))?;
    let opening = ledger.balance(|at| at < period.from());
    let closing = ledger.balance(|at| at <= period.to());
    let names = Names::new(wallet, book);
    let all = entries(wallet, &names, account.currency)?;
    let within = |at: Timestamp| at >= period.from() && at <= period.to();
    let all = all
        .into_iter()
        .filter(|entry| within(entry.booked_at))
        .collect();
    let balances = (units(opening)?, units(closing)?);
    Ok(Statement::new(header, account, period, balances, all)?)
}

/// What each transaction brought or took, as the notes say, and when.
#[derive(Debug)]
struct Ledger(Vec<(Timestamp, i128)>);

impl Ledger {
    /// Takes the notes' word, and the history's for comparison.
    fn of(wallet: &Wallet) -> Result<Self, IsoError> {
        let mut notes: HashMap<TxDigest, i128> = HashMap::new();
        for owned in wallet.notes().iter() {
            let value = i128::from(owned.note.value.get());
            *notes.entry(owned.received.tx).or_default() += value;
            if let Some(spent) = owned.spent {
                *notes.entry(spent.tx).or_default() -= value;
            }
        }
        let mut told: HashMap<TxDigest, (u64, i128)> = HashMap::new();
        for entry in wallet.history() {
            if matches!(entry.movement, Movement::Unexplained { .. }) {
                return Err(IsoError::Unexplained(entry.place.height.0));
            }
            let sum = told.entry(entry.place.tx).or_insert((entry.time_ms, 0));
            sum.1 += signed(&entry.movement);
        }
        Self::agreed(&notes, &told, wallet.balance().total())
    }

    /// Every transaction must be told as the notes have it, and all of them must make the balance.
    fn agreed(
        notes: &HashMap<TxDigest, i128>,
        told: &HashMap<TxDigest, (u64, i128)>,
        balance: u128,
    ) -> Result<Self, IsoError> {
        let flow = |tx: &TxDigest| notes.get(tx).copied().unwrap_or_default();
        let sum = |tx: &TxDigest| told.get(tx).map_or(0, |(_, sum)| *sum);
        if let Some(tx) = notes
            .keys()
            .chain(told.keys())
            .find(|tx| flow(tx) != sum(tx))
        {
            return Err(IsoError::Reconcile(tx.to_string()));
        }
        if u128::try_from(notes.values().sum::<i128>()) != Ok(balance) {
            return Err(IsoError::ReconcileBalance);
        }
        // Transactions without an entry brought nothing, as was just compared.
        let timed = told
            .iter()
            .map(|(tx, (time_ms, _))| Ok((Timestamp::from_unix_ms(*time_ms)?, flow(tx))));
        Ok(Self(timed.collect::<Result<_, IsoError>>()?))
    }

    /// The sum of what happened at these times.
    fn balance(&self, counts: impl Fn(Timestamp) -> bool) -> i128 {
        let counted = self.0.iter().filter(|(at, _)| counts(*at));
        counted.map(|(_, flow)| flow).sum()
    }
}

#[cfg(test)]
mod tests;
