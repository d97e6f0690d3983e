// SPDX-License-Identifier: MIT OR Apache-2.0
//! `c-examples/freertos` on an emulated Cortex-M4 board with Ethernet: the firmware's client and
//! server talk to real peers on this machine.

mod build;
mod client;
mod device;
mod misuse;
mod server;

use crate::cmake::Tools;
use crate::interop::peers::Peer;
use crate::interop::stage::Stage;
use crate::interop::{self, Play, credentials};
use crate::report::{Outcome, Report};

/// One run of the firmware.
struct Scene {
    name: String,
    /// Who must be here, beside our own tools.
    peer: Option<Peer>,
    play: Box<dyn Fn(&Tools, &mut Stage) -> Outcome + Sync + Send>,
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
