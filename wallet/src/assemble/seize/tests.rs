use obolus_protocol::tree::Frontier;

use super::*;
use crate::testing::TestChain;

#[test]
fn paths_end_at_the_views_tip_whatever_a_source_answers_at_once() {
    let (mut chain, wallets) = TestChain::with_participants(&[1]);
    let to = wallets[0].address();
    let mut root = Frontier::<NOTE_DEPTH>::new();
    for amount in [100, 50, 20] {
        chain.issue(to, amount, "deposit");
    }
    let mut view = TokenView::new(chain.config);
    view.sync(&chain).unwrap();
    let mut leaves = Vec::new();
    for update in &chain.updates {
        for tx in read_block(update, &chain.config, &BTreeSet::new()).unwrap() {
            leaves.extend(tx.events.iter().flat_map(LedgerEvent::leaves));
        }
    }
    for leaf in &leaves {
        root.append(leaf.commitment.get()).unwrap();
    }
    // Blocks after the tip change the tree, and are not what the seizure is anchored in.
    for amount in [7, 8, 9, 10] {
        chain.issue(to, amount, "later");
    }
    for batch in [1, 2, 3, 100] {
        chain.batch.set(batch);
        let positions: Vec<_> = leaves.iter().map(|leaf| leaf.position).collect();
        let found = paths(&view, &chain, &positions).unwrap();
        assert_eq!(found.len(), 3);
        for (path, leaf) in found.iter().zip(&leaves) {
            assert_eq!(path.root(leaf.commitment.get()), root.root(), "{batch}");
        }
    }
    let later = [Position::new(3).unwrap()];
    let refused = paths(&view, &chain, &later);
    assert!(matches!(refused, Err(AssembleError::LostPath)));
}
