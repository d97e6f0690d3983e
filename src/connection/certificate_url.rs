//! Server: a CertificateURL, and the certificates that are fetched for it, lie in the reassembly
//! buffer, whose size is the application's choice, until the application has fetched them all. The
//! message stays in turn meanwhile: whatever else lay there comes again.

use core::ops::Range;

use super::{Connection, Memory, Workspace};
use crate::error::Error;
use crate::flight::Accepted;
use crate::handshake::{Context, Message, Step};
use crate::wire::handshake_header::{HandshakeHeader, HandshakeType};

impl Connection {
    /// Keeps a CertificateURL that has come whole and in turn, as if it had come in pieces: the
    /// datagram that it lies in will be gone when the application has fetched what it refers to.
    pub(super) fn keep_urls(
        &mut self,
        accepted: Accepted,
        memory: &mut Memory<'_>,
        header: &HandshakeHeader,
        body: &[u8],
    ) -> Result<Accepted, Error> {
        let handshake = &mut memory.workspace.handshake;
        let is_urls = header.msg_type == HandshakeType::CERTIFICATE_URL;
        if accepted != Accepted::InTurn || !is_urls || !handshake.awaits_certificate_url() {
            return Ok(accepted);
        }
        let reassembly = &mut handshake.common().reassembly;
        reassembly
            .keep_alone(memory.reassembly, header, body)
            .inspect_err(|_| self.counters.reassembly_needed = header.length)
    }

    /// Takes the CertificateURL that has this number and lies there in the reassembly buffer; what
    /// is behind it is for the certificates.
    pub(super) fn certificate_url(
        &mut self,
        context: &mut Context<'_>,
        memory: &mut Memory<'_>,
        (message_seq, range): (u16, Range<usize>),
        record_sequence: u64,
    ) -> Result<(), Error> {
        let Workspace { coming, handshake } = &mut *memory.workspace;
        let msg_type = HandshakeType::CERTIFICATE_URL;
        handshake
            .common()
            .reassembly
            .put_back(message_seq, msg_type, &range);
        let (front, free) =
            (memory.reassembly.split_at_mut_checked(range.end)).ok_or(Error::NoMemoryLent)?;
        let message = Message {
            msg_type,
            message_seq,
            record_sequence,
            body: front.get(range).unwrap_or_default(),
        };
        let step = handshake.certificate_url(coming, context, message, free)?;
        if !matches!(step, Step::Pending) {
            handshake.common().reassembly.clear();
        }
        self.stepped(context, memory.workspace, step);
        Ok(())
    }
}
