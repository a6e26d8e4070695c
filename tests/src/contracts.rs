//! The settlement contracts of a ledger.

use obolus_abi::deal::pair::PvpInit;
use obolus_abi::{ContractId, KeyId};
use obolus_wallet::deal::Kind;

use crate::bank::encode;

/// Where they are.
#[derive(Clone, Copy)]
pub struct Contracts {
    /// Delivery versus payment.
    pub dvp: ContractId,
    /// Payment versus payment.
    pub pvp: ContractId,
    /// Conditional payments.
    pub conditional: ContractId,
    /// Standing orders.
    pub standing: ContractId,
    /// Netting.
    pub netting: ContractId,
}

impl Contracts {
    /// Makes each of its module and the arguments of its `init`.
    pub fn each(
        ratio_key: KeyId,
        mut instantiate: impl FnMut(&[u8], Vec<u8>) -> ContractId,
    ) -> Self {
        Self {
            dvp: instantiate(obolus_contracts::DVP, Vec::new()),
            pvp: instantiate(obolus_contracts::PVP, encode(&PvpInit { ratio_key })),
            conditional: instantiate(obolus_contracts::CONDITIONAL, Vec::new()),
            standing: instantiate(obolus_contracts::STANDING, Vec::new()),
            netting: instantiate(obolus_contracts::NETTING, Vec::new()),
        }
    }

    /// The one that settles deals of this kind.
    pub const fn of(&self, kind: &Kind) -> ContractId {
        match kind {
            Kind::Dvp { .. } => self.dvp,
            Kind::Pvp { .. } => self.pvp,
            Kind::Conditional { .. } => self.conditional,
            Kind::Standing { .. } => self.standing,
        }
    }

    /// Its name, if it is one of them.
    pub fn name(&self, contract: &ContractId) -> Option<&'static str> {
        let all = [
            (self.dvp, "dvp"),
            (self.pvp, "pvp"),
            (self.conditional, "conditional"),
            (self.standing, "standing"),
            (self.netting, "netting"),
        ];
        let found = all.into_iter().find(|(one, _)| one == contract);
        found.map(|(_, name)| name)
    }
}
