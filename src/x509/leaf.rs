//! Whose certificate it is: the names of a validated leaf.

use super::host_name;
use super::names::{Form, GeneralName, GeneralNames, Name};

/// The end entity's certificate at the bottom of a valid path.
#[derive(Debug, Clone)]
pub(crate) struct Leaf<'a> {
    pub(crate) der: &'a [u8],
    pub(crate) key: &'a [u8; 65],
    pub(crate) public_key_info: &'a [u8],
    /// When the first certificate of the path expires, in seconds since 1970.
    pub(crate) not_after: u64,
    pub(super) names: Names<'a>,
    /// Whether the subject's CN may be a name when there is no subjectAltName.
    pub(super) common_name: bool,
}

impl<'a> Leaf<'a> {
    /// What to show: the first dNSName, else the host of a coap or coaps URI, else a URN, else the
    /// CN, if that counts. Nothing that is malformed, no NUL, no control character.
    pub(crate) fn name(&self) -> Option<&'a [u8]> {
        self.names.alternative_name().or_else(|| {
            let name = self.common_name()?;
            (!name.is_empty() && is_text(name)).then_some(name)
        })
    }

    /// RFC 7925 4.4.2: "For client certificates, the identifier used in the SubjectAltName or in
    /// the leftmost CN component of subject name MUST be an EUI-64." Of several that differ, none.
    pub(crate) fn eui64(&self) -> Option<[u8; 8]> {
        let mut found = self.names.alternative().filter_map(GeneralName::eui64);
        match found.next() {
            Some(first) => found.all(|other| other == first).then_some(first),
            None => eui64(self.common_name()?),
        }
    }

    /// The CN, where it counts. Beside a subjectAltName it does not: whoever issued the certificate
    /// need not have looked at it, and name constraints do not.
    fn common_name(&self) -> Option<&'a [u8]> {
        let counts = self.common_name && self.names.alternative.is_none();
        self.names.subject.common_name().filter(|_| counts)
    }
}

/// The names of a certificate.
#[derive(Debug, Clone)]
pub(super) struct Names<'a> {
    pub(super) subject: Name<'a>,
    pub(super) alternative: GeneralNames<'a>,
}

impl<'a> Names<'a> {
    pub(super) fn alternative(&self) -> GeneralNames<'a> {
        self.alternative.clone()
    }

    /// Whether this is the certificate of that host. RFC 7252 9.1.3.3: "If there is no
    /// SubjectAltName in the certificate, then the authority of the request URI MUST match the
    /// Common Name (CN) found in the certificate".
    pub(super) fn is_of_host(&self, host: &[u8], common_name: bool) -> bool {
        let is_host = |name| host_name::is_same(name, host);
        if self.alternative.is_none() {
            return common_name && self.subject.common_name().is_some_and(is_host);
        }
        self.alternative()
            .any(|name| name.host().is_some_and(is_host))
    }

    fn alternative_name(&self) -> Option<&'a [u8]> {
        for form in [Form::DnsName, Form::Uri] {
            for name in self.alternative().filter(|name| name.form == form) {
                let host = name.host().filter(|host| host_name::is_well_formed(host));
                if host.is_some() {
                    return host;
                }
            }
        }
        self.alternative().find_map(GeneralName::urn)
    }

    /// The CN, where it may be the name by which this certificate is known and can be a host's: then
    /// constraints on DNS names bind it.
    pub(super) fn common_name_as_host(&self) -> Option<&'a [u8]> {
        let name = self.subject.common_name();
        name.filter(|name| self.alternative.is_none() && host_name::is_well_formed(name))
    }
}

