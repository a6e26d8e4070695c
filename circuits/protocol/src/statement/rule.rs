//! The rules of all statements, by name.

use thiserror::Error;

macro_rules! rules {
    ($( $(#[$doc:meta])* $variant:ident = $name:literal, $message:literal; )+) => {
        /// A rule of a statement: why a native check refused, or which constraints a namespace of a
        /// circuit holds.
        ///
        /// Carries no values, since they would be secret.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
        pub enum Rule {
            $( $(#[$doc])* #[error("{}: {}", $name, $message)] $variant, )+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// Its name in the spec and in the circuits.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }
        }
    };
}

rules! {
    /// `owner = H_owner(ak, nk)`. In spends the owner is derived and compared through the notes and
    /// the registry leaf; in `register` it is public.
    OwnerKey = "owner_key", "the owner is not the hash of ak and nk: derive it from the same keys";
    /// `rk = ak + α·G`.
    SpendKeyRandomised = "spend_key_randomised", "rk is not ak + alpha·G: use this attempt's alpha";
    /// The dummy flag is 0 or 1. Natively by type.
    DummyBoolean = "dummy_boolean", "the dummy flag is neither 0 nor 1: set it to one of them";
    /// A dummy has value zero.
    DummyValue = "dummy_value", "a dummy input has a value: set it to zero";
    /// A real input's commitment is under the anchor.
    AnchorMembership = "anchor_membership", "a spent note is not under the anchor: take both paths at one height";
    /// `nf1` is the first input's nullifier.
    Nullifier1 = "nullifier_1", "nf1 is not the first input's nullifier: derive it from nk, rcm and position";
    /// `nf2` is the second input's nullifier.
    Nullifier2 = "nullifier_2", "nf2 is not the second input's nullifier: derive it from nk, rcm and position";
    /// `cm1` commits to the recipient's note.
    OutputCommitment = "output_commitment", "cm1 does not commit to the recipient's note: derive it again";
    /// `cm2` commits to the change, owned by the sender, with the audit key stream as randomness.
    ChangeCommitment = "change_commitment", "cm2 does not commit to the sender's change: derive it again";
    /// Inputs and outputs have the same sum.
    ValueConservation = "value_conservation", "inputs and outputs differ: choose the change so that they balance";
    /// The amount paid or redeemed has 64 bits. Natively by type.
    PayRange = "pay_range", "the amount paid is outside 64 bits: split the payment";
    /// The change has 64 bits. Natively by type.
    ChangeRange = "change_range", "the change is outside 64 bits: choose smaller inputs";
    /// The amount issued has 64 bits. Natively by type.
    ValueRange = "value_range", "the amount issued is outside 64 bits: split the issue";
    /// The sender's leaf is under `sender_root`.
    SenderRegistered = "sender_registered", "the sender's leaf is not under sender_root: refresh the registry path";
    /// The recipient's leaf is under `recipient_root`.
    RecipientRegistered = "recipient_registered", "the recipient's leaf is not under recipient_root: refresh the registry path";
    /// The amount paid or redeemed is within the sender's limit.
    Limit = "limit", "the amount is above the sender's limit: split the payment or ask the registrar";
    /// `cv` commits to the amount that enters or leaves the pool.
    ValueCommitment = "value_commitment", "cv does not commit to the amount: derive it with the same blinding";
    /// P is the key that the audit keys were agreed with. A precondition of the circuit.
    AuditorKey = "auditor_key", "P is not the auditor's key of the witness: use the registry's current key";
    /// `R = r·G`.
    AuditEphemeral = "audit_ephemeral", "R is not r·G: use this attempt's r";
    /// `c1` encrypts amounts and slots.
    AuditAmounts = "audit_amounts", "c1 does not encrypt the amounts and slots: seal it again";
    /// The ciphertext encrypts the randomness of the created note.
    AuditRandomness = "audit_randomness", "c2 does not encrypt the note's randomness: seal it again";
    /// The ciphertext encrypts the blinding of `cv`.
    AuditBlinding = "audit_blinding", "the blinding's ciphertext does not hold the blinding of cv: seal it again";
    /// `c1` encrypts the nullifier key.
    AuditEscrow = "audit_escrow", "c1 does not encrypt nk: seal it again";
    /// `nonce` is the issue counter that the audit keys were drawn for.
    Nonce = "nonce", "the nonce is not the witness's: build the issue for the token's current counter";
    /// `cm1` commits to the first note of a ratio.
    FirstCommitment = "first_commitment", "cm1 does not commit to the first note: take the opening and the owner of the first deposit";
    /// `cm2` commits to the second note of a ratio.
    SecondCommitment = "second_commitment", "cm2 does not commit to the second note: take the opening and the owner of the second deposit";
    /// Both amounts of a ratio have 64 bits. Natively by type.
    AmountRange = "amount_range", "an amount is outside 64 bits: split the deal";
    /// The second amount is the first one at the rate `p : q`, rounded toward zero.
    Rate = "rate", "the second amount is not the first at the rate p:q, rounded down: deposit the converted amount and use the deal's p and q";
    /// Every note of a balance shows its nullifier.
    Nullifiers = "nullifiers", "a nullifier is not its note's: derive all of them from nk, rcm and position";
    /// The notes of a balance hold at least the threshold.
    Threshold = "threshold", "the notes hold less than the threshold: choose a lower one, or more notes";
    /// `C` commits to the supply.
    SupplyCommitment = "supply_commitment", "C does not commit to the supply: use the sums of amounts and blindings of all issues and redemptions";
    /// The supply has 96 bits, so it is not negative. Natively by type.
    SupplyRange = "supply_range", "the supply is negative or above 96 bits: more was redeemed than issued";
    /// The supply is at most the reserves.
    Backed = "backed", "the supply is above the reserves, or other reserves are shown: attest reserves that cover it";
    /// `tag` is that of the ticket, period and nullifier key.
    VelocityTag = "velocity_tag", "the tag is not the ticket's: derive it from nk, period and the ticket's number";
    /// The ticket is one of the quota's.
    WithinQuota = "within_quota", "the ticket is not below the quota, or another quota is shown: choose a free ticket of the token's quota";
    /// `context` can be a context: 31 bytes.
    ContextBinding = "context_binding", "the context is not 31 bytes: take it from the transaction's digest";
}
