// SPDX-License-Identifier: MIT OR Apache-2.0
//! Our tools and real peers over loopback: runs the cases, several at a time.

pub mod cases;
mod constrained;
mod conversation;
pub mod credentials;
mod decrypt;
pub mod hello;
pub mod pcap;
pub mod peers;
pub mod ports;
mod public_key;
pub mod records;
mod refusals;
pub mod relay;
mod resumption;
pub mod stage;
mod wire;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use crate::cmake::Tools;
use crate::report::{Outcome, Report};
use crate::{cmake, paths};
use stage::Stage;

/// Most of a case's time is waiting for timers, so more of them than cores.
const AT_A_TIME: usize = 6;

/// One case and how to play it.
pub struct Play {
    pub name: String,
    pub ready: Box<Ready>,
    pub play: Box<Act>,
}

pub type Ready = dyn Fn() -> Outcome + Sync + Send;
pub type Act = dyn Fn(&Tools, &mut Stage) -> Outcome + Sync + Send;

/// Plays every case that the report wants.
pub fn run(report: &Report) {
    perform(report, plays());
}

/// Plays those of them that the report wants.
pub fn perform(report: &Report, plays: Vec<Play>) {
    let plays: Vec<Play> = plays
        .into_iter()
        .filter(|play| report.wants(&play.name))
        .collect();
    if plays.is_empty() {
        return;
    }
    let begun = Instant::now();
    let tools = match cmake::tools("cmake") {
        Ok(tools) => tools,
        Err(failure) => return report.add("interop tools", begun.elapsed(), Err(failure)),
    };
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(play) = plays.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // Getting a peer ready is not the case's time.
                    let ready = (play.ready)();
                    let begun = Instant::now();
                    let outcome = ready.and_then(|()| on_stage(play, &tools));
                    report.add(&play.name, begun.elapsed(), outcome);
                }
            });
        }
    });
}

fn on_stage(play: &Play, tools: &Tools) -> Outcome {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let directory: String = play.name.chars().map(plain).collect();
    let scratch = paths::below_target("interop")?.join(directory);
    Stage::play(&scratch, |stage| (play.play)(tools, stage))
}

fn plays() -> Vec<Play> {
    let mut plays: Vec<Play> = cases::all()
        .into_iter()
        .map(|case| Play {
            name: case.name.clone(),
            ready: Box::new(move || {
                case.ours_has.ready()?;
                case.peer.ready()
            }),
            play: Box::new(move |tools, stage| conversation::play(&case, tools, stage)),
        })
        .collect();
    plays.extend(resumption::all().into_iter().map(|case| Play {
        name: case.name.clone(),
        ready: Box::new(move || {
            case.pair.client.ready()?;
            case.peer.ready()
        }),
        play: Box::new(move |tools, stage| resumption::play(&case, tools, stage)),
    }));
    plays.push(Play {
        name: "interop wire: octets and datagrams of a handshake".into(),
        ready: Box::new(|| Ok(())),
        play: Box::new(wire::handshake),
    });
    plays.push(Play {
        name: "interop wire: octets and datagrams of a resumption".into(),
        ready: Box::new(|| Ok(())),
        play: Box::new(wire::resumption),
    });
    plays.push(Play {
        name: "interop wire: octets and datagrams of a handshake with certificates".into(),
        ready: Box::new(credentials::ready),
        play: Box::new(wire::x509),
    });
    plays.push(Play {
        name: "interop wire: octets and datagrams of a handshake with raw public keys".into(),
        ready: Box::new(credentials::ready),
        play: Box::new(wire::raw_public_keys),
    });
    plays.push(Play {
        name: "interop tshark: key log, field by field".into(),
        ready: Box::new(decrypt::ready),
        play: Box::new(decrypt::with_key_log),
    });
    plays.push(Play {
        name: "interop tshark: key log, field by field, with certificates".into(),
        ready: Box::new(decrypt::ready),
        play: Box::new(decrypt::with_certificates),
    });
    plays.push(Play {
        name: "interop tshark: pre-shared key, field by field".into(),
        ready: Box::new(decrypt::ready),
        play: Box::new(decrypt::with_pre_shared_key),
    });
    plays
}
