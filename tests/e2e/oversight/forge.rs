//! Payments that a modified wallet makes so that the auditor cannot read them.

use obolus_abi::token::TransferMsg;
use obolus_abi::{FieldBytes, PointBytes};
use obolus_protocol::audit::{AuditorKey, AuditorSecret, transfer};
use obolus_protocol::field::{fr_from_bytes, fr_to_bytes};
use obolus_protocol::note::Rcm;
use obolus_protocol::poseidon2::prf3;
use obolus_protocol::statement::{Rule, TransferWitness};
use obolus_protocol::tags::AUDIT_TRANSFER;
use obolus_protocol::{Fr, Note, Point, Scalar};
use obolus_wallet::assemble::transfer_message;
use rand::SeedableRng;
use rand::rngs::StdRng;

/// What the auditor would make of it, were it taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing, or nothing that fits the ledger.
    Gap,
    /// All of it, like everybody else.
    Public,
}

/// A way to spoil an honest payment.
pub struct Forgery {
    pub name: &'static str,
    /// The rule of the statement that it breaks.
    pub rule: Rule,
    pub reading: Reading,
    forge: fn(&mut Honest),
}

/// An honest payment before it is spoiled.
pub struct Honest {
    /// What can be proved.
    pub witness: TransferWitness,
    /// What is submitted.
    pub message: TransferMsg,
}

impl Forgery {
    /// Spoils a payment.
    pub fn of(&self, witness: &TransferWitness) -> Honest {
        let mut honest = Honest {
            witness: witness.clone(),
            message: transfer_message(witness),
        };
        (self.forge)(&mut honest);
        honest
    }
}

const fn gap(name: &'static str, rule: Rule, forge: fn(&mut Honest)) -> Forgery {
    Forgery {
        name,
        rule,
        reading: Reading::Gap,
        forge,
    }
}

pub const FORGERIES: &[Forgery] = &[
    gap("another key", Rule::AuditorKey, |h| {
        h.witness.auditor = stranger();
        h.message = transfer_message(&h.witness);
    }),
    gap(
        "another key for the ciphertext alone",
        Rule::AuditAmounts,
        |h| {
            let k = stranger().point().mul(h.witness.r.scalar());
            h.seal_under(k.x(), k.y());
        },
    ),
    gap("K with a torsion component", Rule::AuditAmounts, |h| {
        // Adding the point of order two turns both signs.
        let k = h.shared();
        h.seal_under(-k.x(), -k.y());
    }),
    gap("R with a torsion component", Rule::AuditEphemeral, |h| {
        let r = h.witness.r.ephemeral();
        h.message.r = point(-r.x(), -r.y());
    }),
    gap(
        "R and K with torsion components",
        Rule::AuditEphemeral,
        |h| {
            let (r, k) = (h.witness.r.ephemeral(), h.shared());
            h.message.r = point(-r.x(), -r.y());
            h.seal_under(-k.x(), -k.y());
        },
    ),
    gap("R the identity", Rule::AuditEphemeral, |h| {
        h.ephemeral(Fr::from(0_u64), Fr::from(1_u64));
    }),
    Forgery {
        name: "R the identity, and the change with its key stream",
        rule: Rule::ChangeCommitment,
        // K is the identity then, for whatever key: nothing is hidden from anybody.
        reading: Reading::Public,
        forge: |h| {
            let (x, y) = (Fr::from(0_u64), Fr::from(1_u64));
            h.ephemeral(x, y);
            let [_, _, k3] = prf3(AUDIT_TRANSFER, x, y, h.nullifier());
            let change = Note {
                rcm: Rcm::new(k3),
                ..h.witness.change_note()
            };
            h.message.cm2 = change.commitment().to_bytes();
        },
    },
    gap("R of order two", Rule::AuditEphemeral, |h| {
        h.ephemeral(Fr::from(0_u64), -Fr::from(1_u64));
    }),
    gap("R of another payment", Rule::AuditEphemeral, |h| {
        h.message.r = Point::generator().mul(&Scalar::from(77_u64)).encode();
    }),
    gap("R that is no point", Rule::AuditEphemeral, |h| {
        h.message.r = point(Fr::from(5_u64), Fr::from(5_u64));
    }),
    gap("a bit of c1 flipped", Rule::AuditAmounts, |h| {
        h.message.c1.0[0] ^= 1;
    }),
    gap("a bit of c2 flipped", Rule::AuditRandomness, |h| {
        h.message.c2.0[0] ^= 1;
    }),
    gap("c1 and c2 exchanged", Rule::AuditAmounts, |h| {
        std::mem::swap(&mut h.message.c1, &mut h.message.c2);
    }),
    gap("zeros", Rule::AuditAmounts, |h| {
        (h.message.c1, h.message.c2) = (FieldBytes::ZERO, FieldBytes::ZERO);
    }),
    gap("amounts exchanged", Rule::AuditAmounts, |h| {
        std::mem::swap(&mut h.witness.pay, &mut h.witness.change);
        h.seal_again();
        std::mem::swap(&mut h.witness.pay, &mut h.witness.change);
    }),
    gap("parties exchanged", Rule::AuditAmounts, |h| {
        std::mem::swap(&mut h.witness.sender_leaf, &mut h.witness.recipient_leaf);
        h.seal_again();
        std::mem::swap(&mut h.witness.sender_leaf, &mut h.witness.recipient_leaf);
    }),
    gap(
        "change that the auditor cannot rebuild",
        Rule::ChangeCommitment,
        |h| {
            h.message.cm2.0[0] ^= 1;
        },
    ),
];

impl Honest {
    /// K of the honest ciphertext.
    fn shared(&self) -> Point {
        self.witness.auditor.point().mul(self.witness.r.scalar())
    }

    /// What is encrypted, under the key stream of another K.
    fn seal_under(&mut self, x: Fr, y: Fr) {
        let honest = self.witness.audit_keys();
        let [k1, k2, _] = prf3(AUDIT_TRANSFER, x, y, self.nullifier());
        let again = |sealed: &FieldBytes, from: Fr, to: Fr| {
            let sealed = fr_from_bytes(sealed).unwrap();
            fr_to_bytes(&(sealed - from + to))
        };
        self.message.c1 = again(&self.message.c1, honest.k1, k1);
        self.message.c2 = again(&self.message.c2, honest.k2, k2);
    }

    /// What the witness says now, under the honest key stream.
    fn seal_again(&mut self) {
        let w = &self.witness;
        let slots = (w.sender_leaf.slot(), w.recipient_leaf.slot());
        let keys = w.audit_keys();
        let (c1, c2) = transfer::seal(&keys, w.pay, w.change, slots.0, slots.1, &w.rcm1);
        (self.message.c1, self.message.c2) = (fr_to_bytes(&c1), fr_to_bytes(&c2));
    }

    /// As if both r·G and r·P were this point.
    fn ephemeral(&mut self, x: Fr, y: Fr) {
        self.message.r = point(x, y);
        self.seal_under(x, y);
    }

    fn nullifier(&self) -> Fr {
        fr_from_bytes(&self.message.nf1).unwrap()
    }
}

fn stranger() -> AuditorKey {
    AuditorSecret::random(&mut StdRng::seed_from_u64(99)).public()
}

fn point(x: Fr, y: Fr) -> PointBytes {
    PointBytes::from_xy(&fr_to_bytes(&x), &fr_to_bytes(&y))
}
