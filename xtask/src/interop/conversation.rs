// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plays one row of the table: who starts first, who says what, how it must end.

use std::time::Duration;

use super::cases::{Case, End, Ours, Path, Refusal};
use super::peers::{Data, Side, Talk, libcoap, mbedtls, ours};
use super::relay::Datagram;
use super::stage::{Actor, Stage};
use super::{ports, records};
use crate::cmake::Tools;
use crate::report::Outcome;

/// No conversation takes longer, lossy ones with all their retransmissions included.
const PATIENCE: Duration = Duration::from_secs(20);
const ALERT_COMES: Duration = Duration::from_secs(8);
/// What makes gnutls-serv send a heartbeat.
const ASK_US: &str = "**HEARTBEAT**";
const PING: &str = "ping-from-motedtls";
const PONG: &str = "pong-from-the-peer";

pub fn play(case: &Case, tools: &Tools, stage: &mut Stage) -> Outcome {
    match (case.ours, case.end) {
        (Ours::Client, End::Exchange) => our_client(case, tools, stage)?,
        (Ours::Client, End::Heartbeat) => our_client_asks(case, tools, stage)?,
        (Ours::Client, End::Refused(refusal)) => our_client_refuses(case, refusal, tools, stage)?,
        (Ours::Client, End::RefusesUs(alert)) => our_client_is_refused(case, alert, tools, stage)?,
        (Ours::Client, _) => our_client_gives_up(case, tools, stage)?,
        (Ours::Server, End::Exchange) => our_server(case, tools, stage)?,
        (Ours::Server, End::Unanswered) => our_server_is_silent(case, tools, stage)?,
        (Ours::Server, End::Refused(refusal)) => our_server_refuses(case, refusal, tools, stage)?,
        (Ours::Server, End::RefusesUs(alert)) => our_server_is_refused(case, alert, tools, stage)?,
        (Ours::Server, End::GivesUp | End::Heartbeat) => unreachable!("a client does that"),
    }
    within_mtu(case, stage)
}

/// No datagram of ours may be larger than the MTU that we were given.
fn within_mtu(case: &Case, stage: &Stage) -> Outcome {
    let Some(at) = case
        .our_options
        .iter()
        .position(|option| *option == "--mtu")
    else {
        return Ok(());
    };
    let mtu: usize = case.our_options[at + 1].parse().unwrap_or(0);
    let ours = |datagram: &&Datagram| datagram.from_client == (case.ours == Ours::Client);
    let largest = stage
        .seen()
        .iter()
        .filter(ours)
        .map(|d| d.octets.len())
        .max();
    match largest {
        Some(octets) if octets > mtu => {
            Err(format!("we sent a datagram of {octets} octets with an MTU of {mtu}").into())
        }
        _ => Ok(()),
    }
}

fn our_client(case: &Case, tools: &Tools, stage: &mut Stage) -> Outcome {
    let side = case.peer.server();
    let (server, port) = start_peer_server(case, stage)?;
    let mut options = case.our_options.clone();
    match side.data {
        Data::Coap | Data::Resource(_) => (),
        _ => options.extend(["--send", PING]),
    }
    options.extend(["--timeout", "15000"]);
    let client = stage.start(&ours::client(tools, &talk_of_ours(case, port, &options)))?;
    if side.data == Data::Typed {
        stage.hear(server, PING, PATIENCE)?;
        stage.get(server).type_line(PONG)?;
    }
    let status = stage.exit(client, PATIENCE)?;
    if status != 0 {
        return Err(format!("our client ends with {status}").into());
    }
    reported(case, &stage.get(client).error())?;
    let answer = stage.get(client).output();
    let expected = match side.data {
        Data::Echo => PING,
        Data::Page => mbedtls::PAGE,
        Data::Coap if case.our_options.contains(&"/") => libcoap::GREETING,
        Data::Coap => ":",
        Data::Resource(text) => text,
        Data::Typed | Data::Request | Data::Payload | Data::Prompted { .. } => PONG,
    };
    if !answer.contains(expected) {
        return Err(format!("our client did not print \"{expected}\"").into());
    }
    Ok(())
}

