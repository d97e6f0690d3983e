//! Application data that is sent, and keying material that is exported.

use super::{Call, Connection, Outcome, Phase};
use crate::error::Error;
use crate::flight::Progress;
use crate::host::{Direction, Sent, TraceContent};
use crate::key_schedule::export;
use crate::record::{content_offset, overhead, trace};
use crate::wire::record_header::ContentType;

impl Connection {
    /// The most octets that one `write` takes, with a buffer of so many octets.
    pub(crate) fn max_write(&self, buffer_length: usize) -> usize {
        if self.phase != Phase::Connected {
            return 0;
        }
        usize::from(self.mtu)
            .min(buffer_length)
            .saturating_sub(overhead(1))
            .min(self.association.negotiated.record_limit())
    }

    /// Where in the buffer the data of a `write` of `length` octets is to lie. It is behind the
    /// unread rest of the datagram if there is room; else the rest is lost.
    ///
    /// # Errors
    /// [`Error::State`] unless connected, [`Error::Size`] for more than [`Self::max_write`].
    pub(crate) fn place_of_data(
        &self,
        length: usize,
        buffer_length: usize,
    ) -> Result<usize, Error> {
        match self.phase {
            Phase::Connected => {}
            Phase::Failed(error) => return Err(error),
            _ => return Err(Error::State),
        }
        if length > self.max_write(buffer_length) {
            return Err(Error::Size);
        }
        let behind = usize::from(self.rest.end);
        let is_room = !self.rest.is_empty() && behind + overhead(1) + length <= buffer_length;
        let start = if is_room { behind } else { 0 };
        Ok(start + content_offset(1))
    }

    /// Sends the `length` octets that lie at [`Self::place_of_data`] as one record.
    pub(crate) fn write(&mut self, call: &mut Call<'_>, length: usize) -> Result<Outcome, Error> {
        let place = self.place_of_data(length, call.buffer.len())?;
        let start = place - content_offset(1);
        if start == 0 {
            self.lose_rest();
        }
        let sent = self.send_data(call, start, length);
        match sent {
            // The application can send less the next time.
            Err(Error::Size) => {}
            Err(error) => self.fail(call, error),
            Ok(_) => {}
        }
        sent
    }

    fn send_data(
        &mut self,
        call: &mut Call<'_>,
        start: usize,
        length: usize,
    ) -> Result<Outcome, Error> {
        let out = call.buffer.get_mut(start..).ok_or(Error::Size)?;
        let sealed =
            self.association
                .protection
                .seal(out, ContentType::APPLICATION_DATA, length)?;
        let shown = TraceContent::Other { length };
        trace(call.context.host, Direction::Sent, &sealed.header, shown);
        let datagram = out.get(..sealed.length).ok_or(Error::Size)?;
        let sent = call.context.host.send(datagram);
        if matches!(sent, Sent::Nothing | Sent::TooBig) {
            // The data may lie here and nowhere else: the application can try again with it.
            self.association.protection.unseal(out, &sealed)?;
        }
        match sent {
            Sent::Whole => Ok(Outcome::Connected),
            Sent::Nothing => Ok(Outcome::WantWrite),
            Sent::TooBig => {
                // RFC 6347 4.1.1: "the DTLS record layer MUST inform the upper layer protocol of
                // the error."
                crate::flight::lower_mtu(&mut self.mtu, sealed.length)?;
                Err(Error::Size)
            }
            Sent::Failed => Err(Error::Io),
        }
    }

    /// Whether our Finished is still to be sent: data that overtakes it is lost.
    pub(crate) fn flush_before_data(&mut self, call: &mut Call<'_>) -> Result<Progress, Error> {
        if self.phase != Phase::Connected || !self.outbox.is_sending_last_flight() {
            return Ok(Progress::Done);
        }
        let flushed = self.flush(call);
        if let Err(error) = flushed {
            self.fail(call, error);
        }
        flushed
    }

    /// Derives keying material (RFC 5705).
    ///
    /// # Errors
    /// [`Error::State`] unless connected with extended_master_secret: RFC 7627 section 5.4 lets no
    /// other session be relied on. [`Error::Argument`] for a label of TLS itself or a context of
    /// more than 65,535 octets.
    pub(crate) fn export_keying_material(
        &self,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), Error> {
        let association = &self.association;
        if self.phase != Phase::Connected || !association.negotiated.extended_master_secret {
            return Err(Error::State);
        }
        let master_secret = association.master_secret.as_ref().ok_or(Error::State)?;
        let randoms = &association.randoms;
        export(
            &master_secret.keyed(),
            label,
            &randoms.client,
            &randoms.server,
            context,
            out,
        )
        .map_err(|_| Error::Argument)
    }
}
