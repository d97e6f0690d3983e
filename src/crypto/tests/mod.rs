//! What the tests of the providers share.

pub(crate) mod record_key;

/// Octets from hexadecimal, where white space does not count.
pub(crate) fn hex<const N: usize>(text: &str) -> [u8; N] {
    let mut digits = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).expect("a hexadecimal digit") as u8);
    let octets = core::array::from_fn(|_| {
        let high = digits.next().expect("more digits");
        let low = digits.next().expect("more digits");
        high << 4 | low
    });
    assert_eq!(digits.next(), None, "more digits than octets");
    octets
}
