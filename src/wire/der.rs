//! Reads DER (X.690): every length definite and minimal, every tag of one octet.
//!
//! What is kept is where the octets lie; nothing is copied. Certificates, private keys, public keys
//! and ECDSA signatures all come through here.

use super::{Reader, Sink};
use crate::error::Malformed;

/// The identifier octet of an element: class, whether constructed, tag number below 31.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag(pub(crate) u8);

impl Tag {
    pub(crate) const BOOLEAN: Tag = Tag(0x01);
    pub(crate) const INTEGER: Tag = Tag(0x02);
    pub(crate) const BIT_STRING: Tag = Tag(0x03);
    pub(crate) const OCTET_STRING: Tag = Tag(0x04);
    pub(crate) const OBJECT_IDENTIFIER: Tag = Tag(0x06);
    pub(crate) const UTF8_STRING: Tag = Tag(0x0C);
    pub(crate) const PRINTABLE_STRING: Tag = Tag(0x13);
    pub(crate) const UTC_TIME: Tag = Tag(0x17);
    pub(crate) const GENERALIZED_TIME: Tag = Tag(0x18);
    pub(crate) const SEQUENCE: Tag = Tag(0x30);
    pub(crate) const SET: Tag = Tag(0x31);

    /// `[number]` of a primitive type that is tagged implicitly.
    pub(crate) const fn context(number: u8) -> Tag {
        Tag(0x80 | number)
    }

    /// `[number]` of a constructed type, or one that is tagged explicitly.
    pub(crate) const fn context_constructed(number: u8) -> Tag {
        Tag(0xA0 | number)
    }
}

/// An element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    pub(crate) value: &'a [u8],
    /// Tag and length as well.
    pub(crate) encoded: &'a [u8],
}

/// A cursor over the elements not read yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Der<'a> {
    rest: &'a [u8],
}

impl<'a> Der<'a> {
    pub(crate) const fn new(octets: &'a [u8]) -> Self {
        Der { rest: octets }
    }

    /// The cursor over what one element holds, where nothing else may be.
    pub(crate) fn only(tag: Tag, octets: &'a [u8]) -> Result<Self, Malformed> {
        let mut der = Der::new(octets);
        let inner = der.nested(tag)?;
        der.finish()?;
        Ok(inner)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Nothing may follow.
    pub(crate) fn finish(self) -> Result<(), Malformed> {
        Reader::new(self.rest).finish()
    }

    /// The next element, whatever it is.
    pub(crate) fn element(&mut self) -> Result<Element<'a>, Malformed> {
        let mut reader = Reader::new(self.rest);
        let tag = Tag(reader.u8()?);
        if tag.0 & 0x1F == 0x1F {
            return Err(Malformed); // a tag number of 31 or more: nothing we read has one
        }
        // X.690 10.1: "The definite form of length encoding shall be used, encoded in the minimum
        // number of octets." What is longer than 65535 octets is nothing for this library.
        let (header, length) = match reader.u8()? {
            length @ ..=0x7F => (2, usize::from(length)),
            0x81 => (3, usize::from(at_least(u16::from(reader.u8()?), 0x80)?)),
            0x82 => (4, usize::from(at_least(reader.u16()?, 0x100)?)),
            _ => return Err(Malformed),
        };
        let value = reader.octets(length)?;
        let whole = self.rest.split_at_checked(header + length);
        let (encoded, rest) = whole.ok_or(Malformed)?;
        self.rest = rest;
        Ok(Element {
            tag,
            value,
            encoded,
        })
    }

