//! Hands the peer's handshake messages to the handshake, whole and in turn.

use core::ops::Range;

use super::heartbeat::Heartbeat;
use super::{Call, Connection, Memory, Phase, Workspace};
#[cfg(feature = "server")]
use crate::association::Association;
use crate::config::Role;
use crate::error::Error;
use crate::flight::Accepted;
use crate::handshake::{Context, Message, Parts, Step, VerifiedFinished};
use crate::host::{Direction, TraceContent};
use crate::record::trace;
use crate::wire::Reader;
use crate::wire::handshake_header::{HandshakeHeader, HandshakeType};
use crate::wire::record_header::RecordHeader;

#[cfg(feature = "server")]
use crate::handshake::server::gate::{self, Pass, Verdict};

impl Connection {
    /// Server, before there is any state: the cookie gate. Only the first message of a datagram is
    /// looked at.
    pub(super) fn knock(
        &mut self,
        call: &mut Call<'_>,
        record: &RecordHeader,
        content: Range<usize>,
    ) -> Result<(), Error> {
        #[cfg(feature = "server")]
        {
            let Call {
                context,
                memory,
                buffer,
            } = call;
            let content = buffer.get(content.clone()).unwrap_or_default();
            let Ok((header, fragment)) = HandshakeHeader::parse(&mut Reader::new(content)) else {
                self.counters.malformed();
                return Ok(());
            };
            let memory = memory.as_mut().ok_or(Error::NoMemoryLent)?;
            let Some((server, _)) = memory.workspace.handshake.server() else {
                return Err(Error::State);
            };
            let secrets = &mut server.cookie_secrets;
            match gate::judge(secrets, context, &header, fragment)? {
                Verdict::Pass(pass) => self.admit(context, memory.workspace, record, &pass),
                Verdict::Challenge(cookie) => {
                    trace_received(context, record, &header);
                    let datagram = gate::challenge(context, record, &header, &cookie);
                    // Whether it gets out is no concern: the client asks again.
                    let _ = context.host.send(&datagram);
                    self.rest = 0..0;
                    return Ok(());
                }
                Verdict::Malformed => {
                    self.counters.malformed();
                    return Ok(());
                }
                Verdict::OutOfPlace => {
                    self.counters.out_of_place();
                    return Ok(());
                }
            }
        }
        self.handshake_record(call, record, content)
    }

    /// Server: a client has passed the gate with the ClientHello that begins in this record.
    #[cfg(feature = "server")]
    pub(crate) fn admit(
        &mut self,
        context: &Context<'_>,
        workspace: &mut Workspace,
        record: &RecordHeader,
        pass: &Pass,
    ) {
        let Workspace { coming, handshake } = workspace;
        crate::stack::clear();
        handshake.restart(context.config);
        *coming = Association::default();
        coming.randoms.client = pass.random;
        coming.randoms.server = pass.drawn.random;
        coming
            .names
            .set_session_id(pass.drawn.session_id.as_ref().map_or(&[], |id| id));
        let common = handshake.common();
        // RFC 6347 4.2.1: "the server MUST use the record sequence number in the ClientHello as
        // the record sequence number in its initial ServerHello."
        common.clear_sequence = record.sequence_number;
        common.next_receive_seq = pass.message_seq;
        common.must_resume = pass.must_resume;
        common.begin(context.now);
        common
            .timer
            .wait_for_rest(context.config.retransmission, context.now);
        self.is_pending = false;
        self.phase = Phase::Handshake;
    }

    /// Whether a ClientHello begins here with which the client has begun anew.
    pub(super) fn is_another_hello(&self, call: &mut Call<'_>, content: Range<usize>) -> bool {
        #[cfg(feature = "server")]
        if call.context.config.role() == Role::Server
            && let Some(memory) = &mut call.memory
            && let Some((seq, random)) = call.buffer.get(content.clone()).and_then(gate::hello_in)
        {
            return memory.workspace.is_begun_anew_by(seq, &random);
        }
        let _ = (call, content);
        false
    }

