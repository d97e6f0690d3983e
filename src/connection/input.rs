//! Takes the records of a datagram one by one. A bad record never costs the others.

use core::ops::Range;

use super::{Call, Connection, Phase, Want};
use crate::alert::AlertDescription;
use crate::association::Association;
use crate::config::Role;
use crate::error::Error;
use crate::handshake::Context;
use crate::host::{Direction, TraceContent};
use crate::record::{Rejected, front, trace, type_is_known, version_is_legal};
use crate::wire::Reader;
use crate::wire::alert_message::AlertMessage;
use crate::wire::change_cipher_spec;
use crate::wire::handshake_header::{HandshakeHeader, HandshakeType};
use crate::wire::record_header::{ContentType, PLAINTEXT_MAX, RECORD_HEADER_LENGTH, RecordHeader};

impl Connection {
    /// Reads on until there is application data for who wants it, or nothing left.
    pub(super) fn read_records(
        &mut self,
        call: &mut Call<'_>,
        want: Want,
    ) -> Result<Option<Range<usize>>, Error> {
        // What came behind a message that waits for random numbers waits, too.
        while !(self.is_pending || want == Want::Handshake && self.phase == Phase::Connected) {
            let from = self.rest.start;
            let Some((header, fragment)) = self.next_record(call.buffer) else {
                return Ok(None);
            };
            match self.record(call, &header, fragment) {
                Ok(None) => {}
                Err(Error::NoEntropyYet) => {
                    // The gate could not judge a ClientHello: it is judged again.
                    self.rest.start = from;
                    self.lacks_entropy = true;
                    return Ok(None);
                }
                other => return other,
            }
            if self.is_pending && !self.lacks_entropy || self.phase == Phase::Closed {
                // What was waiting for an answer of the application comes again; after
                // close_notify, "Any data received after a closure alert is ignored."
                self.rest = 0..0;
            }
        }
        Ok(None)
    }

    /// Cuts the next record off the rest of the datagram: its header and where its fragment lies.
    fn next_record(&mut self, buffer: &[u8]) -> Option<(RecordHeader, Range<usize>)> {
        let rest = usize::from(self.rest.start)..usize::from(self.rest.end);
        if rest.is_empty() {
            self.rest = 0..0;
            return None;
        }
        let Some((header, length)) = buffer.get(rest.clone()).and_then(front) else {
            self.counters.malformed();
            self.rest = 0..0;
            return None;
        };
        let end = rest.start + length;
        self.rest.start = end as u16;
        Some((header, rest.start + RECORD_HEADER_LENGTH..end))
    }

    /// Whether we know what such a record carries: a heartbeat is known where it was negotiated.
    fn knows_type(&self, header: &RecordHeader) -> bool {
        type_is_known(header.content_type) || self.is_heartbeat(header)
    }

    fn record(
        &mut self,
        call: &mut Call<'_>,
        header: &RecordHeader,
        fragment: Range<usize>,
    ) -> Result<Option<Range<usize>>, Error> {
        if !version_is_legal(header) || !self.knows_type(header) || header.epoch > 1 {
            self.counters.malformed();
            return Ok(None);
        }
        if header.epoch == 0 {
            self.clear_record(call, header, fragment)?;
            return Ok(None);
        }
        let Some(content) = self.open(call, header, fragment)? else {
            return Ok(None);
        };
        self.protected_record(call, header, content)
    }

    /// A record without protection. Once connected nothing of it is heeded, alerts included:
    /// anyone can send one.
    fn clear_record(
        &mut self,
        call: &mut Call<'_>,
        header: &RecordHeader,
        fragment: Range<usize>,
    ) -> Result<(), Error> {
        match (self.phase, header.content_type) {
            _ if fragment.len() > PLAINTEXT_MAX => self.counters.malformed(),
            (Phase::Listening, ContentType::HANDSHAKE) => {
                return self.knock(call, header, fragment);
            }
            (Phase::Handshake, ContentType::HANDSHAKE) => {
                return if self.is_another_hello(call, fragment.clone()) {
                    self.knock(call, header, fragment)
                } else {
                    self.handshake_record(call, header, fragment)
                };
            }
            (Phase::Handshake, ContentType::CHANGE_CIPHER_SPEC) => {
                return self.change_cipher_spec(call, header, fragment);
            }
            (Phase::Handshake, ContentType::ALERT) => {
                let Some(alert) = self.parse_alert(call, header, fragment) else {
                    return Ok(());
                };
                return self.handshake_alert(alert);
            }
            // RFC 6347 4.1: "it is still impermissible to send data prior to completion of the
            // first handshake."
            _ => self.counters.out_of_place(),
        }
        Ok(())
    }

