//! Floor 5: the credentials of the profile's modes, one file each: the one place where they differ.

#[cfg(feature = "x509")]
pub(crate) mod certificate;
#[cfg(feature = "certificate-url")]
pub(crate) mod certificate_url;
#[cfg(feature = "public-key")]
pub(crate) mod key_exchange;
pub(crate) mod peer;
#[cfg(feature = "public-key")]
mod private_key;
pub(crate) mod psk;
#[cfg(feature = "public-key")]
pub(crate) mod public_key;
#[cfg(feature = "rpk")]
pub(crate) mod raw_public_key;
#[cfg(all(feature = "trusted-ca", feature = "server"))]
pub(crate) mod trusted_ca;

#[cfg(feature = "public-key")]
pub use private_key::PrivateKey;
pub use psk::Psk;
