//! What a history is made of.

use obolus_abi::token::{Circuit, VelocityRule};

/// Number of the token that is there first.
pub const FIRST: usize = 0;
/// Number of its successor.
pub const NEXT: usize = 1;
/// Both.
pub const TOKENS: [usize; 2] = [FIRST, NEXT];

/// How much of what is there.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Of(u64),
    /// As much as two notes hold, which is all that one transaction can take.
    All,
}

/// What a conditional payment waits for; a time counts in seconds.
#[derive(Clone, Copy, Debug)]
pub enum Term {
    Attested,
    Approved,
    After(u64),
}

/// Reserves beside what is in circulation.
#[derive(Clone, Copy, Debug)]
pub enum Cover {
    /// So much more.
    Over(u64),
    /// A minor unit less.
    Short,
}

/// What somebody wants to do. Participants and keys are taken modulo those that there are.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Issue(usize, u64),
    Pay(usize, usize, Part),
    /// With a wallet that claims to have no limit.
    Overpay(usize, usize, u64),
    Redeem(usize, Part),
    Merge(usize),
    Freeze(usize),
    Unfreeze(usize),
    /// The most that a participant may pay at a time.
    Limit(usize, u64),
    Pause(bool),
    /// Switches a circuit on or off.
    Switch(Circuit, bool),
    /// Accepts another key for a circuit's proofs, or the right one again.
    Pin(Circuit, bool),
    /// How often holders may pay.
    Rule(Option<VelocityRule>),
    /// Under the root that the registry names, or eagerly under the present one.
    Seize {
        from: usize,
        to: usize,
        part: Part,
        eager: bool,
    },
    /// The auditor's next key, in whose window blocks the one before is still taken.
    Epoch(u64),
    /// A key of the auditor that was there before.
    OldKey(usize),
    Join,
    Rotate(usize),
    Recover(usize),
    /// Of this token all following acts are.
    Turn(usize),
    /// The first token names the next one, whichever was turned to.
    Succeed,
    /// From the first token into the next one, whichever was turned to.
    Move(usize, usize, Part),
    /// A deal of two participants: what the first one pays in the token turned to, what the second one pays in the other, and
    /// for how many seconds it stands.
    Deal(usize, usize, [u64; 2], u64),
    /// A swap of two participants: what each pays, likewise.
    Swap(usize, usize, [u64; 2]),
    /// A deal whose second amount follows from the first one and a rate.
    Exchange(usize, usize, u64, [u64; 2], u64),
    /// The same, which asks for a minor unit more than the rate gives; then one that states another rate than it proves.
    Misprice(usize, usize, u64, [u64; 2]),
    /// A payment of the first participant to the second one that waits, and for how many seconds it stands.
    Promise(usize, usize, u64, Term, u64),
    /// Two payments of the first participant to the second one: the first is due after so many seconds, the other so many later.
    Order(usize, usize, [u64; 2], [u64; 2]),
    /// The payer of a deal's leg locks it; deals are counted from the last one of those that it can be about.
    Deposit(usize, usize),
    /// The same, of a minor unit less, with a modified wallet.
    Underfund(usize, usize),
    /// A party of that number settles a pair.
    Settle(usize, usize),
    /// A leg of another deal goes to its payee, by the party of that number.
    Release(usize, usize, usize),
    /// A leg goes back, by the party of that number.
    Refund(usize, usize, usize),
    /// Somebody brings an attestation with that outcome, by the oracle or by another one.
    Attest {
        deal: usize,
        genuine: bool,
        outcome: bool,
    },
    /// An approver of that number approves, or who is none.
    Approve(usize, usize),
    /// A conditional payment is given up by the party of that number.
    Decline(usize, usize),
    /// A standing order is cancelled by the party of that number.
    Cancel(usize, usize),
    /// Three participants from that one on pay each other in a circle, the second one in the other token; perhaps one of them does
    /// not sign.
    Net(usize, [u64; 3], Option<usize>),
    /// Reserves are attested, counted so many blocks after the last one.
    Reserves(Cover, i64),
    /// A participant shows a verifier so much, and that it has no more.
    Show(usize, Part),
    /// A transaction that was taken is submitted again.
    Again(usize),
    /// Nobody does anything.
    Rest,
    /// What was held back is submitted.
    Submit(usize),
}

/// When a transaction reaches a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Now,
    /// In the same block as the next one.
    Together,
    /// When a later step submits it, if one does.
    HeldBack,
}

pub type Step = (Act, When);

/// At most `quota` payments in so many seconds; blocks come each second.
pub const fn rule(quota: u32, period_seconds: u32, grace_seconds: u32) -> Option<VelocityRule> {
    Some(VelocityRule {
        quota,
        period_seconds,
        grace_seconds,
    })
}