    /// Opens a record of epoch 1 and says where its content lies, or drops it.
    fn open(
        &mut self,
        call: &mut Call<'_>,
        header: &RecordHeader,
        fragment: Range<usize>,
    ) -> Result<Option<Range<usize>>, Error> {
        let Some(octets) = call.buffer.get_mut(fragment.clone()) else {
            return Ok(None);
        };
        let Some(association) =
            reading_association(&mut self.association, self.phase, &mut call.memory)
        else {
            self.counters.out_of_place();
            return Ok(None);
        };
        match association.protection.open(header, octets) {
            Ok(content) => {
                // RFC 6066 section 4: "implementations SHOULD NOT generate record_overflow alerts
                // unless the packet passes message authentication."
                if content.len() > association.negotiated.record_limit() {
                    self.forget_session(&mut call.context);
                    return Err(Error::RecordOverflow);
                }
                Ok(Some(
                    fragment.start + content.start..fragment.start + content.end,
                ))
            }
            Err(Rejected::Malformed) => {
                self.counters.malformed();
                Ok(None)
            }
            Err(Rejected::Replayed) => {
                self.counters.replayed();
                Ok(None)
            }
            Err(Rejected::Unauthenticated) => {
                self.counters.unauthenticated();
                if association.protection.forgeries() >= call.context.config.forgery_limit {
                    return Err(Error::ForgeryLimit);
                }
                if self.phase == Phase::Handshake && !self.has_failed_finished {
                    self.has_failed_finished = record_failed(call, header, fragment.len())?;
                }
                Ok(None)
            }
        }
    }

    /// An authenticated record.
    fn protected_record(
        &mut self,
        call: &mut Call<'_>,
        header: &RecordHeader,
        content: Range<usize>,
    ) -> Result<Option<Range<usize>>, Error> {
        if self.phase == Phase::Connected {
            self.heartbeat.heard(call.context.now);
        }
        if self.is_heartbeat(header) {
            self.heartbeat_record(call, header, content)?;
            return Ok(None);
        }
        match (self.phase, header.content_type) {
            (Phase::Connected, ContentType::APPLICATION_DATA) => {
                let length = content.len();
                trace(
                    call.context.host,
                    Direction::Received,
                    header,
                    TraceContent::Other { length },
                );
                return Ok(Some(content));
            }
            (_, ContentType::ALERT) => {
                let Some(alert) = self.parse_alert(call, header, content) else {
                    return Ok(None);
                };
                match self.phase {
                    Phase::Handshake => self.handshake_alert(alert)?,
                    _ => self.connected_alert(&mut call.context, alert)?,
                }
            }
            (Phase::Handshake, ContentType::HANDSHAKE) => {
                self.handshake_record(call, header, content)?;
            }
            (Phase::Connected, ContentType::HANDSHAKE) => {
                self.late_handshake_record(call, header, content);
            }
            // RFC 6347 4.2.4: "Implementations MUST either discard or buffer all application data
            // packets for the new epoch until they have received the Finished message".
            _ => self.counters.out_of_place(),
        }
        Ok(None)
    }

    fn parse_alert(
        &mut self,
        call: &mut Call<'_>,
        header: &RecordHeader,
        content: Range<usize>,
    ) -> Option<AlertMessage> {
        let alert = call.buffer.get(content).map(AlertMessage::parse);
        let Some(Ok(alert)) = alert else {
            self.counters.malformed();
            return None;
        };
        trace(
            call.context.host,
            Direction::Received,
            header,
            TraceContent::from(&alert),
        );
        Some(alert)
    }

    /// An alert during the handshake ends it if it is fatal or close_notify. Who can forge one can
    /// end this attempt, and nothing more.
    fn handshake_alert(&mut self, alert: AlertMessage) -> Result<(), Error> {
        if alert.fatal || alert.description == AlertDescription::CLOSE_NOTIFY {
            return Err(Error::PeerAlert(alert.description));
        }
        self.counters.out_of_place();
        Ok(())
    }

