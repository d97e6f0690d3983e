//! Reads octets from the front of a slice; every length is checked, nothing is copied.

use crate::error::Malformed;

/// A cursor over the octets not read yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Reader { rest: octets }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Malformed> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(Malformed)?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn octets(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array().map(|[octet]| *octet)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(|octets| u16::from_be_bytes(*octets))
    }

    pub(crate) fn u24(&mut self) -> Result<u32, Malformed> {
        self.array()
            .map(|[high, middle, low]| u32::from_be_bytes([0, *high, *middle, *low]))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(|octets| u32::from_be_bytes(*octets))
    }

    /// `opaque x<0..2^8-1>`
    pub(crate) fn vector8(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.u8()?;
        self.octets(usize::from(length))
    }

    /// `opaque x<0..2^16-1>`
    pub(crate) fn vector16(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.u16()?;
        self.octets(usize::from(length))
    }

    /// Nothing may follow.
    pub(crate) fn finish(self) -> Result<(), Malformed> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Malformed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_exactly_what_is_there() {
        let mut reader = Reader::new(&[1, 2, 3, 4, 5, 6, 1, 9, 0, 2, 7, 8]);
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.u16(), Ok(0x0203));
        assert_eq!(reader.u24(), Ok(0x04_0506));
        assert_eq!(reader.vector8(), Ok(&[9][..]));
        assert_eq!(reader.vector16(), Ok(&[7, 8][..]));
        assert!(reader.is_empty());
        assert_eq!(reader.finish(), Ok(()));
        assert_eq!(reader.u8(), Err(Malformed));
    }

    #[test]
    fn a_length_beyond_the_end_is_malformed_and_reads_nothing() {
        let mut reader = Reader::new(&[3, 1, 2]);
        assert_eq!(reader.vector8(), Err(Malformed));
        let mut reader = Reader::new(&[0, 3, 1, 2]);
        assert_eq!(reader.vector16(), Err(Malformed));
        let mut reader = Reader::new(&[1]);
        assert_eq!(reader.u16(), Err(Malformed));
        assert_eq!(reader.array::<2>(), Err(Malformed));
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(Reader::new(&[0]).finish(), Err(Malformed));
    }
}
