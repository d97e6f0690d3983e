//! cached_info (RFC 7924 section 3): what a client remembers of a server's messages, by their
//! fingerprints; and what the server then need not say again.

use crate::error::Malformed;
use crate::wire::{Reader, Sink};

/// `enum { cert(1), cert_req(2), (255) } CachedInformationType`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum CachedType {
    /// The server's Certificate message.
    Certificate = 1,
    /// Its CertificateRequest.
    Request = 2,
}

impl CachedType {
    pub(crate) const ALL: [CachedType; 2] = [CachedType::Certificate, CachedType::Request];

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|one| *one as u8 == code)
    }
}

/// The types that both ends agreed on: these messages are altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct CachedTypes {
    /// A bit for each code: every association keeps them.
    bits: u8,
}

impl CachedTypes {
    pub(crate) const NONE: CachedTypes = CachedTypes { bits: 0 };

    pub(crate) fn is_empty(self) -> bool {
        self.bits == 0
    }

    pub(crate) fn contains(self, one: CachedType) -> bool {
        self.bits & one as u8 != 0
    }

    pub(crate) fn insert(&mut self, one: CachedType) {
        self.bits |= one as u8;
    }

    pub(crate) fn has_certificate(self) -> bool {
        self.contains(CachedType::Certificate)
    }

    pub(crate) fn has_request(self) -> bool {
        self.contains(CachedType::Request)
    }
}

/// Octets of a fingerprint: SHA-256 makes it (RFC 7924 section 5).
const HASH_LENGTH: usize = 32;

/// What our client offers: the fingerprints of what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct CachedOffer {
    pub(crate) certificate: Option<[u8; HASH_LENGTH]>,
    pub(crate) request: Option<[u8; HASH_LENGTH]>,
}

impl CachedOffer {
    pub(crate) fn hash(&self, one: CachedType) -> Option<&[u8; HASH_LENGTH]> {
        match one {
            CachedType::Certificate => self.certificate.as_ref(),
            CachedType::Request => self.request.as_ref(),
        }
    }

    fn objects(&self) -> impl Iterator<Item = (CachedType, &[u8; HASH_LENGTH])> {
        CachedType::ALL
            .into_iter()
            .filter_map(|one| Some((one, self.hash(one)?)))
    }

    /// RFC 7924 section 4: "If the client includes the extension, then it MUST contain one or more
    /// CachedObject attributes."
    pub(crate) fn is_empty(&self) -> bool {
        self.objects().next().is_none()
    }

    /// `struct { CachedInformationType type; opaque hash_value<1..255>; } CachedObject` for each, in
    /// `CachedObject cached_info<1..2^16-1>`
    pub(crate) fn emit(&self, sink: &mut dyn Sink) {
        let count = self.objects().count();
        sink.u16((count * (2 + HASH_LENGTH)) as u16);
        for (one, hash) in self.objects() {
            sink.u8(one as u8);
            sink.vector8(hash);
        }
    }
}

/// A client's list, well formed. RFC 7924 section 3: "The client MAY send multiple CachedObjects of
/// the same CachedInformationType."
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CachedObjects<'a> {
    list: &'a [u8],
}

impl<'a> CachedObjects<'a> {
    pub(crate) fn parse(content: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(content);
        let list = reader.vector16()?;
        reader.finish()?;
        if list.is_empty() {
            return Err(Malformed);
        }
        let mut objects = Reader::new(list);
        while !objects.is_empty() {
            object(&mut objects)?;
        }
        Ok(CachedObjects { list })
    }

    fn iter(&self) -> impl Iterator<Item = (u8, &'a [u8])> {
        let mut objects = Reader::new(self.list);
        // Parsed before: the first that does not read is the end.
        core::iter::from_fn(move || object(&mut objects).ok())
    }

    /// Whether anything of that type is offered; types that we do not know are passed over.
    pub(crate) fn offers(&self, wanted: CachedType) -> bool {
        self.iter().any(|(code, _)| code == wanted as u8)
    }

    /// Whether that very message is offered. Each object is looked at once: the list is bounded by
    /// the ClientHello, and the message is hashed before.
    pub(crate) fn contains(&self, wanted: CachedType, fingerprint: &[u8; HASH_LENGTH]) -> bool {
        self.iter()
            .any(|(code, hash)| code == wanted as u8 && hash == fingerprint)
    }
}

fn object<'a>(reader: &mut Reader<'a>) -> Result<(u8, &'a [u8]), Malformed> {
    let code = reader.u8()?;
    let hash = reader.vector8()?;
    if hash.is_empty() {
        return Err(Malformed);
    }
    Ok((code, hash))
}

/// The codes in a server's answer, one at least: `struct { CachedInformationType type; }
/// CachedObject` for each.
pub(crate) fn parse_answer(content: &[u8]) -> Result<&[u8], Malformed> {
    let mut reader = Reader::new(content);
    let codes = reader.vector16()?;
    reader.finish()?;
    if codes.is_empty() {
        return Err(Malformed);
    }
    Ok(codes)
}

