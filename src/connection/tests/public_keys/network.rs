//! Conversations with public keys over the seeded network of `network.rs`; play one of them with
//! `MOTE_SEED=<n> cargo test --all-features public_keys::network -- --nocapture`.

use super::certificates::{Certificate, chain, client_leaf, filler, server_leaf};
use super::*;
use crate::connection::tests::faults::Weather;
use crate::connection::tests::network::converse_all;
use crate::connection::tests::random::Random;
use crate::connection::tests::scene::Scene;
use crate::time::Instant;
use std::sync::OnceLock;

/// The largest flight has 17 datagrams of 256 octets; sent as often as any other.
const DATAGRAMS_MAX: u32 = 1_600;

/// Three certificates of a kilobyte each.
pub(super) fn long_chain(leaf: fn() -> Certificate) -> &'static [u8] {
    let drawn_out = |certificate: Certificate| {
        let length = certificate.sign().len();
        certificate.with(filler(1_000 - length, false))
    };
    let a = drawn_out(Certificate::authority("a", 11));
    let b = drawn_out(Certificate::authority("b", 12).by(&a));
    let chain = chain(&[drawn_out(leaf().by(&b)), b, a]);
    assert!((3_000..3_100).contains(&chain.len()), "{}", chain.len());
    chain
}

/// The client's, then the server's. They are made once.
pub(super) fn long_chains() -> [&'static [u8]; 2] {
    static MADE: OnceLock<[&'static [u8]; 2]> = OnceLock::new();
    *MADE.get_or_init(|| [long_chain(client_leaf), long_chain(server_leaf)])
}

fn ends(random: &mut Random, (server, client): (Kind, Kind), are_long: bool) -> [End; 2] {
    let mut configs = [client_config(server, client), server_config(server, client)];
    for (config, chain) in configs.iter_mut().zip(long_chains()) {
        if are_long && config.public_keys.has_certificate() {
            config.set_certificate(chain).unwrap();
        }
    }
    configs[1].set_cookie(random.chance(700)).unwrap();
    let numbers = [CLIENT, SERVER];
    let both = configs
        .into_iter()
        .zip(numbers)
        .map(|(mut config, number)| {
            let signs = config.public_keys.can_sign();
            if signs && random.chance(300) {
                config.set_signer();
            }
            let mut end = end(config, random.next());
            end.host.signing_keys = std::vec![*private_key(number)];
            end.host.pending_signatures = random.choose(&[0, 1, 2, 5]);
            end.buffer = std::vec![0; 2_500];
            end.now = Instant(u32::MAX.wrapping_sub(random.choose(&[5, 1_000, 20_000])));
            end
        });
    let mut both = both;
    [both.next().unwrap(), both.next().unwrap()]
}

fn draw(random: &mut Random, _: &mut Weather) -> Scene {
    let kinds = random.choose(&KINDS);
    let are_long = random.chance(300);
    let [mut client, mut server] = ends(random, kinds, are_long);
    let mtus = std::vec![512, 600, 1_200, 2_400];
    client
        .connection
        .set_mtu(random.choose(&[256, 300, 1_200, 2_400]));
    server
        .connection
        .set_mtu(random.choose(&[256, 300, 1_200, 2_400]));
    Scene {
        client,
        server,
        mtus,
        datagrams_max: DATAGRAMS_MAX,
    }
}

/// "A chain of three certificates of 1 KB each over an MTU of 256 with losses works on both sides
/// with a reassembly buffer whose size the application chose".
fn draw_long_chains(random: &mut Random, weather: &mut Weather) -> Scene {
    // Of a handshake of fifty datagrams hardly one comes through as it was sent.
    weather.bit_flip = 0;
    let kinds = (Kind::Certificate, Kind::Certificate);
    let [mut client, mut server] = ends(random, kinds, true);
    for end in [&mut client, &mut server] {
        end.connection.set_mtu(256);
        end.reassembly = std::vec![0; 3_100];
        end.buffer = std::vec![0; 600];
    }
    Scene {
        client,
        server,
        mtus: std::vec![512],
        datagrams_max: DATAGRAMS_MAX,
    }
}

/// Large flights meet more losses than short ones: an attempt may end by silence in one
/// conversation of ten, and by altered octets in one of two.
#[test]
fn seeded_network_with_public_keys() {
    let Some(summary) = converse_all(10_000..10_060, draw) else {
        return;
    };
    assert!(summary.timeouts <= 6, "{summary:?}");
    assert!(summary.errors <= 30, "{summary:?}");
}

#[test]
fn seeded_network_with_long_chains() {
    let Some(summary) = converse_all(20_000..20_020, draw_long_chains) else {
        return;
    };
    assert!(summary.timeouts <= 4, "{summary:?}");
    assert_eq!(summary.errors, 0);
}
