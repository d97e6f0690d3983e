//! The cookie gate: judges a ClientHello by its first fragment, and keeps nothing of it.

use crate::cookie::{COOKIE_LENGTH, CookieSecrets};
use crate::error::Error;
use crate::handshake::{Context, draw_random};
use crate::host::Direction;
use crate::record::trace;
use crate::session::OWN_SESSION_ID_LENGTH;
use crate::wire::client_hello::ClientHelloStart;
use crate::wire::handshake_header::{HANDSHAKE_HEADER_LENGTH, HandshakeHeader, HandshakeType};
use crate::wire::hello_verify_request::HelloVerifyRequest;
use crate::wire::record_header::{ContentType, RECORD_HEADER_LENGTH, RecordHeader};
use crate::wire::{RANDOM_LENGTH, Reader, Version, Window};

/// Octets of a datagram with a HelloVerifyRequest of ours.
const HELLO_VERIFY_REQUEST_LENGTH: usize =
    RECORD_HEADER_LENGTH + HANDSHAKE_HEADER_LENGTH + 3 + COOKIE_LENGTH;

/// A client that collects more cookies than that before it shows one is no client.
const MESSAGE_SEQ_MAX: u16 = 255;

/// What is to be done with a first fragment.
pub(crate) enum Verdict {
    /// The client can be reached at its address, or resumes a session: reassembly starts.
    Pass(Pass),
    /// It has to prove that first.
    Challenge([u8; COOKIE_LENGTH]),
    /// It is none, or ends before its cookie.
    Malformed,
    /// It is no first fragment of a ClientHello.
    OutOfPlace,
}

/// What is known of a client that may pass.
pub(crate) struct Pass {
    pub(crate) message_seq: u16,
    /// The Random that it chose.
    pub(crate) random: [u8; RANDOM_LENGTH],
    /// It has shown no cookie: it passes to resume a session, and for nothing else.
    pub(crate) must_resume: bool,
    pub(crate) drawn: Drawn,
}

/// What our answer will need of the random source. It is drawn before there is any state: a source
/// that has nothing yet then costs nothing, and the ClientHello is judged again.
pub(crate) struct Drawn {
    pub(crate) random: [u8; RANDOM_LENGTH],
    /// If sessions are kept.
    pub(crate) session_id: Option<[u8; OWN_SESSION_ID_LENGTH]>,
}

impl Drawn {
    fn draw(context: &mut Context<'_>) -> Result<Self, Error> {
        let mut session_id = None;
        if context.resumption.is_some() {
            let mut id = [0; OWN_SESSION_ID_LENGTH];
            context.host.random(&mut id)?;
            session_id = Some(id);
        }
        Ok(Drawn {
            session_id,
            random: draw_random(context)?,
        })
    }
}

/// Judges a fragment that came before there was any state.
pub(crate) fn judge(
    secrets: &mut CookieSecrets,
    context: &mut Context<'_>,
    header: &HandshakeHeader,
    fragment: &[u8],
) -> Result<Verdict, Error> {
    if header.msg_type != HandshakeType::CLIENT_HELLO
        || header.fragment_offset != 0
        || header.message_seq > MESSAGE_SEQ_MAX
    {
        return Ok(Verdict::OutOfPlace);
    }
    let Ok(hello) = ClientHelloStart::parse(&mut Reader::new(fragment)) else {
        return Ok(Verdict::Malformed);
    };
    let pass = |must_resume, context: &mut Context<'_>| {
        Drawn::draw(context).map(|drawn| {
            Verdict::Pass(Pass {
                message_seq: header.message_seq,
                random: *hello.random,
                must_resume,
                drawn,
            })
        })
    };
    let (address, now) = (context.peer_address, context.now);
    if !context.config.cookie_required {
        // RFC 6347 4.2.2: "The first message each side transmits in each handshake always has
        // message_seq = 0."
        return if header.message_seq == 0 {
            pass(false, context)
        } else {
            Ok(Verdict::OutOfPlace)
        };
    }
    if secrets.verify(address, &hello, now, context.host)? {
        return pass(false, context);
    }
    // Draft section 7: "the server may choose not to do a cookie exchange when a session is resumed".
    if header.message_seq == 0
        && header.is_whole()
        && let Some(resumption) = context.resumption
        && (resumption.may_skip_cookie)(context, fragment)
    {
        return pass(true, context);
    }
    // RFC 6347 4.2.1: "If a server receives a ClientHello with an invalid cookie, it SHOULD treat
    // it the same as a ClientHello with no cookie."
    let cookie = secrets.make(address, &hello, now, context.host)?;
    Ok(Verdict::Challenge(cookie))
}

/// The datagram with HelloVerifyRequest. RFC 6347 4.2.1: "In order to avoid sequence number
/// duplication in case of multiple HelloVerifyRequests, the server MUST use the record sequence
/// number in the ClientHello as the record sequence number in the HelloVerifyRequest." Its
/// message_seq is copied likewise, so that it is in turn whatever the client has sent before.
pub(crate) fn challenge(
    context: &mut Context<'_>,
    record: &RecordHeader,
    header: &HandshakeHeader,
    cookie: &[u8; COOKIE_LENGTH],
) -> [u8; HELLO_VERIFY_REQUEST_LENGTH] {
    let body_length = (3 + COOKIE_LENGTH) as u32;
    let record = RecordHeader {
        content_type: ContentType::HANDSHAKE,
        version: Version::DTLS_1_0,
        epoch: 0,
        sequence_number: record.sequence_number,
        length: (HELLO_VERIFY_REQUEST_LENGTH - RECORD_HEADER_LENGTH) as u16,
    };
    let header = HandshakeHeader::whole(
        HandshakeType::HELLO_VERIFY_REQUEST,
        body_length,
        header.message_seq,
    );
    trace(context.host, Direction::Sent, &record, (&header).into());
    let mut datagram = [0; HELLO_VERIFY_REQUEST_LENGTH];
    let mut window = Window::new(0, &mut datagram);
    record.emit(&mut window);
    header.emit(&mut window);
    HelloVerifyRequest { cookie }.emit(&mut window);
    datagram
}

/// The number and the Random of the ClientHello that begins in this content, if one does.
pub(crate) fn hello_in(content: &[u8]) -> Option<(u16, [u8; RANDOM_LENGTH])> {
    let (header, fragment) = HandshakeHeader::parse(&mut Reader::new(content)).ok()?;
    let is_first = header.msg_type == HandshakeType::CLIENT_HELLO && header.fragment_offset == 0;
    let hello = ClientHelloStart::parse(&mut Reader::new(fragment)).ok()?;
    is_first.then_some((header.message_seq, *hello.random))
}
