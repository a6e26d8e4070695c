//! Guests in WAT on the real engine: each does one thing, most of them wrong on purpose.

mod calls;
mod fuel;
mod limits;
mod pointers;
mod rules;
mod storage;
mod traps;
mod world;