    /// Takes the handshake messages of a record.
    pub(super) fn handshake_record(
        &mut self,
        call: &mut Call<'_>,
        record: &RecordHeader,
        content: Range<usize>,
    ) -> Result<(), Error> {
        let Call {
            context,
            memory,
            buffer,
        } = call;
        let memory = memory.as_mut().ok_or(Error::NoMemoryLent)?;
        let mut reader = Reader::new(buffer.get(content).unwrap_or_default());
        // RFC 5246 6.2.1: "Implementations MUST NOT send zero-length fragments of Handshake".
        if reader.is_empty() {
            self.counters.malformed();
        }
        while !reader.is_empty() && self.phase == Phase::Handshake && !self.is_pending {
            let Ok((header, fragment)) = HandshakeHeader::parse(&mut reader) else {
                self.counters.malformed();
                // Without protection this is noise; with it, the peer meant it.
                return if record.epoch == 0 {
                    Ok(())
                } else {
                    Err(Error::Decode)
                };
            };
            trace_received(context, record, &header);
            self.fragment(context, memory, record, &header, fragment)?;
        }
        Ok(())
    }

    fn fragment(
        &mut self,
        context: &mut Context<'_>,
        memory: &mut Memory<'_>,
        record: &RecordHeader,
        header: &HandshakeHeader,
        fragment: &[u8],
    ) -> Result<(), Error> {
        // RFC 5246 7.4.1.1: HelloRequest "will be ignored by the client if the client is currently
        // negotiating a session." It has no place in the order of messages either.
        if header.msg_type == HandshakeType::HELLO_REQUEST {
            self.counters.out_of_place();
            return Ok(());
        }
        if self.unordered_hello_verify_request(context, memory, record, header, fragment)? {
            return Ok(());
        }
        let handshake = &mut memory.workspace.handshake;
        let next_seq = handshake.common().next_receive_seq;
        // Once the peer has changed to epoch 1 nothing new comes in epoch 0.
        let is_of_now = (record.epoch == 1) == handshake.common().is_reading_epoch_1;
        let accepted = if is_of_now {
            let reassembly = &mut handshake.common().reassembly;
            reassembly
                .accept(memory.reassembly, header, fragment, next_seq)
                .inspect_err(|_| self.counters.reassembly_needed = header.length)?
        } else if header.message_seq < next_seq {
            Accepted::Old
        } else {
            Accepted::Dropped
        };
        #[cfg(all(feature = "certificate-url", feature = "server"))]
        let accepted = self.keep_urls(accepted, memory, header, fragment)?;
        match accepted {
            Accepted::InTurn => {
                let message = Message {
                    msg_type: header.msg_type,
                    message_seq: header.message_seq,
                    record_sequence: record.sequence_number,
                    body: fragment,
                };
                self.message(context, memory.workspace, message)?;
            }
            Accepted::Kept => {}
            Accepted::Old => {
                self.counters.out_of_place();
                let handshake = &mut memory.workspace.handshake;
                if header.is_last_piece() && handshake.old_message(header.message_seq, context.now)
                {
                    self.counters.retransmitted();
                }
            }
            Accepted::Dropped => self.counters.out_of_place(),
        }
        self.kept_messages(context, memory, record.sequence_number)
    }

    /// Takes the messages that were kept and are in turn now.
    pub(super) fn kept_messages(
        &mut self,
        context: &mut Context<'_>,
        memory: &mut Memory<'_>,
        record_sequence: u64,
    ) -> Result<(), Error> {
        while self.phase == Phase::Handshake && !self.is_pending {
            let common = memory.workspace.handshake.common();
            let message_seq = common.next_receive_seq;
            let Some((msg_type, range)) = common.reassembly.take(message_seq) else {
                break;
            };
            #[cfg(all(feature = "certificate-url", feature = "server"))]
            if msg_type == HandshakeType::CERTIFICATE_URL
                && memory.workspace.handshake.awaits_certificate_url()
            {
                self.certificate_url(context, memory, (message_seq, range), record_sequence)?;
                continue;
            }
            let message = Message {
                msg_type,
                message_seq,
                record_sequence,
                body: memory.reassembly.get(range).unwrap_or_default(),
            };
            self.message(context, memory.workspace, message)?;
        }
        Ok(())
    }