    /// The next element, if it has this tag; otherwise nothing is read.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, Malformed> {
        match self.rest.first() {
            Some(first) if *first == tag.0 => self.element().map(Some),
            _ => Ok(None),
        }
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: Tag) -> Result<Element<'a>, Malformed> {
        self.optional(tag)?.ok_or(Malformed)
    }

    /// What the next element holds.
    pub(crate) fn value(&mut self, tag: Tag) -> Result<&'a [u8], Malformed> {
        self.expect(tag).map(|element| element.value)
    }

    /// The cursor over what the next element holds.
    pub(crate) fn nested(&mut self, tag: Tag) -> Result<Der<'a>, Malformed> {
        self.value(tag).map(Der::new)
    }

    /// An INTEGER that is not negative: its octets without leading zeros, none for zero.
    pub(crate) fn unsigned(&mut self) -> Result<&'a [u8], Malformed> {
        unsigned(self.value(Tag::INTEGER)?)
    }

    /// The octets of an OBJECT IDENTIFIER.
    pub(crate) fn object_identifier(&mut self) -> Result<&'a [u8], Malformed> {
        let value = self.value(Tag::OBJECT_IDENTIFIER)?;
        // X.690 8.19.2: each subidentifier ends with an octet below 0x80 and does not begin with
        // 0x80.
        let mut is_first = true;
        for octet in value {
            if is_first && *octet == 0x80 {
                return Err(Malformed);
            }
            is_first = *octet < 0x80;
        }
        if is_first && !value.is_empty() {
            Ok(value)
        } else {
            Err(Malformed)
        }
    }

    /// `BOOLEAN DEFAULT FALSE`.
    pub(crate) fn default_false(&mut self) -> Result<bool, Malformed> {
        match self.optional(Tag::BOOLEAN)? {
            None => Ok(false),
            // X.690 11.1: TRUE is 0xFF; 11.5: a value that is the default is not encoded.
            Some(element) if element.value == [0xFF] => Ok(true),
            Some(_) => Err(Malformed),
        }
    }

    /// A BIT STRING of whole octets.
    pub(crate) fn bit_string_of_octets(&mut self) -> Result<&'a [u8], Malformed> {
        match self.value(Tag::BIT_STRING)?.split_first() {
            Some((0, octets)) => Ok(octets),
            _ => Err(Malformed),
        }
    }
}

fn at_least(length: u16, least: u16) -> Result<u16, Malformed> {
    if length >= least {
        Ok(length)
    } else {
        Err(Malformed)
    }
}

/// Writes the tag and length of an element of up to 65535 octets, beyond which nothing is read here.
pub(crate) fn emit_header(tag: Tag, length: u16, sink: &mut dyn Sink) {
    sink.u8(tag.0);
    match length {
        0..=0x7F => {}
        0x80..=0xFF => sink.u8(0x81),
        0x100.. => sink.u8(0x82),
    }
    match length {
        0..=0xFF => sink.u8(length as u8),
        0x100.. => sink.u16(length),
    }
}

/// The value of an INTEGER that is not negative, without leading zeros.
pub(crate) fn unsigned(value: &[u8]) -> Result<&[u8], Malformed> {
    match value {
        // X.690 8.3.2: the first nine bits are not all alike.
        [0] => Ok(&[]),
        [0, 0x80..=0xFF, ..] => Ok(value.get(1..).unwrap_or_default()),
        [1..=0x7F, ..] => Ok(value),
        _ => Err(Malformed),
    }
}

