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
    pub(super) mtus: Vec<u16>,
}

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
    if random.chance(300) {
        client_config.set_server_name(b"coap.example").unwrap();
    }
    let has_cookie = random.chance(700);
    server_config.set_cookie(has_cookie).unwrap();
    // The first fragment of a ClientHello must reach the end of its cookie (architecture.md).
    let smallest = if has_cookie { 93 } else { 64 };
    let is_narrow = random.chance(300);
    let mtus = if is_narrow {
        std::vec![smallest, 100, 128]
    } else {
        std::vec![smallest, 110, 256, 600, 1200, 1500]
    };
    for config in [&mut client_config, &mut server_config] {
        config.set_mtu(usize::from(random.choose(&mtus))).unwrap();
    }
    let mut client = End::new(client_config, random.next());
    let mut server = End::new(server_config, random.next());
    server.host.keys.push((IDENTITY, KEY));
    server.host.keys.push((LONG_IDENTITY, LONG_KEY));
    server.host.pending = random.choose(&[0, 0, 1, 2, 5]);
    for end in [&mut client, &mut server] {
        // A buffer must hold the peer's largest datagram, here a flight of 222 octets; memory for
        // reassembly its largest message, a ClientKeyExchange of 130.
        let smallest = if is_narrow { 128 } else { 230 };
        end.buffer = std::vec![0; random.between(smallest, 1_500) as usize];
        end.reassembly = std::vec![0; random.between(140, 600) as usize];
        // Some clocks wrap on the way.
        let before_wrap = random.choose(&[0, 5, 1_000, 20_000, 100_000, 0x8000_0000]);
        end.now = Instant(u32::MAX.wrapping_sub(before_wrap));
    }
    Scene {
        client,
        server,
        mtus,
    }
}
