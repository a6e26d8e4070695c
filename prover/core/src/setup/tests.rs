use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::relation::tests::cubes;

pub(crate) fn name() -> CircuitName {
    CircuitName::new("cubes").unwrap()
}

/// The key of `cubes(20)`, made once for all tests.
pub(crate) fn shared_key() -> &'static ProvingKey {
    static KEY: OnceLock<ProvingKey> = OnceLock::new();
    KEY.get_or_init(|| development_key(&name(), &cubes(20).0, &()).unwrap())
}

#[test]
fn the_same_seed_gives_the_same_key() {
    let again = development_key(&name(), &cubes(20).0, &()).unwrap();
    assert_eq!(&again, shared_key());
    let other = development_key(&name(), &cubes(19).0, &()).unwrap();
    assert_ne!(
        other.verifying_key().id(),
        shared_key().verifying_key().id()
    );
}

#[test]
fn keys_are_labelled_insecure() {
    let key = shared_key().verifying_key();
    assert_eq!(key.origin(), KeyOrigin::InsecureDevelopment);
    assert_eq!(key.points().gamma_g2, G2Affine::generator());
}

#[test]
fn progress_adds_up() {
    #[derive(Default)]
    struct Count {
        total: AtomicU64,
        done: AtomicU64,
        finished: AtomicU64,
    }
    impl Progress for Count {
        fn start(&self, circuit: &CircuitName, steps: u64) {
            assert_eq!(circuit, &name());
            self.total.fetch_add(steps, Ordering::SeqCst);
        }
        fn advance(&self, steps: u64) {
            self.done.fetch_add(steps, Ordering::SeqCst);
        }
        fn finish(&self) {
            self.finished.fetch_add(1, Ordering::SeqCst);
        }
    }
    let count = Count::default();
    development_key(&name(), &cubes(20).0, &count).unwrap();
    assert_eq!(count.done.into_inner(), count.total.into_inner());
    assert_eq!(count.finished.into_inner(), 1);
}

/// A public input in no constraint is still bound: its row ⟨A, z⟩ = z_j gives it a base of its own.
#[test]
fn an_unused_public_input_is_bound() {
    let one = Fr::one();
    let row = |j| vec![vec![(one, j)]];
    let relation = Relation::new([7; 32], 2, 4, &row(1), &row(3), &row(1)).unwrap();
    let key = development_key(&name(), &relation, &()).unwrap();
    assert_eq!(key.verifying_key().public_inputs(), 2);
}
