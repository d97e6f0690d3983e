//! Where writers write to.

/// Takes the octets of a message in order. The one writer of each message serves three sinks: a
/// fragment ([`Window`]), its length ([`Length`]) and the transcript hash.
pub(crate) trait Sink {
    fn put(&mut self, octets: &[u8]);
}

/// Of the trait object, so that there is one code of them for all sinks.
impl dyn Sink + '_ {
    pub(crate) fn u8(&mut self, value: u8) {
        self.put(&[value]);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.put(&value.to_be_bytes());
    }

    pub(crate) fn u24(&mut self, value: u32) {
        let [_, high, middle, low] = value.to_be_bytes();
        self.put(&[high, middle, low]);
    }

    /// `opaque x<0..2^8-1>`. A longer slice is cut to what its length octet can say; callers keep
    /// within it.
    pub(crate) fn vector8(&mut self, octets: &[u8]) {
        let octets = octets.get(..usize::from(u8::MAX)).unwrap_or(octets);
        self.u8(octets.len() as u8);
        self.put(octets);
    }

    /// `opaque x<0..2^16-1>`, likewise.
    pub(crate) fn vector16(&mut self, octets: &[u8]) {
        let octets = octets.get(..usize::from(u16::MAX)).unwrap_or(octets);
        self.u16(octets.len() as u16);
        self.put(octets);
    }
}

/// Counts the octets.
#[derive(Default)]
pub(crate) struct Length(pub(crate) usize);

impl Sink for Length {
    fn put(&mut self, octets: &[u8]) {
        self.0 = self.0.saturating_add(octets.len());
    }
}

/// Keeps the octets from `skip` on, as many as `out` holds.
pub(crate) struct Window<'a> {
    skip: usize,
    out: &'a mut [u8],
}

impl<'a> Window<'a> {
    pub(crate) fn new(skip: usize, out: &'a mut [u8]) -> Self {
        Window { skip, out }
    }

    /// How many octets of `out` have not been written.
    #[cfg(test)]
    pub(crate) fn left(&self) -> usize {
        self.out.len()
    }
}

impl Sink for Window<'_> {
    fn put(&mut self, octets: &[u8]) {
        let Some(octets) = octets.get(self.skip..) else {
            self.skip = self.skip.saturating_sub(octets.len());
            return;
        };
        self.skip = 0;
        let length = octets.len().min(self.out.len());
        let out = core::mem::take(&mut self.out);
        if let Some((front, rest)) = out.split_at_mut_checked(length) {
            for (to, from) in front.iter_mut().zip(octets) {
                *to = *from;
            }
            self.out = rest;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    extern crate std;
    use std::vec::Vec;

    /// All octets that a writer writes, taken once in one piece and once through windows of every
    /// width: the two must agree.
    pub(crate) fn collect(write: &dyn Fn(&mut dyn Sink)) -> Vec<u8> {
        let mut length = Length::default();
        write(&mut length);
        let mut whole = std::vec![0; length.0];
        let mut window = Window::new(0, &mut whole);
        write(&mut window);
        assert_eq!(window.left(), 0);
        for width in [1, 2, 3, 7, 64] {
            let mut pieces = Vec::new();
            while pieces.len() < whole.len() {
                let mut piece = std::vec![0; width.min(whole.len() - pieces.len())];
                write(&mut Window::new(pieces.len(), &mut piece));
                pieces.extend_from_slice(&piece);
            }
            assert_eq!(pieces, whole, "windows of {width}");
        }
        whole
    }

    #[test]
    fn windows_and_length_agree() {
        let written = collect(&|sink| {
            sink.u8(1);
            sink.u16(0x0203);
            sink.u24(0x04_0506);
            sink.vector8(&[7, 8]);
            sink.vector16(&[9]);
            sink.vector8(&[]);
        });
        assert_eq!(written, [1, 2, 3, 4, 5, 6, 2, 7, 8, 0, 1, 9, 0]);
    }

    #[test]
    fn a_vector_never_says_more_than_it_holds() {
        let written = collect(&|sink| sink.vector8(&[5; 300]));
        assert_eq!(written.len(), 256);
        assert_eq!(written.first(), Some(&255));
    }
}
