//! Calls that must be refused: a list of them is built on one stage, and since a refused call changes nothing, all of
//! them are made on it, one after the other.

use borsh::BorshSerialize;
use obolus_abi::ContractError;
use obolus_abi::deal::DealError;
use obolus_contract_hostile::messages::Raw;

use super::notes::Call;
use super::stage::Stage;

/// A call, when it is made, and the refusal that it must meet.
struct Case {
    entry: &'static str,
    name: &'static str,
    error: ContractError,
    at_ms: u64,
    call: Call<Raw>,
}

/// Cases of one contract.
#[derive(Default)]
pub struct Cases {
    list: Vec<Case>,
    at_ms: u64,
}

impl Cases {
    /// With calls at this time until another one is set.
    pub const fn at(&mut self, time_ms: u64) {
        self.at_ms = time_ms;
    }

    /// One more.
    pub fn add<M: BorshSerialize>(
        &mut self,
        (entry, name): (&'static str, &'static str),
        error: impl Into<ContractError>,
        call: Call<M>,
    ) {
        self.list.push(Case {
            entry,
            name,
            error: error.into(),
            at_ms: self.at_ms,
            call: call.raw(),
        });
    }

    /// Every case is refused with its error and changes nothing; afterwards the time is what it was.
    pub fn run(&self, stage: &mut Stage) {
        let now = stage.ground.now();
        for case in &self.list {
            stage.ground.set_time(case.at_ms);
            let name = format!("{}, {}: {}", case.entry, case.name, case.error.name);
            stage.refuse(&name, case.error.code, &case.call);
        }
        stage.ground.set_time(now);
    }

    /// Each error that an entry documents has a case.
    pub fn cover(&self, documented: &[(&str, &[DealError])]) {
        for (entry, errors) in documented {
            for error in *errors {
                let code = ContractError::from(*error).code;
                let covered = self
                    .list
                    .iter()
                    .any(|case| case.entry == *entry && case.error.code == code);
                assert!(covered, "{entry}: {error:?} has no case");
            }
        }
    }
}
