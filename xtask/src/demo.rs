// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask demo`: the tools at work on loopback, to be read by people.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cmake::{self, Tools};
use crate::interop::credentials::{
    self, Accepts, Credential, Own, Pair, RPK_MUTUAL, X509_MUTUAL, X509_SERVER_ONLY, end,
};
use crate::interop::peers::{Talk, ours};
use crate::interop::ports;
use crate::interop::records::{self, Cost};
use crate::interop::relay::Datagram;
use crate::interop::stage::Stage;
use crate::need;
use crate::paths;
use crate::report::{Failure, Outcome};

const IDENTITY: &str = "device-00000001";
const KEY: &str = "0123456789abcdef";
const WRONG_KEY: &str = "0123456789abcdeX";
const PATIENCE: Duration = Duration::from_secs(10);

/// Has two handshakes in it: a full one, and one that resumes its session.
const RESUMPTION: &str = "a session is resumed";

/// The file in which a client remembers a certificate: it stands for a path of this run.
const REMEMBERED: &str = "REMEMBERED";
const FROM_MEMORY: &str = "the same certificate, remembered";

/// A line of the table at the end.
struct Row {
    what: &'static str,
    outcome: &'static str,
    cost: Cost,
}

/// One scene: what is shown, the server's and the client's options, what must come of it.
struct Scene {
    what: &'static str,
    why: &'static str,
    pair: Pair,
    server: &'static [&'static str],
    client: &'static [&'static str],
    ends: End,
}

