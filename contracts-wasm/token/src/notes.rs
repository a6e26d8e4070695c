//! The notes, spent and unspent, and the two sums. Whatever is written to them was proved: nothing outside this module
//! can reach them, and what it offers takes proven statements alone.

use obolus_sdk::abi::token::{NOTE_TREE, TokenError};
use obolus_sdk::abi::{IssueInputs, RedeemInputs, TransferInputs};
use obolus_sdk::{AppendTree, Env, FieldBytes, Item, PointBytes, Proven, Set, TreeError};

use crate::storage::initialised;

/// Sum of the value commitments of all issues. Field ids are listed in [`crate::storage`].
const ISSUED: Item<PointBytes> = Item::new(4);
/// Sum of the value commitments of all redemptions.
const REDEEMED: Item<PointBytes> = Item::new(5);
/// Nullifiers of spent notes and used dummies.
const NULLIFIERS: Set<FieldBytes> = Set::new(7);
/// Every note's commitment.
const NOTES: AppendTree = AppendTree::new(NOTE_TREE);

/// The sums before the first issue.
pub fn init(env: &mut Env) {
    ISSUED.set(env, &PointBytes::IDENTITY);
    REDEEMED.set(env, &PointBytes::IDENTITY);
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
    accumulate(env, &ISSUED, &proven.cv_x, &proven.cv_y)?;
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

/// Spends two notes and adds the change; returns its position.
///
/// # Errors
/// [`TokenError::NonCanonical`] when `cv` is not of the subgroup, then [`TokenError::TreeFull`].
pub fn redeem(env: &mut Env, proven: &Proven<RedeemInputs<FieldBytes>>) -> Result<u64, TokenError> {
    accumulate(env, &REDEEMED, &proven.cv_x, &proven.cv_y)?;
    record(env, [&proven.nf1, &proven.nf2]);
    append(env, &proven.cm2)
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

fn accumulate(
    env: &mut Env,
    sum: &Item<PointBytes>,
    x: &FieldBytes,
    y: &FieldBytes,
) -> Result<(), TokenError> {
    let old = initialised(sum.get(env))?;
    let new = env
        .point_add(&old, &PointBytes::from_xy(x, y))
        .map_err(|_| TokenError::NonCanonical)?;
    sum.set(env, &new);
    Ok(())
}
