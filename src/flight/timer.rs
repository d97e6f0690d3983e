//! The retransmission timer (RFC 6347 section 4.2.4.1).

use crate::config::Retransmission;
use crate::error::Error;
use crate::time::Instant;

/// A wait at the greatest timeout ends a handshake, but not before so many retransmissions.
const RETRANSMISSIONS_MIN: u8 = 3;

/// After so many retransmissions without an answer the fragments get smaller. RFC 6347 4.1.1.1:
/// "This standard does not specify an exact number of retransmits to attempt before backing off,
/// but 2-3 seems appropriate."
const RETRANSMISSIONS_BEFORE_SMALLER: u8 = 2;

/// Waits for the answer to our flight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetransmissionTimer {
    timeout_ms: u32,
    /// When the wait began; `None` while nothing is waited for.
    sent: Option<Instant>,
    /// When the flight went out last.
    last_sent: Instant,
    retransmissions: u8,
}

impl RetransmissionTimer {
    pub(crate) fn new(settings: Retransmission) -> Self {
        RetransmissionTimer {
            timeout_ms: settings.initial_ms,
            sent: None,
            last_sent: Instant(0),
            retransmissions: 0,
        }
    }

    /// A new flight begins. "Implementations SHOULD retain the current timer value until a
    /// transmission without loss occurs, at which time the value may be reset to the initial
    /// value."
    pub(crate) fn new_flight(&mut self, settings: Retransmission) {
        if self.retransmissions == 0 {
            self.timeout_ms = settings.initial_ms;
        }
        self.retransmissions = 0;
        self.sent = None;
    }

    /// The flight is out, as a whole. When it answers a retransmission of the peer, the wait goes
    /// on as it was: who repeats itself does not put the end off.
    pub(crate) fn flight_sent(&mut self, now: Instant) {
        self.sent.get_or_insert(now);
        self.last_sent = now;
    }

    /// Something of the peer's first message is in, and the rest is waited for: as long as for the
    /// last retransmission.
    pub(crate) fn wait_for_rest(&mut self, settings: Retransmission, now: Instant) {
        self.timeout_ms = settings.max_ms;
        self.sent = Some(now);
    }

    /// The milliseconds since the flight went out, if it did so only once.
    #[cfg(feature = "heartbeat")]
    pub(crate) fn round_trip(&self, now: Instant) -> Option<u32> {
        (self.retransmissions == 0 && self.sent.is_some()).then(|| now.since(self.last_sent))
    }

    /// Whether the flight went out last before then.
    #[cfg(feature = "heartbeat")]
    pub(crate) fn was_sent_before(&self, then: Instant) -> bool {
        self.last_sent.is_reached(then)
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.sent.map(|sent| sent.plus(self.timeout_ms))
    }

    pub(crate) fn has_expired(&self, now: Instant) -> bool {
        self.deadline()
            .is_some_and(|deadline| deadline.is_reached(now))
    }

    /// The timer has expired: the flight is to be sent again, unless this has gone on for long
    /// enough.
    pub(crate) fn back_off(&mut self, settings: Retransmission) -> Result<(), Error> {
        if self.timeout_ms >= settings.max_ms && self.retransmissions >= RETRANSMISSIONS_MIN {
            return Err(Error::Timeout);
        }
        self.retransmissions = self.retransmissions.saturating_add(1);
        self.timeout_ms = self.timeout_ms.saturating_mul(2).min(settings.max_ms);
        self.sent = None;
        Ok(())
    }

    /// Whether a retransmission of the peer may be answered: not more often than four times in a
    /// timeout, or one spoofed datagram would draw a flight each time.
    pub(crate) fn may_answer(&self, now: Instant) -> bool {
        self.sent.is_some() && now.since(self.last_sent) >= self.timeout_ms / 4
    }

    pub(crate) fn wants_smaller_fragments(&self) -> bool {
        self.retransmissions >= RETRANSMISSIONS_BEFORE_SMALLER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Retransmission = Retransmission {
        initial_ms: 1000,
        max_ms: 60_000,
    };

    /// Waits through all timeouts and returns their number and sum.
    fn run(settings: Retransmission) -> (u32, u32) {
        let mut timer = RetransmissionTimer::new(settings);
        let (mut now, mut waits) = (Instant(u32::MAX - 5_000), 0);
        let start = now;
        loop {
            timer.flight_sent(now);
            let Some(deadline) = timer.deadline() else {
                panic!("a flight that was sent is waited for");
            };
            assert!(!timer.has_expired(Instant(deadline.0.wrapping_sub(1))));
            now = deadline;
            waits += 1;
            assert!(timer.has_expired(now));
            if timer.back_off(settings) == Err(Error::Timeout) {
                return (waits, now.since(start));
            }
        }
    }

    /// RFC 6347 4.2.4.1: doubling, up to no less than 60 seconds; and an end.
    #[test]
    fn timeouts_double_and_end() {
        assert_eq!(run(SETTINGS), (7, (1 + 2 + 4 + 8 + 16 + 32 + 60) * 1000));
        let constrained = Retransmission {
            initial_ms: 9_000,
            ..SETTINGS
        };
        assert_eq!(run(constrained), (4, (9 + 18 + 36 + 60) * 1000));
        let flat = Retransmission {
            initial_ms: 50,
            max_ms: 50,
        };
        assert_eq!(run(flat), (4, 200));
    }

    #[test]
    fn the_value_is_kept_until_a_flight_is_answered_at_once() {
        let mut timer = RetransmissionTimer::new(SETTINGS);
        timer.flight_sent(Instant(0));
        assert_eq!(timer.back_off(SETTINGS), Ok(()));
        timer.new_flight(SETTINGS);
        assert_eq!(timer.deadline(), None);
        timer.flight_sent(Instant(0));
        assert_eq!(timer.deadline(), Some(Instant(2000)));
        timer.new_flight(SETTINGS);
        timer.flight_sent(Instant(0));
        assert_eq!(timer.deadline(), Some(Instant(1000)));
    }

    #[test]
    fn answers_are_limited_and_fragments_shrink() {
        let mut timer = RetransmissionTimer::new(SETTINGS);
        assert!(!timer.may_answer(Instant(5)));
        timer.flight_sent(Instant(0));
        assert!(!timer.may_answer(Instant(249)));
        assert!(timer.may_answer(Instant(250)));
        timer.flight_sent(Instant(250));
        assert!(!timer.may_answer(Instant(499)));
        assert_eq!(
            timer.deadline(),
            Some(Instant(1000)),
            "an answer puts nothing off"
        );
        assert_eq!(timer.back_off(SETTINGS), Ok(()));
        assert!(!timer.wants_smaller_fragments());
        assert_eq!(timer.back_off(SETTINGS), Ok(()));
        assert!(timer.wants_smaller_fragments());
    }
}
