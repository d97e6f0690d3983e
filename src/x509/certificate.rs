//! One certificate (RFC 5280 section 4.1), read in place.

use super::Invalid;
use super::dates::Validity;
use super::extensions::Extensions;
use super::leaf::Names;
use super::names::Name;
use crate::crypto::{P256VerifyingKey, Point, VerifyingKey, sha256};
use crate::error::Malformed;
use crate::wire::der::{Der, Tag};
use crate::wire::{ecdsa_signature, public_key_info};

/// RFC 5280 4.1.2.2: "CAs MUST NOT use serialNumber values longer than 20 octets."
const SERIAL_NUMBER_MAX: usize = 20;

/// The AlgorithmIdentifier of ecdsa-with-SHA256. RFC 5758 3.2: "the encoding MUST omit the
/// parameters field."
const ECDSA_WITH_SHA256: [u8; 12] = [
    0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02,
];

/// A certificate of the kind that this library can use. All of it is well formed.
#[derive(Debug, Clone)]
pub(super) struct Certificate<'a> {
    pub(super) signed: Signed<'a>,
    pub(super) issuer: Name<'a>,
    pub(super) validity: Validity,
    pub(super) subject: Name<'a>,
    pub(super) public_key_info: &'a [u8],
    pub(super) key: &'a Point,
    pub(super) extensions: Extensions<'a>,
}

impl<'a> Certificate<'a> {
    pub(super) fn parse(der: &'a [u8]) -> Result<Self, Invalid> {
        let mut certificate = Der::only(Tag::SEQUENCE, der)?;
        let tbs = certificate.expect(Tag::SEQUENCE)?;
        let outer_algorithm = certificate.expect(Tag::SEQUENCE)?;
        let signature = certificate.bit_string_of_octets()?;
        certificate.finish()?;

        let mut fields = Der::new(tbs.value);
        version_3(&mut fields)?;
        serial_number(&mut fields)?;
        // RFC 5280 4.1.2.3: "This field MUST contain the same algorithm identifier as the
        // signatureAlgorithm field".
        let algorithm = fields.expect(Tag::SEQUENCE)?;
        if algorithm.encoded != outer_algorithm.encoded {
            return Err(Invalid::Malformed);
        }
        if algorithm.encoded != ECDSA_WITH_SHA256 {
            return Err(Invalid::Unsupported);
        }
        ecdsa_signature::parse(signature)?;
        let issuer = Name::parse(&mut fields)?;
        // 4.1.2.4: "The issuer field MUST contain a non-empty distinguished name (DN)."
        if issuer.is_empty() {
            return Err(Invalid::Malformed);
        }
        let validity = Validity::parse(fields.nested(Tag::SEQUENCE)?)?;
        let subject = Name::parse(&mut fields)?;
        let public_key_info = fields.expect(Tag::SEQUENCE)?.encoded;
        let key = public_key_info::parse(public_key_info).map_err(|_| Invalid::Unsupported)?;
        // 4.1.2.8: applications "SHOULD be capable of parsing certificates that include unique
        // identifiers, but there are no processing requirements".
        fields.optional(Tag::context(1))?;
        fields.optional(Tag::context(2))?;
        let extensions = Extensions::parse(&mut fields)?;
        fields.finish()?;
        Ok(Certificate {
            signed: Signed {
                octets: tbs.encoded,
                signature,
            },
            issuer,
            validity,
            subject,
            public_key_info,
            key,
            extensions,
        })
    }

    /// RFC 5280 6.1: "A certificate is self-issued if the same DN appears in the subject and issuer
    /// fields".
    pub(super) fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    pub(super) fn names(&self) -> Names<'a> {
        Names {
            subject: self.subject,
            alternative: self.extensions.alternative_names.clone(),
        }
    }
}

/// What the issuer signed, and its signature.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed<'a> {
    octets: &'a [u8],
    /// An ECDSA-Sig-Value.
    signature: &'a [u8],
}

impl Signed<'_> {
    /// One P-256 verification.
    pub(super) fn is_by(self, key: &Point) -> bool {
        let Ok(signature) = ecdsa_signature::parse(self.signature) else {
            return false;
        };
        P256VerifyingKey::verify(key, &sha256(self.octets), &signature).is_ok()
    }
}

/// `version [0] EXPLICIT Version DEFAULT v1`, where v3 is 2.
fn version_3(fields: &mut Der<'_>) -> Result<(), Invalid> {
    let Some(version) = fields.optional(Tag::context_constructed(0))? else {
        return Err(Invalid::Unsupported);
    };
    let mut version = Der::new(version.value);
    let number = version.unsigned()?;
    version.finish()?;
    match number {
        [2] => Ok(()),
        _ => Err(Invalid::Unsupported),
    }
}

/// RFC 5280 4.1.2.2: "The serial number MUST be a positive integer".
fn serial_number(fields: &mut Der<'_>) -> Result<(), Malformed> {
    match fields.unsigned()?.len() {
        1..=SERIAL_NUMBER_MAX => Ok(()),
        _ => Err(Malformed),
    }
}
