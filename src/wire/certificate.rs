//! Certificate (RFC 5246 section 7.4.2), with certificates or a raw public key (RFC 7250 section 3).

use super::{Reader, Sink};
use crate::error::Malformed;

/// A well-formed certificate_list; a client's may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CertificateList<'a> {
    list: &'a [u8],
}

impl<'a> CertificateList<'a> {
    /// `ASN.1Cert certificate_list<0..2^24-1>`
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        let list = only_vector24(body)?;
        for certificate in Entries(Reader::new(list)) {
            // `opaque ASN.1Cert<1..2^24-1>`
            if certificate?.is_empty() {
                return Err(Malformed);
            }
        }
        Ok(CertificateList { list })
    }

    /// RFC 5246 7.4.2: "The sender's certificate MUST come first in the list."
    pub(crate) fn iter(&self) -> Certificates<'a> {
        Certificates(Entries(Reader::new(self.list)))
    }
}

/// The certificates of a list.
#[derive(Clone)]
pub(crate) struct Certificates<'a>(Entries<'a>);

impl<'a> Iterator for Certificates<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        // Parsed before: no entry is malformed any more.
        self.0.next()?.ok()
    }
}

#[derive(Clone)]
struct Entries<'a>(Reader<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = Result<&'a [u8], Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let certificate = vector24(&mut self.0);
        if certificate.is_err() {
            self.0 = Reader::new(&[]);
        }
        Some(certificate)
    }
}

/// Certificates, the sender's own first. Without any this is what RFC 5246 7.4.6 wants: "If no
/// suitable certificate is available, the client MUST send a certificate message containing no
/// certificates. That is, the certificate_list structure has a length of zero."
pub(crate) fn emit_list<'a>(
    certificates: impl Iterator<Item = &'a [u8]> + Clone,
    sink: &mut dyn Sink,
) {
    // Three octets of length each; no device holds chains that 24 bits cannot measure.
    let lengths = certificates.clone().map(|one| one.len().saturating_add(3));
    let length = lengths.fold(0, usize::saturating_add);
    sink.u24(length as u32);
    for certificate in certificates {
        emit_raw(certificate, sink);
    }
}

/// The SubjectPublicKeyInfo; empty when a client has none, which RFC 7250 leaves to RFC 5246.
pub(crate) fn parse_raw(body: &[u8]) -> Result<&[u8], Malformed> {
    only_vector24(body)
}

/// `opaque ASN.1_subjectPublicKeyInfo<1..2^24-1>`, or an empty message.
pub(crate) fn emit_raw(public_key_info: &[u8], sink: &mut dyn Sink) {
    sink.u24(public_key_info.len() as u32);
    sink.put(public_key_info);
}

fn only_vector24(body: &[u8]) -> Result<&[u8], Malformed> {
    let mut reader = Reader::new(body);
    let content = vector24(&mut reader)?;
    reader.finish()?;
    Ok(content)
}

/// `opaque x<0..2^24-1>`
fn vector24<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let length = reader.u24()?;
    reader.octets(length as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    fn list(certificates: &[&[u8]]) -> Vec<u8> {
        collect(&|sink| emit_list(certificates.iter().copied(), sink))
    }

    fn parse(body: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
        CertificateList::parse(body).map(|list| list.iter().collect())
    }

    #[test]
    fn a_list_goes_round() {
        let body = list(&[&[0x30, 0], &[0x30, 1, 5], &[9]]);
        assert_eq!(
            body,
            [0, 0, 15, 0, 0, 2, 0x30, 0, 0, 0, 3, 0x30, 1, 5, 0, 0, 1, 9]
        );
        assert_eq!(
            parse(&body),
            Ok(std::vec![&[0x30, 0][..], &[0x30, 1, 5], &[9]])
        );
        let long = [7; 0x1_0203];
        let body = list(&[&long, &[1]]);
        assert_eq!(body[..6], [1, 2, 10, 1, 2, 3]);
        assert_eq!(parse(&body), Ok(std::vec![&long[..], &[1]]));
    }

    #[test]
    fn nobody_has_to_have_a_certificate() {
        assert_eq!(list(&[]), [0, 0, 0]);
        let empty = CertificateList::parse(&[0, 0, 0]);
        assert_eq!(empty.map(|list| list.iter().count()), Ok(0));
        assert_eq!(empty.map(|list| list.iter().count()), Ok(0));
        let one = CertificateList::parse(&[0, 0, 4, 0, 0, 1, 9]);
        assert_eq!(one.map(|list| list.iter().count()), Ok(1));
    }

    #[test]
    fn every_other_length_of_a_list_is_malformed() {
        let mut body = list(&[&[1, 2, 3], &[4]]);
        for length in 0..body.len() {
            assert_eq!(parse(&body[..length]), Err(Malformed));
        }
        body.push(0);
        assert_eq!(parse(&body), Err(Malformed));
    }

    #[test]
    fn inner_lengths_that_disagree_are_malformed() {
        for body in [
            // An empty certificate, alone and behind another.
            &[0, 0, 3, 0, 0, 0][..],
            &[0, 0, 7, 0, 0, 1, 9, 0, 0, 0],
            // Half a length.
            &[0, 0, 1, 0],
            &[0, 0, 2, 0, 0],
            &[0, 0, 6, 0, 0, 1, 9, 0, 0],
            // Beyond the list, and short of it.
            &[0, 0, 4, 0, 0, 2, 9],
            &[0, 0, 5, 0, 0, 1, 9, 9],
            &[0, 0, 4, 0xFF, 0xFF, 0xFF, 9],
            &[0xFF, 0xFF, 0xFF, 0, 0, 1, 9],
        ] {
            assert_eq!(parse(body), Err(Malformed), "{body:?}");
        }
    }

    #[test]
    fn a_raw_public_key_goes_round() {
        for key in [&[][..], &[0x30, 0], &[7; 91], &[7; 300]] {
            let body = collect(&|sink| emit_raw(key, sink));
            assert_eq!(parse_raw(&body), Ok(key));
        }
        assert_eq!(
            collect(&|sink| emit_raw(&[0x30, 1, 5], sink)),
            [0, 0, 3, 0x30, 1, 5]
        );
        assert_eq!(collect(&|sink| emit_raw(&[], sink)), [0, 0, 0]);
    }

    #[test]
    fn every_other_length_of_a_raw_public_key_is_malformed() {
        let mut body = collect(&|sink| emit_raw(&[7; 91], sink));
        for length in 0..body.len() {
            assert_eq!(parse_raw(&body[..length]), Err(Malformed));
        }
        body.push(0);
        assert_eq!(parse_raw(&body), Err(Malformed));
    }
}
