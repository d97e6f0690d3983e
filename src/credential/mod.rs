//! Floor 5: the credentials of the profile's modes, one file each: the one place where they differ.

#[cfg(feature = "psk")]
pub(crate) mod psk;

#[cfg(feature = "psk")]
pub use psk::Psk;
