//! For each contract a scenario in which every entry is accepted and refused. All inputs are fixed, and proofs are believed:
//! what is told of is the contracts, not the prover.

mod access;
mod basic;
mod deals;
mod directory;
mod pairs;
mod powers;

use std::sync::LazyLock;

use obolus_abi::ContractId;
use obolus_contract_hostile::messages::Raw;
use obolus_sdk::Entry;
use obolus_sdk::mock::MockTx;
use obolus_sdk::{BorshDeserialize, BorshSerialize};

use super::script::Step;
use crate::contracts::settle::ground::Ground;
use crate::contracts::settle::notes::Call;
use crate::contracts::settle::stage::Stage;
use crate::contracts::twin::Twin;

/// Of contracts that the scenario itself instantiates.
const FRESH: ContractId = ContractId([90; 32]);
/// Of contracts whose `init` refuses.
const FAILED: ContractId = ContractId([91; 32]);
const HOUR: u64 = 3_600_000;

/// A scenario.
pub struct Scene {
    pub name: &'static str,
    pub module: &'static [u8],
    /// The contract that it is about.
    pub contract: ContractId,
    pub script: Vec<Step>,
    /// How many steps come before, to set it up.
    pub from: usize,
}

impl Scene {
    /// What was played on a stage, `from` steps of which set it up.
    fn of(
        name: &'static str,
        module: &'static [u8],
        contract: ContractId,
        (stage, from): (&Stage, usize),
    ) -> Self {
        Self {
            name,
            module,
            contract,
            script: twin(stage).script.clone(),
            from,
        }
    }
}

/// A contract's entries and module.
type Code = (&'static [Entry], &'static [u8]);

/// Each is played once, by whichever test is first.
static ALL: [LazyLock<Scene>; 8] = [
    LazyLock::new(directory::registry),
    LazyLock::new(basic::token),
    LazyLock::new(pairs::dvp),
    LazyLock::new(pairs::pvp),
    LazyLock::new(deals::conditional),
    LazyLock::new(deals::standing),
    LazyLock::new(deals::netting),
    LazyLock::new(access::accesslog),
];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Scene> {
    ALL.iter().map(|scene| &**scene)
}

/// Arguments that no message decodes from: too long for an empty one, cut short for the others.
fn malformed() -> Raw {
    Raw(vec![0xff])
}

/// A stage on which the contract is instantiated once more, and refused with a malformed message; and how many steps come
/// before that.
fn stage<M: BorshSerialize>(tokens: usize, code: Code, init: &M) -> (Stage, usize) {
    let mut stage = Stage::new(Ground::twin(), tokens);
    let from = twin(&stage).script.len();
    let tx = MockTx::default();
    stage.ground.instantiate(FRESH, code, init, &tx);
    let failed = stage
        .ground
        .try_instantiate(FAILED, code, &malformed(), &tx);
    assert!(failed.is_err());
    (stage, from)
}

fn twin(stage: &Stage) -> &Twin {
    match &stage.ground {
        Ground::Twin(twin) => twin,
        Ground::Alone(_) => panic!("a scenario runs on the twin"),
    }
}

/// A call that must be refused.
#[track_caller]
fn refused<M: BorshSerialize>(stage: &mut Stage, call: &Call<M>) {
    assert!(stage.run(call).is_err(), "{} was accepted", call.entry);
}

/// A query that is answered, and one that is not understood.
fn asked<M: BorshSerialize, R: BorshDeserialize>(
    stage: &mut Stage,
    contract: ContractId,
    entry: &str,
    message: &M,
) -> R {
    let ground = &mut stage.ground;
    assert!(
        ground
            .query::<_, Raw>(contract, entry, &malformed())
            .is_err()
    );
    ground.query(contract, entry, message).expect("an answer")
}
