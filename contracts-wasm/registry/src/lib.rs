//! The participant registry contract.
