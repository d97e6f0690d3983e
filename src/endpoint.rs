//! Floor 10: one end of a connection, for programs in Rust.
//!
//! It is to Rust what `mote_connection` is to C: the same core, with the same rules.

use core::ops::Range;

use crate::address::Address;
use crate::alert::AlertDescription;
#[cfg(feature = "cached-info")]
use crate::cached_info::CachedInfo;
use crate::config::{Config, Role, checked_mtu, checked_server_name};
#[cfg(feature = "heartbeat")]
use crate::connection::Heartbeats;
use crate::connection::{
    BUFFER_MIN, Call, Connection, Memory, Outcome, Phase, Want, Workspace, check_session,
};
use crate::credential::Psk;
#[cfg(feature = "public-key")]
use crate::credential::peer::Certified;
use crate::credential::peer::PeerKind;
use crate::error::Error;
use crate::flight;
use crate::handshake::Context;
#[cfg(feature = "client")]
use crate::handshake::client::OfferedSession;
#[cfg(feature = "server")]
use crate::handshake::server::resumption::Resumption;
#[cfg(feature = "public-key")]
use crate::host::Peer;
use crate::host::{Direction, Host};
use crate::session::SESSION_MAX;
use crate::time::Instant;

/// How far a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is done: the handshake is complete, the data is sent, the connection is closed.
    Done,
    /// Nothing to do until a datagram arrives or the timeout passes.
    WantRead,
    /// [`Host::send`] said "not now": call again.
    WantWrite,
    /// A look-up has not answered: call again when it can.
    Pending,
    /// [`Host::random`] has not enough entropy yet: call again when it has.
    WantEntropy,
    /// The connection was closed in order.
    Closed,
}

/// What [`Endpoint::read`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Received<'b> {
    /// The data of one record. It lies in the endpoint's buffer and may be changed.
    Data(&'b mut [u8]),
    /// No data; how far the call came.
    None(Progress),
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Server: no client has shown a good cookie yet.
    Listening,
    /// The handshake is under way, or about to begin.
    Handshake,
    /// Data can pass.
    Connected,
    /// Closed in order.
    Closed,
    /// Ended by this error.
    Failed(Error),
}

/// One end of a connection with one peer.
///
/// It owns what the association and its handshake need (about 1.3 KB), and borrows a datagram
/// buffer, which must hold the peer's largest datagram, and a reassembly buffer for handshake
/// messages that come in pieces (it may be empty). Datagrams are given in with
/// [`input`](Self::input) and go out through [`Host::send`]; time is an argument.
///
/// ```
/// use std::collections::VecDeque;
///
/// use motedtls::{Config, Endpoint, Host, Instant, Progress, Psk, RandomFailure, Received, Role, Sent};
///
/// /// Sends into a queue. A real one has a socket, and a real random source.
/// #[derive(Default)]
/// struct Wire(VecDeque<Vec<u8>>, u8);
///
/// impl Host for Wire {
///     fn send(&mut self, datagram: &[u8]) -> Sent {
///         self.0.push_back(datagram.to_vec());
///         Sent::Whole
///     }
///
///     fn random(&mut self, out: &mut [u8]) -> Result<(), RandomFailure> {
///         self.1 += 1;
///         out.fill(self.1); // not random at all
///         Ok(())
///     }
/// }
///
/// # #[cfg(any(
/// #     not(all(feature = "client", feature = "server")),
/// #     feature = "external-aes-ccm",
/// #     feature = "external-p256"
/// # ))]
/// # fn main() {}
/// # #[cfg(all(
/// #     feature = "client",
/// #     feature = "server",
/// #     not(any(feature = "external-aes-ccm", feature = "external-p256"))
/// # ))]
/// # fn main() -> Result<(), motedtls::Error> {
/// let psk = Psk::new(b"device1", &[7; 16])?;
/// let mut client_config = Config::new(Role::Client);
/// client_config.set_psk(psk);
/// let mut server_config = Config::new(Role::Server);
/// server_config.set_psk(psk);
///
/// let (mut buffers, mut wires) = ([[0; 600]; 2], [Wire::default(), Wire::default()]);
/// let [client_buffer, server_buffer] = &mut buffers;
/// let [client_wire, server_wire] = &mut wires;
/// let mut client = Endpoint::new(&client_config, client_buffer, &mut [])?;
/// let mut server = Endpoint::new(&server_config, server_buffer, &mut [])?;
/// let now = Instant(0); // milliseconds of a monotonic clock
///
/// let mut done = [false; 2];
/// while done != [true; 2] {
///     if let Some(datagram) = server_wire.0.pop_front() {
///         client.input(&datagram)?;
///     }
///     done[0] = client.handshake(client_wire, now)? == Progress::Done;
///     if let Some(datagram) = client_wire.0.pop_front() {
///         server.input(&datagram)?;
///     }
///     done[1] = server.handshake(server_wire, now)? == Progress::Done;
/// }
///
/// client.write(client_wire, now, b"hello")?;
/// let datagram = client_wire.0.pop_front().unwrap();
/// server.input(&datagram)?;
/// assert_eq!(server.read(server_wire, now)?, Received::Data(&mut b"hello".to_owned()));
/// assert_eq!(server.peer_identity(), b"device1");
/// # Ok(())
/// # }
/// ```
pub struct Endpoint<'a> {
    config: &'a Config<'a>,
    connection: Connection,
    workspace: Workspace,
    buffer: &'a mut [u8],
    reassembly: &'a mut [u8],
    psk: Option<Psk<'a>>,
    server_name: Option<&'a [u8]>,
    #[cfg(feature = "client")]
    session: Option<OfferedSession<'a>>,
    #[cfg(feature = "cached-info")]
    cached_info: Option<CachedInfo<'a>>,
    address: Address,
}

