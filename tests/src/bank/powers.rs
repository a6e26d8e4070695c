//! What registrar, issuer, operator and auditor do to a token and its participants.

use obolus_abi::registry::{RegistryState, SetAuditorMsg};
use obolus_abi::token::{
    Circuit, SetPinMsg, SetSuccessorMsg, SetSwitchMsg, SetVelocityMsg, VelocityRule,
};
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::memo::MemoText;
use obolus_protocol::note::Slot;
use obolus_protocol::statement::{RegisterWitness, TransferWitness};
use obolus_protocol::tx::{SpendSignature, Transaction};
use obolus_protocol::{Amount, FullViewingKey, SpendingKey};
use obolus_wallet::auditor::Recovery;
use obolus_wallet::{
    AssembleError, Entering, Registration, SeizedNotes, SeizureOrder, Unproven, Wallet,
};

use super::{Bank, Member, encode, follow};

/// An application that lacks proof and signatures.
pub struct Applicant {
    /// The application.
    pub unproven: Unproven<RegisterWitness>,
    /// Whose it is.
    pub member: Member,
}

/// An application, and the member that it is of: for whoever takes the one to take in the other.
pub struct Entered {
    /// Approved by the registrar.
    pub tx: Transaction,
    /// Its wallet has read the chain.
    pub member: Member,
}

impl Bank {
    /// A key that enters the registry; with [`Entering::Rotating`] its slot's present member signs too.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn enter(&mut self, entering: Entering, limit: Amount) -> Result<Entered, AssembleError> {
        let Applicant { unproven, member } = self.unproven_entry(entering, limit)?;
        let proven = unproven.prove(self.provers.as_ref(), &self.keys)?;
        let approval = self.registrar.sign(2, &proven.digest());
        let signed = match entering {
            Entering::Rotating(slot) => {
                let old = &self.members[self.holder(slot)].key;
                proven.sign_rotation((old, &member.key), approval, &mut self.rng)
            }
            Entering::Anew | Entering::Recovering(_) => {
                proven.sign(&member.key, approval, &mut self.rng)
            }
        };
        Ok(Entered {
            tx: signed?.into_transaction(),
            member,
        })
    }

    /// The same without proof and signatures.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn unproven_entry(
        &mut self,
        entering: Entering,
        limit: Amount,
    ) -> Result<Applicant, AssembleError> {
        let seed = self.draw_seed();
        let mut wallet = Wallet::new(self.token, FullViewingKey::from_seed(&seed));
        for auditor in &self.auditors {
            wallet.trust_auditor(auditor.public());
        }
        follow(&self.ledger, &mut wallet);
        let terms = Registration {
            entering,
            limit,
            expiry: self.expiry(),
        };
        Ok(Applicant {
            unproven: Unproven::<RegisterWitness>::register(
                &self.view,
                wallet.keys(),
                &terms,
                &mut self.rng,
            )?,
            member: Member {
                key: SpendingKey::from_seed(&seed),
                wallet,
            },
        })
    }

    /// An epoch of the auditor's key, whose holder shows that it has it. Nobody trusts it before [`Bank::trust`].
    pub fn set_auditor(&mut self, secret: &AuditorSecret, window: u64) -> Transaction {
        let message = SetAuditorMsg {
            auditor: secret.public().encode(),
            window,
        };
        let mut tx = self.registrar("set_auditor", &message);
        let possession = SpendSignature::possession(secret, &tx.id(), &mut self.rng);
        tx.spend_signatures.push(possession);
        tx
    }

    /// A secret for an epoch to come.
    pub fn draw_auditor(&mut self) -> AuditorSecret {
        AuditorSecret::random(&mut self.rng)
    }

    /// The auditor tells everybody its new key.
    pub fn trust(&mut self, secret: AuditorSecret) {
        let key = secret.public();
        self.auditors.push(secret);
        self.view.trust_auditor(key);
        for member in &mut self.members {
            member.wallet.trust_auditor(key);
        }
        for listed in &mut self.beside {
            listed.view.trust_auditor(key);
            for wallet in &mut listed.wallets {
                wallet.trust_auditor(key);
            }
        }
    }

    /// A seizure of what the auditor recovered, approved by the issuer; `registry` says under which root.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn seize(
        &mut self,
        (recovery, registry): (&Recovery, &RegistryState),
        to: usize,
        amount: u64,
    ) -> Result<Transaction, AssembleError> {
        let amount = Amount::new(amount);
        let order = SeizureOrder {
            to: self.members[to].wallet.address(),
            amount,
            case: [21; 32],
            text: MemoText::new("seizure").unwrap(),
            expiry: self.expiry(),
        };
        let notes = SeizedNotes::find(recovery, amount, &self.view, &self.source())?;
        let (unproven, opening) = Unproven::<TransferWitness>::seize(
            &self.view,
            registry,
            (recovery, &notes),
            &order,
            &mut self.rng,
        )?;
        let proven = unproven.prove(self.provers.as_ref(), &self.keys)?;
        // The issuer looks at what it signs.
        let seizure = opening.check(proven.body()).unwrap();
        assert_eq!((seizure.to, seizure.amount), (order.to, amount));
        Ok(self.approved(proven))
    }

    /// Sets or lifts the token's velocity rule.
    pub fn set_velocity(&self, rule: Option<VelocityRule>) -> Transaction {
        let message = encode(&SetVelocityMsg { rule });
        self.operate(self.token.token, "set_velocity", message)
    }

    /// Accepts another key for a circuit's proofs, in the place of the one that is made for it or the right one again.
    pub fn set_pin(&self, circuit: Circuit, right: bool) -> Transaction {
        let pins = self.pins();
        let key = match circuit {
            _ if !right => self.keys.register.id(),
            Circuit::Transfer => pins.transfer,
            Circuit::Issue => pins.issue,
            Circuit::Redeem => pins.redeem,
            Circuit::Supply => pins.supply.unwrap(),
            Circuit::Velocity => pins.velocity.unwrap(),
        };
        self.operate(
            self.token.token,
            "set_pin",
            encode(&SetPinMsg { circuit, key }),
        )
    }

    /// Switches a circuit on or off.
    pub fn set_switch(&self, circuit: Circuit, enabled: bool) -> Transaction {
        let message = encode(&SetSwitchMsg { circuit, enabled });
        self.operate(self.token.token, "set_switch", message)
    }

    /// Names a token beside this one as its successor.
    pub fn set_successor(&self, successor: usize) -> Transaction {
        let contract = self.beside[successor].config.token;
        let message = encode(&SetSuccessorMsg { contract });
        self.operate(self.token.token, "set_successor", message)
    }

    /// The member whose key a slot holds.
    pub(super) fn holder(&self, slot: Slot) -> usize {
        let entry = self.view.directory().by_slot(slot).unwrap();
        let mut members = self.members.iter();
        let holds = |member: &Member| member.wallet.address().owner == entry.owner;
        members.position(holds).unwrap()
    }

    /// A member's slot, if all applications were taken in the order of the members.
    pub fn slot(member: usize) -> Slot {
        Slot::new(u32::try_from(member).unwrap()).unwrap()
    }
}
