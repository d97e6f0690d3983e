//! The extensions that this library processes (RFC 5280 section 4.2; RFC 7925 section 4.4.4 names
//! no other). What is absent has the value that means no restriction, except for `is_ca`.

use super::name_constraints::NameConstraints;
use super::names::GeneralNames;
use super::{Invalid, Purpose};
use crate::error::Malformed;
use crate::wire::der::{Der, Tag, small};

/// The most extensions of one certificate: duplicates are looked for among all of them.
const EXTENSIONS_MAX: usize = 32;

/// id-ce 2.5.29.
const CERTIFICATE_EXTENSION: [u8; 2] = [0x55, 0x1D];
/// id-kp 1.3.6.1.5.5.7.3, serverAuth and clientAuth; anyExtendedKeyUsage.
const SERVER_AUTH: [u8; 8] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const CLIENT_AUTH: [u8; 8] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
const ANY_EXTENDED_KEY_USAGE: [u8; 4] = [0x55, 0x1D, 0x25, 0x00];

#[derive(Debug, Clone)]
pub(super) struct Extensions<'a> {
    /// What the two key identifiers say: hints.
    pub(super) authority_key: Option<&'a [u8]>,
    pub(super) subject_key: Option<&'a [u8]>,
    pub(super) alternative_names: GeneralNames<'a>,
    pub(super) name_constraints: Option<NameConstraints<'a>>,
    pub(super) is_ca: bool,
    /// How many intermediate certificates may follow; there are never as many as 255.
    pub(super) path_length: u8,
    key_usage: u8,
    for_servers: bool,
    for_clients: bool,
}

/// KeyUsage (RFC 5280 4.2.1.3); bit 0 is the highest of the first octet.
const DIGITAL_SIGNATURE: u8 = 0x80;
const KEY_CERT_SIGN: u8 = 0x04;

impl<'a> Extensions<'a> {
    const NONE: Self = Extensions {
        authority_key: None,
        subject_key: None,
        alternative_names: GeneralNames::NONE,
        name_constraints: None,
        is_ca: false,
        path_length: u8::MAX,
        key_usage: u8::MAX,
        for_servers: true,
        for_clients: true,
    };

    /// The end of a TBSCertificate: `extensions [3] EXPLICIT Extensions OPTIONAL`.
    pub(super) fn parse(tbs: &mut Der<'a>) -> Result<Self, Invalid> {
        let mut extensions = Self::NONE;
        let Some(tagged) = tbs.optional(Tag::context_constructed(3))? else {
            return Ok(extensions);
        };
        let mut rest = Der::only(Tag::SEQUENCE, tagged.value)?;
        for _ in 0..EXTENSIONS_MAX {
            let extension = Extension::parse(&mut rest)?;
            // RFC 5280 4.2: "A certificate MUST NOT include more than one instance of a particular
            // extension."
            let mut behind = rest;
            while let Ok(other) = Extension::parse(&mut behind) {
                if other.kind == extension.kind {
                    return Err(Invalid::Malformed);
                }
            }
            extensions.take(extension)?;
            if rest.is_empty() {
                return Ok(extensions);
            }
        }
        Err(Invalid::Unsupported)
    }

    fn take(
        &mut self,
        Extension {
            kind,
            critical,
            value,
        }: Extension<'a>,
    ) -> Result<(), Invalid> {
        let known = kind.strip_prefix(&CERTIFICATE_EXTENSION);
        match known {
            Some([14]) => self.subject_key = Some(only_octets(value)?),
            Some([15]) => self.key_usage = key_usage(value)?,
            Some([17]) => self.alternative_names = GeneralNames::parse(value)?,
            Some([19]) => self.basic_constraints(value)?,
            Some([30]) => self.name_constraints = Some(NameConstraints::parse(value, critical)?),
            Some([35]) => self.authority_key = authority_key(value)?,
            Some([37]) => self.extended_key_usage(value)?,
            // RFC 5280 4.2: "A certificate-using system MUST reject the certificate if it
            // encounters a critical extension it does not recognize".
            _ if critical => return Err(Invalid::Unsupported),
            _ => {}
        }
        Ok(())
    }

    /// `SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }`
    fn basic_constraints(&mut self, value: &[u8]) -> Result<(), Malformed> {
        let mut constraints = Der::only(Tag::SEQUENCE, value)?;
        self.is_ca = constraints.default_false()?;
        // RFC 5280 4.2.1.9: "CAs MUST NOT include the pathLenConstraint field unless the cA boolean
        // is asserted".
        if self.is_ca && !constraints.is_empty() {
            self.path_length = small(constraints.unsigned()?).unwrap_or(u8::MAX);
        }
        constraints.finish()
    }

    /// `SEQUENCE SIZE (1..MAX) OF OBJECT IDENTIFIER`
    fn extended_key_usage(&mut self, value: &[u8]) -> Result<(), Malformed> {
        let mut purposes = Der::only(Tag::SEQUENCE, value)?;
        (self.for_servers, self.for_clients) = (false, false);
        loop {
            let purpose = purposes.object_identifier()?;
            let is_any = purpose == ANY_EXTENDED_KEY_USAGE;
            self.for_servers |= is_any || purpose == SERVER_AUTH;
            self.for_clients |= is_any || purpose == CLIENT_AUTH;
            if purposes.is_empty() {
                return Ok(());
            }
        }
    }

    /// RFC 7252 9.1.3.3: "if included, the key usage extension indicates digitalSignature".
    pub(super) fn may_sign(&self) -> bool {
        self.key_usage & DIGITAL_SIGNATURE != 0
    }

