// SPDX-License-Identifier: MIT OR Apache-2.0
//! The firmware's server and clients on the host.

use std::thread;
use std::time::Duration;

use super::device::{self, DONE, HOST, PATIENCE};
use super::{Scene, harmful_path, scene};
use crate::cmake::Tools;
use crate::interop::cases::PSK_OF_BOTH;
use crate::interop::credentials::{Credential, Pair, RPK_MUTUAL, X509_MUTUAL};
use crate::interop::peers::{Peer, Talk, ours};
use crate::interop::ports;
use crate::interop::relay::Fault;
use crate::interop::stage::{Actor, Stage};
use crate::report::Outcome;

const PORT: u16 = 5684;
const READY: &str = "server: listening";

pub fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for (what, pair, peer) in [
        ("psk", PSK_OF_BOTH, Peer::CoapOpenssl),
        ("psk", PSK_OF_BOTH, Peer::CoapGnutls),
        ("rpk", RPK_MUTUAL, Peer::CoapGnutls),
        ("x509", X509_MUTUAL, Peer::CoapOpenssl),
    ] {
        scenes.push(Scene {
            peer: Some(peer),
            ..scene(
                &format!("server, {what}, mote-client and {}", peer.name()),
                move |tools, stage| two_stacks(what, pair, peer, tools, stage),
            )
        });
    }
    scenes.push(scene("server, psk: three peers at once", at_once));
    scenes.push(scene("server, psk: resumption", resumption));
    scenes.push(scene("server, psk: lost datagrams", lossy));
    scenes.push(scene("server, psk: its clients vanish", clients_vanish));
    scenes.push(scene(
        "server, psk: a client vanishes during the handshake",
        vanishes_early,
    ));
    scenes.push(scene("client and server at the same time", both_roles));
    scenes
}

pub fn long_scenes() -> Vec<Scene> {
    let seeds = 1..=4;
    let scenes = seeds.map(|seed| Scene {
        peer: Some(Peer::MbedTls), // which has the udp_proxy
        ..scene(
            &format!("server, x509, mote-client: udp_proxy, seed {seed}"),
            move |tools, stage| harmed(seed, tools, stage),
        )
    });
    scenes.collect()
}

/// One client after another, each of which must be served in the end.
fn harmed(seed: u32, tools: &Tools, stage: &mut Stage) -> Outcome {
    const CLIENTS: u32 = 5;
    let words = format!("server x509 {PORT} requests=100 idle=1000");
    let (_, server_port) = start_board(stage, X509_MUTUAL.server, &words)?;
    let port = harmful_path(seed, server_port, stage)?;
    for _ in 0..CLIENTS {
        let often = ["--rto-ms", "250"];
        let client = start_mote_client(X509_MUTUAL.client, port, &often, tools, stage)?;
        is_served(stage, client)?;
    }
    Ok(())
}

/// The board with its server, and the host's port that leads there.
fn start_board(stage: &mut Stage, has: Credential, words: &str) -> Outcome<(Actor, u16)> {
    let port = ports::free()?;
    let board = device::start(stage, has, words, Some((port, PORT)))?;
    stage.hear_line(board, READY, PATIENCE)?;
    Ok((board, port))
}

fn start_mote_client(
    has: Credential,
    port: u16,
    options: &[&str],
    tools: &Tools,
    stage: &mut Stage,
) -> Outcome<Actor> {
    let scratch = stage.scratch.clone();
    let mut all = vec!["--get", "/", "--timeout", "60000"];
    all.extend(options);
    let talk = Talk {
        port,
        credential: has,
        options: &all,
        scratch: &scratch,
    };
    stage.start(&ours::client(tools, &talk))
}

/// Our client must get its answer.
fn is_served(stage: &mut Stage, client: Actor) -> Outcome {
    match stage.exit(client, PATIENCE)? {
        0 => stage.hear(client, "CoAP over DTLS", PATIENCE),
        status => Err(format!("our client ends with {status}").into()),
    }
}

fn start_peer(
    peer: Peer,
    has: Credential,
    port: u16,
    options: &[&str],
    stage: &mut Stage,
) -> Outcome<Actor> {
    let scratch = stage.scratch.clone();
    let talk = Talk {
        port,
        credential: has,
        options,
        scratch: &scratch,
    };
    stage.start(&(peer.client().command)(&talk))
}

/// Ours and another, at the same time.
fn two_stacks(what: &str, pair: Pair, peer: Peer, tools: &Tools, stage: &mut Stage) -> Outcome {
    let words = format!("server {what} {PORT} requests=2");
    let (board, port) = start_board(stage, pair.server, &words)?;
    let ours = start_mote_client(pair.client, port, &[], tools, stage)?;
    let theirs = start_peer(peer, pair.client, port, &["/time"], stage)?;
    is_served(stage, ours)?;
    stage.hear(theirs, "c:2.05", PATIENCE)?;
    device::ends(stage, board, DONE)
}

