//! Where names stand in a certificate: the Name of its subject (RFC 5280 section 4.1.2.4) and the
//! GeneralNames of subjectAltName (section 4.2.1.6).

use super::{Invalid, host_name};
use crate::error::Malformed;
use crate::wire::der::{Der, Element, Tag};

/// The most names of one certificate. RFC 7925 4.4.1 wants one; the bound is there so that names
/// times constraints stay a small number.
const NAMES_MAX: usize = 16;

const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];
/// emailAddress (PKCS #9).
const EMAIL_ADDRESS: [u8; 9] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x01];

/// A Name, with its tag and length. Two are the same when their octets are: RFC 5280 7.1 wants
/// more (case and white space of some strings do not count), but also wants CAs to write issuer and
/// subject in the same encoding (4.1.2.6), and a name that looks different leads to no path, never
/// to a wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'a>(&'a [u8]);

/// One AttributeTypeAndValue.
#[derive(Clone, Copy)]
struct Attribute<'a> {
    kind: &'a [u8],
    value: Element<'a>,
}

impl<'a> Name<'a> {
    /// `RDNSequence ::= SEQUENCE OF RelativeDistinguishedName`, every part well formed.
    pub(super) fn parse(der: &mut Der<'a>) -> Result<Self, Malformed> {
        let element = der.expect(Tag::SEQUENCE)?;
        let mut attributes = Attributes::new(element.value);
        while attributes.read()?.is_some() {}
        Ok(Name(element.encoded))
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == [Tag::SEQUENCE.0, 0]
    }

    /// The CN that counts when there are several: the last as they are encoded, which is the
    /// leftmost in the order that names are written in (RFC 4514 section 2.1) and the most specific
    /// (RFC 6125 appendix B.5 has the same rule). A CN in a string type that is no text of today is
    /// none.
    pub(super) fn common_name(self) -> Option<&'a [u8]> {
        let common_names = self.attributes().filter(|a| a.kind == COMMON_NAME);
        let value = common_names.last()?.value;
        let is_text = matches!(value.tag, Tag::UTF8_STRING | Tag::PRINTABLE_STRING);
        is_text.then_some(value.value)
    }

    pub(super) fn has_email_address(self) -> bool {
        self.attributes().any(|a| a.kind == EMAIL_ADDRESS)
    }

    fn attributes(self) -> impl Iterator<Item = Attribute<'a>> {
        let name = Der::only(Tag::SEQUENCE, self.0);
        let mut attributes = Attributes {
            sets: name.unwrap_or(Der::new(&[])),
            set: Der::new(&[]),
        };
        core::iter::from_fn(move || attributes.read().ok().flatten())
    }
}

/// A cursor over the attributes of a Name.
struct Attributes<'a> {
    sets: Der<'a>,
    set: Der<'a>,
}

impl<'a> Attributes<'a> {
    fn new(name: &'a [u8]) -> Self {
        Attributes {
            sets: Der::new(name),
            set: Der::new(&[]),
        }
    }

    fn read(&mut self) -> Result<Option<Attribute<'a>>, Malformed> {
        if self.set.is_empty() {
            if self.sets.is_empty() {
                return Ok(None);
            }
            // "RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue": an empty
            // one has no attribute to read.
            self.set = self.sets.nested(Tag::SET)?;
        }
        let mut attribute = self.set.nested(Tag::SEQUENCE)?;
        let kind = attribute.object_identifier()?;
        let value = attribute.element()?;
        attribute.finish()?;
        Ok(Some(Attribute { kind, value }))
    }
}

/// The choices of GeneralName, which are context tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Form {
    OtherName = 0,
    Rfc822Name = 1,
    DnsName = 2,
    X400Address = 3,
    DirectoryName = 4,
    EdiPartyName = 5,
    Uri = 6,
    IpAddress = 7,
    RegisteredId = 8,
}

/// A GeneralName.
#[derive(Debug, Clone, Copy)]
pub(super) struct GeneralName<'a> {
    pub(super) form: Form,
    pub(super) value: &'a [u8],
}

