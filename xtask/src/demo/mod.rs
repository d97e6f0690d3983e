// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask demo`: the tools at work on loopback, to be read by people. Ends with what was seen
//! of each feature of the profile, and fails where that is nothing.

mod features;
mod http;
mod lines;
mod scenes;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cmake::{self, Tools};
use crate::interop::credentials;
use crate::interop::peers::{Talk, ours};
use crate::interop::ports;
use crate::interop::records::{self, Cost};
use crate::interop::relay::{Datagram, Fault};
use crate::interop::stage::{Actor, Stage};
use crate::need;
use crate::paths;
use crate::report::{Failure, Outcome};
use lines::{arguments, capital, print, print_datagram, short, words};
use scenes::{End, Id, PREFIX, REMEMBERED, SCENES, Scene, URL};

const PATIENCE: Duration = Duration::from_secs(10);
/// For what the server still has to do when the client has ended.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// What was to be seen of a scene.
struct Shown {
    id: Id,
    what: &'static str,
    outcome: &'static str,
    seen: Vec<Datagram>,
    /// Standard error, and behind it standard output.
    client: String,
    server: String,
    /// By HTTP.
    fetched: Vec<String>,
}

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
    let mut all = Vec::new();
    for (number, scene) in SCENES.iter().enumerate() {
        println!(
            "\n{}. {}\n   {}\n",
            number + 1,
            capital(scene.what),
            scene.why
        );
        let scratch = paths::below_target("demo-run")?;
        Stage::play(&scratch, |stage| {
            all.push(play(scene, &tools, stage)?);
            Ok(())
        })?;
    }
    costs(&all);
    println!("\nThe same against other stacks: cargo xtask test interop");
    features::table(&all)
}

/// What each handshake took.
fn costs(all: &[Shown]) {
    println!(
        "\n{:<38} {:<8} {:>17} {:>10}",
        "", "", "handshake octets", "datagrams"
    );
    for shown in all {
        let (full, resumed) = shown.costs();
        let row = |what: &str, cost: Cost| {
            println!(
                "{what:<38} {:<8} {:>17} {:>10}",
                shown.outcome, cost.octets, cost.datagrams
            );
        };
        row(shown.what, full);
        if let Some(resumed) = resumed {
            row("  the handshake that resumed it", resumed);
        }
    }
}

impl Shown {
    /// Of its handshake, and of a second one if there was one.
    fn costs(&self) -> (Cost, Option<Cost>) {
        let (first, second) = records::at_the_second_start(&self.seen);
        let resumed = Some(second).filter(|seen| !seen.is_empty());
        (
            records::handshake_cost(first),
            resumed.map(records::handshake_cost),
        )
    }
}

fn remembered() -> Outcome<PathBuf> {
    Ok(paths::below_target("demo-remembered")?.join("certificate"))
}

/// The two programs of a scene, started.
struct Cast {
    server: Actor,
    client: Actor,
    server_command: Command,
    client_command: Command,
}

fn cast(scene: &Scene, http: &http::Server, tools: &Tools, stage: &mut Stage) -> Outcome<Cast> {
    let remembered = remembered()?.display().to_string();
    let (url, prefix) = (http.url(), http.prefix());
    let given = |options: &[&'static str]| -> Vec<String> {
        let given = options.iter().map(|option| match *option {
            REMEMBERED => &remembered,
            URL => &url,
            PREFIX => &prefix,
            option => option,
        });
        given.map(str::to_owned).collect()
    };
    let port = ports::free()?;
    let command = |make: fn(&Tools, &Talk) -> Command, port, credential, options| {
        let options = given(options);
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        make(
            tools,
            &Talk {
                port,
                credential,
                options: &options,
                scratch: Path::new(""),
            },
        )
    };
    let server_command = command(ours::server, port, scene.pair.server, scene.server);
    let server = stage.serve(&server_command, port)?;
    let front = stage.relay(port, scene.faults)?;
    let client_command = command(ours::client, front, scene.pair.client, scene.client);
    let client = stage.start(&client_command)?;
    Ok(Cast {
        server,
        client,
        server_command,
        client_command,
    })
}

fn play(scene: &Scene, tools: &Tools, stage: &mut Stage) -> Outcome<Shown> {
    let http = http::Server::start(credentials::leaf_der("client")?)?;
    let cast = cast(scene, &http, tools, stage)?;
    let status = stage.exit(cast.client, PATIENCE)?;
    let (said, printed) = {
        let client = stage.get(cast.client);
        (client.error(), client.output())
    };
    let expected_end = match scene.ends {
        End::Answer(_) => "connected ",
        End::Refused(_) => "failed ",
    };
    let outcome = judge(scene, status, &said, &printed)?;
    stage.hear_line(cast.server, expected_end, AFTERWARDS)?;
    if matches!(scene.ends, End::Answer(_)) {
        closed(stage)?;
    }
    if scene.server.contains(&"--trace") {
        stage.hear_line(cast.server, " alert warning close_notify", AFTERWARDS)?;
    }
    let shown = Shown {
        id: scene.id,
        what: scene.what,
        outcome,
        seen: stage.seen(),
        client: said + &printed,
        server: stage.get(cast.server).error(),
        fetched: http.asked(),
    };
    tell(&shown, scene, &cast);
    Ok(shown)
}

/// Waits for the server's close_notify, with which it answers the client's.
fn closed(stage: &Stage) -> Outcome {
    let until = Instant::now() + AFTERWARDS;
    loop {
        let seen = stage.seen();
        let is_alert = seen.last().is_some_and(|last| {
            let types = records::content_types(&last.octets).unwrap_or_default();
            !last.from_client && types == [records::ALERT]
        });
        if is_alert {
            return Ok(());
        }
        if Instant::now() >= until {
            return Err("the server does not close".into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What the client prints and says must be what was expected.
fn judge(scene: &Scene, status: i32, said: &str, printed: &str) -> Outcome<&'static str> {
    match scene.ends {
        End::Answer(answer) if status == 0 && printed.contains(answer) => Ok("ok"),
        End::Refused(why) if status == 2 && said.contains(why) => Ok("refused"),
        End::Answer(text) | End::Refused(text) => {
            Err(format!("\"{text}\" does not come; exit status {status}").into())
        }
    }
}

fn tell(shown: &Shown, scene: &Scene, cast: &Cast) {
    for (tool, command) in [
        ("mote-server", &cast.server_command),
        ("mote-client", &cast.client_command),
    ] {
        print(&format!("   $ {tool} "), &arguments(command), " \\");
    }
    println!();
    for (number, datagram) in shown.seen.iter().enumerate() {
        let loses = |fault: &Fault| matches!(fault, Fault::Lose(lost) if *lost == number + 1);
        print_datagram(datagram, scene.faults.iter().any(loses));
    }
    println!();
    for (who, said) in [("client", &shown.client), ("server", &shown.server)] {
        // The relay reads epoch 0 itself.
        let worth = said
            .lines()
            .filter(|text| !(text.starts_with("trace ") && text.contains(" epoch=0 ")));
        for text in worth {
            print(&format!("   {who} | "), &words(text), "");
        }
    }
    for request in &shown.fetched {
        println!("   HTTP   | {request}");
    }
    let (full, resumed) = shown.costs();
    let octets = |cost: Cost| format!("{} octets in {} datagrams", cost.octets, cost.datagrams);
    println!("\n   The handshake: {}.", octets(full));
    if let Some(resumed) = resumed {
        println!("   Resumed: {}.", octets(resumed));
    }
}
