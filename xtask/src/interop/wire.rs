// SPDX-License-Identifier: MIT OR Apache-2.0
//! What handshakes of our two ends cost on the wire.

use std::path::Path;
use std::time::Duration;

use super::credentials::{Accepts, NAME, Own, Pair, RPK_MUTUAL, end};
use super::peers::{Talk, ours};
use super::ports;
use super::records::{self, CERTIFICATE_VERIFY, Cost, SERVER_KEY_EXCHANGE};
use super::relay::Datagram;
use super::stage::Stage;
use crate::cmake::Tools;
use crate::report::Outcome;

const PSK: Pair = Pair::psk("device-00000001", super::cases::KEY);

/// An identity of 15 octets, a cookie of 32, the renegotiation SCSV, extended_master_secret, no
/// other extension. `mote-server` keeps sessions: its ServerHello has a session id of 16 octets,
/// without which the handshake takes 517 (`tests/c/test_session.c`, docs/footprint.md).
const HANDSHAKE: Cost = Cost {
    octets: 517 + SESSION_ID,
    datagrams: 6,
};

/// The same, resumed.
const RESUMPTION: Cost = Cost {
    octets: 498,
    datagrams: 5,
};

/// Both ends with certificates of [`super::credentials::WIRE_LEAF`] octets below an anchor that is not
/// sent; else as above, and the two signatures counted as [`SIGNATURE`] octets each. A client
/// with certificates must know a name and sends it.
const X509: Cost = Cost {
    octets: 1696 + SESSION_ID + 2 * (SERVER_NAME + NAME.len()),
    datagrams: 6,
};

/// Both ends with raw public keys.
const RPK: Cost = Cost {
    octets: 1190 + SESSION_ID,
    datagrams: 6,
};

const SESSION_ID: usize = 16;
/// An ECDSA signature of P-256 has 70 to 72 octets in DER, rarely fewer.
const SIGNATURE: usize = 71;
/// RFC 6066, section 3: the extension without the name, which both ClientHellos have.
const SERVER_NAME: usize = 9;

pub fn x509(tools: &Tools, stage: &mut Stage) -> Outcome {
    let pair = Pair {
        client: end(Own::Certificate("wire-client"), Accepts::Under("root")),
        server: end(Own::Certificate("wire-server"), Accepts::Under("root")),
    };
    expect(public_key(pair, tools, stage)?, X509)
}

pub fn raw_public_keys(tools: &Tools, stage: &mut Stage) -> Outcome {
    expect(public_key(RPK_MUTUAL, tools, stage)?, RPK)
}

/// What a handshake costs, its two signatures taken as [`SIGNATURE`] octets each.
fn public_key(pair: Pair, tools: &Tools, stage: &mut Stage) -> Outcome<Cost> {
    let seen = converse(pair, &[], tools, stage)?;
    let mut cost = records::handshake_cost(&seen);
    let mut signatures = 0;
    for message in seen
        .iter()
        .flat_map(|datagram| records::messages(&datagram.octets))
    {
        // RFC 8422, section 5.4: curve type, curve, length and point come before what both have,
        // algorithm and length (RFC 5246, section 4.7).
        let before = match message.kind {
            SERVER_KEY_EXCHANGE => 1 + 2 + 1 + 65 + 4,
            CERTIFICATE_VERIFY => 4,
            _ => continue,
        };
        let signature = message.body.len().checked_sub(before);
        let signature = signature.ok_or("a signature is cut")?;
        cost.octets = cost.octets + SIGNATURE - signature;
        signatures += 1;
    }
    match signatures {
        2 => Ok(cost),
        other => Err(format!("{other} messages with signatures, not 2").into()),
    }
}

pub fn handshake(tools: &Tools, stage: &mut Stage) -> Outcome {
    let seen = converse(PSK, &[], tools, stage)?;
    expect(records::handshake_cost(&seen), HANDSHAKE)
}

pub fn resumption(tools: &Tools, stage: &mut Stage) -> Outcome {
    let seen = converse(PSK, &["--resume"], tools, stage)?;
    let (full, resumed) = records::at_the_second_start(&seen);
    expect(records::handshake_cost(full), HANDSHAKE)?;
    expect(records::handshake_cost(resumed), RESUMPTION)
}

/// What passes when our client says hello to our server.
fn converse(
    pair: Pair,
    options: &[&str],
    tools: &Tools,
    stage: &mut Stage,
) -> Outcome<Vec<Datagram>> {
    let port = ports::free()?;
    let talk = |credential, port, options| Talk {
        port,
        credential,
        options,
        scratch: Path::new(""),
    };
    stage.serve(&ours::server(tools, &talk(pair.server, port, &[])), port)?;
    let front = stage.relay(port, &[])?;
    let options: Vec<&str> = [options, &["--send", "hello"]].concat();
    let client = stage.start(&ours::client(tools, &talk(pair.client, front, &options)))?;
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