impl<'a> Endpoint<'a> {
    /// An end that has done nothing yet. `buffer` has at least 128 octets.
    ///
    /// # Errors
    /// [`Error::Size`] for a smaller buffer, [`Error::NoCredential`] for a server without one,
    /// [`Error::State`] for a role that is not built in.
    pub fn new(
        config: &'a Config<'a>,
        buffer: &'a mut [u8],
        reassembly: &'a mut [u8],
    ) -> Result<Self, Error> {
        config.check()?;
        if buffer.len() < BUFFER_MIN {
            return Err(Error::Size);
        }
        Ok(Endpoint {
            config,
            connection: Connection::new(config),
            workspace: Workspace::new(config),
            buffer,
            reassembly,
            psk: config.psk,
            server_name: config.server_name,
            #[cfg(feature = "client")]
            session: None,
            #[cfg(feature = "cached-info")]
            cached_info: None,
            address: Address::default(),
        })
    }

    fn call<R>(
        &mut self,
        host: &mut dyn Host,
        now: Instant,
        action: impl FnOnce(&mut Connection, &mut Call<'_>) -> R,
    ) -> R {
        let mut call = Call {
            context: Context {
                config: self.config,
                psk: self.psk,
                server_name: self.server_name,
                #[cfg(feature = "client")]
                session: self.session,
                #[cfg(feature = "server")]
                resumption: Resumption::of(self.config),
                #[cfg(feature = "cached-info")]
                cached_info: self.cached_info.as_mut().map(CachedInfo::reborrow),
                peer_address: self.address.octets(),
                host,
                now,
            },
            memory: Some(Memory {
                workspace: &mut self.workspace,
                reassembly: self.reassembly,
            }),
            buffer: self.buffer,
        };
        action(&mut self.connection, &mut call)
    }

    /// Whether nothing has passed yet between this end and a peer.
    fn is_fresh(&self) -> bool {
        match self.connection.phase() {
            Phase::Listening => true,
            Phase::Handshake => self.workspace.handshake.is_unstarted_client(),
            _ => false,
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Self)) -> Result<(), Error> {
        if !self.is_fresh() {
            return Err(Error::State);
        }
        change(self);
        Ok(())
    }

    /// A session that was set fits no more.
    fn forget_session(&mut self) {
        #[cfg(feature = "client")]
        {
            self.session = None;
        }
    }

    /// Sets the pre-shared key of this connection, in place of the configuration's.
    ///
    /// # Errors
    /// [`Error::State`] when the handshake has begun.
    #[cfg(feature = "psk")]
    pub fn set_psk(&mut self, psk: Psk<'a>) -> Result<(), Error> {
        self.change(|this| {
            this.psk = Some(psk);
            this.forget_session();
        })
    }

    /// Client: sets the server's name, in place of the configuration's.
    ///
    /// # Errors
    /// [`Error::Argument`] for what cannot be a DNS name, [`Error::State`] when the handshake has
    /// begun.
    pub fn set_server_name(&mut self, name: &'a [u8]) -> Result<(), Error> {
        let name = checked_server_name(name)?;
        self.change(|this| {
            this.server_name = Some(name);
            this.forget_session();
        })
    }

    /// Sets the peer's address, which cookies are bound to: up to 32 octets.
    ///
    /// # Errors
    /// [`Error::Size`], or [`Error::State`] when the handshake has begun. A server that listens can
    /// change it for each datagram.
    pub fn set_peer_address(&mut self, address: &[u8]) -> Result<(), Error> {
        let address = Address::new(address).ok_or(Error::Size)?;
        self.change(|this| {
            this.connection.peer_changes();
            this.address = address;
        })
    }

    /// Client: offers to resume a session that [`export_session`](Self::export_session) wrote
    /// `age_s` seconds ago. Set name and key before it.
    ///
    /// # Errors
    /// [`Error::Session`] when it is altered, older than a day, or of another name or identity;
    /// [`Error::State`] when the handshake has begun.
    #[cfg(feature = "client")]
    pub fn set_session(
        &mut self,
        host: &mut dyn Host,
        octets: &'a [u8],
        age_s: u32,
    ) -> Result<(), Error> {
        let now = Instant(0);
        self.call(host, now, |_, call| {
            check_session(&mut call.context, octets, age_s)
        })?;
        self.change(|this| this.session = Some(OfferedSession::new(octets)))
    }

    /// Client: lends memory in which the server's certificate is remembered (RFC 7924), so that it
    /// need not be sent again by a server that knows cached_info. Give the same memory to the next
    /// connection with this server; new memory is best zeroed. It holds
    /// [`CACHED_INFO_OVERHEAD`](crate::CACHED_INFO_OVERHEAD) octets more than the messages: 1,024 are
    /// enough for most chains. What is remembered is checked anew each time; what is of another
    /// server, altered, or from a handshake that was cut is passed over, and written anew.
    ///
    /// It is used only where that saves octets, which it does not for a raw public key, unless
    /// `is_forced`.
    ///
    /// # Errors
    /// [`Error::Size`] for less than the overhead or more than 65,535 octets, [`Error::State`] for a
    /// server, or when the handshake has begun.
    #[cfg(feature = "cached-info")]
    pub fn set_cached_info(&mut self, memory: &'a mut [u8], is_forced: bool) -> Result<(), Error> {
        if self.config.role() != Role::Client {
            return Err(Error::State);
        }
        let cached_info = CachedInfo::new(memory, is_forced)?;
        self.change(|this| this.cached_info = Some(cached_info))
    }

    /// Client: whether the server left its Certificate out since we remembered it, and whether its
    /// CertificateRequest.
    #[cfg(feature = "cached-info")]
    #[must_use]
    pub fn used_cached_info(&self) -> (bool, bool) {
        let cached = self.connection.counters.cached_info;
        (cached.has_certificate(), cached.has_request())
    }

    /// Sets the most octets of a datagram of ours.
    ///
    /// # Errors
    /// [`Error::Argument`] below 128 or above 65,535.
    pub fn set_mtu(&mut self, octets: usize) -> Result<(), Error> {
        self.connection.set_mtu(checked_mtu(octets)?);
        Ok(())
    }

    /// Gives one datagram in; what does not fit the buffer is cut off and counted. Go on with
    /// [`handshake`](Self::handshake) or [`read`](Self::read).
    ///
    /// # Errors
    /// [`Error::State`] when the last datagram is not drained, or something has to be sent first:
    /// the datagram is not taken. A connection that has failed returns its final error.
    pub fn input(&mut self, datagram: &[u8]) -> Result<(), Error> {
        if let Phase::Failed(error) = self.connection.phase() {
            return Err(error);
        }
        let memory = Memory {
            workspace: &mut self.workspace,
            reassembly: &mut [],
        };
        if !self.connection.can_take_datagram(Some(&memory)) {
            return Err(Error::State);
        }
        for (to, from) in self.buffer.iter_mut().zip(datagram) {
            *to = *from;
        }
        self.connection
            .take_datagram(datagram.len(), self.buffer.len());
        Ok(())
    }

    /// Goes on with the handshake, and sends at most one flight.
    ///
    /// # Errors
    /// A final error, which every later call returns again.
    pub fn handshake(&mut self, host: &mut dyn Host, now: Instant) -> Result<Progress, Error> {
        let outcome = self.call(host, now, |connection, call| {
            connection.step(call, Want::Handshake)
        })?;
        Ok(progress(&outcome))
    }

    /// Reads the data of one record. Read until there is no more: a datagram may carry several
    /// records, and answers to the peer wait until it is drained.
    ///
    /// # Errors
    /// [`Error::State`] before the handshake is done, or a final error.
    pub fn read(&mut self, host: &mut dyn Host, now: Instant) -> Result<Received<'_>, Error> {
        let outcome = self.call(host, now, |connection, call| {
            connection.step(call, Want::Data)
        })?;
        Ok(match outcome {
            Outcome::Data(range) => Received::Data(slice(self.buffer, range)),
            other => Received::None(progress(&other)),
        })
    }

