//! Counting.

use crate::calls::Calls;
use crate::failure::Fault;

#[test]
fn as_many_as_may_be_and_no_more() {
    let calls = Calls::new(2);
    let shared = calls.clone();
    let first = calls.enter().unwrap();
    let second = shared.enter().unwrap();
    assert_eq!(calls.in_flight(), 2);
    assert_eq!(calls.enter().unwrap_err().fault(), Some(Fault::Overloaded));
    assert_eq!(calls.in_flight(), 2);
    drop(first);
    let third = calls.enter().unwrap();
    assert!(shared.enter().is_err());
    drop((second, third));
    assert_eq!(shared.in_flight(), 0);
    assert!(Calls::new(0).enter().is_err());
}
