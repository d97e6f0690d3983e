//! The hash over the handshake messages.

use crate::crypto::{Digest, Hash, Sha256};

/// "all handshake messages starting at ClientHello" (RFC 5246 section 7.4.9). In DTLS each "as if
/// each handshake message had been sent as a single fragment", and "the initial ClientHello and
/// HelloVerifyRequest MUST NOT be included" (RFC 6347 section 4.2.6): the caller sees to both.
#[derive(Clone)]
pub(crate) struct Transcript(Sha256);

impl Transcript {
    pub(crate) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(crate) fn update(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }

    /// The digest so far; the transcript can go on.
    #[inline(never)]
    pub(crate) fn digest(&self) -> Digest {
        self.0.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;

    /// FIPS 180-4's "abc", read on the way: reading changes nothing.
    #[test]
    fn digest_midway() {
        let mut transcript = Transcript::new();
        transcript.update(b"a");
        let first = transcript.digest();
        assert_eq!(transcript.digest(), first);
        let fork = transcript.clone();
        transcript.update(b"bc");
        assert_eq!(
            transcript.digest(),
            hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        assert_eq!(fork.digest(), first);
    }
}
