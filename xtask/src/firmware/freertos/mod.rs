// SPDX-License-Identifier: MIT OR Apache-2.0
//! `c-examples/freertos` on an emulated Cortex-M4 board with Ethernet: the firmware's client and
//! server talk to real peers on this machine.

mod build;
mod client;
mod device;
mod misuse;
mod server;

use crate::cmake::Tools;
use crate::interop::peers::{Peer, mbedtls};
use crate::interop::ports;
use crate::interop::stage::Stage;
use crate::interop::{self, Act, Play, credentials};
use crate::report::{Outcome, Report};

/// One run of the firmware.
struct Scene {
    name: String,
    /// Who must be here, beside our own tools.
    peer: Option<Peer>,
    play: Box<Act>,
}

fn scene(
    name: &str,
    play: impl Fn(&Tools, &mut Stage) -> Outcome + Sync + Send + 'static,
) -> Scene {
    Scene {
        name: format!("freertos: {name}"),
        peer: None,
        play: Box::new(play),
    }
}

pub fn steps(report: &Report) {
    report.step("freertos: build", || {
        build::ready()?;
        println!("           {}", build::size()?);
        Ok(())
    });
    report.step(
        "freertos: a stack too small for DTLS does not compile",
        build::small_stack,
    );
    let scenes = [client::scenes(), server::scenes(), misuse::scenes()];
    interop::perform(report, scenes.into_iter().flatten().map(play).collect());
}

/// With losses at random, which take their time.
pub fn long_steps(report: &Report) {
    let scenes = [client::long_scenes(), server::long_scenes()];
    interop::perform(report, scenes.into_iter().flatten().map(play).collect());
}

/// What Mbed TLS's udp_proxy does to datagrams.
fn harm(seed: u32) -> Vec<String> {
    let seed = format!("seed={seed}");
    ["drop=5", "delay=5", "duplicate=5", "bad_ad=1", &seed]
        .map(String::from)
        .into()
}

/// Puts it before `server_port`; its own port.
fn harmful_path(seed: u32, server_port: u16, stage: &mut Stage) -> Outcome<u16> {
    let port = ports::free()?;
    let harm = harm(seed);
    let harm: Vec<&str> = harm.iter().map(String::as_str).collect();
    stage.serve(&mbedtls::udp_proxy(port, server_port, &harm), port)?;
    Ok(port)
}

fn play(scene: Scene) -> Play {
    Play {
        name: scene.name,
        ready: Box::new(move || {
            build::ready()?;
            credentials::ready()?;
            scene.peer.map_or(Ok(()), Peer::ready)
        }),
        play: scene.play,
    }
}
