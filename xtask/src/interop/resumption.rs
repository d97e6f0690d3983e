// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sessions by session id with real peers: made, and resumed, as both sides say.

use std::path::PathBuf;
use std::time::Duration;

use super::cases::{Ours, PSK_OF_BOTH};
use super::credentials::{Credential, Pair, RPK_MUTUAL, X509_MUTUAL, X509_SERVER_ONLY};
use super::peers::{Data, Peer, Talk, mbedtls, ours};
use super::ports;
use super::stage::{Actor, Stage};
use crate::cmake::Tools;
use crate::report::Outcome;

const PATIENCE: Duration = Duration::from_secs(20);
const PING: &str = "ping-from-motedtls";
const PONG: &str = "pong-from-the-peer";

/// One conversation, and the one that resumes its session.
#[derive(Clone)]
pub struct Case {
    pub name: String,
    pub peer: Peer,
    pub ours: Ours,
    our_options: &'static [&'static str],
    peer_options: &'static [&'static str],
    pub pair: Pair,
    /// In our second `connected` line beside `resumed=yes`.
    reports: &'static str,
}

/// All of them.
pub fn all() -> Vec<Case> {
    let case = |peer: Peer, ours, what: &str| Case {
        pair: PSK_OF_BOTH,
        name: format!("interop {} with {}: {what}", peer.name(), role(ours)),
        peer,
        ours,
        our_options: &[],
        peer_options: peer_options(peer, ours),
        reports: "mfl=none",
    };
    let mut cases = Vec::new();
    for peer in [Peer::OpenSsl, Peer::GnuTls, Peer::MbedTls] {
        cases.extend(
            [Ours::Client, Ours::Server].map(|ours| case(peer, ours, "a session is resumed")),
        );
        // GnuTLS says nothing of the length when it resumes, the others say it again: it holds all
        // the same (RFC 6066, section 4).
        cases.push(Case {
            our_options: &["--mfl", "512"],
            reports: "mfl=512",
            ..case(peer, Ours::Client, "a session of mfl 512 is resumed")
        });
    }
    cases.push(Case {
        peer_options: &["-no_ticket", "-maxfraglen", "512"],
        reports: "mfl=512",
        ..case(
            Peer::OpenSsl,
            Ours::Server,
            "a session of mfl 512 is resumed",
        )
    });
    for peer in [Peer::OpenSsl, Peer::GnuTls, Peer::MbedTls] {
        for ours in [Ours::Client, Ours::Server] {
            for (what, pair) in [
                ("x509: a session is resumed", X509_MUTUAL),
                ("x509, server only: a session is resumed", X509_SERVER_ONLY),
                ("rpk: a session is resumed", RPK_MUTUAL),
            ] {
                if peer == Peer::GnuTls || pair != RPK_MUTUAL {
                    cases.push(Case {
                        pair,
                        ..case(peer, ours, what)
                    });
                }
            }
        }
    }
    cases
}

fn role(ours: Ours) -> &'static str {
    match ours {
        Ours::Client => "our client",
        Ours::Server => "our server",
    }
}

/// Resume by session id, and tell.
fn peer_options(peer: Peer, ours: Ours) -> &'static [&'static str] {
    match (peer, ours) {
        (Peer::OpenSsl, _) => &["-no_ticket"],
        // Says which messages it sends; nothing else tells a resumed session.
        (Peer::GnuTls, Ours::Client) => &["-d", "4"],
        (Peer::GnuTls, Ours::Server) => &["--resume"],
        (_, Ours::Client) => &["tickets=0", "debug_level=3"],
        (_, Ours::Server) => &["tickets=0", "debug_level=3", "reconnect=1"],
    }
}

pub fn play(case: &Case, tools: &Tools, stage: &mut Stage) -> Outcome {
    match case.ours {
        Ours::Client => our_client(case, tools, stage),
        Ours::Server => our_server(case, tools, stage),
    }
}

