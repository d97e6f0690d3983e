//! Bad input.
use super::pair::{At, Pair};

#[test]
fn every_state_can_be_completed() {
    for at in At::ALL {
        let mut pair = Pair::at(at);
        assert!(pair.complete(), "{at:?}");
        pair.assert_talks();
    }
}
