//! What is sent of a handshake, and when again (RFC 6347 section 4.2.4).

#[cfg(feature = "server")]
use super::server;
use super::{Context, Handshake, Overdue, Side, Step};
use crate::association::Association;
use crate::config::Config;
use crate::error::Error;
use crate::flight::{self, Cursor, Flight, Outlet, Progress};
use crate::time::Instant;

impl Handshake {
    /// Makes the flight that a step asks for the current one.
    pub(crate) fn follow(&mut self, step: &Step, config: &Config<'_>) {
        if let Step::NewFlight(message_seq) = step {
            let common = &mut self.common;
            common.answered_seq = common.next_receive_seq.checked_sub(1);
            common.flight_seq = *message_seq;
            common.timer.new_flight(config.retransmission);
            common.cursor = Some(Cursor::start(*message_seq));
        }
    }

    /// An old message has come again, its last piece at least: if it is the one that our current
    /// flight answered, the peer has not seen our flight (RFC 6347 section 4.2.4). Whether it is
    /// sent again.
    pub(crate) fn old_message(&mut self, message_seq: u16, now: Instant) -> bool {
        let common = &mut self.common;
        let is_asked_for = common.answered_seq == Some(message_seq)
            && common.cursor.is_none()
            && common.timer.may_answer(now);
        if is_asked_for {
            common.cursor = Some(Cursor::start(common.flight_seq));
        }
        is_asked_for
    }

    /// When the handshake as a whole has gone on for too long.
    fn end(&self, config: &Config<'_>) -> Option<Instant> {
        let limit_ms = config.handshake_timeout_ms;
        let is_bounded = self.common.has_begun && limit_ms > 0;
        is_bounded.then(|| self.common.begun.plus(limit_ms))
    }

    /// When the handshake has to be looked at again, whatever comes.
    pub(crate) fn deadline(&self, config: &Config<'_>, now: Instant) -> Option<u32> {
        let both = [self.common.timer.deadline(), self.end(config)];
        let remaining = both.into_iter().flatten();
        remaining.map(|deadline| deadline.remaining(now)).min()
    }

    /// Looks whether the handshake has taken too long, or an answer is overdue: the current flight
    /// is then sent again.
    pub(crate) fn check_timer(&mut self, context: &Context<'_>) -> Result<Overdue, Error> {
        let end = self.end(context.config);
        if end.is_some_and(|end| end.is_reached(context.now)) {
            // Who has sent half a ClientHello has nothing to be told: the server listens again.
            #[cfg(feature = "server")]
            if self.is_collecting_hello() {
                return Ok(Overdue::Hello);
            }
            return Err(Error::Timeout);
        }
        if !self.common.timer.has_expired(context.now) {
            return Ok(Overdue::Nothing);
        }
        #[cfg(feature = "server")]
        if self.awaits_hello() {
            return Ok(Overdue::Hello);
        }
        let common = &mut self.common;
        common.timer.back_off(context.config.retransmission)?;
        common.cursor = Some(Cursor::start(common.flight_seq));
        Ok(Overdue::Answer)
    }

    pub(crate) fn is_sending(&self) -> bool {
        self.common.cursor.is_some()
    }

    /// Halves the datagrams of the handshake. RFC 6347 4.1.1.1: "If repeated retransmissions do
    /// not result in a response, and the PMTU is unknown, subsequent retransmissions SHOULD back
    /// off to a smaller record size, fragmenting the handshake message as appropriate."
    pub(crate) fn shrink_datagrams(&mut self, mtu: u16, smallest: u16) {
        let limit = &mut self.common.mtu_limit;
        *limit = ((*limit).min(mtu) / 2).max(smallest);
    }

    /// Sends what is left of the current flight.
    pub(crate) fn send(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
        buffer: &mut [u8],
        mtu: &mut u16,
    ) -> Result<Progress, Error> {
        let Some(cursor) = &mut self.common.cursor else {
            return Ok(Progress::Done);
        };
        let record_limit = association.negotiated.record_limit();
        #[cfg(feature = "client")]
        let client_flight;
        #[cfg(feature = "server")]
        let server_flight;
        let flight: &dyn Flight = match &self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => {
                client_flight = client.flight(
                    #[cfg(feature = "public-key")]
                    &self.common.exchange,
                    &association.randoms,
                    &association.negotiated,
                    &association.own_finished,
                    context,
                );
                &client_flight
            }
            #[cfg(feature = "server")]
            Side::Server(_) => {
                server_flight = server::ServerFlight::of(
                    #[cfg(feature = "public-key")]
                    (&self.common.exchange, context.config),
                    &association.randoms,
                    &association.negotiated,
                    association.names.session_id(),
                    &association.own_finished,
                );
                &server_flight
            }
        };
        let mut limited = (*mtu).min(self.common.mtu_limit);
        let before = limited;
        let mut outlet = Outlet {
            host: &mut *context.host,
            buffer,
            protection: &mut association.protection,
            clear_sequence: &mut self.common.clear_sequence,
            mtu: &mut limited,
            record_limit,
        };
        let progress = flight::send(flight, cursor, &mut outlet)?;
        if limited < before {
            // The host knows better: it holds for what follows, too.
            *mtu = limited;
        }
        if progress == Progress::Done {
            self.common.cursor = None;
            self.common.timer.flight_sent(context.now);
        }
        Ok(progress)
    }
}
