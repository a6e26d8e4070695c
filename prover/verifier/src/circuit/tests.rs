use super::*;

#[test]
fn names_are_checked() {
    assert_eq!(CircuitName::new("transfer"), Ok(CircuitName::TRANSFER));
    assert_eq!(CircuitName::new(""), Err(CircuitNameError::Length(0)));
    assert_eq!(
        CircuitName::new(&"a".repeat(33)),
        Err(CircuitNameError::Length(33))
    );
    for bad in ["Transfer", "a b", "é", "a-b"] {
        assert_eq!(
            CircuitName::new(bad),
            Err(CircuitNameError::Character),
            "{bad}"
        );
    }
}

#[test]
fn known_statements_know_their_input_count() {
    assert_eq!(CircuitName::TRANSFER.public_inputs(), Some(16));
    assert_eq!(CircuitName::ISSUE.public_inputs(), Some(13));
    assert_eq!(CircuitName::REDEEM.public_inputs(), Some(16));
    assert_eq!(CircuitName::REGISTER.public_inputs(), Some(9));
    assert_eq!(CircuitName::RATIO.public_inputs(), Some(7));
    assert_eq!(CircuitName::BALANCE.public_inputs(), Some(12));
    assert_eq!(CircuitName::SUPPLY.public_inputs(), Some(4));
    assert_eq!(CircuitName::VELOCITY.public_inputs(), Some(5));
    assert_eq!(CircuitName::new("other").unwrap().public_inputs(), None);
}
