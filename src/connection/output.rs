//! What goes out besides the handshake's flights: the last flight again, warnings, the fatal alert.

use super::{Call, Connection, Phase, Workspace};
use crate::alert::AlertDescription;
use crate::association::{Association, OwnFinished};
use crate::config::Retransmission;
use crate::error::Error;
use crate::flight::{self, Cursor, Flight, Item, Outlet, Progress, send_record};
use crate::host::{Direction, TraceContent};
use crate::record::content_offset;
use crate::time::Instant;
use crate::wire::alert_message::{ALERT_LENGTH, AlertMessage};
use crate::wire::handshake_header::HandshakeType;
use crate::wire::record_header::ContentType;
use crate::wire::{Sink, Window, finished};

/// How long the last flight is repeated. RFC 6347 4.2.4: "for at least twice the default MSL
/// defined for [TCP]", that is 4 minutes.
const LAST_FLIGHT_MS: u32 = 240_000;

/// What waits to be sent once the buffer is free.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    last_flight: Option<LastFlight>,
    warning: Option<AlertDescription>,
}

/// ChangeCipherSpec and Finished, when they are the last flight of a handshake.
#[derive(Debug)]
struct LastFlight {
    /// How far it is out, while it is being sent.
    cursor: Option<Cursor>,
    completed: Instant,
    sent: Instant,
    /// The next sequence number of epoch 0.
    clear_sequence: u64,
}

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.warning.is_none() && !self.is_sending_last_flight()
    }

    pub(super) fn is_sending_last_flight(&self) -> bool {
        matches!(
            self.last_flight,
            Some(LastFlight {
                cursor: Some(_),
                ..
            })
        )
    }

    pub(super) fn warn(&mut self, description: AlertDescription) {
        self.warning = Some(description);
    }

    pub(super) fn start_last_flight(
        &mut self,
        association: &Association,
        clear_sequence: u64,
        now: Instant,
    ) {
        self.last_flight = Some(LastFlight {
            cursor: Some(Cursor::start(association.own_finished.message_seq)),
            completed: now,
            sent: now,
            clear_sequence,
        });
    }

    /// The peer's last flight has come again, authenticated: it has not seen ours. Whether ours is
    /// sent again, which it is at most four times in a timeout.
    pub(super) fn repeat_last_flight(
        &mut self,
        association: &Association,
        settings: Retransmission,
        now: Instant,
    ) -> bool {
        let Some(last) = &mut self.last_flight else {
            return false;
        };
        if now.since(last.completed) > LAST_FLIGHT_MS {
            self.last_flight = None;
            return false;
        }
        if last.cursor.is_some() || now.since(last.sent) < settings.initial_ms / 4 {
            return false;
        }
        last.cursor = Some(Cursor::start(association.own_finished.message_seq));
        true
    }
}

struct FinishedFlight<'a>(&'a OwnFinished);

impl Flight for FinishedFlight<'_> {
    fn item(&self, index: u8) -> Option<Item> {
        match index {
            0 => Some(Item::ChangeCipherSpec),
            1 => Some(Item::Message(HandshakeType::FINISHED)),
            _ => None,
        }
    }

    fn emit_body(&self, _: HandshakeType, sink: &mut dyn Sink) {
        finished::emit(&self.0.verify_data, sink);
    }
}

impl Connection {
    /// Sends what waits, when the datagram in the buffer is drained.
    pub(super) fn flush(&mut self, call: &mut Call<'_>) -> Result<Progress, Error> {
        if !self.rest.is_empty() || self.outbox.is_empty() {
            return Ok(Progress::Done);
        }
        if call.buffer.len() < super::BUFFER_MIN {
            return Ok(Progress::WantWrite);
        }
        let Connection {
            association,
            outbox,
            mtu,
            ..
        } = self;
        // Warnings are sent in epoch 1.
        let mut no_sequence = 0;
        if let Some(last) = &mut outbox.last_flight
            && let Some(cursor) = &mut last.cursor
        {
            let finished = FinishedFlight(&association.own_finished);
            let mut outlet = Outlet {
                host: &mut *call.context.host,
                buffer: call.buffer,
                record_limit: association.negotiated.record_limit(),
                protection: &mut association.protection,
                clear_sequence: &mut last.clear_sequence,
                mtu,
            };
            if flight::send(&finished, cursor, &mut outlet)? == Progress::WantWrite {
                return Ok(Progress::WantWrite);
            }
            last.cursor = None;
            last.sent = call.context.now;
        }
        if let Some(description) = outbox.warning {
            let alert = AlertMessage::warning(description);
            let mut outlet = Outlet {
                host: &mut *call.context.host,
                buffer: call.buffer,
                record_limit: association.negotiated.record_limit(),
                protection: &mut association.protection,
                clear_sequence: &mut no_sequence,
                mtu,
            };
            if send_alert(&mut outlet, alert, 1)? == Progress::WantWrite {
                return Ok(Progress::WantWrite);
            }
            outbox.warning = None;
        }
        if self.phase == Phase::Closed {
            self.association.wipe();
        }
        Ok(Progress::Done)
    }

