//! Valid witnesses for tests, deterministic from a seed (feature `test-fixtures`).
//!
//! Negative tests take one of these and change exactly one field. Trees are random: every sibling
//! is a random element, so no test passes because of an empty tree.
#![allow(
    clippy::expect_used,
    reason = "test fixtures, never part of a production build"
)]

mod holdings;

pub use holdings::{
    balance, balance_with_dummies, supply, supply_at_the_edge, velocity, velocity_at_the_edge,
};

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{
    IssueWitness, RatioWitness, RedeemWitness, RegisterWitness, RegistryLeafWitness, SpendInput,
    TransferWitness,
};
use crate::{
    amount::Amount,
    audit::{AuditScalar, AuditorKey, AuditorSecret},
    field::Fr,
    keys::{FullViewingKey, Owner, Seed, SpendingKey},
    note::{Note, Rcm, registry_leaf},
    pedersen::Blinding,
    rate::Rate,
    schnorr::Randomizer,
    tree::{MerklePath, NOTE_DEPTH},
};

/// The seed of the holder whose notes the samples spend and whose keys they register.
pub fn holder_seed(seed: u64) -> Seed {
    Seed::random(&mut StdRng::seed_from_u64(seed ^ 0x686f_6c64_6572))
}

/// The holder's spending key, to sign what the samples spend.
pub fn holder_spending_key(seed: u64) -> SpendingKey {
    SpendingKey::from_seed(&holder_seed(seed))
}

/// The auditor of the samples.
pub fn auditor(seed: u64) -> AuditorSecret {
    AuditorSecret::random(&mut StdRng::seed_from_u64(seed ^ 0x0061_7564_6974_6f72))
}

/// A context of 31 random bytes.
pub fn context(seed: u64) -> Fr {
    let mut bytes = [0; 32];
    StdRng::seed_from_u64(seed ^ 0x63_6f6e_7465_7874).fill(&mut bytes[..31]);
    crate::field::fr_from_bytes(&obolus_abi::FieldBytes(bytes)).expect("31 bytes are canonical")
}

/// A transfer of two real notes.
pub fn transfer(seed: u64) -> TransferWitness {
    let mut setup = Setup::new(seed);
    let (inputs, total) = setup.two_notes();
    setup.transfer(inputs, total)
}

/// A transfer of one real note and a dummy, in that order.
pub fn transfer_with_dummy(seed: u64) -> TransferWitness {
    let mut setup = Setup::new(seed);
    let (inputs, total) = setup.note_and_dummy();
    setup.transfer(inputs, total)
}

/// A redemption from two real notes.
pub fn redeem(seed: u64) -> RedeemWitness {
    let mut setup = Setup::new(seed);
    let (inputs, total) = setup.two_notes();
    setup.redeem(inputs, total)
}

/// A redemption from one real note and a dummy, in that order.
pub fn redeem_with_dummy(seed: u64) -> RedeemWitness {
    let mut setup = Setup::new(seed);
    let (inputs, total) = setup.note_and_dummy();
    setup.redeem(inputs, total)
}