    /// A server without state cannot count its HelloVerifyRequests: a whole one is taken whatever
    /// its number. Whether it was one.
    fn unordered_hello_verify_request(
        &mut self,
        context: &mut Context<'_>,
        memory: &mut Memory<'_>,
        record: &RecordHeader,
        header: &HandshakeHeader,
        fragment: &[u8],
    ) -> Result<bool, Error> {
        #[cfg(feature = "client")]
        if header.msg_type == HandshakeType::HELLO_VERIFY_REQUEST && header.is_whole() {
            let Workspace { coming, handshake } = &mut *memory.workspace;
            let Some((client, common)) = handshake.client() else {
                return Ok(false);
            };
            if header.message_seq >= common.next_receive_seq {
                return Ok(false);
            }
            let message = Message {
                msg_type: header.msg_type,
                message_seq: header.message_seq,
                record_sequence: record.sequence_number,
                body: fragment,
            };
            let mut parts = Parts {
                common,
                association: coming,
                context,
            };
            let step = client.hello_verify_request(&mut parts, message)?;
            if matches!(step, Step::Continue) {
                self.counters.out_of_place();
            }
            handshake.follow(&step, context.config);
            return Ok(true);
        }
        let _ = (context, memory, record, header, fragment);
        Ok(false)
    }

    fn message(
        &mut self,
        context: &mut Context<'_>,
        workspace: &mut Workspace,
        message: Message<'_>,
    ) -> Result<(), Error> {
        let Workspace { coming, handshake } = workspace;
        let step = handshake.receive(coming, context, message)?;
        self.stepped(context, workspace, step);
        Ok(())
    }

    /// The handshake has gone on.
    pub(super) fn stepped(
        &mut self,
        context: &mut Context<'_>,
        workspace: &mut Workspace,
        step: Step,
    ) {
        self.is_pending = matches!(step, Step::Pending | Step::NoEntropyYet);
        self.lacks_entropy = matches!(step, Step::NoEntropyYet);
        if let Step::Complete(verified) = step {
            self.complete(context, workspace, verified);
        }
    }

    /// The coming association takes its place.
    fn complete(
        &mut self,
        context: &mut Context<'_>,
        workspace: &mut Workspace,
        _verified: VerifiedFinished,
    ) {
        // Swapped, not moved: a move would leave its octets in the workspace, secrets among them.
        core::mem::swap(&mut self.association, &mut workspace.coming);
        workspace.coming.wipe();
        self.phase = Phase::Connected;
        self.heartbeat = Heartbeat::begin(context);
        #[cfg(feature = "server")]
        workspace.handshake.keep_session(&self.association, context);
        // RFC 7924 section 7: the client "must only cache information after the successful completion
        // of a TLS exchange to ensure that an attacker does not inject incorrect information into the
        // cache".
        #[cfg(feature = "cached-info")]
        if let Some(cached_info) = &mut context.cached_info {
            cached_info.complete(context.server_name);
            self.counters.cached_info_needed = cached_info.needed();
            self.counters.cached_info = workspace.handshake.common().exchange.cached;
        }
        let common = workspace.handshake.common();
        common.keyed_master = None;
        // Who answers the peer's Finished has the last flight, and the buffer is needed for it. No
        // honest peer has anything behind its Finished: it has not seen ours.
        let is_server = context.config.role() == Role::Server;
        if is_server != self.association.negotiated.resumed {
            self.lose_rest();
            let (now, clear_sequence) = (context.now, common.clear_sequence);
            self.outbox
                .start_last_flight(&self.association, clear_sequence, now);
        }
    }
}

fn trace_received(context: &mut Context<'_>, record: &RecordHeader, header: &HandshakeHeader) {
    trace(
        context.host,
        Direction::Received,
        record,
        TraceContent::from(header),
    );
}
