//! Ends of our own who offer and answer all that there is. What goes with raw public keys and what
//! goes with certificates does not stand in the same hellos.

use std::vec::Vec;

use super::hello::Hello;
use crate::config::{Config, MaxFragmentLength, Role};
use crate::connection::tests::craft::records;
use crate::connection::tests::end::End;
use crate::connection::tests::pair::to;
use crate::connection::tests::raw_keys::raw_config;

/// What both ends show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    RawKeys,
    #[cfg(feature = "x509")]
    Certificates,
}

impl Ends {
    pub(super) const ALL: &[Ends] = &[
        Ends::RawKeys,
        #[cfg(feature = "x509")]
        Ends::Certificates,
    ];

    pub(super) fn client(self) -> End {
        match self {
            Ends::RawKeys => raw_client(),
            #[cfg(feature = "x509")]
            Ends::Certificates => certified::client(),
        }
    }

    pub(super) fn server(self) -> End {
        let mut server = self.plain_server();
        answer_heartbeats(&mut server.config);
        #[cfg(feature = "x509")]
        certified::switch_on(&mut server);
        server.config.check().unwrap();
        server
    }

    /// Likewise, but all that has a switch is off.
    pub(super) fn plain_server(self) -> End {
        let mut server = match self {
            Ends::RawKeys => End::new(raw_config(Role::Server, 2, 1), 2),
            #[cfg(feature = "x509")]
            Ends::Certificates => certified::plain_server(),
        };
        server.config.set_cookie(false).unwrap();
        server
    }

    pub(super) fn client_hello(self) -> Hello {
        let datagram = to(&mut self.client(), []).concat();
        Hello::parse(&datagram[25..], true)
    }

    pub(super) fn server_hello(self) -> Hello {
        let hello = to(&mut self.client(), []);
        let flight = to(&mut self.server(), hello);
        Hello::parse(&records(&flight[0])[0][25..], false)
    }

    /// The records of a handshake's flight that are in epoch 0, and the end that they are for, which
    /// has none of them yet.
    pub(super) fn flight(self, to_client: bool) -> (End, Vec<Vec<u8>>) {
        let (mut client, mut server) = (self.client(), self.server());
        let hello = to(&mut client, []);
        let mut flight = to(&mut server, hello);
        if !to_client {
            flight = to(&mut client, flight);
        }
        let mut pieces = records(&flight.concat());
        pieces.retain(|piece| piece[0] == 22 && piece[3..5] == [0, 0]);
        (if to_client { client } else { server }, pieces)
    }
}

/// Server name, maximum fragment length and heartbeats need no certificate.
fn raw_client() -> End {
    let mut config = raw_config(Role::Client, 1, 2);
    config.set_server_name(b"coap.example").unwrap();
    let length = MaxFragmentLength::from_octets(512);
    config.set_max_fragment_length(length).unwrap();
    answer_heartbeats(&mut config);
    End::new(config, 1)
}

#[cfg_attr(not(feature = "heartbeat"), allow(unused_variables))]
fn answer_heartbeats(config: &mut Config<'static>) {
    #[cfg(feature = "heartbeat")]
    config.set_heartbeat(Some(crate::config::HeartbeatMode::PeerAllowed));
}

/// Who show certificates: the client tells what it trusts, where its own stand, and what it remembers
/// of the server's.
#[cfg(feature = "x509")]
mod certified {
    use std::vec::Vec;

    use crate::config::{Config, Role};
    use crate::connection::tests::chain;
    use crate::connection::tests::end::End;

    const HOST: &str = "coap.example";
    /// Of the leaf, and of the CA.
    #[cfg(feature = "certificate-url")]
    const URLS: [&[u8]; 2] = [b"http://device.example/leaf", b"http://ca.example/ca"];

    fn end(config: Config<'static>, seed: u64) -> End {
        config.check().unwrap();
        let mut end = End::new(config, seed);
        end.host.unix_time = Some(chain::NOT_BEFORE);
        end.reassembly = std::vec![0; 4096];
        end
    }

    fn newcomer() -> End {
        let mut config = chain::config(Role::Client, 1, "device");
        config.set_server_name(HOST.as_bytes()).unwrap();
        #[cfg(feature = "trusted-ca")]
        config.set_trusted_ca(true);
        #[cfg(feature = "certificate-url")]
        {
            let urls = Vec::leak(URLS.join(&b' '));
            let each = crate::host::CertChainType::IndividualCerts;
            config.set_certificate_url(urls, each).unwrap();
        }
        end(config, 1)
    }

    pub(super) fn client() -> End {
        End {
            #[cfg(feature = "cached-info")]
            cached_info: Some((remembered(), false)),
            ..newcomer()
        }
    }

    pub(super) fn plain_server() -> End {
        end(chain::config(Role::Server, 2, HOST), 2)
    }

    #[allow(unused_variables, reason = "each of these can be absent")]
    pub(super) fn switch_on(server: &mut End) {
        #[cfg(feature = "trusted-ca")]
        server.config.set_trusted_ca(true);
        #[cfg(feature = "cached-info")]
        server.config.set_cached_info(true).unwrap();
        #[cfg(feature = "certificate-url")]
        {
            server.config.set_certificate_url_fetch().unwrap();
            let documents = split(chain::chain(1, "device"));
            let documents = URLS.into_iter().map(<[u8]>::to_vec).zip(documents);
            server.host.documents.extend(documents);
        }
    }

    /// What a first handshake with the server leaves behind.
    #[cfg(feature = "cached-info")]
    fn remembered() -> Vec<u8> {
        use crate::connection::tests::pair::Pair;
        use std::sync::OnceLock;

        static MEMORY: OnceLock<Vec<u8>> = OnceLock::new();
        let made = MEMORY.get_or_init(|| {
            let mut client = newcomer();
            client.cached_info = Some((std::vec![0; 1024], false));
            let mut pair = Pair::of(client, super::Ends::Certificates.server());
            assert!(pair.complete(), "{:?}", pair.server.error);
            pair.client.cached_info.unwrap().0
        });
        made.clone()
    }

    /// The certificates of a chain, each a SEQUENCE with a length of two octets.
    #[cfg(feature = "certificate-url")]
    fn split(mut chain: &[u8]) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        while let [0x30, 0x82, high, low, ..] = chain {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let (one, rest) = chain.split_at(4 + length);
            found.push(one.to_vec());
            chain = rest;
        }
        assert!(chain.is_empty());
        found
    }
}