/// gnutls-serv asks in turn when a client sends it [`ASK_US`]. It sends nothing back then, so that our
/// client waits until its time is up; had it not liked the answer, it would have asked again.
fn our_client_asks(case: &Case, tools: &Tools, stage: &mut Stage) -> Outcome {
    let (_, port) = start_peer_server(case, stage)?;
    let mut options = case.our_options.clone();
    options.extend([
        "--heartbeat",
        "--send",
        ASK_US,
        "--timeout",
        "4000",
        "--trace",
    ]);
    let client = stage.start(&ours::client(tools, &talk_of_ours(case, port, &options)))?;
    stage.hear_line(client, "heartbeat ", PATIENCE)?;
    stage.exit(client, PATIENCE)?;
    let said = stage.get(client).error();
    for direction in ["sent", "received"] {
        let begin = format!("trace {direction} epoch=1 ");
        let lines = said.lines().filter(|line| line.starts_with(&begin));
        let count = lines.filter(|line| line.contains(" heartbeat ")).count();
        if count != 2 {
            return Err(format!("{count} heartbeats {direction}, not 2").into());
        }
    }
    reported(case, &said)
}

fn our_server(case: &Case, tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let server = start_our_server(case, tools, stage, port)?;
    let port = lay_path(case, stage, port)?;
    honest_client(case, stage, port)?;
    stage.hear_line(server, "connected ", Duration::from_secs(2))?;
    reported(case, &stage.get(server).error())?;
    still_there(stage, server)
}

/// A client of the peer with the right key talks to our server.
fn honest_client(case: &Case, stage: &mut Stage, port: u16) -> Outcome {
    let side = case.peer.client();
    let scratch = stage.scratch.clone();
    let options = &case.peer_options;
    let talk = Talk {
        port,
        credential: case.honest,
        options,
        scratch: &scratch,
    };
    let client = stage.start(&(side.command)(&talk))?;
    match side.data {
        Data::Coap => {
            // 2.05 is Content; the client prints the payload behind it.
            stage.hear(client, "c:2.05", PATIENCE)?;
            stage.exit(client, PATIENCE)?;
            coap_answer(options.last().unwrap_or(&"/"), &stage.get(client).output())
        }
        Data::Request => {
            let status = stage.exit(client, PATIENCE)?;
            let read = stage
                .get(client)
                .output()
                .contains("  < Read from server: 34 bytes read");
            match (status, read) {
                (0, true) => Ok(()),
                _ => Err(format!("the peer's client ends with {status}").into()),
            }
        }
        Data::Payload => {
            let status = stage.exit(client, PATIENCE)?;
            if status != 0 {
                return Err(format!("the peer's client ends with {status}").into());
            }
            let payload = stage.get(client).output();
            right_payload(options.last().unwrap_or(&"/"), &payload)
        }
        Data::Prompted { ready, leave } => {
            stage.hear(client, ready, PATIENCE)?;
            stage.get(client).type_line(PING)?;
            stage.hear(client, PING, PATIENCE)?;
            stage.get(client).type_line(leave)?;
            stage.exit(client, PATIENCE)?;
            Ok(())
        }
        Data::Typed | Data::Echo | Data::Page | Data::Resource(_) => {
            stage.get(client).type_line(PING)?;
            stage.hear(client, PING, PATIENCE)?;
            stage.get(client).close_input();
            stage.exit(client, PATIENCE)?;
            Ok(())
        }
    }
}

fn coap_answer(path: &str, output: &str) -> Outcome {
    // v:1 t:ACK c:2.05 i:da30 {01} [ ... ] :: 'payload'
    let payload = output
        .lines()
        .find_map(|line| line.split_once(" :: "))
        .map_or("", |line| line.1);
    right_payload(path, payload)
}

