//! ClientHello has passed the gate.

use zeroize::Zeroize;

use super::finished::AwaitChangeCipherSpec;
use super::key_exchange::AwaitClientKeyExchange;
use super::{Identity, ServerFlight, resumption};
use crate::association::Negotiated;
use crate::crypto::Digest;
use crate::error::Error;
use crate::flight::{add_message, add_own_message};
use crate::handshake::{Message, Parts, fill_random};
use crate::key_schedule::Transcript;
use crate::session::{SESSION_MAX, name_digest};
use crate::suite::Suite;
use crate::wire::client_hello::ClientHello;
use crate::wire::extension::{
    ExtensionType, MaxFragmentLength, parse_empty, renegotiation_info, server_name,
};
use crate::wire::handshake_header::HandshakeType;

/// State 1.
#[derive(Clone, Copy)]
pub(super) struct AwaitClientHello(());

impl AwaitClientHello {
    pub(super) fn new() -> Self {
        AwaitClientHello(())
    }

    pub(super) fn client_hello(
        self,
        identity: &mut Identity,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AfterClientHello, Error> {
        if message.msg_type != HandshakeType::CLIENT_HELLO {
            return Err(Error::UnexpectedMessage);
        }
        let hello = ClientHello::parse(message.body)?;
        if !hello.start.client_version.reaches_1_2() {
            return Err(Error::ProtocolVersion);
        }
        // RFC 5246 7.4.1.2: "This vector MUST contain, and all implementations MUST support,
        // CompressionMethod.null."
        if !hello.offers_null_compression() {
            return Err(Error::IllegalParameter);
        }
        let offered = negotiate(&hello)?;
        let mut kept = [0; SESSION_MAX];
        let resumed = resumption::find(&hello, &offered, parts.context, &mut kept)?;
        // Who has shown no cookie passed the gate for a session that is not there any more.
        if resumed.is_none() && parts.common.must_resume {
            return Err(Error::HandshakeFailure);
        }
        let association = &mut *parts.association;
        association.negotiated = offered.negotiated;
        association.randoms.client = *hello.start.random;
        fill_random(parts.context.host, &mut association.randoms.server)?;
        parts.common.server_name = offered.server_name;
        let transcript = &mut parts.common.transcript;
        *transcript = Transcript::new();
        let seq = message.message_seq;
        add_message(transcript, message.msg_type, seq, message.body);
        let next = match resumed {
            Some(session) => {
                AfterClientHello::Resumed(resumption::resume(&session, identity, parts, seq)?)
            }
            None => {
                resumption::begin_session(parts)?;
                add_own(parts, HandshakeType::SERVER_HELLO, seq);
                add_own(parts, HandshakeType::SERVER_HELLO_DONE, seq.wrapping_add(1));
                AfterClientHello::Full(AwaitClientKeyExchange::new(seq.wrapping_add(2)))
            }
        };
        kept.zeroize();
        Ok(next)
    }
}

/// Where a ClientHello leads to.
pub(super) enum AfterClientHello {
    Full(AwaitClientKeyExchange),
    Resumed(AwaitChangeCipherSpec),
}

/// Adds a message of our flight to the transcript.
pub(super) fn add_own(parts: &mut Parts<'_, '_>, msg_type: HandshakeType, message_seq: u16) {
    let association = &parts.association;
    let flight = ServerFlight::of(
        &association.randoms,
        &association.negotiated,
        association.names.session_id(),
        &association.own_finished,
    );
    add_own_message(&mut parts.common.transcript, &flight, msg_type, message_seq);
}

/// What a ClientHello comes to, without a session.
pub(super) struct Offered {
    pub(super) negotiated: Negotiated,
    /// Of the name in server_name.
    pub(super) server_name: Digest,
}

/// Chooses from what the client offers. Extensions that are not known are passed over (RFC 5746
/// section 3.6); those that are must have their form.
pub(super) fn negotiate(hello: &ClientHello<'_>) -> Result<Offered, Error> {
    let suite = Suite::PskWithAes128Ccm8;
    // RFC 5246 7.4.1.3: "If it cannot find such a match, it will respond with a handshake failure
    // alert."
    if !hello.offers_suite(suite.number()) {
        return Err(Error::HandshakeFailure);
    }
    let mut negotiated = Negotiated {
        suite: Some(suite),
        // RFC 5746 3.6: the SCSV counts as an empty extension.
        secure_renegotiation: hello.offers_suite(renegotiation_info::SCSV),
        ..Negotiated::default()
    };
    let mut name = None;
    for (extension, content) in hello.extensions.iter() {
        match extension {
            ExtensionType::MAX_FRAGMENT_LENGTH => {
                // RFC 6066 section 4: "for a value other than the allowed values, it MUST abort
                // the handshake with an "illegal_parameter" alert".
                let length = MaxFragmentLength::parse(content)?.ok_or(Error::IllegalParameter)?;
                negotiated.max_fragment_length = Some(length);
            }
            ExtensionType::EXTENDED_MASTER_SECRET => {
                parse_empty(content)?;
                negotiated.extended_master_secret = true;
            }
            ExtensionType::RENEGOTIATION_INFO => {
                // RFC 5746 3.6: "The server MUST then verify that the length of the
                // "renegotiated_connection" field is zero, and if it is not, MUST abort the
                // handshake."
                if !renegotiation_info::parse_is_empty(content)? {
                    return Err(Error::HandshakeFailure);
                }
                negotiated.secure_renegotiation = true;
            }
            ExtensionType::SERVER_NAME => name = server_name::parse(content)?,
            _ => {}
        }
    }
    Ok(Offered {
        negotiated,
        server_name: name_digest(name),
    })
}