    /// Sends `data` as one record in one datagram.
    ///
    /// # Errors
    /// [`Error::State`] unless connected, [`Error::Size`] for more than
    /// [`max_write`](Self::max_write), or a final error.
    pub fn write(
        &mut self,
        host: &mut dyn Host,
        now: Instant,
        data: &[u8],
    ) -> Result<Progress, Error> {
        self.connection
            .place_of_data(data.len(), self.buffer.len())?;
        let flushed = self.call(host, now, |connection, call| {
            connection.flush_before_data(call)
        })?;
        if flushed == flight::Progress::WantWrite {
            return Ok(Progress::WantWrite);
        }
        let place = self
            .connection
            .place_of_data(data.len(), self.buffer.len())?;
        let room = slice(self.buffer, place..place + data.len());
        for (to, from) in room.iter_mut().zip(data) {
            *to = *from;
        }
        let outcome = self.call(host, now, |connection, call| {
            connection.write(call, data.len())
        })?;
        Ok(progress(&outcome))
    }

    /// The most octets that one [`write`](Self::write) takes now; 0 unless connected.
    #[must_use]
    pub fn max_write(&self) -> usize {
        self.connection.max_write(self.buffer.len())
    }

    /// Milliseconds until [`handshake`](Self::handshake) or [`read`](Self::read) has to be called
    /// again even if nothing arrives; `u32::MAX` for never.
    #[must_use]
    pub fn timeout(&self, now: Instant) -> u32 {
        self.connection
            .timeout(self.config, Some(&self.workspace.handshake), now)
    }