enum End {
    /// The client prints it.
    Answer(&'static str),
    /// The client says `failed` and this.
    Refused(&'static str),
}

const PSK: Pair = Pair::psk(IDENTITY, KEY);

const SCENES: [Scene; 10] = [
    Scene {
        what: "handshake with a pre-shared key",
        why: "The client sends a line through the secured connection, the server sends it back.",
        pair: PSK,
        server: &["--echo"],
        client: &["--send", "hello from the device"],
        ends: End::Answer("hello from the device"),
    },
    Scene {
        what: "CoAP: what does the server have?",
        why: "A GET of /.well-known/core, as LwM2M and plain CoAP clients begin.",
        pair: PSK,
        server: &["--coap"],
        client: &["--get", "/.well-known/core"],
        ends: End::Answer("</time>"),
    },
    Scene {
        what: "CoAP, small datagrams",
        why: "No datagram larger than 128 octets: messages are cut and put together again.",
        pair: PSK,
        server: &["--coap", "--mtu", "128"],
        client: &["--mtu", "128", "--mfl", "512", "--get", "/time"],
        ends: End::Answer(":"),
    },
    Scene {
        what: RESUMPTION,
        why: "The client closes and connects again, from another port, with its session: new keys come\n   \
              from it, and no identity is sent.",
        pair: PSK,
        server: &["--echo"],
        client: &["--resume", "--send", "back again"],
        ends: End::Answer("back again\nback again"),
    },
    Scene {
        what: "a wrong key",
        why: "The server tells the client decrypt_error and nothing more.",
        pair: Pair {
            client: Credential::psk(IDENTITY, WRONG_KEY),
            ..PSK
        },
        server: &["--echo"],
        client: &["--send", "let me in"],
        ends: End::Refused("alert=decrypt_error (received)"),
    },
    Scene {
        what: "raw public keys",
        why: "Each end has a key of its own and knows the other's.",
        pair: RPK_MUTUAL,
        server: &["--echo"],
        client: &["--send", "hello from the device"],
        ends: End::Answer("hello from the device"),
    },
    Scene {
        what: "certificates",
        why: "The server's chain has an intermediate CA; the client's certificate has its EUI-64.",
        pair: X509_MUTUAL,
        server: &["--coap", "--require-eui64"],
        client: &["--get", "/time"],
        ends: End::Answer(":"),
    },
    Scene {
        what: "a certificate, to be remembered",
        why: "The server's alone. The client keeps what it brings in a file (cached_info, RFC 7924).",
        pair: X509_SERVER_ONLY,
        server: &["--echo", "--cached-info"],
        client: &["--cached-info", REMEMBERED, "--send", "for the first time"],
        ends: End::Answer("for the first time"),
    },
    Scene {
        what: FROM_MEMORY,
        why: "The client shows its fingerprint, and the server leaves it out.",
        pair: X509_SERVER_ONLY,
        server: &["--echo", "--cached-info"],
        client: &["--cached-info", REMEMBERED, "--send", "for the second time"],
        ends: End::Answer("for the second time"),
    },
    Scene {
        what: "a certificate of another server",
        why: "From the right CA, but not for the name that the client wants.",
        pair: Pair {
            server: end(Own::Certificate("elsewhere"), Accepts::Nobody),
            ..X509_SERVER_ONLY
        },
        server: &["--echo"],
        client: &["--send", "let me out"],
        ends: End::Refused("certificate_name alert=bad_certificate (sent)"),
    },
];

/// True when everything worked.
pub fn run() -> bool {
    match show() {
        Ok(()) => true,
        Err(Failure::Failed(why) | Failure::Skipped(why)) => {
            eprintln!("\nThis did not work:\n{}", why.trim_end());
            false
        }
    }
}

fn show() -> Outcome {
    println!("motedtls: DTLS 1.2 for constrained devices\n");
    println!("Building libmotedtls.a and the tools with CMake ...");
    need::programs(&[need::CMAKE, need::CC, need::OPENSSL])?;
    let tools = cmake::tools("demo")?;
    println!("  {}\n  {}", short(&tools.client), short(&tools.server));

    println!("\nMaking keys and certificates with openssl ...");
    credentials::ready()?;
    println!("\nBetween client and server stands a relay that counts what passes.");

    let _ = std::fs::remove_file(remembered()?);
    let mut rows = Vec::new();
    for (number, scene) in SCENES.iter().enumerate() {
        println!(
            "\n{}. {}\n   {}\n",
            number + 1,
            capital(scene.what),
            scene.why
        );
        let scratch = paths::below_target("demo-run")?;
        Stage::play(&scratch, |stage| {
            rows.extend(play(scene, &tools, stage)?);
            Ok(())
        })?;
    }

    println!(
        "\n{:<36} {:<10} {:>17} {:>10}",
        "", "", "handshake octets", "datagrams"
    );
    for Row {
        what,
        outcome,
        cost,
    } in &rows
    {
        println!(
            "{what:<36} {outcome:<10} {:>17} {:>10}",
            cost.octets, cost.datagrams
        );
    }
    println!("\nAll as it should be. The same against other stacks: cargo xtask test interop");
    Ok(())
}

fn remembered() -> Outcome<PathBuf> {
    Ok(paths::below_target("demo-remembered")?.join("certificate"))
}

fn play(scene: &Scene, tools: &Tools, stage: &mut Stage) -> Outcome<Vec<Row>> {
    let port = ports::free()?;
    let talk = |port, credential, options| Talk {
        port,
        credential,
        options,
        scratch: Path::new(""),
    };
    let server_command = ours::server(tools, &talk(port, scene.pair.server, scene.server));
    let server = stage.serve(&server_command, port)?;
    let front = stage.relay(port, &[])?;
    let remembered = remembered()?.display().to_string();
    let given = scene.client.iter().map(|option| match *option {
        REMEMBERED => remembered.as_str(),
        option => option,
    });
    let given: Vec<&str> = given.collect();
    let client_command = ours::client(tools, &talk(front, scene.pair.client, &given));
    let client = stage.start(&client_command)?;
    let status = stage.exit(client, PATIENCE)?;
    let (said, printed) = (stage.get(client).error(), stage.get(client).output());

    println!("   $ mote-server {}", arguments(&server_command));
    println!("   $ mote-client {}\n", arguments(&client_command));
    let seen = stage.seen();
    for datagram in &seen {
        println!("   {}", line(datagram));
    }
    println!();
    for text in said.lines().chain(printed.lines()) {
        println!("   client | {text}");
    }
    let expected_end = match scene.ends {
        End::Answer(_) => "connected ",
        End::Refused(_) => "failed ",
    };
    stage.hear_line(server, expected_end, Duration::from_secs(2))?;
    let server_said = stage.get(server).error();
    for text in server_said.lines() {
        println!("   server | {text}");
    }

    let outcome = match scene.ends {
        End::Answer(answer) if status == 0 && printed.contains(answer) => "ok",
        End::Answer(answer) => {
            return Err(format!("\"{answer}\" was not printed; exit status {status}").into());
        }
        End::Refused(why) if status == 2 && said.contains(why) => "refused",
        End::Refused(why) => {
            return Err(format!("\"{why}\" was not said; exit status {status}").into());
        }
    };
    if scene.what == FROM_MEMORY && !said.contains(" cached=cert") {
        return Err("the client does not say that the certificate was left out".into());
    }
    let (first, second) = records::at_the_second_start(&seen);
    let (cost, resumed) = (
        records::handshake_cost(first),
        records::handshake_cost(second),
    );
    let octets = |cost: Cost| format!("{} octets in {} datagrams", cost.octets, cost.datagrams);
    println!("\n   The handshake: {}.", octets(cost));
    let mut rows = vec![Row {
        what: scene.what,
        outcome,
        cost,
    }];
    if scene.what == RESUMPTION {
        for (who, said) in [("client", &said), ("server", &server_said)] {
            if !said.contains(" resumed=yes ") {
                return Err(format!("the {who} does not say that it has resumed").into());
            }
        }
        println!("   Resumed: {}.", octets(resumed));
        rows[0].what = "before: the full handshake";
        rows.push(Row {
            what: "after: its session, resumed",
            outcome,
            cost: resumed,
        });
    }
    Ok(rows)
}

fn line(datagram: &Datagram) -> String {
    let arrow = if datagram.from_client {
        "client ──▶"
    } else {
        "◀── server"
    };
    format!(
        "{arrow} {:>4} octets  {}",
        datagram.octets.len(),
        records::describe(&datagram.octets)
    )
}

/// The command line without the program's path, and below the repository's root.
fn arguments(command: &std::process::Command) -> String {
    let line = crate::process::command_line(command);
    let root = format!("{}/", paths::root().display());
    line.split_once(' ')
        .map_or(String::new(), |(_, rest)| rest.replace(&root, ""))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn short(path: &Path) -> String {
    path.strip_prefix(paths::root())
        .unwrap_or(path)
        .display()
        .to_string()
}
