//! Floor 0: names as C reads them.
//!
//! The names of one kind are one constant, each with its NUL. Strings of their own would all stay in
//! the image of a program that never asks for one: linkers keep or drop such strings together.

use core::ffi::CStr;

/// The name at `index`; the last one for any greater index.
pub(crate) fn nth(names: &'static [u8], index: usize) -> &'static CStr {
    let mut found = c"";
    for name in names
        .split_inclusive(|octet| *octet == 0)
        .take(index.saturating_add(1))
    {
        found = CStr::from_bytes_with_nul(name).unwrap_or(found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_and_beyond() {
        const NAMES: &[u8] = b"ok\0want_read\0unknown\0";
        assert_eq!(nth(NAMES, 0), c"ok");
        assert_eq!(nth(NAMES, 1), c"want_read");
        assert_eq!(nth(NAMES, 2), c"unknown");
        assert_eq!(nth(NAMES, 3), c"unknown");
        assert_eq!(nth(NAMES, usize::MAX), c"unknown");
        assert_eq!(nth(b"", 0), c"");
    }
}
