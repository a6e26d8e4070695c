use std::collections::BTreeSet;

use super::*;

#[test]
fn no_context_is_used_twice() {
    let own = [
        BINDING_FACTOR,
        NONCE,
        MESSAGE,
        COMMITMENTS,
        DEALER_PROOF,
        CEREMONY,
        CEREMONY_RANDOMNESS,
        ROUND_1,
        ROUND_2,
        TRANSCRIPT,
        GROUP,
        NONCE_ID,
        SIGNING_REQUEST,
        IDENTITY_SIGNING,
        IDENTITY_SEALING,
        OPEN_REQUEST,
        PARTIAL_BINDING,
        ANSWERS,
        DLEQ_CHALLENGE,
        DLEQ_NONCE,
        SEALED_SHARE,
        LETTER_TOPIC,
        LETTER,
        SEALED_LETTER,
    ];
    let protocol = obolus_protocol::tags::context::ALL;
    let all: BTreeSet<_> = own.iter().chain(protocol).collect();
    assert_eq!(all.len(), own.len() + protocol.len());
}
