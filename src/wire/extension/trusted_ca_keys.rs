//! trusted_ca_keys (RFC 6066 section 6): the authorities that a client trusts, so that a server of
//! several chains shows one that leads there. The server's answer is empty.

use crate::error::Malformed;
use crate::wire::der::{Der, Tag};
use crate::wire::{Length, Reader, SHA1_LENGTH, Sink};

/// `enum { pre_agreed(0), key_sha1_hash(1), x509_name(2), cert_sha1_hash(3), (255) } IdentifierType`
const PRE_AGREED: u8 = 0;
const KEY_SHA1_HASH: u8 = 1;
const X509_NAME: u8 = 2;
const CERT_SHA1_HASH: u8 = 3;

/// How an authority is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrustedAuthority<'a> {
    /// "no CA root key identity supplied"
    PreAgreed,
    /// Of the subjectPublicKey.
    KeyHash(&'a [u8; SHA1_LENGTH]),
    /// A DistinguishedName in DER.
    Name(&'a [u8]),
    CertificateHash(&'a [u8; SHA1_LENGTH]),
}

/// A client's list, well formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TrustedAuthorities<'a> {
    list: &'a [u8],
}

impl<'a> TrustedAuthorities<'a> {
    /// `TrustedAuthority trusted_authorities_list<0..2^16-1>`: "clients may include none".
    pub(crate) fn parse(content: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(content);
        let list = reader.vector16()?;
        reader.finish()?;
        let mut rest = Reader::new(list);
        while !rest.is_empty() {
            authority(&mut rest)?;
        }
        Ok(TrustedAuthorities { list })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = TrustedAuthority<'a>> {
        let mut rest = Reader::new(self.list);
        // Parsed before: the first that does not read is the end.
        core::iter::from_fn(move || authority(&mut rest).ok())
    }
}

fn authority<'a>(reader: &mut Reader<'a>) -> Result<TrustedAuthority<'a>, Malformed> {
    Ok(match reader.u8()? {
        PRE_AGREED => TrustedAuthority::PreAgreed,
        KEY_SHA1_HASH => TrustedAuthority::KeyHash(reader.array()?),
        X509_NAME => match reader.vector16()? {
            // `opaque DistinguishedName<1..2^16-1>`
            [] => return Err(Malformed),
            name => TrustedAuthority::Name(name),
        },
        CERT_SHA1_HASH => TrustedAuthority::CertificateHash(reader.array()?),
        // Nothing says how long another is.
        _ => return Err(Malformed),
    })
}

/// The names of these authorities, whose certificates stand one after another. A name is what every
/// server can look for: it stands in the chain itself, which the authority's own certificate is not
/// part of.
pub(crate) fn emit(anchors: &[u8], sink: &mut dyn Sink) {
    let mut length = Length::default();
    emit_names(anchors, &mut length);
    sink.u16(length.0 as u16);
    emit_names(anchors, sink);
}

/// The most octets of our list.
const LIST_MAX: usize = 4096;

fn emit_names(anchors: &[u8], sink: &mut dyn Sink) {
    // "Clients may include none, some, or all": as many as leave the ClientHello a message.
    let mut left = LIST_MAX;
    let mut rest = Der::new(anchors);
    while let Ok(certificate) = rest.expect(Tag::SEQUENCE) {
        let Ok(certified) = Certified::parse(certificate.encoded) else {
            continue;
        };
        let Some(after) = left.checked_sub(3 + certified.subject.len()) else {
            return;
        };
        left = after;
        sink.u8(X509_NAME);
        sink.vector16(certified.subject);
    }
}

/// What an authority can be known by in a certificate; the rest is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Certified<'a> {
    pub(crate) issuer: &'a [u8],
    pub(crate) subject: &'a [u8],
    /// The octets of subjectPublicKey.
    pub(crate) key: &'a [u8],
}

impl<'a> Certified<'a> {
    /// `TBSCertificate ::= SEQUENCE { version [0], serialNumber, signature, issuer, validity, subject,
    /// subjectPublicKeyInfo, ... }` (RFC 5280 section 4.1)
    pub(crate) fn parse(certificate: &'a [u8]) -> Result<Self, Malformed> {
        let mut tbs = Der::new(certificate)
            .nested(Tag::SEQUENCE)?
            .nested(Tag::SEQUENCE)?;
        tbs.optional(Tag::context_constructed(0))?;
        tbs.expect(Tag::INTEGER)?;
        tbs.expect(Tag::SEQUENCE)?;
        let issuer = tbs.expect(Tag::SEQUENCE)?.encoded;
        tbs.expect(Tag::SEQUENCE)?;
        let subject = tbs.expect(Tag::SEQUENCE)?.encoded;
        let mut info = tbs.nested(Tag::SEQUENCE)?;
        info.expect(Tag::SEQUENCE)?;
        let key = info.bit_string_of_octets()?;
        Ok(Certified {
            issuer,
            subject,
            key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    const ROOT: &[u8] = include_bytes!("../../../tests/certificates/root.der");
    const LEAF: &[u8] = include_bytes!("../../../tests/certificates/leaf-a.der");

    fn parse(content: &[u8]) -> Result<Vec<TrustedAuthority<'_>>, Malformed> {
        TrustedAuthorities::parse(content).map(|list| list.iter().collect())
    }

    #[test]
    fn names_of_anchors_go_round() {
        let anchors = [ROOT, LEAF].concat();
        let content = collect(&|sink| emit(&anchors, sink));
        let subject = |der| TrustedAuthority::Name(Certified::parse(der).unwrap().subject);
        let expected = std::vec![subject(ROOT), subject(LEAF)];
        assert_eq!(parse(&content), Ok(expected));
        assert_eq!(collect(&|sink| emit(&[], sink)), [0, 0]);
        assert_eq!(parse(&[0, 0]), Ok(std::vec![]));
        let root = Certified::parse(ROOT).unwrap();
        assert_eq!(root.issuer, root.subject);
        assert_eq!(root.key.len(), 65);
    }

    #[test]
    fn more_than_the_list_can_hold_is_left_out() {
        let one = 3 + Certified::parse(ROOT).unwrap().subject.len();
        let anchors = ROOT.repeat(LIST_MAX / one + 5);
        let mut length = Length::default();
        emit(&anchors, &mut length);
        assert_eq!(length.0, 2 + LIST_MAX / one * one);
    }

    #[test]
    fn every_kind_is_read() {
        let mut content = std::vec![0, 49, 0, 1];
        content.extend([7; 20]);
        content.extend([2, 0, 3, 0x30, 1, 9, 3]);
        content.extend([8; 20]);
        assert_eq!(
            parse(&content),
            Ok(std::vec![
                TrustedAuthority::PreAgreed,
                TrustedAuthority::KeyHash(&[7; 20]),
                TrustedAuthority::Name(&[0x30, 1, 9]),
                TrustedAuthority::CertificateHash(&[8; 20]),
            ])
        );
        for length in 0..content.len() {
            assert_eq!(parse(&content[..length]), Err(Malformed));
        }
    }

    #[test]
    fn bad_lists_are_malformed() {
        for content in [
            // Beyond the list, an empty name, half a hash, a type that nobody knows.
            &[0, 1, 0, 0][..],
            &[0, 3, 2, 0, 0],
            &[0, 4, 2, 0, 2, 9],
            &[0, 2, 1, 7],
            &[0, 1, 4],
            &[0, 2, 255, 0],
        ] {
            assert_eq!(parse(content), Err(Malformed), "{content:?}");
        }
    }
}
