// SPDX-License-Identifier: MIT OR Apache-2.0
//! The firmware's client and servers on the host.

use super::device::{self, DONE, FAILED, HOST, PATIENCE};
use super::{Scene, harmful_path, scene};
use crate::cmake::Tools;
use crate::interop::cases::{IDENTITY, PSK_OF_BOTH, WRONG_KEY};
use crate::interop::credentials::{Credential, Pair, RPK_MUTUAL, X509_MUTUAL};
use crate::interop::peers::{Data, Peer, Talk, libcoap, ours};
use crate::interop::ports;
use crate::interop::relay::Fault;
use crate::interop::stage::{Actor, Stage};
use crate::report::Outcome;

const PONG: &str = "pong-from-the-host";

/// What must not stop a handshake and an exchange: in each direction something is lost, doubled and
/// late.
const FAULTS: [Fault; 6] = [
    Fault::Lose(1),
    Fault::Lose(4),
    Fault::HoldBack(6),
    Fault::Lose(7),
    Fault::Double(9),
    Fault::Lose(11),
];

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for (what, pair) in [
        ("psk", PSK_OF_BOTH),
        ("rpk", RPK_MUTUAL),
        ("x509", X509_MUTUAL),
    ] {
        scenes.push(scene(
            &format!("client, {what}, mote-server: resumption"),
            move |tools, stage| resumption(what, pair, tools, stage),
        ));
        scenes.push(scene(
            &format!("client, {what}, mote-server: lost datagrams"),
            move |tools, stage| lossy(what, pair, tools, stage),
        ));
    }
    for (what, pair, peer) in [
        ("psk", PSK_OF_BOTH, Peer::OpenSsl),
        ("x509", X509_MUTUAL, Peer::OpenSsl),
        ("psk", PSK_OF_BOTH, Peer::CoapGnutls),
        ("psk", PSK_OF_BOTH, Peer::CoapOpenssl),
        ("rpk", RPK_MUTUAL, Peer::CoapGnutls),
        ("x509", X509_MUTUAL, Peer::CoapGnutls),
    ] {
        scenes.push(Scene {
            peer: Some(peer),
            ..scene(
                &format!("client, {what}, {}", peer.name()),
                move |_, stage| foreign_server(what, pair, peer, stage),
            )
        });
    }
    scenes.push(scene(
        "client: its server vanishes while it is connected",
        vanishes,
    ));
    scenes.push(scene(
        "client: its server vanishes during the handshake",
        vanishes_early,
    ));
    scenes.push(scene("client: nobody is there at first", comes_late));
    scenes.push(scene("client: wrong key", wrong_key));
    scenes
}

pub fn long_scenes() -> Vec<Scene> {
    let seeds = 1..=4;
    let scenes = seeds.map(|seed| Scene {
        peer: Some(Peer::MbedTls), // which has the udp_proxy
        ..scene(
            &format!("client, x509, mote-server: udp_proxy, seed {seed}"),
            move |tools, stage| harmed(seed, tools, stage),
        )
    });
    scenes.collect()
}

/// Several connections, each of which must come about in the end.
fn harmed(seed: u32, tools: &Tools, stage: &mut Stage) -> Outcome {
    let server_port = ports::free()?;
    start_mote_server(X509_MUTUAL, server_port, tools, stage)?;
    let port = harmful_path(seed, server_port, stage)?;
    let words = format!("client x509 {HOST} {port} exchanges=6 reconnect=1 failures=2");
    let board = device::start(stage, X509_MUTUAL.client, &words, None)?;
    device::ends(stage, board, DONE)?;
    stage.hear_times(board, "GET /: 2.05", 6, PATIENCE)
}

fn start_mote_server(pair: Pair, port: u16, tools: &Tools, stage: &mut Stage) -> Outcome<Actor> {
    let scratch = stage.scratch.clone();
    let talk = Talk {
        port,
        credential: pair.server,
        options: &["--coap"],
        scratch: &scratch,
    };
    stage.serve(&ours::server(tools, &talk), port)
}

/// Three connections, the second and third of which resume.
fn resumption(what: &str, pair: Pair, tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let server = start_mote_server(pair, port, tools, stage)?;
    let words = format!("client {what} {HOST} {port} path=/time exchanges=3 reconnect=1");
    let board = device::start(stage, pair.client, &words, None)?;
    device::ends(stage, board, DONE)?;
    stage.hear_times(board, "GET /time: 2.05 20", 3, PATIENCE)?;
    stage.hear_times(board, "resumed=yes", 2, PATIENCE)?;
    stage.hear_times(server, "resumed=yes", 2, PATIENCE)
}

