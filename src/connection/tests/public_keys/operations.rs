//! What a handshake costs: operations of P-256, and octets.

use std::vec::Vec;

use super::certificates::{Certificate, client_leaf, filler, server_leaf};
use super::*;
use crate::connection::tests::craft::records;
use crate::connection::tests::pair::to;
use crate::crypto::soft::{Operations, operations};

/// Datagrams from one end to the other and back, with the operations that each end has done.
struct Counted {
    client: Operations,
    server: Operations,
    datagrams: Vec<Vec<u8>>,
}

fn add(sum: &mut Operations, more: Operations) {
    sum.generate += more.generate;
    sum.agree += more.agree;
    sum.sign += more.sign;
    sum.verify += more.verify;
}

fn run(pair: &mut Pair, rounds: usize) -> Counted {
    let mut counted = Counted {
        client: Operations::default(),
        server: Operations::default(),
        datagrams: Vec::new(),
    };
    let mut under_way = Vec::new();
    for _ in 0..rounds {
        for is_client in [true, false] {
            let (end, sum) = match is_client {
                true => (&mut pair.client, &mut counted.client),
                false => (&mut pair.server, &mut counted.server),
            };
            let given = core::mem::take(&mut under_way);
            add(sum, operations(|| under_way = to(end, given)));
            counted.datagrams.extend(under_way.iter().cloned());
        }
    }
    counted
}

/// With a certificate directly below the anchor there are two signatures to verify, without one
/// there is one; who shows nothing signs nothing.
#[test]
fn no_more_operations_than_the_protocol_needs() {
    for (server, client) in KINDS {
        let mut pair = pair(server, client);
        let counted = run(&mut pair, 4);
        assert!(pair.client.is_connected() && pair.server.is_connected());
        let verifications = |of: Kind| match of {
            Kind::Nothing => 0,
            Kind::Raw => 1,
            Kind::Certificate => 2,
        };
        let needed = |own: Kind, peer: Kind| Operations {
            generate: 1,
            agree: 1,
            sign: usize::from(own != Kind::Nothing),
            verify: verifications(peer),
        };
        assert_eq!(counted.client, needed(client, server));
        assert_eq!(counted.server, needed(server, client));
    }
}

/// Bug class 37: a ClientHello without a good cookie costs nothing, whatever it says.
#[test]
fn the_cookie_gate_takes_no_operation() {
    for kind in [Kind::Raw, Kind::Certificate] {
        let mut pair = pair(kind, kind);
        let counted = run(&mut pair, 1);
        assert_eq!(counted.datagrams[1][13], 3, "HelloVerifyRequest");
        assert_eq!(counted.server, Operations::default());
        // Nor does a cookie that is not right.
        let request = counted.datagrams[1].clone();
        let mut hello = to(&mut pair.client, [request]);
        hello[0][60 + 25] ^= 1;
        let done = operations(|| {
            to(&mut pair.server, hello);
        });
        assert_eq!(done, Operations::default());
    }
}

/// What is refused by a look is refused before anything is computed for it.
#[test]
fn an_unknown_peer_costs_little() {
    let strange = |role, kind| {
        let mut config = config(role, kind, kind);
        match kind {
            Kind::Raw => show(&mut config, 9, None),
            _ => {
                let mut leaf = Certificate::leaf("x", 9);
                leaf.issuer = ("another root", 100);
                show(&mut config, 9, Some(leaf.make()));
            }
        }
        config
    };
    for kind in [Kind::Raw, Kind::Certificate] {
        let mut pair = pair_of(client_config(kind, kind), strange(Role::Server, kind));
        let counted = run(&mut pair, 3);
        assert!(pair.client.error.is_some());
        assert_eq!(counted.client, Operations::default());
        let mut pair = pair_of(strange(Role::Client, kind), server_config(kind, kind));
        let counted = run(&mut pair, 3);
        assert!(pair.server.error.is_some());
        let flight = Operations {
            generate: 1,
            sign: 1,
            ..Operations::default()
        };
        assert_eq!(counted.server, flight, "nothing beyond its own flight");
    }
}

/// The octets of a handshake, with each signature counted as 71.
fn size(counted: &Counted) -> usize {
    let sum: usize = counted.datagrams.iter().map(Vec::len).sum();
    let of_record = |record: &Vec<u8>| match record[13] {
        // ServerKeyExchange: its parameters, the algorithm, and the length stand in front.
        12 => Some(record.len() - 25 - 69 - 4),
        15 => Some(record.len() - 25 - 4),
        _ => None,
    };
    let all = records(&counted.datagrams.concat());
    let in_clear = all
        .iter()
        .filter(|record| record[0] == 22 && record[4] == 0);
    let signatures: Vec<usize> = in_clear.filter_map(of_record).collect();
    assert_eq!(signatures.len(), 2);
    sum + 2 * 71 - signatures.iter().sum::<usize>()
}

/// A certificate of 358 octets.
fn drawn_out(leaf: Certificate) -> &'static [u8] {
    let least = leaf.clone().with(filler(0, false)).sign().len();
    let found = (0..=8).find_map(|shorter| {
        let length = 358 - least + 4 - shorter;
        let drawn_out = leaf.clone().with(filler(length, false)).make();
        (drawn_out.len() == 358).then_some(drawn_out)
    });
    found.unwrap()
}

/// The figures of the design, for names of no octets: 1,190 and 1,696.
#[test]
fn what_a_handshake_takes_on_the_wire() {
    let mut pair = super::pair(Kind::Raw, Kind::Raw);
    let counted = run(&mut pair, 4);
    assert!(pair.client.is_connected() && pair.server.is_connected());
    assert_eq!((size(&counted), counted.datagrams.len()), (1_190, 6));

    let mut client = client_config(Kind::Certificate, Kind::Certificate);
    client.set_certificate(drawn_out(client_leaf())).unwrap();
    let mut server = server_config(Kind::Certificate, Kind::Certificate);
    server.set_certificate(drawn_out(server_leaf())).unwrap();
    let mut pair = pair_of(client, server);
    let counted = run(&mut pair, 4);
    assert!(pair.client.is_connected() && pair.server.is_connected());
    // The name of the server goes out twice, in an extension of its own.
    let server_name = 2 * (4 + 5 + NAME.len());
    let size = size(&counted) - server_name;
    assert_eq!((size, counted.datagrams.len()), (1_696, 6));
}
