// SPDX-License-Identifier: MIT OR Apache-2.0
//! Firmware that cannot work says why.

use super::device::{self, FAILED, FAULT, HOST, PATIENCE, USAGE};
use super::{Scene, scene};
use crate::cmake::Tools;
use crate::interop::cases::PSK_OF_BOTH;
use crate::interop::credentials::{Credential, X509_MUTUAL};
use crate::interop::peers::{Talk, ours};
use crate::interop::ports;
use crate::interop::stage::Stage;
use crate::report::Outcome;

pub fn scenes() -> Vec<Scene> {
    vec![
        scene("a stack of 1 KB", |tools, stage| {
            small_stack("psk", PSK_OF_BOTH.client, PSK_OF_BOTH.server, tools, stage)
        }),
        scene("a stack of 1 KB with certificates", |tools, stage| {
            small_stack("x509", X509_MUTUAL.client, X509_MUTUAL.server, tools, stage)
        }),
        scene("a workspace that is too small", small_workspace),
        scene("no credential", no_credential),
        scene("a scenario that makes no sense", nonsense),
    ]
}

fn small_stack(
    what: &str,
    has: Credential,
    server_has: Credential,
    tools: &Tools,
    stage: &mut Stage,
) -> Outcome {
    let port = ports::free()?;
    let scratch = stage.scratch.clone();
    let talk = Talk {
        port,
        credential: server_has,
        options: &["--coap"],
        scratch: &scratch,
    };
    stage.serve(&ours::server(tools, &talk), port)?;
    let words = format!("client {what} {HOST} {port} stack=1024");
    let board = device::start(stage, has, &words, None)?;
    device::ends(stage, board, FAULT)?;
    stage.hear_line(
        board,
        "stack overflow in task client: it has 1024 octets, and a DTLS handshake takes up to ",
        PATIENCE,
    )
}

fn small_workspace(_: &Tools, stage: &mut Stage) -> Outcome {
    let words = format!("client psk {HOST} 5684 workspace=512");
    let board = device::start(stage, PSK_OF_BOTH.client, &words, None)?;
    device::ends(stage, board, FAILED)?;
    stage.hear_line(board, "a workspace of 512 octets is too small", PATIENCE)?;
    stage.hear_line(board, "client: failed: size", PATIENCE)
}

/// Provisioned for PSK, told to use certificates.
fn no_credential(_: &Tools, stage: &mut Stage) -> Outcome {
    let words = format!("client x509 {HOST} 5684");
    let board = device::start(stage, PSK_OF_BOTH.client, &words, None)?;
    device::ends(stage, board, FAILED)?;
    stage.hear_line(board, "client: cannot be configured: argument", PATIENCE)
}

fn nonsense(_: &Tools, stage: &mut Stage) -> Outcome {
    let board = device::start(stage, PSK_OF_BOTH.client, "client psk nowhere", None)?;
    device::ends(stage, board, USAGE)?;
    stage.hear_line(
        board,
        "the scenario is wrong: client: the server's address",
        PATIENCE,
    )
}
