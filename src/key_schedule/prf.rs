//! The pseudorandom function of TLS 1.2 (RFC 5246 section 5).

use zeroize::Zeroize;

use crate::crypto::{DIGEST_LENGTH, HmacSha256, Mac};

/// Fills `out` with PRF(secret, label, seed), where `keyed` is HMAC keyed with the secret and the
/// seed is the concatenation of its parts.
///
/// "PRF(secret, label, seed) = P_<hash>(secret, label + seed)".
pub(crate) fn prf(keyed: &HmacSha256, label: &[u8], seed: &[&[u8]], out: &mut [u8]) {
    // "A(0) = seed, A(i) = HMAC_hash(secret, A(i-1))", where this seed is label + seed.
    let mut a = keyed.tag(&[label], seed);
    let mut chunks = out.chunks_mut(DIGEST_LENGTH).peekable();
    while let Some(chunk) = chunks.next() {
        // "HMAC_hash(secret, A(i) + seed)"
        let mut block = keyed.tag(&[&a, label], seed);
        for (octet, from) in chunk.iter_mut().zip(&block) {
            *octet = *from;
        }
        block.zeroize();
        if chunks.peek().is_some() {
            a = keyed.tag(&[&a], &[]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;

    /// The vector of the IETF TLS list, "TLS 1.2 PRF test vectors" (P_SHA256); `openssl kdf
    /// TLS1-PRF` gives the same.
    #[test]
    fn ietf_list() {
        let secret: [u8; 16] = hex("9bbe436ba940f017b17652849a71db35");
        let seed: [u8; 16] = hex("a0ba9f936cda311827a6f796ffd5198c");
        let mut out = [0; 100];
        prf(
            &HmacSha256::new(&[&secret]),
            b"test label",
            &[&seed],
            &mut out,
        );
        assert_eq!(
            out,
            hex(
                "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a
                 6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab
                 4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701
                 87347b66"
            )
        );
    }

    /// A shorter output is the start of a longer one, and the seed is the same however it is cut.
    #[test]
    fn lengths_and_parts() {
        let keyed = HmacSha256::new(&[b"secret"]);
        let mut whole = [0; 100];
        prf(&keyed, b"label", &[b"seed"], &mut whole);
        for length in 0..=whole.len() {
            let mut out = [0; 100];
            let (out, _) = out.split_at_mut(length);
            prf(&keyed, b"la", &[b"bels", b"", b"eed"], out);
            assert!(whole.starts_with(out), "{length} octets");
        }
    }
}
