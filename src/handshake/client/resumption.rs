//! Resuming a session that the server still has (RFC 5246 section 7.3).

use super::Client;
use super::finished::AwaitChangeCipherSpec;
use crate::error::Error;
use crate::handshake::{Parts, keys};
use crate::session::Session;

/// A session that was checked when the application set it.
///
/// What is done with it is reached through it, and not by name: a linker leaves it out of firmware
/// that never offers one.
#[derive(Clone, Copy)]
pub(crate) struct OfferedSession<'a> {
    octets: &'a [u8],
    resume: Resume,
}

type Resume = fn(&[u8], &Client, &mut Parts<'_, '_>) -> Result<AwaitChangeCipherSpec, Error>;

impl<'a> OfferedSession<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        OfferedSession { octets, resume }
    }

    /// Never empty.
    pub(super) fn id(&self) -> &'a [u8] {
        Session::id_of(self.octets).unwrap_or_default()
    }

    /// The server resumes it. The transcript reaches to the ServerHello.
    pub(super) fn resume(
        &self,
        client: &Client,
        parts: &mut Parts<'_, '_>,
    ) -> Result<AwaitChangeCipherSpec, Error> {
        (self.resume)(self.octets, client, parts)
    }
}

fn resume(
    octets: &[u8],
    client: &Client,
    parts: &mut Parts<'_, '_>,
) -> Result<AwaitChangeCipherSpec, Error> {
    let session = Session::read(octets)?;
    let association = &mut *parts.association;
    // RFC 5246 7.4.1.3: "If a session is resumed, it must be resumed using the same cipher suite it
    // was originally negotiated with."
    if association.negotiated.suite != Some(session.suite) {
        return Err(Error::IllegalParameter);
    }
    // RFC 7627 5.3: "If the original session used the extension but the new ServerHello does not
    // contain the extension, the client MUST abort the handshake."
    if !association.negotiated.extended_master_secret {
        return Err(Error::HandshakeFailure);
    }
    association.negotiated.resumed = true;
    association.negotiated.max_fragment_length = session.max_fragment_length;
    association
        .names
        .set_identity(session.peer, session.identity);
    association.set_not_after(session.not_after);
    parts.association.master_secret = Some(session.master_secret());
    keys::install(parts)?;
    let finished_seq = client.hello_seq.wrapping_add(1);
    Ok(AwaitChangeCipherSpec::resuming(finished_seq))
}
