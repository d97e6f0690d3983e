// SPDX-License-Identifier: MIT OR Apache-2.0
//! What handshakes of our two ends cost on the wire.

use std::path::Path;
use std::time::Duration;

use super::peers::{Talk, ours};
use super::ports;
use super::records::{self, Cost};
use super::relay::Datagram;
use super::stage::Stage;
use crate::cmake::Tools;
use crate::report::Outcome;

const IDENTITY: &str = "device-00000001";

/// An identity of 15 octets, a cookie of 32, the renegotiation SCSV, extended_master_secret, no
/// other extension. `mote-server` keeps sessions: its ServerHello has a session id of 16 octets,
/// without which the handshake takes 517 (`tests/c/test_session.c`, docs/footprint.md).
const HANDSHAKE: Cost = Cost {
    octets: 517 + 16,
    datagrams: 6,
};

/// The same, resumed.
const RESUMPTION: Cost = Cost {
    octets: 498,
    datagrams: 5,
};

pub fn handshake(tools: &Tools, stage: &mut Stage) -> Outcome {
    let seen = converse(&[], tools, stage)?;
    expect(records::handshake_cost(&seen), HANDSHAKE)
}

pub fn resumption(tools: &Tools, stage: &mut Stage) -> Outcome {
    let seen = converse(&["--resume"], tools, stage)?;
    let (full, resumed) = records::at_the_second_start(&seen);
    expect(records::handshake_cost(full), HANDSHAKE)?;
    expect(records::handshake_cost(resumed), RESUMPTION)
}

/// What passes when our client says hello to our server.
fn converse(options: &[&str], tools: &Tools, stage: &mut Stage) -> Outcome<Vec<Datagram>> {
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
    let options: Vec<&str> = [options, &["--send", "hello"]].concat();
    let client = stage.start(&ours::client(tools, &talk(front, &options)))?;
    match stage.exit(client, Duration::from_secs(10))? {
        0 => Ok(stage.seen()),
        status => Err(format!("our client ends with {status}").into()),
    }
}

fn expect(cost: Cost, expected: Cost) -> Outcome {
    if cost == expected {
        Ok(())
    } else {
        Err(format!("{cost:?}, not {expected:?}").into())
    }
}