    /// RFC 5280 4.2.1.3: "The keyCertSign bit is asserted when the subject public key is used for
    /// verifying signatures on public key certificates."
    pub(super) fn may_certify(&self) -> bool {
        self.key_usage & KEY_CERT_SIGN != 0
    }

    /// What an extended key usage says of a CA, it says of all that the CA certifies, as other
    /// libraries read it.
    pub(super) fn serves(&self, purpose: Purpose) -> bool {
        match purpose {
            Purpose::Server => self.for_servers,
            Purpose::Client => self.for_clients,
        }
    }
}

/// `Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue
/// OCTET STRING }`
struct Extension<'a> {
    kind: &'a [u8],
    critical: bool,
    value: &'a [u8],
}

impl<'a> Extension<'a> {
    #[inline(never)]
    fn parse(der: &mut Der<'a>) -> Result<Self, Malformed> {
        let mut extension = der.nested(Tag::SEQUENCE)?;
        let kind = extension.object_identifier()?;
        let critical = extension.default_false()?;
        let value = extension.value(Tag::OCTET_STRING)?;
        extension.finish()?;
        Ok(Extension {
            kind,
            critical,
            value,
        })
    }
}

fn only_octets(value: &[u8]) -> Result<&[u8], Malformed> {
    let mut der = Der::new(value);
    let octets = der.value(Tag::OCTET_STRING)?;
    der.finish()?;
    Ok(octets)
}

/// The first octet of the KeyUsage; decipherOnly alone lies in the second.
fn key_usage(value: &[u8]) -> Result<u8, Malformed> {
    let mut der = Der::new(value);
    let bits = der.value(Tag::BIT_STRING)?;
    der.finish()?;
    // X.690 11.2.2: "the bitstring shall have all trailing 0 bits removed before it is encoded".
    // RFC 5280 4.2.1.3: "at least one of the bits MUST be set to 1." So the last bit is 1.
    let (unused, first, last) = match bits {
        [unused, first] => (unused, first, first),
        [unused, first, second] => (unused, first, second),
        _ => return Err(Malformed),
    };
    if *last != 0 && last.trailing_zeros() == u32::from(*unused) {
        Ok(*first)
    } else {
        Err(Malformed)
    }
}

/// `SEQUENCE { keyIdentifier [0] OCTET STRING OPTIONAL, authorityCertIssuer [1] GeneralNames
/// OPTIONAL, authorityCertSerialNumber [2] INTEGER OPTIONAL }`
fn authority_key(value: &[u8]) -> Result<Option<&[u8]>, Malformed> {
    let mut authority = Der::only(Tag::SEQUENCE, value)?;
    let key = authority.optional(Tag::context(0))?;
    authority.optional(Tag::context_constructed(1))?;
    authority.optional(Tag::context(2))?;
    authority.finish()?;
    Ok(key.map(|element| element.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_usage_ends_with_a_bit_that_is_set() {
        assert_eq!(key_usage(&[3, 2, 7, 0x80]), Ok(0x80));
        assert_eq!(key_usage(&[3, 2, 1, 0x06]), Ok(0x06));
        assert_eq!(key_usage(&[3, 3, 7, 0x08, 0x80]), Ok(0x08));
        for octets in [
            &[3, 1, 0][..],
            &[3, 2, 7, 0],
            &[3, 2, 0, 0x80],
            &[3, 2, 6, 0x80],
            &[3, 2, 7, 0xC0],
            &[3, 3, 7, 0x80, 0],
            &[3, 4, 7, 1, 1, 0x80],
            &[3, 2, 7, 0x80, 0],
            &[4, 2, 7, 0x80],
        ] {
            assert_eq!(key_usage(octets), Err(Malformed), "{octets:x?}");
        }
    }

    #[test]
    fn basic_constraints() {
        let parse = |value: &[u8]| {
            let mut extensions = Extensions::NONE;
            let parsed = extensions.basic_constraints(value);
            parsed.map(|()| (extensions.is_ca, extensions.path_length))
        };
        assert_eq!(parse(&[0x30, 0]), Ok((false, 255)));
        assert_eq!(parse(&[0x30, 3, 1, 1, 0xFF]), Ok((true, 255)));
        assert_eq!(parse(&[0x30, 6, 1, 1, 0xFF, 2, 1, 0]), Ok((true, 0)));
        assert_eq!(parse(&[0x30, 7, 1, 1, 0xFF, 2, 2, 1, 0]), Ok((true, 255)));
        for value in [
            &[0x30, 3, 1, 1, 0][..],
            &[0x30, 3, 1, 1, 1],
            &[0x30, 3, 2, 1, 0],
            &[0x30, 6, 1, 1, 0xFF, 2, 1, 0x80],
            &[0x30, 6, 1, 1, 0xFF, 4, 1, 0],
            &[0x30, 0, 0],
        ] {
            assert_eq!(parse(value), Err(Malformed), "{value:x?}");
        }
    }

    #[test]
    fn extended_key_usage_names_at_least_one_purpose() {
        let parse = |value: &[u8]| {
            let mut extensions = Extensions::NONE;
            let parsed = extensions.extended_key_usage(value);
            parsed.map(|()| [Purpose::Server, Purpose::Client].map(|p| extensions.serves(p)))
        };
        assert_eq!(parse(&[0x30, 3, 6, 1, 1]), Ok([false, false]));
        assert_eq!(
            parse(&[0x30, 6, 6, 4, 0x55, 0x1D, 0x25, 0]),
            Ok([true, true])
        );
        assert_eq!(parse(&[0x30, 0]), Err(Malformed));
        assert_eq!(parse(&[0x30, 2, 4, 0]), Err(Malformed));
    }
}
