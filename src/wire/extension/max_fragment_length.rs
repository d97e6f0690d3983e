//! max_fragment_length (RFC 6066 section 4).

use crate::error::Malformed;
use crate::wire::{Reader, Sink};

/// `enum { 2^9(1), 2^10(2), 2^11(3), 2^12(4), (255) } MaxFragmentLength`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum MaxFragmentLength {
    /// 512 octets.
    Octets512 = 1,
    /// 1,024 octets.
    Octets1024 = 2,
    /// 2,048 octets.
    Octets2048 = 3,
    /// 4,096 octets.
    Octets4096 = 4,
}

impl MaxFragmentLength {
    fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::Octets512,
            2 => Self::Octets1024,
            3 => Self::Octets2048,
            4 => Self::Octets4096,
            _ => return None,
        })
    }

    /// The length in octets.
    #[must_use]
    pub fn octets(self) -> u16 {
        256 << self as u16
    }

    /// The value for so many octets, if there is one.
    #[must_use]
    pub fn from_octets(octets: usize) -> Option<Self> {
        (1..=4)
            .filter_map(Self::from_code)
            .find(|length| usize::from(length.octets()) == octets)
    }

    /// `Ok(None)` for a value that is not one of the four: RFC 6066 section 4 wants another alert
    /// for that than for a wrong form.
    pub(crate) fn parse(content: &[u8]) -> Result<Option<Self>, Malformed> {
        let mut reader = Reader::new(content);
        let code = reader.u8()?;
        reader.finish()?;
        Ok(Self::from_code(code))
    }

    pub(crate) fn emit(self, sink: &mut dyn Sink) {
        sink.u8(self as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip() {
        for (octets, code) in [(512, 1), (1024, 2), (2048, 3), (4096, 4)] {
            let Some(length) = MaxFragmentLength::from_octets(octets) else {
                panic!("{octets} is a legal length");
            };
            assert_eq!(usize::from(length.octets()), octets);
            assert_eq!(collect(&|sink| length.emit(sink)), [code]);
            assert_eq!(MaxFragmentLength::parse(&[code]), Ok(Some(length)));
        }
        assert_eq!(MaxFragmentLength::from_octets(513), None);
        assert_eq!(MaxFragmentLength::from_octets(0), None);
    }

    #[test]
    fn other_values_and_lengths() {
        assert_eq!(MaxFragmentLength::parse(&[0]), Ok(None));
        assert_eq!(MaxFragmentLength::parse(&[5]), Ok(None));
        assert_eq!(MaxFragmentLength::parse(&[]), Err(Malformed));
        assert_eq!(MaxFragmentLength::parse(&[1, 1]), Err(Malformed));
    }
}