fn lossy(what: &str, pair: Pair, tools: &Tools, stage: &mut Stage) -> Outcome {
    let server_port = ports::free()?;
    start_mote_server(pair, server_port, tools, stage)?;
    let port = stage.relay(server_port, &FAULTS)?;
    let words = format!("client {what} {HOST} {port} path=/time exchanges=2");
    let board = device::start(stage, pair.client, &words, None)?;
    device::ends(stage, board, DONE)?;
    stage.hear_times(board, "GET /time: 2.05 20", 2, PATIENCE)?;
    // One connection all along.
    stage.hear_times(board, "client: connected ", 1, PATIENCE)?;
    match stage.seen().len() {
        count if count > 11 => Ok(()),
        count => Err(format!("only {count} datagrams: nothing was sent again").into()),
    }
}

fn foreign_server(what: &str, pair: Pair, peer: Peer, stage: &mut Stage) -> Outcome {
    let side = peer.server();
    let port = ports::free()?;
    let scratch = stage.scratch.clone();
    // On loopback it would send its certificates in one datagram, larger than an Ethernet takes.
    let options: &[&str] = match peer {
        Peer::OpenSsl => &["-mtu", "1400"],
        _ => &[],
    };
    let talk = Talk {
        port,
        credential: pair.server,
        options,
        scratch: &scratch,
    };
    let server = stage.serve(&(side.command)(&talk), port)?;
    let (ask, answer) = match side.data {
        Data::Coap => ("path=/", libcoap::GREETING),
        _ => ("say=ping-from-the-board", PONG),
    };
    let words = format!("client {what} {HOST} {port} {ask}");
    let board = device::start(stage, pair.client, &words, None)?;
    if side.data == Data::Typed {
        stage.hear(server, "ping-from-the-board", PATIENCE)?;
        stage.get(server).type_line(PONG)?;
    }
    device::ends(stage, board, DONE)?;
    stage.hear_times(board, answer, 1, PATIENCE)
}

/// Killed between two exchanges: the answer does not come, the client says so, and connects to the
/// server that takes its place.
fn vanishes(tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let server = start_mote_server(PSK_OF_BOTH, port, tools, stage)?;
    let words = format!("client psk {HOST} {port} exchanges=2 pause=1000 answer=4000 failures=2");
    let board = device::start(stage, PSK_OF_BOTH.client, &words, None)?;
    stage.hear_line(board, "GET /: 2.05", PATIENCE)?;
    stage.get(server).kill();
    stage.hear_line(board, "client: failed: timeout", PATIENCE)?;
    start_mote_server(PSK_OF_BOTH, port, tools, stage)?;
    device::ends(stage, board, DONE)?;
    // The session went with the server.
    stage.hear_times(board, "resumed=no", 2, PATIENCE)
}

/// The ServerHello and all that follows never come.
fn vanishes_early(tools: &Tools, stage: &mut Stage) -> Outcome {
    let server_port = ports::free()?;
    start_mote_server(PSK_OF_BOTH, server_port, tools, stage)?;
    // The handshake's retransmissions: after 1, 2, 4 and 4 seconds.
    let faults: Vec<Fault> = (4..=12).map(Fault::Lose).collect();
    let port = stage.relay(server_port, &faults)?;
    let words = format!("client psk {HOST} {port} failures=1");
    let board = device::start(stage, PSK_OF_BOTH.client, &words, None)?;
    stage.hear_line(board, "client: failed: timeout", PATIENCE)?;
    device::ends(stage, board, DONE)?;
    stage.hear_times(board, "GET /: 2.05", 1, PATIENCE)
}

fn comes_late(tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let words = format!("client psk {HOST} {port} failures=1");
    let board = device::start(stage, PSK_OF_BOTH.client, &words, None)?;
    stage.hear_line(board, "client: failed: timeout", PATIENCE)?;
    start_mote_server(PSK_OF_BOTH, port, tools, stage)?;
    device::ends(stage, board, DONE)
}

fn wrong_key(tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    start_mote_server(PSK_OF_BOTH, port, tools, stage)?;
    let words = format!("client psk {HOST} {port}");
    let has = Credential::psk(IDENTITY, WRONG_KEY);
    let board = device::start(stage, has, &words, None)?;
    device::ends(stage, board, FAILED)?;
    stage.hear_times(board, "client: failed: peer_alert", 1, PATIENCE)
}
