//! The ends of a conversation, drawn from its seed.

use std::vec::Vec;

use super::end::{End, IDENTITY, KEY};
use super::random::Random;
use crate::config::MaxFragmentLength;
use crate::credential::Psk;
use crate::time::Instant;

const LONG_IDENTITY: &[u8] = &[0xA5; 128];
const LONG_KEY: &[u8] = &[0x11; 64];

/// Both ends of a conversation, drawn from its seed, and the MTUs they may be told.
pub(super) struct Scene {
    pub(super) client: End,
    pub(super) server: End,
    /// A server's flights are short, and it is told half of them.
    pub(super) mtus: Vec<u16>,
    /// More datagrams than that are no handshake but a quarrel.
    pub(super) datagrams_max: u32,
}

/// The most an honest handshake needs: five flights of at most six datagrams each, sent eight times
/// by timer and twice as often on request.
const DATAGRAMS_MAX: u32 = 400;

pub(super) fn draw_scene(random: &mut Random) -> Scene {
    let mut client_config = End::client_config();
    let mut server_config = End::server_config();
    if random.chance(300) {
        client_config.set_psk(Psk::new(LONG_IDENTITY, LONG_KEY).unwrap());
    }
    let lengths = [None, None, Some(512), Some(1024), Some(4096)];
    let length = random
        .choose(&lengths)
        .and_then(MaxFragmentLength::from_octets);
    client_config.set_max_fragment_length(length).unwrap();
    let names = [None, None, Some(&b"coap.example"[..]), Some(&[b'a'; 180])];
    if let Some(name) = random.choose(&names) {
        client_config.set_server_name(name).unwrap();
    }
    server_config.set_cookie(random.chance(700)).unwrap();
    let is_narrow = random.chance(300);
    let mtus = if is_narrow {
        std::vec![128, 140, 160]
    } else {
        std::vec![128, 256, 600, 1200, 1500]
    };
    client_config.mtu = random.choose(&mtus);
    server_config.mtu = random.choose(&mtus) / 2;
    let mut client = End::new(client_config, random.next());
    let mut server = End::new(server_config, random.next());
    server.host.keys.push((IDENTITY, KEY));
    server.host.keys.push((LONG_IDENTITY, LONG_KEY));
    server.host.pending = random.choose(&[0, 0, 1, 2, 5]);
    for end in [&mut client, &mut server] {
        // A buffer must hold the peer's largest datagram, here a ClientHello of 302 octets; memory
        // for reassembly its body of 277.
        let smallest = if is_narrow { 160 } else { 302 };
        end.buffer = std::vec![0; random.between(smallest, 1_500) as usize];
        end.reassembly = std::vec![0; random.between(277, 600) as usize];
        // Some clocks wrap on the way.
        let before_wrap = random.choose(&[0, 5, 1_000, 20_000, 100_000, 0x8000_0000]);
        end.now = Instant(u32::MAX.wrapping_sub(before_wrap));
    }
    Scene {
        client,
        server,
        mtus,
        datagrams_max: DATAGRAMS_MAX,
    }
}