    /// Asks the peer for a sign of life (RFC 6520), now or with the next [`read`](Self::read). Go on
    /// reading as [`timeout`](Self::timeout) says: the answer shows in
    /// [`heartbeats`](Self::heartbeats), and without one the connection ends with
    /// [`Error::PeerGone`], after as many retransmissions as a handshake makes.
    ///
    /// # Errors
    /// [`Error::State`] when not connected, heartbeats are not negotiated or not allowed by the
    /// peer, or one is in flight; or a final error.
    #[cfg(feature = "heartbeat")]
    pub fn heartbeat(&mut self, host: &mut dyn Host, now: Instant) -> Result<(), Error> {
        self.call(host, now, |connection, call| connection.ask(call, None))
    }

    /// Tries whether a datagram of so many octets reaches the peer: when the heartbeat of that size
    /// is answered, [`mtu`](Self::mtu) is raised to it; when it is lost, that is all.
    ///
    /// # Errors
    /// [`Error::Argument`] below 128, [`Error::Size`] for more than the buffer or what the maximum
    /// fragment length allows, and as [`heartbeat`](Self::heartbeat).
    #[cfg(feature = "heartbeat")]
    pub fn probe_mtu(
        &mut self,
        host: &mut dyn Host,
        now: Instant,
        octets: usize,
    ) -> Result<(), Error> {
        self.call(host, now, |connection, call| {
            connection.ask(call, Some(octets))
        })
    }

    /// What has become of the heartbeats.
    #[cfg(feature = "heartbeat")]
    #[must_use]
    pub fn heartbeats(&self) -> Heartbeats {
        self.connection.heartbeats()
    }

    /// The most octets of a datagram of ours.
    #[must_use]
    pub fn mtu(&self) -> u16 {
        self.connection.mtu()
    }