/// What our server answers to a GET of `path`.
fn right_payload(path: &str, payload: &str) -> Outcome {
    let right = match path {
        "/.well-known/core" => payload.contains("</time>"),
        "/time" => payload.contains(|c: char| c.is_ascii_digit()),
        _ => payload.contains("motedtls"),
    };
    if right {
        Ok(())
    } else {
        Err(format!("GET {path} gave {payload}").into())
    }
}

fn our_client_gives_up(case: &Case, tools: &Tools, stage: &mut Stage) -> Outcome {
    let (_, port) = start_peer_server(case, stage)?;
    let mut options = case.our_options.clone();
    options.extend(["--send", PING]);
    let client = stage.start(&ours::client(tools, &talk_of_ours(case, port, &options)))?;
    // Within its --timeout of 4 seconds.
    let status = stage.exit(client, Duration::from_secs(6))?;
    let failed = stage.get(client).error().contains("failed ");
    if !(status == 2 || status == 3) || !failed {
        return Err(
            format!("our client ends with {status}, not 2 or 3 and a `failed` line").into(),
        );
    }
    Ok(())
}

/// The server must be told why, and we must say it.
fn our_client_refuses(case: &Case, refusal: Refusal, tools: &Tools, stage: &mut Stage) -> Outcome {
    let server = our_client_fails(case, tools, stage, &sent(refusal))?;
    stage.hear(
        server,
        &told(case.peer.server(), refusal.alert),
        ALERT_COMES,
    )
}

fn our_client_is_refused(case: &Case, alert: u8, tools: &Tools, stage: &mut Stage) -> Outcome {
    our_client_fails(case, tools, stage, &received(alert)).map(|_| ())
}

/// Our client ends with 2 and a line with `why`; gives the peer's server.
fn our_client_fails(case: &Case, tools: &Tools, stage: &mut Stage, why: &str) -> Outcome<Actor> {
    let (server, port) = start_peer_server(case, stage)?;
    let mut options = case.our_options.clone();
    options.extend(["--send", PING]);
    let client = stage.start(&ours::client(tools, &talk_of_ours(case, port, &options)))?;
    let status = stage.exit(client, PATIENCE)?;
    stage.hear_line(client, why, Duration::ZERO)?;
    if status != 2 {
        return Err(format!("our client ends with {status}, not 2").into());
    }
    Ok(server)
}

/// In our line when we refuse.
fn sent(refusal: Refusal) -> String {
    let Refusal { status, alert } = refusal;
    let end = format!("alert={} (sent)", records::alert_name(alert));
    match status {
        "" => end,
        status => format!("failed {status} {end}"),
    }
}

/// In our line when we are refused.
fn received(alert: u8) -> String {
    format!("alert={} (received)", records::alert_name(alert))
}

/// What the peer says when it gets the alert.
fn told(side: &Side, alert: u8) -> String {
    side.refused.replace("{}", &alert.to_string())
}

fn our_server_is_refused(case: &Case, alert: u8, tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let server = start_our_server(case, tools, stage, port)?;
    let scratch = stage.scratch.clone();
    let talk = Talk {
        port: lay_path(case, stage, port)?,
        credential: case.peer_has,
        options: &case.peer_options,
        scratch: &scratch,
    };
    stage.start(&(case.peer.client().command)(&talk))?;
    stage.hear_line(server, &received(alert), ALERT_COMES)?;
    still_there(stage, server)
}

fn our_server_refuses(case: &Case, refusal: Refusal, tools: &Tools, stage: &mut Stage) -> Outcome {
    let side = case.peer.client();
    let port = ports::free()?;
    let server = start_our_server(case, tools, stage, port)?;
    let scratch = stage.scratch.clone();
    let talk = Talk {
        port: lay_path(case, stage, port)?,
        credential: case.peer_has,
        options: &case.peer_options,
        scratch: &scratch,
    };
    let client = stage.start(&(side.command)(&talk))?;
    stage.hear(client, &told(side, refusal.alert), ALERT_COMES)?;
    stage.exit(client, Duration::from_secs(10))?;
    stage.hear_line(server, &sent(refusal), Duration::from_secs(2))?;
    still_there(stage, server)?;
    honest_client(case, stage, port)?;
    stage.hear_line(server, "connected ", Duration::from_secs(2))
}

