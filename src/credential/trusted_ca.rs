//! Whether a chain of ours leads to an authority that a client trusts (RFC 6066 section 6).

use crate::crypto::Sha1;
use crate::wire::SHA1_LENGTH;
use crate::wire::extension::trusted_ca_keys::{Certified, TrustedAuthorities, TrustedAuthority};
use crate::x509::split;

/// [`is_trusted`], which a configuration holds.
pub(crate) type IsTrusted = fn(&[u8], &[u8], &TrustedAuthorities<'_>) -> bool;

/// Whether one of these authorities has issued a certificate of the chain. Beside the chain the
/// anchors are looked at: they may have the authority's own certificate, which the chain has not.
pub(crate) fn is_trusted(
    chain: &[u8],
    anchors: &[u8],
    authorities: &TrustedAuthorities<'_>,
) -> bool {
    let mut issuer: Option<&[u8]> = None;
    for certificate in split(chain).map_while(Result::ok) {
        let Ok(certified) = Certified::parse(certificate) else {
            return false;
        };
        // The leaf has issued nothing.
        if issuer.is_some() && names(authorities, certificate, &certified) {
            return true;
        }
        if is_named(authorities, certified.issuer) {
            return true;
        }
        issuer = Some(certified.issuer);
    }
    let Some(issuer) = issuer else {
        return false;
    };
    split(anchors).map_while(Result::ok).any(|anchor| {
        Certified::parse(anchor).is_ok_and(|certified| {
            certified.subject == issuer && names(authorities, anchor, &certified)
        })
    })
}

fn is_named(authorities: &TrustedAuthorities<'_>, name: &[u8]) -> bool {
    authorities
        .iter()
        .any(|one| one == TrustedAuthority::Name(name))
}

/// Whether that certificate is the one of an authority. Each hash is computed once at most.
fn names(
    authorities: &TrustedAuthorities<'_>,
    certificate: &[u8],
    certified: &Certified<'_>,
) -> bool {
    let (mut of_key, mut of_certificate) = (None, None);
    authorities.iter().any(|one| match one {
        TrustedAuthority::PreAgreed => false,
        TrustedAuthority::Name(name) => name == certified.subject,
        TrustedAuthority::KeyHash(hash) => {
            hash == of_key.get_or_insert_with(|| sha1(certified.key))
        }
        TrustedAuthority::CertificateHash(hash) => {
            hash == of_certificate.get_or_insert_with(|| sha1(certificate))
        }
    })
}

fn sha1(octets: &[u8]) -> [u8; SHA1_LENGTH] {
    let mut hash = Sha1::new();
    hash.update(octets);
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::vec::Vec;

    const ROOT: &[u8] = include_bytes!("../../tests/certificates/root.der");
    const OTHER: &[u8] = include_bytes!("../../tests/certificates/root-other-key.der");
    const CA: &[u8] = include_bytes!("../../tests/certificates/a.der");
    const LEAF: &[u8] = include_bytes!("../../tests/certificates/leaf-a.der");

    /// An entry of the list, behind one that says nothing.
    fn trusts(kind: u8, identifier: &[u8], chain: &[&[u8]], anchors: &[u8]) -> bool {
        let mut entry: Vec<u8> = std::vec![0, kind];
        if kind == 2 {
            entry.extend((identifier.len() as u16).to_be_bytes());
        }
        entry.extend(identifier);
        let content = [&(entry.len() as u16).to_be_bytes()[..], &entry].concat();
        let authorities = TrustedAuthorities::parse(&content).unwrap();
        is_trusted(&chain.concat(), anchors, &authorities)
    }

    #[test]
    fn a_chain_is_known_by_its_issuers() {
        let of = |der| Certified::parse(der).unwrap();
        let chain = [LEAF, CA];
        // The names of CA and root stand in the chain.
        assert!(trusts(2, of(ROOT).subject, &chain, &[]));
        assert!(trusts(2, of(CA).subject, &chain, &[]));
        assert!(trusts(2, of(CA).subject, &[LEAF], &[]));
        assert!(!trusts(2, of(ROOT).subject, &[LEAF], &[]));
        assert!(!trusts(2, of(LEAF).subject, &chain, ROOT));
        // The CA's hashes can be computed; the root's only when it is there.
        assert!(trusts(1, &sha1(of(CA).key), &chain, &[]));
        assert!(trusts(3, &sha1(CA), &chain, &[]));
        for (kind, hash) in [(1, sha1(of(ROOT).key)), (3, sha1(ROOT))] {
            assert!(trusts(kind, &hash, &chain, ROOT));
            assert!(!trusts(kind, &hash, &chain, &[]));
            assert!(!trusts(kind, &hash, &chain, OTHER));
            // An anchor that has not issued the chain does not count.
            assert!(!trusts(kind, &hash, &[LEAF], ROOT));
        }
        for (kind, hash) in [(1, sha1(of(LEAF).key)), (3, sha1(LEAF)), (3, [0; 20])] {
            assert!(!trusts(kind, &hash, &chain, ROOT));
        }
        assert!(!trusts(0, &[], &chain, ROOT));
        assert!(!trusts(2, of(ROOT).subject, &[], ROOT));
    }
}
