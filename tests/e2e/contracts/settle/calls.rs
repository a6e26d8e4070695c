//! Calls to the settlement contracts as honest wallets make them.

use borsh::BorshSerialize;
use obolus_abi::deal::atomic::{NetMsg, Payment, SwapMsg};
use obolus_abi::deal::conditional::{AttestMsg, OpenConditionalMsg};
use obolus_abi::deal::pair::{OpenPairMsg, OpenPvpMsg, SettleMsg};
use obolus_abi::deal::standing::OpenStandingMsg;
use obolus_abi::deal::{DealMsg, DepositMsg, LEG_LIMIT, LegTerms, PayOutMsg, leg_preimage};
use obolus_abi::registry::OpenDealMsg;
use obolus_abi::{ContractId, DealId, PointBytes};
use obolus_contract_hostile::messages::ForwardMsg;
use obolus_sdk::mock::MockTx;

use super::super::stage::REGISTER_KEY;
use super::super::twin::encode;
use super::notes::{Call, Note, Owner, Route};
use super::plans::{Plan, rated};
use super::stage::{DVP, HOSTILE, NETTING, PVP, RATIO_KEY, Stage};

/// Where a leg's note goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Release,
    Refund,
}

/// A payment that somebody makes in company: out of these notes, this note.
pub type Part = (Vec<Note>, Note);

impl Stage {
    fn opening<M>(
        &mut self,
        contract: ContractId,
        opener: &PointBytes,
        (deal, legs): (DealId, &[LegTerms]),
        msg: M,
    ) -> Call<M> {
        let mut tx = self.tx();
        tx.spend_keys.insert(*opener);
        for (number, leg) in (0_u8..).zip(legs) {
            self.prove_leg(&mut tx, contract, (deal, number), leg);
        }
        Call {
            contract,
            entry: "open",
            msg,
            tx,
        }
    }

    /// Puts the proof that a leg's nullifier key is escrowed into a transaction.
    pub fn prove_leg(
        &self,
        tx: &mut MockTx,
        contract: ContractId,
        (deal, number): (DealId, u8),
        leg: &LegTerms,
    ) {
        let Some(money) = self.tokens.iter().find(|money| money.token == leg.token) else {
            return;
        };
        let id = self.ground.deal_id(&leg_preimage(&deal, number));
        let ak = self.ground.maths().deal_point(&contract, &id);
        let context =
            self.ground
                .context(&tx.digest, &money.registry, Some(&contract), "open_deal");
        let message = OpenDealMsg {
            deal: id,
            owner: leg.owner,
            limit: LEG_LIMIT,
            r: leg.r,
            c1: leg.c1,
        };
        let inputs = message.inputs(&ak, &self.auditor, context).to_array();
        tx.proofs.insert((REGISTER_KEY, inputs.to_vec()));
    }

    /// Opens a pair as these terms say it; the proofs fit them.
    pub fn open_pair(&mut self, msg: &OpenPairMsg) -> Call<OpenPairMsg> {
        let id = self.ground.deal_id(&msg.header.preimage());
        let opener = msg.header.parties[0];
        self.opening(DVP, &opener, (id, &msg.legs), msg.clone())
    }

    pub fn open_rated(&mut self, msg: &OpenPvpMsg, caller: Option<ContractId>) -> Call<OpenPvpMsg> {
        let id = self.ground.deal_id(&msg.pair.header.preimage());
        let opener = msg.pair.header.parties[0];
        let mut call = self.opening(PVP, &opener, (id, &msg.pair.legs), msg.clone());
        let context = self
            .ground
            .context(&call.tx.digest, &PVP, caller.as_ref(), "open");
        let inputs = msg.inputs(context).to_array().to_vec();
        call.tx.proofs.insert((RATIO_KEY, inputs));
        call
    }

    pub fn open_conditional(&mut self, msg: &OpenConditionalMsg) -> Call<OpenConditionalMsg> {
        let id = self.ground.deal_id(&msg.header.preimage());
        let (opener, legs) = (msg.header.payer, [msg.leg.clone()]);
        let contract = super::stage::CONDITIONAL;
        self.opening(contract, &opener, (id, &legs), msg.clone())
    }