fn our_server_is_silent(case: &Case, tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let server = start_our_server(case, tools, stage, port)?;
    let port = lay_path(case, stage, port)?;
    let scratch = stage.scratch.clone();
    let talk = Talk {
        port,
        credential: case.peer_has,
        options: &case.peer_options,
        scratch: &scratch,
    };
    let side = case.peer.client();
    let client = stage.start(&(side.command)(&talk))?;
    // Our first two repetitions come after one and three seconds.
    let while_we_wait = Duration::from_secs(4);
    if stage.get(server).wait_for("connected ", while_we_wait) {
        return Err("our server is connected with a client that has no right to it".into());
    }
    let connected = match side.data {
        Data::Prompted { ready, .. } => stage.get(client).wait_for(ready, Duration::ZERO),
        _ => !stage.get(client).output().trim().is_empty(),
    };
    if connected {
        return Err("the client believes that it is connected".into());
    }
    // It came as far as the Finished that fails, and no further.
    let came_far = |datagram: &Datagram| {
        datagram.from_client && records::describe(&datagram.octets).contains("ClientKeyExchange")
    };
    if !stage.seen().iter().any(came_far) {
        return Err("the client has not sent its ClientKeyExchange".into());
    }
    still_there(stage, server)
}

fn start_peer_server(case: &Case, stage: &mut Stage) -> Outcome<(Actor, u16)> {
    let port = ports::free()?;
    let scratch = stage.scratch.clone();
    let talk = Talk {
        port,
        credential: case.peer_has,
        options: &case.peer_options,
        scratch: &scratch,
    };
    let server = stage.serve(&(case.peer.server().command)(&talk), port)?;
    Ok((server, lay_path(case, stage, port)?))
}

fn start_our_server(case: &Case, tools: &Tools, stage: &mut Stage, port: u16) -> Outcome<Actor> {
    let talk = talk_of_ours(case, port, &case.our_options);
    let command = ours::server(tools, &talk);
    stage.serve(&command, port)
}

fn talk_of_ours<'a>(case: &Case, port: u16, options: &'a [&'a str]) -> Talk<'a> {
    Talk {
        port,
        credential: case.ours_has,
        options,
        scratch: std::path::Path::new(""),
    }
}

/// The port to connect to, with what lies between in place.
fn lay_path(case: &Case, stage: &mut Stage, server_port: u16) -> Outcome<u16> {
    match &case.path {
        Path::Direct => Ok(server_port),
        Path::Relay(faults) => stage.relay(server_port, faults),
        Path::UdpProxy(harm) => {
            mbedtls::ready()?;
            let port = ports::free()?;
            let harm: Vec<&str> = harm.iter().map(String::as_str).collect();
            stage.serve(&mbedtls::udp_proxy(port, server_port, &harm), port)?;
            Ok(port)
        }
    }
}

/// Our `connected` line must hold what the case expects.
fn reported(case: &Case, error: &str) -> Outcome {
    let line = error.lines().find(|line| line.starts_with("connected "));
    let line = line.ok_or("there is no line `connected ...`")?;
    let fields: Vec<&str> = line.split_whitespace().collect();
    if !case.ours_has.sees(case.peer_has).is_in(line)? {
        return Err(format!("\"{line}\" does not name the peer").into());
    }
    match case.reports.iter().find(|field| !fields.contains(field)) {
        None => Ok(()),
        Some(field) => Err(format!("\"{field}\" is not in \"{line}\"").into()),
    }
}

fn still_there(stage: &mut Stage, server: Actor) -> Outcome {
    if stage.get(server).is_running() {
        Ok(())
    } else {
        Err("our server has ended".into())
    }
}
