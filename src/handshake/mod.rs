//! Floor 8: the handshake. `client/` and `server/` hold one struct a state, in protocol order;
//! what both share stands here and in the files beside this one.

#[cfg(feature = "client")]
pub(crate) mod client;
#[cfg(feature = "public-key")]
pub(crate) mod exchange;
mod finished;
mod keys;
mod parts;
mod sending;
#[cfg(feature = "server")]
pub(crate) mod server;

pub(crate) use finished::VerifiedFinished;
pub(crate) use parts::{Common, Context, Message, Overdue, Parts, Step, draw_random, or_wait};

use crate::association::Association;
use crate::config::{Config, Role};
#[cfg(feature = "server")]
use crate::credential::peer::Identity;
use crate::error::Error;
use crate::flight::RetransmissionTimer;

enum Side {
    #[cfg(feature = "client")]
    Client(client::Client),
    #[cfg(feature = "server")]
    Server(server::Server),
}

impl Side {
    /// A build with one role has no other configuration.
    fn new(role: Role) -> Self {
        match role {
            #[cfg(feature = "client")]
            Role::Client => Side::Client(client::Client::new()),
            #[cfg(feature = "server")]
            Role::Server => Side::Server(server::Server::new()),
            #[cfg(not(feature = "server"))]
            Role::Server => Side::Client(client::Client::new()),
            #[cfg(not(feature = "client"))]
            Role::Client => Side::Server(server::Server::new()),
        }
    }
}

/// A handshake from the first ClientHello to the last Finished.
pub(crate) struct Handshake {
    side: Side,
    common: Common,
}

impl Handshake {
    pub(crate) fn new(config: &Config<'_>) -> Self {
        Handshake {
            side: Side::new(config.role()),
            common: Common::new(config),
        }
    }

    /// Server: begins anew with another ClientHello; only the cookie secrets stay.
    #[cfg(feature = "server")]
    pub(crate) fn restart(&mut self, config: &Config<'_>) {
        if let Some((server, common)) = self.server() {
            server.restart();
            *common = Common::new(config);
        }
    }

    pub(crate) fn common(&mut self) -> &mut Common {
        &mut self.common
    }

    /// Destroys what is secret beside the association.
    pub(crate) fn forget_secrets(&mut self) {
        self.common.keyed_master = None;
        #[cfg(feature = "server")]
        if let Some((server, _)) = self.server() {
            server.forget_secrets();
        }
    }

    pub(crate) fn timer(&self) -> &RetransmissionTimer {
        &self.common.timer
    }

    /// The client's part, if this is a client.
    #[cfg(feature = "client")]
    pub(crate) fn client(&mut self) -> Option<(&mut client::Client, &mut Common)> {
        match &mut self.side {
            Side::Client(client) => Some((client, &mut self.common)),
            #[cfg(feature = "server")]
            Side::Server(_) => None,
        }
    }

    /// The server's part, if this is a server.
    #[cfg(feature = "server")]
    pub(crate) fn server(&mut self) -> Option<(&mut server::Server, &mut Common)> {
        match &mut self.side {
            Side::Server(server) => Some((server, &mut self.common)),
            #[cfg(feature = "client")]
            Side::Client(_) => None,
        }
    }

    /// Server: what stands for the client, whole, as long as the handshake's memory is there.
    #[cfg(feature = "server")]
    pub(crate) fn peer_identity(&self) -> Option<&Identity> {
        match &self.side {
            Side::Server(server) => Some(server.identity()),
            #[cfg(feature = "client")]
            Side::Client(_) => None,
        }
    }

    /// Server: keeps the session of the association that is now complete.
    #[cfg(feature = "server")]
    pub(crate) fn keep_session(&mut self, association: &Association, context: &mut Context<'_>) {
        if let Some(resumption) = context.resumption
            && let Some((server, _)) = self.server()
        {
            (resumption.keep)(server, association, context);
        }
    }

