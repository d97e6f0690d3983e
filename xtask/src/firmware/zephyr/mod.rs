// SPDX-License-Identifier: MIT OR Apache-2.0
//! `zephyr/` and `c-examples/zephyr`: the module's Kconfig by itself, and, against the Zephyr tree at
//! `ZEPHYR_BASE`, the sample on QEMU's mps2_an385 and on native_sim, with real peers on this machine.

mod board;
mod tree;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::cmake::{self, Tools};
use crate::interop::credentials::Credential;
use crate::interop::peers::{Talk, hex, openssl};
use crate::interop::ports;
use crate::interop::stage::Stage;
use crate::need::{self, COAP_CLIENT, OPENSSL};
use crate::report::{Outcome, Report};
use crate::{paths, process};
use board::{BOARDS, Board, Guest, MPS2};

/// The defaults of the sample's Kconfig.
const IDENTITY: &str = "device1";
const KEY: &str = "0123456789abcdef";

/// Where the client's server is: a setting of the image, and a port of ours for each run would have
/// all of Zephyr compiled anew.
const PORT: u16 = 25_684;

/// Boot, link negotiation and two handshakes, on a machine with other work.
const PATIENCE: Duration = Duration::from_secs(60);

/// What needs no Zephyr.
pub fn steps(report: &Report) {
    report.step("zephyr: Kconfig, module and sample fit together", || {
        let python = tree::python()?;
        let check = paths::root().join("tests/zephyr/kconfig.py");
        process::run(Command::new(python).arg(check).arg(paths::root())).map(|_| ())
    });
}

type Act = fn(&Board, &Tools, &mut Stage) -> Outcome;

const ACTS: [(&str, Act); 4] = [
    ("client and server in one image", loopback),
    ("client, mote-server", client_of_ours),
    ("server, mote-client", server_for_ours),
    ("server, libcoap", server_for_libcoap),
];

pub fn long_steps(report: &Report) {
    for board in &BOARDS {
        for (name, act) in ACTS {
            step(report, board, name, act);
        }
    }
    step(report, &MPS2, "client, openssl", client_of_openssl);
    report.step("zephyr: bad settings do not configure", bad_settings);
}

fn step(report: &Report, board: &Board, name: &str, act: Act) {
    let name = format!("zephyr: {}: {name}", board.name);
    report.step(&name, || {
        tree::ready()?;
        let tools = cmake::tools("cmake")?;
        let scratch = paths::below_target("zephyr/scratch")?;
        Stage::play(&scratch, |stage| act(board, &tools, stage))
    });
}

// --- The sample as client --------------------------------------------------------------------------

fn client_of_ours(board: &Board, tools: &Tools, stage: &mut Stage) -> Outcome {
    let guest = board.guest("client", &client_settings(board), None)?;
    let mut server = Command::new(&tools.server);
    server.args(["--psk", &psk(), "--coap", &PORT.to_string()]);
    let server = stage.serve(&server, PORT)?;
    let guest = stage.start(&guest.command)?;
    stage.hear_line(guest, "client: done", PATIENCE)?;
    stage.hear_line(guest, "client: connected, resumed", PATIENCE)?;
    stage.hear_line(guest, "client: 2.05 ", PATIENCE)?;
    stage.hear_line(server, "resumed=yes", PATIENCE)?;
    stage.hear_line(server, "mfl=512", PATIENCE)
}

/// It speaks no CoAP: the request is seen in what it prints.
fn client_of_openssl(board: &Board, _: &Tools, stage: &mut Stage) -> Outcome {
    need::programs(&[OPENSSL])?;
    let guest = board.guest("client", &client_settings(board), None)?;
    let scratch = stage.scratch.clone();
    let credential = Credential::Psk {
        identity: IDENTITY,
        key: KEY,
    };
    let talk = Talk {
        port: PORT,
        credential,
        options: &[],
        scratch: &scratch,
    };
    let server = stage.serve(&(openssl::SERVER.command)(&talk), PORT)?;
    let guest = stage.start(&guest.command)?;
    stage.hear_line(guest, "client: connected", PATIENCE)?;
    stage.hear(server, "time", PATIENCE)
}

