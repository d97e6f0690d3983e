//! Floor 0: wrap-safe time. The application counts milliseconds in a `u32`, which wraps every
//! 49.7 days; two points in time may lie up to 24.8 days apart.

/// A point in time, in milliseconds of a monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub u32);

impl Instant {
    /// The point in time so many milliseconds later.
    #[must_use]
    pub fn plus(self, milliseconds: u32) -> Instant {
        Instant(self.0.wrapping_add(milliseconds))
    }

    /// The milliseconds from `earlier` to here.
    #[must_use]
    pub fn since(self, earlier: Instant) -> u32 {
        self.0.wrapping_sub(earlier.0)
    }

    /// Whether this point in time has been reached at `now`.
    #[must_use]
    pub fn is_reached(self, now: Instant) -> bool {
        now.since(self) < 1 << 31
    }

    /// The milliseconds left until this point in time; 0 when it has been reached.
    #[must_use]
    pub fn remaining(self, now: Instant) -> u32 {
        if self.is_reached(now) {
            0
        } else {
            self.since(now)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_survive_the_wrap_of_the_clock() {
        let now = Instant(u32::MAX - 10);
        let deadline = now.plus(100);
        assert_eq!(deadline, Instant(89));
        assert!(!deadline.is_reached(now));
        assert_eq!(deadline.remaining(now), 100);
        assert!(deadline.is_reached(Instant(89)));
        assert!(deadline.is_reached(Instant(1000)));
        assert_eq!(deadline.remaining(Instant(1000)), 0);
        assert_eq!(Instant(5).since(now), 16);
    }
}
