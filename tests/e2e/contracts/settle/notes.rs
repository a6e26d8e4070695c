//! Notes as their owners know them, and payments that are proved about them.

use borsh::BorshSerialize;
use obolus_abi::token::{RECIPIENT_MEMO_LEN, SELF_MEMO_LEN, TransferMsg};
use obolus_abi::{ContractId, DealId, FieldBytes, KeyId};
use obolus_contract_hostile::messages::Raw;
use obolus_sdk::mock::{MockTx, ToyMaths};

use super::super::stage::{PINS, number};
use super::super::twin::encode;
use super::stage::Stage;

/// Who may spend a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    Party(usize),
    /// A contract, under the id of one of its deals' legs.
    Leg(ContractId, DealId),
}

/// A note with everything that its commitment hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    pub token: usize,
    pub value: u64,
    pub owner: Owner,
    /// Stands for the note's randomness.
    pub serial: u64,
}

impl Note {
    pub fn cm(&self) -> FieldBytes {
        let owner = match self.owner {
            Owner::Party(party) => vec![party as u8],
            Owner::Leg(contract, leg) => [contract.0, leg.0].concat(),
        };
        let numbers = [self.token as u64, self.value, self.serial].map(u64::to_le_bytes);
        ToyMaths::mix("note", &[&numbers.concat(), &owner])
    }

    pub fn nullifier(&self) -> FieldBytes {
        ToyMaths::mix("nullifier", &[&self.cm().0])
    }
}

/// A call that has not been made yet: contract, entry, arguments and the transaction that carries them.
#[derive(Clone, Debug)]
pub struct Call<M> {
    pub contract: ContractId,
    pub entry: &'static str,
    pub msg: M,
    pub tx: MockTx,
}

impl<M> Call<M> {
    /// With something changed in the arguments or the transaction.
    #[must_use]
    pub fn but(mut self, change: impl FnOnce(&mut M, &mut MockTx)) -> Self {
        change(&mut self.msg, &mut self.tx);
        self
    }

    /// The same arguments and transaction at another contract.
    #[must_use]
    pub fn at(self, contract: ContractId) -> Self {
        Self { contract, ..self }
    }
}

impl<M: BorshSerialize> Call<M> {
    /// The same with the arguments encoded.
    pub fn raw(self) -> Call<Raw> {
        Call {
            contract: self.contract,
            entry: self.entry,
            msg: Raw(encode(&self.msg)),
            tx: self.tx,
        }
    }
}

/// A payment and the proof that goes with it.
#[derive(Clone, Debug)]
pub struct Paid {
    pub msg: TransferMsg,
    pub proof: (KeyId, Vec<FieldBytes>),
    /// What is left for the sender.
    pub change: Note,
}

impl Paid {
    /// Puts proof and memos into a transaction.
    pub fn into_tx(self, tx: &mut MockTx) -> TransferMsg {
        tx.proofs.insert(self.proof);
        tx.memos
            .extend([RECIPIENT_MEMO_LEN as u32, SELF_MEMO_LEN as u32]);
        self.msg
    }
}

/// Where a payment is made, as its proof's context names it.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub caller: Option<ContractId>,
    pub entry: &'static str,
}

impl Stage {
    /// Pays out of one or two notes of one owner: `paid` and the change. The proof is only believed if the values add up,
    /// which is what the circuit is for.
    pub fn pay(&mut self, tx: &MockTx, route: Route, from: &[Note], paid: Note) -> Paid {
        let token = paid.token;
        let owner = from[0].owner;
        assert!(
            from.iter()
                .all(|note| (note.token, note.owner) == (token, owner))
        );
        let held: u64 = from.iter().map(|note| note.value).sum();
        let change = Note {
            value: held.checked_sub(paid.value).expect("enough money"),
            ..self.note(token, 0, owner)
        };
        let rk = match owner {
            Owner::Party(_) => {
                let serial = self.serial();
                self.ground.point(serial)
            }
            Owner::Leg(contract, leg) => self.ground.maths().deal_point(&contract, &leg),
        };
        let dummy = self.note(token, 0, owner);
        let msg = TransferMsg {
            anchor: self.anchor(token),
            sender_root: self.root(token),
            recipient_root: self.root(token),
            nf1: from[0].nullifier(),
            nf2: from.get(1).unwrap_or(&dummy).nullifier(),
            cm1: paid.cm(),
            cm2: change.cm(),
            rk,
            r: self.escrow,
            c1: number(9),
            c2: number(10),
        };
        let place = self.tokens[token].token;
        let context = self
            .ground
            .context(&tx.digest, &place, route.caller.as_ref(), route.entry);
        let inputs = msg.inputs(&self.auditor, context).to_array().to_vec();
        Paid {
            msg,
            proof: (PINS.transfer, inputs),
            change,
        }
    }

    /// A note with randomness of its own.
    pub const fn note(&mut self, token: usize, value: u64, owner: Owner) -> Note {
        let serial = self.serial();
        Note {
            token,
            value,
            owner,
            serial,
        }
    }
}
