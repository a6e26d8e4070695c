//! What calls cost.

use std::collections::BTreeMap;
use std::fmt;

use obolus_abi::ContractId;

/// Fuel of the calls of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFuel {
    /// Fuel of each call that succeeded, ascending.
    pub calls: Vec<u64>,
}

impl EntryFuel {
    /// The fuel of the middle call; of the upper one of two.
    pub fn median(&self) -> u64 {
        self.calls.get(self.calls.len() / 2).copied().unwrap_or(0)
    }
}

/// Fuel of a scenario's calls so far, by contract and entry. One unit is about a nanosecond.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FuelReport {
    /// By contract and entry.
    pub entries: BTreeMap<(ContractId, String), EntryFuel>,
}

impl FuelReport {
    pub(crate) fn add(&mut self, contract: ContractId, entry: &str, fuel: u64) {
        let place = self.entries.entry((contract, entry.to_owned()));
        let calls = &mut place
            .or_insert_with(|| EntryFuel { calls: Vec::new() })
            .calls;
        let at = calls.partition_point(|other| *other < fuel);
        calls.insert(at, fuel);
    }

    /// One entry's calls.
    pub fn of(&self, contract: ContractId, entry: &str) -> Option<&EntryFuel> {
        self.entries.get(&(contract, entry.to_owned()))
    }
}

/// A table: contract (its first 8 digits), entry, number of calls, least, median and most fuel.
impl fmt::Display for FuelReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<8}  {:<32}  {:>5}  {:>12}  {:>12}  {:>12}",
            "contract", "entry", "calls", "least", "median", "most"
        )?;
        for ((contract, entry), fuel) in &self.entries {
            let id = contract.to_string();
            writeln!(
                f,
                "{:<8}  {entry:<32}  {:>5}  {:>12}  {:>12}  {:>12}",
                id.get(..8).unwrap_or(&id),
                fuel.calls.len(),
                fuel.calls.first().copied().unwrap_or(0),
                fuel.median(),
                fuel.calls.last().copied().unwrap_or(0),
            )?;
        }
        Ok(())
    }
}
