//! Shows messages to the application as they pass; nothing at all without the feature `trace`.

use crate::host::{Direction, Host, TraceContent};
use crate::wire::alert_message::AlertMessage;
use crate::wire::handshake_header::HandshakeHeader;
use crate::wire::record_header::RecordHeader;

pub(crate) fn trace(
    host: &mut dyn Host,
    direction: Direction,
    header: &RecordHeader,
    content: TraceContent,
) {
    #[cfg(feature = "trace")]
    host.trace(&crate::host::TraceEvent {
        direction,
        content_type: header.content_type.0,
        epoch: header.epoch,
        sequence_number: header.sequence_number,
        content,
    });
    #[cfg(not(feature = "trace"))]
    let _ = (host, direction, header, content);
}

impl From<&HandshakeHeader> for TraceContent {
    fn from(header: &HandshakeHeader) -> Self {
        TraceContent::Handshake {
            msg_type: header.msg_type.0,
            message_seq: header.message_seq,
            length: header.length,
            fragment_offset: header.fragment_offset,
            fragment_length: header.fragment_length,
        }
    }
}

impl From<&AlertMessage> for TraceContent {
    fn from(alert: &AlertMessage) -> Self {
        TraceContent::Alert {
            fatal: alert.fatal,
            description: alert.description,
        }
    }
}
