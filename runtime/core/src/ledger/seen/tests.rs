//! Remembering and forgetting committed transactions.

use std::sync::Arc;

use super::*;
use crate::state::MemoryState;

fn digest(n: u32) -> TxDigest {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    TxDigest(bytes)
}

#[test]
fn forgotten_after_expiry_and_not_before() {
    let mut state = MemoryState::new();
    let record = SeenRecord {
        height: Height(1),
        index: 0,
        outcome: [0; 32],
    };
    // More than a page that expires at 5, and one at 6.
    let many = PAGE as u32 + 3;
    let mut overlay = Overlay::new(Arc::new(MemoryState::new()));
    for n in 0..many {
        remember(&mut overlay, &digest(n), Height(5), &record);
    }
    remember(&mut overlay, &digest(many), Height(6), &record);
    state.apply(&overlay.into_writes());
    assert_eq!(state.len(), 2 * (many as usize + 1));
    for height in 0..=5 {
        let mut overlay = Overlay::new(Arc::new(state.clone()));
        forget(&state, Height(height), &mut overlay).unwrap();
        assert!(overlay.into_writes().is_empty(), "height {height}");
    }
    for (height, left) in [(6, 1), (7, 0)] {
        let mut overlay = Overlay::new(Arc::new(state.clone()));
        forget(&state, Height(height), &mut overlay).unwrap();
        state.apply(&overlay.into_writes());
        assert_eq!(state.len(), 2 * left);
    }
}
