//! Floor 0: where a peer is. To the library an address is opaque octets.

/// The most octets of an address.
pub(crate) const ADDRESS_MAX: usize = 32;

/// Where a peer is.
#[derive(Clone, Copy, Default)]
pub(crate) struct Address {
    octets: [u8; ADDRESS_MAX],
    length: u8,
}

impl Address {
    /// `None` when it is too long.
    pub(crate) fn new(octets: &[u8]) -> Option<Self> {
        let mut address = Address::default();
        let place = address.octets.get_mut(..octets.len())?;
        for (to, from) in place.iter_mut().zip(octets) {
            *to = *from;
        }
        address.length = octets.len() as u8;
        Some(address)
    }

    pub(crate) fn octets(&self) -> &[u8] {
        self.octets
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }
}