    pub fn open_standing(&mut self, msg: &OpenStandingMsg) -> Call<OpenStandingMsg> {
        let id = self.ground.deal_id(&msg.header.preimage());
        let contract = super::stage::STANDING;
        self.opening(contract, &msg.header.payer, (id, &msg.legs), msg.clone())
    }

    /// Opens a pair at its contract, with the common rate at pvp.
    #[track_caller]
    pub fn opened_pair(&mut self, plan: &Plan<OpenPairMsg>) {
        let id: DealId = if plan.contract == PVP {
            let call = self.open_rated(&rated(&plan.terms), None);
            self.accept(call)
        } else {
            let call = self.open_pair(&plan.terms);
            self.accept(call)
        };
        assert_eq!(id, plan.id);
    }

    /// Locks a leg out of these notes; the change follows in the returned note.
    pub fn deposit<T>(
        &mut self,
        plan: &Plan<T>,
        leg: u8,
        from: &[Note],
    ) -> (Call<DepositMsg>, Note) {
        let paid = plan.legs[usize::from(leg)].deposit;
        self.deposit_of(plan, leg, from, paid)
    }

    /// The same with a note that the terms may not know.
    pub fn deposit_of<T>(
        &mut self,
        plan: &Plan<T>,
        leg: u8,
        from: &[Note],
        paid: Note,
    ) -> (Call<DepositMsg>, Note) {
        let mut tx = self.tx();
        let route = Route {
            caller: Some(plan.contract),
            entry: "transfer_for",
        };
        let paid = self.pay(&tx, route, from, paid);
        let change = paid.change;
        let key = plan.legs.get(usize::from(leg)).unwrap_or(&plan.legs[0]);
        tx.spend_keys = [paid.msg.rk, key.payer_key].into();
        let msg = DepositMsg {
            deal: plan.id,
            leg,
            transfer: paid.into_tx(&mut tx),
        };
        let call = Call {
            contract: plan.contract,
            entry: "deposit",
            msg,
            tx,
        };
        (call, change)
    }

    /// Pays one leg out; nobody signs.
    pub fn pay_out<T>(&mut self, plan: &Plan<T>, leg: u8, way: Way) -> Call<PayOutMsg> {
        let legs = &plan.legs[usize::from(leg)];
        let (entry, paid) = match way {
            Way::Release => ("release", legs.release),
            Way::Refund => ("refund", legs.refund),
        };
        self.pay_out_of(plan, leg, entry, paid)
    }

    /// The same with a note that the terms may not know.
    pub fn pay_out_of<T>(
        &mut self,
        plan: &Plan<T>,
        leg: u8,
        entry: &'static str,
        paid: Note,
    ) -> Call<PayOutMsg> {
        self.pay_out_with(plan, leg, entry, paid).0
    }

    /// The same; also returns the change, which is worth nothing.
    pub fn pay_out_with<T>(
        &mut self,
        plan: &Plan<T>,
        leg: u8,
        entry: &'static str,
        paid: Note,
    ) -> (Call<PayOutMsg>, Note) {
        let mut tx = self.tx();
        let deposit = plan.legs[usize::from(leg)].deposit;
        let done = self.pay(&tx, deal_route(plan.contract), &[deposit], paid);
        let change = done.change;
        let call = Call {
            contract: plan.contract,
            entry,
            msg: PayOutMsg {
                deal: plan.id,
                leg,
                transfer: done.into_tx(&mut tx),
            },
            tx,
        };
        (call, change)
    }

    /// A refund that the leg's payer signs.
    pub fn call_off<T>(&mut self, plan: &Plan<T>, leg: u8) -> Call<PayOutMsg> {
        let key = plan.legs[usize::from(leg)].payer_key;
        self.pay_out(plan, leg, Way::Refund)
            .but(|_, tx| tx.spend_keys = [key].into())
    }

    /// Pays both legs of a pair out.
    pub fn settle<T>(&mut self, plan: &Plan<T>) -> Call<SettleMsg> {
        let paid = [0, 1].map(|leg| plan.legs[leg].release);
        self.settle_of(plan, paid)
    }