/// Two that are connected and say nothing take nothing from a third.
fn at_once(tools: &Tools, stage: &mut Stage) -> Outcome {
    let words = format!("server psk {PORT} requests=1");
    let (board, port) = start_board(stage, PSK_OF_BOTH.server, &words)?;
    for _ in 0..2 {
        start_peer(Peer::OpenSsl, PSK_OF_BOTH.client, port, &[], stage)?;
    }
    stage.hear_times(board, " connected ", 2, PATIENCE)?;
    let client = start_mote_client(PSK_OF_BOTH.client, port, &[], tools, stage)?;
    is_served(stage, client)?;
    device::ends(stage, board, DONE)?;
    for peer in 0..3 {
        stage.hear_line(board, &format!("peer {peer} connected "), PATIENCE)?;
    }
    for peer in 0..2 {
        stage.hear_times(board, &format!("peer {peer} closed"), 0, Duration::ZERO)?;
    }
    Ok(())
}

fn resumption(tools: &Tools, stage: &mut Stage) -> Outcome {
    let words = format!("server psk {PORT} requests=2");
    let (board, port) = start_board(stage, PSK_OF_BOTH.server, &words)?;
    let client = start_mote_client(PSK_OF_BOTH.client, port, &["--resume"], tools, stage)?;
    is_served(stage, client)?;
    device::ends(stage, board, DONE)?;
    stage.hear_times(board, "resumed=yes", 1, PATIENCE)
}

fn lossy(tools: &Tools, stage: &mut Stage) -> Outcome {
    let words = format!("server psk {PORT} requests=1");
    let (board, server_port) = start_board(stage, PSK_OF_BOTH.server, &words)?;
    let faults = [
        Fault::Lose(2),
        Fault::Lose(4),
        Fault::Double(6),
        Fault::Lose(8),
    ];
    let port = stage.relay(server_port, &faults)?;
    let client = start_mote_client(PSK_OF_BOTH.client, port, &[], tools, stage)?;
    is_served(stage, client)?;
    device::ends(stage, board, DONE)
}

/// All places are taken by clients that lost their power: one of them makes room when it has been
/// silent for long enough.
fn clients_vanish(tools: &Tools, stage: &mut Stage) -> Outcome {
    let words = format!("server psk {PORT} requests=1 idle=2000");
    let (board, port) = start_board(stage, PSK_OF_BOTH.server, &words)?;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(start_peer(
            Peer::OpenSsl,
            PSK_OF_BOTH.client,
            port,
            &[],
            stage,
        )?);
    }
    stage.hear_times(board, " connected ", 3, PATIENCE)?;
    for client in clients {
        stage.get(client).kill();
    }
    let client = start_mote_client(PSK_OF_BOTH.client, port, &[], tools, stage)?;
    is_served(stage, client)?;
    device::ends(stage, board, DONE)?;
    stage.hear_times(board, "peer 0 connected ", 2, PATIENCE)
}

/// Its place is taken by nobody's handshake until that is given up; others are served meanwhile.
fn vanishes_early(tools: &Tools, stage: &mut Stage) -> Outcome {
    let words = format!("server psk {PORT} requests=2");
    let (board, port) = start_board(stage, PSK_OF_BOTH.server, &words)?;
    // Its ClientKeyExchange and all that follows.
    let faults: Vec<Fault> = (5..=40).map(Fault::Lose).collect();
    let relay = stage.relay(port, &faults)?;
    let lost = start_mote_client(PSK_OF_BOTH.client, relay, &[], tools, stage)?;
    while stage.seen().len() < 5 {
        if !stage.get(lost).is_running() {
            return Err("the client that is to vanish has ended by itself".into());
        }
        thread::sleep(Duration::from_millis(5));
    }
    stage.get(lost).kill();
    for _ in 0..2 {
        let client = start_mote_client(PSK_OF_BOTH.client, port, &[], tools, stage)?;
        is_served(stage, client)?;
    }
    device::ends(stage, board, DONE)
}

fn both_roles(tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let scratch = stage.scratch.clone();
    let talk = Talk {
        port,
        credential: PSK_OF_BOTH.server,
        options: &["--coap"],
        scratch: &scratch,
    };
    stage.serve(&ours::server(tools, &talk), port)?;
    let words =
        format!("server psk {PORT} requests=2 client psk {HOST} {port} exchanges=5 pause=100");
    let (board, port) = start_board(stage, PSK_OF_BOTH.server, &words)?;
    for _ in 0..2 {
        let client = start_mote_client(PSK_OF_BOTH.client, port, &[], tools, stage)?;
        is_served(stage, client)?;
    }
    device::ends(stage, board, DONE)?;
    stage.hear_times(board, "GET /: 2.05", 5, PATIENCE)
}
