// SPDX-License-Identifier: MIT OR Apache-2.0
//! The boards, how their images are run, and how host and guest reach each other.

use std::path::Path;
use std::process::Command;

use super::tree;
use crate::need::{self, QEMU_ARM};
use crate::report::{Failure, Outcome};
use crate::{paths, process};

/// The port of the sample's server.
const SERVER_PORT: u16 = 5684;

/// Zephyr's own example addresses may be those of this machine's network; these are for examples, too.
const TAP_HOST: &str = "198.51.100.2";
const TAP_GUEST: &str = "198.51.100.1";
/// What Zephyr's driver opens.
const TAP: &str = "zeth";

pub struct Board {
    pub name: &'static str,
    /// Since Zephyr 3.7 boards of one family are told apart by a qualifier.
    pub new_name: &'static str,
    pub image: &'static str,
    /// The host, as the guest sees it.
    pub host: &'static str,
    has_tap: bool,
}

pub const MPS2: Board = Board {
    name: "mps2_an385",
    new_name: "mps2/an385",
    image: "zephyr.elf",
    host: "10.0.2.2",
    has_tap: false,
};

const NATIVE: Board = Board {
    name: "native_sim",
    new_name: "native_sim",
    image: "zephyr.exe",
    host: TAP_HOST,
    has_tap: true,
};

pub const BOARDS: [Board; 2] = [MPS2, NATIVE];

/// An image that is ready to run, and the network that it runs in.
pub struct Guest {
    pub command: Command,
    _tap: Option<Tap>,
}

impl Board {
    /// Builds an image and makes its network; `forwarded` is the port of this machine that leads to
    /// its server.
    pub fn guest(&self, name: &str, settings: &[String], forwarded: Option<u16>) -> Outcome<Guest> {
        let mut settings = settings.to_vec();
        let mut tap = None;
        if self.has_tap {
            tap = Some(Tap::make()?);
            settings.extend([
                format!("-DCONFIG_NET_CONFIG_MY_IPV4_ADDR=\"{TAP_GUEST}\""),
                format!("-DCONFIG_NET_CONFIG_MY_IPV4_GW=\"{TAP_HOST}\""),
            ]);
        }
        let image = tree::build(self, name, &settings)?;
        Ok(Guest {
            command: self.run(&image, forwarded),
            _tap: tap,
        })
    }

    pub fn run(&self, image: &Path, forwarded: Option<u16>) -> Command {
        if self.has_tap {
            return Command::new(image);
        }
        let mut nic = "user,model=lan9118".to_owned();
        if let Some(port) = forwarded {
            nic += &format!(",hostfwd=udp:127.0.0.1:{port}-:{SERVER_PORT}");
        }
        let mut qemu = Command::new(QEMU_ARM.0);
        qemu.args(["-M", "mps2-an385", "-nographic", "-nic", &nic]);
        qemu.arg("-kernel").arg(image);
        qemu
    }

    /// Where the server of a guest is reached.
    pub fn address(&self, forwarded: u16) -> (String, u16) {
        if self.has_tap {
            (TAP_GUEST.to_owned(), SERVER_PORT)
        } else {
            ("127.0.0.1".to_owned(), forwarded)
        }
    }

    pub fn ready(&self) -> Outcome {
        if !self.has_tap {
            need::arm_compiler()?;
            return need::programs(&[QEMU_ARM]);
        }
        // native_sim is a program of 32 bits.
        if Path::new("/usr/share/doc/gcc-multilib").exists() {
            return Ok(());
        }
        need::packages_of_debian(&["gcc-multilib"])
    }
}

/// A TAP interface, which ends with it.
struct Tap;

impl Tap {
    fn make() -> Outcome<Self> {
        need::programs(&[need::Program("ip", "iproute2")])?;
        if !need::is_root() || !Path::new("/dev/net/tun").exists() {
            return Err(Failure::Skipped(
                "native_sim talks to this machine over a TAP interface: run as root, with /dev/net/tun"
                    .to_owned(),
            ));
        }
        ip(&["tuntap", "add", TAP, "mode", "tap"])?;
        let tap = Tap;
        ip(&["addr", "add", &format!("{TAP_HOST}/24"), "dev", TAP])?;
        ip(&["link", "set", TAP, "up"])?;
        Ok(tap)
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        let _ = ip(&["link", "del", TAP]);
    }
}

fn ip(arguments: &[&str]) -> Outcome {
    let mut ip = Command::new("ip");
    process::run(ip.args(arguments).current_dir(paths::root()))?;
    Ok(())
}
