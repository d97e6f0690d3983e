//! client_certificate_type and server_certificate_type (RFC 7250 section 3), which are alike.

use crate::error::Malformed;
use crate::wire::{Reader, Sink};

/// CertificateType, of the "TLS Certificate Types" registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum CertificateType {
    X509 = 0,
    RawPublicKey = 2,
}

impl CertificateType {
    fn from_code(code: u8) -> Option<Self> {
        [Self::X509, Self::RawPublicKey]
            .into_iter()
            .find(|one| *one as u8 == code)
    }
}

/// The list of a ClientHello. RFC 7250 4.1: "a list of supported certificate types, sorted by client
/// preference".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CertificateTypes<'a> {
    list: &'a [u8],
}

impl<'a> CertificateTypes<'a> {
    /// `CertificateType client_certificate_types<1..2^8-1>`
    pub(crate) fn parse(content: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(content);
        let list = reader.vector8()?;
        reader.finish()?;
        if list.is_empty() {
            return Err(Malformed);
        }
        Ok(CertificateTypes { list })
    }

    /// What the client wants most of these.
    pub(crate) fn first_of(&self, these: &[CertificateType]) -> Option<CertificateType> {
        self.list
            .iter()
            .filter_map(|code| CertificateType::from_code(*code))
            .find(|one| these.contains(one))
    }
}

/// A client's list.
pub(crate) fn emit_list(types: &[CertificateType], sink: &mut dyn Sink) {
    // As many as there are types, at most.
    sink.u8(types.len() as u8);
    for one in types {
        sink.u8(*one as u8);
    }
}

/// What a server chose; `Ok(None)` for a type that we do not know. RFC 7250 4.2: "Note that only a
/// single value is permitted in the server_certificate_type extension when carried in the server
/// hello."
pub(crate) fn parse_one(content: &[u8]) -> Result<Option<CertificateType>, Malformed> {
    let mut reader = Reader::new(content);
    let code = reader.u8()?;
    reader.finish()?;
    Ok(CertificateType::from_code(code))
}

pub(crate) fn emit_one(chosen: CertificateType, sink: &mut dyn Sink) {
    sink.u8(chosen as u8);
}

#[cfg(test)]
mod tests {
    use super::CertificateType::{RawPublicKey, X509};
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn a_list_goes_round() {
        let content = collect(&|sink| emit_list(&[RawPublicKey, X509], sink));
        assert_eq!(content, [2, 2, 0]);
        let Ok(types) = CertificateTypes::parse(&content) else {
            panic!("does not parse");
        };
        assert_eq!(types.first_of(&[X509]), Some(X509));
        assert_eq!(types.first_of(&[RawPublicKey]), Some(RawPublicKey));
        let content = collect(&|sink| emit_list(&[RawPublicKey], sink));
        assert_eq!(content, [1, 2]);
        let types = CertificateTypes::parse(&content);
        assert_eq!(types.map(|types| types.first_of(&[X509])), Ok(None));
    }

    #[test]
    fn the_client_s_order_counts() {
        let first = |content: &[u8], these: &[CertificateType]| {
            CertificateTypes::parse(content).map(|types| types.first_of(these))
        };
        let both = [X509, RawPublicKey];
        assert_eq!(first(&[2, 2, 0], &both), Ok(Some(RawPublicKey)));
        assert_eq!(first(&[2, 0, 2], &both), Ok(Some(X509)));
        assert_eq!(first(&[2, 2, 0], &[X509]), Ok(Some(X509)));
        // OpenPGP, what nobody has assigned, and doubles are passed over.
        assert_eq!(first(&[5, 1, 0xE0, 2, 2, 0], &both), Ok(Some(RawPublicKey)));
        assert_eq!(first(&[2, 1, 3], &both), Ok(None));
        assert_eq!(first(&[1, 2], &[X509]), Ok(None));
        assert_eq!(first(&[1, 2], &[]), Ok(None));
    }

    #[test]
    fn bad_lists_are_malformed() {
        for content in [&[][..], &[0], &[1], &[1, 2, 0], &[2, 2], &[0, 2]] {
            assert_eq!(CertificateTypes::parse(content), Err(Malformed));
        }
    }

    #[test]
    fn one_goes_round() {
        for (chosen, code) in [(X509, 0), (RawPublicKey, 2)] {
            assert_eq!(collect(&|sink| emit_one(chosen, sink)), [code]);
            assert_eq!(parse_one(&[code]), Ok(Some(chosen)));
        }
        assert_eq!(parse_one(&[1]), Ok(None));
        assert_eq!(parse_one(&[3]), Ok(None));
        assert_eq!(parse_one(&[]), Err(Malformed));
        assert_eq!(parse_one(&[2, 0]), Err(Malformed));
        // A list is not an answer.
        assert_eq!(parse_one(&[1, 2]), Err(Malformed));
    }
}
