//! Floor 0: the cipher suites of the profile.

use core::ffi::CStr;

/// A cipher suite that this library can negotiate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Suite {
    /// TLS_PSK_WITH_AES_128_CCM_8 (RFC 6655 section 4).
    PskWithAes128Ccm8 = 0xC0A8,
}

impl Suite {
    /// Its IANA number.
    #[must_use]
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The suite of that number, if this build supports it.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Suite> {
        match number {
            0xC0A8 if cfg!(feature = "psk") => Some(Suite::PskWithAes128Ccm8),
            _ => None,
        }
    }

    /// The name that its RFC gives it.
    #[must_use]
    pub fn name(self) -> &'static CStr {
        match self {
            Suite::PskWithAes128Ccm8 => c"TLS_PSK_WITH_AES_128_CCM_8",
        }
    }
}
