// SPDX-License-Identifier: MIT OR Apache-2.0
//! tshark: reads a capture, decrypts it, and says what it sees in the words of our `--trace`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::interop::pcap::SERVER_PORT;
use crate::need::{self, TSHARK};
use crate::process;
use crate::report::Outcome;

/// What a capture holds.
#[derive(Debug, Default)]
pub struct Seen {
    /// Trace lines without `trace sent` in front.
    pub client: Vec<String>,
    pub server: Vec<String>,
    /// The decrypted application data of both, as text.
    pub data: Vec<String>,
    /// From the ServerHello.
    pub suite: String,
    pub extensions: BTreeSet<u32>,
    /// The code of the extension, 0 for none.
    pub max_fragment_length: u32,
    pub session_id_length: u32,
    /// From the ClientKeyExchange.
    pub identity: String,
}

pub fn ready() -> Outcome {
    need::programs(&[TSHARK])
}

/// `secret` is a preference such as `tls.keylog_file:F`.
pub fn read(capture: &Path, secret: &str) -> Outcome<Seen> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(capture).args(["-o", secret]);
    command.args(["-d", &format!("udp.port=={SERVER_PORT},dtls")]);
    command.args(["-d", &format!("dtls.port=={SERVER_PORT},data")]);
    command.args(["-T", "json", "--no-duplicate-keys", "-J", "udp dtls data"]);
    let packets = process::run(&mut command)?;
    let packets: Value = serde_json::from_str(&packets).map_err(|error| error.to_string())?;
    let mut seen = Seen::default();
    for packet in list(&packets) {
        let layers = &packet["_source"]["layers"];
        let from_server = text(&layers["udp"]["udp.srcport"]) == SERVER_PORT.to_string();
        let mut data = list(&layers["data"]).into_iter();
        for layer in list(&layers["dtls"]) {
            for record in list(&layer["dtls.record"]) {
                let lines = seen.record(record, &mut data);
                let side = if from_server {
                    &mut seen.server
                } else {
                    &mut seen.client
                };
                side.extend(lines);
            }
        }
    }
    Ok(seen)
}

impl Seen {
    fn record<'a>(
        &mut self,
        record: &Value,
        data: &mut impl Iterator<Item = &'a Value>,
    ) -> Vec<String> {
        let field = |name: &str| text(&record[format!("dtls.record.{name}")]);
        let place = format!(
            "epoch={} sequence={}",
            field("epoch"),
            field("sequence_number")
        );
        match field("content_type").as_str() {
            "20" => vec![format!(
                "{place} change_cipher_spec length={}",
                field("length")
            )],
            "21" => {
                let alert = &record["dtls.alert_message"];
                let level = match text(&alert["dtls.alert_message.level"]).as_str() {
                    "1" => "warning",
                    "2" => "fatal",
                    _ => "encrypted",
                };
                let description = text(&alert["dtls.alert_message.desc"]);
                vec![format!(
                    "{place} alert {level} {}",
                    alert_name(&description)
                )]
            }
            "22" => {
                let messages = list(&record["dtls.handshake"]);
                messages
                    .into_iter()
                    .map(|m| format!("{place} {}", self.message(m)))
                    .collect()
            }
            "23" => {
                let octets = data
                    .next()
                    .map(|data| octets(&data["data.data"]))
                    .unwrap_or_default();
                self.data
                    .push(String::from_utf8_lossy(&octets).into_owned());
                vec![format!("{place} application_data length={}", octets.len())]
            }
            other => vec![format!("{place} content type {other}")],
        }
    }

    fn message(&mut self, message: &Value) -> String {
        let field = |name: &str| text(&message[format!("dtls.handshake.{name}")]);
        let kind = field("type");
        if kind == "2" {
            self.suite = field("ciphersuite");
            self.session_id_length = field("session_id_length").parse().unwrap_or(0);
            for extension in message
                .as_object()
                .into_iter()
                .flatten()
                .map(|(_, value)| value)
            {
                let number = text(&extension["dtls.handshake.extension.type"]);
                self.extensions.extend(number.parse::<u32>());
                let code = text(&extension["dtls.handshake.max_fragment_length"]);
                self.max_fragment_length = code.parse().unwrap_or(self.max_fragment_length);
            }
        }
        if kind == "16" {
            let identity = octets(&message["PSK Client Params"]["dtls.handshake.identity"]);
            self.identity = String::from_utf8_lossy(&identity).into_owned();
        }
        format!(
            "handshake {} message_seq={} length={} fragment={}+{}",
            message_name(&kind),
            field("message_seq"),
            field("length"),
            field("fragment_offset"),
            field("fragment_length"),
        )
    }
}

/// tshark writes one of a kind as itself and several as an array.
fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => vec![],
        Value::Array(several) => several.iter().collect(),
        one => vec![one],
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// From `68:69`.
fn octets(value: &Value) -> Vec<u8> {
    let digits = text(value);
    digits
        .split(':')
        .filter_map(|digits| u8::from_str_radix(digits, 16).ok())
        .collect()
}

fn message_name(kind: &str) -> &str {
    match kind {
        "0" => "hello_request",
        "1" => "client_hello",
        "2" => "server_hello",
        "3" => "hello_verify_request",
        "4" => "new_session_ticket",
        "11" => "certificate",
        "12" => "server_key_exchange",
        "13" => "certificate_request",
        "14" => "server_hello_done",
        "15" => "certificate_verify",
        "16" => "client_key_exchange",
        "20" => "finished",
        other => other,
    }
}

fn alert_name(description: &str) -> &str {
    match description {
        "0" => "close_notify",
        "51" => "decrypt_error",
        other => other,
    }
}
