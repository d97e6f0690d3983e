//! ClientHello has passed the gate.

use super::ServerHelloFlight;
use super::key_exchange::AwaitClientKeyExchange;
use crate::association::Negotiated;
use crate::error::Error;
use crate::flight::{add_message, add_own_message};
use crate::handshake::{Message, Parts, fill_random};
use crate::key_schedule::Transcript;
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
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AwaitClientKeyExchange, Error> {
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
        parts.association.negotiated = negotiate(&hello)?;
        parts.association.randoms.client = *hello.start.random;
        fill_random(parts.context.host, &mut parts.association.randoms.server)?;
        let flight = ServerHelloFlight {
            randoms: &parts.association.randoms,
            negotiated: &parts.association.negotiated,
        };
        let transcript = &mut parts.common.transcript;
        *transcript = Transcript::new();
        add_message(
            transcript,
            message.msg_type,
            message.message_seq,
            message.body,
        );
        let seq = message.message_seq;
        add_own_message(transcript, &flight, HandshakeType::SERVER_HELLO, seq);
        add_own_message(
            transcript,
            &flight,
            HandshakeType::SERVER_HELLO_DONE,
            seq.wrapping_add(1),
        );
        Ok(AwaitClientKeyExchange::new(seq.wrapping_add(2)))
    }
}

/// Chooses from what the client offers. Extensions that are not known are passed over (RFC 5746
/// section 3.6); those that are must have their form.
fn negotiate(hello: &ClientHello<'_>) -> Result<Negotiated, Error> {
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
            ExtensionType::SERVER_NAME => {
                server_name::parse(content)?;
            }
            _ => {}
        }
    }
    Ok(negotiated)
}