fn our_client(case: &Case, tools: &Tools, stage: &mut Stage) -> Outcome {
    let side = case.peer.server();
    let port = ports::free()?;
    let scratch = stage.scratch.clone();
    let server = stage.serve(
        &(side.command)(&talk(case.pair.server, port, case.peer_options, &scratch)),
        port,
    )?;
    let mut options = vec!["--resume", "--send", PING, "--timeout", "15000"];
    // ssl_server2 opens its socket anew for each client, and what comes meanwhile is lost.
    options.extend(["--rto-ms", "250"]);
    options.extend(case.our_options);
    let client = stage.start(&ours::client(
        tools,
        &talk(case.pair.client, port, &options, &scratch),
    ))?;
    if side.data == Data::Typed {
        stage.hear(server, PING, PATIENCE)?;
        stage.get(server).type_line(PONG)?;
        stage.hear(server, "Reused session-id", PATIENCE)?;
        stage.get(server).type_line(PONG)?;
    }
    ends_well(stage, client)?;
    let answer = match side.data {
        Data::Page => mbedtls::PAGE,
        Data::Typed => PONG,
        _ => PING,
    };
    stage.hear_times(client, answer, 2, Duration::ZERO)?;
    we_resumed(case, &stage.get(client).error())?;
    match case.peer {
        Peer::OpenSsl => stage.hear_times(server, "Reused session-id", 1, PATIENCE),
        Peer::GnuTls => {
            // An abbreviated handshake has no ServerHelloDone.
            stage.hear_times(server, "SERVER HELLO was queued", 2, PATIENCE)?;
            stage.hear_times(server, "SERVER HELLO DONE was queued", 1, PATIENCE)
        }
        _ => stage.hear_times(server, "a session has been resumed", 1, PATIENCE),
    }
}

fn our_server(case: &Case, tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let scratch = stage.scratch.clone();
    let server = stage.serve(
        &ours::server(
            tools,
            &talk(case.pair.server, port, case.our_options, &scratch),
        ),
        port,
    )?;
    match case.peer {
        Peer::OpenSsl => {
            let file = session_file(&scratch);
            for (option, resumed) in [
                ("-sess_out", "New, TLSv1.2"),
                ("-sess_in", "Reused, TLSv1.2"),
            ] {
                let client = peer_client(case, &[option, &file], stage, port)?;
                typed(stage, client)?;
                stage.hear_times(client, resumed, 1, Duration::ZERO)?;
            }
        }
        Peer::GnuTls => {
            let client = peer_client(case, &[], stage, port)?;
            stage.hear(client, "*** This is a resumed session", PATIENCE)?;
            typed(stage, client)?;
        }
        _ => {
            let client = peer_client(case, &[], stage, port)?;
            ends_well(stage, client)?;
            stage.hear_times(client, "a session has been resumed", 1, Duration::ZERO)?;
            stage.hear_times(
                client,
                "  < Read from server: 34 bytes read",
                2,
                Duration::ZERO,
            )?;
        }
    }
    stage.hear_line(server, "resumed=yes", Duration::from_secs(2))?;
    we_resumed(case, &stage.get(server).error())
}

fn peer_client(case: &Case, more: &[&str], stage: &mut Stage, port: u16) -> Outcome<Actor> {
    let scratch = stage.scratch.clone();
    let options: Vec<&str> = case.peer_options.iter().chain(more).copied().collect();
    stage.start(&(case.peer.client().command)(&talk(
        case.pair.client,
        port,
        &options,
        &scratch,
    )))
}

/// Types a line, waits for its echo, and closes.
fn typed(stage: &mut Stage, client: Actor) -> Outcome {
    stage.get(client).type_line(PING)?;
    stage.hear(client, PING, PATIENCE)?;
    stage.get(client).close_input();
    stage.exit(client, PATIENCE).map(|_| ())
}

fn session_file(scratch: &std::path::Path) -> String {
    let file: PathBuf = scratch.join("session");
    file.to_string_lossy().into_owned()
}

fn talk<'a>(
    credential: Credential,
    port: u16,
    options: &'a [&'a str],
    scratch: &'a std::path::Path,
) -> Talk<'a> {
    Talk {
        port,
        credential,
        options,
        scratch,
    }
}

fn ends_well(stage: &mut Stage, client: Actor) -> Outcome {
    match stage.exit(client, PATIENCE)? {
        0 => Ok(()),
        status => Err(format!("the client ends with {status}").into()),
    }
}

/// Our two `connected` lines: the first of a full handshake, the second of a resumed one, and else
/// the same.
fn we_resumed(case: &Case, error: &str) -> Outcome {
    let lines: Vec<&str> = error
        .lines()
        .filter(|line| line.starts_with("connected "))
        .collect();
    let [full, resumed] = lines.as_slice() else {
        return Err(format!("{} lines `connected ...`, not 2", lines.len()).into());
    };
    let peer = match case.ours {
        Ours::Client => case.pair.server,
        Ours::Server => case.pair.client,
    };
    let expected = full.replace("resumed=no", "resumed=yes");
    let is_right = full.contains("resumed=no")
        && peer.is_in(full)?
        && full.contains(case.reports)
        && *resumed == expected;
    if is_right {
        Ok(())
    } else {
        Err(format!("we say\n{full}\n{resumed}").into())
    }
}
