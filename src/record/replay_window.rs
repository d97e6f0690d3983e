//! The sliding window against replay (RFC 6347 section 4.1.2.6), 64 records wide.

/// Which of the latest 64 sequence numbers have been received. Only authenticated records move it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ReplayWindow {
    /// The highest number received.
    right: u64,
    /// Bit n stands for `right - n`.
    received: u64,
}

impl ReplayWindow {
    const WIDTH: u64 = 64;

    /// Whether the number is new: neither received before nor left of the window.
    pub(crate) fn is_new(&self, sequence_number: u64) -> bool {
        match self.right.checked_sub(sequence_number) {
            None => true,
            Some(back) if back < Self::WIDTH => self.received >> back & 1 == 0,
            Some(_) => false,
        }
    }

    /// Notes the number of an authenticated record. RFC 6347 4.1.2.6: "The receive window is
    /// updated only if the MAC verification succeeds."
    pub(crate) fn note(&mut self, sequence_number: u64) {
        match self.right.checked_sub(sequence_number) {
            None => {
                let ahead = sequence_number - self.right;
                self.received = if ahead < Self::WIDTH {
                    self.received << ahead
                } else {
                    0
                };
                self.received |= 1;
                self.right = sequence_number;
            }
            Some(back) if back < Self::WIDTH => self.received |= 1 << back,
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bug class 20.
    #[test]
    fn duplicates_and_what_is_left_of_the_window_are_old() {
        let mut window = ReplayWindow::default();
        assert!(window.is_new(0));
        window.note(0);
        assert!(!window.is_new(0));
        window.note(100);
        assert!(!window.is_new(36));
        assert!(window.is_new(37));
        window.note(37);
        assert!(!window.is_new(37));
        assert!(window.is_new(99));
        window.note(101);
        assert!(!window.is_new(37));
        assert!(!window.is_new(100));
        assert!(window.is_new(99));
        window.note(1 << 40);
        assert!(!window.is_new(101));
        assert!(window.is_new((1 << 40) - 1));
    }

    /// Against a model that remembers everything.
    #[test]
    fn agrees_with_a_list_of_all_that_was_received() {
        extern crate std;
        let mut window = ReplayWindow::default();
        let mut seen = std::vec::Vec::new();
        let mut state = 1_u64;
        for _ in 0..20_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let highest: u64 = seen.iter().max().copied().unwrap_or(0);
            let number: u64 = (highest + 4).saturating_sub((state >> 33) % 80);
            let new = !seen.contains(&number) && number + 64 > highest;
            assert_eq!(window.is_new(number), new, "{number}");
            if new {
                window.note(number);
                seen.push(number);
                if seen.len() > 200 {
                    seen.remove(0);
                }
            }
        }
    }
}
