//! Public inputs of every statement: named slots in a fixed order, declared once.
//!
//! The native check uses these structs over field elements, the circuit over circuit variables
//! and a contract over [`FieldBytes`](crate::FieldBytes); the order of the fields is the order of
//! the public inputs of the proof.

macro_rules! statement {
    ($(#[$doc:meta])* $name:ident = $circuit:literal { $( $(#[$slot_doc:meta])* $slot:ident ),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name<F> {
            $( $(#[$slot_doc])* pub $slot: F, )+
        }

        impl<F> $name<F> {
            /// Name of the circuit that proves the statement.
            pub const CIRCUIT: &'static str = $circuit;
            /// Names of the public inputs, in order.
            pub const NAMES: &'static [&'static str] = &[$( stringify!($slot) ),+];
            /// Number of public inputs.
            pub const COUNT: usize = Self::NAMES.len();

            /// The inputs in the order of the proof.
            pub fn to_array(self) -> [F; { [$( stringify!($slot) ),+].len() }] {
                [$( self.$slot ),+]
            }

            /// Names the inputs of a proof; the inverse of [`Self::to_array`].
            pub fn from_array(inputs: [F; { [$( stringify!($slot) ),+].len() }]) -> Self {
                let [$( $slot ),+] = inputs;
                Self { $( $slot ),+ }
            }

            /// Applies `f` to every slot, keeping names.
            pub fn map<G>(self, mut f: impl FnMut(F) -> G) -> $name<G> {
                $name { $( $slot: f(self.$slot) ),+ }
            }

            /// Applies the fallible `f` to every slot in order, keeping names.
            ///
            /// # Errors
            /// The first error of `f`.
            pub fn try_map<G, E>(self, mut f: impl FnMut(F) -> Result<G, E>) -> Result<$name<G>, E> {
                Ok($name { $( $slot: f(self.$slot)? ),+ })
            }
        }
    };
}

statement! {
    /// Two hidden notes in, two out: a confidential payment. See `docs/spec/transfer.md`.
    TransferInputs = "transfer" {
        /// Note-tree root that the spent notes are proved under.
        anchor,
        /// Registry root that the sender's leaf is proved under (ACTIVE, or FROZEN for seizure).
        sender_root,
        /// Registry root that the recipient's leaf is proved under.
        recipient_root,
        /// Nullifier of the first input.
        nf1,
        /// Nullifier of the second input.
        nf2,
        /// Commitment of the recipient's note.
        cm1,
        /// Commitment of the sender's change note.
        cm2,
        /// Re-randomised spend key, x.
        rk_x,
        /// Re-randomised spend key, y.
        rk_y,
        /// Auditor's public key, x.
        p_x,
        /// Auditor's public key, y.
        p_y,
        /// Audit ciphertext's ephemeral point, x.
        r_x,
        /// Audit ciphertext's ephemeral point, y.
        r_y,
        /// Audit ciphertext: amounts and slots.
        c1,
        /// Audit ciphertext: randomness of the recipient's note.
        c2,
        /// Transaction, token, caller and entry that the proof is bound to.
        context,
    }
}

statement! {
    /// One hidden note created by the issuer. See `docs/spec/issue.md`.
    IssueInputs = "issue" {
        /// Registry root that the recipient's leaf is proved under.
        recipient_root,
        /// Commitment of the issued note.
        cm1,
        /// Pedersen commitment to the issued amount, x.
        cv_x,
        /// Pedersen commitment to the issued amount, y.
        cv_y,
        /// Auditor's public key, x.
        p_x,
        /// Auditor's public key, y.
        p_y,
        /// Audit ciphertext's ephemeral point, x.
        r_x,
        /// Audit ciphertext's ephemeral point, y.
        r_y,
        /// Audit ciphertext: amount and slot.
        c1,
        /// Audit ciphertext: randomness of the note.
        c2,
        /// Audit ciphertext: blinding of the value commitment.
        c3,
        /// The token's issue counter.
        nonce,
        /// Transaction, token, caller and entry that the proof is bound to.
        context,
    }
}

statement! {
    /// Two hidden notes in, change out, the difference leaves the pool. See `docs/spec/redeem.md`.
    RedeemInputs = "redeem" {
        /// Note-tree root that the spent notes are proved under.
        anchor,
        /// Registry root that the holder's leaf is proved under.
        sender_root,
        /// Nullifier of the first input.
        nf1,
        /// Nullifier of the second input.
        nf2,
        /// Commitment of the change note.
        cm2,
        /// Re-randomised spend key, x.
        rk_x,
        /// Re-randomised spend key, y.
        rk_y,
        /// Pedersen commitment to the redeemed amount, x.
        cv_x,
        /// Pedersen commitment to the redeemed amount, y.
        cv_y,
        /// Auditor's public key, x.
        p_x,
        /// Auditor's public key, y.
        p_y,
        /// Audit ciphertext's ephemeral point, x.
        r_x,
        /// Audit ciphertext's ephemeral point, y.
        r_y,
        /// Audit ciphertext: amounts and slot.
        c1,
        /// Audit ciphertext: blinding of the value commitment.
        c2,
        /// Transaction, token, caller and entry that the proof is bound to.
        context,
    }
}

statement! {
    /// A participant's keys are well formed and its nullifier key is escrowed. See `docs/spec/register.md`.
    RegisterInputs = "register" {
        /// Owner hash of (ak, nk).
        owner,
        /// Spend-validating key, x.
        ak_x,
        /// Spend-validating key, y.
        ak_y,
        /// Auditor's public key, x.
        p_x,
        /// Auditor's public key, y.
        p_y,
        /// Audit ciphertext's ephemeral point, x.
        r_x,
        /// Audit ciphertext's ephemeral point, y.
        r_y,
        /// Audit ciphertext: the nullifier key.
        c1,
        /// Transaction, registry, caller and entry that the proof is bound to.
        context,
    }
}

statement! {
    /// Two hidden notes stand in an agreed rate. See `docs/spec/ratio.md`.
    RatioInputs = "ratio" {
        /// Commitment of the first note, whose amount is converted.
        cm1,
        /// Owner of the first note.
        owner1,
        /// Commitment of the second note, whose amount is the result.
        cm2,
        /// Owner of the second note.
        owner2,
        /// Rate: minor units of the second token for `q` minor units of the first. 64 bits.
        p,
        /// Rate: minor units of the first token. 64 bits, not zero.
        q,
        /// Transaction, contract, caller and entry that the proof is bound to.
        context,
    }
}

statement! {
    /// A token's hidden supply is covered by reserves. See `docs/spec/supply.md`.
    SupplyInputs = "supply" {
        /// Pedersen commitment to the supply, x.
        c_x,
        /// Pedersen commitment to the supply, y.
        c_y,
        /// Attested reserves in minor units. 96 bits.
        reserves,
        /// What the proof is bound to.
        context,
    }
}

statement! {
    /// A holder's notes hold at least a threshold. See `docs/spec/balance.md`.
    BalanceInputs = "balance" {
        /// Note-tree root that the notes are proved under.
        anchor,
        /// Owner hash of the holder's keys.
        owner,
        /// Nullifier of the first note.
        nf1,
        /// Nullifier of the second note.
        nf2,
        /// Nullifier of the third note.
        nf3,
        /// Nullifier of the fourth note.
        nf4,
        /// Nullifier of the fifth note.
        nf5,
        /// Nullifier of the sixth note.
        nf6,
        /// Nullifier of the seventh note.
        nf7,
        /// Nullifier of the eighth note.
        nf8,
        /// Minor units that the notes hold at least. 64 bits.
        threshold,
        /// Chain, verifier, challenge, token and height that the proof is bound to.
        context,
    }
}

statement! {
    /// A payment is one of its payer's few of a period. See `docs/spec/velocity.md`.
    VelocityInputs = "velocity" {
        /// First nullifier of the payment that the proof accompanies.
        nf1,
        /// Tag of the payer's ticket of the period; seen twice only if a ticket is used twice.
        tag,
        /// Token and period, as one field element: a hash of id and number.
        period,
        /// Payments per payer and period. At most 2^16.
        quota,
        /// Transaction, contract, caller and entry that the proof is bound to.
        context,
    }
}

/// Names of the public inputs of the circuit with this name, in order; none for a circuit that is not Obolus's.
pub fn input_names(circuit: &str) -> Option<&'static [&'static str]> {
    Some(match circuit {
        TransferInputs::<()>::CIRCUIT => TransferInputs::<()>::NAMES,
        IssueInputs::<()>::CIRCUIT => IssueInputs::<()>::NAMES,
        RedeemInputs::<()>::CIRCUIT => RedeemInputs::<()>::NAMES,
        RegisterInputs::<()>::CIRCUIT => RegisterInputs::<()>::NAMES,
        RatioInputs::<()>::CIRCUIT => RatioInputs::<()>::NAMES,
        BalanceInputs::<()>::CIRCUIT => BalanceInputs::<()>::NAMES,
        SupplyInputs::<()>::CIRCUIT => SupplyInputs::<()>::NAMES,
        VelocityInputs::<()>::CIRCUIT => VelocityInputs::<()>::NAMES,
        _ => return None,
    })
}
