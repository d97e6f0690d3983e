//! ClientHello has passed the gate.

use zeroize::Zeroize;

use super::Kept;
#[cfg(feature = "public-key")]
use super::ecdhe::AwaitSignature;
use super::finished::AwaitChangeCipherSpec;
use super::negotiation::{self, Offered};
#[cfg(feature = "psk")]
use super::psk::AwaitClientKeyExchange;
use super::resumption::{Resumption, begin_session};
use crate::error::Error;
use crate::flight::add_message;
use crate::handshake::{Message, Parts};
use crate::key_schedule::Transcript;
use crate::session::SESSION_MAX;
use crate::suite::Suite;
use crate::wire::client_hello::ClientHello;
use crate::wire::handshake_header::HandshakeType;

/// State 1.
#[derive(Clone, Copy)]
pub(super) struct AwaitClientHello(());

impl AwaitClientHello {
    pub(super) fn new() -> Self {
        AwaitClientHello(())
    }

    #[inline(never)]
    pub(super) fn client_hello(
        self,
        kept: &mut Kept,
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
        let offered = negotiation::negotiate(&hello, parts.context.config)?;
        let seq = message.message_seq;
        let association = &mut *parts.association;
        association.negotiated = offered.negotiated;
        association.randoms.client = *hello.start.random;
        kept.server_name = offered.server_name;
        let transcript = &mut parts.common.transcript;
        *transcript = Transcript::new();
        add_message(transcript, message.msg_type, seq, message.body);
        if let Some(resumption) = parts.context.resumption
            && let Some(next) = resume(resumption, &hello, &offered, kept, parts, seq)?
        {
            return Ok(AfterClientHello::Resumed(next));
        }
        // Who has shown no cookie passed the gate for a session that is not there any more.
        if parts.common.must_resume {
            return Err(Error::HandshakeFailure);
        }
        #[cfg(feature = "public-key")]
        {
            parts.association.negotiated.configuration = offered.number(offered.suite);
        }
        begin_session(parts);
        full(&hello, &offered, parts, seq)
    }
}

/// Resumes the session that the client offers, if it is there and fits; it is off the stack when
/// this returns.
#[inline(never)]
fn resume(
    resumption: &Resumption,
    hello: &ClientHello<'_>,
    offered: &Offered,
    kept: &mut Kept,
    parts: &mut Parts<'_, '_>,
    message_seq: u16,
) -> Result<Option<AwaitChangeCipherSpec>, Error> {
    let mut octets = [0; SESSION_MAX];
    let found = (resumption.find)(hello, offered, parts.context, &mut octets);
    let resumed = match &found {
        Ok(Some(session)) => {
            #[cfg(feature = "public-key")]
            {
                parts.association.negotiated.configuration = offered.number(session.suite);
            }
            (resumption.resume)(session, kept, parts, message_seq).map(Some)
        }
        Ok(None) => Ok(None),
        Err(error) => Err(*error),
    };
    octets.zeroize();
    resumed
}

/// Where a ClientHello leads to.
pub(super) enum AfterClientHello {
    #[cfg(feature = "psk")]
    Psk(AwaitClientKeyExchange),
    #[cfg(feature = "public-key")]
    Ecdhe(AwaitSignature),
    Resumed(AwaitChangeCipherSpec),
}

/// Begins a full handshake; our ServerHello will have the number of the ClientHello.
fn full(
    hello: &ClientHello<'_>,
    offered: &Offered,
    parts: &mut Parts<'_, '_>,
    message_seq: u16,
) -> Result<AfterClientHello, Error> {
    match offered.suite {
        #[cfg(feature = "psk")]
        Suite::PskWithAes128Ccm8 => {
            let next = AwaitClientKeyExchange::begin(parts, message_seq);
            Ok(AfterClientHello::Psk(next))
        }
        #[cfg(feature = "public-key")]
        Suite::EcdheEcdsaWithAes128Ccm8 => {
            parts.common.exchange.credential = offered.credential;
            offered.public_key.set(&mut parts.common.exchange);
            #[cfg(feature = "cached-info")]
            super::cached::recognise(hello, parts)?;
            Ok(AfterClientHello::Ecdhe(AwaitSignature::begin(message_seq)))
        }
    }
}
