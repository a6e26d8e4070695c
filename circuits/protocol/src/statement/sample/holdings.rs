//! Samples of what holders and issuers claim: `balance`, `supply`, `velocity`.

use rand::Rng;

use super::{Setup, paths};
use crate::{
    amount::{Amount, Total},
    note::{Note, Position},
    pedersen::Blinding,
    statement::{BalanceWitness, SpendInput, SupplyWitness, VelocityWitness, balance::NOTES},
    tree::NOTE_DEPTH,
    velocity::{Period, PeriodNumber, Quota, Ticket},
};

/// A balance of eight real notes, with something left above the threshold.
pub fn balance(seed: u64) -> BalanceWitness {
    let mut setup = Setup::new(seed);
    let notes: [Note; NOTES] = core::array::from_fn(|_| setup.note());
    let sum: u128 = notes.iter().map(|note| u128::from(note.value.get())).sum();
    let most = u64::try_from(sum).unwrap_or(u64::MAX - 1);
    let threshold = Amount::new(setup.rng.gen_range(1..most));
    let inputs = setup.holdings(notes);
    setup.balance(inputs, threshold)
}

/// A balance of three real notes and five dummies, in that order, that is exactly the threshold.
pub fn balance_with_dummies(seed: u64) -> BalanceWitness {
    let mut setup = Setup::new(seed);
    let notes: [Note; 3] = core::array::from_fn(|_| {
        let mut note = setup.note();
        note.value = Amount::new(note.value.get() >> 2);
        note
    });
    let threshold = Amount::new(notes.iter().map(|note| note.value.get()).sum());
    let [first, second, third] = setup.holdings(notes);
    let mut dummy = || SpendInput::dummy(&mut setup.rng);
    let inputs = [
        first,
        second,
        third,
        dummy(),
        dummy(),
        dummy(),
        dummy(),
        dummy(),
    ];
    setup.balance(inputs, threshold)
}

/// A supply whose highest bit is set, below its reserves.
pub fn supply(seed: u64) -> SupplyWitness {
    let mut setup = Setup::new(seed);
    let total = setup.rng.gen_range(1 << 95..Total::MAX.get() - 1);
    let reserves = setup.rng.gen_range(total + 1..Total::MAX.get());
    setup.supply(total, reserves)
}

/// The largest supply, exactly covered; for odd seeds none at all.
pub fn supply_at_the_edge(seed: u64) -> SupplyWitness {
    let total = if seed & 1 == 0 { Total::MAX.get() } else { 0 };
    Setup::new(seed).supply(total, total)
}

/// An odd ticket, neither the first nor the last of its quota.
pub fn velocity(seed: u64) -> VelocityWitness {
    let mut setup = Setup::new(seed);
    let quota = setup.rng.gen_range(100..1 << 12);
    let ticket = setup.rng.gen_range(1..49) * 2 + 1;
    let note = setup.note();
    let [input] = setup.holdings([note]);
    setup.velocity(&input, quota, ticket)
}

/// The last ticket of the largest quota, for a payment whose first input is a dummy.
pub fn velocity_at_the_edge(seed: u64) -> VelocityWitness {
    let mut setup = Setup::new(seed);
    let input = SpendInput::dummy(&mut setup.rng);
    setup.velocity(&input, Quota::MAX, u16::MAX)
}

impl Setup {
    /// Notes at random distinct positions of one tree.
    fn holdings<const N: usize>(&mut self, notes: [Note; N]) -> [SpendInput; N] {
        let count = usize::try_from(Position::COUNT).expect("positions of 34 bits");
        let positions = rand::seq::index::sample(&mut self.rng, count, N).into_vec();
        let leaves: [_; N] =
            core::array::from_fn(|i| (positions[i] as u64, notes[i].commitment().get()));
        let mut paths = paths::<NOTE_DEPTH, N>(leaves, &mut self.rng).into_iter();
        notes.map(|note| SpendInput::real(&note, paths.next().expect("as many paths as notes")))
    }

    fn balance(self, inputs: [SpendInput; NOTES], threshold: Amount) -> BalanceWitness {
        BalanceWitness {
            ak: self.holder.ak,
            nk: self.holder.nk.clone(),
            inputs,
            threshold,
        }
    }

    fn supply(mut self, total: u128, reserves: u128) -> SupplyWitness {
        let total_of = |units| Total::new(units).expect("below 2^96");
        SupplyWitness {
            total: total_of(total),
            s: Blinding::random(&mut self.rng),
            reserves: total_of(reserves),
        }
    }

    fn velocity(mut self, first: &SpendInput, quota: u32, ticket: u16) -> VelocityWitness {
        let token = obolus_abi::ContractId(self.rng.r#gen());
        let number = PeriodNumber(self.rng.r#gen());
        VelocityWitness::new(
            &self.holder.nk,
            first,
            Period::of(&token, number),
            Quota::new(quota).expect("1 to 65536"),
            Ticket::new(ticket),
        )
    }
}
