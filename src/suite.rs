//! Floor 0: the cipher suites of the profile.

use core::ffi::CStr;

use crate::names;

/// A cipher suite that this library can negotiate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    /// TLS_PSK_WITH_AES_128_CCM_8 (RFC 6655 section 4).
    #[cfg(feature = "psk")]
    PskWithAes128Ccm8,
    /// TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8 (RFC 7251 section 2).
    #[cfg(feature = "public-key")]
    EcdheEcdsaWithAes128Ccm8,
}

impl Suite {
    /// Its IANA number.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            #[cfg(feature = "psk")]
            Suite::PskWithAes128Ccm8 => 0xC0A8,
            #[cfg(feature = "public-key")]
            Suite::EcdheEcdsaWithAes128Ccm8 => 0xC0AE,
        }
    }

    /// The suite of that number, if this build supports it.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Suite> {
        match number {
            #[cfg(feature = "psk")]
            0xC0A8 => Some(Suite::PskWithAes128Ccm8),
            #[cfg(feature = "public-key")]
            0xC0AE => Some(Suite::EcdheEcdsaWithAes128Ccm8),
            _ => None,
        }
    }

    /// Whether public keys authenticate, and an ephemeral exchange makes the secret.
    pub(crate) fn is_ecdhe(self) -> bool {
        #[cfg(feature = "public-key")]
        return self == Suite::EcdheEcdsaWithAes128Ccm8;
        #[cfg(not(feature = "public-key"))]
        false
    }

    /// The name that its RFC gives it.
    #[must_use]
    pub fn name(self) -> &'static CStr {
        let name: &[u8] = match self {
            #[cfg(feature = "psk")]
            Suite::PskWithAes128Ccm8 => b"TLS_PSK_WITH_AES_128_CCM_8\0\0",
            #[cfg(feature = "public-key")]
            Suite::EcdheEcdsaWithAes128Ccm8 => b"TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8\0\0",
        };
        names::nth(name, 0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// One that this build has.
    #[cfg(feature = "psk")]
    pub(crate) const SUITE: Suite = Suite::PskWithAes128Ccm8;
    #[cfg(not(feature = "psk"))]
    pub(crate) const SUITE: Suite = Suite::EcdheEcdsaWithAes128Ccm8;

    #[test]
    fn numbers_lead_to_suites_and_back() {
        let mut found = 0;
        for number in 0..=u16::MAX {
            if let Some(suite) = Suite::from_number(number) {
                assert_eq!(suite.number(), number);
                found += 1;
            }
        }
        let suites = [cfg!(feature = "psk"), cfg!(feature = "public-key")];
        assert_eq!(found, suites.into_iter().filter(|there| *there).count());
    }
}
