// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a handshake of our two ends costs on the wire.

use std::path::Path;
use std::time::Duration;

use super::peers::{Talk, ours};
use super::ports;
use super::records::{self, Cost};
use super::stage::Stage;
use crate::cmake::Tools;
use crate::report::Outcome;

/// An identity of 15 octets, a cookie of 32, the renegotiation SCSV, extended_master_secret, no
/// other extension, an empty session id in the ServerHello (docs/footprint.md).
pub const EXPECTED: Cost = Cost {
    octets: 517,
    datagrams: 6,
};
const IDENTITY: &str = "device-00000001";

pub fn play(tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let talk = |port, options| Talk {
        port,
        identity: IDENTITY,
        key: super::cases::KEY,
        options,
        scratch: Path::new(""),
    };
    stage.serve(&ours::server(tools, &talk(port, &[])), port)?;
    let front = stage.relay(port, &[])?;
    let client = stage.start(&ours::client(tools, &talk(front, &["--send", "hello"])))?;
    let status = stage.exit(client, Duration::from_secs(10))?;
    let cost = records::handshake_cost(&stage.seen());
    if status != 0 {
        return Err(format!("our client ends with {status}").into());
    }
    if cost == EXPECTED {
        Ok(())
    } else {
        Err(format!("{cost:?}, not {EXPECTED:?}").into())
    }
}
