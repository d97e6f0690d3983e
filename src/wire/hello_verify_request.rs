//! HelloVerifyRequest (RFC 6347 section 4.2.1).

use super::{Reader, Sink, Version};
use crate::error::Malformed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HelloVerifyRequest<'a> {
    pub(crate) cookie: &'a [u8],
}

impl<'a> HelloVerifyRequest<'a> {
    /// RFC 6347 4.2.1: "DTLS 1.2 and 1.0 clients MUST use the version solely to indicate packet
    /// formatting [...] and not as part of version negotiation": it is read and not looked at.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(body);
        let _server_version = reader.u16()?;
        let cookie = reader.vector8()?;
        reader.finish()?;
        Ok(HelloVerifyRequest { cookie })
    }

    /// RFC 6347 4.2.1: "DTLS 1.2 server implementations SHOULD use DTLS version 1.0 regardless of
    /// the version of TLS that is expected to be negotiated."
    pub(crate) fn emit(&self, sink: &mut dyn Sink) {
        sink.u16(Version::DTLS_1_0.0);
        sink.vector8(self.cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip() {
        for length in [0, 1, 32, 255] {
            let cookie = [length as u8; 255];
            let request = HelloVerifyRequest {
                cookie: cookie.get(..length).unwrap_or(&[]),
            };
            let body = collect(&|sink| request.emit(sink));
            assert_eq!(body.len(), 3 + length);
            assert_eq!(HelloVerifyRequest::parse(&body), Ok(request));
        }
    }

    #[test]
    fn bad_lengths_are_malformed() {
        for body in [
            &[][..],
            &[0xFE],
            &[0xFE, 0xFF],
            &[0xFE, 0xFF, 1],
            &[0xFE, 0xFF, 0, 0],
        ] {
            assert_eq!(HelloVerifyRequest::parse(body), Err(Malformed));
        }
    }

    /// Requirement 1-6 and RFC 6347 4.2.1: the version plays no part.
    #[test]
    fn any_version_is_accepted() {
        for version in [[0xFE, 0xFD], [0xFE, 0xFF], [0, 0]] {
            let [high, low] = version;
            assert!(HelloVerifyRequest::parse(&[high, low, 1, 9]).is_ok());
        }
    }
}