/// A small INTEGER's value, such as a version.
pub(crate) fn small(magnitude: &[u8]) -> Option<u8> {
    match magnitude {
        [] => Some(0),
        [value] => Some(*value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::vec::Vec;

    fn element(octets: &[u8]) -> Result<(u8, usize), Malformed> {
        let mut der = Der::new(octets);
        let element = der.element()?;
        assert_eq!(element.encoded, octets);
        der.finish()?;
        Ok((element.tag.0, element.value.len()))
    }

    fn of_length(header: &[u8], length: usize) -> Vec<u8> {
        let mut octets = header.to_vec();
        octets.resize(header.len() + length, 7);
        octets
    }

    #[test]
    fn lengths_are_read_in_every_form() {
        assert_eq!(element(&[4, 0]), Ok((4, 0)));
        assert_eq!(element(&of_length(&[4, 0x7F], 127)), Ok((4, 127)));
        assert_eq!(element(&of_length(&[4, 0x81, 0x80], 128)), Ok((4, 128)));
        assert_eq!(element(&of_length(&[4, 0x82, 1, 0], 256)), Ok((4, 256)));
        let longest = of_length(&[4, 0x82, 0xFF, 0xFF], 0xFFFF);
        assert_eq!(element(&longest), Ok((4, 0xFFFF)));
    }

    #[test]
    fn lengths_that_are_indefinite_not_minimal_or_too_great_are_malformed() {
        for (header, length) in [
            (&[0x30, 0x80, 0, 0][..], 0),
            (&[4, 0x81, 0x7F], 127),
            (&[4, 0x82, 0, 0xFF], 255),
            (&[4, 0x83, 0, 1, 0], 256),
            (&[4, 0x83, 1, 0, 0], 0x1_0000),
            (&[4, 0xFF, 1], 1),
            (&[4, 2], 1),
            (&[4, 0x81], 0),
            (&[4, 0x82, 1], 0),
            (&[4], 0),
            (&[0x1F, 1], 1),
            (&[0x9F, 1], 1),
        ] {
            let octets = of_length(header, length);
            assert!(Der::new(&octets).element().is_err(), "{header:x?}");
        }
        assert!(Der::new(&[]).element().is_err());
    }

    #[test]
    fn an_absent_element_reads_nothing() {
        let mut der = Der::new(&[4, 1, 9, 5, 0]);
        assert!(matches!(der.optional(Tag::INTEGER), Ok(None)));
        assert!(der.expect(Tag::INTEGER).is_err());
        assert_eq!(der.value(Tag::OCTET_STRING), Ok(&[9][..]));
        assert!(!der.is_empty());
        assert!(der.finish().is_err());
    }

    #[test]
    fn only_one_element() {
        assert!(Der::only(Tag::SEQUENCE, &[0x30, 2, 5, 0]).is_ok());
        assert!(Der::only(Tag::SEQUENCE, &[0x30, 2, 5, 0, 0]).is_err());
        assert!(Der::only(Tag::SEQUENCE, &[0x31, 2, 5, 0]).is_err());
    }

    #[test]
    fn integers_are_minimal_and_not_negative() {
        for (value, expected) in [
            (&[0][..], Ok(&[][..])),
            (&[1], Ok(&[1])),
            (&[0x7F, 0xFF], Ok(&[0x7F, 0xFF])),
            (&[0, 0x80], Ok(&[0x80])),
            (&[0, 0xFF, 0], Ok(&[0xFF, 0])),
            (&[], Err(Malformed)),
            (&[0, 0], Err(Malformed)),
            (&[0, 0x7F], Err(Malformed)),
            (&[0x80], Err(Malformed)),
            (&[0xFF, 1], Err(Malformed)),
        ] {
            assert_eq!(unsigned(value), expected, "{value:x?}");
        }
        assert_eq!(small(&[]), Some(0));
        assert_eq!(small(&[0xFF]), Some(0xFF));
        assert_eq!(small(&[1, 0]), None);
    }

    #[test]
    fn object_identifiers_are_whole_and_minimal() {
        let read = |octets: &'static [u8]| Der::new(octets).object_identifier();
        assert_eq!(read(&[6, 3, 0x55, 4, 3]), Ok(&[0x55, 4, 3][..]));
        assert_eq!(read(&[6, 2, 0x86, 0x48]), Ok(&[0x86, 0x48][..]));
        for octets in [
            &[6, 0][..],
            &[6, 1, 0x86],
            &[6, 2, 0x80, 1],
            &[6, 3, 1, 0x80, 1],
            &[4, 1, 1],
        ] {
            assert!(Der::new(octets).object_identifier().is_err());
        }
    }

    #[test]
    fn a_boolean_is_absent_or_true() {
        assert_eq!(Der::new(&[]).default_false(), Ok(false));
        assert_eq!(Der::new(&[4, 0]).default_false(), Ok(false));
        assert_eq!(Der::new(&[1, 1, 0xFF]).default_false(), Ok(true));
        for octets in [&[1, 1, 0][..], &[1, 1, 1], &[1, 0], &[1, 2, 0xFF, 0xFF]] {
            assert!(Der::new(octets).default_false().is_err(), "{octets:x?}");
        }
    }

    #[test]
    fn a_bit_string_of_octets_has_no_unused_bits() {
        let read = |octets: &'static [u8]| Der::new(octets).bit_string_of_octets();
        assert_eq!(read(&[3, 2, 0, 9]), Ok(&[9][..]));
        assert_eq!(read(&[3, 1, 0]), Ok(&[][..]));
        assert!(read(&[3, 2, 1, 8]).is_err());
        assert!(read(&[3, 0]).is_err());
    }
}
