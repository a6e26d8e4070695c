//! The protocol's statements as R1CS constraints.
