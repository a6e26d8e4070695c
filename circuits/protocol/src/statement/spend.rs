//! The spending part of `transfer` and `redeem`: keys, two inputs, nullifiers.

use rand::{CryptoRng, RngCore};
use zeroize::Zeroize;

use super::{Rule, require, shows};
use crate::{
    amount::Amount,
    curve::Point,
    field::Fr,
    keys::{NullifierKey, Owner, SpendValidatingKey},
    note::{Dummy, Note, Nullifier, Position, Rcm},
    schnorr::Randomizer,
    tree::{MerklePath, NOTE_DEPTH},
};

/// A note being spent, or a placeholder so that every spend shows two nullifiers.
#[derive(Clone)]
pub struct SpendInput {
    /// The note's value; zero for a dummy.
    pub note_value: Amount,
    /// The note's randomness. Drawn afresh for each dummy: it alone makes its nullifier unique.
    pub rcm: Rcm,
    /// The note's path to the anchor; its index is the position. Random for a dummy.
    pub path: MerklePath<NOTE_DEPTH>,
    /// Real or placeholder.
    pub dummy: Dummy,
}

/// Keys and randomness wipe themselves.
impl Drop for SpendInput {
    fn drop(&mut self) {
        self.note_value.zeroize();
        self.path.zeroize();
    }
}

impl SpendInput {
    /// A note at the position and under the anchor that its path leads to.
    pub fn real(note: &Note, path: MerklePath<NOTE_DEPTH>) -> Self {
        Self {
            note_value: note.value,
            rcm: note.rcm.clone(),
            path,
            dummy: Dummy::No,
        }
    }

    /// A placeholder. Position and path are random, so that the prover's work and the public inputs
    /// tell nothing about how many real notes are spent.
    pub fn dummy<R: RngCore + CryptoRng>(rng: &mut R) -> Self {
        let mut element = || Rcm::random(rng).get();
        let siblings = core::array::from_fn(|_| [element(), element(), element()]);
        let position = rng.next_u64() % Position::COUNT;
        #[expect(
            clippy::expect_used,
            reason = "the position was just reduced below the count"
        )]
        let path = MerklePath::new(position, siblings).expect("in range");
        Self {
            note_value: Amount::ZERO,
            rcm: Rcm::random(rng),
            path,
            dummy: Dummy::Yes,
        }
    }

    /// The note's position in the tree.
    pub fn position(&self) -> Position {
        #[expect(
            clippy::expect_used,
            reason = "a path of this depth has an index below the number of positions"
        )]
        Position::new(self.path.index()).expect("the index of a note path is a position")
    }

    /// The note, as it belongs to `owner`.
    pub fn note(&self, owner: Owner) -> Note {
        Note {
            value: self.note_value,
            owner,
            rcm: self.rcm.clone(),
        }
    }

    /// The root that the note leads to.
    pub fn root(&self, owner: Owner) -> Fr {
        self.path.root(self.note(owner).commitment().get())
    }

    /// The nullifier.
    pub fn nullifier(&self, nk: &NullifierKey) -> Nullifier {
        Nullifier::derive(nk, &self.rcm, self.position(), self.dummy)
    }
}

/// The spending part of a witness, borrowed.
pub(super) struct Spend<'a> {
    pub(super) ak: &'a SpendValidatingKey,
    pub(super) nk: &'a NullifierKey,
    pub(super) alpha: &'a Randomizer,
    pub(super) inputs: &'a [SpendInput; 2],
}

/// The public inputs of the spending part.
pub(super) struct SpendPublic {
    pub(super) anchor: Fr,
    pub(super) nf1: Fr,
    pub(super) nf2: Fr,
    pub(super) rk_x: Fr,
    pub(super) rk_y: Fr,
}

impl Spend<'_> {
    pub(super) fn owner(&self) -> Owner {
        Owner::derive(self.ak.point(), self.nk)
    }

    pub(super) fn rk(&self) -> Point {
        self.alpha.randomize(self.ak.point())
    }

    pub(super) fn nullifiers(&self) -> [Nullifier; 2] {
        [
            self.inputs[0].nullifier(self.nk),
            self.inputs[1].nullifier(self.nk),
        ]
    }

    /// Where the first real input leads; with none, where the first dummy does, which no contract
    /// knows as an anchor.
    pub(super) fn anchor(&self) -> Fr {
        let [first, second] = self.inputs;
        let input = match (first.dummy, second.dummy) {
            (Dummy::Yes, Dummy::No) => second,
            _ => first,
        };
        input.root(self.owner())
    }

    pub(super) fn public(&self) -> SpendPublic {
        let [nf1, nf2] = self.nullifiers();
        let rk = self.rk();
        SpendPublic {
            anchor: self.anchor(),
            nf1: nf1.get(),
            nf2: nf2.get(),
            rk_x: rk.x(),
            rk_y: rk.y(),
        }
    }

    pub(super) fn check(&self, public: &SpendPublic) -> Result<(), Rule> {
        require(
            shows(&self.rk(), public.rk_x, public.rk_y),
            Rule::SpendKeyRandomised,
        )?;
        let owner = self.owner();
        for input in self.inputs {
            match input.dummy {
                Dummy::Yes => require(input.note_value == Amount::ZERO, Rule::DummyValue)?,
                Dummy::No => require(input.root(owner) == public.anchor, Rule::AnchorMembership)?,
            }
        }
        let [nf1, nf2] = self.nullifiers();
        require(nf1.get() == public.nf1, Rule::Nullifier1)?;
        require(nf2.get() == public.nf2, Rule::Nullifier2)
    }

    /// Inputs against the two outputs, in integers that cannot wrap.
    pub(super) fn check_conservation(&self, out1: Amount, out2: Amount) -> Result<(), Rule> {
        let wide = |amount: Amount| u128::from(amount.get());
        let [first, second] = self.inputs;
        let inputs = wide(first.note_value) + wide(second.note_value);
        require(inputs == wide(out1) + wide(out2), Rule::ValueConservation)
    }
}
