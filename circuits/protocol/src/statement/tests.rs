//! Honest samples pass; a change of one field or one public input fails at its own rule, and every
//! rule that types do not already rule out is hit.

mod balance;
mod issue;
mod ratio;
mod redeem;
mod register;
mod sample_trees;
mod spec_pages;
mod supply;
mod table;
mod transfer;
mod velocity;
