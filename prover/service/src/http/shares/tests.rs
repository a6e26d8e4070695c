use super::*;

#[test]
fn nobody_takes_more_than_its_part_and_all_of_it_comes_back() {
    let shares = Shares::new(10, 5);
    let [a, b, c] = ["a", "b", "c"].map(|name| ClientName::new(name).unwrap());
    let held = shares.take(&a, 5).unwrap();
    assert!(shares.take(&a, 1).is_none(), "its part is taken");
    let others = [shares.take(&b, 3).unwrap(), shares.take(&c, 2).unwrap()];
    assert!(shares.take(&b, 1).is_none(), "all are taken");
    drop(others);
    assert!(shares.take(&b, 5).is_some());
    drop(held);
    assert!(shares.take(&a, 5).is_some());
    assert!(shares.take(&a, usize::MAX).is_none());
}