    /// Says close_notify to the peer, and destroys the keys once it is out.
    ///
    /// # Errors
    /// The connection's final error.
    pub fn close(&mut self, host: &mut dyn Host, now: Instant) -> Result<Progress, Error> {
        match self.call(host, now, |connection, call| connection.close(call))? {
            flight::Progress::Done => Ok(Progress::Done),
            flight::Progress::WantWrite => Ok(Progress::WantWrite),
        }
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> State {
        match self.connection.phase() {
            Phase::Listening => State::Listening,
            Phase::Handshake => State::Handshake,
            Phase::Connected => State::Connected,
            Phase::Closed => State::Closed,
            Phase::Failed(error) => State::Failed(error),
        }
    }

    /// The alert that ended the connection, and who sent it.
    #[must_use]
    pub fn last_alert(&self) -> Option<(AlertDescription, Direction)> {
        self.connection.last_alert()
    }

    /// Whether a session was resumed.
    #[must_use]
    pub fn is_resumed(&self) -> bool {
        self.connection.association().negotiated.resumed
    }

    /// Server: the first 32 octets of the client's PSK identity; empty before it is known, and with
    /// public keys.
    #[must_use]
    pub fn peer_identity(&self) -> &[u8] {
        let names = &self.connection.association().names;
        match names.kind() {
            PeerKind::Psk => names.identity(),
            _ => &[],
        }
    }

    /// The peer, if a public key of its own was accepted. Its `credential` is empty, and so is a name
    /// that is too long to be kept: [`Host::accepts`] has seen both.
    #[cfg(feature = "public-key")]
    #[must_use]
    pub fn peer(&self) -> Option<Peer<'_>> {
        let names = &self.connection.association().names;
        let has_certificate = match names.kind() {
            PeerKind::RawPublicKey => false,
            PeerKind::Certificate => true,
            PeerKind::None | PeerKind::Psk => return None,
        };
        let known = Certified::parse(names.identity())?;
        Some(Peer {
            configuration: self.connection.association().negotiated.configuration,
            has_certificate,
            credential: &[],
            key_hash: known.key_hash,
            // The front of a name may be somebody else's name.
            name: match names.is_truncated() || known.is_cut() {
                true => &[],
                false => known.name,
            },
            eui64: known.eui64,
        })
    }

    /// Derives keying material (RFC 5705).
    ///
    /// # Errors
    /// [`Error::State`] unless connected with extended_master_secret, [`Error::Argument`] for a
    /// label of TLS itself or a context of more than 65,535 octets.
    pub fn export_keying_material(
        &self,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), Error> {
        self.connection.export_keying_material(label, context, out)
    }

    /// Client: writes the session, to be resumed later; how many octets it has. It holds the master
    /// secret in the clear.
    ///
    /// # Errors
    /// [`Error::State`] when there is none that can be resumed.
    pub fn export_session(
        &mut self,
        host: &mut dyn Host,
        out: &mut [u8; SESSION_MAX],
    ) -> Result<usize, Error> {
        self.call(host, Instant(0), |connection, call| {
            connection.export_session(&call.context, out)
        })
    }
}

impl Drop for Endpoint<'_> {
    fn drop(&mut self) {
        self.connection.wipe(Some(&mut self.workspace));
    }
}

fn progress(outcome: &Outcome) -> Progress {
    match outcome {
        Outcome::Data(_) | Outcome::Connected => Progress::Done,
        Outcome::WantRead => Progress::WantRead,
        Outcome::WantWrite => Progress::WantWrite,
        Outcome::Pending => Progress::Pending,
        Outcome::WantEntropy => Progress::WantEntropy,
        Outcome::Closed => Progress::Closed,
    }
}

/// The core gives only ranges that lie in the buffer.
fn slice(buffer: &mut [u8], range: Range<usize>) -> &mut [u8] {
    buffer.get_mut(range).unwrap_or_default()
}

#[cfg(test)]
#[cfg(all(feature = "client", feature = "psk"))]
mod tests {
    use super::*;
    use crate::config::Role;
    use crate::host::{RandomFailure, Sent};

    /// Has nothing so many times; counts what was sent.
    struct Waiting {
        times: u32,
        sent: u32,
    }

    impl Host for Waiting {
        fn send(&mut self, _: &[u8]) -> Sent {
            self.sent += 1;
            Sent::Whole
        }

