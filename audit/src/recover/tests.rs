use super::*;
use crate::index::Index;
use crate::ledger::fixture::{TestChain, lifecycle};

#[test]
fn every_unspent_note_comes_back_with_its_opening() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let mut index = Index::open(directory.path(), chain.token.clone(), &[1; 32]).unwrap();
    index.sync(&chain, &chain.secrets, 99, &mut |_| ()).unwrap();
    for (number, member) in chain.members.iter().enumerate() {
        let made = recover(&index, TestChain::slot(number)).unwrap();
        made.check().unwrap();
        assert_eq!(made.total(), chain.balance(number));
        assert_eq!(made.height, chain.height());
        let mut own: Vec<_> = member.notes.clone();
        own.sort_by_key(|(position, _)| *position);
        assert!(
            own.iter()
                .map(|(p, n)| (p, n))
                .eq(made.notes.iter().map(|r| (&r.position, &r.note)))
        );
        assert!(made.nk == member.keys.nk);
    }
    let nobody = recover(&index, TestChain::slot(9));
    assert!(matches!(nobody, Err(RecoverError::Nobody(9))));
}