impl<'a> GeneralName<'a> {
    pub(super) fn parse(der: &mut Der<'a>) -> Result<Self, Malformed> {
        let Element { tag, value, .. } = der.element()?;
        let form = match tag.0 {
            0xA0 => Form::OtherName,
            0x81 => Form::Rfc822Name,
            0x82 => Form::DnsName,
            0xA3 => Form::X400Address,
            0xA4 => Form::DirectoryName,
            0xA5 => Form::EdiPartyName,
            0x86 => Form::Uri,
            0x87 => Form::IpAddress,
            0x88 => Form::RegisteredId,
            _ => return Err(Malformed),
        };
        Ok(GeneralName { form, value })
    }

    /// The host name that it gives: a dNSName, or the host of a coap or coaps URI.
    pub(super) fn host(self) -> Option<&'a [u8]> {
        match self.form {
            Form::DnsName => Some(self.value),
            Form::Uri => host_name::of_coap_uri(self.value),
            _ => None,
        }
    }
}

/// GeneralNames, of which there is at least one where there is the extension: none stand for its
/// absence.
#[derive(Debug, Clone)]
pub(super) struct GeneralNames<'a>(Der<'a>);

impl<'a> GeneralNames<'a> {
    pub(super) const NONE: Self = GeneralNames(Der::new(&[]));

    pub(super) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn parse(octets: &'a [u8]) -> Result<Self, Invalid> {
        let names = Der::only(Tag::SEQUENCE, octets)?;
        let mut rest = names;
        // RFC 5280 4.2.1.6: "If the subjectAltName extension is present, the sequence MUST contain
        // at least one entry."
        GeneralName::parse(&mut rest)?;
        let mut count = 1;
        while !rest.is_empty() {
            GeneralName::parse(&mut rest)?;
            count += 1;
        }
        if count > NAMES_MAX {
            return Err(Invalid::Unsupported);
        }
        Ok(GeneralNames(names))
    }
}

impl<'a> Iterator for GeneralNames<'a> {
    type Item = GeneralName<'a>;

    /// One code for all who look for a name.
    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        GeneralName::parse(&mut self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;

    fn is_name(octets: &[u8]) -> bool {
        let mut der = Der::new(octets);
        Name::parse(&mut der).is_ok() && der.is_empty()
    }

    #[test]
    fn names_are_sets_of_attributes() {
        assert!(is_name(b"\x30\x00"));
        assert!(is_name(
            b"\x30\x0C\x31\x0A\x30\x08\x06\x03\x55\x04\x03\x0C\x01a"
        ));
        for octets in [
            &b"\x31\x00"[..],
            b"\x30\x02\x31\x00",
            b"\x30\x02\x05\x00",
            b"\x30\x04\x31\x02\x30\x00",
            b"\x30\x09\x31\x07\x30\x05\x06\x03\x55\x04\x03",
            b"\x30\x0E\x31\x0C\x30\x0A\x06\x03\x55\x04\x03\x0C\x01a\x05\x00",
            b"\x30\x0E\x31\x0C\x30\x08\x06\x03\x55\x04\x03\x0C\x01a\x05\x00",
            b"\x30\x0C\x31\x0A\x30\x08\x06\x03\x55\x04\x83\x0C\x01a",
        ] {
            assert!(!is_name(octets), "{octets:x?}");
        }
    }

    #[test]
    fn general_names_are_not_empty_and_not_too_many() {
        let parse = |octets: &[u8]| GeneralNames::parse(octets).err();
        for octets in [
            &b"\x30\x00"[..],
            b"\x30\x02\x02\x00",
            b"\x30\x02\x89\x00",
            b"\x30\x02\xA2\x00",
            b"\x30\x03\x82\x02a",
            b"\x30\x03\x82\x01a\x00",
        ] {
            assert_eq!(parse(octets), Some(Invalid::Malformed), "{octets:x?}");
        }
        for (count, expected) in [(16, None), (17, Some(Invalid::Unsupported))] {
            let mut octets = std::vec![0x30, count * 3];
            for _ in 0..count {
                octets.extend_from_slice(b"\x82\x01a");
            }
            assert_eq!(parse(&octets), expected);
        }
    }
}
