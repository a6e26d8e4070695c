//! The notes, spent and unspent, and the two sums. Whatever is written to them was proved: nothing outside this module
//! can reach them, and what it offers takes proven statements alone.

use obolus_sdk::abi::token::{NOTE_TREE, TokenError};
use obolus_sdk::abi::{IssueInputs, RedeemInputs, TransferInputs};
use obolus_sdk::{AppendTree, Env, FieldBytes, Item, Map, PointBytes, Proven, Set, TreeError};

use crate::storage::initialised;

/// Sum of the value commitments of all issues. Field ids are listed in [`crate::storage`].
const ISSUED: Item<PointBytes> = Item::new(4);
/// Sum of the value commitments of all redemptions.
const REDEEMED: Item<PointBytes> = Item::new(5);
/// Nullifiers of spent notes and used dummies.
const NULLIFIERS: Set<FieldBytes> = Set::new(7);
/// Every sum that redemptions ever had, with how many it counts and the height of the block that reached it first. One write
/// a redemption and never pruned: an attestation may be about any of them, and the redemption's note and nullifiers are kept
/// for good as well.
const REACHED: Map<PointBytes, (u64, u64)> = Map::new(10);
/// How many redemptions there were.
const REDEMPTIONS: Item<u64> = Item::new(11);
/// Every note's commitment.
const NOTES: AppendTree = AppendTree::new(NOTE_TREE);

/// The sums before the first issue.
pub fn init(env: &mut Env) {
    ISSUED.set(env, &PointBytes::IDENTITY);
    REDEEMED.set(env, &PointBytes::IDENTITY);
    REACHED.set(env, &PointBytes::IDENTITY, &(0, 0));
    REDEMPTIONS.set(env, &0);
}

/// A redemption that was recorded.
#[derive(Clone, Copy, Debug)]
pub struct Redemption {
    /// Position of the change.
    pub position: u64,
    /// Its number, from 0.
    pub number: u64,
}

/// What was issued and what was redeemed.
///
/// # Errors
/// [`TokenError::State`] before `init`.
pub fn sums(env: &Env) -> Result<[PointBytes; 2], TokenError> {
    Ok([
        initialised(ISSUED.get(env))?,
        initialised(REDEEMED.get(env))?,
    ])
}

/// How many redemptions there were.
///
/// # Errors
/// [`TokenError::State`] before `init`.
pub fn redemptions(env: &Env) -> Result<u64, TokenError> {
    initialised(REDEMPTIONS.get(env))
}

/// How many redemptions a sum counts. A redemption of nothing may leave the sum as it was; then it counts as well.
///
/// # Errors
/// [`TokenError::RedeemedSum`] when redemptions never had this sum, or only after the block at `height`: what was redeemed
/// later is paid out of reserves that were counted there.
pub fn redemptions_in(env: &Env, sum: &PointBytes, height: u64) -> Result<u64, TokenError> {
    match REACHED.get(env, sum) {
        Some((count, since)) if since <= height => Ok(count),
        _ => Err(TokenError::RedeemedSum),
    }
}

/// Whether a nullifier was recorded.
pub fn is_spent(env: &Env, nullifier: &FieldBytes) -> bool {
    NULLIFIERS.contains(env, nullifier)
}

/// The root was the note tree's at the end of some block.
///
/// # Errors
/// [`TokenError::UnknownAnchor`].
pub fn check_anchor(env: &Env, root: &FieldBytes) -> Result<(), TokenError> {
    NOTES
        .check_anchor(env, root)
        .map_err(|_| TokenError::UnknownAnchor)
}

/// Adds an issued note; returns its position.
///
/// # Errors
/// [`TokenError::NonCanonical`] when `cv` is not of the subgroup, then [`TokenError::TreeFull`].
pub fn issue(env: &mut Env, proven: &Proven<IssueInputs<FieldBytes>>) -> Result<u64, TokenError> {
    let sum = with(
        env,
        &ISSUED,
        &PointBytes::from_xy(&proven.cv_x, &proven.cv_y),
    )?;
    ISSUED.set(env, &sum);
    append(env, &proven.cm1)
}

/// Spends two notes and adds two; returns the position of `cm1`, `cm2` follows it.
///
/// # Errors
/// [`TokenError::TreeFull`].
pub fn transfer(
    env: &mut Env,
    proven: &Proven<TransferInputs<FieldBytes>>,
) -> Result<u64, TokenError> {
    record(env, [&proven.nf1, &proven.nf2]);
    let position = append(env, &proven.cm1)?;
    append(env, &proven.cm2)?;
    Ok(position)
}

/// The sum of issues if one with this value commitment were made.
///
/// # Errors
/// [`TokenError::NonCanonical`] when it is not of the subgroup.
pub fn issued_with(env: &Env, cv: &PointBytes) -> Result<PointBytes, TokenError> {
    with(env, &ISSUED, cv)
}

/// Spends two notes and adds the change.
///
/// # Errors
/// [`TokenError::NonCanonical`] when `cv` is not of the subgroup, then [`TokenError::TreeFull`].
pub fn redeem(
    env: &mut Env,
    proven: &Proven<RedeemInputs<FieldBytes>>,
) -> Result<Redemption, TokenError> {
    let cv = PointBytes::from_xy(&proven.cv_x, &proven.cv_y);
    let sum = with(env, &REDEEMED, &cv)?;
    let number = redemptions(env)?;
    let count = number.saturating_add(1);
    REDEEMED.set(env, &sum);
    let since = REACHED
        .get(env, &sum)
        .map_or(env.height(), |(_, since)| since);
    REACHED.set(env, &sum, &(count, since));
    REDEMPTIONS.set(env, &count);
    record(env, [&proven.nf1, &proven.nf2]);
    let position = append(env, &proven.cm2)?;
    Ok(Redemption { position, number })
}

fn record(env: &mut Env, nullifiers: [&FieldBytes; 2]) {
    for nullifier in nullifiers {
        NULLIFIERS.insert(env, nullifier);
    }
}

fn append(env: &mut Env, commitment: &FieldBytes) -> Result<u64, TokenError> {
    NOTES.append(env, commitment).map_err(|error| match error {
        TreeError::Full => TokenError::TreeFull,
        TreeError::Malformed => TokenError::NonCanonical,
    })
}

fn with(env: &Env, sum: &Item<PointBytes>, cv: &PointBytes) -> Result<PointBytes, TokenError> {
    env.point_add(&initialised(sum.get(env))?, cv)
        .map_err(|_| TokenError::NonCanonical)
}