    /// The connection is over: tells the peer, once, and destroys everything secret.
    pub(crate) fn fail(&mut self, call: &mut Call<'_>, error: Error) {
        self.last_alert = match error {
            Error::PeerAlert(description) => Some((description, Direction::Received)),
            _ => None,
        };
        if let Some(description) = error.alert()
            && self.send_fatal_alert(call, AlertMessage::fatal(description))
        {
            self.last_alert = Some((description, Direction::Sent));
        }
        self.phase = Phase::Failed(error);
        let workspace = call.memory.as_mut().map(|memory| &mut *memory.workspace);
        self.wipe(workspace);
    }

    /// Whether the alert is on its way. RFC 6347 4.2.7: "Alert messages are not retransmitted at
    /// all".
    fn send_fatal_alert(&mut self, call: &mut Call<'_>, alert: AlertMessage) -> bool {
        let mut no_sequence = 0;
        let (association, clear_sequence, epoch) = match (self.phase, &mut call.memory) {
            (Phase::Connected, _) => (&mut self.association, &mut no_sequence, 1),
            (Phase::Handshake, Some(memory)) => {
                let Workspace { coming, handshake } = &mut *memory.workspace;
                let Some(epoch) = handshake.write_epoch() else {
                    return false;
                };
                (coming, &mut handshake.common().clear_sequence, epoch)
            }
            _ => return false,
        };
        let mut outlet = Outlet {
            host: &mut *call.context.host,
            buffer: call.buffer,
            record_limit: association.negotiated.record_limit(),
            protection: &mut association.protection,
            clear_sequence,
            mtu: &mut self.mtu,
        };
        send_alert(&mut outlet, alert, epoch) == Ok(Progress::Done)
    }

    /// Says close_notify and closes; a handshake that is under way is given up.
    pub(crate) fn close(&mut self, call: &mut Call<'_>) -> Result<Progress, Error> {
        match self.phase {
            Phase::Failed(error) => return Err(error),
            Phase::Connected => {
                if call.buffer.len() < super::BUFFER_MIN {
                    return Err(Error::NoMemoryLent);
                }
                self.last_alert = Some((AlertDescription::CLOSE_NOTIFY, Direction::Sent));
                self.outbox.warn(AlertDescription::CLOSE_NOTIFY);
                self.phase = Phase::Closed;
                self.lose_rest();
            }
            Phase::Handshake => {
                let alert = AlertMessage::warning(AlertDescription::CLOSE_NOTIFY);
                if self.send_fatal_alert(call, alert) {
                    self.last_alert = Some((alert.description, Direction::Sent));
                }
                let workspace = call.memory.as_mut().map(|memory| &mut *memory.workspace);
                self.wipe(workspace);
            }
            Phase::Listening => self.wipe(None),
            Phase::Closed => {}
        }
        let flushed = self.flush(call);
        if flushed.is_err() {
            // Nothing more can be said; the connection is closed all the same.
            self.wipe(None);
        }
        Ok(flushed.unwrap_or(Progress::Done))
    }
}

fn send_alert(outlet: &mut Outlet<'_>, alert: AlertMessage, epoch: u16) -> Result<Progress, Error> {
    let at = content_offset(epoch);
    let place = outlet
        .buffer
        .get_mut(at..at + ALERT_LENGTH)
        .ok_or(Error::Size)?;
    alert.emit(&mut Window::new(0, place));
    send_record(
        outlet,
        ContentType::ALERT,
        epoch,
        ALERT_LENGTH,
        TraceContent::from(&alert),
    )
}