fn client_settings(board: &Board) -> Vec<String> {
    vec![
        format!("-DCONFIG_SAMPLE_PORT={PORT}"),
        format!("-DCONFIG_SAMPLE_SERVER_ADDRESS=\"{}\"", board.host),
    ]
}

// --- The sample as server --------------------------------------------------------------------------

fn server_for_ours(board: &Board, tools: &Tools, stage: &mut Stage) -> Outcome {
    let server = serve(board, stage)?;
    let mut client = Command::new(&tools.client);
    client.args(["--psk", &psk(), "--get", "/uptime"]);
    let client = stage.start(client.arg(server.host).arg(server.port.to_string()))?;
    stage.hear_line(client, "up for ", PATIENCE)?;
    match stage.exit(client, PATIENCE)? {
        0 => Ok(()),
        code => Err(format!("mote-client ended with {code}").into()),
    }
}

fn server_for_libcoap(board: &Board, _: &Tools, stage: &mut Stage) -> Outcome {
    need::programs(&[COAP_CLIENT])?;
    let server = serve(board, stage)?;
    let mut client = Command::new(COAP_CLIENT.0);
    client.args(["-B", "20", "-u", IDENTITY, "-k", KEY]);
    let client =
        stage.start(client.arg(format!("coaps://{}:{}/uptime", server.host, server.port)))?;
    stage.hear(client, "up for ", PATIENCE)
}

/// A server that listens.
struct Server {
    host: String,
    port: u16,
    _guest: Guest,
}

fn serve(board: &Board, stage: &mut Stage) -> Outcome<Server> {
    let forwarded = ports::free()?;
    let settings = ["-DEXTRA_CONF_FILE=server.conf".to_owned()];
    let guest = board.guest("server", &settings, Some(forwarded))?;
    let actor = stage.start(&guest.command)?;
    // Not before: the emulated Ethernet gets stuck on what arrives before its driver is ready.
    stage.hear_line(actor, "server: listening", PATIENCE)?;
    let (host, port) = board.address(forwarded);
    Ok(Server {
        host,
        port,
        _guest: guest,
    })
}

// --- Both in one image -----------------------------------------------------------------------------

fn loopback(board: &Board, _: &Tools, stage: &mut Stage) -> Outcome {
    let settings = ["-DEXTRA_CONF_FILE=loopback.conf".to_owned()];
    let image = tree::build(board, "loopback", &settings)?;
    println!("           {}", tree::size(board, &image)?);
    let guest = stage.start(&board.run(&image, None))?;
    stage.hear_line(guest, "client: done", PATIENCE)?;
    stage.hear_line(guest, "client: connected, resumed", PATIENCE)
}

// --- What must not build ---------------------------------------------------------------------------

fn bad_settings() -> Outcome {
    tree::ready()?;
    let cases = [
        ("-DCONFIG_MOTEDTLS_CLIENT=n", "motedtls has no role"),
        ("-DCONFIG_MOTEDTLS_PSK=n", "motedtls has no credential type"),
        ("-DCONFIG_MOTEDTLS_TEST_RANDOM=n", "has no entropy driver"),
        (
            "-DCONFIG_MOTEDTLS_STACK_SIZE=1024",
            "outside the active range",
        ),
        (
            "-DCONFIG_MOTEDTLS_RUST_TARGET=\"thumbv7em-none-eabihf\"",
            "instruction set mismatch",
        ),
        ("-DMOTEDTLS_CARGO=/nonexistent/cargo", "motedtls needs Rust"),
    ];
    for (setting, message) in cases {
        let said = tree::refusal(&MPS2, &[setting.to_owned()])?;
        // CMake wraps its messages.
        let said: Vec<&str> = said.split_whitespace().collect();
        if !said.join(" ").contains(message) {
            return Err(format!("{setting} is not refused with \"{message}\"").into());
        }
    }
    Ok(())
}

fn psk() -> String {
    format!("{IDENTITY}:{}", hex(KEY))
}

/// The image that a build directory has.
fn image_of(board: &Board, directory: &Path) -> std::path::PathBuf {
    directory.join("zephyr").join(board.image)
}
