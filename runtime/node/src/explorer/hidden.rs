//! What a confidential transaction hides, and from whom: the table of `docs/threats.md`, cell by cell.

/// Who may or may not see something, in the order of the table's columns.
pub(super) const WATCHERS: [&str; 6] = [
    "Operator of this ledger",
    "Payer",
    "Payee",
    "Other participants",
    "Auditor",
    "Prover given the job",
];

/// Whether somebody sees a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    Sees,
    Hidden,
    /// Only if a party says so, in the encrypted memo or elsewhere.
    IfTold,
    /// There is no such party.
    Absent,
}

impl Sight {
    pub(super) fn text(&self) -> &'static str {
        match self {
            Self::Sees => "sees it",
            Self::Hidden => "hidden",
            Self::IfTold => "only if told",
            Self::Absent => "–",
        }
    }

    pub(super) fn class(&self) -> &'static str {
        match self {
            Self::Sees => "sees",
            Self::Hidden => "veiled",
            Self::IfTold => "told",
            Self::Absent => "absent",
        }
    }
}

/// One hidden thing.
pub(super) struct Secret {
    pub(super) what: &'static str,
    pub(super) how: &'static str,
    pub(super) sight: [Sight; 6],
}

/// What kind of transaction it is, as far as hiding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hiding {
    Transfer,
    Issue,
    Redeem,
    Register,
    /// Everything in it is public.
    Nothing,
}

use Sight::{Absent, Hidden, IfTold, Sees};

const TRANSFER: &[Secret] = &[
    Secret {
        what: "Amount",
        how: "inside the two new notes; the proof shows that nothing was made or lost",
        sight: [Hidden, Sees, Sees, Hidden, Sees, Sees],
    },
    Secret {
        what: "Payer",
        how: "the proof shows a registered, unfrozen participant; the key rk is used once",
        sight: [Hidden, Sees, IfTold, Hidden, Sees, Sees],
    },
    Secret {
        what: "Payee",
        how: "the owner inside the first note; the proof shows that it is registered",
        sight: [Hidden, Sees, Sees, Hidden, Sees, Sees],
    },
    Secret {
        what: "Change kept by the payer",
        how: "the amount inside the second note",
        sight: [Hidden, Sees, Hidden, Hidden, Sees, Sees],
    },
    Secret {
        what: "Which notes were spent",
        how: "nullifiers cannot be matched to commitments without the payer's key, escrowed to the auditor",
        sight: [Hidden, Sees, Hidden, Hidden, Sees, Sees],
    },
    Secret {
        what: "Payment reference",
        how: "encrypted memos of a fixed size (HPKE)",
        sight: [Hidden, Sees, Sees, Hidden, Hidden, Hidden],
    },
];

const ISSUE: &[Secret] = &[
    Secret {
        what: "Amount",
        how: "inside the new note and the issuer's value commitment",
        sight: [Hidden, Sees, Sees, Hidden, Sees, Sees],
    },
    Secret {
        what: "Payee",
        how: "the owner inside the note; the proof shows that it is registered",
        sight: [Hidden, Sees, Sees, Hidden, Sees, Sees],
    },
    Secret {
        what: "Reference",
        how: "encrypted memo of a fixed size (HPKE)",
        sight: [Hidden, Sees, Sees, Hidden, Hidden, Hidden],
    },
];

const REDEEM: &[Secret] = &[
    Secret {
        what: "Amount",
        how: "inside the value commitment; the issuer asks the holder or the auditor for it before it pays out",
        sight: [Hidden, Sees, IfTold, Hidden, Sees, Sees],
    },
    Secret {
        what: "Holder",
        how: "the proof shows a registered, unfrozen participant; the key rk is used once",
        sight: [Hidden, Sees, IfTold, Hidden, Sees, Sees],
    },
    Secret {
        what: "Change kept by the holder",
        how: "the amount inside the new note",
        sight: [Hidden, Sees, Hidden, Hidden, Sees, Sees],
    },
    Secret {
        what: "Payout instruction",
        how: "only its hash is on the ledger",
        sight: [Hidden, Sees, IfTold, Hidden, Hidden, Hidden],
    },
];

const REGISTER: &[Secret] = &[
    Secret {
        what: "Nullifier key",
        how: "encrypted to the auditor; the proof shows that the ciphertext holds it",
        sight: [Hidden, Sees, Absent, Hidden, Sees, Sees],
    },
    Secret {
        what: "Spending key",
        how: "never leaves the participant; the signature shows that it is held",
        sight: [Hidden, Sees, Absent, Hidden, Hidden, Hidden],
    },
];

impl Hiding {
    pub(super) fn secrets(self) -> &'static [Secret] {
        match self {
            Self::Transfer => TRANSFER,
            Self::Issue => ISSUE,
            Self::Redeem => REDEEM,
            Self::Register => REGISTER,
            Self::Nothing => &[],
        }
    }

    /// The columns by the names of this kind's parties.
    pub(super) fn watchers(self) -> [&'static str; 6] {
        let [operator, _, payee, others, auditor, prover] = WATCHERS;
        match self {
            Self::Transfer | Self::Nothing => WATCHERS,
            Self::Issue => [operator, "Issuer", payee, others, auditor, prover],
            Self::Redeem => [operator, "Holder", "Issuer", others, auditor, prover],
            Self::Register => [operator, "Participant", payee, others, auditor, prover],
        }
    }

    /// What happened, for a compliance officer.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Transfer => {
                "A confidential payment. A proof showed the ledger that the payer owns unspent money, that payer and payee \
                 are registered and within their limits, that no money was made, and that the auditor can read it. The \
                 ledger learnt nothing else."
            }
            Self::Issue => {
                "The issuer made new money for a registered participant. That it did, and how often, is public; how much, and \
                 for whom, is not."
            }
            Self::Redeem => {
                "A holder gave money back to the issuer for payout. That it happened is public; how much, and by whom, is not."
            }
            Self::Register => {
                "A participant entered the registry. Who takes part is public; what it will do is not."
            }
            Self::Nothing => "An administrative transaction. Everything in it is public.",
        }
    }
}

#[cfg(test)]
mod tests;