        fn random(&mut self, out: &mut [u8]) -> Result<(), RandomFailure> {
            out.fill(7);
            match self.times.checked_sub(1) {
                Some(times) => {
                    self.times = times;
                    Err(RandomFailure::NotYet)
                }
                None => Ok(()),
            }
        }
    }

    /// A source that has nothing yet, a bound on the handshake, and what to do about it.
    #[test]
    fn waiting_for_random_numbers_and_for_an_answer() {
        let mut config = Config::new(Role::Client);
        config.set_psk(Psk::new(b"me", &[1; 16]).unwrap());
        config.set_handshake_timeout(2_500).unwrap();
        let mut buffer = [0; 256];
        let mut client = Endpoint::new(&config, &mut buffer, &mut []).unwrap();
        let mut host = Waiting { times: 2, sent: 0 };
        let mut now = Instant(5);
        for _ in 0..2 {
            let progress = client.handshake(&mut host, now);
            assert_eq!(progress, Ok(Progress::WantEntropy));
            assert_eq!(client.timeout(now), 100);
            assert_eq!(client.input(b"early"), Err(Error::State));
            now = now.plus(100);
        }
        assert_eq!(host.sent, 0);
        while client.handshake(&mut host, now) == Ok(Progress::WantRead) {
            now = now.plus(client.timeout(now));
        }
        assert_eq!((host.sent, now.since(Instant(5))), (2, 2_500));
        assert_eq!(client.state(), State::Failed(Error::Timeout));
        assert_eq!(Error::Timeout.advice(), crate::advice::Advice::RetryLater);
    }
}

#[cfg(test)]
#[cfg(all(
    feature = "client",
    feature = "server",
    feature = "psk",
    feature = "heartbeat"
))]
mod heartbeat_tests {
    use super::*;
    use crate::config::HeartbeatMode;
    use crate::connection::tests::end::{End, IDENTITY, KEY, TestHost};

    /// Hands datagrams over until both have nothing to say.
    fn settle(ends: [&mut Endpoint<'_>; 2], hosts: &mut [TestHost; 2], now: Instant) {
        for turn in 0..16 {
            let (own, other) = (turn % 2, 1 - turn % 2);
            if let Some(datagram) = hosts[other].sent.pop_front() {
                ends[own].input(&datagram).unwrap();
            }
            if ends[own].handshake(&mut hosts[own], now) == Ok(Progress::Done) {
                let _ = ends[own].read(&mut hosts[own], now);
            }
        }
    }

    /// Heartbeats and probes as a program in Rust uses them.
    #[test]
    fn heartbeats() {
        let (mut client_config, mut server_config) = (End::client_config(), End::server_config());
        client_config.set_heartbeat(Some(HeartbeatMode::PeerAllowed));
        client_config.set_keep_alive(5_000).unwrap();
        server_config.set_heartbeat(Some(HeartbeatMode::PeerAllowed));
        let mut hosts = [TestHost::new(1), TestHost::new(2)];
        hosts[1].keys.push((IDENTITY, KEY));
        let mut buffers = [[0; 1500]; 2];
        let [client_buffer, server_buffer] = &mut buffers;
        let mut client = Endpoint::new(&client_config, client_buffer, &mut []).unwrap();
        let mut server = Endpoint::new(&server_config, server_buffer, &mut []).unwrap();
        let now = Instant(7);
        assert_eq!(client.heartbeat(&mut hosts[0], now), Err(Error::State));
        settle([&mut client, &mut server], &mut hosts, now);
        assert_eq!(client.timeout(now), 5_000);
        assert_eq!(client.heartbeat(&mut hosts[0], now), Ok(()));
        assert!(client.heartbeats().in_flight);
        settle([&mut client, &mut server], &mut hosts, now);
        assert_eq!(client.heartbeats().answers, 1);
        assert_eq!(client.mtu(), 1_200);
        assert_eq!(client.probe_mtu(&mut hosts[0], now, 1_400), Ok(()));
        settle([&mut client, &mut server], &mut hosts, now);
        assert_eq!(client.mtu(), 1_400);
        let later = now.plus(5_000);
        assert_eq!(client.timeout(later), 0);
        settle([&mut client, &mut server], &mut hosts, later);
        assert_eq!(client.heartbeats().answers, 3);
    }
}
