//! Name constraints (RFC 5280 section 4.2.1.10). Those on DNS names are processed, whether critical
//! or not; those on other forms of names reject a certificate that has such a name, if critical.
//!
//! The host of a coap or coaps URI is a server's name here as a dNSName is, so that constraints on
//! DNS names bind it as well: RFC 5280 knows no such use of a URI.

use super::leaf::Names;
use super::names::{Form, GeneralName};
use super::{Invalid, host_name};
use crate::error::Malformed;
use crate::wire::der::{Der, Tag};

/// The most constraints of one certificate, so that names times constraints stay a small number.
const SUBTREES_MAX: usize = 16;

#[derive(Debug, Clone, Copy)]
pub(super) struct NameConstraints<'a> {
    permitted: Der<'a>,
    excluded: Der<'a>,
    critical: bool,
}

impl<'a> NameConstraints<'a> {
    /// `SEQUENCE { permittedSubtrees [0] GeneralSubtrees OPTIONAL, excludedSubtrees [1]
    /// GeneralSubtrees OPTIONAL }`
    pub(super) fn parse(value: &'a [u8], critical: bool) -> Result<Self, Invalid> {
        let mut both = Der::only(Tag::SEQUENCE, value)?;
        // "Conforming CAs MUST NOT issue certificates where name constraints is an empty sequence."
        if both.is_empty() {
            return Err(Invalid::Malformed);
        }
        let permitted = subtrees(&mut both, Tag::context_constructed(0))?;
        let excluded = subtrees(&mut both, Tag::context_constructed(1))?;
        both.finish()?;
        Ok(NameConstraints {
            permitted,
            excluded,
            critical,
        })
    }

    /// Whether a certificate below may have the names it has. The CN of the `leaf` is a name, too,
    /// where it stands for one.
    pub(super) fn check(self, names: &Names<'_>, is_leaf: bool) -> Result<(), Invalid> {
        let mut hosts = names.alternative().filter_map(GeneralName::host);
        let common_name = names.common_name_as_host().filter(|_| is_leaf);
        if !hosts.all(|host| self.allows(host)) || common_name.is_some_and(|cn| !self.allows(cn)) {
            return Err(Invalid::Path);
        }
        // "If a name constraints extension that is marked as critical imposes constraints on a
        // particular name form, and an instance of that name form appears in the subject field or
        // subjectAltName extension of a subsequent certificate, then the application MUST either
        // process the constraint or reject the certificate."
        let mut all = iter(self.permitted).chain(iter(self.excluded));
        if self.critical && all.any(|base| base.form != Form::DnsName && has(names, base.form)) {
            return Err(Invalid::Unsupported);
        }
        Ok(())
    }

    /// "Any name matching a restriction in the excludedSubtrees field is invalid regardless of
    /// information appearing in the permittedSubtrees."
    fn allows(self, host: &[u8]) -> bool {
        contains(self.permitted, host) != Some(false) && contains(self.excluded, host) != Some(true)
    }
}

/// Whether a host is within one of these subtrees; `None` when none of them is of DNS names.
#[inline(never)]
fn contains(subtrees: Der<'_>, host: &[u8]) -> Option<bool> {
    let mut is_within = None;
    for base in iter(subtrees).filter(|base| base.form == Form::DnsName) {
        is_within = Some(is_within == Some(true) || host_name::is_within(host, base.value));
    }
    is_within
}

/// Whether a name of that form appears in the certificate.
fn has(names: &Names<'_>, form: Form) -> bool {
    let in_subject = match form {
        // "Restrictions of the form directoryName MUST be applied to the subject field in the
        // certificate (when the certificate includes a non-empty subject field)".
        Form::DirectoryName => !names.subject.is_empty(),
        // "When constraints are imposed on the rfc822Name name form, but the certificate does not
        // include a subject alternative name, the rfc822Name constraint MUST be applied to the
        // attribute of type emailAddress in the subject distinguished name."
        Form::Rfc822Name => names.alternative.is_none() && names.subject.has_email_address(),
        _ => false,
    };
    in_subject || names.alternative().any(|name| name.form == form)
}

/// `GeneralSubtrees ::= SEQUENCE SIZE (1..MAX) OF GeneralSubtree`
fn subtrees<'a>(both: &mut Der<'a>, tag: Tag) -> Result<Der<'a>, Invalid> {
    let Some(element) = both.optional(tag)? else {
        return Ok(Der::new(&[]));
    };
    let mut rest = Der::new(element.value);
    for _ in 0..SUBTREES_MAX {
        let base = subtree(&mut rest)?;
        if base.form == Form::DnsName && !host_name::is_constraint(base.value) {
            return Err(Invalid::Malformed);
        }
        if rest.is_empty() {
            return Ok(Der::new(element.value));
        }
    }
    Err(Invalid::Unsupported)
}

/// `GeneralSubtree ::= SEQUENCE { base GeneralName, minimum [0] BaseDistance DEFAULT 0, maximum [1]
/// BaseDistance OPTIONAL }`: "the minimum MUST be zero, and maximum MUST be absent", and DER leaves
/// out what is the default.
fn subtree<'a>(der: &mut Der<'a>) -> Result<GeneralName<'a>, Malformed> {
    let mut subtree = der.nested(Tag::SEQUENCE)?;
    let base = GeneralName::parse(&mut subtree)?;
    subtree.finish()?;
    Ok(base)
}

fn iter<'a>(mut subtrees: Der<'a>) -> impl Iterator<Item = GeneralName<'a>> {
    core::iter::from_fn(move || subtree(&mut subtrees).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;

    #[test]
    fn forms_that_der_or_the_profile_forbids() {
        let parse = |value: &[u8]| NameConstraints::parse(value, true).err();
        let a = b"\x30\x07\xA0\x05\x30\x03\x82\x01a";
        assert_eq!(parse(a), None);
        assert_eq!(parse(b"\x30\x07\xA1\x05\x30\x03\x82\x01a"), None);
        for value in [
            &b"\x30\x00"[..],
            b"\x30\x02\xA0\x00",
            b"\x30\x02\xA2\x00",
            b"\x30\x07\xA0\x05\x30\x03\x89\x01a",
            b"\x30\x0A\xA0\x08\x30\x06\x82\x01a\x80\x01\x00",
            b"\x30\x0A\xA0\x08\x30\x06\x82\x01a\x81\x01\x01",
            b"\x30\x07\xA0\x05\x30\x03\x82\x01*",
            b"\x30\x0E\xA1\x05\x30\x03\x82\x01a\xA0\x05\x30\x03\x82\x01a",
        ] {
            assert_eq!(parse(value), Some(Invalid::Malformed), "{value:x?}");
        }
    }

    #[test]
    fn too_many_are_unsupported() {
        for (count, expected) in [(16, None), (17, Some(Invalid::Unsupported))] {
            let mut value = std::vec![0xA0, count * 5];
            for _ in 0..count {
                value.extend_from_slice(b"\x30\x03\x82\x01a");
            }
            let parsed = subtrees(&mut Der::new(&value), Tag::context_constructed(0));
            assert_eq!(parsed.err(), expected);
        }
    }
}