/// The answer of a server that alters these messages, one at least.
pub(crate) fn emit_answer(types: CachedTypes, sink: &mut dyn Sink) {
    let altered = || {
        CachedType::ALL
            .into_iter()
            .filter(|one| types.contains(*one))
    };
    sink.u16(altered().count() as u16);
    for one in altered() {
        sink.u8(one as u8);
    }
}

/// The one field of an altered Certificate or CertificateRequest (RFC 7924 sections 4.1 and 4.2):
/// `opaque hash_value<1..255>`
pub(crate) fn parse_altered(body: &[u8]) -> Result<&[u8], Malformed> {
    let mut reader = Reader::new(body);
    let hash = reader.vector8()?;
    reader.finish()?;
    if hash.is_empty() {
        return Err(Malformed);
    }
    Ok(hash)
}

pub(crate) fn emit_altered(fingerprint: &[u8; HASH_LENGTH], sink: &mut dyn Sink) {
    sink.vector8(fingerprint);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    fn object(code: u8, hash: &[u8]) -> Vec<u8> {
        [&[code, hash.len() as u8], hash].concat()
    }

    fn list(objects: &[Vec<u8>]) -> Vec<u8> {
        let objects = objects.concat();
        [&(objects.len() as u16).to_be_bytes()[..], &objects].concat()
    }

    #[test]
    fn an_offer_goes_round() {
        let (first, second) = ([1; 32], [2; 32]);
        for (certificate, request) in [(true, false), (false, true), (true, true)] {
            let offer = CachedOffer {
                certificate: certificate.then_some(first),
                request: request.then_some(second),
            };
            assert!(!offer.is_empty());
            let content = collect(&|sink| offer.emit(sink));
            let expected: Vec<Vec<u8>> = [(certificate, 1, &first), (request, 2, &second)]
                .into_iter()
                .filter(|(is_there, ..)| *is_there)
                .map(|(_, code, hash)| object(code, hash))
                .collect();
            assert_eq!(content, list(&expected));
            let objects = CachedObjects::parse(&content).unwrap();
            assert_eq!(
                objects.contains(CachedType::Certificate, &first),
                certificate
            );
            assert_eq!(objects.contains(CachedType::Request, &second), request);
            assert!(!objects.contains(CachedType::Certificate, &second));
            assert_eq!(objects.offers(CachedType::Certificate), certificate);
        }
        assert!(CachedOffer::default().is_empty());
    }

    #[test]
    fn several_of_a_type_and_unknown_ones() {
        let content = list(&[
            object(1, &[7; 32]),
            object(77, &[1]),
            object(1, &[8; 20]),
            object(1, &[9; 32]),
        ]);
        let objects = CachedObjects::parse(&content).unwrap();
        assert!(objects.contains(CachedType::Certificate, &[7; 32]));
        assert!(objects.contains(CachedType::Certificate, &[9; 32]));
        assert!(!objects.contains(CachedType::Certificate, &[8; 32]));
        assert!(!objects.offers(CachedType::Request));
    }

    #[test]
    fn bad_lists_are_malformed() {
        let good = list(&[object(1, &[7; 32])]);
        for length in 0..good.len() {
            assert_eq!(CachedObjects::parse(&good[..length]), Err(Malformed));
        }
        let more = [&good[..], &[0]].concat();
        for content in [
            &more[..],
            &list(&[]),
            &list(&[object(1, &[])]),
            &list(&[object(1, &[7; 32]), object(9, &[])]),
            // A code without a hash, as a server writes it, and a hash beyond the list.
            &[0, 1, 1],
            &[0, 3, 1, 2, 7],
        ] {
            assert_eq!(CachedObjects::parse(content), Err(Malformed), "{content:?}");
        }
    }

    #[test]
    fn an_answer_goes_round() {
        for (certificate, request, expected) in [
            (true, false, &[0, 1, 1][..]),
            (false, true, &[0, 1, 2]),
            (true, true, &[0, 2, 1, 2]),
        ] {
            let mut types = CachedTypes::default();
            for (is_there, one) in [certificate, request].into_iter().zip(CachedType::ALL) {
                if is_there {
                    types.insert(one);
                }
            }
            assert_eq!(
                (types.has_certificate(), types.has_request()),
                (certificate, request)
            );
            let content = collect(&|sink| emit_answer(types, sink));
            assert_eq!(content, expected);
            assert_eq!(parse_answer(&content), Ok(&expected[2..]));
        }
        for content in [&[][..], &[0], &[0, 0], &[0, 2, 1], &[0, 1, 1, 2]] {
            assert_eq!(parse_answer(content), Err(Malformed), "{content:?}");
        }
        assert_eq!(CachedType::from_code(2), Some(CachedType::Request));
        assert_eq!(CachedType::from_code(0), None);
        assert_eq!(CachedType::from_code(3), None);
    }

    #[test]
    fn an_altered_message_goes_round() {
        let body = collect(&|sink| emit_altered(&[5; 32], sink));
        assert_eq!(body.len(), 33);
        assert_eq!(parse_altered(&body), Ok(&[5; 32][..]));
        for length in 0..body.len() {
            assert_eq!(parse_altered(&body[..length]), Err(Malformed));
        }
        assert_eq!(parse_altered(&[0]), Err(Malformed));
        assert_eq!(parse_altered(&[1, 2, 3]), Err(Malformed));
    }
}
