//! The table of host calls: one list from which the linker, the guest bindings, the mock and the
//! documentation are generated.