    /// The same with notes that the terms may not know.
    pub fn settle_of<T>(&mut self, plan: &Plan<T>, paid: [Note; 2]) -> Call<SettleMsg> {
        self.settle_with(plan, paid).0
    }

    /// The same; also returns the changes, which are worth nothing.
    pub fn settle_with<T>(
        &mut self,
        plan: &Plan<T>,
        paid: [Note; 2],
    ) -> (Call<SettleMsg>, [Note; 2]) {
        let mut tx = self.tx();
        let route = deal_route(plan.contract);
        let done = [0, 1].map(|leg| {
            let deposit = plan.legs[leg].deposit;
            self.pay(&tx, route, &[deposit], paid[leg])
        });
        let changes = done.each_ref().map(|paid| paid.change);
        let transfers = done.map(|paid| paid.into_tx(&mut tx));
        let call = Call {
            contract: plan.contract,
            entry: "settle",
            msg: SettleMsg {
                deal: plan.id,
                transfers,
            },
            tx,
        };
        (call, changes)
    }

    /// A call about a whole deal, signed under these keys.
    pub fn about<T>(
        &mut self,
        plan: &Plan<T>,
        entry: &'static str,
        keys: &[PointBytes],
    ) -> Call<DealMsg> {
        let mut tx = self.tx();
        tx.spend_keys.extend(keys);
        Call {
            contract: plan.contract,
            entry,
            msg: DealMsg { deal: plan.id },
            tx,
        }
    }

    /// An attestation by oracle number `seed`, brought by anybody.
    pub fn attest<T>(
        &mut self,
        plan: &Plan<T>,
        seed: u8,
        statement: &[u8; 32],
        outcome: bool,
    ) -> Call<AttestMsg> {
        Call {
            contract: plan.contract,
            entry: "attest",
            msg: AttestMsg {
                deal: plan.id,
                outcome,
                signature: self.ground.attest(seed, statement, outcome),
            },
            tx: self.tx(),
        }
    }

    fn parts(&mut self, contract: ContractId, parts: &[Part]) -> (Vec<Payment>, MockTx, Vec<Note>) {
        let mut tx = self.tx();
        let route = Route {
            caller: Some(contract),
            entry: "transfer_for",
        };
        let mut changes = Vec::new();
        let payments = parts
            .iter()
            .map(|(from, paid)| {
                let done = self.pay(&tx.clone(), route, from, *paid);
                tx.spend_keys.insert(done.msg.rk);
                changes.push(done.change);
                Payment {
                    token: self.tokens[paid.token].token,
                    transfer: done.into_tx(&mut tx),
                }
            })
            .collect();
        (payments, tx, changes)
    }

    /// Two payments at dvp; also returns the changes.
    pub fn swap(&mut self, parts: &[Part; 2]) -> (Call<SwapMsg>, Vec<Note>) {
        let (payments, tx, changes) = self.parts(DVP, parts);
        let call = Call {
            contract: DVP,
            entry: "swap",
            msg: SwapMsg {
                payments: payments.try_into().expect("two payments"),
            },
            tx,
        };
        (call, changes)
    }

    /// Net payments; also returns the changes.
    pub fn net(&mut self, parts: &[Part]) -> (Call<NetMsg>, Vec<Note>) {
        let (payments, tx, changes) = self.parts(NETTING, parts);
        let call = Call {
            contract: NETTING,
            entry: "settle",
            msg: NetMsg {
                obligations: [8; 32],
                payments,
            },
            tx,
        };
        (call, changes)
    }

    /// A note for a party, to be paid in company.
    pub const fn gift(&mut self, token: usize, value: u64, party: usize) -> Note {
        self.note(token, value, Owner::Party(party))
    }
}

/// The same call made by the hostile contract, with everything that the transaction carries.
pub fn relayed<M: BorshSerialize>(call: &Call<M>) -> Call<ForwardMsg> {
    Call {
        contract: HOSTILE,
        entry: "forward",
        msg: ForwardMsg {
            contract: call.contract,
            entry: call.entry.into(),
            input: encode(&call.msg),
            fuel: u64::MAX,
        },
        tx: call.tx.clone(),
    }
}

const fn deal_route(contract: ContractId) -> Route {
    Route {
        caller: Some(contract),
        entry: "transfer_deal",
    }
}