impl<'a> GeneralName<'a> {
    fn urn(self) -> Option<&'a [u8]> {
        let is_urn =
            self.form == Form::Uri && host_name::strip_prefix(self.value, b"urn:").is_some();
        (is_urn && self.value.iter().all(u8::is_ascii_graphic)).then_some(self.value)
    }

    fn eui64(self) -> Option<[u8; 8]> {
        match self.form {
            Form::DnsName => eui64(self.value),
            Form::Uri => match host_name::strip_prefix(self.value, b"urn:dev:mac:")? {
                digits if digits.len() == 16 => eui64(digits),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether these octets are UTF-8 (RFC 3629 section 4) without control characters. What `core` has
/// for it takes more than twice the flash.
fn is_text(octets: &[u8]) -> bool {
    let mut rest = octets;
    while !rest.is_empty() {
        rest = match rest {
            [0x20..=0x7E, rest @ ..]
            // Below U+00A0 are the C1 controls.
            | [0xC2, 0xA0..=0xBF, rest @ ..]
            | [0xC3..=0xDF, 0x80..=0xBF, rest @ ..]
            | [0xE0, 0xA0..=0xBF, 0x80..=0xBF, rest @ ..]
            | [0xE1..=0xEC | 0xEE..=0xEF, 0x80..=0xBF, 0x80..=0xBF, rest @ ..]
            | [0xED, 0x80..=0x9F, 0x80..=0xBF, rest @ ..]
            | [0xF0, 0x90..=0xBF, 0x80..=0xBF, 0x80..=0xBF, rest @ ..]
            | [0xF1..=0xF3, 0x80..=0xBF, 0x80..=0xBF, 0x80..=0xBF, rest @ ..]
            | [0xF4, 0x80..=0x8F, 0x80..=0xBF, 0x80..=0xBF, rest @ ..] => rest,
            _ => return false,
        };
    }
    true
}

/// 16 hexadecimal digits, where hyphens may stand between octets.
#[inline(never)]
fn eui64(text: &[u8]) -> Option<[u8; 8]> {
    let mut eui64 = [0; 8];
    let mut rest = text;
    for (at, octet) in eui64.iter_mut().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix(b"-").unwrap_or(rest);
        }
        let ([high, low], behind) = rest.split_first_chunk()?;
        *octet = hexadecimal(*high)? << 4 | hexadecimal(*low)?;
        rest = behind;
    }
    rest.is_empty().then_some(eui64)
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::der::Der;

    /// The name that a certificate with this subject and these alternative names shows.
    fn shown<'a>(subject: &'a [u8], alternative: Option<&'a [u8]>) -> Option<&'a [u8]> {
        let names = Names {
            subject: Name::parse(&mut Der::new(subject)).unwrap(),
            alternative: alternative.map_or(GeneralNames::NONE, |names| {
                GeneralNames::parse(names).unwrap()
            }),
        };
        let leaf = Leaf {
            der: &[],
            key: &[0; 65],
            public_key_info: &[],
            not_after: 0,
            names,
            common_name: true,
        };
        leaf.name()
    }

    /// Held against `core`: all of one and two octets, longer ones with the edges of each.
    #[test]
    fn text_is_utf8_without_controls() {
        let check = |octets: &[u8]| {
            let text = core::str::from_utf8(octets);
            let expected = text.is_ok_and(|text| !text.chars().any(char::is_control));
            assert_eq!(is_text(octets), expected, "{octets:x?}");
        };
        let edges = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0];
        for first in 0..=0xFF {
            check(&[first]);
            (0..=0xFF).for_each(|second| check(&[first, second]));
            for number in 0..1 << 9 {
                let at = |shift: u32| edges[number >> shift & 7];
                let octets = [first, at(6), at(3), at(0)];
                check(&octets);
                check(&octets[..3]);
            }
        }
    }

    #[test]
    fn the_name_to_show_is_text() {
        let subject = |tag: u8, name: &[u8; 3]| {
            let mut subject = *b"\x30\x0E\x31\x0C\x30\x0A\x06\x03\x55\x04\x03\x0C\x03...";
            subject[11] = tag;
            subject[13..].copy_from_slice(name);
            subject
        };
        assert_eq!(shown(&subject(0x0C, b"a b"), None), Some(&b"a b"[..]));
        assert_eq!(shown(&subject(0x13, b"a b"), None), Some(&b"a b"[..]));
        assert_eq!(
            shown(&subject(0x0C, b"a\xC3\xA4"), None),
            Some(&b"a\xC3\xA4"[..])
        );
        for subject in [
            subject(0x0C, b"a\0b"),
            subject(0x0C, b"a\nb"),
            subject(0x0C, b"a\xC2\x85"),
            subject(0x0C, b"a\xE4b"),
            subject(0x1E, b"a b"),
        ] {
            assert_eq!(shown(&subject, None), None, "{subject:x?}");
        }
    }

    #[test]
    fn a_dns_name_is_shown_before_a_uri() {
        let both = b"\x30\x0D\x86\x08coap://b\x82\x01a";
        assert_eq!(shown(&[0x30, 0], Some(both)), Some(&b"a"[..]));
        let uris = b"\x30\x11\x86\x05urn:x\x86\x08coap://b";
        assert_eq!(shown(&[0x30, 0], Some(uris)), Some(&b"b"[..]));
        let malformed = b"\x30\x0E\x82\x02*.\x86\x08coap://b";
        assert_eq!(shown(&[0x30, 0], Some(malformed)), Some(&b"b"[..]));
    }

    #[test]
    fn eui64_has_sixteen_digits_and_hyphens_between_octets() {
        let expected = Some([0x00, 0x11, 0x22, 0x33, 0xAA, 0xBB, 0xCC, 0xFF]);
        for text in [
            &b"00112233aabbccff"[..],
            b"00112233AABBCCFF",
            b"00-11-22-33-AA-BB-CC-FF",
            b"0011-2233-aabb-ccff",
        ] {
            assert_eq!(eui64(text), expected, "{text:?}");
        }
        for text in [
            &b""[..],
            b"00112233aabbccf",
            b"00112233aabbccff0",
            b"-00112233aabbccff",
            b"00112233aabbccff-",
            b"0-0112233aabbccff",
            b"00--112233aabbccff",
            b"00:11:22:33:AA:BB:CC:FF",
            b"00112233aabbccfg",
            b"00112233aabbccff\0",
        ] {
            assert_eq!(eui64(text), None, "{text:?}");
        }
    }

    #[test]
    fn eui64_in_a_uri() {
        let of = |value| {
            let form = Form::Uri;
            GeneralName { form, value }.eui64().is_some()
        };
        assert!(of(b"urn:dev:mac:00112233aabbccff"));
        assert!(of(b"URN:DEV:mac:00112233AABBCCFF"));
        for uri in [
            &b"urn:dev:mac:00-11-22-33-aa-bb-cc-ff"[..],
            b"urn:dev:mac:001122334455",
            b"urn:dev:ow:00112233aabbccff",
            b"00112233aabbccff",
            b"urn:dev:mac:00112233aabbccff_1",
        ] {
            assert!(!of(uri), "{uri:?}");
        }
    }
}
