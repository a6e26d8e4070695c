//! Native maths of the protocol: keys, notes, trees, ciphers, statements, wire codec.
