//! Contracts that misbehave on purpose, for tests.