    /// Takes the peer's message in turn.
    pub(crate) fn receive(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
        message: Message<'_>,
    ) -> Result<Step, Error> {
        let mut parts = Parts {
            common: &mut self.common,
            association,
            context,
        };
        let step = match &mut self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.receive(&mut parts, message)?,
            #[cfg(feature = "server")]
            Side::Server(server) => server.receive(&mut parts, message)?,
        };
        self.common.next_receive_seq = message.message_seq.wrapping_add(1);
        self.follow(&step, context.config);
        Ok(step)
    }

    /// Server: whether a CertificateURL may come now.
    #[cfg(all(feature = "certificate-url", feature = "server"))]
    pub(crate) fn awaits_certificate_url(&self) -> bool {
        match &self.side {
            Side::Server(server) => server.awaits_certificate_url(&self.common),
            #[cfg(feature = "client")]
            Side::Client(_) => false,
        }
    }

    /// Server: takes a CertificateURL; as long as its certificates are being fetched it is in turn
    /// still, and `memory` holds those that are there.
    #[cfg(all(feature = "certificate-url", feature = "server"))]
    pub(crate) fn certificate_url(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
        message: Message<'_>,
        memory: &mut [u8],
    ) -> Result<Step, Error> {
        let Some((server, common)) = self.server() else {
            return Err(Error::UnexpectedMessage);
        };
        let mut parts = Parts {
            common,
            association,
            context,
        };
        let step = server.certificate_url(&mut parts, message, memory)?;
        if !matches!(step, Step::Pending) {
            self.common.next_receive_seq = message.message_seq.wrapping_add(1);
        }
        Ok(step)
    }

    /// Asks a callback again that had not answered.
    pub(crate) fn resume(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
    ) -> Result<Step, Error> {
        let step = self.ask_again(association, context)?;
        self.follow(&step, context.config);
        Ok(step)
    }

    fn ask_again(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
    ) -> Result<Step, Error> {
        let mut parts = Parts {
            common: &mut self.common,
            association,
            context,
        };
        match &mut self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.resume(&mut parts),
            #[cfg(feature = "server")]
            Side::Server(server) => server.resume(&mut parts),
        }
    }

    /// Whether the peer's ChangeCipherSpec is taken; one out of place is noise, since datagrams
    /// overtake each other.
    pub(crate) fn change_cipher_spec(&mut self) -> bool {
        let is_taken = match &mut self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.change_cipher_spec(),
            #[cfg(feature = "server")]
            Side::Server(server) => server.change_cipher_spec(),
        };
        if is_taken {
            self.common.is_reading_epoch_1 = true;
            // Whatever is kept came in epoch 0; a Finished must not be among it.
            self.common.reassembly.clear();
        }
        is_taken
    }

    /// Whether this is a client that has not sent anything yet.
    pub(crate) fn is_unstarted_client(&self) -> bool {
        match &self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.is_unstarted(),
            #[cfg(feature = "server")]
            Side::Server(_) => false,
        }
    }

    /// The epoch we write in, which changes once our ChangeCipherSpec is out; `None` as long as the
    /// peer has heard nothing of us.
    pub(crate) fn write_epoch(&self) -> Option<u16> {
        let epoch = match &self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.write_epoch()?,
            #[cfg(feature = "server")]
            Side::Server(server) => server.write_epoch(),
        };
        Some(self.common.cursor.map_or(epoch, |cursor| cursor.epoch()))
    }

    /// Server: whether the rest of the ClientHello is still to come.
    #[cfg(feature = "server")]
    pub(crate) fn awaits_hello(&self) -> bool {
        match &self.side {
            #[cfg(feature = "client")]
            Side::Client(_) => false,
            Side::Server(server) => server.awaits_hello(),
        }
    }

    /// Server: whether the ClientHello is not complete yet.
    #[cfg(feature = "server")]
    fn is_collecting_hello(&self) -> bool {
        match &self.side {
            #[cfg(feature = "client")]
            Side::Client(_) => false,
            Side::Server(server) => server.is_collecting_hello(),
        }
    }
}
