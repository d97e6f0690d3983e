// SPDX-License-Identifier: MIT OR Apache-2.0
//! A conversation, decrypted by tshark, against what our tools report of it.

use std::path::Path;
use std::time::{Duration, Instant};

use super::cases::{KEY, PSK, PSK_OF_BOTH};
use super::credentials::{self, NAME, Pair, X509_MUTUAL};
use super::peers::tshark::{self, Seen};
use super::peers::{Peer, Talk, hex, ours};
use super::relay::Datagram;
use super::stage::Stage;
use super::{pcap, ports};
use crate::cmake::Tools;
use crate::report::Outcome;

const TEXT: &str = "seen by tshark";
const EXTENDED_MASTER_SECRET: u32 = 23;
/// ContentType.
const ALERT: u8 = 21;

pub fn ready() -> Outcome {
    tshark::ready()?;
    credentials::ready()?;
    Peer::OpenSsl.ready()
}

/// Our client and OpenSSL; tshark gets our key log.
pub fn with_key_log(tools: &Tools, stage: &mut Stage) -> Outcome {
    key_log(PSK_OF_BOTH, tools, stage)
}

/// The same with certificates on both sides.
pub fn with_certificates(tools: &Tools, stage: &mut Stage) -> Outcome {
    key_log(X509_MUTUAL, tools, stage)
}

fn key_log(pair: Pair, tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let scratch = stage.scratch.clone();
    let talk = Talk {
        port,
        credential: pair.server,
        options: &["-listen"],
        scratch: &scratch,
    };
    let server = stage.serve(&(Peer::OpenSsl.server().command)(&talk), port)?;
    let front = stage.relay(port, &[])?;
    let key_log = scratch.join("keys.log");
    let key_log = key_log.to_string_lossy();
    let options = [
        "--trace", "--keylog", &key_log, "--mfl", "512", "--send", TEXT,
    ];
    let talk = Talk {
        port: front,
        credential: pair.client,
        options: &options,
        ..talk
    };
    let client = stage.start(&ours::client(tools, &talk))?;
    stage.hear(server, TEXT, Duration::from_secs(10))?;
    stage.get(server).type_line("answered")?;
    let status = stage.exit(client, Duration::from_secs(10))?;
    if status != 0 {
        return Err(format!("our client ends with {status}").into());
    }
    closed(stage, true)?;
    let seen = decrypted(stage, &format!("tls.keylog_file:{key_log}"))?;
    let said = stage.get(client).error();
    same_connection(&seen, &said)?;
    same_records(&seen.client, &said, "sent", "our client")?;
    same_records(&seen.server, &said, "received", "our client")?;
    same_data(&seen, &[TEXT, "answered\n"])
}

/// Our two ends; tshark gets the pre-shared key, so that the key schedule is its own.
pub fn with_pre_shared_key(tools: &Tools, stage: &mut Stage) -> Outcome {
    let port = ports::free()?;
    let talk = |port, options| Talk {
        port,
        credential: PSK,
        options,
        scratch: Path::new(""),
    };
    let server = stage.serve(&ours::server(tools, &talk(port, &["--trace"])), port)?;
    let front = stage.relay(port, &[])?;
    let options = ["--trace", "--send", TEXT];
    let client = stage.start(&ours::client(tools, &talk(front, &options)))?;
    let status = stage.exit(client, Duration::from_secs(10))?;
    if status != 0 {
        return Err(format!("our client ends with {status}").into());
    }
    // The server still reads the client's close_notify, and answers it.
    closed(stage, true)?;
    closed(stage, false)?;
    let said = "sent epoch=1 sequence=2 alert";
    stage.hear_line(server, said, Duration::from_secs(2))?;
    let secret = hex(KEY);
    let seen = decrypted(stage, &format!("dtls.psk:{secret}"))?;
    let said = stage.get(client).error();
    same_connection(&seen, &said)?;
    same_records(&seen.client, &said, "sent", "our client")?;
    same_records(&seen.server, &said, "received", "our client")?;
    let said = stage.get(server).error();
    same_connection(&seen, &said)?;
    same_records(&seen.client, &said, "received", "our server")?;
    same_records(&seen.server, &said, "sent", "our server")?;
    same_data(&seen, &[TEXT, TEXT])
}

/// Waits until that end's close_notify has passed: it may still be on its way when the end is gone.
fn closed(stage: &Stage, by_client: bool) -> Outcome {
    let until = Instant::now() + Duration::from_secs(2);
    let is_close = |datagram: &Datagram| {
        datagram.from_client == by_client && datagram.octets.first() == Some(&ALERT)
    };
    while !stage.seen().iter().any(is_close) {
        if Instant::now() >= until {
            return Err("no close_notify has passed".into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn decrypted(stage: &Stage, secret: &str) -> Outcome<Seen> {
    let capture = stage.scratch.join("conversation.pcap");
    pcap::write(&capture, &stage.seen())?;
    tshark::read(&capture, secret)
}

/// The `connected` line against ServerHello and ClientKeyExchange.
fn same_connection(seen: &Seen, said: &str) -> Outcome {
    let suite = match seen.suite.as_str() {
        "0xc0a8" => "TLS_PSK_WITH_AES_128_CCM_8",
        "0xc0ae" => "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
        other => other,
    };
    let yes = |value| if value { "yes" } else { "no" };
    let expected = format!(
        "connected suite={suite} resumed={} ems={} mfl={} peer={}",
        // Neither OpenSSL nor we resume here.
        yes(false),
        yes(seen.extensions.contains(&EXTENDED_MASTER_SECRET)),
        match seen.max_fragment_length {
            0 => "none".to_owned(),
            // RFC 6066, section 4: 1 to 4 for 2^9 to 2^12.
            code => (256 << code).to_string(),
        },
        match seen.identity.as_str() {
            "" => format!("cert:{NAME}"),
            identity => format!("psk:{identity}"),
        },
    );
    let line = said
        .lines()
        .find(|line| line.starts_with("connected "))
        .unwrap_or("");
    // Later fields may follow.
    if line == expected || line.starts_with(&format!("{expected} ")) {
        return Ok(());
    }
    Err(format!("\"{line}\"\nis not what tshark saw:\n\"{expected}\"").into())
}

/// Our trace of one direction against tshark's records of it.
fn same_records(seen: &[String], said: &str, direction: &str, who: &str) -> Outcome {
    let prefix = format!("trace {direction} ");
    let traced: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix(&prefix))
        .collect();
    // Who closes first need not wait for the answer (RFC 5246, section 7.2.1).
    let unread = direction == "received"
        && seen.len() == traced.len() + 1
        && seen
            .last()
            .is_some_and(|line| line.ends_with("alert warning close_notify"));
    let seen = if unread { &seen[..traced.len()] } else { seen };
    for number in 0..seen.len().max(traced.len()) {
        let (tshark, trace) = (seen.get(number), traced.get(number));
        if tshark.map(String::as_str) != trace.copied() {
            return Err(format!(
                "record {number} that {who} has {direction}:\n  tshark: {}\n  trace:  {}",
                tshark.map_or("(none)", String::as_str),
                trace.unwrap_or(&"(none)"),
            )
            .into());
        }
    }
    if seen.is_empty() {
        Err("tshark saw no records".into())
    } else {
        Ok(())
    }
}

fn same_data(seen: &Seen, expected: &[&str]) -> Outcome {
    if seen.data == expected {
        return Ok(());
    }
    Err(format!("tshark decrypts {:?}, not {expected:?}", seen.data).into())
}