    fn connected_alert(
        &mut self,
        context: &mut Context<'_>,
        alert: AlertMessage,
    ) -> Result<(), Error> {
        if alert.description == AlertDescription::CLOSE_NOTIFY {
            // RFC 5246 7.2.1: "The other party MUST respond with a close_notify alert of its own
            // and close down the connection immediately".
            self.last_alert = Some((alert.description, Direction::Received));
            self.phase = Phase::Closed;
            self.outbox.warn(AlertDescription::CLOSE_NOTIFY);
        } else if alert.fatal {
            // RFC 5246 7.2.2: "any connection terminated with a fatal alert MUST NOT be resumed."
            self.forget_session(context);
            return Err(Error::PeerAlert(alert.description));
        }
        Ok(())
    }

    /// Handshake messages after completion: a Finished that comes again asks for our last flight;
    /// everything else would be a renegotiation, which is refused.
    fn late_handshake_record(
        &mut self,
        call: &mut Call<'_>,
        record: &RecordHeader,
        content: Range<usize>,
    ) {
        let Some(content) = call.buffer.get(content) else {
            return;
        };
        let Ok((header, _)) = HandshakeHeader::parse(&mut Reader::new(content)) else {
            self.counters.malformed();
            return;
        };
        trace(
            call.context.host,
            Direction::Received,
            record,
            TraceContent::from(&header),
        );
        match (call.context.config.role(), header.msg_type) {
            (_, HandshakeType::FINISHED) => {
                self.counters.out_of_place();
                if self.outbox.repeat_last_flight(
                    &self.association,
                    call.context.config.retransmission,
                    call.context.now,
                ) {
                    self.counters.retransmitted();
                }
            }
            // RFC 5246 7.2.2: no_renegotiation is "Sent by the client in response to a hello
            // request or by the server in response to a client hello after initial handshaking."
            (Role::Client, HandshakeType::HELLO_REQUEST)
            | (Role::Server, HandshakeType::CLIENT_HELLO) => {
                self.outbox.warn(AlertDescription::NO_RENEGOTIATION);
            }
            _ => self.counters.out_of_place(),
        }
    }

    /// Server: the session of this connection is not resumed any more.
    fn forget_session(&self, context: &mut Context<'_>) {
        let id = self.association.names.session_id();
        #[cfg(feature = "server")]
        if context.resumption.is_some() && !id.is_empty() {
            context.host.session_remove(id);
        }
        let _ = (id, context);
    }

    fn change_cipher_spec(
        &mut self,
        call: &mut Call<'_>,
        header: &RecordHeader,
        content: Range<usize>,
    ) -> Result<(), Error> {
        let length = content.len();
        let parsed = call.buffer.get(content).map(change_cipher_spec::parse);
        if parsed != Some(Ok(())) {
            self.counters.malformed();
            return Ok(());
        }
        trace(
            call.context.host,
            Direction::Received,
            header,
            TraceContent::Other { length },
        );
        let memory = call.memory.as_mut().ok_or(Error::NoMemoryLent)?;
        if !memory.workspace.handshake.change_cipher_spec() {
            self.counters.out_of_place();
        }
        Ok(())
    }
}

/// The association whose keys open records of epoch 1 now, if there is one.
fn reading_association<'a>(
    connected: &'a mut Association,
    phase: Phase,
    memory: &'a mut Option<super::Memory<'_>>,
) -> Option<&'a mut Association> {
    match phase {
        Phase::Connected => Some(connected),
        Phase::Handshake => {
            let workspace = &mut *memory.as_mut()?.workspace;
            workspace
                .handshake
                .common()
                .is_reading_epoch_1
                .then_some(&mut workspace.coming)
        }
        _ => None,
    }
}

/// Tells a server that waits for Finished; whether it takes the record for one.
fn record_failed(call: &mut Call<'_>, header: &RecordHeader, length: usize) -> Result<bool, Error> {
    #[cfg(feature = "server")]
    if header.content_type == ContentType::HANDSHAKE
        && let Some(memory) = &mut call.memory
        && let Some((server, _)) = memory.workspace.handshake.server()
    {
        return server.record_failed(length);
    }
    let _ = (call, header, length);
    Ok(false)
}