/// An issue.
pub fn issue(seed: u64) -> IssueWitness {
    let mut setup = Setup::new(seed);
    let recipient = setup.owner();
    let limit = Amount::new(setup.rng.r#gen());
    let [recipient_leaf] = setup.registry([(recipient, limit)]);
    IssueWitness {
        recipient,
        value: Amount::new(setup.rng.r#gen()),
        rcm1: Rcm::random(&mut setup.rng),
        recipient_leaf,
        s: Blinding::random(&mut setup.rng),
        r: AuditScalar::random(&mut setup.rng),
        auditor: setup.auditor,
        nonce: setup.rng.r#gen::<u64>().into(),
    }
}

/// A registration.
pub fn register(seed: u64) -> RegisterWitness {
    let mut setup = Setup::new(seed);
    RegisterWitness {
        ak: setup.holder.ak,
        nk: setup.holder.nk.clone(),
        r: AuditScalar::random(&mut setup.rng),
        auditor: setup.auditor,
    }
}

/// A ratio of two deposits to a deal, with a remainder.
pub fn ratio(seed: u64) -> RatioWitness {
    let mut setup = Setup::new(seed);
    // Both amounts are above q and p is not a multiple of q: every small change breaks the rate.
    let q = setup.rng.gen_range(1 << 20..1 << 24);
    let p = q + setup.rng.gen_range(1..q);
    let first = Amount::new(setup.rng.gen_range(1 << 40..1 << 62));
    setup.ratio(first, Rate::new(p, q).expect("q is not zero"))
}

/// A ratio at the edges of 64 bits: the largest amount at a rate that is almost one.
pub fn ratio_at_the_edge(seed: u64) -> RatioWitness {
    let rate = Rate::new(u64::MAX - 1, u64::MAX).expect("q is not zero");
    Setup::new(seed).ratio(Amount::new(u64::MAX - (seed & 1)), rate)
}

/// Paths of these leaves in a tree whose other nodes are random; all lead to one root.
pub fn paths<const DEPTH: usize, const N: usize>(
    leaves: [(u64, Fr); N],
    rng: &mut StdRng,
) -> [MerklePath<DEPTH>; N] {
    let mut level: BTreeMap<u64, Fr> = leaves.into_iter().collect();
    assert_eq!(level.len(), N, "leaves at distinct indices");
    let mut siblings = [[[Fr::from(0_u64); 3]; DEPTH]; N];
    for height in 0..DEPTH {
        let parents: BTreeMap<u64, [Fr; 4]> = level
            .keys()
            .map(|index| {
                let child = |place| level.get(&(index & !3 | place)).copied();
                let children =
                    [0, 1, 2, 3].map(|place| child(place).unwrap_or_else(|| element(rng)));
                (index >> 2, children)
            })
            .collect();
        for (leaf, path) in leaves.iter().zip(&mut siblings) {
            let index = leaf.0 >> (2 * height);
            let mut others = (0..4).filter(|place| *place != index & 3);
            path[height] = core::array::from_fn(|_| {
                let place = others.next().expect("three siblings");
                parents[&(index >> 2)][place as usize]
            });
        }
        level = parents
            .iter()
            .map(|(index, children)| (*index, crate::poseidon2::compress4(children)))
            .collect();
    }
    core::array::from_fn(|i| MerklePath::new(leaves[i].0, siblings[i]).expect("index in the tree"))
}

fn element(rng: &mut StdRng) -> Fr {
    Rcm::random(rng).get()
}

struct Setup {
    rng: StdRng,
    holder: FullViewingKey,
    auditor: AuditorKey,
}

impl Setup {
    fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            holder: FullViewingKey::from_seed(&holder_seed(seed)),
            auditor: auditor(seed).public(),
        }
    }

    fn owner(&mut self) -> Owner {
        Owner::new(element(&mut self.rng))
    }

    fn note(&mut self) -> Note {
        // Below 2^63, so that the sum of two is an amount and every split is allowed.
        let value = Amount::new(self.rng.r#gen::<u64>() >> 1);
        Note {
            value,
            owner: self.holder.owner(),
            rcm: Rcm::random(&mut self.rng),
        }
    }

    fn two_notes(&mut self) -> ([SpendInput; 2], u64) {
        let notes = [self.note(), self.note()];
        let first = self.rng.gen_range(0..1_u64 << (2 * NOTE_DEPTH));
        let second = (first + self.rng.gen_range(1..1_u64 << (2 * NOTE_DEPTH)))
            % (1_u64 << (2 * NOTE_DEPTH));
        let [path1, path2] = paths(
            [
                (first, notes[0].commitment().get()),
                (second, notes[1].commitment().get()),
            ],
            &mut self.rng,
        );
        let total = notes[0].value.get() + notes[1].value.get();
        (
            [
                SpendInput::real(&notes[0], path1),
                SpendInput::real(&notes[1], path2),
            ],
            total,
        )
    }

    fn note_and_dummy(&mut self) -> ([SpendInput; 2], u64) {
        let note = self.note();
        let position = self.rng.gen_range(0..1_u64 << (2 * NOTE_DEPTH));
        let [path] = paths([(position, note.commitment().get())], &mut self.rng);
        let inputs = [
            SpendInput::real(&note, path),
            SpendInput::dummy(&mut self.rng),
        ];
        (inputs, note.value.get())
    }

    /// Leaves at random distinct slots of one tree.
    fn registry<const N: usize>(
        &mut self,
        entries: [(Owner, Amount); N],
    ) -> [RegistryLeafWitness; N] {
        let slots = rand::seq::index::sample(&mut self.rng, 1 << 18, N).into_vec();
        let leaves: [(u64, Fr); N] =
            core::array::from_fn(|i| (slots[i] as u64, registry_leaf(entries[i].0, entries[i].1)));
        let mut paths = paths(leaves, &mut self.rng).into_iter();
        entries.map(|(_, limit)| RegistryLeafWitness {
            limit,
            path: paths.next().expect("as many paths as entries"),
        })
    }

    fn limit_for(&mut self, pay: u64) -> Amount {
        Amount::new(self.rng.gen_range(pay..=u64::MAX))
    }

    fn transfer(mut self, inputs: [SpendInput; 2], total: u64) -> TransferWitness {
        let pay = self.rng.gen_range(0..=total);
        let recipient = self.owner();
        let (limit, recipient_limit) = (self.limit_for(pay), Amount::new(self.rng.r#gen()));
        let sender = self.holder.owner();
        let [sender_leaf, recipient_leaf] =
            self.registry([(sender, limit), (recipient, recipient_limit)]);
        TransferWitness {
            ak: self.holder.ak,
            nk: self.holder.nk.clone(),
            alpha: Randomizer::random(&mut self.rng),
            inputs,
            recipient,
            pay: Amount::new(pay),
            change: Amount::new(total - pay),
            rcm1: Rcm::random(&mut self.rng),
            sender_leaf,
            recipient_leaf,
            r: AuditScalar::random(&mut self.rng),
            auditor: self.auditor,
        }
    }

    /// Deposits of two legs: amounts that convert, each with an owner of its own.
    fn ratio(mut self, first: Amount, rate: Rate) -> RatioWitness {
        let second = rate.convert(first).expect("fits into 64 bits");
        let mut deposit = |value| Note {
            value,
            owner: self.owner(),
            rcm: Rcm::random(&mut self.rng),
        };
        RatioWitness {
            first: deposit(first),
            second: deposit(second),
            rate,
        }
    }

    fn redeem(mut self, inputs: [SpendInput; 2], total: u64) -> RedeemWitness {
        let redeemed = self.rng.gen_range(0..=total);
        let limit = self.limit_for(redeemed);
        let holder = self.holder.owner();
        let [sender_leaf] = self.registry([(holder, limit)]);
        RedeemWitness {
            ak: self.holder.ak,
            nk: self.holder.nk.clone(),
            alpha: Randomizer::random(&mut self.rng),
            inputs,
            redeemed: Amount::new(redeemed),
            change: Amount::new(total - redeemed),
            sender_leaf,
            s: Blinding::random(&mut self.rng),
            r: AuditScalar::random(&mut self.rng),
            auditor: self.auditor,
        }
    }
}
